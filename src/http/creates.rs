//! Adding features: POST of `/collections/{collection}/items` (OGC API - Features Part 4), one or many at once.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, HeaderName, HeaderValue, LOCATION, VARY,
};
use actix_web::web::{Path, Payload};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::asked::{ItemRequest, no_parameters};
use super::body::TO_PUT;
use super::call::Call;
use super::items::links_of;
use super::kind::Kind;
use super::layer::TO_READ;
use super::respond::content_crs;
use super::seen::Seen;
use super::{Problem, body, record, respond};
use crate::domain::{Actor, Collection, Crs, Deed, Edit, FaultKind, Faults, Layer, RecordRef};
use crate::formats::{GEOJSON, geojson};
use crate::registry::{Made, Registry, Request};

/// So many features at once.
const MANY: usize = 1000;

/// The longest key of a request.
const KEY_MAX: usize = 255;

/// What a list of features takes of those who may add some, and of others.
fn allow(call: &Call, collection: Collection) -> &'static str {
    let may = |deed| {
        call.reader
            .actor()
            .is_some_and(|actor| actor.may(deed).is_ok())
    };
    if may(Deed::create(collection)) {
        "GET, HEAD, POST, OPTIONS"
    } else {
        TO_READ
    }
}

/// `OPTIONS`: what this caller may do.
pub(super) async fn options(layer: Layer, call: Call) -> Result<HttpResponse, Problem> {
    let allow = layer.ours().map_or(TO_READ, |ours| allow(&call, ours));
    let mut response = HttpResponse::NoContent();
    response.insert_header((ALLOW, allow));
    if allow.contains("POST") {
        response.insert_header((HeaderName::from_static("accept-post"), TO_PUT.join(", ")));
    }
    Ok(response.finish())
}

/// `POST`: a feature, or a `FeatureCollection` of which all are taken or none.
pub(super) async fn create(
    collection: Path<Collection>,
    call: Call,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let (collection, actor) = (*collection, call.actor()?);
    actor
        .may(Deed::create(collection))
        .map_err(Problem::refused)?;
    no_parameters(&call.request, &[GEOJSON])?;
    body::media_type(&call.request, TO_PUT, "accept-post")?;
    let crs = body::crs(&call.request)?;
    let key = key(&call)?;
    let (sent, bytes) = body::one_or_many(payload).await?;
    let is_one = sent["type"] != "FeatureCollection";
    let edits = edits(&sent, crs).map_err(Problem::body)?;
    let request = key.map(|key| Request {
        key,
        hash: Sha256::new()
            .chain_update(collection.id())
            .chain_update(other_than_crs84(crs))
            .chain_update(&bytes)
            .finalize()
            .into(),
    });
    let sending = Sending {
        edits,
        request,
        via: "api",
    };
    let records = make(collection, sending, actor, &call).await?;
    match records.as_slice() {
        [record] if is_one => one(*record, &call).await,
        records => many(collection, records, &call).await,
    }
}

/// What somebody sends to a collection.
pub(super) struct Sending {
    /// Each record with its place in what is sent.
    pub(super) edits: Vec<(String, Edit)>,
    /// What tells the request from every other.
    pub(super) request: Option<Request>,
    /// By which way it came.
    pub(super) via: &'static str,
}

/// Takes what somebody sends: the records that were made of it, now or when it was sent for the first time.
pub(super) async fn make(
    collection: Collection,
    sending: Sending,
    actor: Actor,
    call: &Call,
) -> Result<Vec<RecordRef>, Problem> {
    let Sending {
        edits,
        request,
        via,
    } = sending;
    let made = call
        .state
        .blocking(move |registry| registry.create(&actor, collection, &edits, request, via))
        .await?;
    Ok(match made {
        Made::Before(records) => records,
        Made::Now(committed) => {
            let entities = call.shown(committed).await?;
            entities.iter().map(crate::domain::Entity::record).collect()
        }
    })
}

