//! The routes of the private address: what is counted, for the operator's own programs. None of it is for the public,
//! which would see when something hidden is written, and how busy those are who write.

use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Data, ServiceConfig, get, to};
use actix_web::{HttpResponse, Responder};
use tokio::time::timeout;

use super::beside::blocking;
use super::exposition::{MEDIA_TYPE, exposition};
use super::{State, health};

/// Whoever reads metrics waits ten seconds by default: a database that says nothing must not take the others away.
const DATABASE_SAYS: Duration = Duration::from_secs(5);

/// Puts the routes of the private address into a server.
pub(super) fn configure(server: &mut ServiceConfig) {
    server
        .route("/metrics", get().to(metrics))
        .route("/healthz", get().to(health::alive))
        .route("/readyz", get().to(health::ready))
        .default_service(to(HttpResponse::NotFound));
}

/// `GET /metrics`.
async fn metrics(state: Data<State>) -> impl Responder {
    let registry = state.registry.clone();
    let asked = timeout(DATABASE_SAYS, blocking(move || registry.end_of_log()));
    // That it could not be asked is one of the numbers, and not worth a line of the log each time.
    let end = asked.await.ok().and_then(Result::ok).and_then(Result::ok);
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, MEDIA_TYPE))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(exposition(&state, end))
}
