//! What lies around a geometry, so many metres wide, as `distance` measures it.
//!
//! Around a position it is a circle on the ellipsoid, drawn in degrees; around an edge, all between the circles of its ends.
//! What reaches over the antimeridian goes on at the other side.

use geo::orient::{Direction, Orient};
use geo::{
    BooleanOps, BoundingRect, ConvexHull, Coord, CoordsIter, Line, LineString, LinesIter,
    MapCoords, MultiPolygon, Polygon, Rect, unary_union,
};

use super::collected::groups;
use crate::domain::{Geometry, metres_per_degree};

/// The largest distance of a buffer in metres.
pub(super) const BUFFER_MAX_M: f64 = 100_000.0;

/// A buffer is so many times its distance away from the poles, or more: nearer, a circle is no longer bent outwards
/// everywhere where it is drawn in degrees.
const POLE_TIMES: f64 = 3.0;

/// So many corners a circle has. They lie farther out than the circle by as much as the middles of its edges lie farther in:
/// by 0.24 %.
const CORNERS: u32 = 32;

/// The most edges and positions of what a buffer is around, long edges cut into several.
const PIECES_MAX: usize = 20_000;

/// Whether a buffer may be so wide.
pub(super) fn is_buffer(metres: f64) -> bool {
    metres > 0.0 && metres <= BUFFER_MAX_M
}

/// Refuses a geometry that has no buffer that is so wide.
pub(super) fn check_buffer(geometry: &Geometry, metres: f64) -> Result<(), String> {
    let lats = geometry.coords_iter().map(|at| at.y.abs());
    let lat = lats.fold(0.0, f64::max);
    let most = lat_max(metres);
    if lat > most {
        return Err(format!(
            "buffer takes no geometry that is nearer to a pole than {POLE_TIMES} times its metres: for {metres}, latitudes go to {most:.2}"
        ));
    }
    let pieces: usize = groups(geometry).iter().map(count_pieces).sum();
    if pieces > PIECES_MAX {
        return Err(format!(
            "buffer takes at most {PIECES_MAX} edges, of which those that are long from south to north count several times"
        ));
    }
    Ok(())
}

/// The highest latitude of what a buffer is around that is so wide.
fn lat_max(metres: f64) -> f64 {
    // No degree of latitude is shorter than one at the equator.
    const DEGREE: f64 = 110_574.0;
    90.0 - POLE_TIMES * metres / DEGREE
}

/// All that is no farther from a geometry than so many metres, to within a hundredth of them; `None` where there is none.
pub(super) fn buffer(geometry: &Geometry, metres: f64) -> Option<Geometry> {
    if !is_buffer(metres) || check_buffer(geometry, metres).is_err() {
        return None;
    }
    let mut parts: Vec<Polygon<f64>> = vec![];
    for group in groups(geometry) {
        match group {
            Geometry::MultiPoint(points) => {
                for point in points {
                    parts.push(between(&circle(point.0, metres)?, &[]));
                }
            }
            Geometry::MultiLineString(lines) => {
                for edge in lines.lines_iter() {
                    add_around(edge, metres, &mut parts)?;
                }
            }
            Geometry::MultiPolygon(areas) => {
                for edge in areas.lines_iter() {
                    add_around(edge, metres, &mut parts)?;
                }
                parts.extend(areas.orient(Direction::Default));
            }
            _ => unreachable!("a group is of points, of lines or of areas"),
        }
    }
    let area = within_the_world(joined(parts));
    (!area.0.is_empty()).then_some(area.into())
}

/// All of them as one area. Those that follow each other overlap: joined first, they have fewer corners for the others.
fn joined(parts: Vec<Polygon<f64>>) -> MultiPolygon<f64> {
    const AT_ONCE: usize = 16;
    let mut parts: Vec<_> = parts
        .into_iter()
        .map(|one| MultiPolygon(vec![one]))
        .collect();
    while parts.len() > 1 {
        parts = parts.chunks(AT_ONCE).map(unary_union).collect();
    }
    parts.pop().unwrap_or(MultiPolygon(vec![]))
}

fn add_around(edge: Line<f64>, metres: f64, parts: &mut Vec<Polygon<f64>>) -> Option<()> {
    let mut last = circle(edge.start, metres)?;
    for piece in pieces(edge) {
        let next = circle(piece.end, metres)?;
        parts.push(between(&last, &next));
        last = next;
    }
    Some(())
}

/// An edge in pieces, in their order: between the ends of each, a circle is drawn as if its width grew evenly. By a piece of 7
/// degrees at the equator, and of less where degrees of longitude shrink faster, that is off by 0.2 %.
fn pieces(edge: Line<f64>) -> impl Iterator<Item = Line<f64>> {
    let mut rest = vec![edge];
    std::iter::from_fn(move || {
        let mut piece = rest.pop()?;
        while !is_short(piece) {
            let middle = (piece.start + piece.end) / 2.0;
            rest.push(Line::new(middle, piece.end));
            piece.end = middle;
        }
        Some(piece)
    })
}

