//! Bodies of requests: what is too long, in another form or no JSON is refused before anything looks at what it says.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_TYPE, HeaderName};
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::{Stream, StreamExt};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::Problem;
use super::kind::Kind;
use super::respond::CONTENT_CRS;
use crate::domain::{Crs, Wrong, parse_strictly};
use crate::query::cql2::JSON_BYTES_MAX;

/// Bytes of the body of one record (DESIGN 10).
const OF_ONE_RECORD: usize = 2_000_000;
/// Bytes of the body of many.
const OF_MANY: usize = 32_000_000;
/// Bytes of a question: a filter in it may have as many.
const OF_A_QUESTION: usize = JSON_BYTES_MAX;
/// Bytes of a form: each comes back in the page that shows what is wrong with it.
const OF_A_FORM: usize = 512 * 1024;

/// A body has to be there within this; a phone far from its mast sends 32 MB in it at 2 Mbit/s.
const LONGEST: Duration = Duration::from_mins(2);

/// What bodies that make something are written in.
pub(super) const TO_POST: &[&str] = &["application/json"];
/// What whole features are written in.
pub(super) const TO_PUT: &[&str] = &["application/geo+json", "application/json"];
/// What browsers write a form in.
pub(super) const TO_SEND_A_FORM: &[&str] = &["application/x-www-form-urlencoded"];
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

/// The system of the coordinates of a body: that of `Content-Crs`, with or without angle brackets, since QGIS 3.44 leaves
/// them out; CRS84 where it says nothing.
pub(super) fn crs(request: &HttpRequest) -> Result<Crs, Problem> {
    let mut named = None;
    for given in request.headers().get_all(CONTENT_CRS) {
        let text = given.to_str().unwrap_or_default().trim();
        let bare = text
            .strip_prefix('<')
            .and_then(|text| text.strip_suffix('>'));
        let crs = Crs::parse(bare.unwrap_or(text)).map_err(Problem::content_crs)?;
        if named.is_some_and(|other| other != crs) {
            let detail = "is given twice with different values: give it once";
            return Err(Problem::content_crs(Wrong(detail.to_owned())));
        }
        named = Some(crs);
    }
    Ok(named.unwrap_or_default())
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

/// A question, as it came.
pub(super) async fn question(payload: Payload) -> Result<BytesMut, Problem> {
    read(payload, OF_A_QUESTION).await
}

/// A form, as it came; what is no UTF-8 is nothing that a browser sends from our pages.
pub(super) async fn form(payload: dev::Payload) -> Result<String, Problem> {
    let body = read(payload, OF_A_FORM).await?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// JSON in which no member stands twice.
pub(super) fn parse(body: &[u8]) -> Result<Value, Problem> {
    parse_strictly(body).map_err(|error| {
        // It says where. What is deeper than 128 is refused as what is no JSON.
        Problem::of(Kind::BadRequest, format!("the body is not JSON: {error}"))
    })
}

fn too_slow() -> Problem {
    let seconds = LONGEST.as_secs();
    let detail = format!("the body did not come within {seconds} s; nothing was changed");
    Problem::of(Kind::TooSlow, detail)
}

fn too_large(most: usize) -> Problem {
    Problem::of(
        Kind::TooLarge,
        format!("a body has at most {most} bytes here"),
    )
}

/// The body, unless it is longer than `most` bytes.
async fn read(
    payload: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin,
    most: usize,
) -> Result<BytesMut, Problem> {
    read_until(Instant::now() + LONGEST, payload, most).await
}

async fn read_until(
    until: Instant,
    mut payload: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin,
    most: usize,
) -> Result<BytesMut, Problem> {
    let mut body = BytesMut::new();
    while let Some(piece) = timeout_at(until, payload.next())
        .await
        .map_err(|_| too_slow())?
    {
        let piece = piece.map_err(|_| Problem::of(Kind::BadRequest, "the body broke off"))?;
        if body.len() + piece.len() > most {
            return Err(too_large(most));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use actix_web::rt::System;
    use futures_util::stream::{iter, pending};

    use super::*;

    #[test]
    fn a_body_that_does_not_come_is_not_waited_for() {
        let piece = iter([Ok(Bytes::from_static(b"{"))]);
        let read = read_until(Instant::now(), piece.chain(pending()), 10);
        let refused = System::new().block_on(read).unwrap_err();
        assert_eq!(refused.kind(), Kind::TooSlow);
        let whole = iter([Ok(Bytes::from_static(b"{")), Ok(Bytes::from_static(b"}"))]);
        let read = read_until(Instant::now() + LONGEST, whole, 2);
        assert_eq!(System::new().block_on(read).unwrap(), &b"{}"[..]);
    }
}
