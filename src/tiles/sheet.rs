//! A small map of a page: a rectangle of whole units around a place, north above. Units are counted from its top left corner.

use geo::{Coord, MapCoords, Rect};

use super::{Drawn, drawn};
use crate::domain::{Geometry, LonLat};

/// How far what is drawn reaches beyond the sides, in units, so that nobody sees where it was cut off.
const BUFFER: f64 = 8.0;

/// A map that is true to scale in its middle. Degrees of longitude are as long everywhere on it, which on a map of a hundred
/// kilometres is wrong by one part in a hundred.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sheet {
    middle: Coord<f64>,
    /// Units in a degree, east and north.
    per_degree: Coord<f64>,
    size: Coord<f64>,
}

impl Sheet {
    /// The map around a place, so many units across and down, each of so many metres.
    pub fn around(middle: LonLat, metres_of_a_unit: f64, across: i32, down: i32) -> Sheet {
        let [east, north] = metres_of_a_degree(middle.lat());
        Sheet {
            middle: Coord {
                x: middle.lon(),
                y: middle.lat(),
            },
            per_degree: Coord {
                x: east / metres_of_a_unit,
                y: north / metres_of_a_unit,
            },
            size: Coord {
                x: across.into(),
                y: down.into(),
            },
        }
    }

    /// What is seen of a geometry in CRS84; `None` if nothing is.
    ///
    /// ```
    /// use heritage_registry::domain::{Crs84, LonLat};
    /// use heritage_registry::tiles::{Drawn, Sheet};
    /// let shusha = LonLat::new(46.75, 39.76).unwrap();
    /// let sheet = Sheet::around(shusha, 10.0, 600, 400);
    /// let a_kilometre_north = Crs84::point(LonLat::new(46.75, 39.769_006).unwrap());
    /// assert_eq!(sheet.draw(a_kilometre_north.as_geo()), Some(Drawn::Points(vec![[300, 100]])));
    /// ```
    pub fn draw(&self, geometry: &Geometry) -> Option<Drawn> {
        drawn::within(&self.canvas(), &geometry.map_coords(|at| self.units(at)))
    }

    fn units(&self, at: Coord<f64>) -> Coord<f64> {
        let away = at - self.middle;
        Coord {
            x: self.size.x / 2.0 + away.x * self.per_degree.x,
            y: self.size.y / 2.0 - away.y * self.per_degree.y,
        }
    }

    fn canvas(&self) -> Rect<f64> {
        let buffer = Coord {
            x: BUFFER,
            y: BUFFER,
        };
        Rect::new(Coord::zero() - buffer, self.size + buffer)
    }
}

/// How long a degree of longitude and one of latitude are on WGS 84 at a latitude, to a metre (Snyder, Map Projections: A
/// Working Manual, p. 25).
fn metres_of_a_degree(lat: f64) -> [f64; 2] {
    let turned = |times: f64| (times * lat.to_radians()).cos();
    [
        111_412.84 * turned(1.0) - 93.5 * turned(3.0) + 0.118 * turned(5.0),
        111_132.954 - 559.822 * turned(2.0) + 1.175 * turned(4.0),
    ]
}

#[cfg(test)]
mod tests {
    use geo::{LineString, Point};

    use super::*;
    use crate::domain::distance_between;

    #[test]
    fn it_is_true_to_scale() {
        let middle = LonLat::new(46.75, 39.76).unwrap();
        let sheet = Sheet::around(middle, 10.0, 600, 400);
        for (lon, lat) in [(46.78, 39.76), (46.75, 39.745), (46.76, 39.75)] {
            let at = Point::new(lon, lat);
            let Some(Drawn::Points(points)) = sheet.draw(&at.into()) else {
                panic!("{lon} {lat} is on it")
            };
            let [x, y] = points[0].map(f64::from);
            let drawn = 10.0 * (x - 300.0).hypot(y - 200.0);
            let real = distance_between(&at.into(), &Point::new(46.75, 39.76).into());
            assert!((drawn - real).abs() < 10.0, "{drawn} is not {real}");
            assert_eq!((x > 300.0, y > 200.0), (lon > 46.75, lat < 39.76));
        }
    }

    #[test]
    fn what_is_beyond_its_sides_is_cut_off_where_nobody_sees_it() {
        let middle = LonLat::new(46.75, 39.76).unwrap();
        let sheet = Sheet::around(middle, 10.0, 600, 400);
        let river = LineString::from(vec![(46.0, 39.76), (47.5, 39.76)]);
        assert_eq!(
            sheet.draw(&river.into()),
            Some(Drawn::Lines(vec![vec![[-8, 200], [608, 200]]]))
        );
        assert_eq!(sheet.draw(&Point::new(46.75, 39.9).into()), None);
    }
}
