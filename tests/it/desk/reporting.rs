//! The form of a condition report: it makes what the API makes, and loses nothing.

use std::collections::BTreeSet;

use heritage_registry::domain::{Body, Collection, RecordRef, Role, State};
use serde_json::{Map, Value, json};

use super::filled::{
    Fields, faults, fields, fill, fill_all, form_at, press, send, value, whole_report,
};
use crate::harness::writing::{end, feature, post};
use crate::harness::{Answer, App, People, Visitor, a_site};
use crate::pages::safe;

const NEW: &str = "/desk/reports/new";
const REPORTS: &str = "/collections/condition-reports/items";

/// The record to whose receipt an answer leads.
pub fn sent(answer: &Answer) -> RecordRef {
    let at = answer.header("location").split('?').next().unwrap();
    let mut steps = at.rsplit('/');
    let id = steps.next().unwrap().parse().unwrap();
    let collection = match steps.next().unwrap() {
        "reports" => Collection::ConditionReports,
        _ => Collection::Sites,
    };
    collection.record(id)
}

/// What is kept of a record, without what differs with each that is sent.
pub fn kept(app: &App, record: RecordRef) -> Map<String, Value> {
    let entity = app.parts.store.find(record).unwrap().unwrap();
    let mut kept: Map<String, Value> = serde_json::from_str(entity.document.get()).unwrap();
    for name in ["receipt", "received_via"] {
        kept.remove(name);
    }
    kept
}

on_each_engine!(a_report_by_form_is_the_one_by_api, |app| {
    let people = People::of(app);
    let site = app.given(a_site());
    let mut browser = Visitor::signed_in(app, &people.contributor);
    let mut form = form_at(&mut browser, &format!("{NEW}?site_id={site}"));
    assert_eq!(value(&form, "observed_on"), Some("2026-11-25"));
    assert_eq!(value(&form, "method"), Some("field_visit"));
    let mut report = whole_report();
    fill_all(&mut form, &report);
    let before = end(app);
    let answer = send(&mut browser, NEW, &form);
    let by_form = sent(&answer.expect(303));
    let changes = app.parts.store.changes(before, 10).unwrap();
    assert_eq!(changes.len(), 1);
    report["site_id"] = json!(site);
    let contributor = app.bearer(&people.contributor);
    let answer = post(&contributor, REPORTS, None, &feature(report)).expect(201);
    let id = answer.json()["id"].as_str().unwrap().parse().unwrap();
    let by_api = Collection::ConditionReports.record(id);
    assert_eq!(kept(app, by_form), kept(app, by_api));
    let document = app.parts.store.find(by_form).unwrap().unwrap().document;
    let document: Value = serde_json::from_str(document.get()).unwrap();
    assert_eq!(document["received_via"], "web");
});

on_each_engine!(the_few_questions_are_enough_for_a_report, |app| {
    let people = People::of(app);
    let site = app.given(a_site());
    let mut browser = Visitor::signed_in(app, &people.contributor);
    let mut form = form_at(&mut browser, &format!("{NEW}?site_id={site}&lang=hy"));
    for (name, value) in [
        ("access", "exterior"),
        ("condition", "good"),
        ("confidence", "certain"),
        ("summary.0.text", "Տանիքը կար։\r\nԴուռը՝ ոչ։"),
    ] {
        fill(&mut form, name, value);
    }
    let answer = send(&mut browser, NEW, &form).expect(303);
    let report = Value::Object(kept(app, sent(&answer)));
    assert_eq!(
        report["summary"],
        json!([{"text": "Տանիքը կար։\nԴուռը՝ ոչ։", "lang": "hy"}])
    );
    for empty in [
        "damages",
        "threats",
        "works",
        "sources",
        "hazards",
        "note_trusted",
    ] {
        assert!(report[empty].is_null(), "{empty}");
    }
    assert!(report["imagery"].is_null());
    let receipt = browser
        .get(answer.header("location").trim_end_matches("#taken"))
        .expect(200);
    let html = safe("the receipt", &receipt);
    assert!(html.text.contains("It has arrived."), "{}", html.text);
});

/// What would break out of any attribute and element, as a text that has faults wherever there are any.
const EVIL: &str = "\"><img src=x onerror=alert(1)>' <!--{{ 7 * 7 }}&amp;</textarea>";

/// A form with that in every field in which one writes, and the last choice of each list.
pub fn all_evil(form: &Fields, texts: &BTreeSet<String>) -> Fields {
    let filled = form.iter().map(|(name, value)| {
        let value = if texts.contains(name) { EVIL } else { value };
        (name.clone(), value.to_owned())
    });
    filled.collect()
}

