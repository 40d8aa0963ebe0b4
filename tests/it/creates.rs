//! Adding features: POST of one or many (OGC API - Features Part 4), each request once.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use heritage_registry::domain::Role;
use serde_json::{Value, json};

use crate::harness::writing::{end, post};
use crate::harness::{BASE, Client, a_region, a_site};

const ORGANIZATIONS: &str = "/collections/organizations/items";
const REGIONS: &str = "/collections/regions/items";

fn an_organization(name: &str) -> Value {
    json!({
        "type": "Feature",
        "geometry": null,
        "properties": {"names": [{"text": name, "lang": "en"}], "kind": "ngo", "listed": true},
    })
}

fn many(features: &[Value]) -> Value {
    json!({"type": "FeatureCollection", "features": features})
}

on_each_engine!(
    an_administrator_adds_an_organization_and_reads_it_at_once,
    |app| {
        let admin = app.admin();
        let mut sent = an_organization("Blue Shield");
        // Desktop programs send an id of their own, and every field of their form.
        sent["id"] = json!("new-1");
        sent["properties"]["version"] = Value::Null;
        let before = end(app);
        let answer = post(&admin, ORGANIZATIONS, None, &sent).expect(201);
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        let at = answer.header("location").to_owned();
        assert_eq!(at, format!("{BASE}{ORGANIZATIONS}/{id}"));
        assert_eq!(answer.header("content-location"), at);
        assert!(answer.header("etag").starts_with("\"v1."));
        let read = admin.get(&at).expect(200);
        assert_eq!(read.json(), answer.json());
        assert_eq!(read.header("etag"), answer.header("etag"));
        assert_eq!(
            app.anonymous().get(&at).json()["properties"]["label"],
            "Blue Shield"
        );
        let changes = app.parts.store.changes(before, 10).unwrap();
        assert_eq!(
            (changes.len(), changes[0].actor),
            (1, app.actor().account.id)
        );
    }
);

on_each_engine!(many_are_taken_at_once_or_none_of_them, |app| {
    let admin = app.admin();
    let before = end(app);
    let three = many(&["Alpha", "Beta", "Gamma"].map(an_organization));
    let answer = post(&admin, ORGANIZATIONS, None, &three).expect(201);
    assert_eq!(
        answer.column("label"),
        ["Alpha", "Beta", "Gamma"],
        "in the order in which they were sent"
    );
    let changes = app.parts.store.changes(before, 10).unwrap();
    assert_eq!(changes.len(), 3);
    assert!(
        changes
            .iter()
            .all(|change| change.command == changes[0].command)
    );

    let before = end(app);
    let mut wrong = ["Delta", "Epsilon", "Zeta"].map(an_organization);
    wrong[1]["properties"]["kind"] = json!("club");
    wrong[2]["properties"] = json!({"colour": "red"});
    let answer = post(&admin, ORGANIZATIONS, None, &many(&wrong));
    assert_eq!(answer.problem(), "422 invalid");
    let faults = answer.faults();
    let mut places: Vec<&str> = faults
        .iter()
        .map(|fault| fault.split(": ").next().unwrap())
        .collect();
    places.sort_unstable();
    assert_eq!(
        places,
        [
            "/features/1/properties/kind",
            "/features/2/properties/colour",
            "/features/2/properties/kind",
            "/features/2/properties/names",
        ]
    );
    let wrong = many(&[
        an_organization("Eta"),
        json!("no feature"),
        json!({"type": "Point"}),
    ]);
    let faults = post(&admin, ORGANIZATIONS, None, &wrong)
        .expect(422)
        .faults();
    let is_at = |place: &str| faults.iter().any(|fault| fault.starts_with(place));
    assert!(
        is_at("/features/1: is a text") && is_at("/features/2/type: "),
        "{faults:?}"
    );
    for (body, place) in [
        (many(&[]), "/features: is empty"),
        (
            many(&vec![an_organization("Theta"); 1001]),
            "/features: are 1001",
        ),
    ] {
        let faults = post(&admin, ORGANIZATIONS, None, &body)
            .expect(422)
            .faults();
        assert!(faults[0].starts_with(place), "{faults:?}");
    }
    let region = |code: &str| {
        let crate::harness::Fixture::Region(mut body) = a_region(code, 46.5, 40.0) else {
            unreachable!("a region's fixture is one")
        };
        let geometry = body["geometry"].take();
        body.as_object_mut().unwrap().remove("geometry");
        json!({"type": "Feature", "geometry": geometry, "properties": body})
    };
    let twice = many(&[region("hist-dizak"), region("hist-dizak")]);
    let faults = post(&admin, REGIONS, None, &twice).expect(422).faults();
    assert!(
        faults[0].starts_with("/features/1/properties/code: "),
        "{faults:?}"
    );
    assert_eq!(end(app), before);
    post(&admin, REGIONS, None, &region("hist-dizak")).expect(201);
    assert_eq!(
        post(&admin, REGIONS, None, &region("hist-dizak")).problem(),
        "409 clash"
    );
});

