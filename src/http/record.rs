//! One record as an answer: as it stands, as it was, or as it was just sent or changed.

use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LOCATION, ETAG, HeaderName, HeaderValue, LOCATION, VARY,
};
use serde_json::Value;

use super::asked::ItemRequest;
use super::call::Call;
use super::carried::Carried;
use super::edits::may_edit;
use super::items::links_of;
use super::layer::path_of_item;
use super::respond::{self, About, DEPENDS_ON};
use super::seen::Seen;
use super::tag::{Parts, date};
use super::waiting::likely_same;
use super::{Problem, pages};
use crate::domain::{Audience, Collection, Languages, RecordRef, Version};
use crate::formats::{self, Fit, Showing, Written, geojson};

/// One record, as whoever asks may see it, perhaps as it was at an instant; where it went; or why it is not there.
pub(super) async fn read(
    record: RecordRef,
    asked: &ItemRequest,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let seen = match asked.as_of {
        Some(at) => Seen::past(record, at, call).await?,
        None => Seen::of(record, call).await?,
    };
    answered(&seen, asked, None, call).await
}

/// A record, perhaps with the sites that may be the same.
async fn answered(
    seen: &Seen,
    asked: &ItemRequest,
    duplicates: Option<Value>,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let (record, form) = (seen.record, asked.form);
    let (links, crs) = (
        links_of(record.collection.into(), record.id, asked, call),
        asked.crs,
    );
    if let Some(target) = seen.moved_to(call).await? {
        let path = path_of_item(target.collection, target.id);
        let at = format!("{}{path}", call.base_url);
        let at = asked.parameters.address(&at, &[], &["as_of"]);
        return Ok(HttpResponse::MovedPermanently()
            .insert_header((LOCATION, at))
            .insert_header((CACHE_CONTROL, respond::caching(call)))
            .insert_header((VARY, DEPENDS_ON))
            .finish());
    }
    let feature = seen.feature()?;
    let is_editor = |actor| may_edit(actor, record.collection);
    // What was is good for no change.
    let version = seen.version_read().or_else(|| {
        let editor = call.reader.actor().filter(|actor| is_editor(actor));
        let editor = editor.filter(|_| asked.as_of.is_none());
        editor.and_then(|_| version_of(record.collection, feature))
    });
    if asked.is_page {
        let carried = Carried::of_feature(form, record.collection.into(), record.id, &links);
        let page = pages::record(seen, feature, asked, call)?;
        return respond::html_of(page, carried, version, call).await;
    }
    // Not the date of the snapshot: that others changed makes no other feature of this one.
    let mut parts = Parts::new(form.format(), seen.audience());
    parts.languages(call.reader.languages());
    parts.links(&links);
    parts.crs(crs);
    parts.feature(feature, Fit::default());
    let text = || {
        let showing = Showing::new(
            record.collection,
            seen.audience(),
            call.reader.languages(),
            asked.selection.as_ref(),
        )
        .in_crs(crs);
        let mut text = formats::feature(form, feature, &showing, &links);
        if let Some(duplicates) = &duplicates {
            text.pop();
            text.extend(format!(",\"duplicates\":{duplicates}}}").into_bytes());
        }
        text
    };
    let tag = match version {
        Some(version) => parts.tag_of(version),
        None => parts.tag(),
    };
    let about = About {
        format: form.format(),
        tag,
        modified: seen
            .changed_at()
            .filter(|_| asked.as_of.is_none())
            .and_then(date),
        crs: Some(crs),
        carried: Carried::of_feature(form, record.collection.into(), record.id, &links),
    };
    respond::answer(&about, call, text).await
}

/// A record that somebody just sent, as they read it; of a site, with those that may be the same.
pub(super) async fn sent(sent: RecordRef, call: &Call) -> Result<HttpResponse, Problem> {
    if wants_little(call) {
        return changed(sent, call).await;
    }
    match likely_same(sent, call).await? {
        None => changed(sent, call).await,
        // With these it is not what stands at its address.
        duplicates => {
            let seen = Seen::of(sent, call).await?;
            answered(&seen, &ItemRequest::default(), duplicates, call).await
        }
    }
}

/// A record that was just changed, as whoever changed it reads it. What is no longer theirs to read has no body.
pub(super) async fn changed(changed: RecordRef, call: &Call) -> Result<HttpResponse, Problem> {
    let whole = ItemRequest::default();
    let mut response = match read(changed, &whole, call).await {
        Err(problem) if problem.is_absence() => return Ok(HttpResponse::NoContent().finish()),
        other => other.map_err(Problem::after_a_change)?,
    };
    let links = links_of(changed.collection.into(), changed.id, &whole, call);
    let at = HeaderValue::from_str(&links[0].href);
    let at = at.expect("links are percent-encoded");
    if wants_little(call) {
        return Ok(little(&response));
    }
    response.headers_mut().insert(CONTENT_LOCATION, at);
    Ok(response)
}

/// Whether who asks needs no more of an answer than that it was done (RFC 7240, 4.2).
fn wants_little(call: &Call) -> bool {
    let given = call.request.headers().get_all("prefer");
    let preferences = given.filter_map(|value| value.to_str().ok());
    let mut preferences = preferences.flat_map(|list| list.split([',', ';']));
    preferences.any(|one| one.trim().eq_ignore_ascii_case("return=minimal"))
}

/// An answer that says no more than that it was done, and what the record is tagged with now.
fn little(whole: &HttpResponse) -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    if let Some(tag) = whole.headers().get(ETAG) {
        response.insert_header((ETAG, tag.clone()));
    }
    let applied = HeaderName::from_static("preference-applied");
    response.insert_header((applied, "return=minimal")).finish()
}

/// The version that a feature says it is.
pub(super) fn version_of(collection: Collection, feature: Written<'_>) -> Option<Version> {
    let languages = Languages::default();
    let showing = Showing::new(collection, Audience::Trusted, &languages, None);
    let text = geojson::feature(feature, &showing, &[]);
    let feature: Value = serde_json::from_slice(&text).ok()?;
    let version = feature["properties"]["version"].as_i64()?;
    version.try_into().ok().map(Version)
}
