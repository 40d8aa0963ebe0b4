//! Where a phone was is deleted after 90 days, from every version of its report: by itself, once, and unseen by the public.

use std::fs;

use actix_web::http::Method;
use heritage_registry::app::{Parts, keep};
use heritage_registry::domain::{
    Audience, Clock, Entity, Holdings, Ids, Instant, Role, SYSTEM, Seq, State,
};
use heritage_registry::registry::{Rules, Seed};
use heritage_registry::store::Place;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::fixtures::Report;
use crate::harness::writing::{address, patch, read, review, send};
use crate::harness::{App, People, TOKEN, a_report, a_site, everything, report_ref};

const DAY: i64 = 86_400_000_000;

/// The digits of a position that is in nothing else.
const DIGITS: [&str; 2] = ["46.5319174", "40.0573962"];
const ACCURACY: &str = "17.0625";

fn position() -> Value {
    let coordinates: Value = format!("[{}, {}]", DIGITS[0], DIGITS[1]).parse().unwrap();
    json!({"type": "Point", "coordinates": coordinates})
}

fn with_position(report: Report) -> Report {
    report
        .with("observed_position", position())
        .with("observed_position_accuracy_m", 17.0625)
}

fn has_position(text: &str) -> bool {
    text.contains(DIGITS[0]) || text.contains(DIGITS[1]) || text.contains(ACCURACY)
}

/// The rows in which it is.
fn rows(app: &App) -> usize {
    let rows = app.home().rows();
    rows.iter().filter(|row| has_position(row)).count()
}

fn due(app: &App) -> usize {
    app.parts.registry.do_what_is_due().unwrap()
}

fn document(app: &App, report: Uuid) -> Value {
    let entity = app.parts.store.find(report_ref(report)).unwrap().unwrap();
    serde_json::from_str(entity.document.get()).unwrap()
}

/// Writes a version of a report without its position, past its workflow.
fn without_position(app: &App, report: Uuid) {
    let mut document = document(app, report);
    for name in ["observed_position", "observed_position_accuracy_m"] {
        document.as_object_mut().unwrap().remove(name);
    }
    app.put_again(report_ref(report), State::Published, &document);
}

/// All that the public is answered, with its headers.
fn public(app: &App, reports: &[Uuid]) -> String {
    let mut addresses: Vec<String> = [
        "/changes",
        "/collections/condition-reports/items",
        "/collections/condition-reports/items?as_of=2026-11-25T12:00:00Z",
        "/collections/sites/items",
    ]
    .map(str::to_owned)
    .to_vec();
    for report in reports {
        let path = address("condition-reports", *report);
        addresses.push(format!("{path}/versions"));
        addresses.push(format!("{path}?as_of=2026-11-25T12:00:00Z"));
        addresses.push(path);
    }
    let answers = addresses.iter().map(|address| {
        let answer = app.anonymous().get(address);
        let headers = answer.headers();
        format!("{} {headers:?} {}\n", answer.status, answer.text())
    });
    answers.collect()
}

