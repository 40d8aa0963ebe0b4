//! What QGIS 3.44 asks: when it opens a layer, and when somebody edits one. It sends no `If-Match`, all fields of the layer,
//! those that are computed too, and lists and objects as the text of their JSON.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use heritage_registry::domain::{Collection, Role};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::harness::contract::OUTSIDE;
use crate::harness::writing::{address, end};
use crate::harness::{Answer, App, BASE, Client, a_region, a_site, an_organization, site_ref};

/// What it accepts where it reads JSON, features, and the API definition.
const JSON: &str = "application/json";
const FEATURES: &str = "application/geo+json, application/json";
const DEFINITION: &str = "application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, application/json";

/// Asks as a layer does that is opened, and again with the tag that came: the answer is kept, and is not sent twice.
fn opened(app: &App, path: &str, accept: &str, media_type: &str) -> Answer {
    let answer = app.anonymous().with("accept", accept).get(path).expect(200);
    assert_eq!(answer.header("content-type"), media_type, "{path}");
    assert_ne!(answer.header("cache-control"), "", "{path}");
    let known = app.anonymous().with("accept", accept);
    let known = known.with("if-none-match", answer.header("etag"));
    assert_eq!(known.get(path).status, 304, "{path}");
    answer
}

/// The link of that relation and media type.
fn link(links: &Value, rel: &str, media_type: &str) -> String {
    let links = links["links"].as_array().unwrap();
    let link = links
        .iter()
        .find(|link| link["rel"] == rel && link["type"] == media_type);
    let link = link.unwrap_or_else(|| panic!("no {rel} as {media_type} in {links:?}"));
    link["href"].as_str().unwrap().to_owned()
}

over_the_seed!(what_it_asks_when_it_opens_a_layer_is_answered, |app| {
    let landing = opened(app, "/", JSON, JSON).json();
    let definition = "application/vnd.oai.openapi+json;version=3.0";
    let api = link(&landing, "service-desc", definition);
    let (data, conformance) = (
        link(&landing, "data", JSON),
        link(&landing, "conformance", JSON),
    );
    assert!(!data.contains('?'), "it cuts a question off");

    let document = opened(app, &api, DEFINITION, definition).json();
    assert_eq!(document["openapi"].as_str().unwrap()[..4], *"3.0.");
    let limit = &document["components"]["parameters"]["limit"]["schema"];
    assert!(limit["minimum"].is_u64() && limit["maximum"].is_u64() && limit["default"].is_u64());
    assert!(document["info"]["contact"].is_object());

    let classes = opened(app, &conformance, JSON, JSON).json();
    let core = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core";
    assert!(
        classes["conformsTo"]
            .as_array()
            .unwrap()
            .contains(&json!(core))
    );

    for collection in Collection::ALL {
        let described = opened(app, &format!("{data}/{collection}"), JSON, JSON).json();
        assert_eq!(described["id"], collection.id());
        assert!(document["paths"][format!("/collections/{collection}/items")]["get"].is_object());
        let items = link(&described, "items", "application/geo+json");
        let few = format!("{items}?limit=10");
        let page = opened(app, &few, FEATURES, "application/geo+json").json();
        assert_eq!(page["numberMatched"], described["itemCount"]);
        let features = page["features"].as_array().unwrap();
        assert_eq!(features.len(), 10);
        link(&page, "next", "application/geo+json");
        let fields = |feature: &Value| {
            let fields = feature["properties"].as_object().unwrap().keys();
            fields.cloned().collect::<Vec<_>>()
        };
        // It learns its fields from the first page.
        for feature in features {
            assert_eq!(fields(feature), fields(&features[0]));
        }
        let first = features[0]["id"].as_str().unwrap();
        for path in [
            items.clone(),
            format!("{items}/{first}"),
            format!("{items}/unknown_id"),
        ] {
            assert_eq!(allowed(&app.anonymous(), &path), "GET, HEAD, OPTIONS");
        }
    }
});

/// What `OPTIONS` says is allowed, without anything that would make it the preflight of a browser.
fn allowed(client: &Client<'_>, path: &str) -> String {
    let answer = client.send(TestRequest::default().method(Method::OPTIONS), path);
    assert!(matches!(answer.status, 200 | 204), "{path}");
    answer.header("allow").to_owned()
}

