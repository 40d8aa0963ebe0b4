//! Cutting off what of a geometry lies outside a box. Coordinates are units of a tile.

use geo::{Coord, LineString, Polygon, Rect};

/// Whether a point is in the box; its sides are.
pub(super) fn holds(bounds: &Rect<f64>, at: Coord<f64>) -> bool {
    (bounds.min().x..=bounds.max().x).contains(&at.x)
        && (bounds.min().y..=bounds.max().y).contains(&at.y)
}

/// The parts of a line that are in the box, in order.
pub(super) fn line(bounds: &Rect<f64>, line: &LineString<f64>) -> Vec<LineString<f64>> {
    let mut parts: Vec<LineString<f64>> = Vec::new();
    // Whether the last part ends where the next edge begins.
    let mut goes_on = false;
    for edge in line.lines() {
        let Some((from, to)) = edge_within(bounds, edge.start, edge.end) else {
            goes_on = false;
            continue;
        };
        match parts.last_mut().filter(|_| goes_on) {
            Some(part) => part.0.push(to),
            None => parts.push(LineString(vec![from, to])),
        }
        goes_on = to == edge.end;
    }
    parts
}

/// The part of an edge that is in the box (Liang and Barsky).
fn edge_within(
    bounds: &Rect<f64>,
    from: Coord<f64>,
    to: Coord<f64>,
) -> Option<(Coord<f64>, Coord<f64>)> {
    let (along, (mut enters, mut leaves)) = (to - from, (0.0_f64, 1.0_f64));
    for (step, room) in [
        (-along.x, from.x - bounds.min().x),
        (along.x, bounds.max().x - from.x),
        (-along.y, from.y - bounds.min().y),
        (along.y, bounds.max().y - from.y),
    ] {
        if step < 0.0 {
            enters = enters.max(room / step);
        } else if step > 0.0 {
            leaves = leaves.min(room / step);
        } else if room < 0.0 {
            return None;
        }
    }
    let at = |share: f64| match share {
        0.0 => from,
        1.0 => to,
        _ => from + along * share,
    };
    (enters <= leaves).then(|| (at(enters), at(leaves)))
}

/// The part of an area that is in the box; `None` if there is none. Where the box cuts it in several, they hang together
/// along the sides of the box, which lie in the buffer of a tile and are not seen.
pub(super) fn polygon(bounds: &Rect<f64>, polygon: &Polygon<f64>) -> Option<Polygon<f64>> {
    let outer = ring(bounds, polygon.exterior())?;
    let holes = polygon.interiors().iter();
    Some(Polygon::new(
        outer,
        holes.filter_map(|hole| ring(bounds, hole)).collect(),
    ))
}

/// Side after side (Sutherland and Hodgman).
fn ring(bounds: &Rect<f64>, ring: &LineString<f64>) -> Option<LineString<f64>> {
    let sides = [
        Side::Left(bounds.min().x),
        Side::Right(bounds.max().x),
        Side::Top(bounds.min().y),
        Side::Bottom(bounds.max().y),
    ];
    let mut points: Vec<Coord<f64>> = ring.0.iter().skip(1).copied().collect();
    for side in sides {
        points = side.cut(&points);
    }
    let first = *points.first()?;
    points.push(first);
    Some(LineString(points))
}

/// A side of the box, and where it is. As on a screen, `y` grows downwards.
#[derive(Clone, Copy)]
enum Side {
    Left(f64),
    Right(f64),
    Top(f64),
    Bottom(f64),
}

impl Side {
    /// How far inside it a point is.
    fn depth(self, at: Coord<f64>) -> f64 {
        match self {
            Side::Left(side) => at.x - side,
            Side::Right(side) => side - at.x,
            Side::Top(side) => at.y - side,
            Side::Bottom(side) => side - at.y,
        }
    }

    /// The point where an edge crosses it, exactly on it.
    fn crossing(self, from: Coord<f64>, to: Coord<f64>) -> Coord<f64> {
        let (depth, other) = (self.depth(from), self.depth(to));
        let at = from + (to - from) * (depth / (depth - other));
        match self {
            Side::Left(side) | Side::Right(side) => Coord { x: side, y: at.y },
            Side::Top(side) | Side::Bottom(side) => Coord { x: at.x, y: side },
        }
    }

