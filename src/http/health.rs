//! Whether the program runs, and whether it can answer.

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

/// `GET /readyz`: the database is there, and the catalogue shows all of it. 503 where not.
pub(super) async fn ready(
    state: Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    no_parameters(&request, &[JSON])?;
    match state.blocking(|_, store| store.last_seq()).await {
        Ok(end_of_log) if state.catalogue.shown() >= end_of_log => Ok(ok()),
        Ok(_) => Err(Problem::catching_up()),
        Err(_) => Err(Problem::unreachable()),
    }
}
