//! The table of transitions: who may make each, what has to be said, and that nothing else is possible.

use std::fmt::Write as _;
use std::fs;

use actix_web::test::TestRequest;

use heritage_registry::domain::{By, Collection, How, Says, State, TRANSITIONS, Transition};
use heritage_registry::registry::Rules;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::writing::{address, delete, end, feature, patch, post, read, review};
use crate::harness::{App, Client, Engine, People, a_report, a_site, report_ref};

/// A transition as the documentation says it.
fn line(row: Transition) -> String {
    let by = match row.by {
        By::Submitter => "its organization",
        By::Reviewer => "reviewer",
        By::OtherReviewer => "reviewer of another organization, or admin",
        By::Admin => "admin",
    };
    let how = match row.how {
        How::Edit => "`PUT`, `PATCH`",
        How::Decision if row.to == State::Withdrawn => "review, `DELETE`",
        How::Decision => "review",
        How::EditOrDecision => "`PUT`, `PATCH`, review",
        How::Ask => "review: it is asked, and the state stays",
    };
    let says = match row.says {
        Says::Nothing => "",
        Says::Reason => "`reason`",
        Says::Message => "`message`",
        Says::ReasonAndMessage => "`reason`, `message`",
        Says::CorrectionNote => "`correction_note`",
        Says::Into => "`into`",
    };
    let (of, from, to) = (row.collection, row.from.id(), row.to.id());
    format!("| {of} | {from} | {to} | {by} | {how} | {says} |")
}

