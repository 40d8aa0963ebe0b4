//! Every way in which our collections are read reads a layer of a file, too.

use std::path::Path;

use heritage_registry::domain::{Crs, LonLat};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::harness::Client;

/// The features of an answer that is a page, a text sequence or lines.
fn features_of(answer: &Answer) -> Vec<Value> {
    if answer.header("content-type") == "application/geo+json" {
        return answer.features();
    }
    let lines = answer.text().lines();
    let lines = lines.map(|line| line.trim_start_matches('\u{1E}'));
    let read = |line| serde_json::from_str(line).unwrap();
    lines.filter(|line| !line.is_empty()).map(read).collect()
}

fn without_links(mut feature: Value) -> Value {
    feature.as_object_mut().unwrap().remove("links");
    feature
}

on_each_engine!(
    every_form_holds_the_same_features_from_an_address_and_from_a_body,
    |app| {
        lay(app);
        let client = app.anonymous();
        for layer in ["stones", "trees", "Walks_2"] {
            let page = client.get(&format!("/collections/{layer}/items"));
            let expected = page.expect(200).features();
            for form in ["json", "geojsonseq", "ndjson"] {
                let got = client.get(&format!("/collections/{layer}/items?f={form}"));
                assert_eq!(features_of(&got.expect(200)), expected, "{layer} as {form}");
                let found = search(&client, layer, &json!({ "f": form })).expect(200);
                assert_eq!(features_of(&found), expected, "{layer} as {form}");
            }
            let table = client.get(&format!("/collections/{layer}/items?f=csv"));
            let found = search(&client, layer, &json!({ "f": "csv" })).expect(200);
            assert_eq!(found.text(), table.expect(200).text());
            assert_eq!(found.text().lines().count(), expected.len() + 1);
        }
        for form in ["json", "geojsonseq", "ndjson"] {
            let one = client.get(&format!("/collections/stones/items/7?f={form}"));
            let one = one.expect(200);
            let one = match form {
                "json" => one.json(),
                _ => features_of(&one).remove(0),
            };
            let page = client.get("/collections/stones/items").features();
            assert_eq!(without_links(one), page[1], "{form}");
        }
    }
);

on_each_engine!(places_are_asked_and_given_in_every_system, |app| {
    lay(app);
    let client = app.anonymous();
    let at = LonLat::new(46.65, 39.9).unwrap();
    for crs in Crs::given() {
        let uri = crs.uri();
        let here = crs.coordinates(at).unwrap();
        // A degree is some 100 km.
        let around = if here[0] < 180.0 { 0.001 } else { 100.0 };
        let [a, b] = here;
        let sides = [a - around, b - around, a + around, b + around];
        let bbox = sides.map(|side| side.to_string()).join(",");
        for asked in [
            format!("bbox={bbox}&bbox-crs={uri}&located=true"),
            format!("filter=S_INTERSECTS(geom,BBOX({bbox}))&filter-crs={uri}"),
        ] {
            let path = format!("/collections/stones/items?{asked}&crs={uri}");
            let answer = client.get(&path).expect(200);
            assert_eq!(ids(&answer), [3], "{path}");
            assert_eq!(answer.header("content-crs"), format!("<{uri}>"));
            let given = &answer.features()[0]["geometry"]["coordinates"];
            for (given, expected) in given.as_array().unwrap().iter().zip(here) {
                let is_near = (given.as_f64().unwrap() - expected).abs() < around / 1000.0;
                assert!(is_near, "{uri}: {given} is not {expected}");
            }
        }
        let asked = json!({
            "filter": { "op": "s_intersects", "args": [{ "property": "geom" }, { "bbox": sides }] },
            "filter-crs": uri,
        });
        assert_eq!(ids(&search(&client, "stones", &asked).expect(200)), [3]);
    }
});

on_each_engine!(a_body_asks_what_an_address_asks, |app| {
    lay(app);
    let client = app.anonymous();
    for (layer, asked, expected) in [
        ("stones", json!({ "count": 3, "whole": true }), json!([7])),
        ("stones", json!({ "seen": "1992-05-09" }), json!([3])),
        ("stones", json!({ "height": 1.5 }), json!([7])),
        ("stones", json!({ "Անուն": "Խաչքար" }), json!([7])),
        ("stones", json!({ "limit": 1 }), json!([3])),
        (
            "stones",
            json!({ "near": [46.81, 39.7725], "radius": 50 }),
            json!([7]),
        ),
        (
            "trees",
            json!({ "sortby": ["-name"] }),
            json!(["plane/1", "oak 2", "ash"]),
        ),
        (
            "trees",
            json!({ "filter": { "op": "<", "args": [{ "property": "age" }, 100] } }),
            json!(["oak 2"]),
        ),
        (
            "stones",
            json!({ "filter": { "op": "or", "args": [
                { "op": "=", "args": [{ "property": "seen" }, { "date": "1992-05-09" }] },
                { "op": "isNull", "args": [{ "property": "code" }] },
            ] } }),
            json!([3, 11]),
        ),
    ] {
        let answer = search(&client, layer, &asked).expect(200);
        assert_eq!(json!(ids(&answer)), expected, "{asked}");
    }
    let mut asked = json!({ "limit": 2, "sortby": "-count" });
    let page = search(&client, "stones", &asked).expect(200);
    let document = page.json();
    let mut links = document["links"].as_array().unwrap().iter();
    let next = links.find(|link| link["rel"] == "next").unwrap();
    assert_eq!(next["href"], format!("{BASE}/collections/stones/search"));
    asked["cursor"] = next["body"]["cursor"].clone();
    let rest = search(&client, "stones", &asked).expect(200);
    assert_eq!([ids(&page), ids(&rest)].concat(), [7, 3, 11]);
    for (asked, place) in [
        (json!({ "q": "oak" }), "/q: "),
        (json!({ "as_of": "2026-01-01T00:00:00Z" }), "/as_of: "),
        (
            json!({ "filter": { "op": "=", "args": [{ "property": "geometry" }, 1] } }),
            "/filter/args/0: ",
        ),
    ] {
        let faults = search(&client, "stones", &asked).expect(400).faults();
        assert!(
            faults.len() == 1 && faults[0].starts_with(place),
            "{faults:?}"
        );
    }
});

