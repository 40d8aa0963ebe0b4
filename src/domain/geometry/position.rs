//! Positions in degrees and lengths in metres.

use crate::domain::Wrong;

/// A length in metres, finite and not negative.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Metres(f64);

impl Metres {
    /// The length, unless it is negative, infinite or not a number.
    ///
    /// ```
    /// use heritage_registry::domain::Metres;
    /// assert_eq!(Metres::new(500.0).map(Metres::get), Some(500.0));
    /// assert_eq!(Metres::new(-1.0), None);
    /// ```
    pub fn new(metres: f64) -> Option<Metres> {
        (metres.is_finite() && metres >= 0.0).then_some(Metres(metres))
    }

    /// The number of metres.
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// A position in degrees: longitude -180 to 180, latitude -90 to 90 (CRS84, on WGS 84).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LonLat {
    lon: f64,
    lat: f64,
}

impl LonLat {
    /// How many of the units in which positions are kept make a degree: 7 decimals (RFC 7946, 11.2), or 1 cm.
    pub const UNITS_PER_DEGREE: f64 = 1e7;

    /// The position, longitude first; both edges of the world belong to it, and nothing is rounded.
    ///
    /// ```
    /// use heritage_registry::domain::LonLat;
    /// let gandzasar = LonLat::new(46.5306, 40.0572).unwrap();
    /// assert_eq!(gandzasar.lat(), 40.0572);
    /// assert!(LonLat::new(40.0572, 146.5306).is_err());
    /// ```
    pub fn new(lon: f64, lat: f64) -> Result<LonLat, Wrong> {
        let faults: Vec<_> = [("longitude", lon, 180.0), ("latitude", lat, 90.0)]
            .into_iter()
            .filter(|(_, degrees, limit)| !(-limit..=*limit).contains(degrees))
            .map(|(name, degrees, limit)| {
                format!("{name} is in degrees from -{limit} to {limit}, not {degrees:?}")
            })
            .collect();
        if faults.is_empty() {
            Ok(LonLat { lon, lat })
        } else {
            Err(Wrong(faults.join("; ")))
        }
    }

    /// Degrees in units, of those that are a whole number of them.
    pub fn units(degrees: f64) -> i32 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "180 degrees are less than 2^31 units"
        )]
        let units = (degrees * Self::UNITS_PER_DEGREE).round() as i32;
        units
    }

    /// The position at so many units, which lie within the world.
    pub fn of_units(lon: i32, lat: i32) -> LonLat {
        LonLat {
            lon: f64::from(lon) / Self::UNITS_PER_DEGREE,
            lat: f64::from(lat) / Self::UNITS_PER_DEGREE,
        }
    }

    /// Degrees east of Greenwich.
    pub const fn lon(self) -> f64 {
        self.lon
    }

    /// Degrees north of the equator.
    pub const fn lat(self) -> f64 {
        self.lat
    }
}

/// The nearest number of degrees with 7 decimals, as its text would be read; never `-0`.
pub(super) fn seven_decimals(degrees: f64) -> f64 {
    (degrees * LonLat::UNITS_PER_DEGREE).round() / LonLat::UNITS_PER_DEGREE + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_finite_and_not_negative() {
        let table = [
            (0.0, true),
            (0.5, true),
            (f64::MAX, true),
            (-f64::MIN_POSITIVE, false),
            (f64::INFINITY, false),
            (f64::NAN, false),
        ];
        for (metres, right) in table {
            assert_eq!(Metres::new(metres).is_some(), right, "{metres}");
        }
    }

    #[test]
    fn a_position_lies_within_the_world_and_a_wrong_one_says_all_that_is_wrong() {
        for (lon, lat) in [(46.7475, 39.759), (180.0, 90.0), (-180.0, -90.0)] {
            let at = LonLat::new(lon, lat).unwrap();
            assert_eq!((at.lon(), at.lat()), (lon, lat));
        }
        let table = [
            (
                180.5,
                0.0,
                "longitude is in degrees from -180 to 180, not 180.5",
            ),
            (
                0.0,
                -90.5,
                "latitude is in degrees from -90 to 90, not -90.5",
            ),
            (
                f64::NAN,
                f64::INFINITY,
                "longitude is in degrees from -180 to 180, not NaN; latitude is in degrees from -90 to 90, not inf",
            ),
        ];
        for (lon, lat, wrong) in table {
            assert_eq!(LonLat::new(lon, lat), Err(Wrong(wrong.to_owned())));
        }
    }

    #[test]
    fn degrees_are_rounded_to_what_their_decimals_say() {
        let table = [
            (46.747_500_04, "46.7475"),
            (46.747_500_06, "46.7475001"),
            (46.7 + 1e-12, "46.7"),
            (-0.000_000_01, "0"),
        ];
        for (degrees, text) in table {
            assert_eq!(seven_decimals(degrees).to_string(), text, "{degrees}");
        }
    }
}
