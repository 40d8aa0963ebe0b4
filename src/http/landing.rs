//! The landing page and the conformance declaration (OGC API - Features Part 1, 7.2 and 7.4).

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::asked::no_parameters;
use super::negotiate::{JSON, OPENAPI};
use super::respond::{self, link};
use super::{CONFORMANCE, Problem, State, api};
use crate::domain::Reader;

/// `GET /`.
pub(super) async fn show(
    state: Data<State>,
    reader: Reader,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    no_parameters(&request, &[JSON])?;
    let (title, description) = api::of_itself();
    let body = json!({
        "title": title,
        "description": description,
        "conformsTo": CONFORMANCE,
        "links": [
            link(&state, "/", "self", JSON, "This page"),
            link(&state, "/?f=json", "alternate", JSON, "This page as JSON"),
            link(&state, "/api", "service-desc", OPENAPI, "The API definition"),
            link(&state, "/conformance", "conformance", JSON, "What of OGC API this service conforms to"),
            link(&state, "/collections", "data", JSON, "The collections"),
        ],
    });
    Ok(respond::json(&body, &reader))
}

/// `GET /conformance`.
pub(super) async fn conformance(
    reader: Reader,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    no_parameters(&request, &[JSON])?;
    Ok(respond::json(
        &json!({ "conformsTo": CONFORMANCE }),
        &reader,
    ))
}
