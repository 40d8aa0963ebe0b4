//! What has not changed is not sent again: `ETag`, `Last-Modified`, `304`.

use std::collections::BTreeSet;

use actix_web::http::Method;
use actix_web::test::TestRequest;

use crate::harness::{Answer, Client, a_report, a_site, public_paths};

const SITES: &str = "/collections/sites/items";

/// An address of every route that has tags.
fn addresses(id: uuid::Uuid) -> Vec<String> {
    let tagged = public_paths().filter(|path| !["/healthz", "/readyz"].contains(&path.as_str()));
    let filled = tagged.map(|path| {
        path.replace("{collection}", "sites")
            .replace("{id}", &id.to_string())
    });
    filled.collect()
}

fn tag(client: &Client<'_>, path: &str) -> String {
    client.get(path).expect(200).header("etag").to_owned()
}

fn if_none_match(client: Client<'_>, tags: &str, path: &str) -> Answer {
    client.with("if-none-match", tags).get(path)
}

on_each_engine!(what_a_client_has_is_not_sent_again, |app| {
    let id = app.given(a_site());
    for path in addresses(id) {
        for is_known in [false, true] {
            let client = || {
                if is_known {
                    app.admin()
                } else {
                    app.anonymous()
                }
            };
            let whole = client().get(&path).expect(200);
            let etag = whole.header("etag").to_owned();
            let opaque = etag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
            // An administrator may change a feature, and is told its version.
            let hash = opaque.map(|tag| tag.strip_prefix("v1.").unwrap_or(tag).len());
            assert_eq!(hash, Some(22), "{path}: {etag}");
            for named in [
                etag.clone(),
                format!("W/{etag}"),
                format!("\"other\", {etag}"),
                "*".to_owned(),
            ] {
                let answer = if_none_match(client(), &named, &path).expect(304);
                assert_eq!(answer.body, b"", "{path} {named}");
                for name in [
                    "etag",
                    "cache-control",
                    "vary",
                    "last-modified",
                    "content-crs",
                ] {
                    assert_eq!(answer.header(name), whole.header(name), "{path}: {name}");
                }
            }
            let head = TestRequest::default().method(Method::HEAD);
            let head = client().with("if-none-match", &etag).send(head, &path);
            head.expect(304);
            for named in ["\"other\"", "other", "", &etag[1..], &etag.to_uppercase()] {
                if_none_match(client(), named, &path).expect(200);
            }
        }
    }
});

on_each_engine!(a_tag_is_of_one_answer_alone, |app| {
    let id = app.given(a_site());
    app.given(a_report(id));
    let item = format!("{SITES}/{id}");
    let asked = [
        String::new(),
        "?lang=hy".to_owned(),
        "?lang=az".to_owned(),
        "?lang=hy,az".to_owned(),
        "?lang=az,hy".to_owned(),
        "?properties=label".to_owned(),
        "?properties=condition".to_owned(),
        "?near=46.5,40".to_owned(),
        "?q=gandzasar".to_owned(),
        "?limit=1".to_owned(),
        "?resultType=hits".to_owned(),
    ];
    let mut addresses: Vec<String> = asked
        .iter()
        .map(|query| format!("{SITES}{query}"))
        .collect();
    addresses.extend(asked[..5].iter().map(|query| format!("{item}{query}")));
    addresses.push("/collections/condition-reports/items".to_owned());
    let mut tags = BTreeSet::new();
    for path in &addresses {
        for client in [app.anonymous(), app.admin()] {
            let found = tag(&client, path);
            assert_eq!(tag(&client, path), found, "{path}");
            assert!(tags.insert(found), "{path}");
        }
    }
    // Languages of the header count as those of the parameter do.
    let russian = app.anonymous().with("accept-language", "ru");
    assert!(tags.insert(tag(&russian, SITES)));
    assert!(tags.insert(tag(&russian, &item)));
    assert_ne!(tag(&russian, "/"), tag(&app.anonymous(), "/"));
});

