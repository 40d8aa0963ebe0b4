//! Pages for people: the HTML form of what stands at the same addresses as JSON, in five languages and without a script.
//!
//! A page is made of what its JSON shows and of the snapshot of whoever reads it, and of nothing else. Templates are in
//! `templates/`, and every word that is not of a record in `texts/`. Start at [`document`](document::page).

mod assets;
mod atlas;
mod changes;
mod chart;
mod dates;
mod document;
mod filters;
mod frame;
mod linked_data;
mod list;
mod lookup;
mod problems;
mod record;
mod start;
mod statistics;
mod templates;
mod texts;
mod vocabularies;

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use serde_json::Value;

use super::asked::{ItemRequest, ItemsRequest};
use super::call::Call;
use super::carried::Carried;
use super::seen::Seen;
use super::{Problem, policy, respond};
use crate::catalogue::{Page, Snapshot};
use crate::domain::{Collection, Deed, Layer, RecordRef, Transition};
use crate::formats::{Link, Showing, Written, geojson};

pub(super) use assets::{DEFINITION, show as asset};
pub(super) use atlas::to_place_on;
pub(super) use changes::{Beside, Event, of_everything as changes, of_record as versions};
pub(super) use dates::in_words;
pub(super) use frame::{Addresses, Frame, of_role};
pub(super) use linked_data::bounds;
pub(super) use lookup::Lookup;
pub(super) use problems::of_problem;
pub(super) use statistics::show as statistics;
pub(super) use templates::{is_web, language};
pub(super) use texts::say;
pub(super) use vocabularies::{
    list as vocabularies, name as name_of_vocabulary, show as vocabulary,
};

/// The page of a JSON document.
pub(super) async fn document(document: &Value, call: &Call) -> Result<HttpResponse, Problem> {
    let path = call.request.match_pattern().unwrap_or_default();
    let page = document::page(&path, document, &Frame::of(call));
    answer(page, call).await
}

/// The page of a list of features, or of the map with such a list beside it; with the links that its JSON has.
pub(super) async fn list(
    snapshot: Arc<Snapshot>,
    page: Page,
    asked: &ItemsRequest,
    links: &[Link],
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(call);
    let lookup = Lookup::of(&snapshot, call);
    if asked.is_map {
        let below = call.state.map_style.as_ref();
        let page = start::page(&page, links, below, &lookup, &frame);
        let mut response = answer(page, call).await?;
        if let Some(style) = below {
            let policy = policy::with(&style.origins);
            response
                .headers_mut()
                .insert(CONTENT_SECURITY_POLICY, policy);
        }
        return Ok(response);
    }
    let title = title(asked.layer, &frame);
    let add = may_add(asked.layer, call);
    let text = list::page(&page, &title, links, add, &lookup, &frame).map_err(failed)?;
    let carried = Carried::of_page(asked.form, &page, links);
    respond::html_of(text, carried, None, call).await
}

/// The text of a page for work, made of a template and what it shows.
pub(super) fn for_work(template: &str, mut shown: Value, call: &Call) -> Result<String, Problem> {
    shown["is_work"] = true.into();
    templates::render(template, &Frame::of(call), shown).map_err(failed)
}

/// The text of the page of a record with what a reviewer needs around it.
pub(super) fn for_review(
    record: RecordRef,
    feature: Option<&Value>,
    review: Value,
    snapshot: &Snapshot,
    call: &Call,
) -> Result<String, Problem> {
    let frame = Frame::of(call);
    let lookup = Lookup::of(snapshot, call);
    let (template, mut shown) = match feature {
        Some(feature) => record::shown(record, feature, None, &lookup, &frame),
        None => ("review.html", serde_json::json!({})),
    };
    shown["review"] = review;
    shown["is_work"] = true.into();
    templates::render(template, &frame, shown).map_err(failed)
}

/// The label of a record with its language, and its path; `None` of what this reader does not see.
pub(super) fn label(
    collection: Collection,
    id: &str,
    snapshot: &Snapshot,
    call: &Call,
) -> Option<Value> {
    let lookup = Lookup::of(snapshot, call);
    lookup.label(collection, id)
}

