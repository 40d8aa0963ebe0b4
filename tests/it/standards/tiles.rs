//! OGC API - Tiles Part 1 (20-057), and the tile matrix sets and tileset metadata of 17-083r4.

use serde_json::{Value, json};

use super::{items, link, linked, refused};
use crate::harness::vector_tile::{layers, only_layer};
use crate::harness::{App, BASE, a_region, a_site};

const TILESETS: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
const TILING_SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
const MVT: &str = "application/vnd.mapbox-vector-tile";
const OF_SITES: &str = "/collections/sites/tiles/WebMercatorQuad";

/// The one entry of a list that has this value.
fn the<'a>(list: &'a Value, member: &str, value: &str) -> &'a Value {
    let mut found = items(list).filter(|one| one[member] == value);
    let one = found.next().unwrap_or_else(|| panic!("no {value}: {list}"));
    assert!(found.next().is_none(), "{value} stands twice");
    one
}

/// The document behind the link of a list of tilesets to that of a tile matrix set.
fn tileset(app: &App, list: &Value, set: &str) -> Value {
    let uri = format!("http://www.opengis.net/def/tilematrixset/OGC/1.0/{set}");
    let entry = the(&list["tilesets"], "tileMatrixSetURI", &uri);
    let (at, media_type) = link(entry, "self");
    let answer = app.anonymous().get(&at).expect(200);
    assert_eq!(answer.header("content-type"), media_type);
    answer.json()
}

/// The template of a tileset with the numbers of a tile.
fn of_template(tileset: &Value, [matrix, row, col]: [&str; 3]) -> String {
    let (at, media_type) = link(tileset, "item");
    assert_eq!(media_type, MVT);
    assert_eq!(the(&tileset["links"], "rel", "item")["templated"], true);
    at.replace("{tileMatrix}", matrix)
        .replace("{tileRow}", row)
        .replace("{tileCol}", col)
}

on_each_engine!(ogcapi_tiles_1_conf_core, |app| {
    app.given(a_site());
    let tile = app
        .anonymous()
        .get(&format!("{OF_SITES}/8/96/161"))
        .expect(200);
    assert_eq!(tile.header("content-type"), MVT);
    // In the limits, and nothing is there; beyond them.
    app.anonymous()
        .get(&format!("{OF_SITES}/8/96/162"))
        .expect(204);
    for beyond in ["8/256/0", "8/0/256", "25/0/0", "8/a/0"] {
        app.anonymous()
            .get(&format!("{OF_SITES}/{beyond}"))
            .expect(404);
    }
    let answer = app.anonymous().get(&format!("{OF_SITES}/8/96/161?nope=1"));
    assert_eq!(refused(answer), ["nope"]);
});

on_each_engine!(ogcapi_tiles_1_conf_tileset, |app| {
    app.given(a_site());
    for path in [OF_SITES, "/tiles/WebMercatorQuad"] {
        let tileset = app.anonymous().get(path).expect(200).json();
        assert_eq!(link(&tileset, "self").0, format!("{BASE}{path}"));
        let (at, media_type) = link(&tileset, TILING_SCHEME);
        let set = app.anonymous().get(&at).expect(200);
        assert_eq!(set.header("content-type"), media_type);
        assert_eq!(set.json()["uri"], tileset["tileMatrixSetURI"]);
        let tile = app
            .anonymous()
            .get(&of_template(&tileset, ["8", "96", "161"]));
        assert_eq!(only_layer(&tile.expect(200).body).name, "sites");
    }
});

on_each_engine!(ogcapi_tiles_1_conf_tilesets_list, |app| {
    for path in ["/tiles", "/collections/sites/tiles"] {
        let list = app.anonymous().get(path).expect(200).json();
        assert_eq!(link(&list, "self").0, format!("{BASE}{path}"));
        let all: Vec<_> = items(&list["tilesets"]).collect();
        assert_eq!(all.len(), 2);
        for entry in all {
            assert_eq!(entry["dataType"], "vector");
            for member in ["title", "crs", "tileMatrixSetURI"] {
                assert!(entry[member].is_string(), "{member}");
            }
            let (at, _) = link(entry, "self");
            let there = app.anonymous().get(&at).expect(200).json();
            for member in ["title", "dataType", "crs", "tileMatrixSetURI"] {
                assert_eq!(there[member], entry[member], "{member}");
            }
        }
    }
});

