//! Tables: a header of places in a draft (`id`, `geometry`, `names.0.text`), and a record on each row (RFC 4180).
//!
//! A cell has no type, so what it stands for is what its place takes: a text, a number, a list as JSON. Geometries are
//! well-known text, or two columns `lon` and `lat`. What a spreadsheet would compute is written as text.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Write};

use csv::{ReaderBuilder, StringRecord};
use serde_json::{Map, Value, json};

use super::cell::{as_number, geometry, value};
use super::{Found, Lines, at};
use crate::domain::{Collection, Draft, Fault, FaultKind, Takes, known_are, write_wkt};
use crate::formats::cell::{END, cell, push};

/// More columns than all parts of any record make.
const MOST_COLUMNS: usize = 1000;

/// What separates cells; the one that the header has most of.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// What a column has.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Column {
    Id,
    Geometry,
    Longitude,
    Latitude,
    Property(Takes),
}

impl Column {
    fn of(name: &str, collection: Collection) -> Option<Column> {
        Some(match name {
            "id" => Column::Id,
            "geometry" => Column::Geometry,
            "lon" => Column::Longitude,
            "lat" => Column::Latitude,
            _ => Column::Property(Draft::takes(collection, name)?),
        })
    }
}

/// The records of a table.
pub(super) fn read(
    text: &str,
    collection: Collection,
    take: &mut impl FnMut(Found),
    faults: &mut Vec<Fault>,
) {
    // In cells as well, where they are line breaks of a text.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let delimiter = delimiter(&text);
    // Excel is told so which it is, and nobody else needs it; the line is kept, so that the others keep their numbers.
    let text = match text.strip_prefix("sep=").and_then(|rest| rest.find('\n')) {
        Some(end) => text[end + "sep=".len()..].to_owned(),
        None => text,
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines = Lines::of(&text);
    // It counts the empty lines before a row to that row.
    let starts = |record: &StringRecord| {
        let before = record.position().map_or(0, csv::Position::byte);
        let before = usize::try_from(before).expect("the text is in memory");
        text.len() - text[before..].trim_start_matches('\n').len()
    };
    let mut records = reader
        .records()
        .map(|record| {
            record.expect("a text in memory can be read, and rows of any length are taken")
        })
        .peekable();
    let Some(header) = records.next() else {
        return faults.push(at(
            1,
            "is empty: the first line has the names of the columns",
        ));
    };
    let line = lines.at(starts(&header));
    let Some(columns) = columns(line, &header, collection, faults) else {
        return;
    };
    let decimal_comma = delimiter != b',';
    while let Some(record) = records.next() {
        let start = starts(&record);
        let line = lines.at(start);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        // A quote that is not closed takes in all rows that follow.
        if records.peek().is_none() && text[start..].matches('"').count() % 2 == 1 {
            faults.push(at(
                line,
                "has a quote that is not closed: the rest of the file is taken for one cell",
            ));
            continue;
        }
        if record.len() > columns.len() {
            let (has, known) = (record.len(), columns.len());
            let detail = format!(
                "has {has} cells, and the header {known}: put cells with a delimiter or a line break in quotes"
            );
            faults.push(at(line, detail));
            continue;
        }
        let before = faults.len();
        let mut moved = Vec::new();
        let feature = feature(
            line,
            &header,
            &columns,
            &record,
            decimal_comma,
            faults,
            &mut moved,
        );
        if faults.len() == before {
            take(Found {
                line,
                feature,
                is_row: true,
                moved,
            });
        }
    }
}

/// That of which the header has most.
fn delimiter(text: &str) -> u8 {
    let mut lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("sep="));
    let header = lines.next().unwrap_or_default();
    let count = |delimiter: &u8| header.bytes().filter(|byte| byte == delimiter).count();
    // Of those that are equally many, the first.
    let most = DELIMITERS.into_iter().rev().max_by_key(count);
    most.unwrap_or(b',')
}

