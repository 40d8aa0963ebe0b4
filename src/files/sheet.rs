//! Tables: a header of places in a draft (`id`, `geometry`, `names.0.text`), and a record on each row (RFC 4180).
//!
//! A cell has no type, so what it stands for is what its place takes: a text, a number, a list as JSON. Geometries are
//! well-known text, or two columns `lon` and `lat`. What a spreadsheet would compute is written as text.

use std::io::{self, Write};

use csv::{ReaderBuilder, StringRecord, WriterBuilder};
use serde_json::{Map, Value, json};

use super::{Found, Lines, at, wkt};
use crate::domain::{Collection, Draft, Fault, Takes, known_are};

/// What separates cells; the one that the header has most of.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// What separates the texts of a list in one cell.
const BETWEEN_TEXTS: char = '|';

/// What a cell of a spreadsheet begins with that is no text to it.
const COMPUTED: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// What makes a text of whatever follows it, in a spreadsheet.
const AS_TEXT: char = '\'';

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
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let Some(Ok(header)) = records.next() else {
        return faults.push(at(
            1,
            "is empty: the first line has the names of the columns",
        ));
    };
    let Some(columns) = columns(&header, collection, faults) else {
        return;
    };
    let decimal_comma = delimiter != b',';
    let mut lines = Lines::of(&text);
    for record in records {
        let record =
            record.expect("a text in memory can be read, and rows of any length are taken");
        // It counts the empty lines before a row to that row.
        let before = record.position().map_or(0, csv::Position::byte);
        let before = usize::try_from(before).expect("the text is in memory");
        let empty = text[before..].len() - text[before..].trim_start_matches('\n').len();
        let line = lines.at(before + empty);
        if record.iter().all(|cell| cell.trim().is_empty()) {
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
        let feature = feature(line, &header, &columns, &record, decimal_comma, faults);
        if faults.len() == before {
            take(Found {
                line,
                feature,
                is_row: true,
            });
        }
    }
}

/// That of which the header has most.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |delimiter: &u8| header.bytes().filter(|byte| byte == delimiter).count();
    // Of those that are equally many, the first.
    let most = DELIMITERS.into_iter().rev().max_by_key(count);
    most.unwrap_or(b',')
}

