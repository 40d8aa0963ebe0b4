//! `/collections/{collection}/schema`: what it says of a body is what is read of it.

use std::collections::BTreeSet;

use heritage_registry::domain::{Body, Collection, Edit, Fault, Faults};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::drafts::bodies;
use crate::harness::{BASE, json_schema};

const ID: Uuid = Uuid::nil();

/// What no JSON Schema can say, as the details of its faults begin or go on (docs/querying.md).
const FOR_THE_PARSER_ALONE: [&str; 9] = [
    "cites \"",
    "EDTF",
    "a date is missing",
    "mixes the scripts",
    "has no letter of a script",
    "names another script",
    "but the text is in",
    "is another than that of the address",
    "is the region itself",
];

/// The pointers of what a schema refuses of a value; a missing member has its own, as if it were there.
pub fn refused(schema: &Value, value: &Value) -> BTreeSet<String> {
    let refusals = json_schema::refused(schema, value, schema).into_iter();
    refusals.map(|refusal| refusal.pointer).collect()
}

/// Valid records of every collection, flat; some have what one member demands of another.
fn records() -> Vec<(Collection, Value)> {
    let mut records: Vec<_> = bodies()
        .into_iter()
        .map(|(kind, mut body, _)| {
            // Names are read one as the other.
            if let Some(names) = body.get_mut("names").and_then(Value::as_array_mut) {
                names.truncate(2);
            }
            let collection = match kind {
                "site" => Collection::Sites,
                "report" => Collection::ConditionReports,
                "organization" => Collection::Organizations,
                _ => Collection::Regions,
            };
            (collection, body)
        })
        .collect();
    let of = |collection| {
        let found = records.iter().find(|(one, _)| *one == collection);
        found.unwrap().1.clone()
    };
    let (mut hidden, mut claimed, mut proposed) = (
        of(Collection::Sites),
        of(Collection::ConditionReports),
        of(Collection::ConditionReports),
    );
    hidden["site_type"] = json!("other_site");
    hidden["location_sensitivity"] = json!("restricted");
    hidden["location_sensitivity_reason"] = json!("Unguarded.");
    hidden["names"][1]["kind"] = json!("transliteration");
    hidden["names"][1]["transliteration_scheme"] = json!("bgn-pcgn");
    hidden["names"][1]["script"] = json!("Latn");
    hidden["identifiers"] = json!([
        {"scheme": "other", "value": "7", "match": "exact", "label": "A register"},
        {"scheme": "wikidata", "value": "Q7", "match": "exact"},
        {"scheme": "geonames", "value": "7", "match": "exact"},
    ]);
    hidden["dating"] =
        json!([{"kind": "construction", "period": "soviet_period", "src": ["book"]}]);
    claimed["condition"] = json!("unknown");
    claimed["condition_trend"] = json!("stable");
    claimed["compared_with"] = json!("2020-05-03");
    claimed["method"] = json!("media_report");
    claimed["damages"][0]["cause"] = json!("intentional");
    proposed["site_id"] = Value::Null;
    proposed["site_proposal"] = json!({
        "names": [{"text": "Xaçın", "lang": "az", "kind": "vernacular", "src": ["book"]}],
        "site_type": "fortress",
        "geometry": {"type": "Point", "coordinates": [46.5, 40.0]},
    });
    records.extend([
        (Collection::Sites, hidden),
        (Collection::ConditionReports, claimed),
        (Collection::ConditionReports, proposed),
    ]);
    records
}

fn feature(record: &Value) -> Value {
    let mut properties = record.clone();
    let geometry = properties.as_object_mut().unwrap().remove("geometry");
    let mut feature = json!({"type": "Feature", "id": ID, "properties": properties, "links": []});
    if let Some(geometry) = geometry {
        feature["geometry"] = geometry;
    }
    feature
}

