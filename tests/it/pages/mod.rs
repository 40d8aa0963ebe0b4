//! Pages for people: that they are well-formed, safe and in the language asked for, and that they lead on.

mod happened;
pub mod html;
mod real;
mod shown;

use std::collections::{BTreeSet, VecDeque};

use heritage_registry::domain::Collection;
use uuid::Uuid;

use crate::harness::{
    Answer, App, BASE, Client, a_region, a_report, a_site, an_organization, is_tile, public_paths,
};
use html::Html;
use serde_json::{Value, json};

pub const LANGUAGES: [&str; 5] = ["az", "en", "fr", "hy", "ru"];

/// What browsers send.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// The paths at which the public reads something that people can read.
fn documents() -> impl Iterator<Item = String> {
    let others = ["/healthz", "/readyz"];
    // What map libraries alone read.
    let of_maps = ["/base-map", "/fonts/", "/sprites/", "/styles/"];
    public_paths().filter(move |path| {
        let is_of_maps = of_maps.iter().any(|start| path.starts_with(start));
        !others.contains(&path.as_str()) && !is_of_maps && !is_tile(path)
    })
}

fn browser(app: &App) -> Client<'_> {
    app.anonymous().with("accept", BROWSER)
}

/// A page that loads nothing from elsewhere and runs nothing.
pub fn safe(at: &str, answer: &Answer) -> Html {
    assert_eq!(answer.header("content-type"), "text/html", "{at}");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; "), "{at}: {policy}");
    assert!(!policy.contains("unsafe"), "{at}: {policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{at}");
    assert_eq!(answer.header("referrer-policy"), "same-origin", "{at}");
    assert_eq!(answer.header("set-cookie"), "", "{at}");
    let html = Html::read(answer.text());
    for (element, attributes) in &html.elements {
        let is_data = attributes.contains(&("type".to_owned(), "application/ld+json".to_owned()));
        let is_ours = attributes
            .iter()
            .any(|(name, value)| name == "src" && value.starts_with("/assets/"));
        assert!(element != "script" || is_data || is_ours, "{at}: a script");
        assert!(
            !["style", "iframe", "object", "embed", "base", "img"].contains(&element.as_str()),
            "{at}: <{element}>"
        );
        for (name, value) in attributes {
            assert!(!name.starts_with("on") && name != "style", "{at}: {name}");
            let is_loaded = name == "src"
                || element == "link"
                    && name == "href"
                    && attributes.contains(&("rel".to_owned(), "stylesheet".to_owned()));
            assert!(
                !is_loaded || value.starts_with('/') && !value.starts_with("//"),
                "{at}: {value}"
            );
            let is_address = ["href", "action", "src"].contains(&name.as_str());
            let schemes = ["https://", "http://", "/", "#", "geo:", "data:,"];
            assert!(
                !is_address || schemes.iter().any(|scheme| value.starts_with(scheme)),
                "{at}: {value}"
            );
        }
    }
    // A script of ours is at an address of its own, and its element is empty.
    for data in html.data.iter().filter(|data| !data.is_empty()) {
        serde_json::from_str::<Value>(data).unwrap();
    }
    html
}

/// The addresses that a page leads to within the registry.
pub fn leads_to(html: &Html) -> Vec<String> {
    let all = html.values("href").into_iter();
    let within = all.filter_map(|href| match href.strip_prefix(BASE) {
        Some(path) => Some(path.to_owned()),
        None => href.starts_with('/').then(|| href.to_owned()),
    });
    let whole = within.map(|href| href.split('#').next().unwrap().to_owned());
    whole.filter(|href| !href.is_empty()).collect()
}

/// An address without what differs from record to record.
fn shape(href: &str) -> String {
    let (path, query) = href.split_once('?').unwrap_or((href, ""));
    let steps = path.split('/').map(|step| {
        let is_id = step.parse::<Uuid>().is_ok();
        if is_id { "{id}" } else { step }
    });
    let names = query.split('&').map(|pair| pair.split('=').next().unwrap());
    steps.chain(names).collect::<Vec<_>>().join("/")
}

/// So many addresses of one shape are visited.
const OF_A_SHAPE: usize = 2;

