//! OGC API - Features Part 5 (23-058r2), under its old name and its new one (OGC API - Common Part 3), and the queryables
//! of Part 3 (19-079r2).

use std::collections::BTreeSet;

use heritage_registry::domain::{Audience, Collection, Role, Scheme, properties};
use heritage_registry::query::cql2::FUNCTIONS;
use serde_json::{Value, json};

use super::{items, link, members, refused};
use crate::harness::writing::{post, put, read};
use crate::harness::{App, BASE, Client, a_report, a_site};
use crate::schemas::refused as refused_by;

const SCHEMA: &str = "http://www.opengis.net/def/rel/ogc/1.0/schema";
const QUERYABLES: &str = "http://www.opengis.net/def/rel/ogc/1.0/queryables";
const SORTABLES: &str = "http://www.opengis.net/def/rel/ogc/1.0/sortables";

/// What the collections link to by that relation: each with its path.
fn linked(client: &Client<'_>, rel: &str) -> Vec<(String, Value)> {
    let collections = client.get("/collections").expect(200).json();
    let all = items(&collections["collections"]);
    let all = all.map(|collection| {
        let (at, media_type) = link(collection, rel);
        assert_eq!(media_type, "application/schema+json");
        let answer = client.get(&at).expect(200);
        assert_eq!(answer.header("content-type"), "application/schema+json");
        (at.strip_prefix(BASE).unwrap().to_owned(), answer.json())
    });
    all.collect()
}

/// What features can be sorted by, collection by collection.
pub(super) fn sortables(app: &App) -> Vec<(String, Value)> {
    let all = linked(&app.anonymous(), SORTABLES);
    for (path, schema) in &all {
        is_a_schema(path, schema);
        let query = app.anonymous().get(&format!("{path}?limit=1"));
        assert_eq!(refused(query), ["limit"], "{path}");
    }
    all
}

/// What is demanded of all of them.
fn is_a_schema(path: &str, schema: &Value) {
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    assert_eq!(schema["$id"], format!("{BASE}{path}"));
    assert_eq!(schema["type"], "object", "{path}");
    assert!(schema["title"].is_string(), "{path}");
    let spatial = [
        "geometry-any",
        "geometry-point",
        "geometry-polygon-or-multipolygon",
    ];
    let mut places = BTreeSet::new();
    for (name, property) in members(&schema["properties"]) {
        let at = format!("{path} {name}: {property}");
        if name == "geometry" {
            assert!(
                property.get("type").is_none() && property.get("$ref").is_none(),
                "{at}"
            );
            assert!(
                spatial.contains(&property["format"].as_str().unwrap()),
                "{at}"
            );
        } else {
            assert!(property["type"].is_string(), "{at}");
        }
        let place = property["x-ogc-propertySeq"].as_u64();
        assert!(
            places.insert(place.unwrap_or_else(|| panic!("{at}"))),
            "{at}"
        );
        let known = ["role", "propertySeq", "unit", "collectionId"];
        let own = members(property).filter_map(|(keyword, _)| keyword.strip_prefix("x-ogc-"));
        assert!(
            own.into_iter().all(|keyword| known.contains(&keyword)),
            "{at}"
        );
        if property["format"] == "date-time" || property["format"] == "interval-iso8601" {
            assert_eq!(property["type"], "string", "{at}");
        }
        if name.ends_with("_m") {
            assert_eq!(property["x-ogc-unit"], "m", "{at}");
        }
    }
}

/// Fails unless no property is a list or has structure.
pub(super) fn is_of_scalars(schema: &Value) {
    for (name, property) in members(&schema["properties"]) {
        let kind = property["type"].as_str().unwrap();
        assert!(
            ["string", "integer", "number", "boolean"].contains(&kind),
            "{name}"
        );
    }
}

/// The names of the properties that have a role.
fn with_role<'a>(schema: &'a Value, role: &str) -> Vec<&'a str> {
    let found =
        members(&schema["properties"]).filter(|(_, property)| property["x-ogc-role"] == role);
    found.map(|(name, _)| name.as_str()).collect()
}

fn names(schema: &Value) -> BTreeSet<&str> {
    members(&schema["properties"])
        .map(|(name, _)| name.as_str())
        .collect()
}

