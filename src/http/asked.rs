//! What a request asks for: its parameters, parsed with all faults at once, and the links that repeat them.

use std::num::NonZeroUsize;

use actix_web::HttpRequest;
use serde_json::{Map, Value};

use super::call::Call;
use super::here::{Here, Kept};
use super::negotiate::{HTML, OF_FEATURES};
use super::reader::parse_lang;
use super::{Problem, collections, negotiate};
use crate::catalogue::{Page, Snapshot};
use crate::domain::{Collection, Crs, Faults, Instant, Lang, Layer, Wrong, shortened};
use crate::formats::{CSV, FORMATS, Form, Format, GEOJSON, Link, Place, Table};
use crate::query::{Key, Parameters, Query, Selection, parameter_names, parse_as_of};

/// A page for people has at most so many features; `next` leads to the rest.
pub(super) const PAGE_MAX: NonZeroUsize = NonZeroUsize::new(500).expect("it is not zero");

/// A request for items.
#[derive(Debug)]
pub(super) struct ItemsRequest {
    pub(super) layer: Layer,
    pub(super) query: Query,
    /// The instant that is asked for; what stands today without one.
    pub(super) as_of: Option<Instant>,
    /// The system of the coordinates that are given.
    pub(super) crs: Crs,
    pub(super) form: Form,
    /// Whether a page is made of that form.
    pub(super) is_page: bool,
    /// Whether that is the page of the map.
    pub(super) is_map: bool,
    /// The languages that it names.
    pub(super) langs: Vec<Lang>,
    parameters: Kept,
}

impl ItemsRequest {
    /// Parses the parameters: all faults at once. A region is one of those of today's snapshot: what is not shown today is in
    /// no past state.
    pub(super) fn parse(
        request: &HttpRequest,
        layer: Layer,
        snapshot: &Snapshot,
    ) -> Result<ItemsRequest, Problem> {
        let (parameters, format, kept) = read(request)?;
        ItemsRequest::of(layer, snapshot, format, parameters, kept).map_err(Problem::parameters)
    }

    /// The same for the sites that are listed beside the map.
    pub(super) fn parse_map(
        request: &HttpRequest,
        snapshot: &Snapshot,
    ) -> Result<ItemsRequest, Problem> {
        let sites = ItemsRequest::parse(request, Collection::Sites.into(), snapshot)?;
        Ok(ItemsRequest {
            is_map: true,
            ..sites
        })
    }

    /// The same for parameters that are members of an object; `accept` is what `Accept` says.
    pub(super) fn of_members(
        members: &Map<String, Value>,
        accept: Option<&str>,
        layer: Layer,
        snapshot: &Snapshot,
    ) -> Result<ItemsRequest, Problem> {
        let mut parameters = Parameters::of_members(members);
        let format = negotiate::format_of(accept, &mut parameters, FORMATS)?;
        let kept = Kept::of_members(members);
        ItemsRequest::of(layer, snapshot, format, parameters, kept).map_err(Problem::question)
    }

    fn of(
        layer: Layer,
        snapshot: &Snapshot,
        format: Format,
        mut parameters: Parameters,
        kept: Kept,
    ) -> Result<ItemsRequest, Faults> {
        let langs = parameters.take("lang", parse_lang).unwrap_or_default();
        let as_of = take_as_of(layer, &mut parameters);
        let crs = parameters.take("crs", Crs::parse_given);
        let table = Table::parse(&mut parameters, format == CSV);
        check_system(table, crs, &mut parameters);
        let mut query = snapshot.question(layer, &mut parameters);
        if format == HTML {
            query.limit = query.limit.min(PAGE_MAX);
        }
        check_place(query.selection.as_ref(), &mut parameters);
        let mut offered = parameter_names(layer);
        offered.push("and every simple property of the collection");
        parameters.finish(&offered)?;
        let table = Table {
            has_distances: query.near.is_some(),
            has_tiers: query.text.is_some(),
            ..table
        };
        Ok(ItemsRequest {
            layer,
            query,
            as_of,
            crs: crs.unwrap_or_default(),
            form: Form::of(of_features(format), table),
            is_page: format == HTML,
            is_map: false,
            langs,
            parameters: kept,
        })
    }

    /// The links of a page: each keeps every parameter of the request but the paging one.
    pub(super) fn links(&self, page: &Page, call: &Call) -> Vec<Link> {
        let resource = match self.parameters {
            Kept::Address(_) => "items",
            Kept::Body(_) => "search",
        };
        let path = format!("/collections/{}/{resource}", self.layer);
        let here = Here {
            path: &path,
            parameters: &self.parameters,
            form: self.form,
            is_page: self.is_page,
        };
        let mut links = here.links("This page", call);
        let cursor = |key: &Key| key.text(&self.query.sort, self.query.lead());
        for (rel, title, key) in [
            ("next", "The next page", &page.next),
            ("prev", "The page before", &page.prev),
        ] {
            if let Some(key) = key {
                let cursor = cursor(key);
                let mut with: Vec<(&str, &str)> = here.named().collect();
                with.push(("cursor", &cursor));
                let link = call.link(&path, rel, here.format(), title);
                let without = &["cursor", "offset"];
                links.push(self.parameters.link(link, &with, without));
            }
        }
        links.push(call.link(
            &format!("/collections/{}", self.layer),
            "collection",
            negotiate::JSON,
            "The collection",
        ));
        links.push(collections::queryables_link(self.layer, call));
        links
    }
}