    /// What of a ring is inside it; the ring goes on from its last point to its first.
    fn cut(self, points: &[Coord<f64>]) -> Vec<Coord<f64>> {
        let mut inside = Vec::with_capacity(points.len());
        let Some(mut before) = points.last().copied() else {
            return inside;
        };
        for &at in points {
            let (was_in, is_in) = (self.depth(before) >= 0.0, self.depth(at) >= 0.0);
            if was_in != is_in {
                inside.push(self.crossing(before, at));
            }
            if is_in {
                inside.push(at);
            }
            before = at;
        }
        inside
    }
}

#[cfg(test)]
mod tests {
    use geo::{Area, Contains, Intersects, Point};
    use proptest::prelude::*;

    use super::*;

    fn bounds() -> Rect<f64> {
        Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 10.0, y: 10.0 })
    }

    #[test]
    fn a_line_is_cut_into_the_parts_that_are_inside() {
        for (given, expected) in [
            (vec![(1., 1.), (2., 2.)], vec![vec![(1., 1.), (2., 2.)]]),
            (
                vec![(-5., 5.), (5., 5.), (15., 5.)],
                vec![vec![(0., 5.), (5., 5.), (10., 5.)]],
            ),
            (
                vec![(-5., 1.), (5., 1.), (5., -1.), (8., -1.), (8., 12.)],
                vec![
                    vec![(0., 1.), (5., 1.), (5., 0.)],
                    vec![(8., 0.), (8., 10.)],
                ],
            ),
            (vec![(-5., 5.), (-5., 20.)], vec![]),
            (vec![(-5., 5.), (5., 15.)], vec![vec![(0., 10.), (0., 10.)]]),
            (vec![(-6., 5.), (5., 16.)], vec![]),
        ] {
            let expected: Vec<LineString<f64>> =
                expected.into_iter().map(LineString::from).collect();
            let given = LineString::from(given);
            assert_eq!(line(&bounds(), &given), expected, "{given:?}");
        }
    }

    #[test]
    fn an_area_keeps_its_holes_as_far_as_they_are_inside() {
        let square = |from: f64, to: f64| {
            LineString::from(vec![
                (from, from),
                (to, from),
                (to, to),
                (from, to),
                (from, from),
            ])
        };
        let around = Polygon::new(
            square(-5., 15.),
            vec![square(2., 4.), square(8., 12.), square(11., 14.)],
        );
        let cut = polygon(&bounds(), &around).unwrap();
        assert_eq!(cut.interiors().len(), 2);
        assert!((cut.unsigned_area() - (100.0 - 4.0 - 4.0)).abs() < 1e-9);
        assert_eq!(
            polygon(&bounds(), &Polygon::new(square(11., 12.), vec![])),
            None
        );
    }

    proptest! {
        #[test]
        fn what_is_left_of_an_area_holds_the_points_of_it_that_are_inside(
            corners in proptest::collection::vec((-20.0..30.0, -20.0..30.0), 3),
            (x, y) in (0.1..9.9, 0.1..9.9),
        ) {
            let area = Polygon::new(LineString::from(corners), vec![]);
            let at = Point::new(x, y);
            let is_left = polygon(&bounds(), &area).is_some_and(|left| left.contains(&at));
            // On its boundary, either is right.
            if !area.exterior().intersects(&at) {
                prop_assert_eq!(is_left, area.contains(&at));
            }
        }

        #[test]
        fn nothing_that_is_left_is_outside(
            corners in proptest::collection::vec((-20.0..30.0, -20.0..30.0), 2..12),
        ) {
            let drawn = LineString::from(corners);
            let near = Rect::new(Coord { x: -1e-9, y: -1e-9 }, Coord { x: 10.0 + 1e-9, y: 10.0 + 1e-9 });
            for part in line(&bounds(), &drawn) {
                prop_assert!(part.0.iter().all(|at| holds(&near, *at)));
            }
            if let Some(left) = polygon(&bounds(), &Polygon::new(drawn, vec![])) {
                prop_assert!(left.exterior().0.iter().all(|at| holds(&near, *at)));
            }
        }
    }
}
