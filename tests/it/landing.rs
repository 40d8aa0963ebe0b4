//! `/`, `/conformance`, `/healthz`, `/readyz`.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use actix_web::test::TestRequest;
use heritage_registry::http::{CONFORMANCE, State};
use serde_json::json;

use crate::harness::BASE;
use crate::pages::html::Html;

on_each_engine!(the_landing_page_leads_to_everything, |app| {
    let answer = app.anonymous().get("/").expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    for (rel, path) in [
        ("self", "/"),
        ("service-desc", "/api"),
        ("conformance", "/conformance"),
        ("data", "/collections"),
        ("related", "/statistics"),
    ] {
        assert_eq!(answer.link(rel).unwrap(), format!("{BASE}{path}"), "{rel}");
    }
    let json = answer.json();
    let mut hrefs = json["links"].as_array().unwrap().iter();
    let vocabularies = format!("{BASE}/vocabularies");
    assert!(hrefs.any(|link| link["href"] == vocabularies));
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

on_each_engine!(the_operator_is_reached_where_they_say, |app| {
    let ask = |contact: Option<&str>, path: &str| {
        let state = State {
            contact: contact.map(|contact| contact.parse().unwrap()),
            ..app.parts.state(BASE.to_owned())
        };
        app.call_with(state, TestRequest::get().uri(path))
            .expect(200)
    };
    for (contact, href, member) in [
        ("office@example.org", "mailto:office@example.org", "email"),
        (
            "https://example.org/write",
            "https://example.org/write",
            "url",
        ),
    ] {
        let landing = ask(Some(contact), "/?f=json").json();
        assert_eq!(landing["contact"], href);
        for form in ["json", "json31"] {
            let definition = ask(Some(contact), &format!("/api?f={form}")).json();
            assert_eq!(definition["info"]["contact"][member], contact);
        }
        for (lang, word) in [
            ("az", "Əlaqə"),
            ("en", "Contact"),
            ("fr", "Contact"),
            ("hy", "Կապ"),
            ("ru", "Контакты"),
        ] {
            let path = format!("/collections/sites/items?f=html&lang={lang}");
            let page = ask(Some(contact), &path);
            let html = Html::read(page.text());
            assert!(html.values("href").contains(&href), "{lang}");
            assert!(html.text.contains(&format!("{word}: {contact}")), "{lang}");
        }
    }
    assert_eq!(ask(None, "/?f=json").json().get("contact"), None);
    let definition = ask(None, "/api").json();
    assert_eq!(definition["info"]["contact"].as_object().unwrap().len(), 1);
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
