//! The pages for work, from signing in to what the public reads of it, in the browser of somebody who was told nothing.

use super::{Registry, expect_quiet};
use crate::harness::Engine;
use crate::harness::browser::{Browser, Effort};

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const SPACE: char = ' ';
const DOWN: char = '\u{e015}';

/// What sends a form.
const SEND: &str = "form.record .send button[value=send]";

/// Signs in where it is asked for a token.
pub(super) fn sign_in(browser: &Browser, token: &str) {
    browser.wait("return document.querySelector('#token')");
    browser.paste("#token", token);
    browser.press(&[ENTER]);
    browser.wait("return !document.querySelector('#token')");
}

/// Goes with the tabulator to what a selector finds.
fn tab_to(browser: &Browser, selector: &str) {
    for _ in 0..80 {
        browser.press(&[TAB]);
        let is_there = format!("return document.activeElement?.matches({selector:?}) ?? false");
        if browser.run(&is_there) == true {
            return;
        }
    }
    panic!("{selector} is never reached at {}", browser.url());
}

fn is_at(browser: &Browser, start: &str) {
    browser.wait(&format!(
        "return location.pathname.startsWith({start:?}) && document.readyState === 'complete'"
    ));
}

/// Decides by keyboard: the arrows choose among the decisions.
fn decide(browser: &Browser, decision: &str) {
    let name = "input[name=decision]";
    browser.wait(&format!(
        "return document.querySelector('{name}[value={decision}]')"
    ));
    tab_to(browser, name);
    browser.press(&[SPACE]);
    for _ in 0..8 {
        if browser.run(&format!(
            "return document.querySelector('{name}:checked')?.value"
        )) == decision
        {
            break;
        }
        browser.press(&[DOWN]);
    }
    browser.press(&[ENTER]);
    browser.wait(&format!("return document.readyState === 'complete' && !document.querySelector('{name}[value={decision}]')"));
}

/// How many words of the form of the page somebody sees, who opens nothing that is folded away.
fn words(browser: &Browser) -> usize {
    let seen = browser.run(
        "const words = (text) => text.split(/\\s+/).filter(Boolean).length; \
         const form = document.querySelector('form.record'); \
         const unread = [...form.querySelectorAll('select')].map((list) => words(list.innerText)); \
         return words(form.innerText) - unread.reduce((sum, one) => sum + one, 0)",
    );
    usize::try_from(seen.as_u64().unwrap()).unwrap()
}

/// How long somebody takes for what they did, who never saw these pages, with a finger on a phone, by the times of the
/// keystroke-level model (Card, Moran and Newell, 1980): to think of what to do next, to point, to press; a character of
/// theirs is a slow one. They read every word (238 a minute, Brysbaert 2019), and wait two seconds for each page.
fn milliseconds(effort: Effort, words: usize, pages: usize) -> usize {
    let acts = effort.presses * (1350 + 1100 + 200) + effort.characters * 500;
    acts + words * 60_000 / 238 + pages * 2000
}

/// Chooses what a report has to say, and sends it.
fn choose_and_send(browser: &Browser) {
    for (name, value) in [
        ("access", "exterior"),
        ("condition", "fair"),
        ("confidence", "certain"),
    ] {
        browser.click(&format!("input[name={name}][value={value}]"));
    }
    browser.click(SEND);
}

/// Two organizations: nobody publishes what their own submitted.
fn organizations(registry: &Registry) -> [String; 2] {
    let found = registry.json("/collections/organizations/items?limit=2");
    [0, 1].map(|place| found["features"][place]["id"].as_str().unwrap().to_owned())
}

