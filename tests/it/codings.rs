//! What is sent is compressed, as the client wants it.

use std::io::Read;
use std::sync::Arc;

use actix_web::http::{Method, Version};
use actix_web::test::TestRequest;
use heritage_registry::http::State;
use serde_json::json;

use crate::harness::{Answer, App, BASE, Fixture, a_site};

const SITES: &str = "/collections/sites/items";
const CODINGS: [&str; 3] = ["zstd", "gzip", "br"];

/// A body as it was before it was coded.
fn decoded(answer: &Answer) -> Vec<u8> {
    let mut body = Vec::new();
    match answer.header("content-encoding") {
        "zstd" => return zstd::decode_all(&answer.body[..]).unwrap(),
        "gzip" => flate2::read::GzDecoder::new(&answer.body[..])
            .read_to_end(&mut body)
            .unwrap(),
        "br" => brotli::Decompressor::new(&answer.body[..], 4096)
            .read_to_end(&mut body)
            .unwrap(),
        _ => return answer.body.clone(),
    };
    body
}

fn coded(app: &App, coding: &str, path: &str) -> Answer {
    app.anonymous().with("accept-encoding", coding).get(path)
}

on_each_engine!(an_answer_comes_in_the_coding_that_is_wanted, |app| {
    let item = format!("{SITES}/{}", app.given(a_site()));
    for path in ["/", "/api", "/collections", SITES, &item] {
        let plain = app.anonymous().get(path).expect(200);
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        for coding in CODINGS {
            // Twice: the second time from the copy that is kept.
            for _ in 0..2 {
                let answer = coded(app, coding, path).expect(200);
                assert_eq!(answer.header("content-encoding"), coding, "{path}");
                assert!(answer.body.len() < plain.body.len(), "{path} {coding}");
                assert_eq!(decoded(&answer), plain.body, "{path} {coding}");
                assert_eq!(
                    answer.header("vary"),
                    "Accept, Accept-Language, Accept-Encoding, Authorization, Cookie"
                );
                let tag = plain.header("etag").trim_end_matches('"');
                assert_eq!(answer.header("etag"), format!("{tag}-{coding}\""));
                for name in ["content-type", "content-language", "last-modified"] {
                    assert_eq!(answer.header(name), plain.header(name), "{path} {name}");
                }
            }
        }
    }
});

on_each_engine!(what_is_small_is_sent_as_it_is, |app| {
    for path in [
        format!("{SITES}?f=csv&properties=label").as_str(),
        "/healthz",
    ] {
        let answer = coded(app, "gzip", path).expect(200);
        assert!(answer.body.len() < 1024);
        assert_eq!(answer.header("content-encoding"), "");
        assert!(!answer.header("etag").contains("gzip"));
    }
    let problem = coded(app, "gzip", "/nothing").expect(404);
    assert_eq!(problem.header("content-encoding"), "");
});

on_each_engine!(what_a_client_has_in_any_coding_it_has, |app| {
    app.given(a_site());
    let tag = |coding: &str| coded(app, coding, SITES).header("etag").to_owned();
    let [zstd, gzip, br] = CODINGS.map(tag);
    let plain = tag("identity");
    let asked = |coding: &str, tags: &str| {
        let client = app.anonymous().with("accept-encoding", coding);
        let answer = client.with("if-none-match", tags).get(SITES).expect(304);
        answer.header("etag").to_owned()
    };
    assert_eq!(asked("gzip", &gzip), gzip);
    assert_eq!(asked("gzip", &plain), plain, "what the client has");
    assert_eq!(asked("identity", &br), br);
    assert_eq!(asked("gzip", &format!("{zstd}, W/{gzip}")), gzip);
    assert_eq!(asked("br", "*"), br);
    let other = format!("{}-lzma\"", plain.trim_end_matches('"'));
    let client = app.anonymous().with("if-none-match", &other);
    client.get(SITES).expect(200);
});

