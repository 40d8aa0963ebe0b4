//! Boxes on a plane of whole numbers, packed into a tree: what lies in a box is found, or only counted.
//!
//! Entries are sorted along a Hilbert curve, sixteen to a node; a node that lies inside the box asked for is counted without
//! looking at what it holds, so that a box around everything costs no more than a small one. Serves places, where the
//! plane is the map, and times, where it is that of starts and ends.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::domain::Side;

/// A box: west, south, east, north, its edges included.
pub(super) type Rect = [i32; 4];

/// What is asked for: boxes that meet the one, among which those inside the other need no second look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) around: Rect,
    pub(super) within: Rect,
}

impl From<Rect> for Asked {
    fn from(rect: Rect) -> Self {
        Asked {
            around: rect,
            within: rect,
        }
    }
}

/// A box in which nothing lies.
pub(super) const NOWHERE: Rect = [i32::MAX, i32::MAX, i32::MIN, i32::MIN];

/// The entries of a node: their boxes fill four cache lines.
const FANOUT: usize = 16;

/// No entry.
const NONE: u32 = u32::MAX;

/// Boxes of rows: each row has one, or none.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Tree {
    /// The rows, along the curve.
    rows: Box<[u32]>,
    /// The boxes of the entries, in the order of `rows`; then those of the nodes above them, level by level.
    rects: Box<[Rect]>,
    /// Where each level begins in `rects`.
    levels: Vec<usize>,
    /// The entry of each row.
    entries: Box<[u32]>,
    /// The rows without a box, ascending.
    without: Box<[u32]>,
}

impl Tree {
    /// A tree of the boxes of some of `rows` rows.
    pub(super) fn build(rows: usize, mut boxes: Vec<(Rect, u32)>) -> Tree {
        let all = plane(&boxes);
        boxes.sort_by_cached_key(|(rect, row)| (curve(*rect, all), *row));
        let mut entries = vec![NONE; rows].into_boxed_slice();
        for (entry, (_, row)) in (0..).zip(&boxes) {
            entries[*row as usize] = entry;
        }
        let without = (0..).zip(&entries).filter(|(_, entry)| **entry == NONE);
        let without = without.map(|(row, _)| row).collect();
        let rows = boxes.iter().map(|(_, row)| *row).collect();

        let mut rects: Vec<Rect> = boxes.into_iter().map(|(rect, _)| rect).collect();
        let mut levels = vec![0];
        let (mut from, mut to) = (0, rects.len());
        while to - from > 1 {
            levels.push(to);
            for node in (from..to).step_by(FANOUT) {
                let children = &rects[node..to.min(node + FANOUT)];
                let around = children.iter().copied().reduce(union);
                rects.push(around.expect("a node has children"));
            }
            (from, to) = (to, rects.len());
        }
        Tree {
            rows,
            rects: rects.into(),
            levels,
            entries,
            without,
        }
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows without a box, ascending.
    pub(super) fn without(&self) -> &[u32] {
        &self.without
    }

    /// The box of a row.
    pub(super) fn of(&self, row: u32) -> Option<Rect> {
        let entry = self.entries[row as usize];
        (entry != NONE).then(|| self.rects[entry as usize])
    }

    /// The box around everything.
    pub(super) fn around(&self) -> Option<Rect> {
        self.rects.last().copied()
    }

    /// All rows that have a box, with it.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Rect, u32)> {
        self.rects.iter().copied().zip(self.rows.iter().copied())
    }

    /// How many boxes meet what is asked for. Of those that do not lie inside it, `is_met` decides.
    pub(super) fn count(&self, asked: impl Into<Asked>, is_met: impl Fn(u32) -> bool) -> usize {
        let mut count = 0;
        self.walk(asked.into(), |entries, is_inside| {
            count += self.count_of(entries, is_inside, &is_met);
        });
        count
    }

    /// How many entries lie inside by what `side` says of boxes. Of those of whose box it says neither, `is_met` decides.
    pub(super) fn count_by(
        &self,
        side: impl Fn(Rect) -> Side,
        is_met: impl Fn(u32) -> bool,
    ) -> usize {
        let mut count = 0;
        self.walk_by(side, |entries, is_inside| {
            count += self.count_of(entries, is_inside, &is_met);
        });
        count
    }

    fn count_of(
        &self,
        entries: Range<usize>,
        is_inside: bool,
        is_met: impl Fn(u32) -> bool,
    ) -> usize {
        if is_inside {
            return entries.len();
        }
        let rows = self.rows[entries].iter();
        rows.filter(|row| is_met(**row)).count()
    }

