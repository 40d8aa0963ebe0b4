//! `/api`: the API definition held against the running program, both ways.

use std::collections::{BTreeMap, BTreeSet};

use heritage_registry::domain::{Audience, Collection, properties};
use heritage_registry::formats::{FORMATS, OF_TABLES};
use heritage_registry::http;
use heritage_registry::query::{
    LIMIT_DEFAULT, LIMIT_MAX, RADIUS_MAX_M, has_names, pairs, parameter_names,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::json_schema::refused;
use crate::harness::{
    Answer, App, BASE, Client, a_region, a_report, a_site, an_organization, is_for_accounts,
    of_the_world, site_ref,
};

/// Something in every collection.
fn a_world(app: &App) -> BTreeMap<&'static str, Uuid> {
    let site = app.given(a_site());
    BTreeMap::from([
        ("condition-reports", app.given(a_report(site))),
        ("organizations", app.given(an_organization("Blue Shield"))),
        ("regions", app.given(a_region("hist-khachen", 46.5, 40.0))),
        ("sites", site),
    ])
}

/// Both audiences, with the document that each is given.
fn readers(app: &App) -> [(Audience, Client<'_>, Value); 2] {
    [
        (Audience::Public, app.anonymous()),
        (Audience::Trusted, app.admin()),
    ]
    .map(|(audience, client)| {
        let document = client.get("/api").expect(200).json();
        (audience, client, document)
    })
}

/// What is at a place, or at the place that it refers to.
fn resolved<'a>(document: &'a Value, written: &'a Value) -> &'a Value {
    let Some(reference) = written["$ref"].as_str() else {
        return written;
    };
    let pointer = reference.strip_prefix('#').unwrap();
    document
        .pointer(pointer)
        .unwrap_or_else(|| panic!("{reference} leads nowhere"))
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The parameters in the query of a path.
fn parameters<'a>(document: &'a Value, path: &str) -> Vec<&'a Value> {
    items(&document["paths"][path]["get"]["parameters"])
        .map(|parameter| resolved(document, parameter))
        .filter(|parameter| parameter["in"] == "query")
        .collect()
}

fn items_path(collection: Collection) -> String {
    format!("/collections/{collection}/items")
}

/// The documented paths that everybody may read.
fn public(document: &Value) -> impl Iterator<Item = &str> {
    let read = members(&document["paths"]).filter(|(_, item)| item.get("get").is_some());
    let paths = read.map(|(path, _)| path.as_str());
    paths.filter(|path| !is_for_accounts(path) && !path.starts_with("/assets/"))
}

/// A documented path as an address: of the feature of the collection that is there.
fn address(path: &str, world: &BTreeMap<&str, Uuid>) -> String {
    let collection = path.split('/').nth(2).unwrap_or_default();
    let id = world.get(collection).copied().unwrap_or_default();
    of_the_world(&path.replace("{featureId}", &id.to_string()))
}

/// Of a tile in which nothing is, there is nothing to read.
fn expect_read(answer: Answer) {
    let is_read = answer.status == 200 || answer.status == 204;
    assert!(is_read, "{}", String::from_utf8_lossy(&answer.body));
}

/// The same with the parameters that it needs.
fn address_in(document: &Value, path: &str, world: &BTreeMap<&str, Uuid>) -> String {
    let needed = parameters(document, path).into_iter();
    let needed = needed.filter(|parameter| parameter["required"] == true);
    let pairs: Vec<_> = needed
        .map(|parameter| (text(&parameter["name"]), allowed(parameter).remove(0)))
        .collect();
    if pairs.is_empty() {
        return address(path, world);
    }
    format!("{}?{}", address(path, world), query(&pairs))
}

fn query(pairs: &[(&str, String)]) -> String {
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    pairs.join("&")
}

on_each_engine!(the_paths_of_the_document_are_the_routes, |app| {
    let world = a_world(app);
    let documented = |route: &str, collection: Collection| {
        let of_one = route.replace("{collection}", collection.id());
        ["account", "token"]
            .iter()
            .fold(of_one.replace("{id}", "{featureId}"), |path, one| {
                path.replace(&format!("{{{one}}}"), &format!("{{{one}Id}}"))
            })
    };
    let routes: BTreeSet<(String, String)> = http::paths()
        .flat_map(|(route, methods)| {
            let methods = methods.into_iter().flat_map(|method| {
                let method = method.as_str().to_lowercase();
                Collection::ALL.map(|collection| (collection, method.clone()))
            });
            // No document lists OPTIONS.
            let methods = methods.filter(|(_, method)| method != "options");
            let all: Vec<_> = methods
                .map(|(collection, method)| (documented(route, collection), method))
                .collect();
            all
        })
        .collect();
    for (audience, client, document) in readers(app) {
        let paths: BTreeSet<(String, String)> = members(&document["paths"])
            .flat_map(|(path, item)| {
                members(item).map(move |(method, _)| (path.clone(), method.clone()))
            })
            .collect();
        assert_eq!(paths, routes, "{audience:?}");
        for path in public(&document) {
            expect_read(client.get(&address_in(&document, path, &world)));
        }
    }
});

