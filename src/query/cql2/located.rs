//! Geometries of a filter, in longitude and latitude.

use geo::{
    Coord, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon,
};

use super::{Position, Shape};
use crate::domain::{Crs, Geometry, Projected};

/// A geometry that was written in a CRS, in degrees; or what is wrong with it. Heights play no part.
pub(super) fn locate(shape: &Shape, crs: Crs) -> Result<Geometry, String> {
    let geometry = geometry(shape);
    let located = Projected { crs, geometry }.in_degrees();
    located.map_err(|wrong| wrong.0)
}

/// A box that was written in a CRS, as an area in degrees.
pub(super) fn locate_box(numbers: &[f64], crs: Crs) -> Result<Geometry, String> {
    let corners = match numbers {
        [a, b, c, d] | [a, b, _, c, d, _] => [*a, *b, *c, *d],
        _ => return Err("a box has 4 numbers, or 6 with heights".to_owned()),
    };
    let window = crs.window(corners).map_err(|wrong| wrong.0)?;
    Ok(window.in_degrees())
}

fn geometry(shape: &Shape) -> Geometry {
    match shape {
        Shape::Point(at) => Point(coord(at)).into(),
        Shape::LineString(line) => self::line(line).into(),
        Shape::Polygon(rings) => polygon(rings).into(),
        Shape::MultiPoint(points) => {
            MultiPoint(points.iter().map(|at| Point(coord(at))).collect()).into()
        }
        Shape::MultiLineString(lines) => {
            MultiLineString(lines.iter().map(|one| line(one)).collect()).into()
        }
        Shape::MultiPolygon(polygons) => {
            MultiPolygon(polygons.iter().map(|one| polygon(one)).collect()).into()
        }
        Shape::Collection(shapes) => {
            Geometry::GeometryCollection(GeometryCollection(shapes.iter().map(geometry).collect()))
        }
    }
}

fn coord(position: &Position) -> Coord<f64> {
    let [x, y] = position.at;
    Coord { x, y }
}

fn line(positions: &[Position]) -> LineString<f64> {
    LineString(positions.iter().map(coord).collect())
}

fn polygon(rings: &[Vec<Position>]) -> Polygon<f64> {
    let mut rings = rings.iter().map(|ring| line(ring));
    let outer = rings.next().unwrap_or_else(|| line(&[]));
    Polygon::new(outer, rings.collect())
}
