//! Leaving out the corners of a line that nobody sees at its zoom. Coordinates are units of a tile.

use geo::{Coord, LineString};

/// How far what is drawn may lie from what is left out, in units: a sixteenth of a pixel of 256.
const TOLERANCE: f64 = 1.0;

/// Corners that follow each other closer than this are one, before anything else: it makes the rest fast where very many
/// corners are in one place, and is a small part of the tolerance.
const SAME: f64 = 0.25;

/// The line with as few of its corners as keep it within the tolerance (Douglas and Peucker). It keeps its ends, so a ring
/// stays one; what becomes of a ring that is too small is seen where it is rounded.
pub(super) fn simplified(line: &LineString<f64>) -> LineString<f64> {
    let points = distinct(&line.0);
    if points.len() < 3 {
        return LineString(points);
    }
    let mut is_kept = vec![false; points.len()];
    let last = points.len() - 1;
    (is_kept[0], is_kept[last]) = (true, true);
    // Not by recursion: a line may have as many corners as somebody draws.
    let mut spans = vec![(0, last)];
    while let Some((from, to)) = spans.pop() {
        let Some((at, distance)) = farthest(&points, from, to) else {
            continue;
        };
        if distance > TOLERANCE {
            is_kept[at] = true;
            spans.extend([(from, at), (at, to)]);
        }
    }
    let kept = points.into_iter().zip(is_kept).filter(|(_, kept)| *kept);
    LineString(kept.map(|(at, _)| at).collect())
}

/// Without the corners that stand where the one before them does; the ends stay as they are.
fn distinct(points: &[Coord<f64>]) -> Vec<Coord<f64>> {
    let Some((last, rest)) = points.split_last() else {
        return Vec::new();
    };
    let mut kept: Vec<Coord<f64>> = Vec::with_capacity(points.len());
    for at in rest {
        let is_same =
            |before: &Coord<f64>| (before.x - at.x).abs() < SAME && (before.y - at.y).abs() < SAME;
        if !kept.last().is_some_and(is_same) {
            kept.push(*at);
        }
    }
    kept.push(*last);
    kept
}

/// The corner between two that is farthest from the edge between them, and how far.
fn farthest(points: &[Coord<f64>], from: usize, to: usize) -> Option<(usize, f64)> {
    let between = (from + 1)..to;
    let distances = between.map(|at| (at, distance(points[at], points[from], points[to])));
    distances.max_by(|(_, a), (_, b)| a.total_cmp(b))
}

/// How far a point is from an edge.
fn distance(at: Coord<f64>, from: Coord<f64>, to: Coord<f64>) -> f64 {
    let (along, there) = (to - from, at - from);
    let length = along.x * along.x + along.y * along.y;
    let share = if length > 0.0 {
        ((there.x * along.x + there.y * along.y) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let off = there - along * share;
    off.x.hypot(off.y)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn corners_that_are_not_seen_are_left_out() {
        for (given, expected) in [
            (
                vec![(0., 0.), (5., 0.9), (10., 0.)],
                vec![(0., 0.), (10., 0.)],
            ),
            (
                vec![(0., 0.), (5., 1.1), (10., 0.)],
                vec![(0., 0.), (5., 1.1), (10., 0.)],
            ),
            (vec![(0., 0.), (0.1, 0.1)], vec![(0., 0.), (0.1, 0.1)]),
            (
                vec![(0., 0.), (9., 0.), (9., 9.), (0., 0.)],
                vec![(0., 0.), (9., 0.), (9., 9.), (0., 0.)],
            ),
            (
                vec![(0., 0.), (0.5, 0.), (0.5, 0.5), (0., 0.)],
                vec![(0., 0.), (0., 0.)],
            ),
        ] {
            let given = LineString::from(given);
            assert_eq!(simplified(&given), LineString::from(expected), "{given:?}");
        }
    }

    proptest! {
        #[test]
        fn every_corner_is_within_the_tolerance_of_what_is_drawn(
            corners in proptest::collection::vec((0.0..40.0, 0.0..40.0), 2..60),
        ) {
            let line = LineString::from(corners);
            let drawn = simplified(&line);
            prop_assert_eq!((drawn.0[0], drawn.0.last()), (line.0[0], line.0.last()));
            for at in &line.0 {
                let nearest = drawn.lines().map(|edge| distance(*at, edge.start, edge.end));
                let nearest = nearest.fold(f64::INFINITY, f64::min);
                prop_assert!(nearest <= TOLERANCE + SAME * 2.0_f64.sqrt(), "{} {:?}", nearest, at);
            }
        }
    }
}
