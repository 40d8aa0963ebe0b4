//! A sensitivity that was a mistake: an administrator has it count no longer in the past, and nothing else is shown for that.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use heritage_registry::domain::{Audience, Instant, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::writing::{address, end, patch, read, send};
use crate::harness::{Answer, App, Client, Site, a_report, a_site, site_ref};

const HOUR: i64 = 3_600_000_000;

/// What the public may not see of a past that is restricted or generalised.
const EXACT: &str = "46.5318";

fn reset(client: &Client<'_>, path: &str, tag: &str) -> Answer {
    let path = format!("{path}/sensitivity-resets");
    let body = json!({"reason": "Another site was meant."});
    send(client, Method::POST, &path, tag, &body)
}

/// The instant of the last change.
fn now(app: &App) -> Instant {
    let entity = app.parts.store.entities().unwrap().0;
    entity.iter().map(|entity| entity.updated_at).max().unwrap()
}

/// Changes a site, an hour later; gives when.
fn becomes(app: &App, id: Uuid, site: Site) -> Instant {
    app.clock().moves(HOUR);
    app.edit(id, site);
    now(app)
}

fn public(app: &App, path: &str, at: Instant) -> Answer {
    app.anonymous().get(&format!("{path}?as_of={at}"))
}

fn geometry(app: &App, path: &str, at: Instant) -> Value {
    public(app, path, at).expect(200).json()["geometry"].clone()
}

on_each_engine!(a_mistake_counts_no_longer_once_it_is_reset, |app| {
    let site = app.given(a_site());
    let report = app.given(a_report(site));
    let exact = now(app);
    let mistaken = becomes(app, site, a_site().restricted());
    becomes(app, site, a_site());
    app.clock().moves(HOUR);
    let path = address("sites", site);
    let of_report = address("condition-reports", report);
    let of_all = "/collections/sites/items";
    let past = || {
        [
            public(app, &path, exact),
            public(app, &of_report, exact),
            public(app, of_all, exact),
            app.anonymous().get("/changes"),
        ]
    };
    let of_today = || {
        [path.as_str(), &of_report, of_all, "/collections/sites"].map(|path| {
            let answer = app.anonymous().get(path).expect(200);
            (answer.headers(), answer.text().to_owned())
        })
    };
    let (before, today) = (past(), of_today());
    assert!(today[0].1.contains(EXACT));
    for answer in &before[..3] {
        assert!(!answer.text().contains(EXACT), "{}", answer.text());
    }
    let log = end(app);

    let (_, tag) = read(&app.admin(), &path);
    let done = reset(&app.admin(), &path, &tag).expect(200);
    assert_ne!(done.header("etag"), tag, "it is a version");

    let after = past();
    for (answer, former) in after.iter().zip(&before) {
        assert!(answer.text().contains(EXACT), "{}", answer.text());
        assert_ne!(answer.header("etag"), former.header("etag"));
    }
    assert_eq!(of_today(), today, "of today nothing looks different");
    assert_eq!(
        public(app, &path, mistaken).problem(),
        "404 not-found",
        "what was hidden in its day stays hidden"
    );
    let changes = app.parts.store.changes(log, 10).unwrap();
    let [change] = changes.as_slice() else {
        panic!("{changes:?}");
    };
    assert_eq!(
        (change.id, change.actor, change.public_seq),
        (site, app.actor().account.id, None)
    );
    let reason = "Another site was meant.";
    assert!(change.document.get().contains(reason));
    for client in [app.anonymous(), app.admin()] {
        for asked in [path.clone(), format!("{path}/versions"), "/changes".into()] {
            assert!(!client.get(&asked).text().contains(reason), "{asked}");
        }
    }
    // It goes with the versions that follow.
    becomes(app, site, a_site().with("other_types", json!(["cemetery"])));
    assert_eq!(geometry(app, &path, exact)["type"], "Point");
});

on_each_engine!(a_reset_opens_no_more_than_is_shown_today, |app| {
    let site = app.given(a_site());
    let path = address("sites", site);
    let exact = now(app);
    let listed = || a_site().restricted().with("public_listing", true);
    becomes(app, site, listed());
    let nothing = reset(&app.admin(), &path, "*").expect(422).faults();
    assert!(nothing[0].contains("nothing to reset"), "{nothing:?}");
    assert_eq!(geometry(app, &path, exact), Value::Null);
    let generalised = becomes(app, site, a_site().generalised());
    assert_eq!(geometry(app, &path, exact), Value::Null);
    app.clock().moves(HOUR);
    reset(&app.admin(), &path, "*").expect(200);
    for instant in [exact, generalised] {
        assert_eq!(geometry(app, &path, instant)["type"], "Polygon");
    }
    reset(&app.admin(), &path, "*").expect(422);
});

