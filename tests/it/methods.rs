//! What can be done at an address, and which pages may do it: `OPTIONS`, `HEAD`, CORS.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use heritage_registry::http::paths;

use crate::harness::{Answer, Client, a_site, public_paths};

/// An address of every route that everybody may read.
fn addresses(id: uuid::Uuid) -> impl Iterator<Item = String> {
    public_paths().map(move |path| {
        path.replace("{collection}", "sites")
            .replace("{id}", &id.to_string())
    })
}

fn ask(client: &Client<'_>, method: Method, path: &str) -> Answer {
    client.send(TestRequest::default().method(method), path)
}

on_each_engine!(every_address_says_what_it_takes, |app| {
    let id = app.given(a_site());
    for path in addresses(id) {
        // With one of the two headers it is no preflight: QGIS sends neither.
        for client in [
            app.anonymous(),
            app.anonymous().with("origin", "https://maps.example.org"),
            app.anonymous().with("access-control-request-method", "GET"),
        ] {
            let answer = ask(&client, Method::OPTIONS, &path).expect(204);
            assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS", "{path}");
            assert_eq!(answer.header("access-control-allow-methods"), "", "{path}");
            assert_eq!(answer.body, b"");
        }
        ask(&app.anonymous(), Method::HEAD, &path).expect(200);
        let answer = ask(&app.anonymous(), Method::TRACE, &path).expect(405);
        // Which of it somebody may do, OPTIONS says.
        let is_one = path.rsplit('/').nth(1) == Some("items");
        let all = if is_one {
            "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"
        } else if path.ends_with("/items") {
            "GET, HEAD, POST, OPTIONS"
        } else {
            "GET, HEAD, OPTIONS"
        };
        assert_eq!(answer.header("allow"), all, "{path}");
    }
    ask(&app.anonymous(), Method::OPTIONS, "/nothing").expect(404);
});

on_each_engine!(an_address_that_takes_more_than_reading_says_so, |app| {
    let written = paths()
        .filter(|(_, methods)| methods.len() > 1 || methods[0] != Method::GET)
        // What features take depends on who asks: edits.rs.
        .filter(|(path, _)| !path.contains("/items"));
    let written: Vec<_> = written
        .map(|(path, _)| {
            let at = path.replace("{collection}", "sites");
            let answer = ask(&app.anonymous(), Method::OPTIONS, &at).expect(204);
            let refused = ask(&app.anonymous(), Method::PUT, &at).expect(405);
            assert_eq!(answer.header("allow"), refused.header("allow"), "{path}");
            format!("{path}: {}", answer.header("allow"))
        })
        .collect();
    assert_eq!(
        written,
        [
            "/accounts: GET, HEAD, POST, OPTIONS",
            "/accounts/{account}: GET, HEAD, DELETE, OPTIONS",
            "/accounts/{account}/tokens: GET, HEAD, POST, OPTIONS",
            "/collections/{collection}/search: POST, OPTIONS",
            "/tokens/{token}: DELETE, OPTIONS",
            "/desk/accounts: GET, HEAD, POST, OPTIONS",
            "/desk/accounts/{account}: GET, HEAD, POST, OPTIONS",
            "/desk/organizations/new: GET, HEAD, POST, OPTIONS",
            "/desk/organizations/{id}/edit: GET, HEAD, POST, OPTIONS",
            "/desk/reports/new: GET, HEAD, POST, OPTIONS",
            "/desk/reports/{id}/edit: GET, HEAD, POST, OPTIONS",
            "/desk/review/{collection}/{id}: GET, HEAD, POST, OPTIONS",
            "/desk/sign-in: GET, HEAD, POST, OPTIONS",
            "/desk/sign-out: POST, OPTIONS",
            "/desk/sites/new: GET, HEAD, POST, OPTIONS",
            "/desk/sites/{id}/edit: GET, HEAD, POST, OPTIONS",
        ]
    );
});

on_each_engine!(pages_of_any_origin_read_answers_and_problems, |app| {
    let id = app.given(a_site());
    let page = app.anonymous().with("origin", "https://maps.example.org");
    let bad = page.get("/collections/sites/items?limit=0").expect(400);
    let refused = app
        .bearer("wrong")
        .get("/collections/sites/items")
        .expect(401);
    let missing = page.get("/nothing").expect(404);
    let no_method = ask(&page, Method::DELETE, "/collections").expect(405);
    let answers = addresses(id).map(|path| page.get(&path).expect(200));
    for answer in answers.chain([bad, refused, missing, no_method]) {
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let exposed = answer.header("access-control-expose-headers");
        for name in [
            "Link",
            "ETag",
            "Last-Modified",
            "Content-Crs",
            "Retry-After",
        ] {
            assert!(exposed.split(", ").any(|one| one == name), "{name}");
        }
    }
});

on_each_engine!(a_browser_is_told_what_a_page_may_send, |app| {
    let preflight = app
        .anonymous()
        .with("origin", "https://maps.example.org")
        .with("access-control-request-method", "GET")
        .with("access-control-request-headers", "authorization");
    for path in ["/collections/sites/items", "/"] {
        let answer = ask(&preflight, Method::OPTIONS, path).expect(204);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(
            answer.header("access-control-allow-methods"),
            "GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE"
        );
        let headers = answer.header("access-control-allow-headers");
        assert!(
            ["Authorization", "Content-Crs", "If-None-Match"]
                .iter()
                .all(|name| headers.contains(name))
        );
        assert_eq!(answer.header("access-control-max-age"), "86400");
    }
    // It is about OPTIONS alone: a GET with the same headers is a GET.
    preflight.get("/").expect(200);
});
