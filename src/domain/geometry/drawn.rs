//! GeoJSON geometries as they are drawn: of files that others made, and what was written of those.

use geo::{Coord, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use serde::{Deserialize, Deserializer};

use super::Geometry;
use crate::domain::Wrong;

/// A geometry as it is written, of which nothing is known but its depth.
#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Written {
    Point(Vec<f64>),
    MultiPoint(Vec<Vec<f64>>),
    LineString(Vec<Vec<f64>>),
    MultiLineString(Vec<Vec<Vec<f64>>>),
    Polygon(Vec<Vec<Vec<f64>>>),
    MultiPolygon(Vec<Vec<Vec<Vec<f64>>>>),
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
        Written::Point(at) if at.is_empty() => return Ok(None),
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

fn polygon(rings: &[Vec<Vec<f64>>]) -> Result<Polygon<f64>, Wrong> {
    let rings: Result<Vec<_>, Wrong> = rings.iter().map(|ring| line(ring)).collect();
    let mut rings = rings?.into_iter();
    let outer = rings.next().unwrap_or(LineString(vec![]));
    Ok(Polygon::new(outer, rings.collect()))
}

fn line(positions: &[Vec<f64>]) -> Result<LineString<f64>, Wrong> {
    positions.iter().map(|at| position(at)).collect()
}

fn position(at: &[f64]) -> Result<Coord<f64>, Wrong> {
    match at {
        [x, y, ..] => Ok(Coord { x: *x, y: *y }),
        _ => Err(Wrong(format!(
            "{at:?} is no position: it has two numbers or more"
        ))),
    }
}
