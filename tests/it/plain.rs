//! Box, region and distance agree with `geo` used plainly on the files of the seed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use geo::{Distance, Geodesic, Intersects, Point, Polygon, Rect, coord};
use heritage_registry::catalogue::Snapshot;
use heritage_registry::domain::{Audience, Collection};
use heritage_registry::query::{Parameters, Query};
use heritage_registry::registry::Seed;
use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::harness::Engine;

/// What the public sees of the seed: a point or a cell for each site, and the regions.
struct Plain {
    sites: BTreeMap<Uuid, Option<geo::Geometry>>,
    regions: BTreeMap<String, geo::Geometry>,
}

static PLAIN: LazyLock<Plain> = LazyLock::new(|| {
    let seed = Seed::compiled_in();
    let file = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let (mut sites, mut regions) = (BTreeMap::new(), BTreeMap::new());
    for (name, text) in seed.files() {
        if name.starts_with("sites/") {
            for site in file(text).as_array().unwrap() {
                if site["location_sensitivity"] != "restricted" {
                    sites.insert(
                        site["id"].as_str().unwrap().parse().unwrap(),
                        public_shape(site),
                    );
                }
            }
        } else if name == "regions.geojson" {
            for region in file(text)["features"].as_array().unwrap() {
                let code = region["properties"]["code"].as_str().unwrap().to_owned();
                regions.insert(code, areas(&region["geometry"]));
            }
        }
    }
    Plain { sites, regions }
});

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn public_shape(site: &Value) -> Option<geo::Geometry> {
    let at = site["geometry"]["coordinates"].as_array()?;
    let (lon, lat) = (number(&at[0]), number(&at[1]));
    if site["location_sensitivity"] == "exact" {
        return Some(Point::new(lon, lat).into());
    }
    // The files give the centre of the cell.
    let edge = |centre: f64, by: f64| (centre * 10.0 + by).round() / 10.0;
    let (west, south) = (edge(lon, -0.5), edge(lat, -0.5));
    let (east, north) = (edge(lon, 0.5), edge(lat, 0.5));
    Some(
        Rect::new(coord! { x: west, y: south }, coord! { x: east, y: north })
            .to_polygon()
            .into(),
    )
}

fn areas(geometry: &Value) -> geo::Geometry {
    let ring = |ring: &Value| {
        let positions = ring.as_array().unwrap().iter();
        positions
            .map(|at| coord! { x: number(&at[0]), y: number(&at[1]) })
            .collect::<geo::LineString>()
    };
    let polygon = |rings: &Value| {
        let mut rings = rings.as_array().unwrap().iter().map(ring);
        Polygon::new(rings.next().unwrap(), rings.collect())
    };
    if geometry["type"] == "Polygon" {
        return polygon(&geometry["coordinates"]).into();
    }
    let polygons = geometry["coordinates"].as_array().unwrap().iter();
    polygons.map(polygon).collect::<geo::MultiPolygon>().into()
}

fn snapshot() -> std::sync::Arc<Snapshot> {
    Engine::Sqlite
        .seeded()
        .0
        .catalogue
        .snapshot(Audience::Public)
}

fn asked(parameters: &str) -> (Vec<Uuid>, Vec<f64>) {
    let mut given = Parameters::parse(parameters);
    let query = Query::parse(Collection::Sites, Audience::Public, &mut given);
    given.finish(&[]).unwrap();
    let snapshot = snapshot();
    let page = snapshot.search(Collection::Sites, &query);
    let features = snapshot.features(&page);
    let (ids, distances): (_, Vec<_>) = features
        .map(|(feature, fit)| (feature.id, fit.distance))
        .unzip();
    let distances = distances.into_iter().flatten();
    (ids, distances.map(|metres| metres.get()).collect())
}

fn sorted(ids: impl IntoIterator<Item = Uuid>) -> BTreeSet<Uuid> {
    ids.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_box_takes_what_geo_says_intersects_it(west in 45.5..48.0_f64, south in 38.5..41.0_f64, width in 0.0..1.0_f64, height in 0.0..1.0_f64) {
        let rectangle = Rect::new(coord! { x: west, y: south }, coord! { x: west + width, y: south + height });
        let bbox = format!("{west},{south},{},{}", west + width, south + height);
        let expected = PLAIN.sites.iter().filter(|(_, shape)| shape.as_ref().is_none_or(|shape| shape.intersects(&rectangle)));
        let (found, _) = asked(&format!("limit=1000&bbox={bbox}"));
        prop_assert_eq!(sorted(found), sorted(expected.map(|(id, _)| *id)));
    }

    #[test]
    fn the_nearest_are_at_the_distance_that_geo_measures(lon in 45.5..48.0_f64, lat in 38.5..41.0_f64, radius in 1000.0..100_000.0_f64) {
        let centre = Point::new(lon, lat);
        let (found, distances) = asked(&format!("limit=1000&near={lon},{lat}&radius={radius}"));
        prop_assert!(distances.is_sorted());
        for (id, distance) in found.iter().zip(&distances) {
            if let Some(geo::Geometry::Point(at)) = PLAIN.sites[id] {
                prop_assert!((Geodesic.distance(centre, at) - distance).abs() < 1e-6, "{}", id);
            }
        }
        let points = PLAIN.sites.iter().filter(|(_, shape)| {
            matches!(shape, Some(geo::Geometry::Point(at)) if Geodesic.distance(centre, *at) <= radius)
        });
        let found_points = found.into_iter().filter(|id| matches!(PLAIN.sites[id], Some(geo::Geometry::Point(_))));
        prop_assert_eq!(sorted(found_points), sorted(points.map(|(id, _)| *id)));
    }
}

#[test]
fn every_region_holds_what_geo_says_intersects_it() {
    for (code, region) in &PLAIN.regions {
        let expected = PLAIN
            .sites
            .iter()
            .filter(|(_, shape)| shape.as_ref().is_some_and(|shape| shape.intersects(region)));
        let (found, _) = asked(&format!("limit=1000&located=true&region={code}"));
        assert_eq!(sorted(found), sorted(expected.map(|(id, _)| *id)), "{code}");
    }
}
