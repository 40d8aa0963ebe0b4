//! Erasing: what is erased of a record is nowhere any more, in no version, file or answer; and the log says who did it, and why.

use std::fs;

use heritage_registry::app::{Parts, catch_up, keep};
use heritage_registry::catalogue::Catalogue;
use heritage_registry::domain::{Audience, Clock, Entity, Erasure, Holdings, Ids, Role, Seq, read};
use heritage_registry::registry::{Rules, Seed};
use heritage_registry::store::{self, Place};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{
    Answer, App, Client, Engine, Serving, a_report, a_site, again, command, everything, report_ref,
    site_ref, with,
};

const WORD: &str = "Zyrandel";
const HOUR: i64 = 3_600_000_000;

fn erase(client: &Client<'_>, path: &str, body: &Value) -> Answer {
    let request = actix_web::test::TestRequest::post()
        .insert_header(("content-type", "application/json"))
        .set_payload(body.to_string());
    client.send(request, &format!("{path}/erasures"))
}

/// A report that names a witness in two of its three versions.
fn a_witness(app: &App) -> (Uuid, Uuid, String) {
    let site = app.given(a_site());
    let said = |text: &str| json!([{"text": text, "lang": "en"}]);
    let report =
        app.given(a_report(site).with("summary", said(&format!("{WORD} saw the wall fall."))));
    app.clock().moves(HOUR);
    let entity = app.parts.store.find(report_ref(report)).unwrap().unwrap();
    let mut document: Value = serde_json::from_str(entity.document.get()).unwrap();
    document["summary"] = said(&format!("The wall fell, {WORD} says."));
    app.put_again(report_ref(report), entity.state, &document);
    app.clock().moves(HOUR);
    document["summary"] = said("The wall fell.");
    app.put_again(report_ref(report), entity.state, &document);
    (
        site,
        report,
        format!("/collections/condition-reports/items/{report}"),
    )
}

/// Every answer in which the report may be.
fn answers(app: &App, path: &str) -> String {
    let researcher = app.account(Role::Researcher, None);
    let mut all = String::new();
    for client in [app.anonymous(), app.bearer(&researcher), app.admin()] {
        for address in [
            path,
            &format!("{path}?as_of=2026-11-25T00:30:00Z"),
            &format!("{path}?as_of=2026-11-25T01:30:00Z"),
            &format!("{path}/versions"),
            &format!("{path}/differences?from=2026-11-25T00:30:00Z"),
            &format!("{path}/differences?from=2026-11-25T00:30:00Z&to=2026-11-25T01:30:00Z"),
            "/changes?f=jsonl",
            "/collections/condition-reports/items",
            "/collections/condition-reports/items?as_of=2026-11-25T00:30:00Z",
            "/collections/condition-reports/items?as_of=2026-11-25T01:30:00Z",
            "/collections/sites/items",
        ] {
            all.push_str(client.get(address).expect(200).text());
        }
    }
    all
}

