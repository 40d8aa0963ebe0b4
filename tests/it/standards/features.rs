//! OGC API - Features Part 1 (17-069r4).

use std::collections::BTreeSet;

use serde_json::json;
use uuid::Uuid;

use super::{items, link, linked, refused};
use crate::harness::{BASE, a_site};

const SITES: &str = "/collections/sites/items";

on_each_engine!(ogcapi_features_1_conf_core, |app| {
    let all: BTreeSet<Uuid> = (0..5)
        .map(|step| app.given(a_site().at(46.5 + 0.1 * f64::from(step), 39.7)))
        .collect();
    let nowhere = app.given(a_site().nowhere());
    // `limit` and `next`: every feature once, and the numbers are right.
    let mut at = format!("{SITES}?limit=4");
    let mut found = vec![];
    loop {
        let page = app.anonymous().get(&at).expect(200);
        let json = page.json();
        assert_eq!(json["numberMatched"], 6);
        assert_eq!(json["numberReturned"], page.ids().len());
        assert!(json["timeStamp"].is_string());
        assert_eq!(link(&json, "self").1, "application/geo+json");
        assert_eq!(
            link(&json, "collection").0,
            format!("{BASE}/collections/sites")
        );
        found.extend(page.ids());
        let Some(next) = page.link("next") else { break };
        at = next;
    }
    assert_eq!(found.len(), 6);
    let expected: BTreeSet<_> = all.iter().copied().chain([nowhere]).collect();
    assert_eq!(found.iter().copied().collect::<BTreeSet<_>>(), expected);
    let ids = |query: &str| {
        let answer = app.anonymous().get(&format!("{SITES}?{query}"));
        answer.ids().into_iter().collect::<BTreeSet<_>>()
    };
    // A box has what touches it, and what has no geometry; a time what has none.
    assert_eq!(ids("bbox=46.45,39.6,46.6,39.8").len(), 3);
    assert!(ids("bbox=46.45,39.6,46.6,39.8").contains(&nowhere));
    assert_eq!(ids("bbox=177,65,-177,70"), [nowhere].into());
    assert_eq!(ids("datetime=1216-01-01/1238-12-31").len(), 6);
    assert_eq!(ids("datetime=1900-01-01T00:00:00Z/..").len(), 0);
    assert_eq!(ids("site_type=mosque").len(), 0);
    // Above the maximum is no mistake.
    assert_eq!(ids("limit=100000").len(), 6);
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=unlimited", "limit"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=46,41,47,40", "bbox"),
        ("datetime=yesterday", "datetime"),
        ("unknownQueryParameter=1", "unknownQueryParameter"),
    ] {
        let answer = app.anonymous().get(&format!("{SITES}?{query}"));
        assert_eq!(refused(answer), [name], "{query}");
    }
    let one = app
        .anonymous()
        .get(&format!("{SITES}/{nowhere}"))
        .expect(200);
    let one = one.json();
    assert_eq!(one["id"], nowhere.to_string());
    for rel in ["self", "alternate", "collection"] {
        let all = linked(&one, rel);
        assert!(!all.is_empty(), "{rel}");
        for (href, media_type) in all {
            let there = app.anonymous().get(&href).expect(200);
            assert_eq!(there.header("content-type"), media_type, "{rel}");
        }
    }
    let answer = app.anonymous().get(&format!("{SITES}/{nowhere}?limit=1"));
    assert_eq!(refused(answer), ["limit"]);
    app.anonymous()
        .get(&format!("{SITES}/{}", Uuid::nil()))
        .expect(404);
});

on_each_engine!(ogcapi_features_1_conf_geojson, |app| {
    let id = app.given(a_site());
    app.given(a_site().nowhere());
    for accept in ["application/geo+json", "application/json"] {
        let client = app.anonymous().with("accept", accept);
        for path in [SITES.to_owned(), format!("{SITES}/{id}")] {
            let answer = client.get(&path).expect(200);
            assert_eq!(answer.header("content-type"), "application/geo+json");
        }
    }
    let page = app.anonymous().get(SITES).json();
    assert_eq!(page["type"], "FeatureCollection");
    for feature in items(&page["features"]) {
        assert_eq!(feature["type"], "Feature");
        assert!(feature["id"].is_string() && feature["properties"].is_object());
        let geometry = &feature["geometry"];
        assert!(
            geometry.is_null()
                || *geometry == json!({"type": "Point", "coordinates": [46.5318, 40.0573]})
        );
    }
});

on_each_engine!(ogcapi_features_1_conf_oas30, |app| {
    let site = app.given(a_site());
    let document = app.anonymous().get("/api").expect(200).json();
    let collections = app.anonymous().get("/collections").json();
    for collection in items(&collections["collections"]) {
        let id = collection["id"].as_str().unwrap();
        let path = format!("/collections/{id}/items");
        let operation = &document["paths"][&path]["get"];
        let named: Vec<_> = items(&operation["parameters"])
            .map(|one| match one["$ref"].as_str() {
                Some(shared) => shared.rsplit('/').next().unwrap(),
                None => one["name"].as_str().unwrap(),
            })
            .collect();
        for name in ["limit", "bbox", "datetime"] {
            assert!(named.contains(&name), "{path}: {name}");
        }
        // The harness holds each answer against the document.
        app.anonymous().get(&path).expect(200);
    }
    app.anonymous().get(&format!("{SITES}/{site}")).expect(200);
});

on_each_engine!(ogcapi_features_1_conf_html, |app| {
    let site = app.given(a_site());
    let one = format!("/collections/sites/items/{site}");
    for path in [
        "/",
        "/conformance",
        "/collections",
        "/collections/sites",
        "/collections/sites/items",
        &one,
    ] {
        let client = app.anonymous().with("accept", "text/html");
        let page = client.get(path).expect(200);
        assert_eq!(page.header("content-type"), "text/html", "{path}");
        let document = app.anonymous().get(path).json();
        let pages = linked(&document, "alternate").into_iter();
        let (at, _) = pages
            .clone()
            .find(|(_, media_type)| media_type == "text/html")
            .unwrap();
        let there = app.anonymous().get(&at).expect(200);
        assert_eq!(there.header("content-type"), "text/html", "{at}");
        for what in [page, there] {
            assert!(
                !path.ends_with("items") || what.text().contains(&site.to_string()),
                "{path}"
            );
        }
    }
});
