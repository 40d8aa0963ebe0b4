//! The answer that a page for work is.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, VARY};
use serde_json::Value;

use crate::http::call::Call;
use crate::http::negotiate::HTML;
use crate::http::policy::of_pages;
use crate::http::respond::{DEPENDS_ON, language};
use crate::http::{Problem, pages};

/// A page for work, made of a template and what it shows.
pub(in crate::http) fn page(
    template: &str,
    status: StatusCode,
    shown: Value,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    Ok(answer(
        status,
        pages::for_work(template, shown, call)?,
        call,
    ))
}

/// The answer that is such a page. Nobody keeps it; and it is not compressed, since its length would then tell of the form
/// token in it whoever can have it repeat what they like (BREACH).
pub(super) fn answer(status: StatusCode, page: String, call: &Call) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    for header in of_pages() {
        response.insert_header(header);
    }
    response
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((VARY, DEPENDS_ON))
        .insert_header((CONTENT_LANGUAGE, language(&call.reader)))
        .content_type(HTML.media_type)
        .body(page)
}
