//! Maps that others make: each of the libraries that most of them use draws our tiles or our GeoJSON, on a page of another origin.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use super::{Registry, expect_nothing_from_elsewhere};
use crate::harness::{Engine, browser::Browser};

const MAPLIBRE: &str = include_str!("../../../src/http/pages/map/maplibre-gl-csp.js");
const MAPLIBRE_WORKER: &str = include_str!("../../../src/http/pages/map/maplibre-gl-csp-worker.js");
const OPENLAYERS: &str = include_str!("libraries/ol.js");
const LEAFLET: &str = include_str!("libraries/leaflet.js");

/// Serves a page and libraries from an origin of its own, as long as the test runs.
fn page(library: &'static str, script: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let html = format!(
        "<!doctype html><meta charset=utf-8><link rel=icon href='data:,'><style>#map {{ width: 800px; height: 600px }}</style>\
         <div id=map></div><script src=library.js></script><script>{script}</script>"
    );
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let Some(Ok(first)) = lines.next() else {
                continue;
            };
            for line in lines.map_while(Result::ok) {
                if line.is_empty() {
                    break;
                }
            }
            let (kind, body) = match first.split(' ').nth(1).unwrap_or_default() {
                "/" => ("text/html", html.as_str()),
                "/worker.js" => ("text/javascript", MAPLIBRE_WORKER),
                _ => ("text/javascript", library),
            };
            // Whoever went away meanwhile needs no answer.
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    address
}

/// Opens a page that draws `count` sites, and waits until it has.
fn expect_drawn(registry: &Registry, library: &'static str, script: &str, count: i64) {
    let page = page(library, &script.replace("BASE", &registry.base()));
    let browser = Browser::open(900, 700, "en");
    let page = format!("http://{page}");
    browser.go(&format!("{page}/"));
    let drawn = browser.wait("return window.drawn?.()");
    assert_eq!(drawn, count, "{:#?}", browser.console());
    expect_nothing_from_elsewhere(&browser, &[&registry.base(), &page]);
}

/// The sum of what stands for itself and of what is in clusters, each feature once.
const SUM: &str =
    "const sum = (all) => [...new Map(all).values()].reduce((sum, one) => sum + one, 0);";

#[test]
fn maplibre_draws_the_style() {
    let registry = Registry::start();
    let script = "maplibregl.setWorkerUrl('worker.js'); \
        const map = new maplibregl.Map({ container: 'map', style: 'BASE/styles/sites', center: [46.7, 39.75], zoom: 6.5 }); \
        window.drawn = () => map.loaded() && map.areTilesLoaded() && sum(map.queryRenderedFeatures({ layers: ['clusters', 'site-signs'] }) \
            .map((one) => [one.id, one.properties.point_count ?? 1]));";
    let all = registry.located("");
    expect_drawn(&registry, MAPLIBRE, &format!("{SUM}{script}"), all);
}

#[test]
fn openlayers_draws_the_tiles() {
    let registry = Registry::start();
    let script = "const layer = new ol.layer.VectorTile({ source: new ol.source.VectorTile({ format: new ol.format.MVT({ idProperty: 'nothing' }), maxZoom: 16, \
            url: 'BASE/collections/sites/tiles/WebMercatorQuad/xyz/{z}/{x}/{y}?condition=destroyed' }) }); \
        const map = new ol.Map({ target: 'map', layers: [layer], view: new ol.View({ center: ol.proj.fromLonLat([46.7, 39.75]), zoom: 7.5 }) }); \
        let count; \
        map.on('rendercomplete', () => { count = sum(layer.getFeaturesInExtent(map.getView().calculateExtent()) \
            .map((one) => [one.get('id') ?? one.getFlatCoordinates().join(), one.get('point_count') ?? 1])); }); \
        window.drawn = () => count;";
    let destroyed = registry.located("condition=destroyed");
    expect_drawn(&registry, OPENLAYERS, &format!("{SUM}{script}"), destroyed);
}

#[test]
fn leaflet_draws_the_features() {
    let registry = Registry::start();
    let script = "const map = L.map('map', { zoomAnimation: false, fadeAnimation: false }).setView([39.75, 46.7], 8); \
        fetch('BASE/collections/sites/items?located=true&limit=1000').then((answer) => answer.json()).then((sites) => \
            L.geoJSON(sites, { pointToLayer: (site, at) => L.circleMarker(at) }).addTo(map)); \
        window.drawn = () => document.querySelectorAll('path.leaflet-interactive').length;";
    let all = registry.located("");
    expect_drawn(&registry, LEAFLET, script, all);
}

#[test]
fn an_operator_may_have_another_map_below_the_sites() {
    let style = r##"{ "version": 8, "sources": {}, "layers": [{ "id": "sea", "type": "background", "paint": { "background-color": "#00f" } }] }"##;
    let other = format!("http://{}", page(style, ""));
    let registry = Registry::on(Engine::Sqlite, |program| {
        program.env("HERITAGE_MAP_STYLE", format!("{other}/style.json"));
    });
    let browser = Browser::open(900, 900, "en");
    registry.map(&browser, "/");
    let layers = browser.run("return window.atlas.getStyle().layers.map((layer) => layer.id)");
    let layers = layers.as_array().unwrap();
    assert!(
        layers.contains(&"sea".into()) && layers.contains(&"site-signs".into()),
        "{layers:?}"
    );
    assert!(!layers.contains(&"rivers".into()));
    expect_nothing_from_elsewhere(&browser, &[&registry.base(), &other]);
    // Nobody there learns where a site is about to be proposed.
    let browser = super::placing::open(&registry);
    super::expect_quiet(&browser, &registry);
}