fn are_schemas(app: &App) {
    for client in [app.anonymous(), app.admin()] {
        for (path, schema) in linked(&client, SCHEMA) {
            is_a_schema(&path, &schema);
            assert_eq!(with_role(&schema, "id"), ["id"], "{path}");
            assert_eq!(schema["properties"]["id"]["type"], "string");
            assert_eq!(
                with_role(&schema, "primary-geometry"),
                ["geometry"],
                "{path}"
            );
            for name in items(&schema["required"]) {
                assert!(
                    names(&schema).contains(name.as_str().unwrap()),
                    "{path}: {name}"
                );
            }
            let answer = client.get(&format!("{path}?nope=1"));
            assert_eq!(refused(answer), ["nope"], "{path}");
        }
    }
    let sites = &linked(&app.anonymous(), SCHEMA)[3].1["properties"];
    let expected = json!({
        "title": "Condition observed on", "type": "string", "format": "interval-iso8601", "readOnly": true,
        "description": "A date or interval (ISO 8601-2, EDTF level 1).",
    });
    let mut given = sites["condition_observed_on"].clone();
    given.as_object_mut().unwrap().remove("x-ogc-propertySeq");
    assert_eq!(given, expected);
    assert_eq!(sites["updated_at"]["format"], "date-time");
    // A list of references, and the structure that the reader takes.
    let custodians = &sites["custodian_ids"];
    assert_eq!(
        (&custodians["x-ogc-role"], &custodians["x-ogc-collectionId"]),
        (&json!("reference"), &json!("organizations"))
    );
    assert_eq!(
        custodians["items"],
        json!({"type": "string", "format": "uuid"})
    );
    assert_eq!(
        sites["names"]["items"]["properties"]["lang"]["type"],
        "string"
    );
}

on_each_engine!(ogcapi_features_5_conf_schemas, |app| {
    are_schemas(app);
});

on_each_engine!(ogcapi_common_3_conf_schemas, |app| {
    are_schemas(app);
});

on_each_engine!(ogcapi_common_3_conf_advanced_property_roles, |app| {
    for (path, schema) in linked(&app.anonymous(), SCHEMA) {
        let reports = path.starts_with("/collections/condition-reports/");
        for (role, name) in [
            ("primary-interval-start", "observed_start"),
            ("primary-interval-end", "observed_end"),
        ] {
            let expected: &[&str] = if reports { &[name] } else { &[] };
            assert_eq!(with_role(&schema, role), expected, "{path}");
            if reports {
                // Both ends are of the same granularity.
                assert_eq!(schema["properties"][name]["format"], "date");
            }
        }
        assert!(with_role(&schema, "primary-instant").is_empty());
        assert!(with_role(&schema, "primary-interval").is_empty());
        assert_eq!(with_role(&schema, "primary-geometry"), ["geometry"]);
    }
    let site = app.given(a_site());
    app.given(a_report(site).with("observed_on", "2024-05"));
    let report = app
        .anonymous()
        .get("/collections/condition-reports/items")
        .features()
        .remove(0);
    let observed = ["observed_start", "observed_end"].map(|name| &report["properties"][name]);
    assert_eq!(observed, [&json!("2024-05-01"), &json!("2024-05-31")]);
});

/// A feature as the logical schema has it; `null` counts as missing.
fn logical(feature: &Value) -> Value {
    let mut flat = feature["properties"].clone();
    flat["id"] = feature["id"].clone();
    flat["geometry"] = feature["geometry"].clone();
    without_null(flat)
}

fn without_null(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}

/// Whether the features of the real catalogue are as the schemas say, for both audiences.
fn describe_what_is_read(app: &App) {
    for client in [app.anonymous(), app.admin()] {
        let logicals = linked(&client, SCHEMA);
        let geojsons = linked(&client, "describedby");
        for ((path, schema), (_, geojson)) in logicals.iter().zip(&geojsons) {
            let page = client.get(&format!(
                "{}?limit=10000",
                path.replace("/schema", "/items")
            ));
            let features = page.features();
            assert!(features.len() > 19, "{path}");
            let of_both = &geojson["properties"]["properties"]["properties"];
            let mut shown = names(schema);
            shown.retain(|name| schema["properties"][name]["writeOnly"] != true);
            for feature in features {
                let mut given: BTreeSet<_> = members(&feature["properties"])
                    .map(|(name, _)| name.as_str())
                    .collect();
                let in_geojson: BTreeSet<_> =
                    members(of_both).map(|(name, _)| name.as_str()).collect();
                assert_eq!(given, in_geojson, "{path}");
                given.extend(["id", "geometry"]);
                assert_eq!(given, shown, "{path}");
                assert_eq!(
                    refused_by(schema, &logical(&feature)),
                    BTreeSet::new(),
                    "{path}"
                );
                let mut whole = feature.clone();
                whole["properties"] = without_null(whole["properties"].take());
                assert_eq!(refused_by(geojson, &whole), BTreeSet::new(), "{path}");
            }
        }
    }
}

