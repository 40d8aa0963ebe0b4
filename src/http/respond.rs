//! Answers: bodies, and the headers that go with them.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::BodyStream;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LANGUAGE, ETAG, HeaderName, HttpDate, LastModified,
    VARY,
};
use actix_web::http::{self, Method};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::stream::empty;
use serde_json::Value;

use super::asked::ItemsRequest;
use super::beside::Turn;
use super::call::Call;
use super::carried::Carried;
use super::coding::{self, Coding, Encoder};
use super::layer;
use super::negotiate::{HTML, JSON};
use super::page::ShownPage;
use super::pieces::pieces;
use super::sliced::Sliced;
use super::tag::{Had, Parts, Tag, date};
use super::{Problem, pages, policy};
use crate::catalogue::{Deadline, Page, Snapshot};
use crate::domain::{Crs, Instant, LABEL_LANGUAGES, Lang, Languages, Layer, Reader, Version};
use crate::formats::Format;

/// The name of the header that says in which system coordinates are.
pub(super) const CONTENT_CRS: &str = "content-crs";

/// On what an answer depends, beside its address.
pub(super) const DEPENDS_ON: &str =
    "Accept, Accept-Language, Accept-Encoding, Authorization, Cookie";

/// Pages of more features are written while they are sent, and not kept: they would take 2 kB of memory for each.
const LONG: usize = 1000;

/// What is known of an answer before its body is written.
pub(super) struct About {
    pub(super) format: Format,
    pub(super) tag: Tag,
    pub(super) modified: Option<HttpDate>,
    /// The system of its coordinates, if it has some.
    pub(super) crs: Option<Crs>,
    /// What a whole answer says in its headers besides.
    pub(super) carried: Carried,
}

impl About {
    /// What is known of an answer without a date or anything else in its headers, from what makes its tag.
    pub(super) fn fixed(format: Format, parts: Parts) -> About {
        About::tagged(format, parts.tag())
    }

    /// The same, from its tag.
    pub(super) fn tagged(format: Format, tag: Tag) -> About {
        About {
            format,
            tag,
            modified: None,
            crs: None,
            carried: Carried::default(),
        }
    }
}

/// A JSON document; `changed_at` is when what it tells of last changed, if it tells of what changes.
pub(super) async fn json(
    body: &Value,
    changed_at: Option<Instant>,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    text(JSON, body.to_string(), changed_at, call).await
}

/// A JSON document in the form that is wanted: as it is, or as a page.
pub(super) async fn document(
    format: Format,
    body: &Value,
    changed_at: Option<Instant>,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    if format == HTML {
        return pages::document(body, call).await;
    }
    text(format, body.to_string(), changed_at, call).await
}