/// The names of the fields in which one writes.
pub fn texts(html: &crate::pages::html::Html) -> BTreeSet<String> {
    let all = html.elements.iter().filter(|(element, attributes)| {
        let is_text = attributes.contains(&("type".to_owned(), "text".to_owned()));
        element == "textarea" || element == "input" && is_text
    });
    let names = all.map(|(_, attributes)| {
        let name = attributes.iter().find(|(name, _)| name == "name");
        name.unwrap().1.clone()
    });
    names.collect()
}

/// That a form came back with all that was sent in it, and leads from each fault to its field.
pub fn nothing_is_lost(at: &str, answer: &Answer, sent: &Fields) {
    let html = safe(at, answer);
    let shown = fields(&html);
    for (name, value) in sent {
        // The button that was pressed is not a field.
        if ["add", "do", "marks", "request_key", "version"].contains(&name.as_str()) {
            continue;
        }
        let is_there = shown.contains(&(name.clone(), value.clone()));
        assert!(is_there || value.is_empty(), "{at}: {name} = {value}");
    }
    let ids: BTreeSet<&str> = html.values("id").into_iter().collect();
    for href in html.values("href") {
        let part = href.strip_prefix('#').filter(|part| *part != "text");
        assert!(part.is_none_or(|part| ids.contains(part)), "{at}: {href}");
    }
    for element in ["img", "b"] {
        assert!(
            !html.elements.iter().any(|(name, _)| name == element),
            "{at}"
        );
    }
}

on_each_engine!(every_fault_is_at_its_field_and_nothing_is_lost, |app| {
    let people = People::of(app);
    let mut browser = Visitor::signed_in(app, &people.contributor);
    let mut form = form_at(&mut browser, NEW);
    fill_all(&mut form, &whole_report());
    let page = press(&mut browser, NEW, &form, ("add", "threats")).expect(200);
    let html = safe("a full form", &page);
    let evil = all_evil(&fields(&html), &texts(&html));
    let before = end(app);
    let answer = send(&mut browser, NEW, &evil).expect(422);
    assert_eq!(end(app), before, "nothing is written");
    nothing_is_lost("all wrong", &answer, &evil);
    let mut wrong = whole_report();
    wrong["site_id"] = json!("nowhere");
    fill_all(&mut form, &wrong);
    let contributor = app.bearer(&people.contributor);
    as_by_api(&mut browser, NEW, &form, wrong, |wrong| {
        post(&contributor, REPORTS, None, &feature(wrong))
    });
});

on_each_engine!(
    what_people_often_get_wrong_is_said_in_their_language_alone,
    |app| {
        let people = People::of(app);
        let mut browser = Visitor::signed_in(app, &people.contributor);
        for (lang, expected) in [
            (
                "hy",
                "դաշտը դատարկ է․ այն պետք է «Պատճառ» դաշտի պատասխանի պատճառով։",
            ),
            (
                "ru",
                "Похоже, имеется в виду 2020-10-08: напишите дату так.",
            ),
        ] {
            let new = format!("{NEW}?lang={lang}");
            let mut form = form_at(&mut browser, &new);
            for (name, value) in [
                ("site_id", "00000000-0000-4000-8000-000000000000"),
                ("damages.0.cause", "intentional"),
                ("damages.0.occurred", "8.10.2020"),
                ("imagery.url", "example.org"),
                ("imagery.resolution_m", "small"),
                ("sources.0.kind", "publication"),
            ] {
                fill(&mut form, name, value);
            }
            let answer = send(&mut browser, &new, &form).expect(422);
            let html = safe(&new, &answer);
            assert!(html.text.contains(expected), "{}", html.text);
            assert!(faults(&html).len() > 8, "{:?}", faults(&html));
            let english = html.elements.iter().filter(|(element, attributes)| {
                element == "span" && attributes.contains(&("lang".to_owned(), "en".to_owned()))
            });
            assert_eq!(english.count(), 0, "{lang}: {}", html.text);
        }
    }
);