fn a_report_goes_from_the_page_of_its_site_to_the_public(engine: Engine) {
    let registry = Registry::on(engine, |_| ());
    let [ours, theirs] = organizations(&registry);
    let (field, reviewer) = (
        registry.member(&ours, "contributor"),
        registry.member(&theirs, "reviewer"),
    );
    let site = registry.site("Gandzasar");
    let page = format!("/collections/sites/items/{site}");

    // On a phone, from the page of the site.
    let browser = Browser::open(390, 844, "en");
    browser.go(&registry.at(&page));
    browser.click("main a.button");
    sign_in(&browser, &field);
    is_at(&browser, "/desk/reports/new");
    assert_eq!(browser.faults(), [""; 0]);
    let words = words(&browser);
    // Whatever a browser holds back by itself, the server tells of it as well.
    browser.run("document.querySelector('form.record').noValidate = true");
    browser.fill(
        "[name='summary.0.text']",
        "The dome was whole; the west wall has a crack.",
    );
    browser.click(SEND);
    browser.wait("return document.querySelectorAll('[aria-invalid=true]').length > 0");
    let faults = browser.text("#faults");
    assert!(
        faults.contains("Condition") && faults.contains("How sure"),
        "{faults}"
    );
    assert_eq!(
        browser.run("return document.querySelector('[name=\"summary.0.text\"]').value.slice(0, 8)"),
        "The dome"
    );
    assert_eq!(browser.faults(), [""; 0]);

    choose_and_send(&browser);
    browser.wait("return location.pathname.startsWith('/desk/submissions/reports/')");
    let taken = milliseconds(browser.effort(), words, 5);
    assert!(taken < 120_000, "a report takes about {taken} ms");
    assert!(browser.text("main").contains("Gandzasar"));
    // That the form was refused is all that the console tells.
    let said = browser.console();
    assert!(said.len() == 1 && said[0].contains("422"), "{said:#?}");
    let report = browser.url();
    let report = report
        .rsplit('/')
        .next()
        .unwrap()
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    expect_quiet(&browser, &registry);

    // The reviewer, by keyboard alone.
    let other = Browser::open(1280, 1000, "en");
    other.go(&registry.at("/desk/queue"));
    sign_in(&other, &reviewer);
    is_at(&other, "/desk/queue");
    let link = format!("main a[href*='{report}']");
    tab_to(&other, &link);
    other.press(&[ENTER]);
    is_at(&other, "/desk/review/");
    assert!(other.text("main").contains("The dome was whole"));
    assert_eq!(other.faults(), [""; 0]);
    for decision in ["in_review", "published"] {
        decide(&other, decision);
    }
    expect_quiet(&other, &registry);

    let published = registry.json(&format!("/collections/condition-reports/items/{report}"));
    assert_eq!(published["properties"]["condition"], "fair");
    let site = registry.json(&page);
    assert_eq!(site["properties"]["condition"], "fair");
}

#[test]
fn a_report_goes_from_the_page_of_its_site_to_the_public_on_sqlite() {
    a_report_goes_from_the_page_of_its_site_to_the_public(Engine::Sqlite);
}

#[test]
fn a_report_goes_from_the_page_of_its_site_to_the_public_on_postgres() {
    a_report_goes_from_the_page_of_its_site_to_the_public(Engine::Postgres);
}

#[test]
fn what_is_typed_outlives_the_session_and_the_browser() {
    let registry = Registry::start();
    let [ours, _] = organizations(&registry);
    let token = registry.member(&ours, "contributor");
    let form = format!("/desk/reports/new?site_id={}", registry.site("Gandzasar"));
    let browser = Browser::open(390, 844, "en");
    browser.go(&registry.at(&form));
    sign_in(&browser, &token);
    is_at(&browser, "/desk/reports/new");
    let text = "[name='summary.0.text']";
    let typed =
        format!("return document.querySelector({text:?}).value.includes('a crack in the west')");
    browser.fill(text, "There is a crack in the west wall.");
    // The page is closed, and opened again another day.
    browser.go(&registry.at("/"));
    browser.go(&registry.at(&form));
    browser.wait("return document.readyState === 'complete'");
    browser.wait("return document.querySelector('form.record [role=status] button')");
    browser.click("form.record [role=status] button");
    browser.wait(&typed);
    // The session ends meanwhile.
    browser.cdp("Network.clearBrowserCookies", serde_json::json!({}));
    browser.run("document.querySelector('form.record').noValidate = true");
    browser.click(SEND);
    sign_in(&browser, &token);
    browser.wait(&typed);
    // It goes on where it was left.
    choose_and_send(&browser);
    is_at(&browser, "/desk/submissions/reports/");
    // That the form was refused is all that the console tells.
    let said = browser.console();
    assert!(said.len() == 1 && said[0].contains("401"), "{said:#?}");
    expect_quiet(&browser, &registry);
}