#[test]
fn the_transitions_in_the_documentation_are_those_of_the_table() {
    let mut table =
        "| records | from | to | who | how | says |\n|---|---|---|---|---|---|\n".to_owned();
    for row in TRANSITIONS {
        writeln!(table, "{}", line(*row)).unwrap();
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operating.md");
    let text = fs::read_to_string(file).unwrap();
    assert!(
        text.contains(&table),
        "docs/operating.md has to say\n{table}"
    );
}

/// Whether one of them may be the `by` of a row; the administrator is of a third organization.
fn may(by: By, who: &str) -> bool {
    match by {
        By::Submitter => ["contributor", "colleague"].contains(&who),
        By::Reviewer => ["colleague", "reviewer", "admin"].contains(&who),
        By::OtherReviewer => ["reviewer", "admin"].contains(&who),
        By::Admin => who == "admin",
    }
}

/// A record of a collection in a state, submitted by `own`.
fn given_in(app: &App, people: &People, collection: Collection, state: State) -> Uuid {
    match collection {
        Collection::Sites => app.put_site_as(state, people.own, a_site()),
        Collection::ConditionReports => {
            let site = app.given(a_site());
            let report = a_report(site)
                .with("organization_id", people.own.to_string())
                .with("access", "exterior");
            app.put_as(state, report)
        }
        Collection::Organizations | Collection::Regions => unreachable!("they are not submitted"),
    }
}

/// What a decision says, so that nothing is missing.
fn verdict(app: &App, to: State) -> Value {
    let mut verdict =
        json!({"decision": to.id(), "reason": "wording", "message": "See the guide."});
    if to == State::Merged {
        verdict["into"] = json!(app.given(a_site()));
    }
    verdict
}

on_each_engine!(every_decision_is_that_of_the_table_and_no_other, |app| {
    let people = People::of(app);
    for collection in [Collection::Sites, Collection::ConditionReports] {
        for from in State::ALL {
            let id = given_in(app, &people, collection, from);
            for to in State::ALL
                .into_iter()
                .filter(|to| *to != State::Merged || from != State::Merged)
                // What a phone sends is received, and nothing else.
                .filter(|to| *to != State::Received)
            {
                for (who, token) in people.all() {
                    every_decision(app, collection, id, from, to, who, token);
                }
            }
        }
    }
});

/// One decision by one of them: it is as the table says, or nothing is written.
fn every_decision(
    app: &App,
    collection: Collection,
    id: Uuid,
    from: State,
    to: State,
    who: &str,
    token: &str,
) {
    let rows: Vec<&Transition> = TRANSITIONS
        .iter()
        .filter(|row| (row.collection, row.from, row.to) == (collection, from, to))
        .filter(|row| row.how != How::Edit)
        .collect();
    let is_theirs = rows.iter().any(|row| may(row.by, who));
    if is_theirs {
        // Each is made once, in tests of its own.
        return;
    }
    let path = address(collection.id(), id);
    let body = verdict(app, to);
    let before = end(app);
    let answer = review(&app.bearer(token), &path, "*", &body);
    let is_seen = match who {
        "stranger" | "researcher" => from == State::Published,
        _ => true,
    };
    let is_refused_by_role = who == "stranger" || who == "researcher";
    let expected = match (is_seen, rows.is_empty()) {
        (false, _) => vec!["404 not-found", "410 gone"],
        _ if who == "researcher" => vec!["403 not-allowed"],
        (true, true) if !is_refused_by_role => vec!["409 no-transition"],
        _ => vec!["403 not-allowed"],
    };
    let place = format!("{collection} {} to {} by {who}", from.id(), to.id());
    assert!(
        expected.contains(&answer.problem().as_str()),
        "{place}: {}",
        answer.text()
    );
    assert_eq!(end(app), before, "{place}");
}

/// Writes what lets a test fail, if it fails, at the decision that it is about.
fn decided(client: &Client<'_>, path: &str, body: &Value) -> Value {
    review(client, path, "*", body).expect(200).json()
}

on_each_engine!(
    what_a_decision_has_to_say_is_said_or_nothing_is_written,
    |app| {
        let people = People::of(app);
        for row in TRANSITIONS.iter().filter(|row| row.how != How::Edit) {
            if !matches!(
                row.collection,
                Collection::Sites | Collection::ConditionReports
            ) {
                continue;
            }
            let missing: &[&str] = match row.says {
                Says::Nothing | Says::CorrectionNote => continue,
                Says::Reason => &["/reason"],
                Says::Message => &["/message"],
                Says::ReasonAndMessage => &["/reason", "/message"],
                Says::Into => &["/into"],
            };
            let id = given_in(app, &people, row.collection, row.from);
            let token = people
                .all()
                .into_iter()
                .find(|(who, _)| may(row.by, who))
                .unwrap()
                .1;
            // Whoever asks and may not decide is not the first of them.
            let token = if row.how == How::Ask {
                &people.contributor
            } else {
                token
            };
            let before = end(app);
            let answer = review(
                &app.bearer(token),
                &address(row.collection.id(), id),
                "*",
                &json!({"decision": row.to.id()}),
            );
            assert_eq!(answer.problem(), "422 invalid", "{row:?}");
            let faults = answer.faults();
            let places: Vec<&str> = faults
                .iter()
                .map(|fault| fault.split(": ").next().unwrap())
                .collect();
            assert_eq!(places, missing, "{row:?}");
            assert_eq!(end(app), before);
        }
    }
);

on_each_engine!(a_report_goes_every_way_of_the_table, |app| {
    let people = People::of(app);
    let [anna, reviewer] = [&people.contributor, &people.reviewer].map(|token| app.bearer(token));
    let state_after = |from: State, client: &Client<'_>, body: Value| {
        let id = given_in(app, &people, Collection::ConditionReports, from);
        let after = decided(client, &address("condition-reports", id), &body);
        after["properties"]["status"].as_str().unwrap().to_owned()
    };
    let decide =
        |to: &str| json!({"decision": to, "reason": "wording", "message": "See the guide."});
    for (from, who, to) in [
        (State::Submitted, &reviewer, "in_review"),
        (State::Submitted, &anna, "withdrawn"),
        (State::InReview, &reviewer, "sent_back"),
        (State::InReview, &reviewer, "published"),
        (State::InReview, &reviewer, "rejected"),
        (State::InReview, &anna, "withdrawn"),
        (State::SentBack, &anna, "submitted"),
        (State::SentBack, &anna, "withdrawn"),
    ] {
        assert_eq!(state_after(from, who, decide(to)), to, "{from:?}");
    }
    // What was published is gone when it is withdrawn, and an administrator brings it back.
    let id = given_in(app, &people, Collection::ConditionReports, State::Published);
    let path = address("condition-reports", id);
    assert_eq!(app.anonymous().get(&path).status, 200);
    review(&reviewer, &path, "*", &decide("withdrawn")).expect(204);
    for client in [
        app.anonymous(),
        app.admin(),
        app.bearer(&people.contributor),
    ] {
        assert_eq!(client.get(&path).problem(), "410 gone");
    }
    let again = decided(&app.admin(), &path, &decide("published"));
    assert_eq!(again["properties"]["status"], "published");
    app.anonymous().get(&path).expect(200);
    // Its organization only asks, which the public does not see.
    let (seen, tag) = read(&app.anonymous(), &path);
    let asked = decided(&anna, &path, &decide("withdrawn"));
    assert_eq!(asked["properties"]["status"], "published");
    assert_eq!(read(&app.anonymous(), &path), (seen, tag));
});

