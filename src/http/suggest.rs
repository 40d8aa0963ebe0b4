//! Names for somebody who is typing one: `GET /suggest`.

use actix_web::HttpResponse;
use percent_encoding::utf8_percent_encode;
use serde::Serialize;
use serde_json::value::RawValue;

use super::call::Call;
use super::here::QUERY;
use super::history::limit;
use super::layer::path_of_item;
use super::negotiate::{self, DOCUMENT, HTML, JSON};
use super::reader::parse_lang;
use super::{Problem, pages, respond};
use crate::catalogue::{Snapshot, Suggestion};
use crate::domain::{Collection, Languages, Wrong, shortened};
use crate::formats::{Format, Link, Showing, geojson};
use crate::query::{FreeText, Parameters, has_names};

/// So many where the request says nothing, and at most so many.
const SUGGESTIONS: (u32, u32) = (10, 50);

/// What is asked for.
struct Asked {
    text: FreeText,
    /// The collections that are looked through.
    collections: Vec<Collection>,
    limit: u32,
    format: Format,
    /// The same, as it stands in an address.
    address: String,
}

/// `GET /suggest?q=…`. Typed letter by letter, it is asked often: so it is cheap, and may be kept like everything public.
pub(super) async fn show(call: Call) -> Result<HttpResponse, Problem> {
    let asked = parse(&call)?;
    let format = asked.format;
    let links = call.forms(&asked.address, JSON, "These suggestions");
    let (snapshot, languages) = (call.snapshot(), call.reader.languages().clone());
    let base_url = call.base_url.clone();
    let changed_at = snapshot.changed_at();
    let is_quick = snapshot.has_names_in_order(&asked.collections);
    let write = move || {
        let most = usize::try_from(asked.limit).unwrap_or(usize::MAX);
        let found = snapshot.suggest(&asked.collections, &asked.text, most);
        let told = found
            .iter()
            .map(|one| told(one, &snapshot, &languages, &base_url));
        let body = Answer {
            suggestions: told.collect(),
            links,
        };
        serde_json::to_string(&body).expect("suggestions are plain data")
    };
    let body = if is_quick {
        write()
    } else {
        call.state.beside.run(write).await?
    };
    if format == HTML {
        let body = serde_json::from_str(&body).expect("it was just written");
        return pages::document(&body, &call).await;
    }
    respond::text(JSON, body, changed_at, &call).await
}

fn parse(call: &Call) -> Result<Asked, Problem> {
    let mut parameters = Parameters::parse(call.request.query_string());
    let format = negotiate::format(&call.request, &mut parameters, DOCUMENT)?;
    parameters.take("lang", parse_lang);
    let had = parameters.has("q");
    let text = parameters.take("q", |text| {
        Ok((FreeText::parse_typed(text)?, text.to_owned()))
    });
    if text.is_none() && !had {
        parameters.fault("q", "is required: the beginning of a name");
    }
    let collection = parameters.take("collection", parse_collection);
    let limit = limit(&mut parameters, SUGGESTIONS);
    parameters
        .finish(&["collection", "f", "lang", "limit", "q"])
        .map_err(Problem::parameters)?;
    let (text, written) = text.expect("without one there is a fault");
    let written = utf8_percent_encode(&written, QUERY);
    let of = collection.map_or_else(String::new, |one| format!("&collection={one}"));
    Ok(Asked {
        text,
        collections: collection.map_or_else(|| named().collect(), |one| vec![one]),
        limit,
        format,
        address: format!("/suggest?q={written}{of}&limit={limit}"),
    })
}

/// The collections whose features have names.
fn named() -> impl Iterator<Item = Collection> {
    Collection::ALL.into_iter().filter(|one| has_names(*one))
}

fn parse_collection(text: &str) -> Result<Collection, Wrong> {
    named().find(|one| one.id() == text).ok_or_else(|| {
        let ids: Vec<_> = named().map(Collection::id).collect();
        let ids = ids.join(", ");
        Wrong(format!(
            "\"{text}\" is no collection with names: it is one of {ids}",
            text = shortened(text)
        ))
    })
}

#[derive(Serialize)]
struct Answer<'a> {
    suggestions: Vec<Told<'a>>,
    links: Vec<Link>,
}

/// A suggestion, as it is told.
#[derive(Serialize)]
struct Told<'a> {
    text: &'a str,
    lang: Option<String>,
    collection: &'static str,
    id: String,
    label: Box<RawValue>,
    tier: u8,
    href: String,
}

fn told<'a>(
    one: &Suggestion<'a>,
    snapshot: &Snapshot,
    languages: &Languages,
    base_url: &str,
) -> Told<'a> {
    let (collection, id) = (one.record.collection, one.record.id);
    let showing = Showing::new(collection, snapshot.audience(), languages, None);
    let mut writer = geojson::Writer::new(&showing);
    let (label, lang) = writer.label_and_lang(one.feature, one.text);
    let lang = lang.map(str::to_owned);
    let label = String::from_utf8(label.to_vec()).expect("labels are JSON");
    let label = RawValue::from_string(label).expect("labels are JSON");
    Told {
        text: one.text,
        lang,
        collection: collection.id(),
        id: id.to_string(),
        label,
        tier: one.tier.number(),
        href: format!("{base_url}{}", path_of_item(collection, id)),
    }
}
