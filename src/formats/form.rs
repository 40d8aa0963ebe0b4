//! The formats of features, one interface for all: what comes before them, each of them, and what comes after them.

use super::geojson::{self, Around};
use super::table::{self, Table};
use super::{CSV, Fit, Format, GEOJSON, GEOJSON_SEQ, Link, NDJSON, Showing, Written};

/// What begins every text of a sequence (RFC 8142, 2.1).
const RECORD_SEPARATOR: u8 = 0x1E;

/// Bytes that few features have more of: a page of such is written without moving what is written of it.
const MOST: usize = 2_500;

/// A form in which features are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One GeoJSON document (RFC 7946).
    Geojson,
    /// A table.
    Csv(Table),
    /// GeoJSON text sequences (RFC 8142): a feature after each record separator.
    Sequence,
    /// A GeoJSON feature on each line.
    Lines,
}

impl Form {
    /// The form that a format of [`super::FORMATS`] is; `table` is what was asked of a table.
    pub fn of(format: Format, table: Table) -> Form {
        let mut all = [Form::Geojson, Form::Csv(table), Form::Sequence, Form::Lines].into_iter();
        let found = all.find(|form| form.format() == format);
        found.expect("features are asked for in formats of features")
    }

    /// Its row in the table of formats.
    pub fn format(self) -> Format {
        match self {
            Form::Geojson => GEOJSON,
            Form::Csv(_) => CSV,
            Form::Sequence => GEOJSON_SEQ,
            Form::Lines => NDJSON,
        }
    }

    /// Whether its documents have links in them.
    pub fn holds_links(self) -> bool {
        self == Form::Geojson
    }

    /// The ending of files of it, where readers save it rather than look at it.
    pub fn ending(self) -> Option<&'static str> {
        match self {
            Form::Geojson => None,
            Form::Csv(_) => Some("csv"),
            Form::Sequence => Some("geojsons"),
            Form::Lines => Some("ndjson"),
        }
    }
}

/// Writes features in a form for one reader, one after the other.
#[derive(Debug)]
pub struct Writer<'a> {
    form: Form,
    features: Features<'a>,
}

#[derive(Debug)]
enum Features<'a> {
    Geojson(geojson::Writer<'a>),
    Rows(table::Writer<'a>),
}

impl<'a> Writer<'a> {
    /// A writer for the reader and the collection of `showing`.
    pub fn new(form: Form, showing: &'a Showing<'a>) -> Writer<'a> {
        let features = match form {
            Form::Csv(table) => Features::Rows(table::Writer::new(table, showing)),
            _ => Features::Geojson(geojson::Writer::new(showing)),
        };
        Writer { form, features }
    }

    /// What comes before the first feature.
    pub fn begin(&self, out: &mut Vec<u8>) {
        match &self.features {
            Features::Rows(rows) => rows.header(out),
            Features::Geojson(_) if self.form == Form::Geojson => geojson::begin(out),
            Features::Geojson(_) => {}
        }
    }

    /// Appends a feature, which follows others unless it `is_first`; with how far it is, where that was asked.
    pub fn feature(&mut self, out: &mut Vec<u8>, is_first: bool, written: Written<'a>, fit: Fit) {
        let features = match &mut self.features {
            Features::Rows(rows) => return rows.row(out, written, fit),
            Features::Geojson(features) => features,
        };
        match self.form {
            Form::Sequence => out.push(RECORD_SEPARATOR),
            Form::Geojson if !is_first => out.push(b','),
            _ => {}
        }
        features.feature(out, written, fit, &[]);
        if self.form != Form::Geojson {
            out.push(b'\n');
        }
    }

    /// What comes after the last feature.
    pub fn end(&self, out: &mut Vec<u8>, around: &Around<'_>) {
        if self.form == Form::Geojson {
            geojson::end(out, around);
        }
    }
}

/// A page: features in their order, each with how far it is where that was asked.
pub fn page<'a>(
    form: Form,
    features: impl Iterator<Item = (Written<'a>, Fit)>,
    showing: &'a Showing<'a>,
    around: &Around<'_>,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(around.returned * MOST);
    let mut writer = Writer::new(form, showing);
    writer.begin(&mut out);
    for (index, (feature, fit)) in features.enumerate() {
        writer.feature(&mut out, index == 0, feature, fit);
    }
    writer.end(&mut out, around);
    out
}

/// One feature, with its links where the form holds them.
pub fn feature<'a>(
    form: Form,
    feature: Written<'a>,
    showing: &'a Showing<'a>,
    links: &[Link],
) -> Vec<u8> {
    if form == Form::Geojson {
        return geojson::feature(feature, showing, links);
    }
    let mut out = Vec::new();
    let mut writer = Writer::new(form, showing);
    writer.begin(&mut out);
    writer.feature(&mut out, true, feature, Fit::default());
    out
}
