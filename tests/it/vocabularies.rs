//! `/vocabularies`: SKOS that holds together, and questions that its concepts answer.

use std::collections::BTreeSet;

use heritage_registry::domain::{LABEL_LANGUAGES, Scheme};
use serde_json::{Value, json};

use crate::harness::BASE;

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn texts(value: &Value) -> BTreeSet<&str> {
    items(value).map(|text| text.as_str().unwrap()).collect()
}

#[test]
fn every_file_of_a_vocabulary_is_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/seed/vocabularies");
    let files = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().path().file_stem().unwrap().to_owned())
        .collect();
    names.sort_unstable();
    let ids: Vec<_> = Scheme::ALL.iter().map(|scheme| scheme.id()).collect();
    assert_eq!(names, ids);
}

on_each_engine!(the_vocabularies_are_listed_and_each_is_there, |app| {
    let answer = app
        .anonymous()
        .with("accept-language", "hy")
        .get("/vocabularies")
        .expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let body = answer.json();
    let ids: Vec<_> = items(&body["vocabularies"])
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), Scheme::ALL.len());
    assert!(ids.is_sorted(), "{ids:?}");
    let condition = items(&body["vocabularies"]).find(|one| one["id"] == "condition");
    assert_eq!(condition.unwrap()["title"], "Վիճակ");
    for one in items(&body["vocabularies"]) {
        let at = one["links"][0]["href"].as_str().unwrap();
        let whole = app.anonymous().get(at).expect(200).json();
        assert_eq!(items(&whole["concepts"]).count(), one["concepts"], "{at}");
        assert_eq!(whole["id"], at);
    }
    app.anonymous().get("/vocabularies/nothing").expect(404);
    app.anonymous()
        .get("/vocabularies/condition?nope=1")
        .expect(400);
});

on_each_engine!(a_vocabulary_is_skos_that_holds_together, |app| {
    for scheme in Scheme::ALL {
        let at = format!("/vocabularies/{}", scheme.id());
        let body = app.anonymous().get(&at).expect(200).json();
        let itself = format!("{BASE}{at}");
        assert_eq!(
            (&body["id"], &body["type"]),
            (&json!(itself), &json!("ConceptScheme"))
        );
        // Whatever is said in words of the vocabulary is explained.
        let context = body["@context"].as_object().unwrap();
        for name in body["concepts"][0].as_object().unwrap().keys() {
            assert!(
                context.contains_key(name) || name.ends_with("_year"),
                "{at}: {name}"
            );
        }
        let ids: BTreeSet<_> = items(&body["concepts"])
            .map(|one| one["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids.len(), scheme.concepts().count(), "{at}");
        let mut below = BTreeSet::new();
        for one in items(&body["concepts"]) {
            let id = one["id"].as_str().unwrap();
            let notation = one["notation"].as_str().unwrap();
            assert_eq!(id, format!("{itself}#{notation}"));
            assert_eq!(one["type"], "Concept");
            for lang in LABEL_LANGUAGES {
                for labelled in [one, &body] {
                    let label = labelled["prefLabel"][lang].as_str().unwrap();
                    assert!(
                        !label.is_empty() && !label.contains("vocabulary_names"),
                        "{id}"
                    );
                }
            }
            let is_top = texts(&body["hasTopConcept"]).contains(id);
            assert_eq!(one["broader"].is_null(), is_top, "{id}");
            if let Some(broader) = one["broader"].as_str() {
                assert!(ids.contains(broader), "{id}: {broader}");
                below.insert((broader, id));
            }
            for name in ["exactMatch", "closeMatch"] {
                assert!(
                    texts(&one[name])
                        .iter()
                        .all(|uri| uri.starts_with("http://"))
                );
            }
        }
        let narrower: BTreeSet<_> = items(&body["concepts"])
            .flat_map(|one| {
                let id = one["id"].as_str().unwrap();
                texts(&one["narrower"])
                    .into_iter()
                    .map(move |other| (id, other))
            })
            .collect();
        assert_eq!(narrower, below, "{at}");
        let page = app.anonymous().get(&format!("{at}?f=html")).expect(200);
        for concept in scheme.concepts() {
            assert!(
                page.text()
                    .contains(&format!("<li id=\"{}\">", concept.id()))
            );
        }
    }
});

on_each_engine!(
    a_vocabulary_is_linked_data_for_those_who_ask_for_it,
    |app| {
        let at = "/vocabularies/site_type";
        let plain = app.anonymous().get(at).expect(200);
        assert_eq!(plain.header("content-type"), "application/json");
        for client in [
            app.anonymous().get(&format!("{at}?f=jsonld")),
            app.anonymous()
                .with("accept", "application/ld+json")
                .get(at),
        ] {
            let answer = client.expect(200);
            assert_eq!(answer.header("content-type"), "application/ld+json");
            assert_eq!(answer.json(), plain.json());
        }
        let body = plain.json();
        let church = items(&body["concepts"]).find(|one| one["notation"] == "church");
        let church = church.unwrap();
        assert_eq!(church["broader"], format!("{BASE}{at}#religious_place"));
        assert_eq!(church["prefLabel"]["az"], "Kilsə");
        let exact = [
            "http://www.wikidata.org/entity/Q16970",
            "http://vocab.getty.edu/aat/300007486",
        ];
        assert_eq!(church["exactMatch"], json!(exact));
        assert!(
            church["scopeNote"]["en"]
                .as_str()
                .unwrap()
                .contains("confession")
        );
        let hermitage = items(&body["concepts"]).find(|one| one["notation"] == "hermitage");
        assert_eq!(
            hermitage.unwrap()["editorialNote"]["en"],
            "Not reviewed yet: the labels in az."
        );
    }
);

over_the_seed!(every_concept_leads_to_the_features_that_have_it, |app| {
    for scheme in [
        Scheme::SiteType,
        Scheme::Condition,
        Scheme::OrganizationKind,
    ] {
        let at = format!("/vocabularies/{}", scheme.id());
        let body = app.anonymous().get(&at).expect(200).json();
        let mut found = 0;
        for used in items(&body["usedIn"]) {
            let href = used["href"].as_str().unwrap();
            for concept in scheme.concepts() {
                let asked = format!(
                    "{}&resultType=hits",
                    href.replace("{notation}", concept.id())
                );
                found += app.anonymous().get(&asked).expect(200).json()["numberMatched"]
                    .as_u64()
                    .unwrap();
            }
        }
        assert!(found > 0, "{at}");
    }
});
