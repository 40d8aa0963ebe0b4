//! A geometry of the house, and what can be asked of it.

use geo::{BoundingRect, CoordsIter, Intersects, Point};

use super::position::seven_decimals;
use super::{Bbox, LonLat};

/// A geometry of `geo`, of whatever coordinates; inside [`Crs84`] they are degrees, and it is valid.
pub type Geometry = geo::Geometry<f64>;

/// A geometry in CRS84 (longitude, latitude in degrees on WGS 84): the only coordinates the house keeps.
///
/// A `Crs84<Geometry>` is one of the six simple types, never empty, with at most 7 decimals, and valid; see [`Crs84::parse`].
/// Those of layers that others made may touch and cross themselves ([`Crs84::found`]).
#[derive(Clone, Debug, PartialEq)]
pub struct Crs84<G>(G);

impl Crs84<Geometry> {
    /// What the caller has made sure to be as [`Crs84`] says.
    pub(super) fn checked(geometry: Geometry) -> Self {
        Crs84(geometry)
    }

    /// The position as a Point, with 7 decimals.
    ///
    /// ```
    /// use heritage_registry::domain::{Crs84, LonLat};
    /// let amaras = Crs84::point(LonLat::new(47.0567, 39.6841).unwrap());
    /// assert_eq!(amaras.to_geojson()["coordinates"][0], 47.0567);
    /// ```
    pub fn point(at: LonLat) -> Self {
        Crs84(Point::new(seven_decimals(at.lon()), seven_decimals(at.lat())).into())
    }

    /// As `geo` has it: x is the longitude, y the latitude.
    pub const fn as_geo(&self) -> &Geometry {
        &self.0
    }

    /// Whether it is an area: a Polygon or `MultiPolygon`.
    ///
    /// ```
    /// use heritage_registry::domain::{Cell, Crs84, LonLat};
    /// let at = LonLat::new(46.7475, 39.759).unwrap();
    /// assert!(Cell::holding(at).polygon().is_polygonal());
    /// assert!(!Crs84::point(at).is_polygonal());
    /// ```
    pub const fn is_polygonal(&self) -> bool {
        matches!(self.0, Geometry::Polygon(_) | Geometry::MultiPolygon(_))
    }

    /// How many positions it has.
    ///
    /// ```
    /// use heritage_registry::domain::Cell;
    /// assert_eq!(Cell::new(467, 397).polygon().positions(), 5);
    /// ```
    pub fn positions(&self) -> usize {
        self.0.coords_count()
    }

    /// The smallest box around it that does not cross the antimeridian; that of a point has no width.
    ///
    /// ```
    /// use heritage_registry::domain::{Bbox, Cell};
    /// assert_eq!(Cell::new(467, 397).polygon().extent(), Bbox::new(46.7, 39.7, 46.8, 39.8).unwrap());
    /// ```
    pub fn extent(&self) -> Bbox {
        Bbox::of(
            self.0
                .bounding_rect()
                .expect("a geometry in Crs84 has at least one position"),
        )
    }

    /// Whether it is all of its [`extent`](Self::extent): a polygon with its corners, as a cell is.
    ///
    /// ```
    /// use heritage_registry::domain::{Cell, Crs84, LonLat};
    /// assert!(Cell::new(467, 397).polygon().is_box());
    /// assert!(!Crs84::point(LonLat::new(46.75, 39.76).unwrap()).is_box());
    /// ```
    pub fn is_box(&self) -> bool {
        let Geometry::Polygon(polygon) = &self.0 else {
            return false;
        };
        // A valid ring through four corners of its box, and nothing else, is the box.
        let (ring, extent) = (&polygon.exterior().0, self.extent());
        let is_one_of =
            |side: f64, sides: [f64; 2]| sides.iter().any(|one| one.total_cmp(&side).is_eq());
        let is_corner = |at: &geo::Coord<f64>| {
            is_one_of(at.x, [extent.west(), extent.east()])
                && is_one_of(at.y, [extent.south(), extent.north()])
        };
        polygon.interiors().is_empty() && ring.len() == 5 && ring.iter().all(is_corner)
    }

    /// Whether any point of it is in the box; boundaries count (Features Part 1, 7.15.3).
    ///
    /// ```
    /// use heritage_registry::domain::{Bbox, Crs84, LonLat};
    /// let barda = Crs84::point(LonLat::new(47.1278, 40.3831).unwrap());
    /// assert!(barda.intersects(&Bbox::new(47.0, 40.0, 47.1278, 41.0).unwrap()));
    /// assert!(!barda.intersects(&Bbox::new(46.0, 39.0, 47.0, 41.0).unwrap()));
    /// ```
    pub fn intersects(&self, bbox: &Bbox) -> bool {
        bbox.split().any(|part| self.0.intersects(&part.rect()))
    }

