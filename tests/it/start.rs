//! The program as its operator sees it: what it prints, and which exit code ends it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use heritage_registry::store::Place;

use crate::harness::{Engine, Home, Serving, again, program, with};

#[test]
fn a_first_start_loads_the_catalogue_and_shows_the_token_once() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (home, program) = with(engine);
        let first = Serving::start(program, true);
        assert!(
            first.lines[0].starts_with("The heritage registry is listening on http://127.0.0.1:"),
            "{:#?}",
            first.lines
        );
        assert!(
            first.lines[1..4]
                .iter()
                .all(|line| line.trim().starts_with("http://127.0.0.1:"))
        );
        let token = first.lines[5].trim().to_owned();
        assert_eq!((token.len(), &token[..3]), (46, "hr_"));
        assert!(
            first
                .get("/collections/sites/items?resultType=hits")
                .contains("\"numberMatched\":201")
        );
        drop(first);

        let second = Serving::start(again(&home), false);
        assert!(
            second
                .get("/collections/sites/items?resultType=hits")
                .contains("\"numberMatched\":201")
        );
        assert!(
            !second.lines.iter().any(|line| line.contains("token")),
            "{:#?}",
            second.lines
        );
    }
}

fn fails(program: &mut Command) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = program.output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn a_body_that_never_ends_does_not_hold_a_connection() {
    let (_home, program) = with(Engine::Sqlite);
    let serving = Serving::start(program, true);
    let long = format!("/{}", "a".repeat(20_000));
    let cases = [
        ("/healthz", 200),
        ("/collections/sites/items?limit=1000", 200),
        ("/nothing", 404),
        ("/collections/sites/items?limit=none", 400),
        (long.as_str(), 414),
    ];
    thread::scope(|scope| {
        for (path, status) in cases {
            let serving = &serving;
            scope.spawn(move || {
                let answer = serving.ask(path, "Transfer-Encoding: chunked");
                let expected = format!("HTTP/1.1 {status}");
                assert!(answer.starts_with(&expected), "{answer}");
            });
        }
    });
}

#[test]
fn a_database_that_cannot_be_used_is_one_line_and_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "not a folder").unwrap();
    let not_a_database = tempfile::tempdir().unwrap();
    fs::write(
        not_a_database.path().join("registry.db"),
        "this is not a database, and long enough to be seen as none".repeat(50),
    )
    .unwrap();
    let unreachable = [
        "--database-url",
        "postgres://nobody:secret@127.0.0.1:1/none",
    ];
    for arguments in [
        ["--data", file.to_str().unwrap()],
        ["--data", not_a_database.path().to_str().unwrap()],
        unreachable,
    ] {
        let (code, error) = fails(program().args(arguments));
        assert_eq!(
            (code, error.lines().count()),
            (Some(2), 1),
            "{arguments:?}: {error}"
        );
        assert!(error.starts_with("heritage-registry: "), "{error}");
        let opened = error.matches("cannot be opened").count();
        let named = error.matches("registry.db").count() + error.matches("PostgreSQL").count();
        assert!(
            opened == 0 || named == 1,
            "it says once what it is about: {error}"
        );
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn a_newer_database_is_refused_with_exit_code_2() {
    let (_home, folder) = started_once();
    sqlite(
        &folder,
        "insert into __diesel_schema_migrations (version, run_on) values ('9999', '2026-11-25')",
    );
    let (code, error) = fails(program().args(["--data", folder.to_str().unwrap()]));
    assert_eq!((code, error.lines().count()), (Some(2), 1), "{error}");
    assert!(error.contains("9999") && error.contains("newer"), "{error}");
}

#[test]
fn a_locked_database_is_one_line_and_exit_code_2() {
    let (_home, folder) = started_once();
    let file = folder.join("registry.db");
    let mut other = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    other
        .batch_execute("pragma locking_mode = exclusive; begin exclusive")
        .unwrap();
    let (code, error) = fails(program().args(["--data", folder.to_str().unwrap()]));
    assert_eq!((code, error.lines().count()), (Some(2), 1), "{error}");
    assert!(
        error.contains("locked") || error.contains("busy"),
        "{error}"
    );
}

#[test]
fn a_corrupt_record_is_named_by_entity_and_version_with_exit_code_1() {
    let (_home, folder) = started_once();
    sqlite(
        &folder,
        r#"update entities set document = '{"names": 7}' where code = 'az-2021-shusha'"#,
    );
    let (code, error) = fails(program().args(["--data", folder.to_str().unwrap()]));
    assert_eq!(code, Some(1), "{error}");
    assert!(
        error.starts_with("heritage-registry: regions ")
            && error.contains(" version 1: ")
            && error.contains("/names: is a number"),
        "{error}"
    );
}

#[test]
fn an_address_that_is_taken_is_exit_code_2() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut program = Command::new(env!("CARGO_BIN_EXE_heritage-registry"));
    let (code, error) = fails(program.env_clear().args([
        "--listen",
        &address,
        "--data",
        folder.path().to_str().unwrap(),
    ]));
    assert_eq!((code, error.lines().count()), (Some(2), 1), "{error}");
    assert!(error.contains(&address), "{error}");
    let made = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(made, 0, "a database whose token nobody saw is not made");
}

#[test]
fn a_private_address_that_the_public_reaches_is_refused() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_heritage-registry"));
    let both = ["--listen", "0.0.0.0:18080", "--admin-listen"];
    let (code, error) = fails(program.env_clear().args(both).arg("127.0.0.1:18080"));
    assert_eq!((code, error.lines().count()), (Some(2), 1), "{error}");
    assert!(error.contains("HERITAGE_ADMIN_LISTEN"), "{error}");
}

#[test]
fn a_secret_setting_that_will_not_do_is_not_repeated() {
    for (name, value) in [
        ("DATABASE_URL", "mysql://user:secret@localhost/x"),
        ("HERITAGE_BOOTSTRAP_TOKEN", "secret"),
    ] {
        let (code, error) = fails(program().env(name, value));
        assert_eq!((code, error.lines().count()), (Some(2), 1), "{error}");
        assert!(error.contains(name) && !error.contains("secret"), "{error}");
    }
}

#[test]
fn help_lists_what_works_and_shows_no_secret() {
    let Output { status, stdout, .. } = program()
        .env("DATABASE_URL", "postgres://user:secret@host/name")
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(stdout).unwrap();
    assert!(status.success());
    for part in [
        "serve",
        "import",
        "export",
        "backup",
        "restore",
        "move",
        "check",
        "--listen",
        "--data",
        "--database-url",
        "--public-url",
        "--trusted-proxies",
        "--admin-listen",
        "--log-format",
        "HERITAGE_LISTEN",
        "DATABASE_URL",
        "Exit codes",
    ] {
        assert!(help.contains(part), "{part}: {help}");
    }
    assert!(!help.contains("secret"), "{help}");
}

fn started_once() -> (Home, std::path::PathBuf) {
    let (home, program) = with(Engine::Sqlite);
    drop(Serving::start(program, true));
    let Place::Sqlite(file) = home.place() else {
        unreachable!()
    };
    (home, file.parent().unwrap().to_owned())
}

fn sqlite(folder: &Path, statement: &str) {
    let file = folder.join("registry.db");
    SqliteConnection::establish(file.to_str().unwrap())
        .unwrap()
        .batch_execute(statement)
        .unwrap();
}
