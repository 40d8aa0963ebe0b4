//! How far boxes of the map are from a point, at least and at most: so that few distances have to be measured.

use std::cell::Cell;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::f64::consts::{FRAC_PI_2, PI};

use super::segment::Segment;
use super::tree::{Node, Rect, Tree};
use crate::domain::{Crs84, Geometry, LonLat, Metres};
use crate::query::Side;

/// The mean radius of the Earth in metres, and how far a distance on that sphere may be from the geodesic: by less than
/// 0.6 % (0.56 % along a meridian), and a centimetre for what is rounded.
const RADIUS_M: f64 = 6_371_008.8;
const DOUBT: f64 = 0.006;
const ROUNDING_M: f64 = 0.01;

/// A point, and what is needed to know how far others are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Centre {
    lon: f64,
    lat: f64,
}

impl Centre {
    pub(super) fn new(at: LonLat) -> Centre {
        Centre {
            lon: at.lon().to_radians(),
            lat: at.lat().to_radians(),
        }
    }

    /// No place in the box is nearer, in metres.
    pub(super) fn at_least(&self, rect: Rect) -> f64 {
        let [west, south, east, north] = rect.map(radians);
        let angle = if (west..=east).contains(&self.lon) {
            // Straight north or south.
            (south - self.lat).max(self.lat - north).max(0.0)
        } else {
            let turn = turn(self.lon, west).min(turn(self.lon, east));
            let corners = self.angle(turn, south).min(self.angle(turn, north));
            // The great circle that meets the meridian at a right angle, if it does so between the corners.
            let foot = (self.lat.tan() / turn.cos()).atan();
            if turn < FRAC_PI_2 && (south..=north).contains(&foot) {
                corners.min(self.angle(turn, foot))
            } else {
                corners
            }
        };
        (angle * RADIUS_M * (1.0 - DOUBT) - ROUNDING_M).max(0.0)
    }

    /// No place in the box is farther, in metres.
    pub(super) fn at_most(&self, rect: Rect) -> f64 {
        let [west, south, east, north] = rect.map(radians);
        let turn = turn(self.lon, west).max(turn(self.lon, east));
        let is_behind = turn > FRAC_PI_2 || east - west > FRAC_PI_2;
        let angle = if is_behind {
            PI
        } else {
            self.angle(turn, south).max(self.angle(turn, north))
        };
        angle * RADIUS_M * (1.0 + DOUBT) + ROUNDING_M
    }

    /// The angle at the Earth's centre to a place that many radians of longitude away.
    fn angle(&self, turn: f64, lat: f64) -> f64 {
        // The haversine, which is exact for small angles too.
        let half = |angle: f64| (angle / 2.0).sin().powi(2);
        let haversine = half(lat - self.lat) + self.lat.cos() * lat.cos() * half(turn);
        2.0 * haversine.sqrt().min(1.0).asin()
    }
}

fn radians(units: i32) -> f64 {
    (f64::from(units) / LonLat::UNITS_PER_DEGREE).to_radians()
}

/// The smaller of the two angles between meridians.
fn turn(a: f64, b: f64) -> f64 {
    let angle = (a - b).abs();
    angle.min(2.0 * PI - angle)
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
        let rect = self.tree.rect(node);
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
            let rect = tree.rect(node);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(lon: i32, lat: i32) -> LonLat {
        let degrees = |units| f64::from(units) / LonLat::UNITS_PER_DEGREE;
        LonLat::new(degrees(lon), degrees(lat)).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn no_place_in_a_box_is_nearer_or_farther_than_its_bounds(
            (lon, lat) in (-180.0..=180.0_f64, -90.0..=90.0_f64),
            (west, south) in (-1_800_000_000..=1_800_000_000_i32, -900_000_000..=900_000_000_i32),
            (width, height) in (0..1_000_000_000_i64, 0..800_000_000_i64),
            (across, up) in (0.0..=1.0_f64, 0.0..=1.0_f64),
            scale in prop_oneof![Just(1), Just(1000), Just(1_000_000)],
        ) {
            let cut = |from: i32, length: i64, limit: i64| {
                i32::try_from((i64::from(from) + length / scale).min(limit)).unwrap()
            };
            let (east, north) = (cut(west, width, 1_800_000_000), cut(south, height, 900_000_000));
            let between = |a: i32, b: i32, part: f64| {
                #[expect(clippy::cast_possible_truncation, reason = "it lies between the two")]
                let at = (f64::from(a) + (f64::from(b) - f64::from(a)) * part) as i32;
                at
            };
            let centre = LonLat::new(lon, lat).unwrap();
            let rect = [west, south, east, north];
            let (at_least, at_most) = (Centre::new(centre).at_least(rect), Centre::new(centre).at_most(rect));
            for (across, up) in [(across, up), (0.0, up), (1.0, up), (across, 0.0), (across, 1.0)] {
                let at = place(between(west, east, across), between(south, north, up));
                let metres = Crs84::point(at).distance_to(centre).get();
                prop_assert!(at_least <= metres && metres <= at_most, "{} {} {}", at_least, metres, at_most);
            }
        }
    }
}
