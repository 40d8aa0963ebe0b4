//! Every page for work in every language: well-formed, safe, labelled, and leading on.

use std::collections::BTreeSet;

use heritage_registry::domain::State;
use serde_json::json;

use crate::harness::{Answer, App, People, TOKEN, Visitor, a_report, a_site};
use crate::pages::html::Html;
use crate::pages::{LANGUAGES, leads_to, safe};

/// A page whose every reference within it leads somewhere, and whose every input has its label.
fn labelled(at: &str, answer: &Answer) -> Html {
    let html = safe(at, answer);
    let ids: BTreeSet<&str> = html.values("id").into_iter().collect();
    let mut named: Vec<&str> = ["for", "list", "aria-describedby", "aria-labelledby"]
        .iter()
        .flat_map(|name| html.values(name))
        .flat_map(|value| value.split(' '))
        .collect();
    let within = html.values("href").into_iter();
    named.extend(within.filter_map(|href| href.strip_prefix('#')));
    for id in named {
        assert!(ids.contains(id), "{at}: nothing is called {id}");
    }
    let labelled: BTreeSet<&str> = html.values("for").into_iter().collect();
    for (element, attributes) in &html.elements {
        let of = |name: &str| {
            let found = attributes.iter().find(|(given, _)| given == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let is_asked = ["input", "select", "textarea"].contains(&element.as_str());
        // Those that are chosen stand within their labels.
        let is_apart = ["hidden", "radio", "checkbox"].contains(&of("type"));
        assert!(
            !is_asked || is_apart || labelled.contains(of("id")),
            "{at}: {attributes:?}"
        );
        let has_token = attributes.contains(&("name".to_owned(), "form_token".to_owned()));
        assert!(
            !has_token || of("value").len() == 43,
            "{at}: {attributes:?}"
        );
    }
    html
}

/// Pages of everything that can be shown, for somebody who may do everything.
fn addresses(app: &App) -> Vec<String> {
    let people = People::of(app);
    let site = app.put_site_as(
        State::Proposed,
        people.own,
        a_site().with(
            "descriptions",
            json!([{"text": "On liberated land.", "lang": "en", "src": ["book"]}]),
        ),
    );
    app.given(a_site());
    let report = a_report(app.given(a_site())).with("organization_id", people.own.to_string());
    let report = app.put_as(State::InReview, report);
    let account = app.admin().get("/me").json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut all: Vec<String> = ["/desk", "/desk/queue", "/desk/accounts"]
        .map(str::to_owned)
        .into();
    all.push(format!("/desk/accounts/{account}"));
    all.push(format!("/desk/review/sites/{site}"));
    all.push(format!("/desk/review/condition-reports/{report}"));
    all.extend(["/desk/reports/new", "/desk/sites/new", "/desk/submissions"].map(str::to_owned));
    all.push(format!("/desk/sites/{site}/edit"));
    all.push("/desk/organizations/new".to_owned());
    all.push(format!("/desk/organizations/{}/edit", people.own));
    all
}

on_each_engine!(
    every_page_for_work_is_safe_labelled_and_in_the_language_asked_for,
    |app| {
        let all = addresses(app);
        let mut admin = Visitor::signed_in(app, TOKEN);
        let mut known = BTreeSet::new();
        for lang in LANGUAGES {
            let mut to_visit = vec!["/desk/sign-in".to_owned()];
            to_visit.extend(all.clone());
            for path in to_visit {
                let at = format!("{path}?lang={lang}");
                let answer = admin.get(&at).expect(200);
                let html = labelled(&at, &answer);
                assert_eq!(html.of("html", "lang"), Some(lang), "{at}");
                assert_eq!(answer.header("content-language"), lang, "{at}");
                assert_eq!(answer.header("cache-control"), "private, no-store", "{at}");
                assert!(html.values("content").contains(&"noindex"), "{at}");
                for href in leads_to(&html) {
                    if !href.starts_with("/desk") || !known.insert(href.clone()) {
                        continue;
                    }
                    let answer = admin.get(&href);
                    assert_eq!(answer.status, 200, "{at} leads to {href}");
                    safe(&href, &answer);
                }
            }
            // And with everything that can be wrong.
            for (path, fields) in [
                (&all[6], vec![("observed_on", "\"<b>")]),
                (&all[7], vec![("location_accuracy_m", "\"<b>")]),
                (&all[9], vec![("version", "9")]),
                (&all[10], vec![("url", "\"<b>")]),
                (&all[11], vec![("version", "9")]),
                (&all[2], vec![("name", "")]),
                (&all[3], vec![("do", "disable")]),
                (
                    &all[4],
                    vec![
                        ("version", "1"),
                        ("decision", "merged"),
                        ("message", "\"<b>"),
                    ],
                ),
                (&all[4], vec![("version", "0"), ("decision", "rejected")]),
                (
                    &all[4],
                    vec![("version", "1"), ("location_sensitivity", "nothing")],
                ),
                (
                    &all[5],
                    vec![
                        ("version", "1"),
                        ("decision", "sent_back"),
                        ("publish_after", "x"),
                    ],
                ),
            ] {
                let at = format!("{path}?lang={lang}");
                let answer = admin.submit(&at, &at, &fields);
                assert!(
                    [412, 422].contains(&answer.status),
                    "{at} {fields:?}: {}",
                    answer.status
                );
                let html = labelled(&at, &answer);
                assert_eq!(html.of("html", "lang"), Some(lang), "{at}");
                assert!(html.values("role").contains(&"alert"), "{at}");
            }
        }
        assert!(known.len() > 20, "{known:?}");
    }
);
