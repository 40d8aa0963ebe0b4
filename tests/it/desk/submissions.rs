//! What an organization submitted, on its pages.

use heritage_registry::domain::State;
use serde_json::json;

use crate::harness::writing::{address, review};
use crate::harness::{People, Visitor, a_report, a_site};
use crate::pages::safe;

on_each_engine!(an_organization_sees_what_it_sent_and_nobody_elses, |app| {
    let people = People::of(app);
    let site = app.given(a_site());
    let report = app.put_as(
        State::InReview,
        a_report(site)
            .with("organization_id", people.own.to_string())
            .with("access", "exterior"),
    );
    let proposed = app.put_site_as(State::Proposed, people.own, a_site().at(46.7, 40.1));
    let api = address("condition-reports", report);
    let verdict = json!({"decision": "sent_back", "reason": "wording", "message": "</td><script>"});
    review(&app.bearer(&people.reviewer), &api, "*", &verdict).expect(200);
    let one = format!("/desk/submissions/reports/{report}");
    let mut own = Visitor::signed_in(app, &people.contributor);
    let answer = own.get("/desk/submissions").expect(200);
    let html = safe("the list", &answer);
    assert!(html.text.contains("</td><script>"), "{}", html.text);
    assert!(html.text.contains("Its wording"));
    let links = html.values("href");
    let edit = format!("/desk/reports/{report}/edit");
    for leads_to in [&one, &edit, &format!("/desk/submissions/sites/{proposed}")] {
        assert!(links.contains(&leads_to.as_str()), "{leads_to}: {links:?}");
    }
    let answer = own.get("/desk/submissions?status=proposed").expect(200);
    assert!(!answer.text().contains(&report.to_string()));
    let html = safe(&one, &own.get(&one).expect(200));
    for said in [
        "</td><script>",
        "Its wording",
        "sent back",
        "Read the message",
    ] {
        assert!(html.text.contains(said), "{said}: {}", html.text);
    }
    for token in [&people.stranger, &people.reviewer] {
        let mut other = Visitor::signed_in(app, token);
        let answer = other.get("/desk/submissions").expect(200);
        assert!(!answer.text().contains(&report.to_string()));
        assert_eq!(other.get(&one).status, 404);
    }
    assert_eq!(own.get("/desk/submissions?status=nothing").status, 400);
});

on_each_engine!(a_list_that_is_long_goes_on, |app| {
    let people = People::of(app);
    for place in 0..3_i32 {
        let site = a_site().at(46.0 + f64::from(place), 40.1);
        app.put_site_as(State::Proposed, people.own, site);
    }
    let mut browser = Visitor::signed_in(app, &people.contributor);
    let mut path = "/desk/submissions?limit=2&lang=en".to_owned();
    let mut seen = 0;
    loop {
        let html = safe(&path, &browser.get(&path).expect(200));
        let links = html.values("href").into_iter();
        seen += links
            .filter(|href| href.starts_with("/desk/submissions/sites/"))
            .count();
        let next = html.elements.iter().find_map(|(_, attributes)| {
            let is_next = attributes.contains(&("rel".to_owned(), "next".to_owned()));
            let href = attributes.iter().find(|(name, _)| name == "href");
            href.filter(|_| is_next).map(|(_, href)| href.clone())
        });
        match next {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(seen, 3);
});
