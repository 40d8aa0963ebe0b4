//! Whether the program runs, and whether it can answer.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use serde_json::json;

use super::{Problem, State};
use crate::store;

/// `GET /healthz`: the program runs.
pub(super) async fn alive() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "status": "ok" }))
}

/// `GET /readyz`: the database is there, and the catalogue shows all of it. 503 where not.
pub(super) async fn ready(state: Data<State>) -> Result<HttpResponse, Problem> {
    let end_of_log = state.blocking(|_, store| store.last_seq()).await;
    let end_of_log = end_of_log.map_err(|_| Problem::from(store::Error::Busy))?;
    if state.catalogue.shown() < end_of_log {
        return Err(Problem::of(
            super::problem::Kind::Busy,
            "the catalogue is catching up with the log",
        ));
    }
    Ok(alive().await)
}
