//! Whether rings make one valid area (OGC Simple Features, 06-103r4, 6.1.11 and 6.1.14).
//!
//! The rules are those of [`geo::Validation`], which the tests hold this against: a ring does not meet itself, two rings
//! touch at single points only, holes lie inside their area and not inside each other, areas do not overlap. They are
//! written again because `geo` compares each edge with every other, two minutes for a ring of 100 000 positions where
//! this takes 30 ms, and because it does not say where a ring meets what.

use std::collections::{BTreeMap, BTreeSet};

use geo::coordinate_position::CoordPos;
use geo::dimensions::Dimensions;
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, LineString, Polygon, Relate};

use super::edges::{Edges, Effort, TooIntricate};
use super::position::seven_decimals;
use crate::domain::{Fault, FaultKind};

/// A polygon, and the JSON Pointer of its coordinates.
pub(super) type Placed = (Polygon<f64>, String);

/// Pushes everything that keeps the polygons from being one valid area, whose coordinates are at `pointer`.
///
/// Their rings are closed, of three different positions or more, and no position follows itself. What lies inside of
/// what is only asked when no ring is in the way of another. What it costs is taken off `effort`.
pub(super) fn check(
    polygons: &[Placed],
    pointer: &str,
    effort: &mut Effort,
    faults: &mut Vec<Fault>,
) {
    let placed = polygons.iter().enumerate();
    let rings: Vec<_> = placed
        .flat_map(|(polygon, placed)| Ring::all_of(polygon, placed))
        .collect();
    let found = find_faults(&rings, effort).unwrap_or_else(|TooIntricate| {
        let detail = "has too many edges close to each other to be checked: simplify it, or send it in parts";
        vec![Fault::other(pointer.to_owned(), detail.to_owned())]
    });
    faults.extend(found);
}

/// A ring, and where it stands.
struct Ring<'a> {
    /// The number of its polygon.
    polygon: usize,
    /// Whether it is the outer one; the others are holes.
    is_outer: bool,
    line: &'a LineString<f64>,
    pointer: String,
}

impl Ring<'_> {
    fn all_of(polygon: usize, (geometry, pointer): &Placed) -> impl Iterator<Item = Ring<'_>> {
        std::iter::once(geometry.exterior())
            .chain(geometry.interiors())
            .enumerate()
            .map(move |(index, line)| Ring {
                polygon,
                is_outer: index == 0,
                line,
                pointer: format!("{pointer}/{index}"),
            })
    }

    fn fault(&self, detail: String) -> Fault {
        Fault {
            place: self.pointer.clone(),
            kind: FaultKind::Other,
            detail,
        }
    }

    /// Notes how the other ring, an earlier one, is in the way of this one.
    fn fault_with(&self, what: &str, other: &Ring<'_>, at: Coord<f64>) -> Fault {
        let (other, near) = (&other.pointer, near(at));
        self.fault(format!(
            "{what} the ring at {other} {near}: two rings may touch at single points only"
        ))
    }
}

fn near(at: Coord<f64>) -> String {
    format!("near [{},{}]", seven_decimals(at.x), seven_decimals(at.y))
}

fn find_faults(rings: &[Ring<'_>], effort: &mut Effort) -> Result<Vec<Fault>, TooIntricate> {
    let edges = Edges::of(rings.iter().map(|ring| ring.line));
    let meetings = Meetings::find(&edges, effort)?;
    let mut faults = meetings.faults(rings);
    if !faults.is_empty() {
        return Ok(faults);
    }
    let nesting = Nesting::of_touching(rings, &meetings, effort, &mut faults)?;
    if faults.is_empty() {
        nesting.check(rings, &edges, effort, &mut faults)?;
    }
    Ok(faults)
}

/// Where edges meet that should not, or may only just.
#[derive(Default)]
struct Meetings {
    /// Of a ring with itself, one place for each.
    own: BTreeMap<usize, Coord<f64>>,
    /// Of two rings, the earlier one first: the worst that was found, and where.
    between: BTreeMap<[usize; 2], (Meeting, Coord<f64>)>,
}

/// How two rings meet, the worse the later.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Meeting {
    Touch,
    Share,
    Cross,
}

