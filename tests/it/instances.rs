//! Several instances on one database: what is written through one is read through all, whatever becomes of their
//! connections to the database.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use actix_web::http::Method;
use actix_web::rt::spawn;
use heritage_registry::app::Parts;
use heritage_registry::store::{Place, Store};
use serde_json::json;
use uuid::Uuid;

use crate::harness::writing::{address, changing, read};
use crate::harness::{App, Engine, Home, Serving, a_site, follows, logged, site_ref, with};

/// Longer than any test: what is seen sooner was not found by looking at the log now and then.
const NEVER: Duration = Duration::from_hours(1);

/// More often than an instance looks at the log when it begins to follow or to listen: what is seen so many times, one
/// after the other, was not all seen by chance.
const TIMES: usize = 4;

fn follows_when_told(parts: &Parts) {
    spawn(parts.follow_every(NEVER));
}

fn listens(parts: &Parts) {
    follows_when_told(parts);
    spawn(parts.listen());
}

fn does_as_a_server(parts: &Parts) {
    follows(parts);
    spawn(parts.listen());
}

/// The connections of a database that listen, as the server numbers them.
fn listening(home: &Home) -> Vec<String> {
    home.lines(
        "SELECT pid::text AS line FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'LISTEN %'",
    )
}

/// Ends a connection from the side of the server.
fn end(home: &Home, connection: &str) {
    home.lines(&format!(
        "SELECT pg_terminate_backend({connection})::text AS line"
    ));
}

/// Whether everybody is shown a site.
fn shows(app: &App, site: Uuid) -> bool {
    app.anonymous().get(&address("sites", site)).status == 200
}

/// What one instance writes, another shows to everybody, each time before the next is written.
fn shows_what_is_written(app: &App, other: &App) {
    for _ in 0..TIMES {
        let site = app.given(a_site());
        other.goes_on_until("what another wrote is shown", || shows(other, site));
    }
}

on_each_engine!(
    who_shows_a_token_reads_at_once_what_was_written_through_another_instance,
    |app| {
        let other = app.another(follows_when_told);
        for _ in 0..TIMES {
            let site = address("sites", app.given(a_site()));
            other.admin().get(&site).expect(200);
            other.anonymous().get(&site).expect(200);
        }
    }
);

on_each_engine!(
    everybody_is_shown_what_another_instance_wrote_if_nobody_tells_of_it,
    |app| {
        shows_what_is_written(app, &app.another(follows));
    }
);

#[test]
fn what_another_instance_wrote_is_heard_of_and_a_lost_connection_is_made_again() {
    let app = &App::fresh(Engine::Postgres);
    let other = &app.another(listens);
    let listener = || {
        let mut found = vec![];
        other.goes_on_until("it listens", || {
            found = listening(app.home());
            !found.is_empty()
        });
        found.remove(0)
    };
    let first = listener();
    shows_what_is_written(app, other);

    let ((), log) = logged(|| {
        let mut lost = first.clone();
        for _ in 0..2 {
            end(app.home(), &lost);
            // Committed while nobody listened, and then while it listens again.
            shows_what_is_written(app, other);
            lost = listener();
        }
        assert_ne!(lost, first);
    });
    assert_eq!(log.len(), 1, "{log:#?}");
    assert!(log[0].contains("not heard of"), "{log:#?}");
    assert!(log[0].contains("connection to the database was lost"));
}

on_each_engine!(an_instance_that_slept_catches_up, |app| {
    // Nothing happens except when it is asked to go on.
    let other = app.another(does_as_a_server);
    other.goes_on();
    let sites: Vec<Uuid> = (0..30).map(|_| app.given(a_site())).collect();
    app.edit(sites[0], a_site().restricted());
    let last = app.given(a_site());
    other.goes_on_until("it catches up", || shows(&other, last));
    let shown = sites.iter().filter(|site| shows(&other, **site));
    assert_eq!(shown.count(), 29);
});