/// A page for people.
pub(super) async fn html(page: String, call: &Call) -> Result<HttpResponse, Problem> {
    let mut response = text(HTML, page, None, call).await?;
    for (name, value) in policy::of_pages() {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// A page of features, with what answers with features say in their headers. Places are shown as they are kept, in whatever
/// system they are asked for.
pub(super) async fn html_of(
    page: String,
    carried: Carried,
    version: Option<Version>,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let parts = parts_of(HTML, &page, call);
    let about = About {
        format: HTML,
        tag: match version {
            Some(version) => parts.tag_of(version),
            None => parts.tag(),
        },
        modified: None,
        crs: Some(Crs::default()),
        carried,
    };
    let mut response = answer(&about, call, || page.into_bytes()).await?;
    for (name, value) in policy::of_pages() {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// What a text and its form are for the tag.
fn parts_of(format: Format, body: &str, call: &Call) -> Parts {
    let mut parts = Parts::new(format, call.reader.audience());
    parts.add(language(&call.reader).as_bytes());
    parts.add(body.as_bytes());
    parts
}

/// A text in a format that is no format of features.
pub(super) async fn text(
    format: Format,
    body: String,
    changed_at: Option<Instant>,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let about = About {
        modified: changed_at.and_then(date),
        ..About::fixed(format, parts_of(format, &body, call))
    };
    answer(&about, call, || body.into_bytes()).await
}

/// A search that takes longer lets those go first who wait for a turn.
pub(super) const SLICE: Duration = Duration::from_millis(50);

/// A page of features. What may take long is looked for beside the worker, and a long page is written while it is sent.
pub(super) async fn page(
    snapshot: Arc<Snapshot>,
    asked: Arc<ItemsRequest>,
    call: &Call,
) -> Result<HttpResponse, Problem> {
    let mut parts = Parts::new(asked.form.format(), call.reader.audience());
    layer::tell(&mut parts, asked.layer);
    // Several sort keys make it look at all that are equal in the first, and a beginning of a name may fit very many.
    let takes_long = asked.query.offset + asked.query.limit.get() > LONG
        || asked.query.sort.len() > 1
        || asked.query.text.is_some()
        || asked.query.condition.is_some();
    let longest = call.state.longest_search;
    let looked = if takes_long {
        let (snapshot, asked) = (snapshot.clone(), asked.clone());
        let beside = &call.state.beside;
        let look = move |turn: Turn| {
            let deadline = Deadline::after(longest).with_pauses(SLICE, move || turn.pass_on());
            look(&snapshot, &asked, parts, &deadline)
        };
        beside.run_by_turns(look).await?
    } else {
        look(&snapshot, &asked, parts, &Deadline::after(longest))
    };
    let (page, mut parts) = looked.ok_or_else(Problem::too_slow)?;
    let links = asked.links(&page, call);
    if asked.is_page {
        return pages::list(snapshot, page, &asked, &links, call).await;
    }
    parts.languages(call.reader.languages());
    parts.links(&links);
    parts.crs(asked.crs);
    parts.instant(snapshot.changed_at());
    parts.number(page.matched);
    let about = About {
        format: asked.form.format(),
        tag: parts.tag(),
        // What is hidden today alters the past without a date, and a file when the registry is started again.
        modified: match (asked.as_of, asked.layer) {
            (None, Layer::Ours(_)) => snapshot.changed_at().and_then(date),
            _ => None,
        },
        crs: Some(asked.crs),
        carried: Carried::of_page(asked.form, &page, &links),
    };
    let is_long = page.len() > LONG;
    let shown = ShownPage {
        form: asked.form,
        snapshot,
        page,
        languages: call.reader.languages().clone(),
        selection: asked.query.selection.clone(),
        crs: asked.crs,
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

/// The page, and what its features are for the tag; `None` if it was not found in time.
fn look(
    snapshot: &Snapshot,
    asked: &ItemsRequest,
    mut parts: Parts,
    deadline: &Deadline,
) -> Option<(Page, Parts)> {
    let page = snapshot.search_for(asked.layer, &asked.query, deadline)?;
    parts.number(page.len());
    for (feature, fit) in snapshot.features(&page) {
        parts.feature(feature, fit);
    }
    Some((page, parts))
}

/// The answer. Its body is written only for a client that does not have it, and if no copy of it is kept.
pub(super) async fn answer(
    about: &About,
    call: &Call,
    body: impl FnOnce() -> Vec<u8>,
) -> Result<HttpResponse, Problem> {
    answer_in_time(about, call, async || Ok(body().into())).await
}

/// The same for a body that is not written at once.
pub(super) async fn answer_in_time(
    about: &About,
    call: &Call,
    body: impl AsyncFnOnce() -> Result<Bytes, Problem>,
) -> Result<HttpResponse, Problem> {
    call.state.beside.note_answer();
    let headers = call.request.headers();
    // Pages of a session have its form token in them: see `work`.
    let has_form_token = about.format == HTML && call.reader.is_known();
    let wanted = if has_form_token {
        Coding::Identity
    } else {
        Coding::wanted(headers)
    };
    // Of a change, the conditions were looked at before it was made; a search has none (RFC 9110, 13.1.2).
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
    let is_read = call.request.method().is_safe();
    let had = about.tag.had(headers, about.modified, coding);
    match had.filter(|_| is_read) {
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
    about.carried.say(&mut response);
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
    if let Some(crs) = about.crs {
        response.insert_header(content_crs(crs));
    }
}

/// The header that says in which system coordinates are (Features Part 2, 6.2.2).
pub(super) fn content_crs(crs: Crs) -> (HeaderName, String) {
    (
        HeaderName::from_static(CONTENT_CRS),
        format!("<{}>", crs.uri()),
    )
}

/// Answers to anyone known stay with them; what is public may live a minute in shared caches (DESIGN 4).
pub(super) fn caching(call: &Call) -> &'static str {
    if call.reader.is_known() {
        "private, no-store"
    } else if call.request.method().is_safe() {
        "public, max-age=60"
    } else {
        "no-store"
    }
}

/// The body in the coding wanted, or as it is if it is small. What goes to somebody known is never kept.
async fn coded(
    wanted: Coding,
    tag: &Tag,
    call: &Call,
    body: impl AsyncFnOnce() -> Result<Bytes, Problem>,
) -> Result<(Coding, Bytes), Problem> {
    if wanted == Coding::Identity {
        return Ok((wanted, body().await?));
    }
    let (tag, is_kept) = (tag.text(wanted), !call.reader.is_known());
    if let Some(copy) = call.state.copies.find(&tag).filter(|_| is_kept) {
        return Ok((wanted, copy));
    }
    let body = body().await?;
    let copy: Bytes = match body.len() {
        ..coding::SMALLEST => return Ok((Coding::Identity, body)),
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
pub(super) fn language(reader: &Reader) -> &'static str {
    language_of(reader.languages())
}

/// The same of a list of languages.
pub(super) fn language_of(languages: &Languages) -> &'static str {
    let spoken = |lang: &Lang| LABEL_LANGUAGES.into_iter().find(|known| lang.is(known));
    languages.iter().find_map(spoken).unwrap_or("en")
}
