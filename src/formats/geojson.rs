//! GeoJSON (RFC 7946), with the members that OGC API - Features adds to it.
//!
//! Members keep the order of the table of properties: desktop clients learn their columns from it.

use std::io::Write;

use serde::Serialize;

use super::packed::Packed;
use super::written::{Form, GEOMETRY, Label, NamesAt, Written, names, read_label};
use super::{Fit, Link, Showing};
use crate::domain::{Instant, NameHead, NameOrder, label};

/// Bytes that few features have more of: a page of such is written without moving what is written of it.
const MOST: usize = 2_500;

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

/// A page as a `FeatureCollection`: features in their order, each with how it fits the question.
pub fn collection<'a>(
    features: impl Iterator<Item = (Written<'a>, Fit)>,
    showing: &'a Showing<'a>,
    around: &Around<'_>,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(around.returned * MOST);
    begin(&mut out);
    let mut writer = Writer::new(showing);
    for (index, (feature, fit)) in features.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        writer.feature(&mut out, feature, fit, &[]);
    }
    end(&mut out, around);
    out
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

/// Writes features for one reader, one after the other. What it needs on the way is kept, so that no feature allocates.
#[derive(Debug)]
pub struct Writer<'a> {
    showing: &'a Showing<'a>,
    /// The names that were read last: those that label a site are mostly those that it lists.
    names: &'a [u8],
    heads: Vec<NameHead<'a>>,
    order: NameOrder<'a>,
    texts: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Writer<'a> {
    /// A writer for the reader and the collection of `showing`.
    pub fn new(showing: &'a Showing<'a>) -> Writer<'a> {
        Writer {
            showing,
            names: &[],
            heads: Vec::new(),
            order: NameOrder::default(),
            texts: Vec::new(),
        }
    }

    /// Appends a feature; with how it fits, where something was asked, and with links where it stands alone.
    pub fn feature(&mut self, out: &mut Vec<u8>, written: Written<'a>, fit: Fit, links: &[Link]) {
        out.extend_from_slice(br#"{"type":"Feature","id":""#);
        let mut id = [0; uuid::fmt::Hyphenated::LENGTH];
        out.extend_from_slice(written.id.hyphenated().encode_lower(&mut id).as_bytes());
        out.extend_from_slice(br#"","geometry":"#);
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
                Form::Json => out.extend_from_slice(payload),
                Form::Names => self.names(out, written, payload),
                Form::Label => out.extend_from_slice(self.label(written, payload).0),
                Form::LabelLang => self.label_lang(out, written),
            }
        }
        out.extend_from_slice(&nulls.text[done..]);
        let mut comma = if nulls.text.is_empty() { "" } else { "," };
        if let Some(distance) = fit.distance {
            // A decimetre: no place here is known better.
            let metres = (distance.get() * 10.0).round() / 10.0;
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
    /// known: the first by its code, if several languages have the same name.
    pub fn label_and_lang(
        &mut self,
        written: Written<'a>,
        text: &str,
    ) -> (&'a [u8], Option<&'a str>) {
        let mut values = written.values();
        let Some((_, _, payload)) = values.find(|(_, form, _)| *form == Form::Label) else {
            return (NULL, None);
        };
        let (label, _) = self.label(written, payload);
        let Label::Names { .. } = read_label(payload) else {
            return (label, None);
        };
        let mut wanted = Vec::new();
        push(&mut wanted, text);
        let names = self.heads.iter().zip(&self.texts);
        let langs = names.filter(|(_, (one, _))| *one == wanted);
        (label, langs.map(|(head, _)| head.lang).min())
    }

    /// A list of names, in the order of the reader.
    fn names(&mut self, out: &mut Vec<u8>, written: Written<'a>, payload: &'a [u8]) {
        self.read(payload);
        let order = self
            .order
            .of(&self.heads, written.id, self.showing.languages);
        out.push(b'[');
        for (index, place) in order.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(self.texts[*place].1);
        }
        out.push(b']');
    }

    fn read(&mut self, payload: &'a [u8]) {
        if std::ptr::eq(self.names, payload) {
            return;
        }
        self.names = payload;
        self.heads.clear();
        self.texts.clear();
        for name in names(payload) {
            self.heads.push(name.head);
            self.texts.push((name.text, name.json));
        }
    }

    /// The label of a feature for the reader, as JSON, and the language it is in where that is known.
    fn label(&mut self, written: Written<'a>, payload: &'a [u8]) -> (&'a [u8], Option<&'a str>) {
        let languages = self.showing.languages;
        match read_label(payload) {
            Label::Text(text) => (text, None),
            Label::Languages(labels) => {
                let of = |wanted: &str| each(labels).find(|(lang, _)| *lang == wanted);
                let spoken = languages.iter().find_map(|lang| of(lang.as_str()));
                let (lang, label) = spoken.or_else(|| of("en")).expect("English is among them");
                (label, Some(lang))
            }
            Label::Names { names, unread } => {
                let payload = match names {
                    NamesAt::Here(payload) => payload,
                    NamesAt::Property(number) => {
                        let mut values = written.values();
                        let names = values.find(|(one, ..)| *one == number);
                        names.map_or(&[][..], |(_, _, payload)| payload)
                    }
                };
                self.read(payload);
                let place = label(&self.heads, unread, languages)
                    .expect("a feature has this title only if it has a label");
                (self.texts[place].0, Some(self.heads[place].lang))
            }
        }
    }

    fn label_lang(&mut self, out: &mut Vec<u8>, written: Written<'a>) {
        let mut values = written.values();
        let label = values.find(|(_, form, _)| *form == Form::Label);
        match label.and_then(|(_, _, payload)| self.label(written, payload).1) {
            Some(lang) => push(out, lang),
            None => out.extend_from_slice(NULL),
        }
    }
}

/// What stands where a feature has no value.
pub(super) const NULL: &[u8] = b"null";

fn each(mut labels: Packed<'_>) -> impl Iterator<Item = (&str, &[u8])> {
    std::iter::from_fn(move || (!labels.is_empty()).then(|| (labels.text(), labels.sized())))
}

fn push<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("links and instants are plain data");
}
