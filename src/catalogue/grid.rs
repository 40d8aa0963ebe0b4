//! A grid over the map, in whose cells features are gathered.

use super::plane::rect_of_extent;
use super::tree::{NOWHERE, Rect};
use crate::domain::{Bbox, LonLat};

/// Lines of longitude and of latitude, between which cells lie.
#[derive(Clone, Debug)]
pub struct Grid {
    lons: Vec<i32>,
    lats: Vec<i32>,
    /// What is wider or higher is too large for a cell.
    most: i32,
    /// What is shown of it.
    pub(super) seen: Rect,
}

impl Grid {
    /// A grid between these lines, in degrees, ascending, two or more of each. What lies on a line lies in the cell to the
    /// east or north of it. What is wider or higher than `most` degrees is too large for a cell; none is larger itself.
    pub fn new(lons: &[f64], lats: &[f64], most: f64) -> Grid {
        let lines = |degrees: &[f64], end: f64| {
            let mut lines: Vec<i32> = degrees.iter().map(|one| LonLat::units(*one)).collect();
            // Beyond the end of the world there is no cell for what lies on it.
            if let Some(last) = lines.last_mut().filter(|last| **last == LonLat::units(end)) {
                *last += 1;
            }
            lines
        };
        let grid = Grid {
            lons: lines(lons, 180.0),
            lats: lines(lats, 90.0),
            most: LonLat::units(most),
            seen: NOWHERE,
        };
        Grid {
            seen: grid.around(),
            ..grid
        }
    }

    /// The same grid, of which only a box is shown: the clusters whose centre lies in it, and the single features whose own box
    /// meets it. Each is what it is without that.
    #[must_use]
    pub fn within(self, seen: Bbox) -> Grid {
        Grid {
            seen: rect_of_extent(&seen),
            ..self
        }
    }

    /// The cell of a position.
    pub(super) fn cell(&self, [lon, lat]: [i32; 2]) -> Option<(usize, usize)> {
        Some((between(&self.lons, lon)?, between(&self.lats, lat)?))
    }

    pub(super) fn is_outgrown(&self, [west, south, east, north]: Rect) -> bool {
        let length = |from: i32, to: i32| i64::from(to) - i64::from(from);
        length(west, east).max(length(south, north)) > self.most.into()
    }

    /// All of it.
    pub(super) fn around(&self) -> Rect {
        let ends = |lines: &[i32]| Some([*lines.first()?, *lines.last()?]);
        let both = ends(&self.lons).zip(ends(&self.lats));
        both.map_or(NOWHERE, |([west, east], [south, north])| {
            [west, south, east, north]
        })
    }

    /// A box that all features meet of which anything is to be shown.
    pub(super) fn reach(&self) -> Option<Bbox> {
        let [west, south, east, north] = self.around().map(f64::from);
        let degrees = |units: f64, most: f64| (units / LonLat::UNITS_PER_DEGREE).clamp(-most, most);
        let grown = f64::from(self.most);
        Bbox::new(
            degrees(west - grown, 180.0),
            degrees(south - grown, 90.0),
            degrees(east + grown, 180.0),
            degrees(north + grown, 90.0),
        )
        .ok()
    }
}

/// Between which two lines a number lies; on a line, after it.
fn between(lines: &[i32], number: i32) -> Option<usize> {
    let after = lines.partition_point(|line| *line <= number);
    (0 < after && after < lines.len()).then(|| after - 1)
}

pub(super) fn middle([west, south, east, north]: Rect) -> [i32; 2] {
    [west.midpoint(east), south.midpoint(north)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_belongs_to_the_cell_after_it_and_the_end_of_the_world_to_the_one_before() {
        let grid = Grid::new(&[0.0, 90.0, 180.0], &[0.0, 45.0, 90.0], 90.0);
        let cell = |lon, lat| grid.cell([lon, lat].map(LonLat::units));
        assert_eq!(cell(0.0, 0.0), Some((0, 0)));
        assert_eq!(cell(90.0, 44.999_999_9), Some((1, 0)));
        assert_eq!(cell(180.0, 90.0), Some((1, 1)));
        assert_eq!((cell(-0.000_000_1, 1.0), cell(1.0, -1.0)), (None, None));
        let part = Grid::new(&[0.0, 90.0], &[0.0, 45.0], 90.0);
        assert_eq!(part.cell([90.0, 1.0].map(LonLat::units)), None);
    }
}