on_each_engine!(ogcapi_tiles_1_conf_dataset_tilesets, |app| {
    // Where nothing is anywhere, too.
    let answer = app
        .anonymous()
        .get("/tiles/WebMercatorQuad/0/0/0?nope=1&f=png");
    assert_eq!(refused(answer), ["f", "nope"]);
    app.given(a_site());
    app.given(a_region("hist-khachen", 46.5, 40.0));
    let landing = app.anonymous().get("/").json();
    let (at, media_type) = link(&landing, TILESETS);
    assert_eq!(at, format!("{BASE}/tiles"));
    let list = app.anonymous().get(&at).expect(200);
    assert_eq!(list.header("content-type"), media_type);
    let tileset = tileset(app, &list.json(), "WebMercatorQuad");
    let tile = app
        .anonymous()
        .get(&of_template(&tileset, ["8", "96", "161"]));
    let layers = layers(&tile.expect(200).body);
    let names: Vec<_> = layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names, ["regions", "sites"]);
    let described: Vec<_> = items(&tileset["layers"])
        .map(|layer| &layer["id"])
        .collect();
    assert_eq!(described, ["regions", "sites"]);
});

on_each_engine!(ogcapi_tiles_1_conf_geodata_tilesets, |app| {
    app.given(a_site());
    let collections = app.anonymous().get("/collections").json();
    for collection in items(&collections["collections"]) {
        let id = collection["id"].as_str().unwrap();
        let (at, media_type) = link(collection, TILESETS);
        assert_eq!(at, format!("{BASE}/collections/{id}/tiles"));
        let list = app.anonymous().get(&at).expect(200);
        assert_eq!(list.header("content-type"), media_type);
        for set in ["WebMercatorQuad", "WorldCRS84Quad"] {
            let tileset = tileset(app, &list.json(), set);
            let tile = app.anonymous().get(&of_template(&tileset, ["0", "0", "0"]));
            let is_there = id == "sites" && set == "WebMercatorQuad";
            tile.expect(if is_there { 200 } else { 204 });
        }
    }
});

on_each_engine!(ogcapi_tiles_1_conf_collections_selection, |app| {
    app.given(a_site());
    app.given(a_region("hist-khachen", 46.5, 40.0));
    let names = |query: &str| {
        let path = format!("/tiles/WorldCRS84Quad/8/71/322?collections={query}");
        let tile = app.anonymous().get(&path).expect(200);
        let layers = layers(&tile.body).into_iter();
        layers.map(|layer| layer.name).collect::<Vec<_>>()
    };
    assert_eq!(names("sites"), ["sites"]);
    assert_eq!(names("sites,regions"), ["sites", "regions"]);
    let unknown = "/tiles/WorldCRS84Quad/8/71/322?collections=sites,monuments";
    assert_eq!(refused(app.anonymous().get(unknown)), ["collections"]);
    // The tileset of a selection is of nothing else.
    let path = "/tiles/WebMercatorQuad?collections=sites";
    let tileset = app.anonymous().get(path).expect(200).json();
    let tile = app
        .anonymous()
        .get(&of_template(&tileset, ["8", "96", "161"]));
    assert_eq!(only_layer(&tile.expect(200).body).name, "sites");
});

on_each_engine!(ogcapi_tiles_1_conf_mvt, |app| {
    app.given(a_site());
    app.given(a_region("hist-khachen", 46.5, 40.0));
    for asked in [
        format!("{OF_SITES}/8/96/161"),
        format!("{OF_SITES}/8/96/161?f=mvt"),
    ] {
        let tile = app.anonymous().with("accept", MVT).get(&asked).expect(200);
        assert_eq!(tile.header("content-type"), MVT);
        // What reads it holds it against the format: versions, extents, ids, commands, windings.
        let layer = only_layer(&tile.body);
        assert_eq!((layer.name.as_str(), layer.features[0].kind), ("sites", 1));
    }
    let tile = app
        .anonymous()
        .get("/collections/regions/tiles/WebMercatorQuad/8/96/161");
    assert_eq!(only_layer(&tile.expect(200).body).features[0].kind, 3);
});

