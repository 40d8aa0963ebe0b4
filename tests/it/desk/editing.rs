//! Records in their forms: what was changed is sent, what the form does not show stays, and nobody's change is lost.

use actix_web::http::Method;
use heritage_registry::domain::State;
use serde_json::{Value, json};
use uuid::Uuid;

use super::filled::{faults, fields, fill, form_at, send, value, whole_report};
use super::reporting::{kept, nothing_is_lost};
use crate::harness::fixtures::Report;
use crate::harness::writing::{address, end, read, review, send as change};
use crate::harness::{People, Visitor, a_report, a_site, report_ref, site_ref};
use crate::pages::safe;

fn edit_of(site: Uuid) -> String {
    format!("/desk/sites/{site}/edit")
}

on_each_engine!(a_form_that_is_saved_as_it_is_changes_nothing, |app| {
    let people = People::of(app);
    let site = app.given(a_site());
    let report = app.put_as(State::SentBack, a_report_of(&people, site));
    for (path, record, token) in [
        (edit_of(site), site_ref(site), &people.reviewer),
        (
            format!("/desk/reports/{report}/edit"),
            report_ref(report),
            &people.contributor,
        ),
    ] {
        let before = kept(app, record);
        let mut browser = Visitor::signed_in(app, token);
        let form = form_at(&mut browser, &path);
        send(&mut browser, &path, &form).expect(303);
        assert_eq!(kept(app, record), before, "{path}");
    }
});

/// A report of the contributor's organization that says a bit of everything, also what the form does not show.
fn a_report_of(people: &People, site: Uuid) -> Report {
    let mut report = a_report(site)
        .with("organization_id", people.own.to_string())
        .with("access", "exterior")
        .with(
            "observers",
            json!([{"name": "Somebody", "role": "architect"}]),
        );
    let whole = whole_report();
    for member in [
        "damages", "works", "threats", "sources", "imagery", "summary",
    ] {
        report = report.with(member, whole[member].clone());
    }
    report
}

on_each_engine!(what_is_changed_is_sent_and_the_rest_is_left_alone, |app| {
    let people = People::of(app);
    let whole = app.given(a_site());
    let mut site = a_site().at(46.6, 40.1);
    site.0["relations"] = json!([{"kind": "part_of", "site_id": whole}]);
    site.0["note_internal"] = json!("Among reviewers.");
    let site = app.given(site);
    let before = Value::Object(kept(app, site_ref(site)));
    let mut browser = Visitor::signed_in(app, &people.reviewer);
    let mut form = form_at(&mut browser, &edit_of(site));
    fill(
        &mut form,
        "descriptions.0.text",
        "A monastery, seen from the road.",
    );
    fill(&mut form, "location_accuracy_m", "25");
    fill(&mut form, "dating.0.edtf", "");
    fill(&mut form, "dating.0.kind", "");
    fill(&mut form, "dating.0.certainty", "");
    let answer = send(&mut browser, &edit_of(site), &form).expect(303);
    assert_eq!(
        answer.header("location"),
        format!("{}#taken", address("sites", site))
    );
    let mut expected = before;
    expected["descriptions"][0]["text"] = json!("A monastery, seen from the road.");
    expected["location_accuracy_m"] = json!(25.0);
    expected.as_object_mut().unwrap().remove("dating");
    assert_eq!(Value::Object(kept(app, site_ref(site))), expected);
});

on_each_engine!(
    whoever_was_not_quick_enough_sees_both_and_loses_nothing,
    |app| {
        let people = People::of(app);
        let site = app.given(a_site());
        let (path, api) = (edit_of(site), address("sites", site));
        let reviewer = app.bearer(&people.reviewer);
        let mut browser = Visitor::signed_in(app, &people.reviewer);
        let mut form = form_at(&mut browser, &path);
        fill(&mut form, "location_accuracy_m", "25");
        fill(&mut form, "location_note", "Mine.");
        let (_, tag) = read(&reviewer, &api);
        let theirs = json!({"location_note": "Theirs <b>.", "current_function": "worship"});
        change(&reviewer, Method::PATCH, &api, &tag, &theirs).expect(200);
        let before = end(app);
        let answer = send(&mut browser, &path, &form).expect(412);
        assert_eq!(end(app), before);
        let html = safe("a conflict", &answer);
        assert!(html.text.contains("Theirs <b>."), "{}", html.text);
        let mut kept_fields = form.clone();
        kept_fields.retain(|(name, _)| name != "current_function");
        nothing_is_lost("a conflict", &answer, &kept_fields);
        // What only the other one changed is in the form now, and what both changed is as it was typed.
        let form = fields(&html);
        assert_eq!(value(&form, "current_function"), Some("worship"));
        assert_eq!(value(&form, "location_note"), Some("Mine."));
        send(&mut browser, &path, &form).expect(303);
        let site = Value::Object(kept(app, site_ref(site)));
        assert_eq!(site["current_function"], "worship");
        assert_eq!(site["location_note"], "Mine.");
        assert_eq!(site["location_accuracy_m"], json!(25.0));
    }
);

