//! Features: `/collections/{collection}/items` and `…/items/{id}` (OGC API - Features Part 1, 7.15 and 7.16).

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::Path;

use super::asked::{Here, ItemRequest, ItemsRequest};
use super::call::Call;
use super::negotiate::JSON;
use super::{Problem, record, respond};
use crate::domain::{Collection, Id, RecordRef};
use crate::formats::Link;

/// `GET /collections/{collection}/items` (OGC API - Features Part 1, 7.15).
pub(super) async fn list(
    collection: Path<Collection>,
    call: Call,
) -> Result<HttpResponse, Problem> {
    let asked = ItemsRequest::parse(&call.request, *collection, &call.snapshot())?;
    let snapshot = call.snapshot_at(asked.as_of).await?;
    respond::page(snapshot, Arc::new(asked), &call).await
}

/// `GET /collections/{collection}/items/{id}` (OGC API - Features Part 1, 7.16).
pub(super) async fn show(
    at: Path<(Collection, String)>,
    call: Call,
) -> Result<HttpResponse, Problem> {
    let (collection, id) = at.into_inner();
    let asked = ItemRequest::parse(collection, &call)?;
    let id = Id::<()>::parse(&id).map_err(|_| Problem::not_found())?;
    let record = collection.record(id.uuid());
    record::read(record, &asked, &call).await
}

/// The links of one feature; that to itself is the first.
pub(super) fn links_of(record: RecordRef, asked: &ItemRequest, call: &Call) -> Vec<Link> {
    let whole = format!("/collections/{}", record.collection);
    let itself = format!("{whole}/items/{}", record.id);
    let here = Here {
        path: &itself,
        parameters: &asked.parameters,
        form: asked.form,
    };
    let mut links = here.links("This feature", call);
    links.push(call.link(&whole, "collection", JSON, "The collection"));
    // RFC 5829, 3.1.
    links.push(call.link(
        &format!("{itself}/versions"),
        "version-history",
        JSON,
        "What happened to this feature",
    ));
    links
}
