//! What may be sent, as JSON Schema: `GET /collections/{collection}/schema` (draft OGC API - Features Part 4).

use actix_web::HttpResponse;
use actix_web::web::Path;

use super::call::Call;
use super::negotiate::{self, SCHEMA};
use super::reader::parse_lang;
use super::{Problem, collections, respond};
use crate::domain::{Body, Collection, Wrong};
use crate::query::Parameters;

/// `GET /collections/{collection}/schema?type=…`.
pub(super) async fn show(
    collection: Path<Collection>,
    call: Call,
) -> Result<HttpResponse, Problem> {
    let (collection, body) = (*collection, asked(&call)?);
    let mut schema = body.schema(collection);
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    let id = format!(
        "{}/collections/{collection}/schema?type={}",
        call.base_url,
        body.id()
    );
    schema["$id"] = id.into();
    let (title, _) = collections::about(collection);
    schema["title"] = format!("{title}: what {} takes", method(body)).into();
    respond::schema(&schema, &call).await
}

/// The body that is asked about.
fn asked(call: &Call) -> Result<Body, Problem> {
    let mut parameters = Parameters::parse(call.request.query_string());
    negotiate::format(&call.request, &mut parameters, &[SCHEMA])?;
    parameters.take("lang", parse_lang);
    let had = parameters.has("type");
    let body = parameters.take("type", parse);
    if body.is_none() && !had {
        // That of what is read, which has no `type`, is not written yet.
        parameters.fault("type", format!("is required: {}", choices()));
    }
    let offered = ["type", "f", "lang"];
    parameters.finish(&offered).map_err(Problem::parameters)?;
    Ok(body.expect("without one there is a fault"))
}

fn parse(text: &str) -> Result<Body, Wrong> {
    let found = Body::ALL.into_iter().find(|body| body.id() == text);
    found.ok_or_else(|| Wrong(format!("\"{text}\" is no body that is sent: {}", choices())))
}

fn choices() -> String {
    format!("it is one of {}", Body::ALL.map(Body::id).join(", "))
}

/// The method that takes a body.
fn method(body: Body) -> &'static str {
    match body {
        Body::Create => "POST",
        Body::Replace => "PUT",
        Body::Update => "PATCH",
    }
}
