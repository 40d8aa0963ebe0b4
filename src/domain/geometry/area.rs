//! An area with which many places are compared: whether they lie in it, in time that hardly grows with its outline.

use geo::{Coord, LinesIter, Rect};

use super::Geometry;
use super::edges::Edges;

/// A Polygon or `MultiPolygon`, its edges in a tree. Its rings do not cross.
#[derive(Debug)]
pub struct Area {
    edges: Edges,
}

/// How something lies to an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// All of it is in the interior.
    Inside,
    /// An edge of the area meets it.
    Boundary,
    /// None of it is in the area or on its boundary.
    Outside,
}

impl Area {
    /// The area of a geometry; `None` of what is no area.
    ///
    /// ```
    /// use heritage_registry::domain::{Area, Cell, Side};
    /// let area = Area::of(Cell::new(467, 397).polygon().as_geo()).unwrap();
    /// assert_eq!(area.side_of(46.75, 39.76), Side::Inside);
    /// assert_eq!(area.side_of_box([46.8, 39.9, 46.9, 40.0]), Side::Outside);
    /// ```
    pub fn of(geometry: &Geometry) -> Option<Area> {
        let edges = match geometry {
            Geometry::Polygon(polygon) => Edges::of_lines(polygon.lines_iter()),
            Geometry::MultiPolygon(polygons) => Edges::of_lines(polygons.lines_iter()),
            _ => return None,
        };
        Some(Area { edges })
    }

    /// How a position lies, in degrees.
    pub fn side_of(&self, lon: f64, lat: f64) -> Side {
        self.edges.side_of(Coord { x: lon, y: lat })
    }

    /// How a box lies: west, south, east, north in degrees, its edges included.
    pub fn side_of_box(&self, [west, south, east, north]: [f64; 4]) -> Side {
        let rect = Rect::new((west, south), (east, north));
        if self.edges.meet(rect) {
            return Side::Boundary;
        }
        // No edge goes through the box, so all of it lies as its corner does.
        self.side_of(west, south)
    }
}

#[cfg(test)]
mod tests {
    use geo::{Contains, Intersects, LineString, Point, Polygon};
    use proptest::prelude::*;

    use super::*;

    /// A star around a middle, with a hole in it: valid, and with corners on whole numbers and between them.
    fn areas() -> impl Strategy<Value = Polygon<f64>> {
        let radii = proptest::collection::vec(4.0..20.0_f64, 3..60);
        (radii, any::<bool>(), any::<bool>()).prop_map(|(radii, is_whole, has_hole)| {
            let step = std::f64::consts::TAU / f64::from(u32::try_from(radii.len()).unwrap());
            let around = |scale: f64| {
                let corner = |(n, radius): (u32, &f64)| {
                    let (sin, cos) = (f64::from(n) * step).sin_cos();
                    let at = [cos * radius * scale, sin * radius * scale];
                    let [x, y] = if is_whole { at.map(f64::round) } else { at };
                    Coord { x, y }
                };
                let mut ring = LineString((0..).zip(&radii).map(corner).collect());
                ring.close();
                ring
            };
            let hole = (has_hole && !is_whole).then(|| around(0.3));
            Polygon::new(around(1.0), hole.into_iter().collect())
        })
    }

    proptest! {
        #[test]
        fn places_and_boxes_lie_as_looking_at_every_edge_says(
            polygon in areas(),
            (x, y) in (-21..21_i32, -21..21_i32),
            (width, height) in (0.0..12.0_f64, 0.0..12.0_f64),
        ) {
            let area = Area::of(&Geometry::Polygon(polygon.clone())).unwrap();
            let (x, y) = (f64::from(x), f64::from(y));
            let at = Point::new(x, y);
            let expected = if polygon.contains(&at) {
                Side::Inside
            } else if polygon.intersects(&at) {
                Side::Boundary
            } else {
                Side::Outside
            };
            prop_assert_eq!(area.side_of(x, y), expected);
            let rect = Rect::new((x, y), (x + width, y + height));
            let is_met = polygon.lines_iter().any(|line| line.intersects(&rect));
            let expected = match polygon.contains(&at) {
                _ if is_met => Side::Boundary,
                true => Side::Inside,
                false => Side::Outside,
            };
            prop_assert_eq!(area.side_of_box([x, y, x + width, y + height]), expected);
        }
    }
}
