//! How far boxes are from a point, at least and at most: so that few distances have to be measured.

use std::f64::consts::{FRAC_PI_2, PI};

use super::LonLat;

/// The mean radius of the Earth in metres, and how far a distance on that sphere may be from the geodesic: by less than
/// 0.6 % (0.56 % along a meridian), and a centimetre for what is rounded.
const RADIUS_M: f64 = 6_371_008.8;
const DOUBT: f64 = 0.006;
const ROUNDING_M: f64 = 0.01;

/// A point, and what is needed to know how far others are.
#[derive(Clone, Copy, Debug)]
pub struct Centre {
    lon: f64,
    lat: f64,
}

impl Centre {
    /// To be compared with boxes from this point.
    pub fn new(at: LonLat) -> Centre {
        Centre {
            lon: at.lon().to_radians(),
            lat: at.lat().to_radians(),
        }
    }

    /// No place in the box is nearer, in metres: west, south, east, north in degrees, not across the antimeridian.
    ///
    /// ```
    /// use heritage_registry::domain::{Centre, LonLat};
    /// let shusha = Centre::new(LonLat::new(46.75, 39.76).unwrap());
    /// let box_of_barda = [47.08, 40.35, 47.15, 40.4];
    /// assert_eq!((shusha.at_least(box_of_barda) / 1000.0).round(), 71.0);
    /// assert_eq!(shusha.at_least([46.7, 39.7, 46.8, 39.8]), 0.0);
    /// ```
    pub fn at_least(&self, bbox: [f64; 4]) -> f64 {
        let [west, south, east, north] = bbox.map(f64::to_radians);
        let angle = if (west..=east).contains(&self.lon) {
            // Straight north or south.
            (south - self.lat).max(self.lat - north).max(0.0)
        } else {
            let turn = turn(self.lon, west).min(turn(self.lon, east));
            let corners = self.angle(turn, south).min(self.angle(turn, north));
            // The great circle that meets the meridian at a right angle, if it does so between the corners.
            let foot = (self.lat.tan() / turn.cos()).atan();
            if turn < FRAC_PI_2 && (south..=north).contains(&foot) {
                corners.min(self.angle(turn, foot))
            } else {
                corners
            }
        };
        (angle * RADIUS_M * (1.0 - DOUBT) - ROUNDING_M).max(0.0)
    }

    /// No place in the box is farther, in metres.
    pub fn at_most(&self, bbox: [f64; 4]) -> f64 {
        let [west, south, east, north] = bbox.map(f64::to_radians);
        let turn = turn(self.lon, west).max(turn(self.lon, east));
        let is_behind = turn > FRAC_PI_2 || east - west > FRAC_PI_2;
        let angle = if is_behind {
            PI
        } else {
            self.angle(turn, south).max(self.angle(turn, north))
        };
        angle * RADIUS_M * (1.0 + DOUBT) + ROUNDING_M
    }

    /// The angle at the Earth's centre to a place that many radians of longitude away.
    fn angle(&self, turn: f64, lat: f64) -> f64 {
        // The haversine, which is exact for small angles too.
        let half = |angle: f64| (angle / 2.0).sin().powi(2);
        let haversine = half(lat - self.lat) + self.lat.cos() * lat.cos() * half(turn);
        2.0 * haversine.sqrt().min(1.0).asin()
    }
}

/// The smaller of the two angles between meridians.
fn turn(a: f64, b: f64) -> f64 {
    let angle = (a - b).abs();
    angle.min(2.0 * PI - angle)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::Crs84;

    fn place(lon: i32, lat: i32) -> LonLat {
        let degrees = |units| f64::from(units) / LonLat::UNITS_PER_DEGREE;
        LonLat::new(degrees(lon), degrees(lat)).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn no_place_in_a_box_is_nearer_or_farther_than_its_bounds(
            (lon, lat) in (-180.0..=180.0_f64, -90.0..=90.0_f64),
            (west, south) in (-1_800_000_000..=1_800_000_000_i32, -900_000_000..=900_000_000_i32),
            (width, height) in (0..1_000_000_000_i64, 0..800_000_000_i64),
            (across, up) in (0.0..=1.0_f64, 0.0..=1.0_f64),
            scale in prop_oneof![Just(1), Just(1000), Just(1_000_000)],
        ) {
            let cut = |from: i32, length: i64, limit: i64| {
                i32::try_from((i64::from(from) + length / scale).min(limit)).unwrap()
            };
            let (east, north) = (cut(west, width, 1_800_000_000), cut(south, height, 900_000_000));
            let between = |a: i32, b: i32, part: f64| {
                #[expect(clippy::cast_possible_truncation, reason = "it lies between the two")]
                let at = (f64::from(a) + (f64::from(b) - f64::from(a)) * part) as i32;
                at
            };
            let centre = LonLat::new(lon, lat).unwrap();
            let bbox = [west, south, east, north].map(|units| f64::from(units) / LonLat::UNITS_PER_DEGREE);
            let (at_least, at_most) = (Centre::new(centre).at_least(bbox), Centre::new(centre).at_most(bbox));
            for (across, up) in [(across, up), (0.0, up), (1.0, up), (across, 0.0), (across, 1.0)] {
                let at = place(between(west, east, across), between(south, north, up));
                let metres = Crs84::point(at).distance_to(centre).get();
                prop_assert!(at_least <= metres && metres <= at_most, "{} {} {}", at_least, metres, at_most);
            }
        }
    }
}
