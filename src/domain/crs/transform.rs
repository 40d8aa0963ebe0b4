//! A position in degrees to coordinates, and back.

use super::Crs;
use super::datum::{from_pulkovo, to_pulkovo};
use super::table::Method;
use crate::domain::ellipsoid::WGS_84;
use crate::domain::{LonLat, Wrong};

/// Metres, or degrees: how near coordinates have to come to themselves on the way there and back.
const NEAR_M: f64 = 0.05;

impl Crs {
    /// The coordinates of a position, in the order of the authority; `None` where the system has none: near the poles, or
    /// on the other side of the world.
    ///
    /// ```
    /// use heritage_registry::domain::{Crs, LonLat};
    /// let shusha = LonLat::new(46.75, 39.76).unwrap();
    /// assert_eq!(Crs::Epsg4326.coordinates(shusha), Some([39.76, 46.75]));
    /// ```
    pub fn coordinates(self, at: LonLat) -> Option<[f64; 2]> {
        let (lon, lat) = (at.lon(), at.lat());
        match &self.row().method {
            Method::LonLat => Some([lon, lat]),
            Method::LatLon => Some([lat, lon]),
            Method::WebMercator => {
                let [_, south, _, north] = self.row().area;
                let northing = lat.to_radians().tan().asinh() * WGS_84.axis;
                (south..=north)
                    .contains(&lat)
                    .then(|| [lon.to_radians() * WGS_84.axis, northing])
            }
            Method::Utm(zone) => zone.project([lon, lat]),
            Method::GaussKruger(zone) => {
                let [easting, northing] = zone.project(to_pulkovo([lon, lat]))?;
                Some([northing, easting])
            }
        }
    }

    /// The position that has such coordinates, in the order of the authority: within the area where the system is used.
    ///
    /// ```
    /// use heritage_registry::domain::Crs;
    /// let at = Crs::Epsg3857.locate([5_203_907.896, 4_830_982.372]).unwrap();
    /// assert!((at.lon() - 46.7475).abs() < 1e-7 && (at.lat() - 39.759).abs() < 1e-7);
    /// assert!(Crs::Epsg32638.locate([4402121.0, 649898.0]).is_err());
    /// ```
    pub fn locate(self, coordinates: [f64; 2]) -> Result<LonLat, Wrong> {
        let [first, second] = coordinates;
        let [lon, lat] = match &self.row().method {
            Method::LonLat => return LonLat::new(first, second),
            Method::LatLon => return LonLat::new(second, first),
            Method::WebMercator => [
                (first / WGS_84.axis).to_degrees(),
                (second / WGS_84.axis).sinh().atan().to_degrees(),
            ],
            Method::Utm(zone) => zone.locate([first, second]),
            Method::GaussKruger(zone) => from_pulkovo(zone.locate([second, first])),
        };
        let [west, south, east, north] = self.row().area;
        // The edge of a map of the web is where rounding to a millimetre puts it.
        let lon = if lon.abs() > 180.0 && lon.abs() < 180.0 + 1e-6 {
            180.0_f64.copysign(lon)
        } else {
            lon
        };
        let is_used = (west..=east).contains(&lon) && (south..=north).contains(&lat);
        let at = LonLat::new(lon, lat).ok().filter(|_| is_used);
        // The formulas give something for anything: it is the right one if it leads back.
        let leads_back = |at: &LonLat| {
            let back = self.coordinates(*at);
            back.is_some_and(|[a, b]| (a - first).abs() < NEAR_M && (b - second).abs() < NEAR_M)
        };
        at.filter(leads_back).ok_or_else(|| {
            let [one, other] = self.row().axes;
            Wrong(format!(
                "{one} {first:?} and {other} {second:?}, in metres, lie outside the area of {}, longitude {west} to {east} and \
                 latitude {south} to {north}: is the order {one}, {other}?",
                self.uri(),
            ))
        })
    }

    /// Whether its coordinates are degrees, and not metres.
    pub(super) fn is_in_degrees(self) -> bool {
        matches!(self.row().method, Method::LonLat | Method::LatLon)
    }
}