on_each_engine!(a_report_is_corrected_with_a_note, |app| {
    let people = People::of(app);
    let reviewer = app.bearer(&people.reviewer);
    let id = given_in(app, &people, Collection::ConditionReports, State::Published);
    let path = address("condition-reports", id);
    let before = end(app);
    let (_, tag) = read(&reviewer, &path);
    let faults = patch(&reviewer, &path, &tag, &json!({"condition": "poor"}))
        .expect(422)
        .faults();
    assert!(
        faults[0].starts_with("/correction_note: is required"),
        "{faults:?}"
    );
    assert_eq!(end(app), before);
    let noted = json!({"condition": "poor", "correction_note": "The roof was taken for a floor."});
    let after = patch(&reviewer, &path, &tag, &noted).expect(200).json();
    assert_eq!(after["properties"]["condition"], "poor");
    assert_eq!(
        after["properties"]["correction_note"],
        noted["correction_note"]
    );
    let public = app.anonymous().get(&path).json();
    assert_eq!(public["properties"]["condition"], "poor");
    assert_eq!(public["properties"].get("correction_note"), None);
    let kept = app.parts.store.find(report_ref(id)).unwrap().unwrap();
    assert!(kept.document.get().contains("taken for a floor"));
});

on_each_engine!(what_waits_is_changed_by_those_alone_who_may, |app| {
    let people = People::of(app);
    let [anna, reviewer, stranger] =
        [&people.contributor, &people.reviewer, &people.stranger].map(|token| app.bearer(token));
    let report = |state| {
        address(
            "condition-reports",
            given_in(app, &people, Collection::ConditionReports, state),
        )
    };
    let site = |state| address("sites", given_in(app, &people, Collection::Sites, state));
    let note = json!({"next_visit_on": "2027-05"});
    let use_now = json!({"current_function": "worship_active"});
    for (client, path, body, problem) in [
        (&anna, report(State::Submitted), &note, "409 no-transition"),
        (&anna, report(State::InReview), &note, "409 no-transition"),
        (&reviewer, report(State::SentBack), &note, "403 not-allowed"),
        (&stranger, report(State::SentBack), &note, "404 not-found"),
        (&anna, report(State::Rejected), &note, "409 no-transition"),
        (&anna, report(State::Published), &note, "403 not-allowed"),
        (&anna, site(State::Proposed), &use_now, "403 not-allowed"),
        (
            &reviewer,
            site(State::SentBack),
            &use_now,
            "403 not-allowed",
        ),
        (&stranger, site(State::Proposed), &use_now, "404 not-found"),
        (&stranger, site(State::SentBack), &use_now, "404 not-found"),
    ] {
        let before = end(app);
        assert_eq!(patch(client, &path, "*", body).problem(), problem, "{path}");
        assert_eq!(end(app), before);
    }
    let deleted = report(State::Submitted);
    assert_eq!(
        delete(&reviewer, &deleted, "*").problem(),
        "403 not-allowed"
    );
    delete(&anna, &deleted, "*").expect(204);
    assert_eq!(
        anna.get(&deleted).json()["properties"]["status"],
        "withdrawn"
    );
});

