//! Every route of the program, on one page, but for those of the pages for work (`desk/routes.rs`).

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::guard::{Any, Get, Head};
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, TRANSFER_ENCODING};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, PathConfig, ServiceConfig};
use actix_web::{Error, HttpMessage, HttpResponse, Route};

use super::kind::Kind;
use super::open_end::Holding;
use super::session;
use super::{
    Problem, accounts, api, clusters, collections, creates, cross_origin, desk, edits, erasures,
    functions, health, history, items, landing, layer, map, matrix_sets, noted, pages, reviews,
    schemas, search, sensitivity, statistics, suggest, tiles, tilesets, vocabularies, waiting,
};

/// The longest address, in bytes: many times the longest sensible question.
const ADDRESS_MAX: usize = 16_384;

/// A method, and what answers it.
pub(super) type Taken = (Method, fn() -> Route);

/// A path, and what it takes.
pub(super) type Entry = (&'static str, &'static [Taken]);

/// The paths of the API, and what each takes.
static OPEN: &[Entry] = &[
    ("/", &[(Method::GET, || reading().to(landing::show))]),
    (
        "/accounts",
        &[
            (Method::GET, || reading().to(accounts::list)),
            (Method::POST, || web::post().to(accounts::add)),
        ],
    ),
    (
        "/accounts/{account}",
        &[
            (Method::GET, || reading().to(accounts::show)),
            (Method::DELETE, || web::delete().to(accounts::disable)),
        ],
    ),
    (
        "/accounts/{account}/tokens",
        &[
            (Method::GET, || reading().to(accounts::tokens)),
            (Method::POST, || web::post().to(accounts::issue)),
        ],
    ),
    ("/api", &[(Method::GET, || reading().to(api::show))]),
    (
        "/base-map",
        &[(Method::GET, || reading().to(map::base_map))],
    ),
    (
        "/base-map/{z}/{x}/{y}",
        &[(Method::GET, || reading().to(map::tile))],
    ),
    (
        "/changes",
        &[(Method::GET, || reading().to(history::changes))],
    ),
    (
        "/collections",
        &[(Method::GET, || reading().to(collections::list))],
    ),
    (
        "/collections/{collection}",
        &[(Method::GET, || reading().to(collections::show))],
    ),
    (
        "/collections/{collection}/clusters",
        &[(Method::GET, || reading().to(clusters::show))],
    ),
    (
        "/collections/{collection}/items",
        &[
            (Method::GET, || reading().to(items::list)),
            (Method::POST, || web::post().to(creates::create)),
            (Method::OPTIONS, || {
                web::method(Method::OPTIONS).to(creates::options)
            }),
        ],
    ),
    (
        "/collections/{collection}/items/{id}",
        &[
            (Method::GET, || reading().to(items::show)),
            (Method::PUT, || web::put().to(edits::replace)),
            (Method::PATCH, || web::patch().to(edits::patch)),
            (Method::DELETE, || web::delete().to(edits::withdraw)),
            (Method::OPTIONS, || {
                web::method(Method::OPTIONS).to(edits::options)
            }),
        ],
    ),
    (
        "/collections/{collection}/items/{id}/differences",
        &[(Method::GET, || reading().to(history::compared))],
    ),
    (
        "/collections/{collection}/items/{id}/erasures",
        &[(Method::POST, || web::post().to(erasures::erase))],
    ),
    (
        "/collections/{collection}/items/{id}/review",
        &[(Method::POST, || web::post().to(reviews::review))],
    ),
    (
        "/collections/{collection}/items/{id}/versions",
        &[(Method::GET, || reading().to(history::versions))],
    ),
    (
        "/collections/sites/items/{id}/sensitivity-resets",
        &[(Method::POST, || web::post().to(sensitivity::reset))],
    ),
    (
        "/collections/{collection}/queryables",
        &[(Method::GET, || reading().to(schemas::to_ask_for))],
    ),
    (
        "/collections/{collection}/schema",
        &[(Method::GET, || reading().to(schemas::show))],
    ),
    (
        "/collections/{collection}/search",
        &[(Method::POST, || web::post().to(search::search))],
    ),
    (
        "/collections/{collection}/sortables",
        &[(Method::GET, || reading().to(schemas::to_sort_by))],
    ),
    (
        "/collections/{collection}/tiles",
        &[(Method::GET, || reading().to(tilesets::list))],
    ),
    (
        "/collections/{collection}/tiles/{tileMatrixSetId}",
        &[(Method::GET, || reading().to(tilesets::show))],
    ),
    (
        "/collections/{collection}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
        &[(Method::GET, || reading().to(tiles::show))],
    ),
    (
        "/collections/{collection}/tiles/WebMercatorQuad/xyz/{z}/{x}/{y}",
        &[(Method::GET, || reading().to(tiles::show_by_column))],
    ),
    (
        "/conformance",
        &[(Method::GET, || reading().to(landing::conformance))],
    ),
    (
        "/fonts/{fontstack}/{range}",
        &[(Method::GET, || reading().to(map::font))],
    ),
    (
        "/functions",
        &[(Method::GET, || reading().to(functions::list))],
    ),
    ("/healthz", &[(Method::GET, || reading().to(health::alive))]),
    ("/me", &[(Method::GET, || reading().to(accounts::me))]),
    ("/queue", &[(Method::GET, || reading().to(waiting::queue))]),
    ("/readyz", &[(Method::GET, || reading().to(health::ready))]),
    (
        "/assets/{asset}",
        &[(Method::GET, || reading().to(pages::asset))],
    ),
    (
        "/sprites/{sprite}",
        &[(Method::GET, || reading().to(map::sprite))],
    ),
    (
        "/statistics",
        &[(Method::GET, || reading().to(statistics::show))],
    ),
    ("/styles", &[(Method::GET, || reading().to(map::styles))]),
    (
        "/styles/{styleId}",
        &[(Method::GET, || reading().to(map::style))],
    ),
    (
        "/submissions",
        &[(Method::GET, || reading().to(waiting::submissions))],
    ),
    ("/suggest", &[(Method::GET, || reading().to(suggest::show))]),
    (
        "/tileMatrixSets",
        &[(Method::GET, || reading().to(matrix_sets::list))],
    ),
    (
        "/tileMatrixSets/{tileMatrixSetId}",
        &[(Method::GET, || reading().to(matrix_sets::show))],
    ),
    (
        "/tiles",
        &[(Method::GET, || reading().to(tilesets::list_all))],
    ),
    (
        "/tiles/{tileMatrixSetId}",
        &[(Method::GET, || reading().to(tilesets::show_all))],
    ),
    (
        "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
        &[(Method::GET, || reading().to(tiles::show_all))],
    ),
    (
        "/tiles/WebMercatorQuad/xyz/{z}/{x}/{y}",
        &[(Method::GET, || reading().to(tiles::show_all_by_column))],
    ),
    (
        "/tokens/{token}",
        &[(Method::DELETE, || web::delete().to(accounts::revoke))],
    ),
    (
        "/vocabularies",
        &[(Method::GET, || reading().to(vocabularies::list))],
    ),
    (
        "/vocabularies/{scheme}",
        &[(Method::GET, || reading().to(vocabularies::show))],
    ),
];

