//! Templates, with what they may call: one environment for each language. Everything that is filled in is escaped.

use std::sync::LazyLock;

use minijinja::value::{Kwargs, Serde};
use minijinja::{
    AutoEscape, Environment, Error, UndefinedBehavior, Value as Shown, context, escape_formatter,
};
use serde_json::Value;

use super::dates::{day_in_words, from_until, in_words};
use super::frame::Frame;
use super::linked_data;
use super::texts::{LANGUAGES, has, say};
use crate::domain::Scheme;

const TEMPLATES: &[(&str, &str)] = &[
    ("ask.html", include_str!("templates/ask.html")),
    ("frame.html", include_str!("templates/frame.html")),
    ("parts.html", include_str!("templates/parts.html")),
    ("account.html", include_str!("templates/account.html")),
    ("accounts.html", include_str!("templates/accounts.html")),
    ("compared.html", include_str!("templates/compared.html")),
    ("changes.html", include_str!("templates/changes.html")),
    ("controls.html", include_str!("templates/controls.html")),
    ("document.html", include_str!("templates/document.html")),
    ("list.html", include_str!("templates/list.html")),
    ("locator.html", include_str!("templates/locator.html")),
    (
        "other_session.html",
        include_str!("templates/other_session.html"),
    ),
    (
        "organization.html",
        include_str!("templates/organization.html"),
    ),
    ("problem.html", include_str!("templates/problem.html")),
    ("queue.html", include_str!("templates/queue.html")),
    ("record.html", include_str!("templates/record.html")),
    ("region.html", include_str!("templates/region.html")),
    ("report.html", include_str!("templates/report.html")),
    ("review.html", include_str!("templates/review.html")),
    (
        "review_forms.html",
        include_str!("templates/review_forms.html"),
    ),
    (
        "review_hints.html",
        include_str!("templates/review_hints.html"),
    ),
    ("sign_in.html", include_str!("templates/sign_in.html")),
    ("site.html", include_str!("templates/site.html")),
    (
        "record_form.html",
        include_str!("templates/record_form.html"),
    ),
    ("start.html", include_str!("templates/start.html")),
    ("statistics.html", include_str!("templates/statistics.html")),
    (
        "vocabularies.html",
        include_str!("templates/vocabularies.html"),
    ),
    ("vocabulary.html", include_str!("templates/vocabulary.html")),
    ("work.html", include_str!("templates/work.html")),
    ("submission.html", include_str!("templates/submission.html")),
    (
        "submissions.html",
        include_str!("templates/submissions.html"),
    ),
];

static ENVIRONMENTS: LazyLock<[Environment<'static>; 5]> =
    LazyLock::new(|| LANGUAGES.map(environment));

/// A page of a template.
pub(super) fn render(template: &str, frame: &Frame<'_>, page: Value) -> Result<String, Error> {
    let place = LANGUAGES.iter().position(|lang| *lang == frame.lang);
    let environment = &ENVIRONMENTS[place.unwrap_or(1)];
    let addresses = frame.addresses();
    let to = Shown::from_function(move |path: &str| addresses.to(path));
    let whole = context! {
        to,
        frame => Shown::from(Serde(frame.shown())),
        ..Shown::from(Serde(page))
    };
    environment.get_template(template)?.render(whole)
}

fn environment(lang: &'static str) -> Environment<'static> {
    let mut pages = Environment::new();
    pages.set_auto_escape_callback(|_| AutoEscape::Html);
    // Of what is not there, nothing is shown: most records lack most members.
    pages.set_undefined_behavior(UndefinedBehavior::Chainable);
    // Nor of what is null.
    pages.set_formatter(|out, state, value| {
        if value.is_none() {
            Ok(())
        } else {
            escape_formatter(out, state, value)
        }
    });
    pages.add_function("t", move |key: &str, holes: Kwargs| text(lang, key, &holes));
    pages.add_filter("concept", move |id: &Shown, scheme: &str| {
        concept(lang, id.as_str().unwrap_or_default(), scheme)
    });
    pages.add_filter("date", move |written: &Shown| {
        in_words(lang, written.as_str().unwrap_or_default())
    });
    pages.add_filter("until", move |from: &Shown, until: &Shown| {
        from_until(lang, from.as_str(), until.as_str())
    });
    pages.add_filter("day", move |instant: &Shown| {
        day_in_words(lang, instant.as_str().unwrap_or_default())
    });
    pages.add_filter("language", move |tag: &Shown| {
        language(lang, tag.as_str().unwrap_or_default())
    });
    pages.add_filter("best", move |texts: &Shown| best(lang, texts));
    pages.add_filter("distance", move |metres: f64| distance(lang, metres));
    pages.add_filter("is_web", |address: &Shown| {
        address.as_str().is_some_and(is_web)
    });
    pages.add_filter("address_of", |identifier: &Shown| {
        let of = |name: &str| identifier.get_attr(name).unwrap_or_default();
        let (scheme, value) = (of("scheme"), of("value"));
        linked_data::address(scheme.as_str()?, value.as_str()?)
    });
    // What is given to this alone was written so that it can stand in a page (`linked_data.rs`).
    pages.add_filter("as_data", |data: &str| {
        Shown::from_safe_string(data.to_owned())
    });
    for (name, template) in TEMPLATES {
        pages
            .add_template(name, template)
            .expect("a test reads every template");
    }
    pages
}

/// Whether an address leads to the web, and is no script.
pub(in crate::http) fn is_web(address: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .any(|scheme| address.starts_with(scheme))
}

fn text(lang: &str, key: &str, holes: &Kwargs) -> Result<String, Error> {
    let mut filled = Vec::new();
    for name in holes.args() {
        let value: Shown = holes.get(name)?;
        filled.push((name, value.to_string()));
    }
    Ok(say(lang, key, &filled))
}

/// The label of a concept; an id of none is shown as it is.
pub(super) fn concept(lang: &str, id: &str, scheme: &str) -> String {
    let scheme = Scheme::ALL.iter().find(|known| known.id() == scheme);
    let concept = scheme.and_then(|scheme| scheme.find(id));
    concept.map_or_else(|| id.to_owned(), |concept| concept.label(lang).to_owned())
}

/// What a language is called; one without a name here is shown as its tag.
pub(in crate::http) fn language(lang: &str, tag: &str) -> String {
    let key = format!("{}{}", "language_names.", tag.replace('-', "_"));
    if has(&key) {
        say(lang, &key, &[])
    } else {
        tag.to_owned()
    }
}

/// Of texts in several languages the one in that of the page, else the English, else the first.
fn best(lang: &str, texts: &Shown) -> Shown {
    let of = |wanted: &str| {
        let mut texts = texts.try_iter().ok()?;
        texts.find(|text| {
            let given = text.get_attr("lang").ok();
            given.is_some_and(|given| given.as_str() == Some(wanted))
        })
    };
    let first = || texts.try_iter().ok()?.next();
    of(lang)
        .or_else(|| of("en"))
        .or_else(first)
        .unwrap_or_default()
}

/// A distance in a unit that people use.
fn distance(lang: &str, metres: f64) -> String {
    let (key, number) = if metres < 1000.0 {
        ("words.metres", format!("{metres:.0}"))
    } else {
        let kilometres = format!("{:.1}", metres / 1000.0);
        (
            "words.kilometres",
            kilometres.trim_end_matches(".0").to_owned(),
        )
    };
    say(lang, key, &[("number", number)])
}