    /// The rows of those entries, in no order.
    pub(super) fn rows_by(
        &self,
        side: impl Fn(Rect) -> Side,
        is_met: impl Fn(u32) -> bool,
    ) -> Vec<u32> {
        let mut found = Vec::new();
        self.walk_by(side, |entries, is_inside| {
            let rows = self.rows[entries].iter().copied();
            found.extend(rows.filter(|row| is_inside || is_met(*row)));
        });
        found
    }

    /// How each entry lies, by what `side` says of boxes.
    pub(super) fn sides(&self, side: impl Fn(Rect) -> Side) -> Sides {
        let mut sides = vec![Side::Outside; self.len()];
        self.walk_by(side, |entries, is_inside| {
            let side = if is_inside {
                Side::Inside
            } else {
                Side::Boundary
            };
            sides[entries].fill(side);
        });
        Sides(sides.into())
    }

    /// How a row lies, by those; what has no box lies outside.
    pub(super) fn side_of(&self, sides: &Sides, row: u32) -> Side {
        let entry = self.entries[row as usize];
        let side = sides.0.get(entry as usize).copied();
        side.unwrap_or(Side::Outside)
    }

    /// The rows whose boxes meet what is asked for, in no order. Of those that do not lie inside it, `is_met` decides.
    pub(super) fn rows(&self, asked: impl Into<Asked>, is_met: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut found = Vec::new();
        self.walk(asked.into(), |entries, is_inside| {
            let rows = self.rows[entries].iter().copied();
            found.extend(rows.filter(|row| is_inside || is_met(*row)));
        });
        found
    }

    /// Calls `found` with runs of entries that lie inside what is asked for, and with single ones that only meet it.
    fn walk(&self, asked: Asked, found: impl FnMut(Range<usize>, bool)) {
        let side = |rect: Rect| {
            if inside(rect, asked.within) {
                Side::Inside
            } else if meet(rect, asked.around) {
                Side::Boundary
            } else {
                Side::Outside
            }
        };
        self.walk_by(side, found);
    }

    /// The same where `side` says how all that lies in a box lies to what is asked for.
    fn walk_by(&self, side: impl Fn(Rect) -> Side, mut found: impl FnMut(Range<usize>, bool)) {
        if self.len() == 0 {
            return;
        }
        let mut open = vec![self.top()];
        while let Some(node) = open.pop() {
            match side(self.rect(node)) {
                Side::Outside => {}
                Side::Inside => found(self.entries_of(node), true),
                Side::Boundary if node.level == 0 => found(node.place..node.place + 1, false),
                Side::Boundary => open.extend(self.children(node)),
            }
        }
    }

    /// The node that holds everything; the tree is not empty.
    pub(super) fn top(&self) -> Node {
        Node {
            level: self.levels.len() - 1,
            place: 0,
        }
    }

    /// What stands right below a node; an entry has itself.
    pub(super) fn children(&self, node: Node) -> impl Iterator<Item = Node> + use<> {
        let (level, places) = match node.level.checked_sub(1) {
            None => (0, node.place..node.place + 1),
            Some(level) => {
                let from = node.place * FANOUT;
                (level, from..self.width(level).min(from + FANOUT))
            }
        };
        places.map(move |place| Node { level, place })
    }

    /// The box of a node.
    pub(super) fn rect(&self, node: Node) -> Rect {
        self.rects[self.levels[node.level] + node.place]
    }

    /// The row of an entry; `None` of a node above.
    pub(super) fn row(&self, node: Node) -> Option<u32> {
        (node.level == 0).then(|| self.rows[node.place])
    }

    /// The entries under a node.
    pub(super) fn entries_of(&self, node: Node) -> Range<usize> {
        let each = FANOUT.pow(u32::try_from(node.level).expect("a tree is not that high"));
        node.place * each..self.len().min((node.place + 1) * each)
    }

    /// The rows of entries.
    pub(super) fn rows_of(&self, node: Node) -> &[u32] {
        &self.rows[self.entries_of(node)]
    }

    /// The entries under a node: the box and the row of each.
    pub(super) fn under(&self, node: Node) -> impl Iterator<Item = (Rect, u32)> {
        let entries = self.entries_of(node);
        let rows = self.rows[entries.clone()].iter().copied();
        self.rects[entries].iter().copied().zip(rows)
    }

    /// How many nodes a level has.
    fn width(&self, level: usize) -> usize {
        let end = self.levels.get(level + 1).copied();
        end.unwrap_or(self.rects.len()) - self.levels[level]
    }
}

/// How each entry of a tree lies to something.
pub(super) struct Sides(Box<[Side]>);

/// A node: entries are those of level 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Node {
    level: usize,
    place: usize,
}

/// Whether two boxes have a point in common.
pub(super) fn meet(a: Rect, b: Rect) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

