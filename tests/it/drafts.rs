//! Bodies with one fault get one fault, at its place; nothing else is said to be wrong.

use heritage_registry::domain::{
    Faults, Node, OrganizationDraft, RegionDraft, ReportDraft, SiteDraft, read,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{a_report, a_site};

pub type Reader = fn(&Value) -> Vec<String>;

fn faults<T>(body: &Value, reader: impl Fn(&Node<'_>) -> Option<T>) -> Vec<String> {
    let Err(Faults(faults)) = read(body, "", |node| reader(node)) else {
        return vec![];
    };
    faults.into_iter().map(|fault| fault.place).collect()
}

/// A full body of each kind, and how it is read.
pub fn bodies() -> Vec<(&'static str, Value, Reader)> {
    let source = json!({"key": "book", "kind": "publication", "title": [{"text": "A guidebook", "lang": "en"}], "publisher": "Its publisher",
        "issued": "1999", "url": "https://example.org/book", "accessed_on": "2026-11-24", "lang": "hy", "licence": "CC-BY-4.0",
        "statement_by": "Its author", "note": "Facts only."});
    let site = a_site()
        .with("sources", json!([source]))
        .with("other_types", json!(["mausoleum"]))
        .with("designations", json!([{"kind": "state_register", "register": "A register", "authority": "Who keeps it", "from": "2001", "src": ["book"]}]))
        .with("identifiers", json!([{"scheme": "osm", "value": "way/7", "match": "exact"}]))
        .with("organizations", json!([{"organization_id": Uuid::nil(), "role": "custodian", "from": "2001", "src": ["book"]}]))
        .with("relations", json!([{"kind": "part_of", "site_id": Uuid::nil(), "note": "Its chapel."}]))
        .with("current_function", "worship")
        .with("current_function_on", "2024-05")
        .with("directions", json!([{"text": "Behind the spring.", "lang": "en"}]))
        .with("attachments", json!([Uuid::nil()]))
        .with("public_label", "A monastery")
        .with("public_fields", json!(["names"]))
        .with("public_listing", true)
        .with("public_region_code", "hist-khachen")
        .with("licence", "ODbL-1.0")
        .0;
    let mut report = a_report(Uuid::nil())
        .with("organization_id", Uuid::nil().to_string())
        .with("sources", json!([source]))
        .with("damages", json!([{"component": "roof", "type": "missing_part", "severity": "slight", "extent": "p1_10", "certainty": "certain",
            "cause": "weather", "cause_certainty": "possible", "occurred": "../2024", "attachments": [Uuid::nil()], "note": [{"text": "Tiles.", "lang": "en"}],
            "attributions": [{"actor_text": "nobody", "claimed_by": "A villager", "claimed_on": "2024", "src": ["book"]}]}]))
        .with("threats", json!([{"cause": "weather", "likelihood": "likely", "timeframe": "year_1", "certainty": "possible"}]))
        .with("works", json!([{"kind": "conservation", "state": "in_progress", "src": ["book"]}]))
        .with("hazards", json!(["none_seen"]))
        .with("actions", json!(["monitoring"]))
        .with("imagery", json!({"provider": "A provider", "after_on": "2024-05-03", "resolution_m": 0.5}))
        .with("observers", json!([{"name": "A. Person"}]))
        .with("organization_public", true)
        .with("attachments", json!([Uuid::nil()]))
        .0;
    report["observed_position"] = json!({"type": "Point", "coordinates": [46.5, 40.0]});
    let organization = json!({"names": [{"text": "Blue Shield", "lang": "en"}], "kind": "ngo", "listed": true, "url": "https://example.org",
        "languages": ["az", "hy"], "identifiers": [{"scheme": "ror", "value": "01"}], "geometry": {"type": "Point", "coordinates": [46.5, 40.0]},
        "status": "active", "contact": {"email": "x@example.org"}, "sources": [source], "src": ["book"]});
    let ring = json!([[[46.0, 39.0], [47.0, 39.0], [47.0, 40.0], [46.0, 39.0]]]);
    let region = json!({"code": "hist-khachen", "names": [{"text": "Խաչեն", "lang": "hy", "kind": "historical", "src": ["book"]}],
        "kind": "historical_region", "geometry": {"type": "Polygon", "coordinates": ring}, "valid": "1000/1261", "authority": "Whose it was",
        "src": ["book"], "sources": [source], "boundary_accuracy_m": 3000, "part_of": "hist-artsakh", "licence": "CC0-1.0"});
    vec![
        ("site", site, |body| faults(body, SiteDraft::read)),
        ("report", report, |body| faults(body, ReportDraft::read)),
        ("organization", organization, |body| {
            faults(body, OrganizationDraft::read)
        }),
        ("region", region, |body| faults(body, RegionDraft::read)),
    ]
}

#[test]
fn full_bodies_have_no_fault() {
    for (kind, body, reader) in bodies() {
        assert_eq!(reader(&body), Vec::<String>::new(), "{kind}");
    }
}

/// Every place in a body, but below `coordinates`.
fn places(at: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let place = format!("{at}/{name}");
                found.push(place.clone());
                if name != "coordinates" {
                    places(&place, member, found);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                found.push(format!("{at}/{index}"));
                places(&format!("{at}/{index}"), item, found);
            }
        }
        _ => {}
    }
}

