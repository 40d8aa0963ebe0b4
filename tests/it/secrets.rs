//! What must not come out by way of the workflow, and ways round it that must not lead anywhere.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use heritage_registry::domain::{Collection, State};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::writing::{address, delete, end, feature, patch, post, put, read, review};
use crate::harness::{
    People, a_region, a_report, a_site, an_organization, an_unlisted_organization, report_ref,
    site_ref,
};

const SITES: &str = "/collections/sites/items";
const REPORTS: &str = "/collections/condition-reports/items";

fn decide(to: &str) -> Value {
    json!({"decision": to, "reason": "wording", "message": "See the guide."})
}

on_each_engine!(
    who_proposed_a_site_does_not_read_what_a_reviewer_adds,
    |app| {
        let people = People::of(app);
        let [anna, reviewer] =
            [&people.contributor, &people.reviewer].map(|token| app.bearer(token));
        let sent = post(&anna, SITES, None, &feature(a_site().at(46.5, 40.1).0)).expect(201);
        let path = sent.header("location").to_owned();
        let (_, tag) = read(&reviewer, &path);
        let secret = json!({
            "geometry": {"type": "Point", "coordinates": [46.512_345, 40.012_345]},
            "location_sensitivity": "restricted",
            "location_sensitivity_reason": "A tomb was found.",
            "directions": [{"text": "Left at the well.", "lang": "en"}],
        });
        patch(&reviewer, &path, &tag, &secret).expect(200);
        let is_kept = |text: &str| {
            for part in ["46.512345", "tomb", "well"] {
                assert!(!text.contains(part), "{part}: {text}");
            }
        };
        let own = anna.get(&path).expect(200);
        is_kept(own.text());
        assert_eq!(own.json()["geometry"]["coordinates"], json!([46.5, 40.1]));
        is_kept(anna.get("/submissions").expect(200).text());

        // What she sends again is laid over what the reviewer wrote, and takes nothing of it back.
        review(&reviewer, &path, "*", &decide("sent_back")).expect(200);
        let (whole, tag) = read(&anna, &path);
        is_kept(&whole.to_string());
        is_kept(put(&anna, &path, &tag, &whole).expect(200).text());
        is_kept(anna.get(&path).expect(200).text());
        is_kept(anna.get("/submissions").expect(200).text());
        let kept = read(&reviewer, &path).0;
        assert_eq!(kept["properties"]["location_sensitivity"], "restricted");
        assert_eq!(
            kept["properties"]["directions"][0]["text"],
            "Left at the well."
        );

        review(&reviewer, &path, "*", &decide("published")).expect(200);
        assert_eq!(anna.get(&path).status, app.anonymous().get(&path).status);
        let listed = anna.get("/submissions").expect(200);
        is_kept(listed.text());
        assert_eq!(listed.json()["submissions"][0]["status"], "published");
        review(&reviewer, &path, "*", &decide("withdrawn")).expect(204);
        is_kept(anna.get("/submissions?status=withdrawn").expect(200).text());
    }
);

