//! Features to bytes: the table of media types, and GeoJSON. Knows what a feature is and nothing of where it came from.
//!
//! Start at [`Showing`], which is how one reader gets the features of one collection, then [`geojson`].

pub mod geojson;

use serde::Serialize;

use crate::domain::{Audience, Collection, Languages, Property, properties};
use crate::query::Selection;

/// A form in which features are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Its names as a value of the parameter `f`.
    pub names: &'static [&'static str],
    /// Its media type.
    pub media_type: &'static str,
}

/// GeoJSON (RFC 7946).
pub const GEOJSON: Format = Format {
    names: &["json", "geojson"],
    media_type: "application/geo+json",
};

/// Every format of features, the one that is given unasked first.
pub const FORMATS: &[Format] = &[GEOJSON];

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
}

/// How features of a collection are shown to a reader.
#[derive(Debug)]
pub struct Showing<'a> {
    properties: Vec<&'static Property>,
    languages: &'a Languages,
    selection: Option<&'a Selection>,
}

impl<'a> Showing<'a> {
    /// All properties of the audience, or those selected, in the reader's languages.
    pub fn new(
        collection: Collection,
        audience: Audience,
        languages: &'a Languages,
        selection: Option<&'a Selection>,
    ) -> Showing<'a> {
        Showing {
            properties: properties(collection, audience),
            languages,
            selection,
        }
    }
}
