//! Boxes in one of the systems, as they lie on the globe.
//!
//! A box of degrees, or of the map of the web, is a box of longitude and latitude. Of a zone, its sides are curves: they
//! are followed to within a hundred-millionth of a degree, the tenth part of what positions are kept with, and what is in it is
//! decided on that outline, never on a box around it, which would hold places that are hundreds of metres outside.

use geo::{Coord, Intersects, LineString, MultiPolygon, Polygon};

use super::Crs;
use super::table::Method;
use crate::domain::{Bbox, Crs84, Geometry, LonLat, Wrong};

/// Where features are to be: a box, in whatever system it was given.
#[derive(Clone, Debug, PartialEq)]
pub enum Window {
    /// A box of longitude and latitude.
    Box(Bbox),
    /// A box of another system.
    Outline(Outline),
}

/// The outline of a box whose sides are no meridians and parallels, in degrees.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    polygon: Polygon<f64>,
    around: Bbox,
    within: Option<Bbox>,
}

/// A side is followed so closely, in degrees: a millimetre.
const CLOSELY: f64 = 1e-8;

/// A side is halved so often at least, and at most: a third of the way round the world is followed in so many pieces.
const HALVED: std::ops::RangeInclusive<u32> = 3..=14;

impl Crs {
    /// The box between two corners: the lower and the upper first coordinate and second coordinate, in the order of the
    /// authority. Of longitude, the lower may be the upper one: such a box crosses the antimeridian.
    ///
    /// ```
    /// use heritage_registry::domain::{Bbox, Crs, Window};
    /// let shusha = Crs::Epsg4326.window([39.74, 46.73, 39.78, 46.77]).unwrap();
    /// assert_eq!(shusha, Window::Box(Bbox::new(46.73, 39.74, 46.77, 39.78).unwrap()));
    /// ```
    pub fn window(self, [first, second, third, fourth]: [f64; 4]) -> Result<Window, Wrong> {
        match &self.row().method {
            Method::LonLat => Bbox::new(first, second, third, fourth).map(Window::Box),
            Method::LatLon => Bbox::new(second, first, fourth, third).map(Window::Box),
            Method::WebMercator | Method::Utm(_) | Method::GaussKruger(_) => {
                let axes = self.row().axes;
                for (axis, low, high) in [(axes[0], first, third), (axes[1], second, fourth)] {
                    if low > high {
                        let order = self.order_of_box();
                        return Err(Wrong(format!(
                            "the lower {axis} {low:?} is above the upper {axis} {high:?}: the order is {order}"
                        )));
                    }
                }
                let (low, high) = (self.locate([first, second])?, self.locate([third, fourth])?);
                if matches!(self.row().method, Method::WebMercator) {
                    return Bbox::new(low.lon(), low.lat(), high.lon(), high.lat())
                        .map(Window::Box);
                }
                self.outline([first, second], [third, fourth])
                    .map(Window::Outline)
            }
        }
    }

    /// In which order the numbers of a box stand.
    ///
    /// ```
    /// use heritage_registry::domain::Crs;
    /// assert_eq!(Crs::Epsg4326.order_of_box(), "lower latitude, lower longitude, upper latitude, upper longitude");
    /// ```
    pub fn order_of_box(self) -> String {
        let [one, other] = self.row().axes;
        format!("lower {one}, lower {other}, upper {one}, upper {other}")
    }

    fn outline(self, [a, b]: [f64; 2], [c, d]: [f64; 2]) -> Result<Outline, Wrong> {
        let corners = [[a, b], [c, b], [c, d], [a, d]];
        let mut sides = Vec::new();
        for (place, from) in corners.into_iter().enumerate() {
            sides.push(self.side(from, corners[(place + 1) % 4])?);
        }
        let all = sides.iter().flatten().copied().collect::<Vec<_>>();
        let around = Bbox::new(
            least(&all, lon),
            least(&all, lat),
            most(&all, lon),
            most(&all, lat),
        )?;
        // The sides of low and of high coordinates, of the first axis and of the second.
        let [low_second, high_first, high_second, low_first] = sides.as_slice() else {
            unreachable!("a box has four corners")
        };
        let (west, east, south, north) = match self.row().method {
            Method::LonLat | Method::WebMercator | Method::Utm(_) => {
                (low_first, high_first, low_second, high_second)
            }
            Method::LatLon | Method::GaussKruger(_) => {
                (low_second, high_second, low_first, high_first)
            }
        };
        let (west, east) = (most(west, lon), least(east, lon));
        let (south, north) = (most(south, lat), least(north, lat));
        let within = (west < east && south < north).then(|| Bbox::new(west, south, east, north));
        Ok(Outline {
            polygon: Polygon::new(LineString(all), vec![]),
            around,
            within: within.transpose()?,
        })
    }

