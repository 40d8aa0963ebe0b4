//! Tables (RFC 4180): a header, and a feature on each row.
//!
//! The columns are `id`, the properties in the order of the table, how far it is where that was asked, and the place. Names
//! and texts in several languages are their texts alone, in the order of the reader; other structure is JSON.

use std::borrow::Cow;
use std::io::Write;

use super::cell::{END, as_text, joined, push};
use super::choosing::Choosing;
use super::geojson::decimetres;
use super::written::{GEOMETRY, ValueForm, Written};
use super::{Fit, Showing};
use crate::domain::{Crs, Crs84, Geometry, ShownId, Wrong, not_one_of, read_geojson, write_wkt};
use crate::query::{Parameters, parse_boolean};

const DELIMITER: u8 = b',';

/// A byte order mark, by which Excel knows UTF-8.
const MARK: &[u8] = "\u{FEFF}".as_bytes();

/// The parameters that only tables take.
pub const OF_TABLES: [&str; 2] = ["bom", "geometry-format"];

/// What its reader may choose of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// How places stand in it.
    pub place: Place,
    /// Whether it begins with a byte order mark.
    pub has_mark: bool,
    /// Whether it tells how far features are.
    pub has_distances: bool,
    /// Whether it tells how well their names fit.
    pub has_tiers: bool,
}

/// How places stand in a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// As well-known text, in the column `geometry`.
    #[default]
    Wkt,
    /// As degrees in the columns `lon` and `lat` (CRS84, at most 7 decimals); of lines and areas, those of a point on
    /// them ([`Crs84::surface_point`]).
    LonLat,
    /// Not at all.
    None,
}

impl Place {
    /// The names that requests have for them.
    pub const NAMES: [&str; 3] = ["wkt", "lonlat", "none"];

    fn parse(text: &str) -> Result<Place, Wrong> {
        let all = [Place::Wkt, Place::LonLat, Place::None];
        let place = Place::NAMES.iter().position(|name| *name == text);
        place
            .map(|place| all[place])
            .ok_or_else(|| not_one_of(text, &Place::NAMES))
    }
}

impl Table {
    /// Takes what is asked of a table, which nothing but a table may be asked for.
    pub fn parse(parameters: &mut Parameters, is_table: bool) -> Table {
        let has_mark = parameters.take("bom", parse_boolean);
        let place = parameters.take("geometry-format", Place::parse);
        if !is_table {
            for name in OF_TABLES {
                if parameters.has(name) {
                    parameters.fault(name, "is of tables: ask for f=csv, or leave it out");
                }
            }
        }
        Table {
            place: place.unwrap_or_default(),
            has_mark: has_mark.unwrap_or_default(),
            has_distances: false,
            has_tiers: false,
        }
    }
}

