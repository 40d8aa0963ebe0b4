//! GeoJSON (RFC 7946), with the members that OGC API - Features adds to it.
//!
//! Members keep the order of the table of properties: desktop clients learn their columns from it.

use std::io::Write;

use serde::Serialize;

use super::choosing::Choosing;
use super::written::{GEOMETRY, ValueForm, Written};
use super::{Fit, Link, Showing};
use crate::domain::{Instant, Metres};

/// What a `FeatureCollection` says beside its features.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The links of the page.
    pub links: &'a [Link],
    /// When anything of what the reader may see last changed.
    pub changed_at: Option<Instant>,
    /// How many features answer the question, on all pages.
    pub matched: usize,
    /// How many of them are on this page.
    pub returned: usize,
}

/// One feature with its links.
pub fn feature<'a>(feature: Written<'a>, showing: &'a Showing<'a>, links: &[Link]) -> Vec<u8> {
    let mut out = Vec::new();
    Writer::new(showing).feature(&mut out, feature, Fit::default(), links);
    out
}

/// What comes before the first feature of a page.
pub fn begin(out: &mut Vec<u8>) {
    out.extend_from_slice(br#"{"type":"FeatureCollection","features":["#);
}

/// What comes after the last feature of a page.
pub fn end(out: &mut Vec<u8>, around: &Around<'_>) {
    out.extend_from_slice(br#"],"links":"#);
    push(out, around.links);
    if let Some(changed_at) = around.changed_at {
        out.extend_from_slice(br#","timeStamp":"#);
        push(out, &changed_at);
    }
    let Around {
        matched, returned, ..
    } = around;
    write!(
        out,
        r#","numberMatched":{matched},"numberReturned":{returned}}}"#
    )
    .expect("a Vec takes everything");
}

/// Writes features for one reader, one after the other, so that no feature allocates.
#[derive(Debug)]
pub struct Writer<'a> {
    showing: &'a Showing<'a>,
    choosing: Choosing<'a>,
}

impl<'a> Writer<'a> {
    /// A writer for the reader and the collection of `showing`.
    pub fn new(showing: &'a Showing<'a>) -> Writer<'a> {
        Writer {
            showing,
            choosing: Choosing::new(showing.languages),
        }
    }

    /// Appends a feature; with how it fits, where something was asked, and with links where it stands alone.
    pub fn feature(&mut self, out: &mut Vec<u8>, written: Written<'a>, fit: Fit, links: &[Link]) {
        out.extend_from_slice(br#"{"type":"Feature","id":"#);
        push(out, &self.showing.id(written));
        out.extend_from_slice(br#","geometry":"#);
        let mut values = written.values().peekable();
        let geometry = values.next_if(|(number, ..)| *number == GEOMETRY);
        match geometry.filter(|_| self.showing.has_geometry()) {
            Some((_, _, geometry)) => self.showing.crs.write_geojson(geometry, out),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(br#","properties":{"#);
        let (nulls, mut done) = (&self.showing.nulls, 0);
        for (number, form, payload) in values {
            let Some(at) = nulls.places[usize::from(number)] else {
                continue;
            };
            out.extend_from_slice(&nulls.text[done..at]);
            done = at + NULL.len();
            match form {
                ValueForm::Json => out.extend_from_slice(payload),
                ValueForm::Names => self.names(out, written, payload),
                ValueForm::Label => out.extend_from_slice(self.choosing.label(written, payload).0),
                ValueForm::LabelLang => match self.choosing.label_lang(written) {
                    Some(lang) => push(out, lang),
                    None => out.extend_from_slice(NULL),
                },
            }
        }
        out.extend_from_slice(&nulls.text[done..]);
        let mut comma = if nulls.text.is_empty() { "" } else { "," };
        if let Some(distance) = fit.distance {
            let metres = decimetres(distance);
            write!(out, r#"{comma}"distance_m":{metres:?}"#).expect("a Vec takes everything");
            comma = ",";
        }
        if let Some(tier) = fit.tier {
            let number = tier.number();
            write!(out, r#"{comma}"match_tier":{number}"#).expect("a Vec takes everything");
        }
        out.push(b'}');
        if !links.is_empty() {
            out.extend_from_slice(br#","links":"#);
            push(out, links);
        }
        out.push(b'}');
    }

    /// The label of a feature for the reader, as JSON; and of a text that is one of its names the language, where that is
    /// known: that which stands first in the list of names, if several languages have the same.
    pub fn label_and_lang(
        &mut self,
        written: Written<'a>,
        text: &str,
    ) -> (&'a [u8], Option<&'a str>) {
        self.choosing.label_and_lang(written, text)
    }

    /// A list of names, in the order of the reader.
    fn names(&mut self, out: &mut Vec<u8>, written: Written<'a>, payload: &'a [u8]) {
        out.push(b'[');
        let names = self.choosing.names(written, payload);
        for (index, (_, json)) in names.enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(json);
        }
        out.push(b']');
    }
}

/// What stands where a feature has no value.
pub(super) const NULL: &[u8] = b"null";

/// A distance as it is told, to a decimetre: no place here is known better.
pub(super) fn decimetres(distance: Metres) -> f64 {
    (distance.get() * 10.0).round() / 10.0
}

pub(super) fn push<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("links, names and instants are plain data");
}
