//! What is to be known of tiles before any is asked for: `…/tiles`, `…/tiles/{tileMatrixSetId}` (OGC API - Tiles Part 1;
//! tileset metadata of 17-083r4), and the same as TileJSON 3.0.0 for map libraries.
//!
//! What a request asks of features goes on in the addresses of the tiles, with the version of the data, so that they can be
//! kept by whoever has them until it changes.

use actix_web::HttpResponse;
use serde_json::{Map, Value, json};

use super::asked::no_parameters;
use super::call::Call;
use super::cluster;
use super::collections;
use super::matrix_sets;
use super::negotiate::{DOCUMENT, HTML, JSON, MVT, TILEJSON};
use super::tile_request::{Of, TileRequest};
use super::tiles::{matrix_set, version};
use super::{Problem, api, respond};
use crate::catalogue::Snapshot;
use crate::domain::{Bbox, Crs, Kind, Layer, Property, returned};
use crate::formats::{Format, Link};
use crate::query::Query;
use crate::tiles::{MatrixSet, ZOOM_MAX};

/// The relation of tilesets of vectors to what they are of.
const TILESETS: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
const TILING_SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";

/// The last zoom at which map libraries ask for tiles: a unit is 15 cm on the ground, and no place here is known better.
/// They draw closer ones from these.
const ZOOM_OF_LIBRARIES: u8 = 16;

/// `GET /collections/{collection}/tiles`.
pub(super) async fn list(layer: Layer, call: Call) -> Result<HttpResponse, Problem> {
    list_of(Of::One(layer), &call).await
}

/// `GET /tiles`.
pub(super) async fn list_all(call: Call) -> Result<HttpResponse, Problem> {
    list_of(Of::All, &call).await
}

/// `GET /collections/{collection}/tiles/{tileMatrixSetId}`.
pub(super) async fn show(layer: Layer, call: Call) -> Result<HttpResponse, Problem> {
    show_of(Of::One(layer), &call).await
}

/// `GET /tiles/{tileMatrixSetId}`.
pub(super) async fn show_all(call: Call) -> Result<HttpResponse, Problem> {
    show_of(Of::All, &call).await
}

/// The link to the tilesets of a layer, or of all.
pub(super) fn link(of: Of, call: &Call) -> Link {
    call.link(&of.path(), TILESETS, JSON, "The same as vector tiles")
}

async fn list_of(of: Of, call: &Call) -> Result<HttpResponse, Problem> {
    let format = no_parameters(&call.request, DOCUMENT)?;
    let entry = |set: MatrixSet| {
        let title = format!("{} in {}", title(of), set.id());
        let path = format!("{}/{}", of.path(), set.id());
        let links = [
            call.link(&path, "self", JSON, &title),
            call.link(&matrix_sets::path(set), TILING_SCHEME, JSON, set.title()),
        ];
        let mut entry = head(&title, set);
        entry["links"] = json!(links);
        entry
    };
    let body = json!({
        "links": call.forms(&of.path(), JSON, "The tilesets"),
        "tilesets": MatrixSet::ALL.map(entry),
    });
    respond::document(format, &body, None, call).await
}

async fn show_of(of: Of, call: &Call) -> Result<HttpResponse, Problem> {
    let set = matrix_set(&call.request)?;
    let offered: &[Format] = match set {
        MatrixSet::WebMercatorQuad => &[JSON, HTML, TILEJSON],
        MatrixSet::WorldCrs84Quad => DOCUMENT,
    };
    let snapshot = call.snapshot();
    let asked = TileRequest::parse(of, call, &snapshot, offered)?;
    if asked.format == TILEJSON {
        return respond::json(&tilejson(&asked, &snapshot, call), None, call).await;
    }
    let body = tileset(&asked, set, &snapshot, call);
    respond::document(asked.format, &body, None, call).await
}

/// What people call what the tiles are of.
fn title(of: Of) -> &'static str {
    match of {
        Of::One(layer) => collections::about(layer).0,
        Of::All => api::of_itself().0,
    }
}

fn description(of: Of) -> &'static str {
    match of {
        Of::One(layer) => collections::about(layer).1,
        Of::All => api::of_itself().1,
    }
}

fn head(title: &str, set: MatrixSet) -> Value {
    json!({
        "title": title,
        "dataType": "vector",
        "crs": set.crs().uri(),
        "tileMatrixSetURI": set.uri(),
    })
}