/// The parameters of a request for features, with the format that it asks for. A form sends the fields that were left empty,
/// too: to a page, they are as if they were not there.
fn read(request: &HttpRequest) -> Result<(Parameters, Format, Kept), Problem> {
    let mut query = request.query_string().to_owned();
    let mut parameters = Parameters::parse(&query);
    let format = negotiate::format(request, &mut parameters, &OF_FEATURES)?;
    if format == HTML {
        query = without_empty(&query);
        parameters = Parameters::parse(&query);
        negotiate::format(request, &mut parameters, &OF_FEATURES)?;
    }
    let mut kept = crate::query::pairs(&query);
    kept.dedup();
    Ok((parameters, format, Kept::Address(kept)))
}

/// A query without the parameters whose values are empty.
pub(super) fn without_empty(query: &str) -> String {
    let is_said = |pair: &&str| {
        pair.split_once('=')
            .is_none_or(|(_, value)| !value.is_empty())
    };
    let said: Vec<_> = query.split('&').filter(is_said).collect();
    said.join("&")
}

/// The format that a page is made of, or that itself.
fn of_features(format: Format) -> Format {
    if format == HTML { GEOJSON } else { format }
}

/// The instant that is asked for: a layer of a file has no past.
fn take_as_of(layer: Layer, parameters: &mut Parameters) -> Option<Instant> {
    layer.ours()?;
    parameters.take("as_of", parse_as_of)
}

/// Longitude and latitude are those of CRS84, in whatever system geometries are asked for.
fn check_system(table: Table, crs: Option<Crs>, parameters: &mut Parameters) {
    if table.place == Place::LonLat && crs.is_some_and(|crs| crs != Crs::Crs84) {
        let detail = "is of well-known text: lon and lat are degrees in CRS84";
        parameters.fault("crs", detail);
    }
}

/// A place that nothing says cannot stand in a table.
fn check_place(selection: Option<&Selection>, parameters: &mut Parameters) {
    let is_left_out = selection.is_some_and(|one| !one.geometry);
    if is_left_out && parameters.has("geometry-format") {
        let detail = "does not stand beside properties without geometry: name it among them";
        parameters.fault("geometry-format", detail);
    }
}

/// A request for one feature.
#[derive(Debug)]
pub(super) struct ItemRequest {
    /// The instant that is asked for; what stands today without one.
    pub(super) as_of: Option<Instant>,
    /// The system of its coordinates.
    pub(super) crs: Crs,
    /// The parts that are wanted; `None` for all.
    pub(super) selection: Option<Selection>,
    pub(super) form: Form,
    /// Whether a page is made of that form.
    pub(super) is_page: bool,
    pub(super) parameters: Kept,
}

impl Default for ItemRequest {
    /// The one for what stands at the address of the feature.
    fn default() -> ItemRequest {
        ItemRequest {
            as_of: None,
            crs: Crs::default(),
            selection: None,
            form: Form::Geojson,
            is_page: false,
            parameters: Kept::default(),
        }
    }
}

impl ItemRequest {
    /// Parses the parameters: all faults at once.
    pub(super) fn parse(layer: Layer, call: &Call) -> Result<ItemRequest, Problem> {
        let (mut parameters, format, kept) = read(&call.request)?;
        let table = Table::parse(&mut parameters, format == CSV);
        parameters.take("lang", parse_lang);
        let as_of = take_as_of(layer, &mut parameters);
        let crs = parameters.take("crs", Crs::parse_given);
        check_system(table, crs, &mut parameters);
        let audience = call.reader.audience();
        let selection =
            parameters.take("properties", |text| Selection::parse(layer, audience, text));
        check_place(selection.as_ref(), &mut parameters);
        let mut offered = vec!["bom", "crs", "f", "geometry-format", "lang", "properties"];
        if layer.ours().is_some() {
            offered.push("as_of");
            offered.sort_unstable();
        }
        parameters.finish(&offered).map_err(Problem::parameters)?;
        Ok(ItemRequest {
            as_of,
            crs: crs.unwrap_or_default(),
            selection,
            form: Form::of(of_features(format), table),
            is_page: format == HTML,
            parameters: kept,
        })
    }
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
        Wrong(format!(
            "is a whole number {range}, not \"{text}\"",
            text = shortened(text)
        ))
    })
}
