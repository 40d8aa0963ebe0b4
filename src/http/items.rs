//! Features: `/collections/{collection}/items` and `…/items/{id}` (OGC API - Features Part 1, 7.15 and 7.16).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::{Data, Path};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::reader::parse_lang;
use super::respond::{self, link};
use super::{Problem, State, negotiate};
use crate::catalogue::{Page, Snapshot};
use crate::domain::{Collection, Id, Reader, RecordRef};
use crate::formats::{FORMATS, Format, GEOJSON, Link};
use crate::query::{Key, Parameters, Query, parameter_names};

/// `GET /collections/{collection}/items` (OGC API - Features Part 1, 7.15).
pub(super) async fn list(
    state: Data<State>,
    collection: Path<Collection>,
    reader: Reader,
    asked: ItemsAsked,
) -> Result<HttpResponse, Problem> {
    let snapshot = state.snapshot(reader.audience);
    let asked = asked.understood(*collection, &snapshot)?;
    let page = snapshot.search(*collection, &asked.query);
    Ok(respond::page(&page, &snapshot, &asked, &state, &reader))
}

/// `GET /collections/{collection}/items/{id}` (OGC API - Features Part 1, 7.16).
pub(super) async fn show(
    state: Data<State>,
    at: Path<(Collection, String)>,
    reader: Reader,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (collection, id) = at.into_inner();
    let mut parameters = Parameters::parse(request.query_string());
    negotiate::format(&request, &mut parameters, FORMATS)?;
    parameters.take("lang", parse_lang);
    parameters
        .finish(&["f", "lang"])
        .map_err(Problem::parameters)?;
    let id = Id::<()>::parse(&id).map_err(|_| Problem::not_found())?;

    let snapshot = state.snapshot(reader.audience);
    let found = snapshot.find(RecordRef {
        collection,
        id: id.uuid(),
    });
    let collection_path = format!("/collections/{collection}");
    let links = [
        link(
            &state,
            &format!("{collection_path}/items/{id}"),
            "self",
            GEOJSON,
            "This feature",
        ),
        link(
            &state,
            &format!("{collection_path}/items/{id}?f=json"),
            "alternate",
            GEOJSON,
            "This feature as GeoJSON",
        ),
        link(
            &state,
            &collection_path,
            "collection",
            negotiate::JSON,
            "The collection",
        ),
    ];
    respond::feature(found, collection, &links, &reader)
}

/// A request for items as it came.
#[derive(Debug)]
pub(super) struct ItemsAsked {
    request: HttpRequest,
}

impl FromRequest for ItemsAsked {
    type Error = Problem;
    type Future = Ready<Result<ItemsAsked, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(ItemsAsked {
            request: request.clone(),
        }))
    }
}

/// A request for items, understood.
#[derive(Debug)]
pub(super) struct ItemsRequest {
    pub(super) collection: Collection,
    pub(super) query: Query,
    pub(super) format: Format,
    /// The parameters as they came, for links that keep them.
    parameters: String,
}

impl ItemsAsked {
    /// Parses the parameters: all faults at once.
    fn understood(
        self,
        collection: Collection,
        snapshot: &Snapshot,
    ) -> Result<ItemsRequest, Problem> {
        let mut parameters = Parameters::parse(self.request.query_string());
        let format = negotiate::format(&self.request, &mut parameters, FORMATS)?;
        parameters.take("lang", parse_lang);
        let query = Query::parse(collection, snapshot.audience(), &mut parameters);
        if let Some(code) = query
            .region
            .as_ref()
            .filter(|code| !snapshot.region_codes().contains(*code))
        {
            let codes: Vec<_> = snapshot.region_codes().iter().map(String::as_str).collect();
            parameters.fault(
                "region",
                format!(
                    "there is no region \"{code}\": it is one of {}",
                    codes.join(", ")
                ),
            );
        }
        let mut offered = parameter_names(collection);
        offered.push("and every simple property of the collection");
        parameters.finish(&offered).map_err(Problem::parameters)?;
        Ok(ItemsRequest {
            collection,
            query,
            format,
            parameters: self.request.query_string().to_owned(),
        })
    }
}

/// What stands in a query as it is.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',')
    .remove(b':')
    .remove(b'/');

impl ItemsRequest {
    /// The links of a page: each keeps every parameter of the request but the paging one.
    pub(super) fn links(&self, page: &Page<'_>, state: &State) -> Vec<Link> {
        let path = format!("/collections/{}/items", self.collection);
        let with = |extra: Option<(&str, &str)>, without: &[&str]| {
            let kept = kept(&self.parameters, without);
            let pairs = kept
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .chain(extra);
            let pairs: Vec<_> = pairs
                .map(|(name, value)| {
                    format!(
                        "{}={}",
                        utf8_percent_encode(name, QUERY),
                        utf8_percent_encode(value, QUERY)
                    )
                })
                .collect();
            if pairs.is_empty() {
                path.clone()
            } else {
                format!("{path}?{}", pairs.join("&"))
            }
        };
        let cursor = |key: &Key| key.text(&self.query.sort, self.query.by_distance());
        let mut links = vec![
            link(state, &with(None, &[]), "self", GEOJSON, "This page"),
            link(
                state,
                &with(Some(("f", "json")), &["f"]),
                "alternate",
                GEOJSON,
                "This page as GeoJSON",
            ),
        ];
        for (rel, title, key) in [
            ("next", "The next page", &page.next),
            ("prev", "The page before", &page.prev),
        ] {
            if let Some(key) = key {
                links.push(link(
                    state,
                    &with(Some(("cursor", &cursor(key))), &["cursor"]),
                    rel,
                    GEOJSON,
                    title,
                ));
            }
        }
        links.push(link(
            state,
            &format!("/collections/{}", self.collection),
            "collection",
            negotiate::JSON,
            "The collection",
        ));
        links
    }
}

fn kept(parameters: &str, without: &[&str]) -> Vec<(String, String)> {
    let mut kept = crate::query::pairs(parameters);
    kept.retain(|(name, _)| !without.contains(&name.as_str()));
    kept.dedup();
    kept
}

/// Faults of a request that takes no parameters but the form and the language.
pub(super) fn no_parameters(request: &HttpRequest, offered: &[Format]) -> Result<Format, Problem> {
    let mut parameters = Parameters::parse(request.query_string());
    let format = negotiate::format(request, &mut parameters, offered)?;
    parameters.take("lang", parse_lang);
    parameters
        .finish(&["f", "lang"])
        .map_err(Problem::parameters)?;
    Ok(format)
}
