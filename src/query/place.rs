//! `bbox`, and `near` with `radius`: where features are to be (Features Part 1, 7.15.3).

use super::{Parameters, value};
use crate::domain::{Crs, LonLat, Metres, Window, Wrong, shortened};

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

/// `bbox`, in the system that `bbox-crs` names; alone, that has no effect (Features Part 2, 6.4).
pub(super) fn parse_bbox(parameters: &mut Parameters) -> Option<Window> {
    let crs = parameters.take("bbox-crs", Crs::parse);
    let is_unknown = crs.is_none() && parameters.has("bbox-crs");
    let window = parameters.take("bbox", |text| {
        let numbers: Result<Vec<f64>, Wrong> = text.split(',').map(value::number).collect();
        let numbers = numbers?;
        if is_unknown {
            // What they mean is not known, so nothing can be wrong with it.
            return Ok(None);
        }
        window(&numbers, crs.unwrap_or_default()).map(Some)
    });
    window.flatten()
}

/// The box of four numbers in a system, or of six with heights where that has some: of `bbox`, and of `BBOX` in a filter.
///
/// ```
/// use heritage_registry::domain::{Bbox, Crs, Window};
/// use heritage_registry::query::window;
/// let karabakh = Window::Box(Bbox::new(46.0, 39.0, 48.0, 41.0).unwrap());
/// assert_eq!(window(&[39.0, 46.0, 41.0, 48.0], Crs::Epsg4326), Ok(karabakh));
/// assert!(window(&[39.0, 46.0, 0.0, 41.0, 48.0, 100.0], Crs::Epsg4326).is_err());
/// ```
pub fn window(numbers: &[f64], crs: Crs) -> Result<Window, Wrong> {
    let may_have_heights = matches!(crs, Crs::Crs84 | Crs::Crs84h);
    // Heights filter only geometries that have one (Features Part 1, 7.15.3), and none of ours has.
    match numbers {
        &[first, second, third, fourth] => crs.window([first, second, third, fourth]),
        &[west, south, low, east, north, high] if may_have_heights && low <= high => {
            crs.window([west, south, east, north])
        }
        [_, _, low, _, _, high] if may_have_heights => Err(Wrong(format!(
            "the lower height {low} is above the upper height {high}"
        ))),
        other if may_have_heights => {
            let count = other.len();
            Err(Wrong(format!(
                "a box has 4 numbers, west,south,east,north, or 6 with heights, not {count}"
            )))
        }
        other => {
            let count = other.len();
            let order = crs.order_of_box();
            Err(Wrong(format!("a box has 4 numbers, {order}, not {count}")))
        }
    }
}

pub(super) fn parse_near(parameters: &mut Parameters) -> Option<Near> {
    let centre = parameters.take("near", |text| {
        match text.split(',').collect::<Vec<_>>().as_slice() {
            [lon, lat] => LonLat::new(value::number(lon)?, value::number(lat)?),
            _ => Err(Wrong(format!(
                "a point is lon,lat, as 46.75,39.76, not \"{text}\"",
                text = shortened(text)
            ))),
        }
    });
    let has_radius = parameters.has("radius");
    let radius = parameters.take("radius", |text| {
        let metres = value::number(text)?;
        let fits = metres > 0.0 && metres <= RADIUS_MAX_M;
        Metres::new(metres).filter(|_| fits).ok_or_else(|| {
            Wrong(format!(
                "radius is in metres, above 0 and up to {RADIUS_MAX_M}, not \"{text}\"",
                text = shortened(text)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Bbox, Fault, Faults};

    fn parsed(query: &str) -> Result<Option<Window>, Vec<String>> {
        let mut parameters = Parameters::parse(query);
        let window = parse_bbox(&mut parameters);
        match parameters.finish(&[]) {
            Ok(()) => Ok(window),
            Err(Faults(faults)) => Err(faults.iter().map(Fault::to_string).collect()),
        }
    }

    #[test]
    fn a_box_is_that_of_its_system() {
        let karabakh = Ok(Some(Window::Box(
            Bbox::new(46.0, 39.0, 48.0, 41.0).unwrap(),
        )));
        for query in [
            "bbox=46,39,48,41",
            "bbox=46,39,-100,48,41,3000",
            "bbox=46,39,48,41&bbox-crs=[OGC:CRS84]",
            "bbox=46,39,0,48,41,0&bbox-crs=[OGC:CRS84h]",
            "bbox=39,46,41,48&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326",
        ] {
            assert_eq!(parsed(query), karabakh, "{query}");
        }
        assert_eq!(parsed("bbox-crs=[EPSG:28408]"), Ok(None));
        let zone = "bbox=4200000,8500000,4400000,8700000&bbox-crs=[EPSG:28408]";
        assert!(matches!(parsed(zone), Ok(Some(Window::Outline(_)))));
    }

    #[test]
    fn what_is_wrong_with_a_box_is_told() {
        let table = [
            (
                "bbox=46,39,48",
                "bbox: a box has 4 numbers, west,south,east,north, or 6 with heights, not 3",
            ),
            (
                "bbox=46,39,9,48,41,0",
                "bbox: the lower height 9 is above the upper height 0",
            ),
            (
                "bbox=39,46,0,41,48,0&bbox-crs=[EPSG:4326]",
                "bbox: a box has 4 numbers, lower latitude, lower longitude, upper latitude, upper longitude, not 6",
            ),
            (
                "bbox=1,2,3,x&bbox-crs=[EPSG:3857]",
                "bbox: \"x\" is not a number",
            ),
            (
                "bbox=1,2,3,inf&bbox-crs=[EPSG:3857]",
                "bbox: \"inf\" is not a number",
            ),
            (
                "bbox=4402000,649000,4403000,650000&bbox-crs=[EPSG:32638]",
                "bbox: easting 4402000.0 and northing 649000.0, in metres, lie outside",
            ),
            (
                "bbox=1,2,3,4&bbox-crs=metres",
                "bbox-crs: \"metres\" is not one of",
            ),
        ];
        for (query, begin) in table {
            let faults = parsed(query).unwrap_err();
            assert!(
                faults.len() == 1 && faults[0].starts_with(begin),
                "{query} {faults:?}"
            );
        }
        let both = parsed("bbox=1,2,3,x&bbox-crs=metres").unwrap_err();
        assert_eq!(both.len(), 2, "{both:?}");
    }
}
