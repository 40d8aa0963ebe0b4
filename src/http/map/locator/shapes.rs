//! What is drawn on a small map, measured and written.

use crate::tiles::Drawn;

type Point = [i32; 2];

/// How far from a point the first point of something is, squared.
pub(super) fn away(drawn: &Drawn, from: Point) -> i32 {
    let first = match drawn {
        Drawn::Points(points) => points[0],
        Drawn::Lines(parts) | Drawn::Rings(parts) => parts[0][0],
    };
    let [x, y] = [first[0] - from[0], first[1] - from[1]];
    x * x + y * y
}

/// Points along lines: of the line with the most corners first, and from its middle corner outwards.
pub(super) fn from_middle(lines: &[Vec<Point>]) -> impl Iterator<Item = Point> {
    let mut lines = lines.to_vec();
    lines.sort_by_key(|line| std::cmp::Reverse(line.len()));
    lines.into_iter().flat_map(|line| {
        let edges = line.windows(2).flat_map(|edge| {
            let half = [0, 1].map(|axis| i32::midpoint(edge[0][axis], edge[1][axis]));
            [half, edge[1]]
        });
        let points: Vec<_> = line.iter().take(1).copied().chain(edges).collect();
        let mut places: Vec<usize> = (0..points.len()).collect();
        places.sort_by_key(|place| place.abs_diff(points.len() / 2));
        places.into_iter().map(move |place| points[place])
    })
}

/// Whether a point is in the box of the first of rings.
pub(super) fn is_within(at: Point, rings: &[Vec<Point>]) -> bool {
    [0, 1].into_iter().all(|axis| {
        let all = rings[0].iter().map(|at| at[axis]);
        all.clone().min() <= Some(at[axis]) && Some(at[axis]) <= all.max()
    })
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
