//! Keeping the whole of a registry safe: backups, moving between engines, and what a check finds.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;

use heritage_registry::app::{backup, move_over, restore};
use heritage_registry::domain::{Collection, Erasure, Seq, State, read};
use heritage_registry::store::Store;
use serde_json::json;

use crate::harness::writing::{address, feature, patch, post, read as read_one};
use crate::harness::{
    App, Engine, Home, Serving, TOKEN, Visitor, a_region, a_report, a_site, again, command,
    report_ref, site_ref, with,
};

/// Something in every table, and a log in which the public sees some of it.
fn full(app: &App) {
    let organization = app.registry_organization().uuid();
    let known = json!([{"scheme": "wikidata", "value": "Q1", "match": "exact"}]);
    app.given(a_region("az-2021-khojaly", 46.5, 40.0));
    let site = app.given(a_site().with("identifiers", known.clone()));
    let hidden = app.given(
        a_site()
            .restricted()
            .with("relations", json!([{"kind": "see_also", "site_id": site}])),
    );
    let report = app.given(a_report(site));
    let phone = json!({"type": "Point", "coordinates": [46.5, 40.1]});
    let with_position = a_report(site).with("observed_position", phone);
    app.put_as(State::Submitted, with_position.clone());
    app.put_site_as(State::Proposed, organization, a_site());
    app.edit(site, a_site().generalised().with("identifiers", known));
    app.edit(hidden, a_site());
    app.withdraw(report_ref(report));
    let admin = app.admin();
    let (_, tag) = read_one(&admin, &address("sites", site));
    patch(
        &admin,
        &address("sites", site),
        &tag,
        &json!({"site_type": "church"}),
    )
    .expect(200);
    let body = feature(json!({"names": [{"lang": "en", "text": "A society"}], "kind": "ngo"}));
    post(
        &admin,
        "/collections/organizations/items",
        Some("key-1"),
        &body,
    )
    .expect(201);
    let asked = json!({"property": "descriptions", "reason": "Asked for"});
    let erasure = read(&asked, "", Erasure::read).unwrap();
    app.shown(
        app.parts
            .registry
            .erase(&app.actor(), site_ref(hidden), &erasure)
            .unwrap(),
    );
    // The position is deleted, and another one is not yet.
    app.clock().moves(91 * 86_400_000_000);
    assert_eq!(app.parts.registry.do_what_is_due().unwrap(), 1);
    app.put_as(State::Submitted, with_position);
    Visitor::signed_in(app, TOKEN);
}

/// All rows but those that say when tables were made.
fn rows(home: &Home) -> Vec<String> {
    let mut rows = home.rows();
    rows.retain(|row| !row.starts_with("__diesel"));
    rows
}

fn is_sound(store: &Store) {
    let checked = store.check().unwrap();
    assert_eq!((checked.findings, checked.found), (vec![], 0));
    assert!(checked.changes > 0 && checked.records > 0);
}

on_each_engine!(a_backup_has_every_row_of_every_table_but_sessions, |app| {
    full(app);
    is_sound(&app.parts.store);
    let mut before = rows(app.home());
    let tables: BTreeSet<&str> = before
        .iter()
        .filter_map(|row| row.split(": ").next())
        .collect();
    let all = [
        "accounts",
        "changes",
        "entities",
        "erasures",
        "identifiers",
        "links",
        "requests",
        "sessions",
        "sightings",
        "tokens",
    ];
    assert!(all.iter().all(|table| tables.contains(table)), "{tables:?}");
    assert_eq!(
        tables.len(),
        all.len(),
        "a table that this test does not fill: {tables:?}"
    );
    // Whoever holds a backup is signed in nowhere.
    let is_kept = |row: &String| !row.starts_with("sessions: ");
    let whole = before.clone();
    before.retain(is_kept);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("today.backup");
    let mut told = 0;
    let last = backup(&app.parts.store, &file, || told += 1).unwrap();
    assert_eq!((last, told), (app.parts.store.last_seq().unwrap(), last.0));
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );

    // Into the same engine, and through the other one and back.
    let (same, other) = match app.home() {
        Home::Folder(_) => (Engine::Sqlite, Engine::Postgres),
        Home::Database(_) => (Engine::Postgres, Engine::Sqlite),
    };
    let home = same.home();
    let restored = Store::open(&home.place()).unwrap();
    assert_eq!(restore(&file, &restored, true, || ()).unwrap(), last);
    assert_eq!(rows(&home), before);
    is_sound(&restored);

    let (there, back) = (other.home(), same.home());
    let (there_store, back_store) = (
        Store::open(&there.place()).unwrap(),
        Store::open(&back.place()).unwrap(),
    );
    move_over(&app.parts.store, &there_store, || ()).unwrap();
    is_sound(&there_store);
    move_over(&there_store, &back_store, || ()).unwrap();
    assert_eq!(rows(&back), before);
    assert_eq!(rows(app.home()), whole, "the source is as it was");

    for refused in [
        restore(&file, &restored, true, || ()),
        move_over(&restored, &back_store, || ()),
    ] {
        let error = refused.unwrap_err().to_string();
        assert_eq!(
            error,
            "the database holds a registry already: give one that is new"
        );
    }
    assert_eq!(rows(&home), before);
});