on_each_engine!(the_parameters_of_items_are_those_of_the_tables, |app| {
    for (audience, _, document) in readers(app) {
        for collection in Collection::ALL {
            let documented: Vec<&str> = parameters(&document, &items_path(collection))
                .into_iter()
                .map(|parameter| text(&parameter["name"]))
                .collect();
            let mut expected = parameter_names(collection);
            let simple = properties(collection, audience)
                .into_iter()
                .filter(|property| property.kind.is_simple());
            expected.extend(simple.map(|property| property.name));
            let sorted = |mut names: Vec<&str>| {
                names.sort_unstable();
                names.join(" ")
            };
            assert_eq!(
                sorted(documented),
                sorted(expected),
                "{audience:?} {collection}"
            );
        }
    }
});

/// The values that a parameter may have, as the document says; one that does, where it does not list them.
fn allowed(parameter: &Value) -> Vec<String> {
    let written = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| item.to_string()).collect();
            items.join(",").replace('"', "")
        }
        other => other.to_string(),
    };
    let schema = &parameter["schema"];
    if let Some(choices) = schema["enum"].as_array() {
        return choices.iter().map(written).collect();
    }
    if let Some(choices) = schema["items"]["enum"].as_array() {
        // All at once, ascending and descending: none may stand twice.
        let (descending, ascending): (Vec<_>, Vec<_>) = choices
            .iter()
            .partition(|choice| text(choice).starts_with('-'));
        return [ascending, descending]
            .into_iter()
            .filter(|choices| !choices.is_empty())
            .map(|choices| written(&json!(choices)))
            .collect();
    }
    if let Some(example) = [&parameter["example"], &schema["example"]]
        .into_iter()
        .find(|example| !example.is_null())
    {
        return vec![written(example)];
    }
    let one = match (text(&schema["type"]), schema["format"].as_str()) {
        ("boolean", _) => return vec!["true".to_owned(), "false".to_owned()],
        ("integer", _) => "7",
        ("number", _) => "7.5",
        ("string", Some("uuid")) => "078f84d6-717d-4c21-b0b9-eefb0853a8f3",
        ("string", Some("date")) => "2023-10-01",
        ("string", Some("date-time")) => "2023-10-01T00:00:00Z",
        ("string", None) => "any text",
        other => panic!("{other:?} has no example: {parameter}"),
    };
    vec![one.to_owned()]
}

/// The parameters of tiles that are taken whatever collections are in them.
const TAKEN_BY_ALL: [&str; 10] = [
    "as_of",
    "collections",
    "datetime",
    "f",
    "filter",
    "filter-lang",
    "lang",
    "near",
    "radius",
    "v",
];

over_the_seed!(every_value_that_the_document_allows_is_taken, |app| {
    for (audience, client, document) in readers(app) {
        let first = |collection| client.get(&items_path(collection)).ids()[0];
        let world = Collection::ALL.map(|collection| (collection.id(), first(collection)));
        let world = BTreeMap::from(world);
        for path in public(&document) {
            let values: Vec<(&str, Vec<String>)> = parameters(&document, path)
                .into_iter()
                // Only the program itself makes cursors.
                .filter(|parameter| parameter["name"] != "cursor")
                .map(|parameter| {
                    let (name, mut values) = (text(&parameter["name"]), allowed(parameter));
                    match name {
                        // The box of the example lies outside of these; they are asked in `crs.rs`.
                        "bbox-crs" => values.retain(|uri| !uri.contains("/EPSG/0/284")),
                        // The example of `filter` is written in the first.
                        "filter-lang" => values.truncate(1),
                        _ => {}
                    }
                    (name, values)
                })
                .collect();
            let rounds = values.iter().map(|(_, values)| values.len()).max();
            for round in 0..rounds.unwrap_or_default() {
                let mut pairs: Vec<_> = values
                    .iter()
                    .map(|(name, values)| (*name, values[round % values.len()].clone()))
                    .collect();
                if !pairs.contains(&("f", "csv".to_owned())) {
                    pairs.retain(|(name, _)| !OF_TABLES.contains(name));
                }
                // What only some collections take, tiles of all do not.
                if path.starts_with("/tiles/") {
                    pairs.retain(|(name, _)| TAKEN_BY_ALL.contains(name));
                }
                // Longitude and latitude are those of one system.
                if pairs.contains(&("geometry-format", "lonlat".to_owned())) {
                    pairs.retain(|(name, _)| *name != "crs");
                }
                let asked = format!("{}?{}", address(path, &world), query(&pairs));
                let answer = client.get(&asked);
                assert!(
                    [200, 204].contains(&answer.status),
                    "{audience:?} {asked}: {}",
                    answer.text()
                );
            }
        }
    }
});

