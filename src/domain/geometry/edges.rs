//! The edges of rings, in a tree of boxes: which of them are close to each other, and which rings go round a position.
//!
//! Neighbours in a ring lie together, so a tree over the order of the edges finds the close pairs of a real outline
//! in time that grows little faster than its size. What is made to have too many of them is given up on.

use std::collections::BTreeSet;
use std::ops::Range;

use geo::algorithm::kernels::{Kernel, Orientation, RobustKernel};
use geo::{BoundingRect, Coord, Intersects, Line, LineString, Rect};

use super::Side;

/// The edges of several closed rings.
#[derive(Debug)]
pub(super) struct Edges {
    /// Each ring's together and in its order.
    all: Vec<Edge>,
    /// Where in the list those of each ring are.
    rings: Vec<Range<usize>>,
    tree: Option<Node>,
}

/// An edge, and the number of the ring that it is of.
#[derive(Debug)]
pub(super) struct Edge {
    pub(super) ring: usize,
    pub(super) line: Line<f64>,
}

/// There is more to compare than the outline of any place needs.
#[derive(Debug)]
pub(super) struct TooIntricate;

/// How much may still be compared before giving up; a step is the comparison of two boxes, a few nanoseconds.
#[derive(Debug, PartialEq, Eq)]
pub struct Effort(usize);

impl Effort {
    /// What is left of `steps`.
    pub const fn of(steps: usize) -> Effort {
        Effort(steps)
    }

    /// Takes `steps` off it.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), TooIntricate> {
        self.0 = self.0.checked_sub(steps).ok_or(TooIntricate)?;
        Ok(())
    }
}

/// What a close pair costs: it is kept, and later intersected.
const STEPS_PER_PAIR: usize = 10;

