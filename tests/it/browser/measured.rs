//! What comes over the wire before a page can be used, and how long that takes on a slow line.

use std::time::{Duration, Instant};

use super::{Registry, drawn};
use crate::harness::browser::Browser;
use crate::harness::line::{Line, Pace};

/// A line as it is in the mountains.
const SLOW: Pace = Pace {
    kilobits: 400,
    delay: Duration::from_millis(150),
};

#[test]
fn a_first_page_is_60_kb_and_400_with_the_map() {
    let registry = Registry::start();
    let line = Line::to(registry.serving.address(), None);
    let at = |path: &str| format!("http://{}{path}", line.address);
    let site = format!("/collections/sites/items/{}", registry.site("Gandzasar"));
    for path in [
        "/collections/sites/items",
        site.as_str(),
        "/collections/sites/items?lang=hy",
    ] {
        let browser = Browser::open(390, 844, "en");
        browser.go(&at(path));
        let carried = line.carried();
        assert!((1000..60_000).contains(&carried), "{path}: {carried}");
    }
    for lang in ["en", "hy"] {
        let browser = Browser::open(1280, 1000, "en");
        browser.go(&at(&format!("/?lang={lang}")));
        drawn(&browser);
        let carried = line.carried();
        assert!((100_000..400_000).contains(&carried), "{lang}: {carried}");
    }
}

/// Not a test: it says how long people wait, on this machine.
#[test]
#[ignore = "it measures, and tests nothing: docs/performance.md says how it is run"]
fn on_a_slow_line() {
    let registry = Registry::start();
    // What is made once is made already.
    registry.map(&Browser::open(390, 844, "en"), "/");
    let line = Line::to(registry.serving.address(), Some(SLOW));
    let browser = Browser::open(390, 844, "en");
    let start = Instant::now();
    browser.go(&format!("http://{}/", line.address));
    drawn(&browser);
    let map = start.elapsed();
    // The form and the list are what is painted first, and need nothing else.
    let list = browser
        .run("return performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000");
    let list = list.as_f64().unwrap();
    let carried = line.carried();
    writeln(&format!(
        "list and form after {list:.1} s, map after {map:.1?}, {carried} bytes"
    ));
}

fn writeln(text: &str) {
    use std::io::Write;
    std::io::stdout().write_all(text.as_bytes()).unwrap();
    std::io::stdout().write_all(b"\n").unwrap();
}
