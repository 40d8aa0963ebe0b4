//! What waits: the queue of reviewers, the list of an organization, likely duplicates, and what comes about by itself.

use heritage_registry::domain::{Role, SYSTEM, State};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::writing::{address, end, feature, patch, post, read, review};
use crate::harness::{App, People, a_report, a_site, an_organization, report_ref};

const REPORTS: &str = "/collections/condition-reports/items";
const SITES: &str = "/collections/sites/items";
const DAY: i64 = 86_400_000_000;

/// The tokens of a contributor and a reviewer of one organization, and of a reviewer of another.
fn people(app: &App) -> [String; 3] {
    let people = People::of(app);
    [people.contributor, people.colleague, people.reviewer]
}

fn ids(list: &Value) -> Vec<Uuid> {
    let items = list.as_array().unwrap().iter();
    items
        .map(|one| one["id"].as_str().unwrap().parse().unwrap())
        .collect()
}

on_each_engine!(emergencies_come_first_and_then_what_waits_longest, |app| {
    let [contributor, colleague, reviewer] = people(app);
    let (anna, colleague, reviewer) = (
        app.bearer(&contributor),
        app.bearer(&colleague),
        app.bearer(&reviewer),
    );
    let site = app.given(a_site());
    let report = |priority: &str| {
        let report = a_report(site)
            .with("access", "exterior")
            .with("priority", priority);
        let sent = post(&anna, REPORTS, None, &feature(report.0))
            .expect(201)
            .json();
        sent["id"].as_str().unwrap().parse::<Uuid>().unwrap()
    };
    let (first, second) = (report("low"), report("urgent"));
    let emergency = report("emergency");
    let queue = reviewer.get("/queue").expect(200).json();
    assert_eq!(ids(&queue["waiting"]), [emergency, first, second]);
    assert_eq!(queue["waiting"][0]["own_organization"], false);
    assert_eq!(
        ids(&queue["waiting"][0]["duplicates"]).len(),
        2,
        "of the same site, day and method"
    );
    let own = colleague.get("/queue").expect(200).json();
    assert_eq!(own["waiting"][0]["own_organization"], true);

    // In pieces it is the same.
    let mut walked = vec![];
    let mut next = Some("/queue?limit=2".to_owned());
    while let Some(path) = next {
        let page = reviewer.get(&path).expect(200);
        walked.extend(ids(&page.json()["waiting"]));
        next = page.link("next");
    }
    assert_eq!(walked, [emergency, first, second]);

    // Who has claimed it is told, and what was decided waits no more.
    let path = address("condition-reports", first);
    review(&reviewer, &path, "*", &json!({"decision": "in_review"})).expect(200);
    let queue = reviewer.get("/queue").expect(200).json();
    assert_eq!(queue["waiting"][1]["claimed_by"], "reviewer");
    review(
        &reviewer,
        &path,
        "*",
        &json!({"decision": "rejected", "reason": "no_evidence"}),
    )
    .expect(200);
    let queue = reviewer.get("/queue").expect(200).json();
    assert_eq!(ids(&queue["waiting"]), [emergency, second]);

    let faults = reviewer
        .get(&format!("/queue?limit=0&after={first}x&colour=red"))
        .expect(400)
        .faults();
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert_eq!(
        reviewer.get(&format!("/queue?after={first}")).problem(),
        "400 bad-request"
    );
    assert_eq!(anna.get("/queue").problem(), "403 not-allowed");
    assert_eq!(
        app.anonymous().get("/queue").problem(),
        "401 bad-credential"
    );
});

