//! The fixed grid of a tenth of a degree (vocabularies 1.1a).

use geo::{Coord, CoordsIter, LineString, Polygon};

use super::{Bbox, Crs84, Geometry, LonLat, Metres};

/// A cell of the fixed 0.1° grid, about 8.5 × 11 km in Karabakh: what the public sees of a generalised place.
///
/// Its edges are multiples of 0.1°. It holds its western and southern edges and not the other two; only the last column
/// and row hold the edge of the world as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell {
    col: i32,
    row: i32,
}

/// The western and southern edges of the first and last cells, in tenths of a degree.
const COLS: (i32, i32) = (-1800, 1799);
const ROWS: (i32, i32) = (-900, 899);

impl Cell {
    /// The cell whose western edge is `col` tenths of a degree of longitude, its southern `row` tenths of latitude.
    ///
    /// Numbers beyond the world (-1800 to 1799, -900 to 899) give the nearest cell in it.
    ///
    /// ```
    /// use heritage_registry::domain::{Cell, LonLat};
    /// assert_eq!(Cell::new(467, 397), Cell::holding(LonLat::new(46.7475, 39.759).unwrap()));
    /// ```
    pub fn new(col: i32, row: i32) -> Cell {
        Cell {
            col: col.clamp(COLS.0, COLS.1),
            row: row.clamp(ROWS.0, ROWS.1),
        }
    }

    /// Tenths of a degree of longitude of its western edge.
    pub const fn col(self) -> i32 {
        self.col
    }

    /// Tenths of a degree of latitude of its southern edge.
    pub const fn row(self) -> i32 {
        self.row
    }

    /// The cell that holds the position, taken to 7 decimals as positions are kept: 46.7 is in column 467.
    ///
    /// ```
    /// use heritage_registry::domain::{Cell, LonLat};
    /// let barda = Cell::holding(LonLat::new(47.127778, 40.383056).unwrap());
    /// assert_eq!((barda.col(), barda.row()), (471, 403));
    /// ```
    pub fn holding(at: LonLat) -> Cell {
        Cell::new(tenths(at.lon()), tenths(at.lat()))
    }

    /// Its area, from the south-western corner counter-clockwise; a corner is the very number that `46.7` is read as.
    ///
    /// ```
    /// use heritage_registry::domain::Cell;
    /// let mut text = String::new();
    /// Cell::new(467, 397).polygon().write_geojson(&mut text);
    /// let corners = "[46.7,39.7],[46.8,39.7],[46.8,39.8],[46.7,39.8],[46.7,39.7]";
    /// assert_eq!(text, format!(r#"{{"type":"Polygon","coordinates":[[{corners}]]}}"#));
    /// ```
    pub fn polygon(self) -> Crs84<Geometry> {
        let corner = |col: i32, row: i32| Coord {
            x: f64::from(col) / 10.0,
            y: f64::from(row) / 10.0,
        };
        let (col, row) = (self.col, self.row);
        let ring = [
            corner(col, row),
            corner(col + 1, row),
            corner(col + 1, row + 1),
            corner(col, row + 1),
        ];
        Crs84::checked(Polygon::new(LineString::from_iter(ring), vec![]).into())
    }

    /// How far the position is outside, geodesic on WGS 84; 0 inside and on every edge.
    ///
    /// ```
    /// use heritage_registry::domain::{Cell, LonLat};
    /// let cell = Cell::new(467, 397);
    /// assert_eq!(cell.distance_to(LonLat::new(46.7475, 39.759).unwrap()).get(), 0.0);
    /// assert!(cell.distance_to(LonLat::new(46.81, 39.75).unwrap()).get() > 500.0);
    /// ```
    pub fn distance_to(self, at: LonLat) -> Metres {
        self.polygon().distance_to(at)
    }

    /// The cell that the geometry is, if it is exactly the polygon of one; its ring may begin at any corner.
    ///
    /// ```
    /// use heritage_registry::domain::{Cell, Crs84, LonLat};
    /// let cell = Cell::new(467, 397);
    /// assert_eq!(Cell::of(&cell.polygon()), Some(cell));
    /// assert_eq!(Cell::of(&Crs84::point(LonLat::new(46.7, 39.7).unwrap())), None);
    /// ```
    pub fn of(geometry: &Crs84<Geometry>) -> Option<Cell> {
        let Geometry::Polygon(polygon) = geometry.as_geo() else {
            return None;
        };
        let extent = geometry.extent();
        let cell = Cell::new(tenths(extent.west()), tenths(extent.south()));
        // A valid ring of four corners that has each at a corner of the box is the box.
        let at_corner = |at: Coord<f64>| is_corner(at, extent);
        let is_box = polygon.coords_count() == 5 && polygon.coords_iter().all(at_corner);
        (is_box && cell.polygon().extent() == extent).then_some(cell)
    }
}

fn is_corner(at: Coord<f64>, bbox: Bbox) -> bool {
    [bbox.west(), bbox.east()].contains(&at.x) && [bbox.south(), bbox.north()].contains(&at.y)
}

