//! The two planes of whole numbers on which features lie: the map, in units of positions, and that of first and last days.
//!
//! A geometry and a time become a [`Rect`] here, and so does what is asked of them; extents come back.

use std::ops::RangeInclusive;

use super::tree::{Asked, NOWHERE, Rect};
use crate::domain::{Bbox, Day, LonLat, Span, Window};
use crate::query::Times;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Where the plane of days ends, some five million years away: an open end lies there, and so do the days beyond.
const FIRST: i32 = i32::MIN;
const LAST: i32 = i32::MAX;

/// The extent of a geometry, whose positions are whole numbers of units.
pub(super) fn rect_of_extent(extent: &Bbox) -> Rect {
    [extent.west(), extent.south(), extent.east(), extent.north()].map(LonLat::units)
}

/// The extent that a rect stands for.
pub(super) fn extent_of([west, south, east, north]: Rect) -> Bbox {
    let (low, high) = (LonLat::of_units(west, south), LonLat::of_units(east, north));
    Bbox::new(low.lon(), low.lat(), high.lon(), high.lat()).expect("positions lie within the world")
}

/// What is asked for by a box of whatever system. Of one that crosses the antimeridian, two.
pub(super) fn asked_of_window(window: &Window) -> Vec<Asked> {
    match window {
        Window::Box(bbox) => rects_of_bbox(*bbox).into_iter().map(Asked::from).collect(),
        Window::Outline(outline) => {
            let within = outline.within().map(rects_of_bbox).unwrap_or_default();
            let within = within.first().copied().unwrap_or(NOWHERE);
            let around = rects_of_bbox(outline.around()).into_iter();
            around.map(|around| Asked { around, within }).collect()
        }
    }
}

/// The positions in a box, exactly: those on its edges and between them. Two rects, if it crosses the antimeridian.
///
/// A box that lies between two positions gives one whose west is east of its east, or its south north of its north: no
/// position is in it, but a geometry that reaches over both still meets it.
fn rects_of_bbox(bbox: Bbox) -> Vec<Rect> {
    let rect = |part: Bbox| {
        [
            first_from(part.west()),
            first_from(part.south()),
            last_to(part.east()),
            last_to(part.north()),
        ]
    };
    bbox.split().map(rect).collect()
}

/// The first position that is not before a side of a box, in units.
fn first_from(side: f64) -> i32 {
    let mut near = around(side);
    near.find(|units| degrees(*units) >= side)
        .expect("the next unit is beyond what rounding takes away")
}

/// The last position that is not beyond a side of a box, in units.
fn last_to(side: f64) -> i32 {
    let mut near = around(side);
    near.rfind(|units| degrees(*units) <= side)
        .expect("the unit before is beyond what rounding adds")
}

/// The units nearest to a side of a box. The product is rounded, so which of them it lies between is found by comparing
/// degrees, as positions are compared.
fn around(side: f64) -> RangeInclusive<i32> {
    let nearest = LonLat::units(side);
    nearest - 1..=nearest + 1
}

fn degrees(units: i32) -> f64 {
    f64::from(units) / LonLat::UNITS_PER_DEGREE
}

/// A span as a point: its first and its last day. Spans begin and end with a day.
pub(super) fn rect_of_span(span: Span) -> Rect {
    let first = span.start.map_or(FIRST, day);
    let last = span.end.map_or(LAST, |end| day(end - 1));
    [first, last, first, last]
}

/// The spans that an interval meets: those that begin before its end and end after its beginning.
pub(super) fn rect_of_times(times: Times) -> Rect {
    let (start, end) = times.ends();
    [FIRST, start.map_or(FIRST, day), end.map_or(LAST, day), LAST]
}

/// The first and the last day of the spans in a rect; open where one of them is.
pub(super) fn days_of([first, _, _, last]: Rect) -> (Option<Day>, Option<Day>) {
    let closed = |days: i32| {
        let is_open = days == FIRST || days == LAST;
        (!is_open).then(|| Day::of_second(i64::from(days) * DAY))
    };
    (closed(first), closed(last))
}

