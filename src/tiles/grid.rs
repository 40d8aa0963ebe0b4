//! The cells in which features are gathered into clusters: eight to a side of a tile, so that four cells of a zoom are one
//! of the zoom before it.

use std::ops::RangeInclusive;

use super::{MatrixSet, Tile};
use crate::domain::Bbox;

/// Cells along a side of a tile: 64 pixels of a tile that is shown as 512.
const CELLS: u32 = 8;

/// The lines between cells, in degrees, ascending, two or more of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// Lines of longitude.
    pub lons: Vec<f64>,
    /// Lines of latitude. Where the map of the web ends, the last reach to the poles.
    pub lats: Vec<f64>,
    /// How wide a cell is; none is higher.
    pub width: f64,
}

impl Tile {
    /// The lines of its cells, and of those around it: a cluster beside it may be seen in its buffer.
    ///
    /// ```
    /// use heritage_registry::tiles::{MatrixSet, Tile};
    /// let lines = Tile::new(MatrixSet::WorldCrs84Quad, 1, 0, 2).unwrap().lines();
    /// assert_eq!((lines.lons.len(), lines.lats.len()), (11, 10));
    /// assert_eq!((lines.lons[0], lines.lats[9], lines.width), (-11.25, 90.0, 11.25));
    /// ```
    pub fn lines(self) -> Lines {
        let around = |place: u32| place * CELLS..=(place + 1) * CELLS;
        let (cols, rows) = (around(self.col()), around(self.row()));
        let grown = |cells: RangeInclusive<u32>, all: u32| {
            cells.start().saturating_sub(1)..=(cells.end() + 1).min(all * CELLS)
        };
        let all = self.set().at(self.matrix());
        self.set().between(
            self.matrix(),
            grown(cols, all.width),
            grown(rows, all.height),
        )
    }
}

impl MatrixSet {
    /// The lines of the cells of a zoom that an extent meets.
    pub fn lines(self, zoom: u8, extent: Bbox) -> Lines {
        let limits = self.limits(zoom, extent);
        let cells = |tiles: RangeInclusive<u32>| tiles.start() * CELLS..=(tiles.end() + 1) * CELLS;
        self.between(zoom, cells(limits.cols), cells(limits.rows))
    }

    fn between(self, zoom: u8, cols: RangeInclusive<u32>, rows: RangeInclusive<u32>) -> Lines {
        let all = self.at(zoom);
        let cells = f64::from(CELLS);
        let lon = |line: u32| self.position(zoom, [f64::from(line) / cells, 0.0])[0];
        let lat = |line: u32| match line {
            0 => 90.0,
            _ if line == all.height * CELLS => -90.0,
            _ => self.position(zoom, [0.0, f64::from(line) / cells])[1],
        };
        Lines {
            lons: cols.map(lon).collect(),
            lats: rows.rev().map(lat).collect(),
            width: 360.0 / f64::from(all.width) / cells,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_cells_of_a_zoom_are_one_of_the_zoom_before() {
        let extent = Bbox::new(-180.0, -90.0, 180.0, 90.0).unwrap();
        for set in MatrixSet::ALL {
            let (coarse, fine) = (set.lines(2, extent), set.lines(3, extent));
            let every_other = |lines: &[f64]| lines.iter().step_by(2).copied().collect::<Vec<_>>();
            assert_eq!(every_other(&fine.lons), coarse.lons, "{set:?}");
            assert_eq!(every_other(&fine.lats), coarse.lats, "{set:?}");
            assert!(fine.lats.is_sorted() && fine.lons.is_sorted());
            assert_eq!(
                (coarse.lats[0], *coarse.lats.last().unwrap()),
                (-90.0, 90.0)
            );
        }
    }

    #[test]
    fn tiles_beside_each_other_have_the_same_lines() {
        for set in MatrixSet::ALL {
            let tile = |row, col| Tile::new(set, 8, row, col).unwrap().lines();
            let (here, east, south) = (tile(97, 161), tile(97, 162), tile(98, 161));
            assert_eq!(here.lons[8..], east.lons[..3], "{set:?}");
            assert_eq!(here.lats[..3], south.lats[8..], "{set:?}");
        }
    }
}
