//! The map: what it shows is what the list and the API say, and its address says all of it.

use serde_json::{Value, json};

use super::{Registry, drawn, expect_quiet};
use crate::harness::browser::Browser;
use crate::harness::{App, Engine, a_site};

const END: char = '\u{e010}';
const HOME: char = '\u{e011}';
const LEFT: char = '\u{e012}';

/// How many sites the map shows, those in clusters included, each once.
const SHOWN: &str = "const all = new Map(window.atlas.queryRenderedFeatures({ layers: ['clusters', 'site-signs'] }) \
    .map(one => [one.id, one.properties.point_count ?? 1])); \
    return [...all.values()].reduce((sum, one) => sum + one, 0)";

fn shown(browser: &Browser) -> i64 {
    drawn(browser);
    browser.run(SHOWN).as_i64().unwrap()
}

/// Goes to a place of the map, and waits.
fn jump(browser: &Browser, lon: f64, lat: f64, zoom: f64) {
    browser.run(&format!(
        "window.atlas.jumpTo({{ center: [{lon}, {lat}], zoom: {zoom} }})"
    ));
    drawn(browser);
}

#[test]
fn it_shows_the_sites_that_the_form_asks_for_and_so_does_the_list() {
    let registry = Registry::start();
    let browser = Browser::open(1280, 1000, "en");
    registry.map(&browser, "/");
    assert_eq!(shown(&browser), registry.located(""));

    browser.click("#ask summary");
    browser.choose("condition", "destroyed");
    browser.wait("return new URLSearchParams(location.search).get('condition') === 'destroyed'");
    let destroyed = registry.located("condition=destroyed");
    assert!(0 < destroyed && destroyed < registry.located(""));
    browser.wait(&format!(
        "return ({}) === {destroyed}",
        in_parentheses(SHOWN)
    ));
    let all = registry.json("/collections/sites/items?resultType=hits&condition=destroyed");
    let found = browser.text("#found .found");
    assert!(
        found.starts_with(&all["numberMatched"].to_string()),
        "{found}"
    );

    // Back to what was asked before.
    browser.run("history.back()");
    browser.wait("return !location.search.includes('destroyed') && window.atlas?.loaded()");
    assert_eq!(shown(&browser), registry.located(""));
    expect_quiet(&browser, &registry);
}

fn in_parentheses(script: &str) -> String {
    format!("(() => {{ {script} }})()")
}

