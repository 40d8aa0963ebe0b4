//! The pages of what an organization submitted: the list, and what became of one of it.

use serde_json::{Value, json};

use crate::domain::Collection;
use crate::http::call::Call;
use crate::http::layer::path_of_item;
use crate::http::pages::{Frame, Lookup, in_words, say};

/// The page of the list. `page` has its rows.
pub(super) fn list(mut page: Value, call: &Call) -> Value {
    let (snapshot, frame) = (call.snapshot(), Frame::of(call));
    let lookup = Lookup::of(&snapshot, call);
    for row in page["rows"].as_array_mut().into_iter().flatten() {
        say_in_words(row, &lookup, &frame);
    }
    page["title"] = say(frame.lang, "submissions.title", &[]).into();
    page
}

/// The page of one submission, which is its receipt.
pub(super) fn show(mut one: Value, call: &Call) -> Value {
    let (snapshot, frame) = (call.snapshot(), Frame::of(call));
    let lookup = Lookup::of(&snapshot, call);
    say_in_words(&mut one, &lookup, &frame);
    json!({ "title": one["title"], "is_new": one["is_new"], "one": one })
}

/// Says what a submission is, and where it stands, in the language of the page.
fn say_in_words(row: &mut Value, lookup: &Lookup<'_>, frame: &Frame<'_>) {
    let lang = frame.lang;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (collection, id) = (text(&row["collection"]), text(&row["id"]));
    let properties = row["feature"]["properties"].clone();
    let site = row["site_id"].as_str();
    let site = site.and_then(|site| lookup.label(Collection::Sites, site));
    let is_report = collection == Collection::ConditionReports.id();
    let label = if is_report {
        let date = in_words(lang, properties["observed_on"].as_str().unwrap_or_default());
        let title = match site.as_ref().and_then(|site| site["text"].as_str()) {
            Some(site) => format!("{site}, {date}"),
            None => say(lang, "report.title", &[("date", date)]),
        };
        (Value::from(title), Value::Null)
    } else {
        (
            properties["label"].clone(),
            properties["label_lang"].clone(),
        )
    };
    (row["title"], row["lang"]) = label;
    if row["title"].is_null() {
        // What is in the catalogue no more has nothing of its own to be called by.
        row["title"] = row["receipt"].clone();
    }
    let kind = if is_report {
        "submissions.report"
    } else {
        "submissions.site"
    };
    row["kind"] = say(lang, kind, &[]).into();
    if row["feature"].is_object() {
        row["record"] = path_of_item(collection, id).into();
    }
    row["site"] = site.unwrap_or_default();
}