fn is_short(edge: Line<f64>) -> bool {
    let lat = edge.start.y.abs().max(edge.end.y.abs());
    let steepest = lat.to_radians().tan();
    edge.dy().abs() <= 7.0 / (1.0 + 2.0 * steepest * steepest).sqrt()
}

fn count_pieces(group: &Geometry) -> usize {
    match group {
        Geometry::MultiLineString(lines) => lines.lines_iter().flat_map(pieces).count(),
        Geometry::MultiPolygon(areas) => areas.lines_iter().flat_map(pieces).count(),
        points => points.coords_count(),
    }
}

/// The corners of a circle around a position, in degrees; its longitudes may reach beyond 180.
fn circle(middle: Coord<f64>, metres: f64) -> Option<Vec<Coord<f64>>> {
    let step = std::f64::consts::TAU / f64::from(CORNERS);
    let radius = metres * 2.0 / (1.0 + (step / 2.0).cos());
    let (east, north) = metres_per_degree(middle.y)?;
    let (sin_lat, cos_lat) = middle.y.to_radians().sin_cos();
    let corner = |number| {
        let (sin, cos) = (step * f64::from(number)).sin_cos();
        // Of a sphere that is bent in either direction as the ellipsoid is here.
        let along = (radius * sin / east * cos_lat).to_radians();
        let up = (radius * cos / north).to_radians();
        let (sin_far, cos_far) = along.hypot(up).sin_cos();
        let (sin_turn, cos_turn) = along.atan2(up).sin_cos();
        let sin_there = sin_lat * cos_far + cos_lat * sin_far * cos_turn;
        let turned = (sin_turn * sin_far * cos_lat).atan2(cos_far - sin_lat * sin_there);
        Coord {
            x: middle.x + turned.to_degrees(),
            y: sin_there.asin().to_degrees(),
        }
    };
    Some((0..CORNERS).map(corner).collect())
}

/// All between two circles.
fn between(one: &[Coord<f64>], other: &[Coord<f64>]) -> Polygon<f64> {
    LineString([one, other].concat()).convex_hull()
}

/// What lies beyond the antimeridian, at the other side of the world.
fn within_the_world(area: MultiPolygon<f64>) -> MultiPolygon<f64> {
    let Some(around) = area.bounding_rect() else {
        return area;
    };
    if around.min().x >= -180.0 && around.max().x <= 180.0 {
        return area;
    }
    let sides = [-360.0, 0.0, 360.0].map(|turn| {
        let (west, east) = (around.min().x + turn, around.max().x + turn);
        if west >= 180.0 || east <= -180.0 {
            return MultiPolygon(vec![]);
        }
        // No larger than it has to be: what is cut lies on a grid that is as fine as all of it is small.
        let world = Rect::new(
            (west.max(-180.0), around.min().y - 1.0),
            (east.min(180.0), around.max().y + 1.0),
        );
        let moved = area.map_coords(|Coord { x, y }| Coord { x: x + turn, y });
        moved.intersection(&world.to_polygon())
    });
    let is_all_around = around.width() >= 360.0;
    let sides = if is_all_around {
        unary_union(&sides)
    } else {
        MultiPolygon(sides.into_iter().flatten().collect())
    };
    let to_the_edge = |x: f64| {
        if x.abs() > 180.0 - 1e-6 {
            180.0_f64.copysign(x)
        } else {
            x
        }
    };
    sides.map_coords(|Coord { x, y }| Coord {
        x: to_the_edge(x),
        y,
    })
}

#[cfg(test)]
mod tests {
    use geo::{Intersects, Point, Validation, wkt};
    use proptest::prelude::*;

    use super::*;
    use crate::domain::distance_between;

    fn around(geometry: &Geometry, metres: f64) -> Geometry {
        buffer(geometry, metres).unwrap_or_else(|| panic!("{geometry:?} {metres}"))
    }

    #[test]
    fn what_reaches_over_the_antimeridian_goes_on_at_the_other_side() {
        let edge = |lon| Geometry::from(Point::new(lon, 0.0));
        for lon in [180.0, -180.0, 179.9, -179.9] {
            let area = around(&edge(lon), 100_000.0);
            let Geometry::MultiPolygon(parts) = &area else {
                panic!("{area:?}")
            };
            assert_eq!(parts.0.len(), 2, "{lon}");
            assert!(area.is_valid(), "{lon}");
            let box_around = area.bounding_rect().unwrap();
            assert_eq!((box_around.min().x, box_around.max().x), (-180.0, 180.0));
            for other in [-179.5, -180.0, 180.0, 179.5] {
                assert!(area.intersects(&edge(other)), "{lon} {other}");
            }
            assert!(!area.intersects(&edge(178.5)) && !area.intersects(&edge(-178.5)));
        }
        let both = wkt!(MULTIPOLYGON(((179. 0.,180. 0.,180. 1.,179. 1.,179. 0.)),((-180. 0.,-179. 0.,-179. 1.,-180. 1.,-180. 0.))));
        assert!(around(&both.into(), 5000.0).is_valid());
        let whole = wkt!(LINESTRING(-180. 10.,180. 10.));
        let belt = around(&whole.into(), 5000.0);
        let width = belt.bounding_rect().unwrap().width();
        assert!((width - 360.0).abs() < 1e-9, "{width}");
    }

