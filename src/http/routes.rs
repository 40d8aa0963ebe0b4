//! Every route of the program, on one page.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::guard::{Any, Get, Head};
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, TRANSFER_ENCODING};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, PathConfig, ServiceConfig};
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError, Route};

use super::open_end::Holding;
use super::problem::Kind;
use super::{Problem, api, collections, cross_origin, health, items, landing};

/// The conformance classes that hold, whole.
pub const CONFORMANCE: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
];

/// What every path takes: all of them are only read.
pub(super) const METHODS: &str = "GET, HEAD, OPTIONS";

/// The longest address, in bytes: many times the longest sensible question.
const ADDRESS_MAX: usize = 16_384;

/// A path, and what answers there.
type Entry = (&'static str, fn() -> Route);

/// The paths, and what answers there.
const ROUTES: &[Entry] = &[
    ("/", || reading().to(landing::show)),
    ("/api", || reading().to(api::show)),
    ("/collections", || reading().to(collections::list)),
    ("/collections/{collection}", || {
        reading().to(collections::show)
    }),
    ("/collections/{collection}/items", || {
        reading().to(items::list)
    }),
    ("/collections/{collection}/items/{id}", || {
        reading().to(items::show)
    }),
    ("/conformance", || reading().to(landing::conformance)),
    ("/healthz", || reading().to(health::alive)),
    ("/readyz", || reading().to(health::ready)),
];

/// All paths, for tests that walk them.
pub fn paths() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().map(|(path, _)| *path)
}

/// Puts the routes into a server.
pub fn configure(server: &mut ServiceConfig) {
    // A collection that does not parse is one that is not there.
    server.app_data(PathConfig::default().error_handler(|_, _| Problem::not_found().into()));
    let mut all = web::scope("");
    for (path, route) in ROUTES {
        all = all.service(
            web::resource(*path)
                .route(route())
                .default_service(web::to(other_method)),
        );
    }
    // Around everything, so that pages of others may read problems too.
    server.service(
        all.default_service(web::to(nothing_here))
            .wrap(from_fn(bounded))
            .wrap(from_fn(cross_origin::share)),
    );
}

/// GET, and HEAD with it.
fn reading() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}

/// OPTIONS says what a path takes; everything else is refused.
async fn other_method(method: Method) -> Result<HttpResponse, Problem> {
    if method == Method::OPTIONS {
        return Ok(HttpResponse::NoContent()
            .insert_header((ALLOW, METHODS))
            .finish());
    }
    Err(Problem::of(Kind::NoMethod, "this address is only read: GET or HEAD").with(ALLOW, METHODS))
}

/// Refuses addresses that are longer than any question, before they are parsed, and waits for no body without a known end.
async fn bounded(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let has_open_end = request.headers().contains_key(TRANSFER_ENCODING);
    let unread = has_open_end.then(|| request.take_payload());
    let asked = request.uri().path_and_query();
    let answer = if asked.is_some_and(|asked| asked.as_str().len() > ADDRESS_MAX) {
        let detail = format!("an address has at most {ADDRESS_MAX} bytes");
        let refused = Problem::of(Kind::TooLong, detail).error_response();
        request.into_response(refused)
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    Ok(match unread {
        Some(unread) => answer.map_body(|_, answer| Holding { answer, unread }.boxed()),
        None => answer,
    })
}

async fn nothing_here() -> Result<HttpResponse, Problem> {
    Err(Problem::not_found())
}
