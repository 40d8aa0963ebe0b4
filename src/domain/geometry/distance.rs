//! How far a geometry is from a position.
//!
//! The geodesic between two positions costs 2 µs, forty times as much as the chord, the straight line through the Earth.
//! So chords are compared first: they put places in the same order but for a small and known part of the distance.

use std::cell::RefCell;

use geo::{Coord, CoordsIter, Distance, Geodesic, Intersects, Line, LinesIter, Point};

use super::{Crs84, Effort, Geometry, LonLat, Metres};
use crate::domain::ellipsoid::WGS_84;

impl Crs84<Geometry> {
    /// Geodesic metres on WGS 84 from `centre` to the nearest point of it; 0 inside an area and on its boundary.
    ///
    /// Edges are straight in degrees (RFC 7946, 3.1.1). The result is off by less than 1 mm up to 1000 km and by less than a
    /// millionth up to 19 000 km; nearer to the antipodes, and for more than 200 000 km of edges, by a ten-thousandth.
    ///
    /// ```
    /// use heritage_registry::domain::{Crs84, LonLat};
    /// let shusha_mosque = Crs84::point(LonLat::new(46.7519, 39.7603).unwrap());
    /// let ghazanchetsots = LonLat::new(46.7475, 39.759).unwrap();
    /// assert_eq!(shusha_mosque.distance_to(ghazanchetsots).get().round(), 404.0);
    /// ```
    pub fn distance_to(&self, centre: LonLat) -> Metres {
        let at = Point::new(centre.lon(), centre.lat());
        let metres = match self.as_geo() {
            Geometry::Point(point) => Geodesic.distance(*point, at),
            area if self.is_polygonal() && area.intersects(&at) => 0.0,
            other => {
                let mut search = Search::default();
                search.look(&Edges::of(&edges(other)), at, &|_| true);
                search.metres
            }
        };
        length(metres)
    }

    /// The same, unless it takes more than is left of the effort; of a point, whatever is left.
    ///
    /// ```
    /// use heritage_registry::domain::{Cell, Effort, LonLat};
    /// let (cell, at) = (Cell::new(467, 397), LonLat::new(46.81, 39.75).unwrap());
    /// let within = |steps| cell.polygon().distance_with(at, &mut Effort::of(steps));
    /// assert_eq!((within(10_000), within(10)), (Some(cell.distance_to(at)), None));
    /// ```
    pub fn distance_with(&self, centre: LonLat, effort: &mut Effort) -> Option<Metres> {
        if !matches!(self.as_geo(), Geometry::Point(_)) {
            let steps = STEPS_PER_EDGE.saturating_mul(self.positions());
            effort.spend(steps).ok()?;
        }
        let effort = RefCell::new(effort);
        let goes_on = |looks: Looks| {
            let pieces = usize::try_from(looks.closer).unwrap_or(usize::MAX);
            let steps = STEPS_PER_PIECE.saturating_mul(pieces);
            effort.borrow_mut().spend(steps).is_ok()
        };
        let at = Geometry::Point(Point::new(centre.lon(), centre.lat()));
        distance_while(&at, self.as_geo(), goes_on).map(length)
    }
}

/// What of an [`Effort`] an edge takes that is looked at from one position, with what is made of it before,
const STEPS_PER_EDGE: usize = 50;
/// and a piece of one that is looked at closely.
const STEPS_PER_PIECE: usize = 500;

fn length(metres: f64) -> Metres {
    Metres::new(metres).expect("a distance on the ellipsoid is finite and not negative")
}