over_the_seed!(
    every_page_is_well_formed_and_safe_and_every_link_answers,
    |app| {
        for lang in LANGUAGES {
            let mut to_visit = VecDeque::from([format!("/?lang={lang}")]);
            let (mut known, mut shapes) = (BTreeSet::new(), std::collections::BTreeMap::new());
            while let Some(at) = to_visit.pop_front() {
                let answer = browser(app).get(&at);
                // Who is not signed in is led to where one signs in.
                if at.starts_with("/desk/") && answer.status == 303 {
                    continue;
                }
                let answer = answer.expect(200);
                if !answer.header("content-type").starts_with("text/html") {
                    continue;
                }
                // The definition is a page of its own, in English.
                if at.starts_with("/api") {
                    continue;
                }
                let html = safe(&at, &answer);
                if !at.contains(&format!("lang={lang}")) {
                    continue;
                }
                assert_eq!(html.of("html", "lang"), Some(lang), "{at}");
                assert_eq!(answer.header("content-language"), lang, "{at}");
                assert_eq!(html.values("hreflang").len(), 10, "{at}");
                for href in leads_to(&html) {
                    let visited: &mut usize = shapes.entry(shape(&href)).or_default();
                    if *visited < OF_A_SHAPE && known.insert(href.clone()) {
                        *visited += 1;
                        to_visit.push_back(href);
                    }
                }
            }
            assert!(known.len() > 40, "{lang}: {}", known.len());
            for needed in [
                "/collections/sites/items/{id}",
                "/collections/condition-reports/items/{id}",
                "/collections/organizations/items/{id}",
                "/collections/regions/items/{id}",
                "/collections/sites/items/{id}/versions",
                "/conformance",
                "/functions",
                "/changes",
                "/statistics",
                "/vocabularies",
                "/vocabularies/site_type",
            ] {
                let of_it = format!("{needed}/lang");
                assert!(shapes.contains_key(&of_it), "{lang} {needed}: {shapes:#?}");
            }
        }
    }
);

/// What would run or break out, were it not escaped.
const EVIL: [&str; 4] = [
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onfocus=alert(1) x='",
    "<!--<b>{{ 7 * 7 }}&amp;",
];

/// A text that would do harm in every way.
fn evil() -> String {
    EVIL.concat()
}

/// The same in what a name may have.
const EVIL_NAME: &str = "\"><img src=x onerror=alert><b>";

fn texts() -> Value {
    json!([{"text": evil(), "lang": "en"}])
}

/// Records of every kind with such a text wherever text may stand.
fn an_evil_world(app: &App) -> Vec<(Collection, Uuid)> {
    let source = json!([{
        "key": "book", "kind": "publication", "title": texts(), "creator": evil(),
        "publisher": evil(), "locator": evil(), "statement_by": evil(), "note": evil(),
        "url": "https://example.org/?a=<script>\"",
    }]);
    let watch = app.given(
        an_organization(EVIL_NAME)
            .with("description", texts())
            .with("sources", source.clone()),
    );
    let region = app.given(a_region("hist-khachen", 46.5, 40.0).with("authority", evil()));
    let site = app.given(
        a_site()
            .named(EVIL_NAME, "en")
            .with("sources", source.clone())
            .with("descriptions", json!([{"text": evil(), "lang": "en", "src": ["book"]}]))
            .with("location_note", evil())
            .with("attribution", evil())
            .with("rights_holder", evil())
            .with("associations", json!([{
                "tradition": "islam", "role": "user", "certainty": "possible",
                "claimed_by": evil(), "src": ["book"], "note": evil(),
            }]))
            .with("dating", json!([{
                "kind": "construction", "edtf": "1216", "certainty": "possible", "src": ["book"], "note": texts(),
            }]))
            .with("designations", json!([{
                "kind": "state_register", "register": evil(), "authority": evil(),
                "reference": evil(), "level": evil(), "src": ["book"],
            }]))
            .with("identifiers", json!([{"scheme": "other", "label": evil(), "value": evil(), "match": "close"}]))
            .with("organizations", json!([{"organization_id": watch.to_string(), "role": "custodian", "src": ["book"]}])),
    );
    let report = app.given(
        a_report(site)
            .with("summary", texts())
            .with("sources", source)
            .with("damages", json!([{
                "component": "roof", "type": "collapse", "severity": "severe", "certainty": "certain",
                "cause": "unknown", "note": texts(),
                "attributions": [{"actor_text": evil(), "claimed_by": evil(), "claimed_on": "2021", "src": ["book"]}],
            }]))
            .with("threats", json!([{"cause": "hostilities", "likelihood": "possible", "certainty": "possible", "note": texts()}]))
            .with("works", json!([{"kind": "building", "state": "completed", "note": texts()}])),
    );
    vec![
        (Collection::Organizations, watch),
        (Collection::Regions, region),
        (Collection::Sites, site),
        (Collection::ConditionReports, report),
    ]
}

on_each_engine!(nothing_that_is_stored_or_asked_is_taken_for_html, |app| {
    let records = an_evil_world(app);
    let mut paths: Vec<String> = documents()
        .filter(|path| path != "/api")
        .flat_map(|path| {
            records.iter().map(move |(collection, id)| {
                path.replace("{collection}", collection.id())
                    .replace("{id}", &id.to_string())
            })
        })
        .collect();
    let evil = percent_encoding::utf8_percent_encode(&evil(), percent_encoding::NON_ALPHANUMERIC)
        .to_string();
    for asked in [
        "q",
        "nope",
        "region",
        "f",
        "lang",
        "filter",
        "cursor",
        "attribution",
        "site_type",
    ] {
        paths.push(format!("/collections/sites/items?{asked}={evil}"));
    }
    paths.push(format!("/{evil}"));
    paths.push(format!("/?{evil}={evil}"));
    let mut met = 0;
    for client in [browser(app), app.admin().with("accept", BROWSER)] {
        for path in &paths {
            let answer = client.get(path);
            let html = safe(path, &answer);
            // It is well-formed with all of it in it, so none of it is an element.
            for element in ["img", "b"] {
                assert!(
                    !html.elements.iter().any(|(name, _)| name == element),
                    "{path}"
                );
            }
            assert!(!answer.text().contains("alert(1)<"), "{path}");
            assert!(!html.text.contains("49&amp;"), "{path}");
            met += usize::from(html.text.contains(EVIL[1]));
        }
    }
    assert!(met > 10, "{met}");
});

