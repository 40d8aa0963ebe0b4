//! How long it takes at most to relate geometries, estimated before it is done: so that a filter which would hold a thread is
//! put off to where it harms nobody, given up in time, or refused.
//!
//! The figures are of an optimized build, and about twice what was measured: `benches/work.rs` lays the estimates beside the
//! work. What two geometries cost depends on how many of their edges are near each other, which is counted where their numbers
//! alone would be too much: that takes a small part of the work itself.

use std::cell::Cell;
use std::time::Duration;

use geo::{Intersects, Line};

use crate::domain::{Geometry, Looks, edges, metres_per_degree};

/// A position that is put in order and looked at.
const POSITION: u64 = 2_000;
/// Two edges of which one is looked at for the other: geo looks at each edge for each of several points.
const PAIR: u64 = 1;
/// Two edges of two geometries whose boxes meet: they are cut where they cross.
const MEETING: u64 = 60;
/// A circle around a position of what a buffer is made of, laid over the others.
const CIRCLE: u64 = 50_000;
/// Two edges whose circles may meet.
const NEAR: u64 = 300;
/// Two edges that cross each other: the area between them and two others may be a hole.
const CROSSING: u64 = 20_000;
/// A hole, for each other in which it may lie.
const HOLES: u64 = 1;
/// Two edges that may meet, where a distance is looked for.
const SEEN: u64 = 6;
/// An edge that is looked at from a position.
const EDGE: u64 = 15;
/// A piece of one that is looked at closely.
const CLOSER: u64 = 2_000;
/// So many boxes are compared at most, some 40 ms: edges of which so many are beside each other are too much work.
const COMPARED: u64 = 20_000_000;

/// How long some work may take. What is asked of it before is taken from it.
#[derive(Debug)]
pub(super) struct Allowance {
    left: Cell<Duration>,
    refused: Cell<Option<Duration>>,
}

impl Allowance {
    pub(super) fn of(left: Duration) -> Allowance {
        Allowance {
            left: Cell::new(left),
            refused: Cell::default(),
        }
    }

    /// Whether there is so much left, which is taken.
    pub(super) fn grants(&self, work: Duration) -> bool {
        let left = self.left.get().checked_sub(work);
        match left {
            Some(left) => self.left.set(left),
            None => self.refused.set(Some(work)),
        }
        left.is_some()
    }

    /// What was refused since this was last asked.
    pub(super) fn refused(&self) -> Option<Duration> {
        self.refused.take()
    }
}

/// How the matrix of two geometries is made.
pub(super) fn of_relation(one: &Geometry, other: &Geometry) -> Duration {
    let (one, other) = (edges(one), edges(other));
    let (count, pairs) = (one.len() + other.len(), one.len() * other.len());
    let fixed = POSITION * whole(count) + PAIR * whole(pairs);
    if pairs < 10_000 {
        return Duration::from_nanos(fixed + MEETING * whole(pairs));
    }
    let mut meeting = 0;
    let are_all = each_meeting([&one, &other], 0.0, 0.0, |_, _| {
        meeting += MEETING;
        meeting < TOO_MUCH
    });
    Duration::from_nanos(fixed + if are_all { meeting } else { TOO_MUCH })
}

/// A part of the search of a distance.
pub(super) fn of_looks(looks: Looks) -> Duration {
    let each = [
        (looks.pairs, SEEN),
        (looks.edges, EDGE),
        (looks.closer, CLOSER),
    ];
    let nanos = each.map(|(count, nanos)| u64::from(count) * nanos);
    Duration::from_nanos(nanos.iter().sum())
}

/// How all that is near a geometry is drawn.
pub(super) fn of_buffer(one: &Geometry, metres: f64) -> Duration {
    let lines = edges(one);
    let middle = lines.first().map_or(0.0, |line| line.start.y);
    let Some((east, north)) = metres_per_degree(middle) else {
        return Duration::MAX;
    };
    let (mut near, mut crossing) = (0, 0_u64);
    let are_all = each_meeting(
        [&lines, &[]],
        metres / east,
        metres / north,
        |one, other| {
            near += NEAR;
            let ends = |line: &Line<f64>| [line.start, line.end];
            let is_next = ends(one).iter().any(|end| ends(other).contains(end));
            if !is_next && one.intersects(other) {
                crossing += 1;
            }
            near + crossing * CROSSING < TOO_MUCH
        },
    );
    let crossing = crossing * CROSSING + crossing.saturating_mul(crossing) * HOLES;
    let drawn = CIRCLE * whole(lines.len());
    Duration::from_nanos(drawn + if are_all { near + crossing } else { TOO_MUCH })
}

/// So long, in nanoseconds, that nobody waits for it: counting ends here.
const TOO_MUCH: u64 = 60_000_000_000;

fn whole(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// The box of an edge, and in which list it is.
struct Boxed<'a> {
    line: &'a Line<f64>,
    list: usize,
    x: [f64; 2],
    y: [f64; 2],
}