over_the_seed!(ogcapi_features_5_conf_returnables_and_receivables, |app| {
    describe_what_is_read(app);
});

on_each_engine!(ogcapi_common_3_conf_returnables_and_receivables, |app| {
    let admin = app.admin();
    let path = "/collections/organizations/schema";
    let schema = admin.get(path).expect(200).json();
    // What is sent and never shown is told to those who may send something.
    let hidden = &schema["properties"]["note_internal"];
    assert_eq!(
        (&hidden["writeOnly"], &hidden["type"]),
        (&json!(true), &json!("string"))
    );
    let public = app.anonymous().get(path).json();
    for name in ["note_internal", "contact", "listed", "version"] {
        assert!(schema["properties"].get(name).is_some(), "{name}");
        assert!(public["properties"].get(name).is_none(), "{name}");
    }
    assert_eq!(schema["required"], json!(["id", "names", "kind"]));
    // What has to be there is enough, and anything else is refused.
    let feature =
        |members: Value| json!({"type": "Feature", "geometry": null, "properties": members});
    let enough = json!({"names": [{"text": "Blue Shield", "lang": "en"}], "kind": "ngo"});
    let at = "/collections/organizations/items";
    let made = post(&admin, at, None, &feature(enough.clone())).expect(201);
    for (name, value) in [("nope", json!(1)), ("distance_m", json!(7))] {
        assert_eq!(schema["additionalProperties"], false);
        let mut more = enough.clone();
        more[name] = value;
        let faults = post(&admin, at, None, &feature(more)).expect(422).faults();
        assert!(
            faults[0].starts_with(&format!("/properties/{name}: ")),
            "{faults:?}"
        );
    }
    // What cannot be set is refused where it is another, and everything else is taken.
    let (mut sent, tag) = read(&admin, made.header("location"));
    put(&admin, made.header("location"), &tag, &sent).expect(200);
    let (_, tag) = read(&admin, made.header("location"));
    sent["properties"]["version"] = json!(77);
    assert_eq!(schema["properties"]["version"]["readOnly"], true);
    let faults = put(&admin, made.header("location"), &tag, &sent)
        .expect(422)
        .faults();
    assert!(faults[0].starts_with("/properties/version: "), "{faults:?}");
    for (name, property) in members(&schema["properties"]) {
        let is_taken = heritage_registry::domain::Draft::members(Collection::Organizations)
            .contains(&name.as_str());
        assert_eq!(property["readOnly"] == true, !is_taken, "{name}");
    }
});

on_each_engine!(a_schema_is_for_whoever_reads_it, |app| {
    let contributor = app.account(Role::Contributor, None);
    for collection in Collection::ALL {
        let path = format!("/collections/{collection}/schema");
        let public = app.anonymous().get(&path).expect(200);
        assert_eq!(public.header("cache-control"), "public, max-age=60");
        let trusted = app.admin().get(&path).expect(200);
        assert_eq!(trusted.header("cache-control"), "private, no-store");
        let (public, trusted) = (public.json(), trusted.json());
        let sender = app.bearer(&contributor).get(&path).expect(200).json();
        for property in properties(collection, Audience::Trusted) {
            let name = property.name;
            let has = |schema: &Value| schema["properties"].get(name).is_some();
            assert_eq!(
                has(&public),
                property.is_returned && property.is_public(),
                "{name}"
            );
            assert_eq!(has(&trusted), property.is_returned, "{name}");
            for of in ["queryables", "sortables"] {
                let at = format!("/collections/{collection}/{of}");
                let asked =
                    |client: Client<'_>| client.get(&at).json()["properties"].get(name).is_some();
                let can = if of == "queryables" {
                    property.kind.is_simple()
                } else {
                    property.kind.is_sortable()
                };
                assert_eq!(
                    asked(app.anonymous()),
                    can && property.is_public(),
                    "{at} {name}"
                );
                assert_eq!(asked(app.admin()), can, "{at} {name}");
            }
        }
        // Whoever submits may send what only the trusted are shown of what others sent.
        let taken = heritage_registry::domain::Draft::members(collection);
        assert!(
            taken.iter().all(|name| names(&sender).contains(name)),
            "{collection}"
        );
    }
});

