//! `/api` in its other forms: OpenAPI 3.1, and a page for people. What all forms say is held against the program elsewhere.

use std::collections::BTreeSet;

use heritage_registry::domain::{Audience, Collection, Role, properties};
use heritage_registry::http;
use serde_json::Value;

use crate::harness::json_schema::refused;
use crate::harness::{App, BASE, Client, ours};

const OLD: &str = "application/vnd.oai.openapi+json;version=3.0";
const NEW: &str = "application/vnd.oai.openapi+json;version=3.1";

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn readers(app: &App) -> [Client<'_>; 2] {
    [app.anonymous(), app.admin()]
}

on_each_engine!(
    every_form_of_the_definition_is_given_to_those_who_ask_for_it,
    |app| {
        for (accept, query, media_type) in [
            ("*/*", "", OLD),
            ("application/json", "", OLD),
            (OLD, "", OLD),
            (NEW, "", NEW),
            (NEW, "?f=json", OLD),
            ("*/*", "?f=json31", NEW),
            ("*/*", "?f=html", "text/html"),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "", "text/html"),
        ] {
            let client = app.anonymous().with("accept", accept);
            let answer = client.get(&format!("/api{query}")).expect(200);
            assert_eq!(
                answer.header("content-type"),
                media_type,
                "{accept} {query}"
            );
        }
        let linked: Vec<(String, String)> = {
            let landing = app.anonymous().get("/").json();
            let links = landing["links"].as_array().unwrap().clone();
            let of_service = links
                .into_iter()
                .filter(|link| link["rel"].as_str().unwrap().starts_with("service-"));
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            of_service
                .map(|link| (text(&link["rel"]), text(&link["type"])))
                .collect()
        };
        let expected = [
            ("service-desc", OLD),
            ("service-desc", NEW),
            ("service-doc", "text/html"),
        ];
        assert_eq!(
            linked,
            expected.map(|(rel, media_type)| (rel.to_owned(), media_type.to_owned()))
        );
    }
);

on_each_engine!(the_form_in_3_1_says_what_that_in_3_0_says, |app| {
    for (audience, client) in [Audience::Public, Audience::Trusted]
        .into_iter()
        .zip(readers(app))
    {
        let old = client.get("/api").json();
        // The harness holds answers against this one.
        assert_eq!(old, http::definition(audience, audience, BASE, &ours()));
        let new = client.get("/api?f=json31").json();
        assert_eq!(new["openapi"], "3.1.0");
        assert!(!new.to_string().contains("\"nullable\""));
        assert_eq!(new, http::definition_in_3_1(old));
    }
});

on_each_engine!(
    a_contributor_is_told_what_they_may_ask_for_and_what_they_may_meet,
    |app| {
        let contributor = app.bearer(&app.account(Role::Contributor, None));
        let document = contributor.get("/api").json();
        let of_public = http::definition(Audience::Public, Audience::Public, BASE, &ours());
        let of_trusted = http::definition(Audience::Trusted, Audience::Trusted, BASE, &ours());
        assert_eq!(document["paths"], of_public["paths"]);
        for (kind, components) in members(&document["components"]) {
            for (name, component) in members(components) {
                let is_asked = name.ends_with(".question");
                let of = if is_asked { &of_public } else { &of_trusted };
                assert_eq!(*component, of["components"][kind][name], "{kind} {name}");
            }
        }
        let researcher = app.bearer(&app.account(Role::Researcher, None));
        assert_eq!(researcher.get("/api").json(), of_trusted);
    }
);