impl Edges {
    /// The edges of the rings, numbered in their order.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a LineString<f64>>) -> Edges {
        let (mut all, mut rings) = (Vec::new(), Vec::new());
        for (ring, line) in lines.enumerate() {
            let first = all.len();
            all.extend(line.lines().map(|line| Edge { ring, line }));
            rings.push(first..all.len());
        }
        let tree = Node::over(&all, 0..all.len());
        Edges { all, rings, tree }
    }

    /// The edges of all rings together, as one.
    pub(super) fn of_lines(lines: impl Iterator<Item = Line<f64>>) -> Edges {
        let all: Vec<Edge> = lines.map(|line| Edge { ring: 0, line }).collect();
        let tree = Node::over(&all, 0..all.len());
        let whole = 0..all.len();
        Edges {
            all,
            rings: vec![whole],
            tree,
        }
    }

    /// How a position lies to what the rings, none of which crosses another, go round an odd number of times.
    pub(super) fn side_of(&self, at: Coord<f64>) -> Side {
        let mut is_odd = false;
        let mut stack: Vec<_> = self.tree.iter().collect();
        while let Some(node) = stack.pop() {
            let (min, max) = (node.around.min(), node.around.max());
            if max.x < at.x || max.y < at.y || min.y > at.y {
                continue;
            }
            if let Some(halves) = &node.halves {
                stack.extend(halves.iter());
                continue;
            }
            for edge in &self.all[node.edges.clone()] {
                if edge.line.intersects(&at) {
                    return Side::Boundary;
                }
                is_odd ^= crosses_east_of(at, edge.line);
            }
        }
        if is_odd { Side::Inside } else { Side::Outside }
    }

    /// Whether an edge has a point in common with a box.
    pub(super) fn meet(&self, asked: Rect<f64>) -> bool {
        let mut stack: Vec<_> = self.tree.iter().collect();
        while let Some(node) = stack.pop() {
            if !node.around.intersects(&asked) {
                continue;
            }
            if let Some(halves) = &node.halves {
                stack.extend(halves.iter());
                continue;
            }
            let mut edges = self.all[node.edges.clone()].iter();
            if edges.any(|edge| edge.line.intersects(&asked)) {
                return true;
            }
        }
        false
    }

    /// Every two edges whose boxes touch, the earlier one first; those that follow each other in a ring are among them.
    pub(super) fn close_pairs(&self, effort: &mut Effort) -> Result<Vec<[usize; 2]>, TooIntricate> {
        let mut pairs = Vec::new();
        let mut stack: Vec<_> = self.tree.iter().map(|root| (root, root)).collect();
        while let Some((one, other)) = stack.pop() {
            effort.spend(1)?;
            if !one.around.intersects(&other.around) {
                continue;
            }
            match (&one.halves, &other.halves) {
                (Some(halves), _) if std::ptr::eq(one, other) => {
                    let [first, second] = halves.as_ref();
                    stack.extend([(first, first), (second, second), (first, second)]);
                }
                (Some(halves), None) => stack.extend(halves.iter().map(|half| (half, other))),
                (Some(halves), Some(_)) if one.edges.len() > other.edges.len() => {
                    stack.extend(halves.iter().map(|half| (half, other)));
                }
                (_, Some(halves)) => stack.extend(halves.iter().map(|half| (one, half))),
                (None, None) => self.compare(one, other, effort, &mut pairs)?,
            }
        }
        Ok(pairs)
    }

    fn compare(
        &self,
        one: &Node,
        other: &Node,
        effort: &mut Effort,
        pairs: &mut Vec<[usize; 2]>,
    ) -> Result<(), TooIntricate> {
        for first in one.edges.clone() {
            let around = self.all[first].line.bounding_rect();
            let after = other.edges.start.max(first + 1)..other.edges.end;
            effort.spend(after.len())?;
            for second in
                after.filter(|&second| around.intersects(&self.all[second].line.bounding_rect()))
            {
                effort.spend(STEPS_PER_PAIR)?;
                pairs.push([first, second]);
            }
        }
        Ok(())
    }

    /// The edge at a place in the list.
    pub(super) fn at(&self, index: usize) -> &Edge {
        &self.all[index]
    }

    /// Whether the two edges, the earlier one first, follow each other in a ring and so share a position.
    pub(super) fn follow(&self, [first, second]: [usize; 2]) -> bool {
        let ring = &self.rings[self.all[first].ring];
        ring.contains(&second)
            && (second == first + 1 || (first == ring.start && second + 1 == ring.end))
    }

    /// The rings that go round a position; what it says of a ring that the position lies on means nothing.
    ///
    /// They cross the parallel east of it an odd number of times.
    pub(super) fn rings_around(
        &self,
        at: Coord<f64>,
        effort: &mut Effort,
    ) -> Result<BTreeSet<usize>, TooIntricate> {
        let mut odd = BTreeSet::new();
        let mut stack: Vec<_> = self.tree.iter().collect();
        while let Some(node) = stack.pop() {
            effort.spend(1)?;
            let (min, max) = (node.around.min(), node.around.max());
            if max.x < at.x || max.y < at.y || min.y > at.y {
                continue;
            }
            if let Some(halves) = &node.halves {
                stack.extend(halves.iter());
                continue;
            }
            effort.spend(node.edges.len())?;
            for edge in &self.all[node.edges.clone()] {
                if crosses_east_of(at, edge.line) && !odd.remove(&edge.ring) {
                    odd.insert(edge.ring);
                }
            }
        }
        Ok(odd)
    }
}

fn crosses_east_of(at: Coord<f64>, line: Line<f64>) -> bool {
    let is_north = |coord: Coord<f64>| coord.y > at.y;
    let side = match (is_north(line.start), is_north(line.end)) {
        (false, true) => Orientation::CounterClockwise,
        (true, false) => Orientation::Clockwise,
        _ => return false,
    };
    RobustKernel::orient2d(line.start, line.end, at) == side
}

/// A box around edges that follow each other in the list.
#[derive(Debug)]
struct Node {
    edges: Range<usize>,
    around: Rect<f64>,
    halves: Option<Box<[Node; 2]>>,
}

/// How many edges are compared one by one rather than divided further.
const LEAF: usize = 8;

