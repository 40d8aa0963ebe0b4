//! What is drawn on a small map, measured and written.

use crate::tiles::Drawn;

type Point = [i32; 2];

/// How far from a point the nearest corner of something is, squared.
pub(super) fn away(drawn: &Drawn, from: Point) -> i32 {
    let squared = |at: &Point| {
        let [x, y] = [at[0] - from[0], at[1] - from[1]];
        x * x + y * y
    };
    let nearest = match drawn {
        Drawn::Points(points) => points.iter().map(squared).min(),
        Drawn::Lines(parts) | Drawn::Rings(parts) => parts.iter().flatten().map(squared).min(),
    };
    nearest.expect("what is drawn has a corner")
}

/// The corners of lines and the middles of their edges: of the longest line first, and from its middle outwards.
pub(super) fn from_middle(lines: &[Vec<Point>]) -> impl Iterator<Item = Point> {
    let mut lines: Vec<_> = lines.iter().map(|line| along(line)).collect();
    let length = |line: &[(Point, f64)]| line.last().map_or(0.0, |(_, from_start)| *from_start);
    lines.sort_by(|one, other| length(other).total_cmp(&length(one)));
    lines.into_iter().flat_map(move |mut line| {
        let half = length(&line) / 2.0;
        let off = |(_, from_start): &(Point, f64)| (from_start - half).abs();
        line.sort_by(|one, other| off(one).total_cmp(&off(other)));
        line.into_iter().map(|(at, _)| at)
    })
}

/// The corners of a line and the middles of its edges, each with how far it is from the start along the line.
fn along(line: &[Point]) -> Vec<(Point, f64)> {
    let mut from_start = 0.0;
    let edges = line.windows(2).flat_map(|edge| {
        let half = [0, 1].map(|axis| i32::midpoint(edge[0][axis], edge[1][axis]));
        let [x, y] = [0, 1].map(|axis| f64::from(edge[1][axis] - edge[0][axis]));
        let (start, length) = (from_start, x.hypot(y));
        from_start += length;
        [(half, start + length / 2.0), (edge[1], from_start)]
    });
    let first = line.iter().take(1).map(|at| (*at, 0.0));
    first.chain(edges).collect()
}

/// Whether a point is inside of rings, and not in a hole of theirs: a line from it to the left crosses them an odd number of times.
pub(super) fn is_within([x, y]: Point, rings: &[Vec<Point>]) -> bool {
    let edges = rings.iter().flat_map(|ring| {
        let next = ring.iter().cycle().skip(1);
        ring.iter().zip(next)
    });
    let crossed = edges.filter(|([x1, y1], [x2, y2])| {
        (*y1 > y) != (*y2 > y) && {
            let [x, y, x1, y1, x2, y2] = [x, y, *x1, *y1, *x2, *y2].map(f64::from);
            x1 + (y - y1) / (y2 - y1) * (x2 - x1) < x
        }
    });
    crossed.count() % 2 == 1
}

/// The middle of the box of a ring.
pub(super) fn centre(ring: &[Point]) -> Point {
    [0, 1].map(|axis| {
        let all = ring.iter().map(|at| at[axis]);
        i32::midpoint(all.clone().min().unwrap_or(0), all.max().unwrap_or(0))
    })
}

/// What is drawn, as SVG writes it; points are lines without a length, which have round ends.
pub(super) fn path(drawn: &Drawn) -> String {
    let written = |part: &[Point], end: &str| {
        let points: Vec<String> = part.iter().map(|[x, y]| format!("{x} {y}")).collect();
        format!("M{}{end}", points.join(" "))
    };
    match drawn {
        Drawn::Points(points) => points.iter().map(|at| written(&[*at], "h0")).collect(),
        Drawn::Lines(lines) => lines.iter().map(|line| written(line, "")).collect(),
        Drawn::Rings(rings) => rings.iter().map(|ring| written(ring, "z")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_something_is_away_is_told_by_its_nearest_corner() {
        let line = vec![[300, 0], [3, 4], [0, 200]];
        for drawn in [
            Drawn::Points(line.clone()),
            Drawn::Lines(vec![vec![[100, 100], [200, 100]], line.clone()]),
            Drawn::Rings(vec![line]),
        ] {
            assert_eq!(away(&drawn, [0, 0]), 25, "{drawn:?}");
        }
    }

    #[test]
    fn points_come_from_the_middle_of_the_longest_line_outwards() {
        // The short one has more corners, and those of the long one crowd at its start.
        let short = vec![[0, 0], [1, 0], [2, 0], [3, 0], [4, 0], [5, 0], [6, 0]];
        let long = vec![[0, 50], [0, 52], [0, 54], [100, 54]];
        let points: Vec<_> = from_middle(&[short, long]).collect();
        assert_eq!(
            points[..4],
            [[50, 54], [0, 54], [0, 53], [0, 52]],
            "{points:?}"
        );
        assert_eq!(points[7], [3, 0], "{points:?}");
        assert_eq!(points.len(), 7 + 13);
    }

    #[test]
    fn a_point_is_within_rings_and_not_in_their_holes_or_in_the_rest_of_their_box() {
        // The shape of an L, with a hole in its foot.
        let outer = vec![[0, 0], [10, 0], [10, 50], [50, 50], [50, 90], [0, 90]];
        let hole = vec![[20, 60], [20, 80], [40, 80], [40, 60]];
        let rings = [outer, hole];
        for (at, expected) in [
            ([5, 20], true),
            ([45, 70], true),
            ([30, 20], false),
            ([30, 70], false),
            ([-5, 20], false),
            ([60, 70], false),
        ] {
            assert_eq!(is_within(at, &rings), expected, "{at:?}");
        }
    }
}