on_each_engine!(the_page_has_everything_and_loads_nothing, |app| {
    for client in readers(app) {
        let document = client.get("/api").json();
        let answer = client.get("/api?f=html").expect(200);
        let page = answer.text().replace("&#x2f;", "/");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        let (_, sheet) = page.split_once("<link rel=\"stylesheet\" href=\"").unwrap();
        let (sheet, _) = sheet.split_once('"').unwrap();
        let sheet = app.anonymous().get(sheet).expect(200);
        assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
        assert_eq!(
            sheet.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        for loading in [
            "<script", " src=", "<style", "url(", "@import", " style=", "<iframe",
        ] {
            assert!(!page.contains(loading), "{loading}");
        }
        let mut ids = BTreeSet::new();
        for (before, _) in page.match_indices(" id=\"") {
            let id = page[before + 5..].split('"').next().unwrap();
            assert!(ids.insert(id), "{id} stands twice");
        }
        for (at, _) in page.match_indices(" href=\"") {
            let href = page[at + 7..].split('"').next().unwrap();
            let is_there = match href.strip_prefix('#') {
                Some(id) => ids.contains(id),
                None => href.starts_with(BASE) || href.starts_with("/assets/") || href == "data:,",
            };
            assert!(is_there, "{href}");
        }
        for (path, item) in members(&document["paths"]) {
            assert!(page.contains(&format!("<code>{path}</code>")), "{path}");
            for (method, operation) in members(item) {
                let id = operation["operationId"].as_str().unwrap();
                assert!(ids.contains(id), "{method} {path}");
            }
        }
        for (name, _) in members(&document["components"]["schemas"]) {
            assert!(ids.contains(format!("schema-{name}").as_str()), "{name}");
        }
    }
});

on_each_engine!(the_page_tells_everybody_what_they_may_see, |app| {
    let [public, trusted] = readers(app).map(|client| client.get("/api?f=html").expect(200));
    assert_eq!(trusted.header("cache-control"), "private, no-store");
    for collection in Collection::ALL {
        let shown: BTreeSet<_> = properties(collection, Audience::Public)
            .into_iter()
            .map(|property| property.name)
            .collect();
        // What another collection shows of the same name stands on the page.
        let elsewhere: BTreeSet<_> = Collection::ALL
            .into_iter()
            .flat_map(|other| properties(other, Audience::Public))
            .map(|property| property.name)
            .collect();
        for property in properties(collection, Audience::Trusted) {
            let row = format!("<code>properties.{}</code>", property.name);
            if property.is_returned {
                assert!(trusted.text().contains(&row), "{}", property.name);
            }
            if !shown.contains(property.name) && !elsewhere.contains(property.name) {
                assert!(!public.text().contains(&row), "{}", property.name);
            }
        }
    }
});

/// The members that an object of OpenAPI 3.0.3 may have, by what it is.
const OPERATION: &[&str] = &[
    "operationId",
    "tags",
    "summary",
    "description",
    "parameters",
    "requestBody",
    "responses",
    "security",
];
const PARAMETER: &[&str] = &[
    "name",
    "in",
    "required",
    "description",
    "style",
    "explode",
    "schema",
    "example",
];
const RESPONSE: &[&str] = &["description", "headers", "content"];

#[test]
fn no_object_of_the_definition_has_a_member_that_openapi_does_not_know() {
    fn check(at: &str, object: &Value, known: &[&str]) {
        for (name, member) in members(object) {
            let is_reference = name == "$ref" && object.as_object().unwrap().len() == 1;
            assert!(
                is_reference || known.contains(&name.as_str()),
                "{at}: {name}"
            );
            assert!(!member.is_null(), "{at}: {name}");
        }
    }
    fn check_response(at: &str, response: &Value) {
        check(at, response, RESPONSE);
        for (name, header) in members(&response["headers"]) {
            check(
                &format!("{at} {name}"),
                header,
                &["description", "required", "schema"],
            );
        }
        for (name, form) in members(&response["content"]) {
            check(&format!("{at} {name}"), form, &["schema", "example"]);
        }
    }
    let document = http::definition(Audience::Trusted, Audience::Trusted, BASE, &ours());
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(item) {
            let at = format!("{method} {path}");
            check(&at, operation, OPERATION);
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                check(&at, parameter, PARAMETER);
            }
            for (status, response) in members(&operation["responses"]) {
                check_response(&format!("{at} {status}"), response);
            }
        }
    }
    for (name, parameter) in members(&document["components"]["parameters"]) {
        check(name, parameter, PARAMETER);
        for member in [
            "in",
            "required",
            "description",
            "style",
            "explode",
            "schema",
        ] {
            assert!(parameter.get(member).is_some(), "{name} has no {member}");
        }
    }
    for (name, response) in members(&document["components"]["responses"]) {
        check_response(name, response);
    }
}

#[test]
fn every_example_is_what_its_schema_takes() {
    fn walk(at: &str, here: &Value, root: &Value, seen: &mut usize) {
        let schema = here.get("schema").unwrap_or(here);
        let of_schema = here["examples"].as_array().into_iter().flatten();
        for example in here.get("example").into_iter().chain(of_schema) {
            let found = refused(schema, example, root);
            assert!(found.is_empty(), "{at}: {example}: {found:?}");
            *seen += 1;
        }
        for (name, member) in members(here).filter(|(name, _)| !name.starts_with("example")) {
            walk(&format!("{at}/{name}"), member, root, seen);
        }
        for (index, item) in here.as_array().into_iter().flatten().enumerate() {
            walk(&format!("{at}/{index}"), item, root, seen);
        }
    }
    for audience in [Audience::Public, Audience::Trusted] {
        let document = http::definition_in_3_1(http::definition(audience, audience, BASE, &ours()));
        let mut seen = 0;
        walk("", &document, &document, &mut seen);
        assert!(seen > 20, "{seen}");
    }
}
