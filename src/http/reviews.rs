//! Deciding on records: POST of `/collections/{collection}/items/{id}/review`.

use actix_web::HttpResponse;
use actix_web::web::{Path, Payload};

use super::body::TO_POST;
use super::call::Call;
use super::edits::{Asked, follows};
use super::{Problem, body, record};
use crate::domain::{Collection, Deed, State, Verdict, read};

/// `POST`: `{"decision", "reason", "message", …}`, where the decision is the state that the record is to come to.
pub(super) async fn review(
    at: Path<(Collection, String)>,
    call: Call,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::parse(&at, &call).await?;
    let may = |deed| asked.actor.may(deed);
    may(Deed::create(at.0))
        .or(may(Deed::edit(at.0)))
        .map_err(Problem::refused)?;
    body::media_type(&call.request, TO_POST, "accept-post")?;
    let (actor, record) = (asked.actor.clone(), asked.record);
    let current = asked.version()?;
    follows(call.request.headers(), &actor, current)?;
    let body = body::json(payload).await?;
    let verdict = read(&body, "", Verdict::read).map_err(Problem::body)?;
    let target = verdict.into.filter(|_| verdict.to == State::Merged);
    let done = call
        .state
        .blocking(move |registry| registry.review(&actor, record, current, &verdict))
        .await?;
    call.shown(done).await?;
    let shown = target.map_or(record, |site| Collection::Sites.record(site.uuid()));
    record::changed(shown, &call).await
}