on_each_engine!(
    who_corrects_a_proposal_is_not_asked_for_what_a_reviewer_added,
    |app| {
        let people = People::of(app);
        let [anna, reviewer] =
            [&people.contributor, &people.reviewer].map(|token| app.bearer(token));
        let hidden = app.given(a_site().restricted());
        let unlisted = app.given(an_unlisted_organization("Friends of the Fortress"));
        let region = app.given(a_region("hist-khachen", 47.5, 40.0));
        let part_of = |site: Uuid| json!([{"kind": "part_of", "site_id": site}]);
        let looks_after = |organization: Uuid| json!([{"organization_id": organization, "role": "custodian", "src": ["letter-of-hadrut"]}]);
        let mut sources = a_site().0["sources"].clone();
        let letter = json!({"key": "letter-of-hadrut", "kind": "own_knowledge", "title": [{"text": "A letter", "lang": "en"}]});
        sources.as_array_mut().unwrap().push(letter);
        let is_kept = |text: &str| {
            for part in [
                &hidden.to_string(),
                &unlisted.to_string(),
                "hist-khachen",
                "letter-of-hadrut",
            ] {
                assert!(!text.contains(part), "{part}: {text}");
            }
        };
        for (at, secret) in [
            (
                "/relations/0/site_id",
                json!({"relations": part_of(hidden)}),
            ),
            (
                "/organizations/0/organization_id",
                json!({"organizations": looks_after(unlisted), "sources": sources}),
            ),
            (
                "/public_region_code",
                json!({"location_sensitivity": "restricted", "location_sensitivity_reason": "A tomb was found.", "public_region_code": "hist-khachen"}),
            ),
        ] {
            let sent = post(&anna, SITES, None, &feature(a_site().0)).expect(201);
            let path = sent.header("location").to_owned();
            patch(&reviewer, &path, "*", &secret).expect(200);
            if at == "/public_region_code" {
                app.withdraw(Collection::Regions.record(region));
            }
            let kept = read(&reviewer, &path).0["properties"].clone();
            review(&reviewer, &path, "*", &decide("sent_back")).expect(200);

            // To say it herself takes knowing of it, also where it stands.
            let mut asked = secret.clone();
            asked["sources"] = sources.clone();
            let faults = patch(&anna, &path, "*", &asked).expect(422).faults();
            assert!(
                faults.iter().any(|fault| fault.starts_with(at)),
                "{faults:?}"
            );
            let unknown = json!({"names": [{"text": "Qala", "lang": "az", "kind": "vernacular", "src": ["zz"]}]});
            let refused = patch(&anna, &path, "*", &unknown).expect(422);
            assert!(
                refused.text().contains("cites \\\"zz\\\""),
                "{}",
                refused.text()
            );
            is_kept(refused.text());

            let answer = patch(&anna, &path, "*", &json!({"site_type": "church"}));
            is_kept(answer.text());
            answer.expect(200);
            review(&reviewer, &path, "*", &decide("sent_back")).expect(200);
            let (mut whole, tag) = read(&anna, &path);
            whole["properties"]["site_type"] = json!("chapel");
            let answer = put(&anna, &path, &tag, &whole);
            is_kept(answer.text());
            answer.expect(200);
            let now = read(&reviewer, &path).0["properties"].clone();
            assert_eq!(now["site_type"], "chapel");
            for name in secret.as_object().unwrap().keys() {
                assert_eq!(now[name], kept[name], "{name}");
            }
        }
    }
);

on_each_engine!(
    a_report_is_corrected_although_its_site_was_hidden_meanwhile,
    |app| {
        let people = People::of(app);
        let [anna, reviewer] =
            [&people.contributor, &people.reviewer].map(|token| app.bearer(token));
        let [site, other] = [app.given(a_site()), app.given(a_site().restricted())];
        let report = a_report(site).with("access", "exterior");
        let sent = post(&anna, REPORTS, None, &feature(report.0)).expect(201);
        let path = sent.header("location").to_owned();
        app.edit(site, a_site().restricted());
        let sends_back = || {
            for decision in ["in_review", "sent_back"] {
                review(&reviewer, &path, "*", &decide(decision)).expect(200);
            }
        };
        sends_back();
        patch(&anna, &path, "*", &json!({"condition": "poor"})).expect(200);
        sends_back();
        let (mut whole, tag) = read(&anna, &path);
        whole["properties"]["condition"] = json!("very_bad");
        put(&anna, &path, &tag, &whole).expect(200);
        sends_back();
        let moved = json!({"site_id": other});
        let faults = patch(&anna, &path, "*", &moved).expect(422).faults();
        assert!(
            faults[0].starts_with("/site_id: nothing is known"),
            "{faults:?}"
        );
        assert_eq!(
            read(&reviewer, &path).0["properties"]["site_id"],
            json!(site)
        );
    }
);