on_each_engine!(a_site_is_published_when_it_can_be_looked_up, |app| {
    let people = People::of(app);
    let [anna, reviewer] = [&people.contributor, &people.reviewer].map(|token| app.bearer(token));
    let mut known = a_site().0;
    known
        .as_object_mut()
        .unwrap()
        .remove("location_sensitivity");
    known["site_type"] = json!("khachkar");
    known["sources"][0] = json!({"key": "book", "kind": "own_knowledge", "title": [{"text": "What we know", "lang": "en"}]});
    let sent = post(&anna, "/collections/sites/items", None, &feature(known)).expect(201);
    let path = sent.header("location").to_owned();
    let shown = &sent.json()["properties"];
    assert_eq!(
        (&shown["status"], &shown["proposed_by_organization_id"]),
        (&json!("proposed"), &json!(people.own))
    );
    assert_eq!(
        shown["location_sensitivity"], "generalised",
        "the default of its type"
    );
    for client in [
        app.anonymous(),
        app.bearer(&people.researcher),
        app.bearer(&people.stranger),
    ] {
        assert_eq!(client.get(&path).problem(), "404 not-found");
    }
    let before = end(app);
    let answer = review(&reviewer, &path, "*", &json!({"decision": "published"}));
    assert_eq!(answer.problem(), "409 not-ready");
    assert!(
        answer.faults()[0].starts_with("/properties/names: "),
        "{:?}",
        answer.faults()
    );
    assert_eq!(end(app), before);

    // A reviewer finds a source, and decides that the place may be shown.
    let source = json!({"key": "book", "kind": "publication", "title": [{"text": "A guidebook", "lang": "en"}], "publisher": "Its publisher"});
    let decided_on = json!({"sources": [source], "location_sensitivity": "exact", "location_sensitivity_reason": null});
    let (_, tag) = read(&reviewer, &path);
    patch(&reviewer, &path, &tag, &decided_on).expect(200);
    review(&reviewer, &path, "*", &json!({"decision": "published"})).expect(200);
    assert_eq!(
        app.anonymous().get(&path).expect(200).json()["properties"]["geometry_kind"],
        "as_recorded"
    );
});

on_each_engine!(who_submits_says_nothing_that_is_for_reviewers, |app| {
    let people = People::of(app);
    let anna = app.bearer(&people.contributor);
    let sites = "/collections/sites/items";
    let before = end(app);
    let mut site = a_site().restricted().0;
    for (name, value) in [
        ("public_label", json!("A place")),
        ("public_fields", json!(["names"])),
        ("public_listing", json!(true)),
        ("note_internal", json!("Ask.")),
        ("attachments", json!([app.new_id()])),
    ] {
        site[name] = value;
    }
    let faults = post(&anna, sites, None, &feature(site.clone()))
        .expect(422)
        .faults();
    let mut places: Vec<&str> = faults
        .iter()
        .map(|fault| fault.split(": ").next().unwrap())
        .collect();
    places.sort_unstable();
    let of = [
        "attachments/0",
        "note_internal",
        "public_fields",
        "public_label",
        "public_listing",
    ];
    assert_eq!(places, of.map(|name| format!("/properties/{name}")));
    // Somebody else's organization, and a site that they may not know of, look like ones that are not there.
    let hidden = app.given(a_site().restricted());
    let report = a_report(hidden)
        .with("access", "exterior")
        .with("organization_id", app.registry_organization().to_string());
    let faults = post(
        &anna,
        "/collections/condition-reports/items",
        None,
        &feature(report.0),
    )
    .expect(422)
    .faults();
    assert!(
        faults[0].starts_with("/properties/organization_id: "),
        "{faults:?}"
    );
    let nowhere = app.new_id();
    let detail = |site: Uuid| {
        let report = a_report(site).with("access", "exterior");
        let answer = post(
            &anna,
            "/collections/condition-reports/items",
            None,
            &feature(report.0),
        );
        answer
            .expect(422)
            .faults()
            .join("\n")
            .replace(&site.to_string(), "ID")
    };
    assert_eq!(detail(hidden), detail(nowhere));
    assert_eq!(end(app).0, before.0 + 1, "the hidden site alone");
});

