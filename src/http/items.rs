//! Features: `/collections/{collection}/items` and `…/items/{id}` (OGC API - Features Part 1, 7.15 and 7.16).

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::Path;
use uuid::Uuid;

use super::asked::{ItemRequest, ItemsRequest};
use super::call::Call;
use super::here::Here;
use super::layer::{self, path_of_item, step};
use super::negotiate::JSON;
use super::{Problem, record, respond};
use crate::domain::Layer;
use crate::formats::Link;

/// `GET /collections/{collection}/items` (OGC API - Features Part 1, 7.15).
pub(super) async fn list(layer: Layer, call: Call) -> Result<HttpResponse, Problem> {
    let asked = ItemsRequest::parse(&call.request, layer, &call.snapshot())?;
    let snapshot = call.snapshot_at(asked.as_of).await?;
    respond::page(snapshot, Arc::new(asked), &call).await
}

/// `GET /collections/{collection}/items/{id}` (OGC API - Features Part 1, 7.16).
pub(super) async fn show(
    layer: Layer,
    at: Path<(String, String)>,
    call: Call,
) -> Result<HttpResponse, Problem> {
    let asked = ItemRequest::parse(layer, &call)?;
    let id = layer.find_id(&at.1).ok_or_else(Problem::not_found)?;
    match layer {
        Layer::Ours(collection) => record::read(collection.record(id), &asked, &call).await,
        Layer::Extra(_) => layer::read(layer, id, &asked, &call).await,
    }
}

/// The links of one feature; that to itself is the first.
pub(super) fn links_of(layer: Layer, id: Uuid, asked: &ItemRequest, call: &Call) -> Vec<Link> {
    let whole = format!("/collections/{layer}");
    let itself = path_of_item(layer, step(layer, id));
    let here = Here {
        path: &itself,
        parameters: &asked.parameters,
        form: asked.form,
        is_page: asked.is_page,
    };
    let mut links = here.links("This feature", call);
    links.push(call.link(&whole, "collection", JSON, "The collection"));
    if layer.ours().is_some() {
        // RFC 5829, 3.1.
        links.push(call.link(
            &format!("{itself}/versions"),
            "version-history",
            JSON,
            "What happened to this feature",
        ));
    }
    links
}
