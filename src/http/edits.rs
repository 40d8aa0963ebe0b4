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
use super::layer::TO_READ;
use super::seen::Seen;
use super::tag::version_named;
use super::{Problem, body, record};
use crate::domain::{
    Actor, Collection, Deed, Denied, Edit, Faults, How, Id, Layer, RecordRef, Refused, State,
    Transition, Version,
};
use crate::formats::GEOJSON;
use crate::registry;

/// `OPTIONS`: what this caller may do, also with what is not there, since QGIS asks about an `unknown_id`.
pub(super) async fn options(
    layer: Layer,
    at: Path<(String, String)>,
    call: Call,
) -> Result<HttpResponse, Problem> {
    let (may_edit, may_withdraw) = match (layer, call.reader.actor()) {
        (Layer::Ours(collection), Some(actor)) => {
            may_change((collection, &at.1), actor, &call).await?
        }
        _ => (false, false),
    };
    let allow = match (may_edit, may_withdraw) {
        (true, true) => "GET, HEAD, PUT, PATCH, DELETE, OPTIONS",
        (true, false) => "GET, HEAD, PUT, PATCH, OPTIONS",
        (false, true) => "GET, HEAD, DELETE, OPTIONS",
        (false, false) => TO_READ,
    };
    let mut response = HttpResponse::NoContent();
    response.insert_header((ALLOW, allow));
    if may_edit {
        response.insert_header((HeaderName::from_static("accept-patch"), TO_PATCH.join(", ")));
    }
    Ok(response.finish())
}

/// Whether somebody may change a feature, and withdraw it; one that is not there, if they may those that are.
async fn may_change(
    (collection, id): (Collection, &str),
    actor: &Actor,
    call: &Call,
) -> Result<(bool, bool), Problem> {
    if let Ok(id) = Id::<()>::parse(id) {
        let seen = Seen::of(collection.record(id.uuid()), call).await?;
        if seen.is_submission() {
            let (state, origin) = (seen.state(), seen.origin());
            let edited = Transition::edited(collection, state, actor, origin);
            let to = State::Withdrawn;
            let withdrawn = Transition::decided(collection, state, to, actor, origin);
            let may_withdraw = withdrawn.is_ok_and(|row| row.how != How::Ask);
            return Ok((edited.is_ok(), may_withdraw));
        }
    }
    let may = may_edit(actor, collection);
    Ok((may, may))
}

/// `PUT`: a whole feature; what it does not say is unset.
pub(super) async fn replace(
    at: Path<(Collection, String)>,
    call: Call,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    change(&at, call, payload, (TO_PUT, "accept-put"), Edit::whole).await
}

/// `PATCH`: a merge patch.
pub(super) async fn patch(
    at: Path<(Collection, String)>,
    call: Call,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    change(&at, call, payload, (TO_PATCH, "accept-patch"), Edit::patch).await
}