on_each_engine!(what_is_hidden_after_a_reset_counts, |app| {
    let site = app.given(a_site());
    let path = address("sites", site);
    let exact = now(app);
    let hidden = || a_site().restricted().with("public_listing", true);
    becomes(app, site, hidden());
    becomes(app, site, a_site());
    reset(&app.admin(), &path, "*").expect(200);
    let again = becomes(app, site, a_site());
    assert_eq!(geometry(app, &path, exact)["type"], "Point");
    becomes(app, site, hidden());
    for instant in [exact, again] {
        assert_eq!(geometry(app, &path, instant), Value::Null);
    }
    becomes(app, site, a_site());
    for instant in [exact, again] {
        assert_eq!(geometry(app, &path, instant), Value::Null, "no mistake");
    }
    app.clock().moves(HOUR);
    reset(&app.admin(), &path, "*").expect(200);
    assert_eq!(geometry(app, &path, exact)["type"], "Point");
});

on_each_engine!(
    a_site_that_is_published_again_is_as_open_as_since_its_reset,
    |app| {
        let site = app.given(a_site());
        let path = address("sites", site);
        let exact = now(app);
        becomes(app, site, a_site().generalised());
        becomes(app, site, a_site());
        app.clock().moves(HOUR);
        reset(&app.admin(), &path, "*").expect(200);
        app.withdraw(site_ref(site));
        public(app, &path, exact).expect(410);
        let again = json!({"decision": "published", "reason": "other", "message": "A mistake."});
        send(
            &app.admin(),
            Method::POST,
            &format!("{path}/review"),
            "*",
            &again,
        )
        .expect(200);
        app.clock().moves(HOUR);
        assert_eq!(geometry(app, &path, exact)["type"], "Point");
    }
);

on_each_engine!(
    only_an_administrator_resets_and_of_the_version_they_read,
    |app| {
        let site = app.given(a_site());
        let path = address("sites", site);
        becomes(app, site, a_site().restricted());
        let (_, former) = read(&app.admin(), &path);
        becomes(app, site, a_site());
        let roles = [Role::Contributor, Role::Researcher, Role::Reviewer];
        let tokens = roles.map(|role| app.account(role, None));
        let log = end(app);
        assert_eq!(reset(&app.anonymous(), &path, "*").status, 401);
        for token in tokens {
            let refused = reset(&app.bearer(&token), &path, "*");
            assert_eq!(refused.problem(), "403 not-allowed");
        }
        let admin = app.admin();
        assert_eq!(
            reset(&admin, &path, &former).problem(),
            "412 changed-since",
            "it was restricted then"
        );
        let (address_of, body) = (
            format!("{path}/sensitivity-resets"),
            json!({"reason": "Why"}),
        );
        let json = |body: &Value| {
            let request = TestRequest::post().insert_header(("content-type", "application/json"));
            request.set_payload(body.to_string())
        };
        let unconditional = admin.send(json(&body), &address_of);
        assert_eq!(unconditional.status, 428);
        for body in [json!({}), json!({"reason": "Why", "property": "names"})] {
            let answer = send(&admin, Method::POST, &address_of, "*", &body);
            assert!([400, 422].contains(&answer.status), "{}", answer.text());
        }
        let nowhere = address("sites", app.new_id());
        assert_eq!(reset(&admin, &nowhere, "*").problem(), "404 not-found");
        let report = address("condition-reports", app.new_id());
        assert_eq!(reset(&admin, &report, "*").problem(), "404 not-found");
        // Nor does anybody by sending what is kept.
        let kept = json!({"sensitivity_reset": {"version": 1, "reason": "Why"}});
        let (_, tag) = read(&admin, &path);
        patch(&admin, &path, &tag, &kept).expect(422);
        assert_eq!(end(app), log, "nothing was written");
    }
);

on_each_engine!(past_states_that_are_kept_let_go_of_what_was_reset, |app| {
    let site = app.given(a_site());
    let hidden = app.given(a_site().at(46.9, 40.1));
    let exact = now(app);
    becomes(app, site, a_site().generalised());
    becomes(app, site, a_site());
    becomes(app, hidden, a_site().at(46.9, 40.1).restricted());
    let moment = |audience| {
        let moment = app.parts.store.moment(audience, exact).unwrap().unwrap();
        moment.borne_on
    };
    let before = Audience::ALL.map(moment);
    app.clock().moves(HOUR);
    reset(&app.admin(), &address("sites", site), "*").expect(200);
    for (audience, before) in Audience::ALL.into_iter().zip(before) {
        assert!(moment(audience) > before, "{audience:?}");
    }
    let all = public(app, "/collections/sites/items", exact).expect(200);
    assert_eq!(all.ids(), [site], "the other one stays hidden");
});
