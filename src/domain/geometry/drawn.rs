//! GeoJSON geometries as they are drawn: of files that others made, and what was written of those.

use std::fmt;

use geo::{Coord, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Geometry;
use crate::domain::Wrong;

/// A geometry as it is written, of which nothing is known but its depth.
#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Written {
    Point(Position),
    MultiPoint(Vec<Position>),
    LineString(Vec<Position>),
    MultiLineString(Vec<Vec<Position>>),
    Polygon(Vec<Vec<Position>>),
    MultiPolygon(Vec<Vec<Vec<Position>>>),
}

/// As many numbers as somebody wrote, of which the first two are looked at.
struct Position {
    first: [f64; 2],
    count: usize,
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(written: D) -> Result<Position, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = Position;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Position, A::Error> {
                let (mut first, mut count) = ([0.0; 2], 0);
                while let Some(number) = numbers.next_element()? {
                    if let Some(place) = first.get_mut(count) {
                        *place = number;
                    }
                    count += 1;
                }
                Ok(Position { first, count })
            }
        }
        written.deserialize_seq(Numbers)
    }
}

/// The geometry that a GeoJSON object is (RFC 7946, 3.1), of whatever coordinates and however it is drawn: only its form is
/// looked at. `None` of a point without coordinates, which some files have.
///
/// ```
/// use heritage_registry::domain::read_geojson;
/// use serde_json::json;
/// let point = json!({"type": "Point", "coordinates": [46.75, 39.76, 1400]});
/// assert_eq!(read_geojson(point), Ok(Some(geo::Point::new(46.75, 39.76).into())));
/// ```
pub fn read_geojson<'de>(written: impl Deserializer<'de>) -> Result<Option<Geometry>, Wrong> {
    let written = Written::deserialize(written).map_err(|error| Wrong(error.to_string()))?;
    Ok(Some(match written {
        Written::Point(at) if at.count == 0 => return Ok(None),
        Written::Point(at) => Point(position(&at)?).into(),
        Written::MultiPoint(all) => MultiPoint(line(&all)?.into_points()).into(),
        Written::LineString(all) => line(&all)?.into(),
        Written::MultiLineString(all) => {
            let lines: Result<_, Wrong> = all.iter().map(|one| line(one)).collect();
            MultiLineString(lines?).into()
        }
        Written::Polygon(rings) => polygon(&rings)?.into(),
        Written::MultiPolygon(all) => {
            let all: Result<_, Wrong> = all.iter().map(|one| polygon(one)).collect();
            MultiPolygon(all?).into()
        }
    }))
}

fn polygon(rings: &[Vec<Position>]) -> Result<Polygon<f64>, Wrong> {
    let rings: Result<Vec<_>, Wrong> = rings.iter().map(|ring| line(ring)).collect();
    let mut rings = rings?.into_iter();
    let outer = rings.next().unwrap_or(LineString(vec![]));
    Ok(Polygon::new(outer, rings.collect()))
}

fn line(positions: &[Position]) -> Result<LineString<f64>, Wrong> {
    positions.iter().map(position).collect()
}

fn position(at: &Position) -> Result<Coord<f64>, Wrong> {
    let [x, y] = at.first;
    if at.count < 2 {
        let written = &at.first[..at.count];
        return Err(Wrong(format!(
            "{written:?} is no position: it has two numbers or more"
        )));
    }
    Ok(Coord { x, y })
}
