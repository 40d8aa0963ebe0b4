//! Changing features: PUT, PATCH and DELETE of `/collections/{collection}/items/{id}` (OGC API - Features Part 4).
//!
//! Checks come in this order: who asks and what they may see, the media type, the version, the body.

use actix_web::HttpResponse;
use actix_web::http::header::{ALLOW, HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH};
use actix_web::web::{Path, Payload};
use serde_json::{Map, Value};

use super::asked::no_parameters;
use super::body::{TO_PATCH, TO_PUT};
use super::call::Call;
use super::kind::Kind;
use super::tag::version_named;
use super::{Problem, body, respond};
use crate::catalogue::Found;
use crate::domain::{Actor, Collection, Deed, Edit, Faults, Id, RecordRef, Version};
use crate::formats::{FORMATS, Showing, geojson};

/// What a feature takes of everybody.
const TO_READ: &str = "GET, HEAD, OPTIONS";
/// What it takes of those who may change it.
const TO_EDIT: &str = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS";

/// `OPTIONS`: what this caller may do, also with what is not there, since QGIS asks about an `unknown_id`.
pub(super) async fn options(
    at: Path<(Collection, String)>,
    call: Call,
) -> Result<HttpResponse, Problem> {
    let actor = call.reader.actor();
    let may_edit = actor.is_some_and(|actor| may_edit(actor, at.0));
    let mut response = HttpResponse::NoContent();
    response.insert_header((ALLOW, if may_edit { TO_EDIT } else { TO_READ }));
    if may_edit {
        response.insert_header((HeaderName::from_static("accept-patch"), TO_PATCH.join(", ")));
    }
    Ok(response.finish())
}

/// `PUT`: a whole feature; what it does not say is unset.
pub(super) async fn replace(
    at: Path<(Collection, String)>,
    call: Call,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::parse(&at, &call)?;
    body::media_type(&call.request, TO_PUT, "accept-put")?;
    change(asked, call, payload, Edit::whole).await
}

/// `PATCH`: a merge patch.
pub(super) async fn patch(
    at: Path<(Collection, String)>,
    call: Call,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::parse(&at, &call)?;
    body::media_type(&call.request, TO_PATCH, "accept-patch")?;
    change(asked, call, payload, Edit::patch).await
}

/// `DELETE`: it is no longer in the catalogue; the log keeps it.
pub(super) async fn withdraw(
    at: Path<(Collection, String)>,
    call: Call,
) -> Result<HttpResponse, Problem> {
    let Asked {
        actor,
        record,
        current,
        ..
    } = Asked::parse(&at, &call)?;
    follows(call.request.headers(), &actor, current)?;
    let done = call
        .state
        .blocking(move |registry| registry.withdraw(&actor, record, current))
        .await?;
    call.shown(done).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A change that somebody may make, of a record that they may see.
struct Asked {
    actor: Actor,
    record: RecordRef,
    current: Version,
    /// The properties and the geometry as they read them.
    shown: Map<String, Value>,
}

impl Asked {
    fn parse(at: &(Collection, String), call: &Call) -> Result<Asked, Problem> {
        let (collection, id) = at;
        let actor = call.actor()?;
        no_parameters(&call.request, FORMATS)?;
        let id = Id::<()>::parse(id).map_err(|_| Problem::not_found())?;
        let record = collection.record(id.uuid());
        let snapshot = call.snapshot();
        let feature = match snapshot.find(record) {
            Found::Here(feature) => feature,
            Found::Gone => return Err(Problem::gone()),
            Found::Nothing => return Err(Problem::not_found()),
        };
        actor
            .may(Deed::edit(*collection))
            .map_err(Problem::refused)?;
        if !is_edited(*collection) {
            let detail = "condition reports are not changed here";
            return Err(Problem::of(Kind::NoMethod, detail).with(ALLOW, TO_READ));
        }
        let languages = call.reader.languages();
        let showing = Showing::new(*collection, snapshot.audience(), languages, None);
        let text = geojson::feature(feature, &showing, &[]);
        let mut whole: Value = serde_json::from_slice(&text).expect("it was written as JSON");
        let mut shown = match whole["properties"].take() {
            Value::Object(properties) => properties,
            _ => Map::new(),
        };
        shown.insert("geometry".to_owned(), whole["geometry"].take());
        let version = shown["version"]
            .as_i64()
            .and_then(|one| one.try_into().ok());
        Ok(Asked {
            actor,
            record,
            current: Version(version.expect("whoever may change a feature is shown its version")),
            shown,
        })
    }
}

async fn change(
    asked: Asked,
    call: Call,
    payload: Payload,
    parse: fn(uuid::Uuid, &Value) -> Result<Edit, Faults>,
) -> Result<HttpResponse, Problem> {
    let Asked {
        actor,
        record,
        current,
        shown,
    } = asked;
    let is_seen = follows(call.request.headers(), &actor, current)?;
    let body = body::json(payload).await?;
    let edit = parse(record.id, &body).map_err(Problem::body)?;
    let done = call
        .state
        .blocking(move |registry| registry.edit(&actor, record, current, &edit, &shown, is_seen))
        .await?;
    call.shown(done).await?;
    respond::changed(record, &call).await
}

/// Whether an actor may change features of a collection here.
pub(super) fn may_edit(actor: &Actor, collection: Collection) -> bool {
    is_edited(collection) && actor.may(Deed::edit(collection)).is_ok()
}

/// Condition reports are decided on and corrected by review.
pub(super) fn is_edited(collection: Collection) -> bool {
    collection != Collection::ConditionReports
}

/// The version that a change follows (RFC 9110, 13.1.1): the current one, if the request names it or any. A desktop
/// program that cannot say it follows whatever is there.
///
/// Gives whether the version was named.
fn follows(headers: &HeaderMap, actor: &Actor, current: Version) -> Result<bool, Problem> {
    if headers.contains_key(IF_NONE_MATCH) {
        let detail = "If-None-Match asks for what is not there, and this is";
        return Err(Problem::of(Kind::ChangedSince, detail));
    }
    // What cannot be read names no version, and yet it is there.
    let given: Vec<&str> = headers
        .get_all(IF_MATCH)
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .map(str::trim)
        .collect();
    if given.is_empty() {
        if actor.is_desktop {
            return Ok(false);
        }
        let detail = "send If-Match with the ETag that you read, so that nobody's change is lost";
        return Err(Problem::of(Kind::NoPrecondition, detail));
    }
    if given.iter().any(|tag| version_named(tag) == Some(current)) {
        return Ok(true);
    }
    if given.contains(&"*") {
        return Ok(false);
    }
    let detail = format!("version {current} is current: read it, and decide again");
    Err(Problem::of(Kind::ChangedSince, detail))
}