/// Somebody at a desktop: a token that they show as a password.
fn at_a_desktop(app: &App, role: Role) -> Client<'_> {
    use base64::Engine as _;
    let account = json!({"name": "A desktop", "role": role.id(), "organization_id": app.registry_organization()});
    let request = TestRequest::post().set_json(account);
    let account = app.admin().send(request, "/accounts").expect(201).json();
    let tokens = format!("/accounts/{}/tokens", account["id"].as_str().unwrap());
    let request = TestRequest::post().set_json(json!({"desktop": true}));
    let token = app.admin().send(request, &tokens).expect(201).json();
    let pair = format!("qgis:{}", token["token"].as_str().unwrap());
    let pair = base64::engine::general_purpose::STANDARD.encode(pair);
    app.anonymous()
        .with("accept", FEATURES)
        .with("authorization", &format!("Basic {pair}"))
}

/// A feature as a layer has it: lists and objects are texts, and instants lost their zone.
fn of_the_layer(feature: &Value) -> Map<String, Value> {
    let fields = feature["properties"].as_object().unwrap().iter();
    let cell = |(name, value): (&String, &Value)| {
        let value = match value {
            Value::Array(_) | Value::Object(_) => value.to_string().into(),
            Value::String(text) if name.ends_with("_at") => text[..19].into(),
            other => other.clone(),
        };
        (name.clone(), value)
    };
    fields.map(cell).collect()
}

/// A request to write, as it sends it.
fn sends(
    client: &Client<'_>,
    method: Method,
    path: &str,
    media_type: &str,
    body: &Value,
) -> Answer {
    let client = client.clone().with(OUTSIDE, "its lists are texts");
    let request = TestRequest::default()
        .method(method)
        .insert_header(("content-type", media_type))
        .set_payload(body.to_string());
    client.send(request, path)
}

/// Adds a copy of a feature, as by copying and pasting in a layer, and reads it back at the end of its `Location`.
fn pasted(client: &Client<'_>, collection: &str, copied: &Value, other: &Value) -> (Uuid, Value) {
    let mut properties = of_the_layer(copied);
    properties.extend(other.as_object().unwrap().clone());
    let items = format!("/collections/{collection}/items");
    assert!(allowed(client, &items).contains("POST"));
    let body = json!({"type": "Feature", "geometry": copied["geometry"], "properties": properties});
    let answer = sends(client, Method::POST, &items, "application/geo+json", &body).expect(201);
    let location = answer.header("location");
    let (before, id) = location.rsplit_once("/items/").unwrap();
    assert_eq!(before, format!("{BASE}/collections/{collection}"));
    let id: Uuid = id.parse().unwrap();
    assert_ne!(copied["id"], id.to_string());
    let made = client.get(&address(collection, id)).expect(200).json();
    (id, made)
}

