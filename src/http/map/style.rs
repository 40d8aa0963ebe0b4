//! How the map looks: `/styles` and `/styles/{styleId}`, in the form of MapLibre (draft OGC API - Styles names the paths).
//!
//! A sign says of what kind a site is, its colour and its mark in which condition it was seen. Colours of conditions go from
//! light to dark, so that they are told apart in grey and by colour-blind eyes, and the mark says the same once more.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::base_map::languages;
use super::layers::{ground, sites};
use crate::formats::{Format, Link};
use crate::http::asked::no_parameters;
use crate::http::call::Call;
use crate::http::negotiate::{DOCUMENT, JSON};
use crate::http::{Problem, pages, respond};

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

pub(super) const INK: &str = "#1d2329";
pub(super) const PAPER: &str = "#ffffff";
pub(super) const LAND: &str = "#f5f3ee";

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