on_each_engine!(a_value_that_the_document_does_not_allow_is_refused, |app| {
    let world = a_world(app);
    for (audience, client, document) in readers(app) {
        for path in public(&document) {
            let is_narrow = |schema: &Value| {
                let of = if schema["type"] == "array" {
                    &schema["items"]
                } else {
                    schema
                };
                of["type"] != "string" || of.get("enum").is_some() || of.get("format").is_some()
            };
            let narrow: BTreeSet<&str> = parameters(&document, path)
                .into_iter()
                .filter(|parameter| is_narrow(&parameter["schema"]))
                .map(|parameter| text(&parameter["name"]))
                .collect();
            if narrow.is_empty() {
                continue;
            }
            let needed = parameters(&document, path).into_iter();
            let needed = needed.filter(|parameter| parameter["required"] == true);
            let needed = needed.map(|parameter| (text(&parameter["name"]), allowed(parameter)));
            let mut pairs: BTreeMap<_, _> = needed
                .map(|(name, mut values)| (name, values.remove(0)))
                .collect();
            pairs.extend(narrow.iter().map(|name| (*name, "?".to_owned())));
            let pairs: Vec<_> = pairs.into_iter().collect();
            let answer = client.get(&format!("{}?{}", address(path, &world), query(&pairs)));
            let faults = answer.expect(400).faults();
            let refused: BTreeSet<&str> = faults
                .iter()
                .map(|fault| fault.split(':').next().unwrap())
                .collect();
            assert_eq!(refused, narrow, "{audience:?} {path}");
        }
    }
});

on_each_engine!(
    the_links_of_a_page_carry_documented_parameters_only,
    |app| {
        for _ in 0..3 {
            app.given(a_site());
        }
        let document = app.anonymous().get("/api?f=json31").json();
        let documented = parameters(&document, "/collections/sites/items");
        let second = app
            .anonymous()
            .get("/collections/sites/items?limit=1")
            .link("next")
            .unwrap();
        let page = app.anonymous().get(&second).expect(200);
        for rel in ["self", "alternate", "next", "prev"] {
            let link = page.link(rel).unwrap();
            for (name, value) in pairs(link.split('?').nth(1).unwrap()) {
                let parameter = documented.iter().find(|one| one["name"] == name);
                let schema = &parameter.unwrap_or_else(|| panic!("{rel}: {name}"))["schema"];
                let value = serde_json::from_str(&value).unwrap_or(Value::String(value));
                let faults = refused(schema, &value, &document);
                assert!(faults.is_empty(), "{rel}: {name}: {faults:?}");
            }
        }
    }
);

on_each_engine!(
    every_reference_leads_somewhere_and_every_operation_has_its_name,
    |app| {
        fn follow(document: &Value, at: &Value, used: &mut BTreeSet<String>) {
            if let Some(reference) = at["$ref"].as_str() {
                resolved(document, at);
                used.insert(reference.to_owned());
            }
            members(at).for_each(|(_, member)| follow(document, member, used));
            items(at).for_each(|item| follow(document, item, used));
        }
        for (_, _, document) in readers(app) {
            let mut used = BTreeSet::new();
            follow(&document, &document, &mut used);
            for (kind, components) in members(&document["components"]) {
                for (name, _) in members(components).filter(|_| kind != "securitySchemes") {
                    let reference = format!("#/components/{kind}/{name}");
                    assert!(used.contains(&reference), "nothing refers to {reference}");
                }
            }
            let mut names = BTreeSet::new();
            let tags: Vec<_> = items(&document["tags"]).map(|tag| &tag["name"]).collect();
            for (path, item) in members(&document["paths"]) {
                for (method, operation) in members(item) {
                    assert!(
                        names.insert(text(&operation["operationId"])),
                        "{method} {path}: its operationId stands twice"
                    );
                    assert!(tags.contains(&&operation["tags"][0]), "{method} {path}");
                }
            }
        }
    }
);