/// Metres as they are written, to the millimetre; never `-0`.
pub(super) fn three_decimals(metres: f64) -> f64 {
    (metres * 1000.0).round() / 1000.0 + 0.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn coordinates_agree_with_those_of_proj_to_a_millimetre() {
        let mut compared = 0;
        for line in include_str!("reference.txt").lines() {
            let columns: Vec<&str> = line.split(' ').collect();
            let [code, way, numbers @ ..] = columns.as_slice() else {
                panic!("{line}")
            };
            if *code == "#" {
                continue;
            }
            let crs = Crs::parse(&format!("[EPSG:{code}]")).unwrap();
            let numbers: Vec<f64> = numbers.iter().map(|text| text.parse().unwrap()).collect();
            let &[lon, lat, first, second] = numbers.as_slice() else {
                panic!("{line}")
            };
            let (given, expected, near) = if *way == "to" {
                let at = LonLat::new(lon, lat).unwrap();
                (crs.coordinates(at).unwrap(), [first, second], 0.001)
            } else {
                let at = crs.locate([first, second]).unwrap();
                ([at.lon(), at.lat()], [lon, lat], 1e-8)
            };
            for (given, expected) in given.into_iter().zip(expected) {
                assert!((given - expected).abs() < near, "{line}: {given}");
            }
            compared += 1;
        }
        assert_eq!(compared, 6 * 2 * 20);
    }

    #[test]
    fn what_lies_outside_or_is_exchanged_is_no_position() {
        let table = [
            (Crs::Crs84, [181.0, 0.0]),
            (Crs::Epsg4326, [46.75, 181.0]),
            (Crs::Epsg4326, [90.5, 46.75]),
            (Crs::Epsg3857, [20_037_509.0, 0.0]),
            (Crs::Epsg3857, [0.0, 20_060_000.0]),
            // Shusha, its coordinates exchanged.
            (Crs::Epsg32638, [4_402_121.0, 649_898.0]),
            (Crs::Epsg32639, [4_416_000.0, 135_000.0]),
            (Crs::Epsg28408, [8_649_857.0, 4_404_321.0]),
            (Crs::Epsg28468, [649_857.0, 4_404_321.0]),
            // With and without the number of the zone.
            (Crs::Epsg28408, [4_404_321.0, 649_857.0]),
            (Crs::Epsg28468, [4_404_321.0, 8_649_857.0]),
            // Once round the world.
            (Crs::Epsg32638, [649_898.0, 4_402_121.0 + 39_991_740.0]),
            (Crs::Epsg32638, [f64::NAN, 4_402_121.0]),
            (Crs::Epsg32638, [649_898.0, f64::INFINITY]),
            (Crs::Epsg28408, [1e300, -1e300]),
            (Crs::Epsg3857, [f64::NEG_INFINITY, f64::NAN]),
            (Crs::Epsg4326, [f64::NAN, 0.0]),
        ];
        for (crs, coordinates) in table {
            let wrong = crs.locate(coordinates);
            assert!(wrong.is_err(), "{crs:?} {coordinates:?} {wrong:?}");
        }
        let told = "northing 8649857.0 and easting 4404321.0, in metres, lie outside the area of \
                    http://www.opengis.net/def/crs/EPSG/0/28408, longitude 36 to 54.01 and latitude 32.84 to 80.91: \
                    is the order northing, easting?";
        assert_eq!(
            Crs::Epsg28408.locate([8_649_857.0, 4_404_321.0]),
            Err(Wrong(told.to_owned()))
        );
    }

    #[test]
    fn a_system_has_no_coordinates_for_the_other_side_of_the_world() {
        let at = |lon, lat| LonLat::new(lon, lat).unwrap();
        let table = [
            (Crs::Epsg4326, at(-180.0, -90.0), true),
            (Crs::Epsg3857, at(180.0, 85.06), true),
            (Crs::Epsg3857, at(0.0, 85.1), false),
            (Crs::Epsg32638, at(2.35, 48.86), true),
            (Crs::Epsg32638, at(-118.24, 34.05), false),
            (Crs::Epsg28408, at(-135.0, 40.0), false),
        ];
        for (crs, at, has) in table {
            assert_eq!(crs.coordinates(at).is_some(), has, "{crs:?} {at:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read_as_what_it_was(
            crs in proptest::sample::select(Crs::given().collect::<Vec<_>>()),
            (lon, lat) in (440_000_000..500_000_000, 370_000_000..430_000_000),
        ) {
            let at = LonLat::of_units(lon, lat);
            let coordinates = crs.coordinates(at).unwrap();
            let written = if crs.is_in_degrees() { coordinates } else { coordinates.map(three_decimals) };
            let back = crs.locate(written).unwrap();
            prop_assert_eq!([back.lon(), back.lat()].map(LonLat::units), [lon, lat]);
        }

        #[test]
        fn anything_is_a_position_that_leads_back_or_none(
            crs in proptest::sample::select(Crs::ALL.to_vec()),
            coordinates in prop_oneof![
                [any::<f64>(), any::<f64>()],
                [-2e7..2e7, -2e7..2e7],
                [-200.0..200.0, -200.0..200.0],
            ],
        ) {
            if let Ok(at) = crs.locate(coordinates) {
                let back = crs.coordinates(at).unwrap();
                for (there, back) in coordinates.into_iter().zip(back) {
                    prop_assert!((there - back).abs() < NEAR_M);
                }
            }
        }
    }
}
