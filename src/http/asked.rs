//! What a request asks for: its parameters, parsed with all faults at once, and the links that repeat them.

use actix_web::HttpRequest;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::call::Call;
use super::reader::parse_lang;
use super::{Problem, negotiate};
use crate::catalogue::{Page, Snapshot};
use crate::domain::{Collection, Crs, Instant, Wrong};
use crate::formats::{FORMATS, Format, GEOJSON, Link};
use crate::query::{Key, Parameters, Query, parameter_names, parse_instant};

/// What stands in a query as it is.
pub(super) const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',')
    .remove(b':')
    .remove(b'/');

/// A request for items.
#[derive(Debug)]
pub(super) struct ItemsRequest {
    pub(super) collection: Collection,
    pub(super) query: Query,
    /// The instant that is asked for; what stands today without one.
    pub(super) as_of: Option<Instant>,
    /// The system of the coordinates that are given.
    pub(super) crs: Crs,
    pub(super) format: Format,
    /// The parameters as they came, for links that keep them.
    parameters: String,
}

impl ItemsRequest {
    /// Parses the parameters: all faults at once. A region is one of those of today's snapshot: what is not shown today is in
    /// no past state.
    pub(super) fn parse(
        request: &HttpRequest,
        collection: Collection,
        snapshot: &Snapshot,
    ) -> Result<ItemsRequest, Problem> {
        let mut parameters = Parameters::parse(request.query_string());
        let format = negotiate::format(request, &mut parameters, FORMATS)?;
        parameters.take("lang", parse_lang);
        let as_of = parameters.take("as_of", parse_instant);
        let crs = parameters.take("crs", Crs::parse_given);
        let query = snapshot.question(collection, &mut parameters);
        let mut offered = parameter_names(collection);
        offered.push("and every simple property of the collection");
        parameters.finish(&offered).map_err(Problem::parameters)?;
        Ok(ItemsRequest {
            collection,
            query,
            as_of,
            crs: crs.unwrap_or_default(),
            format,
            parameters: request.query_string().to_owned(),
        })
    }

    /// The links of a page: each keeps every parameter of the request but the paging one.
    pub(super) fn links(&self, page: &Page, call: &Call) -> Vec<Link> {
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
        let cursor = |key: &Key| key.text(&self.query.sort, self.query.lead());
        let mut links = vec![
            call.link(&with(None, &[]), "self", GEOJSON, "This page"),
            call.link(
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
                links.push(call.link(
                    &with(Some(("cursor", &cursor(key))), &["cursor", "offset"]),
                    rel,
                    GEOJSON,
                    title,
                ));
            }
        }
        links.push(call.link(
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

/// A request for one feature.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ItemRequest {
    /// The instant that is asked for; what stands today without one.
    pub(super) as_of: Option<Instant>,
    /// The system that its coordinates are asked for in; CRS84 without one.
    pub(super) crs: Option<Crs>,
}

impl ItemRequest {
    /// An address with its parameters; `others` come last.
    pub(super) fn with(self, address: &str, others: &[&str]) -> String {
        let as_of = self.as_of.map(|at| format!("as_of={at}"));
        let crs = self.crs.map(|crs| format!("crs={}", crs.uri()));
        let others = others.iter().map(|&other| other.to_owned());
        let all: Vec<String> = as_of.into_iter().chain(crs).chain(others).collect();
        if all.is_empty() {
            return address.to_owned();
        }
        format!("{address}?{}", all.join("&"))
    }
}

/// A request for one feature: what it asks for.
pub(super) fn item(request: &HttpRequest) -> Result<ItemRequest, Problem> {
    let mut parameters = Parameters::parse(request.query_string());
    negotiate::format(request, &mut parameters, FORMATS)?;
    parameters.take("lang", parse_lang);
    let asked = ItemRequest {
        as_of: parameters.take("as_of", parse_instant),
        crs: parameters.take("crs", Crs::parse_given),
    };
    parameters
        .finish(&["as_of", "crs", "f", "lang"])
        .map_err(Problem::parameters)?;
    Ok(asked)
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

/// A whole number from one to another.
pub(super) fn whole_number(text: &str, from: i64, to: i64) -> Result<i64, Wrong> {
    let number = text
        .parse()
        .ok()
        .filter(|number| (from..=to).contains(number));
    number.ok_or_else(|| {
        let range = match to {
            i64::MAX => format!("of {from} or more"),
            _ => format!("from {from} to {to}"),
        };
        Wrong(format!("is a whole number {range}, not \"{text}\""))
    })
}
