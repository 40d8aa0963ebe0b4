//! What was submitted: `/submissions` for the organization that did, `/queue` for the reviewers; and the sites that may be
//! the same as one.

use actix_web::HttpResponse;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::asked::whole_number;
use super::call::Call;
use super::negotiate::{DOCUMENT, JSON};
use super::reader::parse_lang;
use super::{Problem, negotiate, respond};
use crate::domain::{
    Actor, Audience, Deed, Draft, Entity, Feature, Instant, RecordRef, State, Wrong,
};
use crate::formats::{Block, Showing, geojson};
use crate::query::Parameters;
use crate::registry::{Compared, Likely, Place, Shown, Waiting, Wanted, With};

/// So many where the request says nothing.
const FEW: usize = 50;
/// And at most so many.
const MOST: i64 = 500;

/// `GET /submissions`: what the organization of whoever asks submitted, in every state, what changed last first.
pub(super) async fn submissions(call: Call) -> Result<HttpResponse, Problem> {
    let actor = call.actor()?;
    actor.may(Deed::Submit).map_err(Problem::refused)?;
    let mut parameters = Parameters::parse(call.request.query_string());
    let format = negotiate::format(&call.request, &mut parameters, DOCUMENT)?;
    parameters.take("lang", parse_lang);
    let listing = Listing::take(&mut parameters);
    let known = [&OF_LISTING[..], &["f", "lang"]].concat();
    parameters.finish(&known).map_err(Problem::parameters)?;
    let found = listed(actor, listing, &call).await?;
    let submissions: Vec<Value> = found
        .shown
        .iter()
        .map(|one| submission(one, &call))
        .collect();
    let next = found.next.map(|query| format!("/submissions?{query}"));
    let body = json!({ "submissions": submissions, "links": links(&call, "/submissions", next) });
    respond::document(format, &body, None, &call).await
}

/// What a request asks for of what an organization submitted.
pub(super) struct Listing {
    /// Only those in this state.
    pub(super) state: Option<State>,
    after: Option<(Instant, Uuid)>,
    limit: usize,
}

/// A part of what an organization submitted.
pub(super) struct Listed {
    pub(super) shown: Vec<Shown>,
    /// What to ask for what comes after; `None` if there is nothing.
    pub(super) next: Option<String>,
}

/// The parameters that it takes.
pub(super) const OF_LISTING: [&str; 3] = ["after", "limit", "status"];

impl Listing {
    /// What the parameters say of it.
    pub(super) fn take(parameters: &mut Parameters) -> Listing {
        let state = parameters.take("status", |text| text.parse::<State>());
        let after = parameters.take("after", |text| {
            let place = text
                .split_once('.')
                .and_then(|(at, id)| Some((instant(at)?, id.parse().ok()?)));
            place.ok_or_else(no_place)
        });
        Listing {
            state,
            after,
            limit: take_limit(parameters),
        }
    }
}

/// How many are asked for.
fn take_limit(parameters: &mut Parameters) -> usize {
    let limit = parameters.take("limit", |text| whole_number(text, 1, MOST));
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    limit.unwrap_or(FEW)
}

/// What the organization of an actor submitted.
pub(super) async fn listed(actor: Actor, listing: Listing, call: &Call) -> Result<Listed, Problem> {
    let Listing {
        state,
        after,
        limit,
    } = listing;
    let wanted = Wanted {
        state,
        after,
        limit,
    };
    let (shown, has_more) = call
        .state
        .blocking(move |registry| registry.submissions(&actor, wanted))
        .await?;
    let last = shown.last().filter(|_| has_more);
    let next = last.map(|one| {
        let status = state.map_or_else(String::new, |state| format!("&status={}", state.id()));
        let (at, id) = (one.entity.updated_at.micros(), one.entity.id);
        format!("limit={limit}&after={at}.{id}{status}")
    });
    Ok(Listed { shown, next })
}

/// `GET /queue`: what waits for a reviewer, emergencies first, then what was submitted first.
pub(super) async fn queue(call: Call) -> Result<HttpResponse, Problem> {
    let actor = call.actor()?;
    actor.may(Deed::Review).map_err(Problem::refused)?;
    let mut parameters = Parameters::parse(call.request.query_string());
    let format = negotiate::format(&call.request, &mut parameters, DOCUMENT)?;
    parameters.take("lang", parse_lang);
    let after = parameters.take("after", |text| parse_place(text).ok_or_else(no_place));
    let limit = take_limit(&mut parameters);
    let known = ["after", "f", "lang", "limit"];
    parameters.finish(&known).map_err(Problem::parameters)?;
    let snapshot = call.snapshot();
    let queue = call
        .state
        .blocking(move |registry| registry.queue(&actor, &snapshot, after, limit))
        .await?;
    let last = queue.waiting.last().filter(|_| queue.has_more);
    let next = last.map(|one| {
        let after = place(&one.shown.entity);
        format!("/queue?limit={limit}&after={after}")
    });
    let waiting: Vec<Value> = queue.waiting.iter().map(|one| waits(one, &call)).collect();
    let body = json!({
        "waiting": waiting,
        "numberMatched": queue.matched,
        "links": links(&call, "/queue", next),
    });
    respond::document(format, &body, None, &call).await
}

/// The place of a record in the queue, as `next` says it.
pub(super) fn place(entity: &Entity) -> String {
    let Place {
        can_wait,
        since,
        id,
    } = Place::of(entity);
    format!("{}.{}.{id}", u8::from(can_wait), since.micros())
}