on_each_engine!(what_is_said_between_two_is_in_no_catalogue, |app| {
    let people = People::of(app);
    let [anna, reviewer, researcher] =
        [&people.contributor, &people.reviewer, &people.researcher].map(|token| app.bearer(token));
    let report = a_report(app.given(a_site())).with("access", "exterior");
    let sent = post(&anna, REPORTS, None, &feature(report.0)).expect(201);
    let path = sent.header("location").to_owned();
    for decision in ["in_review", "published"] {
        let said = json!({"decision": decision, "message": "Ask your witness again."});
        review(&reviewer, &path, "*", &said).expect(200);
    }
    let receipt = sent.json()["properties"]["receipt"].clone();
    for client in [
        &app.anonymous(),
        &researcher,
        &app.bearer(&people.colleague),
        &anna,
    ] {
        let shown = client.get(&path).expect(200);
        assert!(!shown.text().contains("witness"), "{}", shown.text());
        assert!(!shown.text().contains(receipt.as_str().unwrap()));
    }
    let own = anna.get("/submissions").expect(200).json();
    assert_eq!(
        own["submissions"][0]["review"]["message"],
        "Ask your witness again."
    );
    assert_eq!(own["submissions"][0]["receipt"], receipt);
});

on_each_engine!(a_delayed_publication_does_not_outlive_an_edit, |app| {
    let people = People::of(app);
    let [colleague, reviewer] =
        [&people.colleague, &people.reviewer].map(|token| app.bearer(token));
    let id = app.put_site_as(State::Proposed, people.own, a_site().restricted());
    let path = address("sites", id);
    let delayed = json!({"decision": "published", "publish_after": "2026-12-01"});
    review(&reviewer, &path, "*", &delayed).expect(200);
    let (_, tag) = read(&colleague, &path);
    let opened = json!({"location_sensitivity": "exact", "location_sensitivity_reason": null});
    patch(&colleague, &path, &tag, &opened).expect(200);
    app.clock().moves(30 * 86_400_000_000);
    assert_eq!(app.parts.registry.do_what_is_due().unwrap(), 0);
    assert_eq!(app.anonymous().get(&path).problem(), "404 not-found");
    // And her own organization does not publish it by merging it into a site that is published.
    let into = json!({"decision": "merged", "into": app.given(a_site())});
    assert_eq!(
        review(&colleague, &path, "*", &into).problem(),
        "403 not-allowed"
    );
});

on_each_engine!(
    what_is_delayed_and_not_ready_waits_for_a_reviewer_again,
    |app| {
        let people = People::of(app);
        let reviewer = app.bearer(&people.reviewer);
        let site = app.given(a_site());
        let id = app.put_as(State::InReview, a_report(site));
        let path = address("condition-reports", id);
        for (day, place) in [
            ("2027-12-31", "/publish_after: is more than 366 days"),
            ("2026-02-30", "/publish_after: "),
        ] {
            let body = json!({"decision": "published", "publish_after": day});
            let faults = review(&reviewer, &path, "*", &body).expect(422).faults();
            assert!(faults[0].starts_with(place), "{faults:?}");
        }
        let delayed = json!({"decision": "published", "publish_after": "2026-12-01"});
        review(&reviewer, &path, "*", &delayed).expect(200);
        app.withdraw(site_ref(site));
        app.clock().moves(30 * 86_400_000_000);
        assert_eq!(app.parts.registry.do_what_is_due().unwrap(), 1);
        assert_eq!(
            app.parts.store.find(report_ref(id)).unwrap().unwrap().state,
            State::Submitted
        );
        assert_eq!(app.parts.registry.do_what_is_due().unwrap(), 0);
        // What does not wait cannot be delayed.
        let again = json!({"decision": "published", "reason": "other", "message": "A mistake.", "publish_after": "2027-01-20"});
        let faults = review(&app.admin(), &address("sites", site), "*", &again)
            .expect(422)
            .faults();
        assert!(
            faults[0].starts_with("/publish_after: is for what waits"),
            "{faults:?}"
        );
    }
);

