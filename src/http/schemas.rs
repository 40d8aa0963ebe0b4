//! JSON Schemas: of what is read and of what may be sent (OGC API - Features Part 5, draft Part 4), of what features can be
//! asked for (Part 3) and sorted by (draft Part 8).

use actix_web::HttpResponse;
use serde_json::Value;

use super::asked::no_parameters;
use super::call::Call;
use super::negotiate::{self, DOCUMENT_OF_SCHEMA};
use super::reader::parse_lang;
use super::{Problem, collections, respond};
use crate::domain::{
    Body, Collection, For, Layer, Wrong, feature_schema, geojson_schema, queryables, shortened,
    sortables,
};
use crate::formats::Format;
use crate::query::Parameters;

/// What a schema is of.
#[derive(Clone, Copy)]
enum Of {
    /// What is read and sent, independent of its form.
    Feature,
    /// What is read, as GeoJSON.
    GeoJson,
    /// A body of a request.
    Body(Body, Collection),
}

/// `GET /collections/{collection}/schema`.
pub(super) async fn show(layer: Layer, call: Call) -> Result<HttpResponse, Problem> {
    let (of, format) = asked(layer, &call)?;
    let reader = reader(&call);
    let (name, _) = collections::about(layer);
    let (schema, title) = match of {
        Of::Feature => (feature_schema(layer, reader), name.to_owned()),
        Of::GeoJson => (
            geojson_schema(layer, reader),
            format!("{name}: a feature in GeoJSON"),
        ),
        Of::Body(body, collection) => (
            body.schema(collection),
            format!("{name}: what {} takes", method(body)),
        ),
    };
    let parameters = match of {
        Of::Feature => String::new(),
        Of::GeoJson => format!("?type={GEOJSON}"),
        Of::Body(body, _) => format!("?type={}", body.id()),
    };
    let at = format!("/collections/{layer}/schema{parameters}");
    answer(format, schema, &at, title, &call).await
}

/// `GET /collections/{collection}/queryables`.
pub(super) async fn to_ask_for(layer: Layer, call: Call) -> Result<HttpResponse, Problem> {
    let format = no_parameters(&call.request, DOCUMENT_OF_SCHEMA)?;
    let schema = queryables(layer, reader(&call));
    let (name, _) = collections::about(layer);
    let title = format!("{name}: what they can be asked for");
    let at = format!("/collections/{layer}/queryables");
    answer(format, schema, &at, title, &call).await
}

/// `GET /collections/{collection}/sortables`.
pub(super) async fn to_sort_by(layer: Layer, call: Call) -> Result<HttpResponse, Problem> {
    let format = no_parameters(&call.request, DOCUMENT_OF_SCHEMA)?;
    let schema = sortables(layer, reader(&call));
    let (name, _) = collections::about(layer);
    let title = format!("{name}: what they can be sorted by");
    let at = format!("/collections/{layer}/sortables");
    answer(format, schema, &at, title, &call).await
}

async fn answer(
    format: Format,
    mut schema: Value,
    at: &str,
    title: String,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["$id"] = format!("{}{at}", call.base_url).into();
    schema["title"] = title.into();
    respond::document(format, &schema, None, call).await
}

/// Who asks.
fn reader(call: &Call) -> For<'static> {
    For {
        audience: call.reader.audience(),
        sends: call.reader.is_known(),
        lang: respond::language(&call.reader),
    }
}

/// What is asked about.
fn asked(layer: Layer, call: &Call) -> Result<(Of, Format), Problem> {
    let mut parameters = Parameters::parse(call.request.query_string());
    let format = negotiate::format(&call.request, &mut parameters, DOCUMENT_OF_SCHEMA)?;
    parameters.take("lang", parse_lang);
    let of = parameters
        .take("type", |text| parse(layer, text))
        .unwrap_or(Of::Feature);
    let offered = ["type", "f", "lang"];
    parameters.finish(&offered).map_err(Problem::parameters)?;
    Ok((of, format))
}

/// The value of `type` for a feature in GeoJSON.
pub(super) const GEOJSON: &str = "geojson";

fn parse(layer: Layer, text: &str) -> Result<Of, Wrong> {
    if text == GEOJSON {
        return Ok(Of::GeoJson);
    }
    let Some(collection) = layer.ours() else {
        return Err(Wrong(format!(
            "is left out, or {GEOJSON}, not \"{text}\": {layer} is only read",
            text = shortened(text)
        )));
    };
    let found = Body::ALL.into_iter().find(|body| body.id() == text);
    found.map(|body| Of::Body(body, collection)).ok_or_else(|| {
        let bodies = Body::ALL.map(Body::id).join(", ");
        Wrong(format!(
            "is left out for what is read, or one of {bodies}, {GEOJSON}, not \"{text}\"",
            text = shortened(text)
        ))
    })
}

/// The method that takes a body.
fn method(body: Body) -> &'static str {
    match body {
        Body::Create => "POST",
        Body::Replace => "PUT",
        Body::Update => "PATCH",
    }
}
