//! The small map on the page of a record: where it is among rivers, lakes and places, drawn here and shown without a script.
//!
//! It knows no more of a place than the geometry that the reader is shown, and draws what is inexact as an area. Which names
//! stand on it is decided one after the other: the first that finds room stays.

mod bar;
mod labels;
mod shapes;
mod view;

use serde::Serialize;
use serde_json::Value;

use bar::Bar;
use labels::{Labels, ShownLabel};
use shapes::path;
use view::View;

use super::base_map::{BASE_MAP, CREDITS};
use super::signs::{corners, sign_of};
use super::style::Shade;
use crate::domain::{
    Crs84, Geometry, Ground, Landmark, Languages, LonLat, Scheme, distance_between,
};
use crate::tiles::{Drawn, Sign};

/// Units across and down. A page shows two units as about one pixel.
const ACROSS: i32 = 720;
const DOWN: i32 = 480;

/// Where the record stands.
const MIDDLE: [i32; 2] = [ACROSS / 2, DOWN / 2];

/// So many metres are across at least: less than the way to the next village says nothing.
const ACROSS_MIN: f64 = 18_000.0;

/// How much of its height the record takes at most, with how inexact it is.
const SHARE: f64 = 0.55;

/// With fewer names of places, more of the land is shown, in so many steps at most.
const NAMES_MIN: usize = 3;
const STEPS: i32 = 3;
const STEP: f64 = 1.6;

/// Half a side of the sign of a site.
const SIGN: i32 = 22;

/// A map, as its template draws it: all that it takes in units, paths as SVG writes them.
#[derive(Debug, Serialize)]
pub(in crate::http) struct Locator {
    across: i32,
    down: i32,
    lakes: String,
    rivers: String,
    dots: String,
    labels: Vec<ShownLabel>,
    /// The places that it names, for those who do not see it.
    places: Vec<String>,
    middle: [i32; 2],
    /// How far the record may be from the middle, if the sign does not hide that.
    circle: Option<f64>,
    /// The record, if it is not a point.
    shape: Option<String>,
    is_area: bool,
    /// Whether the record is somewhere in a square that is shown instead.
    is_cell: bool,
    sign: Option<ShownSign>,
    bar: Bar,
    credits: [Credit; CREDITS.len()],
}

/// The sign in the middle, and the mark on it.
#[derive(Debug, Serialize)]
struct ShownSign {
    /// Brings the square of the sign to where and as large as it is on the map.
    transform: String,
    points: String,
    colour: &'static str,
    on: &'static str,
    mark: &'static str,
}

impl ShownSign {
    fn of(sign: Sign, shade: &Shade) -> ShownSign {
        let [left, top] = MIDDLE.map(|middle| middle - SIGN);
        // The corners of signs are in a square of 24 by 24.
        let scale = f64::from(2 * SIGN) / 24.0;
        ShownSign {
            transform: format!("translate({left} {top}) scale({scale:.2})"),
            points: corners(sign),
            colour: shade.colour,
            on: shade.on,
            mark: shade.mark,
        }
    }
}

/// Whose the land is that is drawn, and where that is said.
#[derive(Debug, Serialize)]
struct Credit {
    name: &'static str,
    href: Option<&'static str>,
}

/// What a map is of.
struct Subject {
    geometry: Crs84<Geometry>,
    /// How far off a point may be, in metres.
    accuracy: Option<f64>,
    /// Whether the geometry is a square that the record is somewhere in.
    is_cell: bool,
    /// What stands for it in the middle, and how.
    sign: Option<(Sign, &'static Shade)>,
}

impl Subject {
    /// That of a feature; `None` without a geometry.
    fn of(feature: &Value) -> Option<Subject> {
        let geometry = Crs84::parse(&feature["geometry"], "", &mut Vec::new())?;
        let properties = &feature["properties"];
        let is_point = is_point(geometry.as_geo());
        let accuracy = properties["location_accuracy_m"].as_f64();
        let site_type = properties["site_type"].as_str();
        let site_type = site_type.and_then(|id| Scheme::SiteType.find(id));
        let shade = Shade::of(properties["condition"].as_str().unwrap_or_default());
        Some(Subject {
            geometry,
            accuracy: accuracy.filter(|_| is_point),
            is_cell: properties["geometry_kind"] == "cell",
            sign: site_type.map(|site_type| (sign_of(site_type), shade)),
        })
    }

    /// The middle of its extent.
    fn middle(&self) -> Option<LonLat> {
        let extent = self.geometry.extent();
        let lon = f64::midpoint(extent.west(), extent.east());
        let lat = f64::midpoint(extent.south(), extent.north());
        LonLat::new(lon, lat).ok()
    }

    /// How inexact it is, in units, where the sign does not hide that.
    fn circle(&self, view: &View<'_>) -> Option<f64> {
        let radius = self.accuracy? / view.metres_of_a_unit();
        (radius > SIGN.into()).then(|| radius.round())
    }