/// A report that waits for a reviewer.
fn submitted(registry: &Registry, site: &str) -> String {
    let report = serde_json::json!({
        "type": "Feature",
        "geometry": null,
        "properties": {
            "site_id": site, "observed_on": "2026-11-20", "method": "field_visit",
            "access": "exterior", "condition": "fair", "confidence": "certain",
        },
    });
    let report = registry.post("/collections/condition-reports/items", &report);
    report["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_decision_that_is_not_carried_out_leads_to_its_field_and_loses_nothing() {
    let registry = Registry::start();
    let [_, theirs] = organizations(&registry);
    let token = registry.member(&theirs, "reviewer");
    let page = registry.at(&format!(
        "/desk/review/condition-reports/{}",
        submitted(&registry, &registry.site("Gandzasar"))
    ));
    let browser = Browser::open(390, 844, "en");
    browser.go(&page);
    sign_in(&browser, &token);
    decide(&browser, "in_review");
    browser.wait("return document.querySelector('input[name=decision][value=rejected]')");
    browser.click("input[name=decision][value=rejected]");
    browser.fill("[name=message]", "It shows another wall.");
    browser.click("button[accesskey=s]");
    browser.wait("return document.querySelector('#reason[aria-invalid=true]')");
    let is_kept = || {
        browser.run("return document.querySelector('[name=message]').value")
            == "It shows another wall."
    };
    assert!(is_kept());
    let chosen = "return document.querySelector('input[name=decision]:checked').value";
    assert_eq!(browser.run(chosen), "rejected");
    browser.click(".summary a");
    browser.wait("return document.activeElement.id === 'reason'");
    assert_eq!(browser.faults(), [""; 0]);

    // Somebody is faster.
    let other = Browser::open(1280, 1000, "en");
    other.go(&page);
    sign_in(&other, &token);
    decide(&other, "published");
    browser.choose("reason", "no_evidence");
    browser.click("button[accesskey=s]");
    browser.wait("return document.querySelector('.summary')?.innerText.includes('Somebody')");
    assert!(is_kept());
    let said = browser.console();
    let is_told = |status: &str| said.iter().any(|one| one.contains(status));
    assert!(
        said.len() == 2 && is_told("422") && is_told("412"),
        "{said:#?}"
    );
}

#[test]
fn on_a_phone_what_was_stands_above_what_is() {
    let registry = Registry::start();
    let [_, theirs] = organizations(&registry);
    let token = registry.member(&theirs, "reviewer");
    let found = registry.json("/collections/sites/items?limit=1&condition=poor");
    let site = found["features"][0]["id"].as_str().unwrap();
    let report = submitted(&registry, site);
    let browser = Browser::open(390, 844, "en");
    browser.go(&registry.at(&format!("/desk/review/condition-reports/{report}")));
    sign_in(&browser, &token);
    is_at(&browser, "/desk/review/");
    let wrong = browser.run(
        "const rows = [...document.querySelectorAll('table.compared tbody tr')]; \
         const beside = rows.filter((row) => { \
             const [was, is] = [...row.querySelectorAll('td')].map((cell) => cell.getBoundingClientRect()); \
             return was.bottom > is.top || is.right > innerWidth; \
         }); \
         return [rows.length > 1, beside.length, document.documentElement.scrollWidth > innerWidth]",
    );
    assert_eq!(wrong, serde_json::json!([true, 0, false]));
    assert_eq!(browser.faults(), [""; 0]);
    expect_quiet(&browser, &registry);
}

#[test]
fn while_a_site_is_typed_those_that_may_be_the_same_appear() {
    let registry = Registry::start();
    let [ours, _] = organizations(&registry);
    let token = registry.member(&ours, "contributor");
    let browser = Browser::open(390, 844, "en");
    browser.go(&registry.at("/desk/sites/new"));
    sign_in(&browser, &token);
    is_at(&browser, "/desk/sites/new");
    // In the part of the form that somebody is in, who typed what they were found by.
    let is_shown = |field: &str, text: &str| {
        browser.wait(&format!(
            "const found = document.querySelectorAll('[aria-live=polite] .likely'); \
             return found.length === 1 && found[0].innerText.includes({text:?}) \
                 && found[0].closest('.part').contains(document.querySelector('[name=\"{field}\"]'))"
        ));
    };
    // A name is enough.
    browser.fill("[name='names.0.text']", "Gandzasar");
    is_shown("names.0.text", "Gandzasar");
    assert_eq!(browser.faults(), [""; 0]);
    // Where it is said to be, nothing has that name.
    browser.fill("[name='geometry.lat']", "39.1");
    browser.fill("[name='geometry.lon']", "46.9");
    is_shown("geometry.lat", "None was found");
    expect_quiet(&browser, &registry);
}

#[test]
fn axe_finds_no_fault_in_the_pages_for_work() {
    let registry = Registry::start();
    let browser = Browser::open(390, 844, "en");
    browser.go(&registry.at("/desk"));
    let mut faults = browser.faults();
    sign_in(&browser, crate::harness::TOKEN);
    let site = registry.site("Gandzasar");
    let edit = format!("/desk/sites/{site}/edit?lang=ru");
    let [organization, _] = organizations(&registry);
    let edit_organization = format!("/desk/organizations/{organization}/edit?lang=fr");
    for path in [
        "/desk",
        "/desk/queue?lang=hy",
        "/desk/accounts",
        "/desk/submissions",
        "/desk/sites/new?lang=az",
        &edit,
        "/desk/organizations/new?lang=hy",
        &edit_organization,
    ] {
        browser.go(&registry.at(path));
        faults.extend(
            browser
                .faults()
                .into_iter()
                .map(|fault| format!("{path}: {fault}")),
        );
    }
    assert!(faults.is_empty(), "{faults:#?}");
    expect_quiet(&browser, &registry);
}
