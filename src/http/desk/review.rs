//! `/desk/review/{collection}/{id}`: one record with what helps to decide on it, and the forms by which that is done.
//!
//! Deciding goes through the commands of the API (`Registry::review`, `Registry::edit`); what is shown is put together in
//! `hints.rs`.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::{Map, Value, json};

use super::form::Sent;
use super::signing_in::see_other;
use super::{Fields, Work, hints, page};
use crate::domain::{
    Collection, Committed, Deed, Edit, Entity, Faults, Id, RecordRef, State, Verdict, Version, read,
};
use crate::http::call::Call;
use crate::http::edits::shown;
use crate::http::seen::Seen;
use crate::http::{Problem, pages};
use crate::registry;

/// `GET /desk/review/{collection}/{id}`.
pub(in crate::http) async fn show(
    at: Path<(Collection, String)>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    work.asks_nothing()?;
    let record = reviewed(&at, &work)?;
    let asked = Asked::default();
    shown_again(record, &asked, StatusCode::OK, &work).await
}

/// `POST`: a decision, or how openly a site is shown; each of the version that the page had.
pub(in crate::http) async fn decide(
    at: Path<(Collection, String)>,
    sent: Sent,
) -> Result<HttpResponse, Problem> {
    let of = |fields| Asked {
        fields,
        ..Asked::default()
    };
    let (work, mut asked) = match sent {
        Sent::Submitted { work, fields } => (work, of(fields)),
        Sent::Kept { work, fields } => {
            let record = reviewed(&at, &work)?;
            return shown_again(record, &of(fields), StatusCode::OK, &work).await;
        }
    };
    let record = reviewed(&at, &work)?;
    let is_of_place = asked.fields.all(SENSITIVITY).next().is_some();
    let done = if is_of_place {
        changed(record, &asked.fields, &work).await?
    } else {
        decided(record, &asked.fields, &work).await?
    };
    let error = match done {
        Ok(done) => {
            work.call.shown(done).await?;
            return Ok(led_on(record, is_of_place, &asked.fields, &work.call));
        }
        Err(error) => error,
    };
    let status = match error {
        registry::Error::Faults(Faults(faults)) => {
            asked.faults = faults;
            StatusCode::UNPROCESSABLE_ENTITY
        }
        registry::Error::NotReady(Faults(faults)) => {
            asked.in_the_way = faults;
            StatusCode::CONFLICT
        }
        registry::Error::Stale(_) => {
            asked.is_stale = true;
            StatusCode::PRECONDITION_FAILED
        }
        error @ (registry::Error::NoTransition(_) | registry::Error::Clash(_)) => {
            asked.refused = Some(error.to_string());
            StatusCode::CONFLICT
        }
        error => return Err(error.into()),
    };
    shown_again(record, &asked, status, &work).await
}

/// What was sent, and why it was not carried out.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// What was typed.
    pub(super) fields: Fields,
    /// What is wrong in it.
    pub(super) faults: Vec<crate::domain::Fault>,
    /// What of the record is in the way of publishing it.
    pub(super) in_the_way: Vec<crate::domain::Fault>,
    /// Why it cannot be done at all.
    pub(super) refused: Option<String>,
    /// Whether somebody else was faster.
    pub(super) is_stale: bool,
}

/// The field that the form of the place has, and the other has not.
pub(super) const SENSITIVITY: &str = "location_sensitivity";
/// The other field of that form.
pub(super) const SENSITIVITY_REASON: &str = "location_sensitivity_reason";
/// The fields of a decision, as they stand in a verdict.
const OF_A_VERDICT: [&str; 5] = ["decision", "reason", "message", "publish_after", "into"];

/// What somebody reviews: sites and reports are what is submitted.
fn reviewed(at: &(Collection, String), work: &Work) -> Result<RecordRef, Problem> {
    work.actor.may(Deed::Review).map_err(Problem::refused)?;
    let (collection, id) = at;
    let is_submitted = matches!(collection, Collection::Sites | Collection::ConditionReports);
    let id = Id::<()>::parse(id).ok().filter(|_| is_submitted);
    let id = id.ok_or_else(Problem::not_found)?;
    Ok(collection.record(id.uuid()))
}

type Done = Result<Committed<Vec<Entity>>, registry::Error>;

async fn decided(record: RecordRef, fields: &Fields, work: &Work) -> Result<Done, Problem> {
    let given = OF_A_VERDICT
        .into_iter()
        .map(|name| (name, fields.one(name)));
    let given = given.filter(|(_, text)| !text.is_empty());
    let body: Map<String, Value> = given
        .map(|(name, text)| (name.to_owned(), text.into()))
        .collect();
    let verdict = match read(&body.into(), "", Verdict::read) {
        Ok(verdict) => verdict,
        Err(faults) => return Ok(Err(faults.into())),
    };
    let (actor, version) = (work.actor.clone(), version(fields));
    let review = move |registry: &registry::Registry| {
        Ok::<_, Problem>(registry.review(&actor, record, version, &verdict))
    };
    work.call.state.blocking(review).await
}

async fn changed(record: RecordRef, fields: &Fields, work: &Work) -> Result<Done, Problem> {
    let reason = fields.one(SENSITIVITY_REASON);
    let reason = (!reason.is_empty()).then_some(reason);
    let body = json!({
        SENSITIVITY: fields.one(SENSITIVITY),
        SENSITIVITY_REASON: reason,
    });
    let edit = match Edit::patch(record.id, &body) {
        Ok(edit) => edit,
        Err(faults) => return Ok(Err(faults.into())),
    };
    let seen = Seen::of(record, &work.call).await?;
    let shown = shown(&seen, &work.call)?;
    let (actor, version) = (work.actor.clone(), version(fields));
    let edit = move |registry: &registry::Registry| {
        Ok::<_, Problem>(registry.edit(&actor, record, version, &edit, &shown, true))
    };
    work.call.state.blocking(edit).await
}

/// The version that the page had; one that is none is nobody's.
fn version(fields: &Fields) -> Version {
    Version(fields.one("version").parse().unwrap_or(0))
}

/// After a decision to the queue; after what is not the last word, back to the page.
fn led_on(record: RecordRef, is_of_place: bool, fields: &Fields, call: &Call) -> HttpResponse {
    let RecordRef { collection, id } = record;
    let is_claimed = fields.one("decision") == State::InReview.id();
    let to = if is_of_place || is_claimed {
        format!("/desk/review/{collection}/{id}")
    } else {
        format!("/desk/queue?decided={collection}/{id}")
    };
    see_other(call, &to)
}

/// The page, with what was typed and what is wrong with it.
async fn shown_again(
    record: RecordRef,
    asked: &Asked,
    status: StatusCode,
    work: &Work,
) -> Result<HttpResponse, Problem> {
    let call = &work.call;
    let (actor, snapshot) = (work.actor.clone(), call.snapshot());
    let seen = snapshot.clone();
    let waiting = call
        .state
        .blocking(move |registry| registry.to_decide(&actor, &seen, record))
        .await?;
    let waiting = waiting.ok_or_else(Problem::not_found)?;
    let shown = hints::of(&waiting, asked, &snapshot, call);
    let feature = Some(&shown["feature"]).filter(|feature| !feature.is_null());
    let text = pages::for_review(record, feature, shown.clone(), &snapshot, call)?;
    Ok(page::answer(status, text, call))
}