on_each_engine!(the_same_request_is_carried_out_once, |app| {
    let admin = app.admin();
    let sent = an_organization("Blue Shield");
    let first = post(&admin, ORGANIZATIONS, Some("one"), &sent).expect(201);
    let before = end(app);
    let again = post(&admin, ORGANIZATIONS, Some("one"), &sent).expect(201);
    assert_eq!(again.json(), first.json());
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(end(app), before, "nothing is made twice");

    let other = post(
        &admin,
        ORGANIZATIONS,
        Some("one"),
        &an_organization("Red Cross"),
    );
    assert_eq!(other.problem(), "422 other-request");
    assert_eq!(
        post(&admin, REGIONS, Some("one"), &sent)
            .expect(422)
            .faults(),
        [] as [&str; 0]
    );
    assert_eq!(end(app), before);
    let colleague = app.account(Role::Admin, None);
    let theirs = post(&app.bearer(&colleague), ORGANIZATIONS, Some("one"), &sent).expect(201);
    assert_ne!(
        theirs.json()["id"],
        first.json()["id"],
        "keys belong to the account"
    );
    post(&admin, ORGANIZATIONS, Some("two"), &sent).expect(201);

    let list = many(&["Alpha", "Beta"].map(an_organization));
    let first = post(&admin, ORGANIZATIONS, Some("list"), &list).expect(201);
    assert_eq!(
        post(&admin, ORGANIZATIONS, Some("list"), &list)
            .expect(201)
            .ids(),
        first.ids()
    );
    for key in ["", " ", "é", &"k".repeat(256)] {
        assert_eq!(
            post(&admin, ORGANIZATIONS, Some(key), &sent).problem(),
            "400 bad-request",
            "{key}"
        );
    }
    // What was refused may be mended and sent with the same key.
    post(
        &admin,
        ORGANIZATIONS,
        Some("three"),
        &json!({"type": "Feature"}),
    )
    .expect(422);
    post(&admin, ORGANIZATIONS, Some("three"), &sent).expect(201);
});

on_each_engine!(
    of_requests_that_arrive_at_once_with_one_key_one_is_carried_out,
    |app| {
        use heritage_registry::app::Parts;
        use heritage_registry::domain::{Clock, Collection, Edit, Ids};
        use heritage_registry::registry::{Made, Request, Rules, Seed};

        let (registry, actor) = (&app.parts.registry, app.actor());
        let edit = Edit::new(&an_organization("Blue Shield"), "").unwrap();
        let before = end(app);
        let made = std::thread::scope(|scope| {
            let requests: Vec<_> = (0..8)
                .map(|_| {
                    let (actor, sent) = (actor.clone(), vec![(String::new(), edit.clone())]);
                    scope.spawn(move || {
                        let request = Request {
                            key: "one".to_owned(),
                            hash: [7; 32],
                        };
                        match registry
                            .create(
                                &actor,
                                Collection::Organizations,
                                &sent,
                                Some(request),
                                "api",
                            )
                            .unwrap()
                        {
                            Made::Now(committed) => committed.open()[0].record(),
                            Made::Before(records) => records[0],
                        }
                    })
                })
                .collect();
            requests
                .into_iter()
                .map(|one| one.join().unwrap())
                .collect::<Vec<_>>()
        });
        assert!(made.iter().all(|record| *record == made[0]), "{made:?}");
        assert_eq!(end(app).0, before.0 + 1);
        // And by a program that was started since.
        let (place, clock, ids) = (app.place(), Clock::system(), Ids::random());
        let rules = Rules::default();
        let parts = Parts::open(&place, None, clock, ids, Seed::of([]), None, rules).unwrap();
        let (sent, key) = ([(String::new(), edit)], "one".to_owned());
        let request = Request { key, hash: [7; 32] };
        let again = parts.registry.create(
            &actor,
            Collection::Organizations,
            &sent,
            Some(request),
            "api",
        );
        assert!(matches!(again.unwrap(), Made::Before(records) if records[0] == made[0]));
    }
);

on_each_engine!(only_those_add_a_feature_who_may, |app| {
    let [contributor, reviewer] =
        [Role::Contributor, Role::Reviewer].map(|role| app.account(role, None));
    let nothing = json!("nothing that is looked at");
    let sites = "/collections/sites/items";
    app.given(a_site());
    let before = end(app);
    assert_eq!(
        post(&app.anonymous(), ORGANIZATIONS, None, &nothing).problem(),
        "401 bad-credential"
    );
    for token in [&contributor, &reviewer] {
        assert_eq!(
            post(&app.bearer(token), ORGANIZATIONS, None, &nothing).problem(),
            "403 not-allowed"
        );
    }
    let researcher = app.account(Role::Researcher, None);
    for path in [sites, "/collections/condition-reports/items"] {
        assert_eq!(
            post(&app.anonymous(), path, None, &nothing).problem(),
            "401 bad-credential"
        );
        assert_eq!(
            post(&app.bearer(&researcher), path, None, &nothing).problem(),
            "403 not-allowed"
        );
    }
    assert_eq!(end(app), before);
    let options = |client: Client<'_>, path: &str| {
        let answer = client
            .send(TestRequest::default().method(Method::OPTIONS), path)
            .expect(204);
        (
            answer.header("allow").to_owned(),
            answer.header("accept-post").to_owned(),
        )
    };
    let to_read = ("GET, HEAD, OPTIONS".to_owned(), String::new());
    assert_eq!(options(app.anonymous(), ORGANIZATIONS), to_read);
    assert_eq!(options(app.bearer(&reviewer), ORGANIZATIONS), to_read);
    assert_eq!(options(app.bearer(&researcher), sites), to_read);
    let to_post = (
        "GET, HEAD, POST, OPTIONS".to_owned(),
        "application/geo+json, application/json".to_owned(),
    );
    assert_eq!(options(app.bearer(&contributor), sites), to_post);
    assert_eq!(options(app.admin(), ORGANIZATIONS), to_post);
});

on_each_engine!(a_body_that_is_too_large_for_one_is_not_for_many, |app| {
    let admin = app.admin();
    let before = end(app);
    let mut large = an_organization("Blue Shield");
    large["properties"]["names"][0]["text"] = json!(" ".repeat(2_000_000) + "Blue Shield");
    assert_eq!(
        post(&admin, ORGANIZATIONS, None, &large).problem(),
        "413 too-large"
    );
    assert_eq!(end(app), before);
    post(&admin, ORGANIZATIONS, None, &many(&[large])).expect(201);
});
