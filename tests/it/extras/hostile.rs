//! Files that somebody broke, by mistake or not: the start refuses them and says why, or they are served as they are.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;

/// Everything that is wrong with the layer of stones, after a statement has changed the file.
fn told_after(statement: &str) -> String {
    let folder = TempDir::new().unwrap();
    let file = geopackage(folder.path());
    let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    connection.batch_execute(statement).unwrap();
    match read_extras(&[extra("x", &file, Some("stones"))]) {
        Ok(_) => String::new(),
        Err(faults) => faults.to_string(),
    }
}

#[test]
fn what_a_geopackage_says_and_does_not_hold_is_told() {
    for (statement, expected) in [
        ("DROP TABLE gpkg_contents", "file: is no GeoPackage: "),
        (
            "DROP TABLE gpkg_spatial_ref_sys",
            "file: is no GeoPackage: ",
        ),
        (
            "DROP TABLE stones",
            "layer stones: has no column geom, where its geometry is said to be",
        ),
        (
            "ALTER TABLE stones DROP COLUMN geom",
            "layer stones: has no column geom",
        ),
        (
            "DELETE FROM gpkg_contents WHERE table_name = 'stones'",
            "layer: there is no layer \"stones\"",
        ),
        (
            "DELETE FROM gpkg_spatial_ref_sys WHERE srs_id = 4326",
            "layer stones: its system \"[NONE:0]\" is not one of",
        ),
        (
            "UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = 2100 WHERE srs_id = 4326",
            "layer stones: its system \"[EPSG:2100]\" is not one of",
        ),
        (
            "UPDATE stones SET \"Անուն\" = CAST(x'FFFE' AS TEXT) WHERE fid = 7",
            "values: invalid utf-8",
        ),
        (
            "UPDATE stones SET seen = 'yesterday' WHERE fid = 7",
            "feature 7, seen: is \"yesterday\", and the column has days",
        ),
        (
            "ALTER TABLE stones ADD COLUMN distance_m REAL",
            "distance_m: is what a feature says of how far it is",
        ),
    ] {
        let told = told_after(statement);
        assert!(told.contains(expected), "{statement}: {told}");
    }
}

#[test]
fn what_says_the_same_in_other_words_is_taken() {
    let app = App::fresh(Engine::Sqlite);
    let features_after = |statement: &str| {
        let folder = TempDir::new().unwrap();
        let file = geopackage(folder.path());
        let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
        connection.batch_execute(statement).unwrap();
        let extras = read_extras(&[extra("x", &file, Some("stones"))]).unwrap();
        app.parts.catalogue.lay_beside(extras);
        let page = app.anonymous().get("/collections/x/items").expect(200);
        page.features()
    };
    let expected = features_after("SELECT 1");
    assert_eq!(expected.len(), 3);
    for statement in [
        // SQLite's names are the same in capitals.
        "UPDATE gpkg_geometry_columns SET column_name = 'GEOM' WHERE table_name = 'stones'",
        "ALTER TABLE stones ADD COLUMN sound BLOB(9); UPDATE stones SET sound = x'FF'",
    ] {
        assert_eq!(features_after(statement), expected, "{statement}");
    }
    // A view has no key, so its features are numbered.
    let of_view = features_after(
        "ALTER TABLE stones RENAME TO others; CREATE VIEW stones AS SELECT * FROM others",
    );
    assert_eq!(
        (&of_view[0]["id"], &of_view[0]["properties"]["fid"]),
        (&json!(1), &json!(3))
    );
}

#[test]
fn a_geometry_that_is_nowhere_on_the_globe_is_told_or_is_none() {
    const NAN: &str = "000000000000F87F";
    const ENDLESS: &str = "000000000000F07F";
    const ONE: &str = "000000000000F03F";
    const FAR: &str = "0000000080842E41"; // 1,000,000
    const NO_SYSTEM: &str = "4750000100000000";
    for (blob, expected) in [
        (format!("{NO_SYSTEM} 01 01000000 {NAN} {NAN}"), ""),
        (
            format!("{NO_SYSTEM} 01 01000000 {NAN} {ONE}"),
            "longitude is in degrees",
        ),
        (
            format!("{NO_SYSTEM} 01 01000000 {ONE} {NAN}"),
            "latitude is in degrees",
        ),
        (
            format!("{NO_SYSTEM} 01 01000000 {ENDLESS} {ONE}"),
            "longitude is in degrees",
        ),
        (
            format!("{NO_SYSTEM} 01 01000000 {FAR} {FAR}"),
            "longitude is in degrees",
        ),
        (
            format!("{NO_SYSTEM} 01 02000000 02000000 {ONE} {ONE} {NAN} {ONE}"),
            "longitude is in degrees",
        ),
        (
            format!("{NO_SYSTEM} 01 02000000 FFFFFFFF {ONE} {ONE}"),
            "ends before the geometry does",
        ),
        (
            format!("{NO_SYSTEM} 01 06000000 FFFFFFFF 01 03000000 FFFFFFFF 00000000"),
            "ends before the geometry does",
        ),
        // An empty area of empty areas.
        (
            format!("{NO_SYSTEM} 01 06000000 01000000 01 03000000 00000000"),
            "",
        ),
        // 4326, as its layer; 0 and -1; and 3857, in the one order of bytes and in the other.
        (format!("47500001 E6100000 01 01000000 {ONE} {ONE}"), ""),
        (format!("47500000 000010E6 01 01000000 {ONE} {ONE}"), ""),
        (format!("47500001 FFFFFFFF 01 01000000 {ONE} {ONE}"), ""),
        (
            format!("47500001 110F0000 01 01000000 {ONE} {ONE}"),
            "is in the system 3857, and its layer in another",
        ),
        (
            format!("47500000 00000F11 01 01000000 {ONE} {ONE}"),
            "is in the system 3857, and its layer in another",
        ),
    ] {
        let blob = blob.replace(' ', "");
        let told = told_after(&format!("UPDATE stones SET geom = x'{blob}' WHERE fid = 7"));
        match expected {
            "" => assert_eq!(told, "", "{blob}"),
            _ => assert!(
                told.contains(&format!("feature 7, geom: {expected}")),
                "{blob}: {told}"
            ),
        }
    }
}

