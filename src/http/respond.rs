//! Answers: bodies, links and the headers that go with them.

use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, HeaderName, VARY};
use serde_json::Value;

use super::asked::ItemsRequest;
use super::negotiate::{JSON, OPENAPI};
use super::{Problem, State};
use crate::catalogue::{Found, Page, Snapshot};
use crate::domain::{Collection, LABEL_LANGUAGES, Lang, Reader};
use crate::formats::geojson::{self, Around};
use crate::formats::{Format, GEOJSON, Link, Showing};

/// The CRS of every coordinate, for the header `Content-Crs` (Features Part 2, 6.2.2).
const CRS84: &str = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>";

/// A JSON document.
pub(super) fn json(body: &Value, reader: &Reader) -> HttpResponse {
    answer(JSON, body.to_string(), reader)
}

/// The API definition.
pub(super) fn openapi(body: &Value, reader: &Reader) -> HttpResponse {
    answer(OPENAPI, body.to_string(), reader)
}

/// A page of features.
pub(super) fn page(
    page: &Page<'_>,
    snapshot: &Snapshot,
    asked: &ItemsRequest,
    state: &State,
    reader: &Reader,
) -> HttpResponse {
    let links = asked.links(page, state);
    let showing = Showing::new(
        asked.collection,
        reader.audience(),
        reader.languages(),
        asked.query.selection.as_ref(),
    );
    let around = Around {
        links: &links,
        changed_at: snapshot.changed_at(),
        matched: page.matched,
        returned: page.hits.len(),
    };
    let features = page.hits.iter().map(|hit| (hit.feature, hit.distance));
    let body = geojson::collection(features, &showing, &around);
    located(answer(asked.format, body, reader))
}

/// One feature, or why it is not there.
pub(super) fn feature(
    found: Found<'_>,
    collection: Collection,
    links: &[Link],
    reader: &Reader,
) -> Result<HttpResponse, Problem> {
    match found {
        Found::Here(feature) => {
            let showing = Showing::new(collection, reader.audience(), reader.languages(), None);
            Ok(located(answer(
                GEOJSON,
                geojson::feature(feature, &showing, links),
                reader,
            )))
        }
        Found::Gone => Err(Problem::gone()),
        Found::Nothing => Err(Problem::not_found()),
    }
}

/// A link within the registry.
pub(super) fn link(
    state: &State,
    path: &str,
    rel: &'static str,
    format: Format,
    title: &str,
) -> Link {
    Link {
        href: format!("{}{path}", state.base_url),
        rel,
        media_type: format.media_type,
        title: title.to_owned(),
    }
}

fn answer(format: Format, body: impl MessageBody + 'static, reader: &Reader) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::OK);
    response
        .content_type(format.media_type)
        .insert_header((VARY, "Accept, Accept-Language, Authorization, Cookie"));
    // Answers to anyone known stay with them; what is public may live a minute in shared caches (DESIGN 4).
    let caching = if reader.is_known() {
        "private, no-store"
    } else {
        "public, max-age=60"
    };
    response.insert_header((CACHE_CONTROL, caching));
    response.insert_header((CONTENT_LANGUAGE, language(reader)));
    response.body(body)
}

/// The language of labels: the first of the reader's that concepts have labels in, else English.
fn language(reader: &Reader) -> &'static str {
    let spoken = |lang: &Lang| LABEL_LANGUAGES.into_iter().find(|known| lang.is(known));
    reader.languages().iter().find_map(spoken).unwrap_or("en")
}

fn located(mut response: HttpResponse) -> HttpResponse {
    let value = actix_web::http::header::HeaderValue::from_static(CRS84);
    response
        .headers_mut()
        .insert(HeaderName::from_static("content-crs"), value);
    response
}
