//! What the map draws, from below: the light map, areas and lines of sites, their signs and names, clusters.

use serde_json::{Value, json};

use super::signs::sign_of;
use super::style::{INK, LAND, NEAR, PAPER, SHADES, Shade};
use crate::domain::Scheme;
use crate::tiles::{Font, Sign};

const WATER: &str = "#bcd3e3";
const WATER_NAME: &str = "#3d6078";
const PLACE_NAME: &str = "#4a4640";
const AREA: &str = "#5b4b8a";

/// At zoom 0 and 40 degrees of latitude, of tiles of 512 pixels; half of it with each zoom.
const METRES_OF_A_PIXEL: f64 = 59_960.0;

/// Rivers, lakes and the names of places.
pub(super) fn ground() -> Vec<Value> {
    let name = |colour: &str| json!({ "text-color": colour, "text-halo-color": LAND, "text-halo-width": 1.4 });
    let places = |id: &str, ranks: Value, size: f64| {
        json!({
            "id": id,
            "type": "symbol",
            "source": "ground",
            "source-layer": "place",
            "filter": ["in", ["get", "rank"], ["literal", ranks]],
            "layout": {
                "text-field": ["get", "name"],
                "text-font": [Font::NAME],
                "text-size": size,
                "text-max-width": 8,
                "text-padding": 3,
                // Beside the signs of what stands in it, if there are some.
                "text-variable-anchor-offset": [
                    "center", [0.0, 0.0],
                    "top", [0.0, 1.5], "bottom", [0.0, -1.5], "left", [1.6, 0.0], "right", [-1.6, 0.0],
                    "top", [0.0, 2.6], "bottom", [0.0, -2.6], "left", [2.6, 0.0], "right", [-2.6, 0.0],
                ],
                "text-justify": "auto",
                "symbol-sort-key": ["get", "rank"],
            },
            "paint": name(PLACE_NAME),
        })
    };
    vec![
        json!({
            "id": "lakes",
            "type": "fill",
            "source": "ground",
            "source-layer": "lake",
            "paint": { "fill-color": WATER },
        }),
        json!({
            "id": "rivers",
            "type": "line",
            "source": "ground",
            "source-layer": "river",
            "paint": {
                "line-color": WATER,
                "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.8, 12, ["match", ["get", "rank"], 1, 4, 2, 2.5, 1.5]],
            },
        }),
        json!({
            "id": "river-names",
            "type": "symbol",
            "source": "ground",
            "source-layer": "river",
            "minzoom": 8,
            "layout": {
                "symbol-placement": "line",
                "symbol-spacing": 400,
                "text-field": ["get", "name"],
                "text-font": [Font::NAME],
                "text-size": 11,
            },
            "paint": name(WATER_NAME),
        }),
        places("villages", json!([4, 5]), 11.0),
        places("towns", json!([1, 2, 3]), 13.0),
    ]
}

/// Sites; `near_here` is what is said of those whose place is known no better.
pub(super) fn sites(near_here: &str) -> Vec<Value> {
    let drawn = [areas(), edges(), lines(), surroundings()];
    let signed = [names(near_here), signs(), clusters(), cluster_counts()];
    drawn.into_iter().chain(signed).collect()
}

/// What is no cluster.
fn is_one() -> Value {
    json!(["!", ["has", "point_count"]])
}

fn is_area() -> Value {
    json!(["all", ["==", ["geometry-type"], "Polygon"], is_one()])
}

fn is_cell() -> Value {
    json!(["==", ["get", "geometry_kind"], "cell"])
}

fn accuracy() -> Value {
    json!(["coalesce", ["get", "location_accuracy_m"], 0])
}

fn areas() -> Value {
    json!({
        "id": "site-areas",
        "type": "fill",
        "source": "sites",
        "source-layer": "sites",
        "filter": is_area(),
        "paint": { "fill-color": AREA, "fill-opacity": ["case", is_cell(), 0.08, 0.2] },
    })
}

fn edges() -> Value {
    json!({
        "id": "site-edges",
        "type": "line",
        "source": "sites",
        "source-layer": "sites",
        "filter": is_area(),
        "paint": { "line-color": AREA, "line-width": 1.2, "line-dasharray": [3, 2] },
    })
}

fn lines() -> Value {
    json!({
        "id": "site-lines",
        "type": "line",
        "source": "sites",
        "source-layer": "sites",
        "filter": ["all", ["==", ["geometry-type"], "LineString"], is_one()],
        "paint": { "line-color": AREA, "line-width": 3 },
    })
}