#[test]
fn a_database_that_is_away_for_ten_seconds_keeps_nobody_from_reading_and_comes_back_by_itself() {
    let app = &App::fresh(Engine::Postgres);
    let other = &app.another(does_as_a_server);
    let site = app.given(a_site());
    other.goes_on_until("it is shown", || shows(other, site));
    let path = address("sites", site);
    let (_, tag) = read(&app.admin(), &path);
    let edit = |app: &App| {
        let patch = json!({"location_note": "The point of a map."});
        let edit = changing(Method::PATCH, &tag, &patch);
        app.at_once([app.admin().request(edit, &path)]).remove(0)
    };
    let ready = |app: &App| app.anonymous().get("/readyz").status;
    let before = app.home().rows();

    app.home().goes_away();
    let began = Instant::now();
    let ((), log) = logged(|| {
        for one in [app, other] {
            assert!(shows(one, site));
            let refused = edit(one);
            assert_eq!(refused.problem(), "503 busy", "{}", refused.text());
            assert_eq!(refused.header("retry-after"), "5");
            one.goes_on_until("it is not ready", || ready(one) == 503);
        }
        other.goes_on_until("ten seconds pass", || began.elapsed().as_secs() >= 10);
        for one in [app, other] {
            assert!(shows(one, site));
        }
        app.home().comes_back();
        for one in [app, other] {
            one.goes_on_until("it is ready", || ready(one) == 200);
        }
    });
    let times = |said: &str| log.iter().filter(|line| line.contains(said)).count();
    assert_eq!(times("the log cannot be followed"), 2, "{log:#?}");
    assert_eq!(times("not heard of"), 1, "{log:#?}");

    assert_eq!(app.home().rows(), before);
    edit(other).expect(200);
    other.goes_on_until("it listens", || !listening(app.home()).is_empty());
    shows_what_is_written(app, other);
}

#[test]
fn after_a_failover_to_a_server_that_has_less_everything_is_read_anew() {
    let app = &App::fresh(Engine::Postgres);
    let other = &app.another(does_as_a_server);
    let stays = app.given(a_site());
    let standby = app.home().copy();
    let lost = [(); 3].map(|()| app.given(a_site()));
    other.goes_on_until("all are shown", || shows(other, lost[2]));
    // A past state, which is kept; what is newer makes it one.
    let then = |site: Uuid| {
        let entity = app.parts.store.find(site_ref(site)).unwrap().unwrap();
        let path = format!("/collections/sites/items?as_of={}", entity.updated_at);
        app.anonymous().get(&path).ids()
    };
    assert_eq!(then(lost[0]).len(), 2);

    app.home().is_replaced_by(&standby);
    for one in [app, other] {
        one.goes_on_until("what is lost is not shown", || !shows(one, lost[2]));
        assert!(shows(one, stays) && !shows(one, lost[0]));
    }
    // Its log goes on with the numbers of what is lost.
    let new = [(); 2].map(|()| app.given(a_site()));
    other.goes_on_until("what is new is shown", || shows(other, new[1]));
    let then = then(new[0]);
    assert!(then.len() == 2 && then.contains(&new[0]), "{then:?}");
    shows_what_is_written(app, other);
}

#[test]
fn of_several_servers_in_the_url_the_one_that_takes_writes_is_found() {
    let app = App::fresh(Engine::Postgres);
    let Place::Postgres(url) = app.place() else {
        unreachable!()
    };
    let (before, there) = url.rsplit_once('@').unwrap();
    let url = format!("{before}@127.0.0.1:1,{there}?target_session_attrs=read-write");
    let store = Store::open(&Place::Postgres(url)).unwrap();
    assert_eq!(
        store.last_seq().unwrap(),
        app.parts.store.last_seq().unwrap()
    );
}

#[test]
fn a_program_that_listens_ends_when_it_is_told_to() {
    let (home, program) = with(Engine::Postgres);
    let mut serving = Serving::start(program, true);
    let began = Instant::now();
    while listening(&home).is_empty() {
        assert!(began.elapsed() < Duration::from_mins(1), "it listens");
    }
    let told = Command::new("kill")
        .arg(serving.child.id().to_string())
        .status();
    assert!(told.unwrap().success());
    let ended = loop {
        assert!(began.elapsed() < Duration::from_mins(1), "it has ended");
        if let Some(ended) = serving.child.try_wait().unwrap() {
            break ended;
        }
        thread::yield_now();
    };
    assert_eq!(ended.code(), Some(0));
}