fn columns(
    line: usize,
    header: &StringRecord,
    collection: Collection,
    faults: &mut Vec<Fault>,
) -> Option<Vec<Column>> {
    let before = faults.len();
    if header.len() > MOST_COLUMNS {
        let detail = format!(
            "has {} columns: a table has at most {MOST_COLUMNS}",
            header.len()
        );
        faults.push(at(line, detail));
        return None;
    }
    let mut columns = Vec::new();
    for (index, name) in header.iter().enumerate() {
        if header.iter().take(index).any(|other| other == name) {
            faults.push(at(line, format!("the column \"{name}\" stands twice")));
        }
        let part = format!("{name}.");
        if let Some(other) = header.iter().find(|other| other.starts_with(&part)) {
            let detail = format!(
                "the column \"{name}\" has what \"{other}\" is a part of: give one of the two"
            );
            faults.push(at(line, detail));
        }
        if let Some(column) = Column::of(name, collection) {
            columns.push(column);
            continue;
        }
        if name.is_empty() {
            let number = index + 1;
            faults.push(at(
                line,
                format!("column {number} has no name: give it one, or take it away"),
            ));
            continue;
        }
        let mut known = vec!["id", "lon", "lat", "geometry"];
        known.extend(
            Draft::members(collection)
                .into_iter()
                .filter(|name| *name != "geometry"),
        );
        let known = known_are(name, &known);
        let detail = format!(
            "the column \"{name}\" is not known: {known}; what stands in them is named as in names.0.text"
        );
        faults.push(at(line, detail));
    }
    let has = |column| columns.contains(&column);
    let (lon, lat) = (has(Column::Longitude), has(Column::Latitude));
    if lon != lat || lon && has(Column::Geometry) {
        let detail = "lon and lat stand together, and without geometry: give the place in one way";
        faults.push(at(line, detail));
    }
    (faults.len() == before).then_some(columns)
}

/// A row as a feature.
fn feature(
    line: usize,
    header: &StringRecord,
    columns: &[Column],
    record: &StringRecord,
    decimal_comma: bool,
    faults: &mut Vec<Fault>,
    moved: &mut Vec<(String, String)>,
) -> Value {
    let mut feature = json!({ "type": "Feature", "geometry": null });
    let mut properties = Value::Object(Map::new());
    let mut position = [None, None];
    let mut in_parts = BTreeSet::new();
    for ((name, column), cell) in header.iter().zip(columns).zip(record) {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        let mut fault = |detail: String| {
            faults.push(Fault {
                place: format!("{line}: /{}", name.replace('.', "/")),
                kind: FaultKind::Other,
                detail,
            });
        };
        match column {
            Column::Id => feature["id"] = cell.into(),
            Column::Geometry => match geometry(cell) {
                Ok(geometry) => feature["geometry"] = geometry,
                Err(wrong) => fault(wrong),
            },
            Column::Longitude | Column::Latitude => match as_number(cell, decimal_comma) {
                Some(number) => position[usize::from(*column == Column::Latitude)] = Some(number),
                None => fault(format!("\"{cell}\" is no number of degrees, as 46.75")),
            },
            Column::Property(takes) => match value(cell, *takes, decimal_comma) {
                Ok(value) => {
                    in_parts.extend(name.split_once('.').map(|(whole, _)| whole));
                    set(&mut properties, name, value);
                }
                Err(wrong) => fault(wrong),
            },
        }
    }
    match position {
        [Some(lon), Some(lat)] => {
            feature["geometry"] = json!({ "type": "Point", "coordinates": [lon, lat] });
        }
        [None, None] => {}
        _ => faults.push(at(line, "has lon or lat alone: give both, or neither")),
    }
    for whole in in_parts {
        let place = format!("/{whole}");
        close_gaps(&mut properties[whole], (&place, &place), moved);
    }
    feature["properties"] = properties;
    feature
}