/// All that is wrong with what somebody is about to send; nothing is written.
pub(super) async fn examine(
    collection: Collection,
    edits: Vec<(String, Edit)>,
    actor: Actor,
    call: &Call,
) -> Result<(), Problem> {
    let examine = move |registry: &Registry| registry.examine(&actor, collection, &edits);
    call.state.blocking(examine).await
}

/// What tells apart two requests of the same body. A request without it is what it was before systems could be named.
fn other_than_crs84(crs: Crs) -> String {
    let other = Some(crs).filter(|crs| *crs != Crs::default());
    other.map(Crs::uri).unwrap_or_default()
}

/// What is sent: each feature with its place.
fn edits(sent: &Value, crs: Crs) -> Result<Vec<(String, Edit)>, Faults> {
    if sent["type"] != "FeatureCollection" {
        return Ok(vec![(String::new(), Edit::new(sent, "")?.in_crs(crs))]);
    }
    let features = crate::domain::read(sent, "", |node| {
        let fields = node.fields()?;
        fields.optional("type", |_| Some(()));
        let features = fields.some("features", |node| Some(node.raw().clone()));
        if features.len() > MANY {
            fields.fault(
                "features",
                FaultKind::TooMany { most: MANY },
                format!("are {}: send at most {MANY} at once", features.len()),
            );
        }
        Some(features)
    })?;
    let (mut edits, mut faults) = (Vec::new(), Vec::new());
    for (index, feature) in features.iter().enumerate() {
        let place = format!("/features/{index}");
        match Edit::new(feature, &place) {
            Ok(edit) => edits.push((place, edit.in_crs(crs))),
            Err(Faults(found)) => faults.extend(found),
        }
    }
    Faults::check(faults)?;
    Ok(edits)
}

/// What the client calls its request, so that it can be repeated (draft-ietf-httpapi-idempotency-key-header-07).
fn key(call: &Call) -> Result<Option<String>, Problem> {
    let mut given = call.request.headers().get_all("idempotency-key");
    let Some(key) = given.next() else {
        return Ok(None);
    };
    let key = key.to_str().unwrap_or_default().trim();
    if key.is_empty() || key.len() > KEY_MAX || given.next().is_some() {
        let detail = format!("Idempotency-Key is one text of 1 to {KEY_MAX} ASCII characters");
        return Err(Problem::of(Kind::BadRequest, detail));
    }
    Ok(Some(key.to_owned()))
}

/// The answer to who added one.
async fn one(record: RecordRef, call: &Call) -> Result<HttpResponse, Problem> {
    let mut response = record::sent(record, call).await?;
    if !response.status().is_success() {
        // It was sent before, and merged since.
        return Ok(response);
    }
    *response.status_mut() = StatusCode::CREATED;
    let (layer, asked) = (record.collection.into(), ItemRequest::default());
    let at = HeaderValue::from_str(&links_of(layer, record.id, &asked, call)[0].href);
    let at = at.expect("links are percent-encoded");
    response.headers_mut().insert(LOCATION, at);
    Ok(response)
}

/// The answer to who added many: each as it is now, but for those that are gone.
async fn many(
    collection: Collection,
    records: &[RecordRef],
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let mut body = Vec::new();
    geojson::begin(&mut body);
    let mut is_first = true;
    let all = Seen::all(records, call).await;
    for seen in all.map_err(Problem::after_a_change)? {
        if let Ok(text) = seen.text(call) {
            if !std::mem::take(&mut is_first) {
                body.push(b',');
            }
            body.extend_from_slice(&text);
        }
    }
    body.extend_from_slice(b"]}");
    let at = format!("{}/collections/{collection}/items", call.base_url);
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, at))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((CONTENT_LANGUAGE, respond::language(&call.reader)))
        .insert_header(content_crs(Crs::default()))
        .insert_header((VARY, respond::DEPENDS_ON))
        .content_type(GEOJSON.media_type)
        .body(body))
}