/// That a form in which everything is wrong that `members` say tells the faults that the API tells of the same.
pub fn as_by_api(
    browser: &mut Visitor<'_>,
    path: &str,
    form: &Fields,
    mut members: Value,
    by_api: impl Fn(Value) -> Answer,
) {
    let mut said = Fields::new();
    fill_all(&mut said, &members);
    let page = press(browser, path, form, ("add", "sources"))
        .text()
        .to_owned();
    let texts = texts(&crate::pages::html::Html::read(&page));
    let texts = texts
        .into_iter()
        .filter(|name| said.iter().any(|(given, _)| given == name));
    let texts: BTreeSet<String> = texts
        .filter(|name| !name.starts_with("geometry."))
        .collect();
    let answer = send(browser, path, &all_evil(form, &texts)).expect(422);
    let html = safe(path, &answer);
    let told: BTreeSet<String> = faults(&html).into_iter().map(str::to_owned).collect();
    spoil(&mut members, "", &texts);
    let answer = by_api(members).expect(422);
    let places: BTreeSet<String> = answer
        .faults()
        .iter()
        .map(|fault| {
            let place = fault.split(": ").next().unwrap();
            place
                .strip_prefix("/properties/")
                .unwrap()
                .replace('/', ".")
        })
        .collect();
    assert!(places.len() > 1, "{places:?}");
    assert_eq!(told, places);
    for place in &told {
        let href = format!("#{place}");
        assert!(html.values("href").contains(&href.as_str()), "{place}");
    }
}

/// Puts the evil text wherever a text stands that the form lets people write.
pub fn spoil(value: &mut Value, name: &str, texts: &BTreeSet<String>) {
    let below = |step: String| {
        if name.is_empty() {
            step
        } else {
            format!("{name}.{step}")
        }
    };
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                spoil(value, &below(member.clone()), texts);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter_mut().enumerate() {
                spoil(item, &below(place.to_string()), texts);
            }
        }
        _ if texts.contains(name) => *value = EVIL.into(),
        _ => {}
    }
}

on_each_engine!(a_form_that_is_sent_twice_makes_one_report, |app| {
    let people = People::of(app);
    let site = app.given(a_site());
    let mut browser = Visitor::signed_in(app, &people.contributor);
    let mut form = form_at(&mut browser, &format!("{NEW}?site_id={site}"));
    for (name, value) in [
        ("access", "exterior"),
        ("condition", "good"),
        ("confidence", "certain"),
    ] {
        fill(&mut form, name, value);
    }
    let first = send(&mut browser, NEW, &form).expect(303);
    let before = end(app);
    let again = send(&mut browser, NEW, &form).expect(303);
    assert_eq!(sent(&again), sent(&first));
    assert_eq!(end(app), before);
    // Whoever goes back and writes something else is not told that it was taken.
    fill(&mut form, "summary.0.text", "Another sentence.");
    let other = send(&mut browser, NEW, &form).expect(409);
    assert_eq!(end(app), before);
    nothing_is_lost("sent before", &other, &form);
    let form_again = fields(&safe("sent before", &other));
    assert_ne!(
        value(&form_again, "request_key"),
        value(&form, "request_key")
    );
    let second = send(&mut browser, NEW, &form_again).expect(303);
    assert_ne!(sent(&second), sent(&first));
});

on_each_engine!(a_list_gets_a_row_more_and_nothing_is_sent, |app| {
    let people = People::of(app);
    let mut browser = Visitor::signed_in(app, &people.contributor);
    let mut form = form_at(&mut browser, NEW);
    fill_all(&mut form, &whole_report());
    let before = end(app);
    for (list, added) in [
        ("damages", "damages.2.type"),
        (
            "damages.1.attributions",
            "damages.1.attributions.1.actor_text",
        ),
        ("sources", "sources.1.kind"),
        ("summary", "summary.2.text"),
    ] {
        let answer = press(&mut browser, NEW, &form, ("add", list)).expect(200);
        nothing_is_lost(list, &answer, &form);
        let shown = fields(&safe(list, &answer));
        assert_eq!(value(&form, added), None, "{list}");
        assert_eq!(value(&shown, added), Some(""), "{list}");
    }
    for nowhere in ["nothing", "damages.9.note", "method", "damages..note", ""] {
        let status = press(&mut browser, NEW, &form, ("add", nowhere)).status;
        assert!([200, 303, 422].contains(&status), "{nowhere}: {status}");
    }
    assert_eq!(end(app), before);
});

/// What a body may say at the place of a field, as its schema has it.
fn choices(collection: Collection, name: &str) -> Vec<String> {
    let schema = Body::Create.schema(collection);
    let mut at = &schema["properties"]["properties"];
    for step in name.split('.') {
        at = match step.parse::<usize>() {
            Ok(_) => &at["items"],
            Err(_) => &at["properties"][step],
        };
    }
    let listed = match &at["enum"] {
        Value::Null => &at["items"]["enum"],
        listed => listed,
    };
    let listed = listed.as_array().into_iter().flatten();
    listed
        .filter_map(|id| Some(id.as_str()?.to_owned()))
        .collect()
}

