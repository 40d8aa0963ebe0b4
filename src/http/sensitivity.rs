//! A sensitivity that was a mistake: POST of `/collections/sites/items/{id}/sensitivity-resets`.

use actix_web::HttpResponse;
use actix_web::web::{Path, Payload};

use super::body::TO_POST;
use super::call::Call;
use super::edits::{Asked, follows};
use super::{Problem, body, record};
use crate::domain::{Collection, Deed, SensitivityReset, read};

/// `POST`: `{"reason"}`. It is decided on what the site is today, so that a version has to be named.
pub(super) async fn reset(
    id: Path<String>,
    call: Call,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let actor = call.actor()?;
    actor
        .may(Deed::ResetSensitivity)
        .map_err(Problem::refused)?;
    let asked = Asked::parse(&(Collection::Sites, id.into_inner()), &call).await?;
    body::media_type(&call.request, TO_POST, "accept-post")?;
    let current = asked.version()?;
    let Asked { actor, record, .. } = asked;
    follows(call.request.headers(), &actor, current)?;
    let body = body::json(payload).await?;
    let reason = read(&body, "", SensitivityReset::read_reason).map_err(Problem::body)?;
    let done = call
        .state
        .blocking(move |registry| registry.reset_sensitivity(&actor, record, current, reason))
        .await?;
    call.shown(done).await?;
    record::changed(record, &call).await
}
