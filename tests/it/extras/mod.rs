//! Layers of files, laid beside our collections: they are read like ours, by everybody alike, and by nobody written to.

mod hostile;
mod reading;

use std::fs;
use std::path::{Path, PathBuf};

use actix_web::test::TestRequest;
use diesel::Connection;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use heritage_registry::app::read_extras;
use heritage_registry::config::ExtraFile;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::vector_tile::only_layer;
use crate::harness::{Answer, App, BASE, Engine, a_region, a_site, program, with};
use crate::search::search;

/// A GeoPackage with a layer of every type, one that is a line in another system, and a table that is no layer.
fn geopackage(folder: &Path) -> PathBuf {
    let file = folder.join("survey #1.gpkg");
    let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    connection.batch_execute(TABLES).unwrap();
    file
}

const TABLES: &str = r#"
    CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, identifier TEXT, description TEXT, srs_id INTEGER);
    CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER);
    CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER);
    INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326), ('web', 3857, 'epsg', 3857), ('none', -1, 'NONE', -1);
    INSERT INTO gpkg_contents VALUES
        ('stones', 'features', 'Stones', 'Carved stones that we saw.', 4326),
        ('walks', 'features', '', '', 3857),
        ('undefined', 'features', '', '', -1),
        ('notes', 'attributes', 'Notes', '', NULL);
    INSERT INTO gpkg_geometry_columns VALUES
        ('stones', 'geom', 'GEOMETRY', 4326), ('walks', 'the_geom', 'LINESTRING', 3857), ('undefined', 'geom', 'POINT', -1);
    CREATE TABLE stones (fid INTEGER PRIMARY KEY, geom BLOB, "Անուն" TEXT, height REAL, count MEDIUMINT, whole BOOLEAN,
        seen DATE, noted DATETIME, "limit" INTEGER, photo BLOB, code VARCHAR(9));
    INSERT INTO stones VALUES
        (7, x'4750000100000000010100000048E17A14AE6747407B14AE47E1E24340', 'Խաչքար', 1.5, 3, 1,
            '2020-10-08', '2020-10-08T09:30:00.000Z', 5, x'FF', 'A1'),
        (3, x'4750000300000000000000000000000000000000000000000000000000000000000000000000000001E903000033333333335347403333333333F343400000000000000000', 'başdaşı', 2, 1, 0,
            '1992-05-09', '1992-05-09T00:00:00Z', 9, NULL, 'B,2'),
        (11, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    CREATE TABLE walks (fid INTEGER PRIMARY KEY, the_geom BLOB);
    INSERT INTO walks VALUES (1, x'4750000100000000010200000002000000000000000000000000000000000000004F147C4CC63CFB400000000000000000');
    CREATE TABLE undefined (fid INTEGER PRIMARY KEY, geom BLOB);
    CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
"#;

fn geojson(folder: &Path) -> PathBuf {
    let file = folder.join("trees.geojson");
    // A ring that touches itself, as nature draws.
    let eight = json!({ "type": "Polygon", "coordinates": [[[46.1, 39.1], [46.2, 39.2], [46.2, 39.1], [46.1, 39.2], [46.1, 39.1]]] });
    let feature = |id: &str, geometry: Value, properties: Value| json!({ "type": "Feature", "id": id, "geometry": geometry, "properties": properties });
    let at = |lon: f64, lat: f64| json!({ "type": "Point", "coordinates": [lon, lat] });
    let whole = json!({
        "type": "FeatureCollection",
        "features": [
            feature("plane/1", at(46.75, 39.76), json!({ "name": "Çinar", "age": 2000, "girth_m": 8.5, "stands": true, "tags": ["a", 1], "id": "x" })),
            feature("oak 2", eight, json!({ "name": "oak", "age": 50, "girth_m": 2, "planted": "1970-03-01", "at": "2020-01-01T10:00:00+04:00" })),
            feature("ash", Value::Null, json!({ "name": "=ash" })),
        ],
    });
    fs::write(&file, whole.to_string()).unwrap();
    file
}

pub fn extra(name: &str, file: &Path, layer: Option<&str>) -> ExtraFile {
    ExtraFile {
        name: name.to_owned(),
        file: file.to_owned(),
        layer: layer.map(str::to_owned),
    }
}

/// Lays the files of these tests beside the collections; the folder may go once they are read.
fn lay(app: &App) {
    let folder = TempDir::new().unwrap();
    let (survey, trees) = (geopackage(folder.path()), geojson(folder.path()));
    let files = [
        extra("trees", &trees, None),
        extra("stones", &survey, Some("stones")),
        extra("Walks_2", &survey, Some("walks")),
    ];
    app.parts.catalogue.lay_beside(read_extras(&files).unwrap());
}

pub fn ids(answer: &Answer) -> Vec<Value> {
    let features = answer.features();
    features.iter().map(|one| one["id"].clone()).collect()
}

pub fn filtered(app: &App, layer: &str, filter: &str) -> Vec<Value> {
    let filter = utf8_percent_encode(filter, NON_ALPHANUMERIC);
    let path = format!("/collections/{layer}/items?filter={filter}");
    ids(&app.anonymous().get(&path).expect(200))
}

on_each_engine!(values_have_the_types_and_the_names_of_their_file, |app| {
    lay(app);
    let answer = app.anonymous().get("/collections/stones/items").expect(200);
    assert_eq!(answer.header("content-type"), "application/geo+json");
    assert_eq!(ids(&answer), [json!(3), json!(7), json!(11)]);
    let features = answer.features();
    assert_eq!(
        features[1]["properties"],
        json!({
            "Անուն": "Խաչքար", "height": 1.5, "count": 3, "whole": true, "seen": "2020-10-08",
            "noted": "2020-10-08T09:30:00Z", "limit": 5, "code": "A1",
        })
    );
    assert_eq!(features[0]["geometry"]["coordinates"], json!([46.65, 39.9]));
    assert_eq!(features[2]["geometry"], Value::Null);
    let walk = app
        .anonymous()
        .get("/collections/Walks_2/items/1")
        .expect(200);
    assert_eq!(
        walk.json()["geometry"]["coordinates"],
        json!([[0, 0], [1.0022, 0]])
    );

    let trees = app.anonymous().get("/collections/trees/items").expect(200);
    assert_eq!(ids(&trees), ["ash", "oak 2", "plane/1"]);
    let trees = trees.features();
    assert_eq!(
        trees[2]["properties"],
        json!({ "name": "Çinar", "age": 2000, "girth_m": 8.5, "stands": true, "tags": "[\"a\",1]", "id": "x", "planted": null, "at": null })
    );
    assert_eq!(trees[1]["properties"]["at"], "2020-01-01T06:00:00Z");
    assert_eq!(
        trees[1]["geometry"]["coordinates"][0]
            .as_array()
            .unwrap()
            .len(),
        5
    );
});

on_each_engine!(a_feature_is_found_by_the_id_of_its_file, |app| {
    lay(app);
    for (layer, id, step) in [
        ("stones", json!(7), "7"),
        ("trees", json!("plane/1"), "plane%2F1"),
        ("trees", json!("oak 2"), "oak%202"),
    ] {
        let path = format!("/collections/{layer}/items/{step}");
        let answer = app.anonymous().get(&path).expect(200);
        assert_eq!(answer.json()["id"], id);
        assert_eq!(answer.link("self").unwrap(), format!("{BASE}{path}"));
        assert_eq!(answer.link("version-history"), None);
        let tag = answer.header("etag").to_owned();
        let again = app.anonymous().with("if-none-match", &tag).get(&path);
        assert_eq!(again.status, 304);
        let csv = app.anonymous().get(&format!("{path}?f=csv")).expect(200);
        let name = format!("attachment; filename=\"{layer}-{step}.csv\"");
        assert_eq!(csv.header("content-disposition"), name);
    }
    for path in [
        "stones/items/8",
        "stones/items/07",
        "trees/items/plane",
        "nothing/items/7",
        "nothing/items",
        "nothing",
    ] {
        let answer = app.anonymous().get(&format!("/collections/{path}"));
        assert_eq!(answer.problem(), "404 not-found", "{path}");
    }
});

on_each_engine!(
    conditions_name_properties_and_the_geometry_as_the_file_does,
    |app| {
        lay(app);
        let near = "BBOX(46.6,39.8,46.7,40)";
        for (layer, filter, expected) in [
            ("stones", "\"Անուն\" = 'Խաչքար'", json!([7])),
            (
                "stones",
                "\"Անուն\" LIKE 'baş%' OR height < 1.6",
                json!([3, 7]),
            ),
            ("stones", "CASEI(\"Անուն\") = CASEI('ԽԱՉՔԱՐ')", json!([7])),
            ("stones", &format!("S_INTERSECTS(geom, {near})"), json!([3])),
            ("stones", "count > 1", json!([7])),
            ("stones", "whole", json!([7])),
            ("stones", "NOT whole", json!([3])),
            ("stones", "seen > DATE('2000-01-01')", json!([7])),
            (
                "stones",
                "noted < TIMESTAMP('2000-01-01T00:00:00Z')",
                json!([3]),
            ),
            ("stones", "\"limit\" BETWEEN 8 AND 10", json!([3])),
            ("stones", "height IS NULL", json!([11])),
            ("stones", "count = \"limit\" - 2", json!([7])),
            (
                "trees",
                "S_INTERSECTS(geometry, POINT(46.75 39.76))",
                json!(["plane/1"]),
            ),
            ("trees", "age > 100", json!(["plane/1"])),
            // By code point, an equals sign stands before every letter.
            ("trees", "name < 'a'", json!(["ash"])),
            (
                "trees",
                "planted = DATE('1970-03-01') AND at < TIMESTAMP('2020-01-01T06:00:01Z')",
                json!(["oak 2"]),
            ),
        ] {
            assert_eq!(json!(filtered(app, layer, filter)), expected, "{filter}");
        }
        // Regions are those of the registry.
        app.given(a_region("hist-khachen", 46.5, 39.9));
        let found = filtered(app, "stones", "S_INTERSECTS(geom, region('hist-khachen'))");
        assert_eq!(found, [3]);
        let unknown = app
            .anonymous()
            .get("/collections/stones/items?filter=S_INTERSECTS(geometry,POINT(1%201))");
        assert!(
            unknown.faults()[0].contains("\"geometry\" is no property"),
            "{unknown:?}"
        );
        assert!(unknown.faults()[0].contains("geom"), "{unknown:?}");
    }
);

on_each_engine!(
    parameters_are_properties_unless_they_are_called_like_another,
    |app| {
        lay(app);
        let get = |asked: &str| app.anonymous().get(&format!("/collections/{asked}"));
        assert_eq!(ids(&get("stones/items?count=3")), [7]);
        assert_eq!(ids(&get("trees/items?name=oak")), ["oak 2"]);
        assert_eq!(ids(&get("stones/items?limit=1")), [3]);
        assert_eq!(
            ids(&get("stones/items?bbox=46.6,39.8,46.7,40&located=true")),
            [3]
        );
        assert_eq!(ids(&get("stones/items?near=46.65,39.9&radius=50")), [3]);
        assert_eq!(
            ids(&get("trees/items?sortby=-age,name")),
            ["plane/1", "oak 2", "ash"]
        );
        let chosen = get("stones/items?properties=geom,count&limit=1").features();
        assert_eq!(chosen[0]["properties"], json!({ "count": 1 }));
        assert_eq!(chosen[0]["geometry"]["type"], "Point");
        let lean = get("stones/items/3?properties=code").json();
        assert_eq!(
            (&lean["geometry"], &lean["properties"]),
            (&Value::Null, &json!({ "code": "B,2" }))
        );
        let projected = get("stones/items/3?crs=http://www.opengis.net/def/crs/EPSG/0/4326").json();
        assert_eq!(projected["geometry"]["coordinates"], json!([39.9, 46.65]));
        for (asked, parameter) in [
            ("stones/items?as_of=2026-01-01T00:00:00Z", "as_of: "),
            ("stones/items/3?as_of=2026-01-01T00:00:00Z", "as_of: "),
            ("trees/items?q=oak", "q: "),
            ("stones/items?region=hist-khachen", "region: "),
            ("stones/items?geom=1", "geom: "),
            ("trees/schema?type=create", "type: is left out, or geojson"),
        ] {
            let faults = get(asked).expect(400).faults();
            assert!(
                faults.len() == 1 && faults[0].starts_with(parameter),
                "{faults:?}"
            );
        }
    }
);

on_each_engine!(
    pages_give_every_feature_once_and_tables_have_their_names,
    |app| {
        lay(app);
        for layer in ["stones", "trees"] {
            let mut next = Some(format!("/collections/{layer}/items?limit=1"));
            let mut seen = Vec::new();
            while let Some(path) = next {
                let page = app.anonymous().get(&path).expect(200);
                assert_eq!(page.json()["numberMatched"], 3);
                seen.extend(ids(&page));
                next = page.link("next");
            }
            assert_eq!(
                seen,
                ids(&app.anonymous().get(&format!("/collections/{layer}/items")))
            );
        }
        let csv = |asked: &str| {
            let answer = app.anonymous().get(asked).expect(200);
            answer.text().lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let rows = csv("/collections/stones/items?f=csv");
        assert_eq!(
            rows[0],
            "id,Անուն,height,count,whole,seen,noted,limit,code,geom"
        );
        assert_eq!(
            rows[1],
            "3,başdaşı,2.0,1,false,1992-05-09,1992-05-09T00:00:00Z,9,\"B,2\",POINT (46.65 39.9)"
        );
        assert_eq!(rows[3], "11,,,,,,,,,");
        let rows =
            csv("/collections/trees/items?f=csv&geometry-format=lonlat&properties=geometry,name");
        assert_eq!(rows[..2], ["id,name,lon,lat", "ash,'=ash,,"]);
    }
);

on_each_engine!(they_are_described_like_ours, |app| {
    lay(app);
    let get = |path: &str| app.anonymous().get(path).expect(200).json();
    let all = get("/collections");
    let names: Vec<_> = all["collections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(names[4..], ["Walks_2", "stones", "trees"]);
    let stones = get("/collections/stones");
    assert_eq!(all["collections"][5], stones);
    assert_eq!(
        (
            &stones["title"],
            &stones["description"],
            &stones["itemCount"]
        ),
        (
            &json!("Stones"),
            &json!("Carved stones that we saw."),
            &json!(3)
        )
    );
    assert_eq!(
        stones["extent"]["spatial"]["bbox"],
        json!([[46.65, 39.7725, 46.81, 39.9]])
    );
    let rels: Vec<_> = stones["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| &link["rel"])
        .collect();
    assert!(!rels.contains(&&json!("license")), "{rels:?}");
    assert_eq!(
        get("/collections/trees")["description"],
        "Read from a file, and no part of the record."
    );

    let queryables = get("/collections/stones/queryables");
    let of = |name: &str| {
        let schema = &queryables["properties"][name];
        (schema["type"].clone(), schema["format"].clone())
    };
    for (name, kind, format) in [
        ("geom", Value::Null, json!("geometry-any")),
        ("Անուն", json!("string"), Value::Null),
        ("height", json!("number"), Value::Null),
        ("count", json!("integer"), Value::Null),
        ("whole", json!("boolean"), Value::Null),
        ("seen", json!("string"), json!("date")),
        ("noted", json!("string"), json!("date-time")),
        ("code", json!("string"), Value::Null),
    ] {
        assert_eq!(of(name), (kind, format), "{name}");
    }
    assert_eq!(queryables["properties"].as_object().unwrap().len(), 9);
    assert_eq!(
        get("/collections/stones/sortables")["properties"]
            .as_object()
            .unwrap()
            .len(),
        8
    );
    let schema = get("/collections/stones/schema");
    assert_eq!(schema["properties"]["id"]["type"], "integer");
    assert_eq!(
        schema["properties"]["geom"]["x-ogc-role"],
        "primary-geometry"
    );
    let schema = get("/collections/trees/schema?type=geojson");
    assert_eq!(schema["properties"]["id"], json!({ "type": "string" }));
});

on_each_engine!(
    both_audiences_are_given_the_same_and_both_find_it_in_the_definition,
    |app| {
        app.given(a_site());
        lay(app);
        for client in [app.anonymous(), app.admin()] {
            let document = client.get("/api").expect(200).json();
            // The harness holds each answer against the definition of these layers.
            for (path, asked) in [
                ("/collections/stones", ""),
                (
                    "/collections/stones/items",
                    "?limit=2&near=46.65,39.9&radius=900000",
                ),
                ("/collections/stones/items/{featureId}", "7"),
                ("/collections/trees/items", ""),
                ("/collections/trees/items/{featureId}", "oak%202"),
                ("/collections/trees/queryables", ""),
                ("/collections/trees/schema", ""),
                ("/collections/trees/sortables", ""),
            ] {
                let at = format!("{}{asked}", path.trim_end_matches("{featureId}"));
                let answer = client.get(&at).expect(200);
                assert_eq!(
                    answer.json()["features"],
                    app.anonymous().get(&at).json()["features"],
                    "{at}"
                );
            }
            for layer in ["stones", "trees"] {
                let path = format!("/collections/{layer}/search");
                let body = &document["paths"][&path]["post"]["requestBody"]["content"];
                // The one of the definition: it names the geometry as the file does.
                let asked = &body["application/json"]["example"];
                search(&client, layer, asked).expect(200);
            }
            let paths = document["paths"].as_object().unwrap();
            let of_trees: Vec<_> = paths
                .iter()
                .filter(|(path, _)| path.starts_with("/collections/trees"))
                .collect();
            assert_eq!(of_trees.len(), 12);
            let tags = document["tags"].as_array().unwrap().iter();
            let tags: Vec<_> = tags.filter_map(|tag| tag["name"].as_str()).collect();
            assert!(
                tags.ends_with(&["Walks_2 (Walks_2)", "Stones (stones)", "trees (trees)"]),
                "{tags:?}"
            );

            assert!(
                of_trees
                    .iter()
                    .all(|(_, takes)| takes.as_object().unwrap().len() == 1)
            );
            let taken: Vec<_> = document["paths"]["/collections/stones/items"]["get"]["parameters"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|one| one["name"].as_str())
                .collect();
            assert!(
                taken.contains(&"count") && !taken.contains(&"limit"),
                "{taken:?}"
            );
        }
    }
);

on_each_engine!(nobody_writes_to_them_and_they_have_no_past, |app| {
    lay(app);
    let stone = "/collections/stones/items/7";
    for client in [app.anonymous(), app.admin()] {
        for (request, path) in [
            (TestRequest::post(), "/collections/stones/items"),
            (TestRequest::put(), stone),
            (TestRequest::patch(), stone),
            (TestRequest::delete(), stone),
        ] {
            let answer = client.send(request.set_payload("{}"), path);
            assert_eq!(answer.problem(), "405 no-method", "{path}");
            assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
        }
        for path in ["/collections/stones/items", stone] {
            let options = client.send(
                TestRequest::default().method(actix_web::http::Method::OPTIONS),
                path,
            );
            assert_eq!(
                (options.status, options.header("allow")),
                (204, "GET, HEAD, OPTIONS")
            );
        }
        for path in ["versions", "differences?from=2026-01-01T00:00:00Z"] {
            assert_eq!(
                client.get(&format!("{stone}/{path}")).problem(),
                "404 not-found"
            );
        }
        assert_eq!(
            client
                .send(TestRequest::post(), &format!("{stone}/review"))
                .status,
            404
        );
    }
});

on_each_engine!(what_changes_beside_them_leaves_them, |app| {
    lay(app);
    let site = app.given(a_site());
    let stones = || ids(&app.anonymous().get("/collections/stones/items"));
    assert_eq!(stones(), [3, 7, 11]);
    assert_eq!(
        app.anonymous().get("/collections/sites/items").ids(),
        [site]
    );
    while app.parts.catalogue.merge() {}
    app.parts.catalogue.purge();
    assert_eq!(stones(), [3, 7, 11]);
});

#[test]
fn an_area_that_crosses_itself_can_be_asked_about() {
    let app = App::fresh(Engine::Sqlite);
    lay(&app);
    for shape in [
        "POINT(46.15 39.15)",
        "POINT(46.12 39.15)",
        "LINESTRING(46 39.12,46.3 39.12)",
        "POLYGON((46.1 39.1,46.2 39.1,46.2 39.2,46.1 39.1))",
        "BBOX(46.14,39.14,46.16,39.16)",
    ] {
        for relation in [
            "S_INTERSECTS",
            "S_DISJOINT",
            "S_WITHIN",
            "S_CONTAINS",
            "S_EQUALS",
            "S_TOUCHES",
            "S_OVERLAPS",
            "S_CROSSES",
        ] {
            let filter = format!("{relation}(geometry,{shape})");
            let filter = utf8_percent_encode(&filter, NON_ALPHANUMERIC);
            let answer = app
                .anonymous()
                .get(&format!("/collections/trees/items?filter={filter}"));
            assert_eq!(answer.status, 200, "{relation} {shape}");
        }
    }
    let within = "/collections/trees/items?bbox=46.14,39.14,46.16,39.16&located=true";
    assert_eq!(ids(&app.anonymous().get(within)), ["oak 2"]);
    let near = app
        .anonymous()
        .get("/collections/trees/items?near=46.15,39.15&radius=1");
    assert_eq!(ids(&near), ["oak 2"]);
}

#[test]
fn a_negative_id_is_a_number_in_a_table_too() {
    let app = App::fresh(Engine::Sqlite);
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("x.json");
    for (id, row) in [(json!(-5), "-5,"), (json!("-5"), "'-5,")] {
        let whole =
            json!({ "type": "FeatureCollection", "features": [{ "type": "Feature", "id": id }] });
        fs::write(&file, whole.to_string()).unwrap();
        app.parts
            .catalogue
            .lay_beside(read_extras(&[extra("x", &file, None)]).unwrap());
        let answer = app
            .anonymous()
            .get("/collections/x/items?f=csv")
            .expect(200);
        assert_eq!(answer.text().lines().nth(1), Some(row));
        assert_eq!(
            app.anonymous()
                .get("/collections/x/items/-5")
                .expect(200)
                .json()["id"],
            id
        );
    }
}

#[test]
fn a_tag_is_of_one_state_of_a_file() {
    let app = App::fresh(Engine::Sqlite);
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("x.json");
    let tag = |whole: Value| {
        fs::write(&file, whole.to_string()).unwrap();
        let extras = read_extras(&[extra("x", &file, None)]).unwrap();
        app.parts.catalogue.lay_beside(extras);
        let answer = app.anonymous().get("/collections/x/items").expect(200);
        assert_eq!(answer.header("last-modified"), "");
        answer.header("etag").to_owned()
    };
    let of = |id: Value, name: &str, value: i64| json!({ "type": "FeatureCollection", "features": [{ "type": "Feature", "id": id, "properties": { name: value } }] });
    let states = [
        of(json!("a"), "n", 1),
        of(json!("b"), "n", 1),
        of(json!("a"), "m", 1),
        of(json!("a"), "n", 2),
    ];
    let tags: std::collections::BTreeSet<_> = states.into_iter().map(tag).collect();
    assert_eq!(tags.len(), 4);
}

#[test]
fn every_fault_of_every_file_stops_the_start() {
    let folder = TempDir::new().unwrap();
    let (survey, trees) = (geopackage(folder.path()), geojson(folder.path()));
    let text = folder.path().join("text");
    fs::write(&text, "no layer").unwrap();
    let broken = folder.path().join("broken.gpkg");
    fs::write(&broken, [&b"SQLite format 3\0"[..], &[7; 100]].concat()).unwrap();
    let files = [
        extra("sites", &trees, None),
        extra("a b", &trees, None),
        extra("twice", &trees, None),
        extra("twice", &trees, None),
        extra("trees", &trees, Some("leaves")),
        extra("gone", &folder.path().join("gone"), None),
        extra("text", &text, None),
        extra("broken", &broken, None),
        extra("several", &survey, None),
        extra("typed", &survey, Some("stone")),
        extra("undefined", &survey, Some("undefined")),
    ];
    let faults = read_extras(&files).unwrap_err().0;
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    for (told, expected) in told.iter().zip([
        "\"sites\" is a collection of the registry",
        "\"a b\" cannot stand in addresses",
        "--extra twice: is given twice",
        "GeoJSON has no layers",
        "No such file",
        "expected",
        "is no GeoPackage",
        "holds several layers: say which, as FILE#stones; they are stones, undefined, walks",
        "there is no layer \"stone\": did you mean stones?",
        "its system \"[NONE:-1]\" is not one of http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    ]) {
        assert!(told.contains(expected), "{told}");
    }
    assert_eq!(told.len(), 10, "{told:#?}");
}

#[test]
fn a_geometry_that_is_none_is_told_with_its_feature() {
    let folder = TempDir::new().unwrap();
    let survey = geopackage(folder.path());
    let mut connection = SqliteConnection::establish(survey.to_str().unwrap()).unwrap();
    for (blob, expected) in [
        ("x'00'", "feature 5, geom: is no GeoPackage binary"),
        ("'text'", "feature 5, geom: is no GeoPackage binary"),
        ("x'4750000100000000'", "feature 5, geom: ends before"),
        (
            "x'4750000300000000'",
            "feature 5, geom: ends within its envelope",
        ),
        ("x'4750000F00000000'", "feature 5, geom: has an envelope"),
        (
            "x'4750002100000000'",
            "feature 5, geom: is of a type that only an extension",
        ),
        (
            "x'4750000100000000010700000000000000'",
            "feature 5, geom: is a geometry of type 7",
        ),
    ] {
        let insert = format!("REPLACE INTO stones (fid, geom) VALUES (5, {blob})");
        connection.batch_execute(&insert).unwrap();
        let told = read_extras(&[extra("x", &survey, Some("stones"))]).unwrap_err();
        assert!(told.to_string().contains(expected), "{told}");
    }
    connection
        .batch_execute(
            "DELETE FROM stones WHERE fid = 5; UPDATE stones SET count = 'many' WHERE fid = 3",
        )
        .unwrap();
    let told = read_extras(&[extra("x", &survey, Some("stones"))])
        .unwrap_err()
        .to_string();
    assert!(
        told.contains("feature 3, count: is \"many\", and the column has whole numbers"),
        "{told}"
    );
}

#[test]
fn the_program_serves_them_and_refuses_to_start_with_what_it_cannot_read() {
    let folder = TempDir::new().unwrap();
    let (survey, trees) = (geopackage(folder.path()), geojson(folder.path()));
    let survey = survey.to_str().unwrap();
    let given = format!("stones={survey}#stones");
    let mut failing = program();
    let data = folder.path().join("data");
    failing.arg("--data").arg(&data);
    failing.args([
        "--extra",
        &given,
        "--extra",
        &format!("x={survey}#nothing"),
        "--extra",
        "sites=nowhere",
    ]);
    let output = failing.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        (output.status.code(), told.lines().count()),
        (Some(1), 3),
        "{told}"
    );
    assert!(!data.exists(), "nothing was opened");

    let mut failing = program();
    failing.args(["--extra", "nothing"]);
    let output = failing.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("my-survey=survey.gpkg#sites")
    );

    let (_home, mut serving) = with(Engine::Sqlite);
    serving.env(
        "HERITAGE_EXTRA",
        format!("{given},trees={}", trees.display()),
    );
    let serving = crate::harness::Serving::start(serving, true);
    for (layer, count) in [("stones", 3), ("trees", 3)] {
        let body = serving.get(&format!("/collections/{layer}/items?resultType=hits"));
        assert!(
            body.contains(&format!("\"numberMatched\":{count}")),
            "{body}"
        );
    }
}

on_each_engine!(
    tiles_are_of_files_too_whatever_their_properties_are_called,
    |app| {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("wells.geojson");
        let well = json!({
            "type": "Feature",
            "id": "w 1",
            "geometry": { "type": "Point", "coordinates": [46.75, 39.76] },
            "properties": { "v": "deep", "collections": "none", "depth_m": 8.5, "tags": ["a", 1] },
        });
        let whole = json!({ "type": "FeatureCollection", "features": [well] });
        fs::write(&file, whole.to_string()).unwrap();
        let files = [extra("wells", &file, None)];
        app.parts.catalogue.lay_beside(read_extras(&files).unwrap());
        for of in ["/collections/wells", ""] {
            let at = format!("{of}/tiles/WebMercatorQuad?f=tilejson");
            let tilejson = app.anonymous().get(&at).expect(200).json();
            let template = tilejson["tiles"][0].as_str().unwrap();
            // The version is none of the property.
            let tile = app
                .anonymous()
                .get(&template.replace("{z}/{x}/{y}", "8/161/97"));
            let layer = only_layer(&tile.expect(200).body);
            assert_eq!((layer.name.as_str(), layer.features.len()), ("wells", 1));
            let properties = json!(layer.features[0].properties);
            assert_eq!(
                properties,
                json!({ "id": "w 1", "v": "deep", "collections": "none", "depth_m": 8.5, "tags": "[\"a\",1]" })
            );
        }
        // A file has no past.
        let past = "?as_of=2026-01-01T00:00:00Z";
        let of_file = format!("/collections/wells/tiles/WebMercatorQuad/8/97/161{past}");
        app.anonymous().get(&of_file).expect(400);
        app.anonymous()
            .get(&format!("/tiles/WebMercatorQuad/8/97/161{past}"))
            .expect(204);
    }
);
