//! What the program counts of itself, and who is told of it.
#![expect(clippy::float_cmp, reason = "what is counted is whole")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::harness::{Engine, Home, Serving, TOKEN, ask, with};

const CLOSE: &str = "Connection: close";

/// A program with a private address.
fn serving(engine: Engine) -> (Home, Serving) {
    let (home, mut program) = with(engine);
    program.env("HERITAGE_BOOTSTRAP_TOKEN", TOKEN);
    program.args(["--admin-listen", "127.0.0.1:0"]);
    (home, Serving::printing(program, 5))
}

/// The samples that are told now, by name and labels.
fn told(serving: &Serving) -> BTreeMap<String, f64> {
    let answer = ask(serving.private(), "/metrics", CLOSE);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(
        head.contains("content-type: text/plain; version=0.0.4; charset=utf-8"),
        "{head}"
    );
    read(body)
}

/// Reads the text as strictly as a format that has so little in it allows.
fn read(text: &str) -> BTreeMap<String, f64> {
    let (mut samples, mut begun) = (BTreeMap::new(), BTreeSet::new());
    let mut family = "";
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            family = rest.split_once(' ').unwrap().0;
            assert!(begun.insert(family), "{family} is told twice");
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(name, family);
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
        } else {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let name = sample.split('{').next().unwrap();
            let rest = name
                .strip_prefix(family)
                .unwrap_or_else(|| panic!("{line}"));
            assert!(["", "_bucket", "_sum", "_count"].contains(&rest), "{line}");
            let is_new = samples.insert(sample.to_owned(), value.parse().unwrap());
            assert_eq!(is_new, None, "{line}");
        }
    }
    samples
}

/// Asks until something is told; fails after half a minute.
fn until(serving: &Serving, is_so: impl Fn(&BTreeMap<String, f64>) -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let told = told(serving);
        if is_so(&told) {
            return;
        }
        assert!(Instant::now() < end, "{told:#?}");
        thread::yield_now();
    }
}

