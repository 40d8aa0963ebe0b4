//! What a request asks for: its parameters, parsed with all faults at once, and the links that repeat them.

use actix_web::HttpRequest;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::call::Call;
use super::reader::parse_lang;
use super::{Problem, collections, negotiate};
use crate::catalogue::{Page, Snapshot};
use crate::domain::{Crs, Faults, Instant, Lang, Layer, Wrong, shortened};
use crate::formats::{CSV, FORMATS, Form, Format, Link, OF_TABLES, Place, Posted, Table};
use crate::query::{Key, Parameters, Query, Selection, parameter_names, parse_instant};

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
    pub(super) layer: Layer,
    pub(super) query: Query,
    /// The instant that is asked for; what stands today without one.
    pub(super) as_of: Option<Instant>,
    /// The system of the coordinates that are given.
    pub(super) crs: Crs,
    pub(super) form: Form,
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
        let mut parameters = Parameters::parse(request.query_string());
        let format = negotiate::format(request, &mut parameters, FORMATS)?;
        let kept = Kept::of(request);
        ItemsRequest::of(layer, snapshot, format, parameters, kept).map_err(Problem::parameters)
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
        let query = snapshot.question(layer, &mut parameters);
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
            form: Form::of(format, table),
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
                let link = call.link(&path, rel, self.form.format(), title);
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

/// The instant that is asked for: a layer of a file has no past.
fn take_as_of(layer: Layer, parameters: &mut Parameters) -> Option<Instant> {
    layer.ours()?;
    parameters.take("as_of", parse_instant)
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

/// The parameters of a request, for links that keep them.
#[derive(Debug)]
pub(super) enum Kept {
    /// As they stand in its address.
    Address(Vec<(String, String)>),
    /// The names of the members of its body. Whoever follows a link sends the others again, so that no answer is longer for
    /// a filter of a megabyte.
    Body(Vec<String>),
}

impl Default for Kept {
    fn default() -> Kept {
        Kept::Address(Vec::new())
    }
}

impl Kept {
    pub(super) fn of(request: &HttpRequest) -> Kept {
        let mut kept = crate::query::pairs(request.query_string());
        kept.dedup();
        Kept::Address(kept)
    }

    fn of_members(members: &Map<String, Value>) -> Kept {
        let given = members.iter().filter(|(_, value)| !value.is_null());
        Kept::Body(given.map(|(name, _)| name.clone()).collect())
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Kept::Address(pairs) => pairs.iter().any(|(given, _)| given == name),
            Kept::Body(names) => names.iter().any(|given| given == name),
        }
    }

    /// A path with the parameters of the address, without some and with others.
    pub(super) fn address(&self, path: &str, with: &[(&str, &str)], without: &[&str]) -> String {
        let kept: &[_] = match self {
            Kept::Address(pairs) => pairs,
            Kept::Body(_) => &[],
        };
        let kept = kept.iter();
        let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        let kept = kept.filter(|(name, _)| !without.contains(name));
        let pairs: Vec<_> = kept
            .chain(with.iter().copied())
            .map(|(name, value)| {
                let [name, value] = [name, value].map(|text| utf8_percent_encode(text, QUERY));
                format!("{name}={value}")
            })
            .collect();
        if pairs.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", pairs.join("&"))
        }
    }

    /// A link to the same path, with the parameters without some and with others.
    fn link(&self, link: Link, with: &[(&str, &str)], without: &[&str]) -> Link {
        let Kept::Body(_) = self else {
            let href = self.address(&link.href, with, without);
            return Link { href, ..link };
        };
        let gone = without.iter().filter(|name| self.has(name));
        let gone = gone.map(|name| ((*name).to_owned(), Value::Null));
        let with = with.iter();
        let with = with.map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        Link {
            posted: Some(Posted::again(gone.chain(with).collect())),
            ..link
        }
    }
}

/// An address of features, and the form in which it is asked for.
pub(super) struct Here<'a> {
    pub(super) path: &'a str,
    pub(super) parameters: &'a Kept,
    pub(super) form: Form,
}

impl Here<'_> {
    /// The name of the form, where `Accept` alone chose it: whoever follows a link may say nothing of forms.
    fn named(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let format = self.form.format();
        let is_named = self.parameters.has("f") || format == FORMATS[0];
        (!is_named).then(|| ("f", format.names[0])).into_iter()
    }

    /// The links to it, and to it in every form.
    pub(super) fn links(&self, title: &str, call: &Call) -> Vec<Link> {
        let itself = call.link(self.path, "self", self.form.format(), title);
        let with: Vec<_> = self.named().collect();
        let mut links = vec![self.parameters.link(itself, &with, &[])];
        links.extend(FORMATS.iter().map(|format| {
            let without: &[&str] = if *format == CSV {
                &["f"]
            } else {
                &["f", OF_TABLES[0], OF_TABLES[1]]
            };
            let title = format!("{title} as {}", format.title);
            let link = call.link(self.path, "alternate", *format, &title);
            let with = [("f", format.names[0])];
            self.parameters.link(link, &with, without)
        }));
        links
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
            parameters: Kept::default(),
        }
    }
}

impl ItemRequest {
    /// Parses the parameters: all faults at once.
    pub(super) fn parse(layer: Layer, call: &Call) -> Result<ItemRequest, Problem> {
        let request = &call.request;
        let mut parameters = Parameters::parse(request.query_string());
        let format = negotiate::format(request, &mut parameters, FORMATS)?;
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
            form: Form::of(format, table),
            parameters: Kept::of(request),
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