/// What the parser says is wrong with a body, and could be said by a schema; and whether it says anything.
fn faults(
    body: Body,
    collection: Collection,
    sent: &Value,
    kept: &Value,
) -> (BTreeSet<String>, bool) {
    let edit = match body {
        Body::Create => Edit::new(sent, ""),
        Body::Replace => Edit::whole(ID, sent),
        Body::Update => Edit::patch(ID, sent),
    };
    let kept = if body == Body::Update {
        kept.as_object().unwrap().clone()
    } else if collection == Collection::ConditionReports {
        // Whose report it is follows from who sends it.
        let of = kept["organization_id"].clone();
        Map::from_iter([("organization_id".to_owned(), of)])
    } else {
        Map::new()
    };
    let read = edit.and_then(|edit| {
        let laid = edit.over(collection, &kept, &Map::new(), true);
        edit.draft(collection, &laid)
    });
    let Err(Faults(found)) = read else {
        return (BTreeSet::new(), true);
    };
    let is_for_both = |fault: &Fault| {
        let is_of_all = FOR_THE_PARSER_ALONE
            .iter()
            .any(|detail| fault.detail.contains(detail));
        // Of a patch, only the registry knows the rest of the record.
        let place = fault.place.trim_start_matches("/properties");
        let is_of_the_rest = body == Body::Update
            && place.matches('/').count() == 1
            && ["is required ", "is required,"]
                .iter()
                .any(|start| fault.detail.starts_with(start));
        !is_of_all && !is_of_the_rest
    };
    let places = found
        .into_iter()
        .filter(is_for_both)
        .map(|fault| fault.place);
    (places.collect(), false)
}

/// Of a geometry, one says which position is wrong, the other which number of it.
fn down_to_coordinates(pointers: BTreeSet<String>) -> BTreeSet<String> {
    let down_to = |pointer: String| match pointer.split_once("/coordinates/") {
        Some((above, _)) => format!("{above}/coordinates"),
        None => pointer,
    };
    pointers.into_iter().map(down_to).collect()
}

/// Every place in a body, but below `coordinates`.
fn places(at: &str, value: &Value, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if name == "coordinates" {
                    found.push(format!("{at}/{name}"));
                } else {
                    places(&format!("{at}/{name}"), member, found);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(&format!("{at}/{index}"), item, found);
            }
        }
        _ => {}
    }
}

/// A body with one fault, in every way that we can think of; some are none.
fn mutations(body: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    places("", body, &mut all);
    let mut found = Vec::new();
    for place in all {
        let mut put = |value: Value| {
            let mut changed = body.clone();
            *changed.pointer_mut(&place).unwrap() = value.clone();
            found.push((format!("{place} = {value}"), changed));
        };
        for value in [
            json!(null),
            json!(true),
            json!(-1),
            json!(0),
            json!(1e9),
            json!(""),
            json!("?!"),
            json!("A\u{202e}"),
            json!([]),
            json!({}),
            json!([null]),
            json!({"colour": "red"}),
        ] {
            // A feature whose own members have faults is not opened, so what is in it is not missed.
            if !place.is_empty() || !value.is_object() {
                put(value);
            }
        }
        if let Some(members) = body.pointer(&place).unwrap().as_object() {
            for name in members.keys() {
                let mut changed = body.clone();
                let object = changed.pointer_mut(&place).unwrap().as_object_mut();
                object.unwrap().remove(name);
                found.push((format!("{place} without {name}"), changed));
            }
            let mut changed = body.clone();
            changed.pointer_mut(&place).unwrap()["colour"] = json!("red");
            found.push((format!("{place} with a colour"), changed));
        }
    }
    found
}