impl Node {
    fn over(all: &[Edge], edges: Range<usize>) -> Option<Node> {
        if edges.len() <= LEAF {
            let boxes = all[edges.clone()]
                .iter()
                .map(|edge| edge.line.bounding_rect());
            return Some(Node {
                around: boxes.reduce(both)?,
                edges,
                halves: None,
            });
        }
        let middle = edges.start + edges.len() / 2;
        let first = Node::over(all, edges.start..middle)?;
        let second = Node::over(all, middle..edges.end)?;
        Some(Node {
            around: both(first.around, second.around),
            edges,
            halves: Some(Box::new([first, second])),
        })
    }
}

fn both(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    let min = Coord {
        x: a.min().x.min(b.min().x),
        y: a.min().y.min(b.min().y),
    };
    let max = Coord {
        x: a.max().x.max(b.max().x),
        y: a.max().y.max(b.max().y),
    };
    Rect::new(min, max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::coordinate_position::{CoordPos, coord_pos_relative_to_ring};
    use proptest::prelude::*;

    fn rings() -> impl Strategy<Value = Vec<LineString<f64>>> {
        let position = (0..40, 0..40).prop_map(|(x, y)| Coord {
            x: f64::from(x),
            y: f64::from(y),
        });
        let ring = proptest::collection::vec(position, 3..40).prop_map(|coords| {
            let mut ring = LineString(coords);
            ring.close();
            ring
        });
        proptest::collection::vec(ring, 0..5)
    }

    proptest! {
        #[test]
        fn the_close_pairs_are_those_of_comparing_all(rings in rings()) {
            let edges = Edges::of(rings.iter());
            let mut pairs = edges.close_pairs(&mut Effort::of(1_000_000)).unwrap();
            pairs.sort_unstable();
            let touch = |a: usize, b: usize| {
                edges.at(a).line.bounding_rect().intersects(&edges.at(b).line.bounding_rect())
            };
            let count = edges.all.len();
            let all: Vec<_> = (0..count).flat_map(|a| (a + 1..count).map(move |b| [a, b])).collect();
            prop_assert_eq!(pairs, all.into_iter().filter(|&[a, b]| touch(a, b)).collect::<Vec<_>>());
        }

        #[test]
        fn a_ring_around_a_position_has_it_inside(
            rings in proptest::collection::vec(triangle(), 0..9),
            x in 0..40,
            y in 0..40,
        ) {
            let at = Coord { x: f64::from(x), y: f64::from(y) };
            let around = Edges::of(rings.iter()).rings_around(at, &mut Effort::of(10_000)).unwrap();
            for (ring, line) in rings.iter().enumerate() {
                match coord_pos_relative_to_ring(at, line) {
                    CoordPos::OnBoundary => {}
                    position => prop_assert_eq!(around.contains(&ring), position == CoordPos::Inside),
                }
            }
        }
    }

    fn triangle() -> impl Strategy<Value = LineString<f64>> {
        proptest::collection::vec((0..40, 0..40), 3).prop_map(|corners| {
            let mut ring: LineString<f64> = corners
                .into_iter()
                .map(|(x, y)| Coord {
                    x: f64::from(x),
                    y: f64::from(y),
                })
                .collect();
            ring.close();
            ring
        })
    }

    #[test]
    fn the_first_and_the_last_edge_of_a_ring_follow_each_other() {
        let square = LineString::from(vec![
            (0.0, 0.0),
            (1.0, 0.0),
            (1.0, 1.0),
            (0.0, 1.0),
            (0.0, 0.0),
        ]);
        let edges = Edges::of([&square, &square].into_iter());
        let table = [
            ([0, 1], true),
            ([0, 3], true),
            ([0, 2], false),
            ([3, 4], false),
            ([4, 7], true),
            ([0, 7], false),
        ];
        for (pair, follow) in table {
            assert_eq!(edges.follow(pair), follow, "{pair:?}");
        }
    }

    #[test]
    fn a_search_without_effort_left_is_given_up() {
        let square = LineString::from(vec![
            (0.0, 0.0),
            (1.0, 0.0),
            (1.0, 1.0),
            (0.0, 1.0),
            (0.0, 0.0),
        ]);
        let edges = Edges::of(std::iter::once(&square));
        assert!(edges.close_pairs(&mut Effort::of(20)).is_err());
        assert!(
            edges
                .rings_around(Coord { x: 0.5, y: 0.5 }, &mut Effort::of(2))
                .is_err()
        );
    }
}
