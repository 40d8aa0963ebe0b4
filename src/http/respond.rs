//! Answers: bodies, and the headers that go with them.

use std::io;
use std::sync::Arc;

use actix_web::body::BodyStream;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LOCATION, ETAG, HeaderName,
    HeaderValue, HttpDate, LOCATION, LastModified, VARY,
};
use actix_web::http::{self, Method};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::stream::empty;
use serde_json::Value;

use super::Problem;
use super::asked::ItemsRequest;
use super::call::Call;
use super::coding::{self, Coding, Encoder};
use super::edits::may_edit;
use super::items::links_of;
use super::negotiate::{JSON, OPENAPI, SCHEMA};
use super::page::ShownPage;
use super::pieces::pieces;
use super::seen::Seen;
use super::sliced::Sliced;
use super::tag::{Had, Parts, Tag, date};
use super::waiting::likely_same;
use crate::catalogue::{Page, Snapshot};
use crate::domain::{
    Audience, Collection, Instant, LABEL_LANGUAGES, Lang, Languages, Reader, RecordRef, Version,
};
use crate::formats::geojson;
use crate::formats::{Format, GEOJSON, Showing, Written};

/// The CRS of every coordinate, for the header `Content-Crs` (Features Part 2, 6.2.2).
const CRS84: &str = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>";

/// On what an answer depends, beside its address.
const DEPENDS_ON: &str = "Accept, Accept-Language, Accept-Encoding, Authorization, Cookie";

/// Pages of more features are written while they are sent, and not kept: they would take 2 kB of memory for each.
const LONG: usize = 1000;

/// What is known of an answer before its body is written.
struct About {
    format: Format,
    tag: Tag,
    modified: Option<HttpDate>,
    /// Whether it has coordinates.
    is_located: bool,
}

/// A JSON document; `changed_at` is when what it tells of last changed, if it tells of what changes.
pub(super) async fn json(
    body: &Value,
    changed_at: Option<Instant>,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    document(JSON, body, changed_at, call).await
}

/// The API definition.
pub(super) async fn openapi(body: &Value, call: &Call) -> Result<HttpResponse, Problem> {
    document(OPENAPI, body, None, call).await
}

/// A JSON Schema.
pub(super) async fn schema(body: &Value, call: &Call) -> Result<HttpResponse, Problem> {
    document(SCHEMA, body, None, call).await
}

async fn document(
    format: Format,
    body: &Value,
    changed_at: Option<Instant>,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let body = body.to_string();
    let mut parts = Parts::new(format, call.reader.audience());
    parts.add(language(&call.reader).as_bytes());
    parts.add(body.as_bytes());
    let about = About {
        format,
        tag: parts.tag(),
        modified: changed_at.and_then(date),
        is_located: false,
    };
    answer(&about, call, || body.into_bytes()).await
}

/// A page of features. What may take long is looked for beside the worker, and a long page is written while it is sent.
pub(super) async fn page(
    snapshot: Arc<Snapshot>,
    asked: Arc<ItemsRequest>,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let parts = Parts::new(asked.format, call.reader.audience());
    // Several sort keys make it look at all that are equal in the first.
    let takes_long =
        asked.query.offset + asked.query.limit.get() > LONG || asked.query.sort.len() > 1;
    let (page, mut parts) = if takes_long {
        let (snapshot, asked) = (snapshot.clone(), asked.clone());
        let beside = &call.state.beside;
        beside.run(move || look(&snapshot, &asked, parts)).await?
    } else {
        look(&snapshot, &asked, parts)
    };
    let links = asked.links(&page, call);
    parts.languages(call.reader.languages());
    parts.links(&links);
    parts.instant(snapshot.changed_at());
    parts.number(page.matched);
    let about = About {
        format: asked.format,
        tag: parts.tag(),
        modified: snapshot.changed_at().and_then(date),
        is_located: true,
    };
    let is_long = page.len() > LONG;
    let shown = ShownPage {
        snapshot,
        page,
        languages: call.reader.languages().clone(),
        selection: asked.query.selection.clone(),
        links,
    };
    if !is_long {
        return answer(&about, call, || shown.text()).await;
    }
    if call.request.version() < http::Version::HTTP_11 {
        // Before chunks, only the end of the connection could tell a whole page from a broken one.
        let text = call.state.beside.run(move || shown.text()).await?;
        return answer(&about, call, || text).await;
    }
    Ok(in_pieces(&about, call, shown))
}

