//! GeoJSON (RFC 7946) as one collection, or as a feature on each line.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Found, Lines, at};
use crate::domain::{Fault, parse_strictly};

/// What begins every text of a sequence (RFC 8142, 2.1).
const RECORD_SEPARATOR: char = '\u{1E}';

/// A file, as far as it is looked at before its features are.
#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow, rename = "type", default)]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    features: Option<Vec<&'a RawValue>>,
    #[serde(default)]
    crs: Option<Value>,
}

/// The features of a collection, or of a file that is one.
pub(super) fn read(text: &str, take: &mut impl FnMut(Found), faults: &mut Vec<Fault>) {
    let file: File<'_> = match serde_json::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            let detail = format!("is not JSON at column {}: {}", error.column(), what(&error));
            return faults.push(at(error.line().max(1), detail));
        }
    };
    if let Some(crs) = file.crs.filter(|crs| !is_crs84(crs)) {
        let detail = format!("crs is {crs}: save it in WGS 84, longitude first (RFC 7946, 4)");
        faults.push(at(1, detail));
    }
    match (&*file.kind, file.features) {
        ("FeatureCollection", Some(features)) => {
            let mut lines = Lines::of(text);
            for raw in features {
                let line = lines.at(raw.get().as_ptr().addr() - text.as_ptr().addr());
                // It was read once already: what is wrong now is a nesting too deep, or a member that stands twice.
                match parse_strictly(raw.get().as_bytes()) {
                    Ok(feature) => take(found(line, feature)),
                    Err(error) => faults.push(not_json(line, &error)),
                }
            }
        }
        ("Feature", None) => match parse_strictly(text.as_bytes()) {
            Ok(feature) => {
                let before = text.len() - text.trim_start().len();
                take(found(Lines::of(text).at(before), feature));
            }
            Err(error) => faults.push(not_json(error.line(), &error)),
        },
        _ => faults.push(at(
            1,
            "is no FeatureCollection: it has \"type\": \"FeatureCollection\" and a list of features",
        )),
    }
}

/// The feature of each line that is not empty.
pub(super) fn read_lines(text: &str, take: &mut impl FnMut(Found), faults: &mut Vec<Fault>) {
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start_matches(RECORD_SEPARATOR).trim();
        if line.is_empty() {
            continue;
        }
        match parse_strictly(line.as_bytes()) {
            Ok(feature) => take(found(index + 1, feature)),
            Err(error) => faults.push(not_json(index + 1, &error)),
        }
    }
}

fn found(line: usize, feature: Value) -> Found {
    Found {
        line,
        feature,
        is_row: false,
        moved: vec![],
    }
}

fn not_json(line: usize, error: &serde_json::Error) -> Fault {
    at(line.max(1), format!("is not JSON: {}", what(error)))
}

/// What is wrong, without the place: that of a part says nothing of the file.
pub(super) fn what(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((what, _)) => what.to_owned(),
        None => text,
    }
}

/// Whether the coordinates are longitude and latitude in WGS 84: in what is called so by the older GeoJSON, as QGIS does.
fn is_crs84(crs: &Value) -> bool {
    let name = crs.pointer("/properties/name").and_then(Value::as_str);
    crs.is_null() || name.is_some_and(|name| name.ends_with(":CRS84") || name == "EPSG:4326")
}

pub(super) fn begin(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")
}

/// A feature on a line of its own, so that two files can be compared by line.
pub(super) fn write(feature: &Value, is_first: bool, out: &mut impl Write) -> io::Result<()> {
    out.write_all(if is_first { b"\n" } else { b",\n" })?;
    Ok(serde_json::to_writer(out, feature)?)
}

pub(super) fn end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\n]}\n")
}

pub(super) fn write_line(feature: &Value, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, feature)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of what is found, and the faults.
    fn reading(
        read: fn(&str, &mut dyn FnMut(Found), &mut Vec<Fault>),
        text: &str,
    ) -> (Vec<usize>, Vec<String>) {
        let (mut lines, mut faults) = (Vec::new(), Vec::new());
        read(text, &mut |found| lines.push(found.line), &mut faults);
        (lines, faults.iter().map(Fault::to_string).collect())
    }

    fn whole(text: &str) -> (Vec<usize>, Vec<String>) {
        reading(
            |text, mut take, faults| super::read(text, &mut take, faults),
            text,
        )
    }

    #[test]
    fn each_feature_has_the_line_on_which_it_begins() {
        let text = "{\"type\": \"FeatureCollection\", \"features\": [\n {\"type\":\n\"Feature\"},\n\n{\"type\": \"Feature\"}, {}\n]}";
        assert_eq!(whole(text), (vec![2, 5, 5], vec![]));
        assert_eq!(whole("\n{\"type\":\"Feature\"}"), (vec![2], vec![]));
    }

    #[test]
    fn of_a_member_that_stands_twice_nobody_could_say_which_was_meant() {
        let twice = "{\"type\":\"Feature\",\"properties\":{\"a\":1,\"a\":2}}";
        let told = "1: is not JSON: the member \"a\" stands twice";
        let of_all = format!("{{\"type\":\"FeatureCollection\",\"features\":[{twice}]}}");
        let lines = |text: &str| {
            reading(
                |text, mut take, faults| read_lines(text, &mut take, faults),
                text,
            )
        };
        for (found, faults) in [whole(twice), whole(&of_all), lines(twice)] {
            assert_eq!((found, faults), (vec![], vec![told.to_owned()]));
        }
    }

    #[test]
    fn what_is_no_collection_is_told_with_what_would_be_one() {
        for (text, start) in [
            ("{\"features\": [\n}", "2: is not JSON at column 1: "),
            ("", "1: is not JSON at column 0: "),
            ("[]", "1: is no FeatureCollection"),
            ("{}", "1: is no FeatureCollection"),
            (
                "{\"type\":\"FeatureCollection\"}",
                "1: is no FeatureCollection",
            ),
            (
                "{\"type\":\"Topology\",\"features\":[]}",
                "1: is no FeatureCollection",
            ),
        ] {
            let (lines, faults) = whole(text);
            assert!(
                lines.is_empty() && faults[0].starts_with(start),
                "{faults:?}"
            );
        }
    }

    #[test]
    fn other_coordinates_than_those_of_the_standard_are_refused() {
        let with = |name: &str| {
            whole(&format!(
                "{{\"type\":\"FeatureCollection\",\"crs\":{{\"type\":\"name\",\"properties\":{{\"name\":\"{name}\"}}}},\"features\":[]}}"
            )).1
        };
        assert_eq!(with("urn:ogc:def:crs:OGC:1.3:CRS84"), [""; 0]);
        assert_eq!(with("EPSG:4326"), [""; 0]);
        assert!(with("urn:ogc:def:crs:EPSG::32638")[0].starts_with("1: crs is {"));
    }

    #[test]
    fn lines_may_be_empty_or_those_of_a_text_sequence() {
        let text = "{\"type\":\"Feature\"}\r\n\r\n\u{1E}{\"a\":1}\n{\n\u{1E}{}";
        let (lines, faults) = reading(
            |text, mut take, faults| read_lines(text, &mut take, faults),
            text,
        );
        assert_eq!(lines, [1, 3, 5]);
        assert!(
            faults.len() == 1 && faults[0].starts_with("4: is not JSON"),
            "{faults:?}"
        );
    }
}
