//! A tile, the box that it shows, and where positions are in it.

use geo::{Coord, Rect};

use super::MatrixSet;
use super::matrix_set::ZOOM_MAX;
use crate::domain::Bbox;

/// Units along a side of a tile (the `extent` of MVT): a sixteenth of a pixel of 256.
pub const UNITS: u16 = 4096;

/// How far a tile reaches beyond its sides, in units, so that symbols and lines join those of its neighbours: eight pixels
/// of 256.
pub const BUFFER: u16 = 128;

/// A tile of a matrix set. It is one of those that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    set: MatrixSet,
    matrix: u8,
    row: u32,
    col: u32,
}

impl Tile {
    /// The tile at a row, from the top, and a column, from the left; `None` where the matrix has no such.
    ///
    /// ```
    /// use heritage_registry::tiles::{MatrixSet, Tile};
    /// assert!(Tile::new(MatrixSet::WorldCrs84Quad, 0, 0, 1).is_some());
    /// assert!(Tile::new(MatrixSet::WorldCrs84Quad, 0, 1, 0).is_none());
    /// ```
    pub fn new(set: MatrixSet, matrix: u8, row: u32, col: u32) -> Option<Tile> {
        if matrix > ZOOM_MAX {
            return None;
        }
        let all = set.at(matrix);
        let tile = Tile {
            set,
            matrix,
            row,
            col,
        };
        (row < all.height && col < all.width).then_some(tile)
    }

    /// The tile that an address names: each number is written in one way only.
    ///
    /// ```
    /// use heritage_registry::tiles::{MatrixSet, Tile};
    /// assert!(Tile::parse(MatrixSet::WebMercatorQuad, "8", "96", "161").is_some());
    /// assert!(Tile::parse(MatrixSet::WebMercatorQuad, "08", "+96", "161").is_none());
    /// ```
    pub fn parse(set: MatrixSet, matrix: &str, row: &str, col: &str) -> Option<Tile> {
        let number = |text: &str| {
            let number: u32 = text.parse().ok()?;
            (number.to_string() == text).then_some(number)
        };
        let matrix = u8::try_from(number(matrix)?).ok()?;
        Tile::new(set, matrix, number(row)?, number(col)?)
    }

    /// The tile that holds a position; `None` beyond the edge of the map. Of what lies between two, it is the one to the
    /// south or east, unless the map ends there.
    ///
    /// ```
    /// use heritage_registry::tiles::{MatrixSet, Tile};
    /// let shusha = Tile::holding(MatrixSet::WebMercatorQuad, 8, 46.7475, 39.759);
    /// assert_eq!(shusha, Tile::new(MatrixSet::WebMercatorQuad, 8, 97, 161));
    /// assert_eq!(Tile::holding(MatrixSet::WebMercatorQuad, 8, 0.0, 89.0), None);
    /// ```
    pub fn holding(set: MatrixSet, zoom: u8, lon: f64, lat: f64) -> Option<Tile> {
        let all = set.at(zoom.min(ZOOM_MAX));
        let [across, down] = set.place(all.zoom, lon, lat);
        let is_on_map = (0.0..=f64::from(all.width)).contains(&across)
            && (0.0..=f64::from(all.height)).contains(&down);
        is_on_map.then(|| Tile::nearest(set, all.zoom, lon, lat))
    }

    /// The same, or the tile at the edge of the map that is nearest.
    pub(super) fn nearest(set: MatrixSet, zoom: u8, lon: f64, lat: f64) -> Tile {
        let all = set.at(zoom);
        let [across, down] = set.place(zoom, lon, lat);
        Tile {
            set,
            matrix: zoom,
            row: whole(down, all.height),
            col: whole(across, all.width),
        }
    }

    /// What it is a tile of.
    pub fn set(self) -> MatrixSet {
        self.set
    }

    /// The zoom.
    pub fn matrix(self) -> u8 {
        self.matrix
    }

    /// How many are above it.
    pub fn row(self) -> u32 {
        self.row
    }

    /// How many are to the left of it.
    pub fn col(self) -> u32 {
        self.col
    }

    /// The box of longitude and latitude that it shows, without its buffer.
    pub fn bbox(self) -> Bbox {
        self.around(0.0)
    }

    /// The same with its buffer, which ends where the map does.
    pub fn window(self) -> Bbox {
        self.around(f64::from(BUFFER) / f64::from(UNITS))
    }

    fn around(self, more: f64) -> Bbox {
        let all = self.set.at(self.matrix);
        let (row, col) = (f64::from(self.row), f64::from(self.col));
        let top_left = [(col - more).max(0.0), (row - more).max(0.0)];
        let bottom_right = [
            (col + 1.0 + more).min(f64::from(all.width)),
            (row + 1.0 + more).min(f64::from(all.height)),
        ];
        let [west, north] = self.set.position(self.matrix, top_left);
        let [east, south] = self.set.position(self.matrix, bottom_right);
        Bbox::new(west, south, east, north).expect("the map lies in the world")
    }

    /// Its corners in the reference system of its set, in the order of its axes: the lower ones, then the upper ones.
    pub fn corners(self) -> [[f64; 2]; 2] {
        let all = self.set.at(self.matrix);
        // Of 256 pixels.
        let side = all.cell_size * 256.0;
        let [left, top] = self.set.origin();
        let (left, top) = (
            left + side * f64::from(self.col),
            top - side * f64::from(self.row),
        );
        [[left, top - side], [left + side, top]]
    }