/// Puts a value at a place, as `names.0.text`; the header was looked at before.
fn set(properties: &mut Value, place: &str, value: Value) {
    let mut target = properties;
    for step in place.split('.') {
        target = if let Ok(index) = step.parse::<usize>() {
            item(target, index)
        } else {
            member(target, step)
        };
    }
    *target = value;
}

/// An item of a list, which is made where there is none.
fn item(list: &mut Value, index: usize) -> &mut Value {
    if !list.is_array() {
        *list = Value::Array(Vec::new());
    }
    let list = list.as_array_mut().expect("it was made one");
    if list.len() <= index {
        list.resize(index + 1, Value::Null);
    }
    &mut list[index]
}

/// A member of an object, which is made where there is none.
fn member<'a>(object: &'a mut Value, name: &str) -> &'a mut Value {
    if !object.is_object() {
        *object = Value::Object(Map::new());
    }
    let object = object.as_object_mut().expect("it was made one");
    object.entry(name).or_insert(Value::Null)
}

/// Takes out of lists what no cell of the row gave, since one site has fewer names than another, and notes what that moves:
/// where it stands, and where in the table.
fn close_gaps(value: &mut Value, (here, there): (&str, &str), moved: &mut Vec<(String, String)>) {
    match value {
        Value::Array(list) => {
            let mut closed = Vec::with_capacity(list.len());
            for (index, mut item) in std::mem::take(list).into_iter().enumerate() {
                if item.is_null() {
                    continue;
                }
                let here = format!("{here}/{}", closed.len());
                let there = format!("{there}/{index}");
                close_gaps(&mut item, (&here, &there), moved);
                // What stands further in is looked for first.
                if here != there {
                    moved.push((here, there));
                }
                closed.push(item);
            }
            *list = closed;
        }
        Value::Object(members) => {
            for (name, value) in members {
                let (here, there) = (format!("{here}/{name}"), format!("{there}/{name}"));
                close_gaps(value, (&here, &there), moved);
            }
        }
        _ => {}
    }
}

/// The names of the columns: the place comes last, since an outline is long.
pub(super) fn header(columns: &[&str], delimiter: u8, out: &mut impl Write) -> io::Result<()> {
    let all = ["id"].iter().chain(columns).chain(&["geometry"]);
    write(all.map(|name| Cow::from(*name)), delimiter, out)
}

pub(super) fn row(
    feature: &Value,
    columns: &[&str],
    delimiter: u8,
    out: &mut impl Write,
) -> io::Result<()> {
    let geometry = write_wkt(&feature["geometry"].to_string()).unwrap_or_default();
    let properties = columns
        .iter()
        .map(|name| cell(&feature["properties"][name]));
    let cells = [cell(&feature["id"])].into_iter().chain(properties);
    write(cells.chain([geometry.into()]), delimiter, out)
}