// The harness holds each against the definition, as every answer of every test.
on_each_engine!(every_kind_of_answer_is_given_and_documented, |app| {
    let world = a_world(app);
    let withdrawn = app.given(a_site());
    app.withdraw(site_ref(withdrawn));
    app.given(a_site().nowhere());
    let unknown = "/collections/sites/items/078f84d6-717d-4c21-b0b9-eefb0853a8f3";
    for (_, client, document) in readers(app) {
        for path in public(&document) {
            let good = address_in(&document, path, &world);
            expect_read(client.get(&good));
            let asked = format!("{}?unknown=1", address(path, &world));
            client.get(&asked).expect(400);
            let picture = app.anonymous().with("accept", "image/png");
            picture.get(&good).expect(406);
            // Whether the program is well is told to anybody, whatever they show.
            let asks_who = document["paths"][path]["get"]["security"].is_null();
            let stranger = app.anonymous().with("authorization", "Bearer wrong");
            let answer = stranger.get(&good);
            if asks_who {
                answer.expect(401);
            } else {
                expect_read(answer);
            }
        }
        client.get(unknown).expect(404);
        client
            .get(&format!("/collections/sites/items/{withdrawn}"))
            .expect(410);
        let example = client
            .get("/collections/sites/items?located=maybe")
            .expect(400);
        let problem = &document["components"]["responses"]["BadRequest"]["content"];
        assert_eq!(
            problem["application/problem+json"]["example"],
            example.json()
        );
    }
});

over_the_seed!(the_whole_catalogue_is_as_the_document_says, |app| {
    for (audience, client, document) in readers(app) {
        for collection in Collection::ALL {
            let path = items_path(collection);
            let near = "near=46.75,39.76&limit=10000";
            let mut all = vec![format!("{path}?limit=10000"), format!("{path}?{near}")];
            if has_names(collection) {
                all.push(format!("{path}?q=a"));
            }
            for asked in all {
                let answer = client.get(&asked).expect(200);
                let schema = &document["components"]["schemas"][format!("{collection}.feature")];
                let mut documented: BTreeSet<&String> =
                    members(&schema["properties"]["properties"]["properties"])
                        .map(|(name, _)| name)
                        .collect();
                if !asked.contains(near) {
                    documented.retain(|name| *name != "distance_m");
                }
                if !asked.contains("q=") {
                    documented.retain(|name| *name != "match_tier");
                }
                for feature in answer.features() {
                    let given: BTreeSet<_> = members(&feature["properties"])
                        .map(|(name, _)| name)
                        .collect();
                    assert_eq!(given, documented, "{audience:?} {asked}");
                }
            }
        }
    }
});

