//! Geometries as well-known text (OGC 06-103r4, 7.2), made of GeoJSON and read as such.

use serde_json::{Value, json};

use crate::domain::{Wrong, shortened};

/// The types, and how deep their coordinates are nested.
const TYPES: [(&str, u32); 6] = [
    ("Point", 0),
    ("MultiPoint", 1),
    ("LineString", 1),
    ("MultiLineString", 2),
    ("Polygon", 2),
    ("MultiPolygon", 3),
];

/// A geometry as well-known text; `None` of what is none. `geojson` is an object as it is written here: without spaces.
///
/// It goes from text to text, so it is exact, and the numbers may be of any CRS.
///
/// ```
/// use heritage_registry::domain::write_wkt;
/// let text = write_wkt(r#"{"type":"MultiPoint","coordinates":[[46.7,39.7],[46.8,39.7]]}"#);
/// assert_eq!(text.as_deref(), Some("MULTIPOINT (46.7 39.7, 46.8 39.7)"));
/// ```
pub fn write_wkt(geojson: &str) -> Option<String> {
    let (_, kind) = geojson.split_once("\"type\":\"")?;
    let (kind, _) = kind.split_once('"')?;
    let (_, coordinates) = geojson.split_once("\"coordinates\":")?;
    let (_, depth) = TYPES.into_iter().find(|(name, _)| *name == kind)?;
    let mut text = String::with_capacity(kind.len() + coordinates.len());
    text.push_str(&kind.to_ascii_uppercase());
    text.push_str(if depth == 0 { " (" } else { " " });
    let mut level = 0;
    for one in coordinates.chars() {
        match one {
            '[' => {
                level += 1;
                // The innermost are positions, which stand in no brackets.
                if level <= depth {
                    text.push('(');
                }
            }
            ']' => {
                if level <= depth {
                    text.push(')');
                }
                level -= 1;
                if level == 0 {
                    break;
                }
            }
            ',' => text.push_str(if level > depth { " " } else { ", " }),
            of_a_number => text.push(of_a_number),
        }
    }
    if depth == 0 {
        text.push(')');
    }
    Some(text)
}

/// The GeoJSON of a well-known text. Whether it is a geometry that can be, its draft decides.
///
/// ```
/// use heritage_registry::domain::read_wkt;
/// assert_eq!(read_wkt("point(46.75 39.76)").unwrap()["coordinates"][1], 39.76);
/// assert!(read_wkt("46.75 39.76").is_err());
/// ```
pub fn read_wkt(text: &str) -> Result<Value, Wrong> {
    let wrong = || {
        let begins = shortened(text);
        Wrong(format!(
            "\"{begins}\" is no geometry: write it as POINT (46.75 39.76), in longitude and latitude, or as GeoJSON"
        ))
    };
    let (word, rest) = text.split_once('(').ok_or_else(wrong)?;
    let (kind, depth) = TYPES
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word.trim()))
        .ok_or_else(wrong)?;
    let mut rest = rest;
    let coordinates = if depth == 0 {
        let (position, after) = rest.split_once(')').ok_or_else(wrong)?;
        rest = after;
        self::position(position)
    } else {
        list(&mut rest, depth)
    };
    let coordinates = coordinates.filter(|_| rest.trim().is_empty());
    let coordinates = coordinates.ok_or_else(wrong)?;
    Ok(json!({ "type": kind, "coordinates": coordinates }))
}

/// The list of which the opening bracket was read; `rest` is then what follows the closing one.
fn list(rest: &mut &str, depth: u32) -> Option<Value> {
    let mut items = Vec::new();
    loop {
        *rest = rest.trim_start();
        match rest.strip_prefix('(') {
            // The points of a MULTIPOINT may stand in brackets.
            Some(inner) if depth == 1 => {
                let (text, after) = inner.split_once(')')?;
                items.push(position(text)?);
                *rest = after.trim_start();
            }
            Some(inner) => {
                *rest = inner;
                items.push(list(rest, depth - 1)?);
                *rest = rest.trim_start();
            }
            None if depth == 1 => {
                let end = rest.find([',', ')'])?;
                items.push(position(&rest[..end])?);
                *rest = &rest[end..];
            }
            None => return None,
        }
        let is_last = rest.starts_with(')');
        *rest = rest.strip_prefix([',', ')'])?;
        if is_last {
            return Some(items.into());
        }
    }
}

fn position(text: &str) -> Option<Value> {
    let numbers = text.split_whitespace().map(|number| {
        let number: serde_json::Number = number.parse().ok()?;
        Some(Value::Number(number))
    });
    numbers.collect::<Option<Vec<_>>>().map(Value::Array)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_written_as_the_standard_has_it_and_read_again() {
        let square = json!([[0, 0], [1, 0], [1, 1], [0, 0]]);
        for (kind, coordinates, text) in [
            (
                "Point",
                json!([46.75, -39.123_456_7]),
                "POINT (46.75 -39.1234567)",
            ),
            (
                "MultiPoint",
                json!([[1, 2], [3, 4]]),
                "MULTIPOINT (1 2, 3 4)",
            ),
            (
                "LineString",
                json!([[1, 2], [3, 4.5]]),
                "LINESTRING (1 2, 3 4.5)",
            ),
            (
                "MultiLineString",
                json!([[[1, 2], [3, 4]]]),
                "MULTILINESTRING ((1 2, 3 4))",
            ),
            (
                "Polygon",
                json!([square, square]),
                "POLYGON ((0 0, 1 0, 1 1, 0 0), (0 0, 1 0, 1 1, 0 0))",
            ),
            (
                "MultiPolygon",
                json!([[square], [square]]),
                "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((0 0, 1 0, 1 1, 0 0)))",
            ),
        ] {
            let geometry = json!({ "type": kind, "coordinates": coordinates });
            assert_eq!(write_wkt(&geometry.to_string()).as_deref(), Some(text));
            assert_eq!(read_wkt(text), Ok(geometry), "{text}");
        }
    }

    #[test]
    fn it_is_read_as_other_programs_write_it() {
        let point = json!({ "type": "Point", "coordinates": [46.75, 39.76] });
        for text in ["POINT(46.75 39.76)", " point  ( 46.75   39.76 ) "] {
            assert_eq!(read_wkt(text).as_ref(), Ok(&point), "{text}");
        }
        let points = json!({ "type": "MultiPoint", "coordinates": [[1, 2], [3, 4]] });
        assert_eq!(read_wkt("MULTIPOINT ((1 2),(3 4))"), Ok(points));
    }

    #[test]
    fn what_is_none_is_told_with_what_one_is_like() {
        for text in [
            "",
            "POINT",
            "POINT EMPTY",
            "POINT (46.75, 39.76)",
            "POINT (1 2",
            "POINT (1 2) x",
            "POINT (a b)",
            "LINESTRING (1 2, 3 4",
            "LINESTRING ((1 2, 3 4)",
            "POLYGON (1 2, 3 4)",
            "POLYGON ((1 2, 3 4)",
            "CIRCLE (1 2)",
            "SRID=4326;POINT (1 2)",
        ] {
            let wrong = read_wkt(text).unwrap_err().0;
            assert!(
                wrong.contains("is no geometry: write it as POINT (46.75 39.76)"),
                "{text}: {wrong}"
            );
        }
    }

    #[test]
    fn what_is_no_geometry_has_no_text() {
        for none in [
            json!(null),
            json!({}),
            json!({"type": "Point"}),
            json!({"type": "Circle", "coordinates": [1, 2]}),
        ] {
            assert_eq!(write_wkt(&none.to_string()), None);
        }
    }
}
