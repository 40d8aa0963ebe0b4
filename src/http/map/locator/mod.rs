//! The small map on the page of a record: where it is among rivers, lakes and places, drawn here and shown without a script.
//!
//! It knows no more of a place than the geometry that the reader is shown, and draws what is inexact as an area. Which names
//! stand on it is decided one after the other: the first that finds room stays.

mod labels;

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use labels::{Label, Labels};

use super::base_map::{BASE_MAP, CREDITS};
use super::signs::{corners, sign_of};
use super::style::Shade;
use crate::domain::{
    Crs84, Geometry, Ground, Landmark, Languages, LonLat, Scheme, distance_between,
};
use crate::tiles::{Drawn, Sheet, Sign};

/// Units across and down. A page shows two units as about one pixel.
const ACROSS: i32 = 720;
const DOWN: i32 = 480;

/// So many metres are across at least: less than the way to the next village says nothing.
const ACROSS_MIN: f64 = 18_000.0;

/// How much of its height the record takes at most, with how inexact it is.
const SHARE: f64 = 0.55;

/// With fewer names of places, more of the land is shown, in so many steps at most.
const NAMES_MIN: usize = 3;
const STEPS: i32 = 3;
const STEP: f64 = 1.6;

/// How many places have a name at most.
const PLACES_MAX: usize = 14;

/// Half a side of the sign of a site.
const SIGN: i32 = 22;

/// What a map is of.
struct Subject {
    geometry: Crs84<Geometry>,
    /// How far off a point may be, in metres.
    accuracy: Option<f64>,
    /// What stands for it in the middle.
    sign: Option<Sign>,
}

/// The map of a feature; null without a geometry, or where the base map names nothing.
pub(in crate::http) fn around(feature: &Value, languages: &Languages) -> Value {
    let Some(geometry) = Crs84::parse(&feature["geometry"], "", &mut Vec::new()) else {
        return Value::Null;
    };
    let properties = &feature["properties"];
    let is_point = is_point(geometry.as_geo());
    let accuracy = properties["location_accuracy_m"].as_f64();
    let site_type = properties["site_type"].as_str();
    let site_type = site_type.and_then(|id| Scheme::SiteType.find(id));
    let subject = Subject {
        geometry,
        accuracy: accuracy.filter(|_| is_point),
        sign: site_type.map(sign_of),
    };
    let Some(mut map) = drawn(&subject, &BASE_MAP.landmarks, languages) else {
        return Value::Null;
    };
    map["sign"] = subject.sign.map_or(Value::Null, |sign| {
        let shade = Shade::of(properties["condition"].as_str().unwrap_or_default());
        json!({
            "points": corners(sign),
            "colour": shade.colour,
            "on": shade.on,
            "mark": shade.mark,
        })
    });
    map["is_cell"] = (properties["geometry_kind"] == "cell").into();
    map["credits"] = CREDITS
        .map(|(name, href)| json!({ "name": name, "href": href }))
        .into();
    map
}

/// What is drawn: paths and names in units, and the scale. `None` if no place has a name.
fn drawn(subject: &Subject, landmarks: &[Landmark], languages: &Languages) -> Option<Value> {
    let extent = subject.geometry.extent();
    let middle = LonLat::new(
        f64::midpoint(extent.west(), extent.east()),
        f64::midpoint(extent.south(), extent.north()),
    );
    let middle = middle.ok()?;
    let (view, labels) = best_view(subject, middle, landmarks, languages)?;
    let places: Vec<&str> = labels.places().map(|label| label.text.as_str()).collect();
    let paths = |ground: Ground| {
        let all = landmarks.iter().filter(|one| one.ground == ground);
        all.filter_map(|one| view.sheet.draw(one.geometry.as_geo()))
            .map(|drawn| path(&drawn))
            .collect::<String>()
    };
    let circle = subject
        .accuracy
        .map(|metres| metres / view.metres_of_a_unit);
    // The sign would hide a smaller one.
    let circle = circle.filter(|radius| *radius > SIGN.into());
    let geometry = subject.geometry.as_geo();
    let shape = view.sheet.draw(geometry).filter(|_| !is_point(geometry));
    Some(json!({
        "across": ACROSS,
        "down": DOWN,
        "lakes": paths(Ground::Lake),
        "rivers": paths(Ground::River),
        "dots": path(&Drawn::Points(labels.dots())),
        "labels": labels.shown(),
        "places": places,
        "middle": [ACROSS / 2, DOWN / 2],
        "circle": circle.map(f64::round),
        "shape": shape.as_ref().map(path),
        "is_area": subject.geometry.is_polygonal(),
        "bar": { "length": view.bar.length, "metres": view.bar.metres },
    }))
}