/// Writes rows for one reader.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    table: Table,
    showing: &'a Showing<'a>,
    choosing: Choosing<'a>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(table: Table, showing: &'a Showing<'a>) -> Writer<'a> {
        Writer {
            table: Table {
                place: if showing.has_geometry() {
                    table.place
                } else {
                    Place::None
                },
                ..table
            },
            showing,
            choosing: Choosing::new(showing.languages),
        }
    }

    /// The names of the columns.
    pub(super) fn header(&self, out: &mut Vec<u8>) {
        if self.table.has_mark {
            out.extend_from_slice(MARK);
        }
        let properties = self.showing.nulls.columns.iter().map(|(_, name)| *name);
        let distance = self.table.has_distances.then_some("distance_m");
        let tier = self.table.has_tiers.then_some("match_tier");
        let geometry = [self.showing.layer.geometry_name()];
        let place: &[&str] = match self.table.place {
            Place::Wkt => &geometry,
            Place::LonLat => &["lon", "lat"],
            Place::None => &[],
        };
        out.extend_from_slice(b"id");
        for name in properties
            .chain(distance)
            .chain(tier)
            .chain(place.iter().copied())
        {
            out.push(DELIMITER);
            push(out, &as_text(name), DELIMITER);
        }
        out.extend_from_slice(END);
    }

    /// A feature, with how far it is where that was asked.
    pub(super) fn row(&mut self, out: &mut Vec<u8>, written: Written<'a>, fit: Fit) {
        match self.showing.id(written) {
            ShownId::Text(id) => push(out, &as_text(id), DELIMITER),
            other => write!(out, "{other}").expect("a Vec takes everything"),
        }
        let mut values = written.values().peekable();
        let geometry = values.next_if(|(number, ..)| *number == GEOMETRY);
        let nulls = &self.showing.nulls;
        let mut columns = nulls.columns.iter().map(|(number, _)| *number);
        for (number, form, payload) in values {
            if nulls.places[usize::from(number)].is_none() {
                continue;
            }
            // Its own, and those before it that have no value.
            let passed = columns.by_ref().take_while(|column| *column != number);
            let passed = passed.count() + 1;
            out.extend(std::iter::repeat_n(DELIMITER, passed));
            self.value(out, written, form, payload);
        }
        out.extend(columns.map(|_| DELIMITER));
        if self.table.has_distances {
            out.push(DELIMITER);
            if let Some(distance) = fit.distance {
                write!(out, "{:?}", decimetres(distance)).expect("a Vec takes everything");
            }
        }
        if self.table.has_tiers {
            out.push(DELIMITER);
            if let Some(tier) = fit.tier {
                write!(out, "{}", tier.number()).expect("a Vec takes everything");
            }
        }
        self.place(out, geometry.map(|(_, _, geometry)| text(geometry)));
        out.extend_from_slice(END);
    }

    fn value(
        &mut self,
        out: &mut Vec<u8>,
        written: Written<'a>,
        form: ValueForm,
        payload: &'a [u8],
    ) {
        match form {
            ValueForm::Json => json(out, payload),
            ValueForm::Names => {
                let names = self.choosing.names(written, payload);
                let texts: Vec<_> = names.map(|(text, _)| string(text)).collect();
                push(out, &list(&texts), DELIMITER);
            }
            ValueForm::Label => {
                let (label, _) = self.choosing.label(written, payload);
                push(out, &as_text(&string(label)), DELIMITER);
            }
            ValueForm::LabelLang => {
                let lang = self.choosing.label_lang(written);
                push(out, lang.unwrap_or_default(), DELIMITER);
            }
        }
    }

    fn place(&self, out: &mut Vec<u8>, geometry: Option<&str>) {
        match self.table.place {
            Place::Wkt => {
                out.push(DELIMITER);
                let text = geometry.and_then(|geometry| {
                    let mut moved = Vec::new();
                    self.showing
                        .crs
                        .write_geojson(geometry.as_bytes(), &mut moved);
                    write_wkt(text(&moved))
                });
                push(out, &text.unwrap_or_default(), DELIMITER);
            }
            Place::LonLat => match geometry {
                Some(geometry) => {
                    let at = on_surface(geometry);
                    write!(out, ",{},{}", at.0, at.1).expect("a Vec takes everything");
                }
                None => out.extend([DELIMITER; 2]),
            },
            Place::None => {}
        }
    }
}

/// Longitude and latitude of a point on a geometry.
fn on_surface(geometry: &str) -> (f64, f64) {
    let written = &mut serde_json::Deserializer::from_str(geometry);
    // Not as one of ours is parsed: those of files may touch and cross themselves.
    let drawn = read_geojson(written).ok().flatten();
    let geometry = drawn.and_then(|drawn| Crs84::found(drawn, Crs::Crs84).ok().flatten());
    let geometry = geometry.expect("it is one that was taken");
    match Crs84::point(geometry.surface_point()).as_geo() {
        Geometry::Point(at) => (at.x(), at.y()),
        _ => unreachable!("it was made a point"),
    }
}

/// A value that is kept as JSON.
fn json(out: &mut Vec<u8>, payload: &[u8]) {
    match payload.first() {
        Some(b'"') => push(out, &as_text(&string(payload)), DELIMITER),
        Some(b'[') => match serde_json::from_slice::<Vec<Cow<'_, str>>>(payload) {
            Ok(texts) => push(out, &list(&texts), DELIMITER),
            Err(_) => push(out, &as_text(text(payload)), DELIMITER),
        },
        Some(b'{') => push(out, &as_text(text(payload)), DELIMITER),
        // Numbers stay numbers, those below zero too.
        _ => out.extend_from_slice(payload),
    }
}

fn list(texts: &[Cow<'_, str>]) -> String {
    let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
    joined(&texts)
}

pub(super) fn text(payload: &[u8]) -> &str {
    std::str::from_utf8(payload).expect("JSON is UTF-8")
}

/// The text of a JSON string.
pub(super) fn string(payload: &[u8]) -> Cow<'_, str> {
    let text = text(payload);
    if text.contains('\\') {
        let text: String = serde_json::from_str(text).expect("it was written as JSON");
        return text.into();
    }
    text.trim_matches('"').into()
}
