//! A geometry in one of the systems, on its way in.

use geo::{Coord, CoordsIter, MapCoords};

use super::Crs;
use crate::domain::{Geometry, Wrong};

/// A geometry whose coordinates are those of a system, the first of its axes as `x`. Exists only on the way in.
#[derive(Clone, Debug, PartialEq)]
pub struct Projected<G> {
    /// The system.
    pub crs: Crs,
    /// The geometry.
    pub geometry: G,
}

impl Projected<Geometry> {
    /// A geometry whose coordinates are as maps have them, longitude or easting first, whatever the order of the authority:
    /// files of maps are so (OGC 12-128r19, 1.1.1).
    pub fn as_on_maps(crs: Crs, geometry: Geometry) -> Projected<Geometry> {
        let is_first = ["longitude", "easting"].contains(&crs.row().axes[0]);
        let geometry = if is_first {
            geometry
        } else {
            geometry.map_coords(|Coord { x, y }| Coord { x: y, y: x })
        };
        Projected { crs, geometry }
    }

    /// The same positions in longitude and latitude, in degrees, in their order and not rounded; what is wrong with the
    /// first that lies outside the system, and how many more do.
    ///
    /// ```
    /// use heritage_registry::domain::{Crs, Projected};
    /// let geometry = geo::Point::new(39.76, 46.75).into();
    /// let located = Projected { crs: Crs::Epsg4326, geometry }.in_degrees();
    /// assert_eq!(located, Ok(geo::Point::new(46.75, 39.76).into()));
    /// ```
    pub fn in_degrees(self) -> Result<Geometry, Wrong> {
        let locate = |Coord { x, y }| {
            let at = self.crs.locate([x, y])?;
            Ok(Coord {
                x: at.lon(),
                y: at.lat(),
            })
        };
        self.geometry
            .try_map_coords(locate)
            .map_err(|first: Wrong| {
                let all = self.geometry.coords_iter();
                match all.filter(|at| locate(*at).is_err()).count() {
                    1 => first,
                    2 => Wrong(format!("{first}; 1 more position lies outside")),
                    all => Wrong(format!("{first}; {} more positions lie outside", all - 1)),
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Point, line_string};

    #[test]
    fn every_position_is_located_and_those_outside_are_counted() {
        let line = line_string![(x: 4_404_321.325_95, y: 8_649_857.955_86), (x: 4_241_007.081_6, y: 8_456_367.387_5)];
        let crs = Crs::Epsg28408;
        let in_degrees = |geometry| Projected { crs, geometry }.in_degrees();
        let Ok(Geometry::LineString(located)) = in_degrees(line.into()) else {
            panic!("it lies within")
        };
        let near = |at: Coord<f64>, lon: f64, lat: f64| {
            assert!(
                (at.x - lon).abs() < 1e-8 && (at.y - lat).abs() < 1e-8,
                "{at:?}"
            );
        };
        near(located.0[0], 46.7475, 39.759);
        near(located.0[1], 44.5, 38.3);
        let one = in_degrees(Point::new(46.75, 39.76).into()).unwrap_err();
        assert!(one.0.ends_with("is the order northing, easting?"), "{one}");
        let exchanged =
            line_string![(x: 8_649_857.0, y: 4_404_321.0), (x: 8_456_367.0, y: 4_241_007.0)];
        let both = in_degrees(exchanged.into()).unwrap_err();
        assert!(
            both.0.ends_with("easting?; 1 more position lies outside"),
            "{both}"
        );
    }
}
