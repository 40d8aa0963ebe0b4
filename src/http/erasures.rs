//! Erasing for safety or privacy: POST of `/collections/{collection}/items/{id}/erasures`.

use actix_web::HttpResponse;
use actix_web::web::{Path, Payload};
use serde_json::json;

use super::asked::no_parameters;
use super::body::TO_POST;
use super::call::Call;
use super::{Problem, body, respond};
use crate::domain::{Collection, Deed, Erasure, Id, read};
use crate::formats::GEOJSON;

/// `POST`: `{"property", "containing", "reason"}`. It is for every version, so that no version has to be named; a record may
/// be in any state.
pub(super) async fn erase(
    at: Path<(Collection, String)>,
    call: Call,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let (collection, id) = at.into_inner();
    let actor = call.actor()?;
    no_parameters(&call.request, &[GEOJSON])?;
    actor.may(Deed::Erase).map_err(Problem::refused)?;
    let id = Id::<()>::parse(&id).map_err(|_| Problem::not_found())?;
    body::media_type(&call.request, TO_POST, "accept-post")?;
    let body = body::json(payload).await?;
    let erasure = read(&body, "", Erasure::read).map_err(Problem::body)?;
    let record = collection.record(id.uuid());
    let done = call
        .state
        .blocking(move |registry| registry.erase(&actor, record, &erasure))
        .await?;
    call.state.copies.clear();
    call.state.tiles.clear();
    call.state.pasts.clear();
    let done = call.shown(done).await?;
    let body = json!({"versions": done.versions});
    respond::json(&body, None, &call).await
}