on_each_engine!(a_backup_made_while_others_write_is_of_one_moment, |app| {
    full(app);
    let folder = tempfile::tempdir().unwrap();
    let store = &app.parts.store;
    let done = std::sync::atomic::AtomicBool::new(false);
    thread::scope(|scope| {
        let backing = scope.spawn(|| {
            let made: Vec<Seq> = (0..8)
                .map(|number| {
                    backup(store, &folder.path().join(number.to_string()), || ()).unwrap()
                })
                .collect();
            done.store(true, std::sync::atomic::Ordering::SeqCst);
            made
        });
        let mut written = 0;
        while !done.load(std::sync::atomic::Ordering::SeqCst) || written < 5 {
            app.given(a_site());
            written += 1;
        }
        let made = backing.join().unwrap();
        let log = |store: &Store, last: Seq| {
            let changes = store.changes(Seq(0), u32::MAX).unwrap();
            format!(
                "{:?}",
                changes
                    .into_iter()
                    .filter(|one| one.seq <= last)
                    .collect::<Vec<_>>()
            )
        };
        for (number, last) in made.into_iter().enumerate() {
            let home = Engine::Sqlite.home();
            let restored = Store::open(&home.place()).unwrap();
            restore(
                &folder.path().join(number.to_string()),
                &restored,
                true,
                || (),
            )
            .unwrap();
            is_sound(&restored);
            assert_eq!(restored.last_seq().unwrap(), last);
            assert_eq!(log(&restored, last), log(store, last));
        }
    });
});

#[test]
fn what_is_no_whole_backup_is_refused_and_nothing_is_written() {
    let app = App::fresh(Engine::Sqlite);
    full(&app);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    backup(&app.parts.store, &file, || ()).unwrap();
    let whole = fs::read(&file).unwrap();
    let text = zstd::decode_all(&*whole).unwrap();
    let text = String::from_utf8(text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let packed = |text: &str| zstd::encode_all(text.as_bytes(), 1).unwrap();
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    let without_one = [&lines[..3], &lines[4..]].concat().join("\n");
    let newer = text.replacen(
        "\"heritage_registry_backup\":1",
        "\"heritage_registry_backup\":2",
        1,
    );
    let cut = "ends too soon, or is damaged: take another copy of it";
    let none = "is no backup of a registry";
    for (bytes, expected) in [
        (whole[..middle].to_vec(), cut),
        (whole[..whole.len() - 5].to_vec(), cut),
        (flipped, cut),
        (packed(&without_one), cut),
        (packed(&lines[..lines.len() - 1].join("\n")), cut),
        (packed(&text.replacen("\"change\"", "\"chance\"", 1)), cut),
        (packed(&newer), "was made by a newer program"),
        (packed(""), none),
        (packed("{}\n"), none),
        (b"a text".to_vec(), none),
        (vec![], none),
    ] {
        let damaged = folder.path().join("damaged");
        fs::write(&damaged, bytes).unwrap();
        let home = Engine::Sqlite.home();
        let store = Store::open(&home.place()).unwrap();
        let error = restore(&damaged, &store, true, || ())
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with(&format!("{}: {expected}", damaged.display())),
            "{error}"
        );
        assert_eq!(store.last_seq().unwrap(), Seq(0));
        assert_eq!(rows(&home), [""; 0]);
    }
}

