//! A database that is locked while a request is under way: whoever sent it is told to come again, nothing is half done, and
//! others read.

use std::time::{Duration, Instant};

use actix_web::http::Method;
use actix_web::test::TestRequest;
use heritage_registry::domain::{Role, State};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::writing::{adding, address, changing, end, feature, read};
use crate::harness::{Answer, App, Engine, a_report, a_site, an_organization, logged};

const REPORTS: &str = "/collections/condition-reports/items";

/// Longer than five seconds for a connection and five for a lock, on a machine that does much else.
const LONGEST: Duration = Duration::from_secs(25);

/// Those who write, and what they write to.
struct People {
    contributor: String,
    reviewer: String,
    site: Uuid,
    report: Uuid,
}

impl People {
    fn of(app: &App) -> People {
        let [own, other] =
            ["Aragats Foundation", "Blue Shield"].map(|name| app.given(an_organization(name)));
        let site = app.given(a_site());
        let report = a_report(site)
            .with("organization_id", own.to_string())
            .with("access", "exterior");
        let people = People {
            contributor: app.member(own, Role::Contributor),
            reviewer: app.member(other, Role::Reviewer),
            site,
            report: app.put_as(State::Submitted, report),
        };
        // From here on it is known that their tokens were used today.
        for token in [&people.contributor, &people.reviewer] {
            app.bearer(token).get("/me").expect(200);
        }
        people
    }

    fn a_report(&self, app: &App, key: &str) -> TestRequest {
        let report = feature(a_report(self.site).with("access", "exterior").0);
        app.bearer(&self.contributor)
            .request(adding(Some(key), &report), REPORTS)
    }

    fn an_edit(&self, app: &App) -> TestRequest {
        let reviewer = app.bearer(&self.reviewer);
        let path = address("sites", self.site);
        let (_, tag) = read(&reviewer, &path);
        let patch = json!({"location_note": "The point of a map."});
        reviewer.request(changing(Method::PATCH, &tag, &patch), &path)
    }

    fn a_decision(&self, app: &App) -> TestRequest {
        let reviewer = app.bearer(&self.reviewer);
        let path = address("condition-reports", self.report);
        let (_, tag) = read(&reviewer, &path);
        let verdict = json!({"decision": "in_review"});
        reviewer.request(
            changing(Method::POST, &tag, &verdict),
            &format!("{path}/review"),
        )
    }

    /// One of each kind of change.
    fn changes(&self, app: &App) -> [TestRequest; 3] {
        [
            self.a_report(app, "one"),
            self.an_edit(app),
            self.a_decision(app),
        ]
    }
}

/// The statuses of answers.
fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}

/// Every answer asks to come again, and says nothing in the words of the database.
fn ask_to_come_again(answers: &[Answer], seconds: &str, detail: &str) {
    for answer in answers {
        assert_eq!(answer.problem(), "503 busy", "{}", answer.text());
        assert_eq!(answer.header("retry-after"), seconds);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.json()["detail"], detail);
    }
}

/// The changes that were refused are made when they are sent again, each once.
fn are_made_when_sent_again(app: &App, people: &People) {
    let before = end(app);
    let answers = app.at_once(people.changes(app));
    assert_eq!(statuses(&answers), [201, 200, 200], "{answers:?}");
    assert_eq!(end(app).0, before.0 + 3);
    let again = app.at_once([people.a_report(app, "one")]);
    let id = |answer: &Answer| -> Value { answer.json()["id"].clone() };
    assert_eq!(id(&again[0]), id(&answers[0]));
    assert_eq!(end(app).0, before.0 + 3, "one key, one report");
}

on_each_engine!(
    who_cannot_write_in_time_is_told_to_come_again_and_nothing_is_written,
    |app| {
        let people = People::of(app);
        let changes = people.changes(app);
        let before = app.home().rows();
        let lock = app.home().lock();
        let began = Instant::now();
        let (answers, log) = logged(|| app.at_once(changes));
        assert!(began.elapsed() < LONGEST);
        ask_to_come_again(
            &answers,
            "1",
            "the database is busy; nothing was changed, try again",
        );
        assert_eq!(log.len(), 3, "{log:#?}");
        assert!(log.iter().all(|line| line.contains("database is busy")));
        assert_eq!(app.home().rows(), before);
        drop(lock);
        are_made_when_sent_again(app, &people);
    }
);

on_each_engine!(others_read_while_many_wait_to_write, |app| {
    let people = People::of(app);
    let (reviewer, public) = (app.bearer(&people.reviewer), app.anonymous());
    let path = address("sites", people.site);
    let reports = (0..20).map(|number| people.a_report(app, &number.to_string()));
    let reports: Vec<_> = reports.collect();
    let lock = app.home().lock();
    app.concurrently(async |send| {
        let waiting: Vec<_> = reports.into_iter().map(send).collect();
        for _ in 0..20 {
            for reader in [&reviewer, &public] {
                let read = send(reader.request(TestRequest::get(), &path)).await;
                assert_eq!(read.unwrap().status, 200);
            }
        }
        // They waited so long, and no reader for them.
        drop(lock);
        for made in waiting {
            made.await.unwrap().expect(201);
        }
    });
});

#[test]
fn nobody_waits_longer_for_a_table_than_for_the_lock() {
    let app = &App::fresh(Engine::Postgres);
    let people = People::of(app);
    let changes = people.changes(app);
    let before = app.home().rows();
    let mut other = app.home().connect();
    let statement = "BEGIN; LOCK TABLE requests, changes IN EXCLUSIVE MODE";
    other.batch_execute(statement).unwrap();
    let began = Instant::now();
    let answers = app.at_once(changes);
    assert!(began.elapsed() < LONGEST);
    let detail = "the database is busy; nothing was changed, try again";
    ask_to_come_again(&answers, "1", detail);
    drop(other);
    assert_eq!(app.home().rows(), before);

    let mut other = app.home().connect();
    other
        .batch_execute("BEGIN; LOCK TABLE tokens IN ACCESS EXCLUSIVE MODE")
        .unwrap();
    let began = Instant::now();
    let me = app.bearer(&people.reviewer).get("/me");
    assert!(began.elapsed() < LONGEST);
    ask_to_come_again(&[me], "1", detail);
    app.anonymous()
        .get(&address("sites", people.site))
        .expect(200);
    drop(other);
    are_made_when_sent_again(app, &people);
}
