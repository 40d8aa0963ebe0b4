//! What happened: `/changes` of everything, the versions of one record, and how it differs between two instants.
//!
//! The public counts changes by numbers of its own, and is told no more of the past than it may see today. No answer has a
//! `Last-Modified`: what is hidden or erased alters the past without a date.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::asked::whole_number;
use super::call::Call;
use super::layer::path_of_item;
use super::negotiate::{DOCUMENT, HTML, JSON, JSON_LINES};
use super::pages::{Beside, Event};
use super::reader::parse_lang;
use super::seen::Seen;
use super::{Problem, negotiate, pages, respond};
use crate::catalogue::Found;
use crate::domain::{
    Action, Audience, Collection, Feature, Happened, Id, Instant, RecordRef, returned,
};
use crate::formats::{Block, GEOJSON, Link, Showing, geojson};
use crate::query::{Parameters, parse_instant};
use crate::registry::Registry;

/// So many where the request says nothing, and at most so many.
const CHANGES: (u32, u32) = (100, 1000);
const VERSIONS: (u32, u32) = (50, 500);

/// `GET /changes`: what happened after a number, in the order of the numbers.
pub(super) async fn changes(call: Call) -> Result<HttpResponse, Problem> {
    let mut parameters = Parameters::parse(call.request.query_string());
    let format = negotiate::format(&call.request, &mut parameters, &[JSON, JSON_LINES, HTML])?;
    parameters.take("lang", parse_lang);
    let since = parameters.take("since", |text| whole_number(text, 0, i64::MAX));
    let limit = limit(&mut parameters, CHANGES);
    parameters
        .finish(&["f", "lang", "limit", "since"])
        .map_err(Problem::parameters)?;
    let audience = call.reader.audience();
    let is_page = format == HTML;
    let read = move |registry: &Registry| {
        if !is_page {
            let since = since.unwrap_or(0);
            let page = registry.changes(since, limit, audience)?;
            return Ok((since, page, None, false));
        }
        // People want to know what happened last.
        let start = |until: i64| registry.start_of_last(until, limit, audience);
        let since = since.map_or_else(|| start(i64::MAX), Ok)?;
        let page = registry.changes(since, limit, audience)?;
        let earlier = if since > 0 { Some(start(since)?) } else { None };
        let has_later = page.last < registry.last_number(audience)?;
        Ok((since, page, earlier, has_later))
    };
    let (since, page, earlier, has_later) = call.state.reading_past(read).await?;
    let address = |since: i64| format!("/changes?since={since}&limit={limit}");
    if is_page {
        let beside = Beside {
            itself: Some(address(since)),
            earlier: earlier.map(address),
            later: has_later.then(|| address(page.last)),
        };
        let events = page.changes.iter().map(|one| {
            let feature = one.feature.as_ref();
            let feature = feature.map(|feature| json_of(text(feature, &call).as_bytes()));
            (event(one, &call), one.record, feature)
        });
        return pages::changes(events.collect(), beside, &call).await;
    }
    let changes: Vec<Told> = page
        .changes
        .iter()
        .map(|one| Told::of(one, &call))
        .collect();
    let body = if format == JSON_LINES {
        changes.iter().map(|one| line(one) + "\n").collect()
    } else {
        let mut links = vec![
            call.link(&address(since), "self", JSON, "These changes"),
            call.link(
                &format!("{}&f=jsonl", address(since)),
                "alternate",
                JSON_LINES,
                "These changes, one on each line",
            ),
            call.link(
                &format!("{}&f=html", address(since)),
                "alternate",
                HTML,
                "These changes for people",
            ),
        ];
        if page.is_full {
            links.push(call.link(&address(page.last), "next", JSON, "The changes after these"));
        }
        let body = ChangesPage {
            changes,
            last: page.last,
            links,
        };
        line(&body)
    };
    respond::text(format, body, None, &call).await
}

#[derive(Serialize)]
struct ChangesPage {
    changes: Vec<Told>,
    /// To be sent as `since` the next time.
    last: i64,
    links: Vec<Link>,
}

/// A change, as it is told.
#[derive(Serialize)]
struct Told {
    seq: i64,
    at: String,
    collection: &'static str,
    id: String,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i32>,
    feature: Option<Box<RawValue>>,
}

impl Told {
    fn of(one: &Happened, call: &Call) -> Told {
        let text = one.feature.as_ref().map(|feature| text(feature, call));
        Told {
            seq: one.number,
            at: when(one),
            collection: one.record.collection.id(),
            id: one.record.id.to_string(),
            action: one.action.id(),
            version: version(one, call),
            feature: text.map(|text| RawValue::from_string(text).expect("a feature is JSON")),
        }
    }
}