on_each_engine!(a_tag_changes_with_what_is_told, |app| {
    let site = app.given(a_site());
    let other = app.given(a_site());
    let item = format!("{SITES}/{site}");
    let beside = format!("{SITES}/{other}");
    let tags = |path: &str| (tag(&app.anonymous(), path), tag(&app.admin(), path));
    let (page, one, list) = (tags(SITES), tags(&item), tags("/collections"));
    let untouched = tags(&beside);
    app.given(a_report(site));
    assert_ne!(tags(SITES).0, page.0);
    assert_ne!(tags(SITES).1, page.1);
    assert_ne!(tags(&item).0, one.0, "the condition is another");
    assert_ne!(tags("/collections").0, list.0, "one more report");
    assert_eq!(tags(&beside), untouched, "nothing of it is another");
    if_none_match(app.anonymous(), &one.0, &item).expect(200);
});

on_each_engine!(what_has_not_changed_since_is_not_sent_again, |app| {
    let id = app.given(a_site());
    let has_no_date = ["/", "/api", "/conformance", "/functions"];
    let of_schemas = ["/queryables", "/schema", "/sortables"];
    for path in addresses(id) {
        let whole = app.anonymous().get(&path).expect(200);
        let date = whole.header("last-modified").to_owned();
        let is_past = ["/versions", "/differences", "/changes"];
        let is_past = is_past.iter().any(|name| path.contains(name));
        // What changes with the program alone.
        let of_the_program = [
            "/base-map",
            "/fonts/",
            "/sprites/",
            "/styles",
            "/vocabularies",
        ];
        let is_of_the_program = of_the_program.iter().any(|start| path.starts_with(start));
        if has_no_date.contains(&path.as_str())
            || of_schemas.iter().any(|end| path.ends_with(end))
            || is_past
            || is_of_the_program
            || path.contains("/tile")
        {
            assert_eq!(date, "", "{path}");
            let since = "Fri, 01 Jan 2100 00:00:00 GMT";
            let asked = app.anonymous().with("if-modified-since", since);
            asked.get(&path).expect(200);
            continue;
        }
        assert!(
            date.starts_with("Wed, 25 Nov 2026 00:00:"),
            "{path}: {date}"
        );
        let since = |date: &str| app.anonymous().with("if-modified-since", date);
        let answer = since(&date).get(&path).expect(304);
        assert_eq!(answer.header("etag"), whole.header("etag"), "{path}");
        // The tag is that of the answer that was not sent again, which is compressed only if it is long.
        let gzip = || app.anonymous().with("accept-encoding", "gzip");
        let whole = gzip().get(&path).expect(200);
        for (name, value) in [("if-modified-since", date.as_str()), ("if-none-match", "*")] {
            let answer = gzip().with(name, value).get(&path).expect(304);
            assert_eq!(answer.header("etag"), whole.header("etag"), "{path} {name}");
        }
        since("Wed, 25 Nov 2026 10:00:00 GMT")
            .get(&path)
            .expect(304);
        since("Tue, 24 Nov 2026 10:00:00 GMT")
            .get(&path)
            .expect(200);
        since("yesterday").get(&path).expect(200);
        // Tags are surer than dates, and win.
        let both = since(&date).with("if-none-match", "\"other\"");
        both.get(&path).expect(200);
        let both = since("Tue, 24 Nov 2026 10:00:00 GMT").with("if-none-match", "*");
        both.get(&path).expect(304);
    }
});

on_each_engine!(a_problem_has_no_tag, |app| {
    for path in ["/nothing", "/?unknown=1", "/collections/sites/items/7"] {
        let answer = if_none_match(app.anonymous(), "*", path);
        assert!([400, 404].contains(&answer.status), "{path}");
        assert_eq!(answer.header("etag"), "", "{path}");
    }
    for path in ["/healthz", "/readyz"] {
        let answer = if_none_match(app.anonymous(), "*", path).expect(200);
        assert_eq!(answer.header("etag"), "");
    }
});