#[test]
fn a_schema_refuses_what_the_parser_refuses_and_at_the_same_places() {
    let (mut refusals, mut wrong) = (0, Vec::new());
    for (collection, record) in records() {
        let whole = feature(&record);
        for (body, sent) in [
            (Body::Create, &whole),
            (Body::Replace, &whole),
            (Body::Update, &whole),
            (Body::Update, &record),
        ] {
            let schema = body.schema(collection);
            assert_eq!(
                faults(body, collection, sent, &record),
                (BTreeSet::new(), true)
            );
            assert_eq!(refused(&schema, sent), BTreeSet::new());
            for (what, changed) in mutations(sent) {
                if body == Body::Update
                    && (what.contains("position") || what.contains("proposal/geometry"))
                {
                    // A patch of a report, which nobody may send yet, could leave out parts of these.
                    continue;
                }
                let (parsed, is_read) = faults(body, collection, &changed, &record);
                let found = down_to_coordinates(refused(&schema, &changed));
                let parsed = down_to_coordinates(parsed);
                if found != parsed {
                    let same = (collection, what.clone());
                    wrong.push(format!(
                        "{body:?} {same:?}: the schema says {found:?}, the parser {parsed:?}"
                    ));
                }
                refusals += usize::from(!is_read);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(60)]
    );
    assert!(refusals > 10_000, "{refusals}");
}

#[test]
fn what_is_computed_may_be_sent_back_and_not_be_sent_anew() {
    let report = json!({"type": "Feature", "properties": {}, "geometry": null});
    let computed = json!({"type": "Feature", "properties": {"region_codes": ["az-2021-shusha"]}});
    let refused = |body: Body, collection, sent: &Value| {
        let mut found = refused(&body.schema(collection), sent);
        found.retain(|place| place == "/geometry" || place.ends_with("region_codes"));
        found.into_iter().collect::<Vec<_>>()
    };
    let reports = Collection::ConditionReports;
    let mut placed = report.clone();
    placed["geometry"] = json!({"type": "Point", "coordinates": [46.5, 40.0]});
    // GeoJSON has a geometry in every feature, and a report none of its own.
    assert_eq!(refused(Body::Create, reports, &report), [] as [&str; 0]);
    assert_eq!(refused(Body::Create, reports, &placed), ["/geometry"]);
    assert_eq!(refused(Body::Replace, reports, &placed), [] as [&str; 0]);
    for collection in [reports, Collection::Sites] {
        let place = "/properties/region_codes";
        assert_eq!(refused(Body::Create, collection, &computed), [place]);
        for body in [Body::Replace, Body::Update] {
            assert_eq!(refused(body, collection, &computed), [] as [&str; 0]);
            let schema = body.schema(collection);
            let member = if body == Body::Update {
                &schema["else"]["properties"]["region_codes"]
            } else {
                &schema["properties"]["properties"]["properties"]["region_codes"]
            };
            assert_eq!(*member, json!({"readOnly": true, "title": "Regions"}));
        }
    }
}

#[test]
fn a_patch_is_of_the_form_that_the_reader_takes_it_for() {
    let schema = Body::Update.schema(Collection::Organizations);
    let listed = json!({"listed": true});
    for (patch, pointers) in [
        (json!({}), &[][..]),
        (listed.clone(), &[]),
        (json!({"properties": listed}), &[]),
        (json!({"geometry": null}), &[]),
        (json!({"contact": {"email": null}}), &[]),
        (json!({"names": null}), &["/names"]),
        (json!({"contact": {"fax": "7"}}), &["/contact/fax"]),
        // A mixture of both forms.
        (json!({"properties": {}, "listed": true}), &["/listed"]),
        (json!({"type": "Feature", "listed": true}), &["/listed"]),
        (json!([]), &[""]),
    ] {
        let found: Vec<_> = refused(&schema, &patch).into_iter().collect();
        assert_eq!(found, pointers, "{patch}");
    }
}

on_each_engine!(everybody_reads_what_may_be_sent, |app| {
    for collection in Collection::ALL {
        for body in Body::ALL {
            let path = format!("/collections/{collection}/schema?type={}", body.id());
            let answer = app.anonymous().get(&path).expect(200);
            assert_eq!(answer.header("content-type"), "application/schema+json");
            assert_eq!(answer.header("cache-control"), "public, max-age=60");
            let (mut schema, known) = (answer.json(), app.admin().get(&path));
            assert_eq!(known.expect(200).json(), schema, "the same for all");
            assert_eq!(schema["$id"], format!("{BASE}{path}"));
            let mut own = body.schema(collection);
            for member in ["$schema", "$id", "title"] {
                own[member] = schema[member].take();
                schema[member] = own[member].clone();
            }
            assert_eq!(schema, own);
        }
    }
    let refused = |query: &str| {
        let path = format!("/collections/sites/schema{query}");
        app.anonymous().get(&path).expect(400).faults()
    };
    assert_eq!(
        refused("?type=delete"),
        [
            "type: is left out for what is read, or one of create, replace, update, geojson, not \"delete\""
        ]
    );
    app.anonymous()
        .get("/collections/monuments/schema?type=create")
        .expect(404);
});

over_the_seed!(what_is_read_may_be_sent_back, |app| {
    for collection in Collection::ALL {
        let path = format!("/collections/{collection}");
        let admin = app.admin();
        let schema = |body: &str| admin.get(&format!("{path}/schema?type={body}")).json();
        let (replace, update) = (schema("replace"), schema("update"));
        let features = admin.get(&format!("{path}/items?limit=10000")).features();
        assert!(features.len() > 19, "{collection}");
        for feature in features {
            for schema in [&replace, &update] {
                let found = refused(schema, &feature);
                assert_eq!(found, BTreeSet::new(), "{collection} {}", feature["id"]);
            }
        }
    }
});