#[test]
fn a_value_of_the_wrong_type_is_the_only_fault_and_is_at_its_place() {
    for (kind, body, reader) in bodies() {
        let mut all = Vec::new();
        places("", &body, &mut all);
        assert!(all.len() > 20, "{kind}");
        for place in all {
            let mut wrong = body.clone();
            *wrong.pointer_mut(&place).unwrap() = json!({"neither": ["this", "nor", "that"]});
            let found = reader(&wrong);
            assert!(!found.is_empty(), "{kind} {place}: nothing was said");
            // Where sources are unreadable, what cites them is wrong as well; a geometry is read as one.
            let is_there = |fault: &String| {
                fault.starts_with(&place)
                    || place.starts_with(fault.as_str())
                    || (place.contains("/sources") && fault.contains("src"))
                    || (place.contains("/geometry") && fault.contains("/geometry"))
            };
            assert!(found.iter().all(is_there), "{kind} {place}: {found:?}");
        }
    }
}

#[test]
fn no_text_of_any_record_takes_a_character_that_nobody_sees() {
    for (kind, body, reader) in bodies() {
        let mut all = Vec::new();
        places("", &body, &mut all);
        for place in all {
            let Some(text) = body.pointer(&place).and_then(Value::as_str) else {
                continue;
            };
            for c in ['\u{202e}', '\u{200b}', '\u{200d}', '\u{e0041}', '\u{ad}'] {
                let mut disguised = body.clone();
                *disguised.pointer_mut(&place).unwrap() = json!(format!("{text}{c}"));
                let found = reader(&disguised);
                // What cites a source whose key is at fault is wrong as well.
                assert!(found.contains(&place), "{kind} {place} {c:?}: {found:?}");
            }
        }
    }
}

#[test]
fn a_missing_member_is_the_only_fault_if_it_is_one() {
    for (kind, body, reader) in bodies() {
        for name in body.as_object().unwrap().keys() {
            let mut without = body.clone();
            without.as_object_mut().unwrap().remove(name);
            let found = reader(&without);
            let required = match kind {
                "site" => &["names", "site_type", "location_sensitivity"][..],
                "report" => &[
                    "site_id",
                    "observed_on",
                    "method",
                    "condition",
                    "confidence",
                    "organization_id",
                ],
                "organization" => &["names", "kind"],
                _ => &["code", "names", "kind", "geometry", "src"],
            };
            let conditional = match name.as_str() {
                "location_accuracy_m" | "location_method" => vec![format!("/{name}")],
                "sources" => found
                    .iter()
                    .filter(|place| place.contains("src"))
                    .cloned()
                    .collect(),
                name if required.contains(&name) => vec![format!("/{name}")],
                _ => vec![],
            };
            assert_eq!(found, conditional, "{kind} without {name}");
            assert!(
                name != "sources" || !found.is_empty(),
                "{kind}: citations of nothing"
            );
        }
    }
}

#[test]
fn an_unknown_member_is_a_fault_at_any_depth() {
    for (kind, body, reader) in bodies() {
        let mut all = vec![String::new()];
        places("", &body, &mut all);
        for place in all.iter().filter(|place| {
            body.pointer(place).is_some_and(Value::is_object)
                && !place.ends_with("geometry")
                && !place.ends_with("observed_position")
        }) {
            let mut wrong = body.clone();
            wrong.pointer_mut(place).unwrap()["colour"] = json!("red");
            assert_eq!(
                reader(&wrong),
                [format!("{place}/colour")],
                "{kind} {place}"
            );
        }
    }
}