on_each_engine!(a_report_is_complete_when_it_is_submitted, |app| {
    let people = People::of(app);
    let anna = app.bearer(&people.contributor);
    let site = app.given(a_site());
    let before = end(app);
    let places = |members: &[(&str, Value)]| {
        let mut report = a_report(site).0;
        for (name, value) in members {
            report[*name] = value.clone();
        }
        let answer = post(
            &anna,
            "/collections/condition-reports/items",
            None,
            &feature(report),
        );
        let faults = answer.expect(422).faults();
        faults
            .iter()
            .map(|fault| fault.split(": ").next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(places(&[]), ["/properties/access"]);
    assert_eq!(
        places(&[("method", json!("satellite_imagery"))]),
        ["/properties/imagery"]
    );
    let image = json!({"provider": "Planet"});
    assert_eq!(
        places(&[("method", json!("satellite_imagery")), ("imagery", image)]),
        ["/properties/imagery/after_on"]
    );
    let source = json!([{"key": "talk", "kind": "oral_testimony", "title": [{"text": "A talk", "lang": "en"}]}]);
    assert_eq!(
        places(&[("method", json!("testimony")), ("sources", source)]),
        ["/properties/testimony_consent"]
    );
    let late = [
        ("access", json!("exterior")),
        ("observed_on", json!("2026-11-27")),
    ];
    assert_eq!(places(&late), ["/properties/observed_on"]);
    // All of it at once, also where it cannot be read as a report at all.
    let all = [
        ("condition", Value::Null),
        ("observed_on", json!("2026-11-27")),
        ("site_id", json!(app.new_id())),
    ];
    let expected = ["condition", "observed_on", "access", "site_id"];
    assert_eq!(
        places(&all),
        expected.map(|name| format!("/properties/{name}"))
    );
    let all = [
        ("confidence", Value::Null),
        ("method", json!("satellite_imagery")),
        ("imagery", json!({"sensor": "MSI"})),
    ];
    let expected = ["confidence", "imagery/after_on", "imagery/provider"];
    assert_eq!(
        places(&all),
        expected.map(|name| format!("/properties/{name}"))
    );
    assert_eq!(end(app), before);
});

on_each_engine!(exchanged_coordinates_are_refused, |app| {
    let people = People::of(app);
    let anna = app.bearer(&people.contributor);
    let before = end(app);
    let site = |lon, lat| feature(a_site().at(lon, lat).0);
    let answer = post(
        &anna,
        "/collections/sites/items",
        None,
        &site(40.0573, 46.5318),
    );
    let faults = answer.expect(422).faults();
    assert!(
        faults[0].starts_with("/geometry: ") && faults[0].contains("longitude first"),
        "{faults:?}"
    );
    assert_eq!(end(app), before);
    // Far away, and far away the other way round too: a reviewer looks at it.
    post(&anna, "/collections/sites/items", None, &site(4.4, 52.1)).expect(201);
});

#[test]
fn one_organization_may_do_all_where_the_operator_says_so() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let rules = Rules {
            two_organizations: false,
            ..Rules::default()
        };
        let app = &App::under(engine, rules);
        let people = People::of(app);
        let id = given_in(app, &people, Collection::ConditionReports, State::InReview);
        let path = address("condition-reports", id);
        let published = json!({"decision": "published"});
        review(&app.bearer(&people.colleague), &path, "*", &published).expect(200);
        app.anonymous().get(&path).expect(200);
    }
}

