//! `bbox`, and `near` with `radius`: where features are to be (Features Part 1, 7.15.3).

use super::{Parameters, value};
use crate::domain::{Bbox, LonLat, Metres, Wrong};

/// The longest radius, in metres: farther than anything of the region is from anything else.
pub const RADIUS_MAX_M: f64 = 1_000_000.0;

/// A point, and how far from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// The point.
    pub centre: LonLat,
    /// How far, to the nearest point of the geometry; any distance where `None`.
    pub radius: Option<Metres>,
}

pub(super) fn parse_bbox(text: &str) -> Result<Bbox, Wrong> {
    let numbers: Vec<f64> = text
        .split(',')
        .map(value::number)
        .collect::<Result<_, _>>()?;
    // Heights filter only geometries that have one (Features Part 1, 7.15.3), and none of ours has.
    let (west, south, east, north) = match numbers.as_slice() {
        [west, south, east, north] => (*west, *south, *east, *north),
        [west, south, low, east, north, high] if low <= high => (*west, *south, *east, *north),
        [_, _, low, _, _, high] => {
            return Err(Wrong(format!(
                "the lower height {low} is above the upper height {high}"
            )));
        }
        other => {
            let count = other.len();
            return Err(Wrong(format!(
                "a box has 4 numbers, west,south,east,north, or 6 with heights, not {count}"
            )));
        }
    };
    Bbox::new(west, south, east, north)
}

pub(super) fn parse_near(parameters: &mut Parameters) -> Option<Near> {
    let centre = parameters.take("near", |text| {
        match text.split(',').collect::<Vec<_>>().as_slice() {
            [lon, lat] => LonLat::new(value::number(lon)?, value::number(lat)?),
            _ => Err(Wrong(format!(
                "a point is lon,lat, as 46.75,39.76, not \"{text}\""
            ))),
        }
    });
    let has_radius = parameters.has("radius");
    let radius = parameters.take("radius", |text| {
        let metres = value::number(text)?;
        let fits = metres > 0.0 && metres <= RADIUS_MAX_M;
        Metres::new(metres).filter(|_| fits).ok_or_else(|| {
            Wrong(format!(
                "radius is in metres, above 0 and up to {RADIUS_MAX_M}, not \"{text}\""
            ))
        })
    });
    if has_radius && !parameters.has("near") {
        parameters.fault("radius", "goes with near=lon,lat");
    }
    Some(Near {
        centre: centre?,
        radius,
    })
}