on_each_engine!(clients_find_what_they_look_for, |app| {
    let answer = app.anonymous().get("/api").expect(200);
    assert_eq!(
        answer.header("content-type"),
        "application/vnd.oai.openapi+json;version=3.0"
    );
    let document = answer.json();
    assert_eq!(document["openapi"], "3.0.3");
    assert_eq!(document["servers"], json!([{ "url": BASE }]));
    // QGIS shows who to ask; nobody is named who has not agreed to it.
    assert_eq!(
        document["info"]["contact"],
        json!({"name": "The operator of this registry"})
    );
    for place in ["/info/license/url", "/externalDocs/url"] {
        assert!(document.pointer(place).unwrap().is_string(), "{place}");
    }
    // QGIS reads `maximum` and `default` here; the suite needs `minimum`, and a maximum of 2500 or more.
    let limit = &document["components"]["parameters"]["limit"]["schema"];
    assert_eq!(
        *limit,
        json!({"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT})
    );
    assert!(limit["maximum"].as_u64() >= Some(2500));
    let format = &document["components"]["parameters"]["formatOfDocument"];
    assert_eq!(format["schema"]["enum"], json!(["json"]));
});

on_each_engine!(clients_find_the_parameters_of_every_collection, |app| {
    let document = app.anonymous().get("/api").json();
    let collections = app.anonymous().get("/collections").json();
    for collection in items(&collections["collections"]) {
        // QGIS and GDAL look for this very key, and follow references from its parameters.
        let path = format!("/collections/{}/items", text(&collection["id"]));
        let listed = &document["paths"][&path]["get"]["parameters"];
        for name in ["limit", "resultType"] {
            let reference = json!({"$ref": format!("#/components/parameters/{name}")});
            assert!(items(listed).any(|one| *one == reference), "{path} {name}");
        }
        let all = parameters(&document, &path);
        let schema = |name: &str| {
            let found = all.iter().find(|parameter| parameter["name"] == name);
            found.unwrap()["schema"].clone()
        };
        assert_eq!(
            schema("bbox"),
            json!({"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}})
        );
        assert_eq!(schema("datetime"), json!({"type": "string"}));
        assert_eq!(schema("resultType")["enum"], json!(["results", "hits"]));
        assert_eq!(schema("radius")["maximum"], json!(RADIUS_MAX_M));
        let names = FORMATS.iter().flat_map(|format| format.names);
        let names: Vec<_> = names.chain([&"html"]).collect();
        assert_eq!(schema("f")["enum"], json!(names));
        for parameter in all {
            let spelled_out = ["required", "style", "explode"].map(|key| &parameter[key]);
            assert_eq!(
                spelled_out,
                [&json!(false), &json!("form"), &json!(false)],
                "{path}: QGIS ignores {parameter}"
            );
            // A parameter of type object would be free-form, for which the suite skips its test.
            let kind = text(&parameter["schema"]["type"]);
            assert_ne!(kind, "object", "{parameter}");
        }
        for format in FORMATS {
            let content = &document["paths"][&path]["get"]["responses"]["200"]["content"];
            assert!(content[format.media_type].is_object(), "{path}: {format:?}");
        }
    }
});

on_each_engine!(a_token_is_offered_and_not_demanded, |app| {
    let document = app.anonymous().get("/api").json();
    assert_eq!(
        document["security"],
        json!([{}, {"bearer": []}, {"basic": []}])
    );
    let schemes: Vec<_> = members(&document["components"]["securitySchemes"])
        .map(|(name, scheme)| {
            (
                name.as_str(),
                text(&scheme["type"]),
                text(scheme.get("scheme").unwrap_or(&scheme["in"])),
            )
        })
        .collect();
    assert_eq!(
        schemes,
        [
            ("basic", "http", "basic"),
            ("bearer", "http", "bearer"),
            ("session", "apiKey", "cookie"),
        ]
    );
});

/// Every name and every choice that a document has for a collection.
fn words(at: &Value, words: &mut BTreeSet<String>) {
    for (name, member) in members(at) {
        words.insert(name.clone());
        self::words(member, words);
    }
    items(at).for_each(|item| self::words(item, words));
    if let Some(text) = at.as_str() {
        words.insert(text.trim_start_matches('-').to_owned());
    }
}

on_each_engine!(
    the_public_document_names_no_property_of_the_trusted,
    |app| {
        let [(_, _, public), (_, _, trusted)] = readers(app);
        for collection in Collection::ALL {
            let words_of = |document: &Value| {
                let mut words = BTreeSet::new();
                let written = [
                    ("paths", format!("/collections/{collection}")),
                    ("paths", format!("/collections/{collection}/items")),
                    (
                        "paths",
                        format!("/collections/{collection}/items/{{featureId}}"),
                    ),
                ];
                for (kind, name) in written {
                    self::words(&document[kind][name], &mut words);
                }
                for kind in ["feature", "features"] {
                    let schema = &document["components"]["schemas"][format!("{collection}.{kind}")];
                    self::words(schema, &mut words);
                }
                words
            };
            let (public, trusted) = (words_of(&public), words_of(&trusted));
            let shown: Vec<_> = properties(collection, Audience::Public)
                .into_iter()
                .map(|property| property.name)
                .collect();
            let mut hidden = properties(collection, Audience::Trusted);
            hidden.retain(|property| !shown.contains(&property.name));
            assert!(!hidden.is_empty());
            for property in hidden {
                assert!(!public.contains(property.name), "{}", property.name);
                assert!(!public.contains(property.title), "{}", property.title);
                assert!(trusted.contains(property.name), "{}", property.name);
            }
            assert!(shown.iter().all(|name| public.contains(*name)));
        }
        let answer = app.admin().get("/api");
        assert_eq!(answer.header("cache-control"), "private, no-store");
    }
);

on_each_engine!(
    the_document_says_of_the_registry_what_the_landing_page_says,
    |app| {
        let landing = app.anonymous().get("/").json();
        let document = app.anonymous().get("/api").json();
        assert_eq!(document["info"]["title"], landing["title"]);
        let (said, also) = text(&document["info"]["description"])
            .split_once("\n\n")
            .unwrap();
        assert_eq!(said, text(&landing["description"]));
        assert!(also.contains("CRS84"));
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        let collections = app.anonymous().get("/collections").json();
        for collection in items(&collections["collections"]) {
            let tag =
                json!({"name": collection["title"], "description": collection["description"]});
            assert!(items(&document["tags"]).any(|one| *one == tag), "{tag}");
        }
    }
);
