//! `POST …/search`: questions in a body are answered as the same in an address.

use actix_web::test::TestRequest;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::harness::writing::end;
use crate::harness::{Answer, BASE, Client, a_report, a_site};

/// A question in a body.
pub fn search(client: &Client<'_>, collection: &str, body: &Value) -> Answer {
    let request = TestRequest::post().set_json(body);
    client.send(request, &format!("/collections/{collection}/search"))
}

/// The same in an address: a list is its items with commas between them.
fn get(client: &Client<'_>, collection: &str, body: &Value) -> Answer {
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let pairs = body.as_object().unwrap().iter().map(|(name, value)| {
        let text = match value {
            Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
            other => plain(other),
        };
        format!("{name}={}", utf8_percent_encode(&text, NON_ALPHANUMERIC))
    });
    let mut pairs: Vec<String> = pairs.collect();
    if body["filter"].is_object() {
        pairs.push("filter-lang=cql2-json".to_owned());
    }
    client.get(&format!(
        "/collections/{collection}/items?{}",
        pairs.join("&")
    ))
}

/// A link of an answer, followed as it says: the members of the request with those of the link.
fn follow(
    client: &Client<'_>,
    answer: &Answer,
    rel: &str,
    asked: &Value,
) -> Option<(Answer, Value)> {
    let document = answer.json();
    let mut links = document["links"].as_array().unwrap().iter();
    let link = links.find(|link| link["rel"] == rel)?;
    assert_eq!(
        (&link["method"], &link["merge"]),
        (&json!("POST"), &json!(true))
    );
    let mut body: Map<String, Value> = asked.as_object().unwrap().clone();
    body.extend(link["body"].as_object().unwrap().clone());
    let body = Value::from(body);
    let request = TestRequest::post().set_json(&body);
    let answer = client.send(request, link["href"].as_str().unwrap());
    Some((answer.expect(200), body))
}

fn without_links(answer: &Answer) -> Value {
    let mut document = answer.json();
    document.as_object_mut().unwrap().remove("links");
    document
}

