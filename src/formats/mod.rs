//! Features to bytes: the table of media types, GeoJSON, its sequences, and CSV. Knows what a feature is and nothing of
//! where it came from.
//!
//! The work is done in two parts: [`Block`] makes of a feature what is the same for all readers, once; [`Writer`] makes
//! of that, for every answer, what one reader gets. Start at [`Showing`], which says who that is, then [`Form`].

mod block;
pub mod cell;
mod choosing;
mod flat;
mod form;
pub mod geojson;
mod packed;
mod table;
mod written;

pub use block::Block;
pub use flat::{Flat, geometry};
pub use form::{Form, Writer, feature, page};
pub use table::{OF_TABLES, Place, Table};
pub use written::Written;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::{Audience, Collection, Crs, Languages, Layer, Metres, ShownId, Tier, returned};
use crate::query::Selection;

/// A format in which something is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Its names as a value of the parameter `f`.
    pub names: &'static [&'static str],
    /// What people call it.
    pub title: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Other media types of which it is one: whoever accepts them is given it.
    pub also: &'static [&'static str],
}

/// GeoJSON (RFC 7946).
pub const GEOJSON: Format = Format {
    names: &["json", "geojson"],
    title: "GeoJSON",
    media_type: "application/geo+json",
    also: &["application/json"],
};

/// Tables (RFC 4180).
pub const CSV: Format = Format {
    names: &["csv"],
    title: "CSV",
    media_type: "text/csv; charset=utf-8; header=present",
    also: &[],
};

/// GeoJSON text sequences (RFC 8142).
pub const GEOJSON_SEQ: Format = Format {
    names: &["geojsonseq"],
    title: "a GeoJSON text sequence",
    media_type: "application/geo+json-seq",
    also: &["application/json-seq"],
};

/// GeoJSON features, one on each line.
pub const NDJSON: Format = Format {
    names: &["ndjson", "jsonl"],
    title: "lines of GeoJSON",
    media_type: "application/x-ndjson",
    also: &["application/ndjson", "application/jsonl"],
};

/// Every format of features, the one that is given unasked first.
pub const FORMATS: &[Format] = &[GEOJSON, CSV, GEOJSON_SEQ, NDJSON];

/// A link, as it stands in documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Where to.
    pub href: String,
    /// What it is to the document.
    pub rel: &'static str,
    /// The media type found there.
    #[serde(rename = "type")]
    pub media_type: &'static str,
    /// What people call it.
    pub title: String,
    /// How it is followed, where not by GET.
    #[serde(flatten)]
    pub posted: Option<Posted>,
}

/// What is sent to follow a link by POST, in the members that STAC API gives to such links.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Posted {
    method: &'static str,
    /// The members of the body that differ from those of the request that was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Map<String, Value>>,
    /// Whether the others are sent as they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    merge: Option<bool>,
}

impl Posted {
    /// Any body.
    pub fn any() -> Posted {
        Posted {
            method: "POST",
            body: None,
            merge: None,
        }
    }

    /// The body that was answered, with these members for its own.
    pub fn again(body: Map<String, Value>) -> Posted {
        Posted {
            body: Some(body),
            merge: Some(true),
            ..Posted::any()
        }
    }

    /// A member of the body that is a text.
    pub fn text(&self, member: &str) -> Option<&str> {
        self.body.as_ref()?.get(member)?.as_str()
    }
}

/// How a feature fits a question, as far as that was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fit {
    /// How far it is: `distance_m`.
    pub distance: Option<Metres>,
    /// How well one of its names fits: `match_tier`.
    pub tier: Option<Tier>,
}

/// How features of a layer are shown to a reader.
#[derive(Debug)]
pub struct Showing<'a> {
    layer: Layer,
    languages: &'a Languages,
    selection: Option<&'a Selection>,
    crs: Crs,
    nulls: Cow<'static, Nulls>,
}

/// The properties of a feature that has no value at all.
#[derive(Clone, Debug)]
struct Nulls {
    /// Their names, each with `null`: what stands between two values of any feature is a part of it.
    text: Vec<u8>,
    /// Where the `null` of each number begins; `None` of what is not shown.
    places: [Option<usize>; 256],
    /// What is shown, in the order of the table: the number and the name of each.
    columns: Vec<(u8, &'static str)>,
}

impl<'a> Showing<'a> {
    /// All properties of the audience, or those selected, in the reader's languages.
    pub fn new(
        layer: impl Into<Layer>,
        audience: Audience,
        languages: &'a Languages,
        selection: Option<&'a Selection>,
    ) -> Showing<'a> {
        let layer = layer.into();
        let nulls = match (selection, layer) {
            (Some(selection), _) => {
                let is_wanted = |number: usize| selection.columns.contains(&number);
                Cow::Owned(Nulls::of(layer, audience, is_wanted))
            }
            (None, Layer::Ours(collection)) => Cow::Borrowed(&ALL[&(collection, audience)]),
            (None, Layer::Extra(_)) => Cow::Owned(Nulls::of(layer, audience, |_| true)),
        };
        Showing {
            layer,
            languages,
            selection,
            crs: Crs::default(),
            nulls,
        }
    }

    /// The same, with geometries in another system than CRS84.
    #[must_use]
    pub fn in_crs(self, crs: Crs) -> Showing<'a> {
        Showing { crs, ..self }
    }

    /// The id of a feature, as it is shown.
    fn id(&self, written: Written<'_>) -> ShownId<'static> {
        self.layer.shown_id(written.id)
    }

    fn has_geometry(&self) -> bool {
        self.selection.is_none_or(|selection| selection.geometry)
    }
}

/// Those of features that are shown whole: made once, since for a single feature that took longer than writing it.
static ALL: LazyLock<BTreeMap<(Collection, Audience), Nulls>> = LazyLock::new(|| {
    let each = Collection::ALL.into_iter().flat_map(|collection| {
        Audience::ALL.map(|audience| {
            let nulls = Nulls::of(collection.into(), audience, |_| true);
            ((collection, audience), nulls)
        })
    });
    each.collect()
});

impl Nulls {
    fn of(layer: Layer, audience: Audience, is_wanted: impl Fn(usize) -> bool) -> Nulls {
        let mut nulls = Nulls {
            text: Vec::new(),
            places: [None; 256],
            columns: Vec::new(),
        };
        let wanted = returned(layer, audience).filter(|(number, _)| is_wanted(*number));
        for (number, property) in wanted {
            let comma = if nulls.text.is_empty() { "" } else { "," };
            nulls.text.extend_from_slice(comma.as_bytes());
            geojson::push(&mut nulls.text, property.name);
            nulls.text.push(b':');
            nulls.places[number] = Some(nulls.text.len());
            nulls.text.extend_from_slice(geojson::NULL);
            let number = u8::try_from(number).expect("a test counts the properties");
            nulls.columns.push((number, property.name));
        }
        nulls
    }
}
