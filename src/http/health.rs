//! Whether the program runs, and whether it can answer.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use serde_json::json;

use super::problem::Kind;
use super::{Problem, State};

/// `GET /healthz`: the program runs.
pub(super) async fn alive() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "status": "ok" }))
}

/// `GET /readyz`: the database is there, and the catalogue shows all of it. 503 where not.
pub(super) async fn ready(state: Data<State>) -> Result<HttpResponse, Problem> {
    match state.blocking(|_, store| store.last_seq()).await {
        Ok(end_of_log) if state.catalogue.shown() >= end_of_log => Ok(alive().await),
        Ok(_) => Err(Problem::catching_up()),
        Err(_) => Err(Problem::of(
            Kind::Busy,
            "the database cannot be reached; try again",
        )),
    }
}