on_each_engine!(an_old_copy_does_not_bring_a_report_back_into_view, |app| {
    let people = People::of(app);
    let reviewer = app.bearer(&people.reviewer);
    let [open, hidden] = [a_site(), a_site().restricted()].map(|site| app.given(site));
    let report = app.given(a_report(open));
    let path = address("condition-reports", report);
    let (old, tag) = read(&reviewer, &path);
    let moved = json!({"site_id": hidden, "correction_note": "It was the other one."});
    patch(&reviewer, &path, &tag, &moved).expect(200);
    assert_eq!(app.anonymous().get(&path).problem(), "410 gone");
    let before = end(app);
    let mut copy = old.clone();
    copy["properties"]["correction_note"] = json!("As it was.");
    for body in [
        copy,
        json!({"type": "Feature", "properties": {"organization_public": true, "correction_note": "x"}}),
    ] {
        let answer = patch(&reviewer, &path, "*", &body);
        assert_eq!(answer.problem(), "422 invalid", "{}", answer.text());
        assert!(answer.text().contains("If-Match"), "{}", answer.text());
    }
    assert_eq!(end(app), before);
});

on_each_engine!(merges_one_after_the_other_are_undone_one_by_one, |app| {
    let people = People::of(app);
    let reviewer = app.bearer(&people.reviewer);
    let site = |name: &str| app.given(a_site().named(name, "en"));
    let (first, second, other, last) = (site("First"), site("Second"), site("Other"), site("Last"));
    let relation = json!([{"kind": "see_also", "site_id": other}]);
    let (_, tag) = read(&reviewer, &address("sites", first));
    patch(
        &reviewer,
        &address("sites", first),
        &tag,
        &json!({"relations": relation}),
    )
    .expect(200);
    let report = app.given(a_report(first));
    for (double, into) in [(first, second), (other, last)] {
        let merge = json!({"decision": "merged", "into": into});
        review(&reviewer, &address("sites", double), "*", &merge).expect(200);
    }
    let undo = json!({"decision": "published"});
    review(&app.admin(), &address("sites", first), "*", &undo).expect(200);
    let again = read(&reviewer, &address("sites", first)).0;
    assert_eq!(again["properties"]["merged_into"], Value::Null);
    assert_eq!(again["properties"]["report_count"], 1);
    assert_eq!(
        again["properties"]["relations"][0]["site_id"],
        json!(last),
        "where the other went"
    );
    review(&app.admin(), &address("sites", other), "*", &undo).expect(200);
    read(&reviewer, &address("sites", other));
    let report = read(&reviewer, &address("condition-reports", report)).0;
    assert_eq!(report["properties"]["site_id"], json!(first));
    let names = read(&reviewer, &address("sites", second)).0["properties"]["names"].clone();
    assert_eq!(names.as_array().unwrap().len(), 1, "{names}");
    app.anonymous().get(&address("sites", first)).expect(200);
    assert_eq!(
        review(&app.admin(), &address("sites", first), "*", &undo).problem(),
        "409 no-transition"
    );
});

on_each_engine!(sites_under_two_licences_are_not_merged, |app| {
    let people = People::of(app);
    let reviewer = app.bearer(&people.reviewer);
    let double = app.given(a_site().with("licence", "ODbL-1.0"));
    let before_site = app.given(a_site());
    let before = end(app);
    let merge = json!({"decision": "merged", "into": before_site});
    let answer = review(&reviewer, &address("sites", double), "*", &merge);
    assert_eq!(answer.problem(), "409 not-ready");
    assert!(
        answer.faults()[0].starts_with("/properties/licence: "),
        "{:?}",
        answer.faults()
    );
    assert_eq!(end(app), before);
});

on_each_engine!(a_site_is_no_part_of_its_parts, |app| {
    let reviewer = People::of(app).reviewer;
    let reviewer = app.bearer(&reviewer);
    let part_of = |id: Uuid| json!([{"kind": "part_of", "site_id": id}]);
    let whole = app.given(a_site());
    let part = app.given(a_site().with("relations", part_of(whole)));
    let smaller = app.given(a_site().with("relations", part_of(part)));
    let before = end(app);
    let (_, tag) = read(&reviewer, &address("sites", whole));
    let ring = json!({"relations": part_of(smaller)});
    let faults = patch(&reviewer, &address("sites", whole), &tag, &ring)
        .expect(422)
        .faults();
    assert!(
        faults[0].starts_with("/relations/0/site_id: is itself a part"),
        "{faults:?}"
    );
    assert_eq!(end(app), before);
});