on_each_engine!(a_layer_is_edited_without_saying_which_version, |app| {
    let given = app.given(a_site());
    let reviewer = at_a_desktop(app, Role::Reviewer);
    let copied = reviewer.get(&address("sites", given)).expect(200).json();

    let (id, made) = pasted(&reviewer, "sites", &copied, &json!({"site_type": "bridge"}));
    for name in ["names", "associations", "dating", "sources", "location_src"] {
        assert_eq!(
            made["properties"][name], copied["properties"][name],
            "{name}"
        );
    }
    assert_eq!(made["geometry"], copied["geometry"]);
    assert_eq!(made["properties"]["site_type"], "bridge");
    // What is computed is its own, whatever the copy said.
    assert_eq!(made["properties"]["status"], "proposed");
    assert_eq!(made["properties"]["version"], 1);
    assert_eq!(app.anonymous().get(&address("sites", id)).status, 404);

    let path = address("sites", given);
    assert_eq!(
        allowed(&reviewer, &path),
        "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"
    );
    let before = end(app);
    let mut properties = of_the_layer(&copied);
    properties.insert("site_type".to_owned(), json!("church"));
    let whole = json!({"type": "Feature", "id": given, "geometry": copied["geometry"], "properties": properties});
    sends(
        &reviewer,
        Method::PUT,
        &path,
        "application/geo+json",
        &whole,
    )
    .expect(200);
    let replaced = reviewer.get(&path).expect(200).json();
    let mut expected = copied["properties"].clone();
    expected["site_type"] = json!("church");
    for computed in ["version", "updated_at"] {
        expected[computed] = replaced["properties"][computed].clone();
    }
    assert_eq!(replaced["properties"], expected);

    let patched = |body: &Value| {
        let media_type = "application/merge-patch+json";
        sends(&reviewer, Method::PATCH, &path, media_type, body).expect(200);
        app.anonymous().get(&path).expect(200).json()
    };
    let place = json!({"type": "Point", "coordinates": [46.5, 40.05]});
    assert_eq!(patched(&json!({"geometry": place}))["geometry"], place);
    let identifiers = json!([{"scheme": "wikidata", "value": "Q1", "match": "exact"}]);
    let cells = json!({"properties": {"current_function": "visited", "identifiers": identifiers.to_string()}});
    let shown = patched(&cells);
    assert_eq!(shown["properties"]["current_function"], "visited");
    assert_eq!(shown["properties"]["identifiers"], identifiers);
    assert_eq!(shown["properties"]["names"], copied["properties"]["names"]);

    reviewer.send(TestRequest::delete(), &path).expect(204);
    assert_eq!(app.anonymous().get(&path).status, 410);
    let changes = app.parts.store.changes(before, 10).unwrap();
    let versions: Vec<_> = changes
        .iter()
        .map(|change| (change.record(), change.version.0))
        .collect();
    assert_eq!(
        versions,
        [2, 3, 4, 5].map(|version| (site_ref(given), version))
    );
});

on_each_engine!(what_administrators_paste_into_a_layer_is_published, |app| {
    let admin = at_a_desktop(app, Role::Admin);
    let organization = app.given(an_organization("Blue Shield"));
    let region = app.given(a_region("hist-khachen", 46.5, 40.0));
    for (collection, id, other) in [
        ("organizations", organization, json!({})),
        ("regions", region, json!({"code": "hist-other"})),
    ] {
        let copied = admin.get(&address(collection, id)).expect(200).json();
        let (id, made) = pasted(&admin, collection, &copied, &other);
        assert_eq!(made["properties"]["names"], copied["properties"]["names"]);
        app.anonymous().get(&address(collection, id)).expect(200);
    }
});

on_each_engine!(a_text_is_taken_for_a_list_only_where_one_stands, |app| {
    let reviewer = at_a_desktop(app, Role::Reviewer);
    let path = address("sites", app.given(a_site()));
    let patched = |properties: Value| {
        let body = json!({ "properties": properties });
        let media_type = "application/merge-patch+json";
        sends(&reviewer, Method::PATCH, &path, media_type, &body)
    };
    let answer = patched(json!({"location_note": "[\"a text\"]"})).expect(200);
    assert_eq!(answer.json()["properties"]["location_note"], "[\"a text\"]");
    for (wrong, fault) in [
        (
            json!({"names": "Gandzasar"}),
            "/properties/names: is a text, and must be a list",
        ),
        (
            json!({"names": "[{\"text\": "}),
            "/properties/names: is a text, and must be a list",
        ),
        (
            json!({"names": "7"}),
            "/properties/names: is a text, and must be a list",
        ),
        (
            json!({"names": "[{\"text\": \"Gandzasar\", \"lang\": \"en\", \"lang\": \"fr\"}]"}),
            "/properties/names: is a text, and must be a list",
        ),
        (
            json!({"other_types": "[\"sad\"]"}),
            "/properties/other_types/0: ",
        ),
    ] {
        let faults = patched(wrong.clone()).expect(422).faults();
        assert!(faults[0].starts_with(fault), "{wrong}: {faults:?}");
    }
    // A new record is not told what it is by anybody but a layer, which has all fields of another.
    let copied = reviewer.get(&path).expect(200).json();
    let body = json!({"type": "Feature", "geometry": copied["geometry"], "properties": of_the_layer(&copied)});
    let request = TestRequest::post()
        .insert_header(("content-type", "application/geo+json"))
        .set_payload(body.to_string());
    let token = app.account(Role::Reviewer, None);
    let faults = app.bearer(&token).send(request, "/collections/sites/items");
    let faults = faults.expect(422).faults();
    assert!(
        faults
            .iter()
            .any(|fault| fault.starts_with("/properties/version: is not known here")),
        "{faults:?}"
    );
});

