//! A spatial condition between the geometry of features and one that is fixed: only what lies around that one is looked at,
//! and what lies in its interior, where that is enough, is not.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use geo::BoundingRect;

use super::deadline::Deadline;
use super::plane::{asked_of_window, extent_of};
use super::row::Rows;
use super::segment::Segment;
use super::tree::{Rect, Sides, meet};
use crate::domain::{Area, Bbox, Cell, Side, Window};
use crate::query::cql2::{SpatialOp, Term};

/// A condition that holds of no feature whose box does not meet that of the fixed geometry.
pub(super) struct Spatial<'a> {
    rows: Rows<'a>,
    around: Rect,
    /// Where whatever lies in the interior of an area passes, and whatever lies outside does not.
    area: Option<&'a Area>,
    /// For which cells it holds, of those that were looked at.
    cells: RefCell<HashMap<Cell, bool>>,
    /// How each entry of the tree lies, once that was found out for all at once.
    sides: OnceCell<Sides>,
}

impl<'a> Spatial<'a> {
    /// `None` of a condition that is not of this kind.
    pub(super) fn new(
        segment: &'a Segment,
        term: &'a Term,
        deadline: &'a Deadline,
    ) -> Option<Spatial<'a>> {
        let Term::Spatial(op, pair) = term else {
            return None;
        };
        // As it is said of the feature.
        let (op, fixed) = match &**pair {
            [Term::Geometry, Term::Fixed(fixed)] => (*op, fixed),
            [Term::Fixed(fixed), Term::Geometry] => (op.turned(), fixed),
            _ => return None,
        };
        let is_of_inside = match op {
            SpatialOp::Intersects | SpatialOp::Within => true,
            SpatialOp::Contains
            | SpatialOp::Crosses
            | SpatialOp::Equals
            | SpatialOp::Overlaps
            | SpatialOp::Touches => false,
            SpatialOp::Disjoint => return None,
        };
        let rect = fixed.geometry.bounding_rect()?;
        let (low, high) = (rect.min(), rect.max());
        let bbox = Bbox::new(low.x, low.y, high.x, high.y).ok()?;
        let [asked] = asked_of_window(&Window::Box(bbox)).try_into().ok()?;
        Some(Spatial {
            rows: Rows::new(segment, term, deadline),
            around: asked.around,
            area: fixed.area.as_ref().filter(|_| is_of_inside),
            cells: RefCell::default(),
            sides: OnceCell::new(),
        })
    }

    /// No more rows than these pass.
    pub(super) fn at_most(&self, segment: &Segment) -> usize {
        segment.places.count(self.around, |_| true)
    }

    /// How many rows pass.
    pub(super) fn count(&self, segment: &Segment) -> usize {
        segment
            .places
            .count_by(|rect| self.side(rect), |row| self.hold(row))
    }

    /// The rows that pass, in no order.
    pub(super) fn rows(&self, segment: &Segment) -> Vec<u32> {
        segment
            .places
            .rows_by(|rect| self.side(rect), |row| self.hold(row))
    }

    /// Gets ready to be asked about so many rows. A walk over the tree tells of all entries how they lie, and looks at those
    /// along the outline: of as many as fill a square, at those of a side or two.
    pub(super) fn expect(&self, rows: usize, segment: &Segment) {
        if rows >= segment.places.len().isqrt() {
            self.sides
                .get_or_init(|| segment.places.sides(|rect| self.side(rect)));
        }
    }

    /// Whether a row passes.
    pub(super) fn holds(&self, segment: &Segment, row: u32) -> bool {
        let places = &segment.places;
        let one = || places.of(row).map(|rect| self.side(rect));
        let side = self.sides.get().map_or_else(
            || one().unwrap_or(Side::Outside),
            |sides| places.side_of(sides, row),
        );
        match side {
            Side::Outside => false,
            Side::Inside => true,
            Side::Boundary => self.hold(row),
        }
    }

    /// The same of a row that may: of all that are shown as one cell, one is looked at.
    fn hold(&self, row: u32) -> bool {
        let Some(cell) = self.rows.cell(row) else {
            return self.rows.hold(row);
        };
        let known = self.cells.borrow().get(&cell).copied();
        known.unwrap_or_else(|| {
            let holds = self.rows.hold(row);
            self.cells.borrow_mut().insert(cell, holds);
            holds
        })
    }

    /// How all that lies in a box lies to the area.
    fn side(&self, rect: Rect) -> Side {
        if !meet(rect, self.around) {
            return Side::Outside;
        }
        self.area.map_or(Side::Boundary, |area| {
            let extent = extent_of(rect);
            area.side_of_box([extent.west(), extent.south(), extent.east(), extent.north()])
        })
    }
}