on_each_engine!(only_reviewers_open_what_is_hidden_by_its_type, |app| {
    let people = People::of(app);
    let [anna, reviewer] = [&people.contributor, &people.reviewer].map(|token| app.bearer(token));
    let necropolis = |level: Option<&str>| {
        let mut site = a_site().with("site_type", "necropolis").0;
        site["location_sensitivity"] = json!(level);
        feature(site)
    };
    let before = end(app);
    let faults = post(&anna, SITES, None, &necropolis(Some("exact")))
        .expect(422)
        .faults();
    assert!(
        faults[0].starts_with("/properties/location_sensitivity: is for reviewers"),
        "{faults:?}"
    );
    assert_eq!(end(app), before);
    let sent = post(&anna, SITES, None, &necropolis(None)).expect(201);
    let path = sent.header("location").to_owned();
    assert_eq!(
        sent.json()["properties"]["location_sensitivity"],
        "restricted"
    );
    let answer = review(&reviewer, &path, "*", &decide("published"));
    assert_eq!(answer.problem(), "409 not-ready", "nobody has decided");
    assert!(answer.faults()[0].starts_with("/properties/location_sensitivity_reason: "));
    let (_, tag) = read(&reviewer, &path);
    let reason = json!({"location_sensitivity_reason": "Unguarded graves."});
    patch(&reviewer, &path, &tag, &reason).expect(200);
    review(&reviewer, &path, "*", &decide("published")).expect(200);
});

on_each_engine!(who_asks_for_a_withdrawal_is_answered, |app| {
    let people = People::of(app);
    let [anna, reviewer] = [&people.contributor, &people.reviewer].map(|token| app.bearer(token));
    let report = a_report(app.given(a_site())).with("organization_id", people.own.to_string());
    let id = app.put_as(State::Published, report);
    let path = address("condition-reports", id);
    let allowed = anna.send(TestRequest::default().method(Method::OPTIONS), &path);
    assert_eq!(allowed.header("allow"), "GET, HEAD, OPTIONS");
    assert_eq!(delete(&anna, &path, "*").problem(), "403 not-allowed");
    for answered in [
        decide("published"),
        json!({"correction_note": "The date.", "observed_on": "2024-06"}),
    ] {
        let asked = json!({"decision": "withdrawn", "message": "The owner is in danger."});
        review(&anna, &path, "*", &asked).expect(200);
        let queue = reviewer.get("/queue").expect(200).json();
        assert_eq!(queue["waiting"][0]["flags"], json!(["withdrawal_asked"]));
        assert_eq!(
            queue["waiting"][0]["withdrawal_asked"],
            "The owner is in danger."
        );
        if answered.get("decision").is_some() {
            review(&reviewer, &path, "*", &answered).expect(200);
        } else {
            patch(&reviewer, &path, "*", &answered).expect(200);
        }
        assert_eq!(
            reviewer.get("/queue").expect(200).json()["numberMatched"],
            0
        );
    }
    let long = json!({"decision": "withdrawn", "message": "x".repeat(4001)});
    let faults = review(&anna, &path, "*", &long).expect(422).faults();
    assert!(
        faults[0].starts_with("/message: has 4001 characters"),
        "{faults:?}"
    );
});