/// Geodesic metres on WGS 84 between the nearest points of two geometries; 0 where they meet.
///
/// As exact as [`Crs84::distance_to`]. Of two that are no points, each position of the one is measured to the other: where
/// edges run beside each other, the nearest points are positions of one of them.
///
/// ```
/// use heritage_registry::domain::{Cell, distance_between};
/// let (one, next) = (Cell::new(467, 397).polygon(), Cell::new(469, 397).polygon());
/// assert_eq!(distance_between(one.as_geo(), one.as_geo()), 0.0);
/// assert_eq!((distance_between(one.as_geo(), next.as_geo()) / 100.0).round(), 86.0);
/// ```
pub fn distance_between(one: &Geometry, other: &Geometry) -> f64 {
    distance_while(one, other, |_| true).expect("it goes on to the end")
}

/// What the search of a distance does next, or did: for whoever tells how long that takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// Two edges that may meet.
    pub pairs: u32,
    /// Edges, seen from a position.
    pub edges: u32,
    /// Pieces of edges, seen closely.
    pub closer: u32,
}

/// The same as long as `goes_on`: it is asked before it is seen whether the two meet, before each position, and
/// every few pieces.
pub fn distance_while(
    one: &Geometry,
    other: &Geometry,
    goes_on: impl Fn(Looks) -> bool,
) -> Option<f64> {
    if let (Geometry::Point(one), Geometry::Point(other)) = (one, other) {
        return Some(Geodesic.distance(*one, *other));
    }
    let [lines, others] = [edges(one), edges(other)];
    let count = |lines: &[Line<f64>]| u32::try_from(lines.len()).unwrap_or(u32::MAX);
    let pairs = count(&lines).saturating_mul(count(&others));
    let are_compared = Looks {
        pairs,
        ..Looks::default()
    };
    if !goes_on(are_compared) {
        return None;
    }
    if one.intersects(other) {
        return Some(0.0);
    }
    // The nearest so far is looked for in less and less.
    let mut search = Search::default();
    let mut from = |one: &Geometry, others: &[Line<f64>]| {
        let edges = Edges::of(others);
        let mut places = one.coords_iter().map(Point);
        places.all(|at| search.look(&edges, at, &goes_on))
    };
    let is_done = match (one, other) {
        (Geometry::Point(_), _) => from(one, &others),
        (_, Geometry::Point(_)) => from(other, &lines),
        _ => from(one, &others) && from(other, &lines),
    };
    is_done.then_some(search.metres)
}

/// The edges of lines and areas, and an edge without length for each point.
pub fn edges(geometry: &Geometry) -> Vec<Line<f64>> {
    match geometry {
        Geometry::Point(point) => vec![Line::new(*point, *point)],
        Geometry::MultiPoint(points) => points
            .iter()
            .map(|point| Line::new(*point, *point))
            .collect(),
        Geometry::LineString(line) => line.lines().collect(),
        Geometry::MultiLineString(lines) => lines.lines_iter().collect(),
        Geometry::Polygon(polygon) => polygon.lines_iter().collect(),
        Geometry::MultiPolygon(polygons) => polygons.lines_iter().collect(),
        Geometry::GeometryCollection(all) => all.iter().flat_map(edges).collect(),
        _ => unreachable!("geometries are read as one of the seven types"),
    }
}

/// How long a piece of an edge may be in which the nearest point is searched, in metres. In so short a one the nearest
/// by the chord is the nearest by the geodesic to within a millionth, but for places near the antipodes.
const PIECE: f64 = 2000.0;

/// How many pieces of that length a geometry is cut into at most: beyond 200 000 km of edges they are longer.
const MOST_PIECES: f64 = 100_000.0;

/// Edges, each with where its ends are; a piece of them is as long at most.
struct Edges {
    all: Vec<Edge>,
    longest: f64,
}

/// An edge, with what is the same wherever it is looked at from.
struct Edge {
    line: Line<f64>,
    ends: [Cartesian; 2],
    length: f64,
}

impl Edges {
    fn of(lines: &[Line<f64>]) -> Edges {
        let edge = |line: &Line<f64>| Edge {
            line: *line,
            ends: [line.start, line.end].map(Cartesian::of),
            length: length_at_most(line.start, line.end),
        };
        let all: Vec<Edge> = lines.iter().map(edge).collect();
        let length: f64 = all.iter().map(|edge| edge.length).sum();
        Edges {
            all,
            longest: PIECE.max(length / MOST_PIECES),
        }
    }
}

