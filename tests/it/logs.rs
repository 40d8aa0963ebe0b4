//! What the program logs, and what it must not.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::Command;

use serde_json::Value;
use socket2::{Domain, Protocol, Socket, Type};

use crate::harness::{Engine, Serving, TOKEN, with};

/// What a request has that no line may tell: in its path, its query, its headers and its method.
const SECRETS: [&str; 9] = [
    TOKEN,
    "bm9ib2R5OmEtc2VjcmV0",
    "7d9f3c52-8a61-4c1e-9d0b-5e2f41a6c8b3",
    "46.751234",
    "a-page-of-mine",
    "203.0.113.7",
    "127.0.0.9",
    "a-name-of-a-program",
    "SECRETLY",
];

/// Connects from an address that the program does not have itself.
fn connected(to: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP)).unwrap();
    let from: SocketAddr = (Ipv4Addr::new(127, 0, 0, 9), 0).into();
    socket.bind(&from.into()).unwrap();
    socket.connect(&to.into()).unwrap();
    socket.into()
}

/// Asks for everything in the ways that a log could tell; gives the ports that were asked from.
fn ask(serving: &Serving) -> Vec<u16> {
    let bearer = format!("Authorization: Bearer {TOKEN}");
    let id = SECRETS[2];
    let requests = [
        (
            "GET",
            "/collections/sites/items?bbox=46.751234,39.7,46.8,39.8".to_owned(),
            bearer.as_str(),
            200,
        ),
        (
            "GET",
            format!("/collections/sites/items/{id}"),
            "Authorization: Basic bm9ib2R5OmEtc2VjcmV0",
            401,
        ),
        (
            "GET",
            format!("/collections/sites/items/{id}?f={TOKEN}"),
            "Accept: */*",
            400,
        ),
        ("DELETE", format!("/tokens/{id}"), bearer.as_str(), 404),
        (
            "GET",
            format!("/nowhere/{id}"),
            "Cookie: session=a-page-of-mine",
            404,
        ),
        ("SECRETLY", "/".to_owned(), "Accept: */*", 405),
        ("GET", "/ a-page-of-mine".to_owned(), "Accept: */*", 400),
    ];
    let mut ports = Vec::new();
    for (method, path, header, status) in requests {
        let mut stream = connected(serving.address());
        ports.push(stream.local_addr().unwrap().port());
        let common = "Host: a\r\nConnection: close\r\nX-Forwarded-For: 203.0.113.7\r\nForwarded: for=203.0.113.7\r\nReferer: https://example.org/a-page-of-mine\r\nUser-Agent: a-name-of-a-program";
        let head = format!("{method} {path} HTTP/1.1\r\n{common}\r\n{header}\r\n\r\n");
        // At once, since a head that is none is answered before its end.
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // What is left of such a head cuts the connection.
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8(answer).unwrap();
        let expected = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&expected), "{method} {path}: {answer}");
    }
    ports
}

/// Starts it with these settings, asks, and gives its log.
fn log_of(setting: impl FnOnce(&mut Command)) -> String {
    let (_home, mut program) = with(Engine::Sqlite);
    program.env("HERITAGE_BOOTSTRAP_TOKEN", TOKEN);
    setting(&mut program);
    let serving = Serving::start(program, false);
    let shown = serving.lines.join("\n");
    let ports = ask(&serving);
    serving.signal("TERM");
    let (_, said) = serving.ended();
    let log = said.strip_prefix(&shown).unwrap().to_owned();
    for secret in SECRETS {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
    for port in ports {
        assert!(!log.contains(&format!(":{port}")), "{port}: {log}");
    }
    log
}

#[test]
fn no_setting_makes_it_log_who_asked_for_what() {
    for format in ["text", "json"] {
        for filter in [
            "trace",
            "info,actix_http=trace,actix_web=trace,actix_server=trace,mio=trace,diesel=trace",
        ] {
            let log = log_of(|program| {
                program.env("RUST_LOG", filter);
                program.args(["--log-format", format]);
            });
            // What others say today tells nothing either, but they may say more tomorrow.
            let is_ours = |line: &&str| {
                ["heritage_registry", "actix_server"]
                    .iter()
                    .any(|ours| line.contains(ours))
            };
            assert_eq!(
                log.lines().find(|line| !line.is_empty() && !is_ours(line)),
                None
            );
            assert!(
                log.contains("/collections/{collection}/items/{id}"),
                "{log}"
            );
        }
    }
}

#[test]
fn a_request_is_a_line_of_json_for_who_asks_for_it() {
    let log = log_of(|program| {
        program.env("RUST_LOG", "warn,heritage_registry::request=info");
        program.env("HERITAGE_LOG_FORMAT", "json");
    });
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let requests = lines
        .iter()
        .filter(|line| line["target"] == "heritage_registry::request");
    let requests: Vec<&Value> = requests.collect();
    let said: Vec<_> = requests
        .iter()
        .map(|line| {
            (
                line["method"].as_str().unwrap(),
                line["route"].as_str().unwrap(),
                line["status"].as_u64().unwrap(),
            )
        })
        .collect();
    let item = "/collections/{collection}/items/{id}";
    assert_eq!(
        said,
        [
            ("GET", "/collections/{collection}/items", 200),
            ("GET", item, 401),
            ("GET", item, 400),
            ("DELETE", "/tokens/{token}", 404),
            ("GET", "other", 404),
            ("other", "/", 405),
        ]
    );
    for line in &requests {
        assert_eq!(line["level"], "INFO");
        assert!(line["bytes"].as_u64().unwrap() > 100, "{line}");
        assert!(line["duration_ms"].as_f64().unwrap() > 0.0, "{line}");
    }
    // Nor is there anything else but what happened to the token that is not valid.
    let others: Vec<_> = lines
        .iter()
        .filter(|line| line["target"] != "heritage_registry::request")
        .collect();
    assert_eq!(others.len(), 1, "{others:?}");
    assert_eq!(others[0]["message"], "a token that is not valid was shown");
}

#[test]
fn nothing_is_logged_of_requests_unless_it_is_asked_for() {
    let log = log_of(|_| {});
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(
        log.contains("WARN heritage_registry::http::reader: a token that is not valid was shown"),
        "{log}"
    );
}