on_each_engine!(
    a_position_is_deleted_after_90_days_from_every_version,
    |app| {
        let site = app.given(a_site());
        let other = app.given(a_site().at(46.9, 40.1));
        let sent = || with_position(a_report(site));
        let mut reports: Vec<Uuid> = [
            State::Published,
            State::SentBack,
            State::Rejected,
            State::Withdrawn,
            State::Submitted,
        ]
        .into_iter()
        .map(|state| app.put_as(state, sent()))
        .collect();
        let published = reports[0];
        let withdrawn = app.given(sent());
        app.withdraw(report_ref(withdrawn));
        let moved = app.given(with_position(a_report(other)));
        let into = json!({"decision": "merged", "into": site});
        review(&app.admin(), &address("sites", other), "*", &into).expect(200);
        let corrected = app.given(sent());
        without_position(app, corrected);
        reports.extend([withdrawn, moved, corrected]);
        app.clock().moves(DAY);
        let later = app.given(sent());
        let everywhere = rows(app);
        assert!(everywhere > 2 * reports.len(), "{everywhere}");

        app.clock().moves(88 * DAY);
        assert_eq!(due(app), 0);
        assert_eq!(rows(app), everywhere, "they are 89 days old");
        let seen = public(app, &reports);
        assert!(!has_position(&seen));
        let before = app.parts.store.last_seq().unwrap();
        app.clock().moves(DAY);
        assert_eq!(due(app), reports.len());

        let of_later = rows(app);
        assert_eq!(
            of_later, 2,
            "the row and the log of the report of the next day"
        );
        assert!(has_position(&document(app, later).to_string()));
        let changes = app.parts.store.changes(before, 100).unwrap();
        let mut changed: Vec<Uuid> = changes.iter().map(|change| change.id).collect();
        changed.sort_unstable();
        let mut expected = reports.clone();
        expected.sort_unstable();
        assert_eq!(changed, expected, "one change of each");
        assert!(changes.iter().all(|change| change.actor == SYSTEM));
        assert!(changes.iter().all(|change| change.public_seq.is_none()));
        let noted = app.home().rows().into_iter();
        let noted = noted.filter(|row| row.starts_with("erasures"));
        let reason = "The time for which positions of phones are kept is over.";
        assert!(noted.clone().all(|row| row.contains(reason)));
        assert_eq!(noted.count(), reports.len());
        assert_eq!(public(app, &reports), seen);

        assert_eq!(due(app), 0, "once");
        let far = Instant::parse("2036-11-25T00:00:00Z").unwrap();
        let left = app.parts.store.positioned(far).unwrap();
        assert_eq!(left.len(), 1, "nothing is looked at every minute for ever");
        app.clock().moves(DAY);
        assert_eq!(due(app), 1);
        assert_eq!(rows(app), 0);
        if let Place::Sqlite(file) = app.place() {
            for entry in fs::read_dir(file.parent().unwrap()).unwrap() {
                let path = entry.unwrap().path();
                let bytes = fs::read(&path).unwrap();
                assert!(
                    !has_position(&String::from_utf8_lossy(&bytes)),
                    "{}",
                    path.display()
                );
            }
        }
        // The rest of it is as it was, for those who read all of it.
        let path = address("condition-reports", published);
        let researcher = app.account(Role::Researcher, None);
        for client in [app.bearer(&researcher), app.admin()] {
            for asked in [
                "",
                "/versions",
                "?as_of=2026-11-25T12:00:00Z",
                "/differences?from=2026-11-25T12:00:00Z",
            ] {
                client.get(&format!("{path}{asked}")).expect(200);
            }
        }
        let differ = format!("{path}/differences?from=2026-11-25T12:00:00Z");
        let differ = app.admin().get(&differ).json();
        assert_eq!(differ["differences"], json!([]), "{differ}");
    }
);

on_each_engine!(the_log_of_deleted_positions_replays_to_the_tables, |app| {
    let site = app.given(a_site());
    let report = app.given(with_position(a_report(site)));
    without_position(app, report);
    app.clock().moves(90 * DAY);
    assert_eq!(due(app), 1);
    let mut holdings = Holdings::default();
    for change in app.parts.store.changes(Seq(0), u32::MAX).unwrap() {
        let entity = Entity::after(holdings.get(change.record()), &change);
        holdings.put(entity).unwrap();
    }
    for entity in app.parts.store.entities().unwrap().0 {
        let folded = holdings.get(entity.record()).unwrap();
        assert_eq!(format!("{folded:?}"), format!("{entity:?}"));
    }
});