fn columns(
    header: &StringRecord,
    collection: Collection,
    faults: &mut Vec<Fault>,
) -> Option<Vec<Column>> {
    let before = faults.len();
    let mut columns = Vec::new();
    for (index, name) in header.iter().enumerate() {
        if header.iter().take(index).any(|other| other == name) {
            faults.push(at(1, format!("the column \"{name}\" stands twice")));
        }
        if let Some(column) = Column::of(name, collection) {
            columns.push(column);
            continue;
        }
        let mut known = vec!["id", "geometry", "lon", "lat"];
        known.extend(Draft::members(collection));
        let known = known_are(name, &known);
        let detail = format!(
            "the column \"{name}\" is not known: {known}; what stands in them is named as in names.0.text"
        );
        faults.push(at(1, detail));
    }
    let has = |column| columns.contains(&column);
    let (lon, lat) = (has(Column::Longitude), has(Column::Latitude));
    if lon != lat || lon && has(Column::Geometry) {
        let detail = "lon and lat stand together, and without geometry: give the place in one way";
        faults.push(at(1, detail));
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
) -> Value {
    let mut feature = json!({ "type": "Feature", "geometry": null });
    let mut properties = Value::Object(Map::new());
    let mut position = [None, None];
    for ((name, column), cell) in header.iter().zip(columns).zip(record) {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        let mut fault = |detail: String| {
            faults.push(Fault {
                place: format!("{line}: /{}", name.replace('.', "/")),
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
                Ok(value) => set(&mut properties, name, value),
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
    close_gaps(&mut properties);
    feature["properties"] = properties;
    feature
}

fn geometry(cell: &str) -> Result<Value, String> {
    if cell.starts_with('{') {
        return serde_json::from_str(cell).map_err(|error| format!("is not JSON: {error}"));
    }
    wkt::read(cell).map_err(|wrong| wrong.0)
}

/// A number; where commas do not separate cells, they may be in numbers, as most spreadsheets around here write them.
fn as_number(cell: &str, decimal_comma: bool) -> Option<Value> {
    let number = |text: &str| text.parse::<serde_json::Number>().ok().map(Value::Number);
    number(cell).or_else(|| {
        let comma = decimal_comma && cell.matches(',').count() == 1 && !cell.contains('.');
        comma.then(|| number(&cell.replace(',', ".")))?
    })
}

/// What a cell stands for. What is of another type is left as the text that it is, and its draft says what would be right.
fn value(cell: &str, takes: Takes, decimal_comma: bool) -> Result<Value, String> {
    let text = |cell: &str| Value::from(as_written(cell));
    Ok(match takes {
        Takes::Text => text(cell),
        Takes::Number => as_number(cell, decimal_comma).unwrap_or_else(|| cell.into()),
        Takes::Boolean => match cell.to_ascii_lowercase().as_str() {
            "true" => true.into(),
            "false" => false.into(),
            _ => cell.into(),
        },
        Takes::Texts if !cell.starts_with('[') => {
            let texts = cell.split(BETWEEN_TEXTS).map(str::trim);
            texts.filter(|one| !one.is_empty()).map(text).collect()
        }
        Takes::Texts | Takes::Json => serde_json::from_str(cell).map_err(|error| {
            format!(
                "is not JSON: {error}; or give its parts in columns of their own, as names.0.text"
            )
        })?,
    })
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

/// Takes out of lists what no cell of the row gave: one site has fewer names than another.
fn close_gaps(value: &mut Value) {
    match value {
        Value::Array(list) => {
            list.retain(|item| !item.is_null());
            list.iter_mut().for_each(close_gaps);
        }
        Value::Object(members) => members.values_mut().for_each(close_gaps),
        _ => {}
    }
}

/// A text that a spreadsheet takes for one.
fn as_text(text: &str) -> String {
    if text.trim_start_matches(AS_TEXT).starts_with(COMPUTED) {
        format!("{AS_TEXT}{text}")
    } else {
        text.to_owned()
    }
}

/// The text that [`as_text`] made one of.
fn as_written(cell: &str) -> &str {
    cell.strip_prefix(AS_TEXT)
        .filter(|text| text.trim_start_matches(AS_TEXT).starts_with(COMPUTED))
        .unwrap_or(cell)
}

pub(super) fn header(columns: &[&str], out: &mut impl Write) -> io::Result<()> {
    let all = ["id", "geometry"]
        .into_iter()
        .chain(columns.iter().copied());
    write(all.map(str::to_owned), out)
}

pub(super) fn row(feature: &Value, columns: &[&str], out: &mut impl Write) -> io::Result<()> {
    let id = cell(&feature["id"]);
    let geometry = wkt::write(&feature["geometry"]).unwrap_or_default();
    let properties = columns
        .iter()
        .map(|name| cell(&feature["properties"][name]));
    write([id, geometry].into_iter().chain(properties), out)
}

fn write(cells: impl Iterator<Item = String>, out: &mut impl Write) -> io::Result<()> {
    let mut writer = WriterBuilder::new().from_writer(out);
    Ok(writer.write_record(cells)?)
}

/// What a value is written as.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => as_text(text),
        Value::Array(list) => texts(list).unwrap_or_else(|| value.to_string()),
        other => other.to_string(),
    }
}

/// A list of texts in one cell, where none of them could be taken for something else.
fn texts(list: &[Value]) -> Option<String> {
    let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
    let texts = texts?;
    let is_plain = |text: &&str| {
        !text.contains(BETWEEN_TEXTS)
            && text.trim() == *text
            && !text.is_empty()
            && !text.starts_with('[')
    };
    texts.iter().all(is_plain).then(|| {
        let texts: Vec<String> = texts.iter().map(|text| as_text(text)).collect();
        texts.join(&BETWEEN_TEXTS.to_string())
    })
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
            let text = "id;lon;lat\na;1.5;2".replace(';', delimiter);
            assert_eq!(rows(&text)[0].1["geometry"]["coordinates"], json!([1.5, 2]));
        }
        assert_eq!(
            rows("id;lon;lat\n;1,5;2")[0].1["geometry"]["coordinates"],
            json!([1.5, 2])
        );
        assert_eq!(rows("names\n[]")[0].0, 2);
    }

    #[test]
    fn every_fault_of_a_table_is_told_at_its_line() {
        for (text, expected) in [
            (
                "",
                "1: is empty: the first line has the names of the columns",
            ),
            ("id,id", "1: the column \"id\" stands twice"),
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
    fn what_a_spreadsheet_would_compute_is_a_text_and_reads_as_it_was() {
        for text in [
            "=1+1",
            "+374",
            "-",
            "@x",
            "'=1",
            "''=1",
            "'a",
            "a=1",
            "Խաչքար",
            "|",
            "[x",
            " ",
        ] {
            let written = cell(&text.into());
            assert!(!written.starts_with(COMPUTED), "{written}");
            assert_eq!(as_written(&written), text);
            let list = json!([text, "b"]);
            assert_eq!(value(&cell(&list), Takes::Texts, false), Ok(list));
        }
    }
}