    /// Whether the two have a point in common; boundaries count. Compares every edge of the one with every edge of the
    /// other where their boxes touch.
    ///
    /// ```
    /// use heritage_registry::domain::{Cell, Crs84, LonLat};
    /// let cell = Cell::new(467, 397);
    /// assert!(cell.polygon().intersects_geometry(&Cell::new(468, 398).polygon()));
    /// assert!(!cell.polygon().intersects_geometry(&Cell::new(469, 397).polygon()));
    /// ```
    pub fn intersects_geometry(&self, other: &Self) -> bool {
        self.0.intersects(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Coord, Rect};
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
    fn a_box_meets_what_it_touches_on_either_side_of_the_antimeridian() {
        let bbox = |west, south, east, north| Bbox::new(west, south, east, north).unwrap();
        let (fiji, karabakh) = (
            bbox(177.0, -20.0, -178.0, -15.0),
            bbox(46.0, 39.0, 48.0, 41.0),
        );
        let table = [
            ("Point", json!([46.0, 41.0]), karabakh, true),
            ("Point", json!([45.999_999_9, 41.0]), karabakh, false),
            ("LineString", json!([[45, 40], [47, 42]]), karabakh, true),
            ("LineString", json!([[45, 41], [46, 42]]), karabakh, false),
            // Around it, and a hole around it.
            (
                "Polygon",
                json!([[[0, 0], [90, 0], [90, 80], [0, 80], [0, 0]]]),
                karabakh,
                true,
            ),
            (
                "Polygon",
                json!([
                    [[0, 0], [90, 0], [90, 80], [0, 80], [0, 0]],
                    [[45, 38], [45, 42], [49, 42], [49, 38], [45, 38]]
                ]),
                karabakh,
                false,
            ),
            ("MultiPoint", json!([[0, 0], [-178.5, -17]]), fiji, true),
            ("LineString", json!([[170, -17], [177, -17]]), fiji, true),
            ("LineString", json!([[-170, -17], [170, -17]]), fiji, false),
            (
                "Point",
                json!([180, 90]),
                bbox(-180.0, 85.0, 180.0, 90.0),
                true,
            ),
        ];
        for (kind, coordinates, bbox, meets) in table {
            assert_eq!(
                parsed(kind, &coordinates).intersects(&bbox),
                meets,
                "{kind} {coordinates} {bbox:?}"
            );
        }
    }

    #[test]
    fn geometries_that_share_a_point_of_their_boundaries_intersect() {
        let region = parsed(
            "Polygon",
            &json!([[
                [46.7, 39.7],
                [46.8, 39.7],
                [46.8, 39.8],
                [46.7, 39.8],
                [46.7, 39.7]
            ]]),
        );
        let table = [
            ("Point", json!([46.7475, 39.759]), true),
            ("Point", json!([46.7, 39.75]), true),
            ("Point", json!([46.699_999_9, 39.75]), false),
            ("LineString", json!([[46.6, 39.6], [46.7, 39.7]]), true),
            (
                "LineString",
                json!([[46.6, 39.6], [46.7, 39.699_999_9]]),
                false,
            ),
            (
                "Polygon",
                json!([[[46.8, 39.8], [46.9, 39.8], [46.9, 39.9], [46.8, 39.8]]]),
                true,
            ),
        ];
        for (kind, coordinates, meets) in table {
            let other = parsed(kind, &coordinates);
            assert_eq!(
                region.intersects_geometry(&other),
                meets,
                "{kind} {coordinates}"
            );
            assert_eq!(
                other.intersects_geometry(&region),
                meets,
                "{kind} {coordinates}"
            );
        }
    }

    #[test]
    fn the_extent_is_the_smallest_box_around_all_parts() {
        let islands = parsed(
            "MultiPoint",
            &json!([[-179, 10], [179, -10], [46.7475, 39.759]]),
        );
        assert_eq!(
            islands.extent(),
            Bbox::new(-179.0, -10.0, 179.0, 39.759).unwrap()
        );
    }

    proptest! {
        #[test]
        fn a_box_meets_what_geo_says_that_one_of_its_parts_meets(
            corners in proptest::collection::vec((-18..=18, -9..=9), 3),
            (west, east) in (-18..=18, -18..=18),
            (one, other) in (-9..=9, -9..=9),
        ) {
            let [west, east, one, other] = [west, east, one, other].map(|tens: i32| f64::from(tens) * 10.0);
            let (south, north) = (one.min(other), one.max(other));
            let bbox = Bbox::new(west, south, east, north).unwrap();
            let rect = |west, east| Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north });
            let rects = if west <= east { vec![rect(west, east)] } else { vec![rect(west, 180.0), rect(-180.0, east)] };
            let line: Vec<_> = corners.iter().map(|(lon, lat)| json!([lon * 10, lat * 10])).collect();
            let ring: Vec<_> = line.iter().chain(line.first()).cloned().collect();
            for (kind, coordinates) in [("MultiPoint", json!(line)), ("LineString", json!(line)), ("Polygon", json!([ring]))] {
                let value = json!({"type": kind, "coordinates": coordinates});
                let Some(geometry) = Crs84::parse(&value, "", &mut vec![]) else { continue };
                let plain = rects.iter().any(|rect| rect.to_polygon().intersects(geometry.as_geo()));
                prop_assert_eq!(geometry.intersects(&bbox), plain, "{} {:?}", value, bbox);
            }
        }
    }
}