    /// The positions along a side, both its ends among them.
    fn side(self, from: [f64; 2], to: [f64; 2]) -> Result<Vec<Coord<f64>>, Wrong> {
        let located = |at: [f64; 2]| {
            self.locate(at).map(|at| Coord {
                x: at.lon(),
                y: at.lat(),
            })
        };
        let mut side = vec![located(from)?];
        let mut open = vec![(from, side[0], to, located(to)?, 0)];
        while let Some((from, start, to, end, halved)) = open.pop() {
            let middle = [from[0].midpoint(to[0]), from[1].midpoint(to[1])];
            let bend = located(middle)?;
            let chord = (start + end) / 2.0;
            let is_close = (bend.x - chord.x).hypot(bend.y - chord.y) < CLOSELY;
            if halved >= *HALVED.end() || (halved >= *HALVED.start() && is_close) {
                side.push(end);
            } else {
                open.push((middle, bend, to, end, halved + 1));
                open.push((from, start, middle, bend, halved + 1));
            }
        }
        Ok(side)
    }
}

fn lon(at: &Coord<f64>) -> f64 {
    at.x
}

fn lat(at: &Coord<f64>) -> f64 {
    at.y
}

fn least(side: &[Coord<f64>], of: fn(&Coord<f64>) -> f64) -> f64 {
    side.iter().map(of).fold(f64::INFINITY, f64::min)
}

fn most(side: &[Coord<f64>], of: fn(&Coord<f64>) -> f64) -> f64 {
    side.iter().map(of).fold(f64::NEG_INFINITY, f64::max)
}

impl Outline {
    /// The smallest box of longitude and latitude around it.
    pub const fn around(&self) -> Bbox {
        self.around
    }

    /// A large box of longitude and latitude that lies in it, if there is one.
    pub const fn within(&self) -> Option<Bbox> {
        self.within
    }

    /// Whether a position lies in it; its edges do.
    pub fn contains(&self, at: LonLat) -> bool {
        let at = Coord {
            x: at.lon(),
            y: at.lat(),
        };
        self.polygon.intersects(&at)
    }

    /// Whether any point of a geometry lies in it; boundaries count.
    pub fn meets(&self, geometry: &Crs84<Geometry>) -> bool {
        self.polygon.intersects(geometry.as_geo())
    }
}

