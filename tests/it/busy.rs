//! A database that is locked, fails, is lost or is full while a request is under way: whoever sent it is told to come
//! again, and nothing is half done. And many who change the same thing at once, of whom one does.

use std::time::{Duration, Instant};

use actix_web::http::Method;
use actix_web::test::TestRequest;
use heritage_registry::domain::{Role, State};
use heritage_registry::store::Place;
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

/// Has every command fail that adds to a table, with a message and, in PostgreSQL, a code.
fn fails(app: &App, table: &str, message: &str, code: &str) {
    app.execute(&match app.place() {
        Place::Sqlite(_) => format!(
            "CREATE TRIGGER fails AFTER INSERT ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ),
        Place::Postgres(_) => format!(
            "CREATE OR REPLACE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = '{code}'; END $$;
             CREATE TRIGGER fails AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION fails()"
        ),
    });
}

fn fails_no_more(app: &App, table: &str) {
    app.execute(&match app.place() {
        Place::Sqlite(_) => "DROP TRIGGER fails".to_owned(),
        Place::Postgres(_) => format!("DROP TRIGGER fails ON {table}"),
    });
}

/// Sends changes while each of them fails: nothing is written, and the log has the cause of each once.
fn are_refused(app: &App, changes: Vec<TestRequest>, seconds: &str, detail: &str, cause: &str) {
    let (before, sent) = (app.home().rows(), changes.len());
    let (answers, log) = logged(|| app.at_once(changes));
    assert_eq!(answers.len(), sent);
    ask_to_come_again(&answers, seconds, detail);
    assert_eq!(log.len(), sent, "{log:#?}");
    for line in log {
        assert!(line.contains("ERROR") && line.contains(cause), "{line}");
    }
    assert_eq!(app.home().rows(), before);
}

on_each_engine!(
    a_database_that_fails_at_the_last_statement_leaves_nothing_and_is_not_quoted,
    |app| {
        let people = People::of(app);
        let (said, cause) = (
            "the database failed; nothing was changed, try again",
            "a page is torn",
        );
        fails(app, "changes", cause, "XX001");
        are_refused(app, people.changes(app).into(), "5", said, cause);
        fails_no_more(app, "changes");
        fails(app, "requests", cause, "XX001");
        are_refused(app, vec![people.a_report(app, "one")], "5", said, cause);
        fails_no_more(app, "requests");
        are_made_when_sent_again(app, &people);
    }
);

on_each_engine!(
    a_database_that_is_full_or_takes_no_changes_asks_to_come_again_later,
    |app| {
        let people = People::of(app);
        let [full, read_only] = match app.place() {
            Place::Sqlite(_) => [
                "database or disk is full",
                "attempt to write a readonly database",
            ],
            Place::Postgres(_) => [
                "could not extend file \"base/1/2\": No space left on device",
                "cannot execute INSERT in a read-only transaction",
            ],
        };
        let cause = format!("no room left, give it some: {full}");
        for (message, code, said, cause) in [
            (
                full,
                "53100",
                "the database has no room left; nothing was changed, try again later",
                cause.as_str(),
            ),
            (
                read_only,
                "25006",
                "the database takes no changes; nothing was changed, try again later",
                "the database is read-only",
            ),
        ] {
            fails(app, "changes", message, code);
            are_refused(app, people.changes(app).into(), "60", said, cause);
            fails_no_more(app, "changes");
        }
        are_made_when_sent_again(app, &people);
    }
);

on_each_engine!(a_clash_that_nobody_can_mend_is_a_failure, |app| {
    let people = People::of(app);
    let twice = "INSERT INTO __diesel_schema_migrations (version)
                 SELECT version FROM __diesel_schema_migrations LIMIT 1;";
    app.execute(&match app.place() {
        Place::Sqlite(_) => {
            format!("CREATE TRIGGER fails AFTER INSERT ON changes BEGIN {twice} END")
        }
        Place::Postgres(_) => format!(
            "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {twice} RETURN NULL; END $$;
             CREATE TRIGGER fails AFTER INSERT ON changes FOR EACH ROW EXECUTE FUNCTION fails()"
        ),
    });
    let said = "the database failed; nothing was changed, try again";
    let changes = people.changes(app).into();
    are_refused(app, changes, "5", said, "__diesel_schema_migrations");
    fails_no_more(app, "changes");
    are_made_when_sent_again(app, &people);
});

/// What a client is told whose change may have been made.
const LOST: &str =
    "the database cannot be reached; if you sent a change, read the record before you repeat it";

#[test]
fn a_connection_that_is_lost_while_a_change_waits_asks_to_come_again() {
    let app = &App::fresh(Engine::Postgres);
    let people = People::of(app);
    let changes = people.changes(app);
    let before = app.home().rows();
    let lock = app.home().lock();
    let ended = "SELECT pg_terminate_backend(pid)::text AS line FROM pg_locks
                 WHERE locktype = 'advisory' AND NOT granted
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let (answers, log) = logged(|| {
        app.concurrently(async |send| {
            let waiting: Vec<_> = changes.into_iter().map(send).collect();
            let mut ends = 0;
            while ends < waiting.len() {
                ends += app.home().lines(ended).len();
                tokio::task::yield_now().await;
            }
            let mut answers = Vec::new();
            for answer in waiting {
                answers.push(answer.await.unwrap());
            }
            answers
        })
    });
    ask_to_come_again(&answers, "5", LOST);
    assert_eq!(log.len(), 3, "{log:#?}");
    drop(lock);
    assert_eq!(app.home().rows(), before);
    are_made_when_sent_again(app, &people);
}

#[test]
fn a_connection_that_is_lost_at_the_commit_does_not_say_that_nothing_was_changed() {
    let app = &App::fresh(Engine::Postgres);
    let people = People::of(app);
    app.execute(
        "CREATE FUNCTION ends() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER fails AFTER INSERT ON changes DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION ends()",
    );
    are_refused(
        app,
        people.changes(app).into(),
        "5",
        LOST,
        "connection to the database was lost",
    );
    fails_no_more(app, "changes");
    are_made_when_sent_again(app, &people);
}

on_each_engine!(of_twenty_who_decide_at_once_one_wins, |app| {
    let people = People::of(app);
    let before = end(app);
    let answers = app.at_once((0..20).map(|_| people.a_decision(app)));
    one_wins(&answers);
    assert_eq!(end(app).0, before.0 + 1);
});

on_each_engine!(of_twenty_who_edit_at_once_one_wins, |app| {
    let people = People::of(app);
    let before = end(app);
    let answers = app.at_once((0..20).map(|_| people.an_edit(app)));
    one_wins(&answers);
    assert_eq!(end(app).0, before.0 + 1);
});

on_each_engine!(of_twenty_who_edit_whatever_is_there_all_are_heard, |app| {
    let people = People::of(app);
    let before = end(app);
    let reviewer = app.bearer(&people.reviewer);
    let path = address("sites", people.site);
    let answers = app.at_once((0..20).map(|number| {
        let patch = json!({"location_note": format!("The point of map {number}.")});
        reviewer.request(changing(Method::PATCH, "*", &patch), &path)
    }));
    assert_eq!(statuses(&answers), [200; 20]);
    assert_eq!(end(app).0, before.0 + 20);
});

/// One answer says that it is done, all others that somebody was first.
fn one_wins(answers: &[Answer]) {
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((won.len(), lost.len()), (1, 19), "{:?}", statuses(answers));
    for answer in lost {
        assert_eq!(answer.problem(), "412 changed-since");
    }
}