/// `DELETE`: it is no longer in the catalogue; the log keeps it.
pub(super) async fn withdraw(
    at: Path<(Collection, String)>,
    call: Call,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::parse(&at, &call).await?;
    asked.may_withdraw()?;
    let current = asked.version()?;
    let Asked { actor, record, .. } = asked;
    follows(call.request.headers(), &actor, current)?;
    let done = call
        .state
        .blocking(move |registry| registry.withdraw(&actor, record, current))
        .await?;
    call.shown(done).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A change that somebody asks for, of a record that they may see.
pub(super) struct Asked {
    pub(super) actor: Actor,
    pub(super) record: RecordRef,
    seen: Seen,
}

impl Asked {
    pub(super) async fn parse(at: &(Collection, String), call: &Call) -> Result<Asked, Problem> {
        let actor = call.actor()?;
        no_parameters(&call.request, &[GEOJSON])?;
        Asked::of(at, actor, call).await
    }

    /// The same of somebody who is known already.
    pub(super) async fn of(
        (collection, id): &(Collection, String),
        actor: Actor,
        call: &Call,
    ) -> Result<Asked, Problem> {
        let id = Id::<()>::parse(id).map_err(|_| Problem::not_found())?;
        let record = collection.record(id.uuid());
        let seen = Seen::of(record, call).await?;
        if !seen.is_submission() {
            seen.feature()?;
        }
        Ok(Asked {
            actor,
            record,
            seen,
        })
    }

    /// Fails if others may send it anew, and this actor may not. Whether anybody may is looked at last.
    fn may_edit(&self) -> Result<(), Problem> {
        self.seen.feature()?;
        let (collection, state) = (self.record.collection, self.seen.state());
        let edited = Transition::edited(collection, state, &self.actor, self.seen.origin());
        unless_refused(edited)
    }

    /// How it would be changed; a problem if nobody may, or others may.
    pub(super) fn edited(&self) -> Result<&'static Transition, Problem> {
        self.seen.feature()?;
        let (collection, state) = (self.record.collection, self.seen.state());
        let edited = Transition::edited(collection, state, &self.actor, self.seen.origin());
        edited.map_err(|denied| registry::Error::from(denied).into())
    }

    /// The record as whoever asks sees it.
    pub(super) fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Whether the organization of who asks submitted it.
    pub(super) fn is_own(&self) -> bool {
        self.seen.origin().submitter == Some(self.actor.account.organization)
    }

    fn may_withdraw(&self) -> Result<(), Problem> {
        self.seen.feature()?;
        let (collection, state) = (self.record.collection, self.seen.state());
        let (actor, origin) = (&self.actor, self.seen.origin());
        let decided = Transition::decided(collection, state, State::Withdrawn, actor, origin);
        if decided.as_ref().is_ok_and(|row| row.how == How::Ask) {
            // Who may only ask for it has something to say, and DELETE has no body.
            let (role, deed) = (actor.account.role, Deed::edit(collection));
            return Err(Problem::refused(Refused::Role { role, deed }));
        }
        unless_refused(decided)
    }

    /// The version that it is.
    pub(super) fn version(&self) -> Result<Version, Problem> {
        if let Some(version) = self.seen.version() {
            return Ok(version);
        }
        self.seen.version_shown().ok_or_else(|| {
            // Whoever may change what is in the catalogue is shown its version.
            let role = self.actor.account.role;
            let deed = Deed::edit(self.record.collection);
            Problem::refused(Refused::Role { role, deed })
        })
    }
}

/// The properties and the geometry of a record as whoever asks reads them.
pub(super) fn shown(seen: &Seen, call: &Call) -> Result<Map<String, Value>, Problem> {
    let text = seen.text(call)?;
    let mut whole: Value = serde_json::from_slice(&text).expect("it was written as JSON");
    let mut shown = match whole["properties"].take() {
        Value::Object(properties) => properties,
        _ => Map::new(),
    };
    shown.insert("geometry".to_owned(), whole["geometry"].take());
    Ok(shown)
}

fn unless_refused(allowed: Result<&Transition, Denied>) -> Result<(), Problem> {
    match allowed {
        Err(Denied::Refused(refused)) => Err(Problem::refused(refused)),
        Ok(_) | Err(Denied::NoTransition { .. }) => Ok(()),
    }
}

/// A change of what is there; `taken` are the media types of its body, and the header that tells them.
async fn change(
    at: &(Collection, String),
    call: Call,
    payload: Payload,
    (taken, header): (&[&str], &'static str),
    parse: fn(uuid::Uuid, &Value) -> Result<Edit, Faults>,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::parse(at, &call).await?;
    asked.may_edit()?;
    body::media_type(&call.request, taken, header)?;
    let crs = body::crs(&call.request)?;
    let (current, shown) = (asked.version()?, shown(&asked.seen, &call)?);
    let Asked { actor, record, .. } = asked;
    let is_seen = follows(call.request.headers(), &actor, current)?;
    let body = body::json(payload).await?;
    let edit = parse(record.id, &body).map_err(Problem::body)?.in_crs(crs);
    let done = call
        .state
        .blocking(move |registry| registry.edit(&actor, record, current, &edit, &shown, is_seen))
        .await?;
    call.shown(done).await?;
    record::sent(record, &call).await
}

/// Whether an actor may change what is in the catalogue of a collection.
pub(super) fn may_edit(actor: &Actor, collection: Collection) -> bool {
    actor.may(Deed::edit(collection)).is_ok()
}

/// The version that a change follows (RFC 9110, 13.1.1): the current one, if the request names it or any. A desktop
/// program that cannot say it follows whatever is there.
///
/// Gives whether the version was named.
pub(super) fn follows(
    headers: &HeaderMap,
    actor: &Actor,
    current: Version,
) -> Result<bool, Problem> {
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
    let is_tag = given.iter().any(|tag| version_named(tag).is_some());
    let detail = if is_tag {
        format!("version {current} is current: read it, and decide again")
    } else {
        "If-Match names no version: send the ETag that you read with your token, quotation marks and all"
            .to_owned()
    };
    Err(Problem::of(Kind::ChangedSince, detail))
}