on_each_engine!(a_reviewer_sees_what_to_look_at_and_what_differs, |app| {
    let [contributor, _, reviewer] = people(app);
    let (anna, reviewer) = (app.bearer(&contributor), app.bearer(&reviewer));
    let site = app.given(a_site());
    let current = app.given(a_report(site).with("condition", "good"));
    let report = a_report(site)
        .with("access", "exterior")
        .with("observed_on", "2025-08-01")
        .with("condition", "destroyed")
        .with("confidence", "possible")
        .with(
            "observed_position",
            json!({"type": "Point", "coordinates": [46.6, 40.1]}),
        )
        .with(
            "damages",
            json!([{"type": "object_missing", "certainty": "certain", "cause": "theft"}]),
        );
    let sent = post(&anna, REPORTS, None, &feature(report.0)).expect(201);
    let waiting =
        |index: usize| reviewer.get("/queue").expect(200).json()["waiting"][index].clone();
    let waits = waiting(0);
    assert_eq!(
        waits["flags"],
        json!([
            "far_from_site",
            "sensitive_damage",
            "destruction_unconfirmed"
        ])
    );
    assert_eq!(waits["compared_with"]["current_report_id"], json!(current));
    let of_condition = json!({"property": "condition", "before": "good", "after": "destroyed"});
    let differences = waits["compared_with"]["differences"].as_array().unwrap();
    assert!(differences.contains(&of_condition), "{differences:?}");
    assert!(
        !waits.to_string().contains("46.6"),
        "where the phone was is in no view"
    );

    // What was sent back is compared with itself.
    let path = sent.header("location").to_owned();
    review(&reviewer, &path, "*", &json!({"decision": "in_review"})).expect(200);
    let back = json!({"decision": "sent_back", "reason": "wording", "message": "Are you sure?"});
    review(&reviewer, &path, "*", &back).expect(200);
    patch(&anna, &path, "*", &json!({"condition": "very_bad"})).expect(200);
    let waits = waiting(0);
    let compared = &waits["compared_with"];
    assert_eq!(compared["status"], "sent_back");
    assert_eq!(
        compared["differences"],
        json!([{"property": "condition", "before": "destroyed", "after": "very_bad"}])
    );

    // A site far from all others, whose only source is what somebody knows.
    let mut far = a_site().at(4.4, 52.1).0;
    far["sources"][0]["kind"] = json!("own_knowledge");
    post(&anna, SITES, None, &feature(far)).expect(201);
    assert_eq!(
        waiting(1)["flags"],
        json!(["outside_working_area", "not_ready"])
    );
    let report = a_report(app.put_site_as(
        State::Withdrawn,
        app.registry_organization().uuid(),
        a_site(),
    ));
    app.put_as(State::Submitted, report);
    assert_eq!(waiting(2)["flags"], json!(["site_not_published"]));
});

