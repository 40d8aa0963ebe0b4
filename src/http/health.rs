//! Whether the program runs, and whether it can answer.

use std::sync::atomic::Ordering;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::asked::no_parameters;
use super::negotiate::JSON;
use super::{Problem, State};

/// `GET /healthz`: the program runs.
pub(super) async fn alive(request: HttpRequest) -> Result<HttpResponse, Problem> {
    no_parameters(&request, &[JSON])?;
    Ok(ok())
}

fn ok() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "status": "ok" }))
}

/// So many times in a row: a second and a half, or as long as the database keeps it waiting.
const MISSED_TOO_OFTEN: u32 = 3;

/// `GET /readyz`: the catalogue follows the log. 503 where it could not, several times in a row.
///
/// It says nothing of where the log ends: whoever asked often enough would see when something hidden is written.
pub(super) async fn ready(
    state: Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    no_parameters(&request, &[JSON])?;
    if state.missed.load(Ordering::Relaxed) >= MISSED_TOO_OFTEN {
        return Err(Problem::unreachable());
    }
    Ok(ok())
}
