//! The tile matrix sets that are served, as a table (OGC Two Dimensional Tile Matrix Set, 17-083r4, annex D.1 and D.3).

use std::f64::consts::PI;
use std::ops::RangeInclusive;

use super::Tile;
use crate::domain::{Bbox, Crs};

/// The last matrix of each set: a unit of its tiles is less than a millimetre.
pub const ZOOM_MAX: u8 = 24;

/// A side of the square that is the map of the web, in metres: the equator.
const EQUATOR: f64 = 2.0 * PI * 6_378_137.0;

/// Metres in a degree of the equator, as the standard counts scales of maps in degrees (17-083r4, 6.1.1.1).
const METRES_IN_DEGREE: f64 = EQUATOR / 360.0;

/// The pixel by which the standard counts scales, in metres (17-083r4, 6.1.1.1).
const PIXEL: f64 = 0.000_28;

/// Pixels along a side of a tile, by which cells are counted.
const TILE_PIXELS: f64 = 256.0;

/// A way in which the world is cut into tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatrixSet {
    /// The square of the web's maps.
    WebMercatorQuad,
    /// Longitude and latitude, two tiles side by side at the first zoom.
    WorldCrs84Quad,
}

/// One cutting of the whole map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TileMatrix {
    /// Its place in the set, which is also its name.
    pub zoom: u8,
    /// How many times smaller than the world the map is, on a screen of pixels of 0.28 mm.
    pub scale_denominator: f64,
    /// Side of a pixel, in units of the reference system.
    pub cell_size: f64,
    /// How many tiles are side by side.
    pub width: u32,
    /// How many are one above the other.
    pub height: u32,
}

/// Rows and columns of a matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The zoom.
    pub matrix: u8,
    /// From the first row to the last.
    pub rows: RangeInclusive<u32>,
    /// From the first column to the last.
    pub cols: RangeInclusive<u32>,
}

impl MatrixSet {
    /// Every set, the one of web maps first.
    pub const ALL: [MatrixSet; 2] = [MatrixSet::WebMercatorQuad, MatrixSet::WorldCrs84Quad];