/// All of them, in the order by which they are counted.
fn all() -> impl Iterator<Item = &'static Entry> {
    OPEN.iter().chain(desk::ROUTES)
}

/// All paths with the methods that each takes, for tests that walk them.
pub fn paths() -> impl Iterator<Item = (&'static str, Vec<Method>)> {
    all().map(|(path, takes)| {
        let methods = takes.iter().map(|(method, _)| method.clone());
        (*path, methods.collect())
    })
}

/// The place of a path in the table, for whoever counts requests; each resource carries its own.
#[derive(Clone, Copy)]
pub(super) struct RouteNumber(pub(super) usize);

/// How many paths there are.
pub(super) fn count() -> usize {
    OPEN.len() + desk::ROUTES.len()
}

/// The pattern of a path, without anything that was asked for; `None` where there is no such path.
pub(super) fn pattern(number: usize) -> Option<&'static str> {
    all().nth(number).map(|(path, _)| *path)
}

/// Puts the routes into a server.
pub fn configure(server: &mut ServiceConfig) {
    // A collection that does not parse is one that is not there.
    server.app_data(
        PathConfig::default().error_handler(|_, request| layer::not_ours(request).into()),
    );
    let mut scope = web::scope("");
    for (number, (path, takes)) in all().enumerate() {
        let mut resource = web::resource(*path).app_data(RouteNumber(number));
        for (_, route) in *takes {
            resource = resource.route(route());
        }
        let allow = allow(takes);
        scope = scope.service(resource.default_service(web::to(move |method: Method| {
            std::future::ready(other_method(&method, &allow))
        })));
    }
    // Around everything, so that pages of others may read problems too.
    server.service(
        scope
            .default_service(web::to(nothing_here))
            .wrap(from_fn(session::cookie::tell))
            .wrap(from_fn(bounded))
            .wrap(from_fn(cross_origin::share))
            .wrap(from_fn(noted::note)),
    );
}

/// What a path takes, as `Allow` says it.
fn allow(takes: &[Taken]) -> String {
    let mut names = Vec::new();
    for (method, _) in takes.iter().filter(|(method, _)| method != Method::OPTIONS) {
        names.push(method.as_str());
        if method == Method::GET {
            names.push("HEAD");
        }
    }
    names.push("OPTIONS");
    names.join(", ")
}

/// GET, and HEAD with it.
pub(super) fn reading() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}

/// OPTIONS says what a path takes; everything else is refused.
fn other_method(method: &Method, allow: &str) -> Result<HttpResponse, Problem> {
    if method == Method::OPTIONS {
        return Ok(HttpResponse::NoContent()
            .insert_header((ALLOW, allow))
            .finish());
    }
    Err(Problem::of(Kind::NoMethod, format!("this address takes {allow}")).with(ALLOW, allow))
}

/// Refuses addresses that are longer than any question, before they are parsed, and waits for no body without a known end.
async fn bounded(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let has_open_end = request.headers().contains_key(TRANSFER_ENCODING);
    let unread = has_open_end.then(|| request.take_payload());
    let asked = request.uri().path_and_query();
    let refused = if asked.is_some_and(|asked| asked.as_str().len() > ADDRESS_MAX) {
        let detail = format!("an address has at most {ADDRESS_MAX} bytes");
        Some(Problem::of(Kind::TooLong, detail))
    } else if has_open_end && !request.method().is_safe() {
        let detail = "say how long the body is, by Content-Length";
        Some(Problem::of(Kind::NoLength, detail))
    } else {
        None
    };
    let answer = match refused {
        Some(problem) => pages::of_problem(request.error_response(problem)),
        None => pages::of_problem(next.call(request).await?.map_into_boxed_body()),
    };
    Ok(match unread {
        Some(unread) => answer.map_body(|_, answer| Holding { answer, unread }.boxed()),
        None => answer,
    })
}

async fn nothing_here() -> Result<HttpResponse, Problem> {
    Err(Problem::not_found())
}
