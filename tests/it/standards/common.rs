//! OGC API - Common Part 1 (19-072) and Part 2.

use serde_json::json;

use super::{items, link, linked};
use crate::harness::{BASE, a_site};

on_each_engine!(ogcapi_common_1_conf_core, |app| {
    let landing = app.anonymous().get("/").expect(200).json();
    // What describes the service, in a form for programs.
    let (at, media_type) = link(&landing, "service-desc");
    let described = app.anonymous().get(&at).expect(200);
    assert_eq!(described.header("content-type"), media_type);
    let (at, _) = link(&landing, "conformance");
    let declared = app.anonymous().get(&at).expect(200).json();
    assert!(items(&declared["conformsTo"]).all(|class| class.is_string()));
    // Every parameter that is not known is refused, and so is every value that is not.
    for path in ["/", "/api", "/conformance", "/collections", "/functions"] {
        for query in ["nope=1", "f=nope"] {
            let answer = app.anonymous().get(&format!("{path}?{query}")).expect(400);
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
    }
});

on_each_engine!(ogcapi_common_1_conf_landing_page, |app| {
    let answer = app.anonymous().get("/").expect(200);
    let landing = answer.json();
    for member in ["title", "description"] {
        assert!(landing[member].is_string(), "{member}");
    }
    for rel in ["self", "service-desc", "conformance", "data"] {
        let (href, media_type) = link(&landing, rel);
        let there = app.anonymous().get(&href).expect(200);
        assert_eq!(there.header("content-type"), media_type, "{rel}");
    }
    assert_eq!(link(&landing, "self").0, format!("{BASE}/"));
});

on_each_engine!(ogcapi_common_1_conf_json, |app| {
    for path in ["/", "/conformance", "/collections", "/collections/sites"] {
        for accept in ["application/json", "*/*"] {
            let client = app.anonymous().with("accept", accept);
            let answer = client.get(path).expect(200);
            assert_eq!(answer.header("content-type"), "application/json", "{path}");
            assert!(answer.json().is_object(), "{path}");
        }
        let answer = app.anonymous().get(&format!("{path}?f=json")).expect(200);
        assert_eq!(answer.header("content-type"), "application/json", "{path}");
    }
});

on_each_engine!(ogcapi_common_1_conf_oas30, |app| {
    let landing = app.anonymous().get("/").json();
    let (at, media_type) = link(&landing, "service-desc");
    assert_eq!(media_type, "application/vnd.oai.openapi+json;version=3.0");
    let document = app.anonymous().get(&at).expect(200).json();
    assert_eq!(document["openapi"], "3.0.3");
    // The harness holds each answer against the document.
    for (path, status) in [("/", 200), ("/?nope=1", 400), ("/conformance", 200)] {
        app.anonymous().get(path).expect(status);
    }
});

on_each_engine!(ogcapi_common_2_conf_collections, |app| {
    app.given(a_site());
    let landing = app.anonymous().get("/").json();
    let list = app.anonymous().get(&link(&landing, "data").0).expect(200);
    let list = list.json();
    assert_eq!(link(&list, "self").0, format!("{BASE}/collections"));
    let collections: Vec<_> = items(&list["collections"]).collect();
    assert_eq!(collections.len(), 4);
    for collection in collections {
        let (at, media_type) = link(collection, "self");
        let alone = app.anonymous().get(&at).expect(200);
        assert_eq!(alone.header("content-type"), media_type);
        assert_eq!(alone.json(), *collection);
        for member in ["id", "title", "description"] {
            assert!(collection[member].is_string(), "{member}");
        }
        assert!(!linked(collection, "items").is_empty());
        // Where it holds for all that is not said otherwise.
        let (at, media_type) = link(collection, "license");
        assert_eq!(at, "https://creativecommons.org/licenses/by/4.0/");
        assert_eq!(media_type, "text/html");
        assert!(items(&collection["keywords"]).all(|word| word.is_string()));
        assert!(items(&collection["keywords"]).count() > 1);
    }
    let sites = app.anonymous().get("/collections/sites").json();
    let crs = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
    assert_eq!(
        sites["extent"]["spatial"],
        json!({"bbox": [[46.5318, 40.0573, 46.5318, 40.0573]], "crs": crs})
    );
    app.anonymous().get("/collections/monuments").expect(404);
});

on_each_engine!(ogcapi_common_1_conf_html, |app| {
    for path in [
        "/",
        "/conformance",
        "/api",
        "/collections",
        "/collections/sites",
        "/functions",
    ] {
        for (accept, query) in [("text/html", ""), ("*/*", "?f=html")] {
            let client = app.anonymous().with("accept", accept);
            let answer = client.get(&format!("{path}{query}")).expect(200);
            assert_eq!(answer.header("content-type"), "text/html", "{path}");
            assert!(answer.text().starts_with("<!doctype html>"), "{path}");
        }
        // Every document leads to its page.
        let document = app.anonymous().get(path).json();
        let pages = linked(&document, "alternate").into_iter();
        let mut pages = pages.filter(|(_, media_type)| media_type == "text/html");
        assert!(path == "/api" || pages.next().is_some(), "{path}");
    }
});