/// What was found so far, from one position after another.
struct Search {
    /// The shortest chord.
    chord: f64,
    metres: f64,
}

impl Default for Search {
    fn default() -> Search {
        Search {
            chord: f64::INFINITY,
            metres: f64::INFINITY,
        }
    }
}

/// So many pieces are looked at before it is asked whether to go on.
const AT_ONCE: u32 = 256;

impl Search {
    /// Looks at edges from a position, as long as it goes on; whether it did to the end.
    fn look(
        &mut self,
        edges: &Edges,
        centre: Point<f64>,
        goes_on: &impl Fn(Looks) -> bool,
    ) -> bool {
        let are_seen = Looks {
            edges: u32::try_from(edges.all.len()).unwrap_or(u32::MAX),
            ..Looks::default()
        };
        if !goes_on(are_seen) {
            return false;
        }
        let closer = |closer| Looks {
            closer,
            ..Looks::default()
        };
        let from = Cartesian::of(centre.0);
        let mut best = self.chord;
        for edge in &edges.all {
            let [start, end] = edge.ends.map(|end| end.chord(from));
            best = best.min(start).min(end);
        }
        let mut pieces = Vec::new();
        for edge in &edges.all {
            let [to_start, to_end] = edge.ends.map(|end| end.chord(from));
            let piece = Piece {
                start: edge.line.start,
                end: edge.line.end,
                to_start,
                to_end,
                length: edge.length,
            };
            if piece.at_least() <= best + doubt(best) {
                pieces.push(piece);
            }
        }
        // What may be the nearest is taken first: after it, little else can be.
        pieces.sort_by(|one, other| other.at_least().total_cmp(&one.at_least()));
        let (mut found, mut count) = (Vec::new(), 0);
        while let Some(piece) = pieces.pop() {
            if piece.at_least() > best + doubt(best) {
                continue;
            }
            count += 1;
            // A long edge has thousands of pieces.
            if count == AT_ONCE {
                count = 0;
                if !goes_on(closer(AT_ONCE)) {
                    return false;
                }
            }
            if piece.length > edges.longest {
                pieces.extend(piece.halves(from));
                continue;
            }
            let (at, chord) = piece.nearest(from);
            best = best.min(chord);
            found.push((at, chord));
        }
        self.chord = best;
        let best = best + doubt(best);
        let geodesic = |(at, _)| Geodesic.distance(Point(at), centre);
        self.metres = found
            .into_iter()
            .filter(|(_, chord)| *chord <= best)
            .map(geodesic)
            .fold(self.metres, f64::min);
        goes_on(closer(count))
    }
}

/// How much longer than the shortest chord that of the nearest place may be, in metres.
///
/// The radii of curvature of the ellipsoid differ by 1 %, so that for the same geodesic the chords differ by the part
/// c²/1200R² of them while they are short, and by 1 % at the antipodes: c²/400R² is more than either. A centimetre more
/// keeps the two edges of a corner together.
fn doubt(chord: f64) -> f64 {
    const RADIUS: f64 = 6_371_000.0;
    chord * (chord / RADIUS).powi(2) / 400.0 + 0.01
}

/// A position in metres from the Earth's centre.
#[derive(Clone, Copy)]
struct Cartesian([f64; 3]);

impl Cartesian {
    /// On the ellipsoid WGS 84.
    fn of(at: Coord<f64>) -> Cartesian {
        const ECCENTRICITY_SQUARED: f64 = WGS_84.eccentricity_squared();
        let ((sin_lon, cos_lon), (sin_lat, cos_lat)) =
            (at.x.to_radians().sin_cos(), at.y.to_radians().sin_cos());
        let radius = WGS_84.axis / (1.0 - ECCENTRICITY_SQUARED * sin_lat * sin_lat).sqrt();
        let to_axis = radius * cos_lat;
        Cartesian([
            to_axis * cos_lon,
            to_axis * sin_lon,
            radius * (1.0 - ECCENTRICITY_SQUARED) * sin_lat,
        ])
    }

