//! How the map looks: `/styles` and `/styles/{styleId}`, in the form of MapLibre (draft OGC API - Styles names the paths).
//!
//! A sign says of what kind a site is, its colour and its mark in which condition it was seen. Colours of conditions go from
//! light to dark, so that they are told apart in grey and by colour-blind eyes, and the mark says the same once more.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::base_map::languages;
use super::signs::sign_of;
use crate::domain::Scheme;
use crate::formats::{Format, Link};
use crate::http::asked::no_parameters;
use crate::http::call::Call;
use crate::http::negotiate::{DOCUMENT, JSON};
use crate::http::{Problem, pages, respond};
use crate::tiles::{Font, Sign};

/// Styles of MapLibre.
const STYLE: Format = Format {
    names: &["mbs", "json"],
    title: "MapLibre style",
    media_type: "application/vnd.mapbox.style+json",
    also: &["application/json"],
};

/// The only style there is.
const SITES: &str = "sites";

/// What it is called.
const NAME: &str = "Sites by kind and condition";

/// How a condition is shown.
pub(in crate::http) struct Shade {
    /// The condition.
    pub(in crate::http) id: &'static str,
    /// The colour of its signs.
    pub(in crate::http) colour: &'static str,
    /// The colour of what stands on them.
    pub(in crate::http) on: &'static str,
    /// What stands on them.
    pub(in crate::http) mark: &'static str,
}

impl Shade {
    /// That of a condition; of none, that of one that is unknown.
    pub(in crate::http) fn of(condition: &str) -> &'static Shade {
        let found = SHADES.iter().find(|shade| shade.id == condition);
        found.unwrap_or(&SHADES[SHADES.len() - 1])
    }
}

/// One scale for all sites.
pub(in crate::http) const SHADES: [Shade; 6] = {
    const fn shade(
        id: &'static str,
        colour: &'static str,
        on: &'static str,
        mark: &'static str,
    ) -> Shade {
        Shade {
            id,
            colour,
            on,
            mark,
        }
    }
    [
        shade("good", "#fbe9a3", INK, ""),
        shade("fair", "#f0b84b", INK, "•"),
        shade("poor", "#d9772f", INK, "••"),
        shade("very_bad", "#9c3d2e", PAPER, "•••"),
        shade("destroyed", "#3a1a24", PAPER, "×"),
        shade("unknown", PAPER, INK, "?"),
    ]
};

const INK: &str = "#1d2329";
const PAPER: &str = "#ffffff";
const LAND: &str = "#f5f3ee";
const WATER: &str = "#bcd3e3";
const WATER_NAME: &str = "#3d6078";
const PLACE_NAME: &str = "#4a4640";
const AREA: &str = "#5b4b8a";

/// At zoom 0 and 40 degrees of latitude, of tiles of 512 pixels; half of it with each zoom.
const METRES_OF_A_PIXEL: f64 = 59_960.0;

/// From so many metres on, a point is an area: it says in which village something is, not where in it.
pub(in crate::http) const NEAR: f64 = 2000.0;

/// Whether maps and pages say of a site that it is near a place, by its properties.
pub(in crate::http) fn is_near(site: &Value) -> bool {
    let accuracy = site["location_accuracy_m"].as_f64();
    site["geometry_kind"] == "cell" || accuracy.is_some_and(|metres| metres >= NEAR)
}

/// The link to the styles.
pub(in crate::http) fn link(call: &Call) -> Link {
    let rel = "http://www.opengis.net/def/rel/ogc/1.0/styles";
    call.link("/styles", rel, JSON, "How the map looks")
}

/// `GET /styles`.
pub(in crate::http) async fn list(call: Call) -> Result<HttpResponse, Problem> {
    let format = no_parameters(&call.request, DOCUMENT)?;
    let path = format!("/styles/{SITES}");
    let links = [call.link(&path, "stylesheet", STYLE, "The style")];
    let body = json!({
        "default": SITES,
        "styles": [{ "id": SITES, "title": NAME, "links": links }],
        "links": call.forms("/styles", JSON, "The styles"),
    });
    respond::document(format, &body, None, &call).await
}

/// `GET /styles/{styleId}`.
pub(in crate::http) async fn show(call: Call) -> Result<HttpResponse, Problem> {
    if call.request.match_info().get("styleId") != Some(SITES) {
        return Err(Problem::not_found());
    }
    no_parameters(&call.request, &[STYLE])?;
    let style = style(
        &call.base_url,
        &languages(&call),
        respond::language(&call.reader),
    );
    respond::text(STYLE, style.to_string(), None, &call).await
}

/// The style with names in the languages that an address ends with, and words of one that pages speak.
fn style(base_url: &str, languages: &str, lang: &str) -> Value {
    let mut layers = vec![json!({
        "id": "land",
        "type": "background",
        "paint": { "background-color": LAND },
    })];
    layers.extend(ground());
    layers.extend(sites(&pages::say(lang, "map.near_here", &[])));
    let of_sites = "/collections/sites/tiles/WebMercatorQuad";
    let languages_of_sites = languages.replace('?', "&");
    json!({
        "version": 8,
        "name": NAME,
        "center": [46.6, 39.75],
        "zoom": 7.5,
        "sources": {
            "ground": { "type": "vector", "url": format!("{base_url}/base-map{languages}") },
            "sites": { "type": "vector", "url": format!("{base_url}{of_sites}?f=tilejson{languages_of_sites}") },
        },
        "sprite": [{ "id": "signs", "url": format!("{base_url}/sprites/signs") }],
        "glyphs": format!("{base_url}/fonts/{{fontstack}}/{{range}}.pbf"),
        "layers": layers,
    })
}