on_each_engine!(a_double_is_merged_and_the_merge_undone, |app| {
    let people = People::of(app);
    let reviewer = app.bearer(&people.reviewer);
    let site = app.given(a_site().named("Gandzasar", "en"));
    let double = app.given(a_site().restricted().named("Gəncəsər", "az"));
    let naming = app.given(a_site().named("Church", "en").with(
        "relations",
        json!([{"kind": "part_of", "site_id": double.to_string()}]),
    ));
    let report = app.given(a_report(double));
    let [site_path, double_path, naming_path] =
        [site, double, naming].map(|id| address("sites", id));
    let before = end(app);
    for (into, detail) in [
        (double, "is the site itself"),
        (report, "there is no sites"),
    ] {
        let body = json!({"decision": "merged", "into": into});
        let answer = review(&reviewer, &double_path, "*", &body);
        assert_eq!(answer.problem(), "422 invalid");
        assert!(answer.faults()[0].starts_with(&format!("/into: {detail}")));
    }
    assert_eq!(end(app), before);

    let (was, _) = read(&reviewer, &site_path);
    let merge = json!({"decision": "merged", "into": site});
    let merged = review(&reviewer, &double_path, "*", &merge).expect(200);
    assert!(merged.header("content-location").ends_with(&site_path));
    let merged = merged.json();
    assert_eq!(merged["properties"]["names"].as_array().unwrap().len(), 2);
    assert_eq!(merged["properties"]["location_sensitivity"], "restricted");
    assert_eq!(merged["properties"]["condition"], "fair");
    assert_eq!(merged["properties"]["report_count"], 1);
    let related = read(&reviewer, &naming_path).0;
    assert_eq!(
        related["properties"]["relations"][0]["site_id"],
        json!(site)
    );
    let changes = app.parts.store.changes(before, 10).unwrap();
    assert_eq!(changes.len(), 4, "one run");
    assert!(
        changes
            .iter()
            .all(|change| change.command == changes[0].command)
    );

    // Who may see the site is led there, and nobody else learns that there is one.
    for client in [app.bearer(&people.reviewer), app.bearer(&people.researcher)] {
        let moved = client.get(&double_path).expect(301);
        assert!(moved.header("location").ends_with(&site_path));
    }
    assert_eq!(app.anonymous().get(&double_path).problem(), "404 not-found");
    assert_eq!(app.anonymous().get(&site_path).problem(), "410 gone");
    assert_eq!(
        patch(&reviewer, &double_path, "*", &json!({})).problem(),
        "410 gone"
    );
    assert_eq!(delete(&reviewer, &double_path, "*").problem(), "410 gone");
    let undo = json!({"decision": "published"});
    assert_eq!(
        review(&reviewer, &double_path, "*", &undo).problem(),
        "403 not-allowed"
    );

    review(&app.admin(), &double_path, "*", &undo).expect(200);
    let mut now = read(&reviewer, &site_path).0;
    // What was written meanwhile was written of a hidden place, so it stays hidden until a reviewer opens it.
    assert_eq!(now["properties"]["location_sensitivity"], "restricted");
    assert_eq!(app.anonymous().get(&site_path).problem(), "410 gone");
    for name in [
        "version",
        "updated_at",
        "location_sensitivity",
        "location_sensitivity_reason",
        "public_fields",
        "public_listing",
    ] {
        now["properties"][name] = was["properties"][name].clone();
    }
    assert_eq!(now, was);
    let double_now = read(&reviewer, &double_path).0;
    assert_eq!(double_now["properties"]["report_count"], 1);
    let related = read(&reviewer, &naming_path).0;
    assert_eq!(
        related["properties"]["relations"][0]["site_id"],
        json!(double)
    );
});