on_each_engine!(concepts_are_labelled_in_the_language_of_the_reader, |app| {
    for (lang, label) in [("hy", "Մատուռ"), ("en", "Chapel"), ("xx", "Chapel")] {
        for of in ["schema", "queryables", "sortables"] {
            let path = format!("/collections/sites/{of}?lang={lang}");
            let answer = app.anonymous().get(&path).expect(200);
            assert_eq!(
                answer.header("content-language"),
                if lang == "hy" { "hy" } else { "en" }
            );
            let schema = answer.json();
            assert_eq!(
                schema["$id"],
                format!("{BASE}/collections/sites/{of}"),
                "without parameters"
            );
            let choices = &schema["properties"]["site_type"]["oneOf"];
            assert_eq!(items(choices).count(), Scheme::SiteType.concepts().count());
            let chapel = items(choices).find(|one| one["const"] == "chapel").unwrap();
            assert_eq!(chapel["title"], label, "{path}");
        }
    }
});

/// What features can be asked for, collection by collection, as the public is told.
fn queryables(app: &App) -> Vec<(String, Value)> {
    let all = linked(&app.anonymous(), QUERYABLES);
    for (path, schema) in &all {
        is_a_schema(path, schema);
        assert_eq!(schema["additionalProperties"], false, "{path}");
        let page = app
            .anonymous()
            .get(&path.replace("/queryables", "/items"))
            .expect(200);
        let (at, media_type) = link(&page.json(), QUERYABLES);
        assert_eq!(
            (at, media_type.as_str()),
            (format!("{BASE}{path}"), "application/schema+json")
        );
        for query in ["nope=1", "f=csv", "type=create"] {
            let answer = app.anonymous().get(&format!("{path}?{query}"));
            assert_eq!(
                refused(answer),
                [query.split('=').next().unwrap()],
                "{path}"
            );
        }
        let picture = app.anonymous().with("accept", "image/png");
        picture.get(path).expect(406);
    }
    let unknown = app.anonymous().get("/collections/monuments/queryables");
    unknown.expect(404);
    all
}

/// What is demanded of them by Part 3, and again by Part 5.
fn are_queryables(app: &App) {
    let all = queryables(app);
    assert_eq!(all.len(), 4);
    for (path, schema) in all {
        assert_eq!(
            with_role(&schema, "primary-geometry"),
            ["geometry"],
            "{path}"
        );
        for (name, property) in
            members(&schema["properties"]).filter(|(name, _)| *name != "geometry")
        {
            let kind = property["type"].as_str().unwrap();
            assert_ne!(kind, "object", "{path} {name}");
            if kind == "array" {
                assert_ne!(property["items"]["type"], "object", "{path} {name}");
            }
            assert!(
                property["description"]
                    .as_str()
                    .unwrap()
                    .contains("As a parameter: "),
                "{name}"
            );
        }
    }
}

