//! `filter`, `filter-lang` and `filter-crs`: a condition in CQL2 (OGC API - Features Part 3, 8.3).

use std::sync::Arc;

use super::cql2::{Node, Place, Scope, Term, check, parse_json, parse_text};
use super::{Column, Parameters, cql2};
use crate::domain::{Crs, Geometry, Layer, Wrong, not_one_of};

/// In what a filter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Text,
    Json,
}

/// The names of the encodings, the default first.
pub const FILTER_LANGS: [&str; 2] = ["cql2-text", "cql2-json"];

/// The regions that a filter may name: the outline of one by its code, or what is wrong with the code.
pub type Outlines<'a> = &'a dyn Fn(&str) -> Result<Geometry, Wrong>;

/// Takes the parameters of a filter; what is wrong with them is noted there, every fault at its place in the filter.
pub(super) fn parse_filter(
    layer: Layer,
    outline: Outlines<'_>,
    columns: &[Column],
    parameters: &mut Parameters,
) -> Option<Arc<Term>> {
    let encoding = parameters.take("filter-lang", |text| match text {
        "cql2-text" => Ok(Encoding::Text),
        "cql2-json" => Ok(Encoding::Json),
        _ => Err(not_one_of(text, &FILTER_LANGS)),
    });
    let had_encoding = parameters.has("filter-lang");
    let had_crs = parameters.has("filter-crs");
    let crs = parameters.take("filter-crs", Crs::parse);
    let text = parameters.take("filter", |text| Ok(text.to_owned()))?;
    // One that cannot be read in the language or the CRS that it is said to be in is not looked at.
    if (crs.is_none() && had_crs) || (encoding.is_none() && had_encoding) {
        return None;
    }
    let node = match encoding.unwrap_or(Encoding::Text) {
        Encoding::Text => parse_text(&text),
        Encoding::Json => parse_json(&text),
    };
    let scope = Scope {
        columns,
        geometry: layer.geometry_name(),
        outline,
        crs: crs.unwrap_or(Crs::Crs84),
    };
    let checked = node
        .map_err(|error| vec![error])
        .and_then(|node: Node| check(&node, &scope));
    match checked {
        Ok(term) => Some(Arc::new(term)),
        Err(errors) => {
            for cql2::Error { place, detail } in errors {
                match place {
                    // Somebody who is told counts characters, not bytes.
                    Place::Offset(offset) => {
                        let before = text.char_indices().take_while(|(at, _)| *at < offset);
                        let place = before.count() + 1;
                        parameters.fault("filter", format!("at character {place}: {detail}"));
                    }
                    Place::Pointer(pointer) => {
                        parameters.fault_within("filter", &pointer, &detail);
                    }
                }
            }
            None
        }
    }
}
