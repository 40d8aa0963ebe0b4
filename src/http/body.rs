//! Bodies of requests: what is too long, in another form or no JSON is refused before anything looks at what it says.

use actix_web::HttpRequest;
use actix_web::http::header::{CONTENT_TYPE, HeaderName};
use actix_web::web::{BytesMut, Payload};
use futures_util::StreamExt;
use serde_json::Value;

use super::Problem;
use super::problem::Kind;

/// Bytes of the body of one record (DESIGN 10).
const OF_ONE_RECORD: usize = 2_000_000;
/// Bytes of the body of many.
const OF_MANY: usize = 32_000_000;

/// What bodies that make something are written in.
pub(super) const TO_POST: &[&str] = &["application/json"];
/// What whole features are written in.
pub(super) const TO_PUT: &[&str] = &["application/geo+json", "application/json"];
/// What changes are written in (RFC 7396).
pub(super) const TO_PATCH: &[&str] = &["application/merge-patch+json", "application/json"];

/// Refuses a body that is none of what is taken, or does not say what it is. `name` is the header that tells what is.
pub(super) fn media_type(
    request: &HttpRequest,
    taken: &[&str],
    name: &'static str,
) -> Result<(), Problem> {
    let given = request.headers().get(CONTENT_TYPE);
    let given = given
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if taken.iter().any(|one| one.eq_ignore_ascii_case(essence)) {
        return Ok(());
    }
    let taken = taken.join(", ");
    let detail = format!("write the body as {taken}, and say so in Content-Type");
    Err(Problem::of(Kind::NoMediaType, detail).with(HeaderName::from_static(name), &taken))
}

/// JSON that says one thing: a record, an account.
pub(super) async fn json(payload: Payload) -> Result<Value, Problem> {
    parse(&read(payload, OF_ONE_RECORD).await?)
}

/// JSON that says one thing or many, a `FeatureCollection`, with its bytes.
pub(super) async fn one_or_many(payload: Payload) -> Result<(Value, BytesMut), Problem> {
    let body = read(payload, OF_MANY).await?;
    let value = parse(&body)?;
    if body.len() > OF_ONE_RECORD && value["type"] != "FeatureCollection" {
        return Err(too_large(OF_ONE_RECORD));
    }
    Ok((value, body))
}

fn parse(body: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        // serde_json says where, and counts lines and columns from 1. Deeper than 128 is refused as what is no JSON.
        Problem::of(Kind::BadRequest, format!("the body is not JSON: {error}"))
    })
}

fn too_large(most: usize) -> Problem {
    Problem::of(
        Kind::TooLarge,
        format!("a body has at most {most} bytes here"),
    )
}

/// The body, unless it is longer than `most` bytes.
async fn read(mut payload: Payload, most: usize) -> Result<BytesMut, Problem> {
    let mut body = BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_| Problem::of(Kind::BadRequest, "the body broke off"))?;
        if body.len() + piece.len() > most {
            return Err(too_large(most));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}
