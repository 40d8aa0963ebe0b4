//! A geometry as it is drawn in a tile or on a page: in whole units, without what is not seen.

use geo::{BoundingRect, Coord, LineString, MapCoords, Polygon, Rect};

use super::{Tile, clip, simplify};
use crate::domain::Geometry;

/// A point of a tile, in units from its top left corner: across, and down.
pub(super) type Point = [i32; 2];

/// What is drawn of a geometry. There is something of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// Points.
    Points(Vec<Point>),
    /// Lines, each of two different points or more.
    Lines(Vec<Vec<Point>>),
    /// Rings without their last point: each outer one, wound clockwise on the screen, is followed by its holes, wound the
    /// other way (MVT 2.1, 4.3.4.4). None has no area.
    Rings(Vec<Vec<Point>>),
}

/// Of a line or an area that is narrower, in units, at least a point is drawn: a chapel is on the map of the world, too.
const NARROW: f64 = 2.0;

impl Drawn {
    /// What is seen of a geometry in CRS84 in a tile and its buffer; `None` if nothing is.
    ///
    /// ```
    /// use heritage_registry::domain::{Crs84, LonLat};
    /// use heritage_registry::tiles::{Drawn, MatrixSet, Tile};
    /// let shusha = Crs84::point(LonLat::new(46.7475, 39.759).unwrap());
    /// let tile = Tile::new(MatrixSet::WebMercatorQuad, 8, 97, 161).unwrap();
    /// assert_eq!(Drawn::in_tile(tile, shusha.as_geo()), Some(Drawn::Points(vec![[994, 572]])));
    /// ```
    pub fn in_tile(tile: Tile, geometry: &Geometry) -> Option<Drawn> {
        let canvas = Tile::canvas();
        within(&canvas, &geometry.map_coords(|at| tile.units(at)))
    }
}

/// What is seen on a canvas of a geometry in its units; `None` if nothing is.
pub(super) fn within(canvas: &Rect<f64>, placed: &Geometry) -> Option<Drawn> {
    of_kind(canvas, placed).or_else(|| marked(canvas, placed))
}

fn of_kind(canvas: &Rect<f64>, placed: &Geometry) -> Option<Drawn> {
    match placed {
        Geometry::Point(at) => points(canvas, [at.0]),
        Geometry::MultiPoint(all) => points(canvas, all.iter().map(|at| at.0)),
        Geometry::LineString(line) => lines(canvas, [line]),
        Geometry::MultiLineString(all) => lines(canvas, all),
        Geometry::Polygon(polygon) => rings(canvas, [polygon]),
        Geometry::MultiPolygon(all) => rings(canvas, all),
        // The house keeps no others.
        _ => None,
    }
}

fn points(canvas: &Rect<f64>, all: impl IntoIterator<Item = Coord<f64>>) -> Option<Drawn> {
    let inside = all.into_iter().filter(|at| clip::holds(canvas, *at));
    let mut drawn: Vec<Point> = inside.map(rounded).collect();
    drawn.dedup();
    (!drawn.is_empty()).then_some(Drawn::Points(drawn))
}

fn lines<'a>(
    canvas: &Rect<f64>,
    all: impl IntoIterator<Item = &'a LineString<f64>>,
) -> Option<Drawn> {
    let parts = all
        .into_iter()
        .flat_map(|line| clip::line(canvas, &simplify::simplified(line)));
    let drawn: Vec<_> = parts
        .map(|part| whole(&part))
        .filter(|part| part.len() > 1)
        .collect();
    (!drawn.is_empty()).then_some(Drawn::Lines(drawn))
}

fn rings<'a>(canvas: &Rect<f64>, all: impl IntoIterator<Item = &'a Polygon<f64>>) -> Option<Drawn> {
    let mut drawn = Vec::new();
    for polygon in all {
        let holes = polygon.interiors().iter().map(simplify::simplified);
        let simple = Polygon::new(simplify::simplified(polygon.exterior()), holes.collect());
        let Some(cut) = clip::polygon(canvas, &simple) else {
            continue;
        };
        // Without its outer ring, a hole is none.
        let Some(outer) = ring(cut.exterior(), Winding::Outer) else {
            continue;
        };
        drawn.push(outer);
        let holes = cut.interiors().iter();
        drawn.extend(holes.filter_map(|hole| ring(hole, Winding::Hole)));
    }
    (!drawn.is_empty()).then_some(Drawn::Rings(drawn))
}

