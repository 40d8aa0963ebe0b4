//! A program that is killed while others write: what was acknowledged is there once, and nothing is half done.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use heritage_registry::store::Store;
use serde_json::{Value, json};

use crate::harness::{BASE, Engine, Home, Serving, TOKEN, again};

/// How often each engine's program is killed.
const ROUNDS: usize = 50;

/// Who write at the same time.
const WRITERS: usize = 4;

/// An answer, as far as a writer looks at it.
struct Answer {
    status: u16,
    etag: String,
    id: String,
}

/// Sends a request; `None` where the program was gone before the whole answer was there.
fn send(address: &str, method: &str, path: &str, header: &str, body: &Value) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    write(&mut stream, address, method, path, header, body).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    read(&answer)
}

fn write(
    stream: &mut TcpStream,
    address: &str,
    method: &str,
    path: &str,
    header: &str,
    body: &Value,
) -> std::io::Result<()> {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n{header}\r\n{body}",
        body.len()
    )
}

fn read(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(one, _)| one.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_owned())
    };
    let length: usize = header("content-length")?.parse().ok()?;
    (body.len() == length).then(|| Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        etag: header("etag").unwrap_or_default(),
        id: header("location")
            .and_then(|path| Some(path.rsplit('/').next()?.to_owned()))
            .unwrap_or_default(),
    })
}

const ORGANIZATIONS: &str = "/collections/organizations/items";

fn organization(name: &str) -> Value {
    json!({
        "type": "Feature", "geometry": null,
        "properties": {"names": [{"lang": "en", "text": name}], "kind": "ngo"},
    })
}

/// The program on a database, which is empty where it is new.
fn start(home: &Home) -> Serving {
    let mut program: Command = again(home);
    // Tags cover links, and the port is another one at each start.
    program
        .args(["--empty", "--public-url", BASE])
        .env("HERITAGE_BOOTSTRAP_TOKEN", TOKEN);
    // It prints no token where one is chosen.
    Serving::start(program, false)
}

/// What writers know of what they wrote.
#[derive(Default)]
struct Written {
    /// Of each name the id and the tag that were answered last.
    answered: BTreeMap<String, (String, String)>,
    /// The names of which a request is on its way: whether it makes the record.
    sent: BTreeMap<String, bool>,
}

impl Written {
    /// Holds what they know against what the program that was started again says.
    fn check(&mut self, home: &Home, address: &str) {
        let store = Store::open(&home.place()).unwrap();
        let checked = store.check().unwrap();
        assert_eq!((checked.findings, checked.found), (vec![], 0));
        let documents =
            home.lines("SELECT document AS line FROM entities WHERE collection = 'organizations'");
        let count = |name: &str| {
            documents
                .iter()
                .filter(|one| one.contains(&format!("\"{name}\"")))
                .count()
        };
        for (name, is_new) in std::mem::take(&mut self.sent) {
            if is_new {
                // Whoever got no answer sends it again.
                assert!(count(&name) <= 1, "{name}");
                let key = format!("Idempotency-Key: {name}\r\n");
                let made =
                    send(address, "POST", ORGANIZATIONS, &key, &organization(&name)).unwrap();
                assert_eq!(made.status, 201);
                self.answered.insert(name, (made.id, made.etag));
            } else if let Some((id, etag)) = self.answered.get_mut(&name) {
                let path = format!("{ORGANIZATIONS}/{id}");
                // Whether it was carried out or not, they cannot know; they read it again.
                *etag = send(address, "GET", &path, "", &Value::Null).unwrap().etag;
            }
        }
        let documents = home.lines("SELECT document AS line FROM entities");
        for (name, (id, etag)) in &self.answered {
            let of_name = documents
                .iter()
                .filter(|one| one.contains(&format!("\"{name}\"")));
            assert_eq!(of_name.count(), 1, "{name}");
            let shown = send(
                address,
                "GET",
                &format!("{ORGANIZATIONS}/{id}"),
                "",
                &Value::Null,
            )
            .unwrap();
            assert_eq!((shown.status, &shown.etag), (200, etag), "{name}");
        }
    }
}

/// Makes an organization and changes it, again and again, until the program is gone.
fn write_on(address: &str, names: &AtomicUsize, written: &Mutex<Written>) -> Option<()> {
    loop {
        let name = format!("Society {}", names.fetch_add(1, Ordering::Relaxed));
        let answered = |answer: Answer, id: String| {
            let mut written = written.lock().unwrap();
            written.sent.remove(&name);
            written
                .answered
                .insert(name.clone(), (id, answer.etag.clone()));
            answer.etag
        };
        written.lock().unwrap().sent.insert(name.clone(), true);
        let key = format!("Idempotency-Key: {name}\r\n");
        let made = send(address, "POST", ORGANIZATIONS, &key, &organization(&name))?;
        assert_eq!(made.status, 201);
        let id = made.id.clone();
        let mut etag = answered(made, id.clone());
        for kind in ["research", "museum_archive"] {
            written.lock().unwrap().sent.insert(name.clone(), false);
            let path = format!("{ORGANIZATIONS}/{id}");
            let header = format!("If-Match: {etag}\r\n");
            let changed = send(address, "PATCH", &path, &header, &json!({ "kind": kind }))?;
            assert_eq!(changed.status, 200);
            etag = answered(changed, id.clone());
        }
    }
}

