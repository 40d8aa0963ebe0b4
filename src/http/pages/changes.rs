//! What happened, as a page: to everything, or to one record, the last first and day by day.

use actix_web::HttpResponse;
use serde::Serialize;
use serde_json::{Value, json};

use super::frame::Frame;
use super::lookup::{Lookup, Named};
use super::templates::render;
use super::texts::say;
use crate::domain::{Action, Collection, RecordRef};
use crate::http::Problem;
use crate::http::call::Call;

/// Something that happened to a record.
pub(in crate::http) struct Event {
    /// When, as far as whoever reads may know: an instant or a day.
    pub(in crate::http) at: String,
    pub(in crate::http) action: Action,
    /// For those who are shown versions.
    pub(in crate::http) version: Option<i32>,
}

/// Where the page stands among all that happened: paths of what is beside it.
#[derive(Default)]
pub(in crate::http) struct Beside {
    /// The path of the same for programs.
    pub(in crate::http) itself: Option<String>,
    /// The path of what happened before.
    pub(in crate::http) earlier: Option<String>,
    /// The path of what happened after.
    pub(in crate::http) later: Option<String>,
}

/// A line of the page.
#[derive(Serialize)]
struct Row {
    at: String,
    day: String,
    /// Nothing where no more than the day is told.
    time: String,
    action: String,
    version: Option<i32>,
    kind: Option<String>,
    record: Option<Named>,
    /// Of a record that is not shown any more.
    id: Option<String>,
    changed: Vec<String>,
    /// Where the record is as it was then.
    then: Option<String>,
}

impl Row {
    fn of(event: Event, lang: &str) -> Row {
        let (day, time) = event.at.split_once('T').unwrap_or((&event.at, ""));
        Row {
            day: day.to_owned(),
            time: time.get(..5).unwrap_or_default().to_owned(),
            action: say(lang, action(event.action), &[]),
            version: event.version,
            at: event.at,
            kind: None,
            record: None,
            id: None,
            changed: Vec::new(),
            then: None,
        }
    }
}

/// The page of `/changes`: what happened, the first first, each to a record and with what that was from then on.
pub(in crate::http) async fn of_everything(
    events: Vec<(Event, RecordRef, Option<Value>)>,
    beside: Beside,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let (snapshot, frame) = (call.snapshot(), Frame::of(call));
    let lookup = Lookup::of(&snapshot, call);
    let rows = events
        .into_iter()
        .rev()
        .map(|(event, record, feature)| Row {
            kind: Some(say(frame.lang, kind(record.collection), &[])),
            id: feature.is_none().then(|| record.id.to_string()),
            record: feature.map(|feature| lookup.named(record, &feature["properties"])),
            ..Row::of(event, frame.lang)
        });
    let title = say(frame.lang, "documents.changes", &[]);
    let shown = json!({ "title": title, "rows": rows.collect::<Vec<_>>() });
    page(shown, beside, &frame, call).await
}

/// The page of the versions of a record: what happened to it, the last first, with the properties that changed and where it
/// is as it was then.
pub(in crate::http) async fn of_record(
    record: RecordRef,
    events: Vec<(Event, Vec<String>, Option<String>)>,
    beside: Beside,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let (snapshot, frame) = (call.snapshot(), Frame::of(call));
    let (lookup, addresses) = (Lookup::of(&snapshot, call), frame.addresses());
    let rows = events.into_iter().map(|(event, changed, then)| Row {
        changed,
        then: then.map(|path| addresses.to(&path)),
        ..Row::of(event, frame.lang)
    });
    let shown = json!({
        "title": say(frame.lang, "documents.versions", &[]),
        "of": lookup.find(record),
        "rows": rows.collect::<Vec<_>>(),
    });
    page(shown, beside, &frame, call).await
}

async fn page(
    mut shown: Value,
    beside: Beside,
    frame: &Frame<'_>,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let form = |name: &str| {
        let path = beside.itself.as_ref()?;
        Some(frame.addresses().to(&format!("{path}&f={name}")))
    };
    shown["lines"] = form("jsonl").into();
    shown["json_href"] = form("json").into();
    shown["earlier"] = beside.earlier.into();
    shown["later"] = beside.later.into();
    super::answer(render("changes.html", frame, shown), call).await
}

/// The key of what an action is called.
const fn action(action: Action) -> &'static str {
    match action {
        Action::Created => "changes.created",
        Action::Changed => "changes.changed",
        Action::Removed => "changes.removed",
    }
}

/// The key of what one record of a collection is called.
const fn kind(collection: Collection) -> &'static str {
    match collection {
        Collection::Sites => "changes.site",
        Collection::ConditionReports => "changes.report",
        Collection::Organizations => "changes.organization",
        Collection::Regions => "changes.region",
    }
}
