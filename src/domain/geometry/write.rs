//! Geometries as GeoJSON (RFC 7946), written.

use std::fmt::Write;

use geo::{Coord, LineString, Polygon};
use serde_json::Value;

use super::{Crs84, Geometry};

impl Crs84<Geometry> {
    /// The GeoJSON object: `type` and `coordinates`.
    ///
    /// ```
    /// use heritage_registry::domain::{Crs84, LonLat};
    /// use serde_json::json;
    /// let shusha = Crs84::point(LonLat::new(46.75, 39.76).unwrap());
    /// assert_eq!(shusha.to_geojson(), json!({"type": "Point", "coordinates": [46.75, 39.76]}));
    /// ```
    pub fn to_geojson(&self) -> Value {
        let mut text = String::new();
        self.write_geojson(&mut text);
        serde_json::from_str(&text).expect("write_geojson writes JSON")
    }

    /// Appends the GeoJSON object: at most 7 decimals, and no more than the number needs.
    ///
    /// ```
    /// use heritage_registry::domain::{Crs84, LonLat};
    /// let mut text = String::new();
    /// Crs84::point(LonLat::new(46.75, 40.0).unwrap()).write_geojson(&mut text);
    /// assert_eq!(text, r#"{"type":"Point","coordinates":[46.75,40]}"#);
    /// ```
    pub fn write_geojson(&self, out: &mut String) {
        match self.as_geo() {
            Geometry::Point(point) => {
                write_object(out, "Point", |out| write_position(out, point.0));
            }
            Geometry::MultiPoint(points) => write_object(out, "MultiPoint", |out| {
                write_list(out, points, |out, point| write_position(out, point.0));
            }),
            Geometry::LineString(line) => {
                write_object(out, "LineString", |out| write_line(out, line));
            }
            Geometry::MultiLineString(lines) => {
                write_object(out, "MultiLineString", |out| {
                    write_list(out, lines, write_line);
                });
            }
            Geometry::Polygon(polygon) => {
                write_object(out, "Polygon", |out| write_polygon(out, polygon));
            }
            Geometry::MultiPolygon(polygons) => {
                write_object(out, "MultiPolygon", |out| {
                    write_list(out, polygons, write_polygon);
                });
            }
            _ => unreachable!("Crs84 is made of the six types only"),
        }
    }
}

fn write_object(out: &mut String, kind: &str, coordinates: impl Fn(&mut String)) {
    out.push_str(r#"{"type":""#);
    out.push_str(kind);
    out.push_str(r#"","coordinates":"#);
    coordinates(out);
    out.push('}');
}

fn write_polygon(out: &mut String, polygon: &Polygon<f64>) {
    write_list(
        out,
        std::iter::once(polygon.exterior()).chain(polygon.interiors()),
        write_line,
    );
}

fn write_line(out: &mut String, line: &LineString<f64>) {
    write_list(out, &line.0, |out, at| write_position(out, *at));
}

fn write_position(out: &mut String, at: Coord<f64>) {
    write!(out, "[{},{}]", at.x, at.y).expect("a String takes everything");
}

fn write_list<T>(
    out: &mut String,
    items: impl IntoIterator<Item = T>,
    write: impl Fn(&mut String, T),
) {
    out.push('[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LonLat;
    use proptest::prelude::*;

    fn parsed(text: &str) -> Crs84<Geometry> {
        let value = serde_json::from_str(text).unwrap();
        Crs84::parse(&value, "", &mut vec![]).unwrap()
    }

    #[test]
    fn each_of_the_six_types_is_written_as_it_was_read() {
        let table = [
            // Gandzasar; a cathedral and a mosque of Shusha; the way from Barda to its mausoleum.
            r#"{"type":"Point","coordinates":[46.5306,40.0572]}"#,
            r#"{"type":"MultiPoint","coordinates":[[46.7475,39.759],[46.7519,39.7603]]}"#,
            r#"{"type":"LineString","coordinates":[[47.12619,40.37577],[47.127778,40.383056]]}"#,
            r#"{"type":"MultiLineString","coordinates":[[[46.7,39.7],[46.8,39.8]],[[47,40],[47.1,40],[47,40]]]}"#,
            r#"{"type":"Polygon","coordinates":[[[46,39],[48,39],[47,41],[46,39]],[[47,40],[47.1,39.9],[46.9,39.9],[47,40]]]}"#,
            r#"{"type":"MultiPolygon","coordinates":[[[[46,39],[47,39],[46,40],[46,39]]],[[[48,39],[49,39],[48,40],[48,39]]]]}"#,
        ];
        for text in table {
            let geometry = parsed(text);
            let mut out = String::from("before");
            geometry.write_geojson(&mut out);
            assert_eq!(out, format!("before{text}"));
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(geometry.to_geojson(), value);
        }
    }

    proptest! {
        #[test]
        fn a_position_is_written_with_at_most_7_decimals_and_read_back(
            lon in -180.0..=180.0,
            lat in -90.0..=90.0,
            shrink in prop_oneof![Just(1.0), Just(1e-6)],
        ) {
            let point = Crs84::point(LonLat::new(lon * shrink, lat * shrink).unwrap());
            let mut text = String::new();
            point.write_geojson(&mut text);
            prop_assert_eq!(parsed(&text), point);
            for number in text.split(['[', ',', ']']) {
                let decimals = number.split_once('.').map_or("", |(_, decimals)| decimals);
                prop_assert!(decimals.len() <= 7 && !decimals.ends_with('0') && !decimals.contains('e'), "{}", text);
            }
        }
    }
}