#[test]
fn a_backup_that_is_not_as_its_log_says_is_restored_only_on_demand() {
    let app = App::fresh(Engine::Sqlite);
    full(&app);
    // A place in the public's log for what the public never saw.
    app.execute(
        "INSERT INTO sightings SELECT id, 2, 1 FROM entities WHERE public_at IS NULL LIMIT 1",
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    backup(&app.parts.store, &file, || ()).unwrap();
    let home = Engine::Sqlite.home();
    let store = Store::open(&home.place()).unwrap();
    let error = restore(&file, &store, true, || ()).unwrap_err().to_string();
    assert!(
        error.contains("what the public saw differ does not follow"),
        "{error}"
    );
    assert_eq!(rows(&home), [""; 0]);
    restore(&file, &store, false, || ()).unwrap();
    assert!(store.check().unwrap().found > 0);
}

#[test]
fn while_a_database_is_moved_nobody_ends_a_token_of_it() {
    let app = App::fresh(Engine::Sqlite);
    full(&app);
    let home = Engine::Postgres.home();
    let to = Store::open(&home.place()).unwrap();
    let mut is_locked = false;
    move_over(&app.parts.store, &to, || {
        is_locked |= app.home().is_being_written();
    })
    .unwrap();
    assert!(is_locked);
}

on_each_engine!(a_check_finds_what_is_not_as_the_log_says, |app| {
    full(app);
    let postgres = matches!(app.home(), Home::Database(_));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    backup(&app.parts.store, &file, || ()).unwrap();
    for (statement, expected) in [
        (
            "UPDATE entities SET version = version + 1 WHERE collection = 'regions'",
            "version is not that of its latest change",
        ),
        (
            "UPDATE entities SET state = 'withdrawn' WHERE collection = 'regions'",
            "state is not that of",
        ),
        (
            "UPDATE entities SET document = replace(document, 'Gandzasar', 'Gandzaser')",
            "document is not that of",
        ),
        (
            "UPDATE entities SET public_at = created_at WHERE public_at > created_at",
            "public_at is not that of",
        ),
        (
            "UPDATE entities SET public_since = NULL",
            "public_since is not that of",
        ),
        (
            "UPDATE entities SET published_at = NULL",
            "published_at is not that of",
        ),
        (
            "UPDATE entities SET submitter_id = NULL",
            "submitter_id is not that of",
        ),
        (
            "UPDATE entities SET code = 'XX' WHERE collection = 'regions'",
            "code is not that of",
        ),
        (
            "UPDATE entities SET waits = NOT waits",
            "waits is not that of",
        ),
        (
            "UPDATE changes SET seq = seq + 1000 WHERE seq = 5",
            "the log has no change",
        ),
        (
            "UPDATE changes SET at = '2001-01-01 00:00:00.000000' WHERE seq = 4",
            "change 4 is older than the one before it",
        ),
        (
            "UPDATE changes SET command_id = (SELECT command_id FROM changes WHERE seq = 1) WHERE seq = 4",
            "the command of change 1 goes on at 4",
        ),
        (
            "UPDATE changes SET version = version + 7 WHERE seq = 2",
            "has no version 1: 8 comes next",
        ),
        (
            "UPDATE changes SET public_seq = public_seq + 1000 WHERE public_seq = (SELECT max(public_seq) FROM changes)",
            "to the public, and must be",
        ),
        (
            "UPDATE changes SET bears_on_past = NOT bears_on_past",
            "what is kept of it beside its document",
        ),
        (
            "UPDATE changes SET site_id = NULL",
            "what is kept of it beside its document",
        ),
        ("DELETE FROM sightings", "what the public saw differ"),
        (
            "UPDATE sightings SET is_seen = NOT is_seen",
            "what the public saw differ",
        ),
        (
            "INSERT INTO sightings SELECT id, 9999, is_seen FROM entities, sightings LIMIT 1",
            "a sighting is of 9999",
        ),
        ("DELETE FROM links", "whom it names"),
        ("UPDATE links SET named_id = record_id", "whom it names"),
        ("DELETE FROM identifiers", "ids elsewhere"),
        ("UPDATE identifiers SET value = 'Q7'", "ids elsewhere"),
        (
            "UPDATE requests SET command_id = account_id",
            "which is in no change",
        ),
        ("DELETE FROM changes WHERE seq = 2", "is in no change"),
    ] {
        let engine = if postgres {
            Engine::Postgres
        } else {
            Engine::Sqlite
        };
        let home = engine.home();
        let store = Store::open(&home.place()).unwrap();
        restore(&file, &store, true, || ()).unwrap();
        home.execute(statement);
        let found = store.check().unwrap().findings;
        assert!(
            found.iter().any(|one| one.contains(expected)),
            "{statement}: {found:#?}"
        );
    }
    is_sound(&app.parts.store);
});

#[test]
fn a_check_finds_what_the_embedded_engine_no_longer_holds_together() {
    let app = App::fresh(Engine::Sqlite);
    full(&app);
    app.execute("PRAGMA foreign_keys = OFF; UPDATE tokens SET account_id = zeroblob(16)");
    let found = app.parts.store.check().unwrap().findings;
    assert!(
        found
            .iter()
            .any(|one| one == "a row of tokens names one of accounts that is not there"),
        "{found:?}"
    );
}

/// What a command prints and what it complains of, with its exit code.
fn run(home: &Home, folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = command(home, arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn at_the_command_line(from: Engine, to: Engine) {
    let (home, program) = with(from);
    let serving = Serving::start(program, true);
    let folder = tempfile::tempdir().unwrap();
    let at = |home: &Home, arguments: &[&str]| run(home, folder.path(), arguments);
    let (code, out, error) = at(&home, &["backup", "a.backup"]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
    assert!(
        out.starts_with("backed up 367 changes of ") && out.ends_with(" into a.backup\n"),
        "{out}"
    );
    let (code, out, _) = at(&home, &["check"]);
    assert_eq!(
        (code, out.as_str()),
        (
            Some(0),
            "everything is as the log says: 367 changes, 367 records\n"
        )
    );
    let listed = serving.get("/collections/sites/items?limit=1000&lang=en");
    drop(serving);

    // The disk is lost.
    let new = to.home();
    let (code, out, error) = at(&new, &["restore", "a.backup"]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
    assert!(
        out.starts_with("restored 367 changes from a.backup into ")
            && out.ends_with(": everything is as the log says\n"),
        "{out}"
    );
    let serving = Serving::start(again(&new), false);
    let body = |answer: &str| {
        let features = answer.split("\"features\":").nth(1).unwrap();
        features.split("\"links\":[{").next().unwrap().to_owned()
    };
    assert_eq!(
        body(&serving.get("/collections/sites/items?limit=1000&lang=en")),
        body(&listed)
    );
    drop(serving);
    let (code, out, error) = at(&new, &["restore", "a.backup"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(
        error.contains("the database holds a registry already"),
        "{error}"
    );

    let third = from.home();
    let place = match &third {
        Home::Folder(folder) => folder.path().join("moved").to_str().unwrap().to_owned(),
        Home::Database(url) => url.clone(),
    };
    let (code, out, error) = at(&new, &["move", "--to", &place]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
    assert!(out.starts_with("moved 367 changes from "), "{out}");
    let export = |home: &Home, name: &str, extra: &[&str]| {
        let arguments = [&["export", "sites", name], extra].concat();
        assert_eq!(at(home, &arguments).0, Some(0));
        fs::read(folder.path().join(name)).unwrap()
    };
    let to = match &third {
        Home::Folder(_) => ["--data", &place],
        Home::Database(_) => ["--database-url", &place],
    };
    assert_eq!(
        export(&home, "one.geojson", &[]),
        export(&new, "other.geojson", &to)
    );

    fs::write(folder.path().join("b.backup"), "x").unwrap();
    let empty = from.home();
    let (code, _, error) = at(&empty, &["restore", "b.backup"]);
    assert_eq!(
        (code, error.as_str()),
        (
            Some(1),
            "heritage-registry: b.backup: is no backup of a registry\n"
        )
    );
    let missing = tempfile::tempdir().unwrap();
    let nowhere = missing.path().join("new").to_str().unwrap().to_owned();
    let (code, _, error) = at(&empty, &["restore", "missing.backup", "--data", &nowhere]);
    assert_eq!(code, Some(2));
    assert!(
        error.starts_with("heritage-registry: missing.backup: "),
        "{error}"
    );
    assert_eq!(
        fs::read_dir(missing.path()).unwrap().count(),
        0,
        "nothing is made for it"
    );
    home.execute("UPDATE entities SET version = 7 WHERE collection = 'regions'");
    let (code, out, error) = at(&home, &["check"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert_eq!(error.lines().count(), 20, "{error}");
}

#[test]
fn an_operator_keeps_an_embedded_registry_safe() {
    at_the_command_line(Engine::Sqlite, Engine::Postgres);
}

#[test]
fn an_operator_keeps_a_registry_on_a_server_safe() {
    at_the_command_line(Engine::Postgres, Engine::Sqlite);
}

#[test]
fn of_two_servers_on_one_embedded_database_the_second_is_refused() {
    let (home, program) = with(Engine::Sqlite);
    let serving = Serving::start(program, true);
    let refused = |arguments: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let (code, out, error) = run(&home, folder.path(), arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{error}");
        assert!(error.contains("a registry is running on "), "{error}");
        assert!(error.contains("--data"), "{error}");
    };
    refused(&["--listen", "127.0.0.1:0"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.backup").to_str().unwrap().to_owned();
    assert_eq!(run(&home, folder.path(), &["backup", &file]).0, Some(0));
    refused(&["restore", &file]);
    refused(&["move", "--to", "elsewhere"]);
    for nowhere in ["", "sqlite:x", "mysql://host/name"] {
        let (code, _, error) = run(&home, Path::new("."), &["move", "--to", nowhere]);
        assert_eq!(code, Some(2));
        assert!(error.contains("postgres://"), "{error}");
    }
    let own = home_folder(&home).to_str().unwrap();
    let (code, _, error) = run(&home, Path::new("."), &["move", "--to", own]);
    assert_eq!(code, Some(2));
    assert!(error.contains("--to names the database itself"), "{error}");
    let (code, _, error) = run(&home, home_folder(&home), &["account", "list"]);
    assert_eq!(code, Some(0), "commands go on beside it: {error}");
    drop(serving);
    drop(Serving::start(again(&home), false));
}

fn home_folder(home: &Home) -> &Path {
    match home {
        Home::Folder(folder) => folder.path(),
        Home::Database(_) => Path::new("."),
    }
}

#[test]
fn a_damaged_document_is_a_finding() {
    let app = App::fresh(Engine::Sqlite);
    full(&app);
    app.execute("UPDATE changes SET document = '{}' WHERE seq = 3");
    let found = app.parts.store.check().unwrap().findings;
    assert!(
        found.iter().any(|one| one.contains(" version 1: ")),
        "{found:?}"
    );
    assert!(found.len() > 1, "the rest is looked at: {found:?}");
    app.execute("UPDATE changes SET document = '{' WHERE seq = 5");
    let found = app.parts.store.check().unwrap().findings;
    assert!(
        found.iter().any(|one| one.contains("it is not JSON")),
        "{found:?}"
    );
}

#[test]
fn whoever_reads_only_the_beginning_of_what_is_printed_ends_nothing() {
    use std::process::Stdio;
    let app = App::fresh(Engine::Sqlite);
    let mut program = command(app.home(), &["account", "list"]);
    let mut child = program
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), &b""[..])
    );
}

#[test]
fn what_root_makes_in_the_folder_of_somebody_is_theirs() {
    use std::os::unix::fs::{MetadataExt, chown};
    let app = App::fresh(Engine::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.backup");
    backup(&app.parts.store, &file, || ()).unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    // Only root can; for anybody else the folder is theirs already.
    let _ = chown(&data, Some(61_234), Some(61_234));
    let owner = fs::metadata(&data).unwrap().uid();
    let arguments = [
        "restore",
        file.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
    ];
    assert_eq!(run(app.home(), folder.path(), &arguments).0, Some(0));
    let made = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap());
    let made: Vec<_> = made
        .map(|entry| (entry.file_name(), entry.metadata().unwrap().uid()))
        .collect();
    assert!(
        made.len() >= 2 && made.iter().all(|(_, uid)| *uid == owner),
        "{made:?}"
    );
}

#[test]
fn a_withdrawn_record_is_in_a_backup_and_in_no_export() {
    let app = App::fresh(Engine::Sqlite);
    let site = app.given(a_site());
    app.withdraw(Collection::Sites.record(site));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    backup(&app.parts.store, &file, || ()).unwrap();
    let text = zstd::decode_all(&*fs::read(&file).unwrap()).unwrap();
    assert!(String::from_utf8(text).unwrap().contains(&site.to_string()));
    let (code, out, _) = run(app.home(), folder.path(), &["export", "sites", "a.geojson"]);
    assert_eq!((code, out.as_str()), (Some(0), "exported 0 sites\n"));
}