/// Tileset metadata (17-083r4, 9).
fn tileset(asked: &TileRequest, set: MatrixSet, snapshot: &Snapshot, call: &Call) -> Value {
    let title = format!("{} in {}", title(asked.of), set.id());
    let path = format!("{}/{}", asked.of.path(), set.id());
    let of = |path: &str, with: &[(&str, &str)]| asked.parameters.address(path, with, &["f", "v"]);
    let forms = call.forms(&of(&path, &[]), JSON, &title).into_iter();
    let mut links: Vec<Value> = forms.map(|link| json!(link)).collect();
    links.push(json!(call.link(
        &matrix_sets::path(set),
        TILING_SCHEME,
        JSON,
        set.title()
    )));
    if set == MatrixSet::WebMercatorQuad {
        let address = of(&path, &[("f", TILEJSON.names[0])]);
        links.push(json!(call.link(
            &address,
            "alternate",
            TILEJSON,
            "The same as TileJSON"
        )));
    }
    let version = version(snapshot);
    let address = of(
        &format!("{path}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"),
        &[("v", &version)],
    );
    let mut item = json!(call.link(&address, "item", MVT, "A tile"));
    item["templated"] = true.into();
    links.push(item);
    let layers = asked.layers.iter().map(|(layer, query)| {
        json!({
            "id": layer.id(),
            "title": collections::about(*layer).0,
            "dataType": "vector",
            "propertiesSchema": schema(&said(*layer, query, snapshot)),
            "minTileMatrix": "0",
            "maxTileMatrix": ZOOM_MAX.to_string(),
        })
    });
    let mut tileset = head(&title, set);
    tileset["description"] = description(asked.of).into();
    tileset["layers"] = layers.collect();
    tileset["links"] = links.into();
    if let Some(extent) = extent(asked, snapshot) {
        let limits = (0..=ZOOM_MAX).map(|zoom| {
            let limits = set.limits(zoom, extent);
            json!({
                "tileMatrix": zoom.to_string(),
                "minTileRow": limits.rows.start(),
                "maxTileRow": limits.rows.end(),
                "minTileCol": limits.cols.start(),
                "maxTileCol": limits.cols.end(),
            })
        });
        tileset["tileMatrixSetLimits"] = limits.collect();
        tileset["boundingBox"] = json!({
            "lowerLeft": [extent.west(), extent.south()],
            "upperRight": [extent.east(), extent.north()],
            "crs": Crs::Crs84.uri(),
        });
        tileset["centerPoint"] = json!({
            "coordinates": middle(extent),
            "crs": Crs::Crs84.uri(),
            "tileMatrix": zoom_for(extent).to_string(),
        });
    }
    tileset
}

/// `TileJSON` 3.0.0.
fn tilejson(asked: &TileRequest, snapshot: &Snapshot, call: &Call) -> Value {
    let path = format!("{}/WebMercatorQuad/xyz/{{z}}/{{x}}/{{y}}", asked.of.path());
    let version = version(snapshot);
    let address = asked
        .parameters
        .address(&path, &[("v", &version)], &["f", "v"]);
    let layers = asked.layers.iter().map(|(layer, query)| {
        let fields = said(*layer, query, snapshot).into_iter();
        let fields = fields.map(|(name, _, kind)| (name, kind.into()));
        json!({
            "id": layer.id(),
            "description": collections::about(*layer).1,
            "minzoom": 0,
            "maxzoom": ZOOM_OF_LIBRARIES,
            "fields": fields.collect::<Map<_, _>>(),
        })
    });
    let mut tilejson = json!({
        "tilejson": "3.0.0",
        "name": title(asked.of),
        "description": description(asked.of),
        "attribution": api::licence().0,
        "scheme": "xyz",
        "tiles": [format!("{}{address}", call.base_url)],
        "minzoom": 0,
        "maxzoom": ZOOM_OF_LIBRARIES,
        "vector_layers": layers.collect::<Vec<_>>(),
    });
    if let Some(extent) = extent(asked, snapshot) {
        let [lon, lat] = middle(extent);
        tilejson["bounds"] = json!([extent.west(), extent.south(), extent.east(), extent.north()]);
        tilejson["center"] = json!([lon, lat, zoom_for(extent)]);
    }
    tilejson
}

/// Where the features of all layers are that are asked for, before anything else is asked of them.
fn extent(asked: &TileRequest, snapshot: &Snapshot) -> Option<Bbox> {
    let extents = asked.layers.iter();
    let extents = extents.filter_map(|(layer, _)| snapshot.extent(*layer).bbox);
    extents.reduce(Bbox::union)
}

fn middle(extent: Bbox) -> [f64; 2] {
    [
        f64::midpoint(extent.west(), extent.east()),
        f64::midpoint(extent.south(), extent.north()),
    ]
}

/// The zoom at which all of an extent is seen in two tiles of the web.
fn zoom_for(extent: Bbox) -> u8 {
    let wide = (extent.east() - extent.west()).max(extent.north() - extent.south());
    let fits = |zoom: &u8| 720.0 / f64::from(1_u32 << zoom) >= wide;
    let all = (0..=ZOOM_OF_LIBRARIES).take_while(fits);
    all.last().unwrap_or_default()
}

/// What is said in tiles: name, title and type, in the words of `TileJSON`.
type Said = (String, String, &'static str);

/// What the features of a layer say in tiles, and its clusters.
fn said(layer: Layer, query: &Query, snapshot: &Snapshot) -> Vec<Said> {
    let selection = query.selection.as_ref();
    let is_wanted =
        |number: &usize| selection.is_none_or(|selection| selection.columns.contains(number));
    let shown = returned(layer, snapshot.audience());
    let shown = shown.filter(|(number, property)| property.kind.is_flat() && is_wanted(number));
    let one = |name: &str, title: &str, kind| (name.to_owned(), title.to_owned(), kind);
    let mut said: Vec<Said> = shown
        .map(|(_, property)| one(property.name, property.title, kind(property)))
        .collect();
    if said.iter().all(|(name, ..)| *name != "id") {
        said.insert(0, one("id", "Id", "String"));
    }
    let counts = cluster::counts_of(layer);
    said.extend(counts.map(|(name, title)| (name, title, "Number")));
    said.push(one(
        "left_out",
        "Features that are not in the tile",
        "Number",
    ));
    said
}

fn kind(property: &Property) -> &'static str {
    match property.kind {
        Kind::Integer | Kind::Number => "Number",
        Kind::Boolean => "Boolean",
        _ => "String",
    }
}

/// The same as a JSON Schema.
fn schema(said: &[Said]) -> Value {
    let properties = said.iter().map(|(name, title, kind)| {
        let schema = json!({ "title": title, "type": kind.to_lowercase() });
        (name.clone(), schema)
    });
    json!({ "type": "object", "properties": properties.collect::<Map<_, _>>() })
}