on_each_engine!(what_was_sent_back_is_corrected_and_waits_again, |app| {
    let people = People::of(app);
    let site = app.given(a_site());
    let report = app.put_as(State::InReview, a_report_of(&people, site));
    let api = address("condition-reports", report);
    let verdict =
        json!({"decision": "sent_back", "reason": "date_missing", "message": "Which <day>?"});
    review(&app.bearer(&people.reviewer), &api, "*", &verdict).expect(200);
    let path = format!("/desk/reports/{report}/edit");
    let mut browser = Visitor::signed_in(app, &people.contributor);
    let answer = browser.get(&path).expect(200);
    let html = safe(&path, &answer);
    assert!(html.text.contains("Which <day>?"), "{}", html.text);
    let mut form = fields(&html);
    fill(&mut form, "observed_on", "nonsense");
    let answer = send(&mut browser, &path, &form).expect(422);
    nothing_is_lost(&path, &answer, &form);
    assert!(faults(&safe(&path, &answer)).contains(&"observed_on"));
    fill(&mut form, "observed_on", "2026-11-01");
    let answer = send(&mut browser, &path, &form).expect(303);
    let receipt = format!("/desk/submissions/reports/{report}");
    assert_eq!(answer.header("location"), format!("{receipt}#taken"));
    let after = Value::Object(kept(app, report_ref(report)));
    assert_eq!(after["observed_on"], "2026-11-01");
    assert_eq!(after["observers"][0]["name"], "Somebody");
    let state = app
        .parts
        .store
        .find(report_ref(report))
        .unwrap()
        .unwrap()
        .state;
    assert_eq!(state, State::Submitted);
});

on_each_engine!(
    a_correction_of_what_is_published_says_what_it_corrects,
    |app| {
        let people = People::of(app);
        let site = app.given(a_site());
        let report = app.given(a_report(site).with("access", "exterior"));
        let path = format!("/desk/reports/{report}/edit");
        let mut browser = Visitor::signed_in(app, &people.reviewer);
        let mut form = form_at(&mut browser, &path);
        fill(&mut form, "condition", "fair");
        let answer = send(&mut browser, &path, &form).expect(422);
        assert_eq!(faults(&safe(&path, &answer)), ["correction_note"]);
        fill(&mut form, "correction_note", "The condition.");
        send(&mut browser, &path, &form).expect(303);
        let after = Value::Object(kept(app, report_ref(report)));
        assert_eq!(after["condition"], "fair");
        assert_eq!(after["correction_note"], "The condition.");
        let form = form_at(&mut browser, &path);
        assert_eq!(value(&form, "correction_note"), Some(""));
    }
);

on_each_engine!(who_may_not_change_a_record_is_shown_no_form_of_it, |app| {
    let people = People::of(app);
    let site = app.given(a_site());
    let secret = app.given(a_site().at(46.6, 40.1).restricted());
    let proposed = app.put_site_as(State::Proposed, people.own, a_site().at(46.7, 40.1));
    for (path, token, status) in [
        (edit_of(site), &people.contributor, 403),
        (edit_of(secret), &people.contributor, 404),
        (edit_of(proposed), &people.stranger, 404),
        (edit_of(proposed), &people.contributor, 403),
        (edit_of(proposed), &people.reviewer, 200),
        (edit_of(Uuid::nil()), &people.reviewer, 404),
        ("/desk/sites/nothing/edit".to_owned(), &people.reviewer, 404),
    ] {
        let mut browser = Visitor::signed_in(app, token);
        assert_eq!(browser.get(&path).status, status, "{path}");
    }
    let before = end(app);
    let mut reviewer = Visitor::signed_in(app, &people.reviewer);
    let form = form_at(&mut reviewer, &edit_of(site));
    let mut contributor = Visitor::signed_in(app, &people.contributor);
    let mut theirs = form.clone();
    let token = crate::harness::form_token(contributor.get("/desk").expect(200).text());
    fill(&mut theirs, "form_token", &token);
    fill(&mut theirs, "location_note", "Theirs.");
    assert_eq!(send(&mut contributor, &edit_of(site), &theirs).status, 403);
    assert_eq!(end(app), before);
});

on_each_engine!(a_record_that_no_form_can_show_is_not_cut_off, |app| {
    let people = People::of(app);
    let many: Vec<Value> = (0..401)
        .map(|number| json!({"scheme": "geonames", "value": (1000 + number).to_string(), "match": "close"}))
        .collect();
    let site = app.given(a_site().with("identifiers", Value::from(many)));
    let mut browser = Visitor::signed_in(app, &people.reviewer);
    let answer = browser.get(&edit_of(site)).expect(409);
    assert!(
        answer.text().contains("401 rows") || answer.text().contains("rows and"),
        "{}",
        answer.text()
    );
});

on_each_engine!(
    what_a_correction_lacks_is_told_with_all_else_that_is_wrong,
    |app| {
        let people = People::of(app);
        let report = app.given(a_report(app.given(a_site())));
        let path = format!("/desk/reports/{report}/edit");
        let mut browser = Visitor::signed_in(app, &people.reviewer);
        let mut form = form_at(&mut browser, &path);
        fill(&mut form, "observed_on", "2026-12-24");
        fill(&mut form, "condition", "");
        fill(&mut form, "site_id", &app.new_id().to_string());
        let before = end(app);
        let answer = send(&mut browser, &path, &form).expect(422);
        assert_eq!(end(app), before);
        let html = safe(&path, &answer);
        let mut told = faults(&html);
        told.sort_unstable();
        assert_eq!(
            told,
            ["condition", "correction_note", "observed_on", "site_id"]
        );
    }
);
