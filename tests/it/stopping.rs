//! The program is told to stop: what is under way ends, and nothing that was answered is lost.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use heritage_registry::store::Place;
use serde_json::{Value, json};
use socket2::{Domain, Protocol, Socket, Type};

use crate::harness::{Engine, Home, Serving, TOKEN, again, with};

const ORGANIZATIONS: &str = "/collections/organizations/items";

fn started(engine: Engine) -> (Home, Serving) {
    let (home, program) = with(engine);
    (home, serving(program))
}

fn serving(mut program: Command) -> Serving {
    program.env("HERITAGE_BOOTSTRAP_TOKEN", TOKEN);
    program.env("RUST_LOG", "warn,heritage_registry::app=info");
    Serving::start(program, false)
}

/// So many organizations, each with a text of so many bytes.
fn organizations(count: usize, length: usize) -> String {
    let one = json!({
        "type": "Feature",
        "geometry": null,
        "properties": {
            "names": [{"text": "Monument Watch", "lang": "en"}],
            "kind": "ngo",
            "listed": true,
            "description": [{"text": "x".repeat(length), "lang": "en"}],
        },
    });
    json!({"type": "FeatureCollection", "features": vec![one; count]}).to_string()
}

/// The head of a request that posts `body`.
fn head_of(body: &str) -> String {
    format!(
        "POST {ORGANIZATIONS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Type: application/geo+json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
}

/// Begins a request that posts `body`; from then on it is under way.
fn post_begun(address: SocketAddr, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = head_of(body).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    let mut said = vec![0; go_on.len()];
    stream.read_exact(&mut said).unwrap();
    assert_eq!(said, go_on.as_bytes());
    stream
}

/// How many organizations the public is shown.
fn count(program: &Serving) -> u64 {
    let answer = program.get(&format!("{ORGANIZATIONS}?resultType=hits"));
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let page: Value = serde_json::from_str(body).unwrap();
    page["numberMatched"].as_u64().unwrap()
}

/// Waits until nobody is answered any more who comes anew.
fn wait_until_nobody_is_taken(address: SocketAddr) {
    let end = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(address).is_ok() {
        assert!(Instant::now() < end, "connections are still taken");
        thread::yield_now();
    }
}

fn whole(mut stream: impl Read) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn what_is_under_way_ends_and_nothing_is_lost(engine: Engine) {
    let (home, program) = started(engine);
    let (address, before) = (program.address(), count(&program));
    // A change that was answered before, on a connection that stays open.
    let many = organizations(1000, 4000);
    let mut idle = TcpStream::connect(address).unwrap();
    idle.write_all((head_of(&many) + &many).as_bytes()).unwrap();
    let mut start = [0; 12];
    idle.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 201");

    // A long answer that is taken slowly: it does not fit into what the system keeps for its reader.
    let path = format!("{ORGANIZATIONS}?limit=1000");
    let expected = program.get(&path);
    let (_, expected) = expected.split_once("\r\n\r\n").unwrap();
    let reader = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP)).unwrap();
    reader.set_recv_buffer_size(4096).unwrap();
    reader.connect(&address.into()).unwrap();
    let mut reader = TcpStream::from(reader);
    reader
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes())
        .unwrap();
    let mut begun = [0; 15];
    reader.read_exact(&mut begun).unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200 OK");
    // And a change of which half has come.
    let change = organizations(1, 10);
    let (half, rest) = change.split_at(change.len() / 2);
    let mut sender = post_begun(address, &change);
    sender.write_all(half.as_bytes()).unwrap();

    program.signal("TERM");
    wait_until_nobody_is_taken(address);
    sender.write_all(rest.as_bytes()).unwrap();
    let answer = whole(sender);
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    let answer = whole(reader);
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!((body.len(), body == expected), (expected.len(), true));
    drop(idle);
    let (ended, said) = program.ended();
    assert_eq!(ended.code(), Some(0), "{said}");
    if let Place::Sqlite(file) = home.place() {
        let log = fs::metadata(file.with_file_name("registry.db-wal"));
        assert_eq!(
            log.map_or(0, |log| log.len()),
            0,
            "what was erased is in it"
        );
    }

    assert_eq!(count(&serving(again(&home))), before + 1001);
}

#[test]
fn what_is_under_way_ends_and_nothing_is_lost_on_sqlite() {
    what_is_under_way_ends_and_nothing_is_lost(Engine::Sqlite);
}

#[test]
fn what_is_under_way_ends_and_nothing_is_lost_on_postgres() {
    what_is_under_way_ends_and_nothing_is_lost(Engine::Postgres);
}

#[test]
fn a_second_signal_ends_it_at_once() {
    for (first, second, code) in [("TERM", "TERM", 143), ("INT", "INT", 130)] {
        let (_home, program) = started(Engine::Sqlite);
        let address = program.address();
        let _sender = post_begun(address, &organizations(1, 10));
        program.signal(first);
        wait_until_nobody_is_taken(address);
        program.signal(second);
        let (ended, said) = program.ended();
        assert_eq!(ended.code(), Some(code), "{said}");
    }
}