#[test]
fn a_geojson_that_is_none_is_told() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("x.geojson");
    let of =
        |features: &str| format!(r#"{{"type": "FeatureCollection", "features": [{features}]}}"#);
    let at = |geometry: &str| {
        of(&format!(
            r#"{{"type": "Feature", "geometry": {geometry}, "properties": null}}"#
        ))
    };
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for (text, expected) in [
        (String::new(), "file: EOF"),
        (r#"{"type": "Feature"}"#.to_owned(), "type: is a Feature"),
        (
            of(r#"{"properties": {"a": 1, "a": 2}}"#),
            "two properties \"a\"",
        ),
        (
            of(r#"{"properties": {"a": 1e999}}"#),
            "file: number out of range",
        ),
        (
            of(&format!(r#"{{"properties": {{"a": {deep}}}}}"#)),
            "recursion limit",
        ),
        (
            at(r#"{"type": "Point", "coordinates": [46, null]}"#),
            "feature 1, geometry: ",
        ),
        (
            at(r#"{"type": "Point", "coordinates": [46]}"#),
            "feature 1, geometry: [46.0] is no position",
        ),
        (
            at(r#"{"type": "Point", "coordinates": [46, 1e300]}"#),
            "feature 1, geometry: latitude is in degrees",
        ),
        (
            at(r#"{"type": "GeometryCollection", "geometries": []}"#),
            "feature 1, geometry: ",
        ),
    ] {
        fs::write(&file, &text).unwrap();
        let told = read_extras(&[extra("x", &file, None)]).map(|_| ());
        let told = told.expect_err(&text).to_string();
        assert!(told.contains(expected), "{text}: {told}");
    }
}

#[test]
fn features_of_one_id_are_numbered_and_each_is_found() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("x.geojson");
    let feature = |n: u8| json!({ "type": "Feature", "id": "same", "properties": { "n": n } });
    let whole = json!({ "type": "FeatureCollection", "features": [feature(5), feature(6)] });
    fs::write(&file, whole.to_string()).unwrap();
    let app = App::fresh(Engine::Sqlite);
    let extras = read_extras(&[extra("x", &file, None)]).unwrap();
    app.parts.catalogue.lay_beside(extras);
    for (id, n) in [(1, 5), (2, 6)] {
        let one = app.anonymous().get(&format!("/collections/x/items/{id}"));
        assert_eq!(one.expect(200).json()["properties"]["n"], n);
    }
    let same = app.anonymous().get("/collections/x/items/same");
    assert_eq!(same.problem(), "404 not-found");
}

#[test]
fn whatever_is_done_to_the_bytes_of_a_file_it_is_read_or_told() {
    let folder = TempDir::new().unwrap();
    let whole = fs::read(geopackage(folder.path())).unwrap();
    let file = folder.path().join("broken.gpkg");
    // Anywhere, and where a geometry begins.
    let heads = whole.windows(3).enumerate();
    let heads = heads.filter_map(|(at, three)| (three == b"GP\0").then_some(at));
    let heads: Vec<usize> = heads.collect();
    let at = prop_oneof![
        16..whole.len(),
        (prop::sample::select(heads), 0..40_usize).prop_map(|(head, more)| head + more),
    ];
    let changes = prop::collection::vec((at, any::<u8>()), 1..20);
    let length = prop_oneof![Just(whole.len()), 16..whole.len()];
    let config = Config {
        cases: 100,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&(changes, length), |(changes, length)| {
        let mut bytes = whole.clone();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        bytes.truncate(length);
        fs::write(&file, bytes).unwrap();
        match read_extras(&[extra("x", &file, Some("stones"))]) {
            Ok(_) => {}
            Err(faults) => prop_assert!(!faults.0.is_empty()),
        }
        Ok(())
    });
    outcome.unwrap();
}