on_each_engine!(who_has_the_address_of_a_double_is_led_on_and_on, |app| {
    let people = People::of(app);
    let reviewer = app.bearer(&people.reviewer);
    let [first, second, last] = ["Gandzasar", "Gandzasar Monastery", "Gəncəsər"]
        .map(|name| app.given(a_site().named(name, "en")));
    for (double, into) in [(first, second), (second, last)] {
        let body = json!({"decision": "merged", "into": into});
        review(&reviewer, &address("sites", double), "*", &body).expect(200);
    }
    let moved = app.anonymous().get(&address("sites", first)).expect(301);
    assert!(moved.header("location").ends_with(&address("sites", last)));
    assert_eq!(moved.header("cache-control"), "public, max-age=60");
    // Nobody is led to a site that they may not see.
    let [shown, hidden] = [a_site(), a_site().restricted()].map(|site| app.given(site));
    let body = json!({"decision": "merged", "into": hidden});
    review(&reviewer, &address("sites", shown), "*", &body).expect(200);
    let shown = address("sites", shown);
    assert_eq!(app.anonymous().get(&shown).problem(), "410 gone");
    app.bearer(&people.researcher).get(&shown).expect(301);
    // A proposal was never public.
    let proposed = app.put_site_as(State::Proposed, people.own, a_site());
    let path = address("sites", proposed);
    review(
        &reviewer,
        &path,
        "*",
        &json!({"decision": "merged", "into": last}),
    )
    .expect(200);
    assert_eq!(app.anonymous().get(&path).problem(), "404 not-found");
    let own = app.bearer(&people.contributor).get(&path).expect(301);
    assert!(own.header("location").ends_with(&address("sites", last)));
    assert_eq!(
        app.bearer(&people.stranger).get(&path).problem(),
        "404 not-found"
    );
});

on_each_engine!(a_decision_is_about_a_version_and_is_well_formed, |app| {
    let people = People::of(app);
    let reviewer = app.bearer(&people.reviewer);
    let id = given_in(app, &people, Collection::ConditionReports, State::Submitted);
    let path = format!("{}/review", address("condition-reports", id));
    let (_, tag) = read(&reviewer, &address("condition-reports", id));
    let (public_view, body) = ("\"abc\"", json!({"decision": "in_review"}).to_string());
    let before = end(app);
    let send = |tag: Option<&str>, media_type: &str, body: &str| {
        let mut request = TestRequest::post()
            .insert_header(("content-type", media_type))
            .set_payload(body.to_owned());
        if let Some(tag) = tag {
            request = request.insert_header(("if-match", tag));
        }
        reviewer.send(request, &path)
    };
    let json = "application/json";
    for (tag, media_type, body, problem) in [
        (None, json, body.as_str(), "428 no-precondition"),
        (Some("\"v7.abc\""), json, &body, "412 changed-since"),
        (Some(public_view), json, &body, "412 changed-since"),
        (Some(tag.as_str()), "text/plain", &body, "415 no-media-type"),
        (Some(&tag), json, "{", "400 bad-request"),
        (Some(&tag), json, "{}", "422 invalid"),
        (
            Some(&tag),
            json,
            r#"{"decision": "received"}"#,
            "422 invalid",
        ),
        (
            Some(&tag),
            json,
            r#"{"decision": "done", "reason": "x", "why": 1}"#,
            "422 invalid",
        ),
        (
            Some(&tag),
            json,
            r#"{"decision": "in_review", "publish_after": "2027-01-01"}"#,
            "422 invalid",
        ),
        (
            Some(&tag),
            json,
            r#"{"decision": "sent_back", "reason": "other"}"#,
            "422 invalid",
        ),
    ] {
        let answer = send(tag, media_type, body);
        assert_eq!(answer.problem(), problem, "{body}");
    }
    let faults = send(
        Some(&tag),
        json,
        r#"{"decision": "done", "reason": "x", "why": 1}"#,
    )
    .faults();
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert_eq!(end(app), before);
    send(Some(&tag), json, &body).expect(200);
    assert_eq!(
        send(Some(&tag), json, &body).problem(),
        "412 changed-since",
        "the same again"
    );
});