on_each_engine!(ogcapi_features_3_conf_queryables, |app| {
    are_queryables(app);
    let sites = app.anonymous().get("/collections/sites/queryables").json();
    // Names are asked for, and shown in another form.
    assert_eq!(sites["properties"]["name"]["type"], "array");
    assert!(sites["properties"].get("names").is_none());
    let told = |name: &str| {
        sites["properties"][name]["description"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        told("site_type"),
        "A concept of the vocabulary site_type. As a parameter: this concept or a narrower one."
    );
    assert_eq!(told("name"), "As a parameter: one of them is this.");
});

on_each_engine!(ogcapi_features_5_conf_queryables, |app| {
    are_queryables(app);
});

on_each_engine!(ogcapi_common_3_conf_queryables, |app| {
    are_queryables(app);
});

/// Values that a schema allows.
fn allowed(schema: &Value) -> Vec<String> {
    let choices: Vec<_> = ["oneOf", "enum"]
        .iter()
        .flat_map(|keyword| items(&schema[*keyword]))
        .collect();
    if !choices.is_empty() {
        let id = |one: &&Value| one.get("const").unwrap_or(one).as_str().unwrap().to_owned();
        return choices.iter().map(id).collect();
    }
    let one = match (schema["type"].as_str().unwrap(), schema["format"].as_str()) {
        ("boolean", _) => "true",
        ("integer", _) => "7",
        ("number", _) => "7.5",
        ("string", Some("uuid")) => "078f84d6-717d-4c21-b0b9-eefb0853a8f3",
        ("string", Some("date")) => "2023-10-01",
        ("string", Some("date-time")) => "2023-10-01T00:00:00Z",
        ("string", Some("interval-iso8601")) => "2023-10-01/2024-06-01",
        ("string", None) => "Any text",
        other => panic!("{other:?}"),
    };
    vec![one.to_owned()]
}

over_the_seed!(ogcapi_features_3_conf_queryables_query_parameters, |app| {
    let document = app.anonymous().get("/api").json();
    for (path, schema) in queryables(app) {
        let at = path.replace("/queryables", "/items");
        let documented: BTreeSet<_> = items(&document["paths"][&at]["get"]["parameters"])
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        for (name, property) in
            members(&schema["properties"]).filter(|(name, _)| *name != "geometry")
        {
            assert!(documented.contains(name.as_str()), "{at} {name}");
            let one = if property["type"] == "array" {
                &property["items"]
            } else {
                property
            };
            for value in allowed(one) {
                let value = value.replace(' ', "%20");
                let answer = app.anonymous().get(&format!("{at}?{name}={value}&limit=1"));
                answer.expect(200);
            }
        }
        let nope = app.anonymous().get(&format!("{at}?nope=1"));
        assert_eq!(refused(nope), ["nope"]);
    }
    // They hold together, and each means equality.
    let ids = |query: &str| {
        app.anonymous()
            .get(&format!("/collections/sites/items?limit=10000&{query}"))
            .ids()
    };
    let both: Vec<_> = ids("site_type=church&condition=destroyed");
    let one: BTreeSet<_> = ids("site_type=church").into_iter().collect();
    let other: BTreeSet<_> = ids("condition=destroyed").into_iter().collect();
    assert!(!both.is_empty());
    assert_eq!(
        both.iter().copied().collect::<BTreeSet<_>>(),
        one.intersection(&other).copied().collect()
    );
});

/// What is demanded of sortables by Part 5.
fn are_sortables(app: &App) {
    let all = sortables(app);
    assert_eq!(all.len(), 4);
    for (path, schema) in all {
        assert_eq!(schema["additionalProperties"], false, "{path}");
        is_of_scalars(&schema);
        assert!(schema["properties"].get("geometry").is_none());
    }
}

on_each_engine!(ogcapi_features_5_conf_sortables, |app| {
    are_sortables(app);
});

on_each_engine!(ogcapi_common_3_conf_sortables, |app| {
    are_sortables(app);
});

on_each_engine!(gdal_makes_its_fields_of_the_geojson_schema, |app| {
    let (path, schema) = linked(&app.anonymous(), "describedby").remove(3);
    assert_eq!(path, "/collections/sites/schema?type=geojson");
    assert_eq!(schema["$id"], format!("{BASE}{path}"));
    // GDAL 3.7 looks no further where it meets `allOf`, and takes for a text whatever has not one type.
    let at = &schema["properties"]["properties"];
    assert_eq!(
        (&at["type"], at.get("allOf"), schema.get("allOf")),
        (&json!("object"), None, None)
    );
    let kind = |name: &str| {
        (
            at["properties"][name]["type"].as_str().unwrap(),
            at["properties"][name]["format"].as_str(),
        )
    };
    assert_eq!(kind("earliest_year"), ("integer", None));
    assert_eq!(kind("location_accuracy_m"), ("number", None));
    assert_eq!(kind("traditions_disputed"), ("boolean", None));
    assert_eq!(kind("updated_at"), ("string", Some("date-time")));
    assert_eq!(kind("wikidata"), ("array", None));
});

on_each_engine!(what_filters_may_call_is_listed, |app| {
    let landing = app.anonymous().get("/").json();
    let (at, media_type) = link(&landing, "http://www.opengis.net/def/rel/ogc/1.0/functions");
    assert_eq!(at, format!("{BASE}/functions"));
    let answer = app.anonymous().get(&at).expect(200);
    assert_eq!(answer.header("content-type"), media_type);
    let list = answer.json();
    assert_eq!(list, app.admin().get(&at).json());
    assert_eq!(link(&list, "self").0, at);
    let names: Vec<_> = items(&list["functions"])
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        FUNCTIONS.iter().map(|one| one.name).collect::<Vec<_>>()
    );
    for function in items(&list["functions"]) {
        assert_eq!(function["args"], function["arguments"], "both names");
    }
    let year = items(&list["functions"])
        .find(|one| one["name"] == "year")
        .unwrap();
    assert_eq!(year["returns"], json!(["integer"]));
    assert_eq!(year["arguments"][0]["type"], json!(["datetime"]));
    let distance = &list["functions"][1];
    assert_eq!(distance["arguments"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&distance["arguments"][0]["type"], &distance["returns"]),
        (&json!(["geometry"]), &json!(["number"]))
    );
});