/// The narrowest view with enough names; if there is none, that with the most, of equals the narrowest.
fn best_view(
    subject: &Subject,
    middle: LonLat,
    landmarks: &[Landmark],
    languages: &Languages,
) -> Option<(View, Labels)> {
    let needed = needed_across(subject, middle);
    let mut best = None;
    let mut most = 0;
    for step in 0..STEPS {
        let view = View::around(middle, needed * STEP.powi(step));
        let labels = view.named(subject, landmarks, languages);
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

/// What part of the land is shown.
struct View {
    metres_of_a_unit: f64,
    sheet: Sheet,
    bar: Bar,
}

impl View {
    fn around(middle: LonLat, metres_across: f64) -> View {
        let metres_of_a_unit = metres_across / f64::from(ACROSS);
        View {
            metres_of_a_unit,
            sheet: Sheet::around(middle, metres_of_a_unit, ACROSS, DOWN),
            bar: Bar::of(metres_of_a_unit),
        }
    }

    /// The names that find room: that of the place where the subject is, then those that maps show early, the nearest first.
    fn named(&self, subject: &Subject, landmarks: &[Landmark], languages: &Languages) -> Labels {
        let mut all: Vec<_> = landmarks
            .iter()
            .filter_map(|one| {
                let drawn = self.sheet.draw(one.geometry.as_geo())?;
                let (text, lang) = one.label(languages)?;
                let label = Label::of(one.ground, one.rank, text, lang.as_str());
                Some((one.rank, away(&drawn), label, drawn))
            })
            .collect();
        all.sort_by_key(|(rank, away, label, _)| {
            let is_here = label.is_place() && *away <= SIGN * SIGN;
            (!is_here, *rank, *away)
        });
        let lakes = landmarks.iter().filter(|one| one.ground == Ground::Lake);
        let lakes = lakes.filter_map(|one| match self.sheet.draw(one.geometry.as_geo())? {
            Drawn::Rings(rings) => Some(sides(&rings[0])),
            Drawn::Points(_) | Drawn::Lines(_) => None,
        });
        let lakes: Vec<_> = lakes.collect();
        let mut labels = Labels::on([ACROSS, DOWN]);
        if subject.sign.is_some() {
            labels.keep_sign([ACROSS / 2, DOWN / 2], SIGN);
        }
        labels.keep_free(self.bar.middle(), self.bar.length / 2 + 14, 30);
        for (.., label, drawn) in all {
            if label.is_place() && labels.places().count() == PLACES_MAX {
                continue;
            }
            match drawn {
                Drawn::Points(points) => labels.beside(label, points[0]),
                Drawn::Lines(lines) => {
                    // Lines of rivers go on through lakes, and a name there would be read as the lake's.
                    let points = from_middle(lines);
                    labels.along(
                        label,
                        points.filter(|at| !lakes.iter().any(|lake| is_in(*at, lake))),
                    );
                }
                Drawn::Rings(rings) => labels.along(label, [centre(&sides(&rings[0]))]),
            }
        }
        labels
    }
}

/// How far from the middle the first point of something is, squared.
fn away(drawn: &Drawn) -> i32 {
    let first = match drawn {
        Drawn::Points(points) => points[0],
        Drawn::Lines(parts) | Drawn::Rings(parts) => parts[0][0],
    };
    let [x, y] = [first[0] - ACROSS / 2, first[1] - DOWN / 2];
    x * x + y * y
}

/// Points along lines: of the longest first, and from its middle outwards.
fn from_middle(mut lines: Vec<Vec<[i32; 2]>>) -> impl Iterator<Item = [i32; 2]> {
    lines.sort_by_key(|line| std::cmp::Reverse(line.len()));
    lines.into_iter().flat_map(|line| {
        let edges = line.windows(2).flat_map(|edge| {
            let half = [0, 1].map(|axis| i32::midpoint(edge[0][axis], edge[1][axis]));
            [half, edge[1]]
        });
        let points: Vec<_> = line.iter().take(1).copied().chain(edges).collect();
        let mut places: Vec<usize> = (0..points.len()).collect();
        places.sort_by_key(|place| place.abs_diff(points.len() / 2));
        places.into_iter().map(move |place| points[place])
    })
}

/// From where to where something is, across and down.
type Sides = [RangeInclusive<i32>; 2];

fn sides(ring: &[[i32; 2]]) -> Sides {
    [0, 1].map(|axis| {
        let all = ring.iter().map(|at| at[axis]);
        all.clone().min().unwrap_or(0)..=all.max().unwrap_or(0)
    })
}

fn is_in([x, y]: [i32; 2], [across, down]: &Sides) -> bool {
    across.contains(&x) && down.contains(&y)
}

fn centre(sides: &Sides) -> [i32; 2] {
    sides
        .each_ref()
        .map(|side| i32::midpoint(*side.start(), *side.end()))
}

/// What is drawn, as SVG writes it; points are lines without a length, which have round ends.
fn path(drawn: &Drawn) -> String {
    let written = |part: &[[i32; 2]], end: &str| {
        let points: Vec<String> = part.iter().map(|[x, y]| format!("{x} {y}")).collect();
        format!("M{}{end}", points.join(" "))
    };
    match drawn {
        Drawn::Points(points) => points.iter().map(|at| written(&[*at], "h0")).collect(),
        Drawn::Lines(lines) => lines.iter().map(|line| written(line, "")).collect(),
        Drawn::Rings(rings) => rings.iter().map(|ring| written(ring, "z")).collect(),
    }
}

/// The scale: a length that people use, a fifth of the map long or a little less.
struct Bar {
    metres: f64,
    length: i32,
}

impl Bar {
    fn of(metres_of_a_unit: f64) -> Bar {
        let most = f64::from(ACROSS) / 5.0 * metres_of_a_unit;
        let power = 10_f64.powf(most.log10().floor());
        let times = [5.0, 2.0]
            .into_iter()
            .find(|times| times * power <= most)
            .unwrap_or(1.0);
        let metres = times * power;
        #[expect(clippy::cast_possible_truncation, reason = "a fifth of the map")]
        let length = (metres / metres_of_a_unit).round() as i32;
        Bar { metres, length }
    }

    /// The middle of what it takes, with its number above.
    fn middle(&self) -> [i32; 2] {
        [20 + self.length / 2, DOWN - 34]
    }
}

#[cfg(test)]
mod tests {
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
            sign: Some(Sign::Disc),
        }
    }

    fn point(accuracy: Option<f64>) -> Subject {
        subject(
            json!({ "type": "Point", "coordinates": [46.7502, 39.7601] }),
            accuracy,
        )
    }

    fn names(map: &Value) -> Vec<&str> {
        let labels = map["labels"].as_array().unwrap();
        labels
            .iter()
            .map(|one| one["text"].as_str().unwrap())
            .collect()
    }

    #[test]
    fn what_is_inexact_is_a_circle_to_scale() {
        for accuracy in [NEAR, 2500.0, 7000.0, 40_000.0] {
            let map = drawn(&point(Some(accuracy)), &land(), &languages("en")).unwrap();
            let [radius, length, metres] =
                [&map["circle"], &map["bar"]["length"], &map["bar"]["metres"]]
                    .map(|one| one.as_f64().unwrap());
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
            assert_eq!(
                (&map["circle"], &map["shape"]),
                (&Value::Null, &Value::Null)
            );
        }
    }

    #[test]
    fn names_are_those_of_the_reader_and_of_what_is_near() {
        let map = drawn(&point(None), &land(), &languages("hy")).unwrap();
        assert_eq!(names(&map), ["Շուշի", "Hakari", "Dashalty", "Lachinlar"]);
        assert_eq!(map["places"], json!(["Շուշի", "Dashalty", "Lachinlar"]));
        assert_eq!(map["labels"][0]["lang"], "hy");
        let map = drawn(&point(None), &land(), &languages("az")).unwrap();
        assert_eq!(names(&map)[0], "Şuşa");
        // The sign stands where its dot would be.
        assert_eq!(map["dots"].as_str().unwrap().matches('M').count(), 2);
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
            (&lons[..1], vec!["Near"], 2000.0),
            (&lons[..2], vec!["Near", "Farther"], 5000.0),
            (&lons[1..2], vec!["Farther"], 5000.0),
            (&lons[..], vec!["Near", "Farther", "Farthest"], 5000.0),
        ] {
            let features: Vec<_> = names_of
                .iter()
                .map(|(name, lon)| place(name, *lon))
                .collect();
            let map = json!({ "features": features }).to_string();
            let land = BaseMap::parse(map.as_bytes()).unwrap().landmarks;
            let map = drawn(&point(None), &land, &languages("en")).unwrap();
            assert_eq!(names(&map), shown);
            assert_eq!(map["bar"]["metres"], metres, "{shown:?}");
        }
    }

    #[test]
    fn what_is_farther_is_cut_off_and_a_river_has_its_name_outside_of_lakes() {
        let map = drawn(&point(None), &land(), &languages("en")).unwrap();
        insta::assert_snapshot!(map["rivers"].as_str().unwrap(), @"M-8 59 85 58 119 107 154 63 728 63");
        insta::assert_snapshot!(map["lakes"].as_str().unwrap(), @"M17 152 17 -8 188 -8 188 152z");
        let labels = map["labels"].as_array().unwrap();
        let river = labels.iter().find(|one| one["text"] == "Hakari").unwrap();
        assert_eq!(river["at"], json!([441, 71]));
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
        insta::assert_snapshot!(map["shape"].as_str().unwrap(), @"M258 372 258 108 462 108 462 372z");
        assert_eq!(map["is_area"], true);
    }
}