over_the_seed!(
    a_page_is_given_to_browsers_and_json_to_everybody_else,
    |app| {
        let site = app
            .anonymous()
            .get("/collections/sites/items?limit=1")
            .ids()[0];
        for path in documents() {
            let path = path
                .replace("{collection}", "sites")
                .replace("{id}", &site.to_string());
            let page = browser(app).get(&path).expect(200);
            assert_eq!(page.header("content-type"), "text/html", "{path}");
            assert!(page.header("vary").contains("Accept-Language"), "{path}");
            for client in [app.anonymous(), app.anonymous().with("accept", "*/*")] {
                let answer = client.get(&path).expect(200);
                assert!(answer.header("content-type").contains("json"), "{path}");
                assert_eq!(answer.header("content-security-policy"), "", "{path}");
            }
            let known = app.admin().with("accept", BROWSER).get(&path).expect(200);
            assert_eq!(known.header("cache-control"), "private, no-store", "{path}");
            let again = browser(app)
                .with("if-none-match", page.header("etag"))
                .get(&path);
            assert_eq!(again.status, 304, "{path}");
        }
    }
);

over_the_seed!(
    a_problem_is_a_page_with_all_its_faults_for_browsers,
    |app| {
        for (path, status, lang, said) in [
            ("/nothing", 404, "fr", "Il n'y a rien à cette adresse"),
            (
                "/collections/sites/items?nope=1&limit=0",
                400,
                "ru",
                "В запросе ошибка",
            ),
            (
                "/collections/sites/items?f=nope",
                400,
                "az",
                "Sorğuda səhv var",
            ),
            ("/queue", 401, "hy", "Մուտքի տվյալը վավեր չէ"),
        ] {
            let client = browser(app).with("accept-language", lang);
            let answer = client.get(path).expect(status);
            let html = safe(path, &answer);
            assert_eq!(html.of("html", "lang"), Some(lang), "{path}");
            assert!(html.text.contains(said), "{path}: {}", html.text);
            let plain = app.anonymous().get(path).expect(status);
            for fault in plain.faults() {
                let (place, detail) = fault.split_once(": ").unwrap();
                assert!(
                    html.text.contains(place) && html.text.contains(detail),
                    "{path}: {fault}"
                );
            }
            for header in ["cache-control", "www-authenticate"] {
                assert_eq!(
                    answer.header(header),
                    plain.header(header),
                    "{path} {header}"
                );
            }
        }
        let long = format!("/collections/sites/items?q={}", "a".repeat(17_000));
        safe("a long address", &browser(app).get(&long).expect(414));
    }
);

over_the_seed!(
    what_was_asked_stays_in_the_form_and_empty_fields_ask_nothing,
    |app| {
        let asked = "/collections/sites/items?q=&region=soviet-1991-nkao&site_type=church&condition=&traditions=&filter=&sortby=-latest_year&limit=3&lang=hy";
        let answer = browser(app).get(asked).expect(200);
        let html = safe(asked, &answer);
        let plain = "/collections/sites/items?region=soviet-1991-nkao&site_type=church&limit=3";
        let matched = app.anonymous().get(plain).json()["numberMatched"].to_string();
        assert_eq!(answer.header("ogc-numbermatched"), matched);
        assert!(html.text.contains(&format!("{matched} գրառում")));
        let selected = html
            .elements
            .iter()
            .filter(|(_, attributes)| attributes.iter().any(|(name, _)| name == "selected"));
        let selected: Vec<_> = selected
            .map(|(_, attributes)| attributes[0].1.as_str())
            .collect();
        assert_eq!(selected, ["soviet-1991-nkao", "church"]);
        let hidden = html.elements.iter().filter(|(_, attributes)| {
            attributes.contains(&("type".to_owned(), "hidden".to_owned()))
        });
        let hidden: Vec<_> = hidden
            .map(|(_, attributes)| (attributes[1].1.as_str(), attributes[2].1.as_str()))
            .collect();
        assert_eq!(
            hidden,
            [("sortby", "-latest_year"), ("limit", "3"), ("lang", "hy")]
        );
        let next = leads_to(&html)
            .into_iter()
            .find(|href| href.contains("cursor="))
            .unwrap();
        assert!(
            next.contains("lang=hy")
                && next.contains("site_type=church")
                && !next.contains("condition="),
            "{next}"
        );
        let second = browser(app).get(&next).expect(200);
        assert!(safe(&next, &second).values("rel").contains(&"prev"));
    }
);