/// The day that holds a second, or the edge of the plane.
fn day(second: i64) -> i32 {
    let days = second.div_euclid(DAY).clamp(FIRST.into(), LAST.into());
    i32::try_from(days).expect("it was clamped")
}

#[cfg(test)]
mod tests {
    use proptest::option;
    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::tree::meet;

    const EAST: i32 = 1_800_000_000;
    const NORTH: i32 = 900_000_000;

    /// A side of a box: on a position, a hair beside one, or between two.
    fn side(units: i32, beside: u8) -> f64 {
        match beside {
            0 => degrees(units),
            1 => degrees(units).next_up(),
            2 => degrees(units).next_down(),
            _ => (f64::from(units) + f64::from(beside) / 256.0) / LonLat::UNITS_PER_DEGREE,
        }
    }

    fn beside() -> impl Strategy<Value = u8> {
        prop_oneof![0..3_u8, any::<u8>()]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn the_positions_in_a_box_are_those_that_it_holds(
            (west, south) in (-EAST + 9..EAST - 9, -NORTH + 9..NORTH - 9),
            (width, height) in (-3..4_i32, 0..4_i32),
            sides in (beside(), beside(), beside(), beside()),
        ) {
            let (east, north) = (west + width, south + height);
            let (low, high) = (side(south, sides.1), side(north, sides.3));
            prop_assume!(low <= high);
            let bbox = Bbox::new(side(west, sides.0), low, side(east, sides.2), high).unwrap();
            let rects = rects_of_bbox(bbox);
            for lon in west - 4..=west + 8 {
                for lat in south - 2..=south + 6 {
                    let is_within = rects.iter().any(|rect| meet([lon, lat, lon, lat], *rect));
                    prop_assert_eq!(is_within, bbox.contains(LonLat::of_units(lon, lat)), "{} {}", lon, lat);
                }
            }
        }

        #[test]
        fn an_extent_comes_back_as_it_was(
            (west, south) in (-EAST..=EAST, -NORTH..=NORTH),
            (east, north) in (-EAST..=EAST, -NORTH..=NORTH),
        ) {
            let rect = [west.min(east), south.min(north), west.max(east), south.max(north)];
            prop_assert_eq!(rect_of_extent(&extent_of(rect)), rect);
        }

        #[test]
        fn an_interval_meets_a_span_on_the_plane_where_it_does_in_time(
            (start, length, is_open) in (option::of(0..6_i64), 1..4_i64, any::<bool>()),
            (from, to) in (option::of((0..9_i64, 0..3_usize)), option::of((0..9_i64, 0..3_usize))),
        ) {
            let end = (!is_open).then_some(start.unwrap_or(3) + length);
            let span = Span { start: start.map(|day| day * DAY), end: end.map(|day| day * DAY) };
            let moment = |end: Option<(i64, usize)>| end.map_or("..".to_owned(), |(day, hour)| {
                let time = ["00:00:00", "12:00:00", "23:59:59"][hour];
                format!("{}T{time}Z", Day::of_second(day * DAY))
            });
            prop_assume!(from.is_none() || to.is_none() || from <= to);
            let times = Times::parse(&format!("{}/{}", moment(from), moment(to))).unwrap();
            let rect = rect_of_span(span);
            prop_assert_eq!(meet(rect, rect_of_times(times)), times.intersects(span));
            let day = |day: i64| Day::of_second(day * DAY);
            prop_assert_eq!(days_of(rect), (start.map(day), end.map(|end| day(end - 1))));
        }
    }

    #[test]
    fn days_beyond_the_plane_lie_at_its_edge() {
        let span = Span {
            start: Some(i64::MIN),
            end: Some(i64::MAX),
        };
        assert_eq!(rect_of_span(span), [FIRST, LAST, FIRST, LAST]);
        assert_eq!(days_of([FIRST, LAST, FIRST, LAST]), (None, None));
    }
}
