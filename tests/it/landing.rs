//! `/`, `/conformance`, `/healthz`, `/readyz`, and the links between all resources.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use actix_web::test::TestRequest;
use heritage_registry::http::{CONFORMANCE, State};
use serde_json::{Value, json};

use crate::harness::{BASE, a_region, a_report, a_site, an_organization};

on_each_engine!(the_landing_page_leads_to_everything, |app| {
    let answer = app.anonymous().get("/").expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    for (rel, path) in [
        ("self", "/"),
        ("service-desc", "/api"),
        ("conformance", "/conformance"),
        ("data", "/collections"),
    ] {
        assert_eq!(answer.link(rel).unwrap(), format!("{BASE}{path}"), "{rel}");
    }
    let json = answer.json();
    let service = json["links"]
        .as_array()
        .unwrap()
        .iter()
        .find(|link| link["rel"] == "service-desc")
        .unwrap();
    assert_eq!(
        service["type"],
        "application/vnd.oai.openapi+json;version=3.0"
    );
    assert_eq!(
        app.anonymous().get("/api").header("content-type"),
        "application/vnd.oai.openapi+json;version=3.0"
    );
    // Rule 2 of neutrality: the name of the region is explained once, in both languages of the region.
    let description = json["description"].as_str().unwrap();
    assert!(
        description.contains("Qarabağ, Ղարաբաղ") && description.contains("no other name is denied"),
        "{description}"
    );
});

on_each_engine!(conformance_says_the_same_everywhere, |app| {
    let declared = app.anonymous().get("/conformance").expect(200).json()["conformsTo"].clone();
    assert_eq!(declared, json!(CONFORMANCE));
    assert_eq!(app.anonymous().get("/").json()["conformsTo"], declared);
});

on_each_engine!(an_instance_that_cannot_follow_the_log_is_not_ready, |app| {
    let asked = |missed| {
        let state = State {
            missed: Arc::new(AtomicU32::new(missed)),
            ..app.parts.state(BASE.to_owned())
        };
        app.call_with(state, TestRequest::get().uri("/readyz"))
    };
    assert_eq!(asked(2).status, 200);
    let answer = asked(3).expect(503);
    assert_eq!(
        (answer.header("retry-after"), &answer.json()["code"]),
        ("5", &json!("busy"))
    );
});

on_each_engine!(health_is_told, |app| {
    app.anonymous().get("/healthz").expect(200);
    let ready = app.anonymous().get("/readyz").expect(200);
    assert_eq!(ready.header("cache-control"), "no-store");
});

on_each_engine!(
    every_link_leads_somewhere_that_says_the_same_of_itself,
    |app| {
        let site = app.given(a_site());
        app.given(a_site().nowhere());
        app.given(a_report(site));
        app.given(a_region("hist-khachen", 46.5, 40.0));
        app.given(an_organization("Blue Shield"));
        let mut known = BTreeSet::from([
            format!("{BASE}/"),
            format!("{BASE}/collections/sites/items?limit=1"),
        ]);
        let mut to_visit: Vec<String> = known.iter().cloned().collect();
        while let Some(at) = to_visit.pop() {
            let answer = app.anonymous().get(&at).expect(200);
            let mut links = Vec::new();
            find_links(&answer.json(), &mut links);
            for (rel, href, media_type) in links {
                assert!(href.starts_with(BASE), "{at}: {href}");
                let there = app.anonymous().get(&href).expect(200);
                assert_eq!(
                    there.header("content-type"),
                    media_type,
                    "{at}: {rel} {href}"
                );
                if known.insert(href.clone()) && media_type != "application/jsonl" {
                    to_visit.push(href);
                }
            }
        }
        assert!(known.len() > 20, "{known:#?}");
    }
);

fn find_links(json: &Value, links: &mut Vec<(String, String, String)>) {
    match json {
        Value::Object(members) => {
            if let (Some(Value::String(href)), Some(Value::String(rel))) =
                (members.get("href"), members.get("rel"))
            {
                links.push((
                    rel.clone(),
                    href.clone(),
                    members["type"].as_str().unwrap().to_owned(),
                ));
            }
            members
                .values()
                .for_each(|member| find_links(member, links));
        }
        Value::Array(items) => items.iter().for_each(|item| find_links(item, links)),
        _ => {}
    }
}