    /// Its outline or line; a point has none.
    fn shape(&self, view: &View<'_>) -> Option<String> {
        let geometry = self.geometry.as_geo();
        let drawn = view.draw(geometry).filter(|_| !is_point(geometry))?;
        Some(path(&drawn))
    }
}

/// The map of a feature; `None` without a geometry, or where the base map names nothing.
pub(in crate::http) fn around(feature: &Value, languages: &Languages) -> Option<Locator> {
    drawn(&Subject::of(feature)?, &BASE_MAP.landmarks, languages)
}

/// What is drawn; `None` if no place has a name.
fn drawn(subject: &Subject, landmarks: &[Landmark], languages: &Languages) -> Option<Locator> {
    let (view, labels) = best_view(subject, subject.middle()?, landmarks, languages)?;
    Some(Locator {
        across: ACROSS,
        down: DOWN,
        lakes: view.paths(Ground::Lake),
        rivers: view.paths(Ground::River),
        dots: path(&Drawn::Points(labels.dots())),
        labels: labels.shown(),
        places: labels.places().map(|label| label.text.clone()).collect(),
        middle: MIDDLE,
        circle: subject.circle(&view),
        shape: subject.shape(&view),
        is_area: subject.geometry.is_polygonal(),
        is_cell: subject.is_cell,
        sign: subject.sign.map(|(sign, shade)| ShownSign::of(sign, shade)),
        bar: view.bar(),
        credits: CREDITS.map(|(name, href)| Credit { name, href }),
    })
}

/// The narrowest view with enough names; if there is none, that with the most, of equals the narrowest.
fn best_view<'a>(
    subject: &Subject,
    middle: LonLat,
    landmarks: &'a [Landmark],
    languages: &Languages,
) -> Option<(View<'a>, Labels)> {
    let needed = needed_across(subject, middle);
    let mut best = None;
    let mut most = 0;
    for step in 0..STEPS {
        let view = View::around(middle, needed * STEP.powi(step), landmarks);
        let labels = view.named(subject.sign.is_some(), languages);
        let names = labels.places().count();
        if names > most {
            most = names;
            best = Some((view, labels));
        }
        if names >= NAMES_MIN {
            break;
        }
    }
    best
}

/// How many metres are across, so that a record is on the map with how inexact it is, and with something around it.
fn needed_across(subject: &Subject, middle: LonLat) -> f64 {
    let extent = subject.geometry.extent();
    let accuracy = subject.accuracy.unwrap_or_default();
    let from_middle = |lon: f64, lat: f64| {
        let at = LonLat::new(lon, lat).map(Crs84::point);
        at.map_or(0.0, |at| {
            distance_between(at.as_geo(), Crs84::point(middle).as_geo())
        })
    };
    let east = from_middle(extent.east(), middle.lat()) + accuracy;
    let north = from_middle(middle.lon(), extent.north()) + accuracy;
    let ratio = f64::from(ACROSS) / f64::from(DOWN);
    (2.0 * east.max(north * ratio) / SHARE).max(ACROSS_MIN)
}

