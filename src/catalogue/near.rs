//! What is near a point, by the bounds of boxes of the map: so that few distances have to be measured.

use std::cell::Cell;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::segment::Segment;
use super::tree::{Node, Rect, Tree};
use crate::domain::{Centre, Crs84, Geometry, LonLat, Metres};
use crate::query::Side;

/// A box of the map in degrees.
fn degrees(rect: Rect) -> [f64; 4] {
    rect.map(|units| f64::from(units) / LonLat::UNITS_PER_DEGREE)
}

/// Rows of a tree by their distance: away from the centre, or back to it. Equal distances by row.
///
/// The nearest node is opened first; an entry comes out once nothing unopened can be nearer. So only those entries are
/// measured that come out, and a few more.
pub(super) struct ByDistance<'a, D, H> {
    tree: &'a Tree,
    centre: Centre,
    side: Side,
    distance: D,
    holds: H,
    /// Only nodes that reach this far, and no farther: what lies on the other side of a cursor is passed over.
    from: Option<f64>,
    open: BinaryHeap<Reverse<Open>>,
}

/// What is next to be opened, or to come out. `key` ascends: it is the least distance, or the greatest with its sign turned.
struct Open {
    key: f64,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// A node; before rows of the same distance, since it may hold one with a smaller number.
    Node(Node),
    /// A measured row; `Reverse` where the way is back.
    Row(i64),
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Open {}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key
            .total_cmp(&other.key)
            .then_with(|| self.what.cmp(&other.what))
    }
}

impl<'a, D: Fn(u32) -> Metres, H: Fn(u32) -> bool> ByDistance<'a, D, H> {
    /// The rows of `tree` that hold, from `from` on if there is such a distance; `distance` measures a row.
    pub(super) fn new(
        tree: &'a Tree,
        centre: Centre,
        side: Side,
        from: Option<f64>,
        distance: D,
        holds: H,
    ) -> Self {
        let mut rows = ByDistance {
            tree,
            centre,
            side,
            distance,
            holds,
            from,
            open: BinaryHeap::new(),
        };
        if tree.around().is_some() {
            rows.push(tree.top());
        }
        rows
    }

    fn push(&mut self, node: Node) {
        let rect = degrees(self.tree.rect(node));
        let (nearest, farthest) = (self.centre.at_least(rect), self.centre.at_most(rect));
        let (key, is_passed) = match self.side {
            Side::After => (nearest, self.from.is_some_and(|from| farthest < from)),
            Side::Before => (-farthest, self.from.is_some_and(|from| nearest > from)),
        };
        if !is_passed {
            let what = What::Node(node);
            self.open.push(Reverse(Open { key, what }));
        }
    }
}

impl<D: Fn(u32) -> Metres, H: Fn(u32) -> bool> Iterator for ByDistance<'_, D, H> {
    type Item = (u32, f64);

    fn next(&mut self) -> Option<(u32, f64)> {
        loop {
            let Reverse(Open { key, what }) = self.open.pop()?;
            let sign = if self.side == Side::After { 1 } else { -1 };
            let node = match what {
                What::Row(row) => {
                    let row = u32::try_from(row * sign).expect("it was a row");
                    return Some((row, key.abs()));
                }
                What::Node(node) => node,
            };
            match self.tree.row(node) {
                Some(row) if !(self.holds)(row) => {}
                Some(row) => {
                    let metres = (self.distance)(row).get();
                    let key = metres * f64::from(i32::try_from(sign).expect("it is one"));
                    let what = What::Row(i64::from(row) * sign);
                    self.open.push(Reverse(Open { key, what }));
                }
                None => self.tree.children(node).for_each(|child| self.push(child)),
            }
        }
    }
}

/// Measures how far rows are from one point.
///
/// Many sites carry the coordinates of their village, and many cells are the same; the tree keeps them together. So what
/// was measured last is often what is asked next.
pub(super) struct Ruler<'a> {
    segment: &'a Segment,
    centre: LonLat,
    last: Cell<Option<Measured<'a>>>,
}

#[derive(Clone, Copy)]
struct Measured<'a> {
    rect: Rect,
    shape: Option<&'a Crs84<Geometry>>,
    metres: Metres,
}

impl<'a> Ruler<'a> {
    pub(super) fn new(segment: &'a Segment, centre: LonLat) -> Ruler<'a> {
        Ruler {
            segment,
            centre,
            last: Cell::new(None),
        }
    }

    /// How far the geometry of a row is; the row has one.
    pub(super) fn measure(&self, row: u32) -> Metres {
        let rect = self.segment.places.of(row);
        let rect = rect.expect("the row has a geometry");
        let shape = self.segment.shape(row);
        if let Some(last) = self.last.get()
            && last.rect == rect
            && last.shape == shape
        {
            return last.metres;
        }
        let [lon, lat, ..] = rect;
        let metres = match shape {
            Some(shape) => shape.distance_to(self.centre),
            None => Crs84::point(LonLat::of_units(lon, lat)).distance_to(self.centre),
        };
        self.last.set(Some(Measured {
            rect,
            shape,
            metres,
        }));
        metres
    }
}

impl Ruler<'_> {
    /// Calls `found` with the rows no farther than `radius`, in no order: whole nodes that lie within it, and of the
    /// others single rows, measured where their bounds do not tell.
    pub(super) fn within(&self, radius: Metres, found: impl FnMut(&[u32])) {
        self.walk(radius, |row| self.measure(row) <= radius, found);
    }

    /// How many rows are no farther than `radius`, or not surely farther by their bounds: nothing is measured.
    pub(super) fn at_most_within(&self, radius: Metres) -> usize {
        let mut count = 0;
        self.walk(radius, |_| true, |rows| count += rows.len());
        count
    }

    /// Calls `found` with the rows within `radius`; where bounds do not tell, `is_within` decides.
    fn walk(&self, radius: Metres, is_within: impl Fn(u32) -> bool, mut found: impl FnMut(&[u32])) {
        let (tree, centre) = (&self.segment.places, Centre::new(self.centre));
        let mut open: Vec<Node> = tree.around().map(|_| tree.top()).into_iter().collect();
        while let Some(node) = open.pop() {
            let rect = degrees(tree.rect(node));
            if centre.at_most(rect) <= radius.get() {
                found(tree.rows_of(node));
            } else if centre.at_least(rect) <= radius.get() {
                match tree.row(node) {
                    Some(row) if is_within(row) => found(&[row]),
                    Some(_) => {}
                    None => open.extend(tree.children(node)),
                }
            }
        }
    }
}
