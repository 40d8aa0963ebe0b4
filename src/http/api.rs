//! The API definition (OpenAPI 3.0): prose, schemas and examples written by hand in `openapi/`; paths per collection,
//! parameters and enumerations from the tables.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::asked::no_parameters;
use super::negotiate::OPENAPI;
use super::{Problem, State, respond};
use crate::domain::Reader;

/// `GET /api`.
pub(super) async fn show(
    state: Data<State>,
    reader: Reader,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    no_parameters(&request, &[OPENAPI])?;
    Ok(respond::openapi(
        &json!({ "servers": [{ "url": state.base_url }] }),
        &reader,
    ))
}
