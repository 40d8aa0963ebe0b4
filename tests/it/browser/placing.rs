//! Placing a site on a map while it is proposed: by a click, by keyboard, and back from what stands in the fields.

use super::work::sign_in;
use super::{Registry, drawn, expect_quiet};
use crate::harness::browser::Browser;

/// The form in which a site is proposed, with its map open.
pub(super) fn open(registry: &Registry) -> Browser {
    let organization = registry.json("/collections/organizations/items?limit=1");
    let organization = organization["features"][0]["id"].as_str().unwrap();
    let token = registry.member(organization, "contributor");
    let browser = Browser::open(1280, 1000, "en");
    browser.go(&registry.at("/desk/sites/new"));
    sign_in(&browser, &token);
    let button = "[data-place] + button";
    browser.wait(&format!("return document.querySelector('{button}')"));
    browser.click(button);
    drawn(&browser);
    browser.wait("return document.querySelector('#place + .buttons button')");
    browser
}

fn value(browser: &Browser, name: &str) -> String {
    let read = format!("return document.querySelector('[name=\"{name}\"]').value");
    browser.run(&read).as_str().unwrap().to_owned()
}

/// What the fields say of the position.
fn position(browser: &Browser) -> [f64; 2] {
    ["geometry.lon", "geometry.lat"].map(|name| value(browser, name).parse().unwrap())
}

#[test]
fn a_click_on_the_map_is_written_into_the_fields() {
    let registry = Registry::start();
    let browser = open(&registry);
    browser.run("window.atlas.jumpTo({ center: [46.53, 40.05], zoom: 11 })");
    drawn(&browser);
    let at = browser.run(
        "const box = window.atlas.getCanvas().getBoundingClientRect(); \
         const { x, y } = window.atlas.project([46.6, 40.07]); return [box.x + x, box.y + y]",
    );
    browser.click_at(at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
    browser.wait("return document.querySelector('[name=\"geometry.lat\"]').value");
    let [lon, lat] = position(&browser);
    assert!((lon - 46.6).abs() < 0.001, "{lon}");
    assert!((lat - 40.07).abs() < 0.001, "{lat}");
    // Our map is a light one, and so is what is read from it.
    assert_eq!(value(&browser, "location_accuracy_m"), "1000");
    assert_eq!(value(&browser, "location_method"), "map");
    // What a position is right to is shown around it.
    browser.wait("return window.atlas.queryRenderedFeatures({ layers: ['accuracy'] }).length > 0");
    expect_quiet(&browser, &registry);
}

#[test]
fn keys_alone_place_a_site_and_that_is_kept_as_if_it_were_typed() {
    let registry = Registry::start();
    let browser = open(&registry);
    let id = registry.site("Gandzasar");
    let site = registry.json(&format!("/collections/sites/items/{id}"));
    let [lon, lat] = [0, 1].map(|axis| site["geometry"]["coordinates"][axis].as_f64().unwrap());
    let kept = |text: &str| {
        browser.wait(&format!(
            "return Object.values(localStorage).some(one => one.includes({text:?}))"
        ));
    };
    browser.fill("[name='names.0.text']", "Gandzasar");
    kept("Gandzasar");
    browser.run(&format!(
        "window.atlas.jumpTo({{ center: [{lon}, {lat}], zoom: 13 }}); window.atlas.getCanvas().focus()"
    ));
    drawn(&browser);
    let at_first = browser.run("return window.atlas.getCenter().lng");
    browser.press(&['\u{e014}']);
    browser.wait(&format!(
        "return window.atlas.getCenter().lng > {at_first} && !window.atlas.isMoving()"
    ));
    browser.run("document.querySelector('#place + .buttons button').focus()");
    browser.press(&['\u{e007}']);
    let [east, north] = position(&browser);
    let middle = browser
        .run("return window.atlas.getCenter().lng")
        .as_f64()
        .unwrap();
    assert!(
        (east - middle).abs() < 0.001 && east > lon,
        "{east} {middle} {lon}"
    );
    assert!((north - lat).abs() < 0.001, "{north}");
    kept(&value(&browser, "geometry.lat"));
    expect_quiet(&browser, &registry);
}

#[test]
fn the_map_follows_the_fields() {
    let registry = Registry::start();
    let browser = open(&registry);
    let marker = "document.querySelector('#place .maplibregl-marker')";
    assert_eq!(
        browser.run(&format!("return {marker}")),
        serde_json::Value::Null
    );
    browser.fill("[name='geometry.lat']", "39.76");
    browser.fill("[name='geometry.lon']", "46.75");
    browser.wait(&format!("return {marker}"));
    browser.fill("[name='location_accuracy_m']", "25");
    // What somebody wrote is not written over by a press on the map.
    browser.run("document.querySelector('#place + .buttons button').click()");
    assert_eq!(value(&browser, "location_accuracy_m"), "25");
    // What is no place on the earth is left to whoever reads the form.
    browser.run(
        "const field = document.querySelector('[name=\"geometry.lat\"]'); \
         field.value = '397'; field.dispatchEvent(new Event('input', { bubbles: true }))",
    );
    browser.wait(&format!("return !{marker}"));
    // A position that is written in another way is read when it is sent, and is not guessed at here.
    browser.run(
        "const field = document.querySelector('[name=\"geometry.lat\"]'); \
         field.value = \"39°45'36\\\"\"; field.dispatchEvent(new Event('input', { bubbles: true }))",
    );
    browser.wait(&format!("return !{marker}"));
    expect_quiet(&browser, &registry);
}

#[test]
fn what_was_said_of_another_point_is_not_said_of_this_one() {
    let registry = Registry::start();
    let browser = open(&registry);
    // As a phone fills it in, or the record that is changed.
    browser.run(
        "for (const [name, value] of [['geometry.lat', '39.76'], ['geometry.lon', '46.75'], \
             ['location_accuracy_m', '5'], ['location_method', 'gnss_phone']]) \
             document.querySelector(`[name=\"${name}\"]`).value = value; \
         document.querySelector('form.record').dispatchEvent(new Event('input'))",
    );
    browser.run("window.atlas.jumpTo({ center: [46.6, 40.07], zoom: 11 })");
    drawn(&browser);
    browser.run("document.querySelector('#place + .buttons button').click()");
    let [lon, _] = position(&browser);
    assert!((lon - 46.6).abs() < 0.001, "{lon}");
    assert_eq!(value(&browser, "location_accuracy_m"), "1000");
    assert_eq!(value(&browser, "location_method"), "map");
    expect_quiet(&browser, &registry);
}
