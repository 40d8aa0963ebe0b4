//! What the abstract tests of CQL2 (21-065r2, annex A) ask, of a file as theirs: tables of the names, the columns and the
//! types of their data, with rows of our own, of which everybody can see what a predicate finds.

use std::path::Path;

use diesel::Connection;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use heritage_registry::app::read_extras;
use heritage_registry::query::cql2::parse_text;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::extras::{extra, filtered, ids};
use crate::harness::App;
use crate::search::search;

const PLACES: &str = "ne_110m_populated_places_simple";
const COUNTRIES: &str = "ne_110m_admin_0_countries";

const TABLES: &str = r#"
    CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, identifier TEXT, description TEXT, srs_id INTEGER);
    CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER);
    CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER);
    INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326);
    INSERT INTO gpkg_contents VALUES
        ('ne_110m_populated_places_simple', 'features', '', '', 4326),
        ('ne_110m_admin_0_countries', 'features', '', '', 4326);
    INSERT INTO gpkg_geometry_columns VALUES
        ('ne_110m_populated_places_simple', 'geom', 'POINT', 4326),
        ('ne_110m_admin_0_countries', 'geom', 'POLYGON', 4326);
    CREATE TABLE ne_110m_populated_places_simple (fid INTEGER PRIMARY KEY, geom POINT, name TEXT, pop_other MEDIUMINT,
        "date" DATE, "start" DATETIME, "end" DATETIME, "boolean" BOOLEAN);
    CREATE TABLE ne_110m_admin_0_countries (fid INTEGER PRIMARY KEY, geom POLYGON, name TEXT);
"#;

/// Places, numbered from 1; the last has nothing but its number.
const ROWS: &str = r#"
    INSERT INTO ne_110m_populated_places_simple (fid, name, pop_other, "date", "start", "end", "boolean") VALUES
        (1, 'København', 1038288, '2022-04-16', '2022-04-16T10:13:19Z', '2022-04-16T10:15:09Z', 1),
        (2, 'Berlin', 3013258, '2023-04-16', '2022-04-16T10:15:09Z', '2022-04-16T10:15:10Z', 0),
        (3, 'Bern', 275329, '2021-04-16', '2022-04-16T10:13:00Z', '2022-04-16T10:14:00Z', 1),
        (4, 'Kiev', 1662508, NULL, NULL, NULL, NULL),
        (5, 'Kabul', 3277000, NULL, NULL, NULL, NULL),
        (6, 'Brussels', 1019022, NULL, NULL, NULL, NULL),
        (7, 'Athens', 729137, NULL, NULL, NULL, NULL),
        (8, 'Genève', 1240000, NULL, NULL, NULL, NULL),
        (9, NULL, NULL, NULL, NULL, NULL, NULL);
"#;

/// Where the places are, from the first to the eighth.
const AT: [[f64; 2]; 8] = [
    [12.56, 55.68],
    [13.4, 52.52],
    [7.47, 46.92],
    [30.51, 50.44],
    [69.18, 34.52],
    [4.33, 50.83],
    [23.73, 37.98],
    [6.14, 46.21],
];

/// Squares by their western and southern sides, 10 degrees wide: the first two touch, and the third is far away.
const SQUARES: [[f64; 2]; 3] = [[0.0, 40.0], [10.0, 40.0], [30.0, 0.0]];

/// A GeoPackage binary, little-endian: its header, then well-known binary of one type.
fn binary(kind: u8, counts: &[u32], positions: &[[f64; 2]]) -> String {
    let mut bytes = b"GP\x00\x01\xE6\x10\x00\x00\x01".to_vec();
    bytes.extend([kind, 0, 0, 0]);
    bytes.extend(counts.iter().flat_map(|count| count.to_le_bytes()));
    bytes.extend(positions.iter().flatten().flat_map(|one| one.to_le_bytes()));
    let digits = bytes.iter().map(|byte| format!("{byte:02X}"));
    digits.collect()
}

fn square([west, south]: [f64; 2]) -> String {
    let (east, north) = (west + 10.0, south + 10.0);
    let ring = [[west, south], [east, south], [east, north], [west, north]];
    binary(3, &[1, 5], &[&ring[..], &ring[..1]].concat())
}

fn write(file: &Path) {
    let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    let mut run = |statement: &str| connection.batch_execute(statement).unwrap();
    run(TABLES);
    run(ROWS);
    for (fid, at) in (1..).zip(AT) {
        let point = binary(1, &[], &[at]);
        run(&format!(
            "UPDATE {PLACES} SET geom = x'{point}' WHERE fid = {fid}"
        ));
    }
    for (name, at) in ["A", "B", "C"].into_iter().zip(SQUARES) {
        let square = square(at);
        run(&format!(
            "INSERT INTO {COUNTRIES} (geom, name) VALUES (x'{square}', '{name}')"
        ));
    }
}

fn lay(app: &App) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("data.gpkg");
    write(&file);
    let files = [PLACES, COUNTRIES].map(|name| extra(name, &file, Some(name)));
    app.parts.catalogue.lay_beside(read_extras(&files).unwrap());
}

