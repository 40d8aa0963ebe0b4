//! Features: `/collections/{collection}/items` and `…/items/{id}` (OGC API - Features Part 1, 7.15 and 7.16).

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::asked::{ItemsRequest, no_parameters};
use super::negotiate::JSON;
use super::respond::{self, link};
use super::{Problem, State};
use crate::domain::{Collection, Id, Reader};
use crate::formats::{FORMATS, GEOJSON};

/// `GET /collections/{collection}/items` (OGC API - Features Part 1, 7.15).
pub(super) async fn list(
    state: Data<State>,
    collection: Path<Collection>,
    reader: Reader,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let snapshot = state.snapshot(reader.audience());
    let asked = ItemsRequest::parse(&request, *collection, &snapshot)?;
    let page = snapshot.search(*collection, &asked.query);
    Ok(respond::page(&page, &snapshot, &asked, &state, &reader))
}

/// `GET /collections/{collection}/items/{id}` (OGC API - Features Part 1, 7.16).
pub(super) async fn show(
    state: Data<State>,
    at: Path<(Collection, String)>,
    reader: Reader,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (collection, id) = at.into_inner();
    no_parameters(&request, FORMATS)?;
    let id = Id::<()>::parse(&id).map_err(|_| Problem::not_found())?;

    let snapshot = state.snapshot(reader.audience());
    let found = snapshot.find(collection.record(id.uuid()));
    let (whole, itself) = (
        format!("/collections/{collection}"),
        format!("/collections/{collection}/items/{id}"),
    );
    let links = [
        link(&state, &itself, "self", GEOJSON, "This feature"),
        link(
            &state,
            &format!("{itself}?f=json"),
            "alternate",
            GEOJSON,
            "This feature as GeoJSON",
        ),
        link(&state, &whole, "collection", JSON, "The collection"),
    ];
    respond::feature(found, collection, &links, &reader)
}
