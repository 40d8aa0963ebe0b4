//! The landing page and the conformance declaration (OGC API - Features Part 1, 7.2 and 7.4).

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::asked::no_parameters;
use super::negotiate::{JSON, OPENAPI};
use super::respond::{self, link};
use super::{CONFORMANCE, Problem, State};
use crate::domain::Reader;

const TITLE: &str = "Heritage registry of Karabakh";
const DESCRIPTION: &str = "The shared, neutral record of cultural and religious sites, their condition over time, and the \
    organizations that look after them. Karabakh is used here as a geographical name found in both languages of the region \
    (Qarabağ, Ղարաբաղ) for the area of the map; no other name is denied. Absence of a remark on hazards is not a statement \
    of safety.";

/// `GET /`.
pub(super) async fn show(
    state: Data<State>,
    reader: Reader,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    no_parameters(&request, &[JSON])?;
    let body = json!({
        "title": TITLE,
        "description": DESCRIPTION,
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
