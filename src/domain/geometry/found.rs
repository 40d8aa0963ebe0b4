//! Geometries of files that others made: taken as they are drawn, where ours would be refused.

use geo::orient::{Direction, Orient};
use geo::{
    Coord, CoordsIter, LineString, MapCoords, MultiLineString, MultiPoint, MultiPolygon, Polygon,
};

use super::position::seven_decimals;
use super::{Crs84, Geometry};
use crate::domain::{Crs, Projected, Wrong};

impl Crs84<Geometry> {
    /// A geometry of a file, whose coordinates are in a system as maps have them: longitude or easting first, whatever the
    /// order of the authority. `None` of what is empty, or smaller than a centimetre everywhere.
    ///
    /// Rounded, closed and wound as [`Crs84::parse`] does; but a ring that touches or crosses itself stays as it is drawn,
    /// and no number of positions is too many: what a filter says of such an area may surprise.
    ///
    /// ```
    /// use heritage_registry::domain::{Crs, Crs84};
    /// let at = geo::Point::new(5_203_907.896, 4_830_982.372).into();
    /// let found = Crs84::found(at, Crs::Epsg3857)?.unwrap();
    /// assert_eq!(found.to_geojson()["coordinates"][0], 46.7475);
    /// # Ok::<_, heritage_registry::domain::Wrong>(())
    /// ```
    pub fn found(geometry: Geometry, crs: Crs) -> Result<Option<Self>, Wrong> {
        if geometry
            .coords_iter()
            .all(|at| at.x.is_nan() && at.y.is_nan())
        {
            return Ok(None);
        }
        // Before, too: many a file has a longitude of 180.00000000000014.
        let rounded = |geometry: Geometry| {
            geometry.map_coords(|Coord { x, y }| Coord {
                x: seven_decimals(x),
                y: seven_decimals(y),
            })
        };
        let located = Projected::as_on_maps(crs, rounded(geometry)).in_degrees()?;
        Ok(tidy(rounded(located))?.map(Crs84::checked))
    }
}

/// Of the six types, without repeated positions and without parts that have none left.
fn tidy(geometry: Geometry) -> Result<Option<Geometry>, Wrong> {
    Ok(match geometry {
        Geometry::Point(point) => Some(point.into()),
        Geometry::MultiPoint(MultiPoint(points)) => {
            (!points.is_empty()).then(|| MultiPoint(points).into())
        }
        Geometry::LineString(one) => line(one, 2).map(Geometry::from),
        Geometry::MultiLineString(MultiLineString(lines)) => {
            let lines: Vec<_> = lines.into_iter().filter_map(|one| line(one, 2)).collect();
            (!lines.is_empty()).then(|| MultiLineString(lines).into())
        }
        Geometry::Polygon(one) => polygon(one).map(Geometry::from),
        Geometry::MultiPolygon(MultiPolygon(all)) => {
            let all: Vec<_> = all.into_iter().filter_map(polygon).collect();
            (!all.is_empty()).then(|| MultiPolygon(all).into())
        }
        _ => {
            return Err(Wrong(
                "is none of Point, LineString, Polygon and their Multi types: make a feature of each part".to_owned(),
            ));
        }
    })
}

fn line(LineString(mut positions): LineString<f64>, fewest: usize) -> Option<LineString<f64>> {
    positions.dedup();
    (positions.len() >= fewest).then_some(LineString(positions))
}

fn polygon(one: Polygon<f64>) -> Option<Polygon<f64>> {
    // Closed, a ring of three corners has four positions.
    let (outer, holes) = one.into_inner();
    let outer = line(outer, 4)?;
    let holes = holes.into_iter().filter_map(|hole| line(hole, 4));
    Some(Polygon::new(outer, holes.collect()).orient(Direction::Default))
}

#[cfg(test)]
mod tests {
    use geo::{GeometryCollection, wkt};
    use proptest::prelude::*;

    use super::*;
    use crate::domain::LonLat;

    fn found(geometry: impl Into<Geometry>) -> String {
        let found = Crs84::found(geometry.into(), Crs::Crs84).unwrap();
        found.map_or("nothing".to_owned(), |one| {
            one.to_geojson()["coordinates"].to_string()
        })
    }

    #[test]
    fn what_is_drawn_is_taken_and_put_in_order() {
        let clockwise = wkt!(POLYGON((0. 0., 0. 1., 1. 1., 1. 1., 0. 0.)));
        assert_eq!(found(clockwise), "[[[0,0],[1,1],[0,1],[0,0]]]");
        // An eight crosses itself.
        let eight = wkt!(POLYGON((0. 0., 1. 1., 1. 0., 0. 1., 0. 0.)));
        assert_eq!(found(eight).matches('[').count(), 7);
        let beyond = wkt!(POINT(180.000_000_000_001 0.123_456_789));
        assert_eq!(found(beyond), "[180,0.1234568]");
        for nothing in [
            Geometry::from(geo::Point::new(f64::NAN, f64::NAN)),
            wkt!(LINESTRING(0. 0., 0.000_000_001 0.)).into(),
            wkt!(POLYGON((0. 0., 0. 0., 0. 0.))).into(),
            MultiPoint::<f64>(vec![]).into(),
            wkt!(MULTIPOLYGON(((0. 0., 1. 1., 0. 0.)))).into(),
        ] {
            assert_eq!(found(nothing), "nothing");
        }
    }

    #[test]
    fn what_lies_outside_the_world_and_collections_are_wrong() {
        for wrong in [
            Geometry::from(wkt!(POINT(0. 91.))),
            wkt!(LINESTRING(0. 0., 0. 91.)).into(),
            Geometry::GeometryCollection(GeometryCollection(vec![wkt!(POINT(0. 0.)).into()])),
        ] {
            assert!(
                Crs84::found(wrong.clone(), Crs::Crs84).is_err(),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn every_system_has_its_coordinates_as_maps_have_them() {
        let at = LonLat::new(46.75, 39.76).unwrap();
        for crs in Crs::given() {
            let [first, second] = crs.coordinates(at).unwrap();
            let [x, y] = if matches!(crs, Crs::Epsg4326 | Crs::Epsg28408 | Crs::Epsg28468) {
                [second, first]
            } else {
                [first, second]
            };
            let found = Crs84::found(geo::Point::new(x, y).into(), crs);
            assert_eq!(found, Ok(Some(Crs84::point(at))), "{crs:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_numbers_a_file_has_what_is_taken_of_them_is_on_the_globe(
            positions in prop::collection::vec((number(), number()), 1..5),
            crs in prop::sample::select(Crs::ALL.to_vec()),
        ) {
            let line: LineString<f64> = positions.into();
            let area = Polygon::new(line.clone(), vec![]);
            for geometry in [Geometry::from(line), area.into()] {
                let Ok(Some(found)) = Crs84::found(geometry, crs) else {
                    continue;
                };
                for at in found.as_geo().coords_iter() {
                    prop_assert!(LonLat::new(at.x, at.y).is_ok(), "{at:?}");
                }
            }
        }
    }

    /// Degrees, metres, and whatever else a number of eight bytes may be.
    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![
            -90.0..90.0,
            -9e6..9e6,
            any::<f64>(),
            Just(f64::NAN),
            Just(f64::INFINITY)
        ]
    }
}