impl Window {
    /// Whether any point of a geometry lies in it; boundaries count (Features Part 1, 7.15.3).
    ///
    /// ```
    /// use heritage_registry::domain::{Crs, Crs84, LonLat};
    /// let shusha = Crs84::point(LonLat::new(46.7475, 39.759).unwrap());
    /// let zone = Crs::Epsg28408;
    /// assert!(zone.window([4_404_000.0, 8_649_000.0, 4_405_000.0, 8_650_000.0]).unwrap().meets(&shusha));
    /// assert!(!zone.window([4_404_000.0, 8_650_000.0, 4_405_000.0, 8_651_000.0]).unwrap().meets(&shusha));
    /// ```
    pub fn meets(&self, geometry: &Crs84<Geometry>) -> bool {
        match self {
            Window::Box(bbox) => geometry.intersects(bbox),
            Window::Outline(outline) => outline.meets(geometry),
        }
    }
    /// The area that it is, in degrees: a Polygon, or the two parts of a box that crosses the antimeridian.
    ///
    /// ```
    /// use heritage_registry::domain::Crs;
    /// let fiji = Crs::Crs84.window([177.0, -20.0, -178.0, -15.0]).unwrap().in_degrees();
    /// assert!(matches!(fiji, geo::Geometry::MultiPolygon(parts) if parts.0.len() == 2));
    /// ```
    pub fn in_degrees(&self) -> Geometry {
        match self {
            Window::Outline(outline) => outline.polygon.clone().into(),
            Window::Box(bbox) => {
                let parts: Vec<_> = bbox.split().map(|part| part.rect().to_polygon()).collect();
                match <[Polygon<f64>; 1]>::try_from(parts) {
                    Ok([one]) => one.into(),
                    Err(two) => MultiPolygon(two).into(),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const METRES: [Crs; 4] = [
        Crs::Epsg32638,
        Crs::Epsg32639,
        Crs::Epsg28408,
        Crs::Epsg28468,
    ];

    fn bbox(west: f64, south: f64, east: f64, north: f64) -> Window {
        Window::Box(Bbox::new(west, south, east, north).unwrap())
    }

    #[test]
    fn a_box_of_degrees_is_one_of_longitude_and_latitude() {
        let table = [
            (
                Crs::Crs84,
                [46.0, 39.0, 48.0, 41.0],
                bbox(46.0, 39.0, 48.0, 41.0),
            ),
            (
                Crs::Crs84h,
                [46.0, 39.0, 48.0, 41.0],
                bbox(46.0, 39.0, 48.0, 41.0),
            ),
            (
                Crs::Epsg4326,
                [39.0, 46.0, 41.0, 48.0],
                bbox(46.0, 39.0, 48.0, 41.0),
            ),
            (
                Crs::Epsg4326,
                [65.0, 177.0, 70.0, -177.0],
                bbox(177.0, 65.0, -177.0, 70.0),
            ),
        ];
        for (crs, sides, expected) in table {
            assert_eq!(crs.window(sides), Ok(expected), "{crs:?}");
        }
        let world = 20_037_508.342_789_244;
        let Ok(Window::Box(world)) = Crs::Epsg3857.window([-world, -world, world, world]) else {
            panic!("it is a box")
        };
        assert_eq!((world.west(), world.east()), (-180.0, 180.0));
        assert!((world.north() - 85.051_128_779).abs() < 1e-9);
    }

    #[test]
    fn a_box_outside_or_upside_down_is_none() {
        let table = [
            (
                Crs::Epsg4326,
                [41.0, 46.0, 39.0, 48.0],
                "south 41.0 is above north 39.0",
            ),
            (
                Crs::Epsg3857,
                [2.0, 0.0, 1.0, 1.0],
                "the lower easting 2.0 is above the upper easting 1.0: the order is lower easting, lower northing, upper",
            ),
            (
                Crs::Epsg28408,
                [2.0, 0.0, 1.0, 1.0],
                "the lower northing 2.0 is above the upper northing 1.0: the order is lower northing, lower easting, upper",
            ),
            // Easting before northing.
            (
                Crs::Epsg28408,
                [8_400_000.0, 4_200_000.0, 8_800_000.0, 4_600_000.0],
                "northing 8400000.0 and easting 4200000.0, in metres, lie outside the area of http://www.opengis.net/def/crs/EPSG/0/28408",
            ),
            (
                Crs::Epsg32638,
                [300_000.0, 4_200_000.0, f64::INFINITY, 4_600_000.0],
                "easting inf and northing 4600000.0, in metres, lie outside",
            ),
        ];
        for (crs, sides, begin) in table {
            let wrong = crs.window(sides).unwrap_err();
            assert!(wrong.0.starts_with(begin), "{wrong}");
        }
    }

    #[test]
    fn what_lies_beside_the_box_is_not_in_it_though_a_box_of_degrees_around_it_holds_it() {
        let Ok(Window::Outline(outline)) =
            Crs::Epsg32638.window([600_000.0, 4_350_000.0, 700_000.0, 4_450_000.0])
        else {
            panic!("it is an outline")
        };
        // Its western side leans to the east; its northern side bends up.
        let corner = Crs::Epsg32638.locate([600_000.0, 4_350_000.0]).unwrap();
        let beside = Crs::Epsg32638.locate([599_999.0, 4_400_000.0]).unwrap();
        assert!(outline.around().contains(beside) && beside.lon() > corner.lon());
        assert!(!outline.contains(beside));
        let middle = Crs::Epsg32638.locate([650_000.0, 4_400_000.0]).unwrap();
        assert!(outline.within().unwrap().contains(middle) && outline.contains(middle));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

        #[test]
        fn an_outline_holds_the_positions_whose_coordinates_lie_in_the_box(
            crs in proptest::sample::select(METRES.to_vec()),
            (lon, lat) in (44.5..48.5, 38.3..41.2),
            (wide, high) in (1.0..300_000.0, 1.0..300_000.0),
            (across, up) in (-0.1..1.1, -0.1..1.1),
            (side, beside) in (0..8_u8, -1.0..1.0),
        ) {
            let [a, b] = crs.coordinates(LonLat::new(lon, lat).unwrap()).unwrap();
            let Ok(Window::Outline(outline)) = crs.window([a, b, a + wide, b + high]) else { panic!("an outline") };
            // Anywhere, or within a metre of a side.
            let (across, up): (f64, f64) = (across * wide, up * high);
            let (across, up) = match side {
                0 => (beside, up),
                1 => (wide + beside, up),
                2 => (across, beside),
                3 => (across, high + beside),
                _ => (across, up),
            };
            let from_sides: [f64; 4] = [across, wide - across, up, high - up];
            // A millimetre is as near as the sides are followed.
            prop_assume!(from_sides.iter().all(|metres| metres.abs() > 0.002));
            let is_in = from_sides.iter().all(|metres| *metres > 0.0);
            let at = crs.locate([a + across, b + up]).unwrap();
            prop_assert_eq!(outline.contains(at), is_in);
            prop_assert!(!is_in || outline.around().contains(at));
            prop_assert!(is_in || outline.within().is_none_or(|within| !within.contains(at)));
            let point = Crs84::point(at);
            prop_assert!(outline.meets(&point) == outline.contains(at) || from_sides.iter().any(|metres| metres.abs() < 0.02));
        }
    }
}
