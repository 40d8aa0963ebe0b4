//! Links behind a proxy: what it says counts if it is trusted.

use actix_web::test::TestRequest;
use heritage_registry::http::State;
use serde_json::Value;

use crate::harness::{Answer, App, BASE};

/// What somebody at an address gets who sends these headers, where 10.0.0.0/8 is trusted.
fn ask(app: &App, peer: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let state = State {
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        ..app.parts.state(BASE.to_owned())
    };
    let mut request = TestRequest::get()
        .uri(path)
        .peer_addr(format!("{peer}:5000").parse().unwrap());
    for header in headers {
        request = request.append_header(*header);
    }
    app.call_with(state, request).expect(200)
}

on_each_engine!(links_begin_as_a_trusted_proxy_says, |app| {
    let base = |headers: &[(&str, &str)]| {
        let link = ask(app, "10.1.2.3", "/", headers).link("conformance");
        link.unwrap().trim_end_matches("/conformance").to_owned()
    };
    let long = "a".repeat(256);
    for (headers, expected) in [
        (&[][..], BASE),
        (
            &[(
                "forwarded",
                "for=192.0.2.1;proto=https;host=\"maps.example:8443\"",
            )],
            "https://maps.example:8443",
        ),
        (
            &[("forwarded", "Proto=HTTP; Host=maps.example")],
            "http://maps.example",
        ),
        // What stands before the last may come from anybody.
        (
            &[(
                "forwarded",
                "host=evil.example, host=maps.example;proto=http",
            )],
            "http://maps.example",
        ),
        (
            &[
                ("forwarded", "host=evil.example"),
                ("forwarded", "host=maps.example"),
            ],
            "https://maps.example",
        ),
        (
            &[
                ("x-forwarded-host", "evil.example, maps.example"),
                ("x-forwarded-proto", "http"),
            ],
            "http://maps.example",
        ),
        (
            &[
                ("forwarded", "host=maps.example"),
                ("x-forwarded-host", "evil.example"),
            ],
            "https://maps.example",
        ),
        (
            &[
                ("x-forwarded-prefix", "/heritage/"),
                ("x-forwarded-host", "maps.example"),
            ],
            "https://maps.example/heritage",
        ),
        (&[("x-forwarded-host", "evil.example/path")], BASE),
        (&[("x-forwarded-host", &long)], BASE),
        (&[("x-forwarded-proto", "javascript")], BASE),
        (&[("x-forwarded-prefix", "//evil.example")], BASE),
        (&[("x-forwarded-prefix", "/a/../b")], BASE),
        (&[("x-forwarded-prefix", "/a?b")], BASE),
    ] {
        assert_eq!(base(headers), expected, "{headers:?}");
    }
});

on_each_engine!(a_stranger_does_not_choose_where_links_lead, |app| {
    let hostile = [
        ("forwarded", "host=evil.example;proto=http"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-prefix", "/evil"),
    ];
    for path in ["/", "/api", "/collections", "/collections/sites/items"] {
        let stranger = ask(app, "203.0.113.9", path, &hostile);
        assert!(!stranger.text().contains("evil"), "{path}");
        assert_eq!(stranger.text(), app.anonymous().get(path).text());
    }
});

on_each_engine!(every_link_has_the_base_of_the_proxy, |app| {
    let site = app.given(crate::harness::a_site());
    app.given(crate::harness::a_site());
    let proxy = [
        ("x-forwarded-host", "maps.example"),
        ("x-forwarded-prefix", "/heritage"),
    ];
    let item = format!("/collections/sites/items/{site}");
    let page = "/collections/sites/items?limit=1";
    for path in [
        "/",
        "/api",
        "/collections",
        "/collections/sites",
        page,
        &item,
    ] {
        let answer = ask(app, "10.0.0.1", path, &proxy);
        assert!(!answer.text().contains(BASE), "{path}");
        let ours = "https://maps.example/heritage";
        assert!(answer.text().contains(ours), "{path}");
        let own = app.anonymous().get(path);
        assert_ne!(answer.header("etag"), own.header("etag"), "{path}");
    }
    let document: Value = ask(app, "10.0.0.1", "/api", &proxy).json();
    assert_eq!(
        document["servers"][0]["url"],
        "https://maps.example/heritage"
    );
});