/// `GET /collections/{collection}/items/{id}/versions`: what happened to one record, the last first.
pub(super) async fn versions(
    at: Path<(Collection, String)>,
    call: Call,
) -> Result<HttpResponse, Problem> {
    let mut parameters = Parameters::parse(call.request.query_string());
    let format = negotiate::format(&call.request, &mut parameters, DOCUMENT)?;
    parameters.take("lang", parse_lang);
    let before = parameters.take("before", |text| whole_number(text, 1, i64::MAX));
    let limit = limit(&mut parameters, VERSIONS);
    parameters
        .finish(&["before", "f", "lang", "limit"])
        .map_err(Problem::parameters)?;
    let record = shown_today(at, &call)?;
    let (before, audience) = (before.unwrap_or(i64::MAX), call.reader.audience());
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let read = move |registry: &Registry| registry.versions(record, before, most, audience);
    let all = call.state.reading_past(read).await?;
    let address = address(record);
    let from = all.len().saturating_sub(most);
    let versions = (from..all.len()).rev().map(|place| {
        let happened = &all[place];
        let former = place.checked_sub(1).and_then(|last| all.get(last));
        Version {
            happened,
            changed: changed(former, happened, &call),
            then: happened
                .feature
                .is_some()
                .then(|| format!("{address}?as_of={}", instant_of(happened))),
        }
    });
    let here = format!("{address}/versions");
    let next = (from > 0).then(|| {
        let before = all[from].number;
        format!("{here}?before={before}&limit={limit}")
    });
    if format == HTML {
        let beside = Beside {
            earlier: next,
            ..Beside::default()
        };
        let events = versions.map(|one| {
            let changed = one.changed.unwrap_or_default();
            (event(one.happened, &call), changed, one.then)
        });
        return pages::versions(record, events.collect(), beside, &call).await;
    }
    let mut links = call.forms(&here, JSON, "The versions of this feature");
    links.extend([call.link(&address, "latest-version", GEOJSON, "The feature")]);
    if let Some(next) = next {
        links.push(call.link(&next, "next", JSON, "The versions before these"));
    }
    let listed: Vec<Value> = versions.map(|one| one.listed(&call)).collect();
    let body = json!({"versions": listed, "links": links});
    respond::document(format, &body, None, &call).await
}

/// A version of a record, as it is told.
struct Version<'a> {
    happened: &'a Happened,
    /// The properties that changed, where there is something to compare with.
    changed: Option<Vec<String>>,
    /// Where the record is as it was then.
    then: Option<String>,
}

impl Version<'_> {
    fn listed(self, call: &Call) -> Value {
        let one = self.happened;
        let mut listed = json!({"seq": one.number, "at": when(one), "action": one.action.id()});
        if let Some(version) = version(one, call) {
            listed["version"] = version.into();
        }
        if let Some(changed) = self.changed {
            listed["changed"] = changed.into();
        }
        if let Some(then) = self.then {
            let link = call.link(&then, "item", GEOJSON, "The feature as it was then");
            listed["links"] = json!([link]);
        }
        listed
    }
}

/// The names of the properties in which a record changed.
fn changed(former: Option<&Happened>, one: &Happened, call: &Call) -> Option<Vec<String>> {
    let json = |feature: &Feature| json_of(text(feature, call).as_bytes());
    let (before, after) = (former?.feature.as_ref()?, one.feature.as_ref()?);
    if one.action != Action::Changed {
        return None;
    }
    let differences = differences(Some(&json(before)), &json(after), of(one.record, call));
    let names = differences
        .iter()
        .filter_map(|one| one["property"].as_str());
    Some(names.map(str::to_owned).collect())
}

/// `GET /collections/{collection}/items/{id}/differences?from=&to=`: what differs between two instants.
pub(super) async fn compared(
    at: Path<(Collection, String)>,
    call: Call,
) -> Result<HttpResponse, Problem> {
    let mut parameters = Parameters::parse(call.request.query_string());
    let format = negotiate::format(&call.request, &mut parameters, DOCUMENT)?;
    parameters.take("lang", parse_lang);
    if !parameters.has("from") {
        parameters.fault(
            "from",
            "is required: the instant to compare from, as 2026-03-01T12:00:00Z",
        );
    }
    let from = parameters.take("from", parse_instant);
    let to = parameters.take("to", parse_instant);
    parameters
        .finish(&["f", "from", "lang", "to"])
        .map_err(Problem::parameters)?;
    let record = shown_today(at, &call)?;
    let before = match from {
        Some(from) => feature_at(record, from, &call).await?,
        None => None,
    };
    let after = match to {
        Some(to) => feature_at(record, to, &call).await?,
        None => Some(json_of(&Seen::in_catalogue(record, &call).text(&call)?)),
    };
    let after = after.ok_or_else(Problem::not_found)?;
    let differences = differences(before.as_ref(), &after, of(record, &call));
    let body = json!({
        "from": from,
        "to": to,
        "was_there": before.is_some(),
        "differences": differences,
        "links": [call.link(&address(record), "latest-version", GEOJSON, "The feature")],
    });
    respond::document(format, &body, None, &call).await
}