on_each_engine!(
    the_days_count_from_the_decision_and_a_correction_adds_none,
    |app| {
        let people = People::of(app);
        let reviewer = app.bearer(&people.reviewer);
        let report = app.put_as(
            State::InReview,
            with_position(a_report(app.given(a_site()))),
        );
        let path = address("condition-reports", report);
        app.clock().moves(6 * DAY);
        review(&reviewer, &path, "*", &json!({"decision": "published"})).expect(200);
        app.clock().moves(60 * DAY);
        let correction = json!({"condition": "good", "correction_note": "Looked again."});
        let (_, tag) = read(&reviewer, &path);
        patch(&reviewer, &path, &tag, &correction).expect(200);
        assert!(has_position(&document(app, report).to_string()));
        app.clock().moves(29 * DAY);
        assert_eq!(due(app), 0);
        app.clock().moves(DAY);
        assert_eq!(due(app), 1);
        assert_eq!(rows(app), 0);
        // One that a reviewer adds after that has days of its own.
        let again = json!({"observed_position": position(), "correction_note": "Added."});
        let (_, tag) = read(&reviewer, &path);
        patch(&reviewer, &path, &tag, &again).expect(200);
        app.clock().moves(89 * DAY);
        assert_eq!(due(app), 0);
        app.clock().moves(DAY);
        assert_eq!(due(app), 1);
        assert_eq!(rows(app), 0);
    }
);

on_each_engine!(what_an_administrator_erased_is_not_deleted_again, |app| {
    let report = app.given(with_position(a_report(app.given(a_site()))));
    let erasures = format!("{}/erasures", address("condition-reports", report));
    for property in ["observed_position", "observed_position_accuracy_m"] {
        let body = json!({"property": property, "reason": "Asked for."});
        send(&app.admin(), Method::POST, &erasures, "*", &body).expect(200);
    }
    assert_eq!(rows(app), 0);
    app.clock().moves(100 * DAY);
    assert_eq!(due(app), 0);
});

on_each_engine!(the_place_that_a_report_proposes_for_a_site_stays, |app| {
    let point = json!({"type": "Point", "coordinates": [46.77125, 39.81375]});
    let proposal = json!({
        "names": [{"text": "Xaçın", "lang": "az", "kind": "vernacular", "src": ["own"]}],
        "site_type": "fortress",
        "geometry": point,
    });
    let own =
        json!([{"key": "own", "kind": "own_knowledge", "title": [{"text": "Seen", "lang": "en"}]}]);
    let report = with_position(a_report(app.given(a_site())))
        .with("site_id", Value::Null)
        .with("site_proposal", proposal)
        .with("sources", own);
    let report = app.put_as(State::Submitted, report);
    app.clock().moves(90 * DAY);
    assert_eq!(due(app), 1);
    assert_eq!(rows(app), 0);
    assert_eq!(document(app, report)["site_proposal"]["geometry"], point);
});

on_each_engine!(
    what_holds_views_and_so_no_position_is_kept_as_it_is,
    |app| {
        let site = app.given(a_site());
        for _ in 0..5 {
            app.given(with_position(a_report(site)));
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("registry.catalogue");
        keep(&file, &app.parts.catalogue).unwrap();
        assert!(!has_position(&String::from_utf8_lossy(
            &fs::read(&file).unwrap()
        )));
        app.anonymous()
            .with("accept-encoding", "gzip")
            .get("/collections/condition-reports/items")
            .expect(200);
        let copies = || app.parts.state(String::new()).copies.count();
        assert!(copies() > 0);
        let moment = || {
            let at = Instant::parse("2026-11-25T00:00:08Z").unwrap();
            let moments = Audience::ALL.map(|audience| app.parts.store.moment(audience, at));
            moments.map(|moment| moment.unwrap().unwrap().borne_on)
        };
        let borne_on = moment();
        app.clock().moves(90 * DAY);
        assert_eq!(due(app), 5);
        app.admin().get("/me").expect(200);
        assert_eq!(moment(), borne_on, "past states look as before");
        assert!(copies() > 0);
        let parts = Parts::open(
            &app.place(),
            Some(&file),
            Clock::system(),
            Ids::random(),
            Seed::of([]),
            Some(TOKEN.to_owned()),
            Rules::default(),
        )
        .unwrap();
        assert!(file.exists());
        for audience in Audience::ALL {
            let shown = everything(&parts.catalogue.snapshot(audience));
            assert_eq!(shown, everything(&app.parts.catalogue.snapshot(audience)));
        }
    }
);