/// Rivers, lakes and the names of places.
fn ground() -> Vec<Value> {
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
                "text-padding": 4,
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

/// Sites: areas, clusters, signs with marks, names.
fn sites(near_here: &str) -> Vec<Value> {
    let of = |id: &str, kind: &str, filter: Value| json!({ "id": id, "type": kind, "source": "sites", "source-layer": "sites", "filter": filter });
    let with = |mut layer: Value, layout: Value, paint: Value| {
        layer["layout"] = layout;
        layer["paint"] = paint;
        layer
    };
    let is_cluster = json!(["has", "point_count"]);
    let is_one = json!(["!", ["has", "point_count"]]);
    let is_cell = json!(["==", ["get", "geometry_kind"], "cell"]);
    let is_area = json!(["==", ["geometry-type"], "Polygon"]);
    let is_line = json!(["==", ["geometry-type"], "LineString"]);
    let accuracy = json!(["coalesce", ["get", "location_accuracy_m"], 0]);
    let is_near = json!(["any", is_cell, [">=", accuracy, NEAR]]);
    let is_near_point = json!([
        "all",
        is_one,
        ["==", ["geometry-type"], "Point"],
        [">=", accuracy, NEAR]
    ]);
    let pixels_at = |zoom: i32| 2_f64.powi(zoom) / METRES_OF_A_PIXEL;
    let size = |of_whole: f64| {
        json!([
            "interpolate",
            ["linear"],
            ["zoom"],
            6,
            0.55 * of_whole,
            10,
            0.8 * of_whole,
            15,
            of_whole
        ])
    };
    let by_condition = |of: fn(&Shade) -> &'static str| {
        let mut all = vec![json!("match"), json!(["get", "condition"])];
        for shade in &SHADES {
            all.extend([json!(shade.id), json!(of(shade))]);
        }
        all.push(json!(of(Shade::of(""))));
        Value::from(all)
    };
    let halo = json!({ "text-color": INK, "text-halo-color": PAPER, "text-halo-width": 1.6 });
    vec![
        with(
            of("site-areas", "fill", json!(["all", is_area, is_one])),
            json!({}),
            json!({ "fill-color": AREA, "fill-opacity": ["case", is_cell, 0.08, 0.2] }),
        ),
        with(
            of("site-edges", "line", json!(["all", is_area, is_one])),
            json!({}),
            json!({ "line-color": AREA, "line-width": 1.2, "line-dasharray": [3, 2] }),
        ),
        with(
            of("site-lines", "line", json!(["all", is_line, is_one])),
            json!({}),
            json!({ "line-color": AREA, "line-width": 3 }),
        ),
        with(
            of("site-surroundings", "circle", is_near_point),
            json!({}),
            json!({
                "circle-color": AREA,
                "circle-opacity": 0.08,
                "circle-stroke-color": AREA,
                "circle-stroke-width": 1,
                "circle-stroke-opacity": 0.6,
                "circle-pitch-alignment": "map",
                "circle-radius": ["interpolate", ["exponential", 2], ["zoom"],
                    0, ["*", accuracy, pixels_at(0)],
                    20, ["*", accuracy, pixels_at(20)]],
            }),
        ),
        {
            let mut names = with(
                of("site-names", "symbol", is_one.clone()),
                json!({
                    "text-field": ["case", is_near,
                        ["format", ["get", "label"], {}, "\n", {}, near_here, { "font-scale": 0.85 }],
                        ["get", "label"]],
                    "text-font": [Font::NAME],
                    "text-size": 12,
                    "text-anchor": "top",
                    // Below its own sign, which else would be in its way.
                    "text-offset": [0, 1.5],
                    "text-max-width": 12,
                    "text-optional": true,
                }),
                halo,
            );
            names["minzoom"] = 10.into();
            names
        },
        with(
            of("site-signs", "symbol", is_one),
            json!({
                "icon-image": ["concat", "signs:", signs()],
                "icon-size": size(1.0),
                "icon-allow-overlap": true,
                "text-field": by_condition(|shade| shade.mark),
                "text-font": [Font::NAME],
                "text-size": size(15.0),
                "text-allow-overlap": true,
                "text-letter-spacing": -0.12,
            }),
            json!({
                "icon-color": by_condition(|shade| shade.colour),
                "icon-halo-color": INK,
                "icon-halo-width": 1.2,
                "text-color": by_condition(|shade| shade.on),
            }),
        ),
        with(
            of("clusters", "circle", is_cluster.clone()),
            json!({}),
            json!({
                "circle-color": PAPER,
                "circle-stroke-color": INK,
                "circle-stroke-width": 2,
                "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "point_count"]], 0.3, 12, 2, 19, 5, 30],
            }),
        ),
        with(
            of("cluster-counts", "symbol", is_cluster),
            json!({
                "text-field": ["to-string", ["get", "point_count"]],
                "text-font": [Font::NAME],
                "text-size": 13,
                "text-allow-overlap": true,
            }),
            json!({ "text-color": INK }),
        ),
    ]
}

/// Which sign a site has, by its type.
fn signs() -> Value {
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