/// A place in the queue, as its `next` says it.
pub(super) fn parse_place(text: &str) -> Option<Place> {
    let (class, rest) = text.split_once('.')?;
    let (at, id) = rest.split_once('.')?;
    Some(Place {
        can_wait: match class {
            "0" => false,
            "1" => true,
            _ => return None,
        },
        since: instant(at)?,
        id: id.parse().ok()?,
    })
}

fn instant(micros: &str) -> Option<Instant> {
    Instant::of_micros(micros.parse().ok()?)
}

pub(super) fn no_place() -> Wrong {
    Wrong("is not a place in this list: take it from the link next".to_owned())
}

fn links(call: &Call, path: &str, next: Option<String>) -> Value {
    let itself = call.link(path, "self", JSON, "This list");
    let next = next.map(|path| call.link(&path, "next", JSON, "What comes after"));
    json!(
        [Some(itself), next]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
    )
}

/// A submission, as its organization reads it in the list.
pub(super) fn submission(shown: &Shown, call: &Call) -> Value {
    let entity = &shown.entity;
    let handling = shown.document.handling();
    json!({
        "collection": entity.collection.id(),
        "id": entity.id,
        "status": entity.state.id(),
        "receipt": handling.receipt,
        "submitted_at": entity.created_at,
        "changed_at": entity.updated_at,
        "review": handling.review,
        "publish_after": handling.publish_after,
        "withdrawal_asked": handling.withdrawal_asked,
        "feature": shown.feature.as_ref().map(|feature| whole(feature, call)),
    })
}

/// Something in the queue, as reviewers read it.
pub(super) fn waits(one: &Waiting, call: &Call) -> Value {
    let mut body = submission(&one.shown, call);
    body["claimed_by"] = json!(one.claimed_by);
    body["own_organization"] = json!(one.is_own);
    body["flags"] = json!(one.flags);
    let wording = one.wording.iter();
    body["wording"] = wording
        .map(|fault| json!({ "pointer": fault.place, "detail": fault.detail }))
        .collect();
    let doubles = one.doubles.iter();
    let doubles = doubles.map(|double| json!({ "id": double.id }));
    body["duplicates"] = match &one.likely {
        Some(likely) => duplicates(likely, call),
        None => doubles.collect(),
    };
    let feature = one.shown.feature.as_ref();
    body["compared_with"] = match one.compared.as_ref().zip(feature) {
        Some((compared, feature)) => compared_with(compared, feature, call),
        None => Value::Null,
    };
    body
}

fn compared_with(compared: &Compared, feature: &Feature, call: &Call) -> Value {
    let differences = differences(&compared.feature, feature, call);
    match compared.with {
        With::Earlier => json!({ "status": State::SentBack.id(), "differences": differences }),
        With::Current(id) => json!({ "current_report_id": id, "differences": differences }),
    }
}

/// The sites that may be the same as one, for whoever proposed or edited it; `None` where there are none.
pub(super) async fn likely_same(record: RecordRef, call: &Call) -> Result<Option<Value>, Problem> {
    let (actor, snapshot) = (call.actor()?, call.snapshot());
    let found = call
        .state
        .blocking(move |registry| registry.likely_same(&actor, &snapshot, record))
        .await?;
    let found = found.filter(|likely| !likely.others.is_empty());
    Ok(found.map(|likely| duplicates(&likely, call)))
}

/// Each site that may be the same, with what speaks for it, and field by field where they differ.
fn duplicates(likely: &Likely, call: &Call) -> Value {
    let others = likely.others.iter().map(|(likeness, other)| {
        let shown = whole(other, call);
        json!({
            "id": other.id,
            "status": shown["properties"]["status"],
            "label": shown["properties"]["label"],
            "because": likeness.because,
            "distance_m": likeness.distance.map(|metres| metres.get().round()),
            "differences": differences(other, &likely.site, call),
        })
    });
    others.collect()
}

/// Where two features say different things, of what people write: each with what was, or the other says, and what is.
fn differences(before: &Feature, after: &Feature, call: &Call) -> Vec<Value> {
    let Some(collection) = after.layer.ours() else {
        return vec![];
    };
    let (before, after) = (flat(before, call), flat(after, call));
    let members = Draft::members(collection).into_iter();
    members
        .filter_map(|name| {
            let value = |of: &Map<String, Value>| of.get(name).cloned().unwrap_or_default();
            let (was, is) = (value(&before), value(&after));
            (unordered(&was) != unordered(&is))
                .then(|| json!({ "property": name, "before": was, "after": is }))
        })
        .collect()
}

/// The items of a list, whatever their order: names are shown in an order that differs from record to record.
fn unordered(value: &Value) -> Vec<String> {
    let items = value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice);
    let mut items: Vec<String> = items.iter().map(Value::to_string).collect();
    items.sort_unstable();
    items
}

/// The properties of a feature, and its geometry.
fn flat(feature: &Feature, call: &Call) -> Map<String, Value> {
    let mut whole = whole(feature, call);
    let geometry = whole["geometry"].take();
    let mut members = match whole["properties"].take() {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    members.insert("geometry".to_owned(), geometry);
    members
}

/// A feature in GeoJSON, in the reader's languages.
pub(super) fn whole(feature: &Feature, call: &Call) -> Value {
    let mut block = Block::default();
    let place = block.write(feature);
    let written = block.read(feature.id, place);
    let languages = call.reader.languages();
    let showing = Showing::new(feature.layer, Audience::Trusted, languages, None);
    let text = geojson::feature(written, &showing, &[]);
    serde_json::from_slice(&text).expect("it was written as JSON")
}
