//! What happened, as a page: of everything, or of one record, the last first and day by day.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::frame::Frame;
use super::lookup::Lookup;
use super::templates::render;
use super::texts::say;
use crate::domain::{Action, Collection, RecordRef};
use crate::http::Problem;
use crate::http::call::Call;

/// The pages before and after a page, if there are such.
#[derive(Default)]
pub(in crate::http) struct Beside {
    /// The path of what happened before.
    pub(in crate::http) earlier: Option<String>,
    /// The path of what happened after.
    pub(in crate::http) later: Option<String>,
}

/// The page of `/changes`; `told` are those of its document.
pub(in crate::http) async fn of_everything(
    told: &[Value],
    beside: Beside,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let (snapshot, frame) = (call.snapshot(), Frame::of(call));
    let lookup = Lookup {
        snapshot: &snapshot,
        languages: call.reader.languages(),
    };
    let rows = told.iter().rev().map(|one| {
        let collection = one["collection"]
            .as_str()
            .and_then(|id| id.parse::<Collection>().ok());
        let properties = &one["feature"]["properties"];
        let record = collection.map(|collection| {
            let id = one["id"].as_str().unwrap_or_default();
            let path = format!("/collections/{collection}/items/{id}");
            let is_here = one["feature"].is_object();
            json!({
                "kind": say(frame.lang, kind(collection), &[]),
                "path": is_here.then_some(path),
                "text": properties["label"],
                "lang": properties["label_lang"],
                "observed_on": properties["observed_on"],
                "site": properties["site_id"].as_str().and_then(|site| lookup.label(Collection::Sites, site)),
                "id": id,
            })
        });
        row(one, json!({ "record": record }), frame.lang)
    });
    let rows: Vec<Value> = rows.collect();
    let page = json!({
        "title": say(frame.lang, "documents.changes", &[]),
        "rows": rows,
        "earlier": beside.earlier,
        "later": beside.later,
        "lines": frame.addresses().to(&frame.here(&["f"], &[("f", "jsonl")])),
    });
    super::answer(render("changes.html", &frame, page), call).await
}

/// The page of the versions of a record; `told` are those of its document, the last first.
pub(in crate::http) async fn of_record(
    record: RecordRef,
    told: &[Value],
    beside: Beside,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let (snapshot, frame) = (call.snapshot(), Frame::of(call));
    let lookup = Lookup {
        snapshot: &snapshot,
        languages: call.reader.languages(),
    };
    let addresses = frame.addresses();
    let rows = told.iter().map(|one| {
        let then = one["links"][0]["href"].as_str();
        let then = then.map(|href| addresses.to(href));
        row(
            one,
            json!({ "changed": one["changed"], "then": then }),
            frame.lang,
        )
    });
    let rows: Vec<Value> = rows.collect();
    let page = json!({
        "title": say(frame.lang, "documents.versions", &[]),
        "of": lookup.label(record.collection, &record.id.to_string()),
        "rows": rows,
        "earlier": beside.earlier,
        "later": beside.later,
    });
    super::answer(render("changes.html", &frame, page), call).await
}

/// One line: when something happened and what, and what else is said of it.
fn row(one: &Value, mut more: Value, lang: &str) -> Value {
    let at = one["at"].as_str().unwrap_or_default();
    // Of some things the public is told no more than the day.
    let (day, time) = at.split_once('T').unwrap_or((at, ""));
    let action = one["action"].as_str().unwrap_or_default();
    let action = [Action::Created, Action::Changed, Action::Removed]
        .into_iter()
        .find(|known| known.id() == action);
    more["day"] = day.into();
    more["time"] = time.get(..5).unwrap_or_default().into();
    more["at"] = at.into();
    more["action"] = action
        .map(|action| say(lang, of_action(action), &[]))
        .into();
    more["version"] = one["version"].clone();
    more
}

/// What happened to a record is called.
const fn of_action(action: Action) -> &'static str {
    match action {
        Action::Created => "changes.created",
        Action::Changed => "changes.changed",
        Action::Removed => "changes.removed",
    }
}

/// What one record of a collection is called.
const fn kind(collection: Collection) -> &'static str {
    match collection {
        Collection::Sites => "changes.site",
        Collection::ConditionReports => "changes.report",
        Collection::Organizations => "changes.organization",
        Collection::Regions => "changes.region",
    }
}
