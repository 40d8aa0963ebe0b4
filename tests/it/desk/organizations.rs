//! The form of an organization: it makes what the API makes, for those who may, and is found where one looks for it.

use heritage_registry::domain::Collection;
use serde_json::{Value, json};
use uuid::Uuid;

use super::filled::{fields, fill, fill_all, form_at, press, send};
use super::reporting::{all_evil, as_by_api, kept, nothing_is_lost, texts};
use crate::harness::writing::{address, end, feature, post};
use crate::harness::{Answer, People, TOKEN, Visitor};
use crate::pages::safe;

const NEW: &str = "/desk/organizations/new";
const LIST: &str = "/collections/organizations/items";

fn edit_of(organization: Uuid) -> String {
    format!("/desk/organizations/{organization}/edit")
}

/// An organization that says all that one can say.
fn whole_organization() -> Value {
    json!({
        "names": [{"text": "The Keepers", "lang": "en"}, {"text": "Пахапаннер", "lang": "ru"}],
        "kind": "ngo",
        "description": [{"text": "Looks after bridges.", "lang": "en"}],
        "url": "https://example.org/keepers",
        "languages": ["hy", "az"],
        "status": "inactive",
        "geometry": {"type": "Point", "coordinates": [44.5126, 40.1777]},
        "listed": true,
        "show_as_contributor": true,
        "identifiers": [{"scheme": "wikidata", "value": "Q42"}],
        "sources": [{"key": "s1", "kind": "web", "title": [{"text": "Its page", "lang": "en"}], "url": "https://example.org"}],
        "src": ["s1"],
        "contact": {"email": "office@example.org", "phone": "+374 1"},
        "note_internal": "Met in 2025.",
    })
}

/// The organization to whose page an answer leads.
fn made(answer: &Answer) -> Uuid {
    let at = answer.header("location").strip_suffix("#taken").unwrap();
    at.strip_prefix(&format!("{LIST}/"))
        .unwrap()
        .parse()
        .unwrap()
}

on_each_engine!(an_organization_by_form_is_the_one_by_api, |app| {
    let mut browser = Visitor::signed_in(app, TOKEN);
    let mut form = form_at(&mut browser, NEW);
    form.retain(|(name, _)| !name.starts_with("sources."));
    fill_all(&mut form, &whole_organization());
    let before = end(app);
    let answer = press(&mut browser, NEW, &form, ("do", "send")).expect(303);
    assert_eq!(app.parts.store.changes(before, 10).unwrap().len(), 1);
    let by_form = Collection::Organizations.record(made(&answer));
    let answer = post(&app.admin(), LIST, None, &feature(whole_organization())).expect(201);
    let by_api = answer.json()["id"].as_str().unwrap().parse().unwrap();
    let by_api = Collection::Organizations.record(by_api);
    assert_eq!(kept(app, by_form), kept(app, by_api));
    // Sent again, it makes no other.
    let before = end(app);
    press(&mut browser, NEW, &form, ("do", "send")).expect(303);
    assert_eq!(end(app), before);
});

on_each_engine!(faults_of_an_organization_are_at_their_fields, |app| {
    let mut browser = Visitor::signed_in(app, TOKEN);
    let mut form = form_at(&mut browser, NEW);
    form.retain(|(name, _)| !name.starts_with("sources."));
    fill_all(&mut form, &whole_organization());
    let page = press(&mut browser, NEW, &form, ("add", "names")).expect(200);
    let html = safe("a full form", &page);
    let evil = all_evil(&fields(&html), &texts(&html));
    let before = end(app);
    let answer = send(&mut browser, NEW, &evil).expect(422);
    nothing_is_lost("all wrong", &answer, &evil);
    as_by_api(&mut browser, NEW, &form, whole_organization(), |wrong| {
        post(&app.admin(), LIST, None, &feature(wrong))
    });
    assert_eq!(end(app), before);
});

on_each_engine!(
    of_an_organization_what_is_changed_is_sent_and_the_rest_stays,
    |app| {
        let answer = post(&app.admin(), LIST, None, &feature(whole_organization())).expect(201);
        let id: Uuid = answer.json()["id"].as_str().unwrap().parse().unwrap();
        let record = Collection::Organizations.record(id);
        let mut browser = Visitor::signed_in(app, TOKEN);
        let before = Value::Object(kept(app, record));
        let mut form = form_at(&mut browser, &edit_of(id));
        send(&mut browser, &edit_of(id), &form).expect(303);
        assert_eq!(Value::Object(kept(app, record)), before);
        let form_again = form_at(&mut browser, &edit_of(id));
        assert_ne!(form, form_again, "another version");
        form = form_again;
        form.retain(|(name, value)| !(name == "languages" && value == "az") && name != "listed");
        fill(&mut form, "names.0.text", "The Bridge Keepers");
        let answer = send(&mut browser, &edit_of(id), &form).expect(303);
        assert_eq!(made(&answer), id);
        let mut expected = before;
        expected["names"][0]["text"] = json!("The Bridge Keepers");
        expected["languages"] = json!(["hy"]);
        expected["listed"] = json!(false);
        // What is shown to nobody was not in the form, and stays.
        assert_eq!(Value::Object(kept(app, record)), expected);
        app.anonymous()
            .get(&address("organizations", id))
            .expect(410);
    }
);

on_each_engine!(
    the_form_of_an_organization_is_a_link_away_for_those_who_may,
    |app| {
        let people = People::of(app);
        let page = address("organizations", people.own);
        let edit = edit_of(people.own);
        let leads_to = |browser: &mut Visitor<'_>, from: &str, to: &str| {
            let answer = browser.get(from).expect(200);
            let html = safe(from, &answer);
            html.values("href").contains(&to)
        };
        let links = [("/desk", NEW), (LIST, NEW), (page.as_str(), edit.as_str())];
        let mut admin = Visitor::signed_in(app, TOKEN);
        for (from, to) in links {
            assert!(leads_to(&mut admin, from, to), "{from}");
        }
        for (who, token) in people.all() {
            if token == TOKEN {
                continue;
            }
            let mut browser = Visitor::signed_in(app, token);
            let form = form_at(&mut admin, NEW);
            for (from, to) in links {
                assert!(!leads_to(&mut browser, from, to), "{who} {from}");
                browser.get(to).expect(403);
            }
            let token = crate::harness::form_token(browser.get("/desk").expect(200).text());
            let mut form = form;
            fill(&mut form, "form_token", &token);
            send(&mut browser, NEW, &form).expect(403);
            send(&mut browser, &edit, &form).expect(403);
        }
    }
);
