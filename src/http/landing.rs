//! The landing page and the conformance declaration (OGC API - Features Part 1, 7.2 and 7.4).

use std::sync::Arc;

use actix_web::HttpResponse;
use serde_json::json;

use super::asked::{ItemsRequest, no_parameters};
use super::call::Call;
use super::negotiate::{self, DOCUMENT, HTML, JSON, OPENAPI, OPENAPI_3_1};
use super::tile_request::Of;
use super::{CONFORMANCE, Problem, api, collections, map, respond, tilesets};
use crate::query::Parameters;

/// `GET /`.
pub(super) async fn show(call: Call) -> Result<HttpResponse, Problem> {
    let mut parameters = Parameters::parse(call.request.query_string());
    if negotiate::format(&call.request, &mut parameters, DOCUMENT)? == HTML {
        return on_map(&call).await;
    }
    let format = no_parameters(&call.request, DOCUMENT)?;
    let (title, description) = api::of_itself();
    let mut body = json!({
        "title": title,
        "description": description,
        "conformsTo": CONFORMANCE,
        "links": [
            call.link("/", "self", JSON, "This page"),
            call.link("/?f=json", "alternate", JSON, "This page as JSON"),
            call.link("/?f=html", "alternate", HTML, "This page for people"),
            // Clients take the first, and know no other than 3.0.
            call.link("/api", "service-desc", OPENAPI, "The API definition"),
            call.link("/api?f=json31", "service-desc", OPENAPI_3_1, "The API definition, in OpenAPI 3.1"),
            call.link("/api?f=html", "service-doc", HTML, "The API definition, as a page"),
            call.link("/conformance", "conformance", JSON, "What of OGC API this service conforms to"),
            call.link("/collections", "data", JSON, "The collections"),
            call.link(
                "/functions",
                "http://www.opengis.net/def/rel/ogc/1.0/functions",
                JSON,
                "What filters may call",
            ),
            tilesets::link(Of::All, &call),
            map::link(&call),
            collections::licence_link(),
            call.link("/statistics", "related", JSON, "How many sites there are of what"),
            call.link("/vocabularies", "related", JSON, "The vocabularies"),
            // RFC 5989, 6.1: what can be used to watch for changes.
            call.link("/changes", "monitor", JSON, "What happened"),
        ],
    });
    if let Some(contact) = &call.state.contact {
        body["contact"] = contact.href().into();
    }
    respond::document(format, &body, None, &call).await
}

/// The page: the map, with the sites that are asked for as items are.
async fn on_map(call: &Call) -> Result<HttpResponse, Problem> {
    let asked = ItemsRequest::parse_map(&call.request, &call.snapshot())?;
    let snapshot = call.snapshot_at(asked.as_of).await?;
    respond::page(snapshot, Arc::new(asked), call).await
}

/// `GET /conformance`.
pub(super) async fn conformance(call: Call) -> Result<HttpResponse, Problem> {
    let format = no_parameters(&call.request, DOCUMENT)?;
    let body = json!({
        "conformsTo": CONFORMANCE,
        "links": call.forms("/conformance", JSON, "The conformance declaration"),
    });
    respond::document(format, &body, None, &call).await
}
