//! Files of records, read and written: GeoJSON, GeoJSON lines and CSV.
//!
//! Reading gives features, each with the line on which it begins, and every fault that the form has; whether a feature is
//! a record of the registry, its draft decides. Writing is the way back: what is written of drafts reads as the same.
//! Features that are no records, to be laid beside our collections, are read by `layer.rs`.

mod cell;
mod decode;
mod geojson;
mod layer;
mod sheet;
mod whole;

use std::io::{self, Write};
use std::path::Path;

use serde_json::Value;

pub use self::layer::read_layer;
pub use self::whole::{delete_unfinished, delete_whole, write_whole};

use crate::domain::{Collection, Fault, FaultKind, Wrong};

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A `FeatureCollection` (RFC 7946).
    Geojson,
    /// A feature on each line, also as a text sequence (RFC 8142).
    GeojsonLines,
    /// A table with a header (RFC 4180).
    Csv,
    /// The same with tabs between its cells.
    Tsv,
}

/// The endings of names, and the forms that they stand for.
const ENDINGS: [(&str, Form); 8] = [
    ("geojson", Form::Geojson),
    ("json", Form::Geojson),
    ("geojsonl", Form::GeojsonLines),
    ("geojsons", Form::GeojsonLines),
    ("jsonl", Form::GeojsonLines),
    ("ndjson", Form::GeojsonLines),
    ("csv", Form::Csv),
    ("tsv", Form::Tsv),
];

impl Form {
    /// The form that the ending of a name stands for.
    pub fn of(file: &Path) -> Result<Form, Wrong> {
        let ending = file.extension().and_then(|ending| ending.to_str());
        let ending = ending.unwrap_or_default().to_ascii_lowercase();
        let known = ENDINGS.into_iter().find(|(known, _)| *known == ending);
        known.map(|(_, form)| form).ok_or_else(|| {
            let all = ENDINGS.map(|(ending, _)| format!(".{ending}")).join(", ");
            Wrong(format!("its name ends in none of {all}"))
        })
    }
}

/// A feature that was found in a file.
#[derive(Clone, Debug)]
pub struct Found {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// The feature, as GeoJSON.
    pub feature: Value,
    /// Whether its members are columns: then a fault is at `/names`, and not at `/properties/names`.
    pub is_row: bool,
    /// Where items of its lists stand, and where in the table: cells that are empty make none.
    pub moved: Vec<(String, String)>,
}

impl Found {
    /// The place in the file of a place in the feature.
    pub fn place_in_file(&self, place: &str) -> String {
        let moved = self.moved.iter().find_map(|(here, there)| {
            let below = place.strip_prefix(here.as_str())?;
            let is_below = below.is_empty() || below.starts_with('/');
            is_below.then(|| format!("{there}{below}"))
        });
        moved.unwrap_or_else(|| place.to_owned())
    }
}

/// Reads the features of a file, in their order, and gives what is wrong with its form: each fault is at a line, as
/// `3` or `3: /geometry`. What can be read of the rest is read all the same.
pub fn read(
    form: Form,
    collection: Collection,
    bytes: Vec<u8>,
    mut take: impl FnMut(Found),
) -> Vec<Fault> {
    let mut faults = Vec::new();
    match decode::text(bytes) {
        Err(fault) => faults.push(fault),
        Ok(text) => match form {
            Form::Geojson => geojson::read(&text, &mut take, &mut faults),
            Form::GeojsonLines => geojson::read_lines(&text, &mut take, &mut faults),
            Form::Csv | Form::Tsv => sheet::read(&text, collection, &mut take, &mut faults),
        },
    }
    faults
}

/// Tells the lines of places in a text, each behind the one before.
struct Lines<'a> {
    text: &'a str,
    counted: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Lines<'a> {
        Lines {
            text,
            counted: 0,
            line: 1,
        }
    }

    fn at(&mut self, offset: usize) -> usize {
        self.line += self.text[self.counted..offset].matches('\n').count();
        self.counted = offset;
        self.line
    }
}

/// A fault at a line.
fn at(line: usize, detail: impl Into<String>) -> Fault {
    Fault {
        place: line.to_string(),
        kind: FaultKind::Other,
        detail: detail.into(),
    }
}

/// Writes features into a file, one after the other.
pub struct Writer<W: Write> {
    form: Form,
    columns: Vec<&'static str>,
    is_first: bool,
    out: W,
}

impl<W: Write> Writer<W> {
    /// Begins a file. `columns` are the properties that a table has, beside `id` and `geometry`.
    pub fn new(form: Form, columns: Vec<&'static str>, mut out: W) -> io::Result<Writer<W>> {
        match form {
            Form::Geojson => geojson::begin(&mut out)?,
            Form::GeojsonLines => {}
            Form::Csv => sheet::header(&columns, b',', &mut out)?,
            Form::Tsv => sheet::header(&columns, b'\t', &mut out)?,
        }
        Ok(Writer {
            form,
            columns,
            is_first: true,
            out,
        })
    }

    /// Writes a feature.
    pub fn write(&mut self, feature: &Value) -> io::Result<()> {
        let is_first = std::mem::take(&mut self.is_first);
        match self.form {
            Form::Geojson => geojson::write(feature, is_first, &mut self.out),
            Form::GeojsonLines => geojson::write_line(feature, &mut self.out),
            Form::Csv => sheet::row(feature, &self.columns, b',', &mut self.out),
            Form::Tsv => sheet::row(feature, &self.columns, b'\t', &mut self.out),
        }
    }

    /// Ends the file.
    pub fn end(mut self) -> io::Result<()> {
        if self.form == Form::Geojson {
            geojson::end(&mut self.out)?;
        }
        self.out.flush()
    }
}