/// The whole tenths of a degree at or below `degrees`. Counted in units of 1e-7°, where an edge is a whole number.
fn tenths(degrees: f64) -> i32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole, and below 2e9 within the world"
    )]
    let units = (degrees * LonLat::UNITS_PER_DEGREE).round() as i64;
    i32::try_from(units.div_euclid(1_000_000)).expect("at most 1800 tenths of a degree")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    fn parsed(value: serde_json::Value) -> Crs84<Geometry> {
        Crs84::parse(&value, "", &mut vec![]).unwrap()
    }

    #[test]
    fn a_position_is_in_the_cell_whose_western_and_southern_edge_it_is_on() {
        let table = [
            ((46.7, 39.7), (467, 397)),
            ((46.699_999_9, 39.699_999_9), (466, 396)),
            ((46.799_999_9, 39.799_999_9), (467, 397)),
            // Beyond the 7th decimal there is only noise of computing: this is 46.7.
            ((46.699_999_999_9, 39.7), (467, 397)),
            ((0.3, 0.7), (3, 7)),
            ((-0.3, -0.7), (-3, -7)),
            ((-0.000_000_1, -0.1), (-1, -1)),
            ((180.0, 90.0), (1799, 899)),
            ((-180.0, -90.0), (-1800, -900)),
        ];
        for ((lon, lat), (col, row)) in table {
            assert_eq!(
                Cell::holding(at(lon, lat)),
                Cell { col, row },
                "{lon} {lat}"
            );
        }
    }

    #[test]
    fn a_cell_outside_the_world_cannot_be_made() {
        assert_eq!(
            Cell::new(i32::MAX, i32::MIN),
            Cell {
                col: 1799,
                row: -900
            }
        );
    }

    #[test]
    fn only_the_polygon_of_a_cell_is_a_cell() {
        let whole = json!({"type": "Polygon", "coordinates":
            [[[46.8, 39.8], [46.8, 39.7], [46.7, 39.7], [46.7, 39.8], [46.8, 39.8]]]});
        assert_eq!(Cell::of(&parsed(whole)), Some(Cell::new(467, 397)));
        let others = [
            // Half of one, two of them, one that is off the grid, and a trapezium in its box.
            json!([[
                [46.7, 39.7],
                [46.75, 39.7],
                [46.75, 39.8],
                [46.7, 39.8],
                [46.7, 39.7]
            ]]),
            json!([[
                [46.7, 39.7],
                [46.9, 39.7],
                [46.9, 39.8],
                [46.7, 39.8],
                [46.7, 39.7]
            ]]),
            json!([[
                [46.71, 39.7],
                [46.81, 39.7],
                [46.81, 39.8],
                [46.71, 39.8],
                [46.71, 39.7]
            ]]),
            json!([[
                [46.7, 39.7],
                [46.8, 39.7],
                [46.79, 39.8],
                [46.7, 39.8],
                [46.7, 39.7]
            ]]),
            json!([[[46.7, 39.7], [46.8, 39.7], [46.8, 39.8], [46.7, 39.7]]]),
        ];
        for coordinates in others {
            assert_eq!(
                Cell::of(&parsed(
                    json!({"type": "Polygon", "coordinates": coordinates})
                )),
                None,
                "{coordinates}"
            );
        }
        let holed = json!({"type": "Polygon", "coordinates": [
            [[46.7, 39.7], [46.8, 39.7], [46.8, 39.8], [46.7, 39.8], [46.7, 39.7]],
            [[46.74, 39.74], [46.75, 39.74], [46.75, 39.75], [46.74, 39.74]]]});
        assert_eq!(Cell::of(&parsed(holed)), None);
    }

    #[test]
    fn a_position_is_as_far_from_a_cell_as_from_its_nearest_edge() {
        let cell = Cell::new(467, 397);
        assert_eq!(cell.distance_to(at(46.8, 39.8)), Metres::new(0.0).unwrap());
        // A degree of the meridian at 39.8° north is 111 027 m (NIMA TR8350.2, M = 6 361 400 m).
        let north = cell.distance_to(at(46.75, 39.81)).get();
        assert!((north - 1110.27).abs() < 0.05, "{north}");
    }

    proptest! {
        #[test]
        fn a_position_lies_in_the_polygon_of_its_cell(lon in -180.0..=180.0, lat in -90.0..=90.0) {
            let cell = Cell::holding(at(lon, lat));
            let extent = cell.polygon().extent();
            // The cell was found for the position with 7 decimals.
            prop_assert!(lon >= extent.west() - 1e-7 && lon <= extent.east() + 1e-7);
            prop_assert!(lat >= extent.south() - 1e-7 && lat <= extent.north() + 1e-7);
            prop_assert_eq!(Cell::of(&cell.polygon()), Some(cell));
        }

        #[test]
        fn the_polygon_of_a_cell_is_what_its_text_would_be_read_as(col in -1800..1800, row in -900..900) {
            let polygon = Cell::new(col, row).polygon();
            prop_assert_eq!(&parsed(polygon.to_geojson()), &polygon);
        }
    }
}