    /// The length of the straight line.
    fn chord(self, other: Cartesian) -> f64 {
        let squares = self.0.iter().zip(other.0).map(|(a, b)| (a - b) * (a - b));
        squares.sum::<f64>().sqrt()
    }
}

/// A part of an edge, and how far its ends are: chords, in metres.
struct Piece {
    start: Coord<f64>,
    end: Coord<f64>,
    to_start: f64,
    to_end: f64,
    /// At least its length, in metres.
    length: f64,
}

impl Piece {
    fn new(start: Coord<f64>, end: Coord<f64>, from: Cartesian) -> Piece {
        let chord = |at| Cartesian::of(at).chord(from);
        Piece {
            start,
            end,
            to_start: chord(start),
            to_end: chord(end),
            length: length_at_most(start, end),
        }
    }

    fn halves(&self, from: Cartesian) -> [Piece; 2] {
        let middle = (self.start + self.end) / 2.0;
        [
            Piece::new(self.start, middle, from),
            Piece::new(middle, self.end, from),
        ]
    }

    /// A chord that is not longer than that to any point of it: a point is at most its length from both ends together.
    fn at_least(&self) -> f64 {
        (self.to_start + self.to_end - self.length) / 2.0
    }

    /// Its point with the shortest chord, and that, to half a centimetre along a piece of 2 km.
    fn nearest(&self, from: Cartesian) -> (Coord<f64>, f64) {
        const STEPS: usize = 32;
        let at = |part: f64| self.start + (self.end - self.start) * part;
        let chord = |part: f64| Cartesian::of(at(part)).chord(from);
        let (mut low, mut high) = (0.0, 1.0);
        if self.start != self.end {
            for _ in 0..STEPS {
                let third = (high - low) / 3.0;
                if chord(low + third) < chord(high - third) {
                    high -= third;
                } else {
                    low += third;
                }
            }
        }
        let part = f64::midpoint(low, high);
        let within = (at(part), chord(part));
        let ends = [(self.start, self.to_start), (self.end, self.to_end)];
        ends.into_iter()
            .fold(within, |best, end| if end.1 <= best.1 { end } else { best })
    }
}

