//! Coordinate reference systems (OGC API - Features Part 2); `tests/it/crs.rs` looks at each system.

use serde_json::{Value, json};

use crate::harness::a_site;

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const LAT_LON: &str = "http://www.opengis.net/def/crs/EPSG/0/4326";

on_each_engine!(ogcapi_features_2_conf_crs, |app| {
    let id = app.given(a_site().at(46.75, 39.76));
    app.given(a_site().at(46.53, 40.06));
    // Every collection lists its systems, the default first, and the one that it is kept in.
    let collection = app.anonymous().get("/collections/sites").expect(200).json();
    let systems = collection["crs"].as_array().unwrap();
    assert_eq!(
        (&systems[0], &collection["storageCrs"]),
        (&json!(CRS84), &json!(CRS84))
    );
    let items = "/collections/sites/items";
    let one = format!("{items}/{id}");
    for system in systems {
        let system = system.as_str().unwrap();
        for path in [items, &one] {
            let answer = app
                .anonymous()
                .get(&format!("{path}?crs={system}"))
                .expect(200);
            assert_eq!(
                answer.header("content-crs"),
                format!("<{system}>"),
                "{path}"
            );
        }
    }
    // Without `crs` it is the default; and the axes are in the order of the authority.
    for (parameters, system, expected) in [
        ("", CRS84, [46.75, 39.76]),
        (
            "?crs=http://www.opengis.net/def/crs/EPSG/0/4326",
            LAT_LON,
            [39.76, 46.75],
        ),
    ] {
        let answer = app
            .anonymous()
            .get(&format!("{one}{parameters}"))
            .expect(200);
        assert_eq!(answer.header("content-crs"), format!("<{system}>"));
        let coordinates: &Value = &answer.json()["geometry"]["coordinates"];
        assert_eq!(*coordinates, json!(expected));
    }
    // A box in another system finds the same, and by itself the parameter has no effect.
    let boxed = format!("{items}?bbox=39.7,46.7,39.8,46.8&bbox-crs={LAT_LON}");
    assert_eq!(app.anonymous().get(&boxed).ids(), [id]);
    assert_eq!(
        app.anonymous()
            .get(&format!("{items}?bbox-crs={LAT_LON}"))
            .ids()
            .len(),
        2
    );
    let unknown = "http://www.opengis.net/def/crs/0/unsupported";
    for asked in [
        format!("{items}?crs={unknown}"),
        format!("{one}?crs={unknown}"),
        format!("{items}?bbox=46,39,47,40&bbox-crs={unknown}"),
    ] {
        app.anonymous().get(&asked).expect(400);
    }
});