    /// Where a position is in it, in units from its top left corner.
    pub(super) fn units(self, at: Coord<f64>) -> Coord<f64> {
        let [across, down] = self.set.place(self.matrix, at.x, at.y);
        Coord {
            x: (across - f64::from(self.col)) * f64::from(UNITS),
            y: (down - f64::from(self.row)) * f64::from(UNITS),
        }
    }

    /// What is drawn in it, in units: itself with its buffer.
    pub(super) fn canvas() -> Rect<f64> {
        let (least, most) = (-f64::from(BUFFER), f64::from(UNITS + BUFFER));
        Rect::new(Coord { x: least, y: least }, Coord { x: most, y: most })
    }
}

/// The whole number of a place among so many.
fn whole(place: f64, count: u32) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it lies between 0 and the count"
    )]
    let number = place.floor().clamp(0.0, f64::from(count - 1)) as u32;
    number
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_tile_shows_the_box_that_the_standard_gives_it() {
        let tile = |set, matrix, row, col| Tile::new(set, matrix, row, col).unwrap();
        let world = tile(MatrixSet::WebMercatorQuad, 0, 0, 0).bbox();
        assert!((world.north() - 85.051_128_779_806_6).abs() < 1e-12);
        assert_eq!((world.west(), world.east()), (-180.0, 180.0));
        let east = tile(MatrixSet::WorldCrs84Quad, 0, 0, 1);
        assert_eq!(east.bbox(), Bbox::new(0.0, -90.0, 180.0, 90.0).unwrap());
        assert_eq!(east.corners(), [[0.0, -90.0], [180.0, 90.0]]);
        // The buffer ends at the edge of the map.
        let west = tile(MatrixSet::WorldCrs84Quad, 0, 0, 0).window();
        assert_eq!(west, Bbox::new(-180.0, -90.0, 5.625, 90.0).unwrap());
        assert_eq!(
            east.window(),
            Bbox::new(-5.625, -90.0, 180.0, 90.0).unwrap()
        );
        let quarter = tile(MatrixSet::WebMercatorQuad, 1, 0, 1).corners();
        assert!(quarter[0].iter().all(|at| at.abs() < 1e-7));
        assert!(
            quarter[1]
                .iter()
                .all(|at| (at - 20_037_508.342_789_2).abs() < 1e-7)
        );
    }

    #[test]
    fn numbers_out_of_range_are_no_tiles() {
        for (matrix, row, col) in [
            ("25", "0", "0"),
            ("1", "2", "0"),
            ("1", "0", "2"),
            ("-1", "0", "0"),
            ("1", "0.5", "0"),
            ("1", "", "0"),
            ("1", "00", "0"),
            ("256", "0", "0"),
            ("a", "0", "0"),
            ("1", "99999999999999999999", "0"),
        ] {
            assert_eq!(
                Tile::parse(MatrixSet::WebMercatorQuad, matrix, row, col),
                None
            );
        }
    }

    proptest! {
        #[test]
        fn a_position_lies_in_exactly_one_tile_of_each_matrix(
            lon in -180.0..=180.0,
            lat in -85.0..=85.0,
            zoom in 0..=ZOOM_MAX,
        ) {
            for set in MatrixSet::ALL {
                let held = Tile::holding(set, zoom, lon, lat).unwrap();
                let all = set.at(zoom);
                for (down, across) in (-1..=1).flat_map(|down| (-1..=1).map(move |across| (down, across))) {
                    let row = held.row().checked_add_signed(down);
                    let col = held.col().checked_add_signed(across);
                    let tile = row.zip(col).and_then(|(row, col)| Tile::new(set, zoom, row, col));
                    let Some(tile) = tile else { continue };
                    let at = tile.units(Coord { x: lon, y: lat });
                    let is_in = |at: f64, is_last: bool| {
                        let units = f64::from(UNITS);
                        (0.0..units).contains(&at) || is_last && (units..=units).contains(&at)
                    };
                    let is_in = is_in(at.x, tile.col() + 1 == all.width) && is_in(at.y, tile.row() + 1 == all.height);
                    prop_assert_eq!(is_in, tile == held, "{:?} {:?}", tile, at);
                }
            }
        }

        #[test]
        fn what_is_in_the_window_of_a_tile_is_on_its_canvas_and_nothing_else(
            lon in 46.0..48.0,
            lat in 38.0..41.0,
            zoom in 4..=14_u8,
            (down, across) in (-1..=1, -1..=1),
        ) {
            for set in MatrixSet::ALL {
                let held = Tile::holding(set, zoom, lon, lat).unwrap();
                let row = held.row().checked_add_signed(down).unwrap();
                let col = held.col().checked_add_signed(across).unwrap();
                let tile = Tile::new(set, zoom, row, col).unwrap();
                let at = tile.units(Coord { x: lon, y: lat });
                let canvas = Tile::canvas();
                let is_inside = [at.x, at.y].iter().all(|at| (canvas.min().x..=canvas.max().x).contains(at));
                let window = tile.window();
                let is_shown = (window.west()..=window.east()).contains(&lon) && (window.south()..=window.north()).contains(&lat);
                prop_assert_eq!(is_inside, is_shown);
            }
        }
    }
}