fn is_point(geometry: &Geometry) -> bool {
    matches!(geometry, Geometry::Point(_))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{BaseMap, Lang};
    use crate::http::map::NEAR;

    /// Shusha and what is around it, a river, and a lake with a river through it.
    fn land() -> Vec<Landmark> {
        let place = |name: &str, rank: u8, lon: f64, lat: f64| {
            json!({
                "properties": { "layer": "place", "rank": rank, "names": [{ "text": name, "lang": "en", "kind": "vernacular" }] },
                "geometry": { "type": "Point", "coordinates": [lon, lat] },
            })
        };
        let river = |name: &str, line: Value| {
            json!({
                "properties": { "layer": "river", "rank": 1, "names": [{ "text": name, "lang": "en", "kind": "vernacular" }] },
                "geometry": { "type": "LineString", "coordinates": line },
            })
        };
        let mut shusha = place("Shusha", 2, 46.75, 39.76);
        shusha["properties"]["names"] = json!([
            { "text": "Şuşa", "lang": "az", "kind": "vernacular" },
            { "text": "Շուշի", "lang": "hy", "kind": "vernacular" },
        ]);
        let lake = json!([[
            [46.65, 39.78],
            [46.7, 39.78],
            [46.7, 39.82],
            [46.65, 39.82],
            [46.65, 39.78]
        ]]);
        let map = json!({ "features": [
            shusha,
            place("Dashalty", 5, 46.75, 39.74),
            place("Lachinlar", 5, 46.72, 39.77),
            place("Far away", 1, 48.0, 40.9),
            river("Hakari", json!([[46.0, 39.8], [46.67, 39.801], [46.68, 39.79], [46.69, 39.8], [47.5, 39.8]])),
            { "properties": { "layer": "lake", "rank": 1, "names": [] }, "geometry": { "type": "Polygon", "coordinates": lake } },
        ] });
        BaseMap::parse(map.to_string().as_bytes())
            .unwrap()
            .landmarks
    }

    fn languages(tag: &str) -> Languages {
        Languages::new([Lang::parse(tag).unwrap()])
    }

    fn subject(geometry: Value, accuracy: Option<f64>) -> Subject {
        Subject {
            geometry: Crs84::parse(&geometry, "", &mut Vec::new()).unwrap(),
            accuracy,
            is_cell: false,
            sign: Some((Sign::Disc, Shade::of(""))),
        }
    }

    fn point(accuracy: Option<f64>) -> Subject {
        subject(
            json!({ "type": "Point", "coordinates": [46.7502, 39.7601] }),
            accuracy,
        )
    }

    fn names(map: &Locator) -> Vec<&str> {
        map.labels.iter().map(|one| one.text.as_str()).collect()
    }

    #[test]
    fn what_is_inexact_is_a_circle_to_scale() {
        for accuracy in [NEAR, 2500.0, 7000.0, 40_000.0] {
            let map = drawn(&point(Some(accuracy)), &land(), &languages("en")).unwrap();
            let radius = map.circle.unwrap();
            let (length, metres) = (f64::from(map.bar.length), map.bar.metres);
            let scale = (radius / accuracy) / (length / metres);
            assert!((scale - 1.0).abs() < 0.03, "{accuracy}: {scale}");
            assert!(
                radius > SIGN.into() && radius < f64::from(DOWN) / 2.0,
                "{accuracy}: {radius}"
            );
        }
        // What the sign would hide is not drawn, and not spoken of.
        for accuracy in [Some(50.0), None] {
            let map = drawn(&point(accuracy), &land(), &languages("en")).unwrap();
            assert!(map.circle.is_none() && map.shape.is_none());
        }
    }

    #[test]
    fn names_are_those_of_the_reader_and_of_what_is_near() {
        let map = drawn(&point(None), &land(), &languages("hy")).unwrap();
        assert_eq!(names(&map), ["Շուշի", "Hakari", "Dashalty", "Lachinlar"]);
        assert_eq!(map.places, ["Շուշի", "Dashalty", "Lachinlar"]);
        assert_eq!(map.labels[0].lang, "hy");
        let map = drawn(&point(None), &land(), &languages("az")).unwrap();
        assert_eq!(names(&map)[0], "Şuşa");
        // The sign stands where its dot would be.
        assert_eq!(
            map.sign.unwrap().transform,
            "translate(338 218) scale(1.83)"
        );
        assert_eq!(map.dots.matches('M').count(), 2);
    }

    #[test]
    fn where_nothing_has_a_name_there_is_no_map() {
        let sea = subject(json!({ "type": "Point", "coordinates": [0.0, 0.0] }), None);
        assert!(drawn(&sea, &land(), &languages("en")).is_none());
        let pole = subject(
            json!({ "type": "Point", "coordinates": [180.0, 90.0] }),
            Some(9000.0),
        );
        assert!(drawn(&pole, &land(), &languages("en")).is_none());
    }

    #[test]
    fn more_of_the_land_is_shown_where_that_has_more_names() {
        let place = |name: &str, lon: f64| {
            json!({
                "properties": { "layer": "place", "rank": 1, "names": [{ "text": name, "lang": "en", "kind": "vernacular" }] },
                "geometry": { "type": "Point", "coordinates": [lon, 39.76] },
            })
        };
        // Half of what is shown is 9 kilometres at first, then 14, then 23; a degree has 86.
        let lons = [("Near", 46.8), ("Farther", 46.87), ("Farthest", 46.55)];
        for (names_of, shown, metres) in [
            (&lons[..1], vec!["Near"], "2000"),
            (&lons[..2], vec!["Near", "Farther"], "5000"),
            (&lons[1..2], vec!["Farther"], "5000"),
            (&lons[..], vec!["Near", "Farther", "Farthest"], "5000"),
        ] {
            let features: Vec<_> = names_of
                .iter()
                .map(|(name, lon)| place(name, *lon))
                .collect();
            let map = json!({ "features": features }).to_string();
            let land = BaseMap::parse(map.as_bytes()).unwrap().landmarks;
            let map = drawn(&point(None), &land, &languages("en")).unwrap();
            assert_eq!(names(&map), shown);
            assert_eq!(format!("{:.0}", map.bar.metres), metres, "{shown:?}");
        }
    }

    #[test]
    fn what_is_farther_is_cut_off_and_a_river_has_its_name_outside_of_lakes() {
        let map = drawn(&point(None), &land(), &languages("en")).unwrap();
        insta::assert_snapshot!(map.rivers, @"M-8 59 85 58 119 107 154 63 728 63");
        insta::assert_snapshot!(map.lakes, @"M17 152 17 -8 188 -8 188 152z");
        let mut labels = map.labels.iter();
        let river = labels.find(|one| one.text == "Hakari").unwrap();
        assert_eq!(river.at, [441, 71]);
    }

    #[test]
    fn an_area_is_on_the_map_with_as_much_around_it() {
        let cell = json!([[
            [46.7, 39.7],
            [46.8, 39.7],
            [46.8, 39.8],
            [46.7, 39.8],
            [46.7, 39.7]
        ]]);
        let cell = subject(json!({ "type": "Polygon", "coordinates": cell }), None);
        let map = drawn(&cell, &land(), &languages("en")).unwrap();
        insta::assert_snapshot!(map.shape.unwrap(), @"M258 372 258 108 462 108 462 372z");
        assert!(map.is_area);
    }
}