/// Calls `meet` with each edge of the one list and of the other whose boxes meet, grown by so many degrees on each side;
/// where the other is empty, with each two of the one. Whether those are all: it ends when `meet` says so, or at [`COMPARED`].
fn each_meeting(
    lists: [&[Line<f64>]; 2],
    east: f64,
    north: f64,
    mut meet: impl FnMut(&Line<f64>, &Line<f64>) -> bool,
) -> bool {
    let boxed = |list: usize| {
        lists[list].iter().map(move |line| {
            let sides = |a: f64, b: f64, grown: f64| [a.min(b) - grown, a.max(b) + grown];
            Boxed {
                line,
                list,
                x: sides(line.start.x, line.end.x, east),
                y: sides(line.start.y, line.end.y, north),
            }
        })
    };
    let mut all: Vec<Boxed<'_>> = boxed(0).chain(boxed(1)).collect();
    all.sort_unstable_by(|one, other| one.x[0].total_cmp(&other.x[0]));
    // Those that may reach to the next.
    let mut open: [Vec<&Boxed<'_>>; 2] = [vec![], vec![]];
    let mut looked = 0;
    for one in &all {
        let against = if lists[1].is_empty() { 0 } else { 1 - one.list };
        open[against].retain(|other| other.x[1] >= one.x[0]);
        looked += whole(open[against].len()) + 1;
        for other in &open[against] {
            let is_met = other.y[0] <= one.y[1] && one.y[0] <= other.y[1];
            if is_met && !meet(one.line, other.line) {
                return false;
            }
        }
        if looked > COMPARED {
            return false;
        }
        open[one.list].push(one);
    }
    true
}

#[cfg(test)]
mod tests {
    use geo::{LineString, Point, Polygon, coord};
    use proptest::prelude::*;

    use super::*;

    fn zigzag(positions: i32, turned: bool) -> Geometry {
        let line = (0..positions).map(|place| {
            let (along, across) = (
                f64::from(place) / f64::from(positions),
                f64::from(place % 2),
            );
            let (x, y) = if turned {
                (across, along)
            } else {
                (along, across)
            };
            coord! { x: 46.0 + x, y: 39.0 + y }
        });
        line.collect::<LineString>().into()
    }

    /// Like the outline of a region: so many positions around a middle, no edge across another.
    fn outline(positions: i32, x: f64) -> Geometry {
        let ring = (0..positions).map(|place| {
            let angle = f64::from(place) / f64::from(positions) * std::f64::consts::TAU;
            let far = 0.3 + 0.01 * f64::from(place % 3);
            coord! { x: x + far * angle.cos(), y: 39.5 + far * angle.sin() }
        });
        Polygon::new(ring.collect(), vec![]).into()
    }

    fn star(positions: i32) -> Geometry {
        let line = (0..positions).map(|place| {
            let angle = f64::from(place) * std::f64::consts::PI * f64::from(positions - 1)
                / f64::from(positions);
            coord! { x: 46.0 + angle.cos(), y: 39.0 + angle.sin() }
        });
        line.collect::<LineString>().into()
    }

    #[test]
    fn what_researchers_ask_is_little_work_and_what_would_hold_a_thread_is_much() {
        let second = Duration::from_secs(1);
        let little = [
            of_relation(&outline(20_000, 46.0), &outline(20_000, 46.4)),
            of_buffer(&outline(1_000, 46.0), 2_000.0),
            of_buffer(&zigzag(300, false), 1.0),
        ];
        for work in little {
            assert!(work < second, "{little:?}");
        }
        let much = [
            of_relation(&zigzag(8_000, false), &zigzag(8_000, true)),
            of_buffer(&star(300), 1.0),
            of_buffer(&Point::new(46.0, 90.0).into(), 1.0),
        ];
        for work in much {
            assert!(work > second, "{much:?}");
        }
    }

    #[test]
    fn an_allowance_is_spent_and_tells_what_was_too_much() {
        let seconds = Duration::from_secs;
        let allowance = Allowance::of(seconds(5));
        assert!(allowance.grants(seconds(3)));
        assert_eq!(allowance.refused(), None);
        assert!(!allowance.grants(seconds(3)) && allowance.grants(seconds(2)));
        assert_eq!(allowance.refused(), Some(seconds(3)));
        assert_eq!(allowance.refused(), None);
    }

    fn lines() -> impl Strategy<Value = Vec<Line<f64>>> {
        let at = || 0..40_i8;
        let line = (at(), at(), at(), at()).prop_map(|(a, b, c, d)| {
            let [a, b, c, d] = [a, b, c, d].map(f64::from);
            Line::new(
                coord! { x: a, y: b },
                coord! { x: a + c / 8.0, y: b + d / 8.0 },
            )
        });
        prop::collection::vec(line, 1..20)
    }

    proptest! {
        #[test]
        fn the_edges_whose_boxes_meet_are_those_that_comparing_all_of_them_finds(
            (one, other) in (lines(), lines()),
            alone: bool,
            grown in 0..3_u8,
        ) {
            let grown = f64::from(grown);
            let is_met = |a: &Line<f64>, b: &Line<f64>| {
                let near = |a: [f64; 2], b: [f64; 2]| {
                    a[0].min(a[1]) - grown <= b[0].max(b[1]) + grown && b[0].min(b[1]) - grown <= a[0].max(a[1]) + grown
                };
                near([a.start.x, a.end.x], [b.start.x, b.end.x]) && near([a.start.y, a.end.y], [b.start.y, b.end.y])
            };
            let expected: usize = if alone {
                let rest = |place: usize| one[place + 1..].iter();
                one.iter().enumerate().map(|(place, a)| rest(place).filter(|b| is_met(a, b)).count()).sum()
            } else {
                one.iter().map(|a| other.iter().filter(|b| is_met(a, b)).count()).sum()
            };
            let lists = if alone { [&one[..], &[]] } else { [&one[..], &other] };
            let mut found = 0;
            each_meeting(lists, grown, grown, |_, _| {
                found += 1;
                true
            });
            prop_assert_eq!(found, expected);
        }
    }
}