over_the_seed!(what_it_asks_of_fields_and_coordinates_is_answered, |app| {
    const SCHEMA: &str = "application/schema+json";
    const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
    let classes = opened(app, "/conformance", JSON, JSON).json();
    let classes = classes["conformsTo"].as_array().unwrap();
    // Without all of these it filters by itself, and asks for no schema.
    for class in [
        "cql2/1.0/conf/basic-cql2",
        "cql2/1.0/conf/cql2-text",
        "ogcapi-features-3/1.0/conf/filter",
        "ogcapi-features-3/1.0/conf/features-filter",
        "ogcapi-features-5/1.0/conf/schemas",
    ] {
        let class = format!("http://www.opengis.net/spec/{class}");
        assert!(classes.contains(&json!(class)), "{class}");
    }
    for collection in Collection::ALL {
        let path = format!("/collections/{collection}");
        let described = opened(app, &path, JSON, JSON).json();
        let relation = |name| format!("http://www.opengis.net/def/rel/ogc/1.0/{name}");
        let queryables = link(&described, &relation("queryables"), SCHEMA);
        let queryables = opened(app, &queryables, SCHEMA, SCHEMA).json();
        assert_eq!(queryables["additionalProperties"], false);
        let schema = link(&described, &relation("schema"), SCHEMA);
        let schema = opened(app, &schema, SCHEMA, SCHEMA).json();
        let fields = schema["properties"].as_object().unwrap();
        let mut places: Vec<_> = fields
            .values()
            .filter_map(|field| field["x-ogc-propertySeq"].as_u64())
            .collect();
        let all = places.len();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), all, "it gives up where a place stands twice");
        let ids = fields.values().filter(|field| field["x-ogc-role"] == "id");
        assert_eq!(ids.count(), 1);

        // It takes the CRS that the data are kept in, and names it in every request.
        assert_eq!(described["storageCrs"], CRS84);
        let few = format!("{path}/items?limit=10");
        let features = |question: &str| {
            let question = format!("{few}{question}");
            let page = opened(app, &question, FEATURES, "application/geo+json");
            assert_eq!(page.header("content-crs"), format!("<{CRS84}>"));
            page.json()["features"].clone()
        };
        assert_eq!(features(&format!("&crs={CRS84}")), features(""));
    }
});

on_each_engine!(what_is_sent_may_name_its_coordinates, |app| {
    let reviewer = at_a_desktop(app, Role::Reviewer);
    let path = address("sites", app.given(a_site()));
    // QGIS sends the bare address, without angle brackets.
    let sent = |crs: &str, coordinates: [f64; 2]| {
        let place = json!({"geometry": {"type": "Point", "coordinates": coordinates}});
        let request = TestRequest::patch()
            .insert_header(("content-type", "application/merge-patch+json"))
            .insert_header(("content-crs", crs))
            .set_payload(place.to_string());
        reviewer.send(request, &path)
    };
    let stands = || app.anonymous().get(&path).json()["geometry"]["coordinates"].clone();
    sent(
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        [46.5, 40.05],
    )
    .expect(200);
    assert_eq!(stands(), json!([46.5, 40.05]));
    sent("http://www.opengis.net/def/crs/EPSG/0/4326", [40.06, 46.5]).expect(200);
    assert_eq!(
        stands(),
        json!([46.5, 40.06]),
        "latitude stands first there"
    );
    let unknown = sent(
        "http://www.opengis.net/def/crs/0/unsupported",
        [46.5, 40.07],
    );
    assert!(matches!(unknown.status, 400 | 415));
    assert_eq!(stands(), json!([46.5, 40.06]));
});