#[test]
fn what_one_member_demands_of_another_is_checked() {
    let site =
        |member: &str, value: Value| faults(&a_site().with(member, value).0, SiteDraft::read);
    assert_eq!(
        faults(
            &a_site()
                .generalised()
                .with("location_sensitivity_reason", Value::Null)
                .0,
            SiteDraft::read
        ),
        ["/location_sensitivity_reason"]
    );
    assert_eq!(
        site(
            "associations",
            json!([{"tradition": "community", "role": "user", "src": ["book"]}])
        ),
        ["/associations/0/tradition"]
    );
    assert_eq!(
        site(
            "identifiers",
            json!([{"scheme": "wikidata", "value": "42", "match": "exact"}])
        ),
        ["/identifiers/0/value"]
    );
    assert_eq!(
        site(
            "identifiers",
            json!([{"scheme": "other", "value": "42", "match": "exact"}])
        ),
        ["/identifiers/0/label"]
    );
    assert_eq!(
        site("dating", json!([{"kind": "construction", "src": ["book"]}])),
        ["/dating/0"]
    );
    assert_eq!(site("names", json!([])), ["/names"]);
    let name = |name: Value| site("names", json!([name]));
    assert_eq!(
        name(json!({"text": "Шуша Şuşa", "lang": "ru", "kind": "vernacular", "src": ["book"]})),
        ["/names/0/text"]
    );
    assert_eq!(
        name(json!({"text": "Şuşa", "lang": "az-Cyrl", "kind": "vernacular", "src": ["book"]})),
        ["/names/0/lang"]
    );
    assert_eq!(
        name(json!({"text": "Şuşa", "lang": "az", "kind": "vernacular", "src": []})),
        ["/names/0/src"]
    );
    assert_eq!(
        name(json!({"text": "Şuşa (Shushi)", "lang": "az", "kind": "vernacular", "src": ["book"]})),
        ["/names/0/text"]
    );
    assert_eq!(
        site(
            "descriptions",
            json!([{"text": "a", "lang": "en"}, {"text": "b", "lang": "en"}])
        ),
        ["/descriptions"]
    );

    let report = |member: &str, value: Value| {
        let body = a_report(Uuid::nil())
            .with("organization_id", Uuid::nil().to_string())
            .with(member, value);
        faults(&body.0, ReportDraft::read)
    };
    assert_eq!(report("method", json!("media_report")), ["/sources"]);
    let proposal = json!({"names": [{"text": "Xaçın", "lang": "az", "kind": "vernacular", "src": ["book"]}], "site_type": "fortress",
        "geometry": {"type": "Point", "coordinates": [46.5, 40.0]}});
    let source = json!([{"key": "book", "kind": "own_knowledge", "title": [{"text": "Seen", "lang": "en"}]}]);
    let found = |site: Value, proposal: Value| {
        let body = a_report(Uuid::nil())
            .with("organization_id", Uuid::nil().to_string())
            .with("sources", source.clone());
        faults(
            &body.with("site_id", site).with("site_proposal", proposal).0,
            ReportDraft::read,
        )
    };
    assert_eq!(
        found(Value::Null, proposal.clone()),
        Vec::<String>::new(),
        "a report of a site that is not known yet"
    );
    assert_eq!(
        found(json!(Uuid::nil()), proposal),
        ["/site_id"],
        "of one or the other"
    );
    assert_eq!(found(Value::Null, Value::Null), ["/site_id"]);
    for (hazards, places) in [
        (json!(["none_seen"]), vec![]),
        (json!(["mine_uxo", "other"]), vec![]),
        (json!(["mine_uxo", "none_seen"]), vec!["/hazards"]),
        (json!(["none_seen", "access_forbidden"]), vec!["/hazards"]),
    ] {
        assert_eq!(report("hazards", hazards.clone()), places, "{hazards}");
    }
    assert_eq!(
        report("condition_trend", json!("stable")),
        ["/compared_with"]
    );
    assert_eq!(
        report(
            "damages",
            json!([{"type": "removed", "certainty": "certain", "cause": "intentional"}])
        ),
        ["/damages/0/cause_certainty", "/damages/0/attributions"]
    );
    let unseen = a_report(Uuid::nil())
        .with("organization_id", Uuid::nil().to_string())
        .with("condition", "unknown")
        .with("summary", Value::Null);
    assert_eq!(faults(&unseen.0, ReportDraft::read), ["/summary"]);
}

#[test]
fn an_empty_list_is_not_what_must_be_there() {
    let site = a_site()
        .with("site_type", "other_site")
        .with("descriptions", json!([]));
    assert_eq!(faults(&site.0, SiteDraft::read), ["/descriptions"]);
    let damage = json!([{"type": "removed", "certainty": "certain", "cause": "intentional", "cause_certainty": "possible", "attributions": []}]);
    let report = a_report(Uuid::nil())
        .with("organization_id", Uuid::nil().to_string())
        .with("damages", damage);
    assert_eq!(
        faults(&report.0, ReportDraft::read),
        ["/damages/0/attributions"]
    );
}

#[test]
fn the_years_of_a_date_may_be_sent_back_as_they_were() {
    let site = |edtf: &str, first: Value, last: Value| {
        let dated = json!([{"kind": "construction", "edtf": edtf, "src": ["book"], "earliest_year": first, "latest_year": last}]);
        faults(&a_site().with("dating", dated).0, SiteDraft::read)
    };
    assert_eq!(site("1216/1238", json!(1216), json!(1238)), [""; 0]);
    assert_eq!(site("1216/..", json!(1216), json!(null)), [""; 0]);
    assert_eq!(
        site("1216/1238", json!(1217), json!("1238")),
        ["/dating/0/earliest_year", "/dating/0/latest_year"]
    );
    assert_eq!(
        site("around 1216", json!(1216), json!(1238)),
        ["/dating/0/edtf"]
    );
}