/// The page, and what its features are for the tag.
fn look(snapshot: &Snapshot, asked: &ItemsRequest, mut parts: Parts) -> (Page, Parts) {
    let page = snapshot.search(asked.collection, &asked.query);
    parts.number(page.len());
    for (feature, distance) in snapshot.features(&page) {
        parts.feature(feature, distance);
    }
    (page, parts)
}

/// One record, as whoever asks may see it; where it went; or why it is not there.
pub(super) async fn record(at: RecordRef, call: &Call) -> Result<HttpResponse, Problem> {
    record_and(at, None, call).await
}

/// The same, with the sites that may be the same.
async fn record_and(
    record: RecordRef,
    duplicates: Option<Value>,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let seen = Seen::of(record, call).await?;
    let links = links_of(record, call);
    if let Some(target) = seen.moved_to(call).await? {
        let at = format!(
            "{}/collections/{}/items/{}",
            call.base_url, target.collection, target.id
        );
        return Ok(HttpResponse::MovedPermanently()
            .insert_header((LOCATION, at))
            .insert_header((CACHE_CONTROL, caching(call)))
            .insert_header((VARY, DEPENDS_ON))
            .finish());
    }
    let feature = seen.feature()?;
    // Not the date of the snapshot: that others changed makes no other feature of this one.
    let mut parts = Parts::new(GEOJSON, seen.audience());
    parts.languages(call.reader.languages());
    parts.links(&links);
    parts.feature(feature, None);
    let text = || {
        let showing = Showing::new(
            record.collection,
            seen.audience(),
            call.reader.languages(),
            None,
        );
        let mut text = geojson::feature(feature, &showing, &links);
        if let Some(duplicates) = &duplicates {
            text.pop();
            text.extend(format!(",\"duplicates\":{duplicates}}}").into_bytes());
        }
        text
    };
    let is_editor = |actor| may_edit(actor, record.collection);
    let version = seen.version_read().or_else(|| {
        let editor = call.reader.actor().filter(|actor| is_editor(actor));
        editor.and_then(|_| version_of(record.collection, feature))
    });
    let tag = match version {
        Some(version) => parts.tag_of(version),
        None => parts.tag(),
    };
    let about = About {
        format: GEOJSON,
        tag,
        modified: seen.changed_at().and_then(date),
        is_located: true,
    };
    answer(&about, call, text).await
}

/// A record that somebody just sent, as they read it; of a site, with those that may be the same.
pub(super) async fn sent(sent: RecordRef, call: &Call) -> Result<HttpResponse, Problem> {
    if wants_little(call) {
        return changed(sent, call).await;
    }
    match likely_same(sent, call).await? {
        None => changed(sent, call).await,
        // With these it is not what stands at its address.
        duplicates => record_and(sent, duplicates, call).await,
    }
}