/// Whether `a` lies inside `b`, edges included.
pub(super) fn inside(a: Rect, b: Rect) -> bool {
    b[0] <= a[0] && a[2] <= b[2] && b[1] <= a[1] && a[3] <= b[3]
}

/// The smallest box around both.
pub(super) fn union(a: Rect, b: Rect) -> Rect {
    [
        a[0].min(b[0]),
        a[1].min(b[1]),
        a[2].max(b[2]),
        a[3].max(b[3]),
    ]
}

/// The box around what lies within the plane; what reaches over its edges would leave too few steps for the rest.
fn plane(boxes: &[(Rect, u32)]) -> Rect {
    let within = |side: i32| side != i32::MIN && side != i32::MAX;
    let bounds = |low: usize, high: usize| {
        let sides = boxes.iter().flat_map(|(rect, _)| [rect[low], rect[high]]);
        let (mut least, mut most) = (i32::MAX, i32::MIN);
        for side in sides.filter(|side| within(*side)) {
            (least, most) = (least.min(side), most.max(side));
        }
        if least > most { (0, 0) } else { (least, most) }
    };
    let ((west, east), (south, north)) = (bounds(0, 2), bounds(1, 3));
    [west, south, east, north]
}

/// Where the middle of a box stands on a Hilbert curve through `all`, which has 65,536 steps in either direction.
fn curve(rect: Rect, all: Rect) -> u32 {
    let step = |low: i32, high: i32, from: i32, to: i32| {
        let middle = i64::midpoint(low.into(), high.into()) - i64::from(from);
        let length = (i64::from(to) - i64::from(from)).max(1);
        u32::try_from((middle * 0xffff / length).clamp(0, 0xffff)).expect("it was clamped")
    };
    let mut x = step(rect[0], rect[2], all[0], all[2]);
    let mut y = step(rect[1], rect[3], all[1], all[3]);
    let mut along = 0;
    for bit in (0..16).rev() {
        let (right, upper) = ((x >> bit) & 1, (y >> bit) & 1);
        along = (along << 2) | ((3 * right) ^ upper);
        // Each quarter holds the curve turned, so that it leaves where the next begins.
        if upper == 0 {
            if right == 1 {
                (x, y) = (0xffff - x, 0xffff - y);
            }
            (x, y) = (y, x);
        }
    }
    along
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rects() -> impl Strategy<Value = Vec<Rect>> {
        let rect = (-50..50_i32, -50..50_i32, 0..9_i32, 0..9_i32);
        let rect = rect
            .prop_map(|(west, south, width, height)| [west, south, west + width, south + height]);
        proptest::collection::vec(rect, 0..600)
    }

    proptest! {
        #[test]
        fn a_tree_finds_and_counts_what_looking_at_everything_finds(
            rects in rects(),
            (west, south, width, height) in (-60..60_i32, -60..60_i32, 0..120_i32, 0..120_i32),
        ) {
            let asked = [west, south, west + width, south + height];
            // Every third row has no box, and of what is met in part only even rows count.
            let entries: Vec<_> = rects.iter().copied().zip(0_u32..).filter(|(_, row)| !row.is_multiple_of(3)).collect();
            let is_met = |row: u32| row.is_multiple_of(2);
            let expected: Vec<u32> = entries.iter()
                .filter(|(rect, row)| inside(*rect, asked) || meet(*rect, asked) && is_met(*row))
                .map(|(_, row)| *row)
                .collect();
            let tree = Tree::build(rects.len(), entries.clone());
            let mut found = tree.rows(asked, is_met);
            found.sort_unstable();
            prop_assert_eq!(&found, &expected);
            prop_assert_eq!(tree.count(asked, is_met), expected.len());
            for (rect, row) in &entries {
                prop_assert_eq!(tree.of(*row), Some(*rect));
            }
            prop_assert_eq!(tree.around(), entries.iter().map(|(rect, _)| *rect).reduce(union));
            let without: Vec<u32> = (0_u32..).take(rects.len()).step_by(3).collect();
            prop_assert_eq!(tree.without(), &without);
            prop_assert!(without.iter().all(|row| tree.of(*row).is_none()));
        }
    }

    #[test]
    fn the_curve_goes_from_a_place_to_the_next() {
        let all = [0, 0, 0xffff, 0xffff];
        let mut places: Vec<(u32, i32, i32)> = (0..64)
            .flat_map(|x| (0..64).map(move |y| (x * 1024, y * 1024)))
            .map(|(x, y)| (curve([x, y, x, y], all), x, y))
            .collect();
        places.sort_unstable();
        for pair in places.windows(2) {
            let ((_, x, y), (_, next_x, next_y)) = (pair[0], pair[1]);
            assert_eq!((x - next_x).abs() + (y - next_y).abs(), 1024);
        }
    }
}