/// The point that stands for what is too narrow to be drawn, in the middle of it.
fn marked(canvas: &Rect<f64>, placed: &Geometry) -> Option<Drawn> {
    let around = placed.bounding_rect()?;
    let is_narrow = around.width().min(around.height()) < NARROW;
    let middle = around.center();
    (is_narrow && clip::holds(canvas, middle)).then(|| Drawn::Points(vec![rounded(middle)]))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Winding {
    Outer,
    Hole,
}

/// A ring wound as it has to be, without its last point; `None` if it has no area.
fn ring(line: &LineString<f64>, winding: Winding) -> Option<Vec<Point>> {
    let mut ring = whole(line);
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    let area = twice_the_area(&ring);
    if area == 0 {
        return None;
    }
    if (area > 0) != (winding == Winding::Outer) {
        ring.reverse();
    }
    Some(ring)
}

/// By the surveyor's formula, in the coordinates of the tile: above zero of what is wound clockwise on the screen.
fn twice_the_area(ring: &[Point]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    let pairs = ring.iter().zip(next);
    pairs
        .map(|([x, y], [next_x, next_y])| {
            i64::from(*x) * i64::from(*next_y) - i64::from(*next_x) * i64::from(*y)
        })
        .sum()
}

/// A line in whole units, each point once where several become one.
fn whole(line: &LineString<f64>) -> Vec<Point> {
    let mut points: Vec<Point> = line.0.iter().copied().map(rounded).collect();
    points.dedup();
    points
}

fn rounded(at: Coord<f64>) -> Point {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is on the canvas, which has a few thousand units"
    )]
    let whole = |at: f64| at.round() as i32;
    [whole(at.x), whole(at.y)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tiles::MatrixSet;

    /// A ring around a corner, so many degrees wide and high.
    fn square(lon: f64, lat: f64, side: f64) -> LineString<f64> {
        let (east, north) = (lon + side, lat + side);
        LineString::from(vec![
            (lon, lat),
            (east, lat),
            (east, north),
            (lon, north),
            (lon, lat),
        ])
    }

    /// In degrees, a tile is a square of 180 at the first zoom.
    fn east() -> Tile {
        Tile::new(MatrixSet::WorldCrs84Quad, 0, 0, 1).unwrap()
    }

    #[test]
    fn rings_are_wound_as_the_format_has_it() {
        let area = Polygon::new(square(45.0, 0.0, 45.0), vec![square(50.0, 10.0, 10.0)]);
        let Some(Drawn::Rings(mut rings)) = Drawn::in_tile(east(), &area.into()) else {
            panic!("an area is drawn as one")
        };
        // The unit is 45 / 1024 of a degree. Down is south.
        assert!(twice_the_area(&rings[0]) > 0 && twice_the_area(&rings[1]) < 0);
        rings[0].sort_unstable();
        assert_eq!(
            rings[0],
            [[1024, 1024], [1024, 2048], [2048, 1024], [2048, 2048]]
        );
        assert_eq!(rings.len(), 2);
    }

    #[test]
    fn what_is_too_small_is_a_point_and_what_is_elsewhere_is_nothing() {
        let chapel = Polygon::new(square(46.0, 39.0, 0.001), vec![]);
        let drawn = Drawn::in_tile(east(), &chapel.into());
        assert_eq!(drawn, Some(Drawn::Points(vec![[1047, 1161]])));
        let wall = LineString::from(vec![(46.0, 39.0), (46.001, 39.0)]);
        let drawn = Drawn::in_tile(east(), &wall.into());
        assert_eq!(drawn, Some(Drawn::Points(vec![[1047, 1161]])));
        let elsewhere = Polygon::new(square(-60.0, 39.0, 10.0), vec![]);
        assert_eq!(Drawn::in_tile(east(), &elsewhere.into()), None);
        // A hole that cannot be seen is none.
        let area = Polygon::new(square(45.0, 0.0, 45.0), vec![square(50.0, 10.0, 0.001)]);
        let Some(Drawn::Rings(rings)) = Drawn::in_tile(east(), &area.into()) else {
            panic!("an area is drawn as one")
        };
        assert_eq!(rings.len(), 1);
    }

    #[test]
    fn an_area_around_a_tile_covers_it_with_its_buffer_and_one_beside_it_is_not_marked_in_it() {
        let world = Polygon::new(square(-80.0, -80.0, 160.0), vec![]);
        let tile = Tile::new(MatrixSet::WebMercatorQuad, 4, 7, 8).unwrap();
        let Some(Drawn::Rings(mut rings)) = Drawn::in_tile(tile, &world.into()) else {
            panic!("an area is drawn as one")
        };
        assert_eq!(twice_the_area(&rings[0]), 2 * 4352 * 4352);
        rings[0].sort_unstable();
        let corners = [[-128, -128], [-128, 4224], [4224, -128], [4224, 4224]];
        assert_eq!(rings, [corners]);
        // The tile lies in the hole.
        let ring = Polygon::new(
            square(-80.0, -80.0, 160.0),
            vec![square(-70.0, -70.0, 140.0)],
        );
        let drawn = Drawn::in_tile(tile, &ring.into());
        assert!(matches!(drawn, Some(Drawn::Rings(rings)) if rings.len() == 2));
    }

    proptest! {
        #[test]
        fn whatever_is_drawn_is_on_the_canvas_and_valid(
            corners in proptest::collection::vec((40.0..55.0, 30.0..45.0), 4..20),
            zoom in 3..=9_u8,
        ) {
            let tile = Tile::holding(MatrixSet::WebMercatorQuad, zoom, 46.75, 39.76).unwrap();
            let line = LineString::from(corners);
            for geometry in [Geometry::from(Polygon::new(line.clone(), vec![])), line.into()] {
                let drawn = match Drawn::in_tile(tile, &geometry) {
                    None => continue,
                    Some(Drawn::Points(points)) => vec![points],
                    Some(Drawn::Lines(lines)) => {
                        prop_assert!(lines.iter().all(|line| line.len() > 1));
                        lines
                    }
                    Some(Drawn::Rings(rings)) => {
                        prop_assert!(rings.iter().all(|ring| ring.len() > 2 && twice_the_area(ring) > 0));
                        rings
                    }
                };
                for at in drawn.iter().flatten().flatten() {
                    prop_assert!((-128..=4224).contains(at));
                }
            }
        }
    }
}