over_the_seed!(
    a_search_is_answered_as_the_same_question_in_an_address,
    |app| {
        let filter = json!({"op": "and", "args": [
            {"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [46.0, 39.0, 47.0, 40.5]}]},
            {"op": "like", "args": [{"property": "name"}, "%a%"]},
        ]});
        let region = json!({"op": "s_within", "args": [{"property": "geometry"}, {"op": "region", "args": ["az-2021-lachin"]}]});
        for client in [app.anonymous(), app.admin()] {
            for (collection, body) in [
                ("sites", json!({})),
                ("sites", json!({"limit": 3, "filter": filter})),
                (
                    "sites",
                    json!({"filter": region, "crs": "http://www.opengis.net/def/crs/EPSG/0/32638"}),
                ),
                (
                    "sites",
                    json!({"filter": "earliest_year < 1300", "sortby": ["-earliest_year", "site_type"], "limit": 200}),
                ),
                (
                    "sites",
                    json!({"bbox": [46.0, 39.0, 47.0, 40.0], "located": true, "properties": ["label", "geometry"], "lang": "hy"}),
                ),
                (
                    "sites",
                    json!({"near": [46.75, 39.75], "radius": 20000.5, "condition": "destroyed", "offset": 1}),
                ),
                ("sites", json!({"q": "gandzasar", "resultType": "hits"})),
                (
                    "regions",
                    json!({"filter": "S_INTERSECTS(geometry, POINT(46.75 39.75))", "as_of": "2100-01-01T00:00:00Z"}),
                ),
                (
                    "condition-reports",
                    json!({"datetime": "2021-01-01/..", "limit": 5}),
                ),
            ] {
                let searched = search(&client, collection, &body).expect(200);
                let got = get(&client, collection, &body).expect(200);
                assert_eq!(without_links(&searched), without_links(&got), "{body}");
                for name in [
                    "content-type",
                    "content-crs",
                    "content-language",
                    "ogc-numbermatched",
                    "ogc-numberreturned",
                    "vary",
                    "last-modified",
                ] {
                    assert_eq!(searched.header(name), got.header(name), "{name} {body}");
                }
                let cached = searched.header("cache-control").to_owned();
                assert!(cached.contains("no-store"), "{cached}");
            }
            for f in ["csv", "geojsonseq", "ndjson"] {
                let body = json!({"f": f, "region": "az-2021-lachin"});
                let searched = search(&client, "sites", &body).expect(200);
                let got = get(&client, "sites", &body).expect(200);
                assert_eq!(searched.body, got.body, "{f}");
                assert_eq!(searched.header("content-type"), got.header("content-type"));
                let by_accept = app.anonymous().with("accept", got.header("content-type"));
                let by_accept = search(&by_accept, "sites", &json!({})).expect(200);
                assert_eq!(by_accept.header("content-type"), got.header("content-type"));
            }
        }
    }
);

on_each_engine!(a_site_that_is_not_public_is_in_no_search, |app| {
    let shown = app.given(a_site().at(46.5, 39.5));
    let hidden = app.given(a_site().at(46.7512, 39.7563).restricted());
    let here = json!({"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [46.7511, 39.7562, 46.7513, 39.7564]}]});
    let body = json!({ "filter": here });
    assert_eq!(
        search(&app.anonymous(), "sites", &body).expect(200).ids(),
        [] as [Uuid; 0]
    );
    assert_eq!(
        search(&app.admin(), "sites", &body).expect(200).ids(),
        [hidden]
    );
    let beside = json!({"filter": {"op": "not", "args": [here]}});
    assert_eq!(search(&app.anonymous(), "sites", &beside).ids(), [shown]);
});

on_each_engine!(the_pages_of_a_search_are_followed_by_post, |app| {
    for _ in 0..7 {
        app.given(a_site());
    }
    let client = app.anonymous();
    let all = client.get("/collections/sites/items").ids();
    let asked = json!({"limit": 3, "offset": 1, "filter": true});
    let first = search(&client, "sites", &asked).expect(200);
    let (second, body) = follow(&client, &first, "next", &asked).unwrap();
    assert_eq!(body["offset"], Value::Null);
    assert_eq!([first.ids(), second.ids()].concat(), all[1..]);
    assert!(follow(&client, &second, "next", &body).is_none());
    let (back, _) = follow(&client, &second, "prev", &body).unwrap();
    assert_eq!(back.ids(), first.ids());
    let (same, _) = follow(&client, &second, "self", &body).unwrap();
    assert_eq!(same.body, second.body);
    // Every form leads to every other, and what only tables take is not asked of others.
    let table = json!({"f": "csv", "geometry-format": "lonlat", "limit": 3});
    let text = search(&client, "sites", &table).expect(200);
    let link = text.header("link").to_owned();
    let next = link
        .split(", <")
        .find(|one| one.contains("rel=\"next\""))
        .unwrap();
    assert!(next.contains("; method=\"POST\"; cursor=\""), "{next}");
    let cursor = next.split('"').rev().nth(1).unwrap();
    let mut other = table.clone();
    other["cursor"] = cursor.into();
    let second = search(&client, "sites", &other).expect(200);
    assert_eq!(second.header("ogc-numberreturned"), "3");
    assert_ne!(second.body, text.body);
    assert!(
        link.contains(&format!("<{BASE}/collections/sites/search>; rel=\"self\"")),
        "{link}"
    );
    let page = search(&client, "sites", &json!({"limit": 1}));
    assert!(
        !page.header("link").contains("search>"),
        "{}",
        page.header("link")
    );
    let alternate = page.json()["links"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|link| link["rel"] == "alternate")
        .count();
    assert_eq!(alternate, 4);
});

on_each_engine!(every_fault_of_a_search_is_at_its_pointer, |app| {
    let site = app.given(a_site());
    app.given(a_report(site));
    let body = json!({
        "limit": "unlimited",
        "bbox": [46.0, 39.0, "47", 40.0],
        "sortby": ["label", 3],
        "filters": {"op": "not"},
        "geometri": 1,
        "filter": {"op": "and", "args": [
            {"op": "=", "args": [{"property": "condition"}, 7]},
            {"op": "s_within", "args": [{"property": "geometry"}, {"op": "region", "args": ["nowhere"]}]},
            {"op": ">", "args": [{"property": "conditon"}, "fair"]},
        ]},
    });
    let refused = search(&app.anonymous(), "sites", &body);
    assert_eq!(refused.problem(), "400 bad-request");
    assert_eq!(refused.header("cache-control"), "no-store");
    let faults = refused.faults();
    let mut places: Vec<_> = faults
        .iter()
        .map(|fault| fault.split(':').next().unwrap())
        .collect();
    places.sort_unstable();
    assert_eq!(
        places,
        [
            "/bbox/2",
            "/filter/args/0/args/1",
            "/filter/args/1/args/1/args/0",
            "/filter/args/2/args/0",
            "/filters",
            "/geometri",
            "/limit",
            "/sortby/1",
        ],
        "{faults:#?}"
    );
    assert!(
        faults
            .iter()
            .any(|fault| fault.contains("did you mean filter?"))
    );
    assert!(refused.json()["errors"][0]["pointer"].is_string());
});

on_each_engine!(a_search_takes_an_object_of_json_and_no_more, |app| {
    app.given(a_site());
    let post = |text: String, media_type: &str| {
        let request = TestRequest::post()
            .insert_header(("content-type", media_type))
            .set_payload(text);
        app.anonymous().send(request, "/collections/sites/search")
    };
    let json = "application/json";
    post("{}".to_owned(), "application/json; charset=utf-8").expect(200);
    for (text, expected) in [
        ("", "the body is not JSON"),
        ("[]", "the body is an object"),
        ("\"filter\"", "the body is an object"),
        (
            "{\"limit\": 1, \"limit\": 2}",
            "the member \"limit\" stands twice",
        ),
        (
            "{\"filter\": {\"op\": \"not\", \"op\": \"and\"}}",
            "the member \"op\" stands twice",
        ),
        ("{\"limit\": 1", "the body is not JSON"),
    ] {
        let refused = post(text.to_owned(), json);
        assert_eq!(refused.problem(), "400 bad-request", "{text}");
        assert!(
            refused.text().contains(&expected.replace('"', "\\\"")),
            "{text}: {}",
            refused.text()
        );
    }
    for media_type in ["application/geo+json", "text/plain", ""] {
        let refused = post("{}".to_owned(), media_type);
        assert_eq!(refused.problem(), "415 no-media-type", "{media_type}");
        assert_eq!(refused.header("accept-post"), json);
    }
    let long = format!("{{\"q\": \"{}\"}}", "a".repeat(4_194_304));
    let refused = post(long, json);
    assert_eq!(refused.problem(), "413 too-large");
    assert!(refused.text().contains("at most 4194304 bytes"));
    let request = TestRequest::post().set_json(json!({}));
    let refused = app
        .anonymous()
        .send(request, "/collections/sites/search?limit=1&f=csv");
    assert_eq!(
        refused.expect(400).faults(),
        ["limit", "f"]
            .map(|name| format!("{name}: stands in the body here, as a member of its object"))
    );
    search(&app.anonymous(), "places", &json!({})).expect(404);
    let refused = search(
        &app.anonymous().with("accept", "image/png"),
        "sites",
        &json!({}),
    );
    assert_eq!(refused.problem(), "406 no-format");
    assert_eq!(
        search(&app.bearer("wrong"), "sites", &json!({})).problem(),
        "401 bad-credential"
    );
});

on_each_engine!(a_search_is_no_change_and_no_copy_of_it_is_kept, |app| {
    app.given(a_site());
    let before = end(app);
    let first = search(&app.anonymous(), "sites", &json!({})).expect(200);
    assert_eq!(first.header("cache-control"), "no-store");
    let known = search(&app.admin(), "sites", &json!({})).expect(200);
    assert_eq!(known.header("cache-control"), "private, no-store");
    // Conditions are for GET and HEAD (RFC 9110, 13.1.2 and 13.1.3).
    for (name, value) in [
        ("if-none-match", "*"),
        ("if-none-match", first.header("etag")),
    ] {
        search(&app.anonymous().with(name, value), "sites", &json!({})).expect(200);
    }
    assert_eq!(end(app), before);
});

on_each_engine!(
    a_filter_of_many_positions_is_answered_and_one_of_more_is_refused,
    |app| {
        let inside = app.given(a_site().at(46.75, 39.75));
        app.given(a_site().at(47.75, 39.75));
        let ring = |corners: usize| -> Vec<Value> {
            let mut ring: Vec<Value> = (0..corners)
                .map(|corner| {
                    #[expect(clippy::cast_precision_loss, reason = "there are few")]
                    let angle = corner as f64 / corners as f64 * std::f64::consts::TAU;
                    json!([46.75 + 0.2 * angle.cos(), 39.75 + 0.2 * angle.sin()])
                })
                .collect();
            ring.push(ring[0].clone());
            ring
        };
        let within = |corners: usize| {
            json!({"filter": {"op": "s_within", "args": [
                {"property": "geometry"},
                {"type": "Polygon", "coordinates": [ring(corners)]},
            ]}})
        };
        let body = within(50_000);
        assert!(body.to_string().len() > 1_000_000);
        assert_eq!(
            search(&app.anonymous(), "sites", &body).expect(200).ids(),
            [inside]
        );
        let refused = search(&app.anonymous(), "sites", &within(100_000)).expect(400);
        assert!(
            refused.faults()[0].contains("at most 100000 positions"),
            "{:?}",
            refused.faults()
        );
    }
);
