//! Boxes of longitude and latitude.

use geo::{Coord, Rect};

use super::LonLat;
use crate::domain::Wrong;

/// A box in CRS84, its edges included; `west > east` crosses the antimeridian (RFC 7946, 5.2; Features Part 1, 7.15.3).
///
/// Longitudes -180 and 180 are two edges of the map, here as everywhere in GeoJSON: a box that ends at 180 does not hold
/// a position at -180.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bbox {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

/// How far beyond the edge of the world a box may reach and is cut off, in degrees: clients compute their map's corners.
const OVERSHOOT: f64 = 1e-6;

impl Bbox {
    /// The box between two meridians and two parallels, in degrees.
    ///
    /// What reaches beyond ±180 or ±90 by rounding only (a millionth of a degree) is cut off.
    ///
    /// ```
    /// use heritage_registry::domain::{Bbox, LonLat};
    /// let shusha = Bbox::new(46.73, 39.74, 46.77, 39.78).unwrap();
    /// assert!(shusha.contains(LonLat::new(46.7475, 39.759).unwrap()));
    /// assert!(Bbox::new(46.73, 39.78, 46.77, 39.74).is_err());
    /// ```
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Result<Bbox, Wrong> {
        let mut faults = Vec::new();
        let mut side = |name: &str, degrees: f64, limit: f64| {
            // Also when it is not a number, which is in no range.
            if !(-limit - OVERSHOOT..=limit + OVERSHOOT).contains(&degrees) {
                faults.push(format!(
                    "{name} is in degrees from -{limit} to {limit}, not {degrees:?}"
                ));
            }
            degrees.clamp(-limit, limit)
        };
        let bbox = Bbox {
            west: side("west", west, 180.0),
            south: side("south", south, 90.0),
            east: side("east", east, 180.0),
            north: side("north", north, 90.0),
        };
        if south > north {
            faults.push(format!("south {south:?} is above north {north:?}"));
        }
        if faults.is_empty() {
            Ok(bbox)
        } else {
            // Many programs write latitude first.
            Err(Wrong(format!(
                "{}: the order is west, south, east, north, each longitude before its latitude",
                faults.join("; ")
            )))
        }
    }

    /// Its western edge, in degrees.
    pub const fn west(self) -> f64 {
        self.west
    }

    /// Its southern edge, in degrees.
    pub const fn south(self) -> f64 {
        self.south
    }

    /// Its eastern edge, in degrees; less than the western one if it crosses the antimeridian.
    pub const fn east(self) -> f64 {
        self.east
    }

    /// Its northern edge, in degrees.
    pub const fn north(self) -> f64 {
        self.north
    }

    /// Whether it holds the position; its edges do.
    pub fn contains(self, at: LonLat) -> bool {
        let (lon, lat) = (at.lon(), at.lat());
        let across = if self.crosses_antimeridian() {
            lon >= self.west || lon <= self.east
        } else {
            lon >= self.west && lon <= self.east
        };
        across && lat >= self.south && lat <= self.north
    }

    /// The smallest box that holds both and does not cross the antimeridian.
    ///
    /// One that crosses it counts as its whole band from -180 to 180.
    ///
    /// ```
    /// use heritage_registry::domain::Bbox;
    /// let shusha = Bbox::new(46.73, 39.74, 46.77, 39.78).unwrap();
    /// let barda = Bbox::new(47.08, 40.35, 47.15, 40.4).unwrap();
    /// assert_eq!(shusha.union(barda), Bbox::new(46.73, 39.74, 47.15, 40.4).unwrap());
    /// ```
    #[must_use]
    pub fn union(self, other: Bbox) -> Bbox {
        let band = |bbox: Bbox| {
            if bbox.crosses_antimeridian() {
                Bbox {
                    west: -180.0,
                    east: 180.0,
                    ..bbox
                }
            } else {
                bbox
            }
        };
        let (a, b) = (band(self), band(other));
        Bbox {
            west: a.west.min(b.west),
            south: a.south.min(b.south),
            east: a.east.max(b.east),
            north: a.north.max(b.north),
        }
    }

    /// Itself, or its two parts on either side of the antimeridian, the one east of it last.
    ///
    /// ```
    /// use heritage_registry::domain::Bbox;
    /// let fiji = Bbox::new(177.0, -20.0, -178.0, -15.0).unwrap();
    /// let parts: Vec<_> = fiji.split().map(|part| (part.west(), part.east())).collect();
    /// assert_eq!(parts, [(177.0, 180.0), (-180.0, -178.0)]);
    /// ```
    pub fn split(self) -> impl Iterator<Item = Bbox> {
        let (first, second) = if self.crosses_antimeridian() {
            (
                Bbox {
                    east: 180.0,
                    ..self
                },
                Some(Bbox {
                    west: -180.0,
                    ..self
                }),
            )
        } else {
            (self, None)
        };
        std::iter::once(first).chain(second)
    }