on_each_engine!(
    predicates_of_the_abstract_tests_find_what_their_rows_say,
    |app| {
        lay(app);
        let far = "POLYGON((0 40,10 40,10 55,0 55,0 40))";
        let first = "POLYGON((0 40,10 40,10 50,0 50,0 40))";
        let places: &[(&str, &[i64])] = &[
            // Basic CQL2.
            ("name = 'København'", &[1]),
            ("name <> 'København'", &[2, 3, 4, 5, 6, 7, 8]),
            ("name <= 'Brussels'", &[2, 3, 6, 7]),
            ("pop_other >= 1038288", &[1, 2, 4, 5, 8]),
            ("\"date\" = DATE('2022-04-16')", &[1]),
            ("\"date\" < DATE('2022-04-16')", &[3]),
            ("\"start\" < TIMESTAMP('2022-04-16T10:15:09Z')", &[1, 3]),
            ("\"start\" <= TIMESTAMP('2022-04-16T10:15:09Z')", &[1, 2, 3]),
            ("boolean = true", &[1, 3]),
            ("boolean = false", &[2]),
            ("boolean IS NULL", &[4, 5, 6, 7, 8, 9]),
            ("name IS NOT NULL", &[1, 2, 3, 4, 5, 6, 7, 8]),
            // What is not known is neither.
            ("NOT (boolean = true OR pop_other < 1000000)", &[2]),
            // Advanced comparison.
            ("name LIKE 'B_r%'", &[2, 3]),
            ("name NOT LIKE 'B_r%'", &[1, 4, 5, 6, 7, 8]),
            ("pop_other BETWEEN 1000000 AND 3000000", &[1, 4, 6, 8]),
            ("pop_other NOT BETWEEN 1000000 AND 3000000", &[2, 3, 5, 7]),
            ("name IN ('Kiev', 'kobenhavn', 'Berlin', 'athens')", &[2, 4]),
            (
                "\"date\" IN (DATE('2021-04-16'), DATE('2022-04-16'))",
                &[1, 3],
            ),
            // In whatever case, and without accents.
            ("CASEI(name) IN (CASEI('Kiev'), CASEI('kabul'))", &[4, 5]),
            ("CASEI(name) LIKE CASEI('b_R%')", &[2, 3]),
            ("ACCENTI(name) = ACCENTI('Geneve')", &[8]),
            // Arithmetic, and a property beside another.
            ("pop_other = 1038280 + 8", &[1]),
            ("pop_other * 2 > 6000000", &[2, 5]),
            ("\"start\" < \"end\"", &[1, 2, 3]),
            // Times.
            ("T_AFTER(\"date\", DATE('2022-04-16'))", &[2]),
            (
                "T_DURING(INTERVAL(\"start\", \"end\"), INTERVAL('2022-04-16T10:13:18Z', '2022-04-16T10:15:10Z'))",
                &[1],
            ),
            (
                "T_DURING(INTERVAL(\"start\", \"end\"), INTERVAL('2022-01-01', '2022-12-31'))",
                &[1, 2, 3],
            ),
            (
                "T_MEETS(INTERVAL(\"start\", \"end\"), INTERVAL('2022-04-16T10:15:09Z', '..'))",
                &[1],
            ),
            // Places.
            (&format!("S_INTERSECTS(geom, {far})"), &[3, 6, 8]),
            ("S_INTERSECTS(geom, BBOX(0, 40, 10, 50))", &[3, 8]),
            (&format!("S_DISJOINT(geom, {far})"), &[1, 2, 4, 5, 7]),
            ("S_EQUALS(geom, POINT(30.51 50.44))", &[4]),
        ];
        let countries: &[(&str, &[i64])] = &[
            ("S_INTERSECTS(geom, BBOX(0, 40, 10, 50))", &[1, 2]),
            (&format!("S_TOUCHES(geom, {first})"), &[2]),
            (&format!("S_EQUALS(geom, {first})"), &[1]),
            (&format!("S_DISJOINT(geom, {first})"), &[3]),
            ("S_CONTAINS(geom, POINT(5 45))", &[1]),
            ("S_WITHIN(geom, BBOX(-1, 39, 21, 51))", &[1, 2]),
            ("S_OVERLAPS(geom, BBOX(5, 45, 15, 55))", &[1, 2]),
            ("S_CROSSES(LINESTRING(-5 45, 15 45), geom)", &[1, 2]),
            ("name = 'C' OR S_TOUCHES(geom, POINT(0 40))", &[1, 3]),
        ];
        for (layer, predicates) in [(PLACES, places), (COUNTRIES, countries)] {
            for (predicate, expected) in predicates {
                assert_eq!(
                    json!(filtered(app, layer, predicate)),
                    json!(expected),
                    "{predicate}"
                );
                // In JSON, from a body.
                let filter: Value = parse_text(predicate).unwrap().to_json();
                let found = search(&app.anonymous(), layer, &json!({ "filter": filter }));
                assert_eq!(json!(ids(&found.expect(200))), json!(expected), "{filter}");
            }
        }
    }
);