on_each_engine!(ogcapi_tiles_1_conf_oas30, |app| {
    let document = app.anonymous().get("/api").expect(200).json();
    for (path, end) in [
        ("/tiles", ".dataset.vector.getTileSetsList"),
        ("/tiles/{tileMatrixSetId}", ".dataset.vector.getTileSet"),
        (
            "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
            ".dataset.vector.getTile",
        ),
        (
            "/collections/sites/tiles",
            ".collection.vector.getTileSetsList",
        ),
        (
            "/collections/sites/tiles/{tileMatrixSetId}",
            ".collection.vector.getTileSet",
        ),
        (
            "/collections/sites/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
            ".collection.vector.getTile",
        ),
    ] {
        let id = &document["paths"][path]["get"]["operationId"];
        assert!(id.as_str().unwrap().ends_with(end), "{path}: {id}");
    }
    // The harness holds each answer against the document.
    app.anonymous()
        .get("/tiles/WebMercatorQuad/0/0/0")
        .expect(204);
});

on_each_engine!(tms_conf_tilematrixset, |app| {
    let list = app.anonymous().get("/tileMatrixSets").expect(200).json();
    for (id, crs, scale) in [
        (
            "WebMercatorQuad",
            "http://www.opengis.net/def/crs/EPSG/0/3857",
            559_082_264.028_717,
        ),
        (
            "WorldCRS84Quad",
            "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            279_541_132.014_358,
        ),
    ] {
        let (at, _) = link(the(&list["tileMatrixSets"], "id", id), "self");
        let set = app.anonymous().get(&at).expect(200).json();
        assert_eq!((&set["id"], &set["crs"]), (&json!(id), &json!(crs)));
        // Each matrix has half the scale of the one before, and twice its tiles, each way.
        let mut before: Option<&Value> = None;
        for matrix in items(&set["tileMatrices"]) {
            let number = |of: &Value, member: &str| of[member].as_f64().unwrap();
            if let Some(before) = before {
                for (member, times) in [
                    ("scaleDenominator", 0.5),
                    ("cellSize", 0.5),
                    ("matrixWidth", 2.0),
                    ("matrixHeight", 2.0),
                ] {
                    let expected = number(before, member) * times;
                    assert!(
                        (number(matrix, member) / expected - 1.0).abs() < 1e-12,
                        "{member}"
                    );
                }
            } else {
                assert!((number(matrix, "scaleDenominator") / scale - 1.0).abs() < 1e-12);
            }
            before = Some(matrix);
        }
        assert_eq!(before.unwrap()["id"], "24");
    }
});

on_each_engine!(tms_conf_json_tilematrixset, |app| {
    let set = app
        .anonymous()
        .get("/tileMatrixSets/WebMercatorQuad")
        .expect(200);
    assert_eq!(set.header("content-type"), "application/json");
    let set = set.json();
    let first = &set["tileMatrices"][0];
    let origin = &first["pointOfOrigin"];
    assert!((origin[0].as_f64().unwrap() + 20_037_508.342_789_2).abs() < 1e-7);
    assert!((origin[1].as_f64().unwrap() - 20_037_508.342_789_2).abs() < 1e-7);
    assert!((first["cellSize"].as_f64().unwrap() - 156_543.033_928_041).abs() < 1e-8);
    for (member, value) in [
        ("id", json!("0")),
        ("cornerOfOrigin", json!("topLeft")),
        ("tileWidth", json!(256)),
        ("tileHeight", json!(256)),
        ("matrixWidth", json!(1)),
        ("matrixHeight", json!(1)),
    ] {
        assert_eq!(first[member], value, "{member}");
    }
    assert_eq!(set["orderedAxes"], json!(["X", "Y"]));
    assert_eq!(
        set["wellKnownScaleSet"],
        "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible"
    );
});