    /// Whether it reaches over the antimeridian.
    pub fn crosses_antimeridian(self) -> bool {
        self.west > self.east
    }

    /// As `geo` has it; of a box that does not cross the antimeridian, which `geo` cannot say.
    pub(in crate::domain) fn rect(self) -> Rect<f64> {
        debug_assert!(!self.crosses_antimeridian(), "split it first");
        Rect::new(
            Coord {
                x: self.west,
                y: self.south,
            },
            Coord {
                x: self.east,
                y: self.north,
            },
        )
    }

    /// The box of something that lies within the world.
    pub(super) fn of(rect: Rect<f64>) -> Bbox {
        let (min, max) = (rect.min(), rect.max());
        Bbox {
            west: min.x,
            south: min.y,
            east: max.x,
            north: max.y,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bbox(west: f64, south: f64, east: f64, north: f64) -> Bbox {
        Bbox::new(west, south, east, north).unwrap()
    }

    #[test]
    fn a_box_outside_the_world_or_upside_down_is_refused_with_every_reason() {
        let table = [
            (
                (-200.0, 0.0, 10.0, 10.0),
                "west is in degrees from -180 to 180, not -200.0",
            ),
            (
                (0.0, 0.0, f64::NAN, 10.0),
                "east is in degrees from -180 to 180, not NaN",
            ),
            ((0.0, 50.0, 10.0, 40.0), "south 50.0 is above north 40.0"),
            (
                (181.0, -91.0, 10.0, f64::INFINITY),
                "west is in degrees from -180 to 180, not 181.0; south is in degrees from -90 to 90, not -91.0; \
                 north is in degrees from -90 to 90, not inf",
            ),
        ];
        for ((west, south, east, north), wrong) in table {
            assert_eq!(
                Bbox::new(west, south, east, north),
                Err(Wrong(format!(
                    "{wrong}: the order is west, south, east, north, each longitude before its latitude"
                )))
            );
        }
    }

    #[test]
    fn what_reaches_over_the_edge_of_the_world_by_rounding_is_cut_off() {
        assert_eq!(
            bbox(
                -180.000_000_5,
                -90.000_000_01,
                180.000_000_001,
                90.000_000_9
            ),
            bbox(-180.0, -90.0, 180.0, 90.0)
        );
        assert!(Bbox::new(-180.0, -90.0, 180.000_01, 90.0).is_err());
    }

    #[test]
    fn a_box_holds_its_edges_and_may_cross_the_antimeridian() {
        let (karabakh, pacific) = (
            bbox(46.0, 39.0, 48.0, 41.0),
            bbox(177.0, 65.0, -177.0, 70.0),
        );
        let table = [
            (karabakh, (46.7475, 39.759), true),
            (karabakh, (46.0, 41.0), true),
            (karabakh, (48.0, 39.0), true),
            (karabakh, (45.999_999_9, 40.0), false),
            (karabakh, (48.000_000_1, 40.0), false),
            (karabakh, (47.0, 41.000_000_1), false),
            (karabakh, (47.0, 38.999_999_9), false),
            (pacific, (180.0, 66.0), true),
            (pacific, (-180.0, 66.0), true),
            (pacific, (177.0, 70.0), true),
            (pacific, (-177.0, 65.0), true),
            (pacific, (-176.999_999_9, 66.0), false),
            (pacific, (0.0, 66.0), false),
            (pacific, (178.0, 70.5), false),
            (bbox(-180.0, 85.0, 180.0, 90.0), (12.0, 90.0), true),
        ];
        for (bbox, (lon, lat), holds) in table {
            assert_eq!(
                bbox.contains(LonLat::new(lon, lat).unwrap()),
                holds,
                "{bbox:?} {lon} {lat}"
            );
        }
    }

    #[test]
    fn a_crossing_box_splits_in_two_and_another_stays_whole() {
        let parts: Vec<_> = bbox(177.0, 65.0, -177.0, 70.0).split().collect();
        assert_eq!(
            parts,
            [
                bbox(177.0, 65.0, 180.0, 70.0),
                bbox(-180.0, 65.0, -177.0, 70.0)
            ]
        );
        assert_eq!(
            bbox(46.0, 39.0, 48.0, 41.0).split().collect::<Vec<_>>(),
            [bbox(46.0, 39.0, 48.0, 41.0)]
        );
    }

    #[test]
    fn a_union_holds_both_and_takes_a_crossing_box_as_its_band() {
        let karabakh = bbox(46.0, 39.0, 48.0, 41.0);
        assert_eq!(
            karabakh.union(bbox(44.0, 40.0, 47.0, 42.0)),
            bbox(44.0, 39.0, 48.0, 42.0)
        );
        assert_eq!(
            karabakh.union(bbox(177.0, 65.0, -177.0, 70.0)),
            bbox(-180.0, 39.0, 180.0, 70.0)
        );
    }
}
