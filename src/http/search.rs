//! Questions that do not fit an address: `POST /collections/{collection}/search`, with the parameters of `items` as members
//! of an object. It is reading, whatever its method.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::Payload;
use serde_json::Value;

use super::asked::ItemsRequest;
use super::body::TO_POST;
use super::call::Call;
use super::kind::Kind;
use super::{Problem, body, negotiate, respond};
use crate::domain::{Fault, FaultKind, Faults, Languages, Layer, Reader};
use crate::query::pairs;

/// `POST /collections/{collection}/search`: answers as `GET …/items` with the same parameters does.
pub(super) async fn search(
    layer: Layer,
    mut call: Call,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    no_parameters(call.request.query_string())?;
    body::media_type(&call.request, TO_POST, "accept-post")?;
    let snapshot = call.snapshot();
    let accept = negotiate::accept(&call.request).map(str::to_owned);
    let body = body::question(payload).await?;
    // Reading a filter of many positions takes long, and looking at what it means longer.
    let parse = move || match body::parse(&body)? {
        Value::Object(members) => {
            ItemsRequest::of_members(&members, accept.as_deref(), layer, &snapshot)
        }
        _ => Err(Problem::of(
            Kind::BadRequest,
            "the body is an object, with the parameters of items as its members",
        )),
    };
    let asked = call.state.beside.run(parse).await??;
    let langs = asked.langs.iter().chain(call.reader.languages().iter());
    let languages = Languages::new(langs.cloned());
    call.reader = Reader::new(call.reader.actor().cloned(), languages);
    let snapshot = call.snapshot_at(asked.as_of).await?;
    respond::page(snapshot, Arc::new(asked), &call).await
}

/// Of two places for one thing somebody would read the other one.
fn no_parameters(query: &str) -> Result<(), Problem> {
    let faults = pairs(query).into_iter().map(|(place, _)| Fault {
        place,
        kind: FaultKind::Other,
        detail: "stands in the body here, as a member of its object".to_owned(),
    });
    Faults::check(faults.collect()).map_err(Problem::parameters)
}