fn write<'a>(
    cells: impl Iterator<Item = Cow<'a, str>>,
    delimiter: u8,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut row = Vec::new();
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            row.push(delimiter);
        }
        push(&mut row, &cell, delimiter);
    }
    row.extend_from_slice(END);
    out.write_all(&row)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The features of a table of sites with their lines, and the faults.
    fn reading(text: &str) -> (Vec<(usize, Value)>, Vec<String>) {
        let (mut found, mut faults) = (Vec::new(), Vec::new());
        read(
            text,
            Collection::Sites,
            &mut |one| found.push((one.line, one.feature)),
            &mut faults,
        );
        (found, faults.iter().map(Fault::to_string).collect())
    }

    fn rows(text: &str) -> Vec<(usize, Value)> {
        let (found, faults) = reading(text);
        assert_eq!(faults, [""; 0]);
        found
    }

    #[test]
    fn a_row_is_a_feature_and_its_cells_are_what_their_places_take() {
        let found = rows(
            "id,lon,lat,names.0.text,names.1.text,other_types,public_listing,location_accuracy_m,sources\r\n\
             7,46.75,39.76,Gandzasar,,church | khachkar,TRUE,10,\"[{\"\"key\"\": \"\"a\"\"}]\"\r\n\
             \r\n\
             ,,,'=1+1,\"two\nlines\",,,,\r\n",
        );
        let properties = json!({
            "names": [{"text": "Gandzasar"}],
            "other_types": ["church", "khachkar"],
            "public_listing": true,
            "location_accuracy_m": 10,
            "sources": [{"key": "a"}],
        });
        let at = json!({"type": "Point", "coordinates": [46.75, 39.76]});
        let first = json!({"type": "Feature", "id": "7", "geometry": at, "properties": properties});
        let properties = json!({"names": [{"text": "=1+1"}, {"text": "two\nlines"}]});
        let second = json!({"type": "Feature", "geometry": null, "properties": properties});
        assert_eq!(found, [(2, first), (4, second)]);
    }

    #[test]
    fn the_delimiter_is_the_one_of_the_header() {
        for delimiter in [",", ";", "\t"] {
            let text = "\nid;lon;lat\na;1.5;2".replace(';', delimiter);
            assert_eq!(rows(&text)[0].1["geometry"]["coordinates"], json!([1.5, 2]));
        }
        assert_eq!(
            rows("id;lon;lat\n;1,5;2")[0].1["geometry"]["coordinates"],
            json!([1.5, 2])
        );
        assert_eq!(rows("names\n[]")[0].0, 2);
        assert_eq!(rows("sep=;\nid;names\na;[]")[0].0, 3);
    }

    #[test]
    fn every_fault_of_a_table_is_told_at_its_line() {
        for (text, expected) in [
            (
                "",
                "1: is empty: the first line has the names of the columns",
            ),
            ("id,id", "1: the column \"id\" stands twice"),
            ("\n\nid,id", "3: the column \"id\" stands twice"),
            (
                "names,names.0.text",
                "1: the column \"names\" has what \"names.0.text\" is a part of",
            ),
            (
                "id,names.0.text\na,b\n,\"x\n,y\n",
                "3: has a quote that is not closed",
            ),
            (
                "nmaes\nx",
                "1: the column \"nmaes\" is not known: did you mean names?",
            ),
            ("lon\n1", "1: lon and lat stand together"),
            ("lon,lat,geometry\n", "1: lon and lat stand together"),
            (
                "id,lon,lat\na,b,2",
                "2: /lon: \"b\" is no number of degrees",
            ),
            ("id,lon,lat\n,,2", "2: has lon or lat alone"),
            ("id,geometry\n,\"a\nb\"\n,x", "2: /geometry: \"a"),
            ("id,geometry\n,{", "2: /geometry: is not JSON"),
            ("id,names\n,x", "2: /names: is not JSON"),
            ("id,names.0.lang\n,en,", "2: has 3 cells, and the header 2"),
        ] {
            let (_, faults) = reading(text);
            assert!(faults[0].starts_with(expected), "{text}: {faults:?}");
        }
        let (found, faults) = reading("id,names\n,x\n,[]\n,y");
        assert_eq!(
            (found.len(), faults.len()),
            (1, 2),
            "the rest is read all the same"
        );
    }

    #[test]
    fn where_cells_are_empty_a_place_is_told_as_it_is_in_the_table() {
        let mut found = Vec::new();
        read(
            "names.0.text,names.1.text,names.1.src.0,names.1.src.1\n,b,,c",
            Collection::Sites,
            &mut |one| found.push(one),
            &mut vec![],
        );
        let names = json!([{"text": "b", "src": ["c"]}]);
        assert_eq!(found[0].feature["properties"]["names"], names);
        for (here, there) in [
            ("/names/0/src/0", "/names/1/src/1"),
            ("/names/0/text", "/names/1/text"),
            ("/names/0", "/names/1"),
            ("/names", "/names"),
            ("/names/00", "/names/00"),
        ] {
            assert_eq!(found[0].place_in_file(here), there);
        }
    }
}
