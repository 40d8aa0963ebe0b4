//! What happened, as people read it: the last first, in words, and leading on to what there is.

use super::html::Html;
use super::{browser, safe};
use crate::harness::{a_report, a_site, report_ref, site_ref};

const DAY: i64 = 24 * 3_600_000_000;

on_each_engine!(
    what_happened_last_stands_first_and_leads_to_what_is_there,
    |app| {
        let site = app.given(a_site());
        app.clock().moves(DAY);
        let report = app.given(a_report(site));
        app.edit(site, a_site().named("Dadivank", "en"));
        app.clock().moves(DAY);
        app.withdraw(report_ref(report));
        let page = |path: &str| {
            let answer = browser(app).get(path).expect(200);
            safe(path, &answer)
        };
        let html = page("/changes?lang=en");
        let places: Vec<_> = ["27 November 2026", "26 November 2026", "25 November 2026"]
            .iter()
            .map(|day| {
                html.text
                    .find(day)
                    .unwrap_or_else(|| panic!("{day}: {}", html.text))
            })
            .collect();
        assert!(places.is_sorted(), "{places:?}");
        // What is not shown any more is named by its id alone, and leads nowhere.
        let leads = |to: &str| {
            let mut links = html.elements.iter().filter(|(name, _)| name == "a");
            links.any(|(_, attributes)| attributes.iter().any(|(_, value)| value.contains(to)))
        };
        assert!(leads(&format!("/collections/sites/items/{site}")));
        assert!(!leads(&report.to_string()) && html.text.contains(&report.to_string()));

        // For programs there are the same changes.
        let lines = html.elements.iter().find_map(|(name, attributes)| {
            let is_lines = attributes.contains(&("type".into(), "application/jsonl".into()));
            let href = attributes.iter().find(|(name, _)| name == "href");
            href.filter(|_| name == "a" && is_lines)
        });
        let (_, lines) = lines.expect("it leads to them");
        assert!(
            lines.contains("since=0&") && lines.contains("f=jsonl"),
            "{lines}"
        );

        // In pages that are smaller than all of it: the newest, and back from there.
        let newest = page("/changes?limit=1&lang=en");
        assert!(newest.elements.iter().any(|(_, attributes)| {
            attributes
                .iter()
                .any(|(_, value)| value.contains("since=3&limit=1&f=jsonl"))
        }));
        assert!(newest.text.contains("27 November 2026"), "{}", newest.text);
        assert!(!newest.text.contains("25 November 2026"));
        let has_later = |html: &Html| {
            let mut links = html.elements.iter().filter(|(name, _)| name == "a");
            links.any(|(_, attributes)| attributes.contains(&("rel".into(), "prev".into())))
        };
        assert!(!has_later(&newest));
        let first = page("/changes?limit=1&since=0&lang=en");
        assert!(has_later(&first));
        assert!(first.text.contains("25 November 2026"));
        assert!(!first.text.contains("27 November 2026"));
    }
);

on_each_engine!(
    the_past_of_a_record_says_what_changed_and_leads_to_it,
    |app| {
        let site = app.given(a_site());
        app.clock().moves(DAY);
        app.edit(site, a_site().named("Dadivank", "en"));
        let path = format!("/collections/sites/items/{site}/versions?lang=fr");
        let html = safe(&path, &browser(app).get(&path).expect(200));
        let [last, first] = ["26 novembre 2026", "25 novembre 2026"].map(|day| {
            html.text
                .find(day)
                .unwrap_or_else(|| panic!("{day}: {}", html.text))
        });
        assert!(last < first);
        assert!(
            html.text.contains("Modifié") && html.text.contains("names"),
            "{}",
            html.text
        );
        let then = html.elements.iter().find_map(|(name, attributes)| {
            let href = attributes
                .iter()
                .find(|(name, value)| name == "href" && value.contains("as_of="));
            href.filter(|_| name == "a").map(|(_, value)| value.clone())
        });
        let then = then.expect("it leads to what there was");
        assert!(then.contains("lang=fr"), "{then}");
        browser(app).get(&then).expect(200);
    }
);

on_each_engine!(the_past_of_a_report_says_of_which, |app| {
    let site = app.given(a_site().named("Dadivank", "en"));
    let report = app.given(a_report(site).with("observed_on", "2024-05-03"));
    let path = format!("/collections/condition-reports/items/{report}/versions?lang=en");
    let html = safe(&path, &browser(app).get(&path).expect(200));
    assert!(html.text.contains("Dadivank, 3 May 2024"), "{}", html.text);
});

on_each_engine!(nothing_that_happened_is_on_no_page, |app| {
    let site = app.given(a_site());
    for day in ["2024-05-01", "2024-05-02", "2024-05-03"] {
        app.given(a_report(site).with("observed_on", day));
    }
    // With a site go its reports, under one number.
    app.withdraw(site_ref(site));
    app.given(a_site());
    let changes = |query: &str| -> Vec<String> {
        let page = app.anonymous().get(&format!("/changes?{query}")).json();
        let changes = page["changes"].as_array().unwrap().iter();
        changes
            .map(|one| format!("{} {}", one["seq"], one["id"]))
            .collect()
    };
    let mut all = changes("limit=1000");
    all.sort();
    for limit in [1, 2, 4] {
        let (mut path, mut told) = (format!("/changes?limit={limit}&lang=en"), Vec::new());
        loop {
            let page = safe(&path, &browser(app).get(&path).expect(200));
            let lines = link(&page, "type", "application/jsonl").expect("it leads to its lines");
            let (_, query) = lines.split_once('?').unwrap();
            let mut before = changes(&query.replace("&f=jsonl", ""));
            before.append(&mut told);
            told = before;
            match link(&page, "rel", "next") {
                Some(earlier) => path = earlier,
                None => break,
            }
        }
        // What has one number is never parted, so that two pages may have it.
        told.sort();
        told.dedup();
        assert_eq!(told, all, "{limit}");
    }
});

/// Where a link leads that has an attribute.
fn link(page: &Html, name: &str, value: &str) -> Option<String> {
    let wanted = (name.into(), value.into());
    let mut links = page.elements.iter().filter(|(element, _)| element == "a");
    let (_, attributes) = links.find(|(_, attributes)| attributes.contains(&wanted))?;
    let href = attributes.iter().find(|(name, _)| name == "href");
    href.map(|(_, href)| href.clone())
}