/// A record that was just changed, as whoever changed it reads it. What is no longer theirs to read has no body.
pub(super) async fn changed(changed: RecordRef, call: &Call) -> Result<HttpResponse, Problem> {
    let mut response = match record(changed, call).await {
        Err(problem) if problem.is_absence() => return Ok(HttpResponse::NoContent().finish()),
        other => other.map_err(Problem::after_a_change)?,
    };
    let at = HeaderValue::from_str(&links_of(changed, call)[0].href);
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

/// The answer. Its body is written only for a client that does not have it, and if no copy of it is kept.
async fn answer(
    about: &About,
    call: &Call,
    body: impl FnOnce() -> Vec<u8>,
) -> Result<HttpResponse, Problem> {
    call.state.beside.note_answer();
    let headers = call.request.headers();
    let wanted = Coding::wanted(headers);
    // Of a change, the conditions were looked at before it was made.
    let is_read = call.request.method().is_safe();
    let had = about
        .tag
        .had(headers, about.modified, wanted)
        .filter(|_| is_read);
    if let Some(Had::Named(tag)) = had {
        return Ok(not_modified(about, call, tag));
    }
    let (coding, body) = coded(wanted, &about.tag, call, body).await?;
    // Whether it would be compressed depends on how long it is, and with that its tag.
    if had.is_some() {
        return Ok(not_modified(about, call, about.tag.text(coding)));
    }
    Ok(whole(about, call, coding).body(Sliced(body)))
}

/// The same for a page that is written while it is sent.
fn in_pieces(about: &About, call: &Call, shown: ShownPage) -> HttpResponse {
    let headers = call.request.headers();
    let coding = Coding::wanted(headers);
    match about.tag.had(headers, about.modified, coding) {
        Some(Had::Named(tag)) => not_modified(about, call, tag),
        Some(Had::Unnamed) => not_modified(about, call, about.tag.text(coding)),
        // Of what HEAD asks for, nothing is written.
        None if call.request.method() == Method::HEAD => {
            whole(about, call, coding).body(BodyStream::new(empty::<io::Result<Bytes>>()))
        }
        None => {
            let encoder = Encoder::new(coding);
            let pieces = pieces(shown, encoder, call.state.beside.clone());
            whole(about, call, coding).body(BodyStream::new(pieces))
        }
    }
}

fn not_modified(about: &About, call: &Call, tag: String) -> HttpResponse {
    let mut response = HttpResponse::NotModified();
    common(&mut response, about, call);
    response.insert_header((ETAG, tag)).finish()
}

/// The headers of a whole answer in a coding.
fn whole(about: &About, call: &Call, coding: Coding) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    common(&mut response, about, call);
    if coding != Coding::Identity {
        response.insert_header((CONTENT_ENCODING, coding.name()));
    }
    response
        .insert_header((ETAG, about.tag.text(coding)))
        .insert_header((CONTENT_LANGUAGE, language(&call.reader)))
        .content_type(about.format.media_type);
    response
}

/// The headers that a whole answer has, and one that says that nothing changed.
fn common(response: &mut HttpResponseBuilder, about: &About, call: &Call) {
    response
        .insert_header((CACHE_CONTROL, caching(call)))
        .insert_header((VARY, DEPENDS_ON));
    if let Some(modified) = about.modified {
        response.insert_header(LastModified(modified));
    }
    if about.is_located {
        response.insert_header((HeaderName::from_static("content-crs"), CRS84));
    }
}

/// Answers to anyone known stay with them; what is public may live a minute in shared caches (DESIGN 4).
fn caching(call: &Call) -> &'static str {
    if call.reader.is_known() {
        "private, no-store"
    } else {
        "public, max-age=60"
    }
}

/// The body in the coding wanted, or as it is if it is small. What goes to somebody known is never kept.
async fn coded(
    wanted: Coding,
    tag: &Tag,
    call: &Call,
    body: impl FnOnce() -> Vec<u8>,
) -> Result<(Coding, Bytes), Problem> {
    if wanted == Coding::Identity {
        return Ok((wanted, body().into()));
    }
    let (tag, is_kept) = (tag.text(wanted), !call.reader.is_known());
    if let Some(copy) = call.state.copies.find(&tag).filter(|_| is_kept) {
        return Ok((wanted, copy));
    }
    let body = body();
    let copy: Bytes = match body.len() {
        ..coding::SMALLEST => return Ok((Coding::Identity, body.into())),
        coding::SMALLEST..=coding::LARGE => wanted.encode(&body).into(),
        _ => {
            let beside = &call.state.beside;
            beside.run(move || wanted.encode(&body)).await?.into()
        }
    };
    if is_kept {
        call.state.copies.keep(tag, copy.clone());
    }
    Ok((wanted, copy))
}

/// The language of labels: the first of the reader's that concepts have labels in, else English.
fn language(reader: &Reader) -> &'static str {
    let spoken = |lang: &Lang| LABEL_LANGUAGES.into_iter().find(|known| lang.is(known));
    reader.languages().iter().find_map(spoken).unwrap_or("en")
}