#[test]
fn clusters_add_up_at_every_zoom_and_come_apart() {
    let registry = Registry::start();
    let browser = Browser::open(1600, 1200, "en");
    registry.map(&browser, "/");
    let all = registry.located("");
    for zoom in [5.0, 6.0, 7.0, 7.4] {
        jump(&browser, 46.7, 39.75, zoom);
        assert_eq!(shown(&browser), all, "at zoom {zoom}");
    }
    // Close by, each site stands for itself.
    jump(&browser, 46.749, 39.759, 13.5);
    let clusters =
        browser.run("return window.atlas.queryRenderedFeatures({ layers: ['clusters'] }).length");
    assert_eq!(clusters, 0);
    assert!(shown(&browser) > 10);

    // Whoever clicks on a cluster comes closer to it.
    jump(&browser, 46.749, 39.759, 8.0);
    let at = browser.run(
        "const [one] = window.atlas.queryRenderedFeatures({ layers: ['clusters'] }); \
         const { x, y } = window.atlas.project(one.geometry.coordinates); \
         const box = window.atlas.getCanvas().getBoundingClientRect(); \
         return [box.x + x, box.y + y]",
    );
    browser.click_at(at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
    browser.wait("return window.atlas.getZoom() > 9.9");
    expect_quiet(&browser, &registry);
}

#[test]
fn a_click_opens_the_page_of_the_site() {
    let registry = Registry::start();
    let browser = Browser::open(1280, 1000, "en");
    let id = registry.site("Gandzasar");
    let site = registry.json(&format!("/collections/sites/items/{id}"));
    let [lon, lat] = [0, 1].map(|axis| site["geometry"]["coordinates"][axis].as_f64().unwrap());
    registry.map(&browser, &format!("/#map=15/{lat}/{lon}"));
    // Its name stands beside its sign, as large as that is here.
    browser.wait(
        "return window.atlas.queryRenderedFeatures({ layers: ['site-names'] }) \
         .some(one => one.properties.label.includes('Gandzasar'))",
    );
    let middle = browser.run(
        "const box = window.atlas.getCanvas().getBoundingClientRect(); \
         return [box.x + box.width / 2, box.y + box.height / 2]",
    );
    browser.click_at(middle[0].as_f64().unwrap(), middle[1].as_f64().unwrap());
    browser.wait("return document.querySelector('.maplibregl-popup .about a')");
    assert!(
        browser
            .text(".maplibregl-popup .about")
            .contains("Monastery")
    );
    browser.click(".maplibregl-popup .about a");
    browser.wait(&format!("return location.pathname.endsWith('{id}')"));
    assert_eq!(
        browser.text("h1"),
        site["properties"]["label"].as_str().unwrap()
    );
    expect_quiet(&browser, &registry);
}

#[test]
fn where_a_site_is_clicked_on_its_date_is_said_in_words_as_in_the_list() {
    let registry = Registry::start();
    let browser = Browser::open(1280, 1000, "en");
    let sites = registry.json("/collections/sites/items?located=true&limit=1000");
    let is_spanning = |site: &&Value| {
        let observed = site["properties"]["condition_observed_on"].as_str();
        site["geometry"]["type"] == "Point" && observed.is_some_and(|on| on.contains('/'))
    };
    let sites = sites["features"].as_array().unwrap();
    // The last, so that the list, which begins with the first, does not have it.
    let site = sites.iter().rfind(is_spanning).unwrap();
    let id = site["id"].as_str().unwrap();
    let page = format!("/collections/sites/items/{id}");
    browser.go(&registry.at(&format!("{page}?lang=fr")));
    let brief = browser.run("return document.querySelector('meta[name=description]').content");
    let brief = brief.as_str().unwrap();
    let raw = site["properties"]["condition_observed_on"]
        .as_str()
        .unwrap();
    assert!(brief.contains("20") && !brief.contains(raw), "{brief}");

    let [lon, lat] = [0, 1].map(|axis| site["geometry"]["coordinates"][axis].as_f64().unwrap());
    let name = site["properties"]["label"].as_str().unwrap();
    let found = format!("&q={}", name.replace(' ', "%20"));
    for (query, is_listed) in [("", false), (&*found, true)] {
        registry.map(&browser, &format!("/?lang=fr{query}#map=17/{lat}/{lon}"));
        let listed = browser.run(&format!(
            "return document.querySelector('#found li[data-id=\"{id}\"]') !== null"
        ));
        assert_eq!(listed, is_listed);
        browser.asked();
        let middle = browser.run(
            "const box = window.atlas.getCanvas().getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2]",
        );
        browser.click_at(middle[0].as_f64().unwrap(), middle[1].as_f64().unwrap());
        let said = browser.wait(&format!(
            "const said = document.querySelector('.maplibregl-popup .about a[href*=\"{id}\"]')?.parentElement.querySelector('p').textContent; \
             return said?.includes(',') && said"
        ));
        assert_eq!(said, *brief, "listed: {is_listed}");
        let is_asked = browser.asked().iter().any(|url| url.contains(&page));
        assert_eq!(is_asked, !is_listed);
    }
}

#[test]
fn the_slider_goes_back_in_time_by_keyboard_and_forth_again() {
    let app = App::fresh(Engine::Sqlite);
    let names = [
        "First church",
        "Second mosque",
        "Third bridge",
        "Fourth fort",
    ];
    for (place, name) in names.iter().enumerate() {
        if place > 0 {
            app.clock().moves(24 * 3600 * 1_000_000);
        }
        let lon = 46.5 + 0.1 * f64::from(u8::try_from(place).unwrap());
        app.given(a_site().named(name, "en").at(lon, 39.8));
    }
    let registry = Registry::of(app);
    let browser = Browser::open(1280, 1000, "en");
    registry.map(&browser, "/");
    let expect = |day: &str, said: &str, names: &[&str]| {
        let has =
            |text: &str| format!("document.querySelector('#found').innerText.includes('{text}')");
        let is_in_address = if day.is_empty() {
            "!location.search.includes('as_of')".to_owned()
        } else {
            format!("new URLSearchParams(location.search).get('as_of') === '{day}'")
        };
        browser.wait(&format!("return {is_in_address}"));
        let count = names.len();
        browser.wait(&format!(
            "return parseInt(document.querySelector('#found .found').innerText) === {count}"
        ));
        for name in names {
            browser.wait(&format!("return {}", has(name)));
        }
        browser.wait(&format!(
            "return window.atlas.loaded() && window.atlas.areTilesLoaded() && ({}) === {count}",
            in_parentheses(SHOWN)
        ));
        assert_eq!(browser.text(".time output"), said);
        assert_eq!(
            browser.run("return document.querySelector('#ask [name=as_of]').value"),
            *day
        );
        let read = browser
            .run("return document.querySelector('.time input').getAttribute('aria-valuetext')");
        assert_eq!(read, *said);
    };
    expect("", "today", &names);
    browser.run("document.querySelector('.time input').focus()");
    browser.press(&[LEFT]);
    expect(
        "2026-11-27",
        "November 27, 2026",
        &["First church", "Second mosque", "Third bridge"],
    );
    browser.press(&[HOME]);
    expect("2026-11-25", "November 25, 2026", &["First church"]);
    // Whoever is sent the address sees the same day.
    registry.map(&browser, "/?as_of=2026-11-26#map=9/39.8/46.65");
    expect(
        "2026-11-26",
        "November 26, 2026",
        &["First church", "Second mosque"],
    );
    browser.run("document.querySelector('.time input').focus()");
    browser.press(&[END]);
    expect("", "today", &names);
    // A past that is not there yet is asked for again, and that is all that the console tells.
    let said = browser.console();
    assert!(said.iter().all(|one| one.contains("503")), "{said:#?}");
    expect_quiet(&browser, &registry);
}

#[test]
fn an_area_is_shown_where_the_place_is_not() {
    let registry = Registry::start();
    let browser = Browser::open(1280, 1000, "en");
    let id = registry.site("Khojaly%20kurgan");
    let site = registry.json(&format!("/collections/sites/items/{id}"));
    assert_eq!(site["properties"]["geometry_kind"], "cell");
    let corner = |place: usize, axis: usize| {
        site["geometry"]["coordinates"][0][place][axis]
            .as_f64()
            .unwrap()
    };
    let middle = [0, 1].map(|axis| f64::midpoint(corner(0, axis), corner(2, axis)));
    registry.map(&browser, &format!("/#map=13/{}/{}", middle[1], middle[0]));
    let areas = browser.run(&format!(
        "return window.atlas.queryRenderedFeatures({{ layers: ['site-areas'] }}).some(one => one.properties.id === '{id}')"
    ));
    assert_eq!(areas, true);
    // Wherever it is clicked on, it is said that it is near here.
    let box_ = browser
        .run("const { x, y } = window.atlas.getCanvas().getBoundingClientRect(); return [x, y]");
    browser.click_at(
        box_[0].as_f64().unwrap() + 40.0,
        box_[1].as_f64().unwrap() + 60.0,
    );
    browser.wait("return document.querySelector('.maplibregl-popup .about a')");
    assert!(
        browser
            .text(".maplibregl-popup .about")
            .contains("near here")
    );
    expect_quiet(&browser, &registry);
}

#[test]
fn the_address_gives_somebody_else_the_same_view() {
    let registry = Registry::start();
    let browser = Browser::open(1280, 1000, "en");
    registry.map(&browser, "/?lang=ru");
    browser.click("#ask summary");
    browser.choose("site_type", "religious_place");
    browser.wait("return location.search.includes('religious_place')");
    jump(&browser, 46.749, 39.759, 11.3);
    browser.click("label.only input");
    browser.wait("return location.search.includes('bbox=')");
    let query = browser.run("return location.search");
    let query = format!(
        "/collections/sites/items{}&resultType=hits",
        query.as_str().unwrap()
    );
    let listed = registry.json(&query)["numberMatched"].as_i64().unwrap();
    assert!(0 < listed && listed < registry.located("site_type=religious_place"));
    browser.wait(&format!(
        "return parseInt(document.querySelector('#found .found').innerText) === {listed}"
    ));
    let view = "const { lng, lat } = window.atlas.getCenter(); \
        return [lng.toFixed(3), lat.toFixed(3), window.atlas.getZoom().toFixed(1), document.querySelector('#ask [name=site_type]').value, \
        document.querySelector('label.only input').checked, document.querySelector('#found').innerText, document.documentElement.lang]";
    drawn(&browser);
    browser.wait("return location.hash.includes('11.3/')");
    let (address, seen) = (browser.url(), browser.run(view));
    let other = Browser::open(1280, 1000, "fr");
    other.go(&address);
    drawn(&other);
    assert_eq!(other.run(view), seen);
    assert_eq!(seen[6], "ru");
    expect_quiet(&other, &registry);
}

#[test]
fn names_of_places_are_in_the_language_of_the_reader() {
    let registry = Registry::start();
    let browser = Browser::open(1280, 1000, "en");
    for (lang, name) in [
        ("hy", "Շուշի"),
        ("az", "Şuşa"),
        ("ru", "Шуша / Шуши"),
        ("en", "Shusha / Shushi"),
        ("fa", "شوشا"),
    ] {
        registry.map(&browser, &format!("/?lang={lang}#map=12.5/39.76/46.75"));
        let names = browser.run(
            "return window.atlas.querySourceFeatures('ground', { sourceLayer: 'place' }).map(one => one.properties.name)",
        );
        let names = names.as_array().unwrap();
        assert!(names.iter().any(|one| one == name), "{lang}: {names:?}");
    }
    expect_quiet(&browser, &registry);
}

#[test]
fn what_cannot_be_loaded_is_said_in_its_place_and_the_list_is_there() {
    let registry = Registry::start();
    for part in ["*/atlas*", "*/maplibre-gl-*.js", "*/styles/sites*"] {
        let browser = Browser::open(1280, 1000, "fr");
        browser.cdp("Network.enable", json!({}));
        browser.cdp("Network.setBlockedURLs", json!({ "urls": [part] }));
        browser.go(&registry.at("/"));
        browser.wait(
            "return document.querySelector('#map > p')?.textContent.startsWith('La carte n')",
        );
        let listed = browser.run("return document.querySelectorAll('#found .results li').length");
        assert!(listed.as_i64() > Some(0), "{part}");
    }
}