fn post_begun(serving: &Serving, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(serving.address()).unwrap();
    let head = format!(
        "POST /collections/organizations/items HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Type: application/geo+json\r\nContent-Length: {}\r\n{CLOSE}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

const ORGANIZATION: &str = r#"{"type": "Feature", "geometry": null, "properties": {"names": [{"text": "Monument Watch", "lang": "en"}], "kind": "ngo", "listed": true}}"#;

fn what_happened_is_told_to_the_operator_alone(engine: Engine) {
    let (_home, serving) = serving(engine);
    let item = "/collections/sites/items/7d9f3c52-8a61-4c1e-9d0b-5e2f41a6c8b3";
    let tile = "/collections/sites/tiles/WebMercatorQuad/0/0/0";
    // It is no text that could be read here.
    let has_it = "If-None-Match: *\r\nConnection: close";
    for (path, header, status) in [
        ("/collections/sites/items?limit=3", CLOSE, 200),
        ("/collections/sites/items?limit=none", CLOSE, 400),
        (item, CLOSE, 404),
        ("/nowhere", CLOSE, 404),
        (tile, has_it, 304),
        (tile, has_it, 304),
        (
            "/me",
            "Authorization: Bearer of-nobody\r\nConnection: close",
            401,
        ),
        ("/metrics", CLOSE, 404),
    ] {
        let answer = serving.ask(path, header);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{path}: {answer}"
        );
    }
    let before = told(&serving);
    let mut post = post_begun(&serving, ORGANIZATION);
    until(&serving, |told| {
        told["heritage_http_requests_in_flight"] == 1.0
    });
    post.write_all(ORGANIZATION.as_bytes()).unwrap();
    let mut answer = String::new();
    post.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    until(&serving, |told| {
        told["heritage_http_requests_in_flight"] == 0.0
    });

    let told = told(&serving);
    let requests: Vec<_> = told
        .iter()
        .filter(|(name, _)| name.starts_with("heritage_http_requests_total"))
        .collect();
    let of = |route: &str, method: &str, status: &str| {
        format!(
            r#"heritage_http_requests_total{{route="{route}",method="{method}",status="{status}"}}"#
        )
    };
    let items = "/collections/{collection}/items";
    let expected = [
        (of(items, "GET", "2xx"), 1.0),
        (of(items, "GET", "4xx"), 1.0),
        (of(items, "POST", "2xx"), 1.0),
        (
            of("/collections/{collection}/items/{id}", "GET", "4xx"),
            1.0,
        ),
        (
            of(
                "/collections/{collection}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
                "GET",
                "3xx",
            ),
            2.0,
        ),
        (of("/me", "GET", "4xx"), 1.0),
        (of("other", "GET", "4xx"), 2.0),
    ];
    let mut expected: Vec<_> = expected.iter().map(|(name, count)| (name, count)).collect();
    expected.sort_by_key(|(name, _)| *name);
    assert_eq!(requests, expected);
    let duration = |of: &str| {
        format!(r#"heritage_http_request_duration_seconds_{of}{{route="{items}",method="GET"}}"#)
    };
    assert_eq!(told[&duration("count")], 2.0);
    assert!(told[&duration("sum")] > 0.0);
    let last = format!(
        r#"heritage_http_request_duration_seconds_bucket{{route="{items}",method="GET",le="+Inf"}}"#
    );
    assert_eq!(told[&last], 2.0);

    let tiles = ["nothing", "looking", "drawing"];
    let tiles = tiles.map(|work| told[&format!(r#"heritage_tiles_total{{work="{work}"}}"#)]);
    // While it starts, parts of the catalogue are merged, and what was known is looked at again.
    assert_eq!((tiles[0] + tiles[1], tiles[2]), (1.0, 1.0));

    let committed = r#"heritage_commands_total{outcome="committed"}"#;
    assert_eq!(told[committed], before[committed] + 1.0);
    assert_eq!(
        told["heritage_log_end_seq"],
        before["heritage_log_end_seq"] + 1.0
    );
    assert_eq!(told["heritage_log_shown_seq"], told["heritage_log_end_seq"]);
    let organizations = |audience: &str| {
        format!(r#"heritage_catalogue_records{{audience="{audience}",collection="organizations"}}"#)
    };
    for audience in ["public", "trusted"] {
        let name = organizations(audience);
        assert_eq!(told[&name], before[&name] + 1.0);
    }
    assert_eq!(
        told[r#"heritage_catalogue_records{audience="public",collection="sites"}"#],
        201.0
    );
    assert_eq!(told["heritage_tokens_refused_total"], 1.0);
    assert_eq!(told["heritage_database_up"], 1.0);
    assert!(told[r#"heritage_database_connections_max{purpose="reading"}"#] >= 4.0);
    assert!(told[r#"heritage_database_connections{purpose="writing",state="idle"}"#] >= 1.0);
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs_f64();
    assert!((now - 600.0..now).contains(&told["process_start_time_seconds"]));
    assert!(told["heritage_log_followed_timestamp_seconds"] >= told["process_start_time_seconds"]);

    for (path, status) in [
        ("/healthz", 200),
        ("/readyz", 200),
        ("/", 404),
        (items, 404),
    ] {
        let answer = ask(serving.private(), path, CLOSE);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{path}: {answer}"
        );
    }
}

#[test]
fn what_happened_is_told_to_the_operator_alone_on_sqlite() {
    what_happened_is_told_to_the_operator_alone(Engine::Sqlite);
}

#[test]
fn what_happened_is_told_to_the_operator_alone_on_postgres() {
    what_happened_is_told_to_the_operator_alone(Engine::Postgres);
}

#[test]
fn a_database_that_fails_is_one_of_the_numbers() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (home, serving) = serving(engine);
        assert_eq!(told(&serving)["heritage_log_missed"], 0.0);
        home.execute("ALTER TABLE changes RENAME TO lost");
        until(&serving, |told| {
            told["heritage_database_up"] == 0.0 && told["heritage_log_missed"] >= 3.0
        });
        let told = told(&serving);
        assert!(!told.contains_key("heritage_log_end_seq"));
        assert!(told["heritage_log_shown_seq"] > 0.0);
        let ready = ask(serving.private(), "/readyz", CLOSE);
        assert!(ready.starts_with("HTTP/1.1 503 "), "{ready}");
        serving.signal("TERM");
        let (_, said) = serving.ended();
        assert_eq!(
            said.matches("ERROR").count(),
            1,
            "not at each reading: {said}"
        );
    }
}