/// All organizations that a reader sees, by their labels.
pub(super) fn organizations(snapshot: &Snapshot, call: &Call) -> Vec<(String, String)> {
    let lookup = Lookup::of(snapshot, call);
    let question = "properties=label&limit=10000";
    let (found, _) = lookup.features(Collection::Organizations, question);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = found.iter();
    let all = all.map(|one| (text(&one["id"]), text(&one["properties"]["label"])));
    let mut all: Vec<(String, String)> = all.collect();
    all.sort_by(|(_, one), (_, other)| one.cmp(other));
    all
}

/// The address of a path of the registry, as pages write it.
pub(super) fn address(path: &str, call: &Call) -> String {
    Frame::of(call).addresses().to(path)
}

/// The page of a record, as whoever asks sees it.
pub(super) fn record(
    seen: &Seen,
    feature: Written<'_>,
    asked: &ItemRequest,
    call: &Call,
) -> Result<String, Problem> {
    let languages = call.reader.languages();
    let (layer, selection) = (seen.record.collection, asked.selection.as_ref());
    let showing = Showing::new(layer, seen.audience(), languages, selection);
    let feature = geojson::feature(feature, &showing, &[]);
    let feature = serde_json::from_slice(&feature).expect("a feature is JSON");
    let lookup = Lookup::of(seen.snapshot(), call);
    let as_of = asked.as_of.map(|at| at.to_string());
    let frame = Frame::of(call);
    let edit = may_edit(seen, call).filter(|_| as_of.is_none());
    record::page(seen.record, &feature, as_of, edit, &lookup, &frame).map_err(failed)
}

/// The path of the form for a new record, for those who may add one to a list at once. Sites and reports are submitted, and
/// other pages lead to that.
fn may_add(layer: Layer, call: &Call) -> Option<&'static str> {
    let organizations = Collection::Organizations;
    let actor = call.reader.actor()?;
    let may = actor.may(Deed::create(organizations)).is_ok();
    (may && layer.ours() == Some(organizations)).then_some("/desk/organizations/new")
}

/// The path of the form of a record, for those who may change it there.
fn may_edit(seen: &Seen, call: &Call) -> Option<String> {
    let kind = match seen.record.collection {
        Collection::ConditionReports => "reports",
        Collection::Sites => "sites",
        Collection::Organizations => "organizations",
        Collection::Regions => return None,
    };
    let (collection, state) = (seen.record.collection, seen.state());
    let actor = call.reader.actor()?;
    let edited = Transition::edited(collection, state, actor, seen.origin());
    edited
        .is_ok()
        .then(|| format!("/desk/{kind}/{}/edit", seen.record.id))
}

/// The page of a feature of a file.
pub(super) fn feature_of_file(
    layer: Layer,
    feature: Written<'_>,
    asked: &ItemRequest,
    call: &Call,
) -> Result<String, Problem> {
    let snapshot = call.snapshot();
    let lookup = Lookup::of(&snapshot, call);
    let title = layer.shown_id(feature.id).to_string();
    let feature = lookup.read(layer, feature, asked.selection.as_ref());
    list::page_of_file(layer, &title, feature, &Frame::of(call)).map_err(failed)
}

/// What a list is called.
fn title(layer: Layer, frame: &Frame<'_>) -> String {
    let key = match layer {
        Layer::Ours(Collection::ConditionReports) => "frame.reports",
        Layer::Ours(Collection::Organizations) => "frame.organizations",
        Layer::Ours(Collection::Regions) => "frame.regions",
        Layer::Ours(Collection::Sites) => "frame.sites",
        Layer::Extra(extra) => return extra.title().to_owned(),
    };
    texts::say(frame.lang, key, &[])
}

/// A page, or that it could not be made.
async fn answer(
    page: Result<String, minijinja::Error>,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    respond::html(page.map_err(failed)?, call).await
}

/// A test makes every page, so this is ours to mend; what a page was to show is not logged.
fn failed(error: minijinja::Error) -> Problem {
    tracing::error!(kind = ?error.kind(), template = ?error.name(), line = ?error.line(), "a page could not be made");
    Problem::failed()
}