on_each_engine!(what_is_erased_is_nowhere_any_more, |app| {
    let (site, report, path) = a_witness(app);
    assert!(answers(app, &path).contains(WORD), "it is there before");
    let then = format!("{path}?as_of=2026-11-25T00:30:00Z");
    let tag = app.anonymous().get(&then).header("etag").to_owned();
    let gzip = || app.anonymous().with("accept-encoding", "gzip");
    gzip()
        .get("/collections/condition-reports/items?as_of=2026-11-25T00:30:00Z")
        .expect(200);
    assert!(app.parts.state(String::new()).copies.count() > 0);
    let before = app.parts.store.last_seq().unwrap();

    let body =
        json!({"property": "summary", "containing": WORD, "reason": "A person asked for it."});
    let done = erase(&app.admin(), &path, &body).expect(200);
    assert_eq!(done.json(), json!({"versions": 2}));
    assert_eq!(app.parts.state(String::new()).copies.count(), 0);

    assert!(!answers(app, &path).contains(WORD));
    assert_ne!(app.anonymous().get(&then).header("etag"), tag);
    let today = app.anonymous().get(&path).expect(200).json();
    assert_eq!(today["properties"]["summary"][0]["text"], "The wall fell.");
    let rows = app.home().rows();
    assert!(!rows.iter().any(|row| row.contains(WORD)));
    assert!(
        rows.iter()
            .any(|row| row.starts_with("erasures") && row.contains("A person asked for it."))
    );
    if let Place::Sqlite(file) = app.place() {
        for entry in fs::read_dir(file.parent().unwrap()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            let found = bytes
                .windows(WORD.len())
                .any(|window| window == WORD.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
    // A change of its own, by the administrator, of this record alone.
    let changes = app.parts.store.changes(before, 10).unwrap();
    let [change] = changes.as_slice() else {
        panic!("{changes:?}");
    };
    assert_eq!(
        (change.id, change.version.0, change.actor),
        (report, 4, app.actor().account.id)
    );
    // The log still replays to the tables.
    let mut holdings = Holdings::default();
    for change in app.parts.store.changes(Seq(0), u32::MAX).unwrap() {
        let entity = Entity::after(holdings.get(change.record()), &change);
        holdings.put(entity).unwrap();
    }
    for entity in app.parts.store.entities().unwrap().0 {
        let folded = holdings.get(entity.record()).unwrap();
        assert_eq!(format!("{folded:?}"), format!("{entity:?}"));
    }
    app.anonymous()
        .get(&format!("/collections/sites/items/{site}"))
        .expect(200);
});

on_each_engine!(a_property_is_erased_of_what_is_withdrawn_too, |app| {
    let site = app.given(a_site());
    let report =
        app.given(a_report(site).with("note_trusted", json!([{"text": WORD, "lang": "en"}])));
    app.withdraw(report_ref(report));
    let path = format!("/collections/condition-reports/items/{report}");
    app.admin().get(&path).expect(410);
    let done = erase(
        &app.admin(),
        &path,
        &json!({"property": "note_trusted", "reason": "Safety."}),
    )
    .expect(200);
    assert_eq!(done.json(), json!({"versions": 2}));
    assert!(!app.home().rows().iter().any(|row| row.contains(WORD)));
    app.admin().get(&path).expect(410);
});

on_each_engine!(
    only_an_administrator_erases_and_what_cannot_be_is_said,
    |app| {
        let (site, _, path) = a_witness(app);
        let before = app.home().rows();
        let body = json!({"property": "summary", "reason": "Why"});
        erase(&app.anonymous(), &path, &body).expect(401);
        for role in [Role::Contributor, Role::Researcher, Role::Reviewer] {
            let token = app.account(role, None);
            erase(&app.bearer(&token), &path, &body).expect(403);
        }
        let unknown = format!("/collections/sites/items/{}", app.new_id());
        erase(&app.admin(), &unknown, &body).expect(404);
        let site = format!("/collections/sites/items/{site}");
        for (body, places) in [
            (json!({}), vec!["/property", "/reason"]),
            (
                json!({"property": "location_sensitivity", "reason": "Why"}),
                vec!["/property"],
            ),
            (
                json!({"property": "no_such_thing", "reason": "Why"}),
                vec!["/property"],
            ),
            (
                json!({"property": "descriptions", "containing": WORD, "reason": "Why"}),
                vec!["/property"],
            ),
            (
                json!({"property": "names", "reason": "Why"}),
                vec!["/property"],
            ),
        ] {
            let refused = erase(&app.admin(), &site, &body);
            assert!(
                [400, 422].contains(&refused.status),
                "{body}: {}",
                refused.status
            );
            let json = refused.json();
            let found = json["errors"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["pointer"].as_str().unwrap());
            let mut found: Vec<_> = found.collect();
            found.dedup();
            assert_eq!(found, places, "{body}: {json}");
        }
        let after = app.home().rows();
        let without_people = |rows: Vec<String>| -> Vec<String> {
            let is_of_records =
                |row: &String| !row.starts_with("accounts") && !row.starts_with("tokens");
            rows.into_iter().filter(is_of_records).collect()
        };
        assert_eq!(
            without_people(after),
            without_people(before),
            "nothing was written"
        );
    }
);

on_each_engine!(
    a_kept_catalogue_from_before_is_not_used_and_deleted,
    |app| {
        let (_, _, path) = a_witness(app);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("registry.catalogue");
        keep(&file, &app.parts.catalogue).unwrap();
        erase(
            &app.admin(),
            &path,
            &json!({"property": "summary", "reason": "Why"}),
        )
        .expect(200);
        let (clock, ids) = (Clock::system(), Ids::random());
        let parts = Parts::open(
            &app.place(),
            Some(&file),
            clock,
            ids,
            Seed::of([]),
            None,
            Rules::default(),
        )
        .unwrap();
        assert!(!file.exists());
        for audience in Audience::ALL {
            let shown = everything(&parts.catalogue.snapshot(audience));
            assert_eq!(shown, everything(&app.parts.catalogue.snapshot(audience)));
        }
    }
);

on_each_engine!(
    a_catalogue_that_is_purged_shows_what_it_showed_and_keeps_nothing_else,
    |app| {
        let site = app.given(a_site());
        let said = |text: &str| json!([{"text": text, "lang": "en"}]);
        let report = app.given(a_report(site).with("summary", said(WORD)));
        // So many that the part they are in is not merged at once with what follows.
        for place in 0..40 {
            let other = app.given(a_site().at(46.0 + 0.01 * f64::from(place), 40.1));
            app.given(a_report(other));
        }
        let catalogue = Catalogue::of_levels(1);
        catch_up(&app.parts.store, &catalogue).unwrap();
        let entity = app.parts.store.find(report_ref(report)).unwrap().unwrap();
        let mut document: Value = serde_json::from_str(entity.document.get()).unwrap();
        document["summary"] = said("Nothing.");
        app.put_again(report_ref(report), entity.state, &document);
        catch_up(&app.parts.store, &catalogue).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let kept = |name: &str| {
            let file = folder.path().join(name);
            keep(&file, &catalogue).unwrap();
            let bytes = fs::read(file).unwrap();
            bytes
                .windows(WORD.len())
                .any(|window| window == WORD.as_bytes())
        };
        let shown = BOTH.map(|audience| everything(&catalogue.snapshot(audience)));
        assert!(kept("before"), "rows that live no more are there");
        catalogue.purge();
        assert!(!kept("purged"));
        assert_eq!(
            BOTH.map(|audience| everything(&catalogue.snapshot(audience))),
            shown
        );
    }
);

const BOTH: [Audience; 2] = [Audience::Public, Audience::Trusted];

fn at_the_command_line(engine: Engine) {
    let (home, program) = with(engine);
    let serving = Serving::start(program, true);
    let list = serving.get("/collections/sites/items?limit=1&properties=descriptions");
    let id = list.split("\"id\":\"").nth(1).unwrap()[..36].to_owned();
    let of_site = format!("/collections/sites/items/{id}");
    assert!(!serving.get(&of_site).contains("\"descriptions\":[]"));
    let run = |arguments: &[&str]| command(&home, arguments).output().unwrap();
    let done = run(&[
        "erase",
        "sites",
        &id,
        "descriptions",
        "--reason",
        "Asked for",
    ]);
    assert_eq!(
        String::from_utf8_lossy(&done.stdout),
        format!("erased from 1 version of sites {id}\n")
    );
    assert_eq!(done.status.code(), Some(0));
    let again_ = run(&[
        "erase",
        "sites",
        &id,
        "descriptions",
        "--containing",
        "x",
        "--reason",
        "Asked for",
    ]);
    assert_eq!(again_.status.code(), Some(1));
    let error = String::from_utf8_lossy(&again_.stderr).into_owned();
    assert!(error.contains("PROPERTY: no version has"), "{error}");
    drop(serving);
    let serving = Serving::start(again(&home), false);
    assert!(serving.get(&of_site).contains("\"descriptions\":[]"));
}

#[test]
fn an_operator_erases_at_the_command_line_on_sqlite() {
    at_the_command_line(Engine::Sqlite);
}

#[test]
fn an_operator_erases_at_the_command_line_on_postgres() {
    at_the_command_line(Engine::Postgres);
}

#[test]
fn while_somebody_reads_as_of_before_it_is_told_that_the_files_have_it_still() {
    let app = App::fresh(Engine::Sqlite);
    let site = app.given(a_site().with("note_internal", "the name of a witness"));
    let asked = json!({"property": "note_internal", "reason": "Asked for"});
    let erasure = read(&asked, "", Erasure::read).unwrap();
    let mut reader = app.home().connect();
    reader
        .batch_execute("BEGIN; SELECT count(*) FROM changes")
        .unwrap();
    let erased = app
        .parts
        .registry
        .erase(&app.actor(), site_ref(site), &erasure);
    assert!(app.shown(erased.unwrap()).is_in_files);
    let Place::Sqlite(file) = app.place() else {
        unreachable!()
    };
    let has_it = || {
        let mut bytes = fs::read(&file).unwrap();
        bytes.extend(fs::read(file.with_extension("db-wal")).unwrap_or_default());
        bytes
            .windows(21)
            .any(|part| part == b"the name of a witness")
    };
    assert!(has_it());
    assert!(matches!(app.parts.store.forget(), Err(store::Error::Busy)));
    reader.batch_execute("COMMIT").unwrap();
    app.parts.store.forget().unwrap();
    assert!(!has_it());
}