on_each_engine!(who_needs_no_answer_says_so, |app| {
    let people = People::of(app);
    let id = given_in(app, &people, Collection::ConditionReports, State::Submitted);
    let path = address("condition-reports", id);
    let reviewer = app
        .bearer(&people.reviewer)
        .with("prefer", "respond-async, return=minimal");
    let done = review(&reviewer, &path, "*", &json!({"decision": "in_review"})).expect(204);
    assert_eq!(done.header("preference-applied"), "return=minimal");
    assert_eq!(done.header("etag"), read(&reviewer, &path).1);
    let anna = app
        .bearer(&people.contributor)
        .with("prefer", "return=minimal");
    let sent = post(
        &anna,
        "/collections/sites/items",
        None,
        &feature(a_site().0),
    )
    .expect(201);
    assert_eq!(
        (sent.body.len(), sent.header("location").is_empty()),
        (0, false)
    );
});

on_each_engine!(many_reports_are_answered_with_all_of_them, |app| {
    let people = People::of(app);
    let anna = app.bearer(&people.contributor);
    let site = app.given(a_site());
    let report = |day: usize| {
        let day = format!("2024-05-{day:02}");
        feature(
            a_report(site)
                .with("access", "exterior")
                .with("observed_on", day)
                .0,
        )
    };
    let features: Vec<Value> = (1..=20).map(report).collect();
    let many = json!({"type": "FeatureCollection", "features": features});
    let before = end(app);
    let answer = post(
        &anna,
        "/collections/condition-reports/items",
        Some("a"),
        &many,
    )
    .expect(201);
    assert_eq!(answer.column("status"), vec![json!("submitted"); 20]);
    let again = post(
        &anna,
        "/collections/condition-reports/items",
        Some("a"),
        &many,
    )
    .expect(201);
    assert_eq!(again.ids(), answer.ids());
    assert_eq!(end(app).0, before.0 + 20);
});

on_each_engine!(an_identifier_is_that_of_one_published_site, |app| {
    let people = People::of(app);
    let reviewer = app.bearer(&people.reviewer);
    let with = |scheme: &str, value: &str, fits: &str| {
        a_site().with(
            "identifiers",
            json!([{"scheme": scheme, "value": value, "match": fits}]),
        )
    };
    let first = app.given(with("whs", "1", "exact").restricted());
    app.given(with("whs", "1", "close"));
    app.given(with("pleiades", "1", "exact"));
    let second = app.put_site_as(State::Proposed, people.own, with("whs", "1", "exact"));
    let before = end(app);
    let path = address("sites", second);
    let publish = json!({"decision": "published"});
    let clash = review(&reviewer, &path, "*", &publish);
    assert_eq!(clash.problem(), "409 clash");
    assert!(clash.text().contains("whs 1"), "{}", clash.text());
    assert_eq!(end(app), before);
    // What is merged, withdrawn or changed no longer has it.
    let (_, tag) = read(&reviewer, &address("sites", first));
    let none = json!({"identifiers": []});
    patch(&reviewer, &address("sites", first), &tag, &none).expect(200);
    review(&reviewer, &path, "*", &publish).expect(200);
    let third = app.put_site_as(State::Proposed, people.own, with("whs", "1", "exact"));
    let merge = json!({"decision": "merged", "into": second});
    review(&reviewer, &address("sites", third), "*", &merge).expect(200);
});