on_each_engine!(
    an_organization_reads_all_that_it_submitted_and_nothing_else,
    |app| {
        let [contributor, colleague, reviewer] = people(app);
        let (anna, reviewer) = (app.bearer(&contributor), app.bearer(&reviewer));
        let site = app.given(a_site());
        let report = || {
            let report = a_report(site).with("access", "exterior");
            let sent = post(&anna, REPORTS, None, &feature(report.0))
                .expect(201)
                .json();
            sent["id"].as_str().unwrap().parse::<Uuid>().unwrap()
        };
        let sent: Vec<Uuid> = (0..5).map(|_| report()).collect();
        let theirs = a_report(site).with("access", "exterior");
        post(&reviewer, REPORTS, None, &feature(theirs.0)).expect(201);
        let newest_first: Vec<Uuid> = sent.iter().rev().copied().collect();
        for client in [&anna, &app.bearer(&colleague)] {
            let list = client.get("/submissions").expect(200);
            assert_eq!(ids(&list.json()["submissions"]), newest_first);
            assert_eq!(list.header("cache-control"), "private, no-store");
        }
        let mut walked = vec![];
        let mut next = Some("/submissions?limit=2&status=submitted".to_owned());
        while let Some(path) = next {
            let page = anna.get(&path).expect(200);
            walked.extend(ids(&page.json()["submissions"]));
            next = page.link("next");
        }
        assert_eq!(walked, newest_first);

        // What was rejected is kept, with the reason; and what is out of the catalogue stays in the list.
        let path = address("condition-reports", sent[0]);
        review(&reviewer, &path, "*", &json!({"decision": "in_review"})).expect(200);
        let rejected =
            json!({"decision": "rejected", "reason": "duplicate", "message": "See the first."});
        review(&reviewer, &path, "*", &rejected).expect(200);
        let path = address("condition-reports", sent[1]);
        for decision in ["in_review", "published", "withdrawn"] {
            let answer = review(&reviewer, &path, "*", &json!({"decision": decision}));
            assert!(answer.status < 300, "{}", answer.text());
        }
        let list = anna.get("/submissions?limit=2").expect(200).json();
        let list = &list["submissions"];
        assert_eq!(
            ids(list),
            [sent[1], sent[0]],
            "what changed last comes first"
        );
        assert_eq!(
            (&list[0]["status"], &list[1]["status"]),
            (&json!("withdrawn"), &json!("rejected"))
        );
        assert_eq!(list[1]["review"]["reason"], "duplicate");
        assert_eq!(list[1]["review"]["message"], "See the first.");
        assert_eq!(
            anna.get("/submissions?status=rejected").json()["submissions"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        let researcher = app.account(Role::Researcher, None);
        assert_eq!(
            app.bearer(&researcher).get("/submissions").problem(),
            "403 not-allowed"
        );
        let other = anna.get(&format!("/submissions?after={site}"));
        assert_eq!(other.problem(), "400 bad-request");
    }
);

on_each_engine!(duplicates_are_told_within_the_view_of_who_asks, |app| {
    let [contributor, _, reviewer] = people(app);
    let (anna, reviewer) = (app.bearer(&contributor), app.bearer(&reviewer));
    let id = json!([{"scheme": "whs", "value": "1", "match": "exact"}]);
    let hidden = app.given(a_site().restricted().with("identifiers", id.clone()));
    let near = app.given(a_site().named("Another", "en").at(46.5325, 40.0577));
    let bridge = a_site()
        .named("A bridge", "en")
        .with("site_type", "bridge")
        .at(46.5318, 40.0573);
    app.given(bridge);
    let sent = post(
        &anna,
        SITES,
        None,
        &feature(a_site().with("identifiers", id).0),
    )
    .expect(201);
    let sent_json = sent.json();
    let listed = &sent_json["duplicates"];
    assert_eq!(
        ids(listed),
        [near],
        "what is hidden is not told, nor what is of another kind"
    );
    assert_eq!(listed[0]["because"], json!(["distance"]));
    assert!(listed[0]["distance_m"].as_f64().unwrap() < 200.0);

    let queue = reviewer.get("/queue").expect(200).json();
    let all = &queue["waiting"][0]["duplicates"];
    assert_eq!(ids(all), [hidden, near], "reviewers see all");
    assert_eq!(all[0]["because"], json!(["identifier", "distance", "name"]));

    // Of what others proposed, only reviewers are told; its own organization is.
    let again = post(&anna, SITES, None, &feature(a_site().0))
        .expect(201)
        .json();
    assert_eq!(ids(&again["duplicates"]).len(), 2);
    let other = app.given(an_organization("Caucasus Watch"));
    let other = app.member(other, Role::Contributor);
    let theirs = post(&app.bearer(&other), SITES, None, &feature(a_site().0))
        .expect(201)
        .json();
    assert_eq!(ids(&theirs["duplicates"]), [near]);

    // An edit says so too.
    let (_, tag) = read(&reviewer, &address("sites", near));
    let edited = patch(
        &reviewer,
        &address("sites", near),
        &tag,
        &json!({"current_function": null}),
    );
    let edited = edited.expect(200);
    assert!(edited.json()["duplicates"].as_array().unwrap().len() > 1);
    // It is not what stands at the address, so it does not say that it is.
    assert_eq!(edited.header("content-location"), "");
});

on_each_engine!(a_claim_lapses_after_a_week, |app| {
    let [_, _, reviewer] = people(app);
    let site = app.given(a_site());
    let id = app.put_as(State::Submitted, a_report(site));
    let path = address("condition-reports", id);
    let reviewer = app.bearer(&reviewer);
    review(&reviewer, &path, "*", &json!({"decision": "in_review"})).expect(200);
    let before = end(app);
    app.clock().moves(7 * DAY - 60_000_000);
    assert_eq!(app.parts.registry.do_what_is_due().unwrap(), 0);
    assert_eq!(end(app), before);
    app.clock().moves(60_000_000);
    assert_eq!(app.parts.registry.do_what_is_due().unwrap(), 1);
    let changes = app.parts.store.changes(before, 10).unwrap();
    assert_eq!(
        (changes.len(), changes[0].actor, changes[0].state),
        (1, SYSTEM, State::Submitted)
    );
    assert_eq!(app.parts.registry.do_what_is_due().unwrap(), 0, "once");
    let kept = app.parts.store.find(report_ref(id)).unwrap().unwrap();
    assert!(!kept.document.get().contains("claimed_by"));
    // Nobody acts as the registry.
    let tokens = format!("/accounts/{SYSTEM}/tokens");
    let issued = post(&app.admin(), &tokens, None, &json!({}));
    assert_ne!(issued.status, 201);
});

on_each_engine!(what_is_delayed_is_published_on_its_day, |app| {
    let [_, _, reviewer] = people(app);
    let site = app.given(a_site());
    let [one, other] = [(); 2].map(|()| app.put_as(State::InReview, a_report(site)));
    let reviewer = app.bearer(&reviewer);
    let delayed = json!({"decision": "published", "publish_after": "2026-12-05"});
    for id in [one, other] {
        let path = address("condition-reports", id);
        let shown = review(&reviewer, &path, "*", &delayed).expect(200).json();
        assert_eq!(shown["properties"]["status"], "in_review");
        assert_eq!(shown["properties"]["publish_after"], "2026-12-05");
    }
    app.clock().moves(8 * DAY);
    assert_eq!(
        app.parts.registry.do_what_is_due().unwrap(),
        0,
        "and the claim does not lapse"
    );
    // A reviewer thinks otherwise meanwhile.
    let path = address("condition-reports", other);
    review(
        &reviewer,
        &path,
        "*",
        &json!({"decision": "rejected", "reason": "sensitive"}),
    )
    .expect(200);
    app.clock().moves(3 * DAY);
    assert_eq!(app.parts.registry.do_what_is_due().unwrap(), 1);
    reviewer.get("/me").expect(200);
    let public = app
        .anonymous()
        .get(&address("condition-reports", one))
        .expect(200)
        .json();
    assert_eq!(public["properties"]["condition"], "fair");
    assert_eq!(app.anonymous().get(&path).problem(), "404 not-found");
});