on_each_engine!(what_is_offered_is_what_the_vocabularies_have, |app| {
    let people = People::of(app);
    let mut browser = Visitor::signed_in(app, &people.contributor);
    for (path, collection) in [
        (NEW, Collection::ConditionReports),
        ("/desk/sites/new", Collection::Sites),
    ] {
        let answer = browser.get(path).expect(200);
        let html = safe(path, &answer);
        let mut offered: Vec<(String, Vec<String>)> = Vec::new();
        for (element, attributes) in &html.elements {
            let of = |wanted: &str| {
                let found = attributes.iter().find(|(name, _)| name == wanted);
                found.map(|(_, value)| value.clone()).unwrap_or_default()
            };
            let is_button = ["radio", "checkbox"].contains(&of("type").as_str());
            match element.as_str() {
                "select" => offered.push((of("name"), vec![])),
                "option" if !of("value").is_empty() => {
                    offered.last_mut().unwrap().1.push(of("value"));
                }
                "input" if is_button => match offered.last_mut() {
                    Some((name, values)) if *name == of("name") => values.push(of("value")),
                    _ => offered.push((of("name"), vec![of("value")])),
                },
                _ => {}
            }
        }
        let mut checked = 0;
        for (name, values) in offered {
            let last = name.rsplit('.').next().unwrap();
            let is_other = ["lang", "src", "location_src", "public_region_code"].contains(&last);
            if is_other || values == ["true"] {
                continue;
            }
            assert_eq!(values, choices(collection, &name), "{name}");
            checked += 1;
        }
        assert!(checked > 15, "{path}: {checked}");
    }
});

on_each_engine!(whoever_may_not_submit_is_shown_no_form, |app| {
    let people = People::of(app);
    for path in [NEW, "/desk/sites/new", "/desk/submissions"] {
        let led = app.anonymous().get(path).expect(303);
        assert!(led.header("location").contains("/desk/sign-in"), "{path}");
        let mut researcher = Visitor::signed_in(app, &people.researcher);
        assert_eq!(researcher.get(path).status, 403, "{path}");
    }
    let reader = app.account(Role::Researcher, None);
    let mut browser = Visitor::signed_in(app, &reader);
    let mut contributor = Visitor::signed_in(app, &people.contributor);
    let form = form_at(&mut contributor, NEW);
    let token = crate::harness::form_token(browser.get("/desk").expect(200).text());
    let mut form = form;
    fill(&mut form, "form_token", &token);
    assert_eq!(send(&mut browser, NEW, &form).status, 403);
});

on_each_engine!(
    a_link_that_names_no_site_says_so_and_tells_no_hidden_one_from_none,
    |app| {
        let people = People::of(app);
        let hidden = app.given(a_site().restricted().with("public_listing", false));
        let mut browser = Visitor::signed_in(app, &people.contributor);
        let told = |browser: &mut Visitor<'_>, site: &str| {
            let at = format!("{NEW}?site_id={site}");
            let answer = browser.get(&at);
            let html = safe(&at, &answer);
            assert_eq!(value(&fields(&html), "site_id"), Some(site));
            let faults: Vec<String> = faults(&html).into_iter().map(str::to_owned).collect();
            let is_open = html.elements.iter().any(|(element, attributes)| {
                element == "details" && attributes.iter().any(|(name, _)| name == "open")
            });
            (
                answer.status,
                faults,
                html.text.replace(site, "ID"),
                is_open,
            )
        };
        let unknown = told(&mut browser, &app.new_id().to_string());
        assert_eq!(unknown, told(&mut browser, &hidden.to_string()));
        let (status, faults, text, is_open) = unknown;
        assert_eq!((status, faults), (404, vec!["site_id".to_owned()]));
        assert!(
            is_open && text.contains("There is no such site here."),
            "{text}"
        );
        let (status, faults, ..) = told(&mut browser, "nowhere");
        assert_eq!((status, faults), (404, vec!["site_id".to_owned()]));
        let mut reviewer = Visitor::signed_in(app, &people.reviewer);
        let (status, faults, ..) = told(&mut reviewer, &hidden.to_string());
        assert_eq!((status, faults.len()), (200, 0));
        // A proposal of their own may be reported on.
        let own = app.put_site_as(State::Proposed, people.own, a_site());
        let (status, faults, ..) = told(&mut browser, &own.to_string());
        assert_eq!((status, faults.len()), (200, 0));
    }
);