on_each_engine!(a_large_page_is_whole_in_every_coding, |app| {
    let text: Vec<String> = (0..700).map(|number| format!("Stone {number}.")).collect();
    let long = json!([{"text": text.join(" "), "lang": "en", "src": ["book"]}]);
    let site = a_site().with("descriptions", long);
    let registry = app.registry_organization();
    let many = (0..120).map(|_| Fixture::from(site.clone()).item(app.new_id(), registry));
    app.import(many.collect());
    let path = format!("{SITES}?limit=10000");
    let plain = app.anonymous().get(&path).expect(200);
    assert!(plain.body.len() > 1_000_000, "{}", plain.body.len());
    for coding in CODINGS {
        let answer = coded(app, coding, &path).expect(200);
        assert_eq!(answer.header("content-encoding"), coding);
        assert!(decoded(&answer) == plain.body, "{coding}");
        assert!(answer.body.len() * 4 < plain.body.len(), "{coding}");
    }
});

on_each_engine!(a_page_that_is_written_while_it_is_sent_is_whole, |app| {
    let registry = app.registry_organization();
    let many = (0..1250).map(|_| Fixture::from(a_site()).item(app.new_id(), registry));
    app.import(many.collect());
    // More than a thousand are sent in pieces; a thousand are not, and both are the same features.
    let long = app
        .anonymous()
        .get(&format!("{SITES}?limit=1201"))
        .expect(200);
    let short = app
        .anonymous()
        .get(&format!("{SITES}?limit=1000"))
        .expect(200);
    let rest = app
        .anonymous()
        .get(&short.link("next").unwrap())
        .expect(200);
    let features =
        |answer: &crate::harness::Answer| answer.json()["features"].as_array().unwrap().clone();
    let together = [features(&short), features(&rest)].concat();
    assert_eq!(features(&long), together[..1201]);
    let body = long.json();
    assert_eq!(
        (&body["numberMatched"], &body["numberReturned"]),
        (&json!(1250), &json!(1201))
    );
    assert!(long.link("next").is_some());
    let old = TestRequest::get().version(Version::HTTP_10);
    let old = app.anonymous().send(old, &format!("{SITES}?limit=1201"));
    assert!(old.body == long.body);
    assert_eq!(
        (long.has_length, old.has_length),
        (false, true),
        "HTTP/1.0 knows no chunks"
    );
    let head = TestRequest::default().method(Method::HEAD);
    let head = app.anonymous().send(head, &format!("{SITES}?limit=1201"));
    assert_eq!(head.header("etag"), long.header("etag"));
    assert_eq!(head.body.len(), 0, "nothing is written for HEAD");
    for coding in CODINGS {
        let answer = coded(app, coding, &format!("{SITES}?limit=1201")).expect(200);
        assert_eq!(answer.header("content-encoding"), coding);
        assert!(decoded(&answer) == long.body, "{coding}");
        let tag = answer.header("etag").to_owned();
        let again = app.anonymous().with("if-none-match", &tag);
        again.get(&format!("{SITES}?limit=1201")).expect(304);
    }
});

on_each_engine!(copies_are_kept_of_what_is_public_alone, |app| {
    app.given(a_site());
    let copies = app.parts.state(BASE.to_owned()).copies;
    let ask = |token: Option<&str>| {
        let mut request = TestRequest::get()
            .uri(SITES)
            .insert_header(("accept-encoding", "gzip"));
        if let Some(token) = token {
            request = request.insert_header(("authorization", format!("Bearer {token}")));
        }
        let state = State {
            copies: copies.clone(),
            ..app.parts.state(BASE.to_owned())
        };
        let answer = app.call_with(state, request).expect(200);
        assert_eq!(answer.header("content-encoding"), "gzip");
    };
    let contributor = app.account(heritage_registry::domain::Role::Contributor, None);
    ask(Some(crate::harness::TOKEN));
    ask(Some(&contributor));
    assert_eq!(copies.count(), 0);
    ask(None);
    ask(None);
    assert_eq!(copies.count(), 1);
    assert!(Arc::strong_count(&copies) > 1, "all requests share them");
});