on_each_engine!(a_time_finds_all_since_none_is_known_to_be_theirs, |app| {
    lay(app);
    // Part 1, 7.15.4: the parameter chooses among features that have a temporal geometry; others have none.
    for time in ["1992-05-09", "2030-01-01T00:00:00Z", "../1900-01-01"] {
        for (layer, expected) in [("stones", 3), ("trees", 3)] {
            let path = format!("/collections/{layer}/items?datetime={time}");
            let answer = app.anonymous().get(&path).expect(200);
            assert_eq!(answer.json()["numberMatched"], expected, "{path}");
        }
    }
    let wrong = app
        .anonymous()
        .get("/collections/stones/items?datetime=soon");
    assert!(wrong.faults()[0].starts_with("datetime: "), "{wrong:?}");
    let extent = &app.anonymous().get("/collections/stones").json()["extent"];
    assert_eq!(extent["temporal"], Value::Null);
});

/// A layer in which properties are called like parameters, like members of a feature and like columns of a table.
fn called_like_others(folder: &Path) -> std::path::PathBuf {
    let file = folder.join("names.geojson");
    let feature = |n: i64| {
        let names = OTHERS.iter().map(|name| ((*name).to_owned(), n.into()));
        json!({
            "type": "Feature",
            "id": n * 100,
            "geometry": { "type": "Point", "coordinates": [46, 39 + n] },
            "properties": names.collect::<serde_json::Map<_, _>>(),
        })
    };
    let whole = json!({ "type": "FeatureCollection", "features": [feature(1), feature(2)] });
    fs::write(&file, whole.to_string()).unwrap();
    file
}

const OTHERS: [&str; 13] = [
    "as_of",
    "bbox",
    "cursor",
    "f",
    "filter",
    "id",
    "lang",
    "limit",
    "lon",
    "properties",
    "q",
    "sortby",
    "type",
];

/// Those of them that are no parameters of a layer of a file, and so are theirs.
const FREE: [&str; 5] = ["as_of", "id", "lon", "q", "type"];

on_each_engine!(properties_may_be_called_like_anything_else, |app| {
    let folder = TempDir::new().unwrap();
    let file = called_like_others(folder.path());
    let extras = read_extras(&[extra("names", &file, None)]).unwrap();
    app.parts.catalogue.lay_beside(extras);
    let client: Client<'_> = app.anonymous();
    let page = client.get("/collections/names/items").expect(200);
    assert_eq!(ids(&page), [100, 200]);
    for name in OTHERS {
        assert_eq!(page.features()[1]["properties"][name], 2, "{name}");
        let filter = format!("\"{name}\" = 2");
        assert_eq!(filtered(app, "names", &filter), [200], "{name}");
        let asked = json!({ "filter": { "op": "=", "args": [{ "property": name }, 2] } });
        let found = search(&client, "names", &asked).expect(200);
        assert_eq!(ids(&found), [200], "{name}");
        let sorted = client.get(&format!("/collections/names/items?sortby=-{name}"));
        assert_eq!(ids(&sorted.expect(200)), [200, 100], "{name}");
        let chosen = client.get(&format!("/collections/names/items/100?properties={name}"));
        assert_eq!(chosen.json()["properties"], json!({ name: 1 }));
    }
    let document = client.get("/api").expect(200).json();
    let parameters = &document["paths"]["/collections/names/items"]["get"]["parameters"];
    let mut named = std::collections::BTreeSet::new();
    for one in parameters.as_array().unwrap() {
        let shared = one["$ref"].as_str().and_then(|at| at.rsplit('/').next());
        let name = shared.or(one["name"].as_str()).unwrap();
        assert!(named.insert(name), "{name} is there twice");
    }
    for name in FREE {
        let asked = client.get(&format!("/collections/names/items?{name}=2"));
        assert_eq!(ids(&asked.expect(200)), [200], "{name}");
        let asked = search(&client, "names", &json!({ name: 2 })).expect(200);
        assert_eq!(ids(&asked), [200], "{name}");
        assert!(named.contains(name), "{name}");
    }
    assert_eq!(
        ids(&client.get("/collections/names/items?limit=1&lang=hy&f=json")),
        [100]
    );
    let table = client
        .get("/collections/names/items?f=csv&geometry-format=lonlat&properties=geometry,id,lon");
    assert_eq!(
        table.expect(200).text().lines().collect::<Vec<_>>(),
        ["id,id,lon,lon,lat", "100,1,1,46,40", "200,2,2,46,41"]
    );
});
