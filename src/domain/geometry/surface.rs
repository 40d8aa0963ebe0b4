//! A point that lies on a geometry.

use geo::{Coord, InteriorPoint, LinesIter, Polygon};

use super::{Crs84, Geometry, LonLat};

impl Crs84<Geometry> {
    /// A point on it, as far in the middle as is cheap to find; the same one every time.
    ///
    /// Of an area: halfway along the longest stretch inside it of a parallel near its middle. Of lines and points: a
    /// position of theirs near their middle, and the first position of a line with two.
    ///
    /// ```
    /// use heritage_registry::domain::Cell;
    /// let cell = Cell::new(467, 397);
    /// assert_eq!(Cell::holding(cell.polygon().surface_point()), cell);
    /// ```
    pub fn surface_point(&self) -> LonLat {
        let at = match self.as_geo() {
            Geometry::Polygon(polygon) => widest([polygon]),
            Geometry::MultiPolygon(polygons) => widest(polygons),
            points_or_lines => points_or_lines.interior_point().map(Coord::from),
        };
        let at = at.expect("a geometry in Crs84 has a position, and an area a width");
        LonLat::new(at.x, at.y).expect("between positions of the world there is the world")
    }
}

/// The middle of the longest of the stretches that are inside of a polygon.
///
/// `geo`'s own compares every edge with those it overlaps in longitude, and recurses: 20 s for 60 000 positions, and a
/// stack overflow for 100 000.
fn widest<'a>(polygons: impl IntoIterator<Item = &'a Polygon<f64>>) -> Option<Coord<f64>> {
    let stretches = polygons.into_iter().flat_map(|polygon| {
        let lat = middle_parallel(polygon);
        stretches_along(polygon, lat).map(move |(west, east)| {
            (
                Coord {
                    x: f64::midpoint(west, east),
                    y: lat,
                },
                east - west,
            )
        })
    });
    stretches
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map(|(middle, _)| middle)
}

/// A parallel near the middle of the polygon that goes through none of its positions.
fn middle_parallel(polygon: &Polygon<f64>) -> f64 {
    let lats = || {
        polygon
            .exterior()
            .0
            .iter()
            .chain(polygon.interiors().iter().flat_map(|hole| &hole.0))
            .map(|at| at.y)
    };
    let (south, north) = (lats().fold(90.0, f64::min), lats().fold(-90.0, f64::max));
    let middle = f64::midpoint(south, north);
    let below = lats().filter(|&lat| lat <= middle).fold(south, f64::max);
    let above = lats().filter(|&lat| lat > middle).fold(north, f64::min);
    f64::midpoint(below, above)
}

/// Where a parallel that goes through no position of the polygon is inside it: from west to east.
fn stretches_along(polygon: &Polygon<f64>, lat: f64) -> impl Iterator<Item = (f64, f64)> {
    let crossing = polygon
        .lines_iter()
        .filter(move |line| (line.start.y > lat) != (line.end.y > lat));
    let mut lons: Vec<_> = crossing
        .map(|line| line.start.x + (lat - line.start.y) / line.slope())
        .collect();
    lons.sort_by(f64::total_cmp);
    (0..lons.len() / 2).map(move |pair| (lons[2 * pair], lons[2 * pair + 1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn parsed(kind: &str, coordinates: &Value) -> Crs84<Geometry> {
        Crs84::parse(
            &json!({"type": kind, "coordinates": coordinates}),
            "",
            &mut vec![],
        )
        .unwrap()
    }

    #[test]
    fn the_point_is_in_the_middle_of_the_widest_stretch_or_a_position_of_a_line() {
        let table = [
            ("Point", json!([46.7475, 39.759]), (46.7475, 39.759)),
            (
                "MultiPoint",
                json!([[46.7, 39.7], [46.8, 39.7], [46.76, 39.71]]),
                (46.76, 39.71),
            ),
            (
                "LineString",
                json!([[46.7, 39.7], [46.8, 39.8]]),
                (46.7, 39.7),
            ),
            (
                "LineString",
                json!([[46.7, 39.7], [46.75, 39.8], [46.8, 39.7]]),
                (46.75, 39.8),
            ),
            (
                "MultiLineString",
                json!([
                    [[46.7, 39.7], [46.8, 39.7]],
                    [[46.7, 40.7], [46.8, 40.7], [46.9, 40.7]]
                ]),
                (46.8, 40.7),
            ),
            // A horseshoe, whose middle is outside; the eastern arm is the wider one.
            (
                "Polygon",
                json!([[
                    [0, 0],
                    [10, 0],
                    [10, 8],
                    [6, 8],
                    [6, 2],
                    [2, 2],
                    [2, 8],
                    [0, 8],
                    [0, 0]
                ]]),
                (8.0, 5.0),
            ),
            // A hole in the middle.
            (
                "Polygon",
                json!([
                    [[0, 0], [9, 0], [9, 8], [0, 8], [0, 0]],
                    [[1, 1], [2, 7], [5, 7], [5, 1], [1, 1]]
                ]),
                (7.0, 4.0),
            ),
            (
                "MultiPolygon",
                json!([
                    [[[0, 0], [2, 0], [2, 2], [0, 0]]],
                    [[[4, 0], [8, 0], [8, 2], [4, 2], [4, 0]]]
                ]),
                (6.0, 1.0),
            ),
        ];
        for (kind, coordinates, (lon, lat)) in table {
            let at = parsed(kind, &coordinates).surface_point();
            assert!(
                (at.lon() - lon).abs() < 1e-9 && (at.lat() - lat).abs() < 1e-9,
                "{kind} {coordinates} {at:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn the_point_of_an_area_lies_inside_it(
            radii in proptest::collection::vec(1..1000, 3..30),
            lon in -170.0..170.0,
            lat in -80.0..80.0,
        ) {
            let count = f64::from(u32::try_from(radii.len()).unwrap());
            let mut ring: Vec<_> = (0_u32..).zip(&radii).map(|(index, radius)| {
                let angle = f64::from(index) / count * std::f64::consts::TAU;
                let radius = f64::from(*radius) / 1000.0;
                json!([lon + radius * angle.cos(), lat + radius * angle.sin()])
            }).collect();
            ring.push(ring[0].clone());
            let area = parsed("Polygon", &json!([ring]));
            let at = area.surface_point();
            prop_assert!(area.distance_to(at).get() == 0.0, "{:?} {:?}", area, at);
        }
    }
}