/// What an edge that is straight in degrees is not longer than, in metres.
fn length_at_most(start: Coord<f64>, end: Coord<f64>) -> f64 {
    // The largest radius of curvature of the ellipsoid is that at the poles, 6 399 594 m.
    const METRES_PER_DEGREE: f64 = 111_695.0;
    let lowest_lat = if start.y * end.y <= 0.0 {
        0.0
    } else {
        start.y.abs().min(end.y.abs())
    };
    let east = (end.x - start.x) * lowest_lat.to_radians().cos();
    METRES_PER_DEGREE * east.hypot(end.y - start.y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn parsed(kind: &str, coordinates: &Value) -> Crs84<Geometry> {
        Crs84::parse(
            &json!({"type": kind, "coordinates": coordinates}),
            "",
            &mut vec![],
        )
        .unwrap()
    }

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    /// The plain way: many places on every edge, then many more where it was nearest.
    fn oracle(geometry: &Geometry, centre: Point<f64>) -> f64 {
        const SAMPLES: u32 = 30;
        let least = |edge: &Line<f64>| {
            let distance =
                |part: f64| Geodesic.distance(Point(edge.start + edge.delta() * part), centre);
            let (mut from, mut to) = (0.0, 1.0);
            let mut best = distance(0.0);
            // A point is done.
            for _ in 0..if edge.start == edge.end { 0 } else { 8 } {
                let step = (to - from) / f64::from(SAMPLES);
                let parts = (0..=SAMPLES).map(|index| from + step * f64::from(index));
                let (nearest, part) = parts
                    .map(|part| (distance(part), part))
                    .min_by(|one, other| one.0.total_cmp(&other.0))
                    .unwrap();
                best = f64::min(best, nearest);
                (from, to) = (f64::max(part - step, 0.0), f64::min(part + step, 1.0));
            }
            best
        };
        edges(geometry)
            .iter()
            .map(least)
            .fold(f64::INFINITY, f64::min)
    }

    fn assert_near(geometry: &Crs84<Geometry>, centre: LonLat) -> Result<(), TestCaseError> {
        let metres = geometry.distance_to(centre).get();
        let exact = oracle(geometry.as_geo(), Point::new(centre.lon(), centre.lat()));
        let tolerance = if exact < 1e6 { 1e-3 } else { exact * 1e-6 };
        prop_assert!(
            (metres - exact).abs() <= tolerance,
            "{} and not {}: {:?} {:?}",
            metres,
            exact,
            geometry,
            centre
        );
        Ok(())
    }

    #[test]
    fn the_distance_is_that_to_the_nearest_point() {
        // From Shusha, of degrees there: 111 030 m of latitude, 85 700 m of longitude.
        let shusha = at(46.75, 39.76);
        let table = [
            ("Point", json!([46.75, 39.76]), 0.0),
            ("Point", json!([46.75, 39.77]), 1110.3),
            (
                "MultiPoint",
                json!([[47.12, 40.38], [46.75, 39.78], [46.5306, 40.0572]]),
                2220.6,
            ),
            ("LineString", json!([[46.7, 39.77], [46.8, 39.77]]), 1110.3),
            (
                "MultiLineString",
                json!([[[46.0, 39.0], [46.1, 39.0]], [[46.76, 39.0], [46.76, 40.0]]]),
                857.0,
            ),
            // Inside, on the boundary, in a hole.
            (
                "Polygon",
                json!([[
                    [46.7, 39.7],
                    [46.8, 39.7],
                    [46.8, 39.8],
                    [46.7, 39.8],
                    [46.7, 39.7]
                ]]),
                0.0,
            ),
            (
                "Polygon",
                json!([[
                    [46.7, 39.7],
                    [46.75, 39.7],
                    [46.75, 39.8],
                    [46.7, 39.8],
                    [46.7, 39.7]
                ]]),
                0.0,
            ),
            (
                "Polygon",
                json!([
                    [
                        [46.0, 39.0],
                        [47.0, 39.0],
                        [47.0, 40.0],
                        [46.0, 40.0],
                        [46.0, 39.0]
                    ],
                    [
                        [46.7, 39.7],
                        [46.7, 39.77],
                        [46.8, 39.77],
                        [46.8, 39.7],
                        [46.7, 39.7]
                    ],
                ]),
                1110.3,
            ),
        ];
        for (kind, coordinates, metres) in table {
            let found = parsed(kind, &coordinates).distance_to(shusha).get();
            assert!((found - metres).abs() < 0.5, "{kind} {coordinates} {found}");
        }
    }

    #[test]
    fn the_antimeridian_and_the_poles_are_no_walls() {
        let table = [
            (
                json!([[-179.9, 60.0], [-179.9, 61.0]]),
                (179.9, 60.0),
                11_160.0,
            ),
            (json!([[0.0, 89.9], [90.0, 89.9]]), (-135.0, 89.9), 20_638.2),
            (
                json!([[-180.0, 89.9], [180.0, 89.9]]),
                (17.0, 90.0),
                11_169.4,
            ),
        ];
        for (coordinates, (lon, lat), metres) in table {
            let found = parsed("LineString", &coordinates)
                .distance_to(at(lon, lat))
                .get();
            assert!((found - metres).abs() < 5.0, "{coordinates} {found}");
        }
    }

    #[test]
    fn of_two_places_the_one_with_the_shorter_way_over_the_ground_is_nearer() {
        // Through the Earth the pole is nearer than the place on the equator, by 2 km.
        let points = parsed("MultiPoint", &json!([[0.0, 90.0], [89.83, 0.0]]));
        let found = points.distance_to(at(0.0, 0.0)).get();
        assert!((found - 9_999_829.9).abs() < 1.0, "{found}");
    }

    #[test]
    fn a_boundary_too_long_to_be_cut_finely_is_still_measured() {
        // Every edge of it is as far from the pole as every other.
        let line: Vec<_> = (0..30_000)
            .map(|index| json!([if index % 2 == 0 { -170 } else { 170 }, 0]))
            .collect();
        let found = parsed("LineString", &json!(line))
            .distance_to(at(0.0, 90.0))
            .get();
        assert!((found - 10_001_965.7).abs() < 100.0, "{found}");
    }

    /// Positions around a middle, near or far from each other.
    fn shape(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<(f64, f64)>> {
        let offsets = proptest::collection::vec((-1.0..1.0, -1.0..1.0), count);
        (-175.0..175.0, -84.0..84.0, -4.0..0.7, offsets).prop_map(
            |(lon, lat, scale, offsets): (f64, f64, f64, Vec<(f64, f64)>)| {
                let size = 10.0_f64.powf(scale);
                offsets
                    .into_iter()
                    .map(|(east, north)| (lon + size * east, lat + size * north))
                    .collect()
            },
        )
    }

    #[test]
    fn of_many_long_edges_few_are_looked_at_closely() {
        let at = |n: u32| [46.5 + f64::from(n) * 1e-4, 40.0 + f64::from(n % 2) * 0.1];
        let zigzag = parsed("LineString", &json!((0..1000).map(at).collect::<Vec<_>>()));
        let closer = std::cell::Cell::new(0);
        let middle = Geometry::Point(Point::new(46.55, 40.05));
        let metres = distance_while(&middle, zigzag.as_geo(), |looks| {
            closer.set(closer.get() + looks.closer);
            true
        });
        assert!(metres.unwrap() < 5.0);
        assert!(closer.get() < 300, "{}", closer.get());
    }

    /// A place from centimetres to half the Earth away.
    fn away((lon, lat): (f64, f64), (scale, turn): (f64, f64)) -> LonLat {
        let far = 10.0_f64.powf(scale);
        let lon = (lon + far * turn.cos() + 540.0).rem_euclid(360.0) - 180.0;
        at(lon, (lat + far * turn.sin()).clamp(-90.0, 90.0))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn the_distance_to_a_line_is_that_of_looking_everywhere(
            line in shape(2..12),
            away_by in (-6.0..1.7, 0.0..6.3),
        ) {
            let centre = away(line[0], away_by);
            assert_near(&parsed("LineString", &json!(line)), centre)?;
        }

        #[test]
        fn the_distance_to_points_is_that_to_the_nearest(
            points in shape(1..40),
            away_by in (-6.0..2.2, 0.0..6.3),
        ) {
            let centre = away(points[0], away_by);
            let points = parsed("MultiPoint", &json!(points));
            assert_near(&points, centre)?;
        }

        #[test]
        fn the_distance_to_an_area_is_0_inside_and_that_to_its_edges_outside(
            line in shape(3..4),
            away_by in (-6.0..1.7, 0.0..6.3),
        ) {
            let centre = away(line[0], away_by);
            let ring = [line[0], line[1], line[2], line[0]];
            let area = parsed("Polygon", &json!([ring]));
            if area.as_geo().intersects(&Point::new(centre.lon(), centre.lat())) {
                prop_assert!(area.distance_to(centre).get() <= 0.0);
            } else {
                assert_near(&area, centre)?;
            }
        }
    }
}