    #[test]
    fn near_the_poles_there_is_none() {
        for lat in [87.2, -87.2] {
            assert!(buffer(&Point::new(0.0, lat).into(), 100_000.0).is_some());
        }
        for lat in [87.4, -87.4, 90.0] {
            let at = Point::new(0.0, lat).into();
            assert!(buffer(&at, 100_000.0).is_none(), "{lat}");
        }
        assert!(buffer(&Point::new(0.0, 89.9).into(), 3000.0).is_some());
        assert!(buffer(&Point::new(0.0, 0.0).into(), 100_001.0).is_none());
        assert!(buffer(&Point::new(0.0, 0.0).into(), 0.0).is_none());
    }

    #[test]
    fn what_would_be_cut_into_too_many_pieces_has_none() {
        let line = |positions: u32| -> Geometry {
            let positions = (0..positions).map(|index| Coord {
                x: f64::from(index) * 0.01,
                y: f64::from(index % 2) * 80.0,
            });
            LineString(positions.collect()).into()
        };
        assert_eq!(check_buffer(&line(100), 9.0), Ok(()));
        let wrong = check_buffer(&line(2000), 9.0).unwrap_err();
        assert!(wrong.starts_with("buffer takes at most 20000 edges"));
        assert!(buffer(&line(2000), 9.0).is_none());
    }

    /// A middle anywhere where there is a buffer, mostly near the antimeridian or near the limit.
    fn a_middle(metres: f64) -> impl Strategy<Value = Coord<f64>> {
        let most = lat_max(metres);
        let lon = prop_oneof![-180.0..=180.0, 179.0..=180.0, -180.0..=-179.0];
        let lat = prop_oneof![-most..=most, (most * 0.97)..=most, -most..=(-most * 0.97)];
        (lon, lat).prop_map(|(x, y)| Coord { x, y })
    }

    /// Metres, a geometry up to some degrees large, and where from one of its positions another place is, in metres times
    /// 0.5 to 1.5 and in turns.
    fn a_case() -> impl Strategy<Value = (f64, Geometry, (f64, f64))> {
        let metres = (1.0..=5.0_f64).prop_map(|power| 10_f64.powf(power));
        metres.prop_flat_map(|metres| {
            let offsets = proptest::collection::vec((-1.0..1.0_f64, -1.0..1.0_f64), 1..5);
            let size = (-3.0..1.3_f64).prop_map(|power| 10_f64.powf(power));
            let away = (0.5..1.5_f64, 0.0..std::f64::consts::TAU);
            (a_middle(metres), offsets, size, 0..3_u8, away).prop_map(
                move |(middle, offsets, size, kind, away)| {
                    let most = lat_max(metres);
                    let place = |(east, north): (f64, f64)| Coord {
                        x: (middle.x + east * size).clamp(-180.0, 180.0),
                        y: (middle.y + north * size).clamp(-most, most),
                    };
                    let places: Vec<_> = offsets.into_iter().map(place).collect();
                    let geometry = match kind {
                        _ if places.len() == 1 => Point(places[0]).into(),
                        1 => LineString(places).into(),
                        _ if places.len() < 3 => LineString(places).into(),
                        2 => Polygon::new(LineString(places[..3].to_vec()), vec![]).into(),
                        _ => geo::MultiPoint(places.into_iter().map(Point).collect()).into(),
                    };
                    (metres, geometry, away)
                },
            )
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn it_holds_what_is_nearer_and_not_what_is_farther(
            (metres, geometry, (times, turn)) in a_case(),
            part in 0.0..1.0_f64,
        ) {
            let area = around(&geometry, metres);
            // Beside a place on one of the edges.
            let places: Vec<_> = geometry.coords_iter().collect();
            let from = match &geometry {
                Geometry::LineString(_) | Geometry::Polygon(_) if places.len() > 1 => {
                    places[0] + (places[1] - places[0]) * part
                }
                _ => places[0],
            };
            let (east, north) = metres_per_degree(from.y).unwrap();
            let lon = from.x + metres * times * turn.sin() / east;
            let lon = if lon.abs() > 180.0 { lon - 360.0_f64.copysign(lon) } else { lon };
            let lat = (from.y + metres * times * turn.cos() / north).clamp(-90.0, 90.0);
            let place = Geometry::from(Point::new(lon, lat));
            let distance = distance_between(&geometry, &place);
            let held = area.intersects(&place);
            prop_assert!(
                held || distance > 0.99 * metres,
                "{} of {} is not in: {:?} {:?}", distance, metres, place, geometry
            );
            prop_assert!(
                !held || distance < 1.01 * metres,
                "{} of {} is in: {:?} {:?}", distance, metres, place, geometry
            );
        }
    }
}