/// What two rings that meet cost: they are kept in a map.
const STEPS_PER_MEETING: usize = 50;

impl Meetings {
    fn find(edges: &Edges, effort: &mut Effort) -> Result<Meetings, TooIntricate> {
        let mut meetings = Meetings::default();
        for [first, second] in edges.close_pairs(effort)? {
            let (one, other) = (edges.at(first), edges.at(second));
            let (meeting, at) = match line_intersection(one.line, other.line) {
                None => continue,
                Some(LineIntersection::Collinear { intersection }) => {
                    (Meeting::Share, intersection.start)
                }
                Some(LineIntersection::SinglePoint {
                    intersection,
                    is_proper,
                }) => (
                    if is_proper {
                        Meeting::Cross
                    } else {
                        Meeting::Touch
                    },
                    intersection,
                ),
            };
            if one.ring != other.ring {
                effort.spend(STEPS_PER_MEETING)?;
                let kept = meetings
                    .between
                    .entry([one.ring, other.ring])
                    .or_insert((meeting, at));
                if meeting > kept.0 {
                    *kept = (meeting, at);
                }
            } else if meeting != Meeting::Touch || !edges.follow([first, second]) {
                meetings.own.entry(one.ring).or_insert(at);
            }
        }
        Ok(meetings)
    }

