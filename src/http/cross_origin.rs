//! Pages of any origin may read everything here (CORS): what is public is for all, and a token travels in a header that
//! a page of another origin would have to know.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderName, HeaderValue, ORIGIN,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

/// What pages may do: each path says what of it it takes.
const METHODS: &str = "GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE";

/// What scripts may read of an answer beside its body.
const EXPOSED: &str = "Link, Location, ETag, Last-Modified, Content-Crs, Content-Disposition, Content-Language, Content-Location, \
    OGC-NumberMatched, OGC-NumberReturned, Allow, Accept-Patch, Accept-Post, Retry-After";

/// What scripts may send. `*` would leave `Authorization` out.
const TAKEN: &str = "Accept, Accept-Language, Authorization, Content-Crs, Content-Type, Idempotency-Key, If-Match, If-Modified-Since, If-None-Match";

/// Answers the question of a browser whether a page may ask, and lets pages of any origin read every other answer.
pub(super) async fn share(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = if is_preflight(&request) {
        let allowed = HttpResponse::NoContent()
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS))
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, TAKEN))
            // A day; browsers keep it for two hours to a day at most.
            .insert_header((ACCESS_CONTROL_MAX_AGE, "86400"))
            .finish();
        request.into_response(allowed).map_into_boxed_body()
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    let mut say = |name: HeaderName, value| {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    };
    say(ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    say(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    Ok(response)
}

/// Only both headers make one: QGIS sends OPTIONS with neither, and reads `Allow`.
fn is_preflight(request: &ServiceRequest) -> bool {
    let has = |name: HeaderName| request.headers().contains_key(name);
    request.method() == Method::OPTIONS && has(ORIGIN) && has(ACCESS_CONTROL_REQUEST_METHOD)
}
