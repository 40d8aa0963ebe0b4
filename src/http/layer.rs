//! Which collection an address is about, and layers of files at their addresses: whoever reads asks for either, and only
//! ours can be written to.

use std::fmt::Display;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::ALLOW;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

use super::asked::ItemRequest;
use super::call::Call;
use super::carried::Carried;
use super::items::links_of;
use super::kind::Kind;
use super::respond::{self, About};
use super::tag::Parts;
use super::{Problem, State, pages};
use crate::domain::{Audience, Collection, Extra, Layer};
use crate::formats::{self, Fit, Showing};

/// What a layer of a file takes, as `Allow` says it.
pub(super) const TO_READ: &str = "GET, HEAD, OPTIONS";

/// What stands in a step of an address as it is (RFC 3986, 2.3).
const STEP: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl FromRequest for Layer {
    type Error = Problem;
    type Future = Ready<Result<Layer, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let name = request.match_info().get("collection").unwrap_or_default();
        let ours = name.parse::<Collection>().ok().map(Layer::Ours);
        let found = ours.or_else(|| extra(request).map(Layer::Extra));
        ready(found.ok_or_else(Problem::not_found))
    }
}

/// The layer of a file that an address names. Which there are is the same for everybody.
fn extra(request: &HttpRequest) -> Option<&'static Extra> {
    let name = request.match_info().get("collection")?;
    let state = request.app_data::<Data<State>>()?;
    let snapshot = state.snapshot(Audience::Public);
    snapshot.layers().find_map(|layer| match layer {
        Layer::Extra(extra) if extra.name() == name => Some(extra),
        _ => None,
    })
}

/// Why a path does not lead to one of our collections: there is nothing; or a layer of a file, which takes no changes.
pub(super) fn not_ours(request: &HttpRequest) -> Problem {
    let pattern = request.match_pattern();
    let is_items = pattern.is_some_and(|pattern| {
        [
            "/collections/{collection}/items",
            "/collections/{collection}/items/{id}",
        ]
        .contains(&pattern.as_str())
    });
    match extra(request).filter(|_| is_items) {
        Some(extra) => {
            let name = extra.name();
            let detail = format!("{name} is read from a file, and only read here: {TO_READ}");
            Problem::of(Kind::NoMethod, detail).with(ALLOW, TO_READ)
        }
        None => Problem::not_found(),
    }
}

/// The path of a feature; its last step is [`step`], or the id of a record.
pub(in crate::http) fn path_of_item(collection: impl Display, id: impl Display) -> String {
    format!("/collections/{collection}/items/{id}")
}

/// The last step of the address of a feature.
pub(super) fn step(layer: Layer, id: Uuid) -> String {
    let shown = layer.shown_id(id).to_string();
    utf8_percent_encode(&shown, STEP).to_string()
}

/// What tells answers about a layer from those about another of its name: that of a file may change at a start.
pub(super) fn tell(parts: &mut Parts, layer: Layer) {
    if let Layer::Extra(extra) = layer {
        parts.add(extra.stamp());
    }
}

/// A feature of a file, which has no past, no state and no other place.
pub(super) async fn read(
    layer: Layer,
    id: Uuid,
    asked: &ItemRequest,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let (snapshot, form, languages) = (call.snapshot(), asked.form, call.reader.languages());
    let feature = snapshot.feature(layer, id);
    let feature = feature.ok_or_else(Problem::not_found)?;
    let links = links_of(layer, id, asked, call);
    if asked.is_page {
        let carried = Carried::of_feature(form, layer, id, &links);
        let page = pages::feature_of_file(layer, feature, asked, call)?;
        return respond::html_of(page, carried, None, call).await;
    }
    let mut parts = Parts::new(form.format(), snapshot.audience());
    tell(&mut parts, layer);
    parts.languages(languages);
    parts.links(&links);
    parts.crs(asked.crs);
    parts.feature(feature, Fit::default());
    let about = About {
        format: form.format(),
        tag: parts.tag(),
        modified: None,
        crs: Some(asked.crs),
        carried: Carried::of_feature(form, layer, id, &links),
    };
    let text = || {
        let selection = asked.selection.as_ref();
        let showing = Showing::new(layer, snapshot.audience(), languages, selection);
        formats::feature(form, feature, &showing.in_crs(asked.crs), &links)
    };
    respond::answer(&about, call, text).await
}