/// So many as are asked for.
pub(super) fn limit(parameters: &mut Parameters, (few, most): (u32, u32)) -> u32 {
    let limit = parameters.take("limit", |text| whole_number(text, 1, i64::from(most)));
    let limit = limit.and_then(|limit| u32::try_from(limit).ok());
    limit.unwrap_or(few)
}

/// The record, if it is in the catalogue today: what is not has no past either.
fn shown_today(at: Path<(Collection, String)>, call: &Call) -> Result<RecordRef, Problem> {
    let (collection, id) = at.into_inner();
    let id = Id::<()>::parse(&id).map_err(|_| Problem::not_found())?;
    let record = collection.record(id.uuid());
    match call.snapshot().find(record) {
        Found::Here(_) => Ok(record),
        Found::Gone => Err(Problem::gone()),
        Found::Nothing => Err(Problem::not_found()),
    }
}

/// A record as it was at an instant, if whoever asks was shown it then.
async fn feature_at(record: RecordRef, at: Instant, call: &Call) -> Result<Option<Value>, Problem> {
    let seen = match Seen::past(record, at, call).await {
        Err(problem) if problem.is_absence() => return Ok(None),
        seen => seen?,
    };
    Ok(Some(json_of(&seen.text(call)?)))
}

fn json_of(text: &[u8]) -> Value {
    serde_json::from_slice(text).expect("a feature is JSON")
}

fn line(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("it is plain data")
}

fn address(record: RecordRef) -> String {
    path_of_item(record.collection, record.id)
}

/// The feature in GeoJSON, as whoever asks sees it.
fn text(feature: &Feature, call: &Call) -> String {
    let (audience, languages) = (call.reader.audience(), call.reader.languages());
    let showing = Showing::new(feature.layer, audience, languages, None);
    let mut block = Block::default();
    let place = block.write(feature);
    let written = block.read(feature.id, place);
    String::from_utf8(geojson::feature(written, &showing, &[])).expect("JSON is UTF-8")
}

/// When it happened, as far as whoever asks may know.
fn when(one: &Happened) -> String {
    if one.is_day {
        one.at.day().to_string()
    } else {
        one.at.to_string()
    }
}

/// An instant that shows it: the last of its day, where no more may be known.
fn instant_of(one: &Happened) -> String {
    if one.is_day {
        format!("{}T23:59:59.999999Z", one.at.day())
    } else {
        one.at.to_string()
    }
}

fn event(one: &Happened, call: &Call) -> Event {
    Event {
        at: when(one),
        action: one.action,
        version: version(one, call),
    }
}

fn version(one: &Happened, call: &Call) -> Option<i32> {
    (call.reader.audience() == Audience::Trusted).then_some(one.version.0)
}

fn of(record: RecordRef, call: &Call) -> (Collection, Audience) {
    (record.collection, call.reader.audience())
}

/// What every change moves, so that it tells nothing.
const MOVES_ALWAYS: [&str; 2] = ["updated_at", "version"];

/// What differs between two features, in the order of the table of properties, the geometry first.
fn differences(before: Option<&Value>, after: &Value, of: (Collection, Audience)) -> Vec<Value> {
    let nothing = Value::Null;
    let before = before.unwrap_or(&nothing);
    let differing = |property: &str, title: &str, from: &Value, to: &Value| {
        let differ = from != to && !MOVES_ALWAYS.contains(&property);
        differ.then(|| json!({"property": property, "title": title, "from": from, "to": to}))
    };
    let geometry = differing(
        "geometry",
        "Geometry",
        &before["geometry"],
        &after["geometry"],
    );
    let properties = returned(of.0, of.1).filter_map(|(_, property)| {
        let name = property.name;
        let (from, to) = (&before["properties"][name], &after["properties"][name]);
        differing(name, property.title, from, to)
    });
    geometry.into_iter().chain(properties).collect()
}