on_each_engine!(sites_and_organizations_go_every_way_of_the_table, |app| {
    let people = People::of(app);
    let [anna, reviewer, admin] = [
        app.bearer(&people.contributor),
        app.bearer(&people.reviewer),
        app.admin(),
    ];
    for (from, who, to) in [
        (State::Proposed, &reviewer, "sent_back"),
        (State::Proposed, &reviewer, "rejected"),
        (State::Proposed, &reviewer, "published"),
        (State::Proposed, &anna, "withdrawn"),
        (State::SentBack, &anna, "proposed"),
        (State::SentBack, &anna, "withdrawn"),
        (State::Withdrawn, &admin, "published"),
    ] {
        let id = app.put_site_as(from, people.own, a_site());
        let path = address("sites", id);
        let before = end(app);
        let shown = review(who, &path, "*", &decide(to)).expect(200).json();
        assert_eq!(shown["properties"]["status"], to, "{from:?}");
        assert_eq!(end(app).0, before.0 + 1);
        let is_public = app.anonymous().get(&path).status == 200;
        assert_eq!(is_public, to == "published", "{from:?} {to}");
    }
    let organization = app.given(an_organization("Caucasus Watch"));
    let path = address("organizations", organization);
    let allowed = anna.send(TestRequest::default().method(Method::OPTIONS), &path);
    assert_eq!(allowed.header("allow"), "GET, HEAD, OPTIONS");
    delete(&admin, &path, "*").expect(204);
    let answer = review(&admin, &path, "*", &json!({"decision": "published"}));
    assert_eq!(answer.problem(), "422 invalid");
    assert_eq!(
        review(&reviewer, &path, "*", &decide("published")).problem(),
        "410 gone"
    );
    review(&admin, &path, "*", &decide("published")).expect(200);
    app.anonymous().get(&path).expect(200);
    let record = Collection::Organizations.record(organization);
    let kept = app.parts.store.find(record).unwrap().unwrap();
    assert!(
        kept.document.get().contains("See the guide."),
        "why is kept"
    );
    assert_eq!(kept.state, State::Published);
    let proposal = app.put_site_as(State::Proposed, people.own, a_site());
    let allowed = anna.send(
        TestRequest::default().method(Method::OPTIONS),
        &address("sites", proposal),
    );
    assert_eq!(allowed.header("allow"), "GET, HEAD, DELETE, OPTIONS");
});

on_each_engine!(a_region_that_is_nowhere_is_not_given_to_a_site, |app| {
    let people = People::of(app);
    let reviewer = app.bearer(&people.reviewer);
    app.given(a_region("hist-khachen", 46.5, 40.0));
    let id = app.given(a_site().restricted());
    let (_, tag) = read(&reviewer, &address("sites", id));
    let before = end(app);
    let nowhere = json!({"public_region_code": "nowhere"});
    let faults = patch(&reviewer, &address("sites", id), &tag, &nowhere)
        .expect(422)
        .faults();
    assert!(
        faults[0].starts_with("/public_region_code: there is no region"),
        "{faults:?}"
    );
    assert_eq!(end(app), before);
    let known = json!({"public_region_code": "hist-khachen"});
    patch(&reviewer, &address("sites", id), &tag, &known).expect(200);
});

on_each_engine!(every_fault_of_a_proposal_is_said_at_once, |app| {
    let people = People::of(app);
    let anna = app.bearer(&people.contributor);
    let mut site = a_site().at(40.0573, 46.5318).0;
    site["site_type"] = json!("klostr");
    let faults = post(&anna, SITES, None, &feature(site))
        .expect(422)
        .faults();
    let is_said = |start: &str| faults.iter().any(|fault| fault.starts_with(start));
    assert!(is_said("/geometry: is at longitude"), "{faults:?}");
    assert!(is_said("/properties/site_type: "), "{faults:?}");
    let site = app.given(a_site());
    let position = json!({"type": "Point", "coordinates": [40.05, 46.5]});
    let report = a_report(site)
        .with("access", "exterior")
        .with("observed_position", position);
    let faults = post(&anna, REPORTS, None, &feature(report.0))
        .expect(422)
        .faults();
    assert!(
        faults[0].starts_with("/properties/observed_position: is at"),
        "{faults:?}"
    );
    // What somebody may have meant.
    let id = app.put_site_as(State::Proposed, people.own, a_site());
    let path = address("sites", id);
    let meant = review(
        &app.bearer(&people.reviewer),
        &path,
        "*",
        &json!({"decision": "publish"}),
    );
    assert!(meant.expect(422).text().contains("did you mean published"));
    let unquoted = patch(&app.bearer(&people.reviewer), &path, "v1", &json!({}));
    assert_eq!(unquoted.problem(), "412 changed-since");
    assert!(
        unquoted.text().contains("quotation marks"),
        "{}",
        unquoted.text()
    );
});