fn killed_again_and_again(engine: Engine) {
    let home = engine.home();
    let names = AtomicUsize::new(0);
    let mut written = Mutex::new(Written::default());
    let mut serving = start(&home);
    for round in 0..ROUNDS {
        let address = serving.address().to_string();
        thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|_| scope.spawn(|| write_on(&address, &names, &written)))
                .collect();
            // At another moment of their work in each round: after so many requests, and a little.
            let from = names.load(Ordering::Relaxed);
            while names.load(Ordering::Relaxed) < from + WRITERS + round % 5 {
                assert!(writers.iter().all(|one| !one.is_finished()), "refused");
                thread::yield_now();
            }
            let late = Instant::now() + Duration::from_micros(700 * (round as u64 % 13));
            while Instant::now() < late {
                thread::yield_now();
            }
            serving.child.kill().unwrap();
        });
        drop(serving);
        serving = start(&home);
        written
            .get_mut()
            .unwrap()
            .check(&home, &serving.address().to_string());
    }
    let answered = written.get_mut().unwrap().answered.len();
    assert!(answered > ROUNDS, "{answered}");
}

#[test]
fn what_was_acknowledged_survives_every_kill_on_sqlite() {
    killed_again_and_again(Engine::Sqlite);
}

#[test]
fn what_was_acknowledged_survives_every_kill_on_postgres() {
    killed_again_and_again(Engine::Postgres);
}

/// Waits for something that comes about, if it ever does.
fn until(mut has_come: impl FnMut() -> bool) {
    let late = Instant::now() + Duration::from_mins(1);
    while !has_come() {
        assert!(Instant::now() < late, "it did not come about in a minute");
        thread::yield_now();
    }
}

/// A trigger that keeps the program at its last insert before the commit.
fn slow_down(home: &Home) {
    home.execute(match home {
        Home::Folder(_) => {
            "CREATE TRIGGER slow AFTER INSERT ON changes BEGIN
               SELECT count(*) FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 1000000000) SELECT x FROM c);
             END"
        }
        Home::Database(_) => {
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
             CREATE TRIGGER slow AFTER INSERT ON changes EXECUTE FUNCTION slow()"
        }
    });
}

fn speed_up(home: &Home) {
    home.execute(match home {
        Home::Folder(_) => "DROP TRIGGER slow",
        // What is left of the program at the server ends with it.
        Home::Database(_) => {
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'INSERT INTO \"changes\"%' AND pid <> pg_backend_pid();
             DROP TRIGGER slow ON changes; DROP FUNCTION slow"
        }
    });
}

fn killed_before_its_commit(engine: Engine) {
    let home = engine.home();
    let mut serving = start(&home);
    slow_down(&home);
    let address = serving.address().to_string();
    let mut stream = TcpStream::connect(&address).unwrap();
    let key = "Idempotency-Key: one\r\n";
    write(
        &mut stream,
        &address,
        "POST",
        ORGANIZATIONS,
        key,
        &organization("One"),
    )
    .unwrap();
    until(|| home.is_being_written());
    serving.child.kill().unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert_eq!(answer, "");
    drop(serving);
    speed_up(&home);
    let serving = start(&home);
    let count = || {
        home.lines("SELECT document AS line FROM entities")
            .iter()
            .filter(|one| one.contains("\"One\""))
            .count()
    };
    assert_eq!(count(), 0);
    let made = send(
        &serving.address().to_string(),
        "POST",
        ORGANIZATIONS,
        key,
        &organization("One"),
    )
    .unwrap();
    assert_eq!((made.status, count()), (201, 1));
    Written::default().check(&home, &serving.address().to_string());
}

#[test]
fn killed_before_its_commit_it_has_written_nothing_on_sqlite() {
    killed_before_its_commit(Engine::Sqlite);
}

#[test]
fn killed_before_its_commit_it_has_written_nothing_on_postgres() {
    killed_before_its_commit(Engine::Postgres);
}

/// Kills it when the database shows a write whose answer has not come.
fn killed_before_its_answer(engine: Engine) {
    let home = engine.home();
    let mut hits = 0;
    let mut written = Written::default();
    for round in 0..20 {
        let mut serving = start(&home);
        let address = serving.address().to_string();
        // After this one, what follows the log makes a pause, in which the next is not shown.
        let first = format!("First {round}");
        let key = format!("Idempotency-Key: {first}\r\n");
        let made = send(&address, "POST", ORGANIZATIONS, &key, &organization(&first)).unwrap();
        written.answered.insert(first, (made.id, made.etag));
        let name = format!("Second {round}");
        let key = format!("Idempotency-Key: {name}\r\n");
        let mut stream = TcpStream::connect(&address).unwrap();
        write(
            &mut stream,
            &address,
            "POST",
            ORGANIZATIONS,
            &key,
            &organization(&name),
        )
        .unwrap();
        let is_there = || {
            home.lines("SELECT document AS line FROM entities")
                .iter()
                .any(|one| one.contains(&format!("\"{name}\"")))
        };
        until(is_there);
        serving.child.kill().unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        hits += usize::from(answer.is_empty());
        drop(serving);
        written.sent.insert(name, true);
        let serving = start(&home);
        written.check(&home, &serving.address().to_string());
        if hits == 3 {
            return;
        }
    }
    panic!("of 20 answers {hits} had not come when their writes were there");
}

#[test]
fn killed_before_its_answer_it_gives_the_same_again_on_sqlite() {
    killed_before_its_answer(Engine::Sqlite);
}

#[test]
fn killed_before_its_answer_it_gives_the_same_again_on_postgres() {
    killed_before_its_answer(Engine::Postgres);
}