/// The limits of one zoom of a tileset.
fn limits(tileset: &Value, zoom: &str) -> [u64; 4] {
    let limits = the(&tileset["tileMatrixSetLimits"], "tileMatrix", zoom);
    ["minTileRow", "maxTileRow", "minTileCol", "maxTileCol"]
        .map(|member| limits[member].as_u64().unwrap())
}

on_each_engine!(tms_conf_tilematrixsetlimits, |app| {
    app.given(a_site());
    app.given(a_site().at(47.9, 39.0));
    let tileset = app.anonymous().get(OF_SITES).json();
    assert_eq!(limits(&tileset, "0"), [0, 0, 0, 0]);
    assert_eq!(limits(&tileset, "8"), [96, 97, 161, 162]);
    // Within them are all tiles that have anything, but for what neighbours have in their buffers.
    let [first, last, left, right] = limits(&tileset, "10");
    for (row, col) in [(first, left), (last, right)] {
        let at = of_template(&tileset, ["10", &row.to_string(), &col.to_string()]);
        app.anonymous().get(&at).expect(200);
    }
    for (row, col) in [
        (first - 1, left),
        (last + 1, right),
        (first, left - 1),
        (last, right + 1),
    ] {
        let at = of_template(&tileset, ["10", &row.to_string(), &col.to_string()]);
        app.anonymous().get(&at).expect(204);
    }
});

on_each_engine!(tms_conf_json_tilematrixsetlimits, |app| {
    app.given(a_site());
    let tileset = app
        .anonymous()
        .get("/collections/sites/tiles/WorldCRS84Quad")
        .json();
    let set = app.anonymous().get("/tileMatrixSets/WorldCRS84Quad").json();
    let matrices: Vec<_> = items(&set["tileMatrices"])
        .map(|matrix| &matrix["id"])
        .collect();
    let limited: Vec<_> = items(&tileset["tileMatrixSetLimits"])
        .map(|one| &one["tileMatrix"])
        .collect();
    assert_eq!(limited, matrices);
    assert_eq!(limits(&tileset, "0"), [0, 0, 1, 1]);
    // Of nothing, there are none.
    let tileset = app
        .anonymous()
        .get("/collections/regions/tiles/WorldCRS84Quad")
        .json();
    assert!(tileset["tileMatrixSetLimits"].is_null());
});

on_each_engine!(tms_conf_tilesetmetadata, |app| {
    app.given(a_site());
    let tileset = app.anonymous().get(OF_SITES).json();
    assert_eq!(tileset["dataType"], "vector");
    assert_eq!(tileset["crs"], "http://www.opengis.net/def/crs/EPSG/0/3857");
    assert_eq!(
        tileset["tileMatrixSetURI"],
        "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
    );
    let layer = &tileset["layers"][0];
    assert_eq!(
        (&layer["id"], &layer["dataType"]),
        (&json!("sites"), &json!("vector"))
    );
    // What it says of features is what they have.
    let tile = app
        .anonymous()
        .get(&of_template(&tileset, ["8", "96", "161"]));
    let schema = &layer["propertiesSchema"]["properties"];
    for (name, value) in &only_layer(&tile.expect(200).body).features[0].properties {
        let kind = match value {
            Value::String(_) => "string",
            Value::Bool(_) => "boolean",
            _ => "number",
        };
        assert_eq!(schema[name]["type"], kind, "{name}");
    }
});

on_each_engine!(tms_conf_json_tilesetmetadata, |app| {
    app.given(a_site());
    app.given(a_site().at(47.5, 39.0));
    let answer = app.anonymous().get(OF_SITES).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let tileset = answer.json();
    let crs = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
    assert_eq!(
        tileset["boundingBox"],
        json!({"lowerLeft": [46.5318, 39.0], "upperRight": [47.5, 40.0573], "crs": crs})
    );
    assert_eq!(tileset["centerPoint"]["crs"], crs);
    assert_eq!(linked(&tileset, "item").len(), 1);
    for member in ["title", "description"] {
        assert!(tileset[member].is_string(), "{member}");
    }
});