    fn faults(&self, rings: &[Ring<'_>]) -> Vec<Fault> {
        let own = self.own.iter().map(|(&ring, &at)| {
            let detail = format!(
                "crosses or touches itself {}: a ring must not meet itself",
                near(at)
            );
            rings[ring].fault(detail)
        });
        let between = self
            .between
            .iter()
            .filter_map(|(&[first, second], &(meeting, at))| {
                let what = match meeting {
                    Meeting::Touch => return None,
                    Meeting::Share => "runs along",
                    Meeting::Cross => "crosses",
                };
                Some(rings[second].fault_with(what, &rings[first], at))
            });
        own.chain(between).collect()
    }
}

/// Of each ring that touches others: those, and whether they go round it.
#[derive(Default)]
struct Nesting(BTreeMap<usize, Vec<(usize, bool)>>);

/// What `geo` needs for a position of two rings that touch, in steps.
const STEPS_PER_RELATED_POSITION: usize = 100;

impl Nesting {
    /// Finds out which of two touching rings is inside the other, or pushes that they cross at the point where they touch.
    fn of_touching(
        rings: &[Ring<'_>],
        meetings: &Meetings,
        effort: &mut Effort,
        faults: &mut Vec<Fault>,
    ) -> Result<Nesting, TooIntricate> {
        let mut nesting = Nesting::default();
        for (&[first, second], &(_, at)) in &meetings.between {
            let (one, other) = (&rings[first], &rings[second]);
            effort.spend(STEPS_PER_RELATED_POSITION * (one.line.0.len() + other.line.0.len()))?;
            let [one_area, other_area] =
                [one, other].map(|ring| Polygon::new(ring.line.clone(), vec![]));
            let matrix = one_area.relate(&other_area);
            let (inside_other, around_other) = (matrix.is_within(), matrix.is_contains());
            let overlap =
                matrix.get(CoordPos::Inside, CoordPos::Inside) == Dimensions::TwoDimensional;
            if overlap && !inside_other && !around_other {
                faults.push(other.fault_with("crosses", one, at));
            }
            nesting
                .0
                .entry(first)
                .or_default()
                .push((second, inside_other));
            nesting
                .0
                .entry(second)
                .or_default()
                .push((first, around_other));
        }
        Ok(nesting)
    }

    /// The rings around a ring that no other one crosses.
    fn around(
        &self,
        index: usize,
        ring: &Ring<'_>,
        edges: &Edges,
        effort: &mut Effort,
    ) -> Result<BTreeSet<usize>, TooIntricate> {
        // Its first position may lie on a ring that it touches: of that it says nothing.
        let mut around = edges.rings_around(ring.line.0[0], effort)?;
        around.remove(&index);
        for (other, is_around) in self.0.get(&index).into_iter().flatten() {
            if *is_around {
                around.insert(*other)
            } else {
                around.remove(other)
            };
        }
        Ok(around)
    }

    /// Pushes which holes and areas are not where they may be.
    fn check(
        &self,
        rings: &[Ring<'_>],
        edges: &Edges,
        effort: &mut Effort,
        faults: &mut Vec<Fault>,
    ) -> Result<(), TooIntricate> {
        for (index, ring) in rings.iter().enumerate() {
            let around = self.around(index, ring, edges, effort)?;
            let around = around.into_iter().map(|other| &rings[other]);
            let (outers, holes) = around.partition(|other| other.is_outer);
            let wrong = if ring.is_outer {
                overlaps(outers, holes)
            } else {
                misplacements(ring, outers, holes)
            };
            faults.extend(wrong.into_iter().map(|detail| ring.fault(detail)));
        }
        Ok(())
    }
}

/// What is wrong with an outer ring inside of these: it must lie in a hole of each area around it.
fn overlaps(outers: Vec<&Ring<'_>>, holes: Vec<&Ring<'_>>) -> Vec<String> {
    let in_hole_of: BTreeSet<_> = holes.into_iter().map(|hole| hole.polygon).collect();
    let overlapped = outers
        .into_iter()
        .filter(|outer| !in_hole_of.contains(&outer.polygon));
    overlapped
        .map(|outer| {
            format!(
                "lies inside the area of the ring at {}: areas must not overlap",
                outer.pointer
            )
        })
        .collect()
}

/// What is wrong with a hole inside of these: it must lie in its own area, and in no other hole of it.
fn misplacements(hole: &Ring<'_>, outers: Vec<&Ring<'_>>, holes: Vec<&Ring<'_>>) -> Vec<String> {
    let is_own = |other: &&Ring<'_>| other.polygon == hole.polygon;
    let outside = if outers.iter().any(is_own) {
        None
    } else {
        Some("is a hole outside of its area: the first ring must go round it".to_owned())
    };
    let in_hole = holes.into_iter().filter(is_own).map(|other| {
        format!(
            "lies inside the hole at {}: a hole must not hold another",
            other.pointer
        )
    });
    outside.into_iter().chain(in_hole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, MultiPolygon, Validation};
    use proptest::prelude::*;

    fn ring(positions: &[(i32, i32)]) -> LineString<f64> {
        let mut ring: LineString<f64> = positions
            .iter()
            .map(|&(x, y)| Coord {
                x: f64::from(x),
                y: f64::from(y),
            })
            .collect();
        ring.close();
        ring
    }

    /// Polygons, each a list of rings with the outer one first, each without its last position.
    type Shape = &'static [&'static [&'static [(i32, i32)]]];

    fn placed(shape: Shape) -> Vec<Placed> {
        let polygon = |rings: &[&[(i32, i32)]]| {
            let mut rings: Vec<_> = rings.iter().map(|positions| ring(positions)).collect();
            let outer = rings.remove(0);
            Polygon::new(outer, rings)
        };
        shape
            .iter()
            .enumerate()
            .map(|(index, rings)| (polygon(rings), format!("/{index}")))
            .collect()
    }

    fn faults(polygons: &[Placed]) -> Vec<Fault> {
        let mut faults = vec![];
        check(polygons, "", &mut Effort::of(20_000_000), &mut faults);
        faults
    }

    const SQUARE: &[(i32, i32)] = &[(0, 0), (8, 0), (8, 8), (0, 8)];
    const BOW_TIE: &[(i32, i32)] = &[(2, 2), (6, 6), (6, 2), (2, 6)];

    #[test]
    fn an_area_may_have_holes_and_islands_and_touch_itself_at_single_points() {
        let valid: [Shape; 6] = [
            &[&[SQUARE]],
            // Holes that touch each other, and the outer ring: with a corner on an edge, with all corners.
            &[&[SQUARE, &[(2, 2), (4, 2), (4, 4)], &[(4, 4), (6, 4), (6, 6)]]],
            &[&[SQUARE, &[(0, 4), (2, 2), (2, 6)]]],
            &[&[SQUARE, &[(4, 0), (8, 4), (4, 8), (0, 4)]]],
            // An island in a hole; areas that touch at a corner.
            &[
                &[SQUARE, &[(2, 2), (6, 2), (6, 6), (2, 6)]],
                &[&[(3, 3), (5, 3), (5, 5)]],
            ],
            &[&[SQUARE], &[&[(8, 8), (9, 8), (9, 9)]]],
        ];
        for shape in valid {
            assert_eq!(faults(&placed(shape)), [], "{shape:?}");
        }
    }

    #[test]
    fn a_ring_that_meets_itself_is_told_with_its_place_and_where() {
        let table: [(Shape, &str, &str); 5] = [
            (&[&[BOW_TIE]], "/0/0", "[4,4]"),
            (&[&[SQUARE, BOW_TIE]], "/0/1", "[4,4]"),
            // A spike, a ring without any width, a corner that comes twice.
            (&[&[&[(0, 0), (4, 0), (4, 4), (4, 2)]]], "/0/0", "[4,4]"),
            (&[&[&[(0, 0), (1, 1), (2, 2)]]], "/0/0", "[0,0]"),
            (
                &[&[&[(0, 0), (2, 0), (2, 2), (4, 2), (4, 4), (2, 2), (0, 2)]]],
                "/0/0",
                "[2,2]",
            ),
        ];
        for (shape, place, at) in table {
            let detail =
                format!("crosses or touches itself near {at}: a ring must not meet itself");
            assert_eq!(
                faults(&placed(shape)),
                [Fault {
                    place: place.to_owned(),
                    kind: FaultKind::Other,
                    detail
                }],
                "{shape:?}"
            );
        }
    }

    #[test]
    fn a_ring_in_the_way_of_another_is_told_with_both_places_and_where() {
        let table: [(Shape, &str, &str, &str); 5] = [
            (
                &[&[SQUARE, &[(6, 2), (10, 2), (6, 6)]]],
                "/0/1",
                "crosses",
                "[8,2]",
            ),
            // Through a corner, where no edge crosses another.
            (
                &[&[SQUARE, &[(7, 7), (8, 8), (9, 9), (7, 8)]]],
                "/0/1",
                "crosses",
                "[8,8]",
            ),
            (
                &[&[SQUARE, &[(4, 4), (8, 2), (9, 4), (8, 6)]]],
                "/0/1",
                "crosses",
                "[8,2]",
            ),
            (
                &[&[SQUARE, &[(0, 2), (2, 3), (0, 4)]]],
                "/0/1",
                "runs along",
                "[0,4]",
            ),
            (
                &[&[SQUARE], &[&[(8, 0), (9, 0), (9, 8), (8, 8)]]],
                "/1/0",
                "runs along",
                "[8,8]",
            ),
        ];
        for (shape, place, what, at) in table {
            let detail = format!(
                "{what} the ring at /0/0 near {at}: two rings may touch at single points only"
            );
            assert_eq!(
                faults(&placed(shape)),
                [Fault {
                    place: place.to_owned(),
                    kind: FaultKind::Other,
                    detail
                }],
                "{shape:?}"
            );
        }
    }

    #[test]
    fn a_ring_that_lies_where_it_may_not_is_told_with_its_place() {
        let outside = "is a hole outside of its area: the first ring must go round it";
        let in_hole = "lies inside the hole at /0/1: a hole must not hold another";
        let overlap = "lies inside the area of the ring at /0/0: areas must not overlap";
        let table: [(Shape, &str, &str); 5] = [
            (&[&[SQUARE, &[(9, 1), (10, 1), (10, 2)]]], "/0/1", outside),
            (&[&[SQUARE, &[(8, 1), (10, 1), (10, 2)]]], "/0/1", outside),
            (
                &[&[
                    SQUARE,
                    &[(1, 1), (7, 1), (7, 7), (1, 7)],
                    &[(2, 2), (3, 2), (3, 3)],
                ]],
                "/0/2",
                in_hole,
            ),
            (&[&[SQUARE], &[&[(1, 1), (2, 1), (2, 2)]]], "/1/0", overlap),
            (&[&[SQUARE], &[&[(0, 1), (2, 1), (2, 2)]]], "/1/0", overlap),
        ];
        for (shape, place, detail) in table {
            let expected = Fault {
                place: place.to_owned(),
                kind: FaultKind::Other,
                detail: detail.to_owned(),
            };
            assert_eq!(faults(&placed(shape)), [expected], "{shape:?}");
        }
    }

    #[test]
    fn every_ring_that_is_in_the_way_is_told_at_once() {
        let wrong: Shape = &[
            &[SQUARE, BOW_TIE, &[(7, 7), (9, 7), (9, 9)]],
            &[&[(20, 20), (21, 21), (22, 22)]],
        ];
        let places: Vec<_> = faults(&placed(wrong))
            .into_iter()
            .map(|fault| fault.place)
            .collect();
        assert_eq!(places, ["/0/1", "/1/0", "/0/2"]);
    }

    fn outline(positions: impl Iterator<Item = (f64, f64)>) -> Vec<Placed> {
        let mut ring: LineString<f64> = positions.map(|(x, y)| Coord { x, y }).collect();
        ring.close();
        vec![(
            Polygon::new(ring, vec![]),
            "/geometry/coordinates".to_owned(),
        )]
    }

    #[test]
    fn an_outline_of_a_hundred_thousand_positions_is_checked_and_one_made_to_be_hard_is_given_up() {
        let real = (0..100_000).map(|index| {
            let angle = f64::from(index) * std::f64::consts::TAU / 100_000.0;
            let radius = 1.0 + 0.1 * (angle * 700.0).sin() + 0.01 * (angle * 9000.0).sin();
            (46.7 + radius * angle.cos(), 39.7 + radius * angle.sin())
        });
        assert_eq!(faults(&outline(real)), []);
        // A comb of slanting teeth: the box of each overlaps those of most others.
        let comb = (0..10_000).map(|index| {
            let along = f64::from(index) * 1e-5;
            if index % 2 == 0 {
                (46.0 + along, 39.0)
            } else {
                (47.0 + along, 40.0)
            }
        });
        let faults = faults(&outline(comb.chain([(47.2, 38.0), (46.0, 38.0)])));
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].place, "");
        assert!(
            faults[0]
                .detail
                .starts_with("has too many edges close to each other")
        );
    }

    /// A ring of the given number of positions on a small grid, so that rings often touch.
    fn a_ring() -> impl Strategy<Value = LineString<f64>> {
        let box_of = |(x, y, width, height): (i32, i32, i32, i32)| {
            ring(&[
                (x, y),
                (x + width, y),
                (x + width, y + height),
                (x, y + height),
            ])
        };
        let free = |positions: Vec<(i32, i32)>| {
            let mut ring = ring(&positions);
            ring.0.dedup();
            ring
        };
        prop_oneof![
            2 => (0..7, 0..7, 1..7, 1..7).prop_map(box_of),
            3 => proptest::collection::vec((0..10, 0..10), 3..6)
                .prop_map(free)
                .prop_filter("three different positions", |ring| ring.0.len() >= 4),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn what_is_valid_to_geo_is_valid_and_nothing_else(
            polygons in proptest::collection::vec(proptest::collection::vec(a_ring(), 1..4), 1..3)
        ) {
            let polygons: Vec<_> = polygons.into_iter().enumerate().map(|(index, mut rings)| {
                let outer = rings.remove(0);
                (Polygon::new(outer, rings), format!("/{index}"))
            }).collect();
            // `geo` takes a triangle without any width for valid, and panics when it relates what is not valid.
            let flat = |ring: &LineString<f64>| Polygon::new(ring.clone(), vec![]).unsigned_area() == 0.0;
            let each: MultiPolygon<f64> = polygons.iter().map(|(polygon, _)| polygon.clone()).collect();
            let any_flat = each.iter().any(|area| flat(area.exterior()) || area.interiors().iter().any(flat));
            let valid = !any_flat && each.iter().all(Validation::is_valid) && each.is_valid();
            let found = faults(&polygons);
            prop_assert_eq!(found.is_empty(), valid, "{:?} {:?}", found, each);
        }
    }
}