    /// Its name in addresses.
    pub fn id(self) -> &'static str {
        match self {
            MatrixSet::WebMercatorQuad => "WebMercatorQuad",
            MatrixSet::WorldCrs84Quad => "WorldCRS84Quad",
        }
    }

    /// The set with that name.
    pub fn find(id: &str) -> Option<MatrixSet> {
        MatrixSet::ALL.into_iter().find(|set| set.id() == id)
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            MatrixSet::WebMercatorQuad => "Google Maps Compatible for the World",
            MatrixSet::WorldCrs84Quad => "CRS84 for the World",
        }
    }

    /// Its name for everybody.
    pub fn uri(self) -> String {
        let id = self.id();
        format!("http://www.opengis.net/def/tilematrixset/OGC/1.0/{id}")
    }

    /// The reference system of the map.
    pub fn crs(self) -> Crs {
        match self {
            MatrixSet::WebMercatorQuad => Crs::Epsg3857,
            MatrixSet::WorldCrs84Quad => Crs::Crs84,
        }
    }

    /// The well-known scale set whose scales it has.
    pub fn well_known_scale_set(self) -> &'static str {
        match self {
            MatrixSet::WebMercatorQuad => {
                "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible"
            }
            MatrixSet::WorldCrs84Quad => "http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad",
        }
    }

    /// The axes of its coordinates, in order.
    pub fn ordered_axes(self) -> [&'static str; 2] {
        match self {
            MatrixSet::WebMercatorQuad => ["X", "Y"],
            MatrixSet::WorldCrs84Quad => ["Lon", "Lat"],
        }
    }

    /// The top left corner of all its matrices, in its own units.
    pub fn origin(self) -> [f64; 2] {
        match self {
            MatrixSet::WebMercatorQuad => [-EQUATOR / 2.0, EQUATOR / 2.0],
            MatrixSet::WorldCrs84Quad => [-180.0, 90.0],
        }
    }

    /// Its matrices, the coarsest first.
    pub fn matrices(self) -> impl Iterator<Item = TileMatrix> {
        (0..=ZOOM_MAX).map(move |zoom| self.at(zoom))
    }

    /// The matrix of a zoom, which is [`ZOOM_MAX`] at most.
    pub(super) fn at(self, zoom: u8) -> TileMatrix {
        let height = 1_u32 << zoom;
        let (side, wide, metres) = match self {
            MatrixSet::WebMercatorQuad => (EQUATOR, 1, 1.0),
            MatrixSet::WorldCrs84Quad => (180.0, 2, METRES_IN_DEGREE),
        };
        let cell_size = side / TILE_PIXELS / f64::from(height);
        TileMatrix {
            zoom,
            scale_denominator: cell_size * metres / PIXEL,
            cell_size,
            width: height * wide,
            height,
        }
    }

    /// The tiles of a zoom that a box of longitude and latitude meets. What lies beyond the edge of the map is taken to be
    /// at its edge.
    pub fn limits(self, zoom: u8, extent: Bbox) -> Limits {
        let north_west = Tile::nearest(self, zoom, extent.west(), extent.north());
        let south_east = Tile::nearest(self, zoom, extent.east(), extent.south());
        let cols = if extent.west() > extent.east() {
            0..=self.at(zoom).width - 1
        } else {
            north_west.col()..=south_east.col()
        };
        Limits {
            matrix: zoom,
            rows: north_west.row()..=south_east.row(),
            cols,
        }
    }

    /// Where a position is, in tiles of a zoom from the top left corner: across, and down. Of the map of the web, the poles
    /// are far beyond its edge.
    pub(super) fn place(self, zoom: u8, lon: f64, lat: f64) -> [f64; 2] {
        let TileMatrix { width, height, .. } = self.at(zoom);
        let down = match self {
            MatrixSet::WebMercatorQuad => (1.0 - lat.to_radians().tan().asinh() / PI) / 2.0,
            MatrixSet::WorldCrs84Quad => (90.0 - lat) / 180.0,
        };
        [
            (lon + 180.0) / 360.0 * f64::from(width),
            down * f64::from(height),
        ]
    }

    /// The position at a place: longitude and latitude. The way back of [`MatrixSet::place`].
    pub(super) fn position(self, zoom: u8, [across, down]: [f64; 2]) -> [f64; 2] {
        let TileMatrix { width, height, .. } = self.at(zoom);
        let lon = across / f64::from(width) * 360.0 - 180.0;
        let down = down / f64::from(height);
        let lat = match self {
            MatrixSet::WebMercatorQuad => (PI * (1.0 - 2.0 * down)).sinh().atan().to_degrees(),
            MatrixSet::WorldCrs84Quad => 90.0 - down * 180.0,
        };
        [lon, lat]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_of_the_standard() {
        // 17-083r4, tables D.1 and D.3.
        let figures = [
            (
                MatrixSet::WebMercatorQuad,
                0,
                559_082_264.028_717,
                156_543.033_928_041,
                1,
                1,
            ),
            (
                MatrixSet::WebMercatorQuad,
                1,
                279_541_132.014_358,
                78_271.516_964_020_5,
                2,
                2,
            ),
            (
                MatrixSet::WebMercatorQuad,
                12,
                136_494.693_366_386,
                38.218_514_142_588,
                4096,
                4096,
            ),
            (
                MatrixSet::WebMercatorQuad,
                24,
                33.323_899_747_652_9,
                0.009_330_691_929_342_8,
                16_777_216,
                16_777_216,
            ),
            (
                MatrixSet::WorldCrs84Quad,
                0,
                279_541_132.014_358,
                0.703_125,
                2,
                1,
            ),
            (
                MatrixSet::WorldCrs84Quad,
                8,
                1_091_957.546_931_09,
                0.002_746_582_031_25,
                512,
                256,
            ),
        ];
        for (set, zoom, scale, cell, width, height) in figures {
            let matrix = set.matrices().nth(zoom).unwrap();
            let is_close = |one: f64, other: f64| (one / other - 1.0).abs() < 1e-12;
            assert!(is_close(matrix.scale_denominator, scale), "{matrix:?}");
            assert!(is_close(matrix.cell_size, cell), "{matrix:?}");
            assert_eq!((matrix.width, matrix.height), (width, height), "{set:?}");
        }
        let [west, north] = MatrixSet::WebMercatorQuad.origin();
        assert!((west + 20_037_508.342_789_2).abs() < 1e-7);
        assert!((north - 20_037_508.342_789_2).abs() < 1e-7);
        for set in MatrixSet::ALL {
            assert_eq!(MatrixSet::find(set.id()), Some(set));
            assert_eq!(set.matrices().count(), 25);
        }
    }

    #[test]
    fn an_extent_meets_the_tiles_that_hold_its_corners_and_those_between() {
        let bbox = |west, south, east, north| Bbox::new(west, south, east, north).unwrap();
        let karabakh = bbox(46.0, 38.5, 48.0, 40.7);
        for (set, zoom, extent, rows, cols) in [
            (MatrixSet::WebMercatorQuad, 0, karabakh, 0..=0, 0..=0),
            (MatrixSet::WebMercatorQuad, 8, karabakh, 96..=98, 160..=162),
            (MatrixSet::WorldCrs84Quad, 8, karabakh, 70..=73, 321..=324),
            (
                MatrixSet::WebMercatorQuad,
                1,
                bbox(-180.0, -90.0, 180.0, 90.0),
                0..=1,
                0..=1,
            ),
            (
                MatrixSet::WebMercatorQuad,
                2,
                bbox(170.0, 1.0, -170.0, 2.0),
                1..=1,
                0..=3,
            ),
        ] {
            let limits = set.limits(zoom, extent);
            assert_eq!(
                (limits.rows, limits.cols),
                (rows, cols),
                "{set:?} {zoom} {extent:?}"
            );
        }
    }
}