/// Where a site may be of which only a point is known that is no place.
fn surroundings() -> Value {
    let pixels_at = |zoom: i32| 2_f64.powi(zoom) / METRES_OF_A_PIXEL;
    json!({
        "id": "site-surroundings",
        "type": "circle",
        "source": "sites",
        "source-layer": "sites",
        "filter": ["all", is_one(), ["==", ["geometry-type"], "Point"], [">=", accuracy(), NEAR]],
        "paint": {
            "circle-color": AREA,
            "circle-opacity": 0.08,
            "circle-stroke-color": AREA,
            "circle-stroke-width": 1,
            "circle-stroke-opacity": 0.6,
            "circle-pitch-alignment": "map",
            "circle-radius": ["interpolate", ["exponential", 2], ["zoom"],
                0, ["*", accuracy(), pixels_at(0)],
                20, ["*", accuracy(), pixels_at(20)]],
        },
    })
}

fn names(near_here: &str) -> Value {
    let is_near = json!(["any", is_cell(), [">=", accuracy(), NEAR]]);
    let near_here =
        json!(["format", ["get", "label"], {}, "\n", {}, near_here, { "font-scale": 0.85 }]);
    json!({
        "id": "site-names",
        "type": "symbol",
        "source": "sites",
        "source-layer": "sites",
        "minzoom": 10,
        "filter": is_one(),
        "layout": {
            "text-field": ["case", is_near, near_here, ["get", "label"]],
            "text-font": [Font::NAME],
            "text-size": 12,
            "text-anchor": "top",
            // Below its own sign, which else would be in its way, however large it is close by.
            "text-offset": [0, 1.75],
            "text-max-width": 12,
            "text-optional": true,
        },
        "paint": { "text-color": INK, "text-halo-color": PAPER, "text-halo-width": 1.6 },
    })
}

fn signs() -> Value {
    json!({
        "id": "site-signs",
        "type": "symbol",
        "source": "sites",
        "source-layer": "sites",
        "filter": is_one(),
        "layout": {
            "icon-image": ["concat", "signs:", by_type()],
            "icon-size": growing_to(1.0),
            "icon-allow-overlap": true,
            "icon-padding": 0,
            "text-field": by_condition(|shade| shade.mark),
            "text-font": [Font::NAME],
            "text-size": growing_to(15.0),
            "text-allow-overlap": true,
            "text-letter-spacing": -0.12,
        },
        "paint": {
            "icon-color": by_condition(|shade| shade.colour),
            "icon-halo-color": INK,
            "icon-halo-width": 1.2,
            "text-color": by_condition(|shade| shade.on),
        },
    })
}

fn clusters() -> Value {
    json!({
        "id": "clusters",
        "type": "circle",
        "source": "sites",
        "source-layer": "sites",
        "filter": ["has", "point_count"],
        "paint": {
            "circle-color": PAPER,
            "circle-stroke-color": INK,
            "circle-stroke-width": 2,
            "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "point_count"]], 0.3, 12, 2, 19, 5, 30],
        },
    })
}

fn cluster_counts() -> Value {
    json!({
        "id": "cluster-counts",
        "type": "symbol",
        "source": "sites",
        "source-layer": "sites",
        "filter": ["has", "point_count"],
        "layout": {
            "text-field": ["to-string", ["get", "point_count"]],
            "text-font": [Font::NAME],
            "text-size": 13,
            "text-allow-overlap": true,
        },
        "paint": { "text-color": INK },
    })
}

/// A size that signs reach close by.
fn growing_to(size: f64) -> Value {
    json!([
        "interpolate",
        ["linear"],
        ["zoom"],
        6,
        0.55 * size,
        10,
        0.8 * size,
        15,
        size
    ])
}

/// What a condition is shown with.
fn by_condition(of: fn(&Shade) -> &'static str) -> Value {
    let mut all = vec![json!("match"), json!(["get", "condition"])];
    for shade in &SHADES {
        all.extend([json!(shade.id), json!(of(shade))]);
    }
    all.push(json!(of(Shade::of(""))));
    Value::from(all)
}

/// Which sign a site has, by its type.
fn by_type() -> Value {
    let mut all = vec![json!("match"), json!(["get", "site_type"])];
    for sign in Sign::ALL {
        let types = Scheme::SiteType
            .concepts()
            .filter(|one| sign_of(*one) == sign);
        let types: Vec<_> = types.map(|one| one.id()).collect();
        all.extend([json!(types), json!(sign.id())]);
    }
    all.push(json!(Sign::Square.id()));
    Value::from(all)
}
