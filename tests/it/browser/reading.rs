//! Pages as people read them: by keyboard, without a script, with little of a line, and with the help of machines.

use super::{Registry, drawn, expect_quiet};
use crate::harness::browser::Browser;

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';

#[test]
fn the_keyboard_alone_finds_a_site_and_opens_it() {
    let registry = Registry::start();
    let browser = Browser::open(1280, 1000, "en");
    registry.map(&browser, "/");
    let focus = |selector: &str| {
        for _ in 0..40 {
            browser.press(&[TAB]);
            let is_there = format!("return document.activeElement?.matches({selector:?}) ?? false");
            if browser.run(&is_there) == true {
                return;
            }
        }
        panic!("{selector} is never reached");
    };
    focus("#ask input[name=q]");
    for letter in "gandzasar".chars() {
        browser.press(&[letter]);
    }
    browser.press(&[ENTER]);
    browser.wait("return location.search.includes('gandzasar')");
    browser.wait("return document.querySelector('#found li a')?.innerText.includes('Gandzasar')");
    focus("#found li a");
    // The map points at it.
    browser.wait("return document.querySelector('.maplibregl-marker.here') !== null");
    browser.press(&[ENTER]);
    browser.wait("return location.pathname.startsWith('/collections/sites/items/')");
    assert!(browser.text("h1").contains("Gandzasar"));
    expect_quiet(&browser, &registry);
}

#[test]
fn without_a_script_the_form_and_the_list_do_the_same() {
    let registry = Registry::start();
    let browser = Browser::open(1280, 1000, "en");
    browser.cdp(
        "Emulation.setScriptExecutionDisabled",
        serde_json::json!({ "value": true }),
    );
    browser.go(&registry.at("/"));
    browser.fill("#ask input[name=q]", "gandzasar");
    browser.click("#ask button[type=submit]");
    browser.wait(
        "return location.search.includes('q=gandzasar') && document.readyState === 'complete'",
    );
    assert!(browser.text("#found").contains("Gandzasar"));
    assert!(browser.text("#map").contains("Without a script"));
    browser.click("#found li a");
    browser
        .wait("return location.pathname.includes('/items/') && document.readyState === 'complete'");
    assert!(browser.text("h1").contains("Gandzasar"));
    expect_quiet(&browser, &registry);
}

#[test]
fn axe_finds_no_fault() {
    let registry = Registry::start();
    let browser = Browser::open(1280, 1000, "en");
    let of = |collection: &str| {
        let found = registry.json(&format!("/collections/{collection}/items?limit=1"));
        format!(
            "/collections/{collection}/items/{}",
            found["features"][0]["id"].as_str().unwrap()
        )
    };
    let gandzasar = format!("/collections/sites/items/{}", registry.site("Gandzasar"));
    let paths = [
        "/?lang=hy".to_owned(),
        "/?condition=poor&lang=az#map=12/39.76/46.75".to_owned(),
        "/collections/sites/items".to_owned(),
        "/collections/sites/items?condition=nonsense".to_owned(),
        gandzasar,
        of("condition-reports"),
        of("organizations"),
        of("regions"),
        "/statistics?lang=ru".to_owned(),
        "/vocabularies/site_type?lang=fr".to_owned(),
        "/changes".to_owned(),
        "/collections".to_owned(),
        "/api?f=html".to_owned(),
    ];
    let mut faults = Vec::new();
    for path in &paths {
        browser.go(&registry.at(path));
        if path.starts_with("/?") {
            drawn(&browser);
        }
        faults.extend(
            browser
                .faults()
                .into_iter()
                .map(|fault| format!("{path}: {fault}")),
        );
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
