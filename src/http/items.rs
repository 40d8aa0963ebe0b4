//! Features: `/collections/{collection}/items` and `…/items/{id}` (OGC API - Features Part 1, 7.15 and 7.16).

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::Path;

use super::asked::{ItemsRequest, no_parameters};
use super::call::Call;
use super::negotiate::JSON;
use super::{Problem, respond};
use crate::domain::{Collection, Id, RecordRef};
use crate::formats::{FORMATS, GEOJSON, Link};

/// `GET /collections/{collection}/items` (OGC API - Features Part 1, 7.15).
pub(super) async fn list(
    collection: Path<Collection>,
    call: Call,
) -> Result<HttpResponse, Problem> {
    let snapshot = call.snapshot();
    let asked = ItemsRequest::parse(&call.request, *collection, &snapshot)?;
    respond::page(snapshot, Arc::new(asked), &call).await
}

/// `GET /collections/{collection}/items/{id}` (OGC API - Features Part 1, 7.16).
pub(super) async fn show(
    at: Path<(Collection, String)>,
    call: Call,
) -> Result<HttpResponse, Problem> {
    let (collection, id) = at.into_inner();
    no_parameters(&call.request, FORMATS)?;
    let id = Id::<()>::parse(&id).map_err(|_| Problem::not_found())?;
    respond::record(collection.record(id.uuid()), &call).await
}

/// The links of one feature; that to itself is the first.
pub(super) fn links_of(record: RecordRef, call: &Call) -> [Link; 3] {
    let whole = format!("/collections/{}", record.collection);
    let itself = format!("{whole}/items/{}", record.id);
    [
        call.link(&itself, "self", GEOJSON, "This feature"),
        call.link(
            &format!("{itself}?f=json"),
            "alternate",
            GEOJSON,
            "This feature as GeoJSON",
        ),
        call.link(&whole, "collection", JSON, "The collection"),
    ]
}
