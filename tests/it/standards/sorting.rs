//! OGC API - Features, drafts: Part 6 (property selection) and Part 8 (sorting).

use serde_json::{Value, json};

use super::schemas::{is_of_scalars, sortables};
use super::{items, members, refused};
use crate::harness::{App, a_site};

const SITES: &str = "/collections/sites/items";

on_each_engine!(ogcapi_features_6_conf_properties, |app| {
    let document = app.anonymous().get("/api").expect(200).json();
    for path in [SITES.to_owned(), format!("{SITES}/{{featureId}}")] {
        let parameters = document["paths"][&path]["get"]["parameters"].as_array();
        let found = parameters
            .unwrap()
            .iter()
            .find(|one| one["name"] == "properties");
        let parameter = found.unwrap_or_else(|| panic!("{path}"));
        assert_eq!(
            (&parameter["in"], &parameter["style"], &parameter["explode"]),
            (&json!("query"), &json!("form"), &json!(false))
        );
        let schema = &parameter["schema"];
        assert_eq!(
            (&schema["type"], &schema["items"]["type"]),
            (&json!("array"), &json!("string"))
        );
        // What can be chosen is what the schema says that there is.
        let described = app.anonymous().get("/collections/sites/schema").json();
        let mut known: Vec<_> = members(&described["properties"])
            .map(|(name, _)| name.clone())
            .collect();
        known.retain(|name| name != "id");
        let mut choices: Vec<_> = items(&schema["items"]["enum"])
            .map(|one| one.as_str().unwrap().to_owned())
            .collect();
        choices.sort_unstable();
        assert_eq!(choices, known, "{path}");
    }
});

on_each_engine!(ogcapi_features_6_conf_properties_features, |app| {
    let id = app.given(a_site());
    let one = format!("{SITES}/{id}");
    let of_page = |query: &str| {
        app.anonymous()
            .get(&format!("{SITES}?{query}"))
            .features()
            .remove(0)
    };
    let of_one = |query: &str| {
        app.anonymous()
            .get(&format!("{one}?{query}"))
            .expect(200)
            .json()
    };
    let names = |feature: &Value| -> Vec<String> {
        members(&feature["properties"])
            .map(|(name, _)| name.clone())
            .collect()
    };
    for feature in [
        of_page("properties=site_type,label"),
        of_one("properties=site_type,label"),
    ] {
        assert_eq!(names(&feature), ["label", "site_type"]);
        assert_eq!(feature["geometry"], Value::Null, "it was not asked for");
        assert_eq!(feature["id"], id.to_string());
    }
    for feature in [
        of_page("properties=geometry,label"),
        of_one("properties=geometry,label"),
    ] {
        assert_eq!(names(&feature), ["label"]);
        assert_eq!(feature["geometry"]["type"], "Point");
    }
    for path in [SITES, one.as_str()] {
        for unknown in ["nope", "version", "name", ""] {
            let answer = app.anonymous().get(&format!("{path}?properties={unknown}"));
            assert_eq!(refused(answer), ["properties"], "{path} {unknown}");
        }
    }
    // It is a part of the same record, at an address and with a tag of its own.
    let (whole, part) = (
        app.anonymous().get(&one),
        app.anonymous().get(&format!("{one}?properties=label")),
    );
    let itself = part.link("self").unwrap();
    assert!(itself.ends_with("?properties=label"), "{itself}");
    assert_eq!(app.anonymous().get(&itself).json(), part.json());
    assert_ne!(whole.header("etag"), part.header("etag"));
});

fn has_sortables(app: &App) {
    for (path, schema) in sortables(app) {
        assert_eq!(schema["additionalProperties"], false, "{path}");
        is_of_scalars(&schema);
        for (name, _) in members(&schema["properties"]) {
            let list = path.replace("/sortables", "/items");
            for sign in ["", "-", "%2B", "+"] {
                let asked = format!("{list}?sortby={sign}{name}");
                app.anonymous().get(&asked).expect(200);
            }
        }
    }
}

on_each_engine!(ogcapi_features_8_conf_sortables, |app| {
    has_sortables(app);
});

on_each_engine!(ogcapi_features_8_conf_sorting, |app| {
    let document = app.anonymous().get("/api").expect(200).json();
    for (path, schema) in sortables(app) {
        let list = path.replace("/sortables", "/items");
        let parameters = document["paths"][&list]["get"]["parameters"].as_array();
        let sortby = parameters
            .unwrap()
            .iter()
            .find(|one| one["name"] == "sortby");
        let sortby = sortby.unwrap_or_else(|| panic!("{list}"));
        assert_eq!(
            (&sortby["style"], &sortby["explode"]),
            (&json!("form"), &json!(false))
        );
        let mut offered: Vec<_> = items(&sortby["schema"]["items"]["enum"])
            .map(|one| one.as_str().unwrap().trim_start_matches('-').to_owned())
            .collect();
        offered.sort_unstable();
        offered.dedup();
        let known: Vec<_> = members(&schema["properties"])
            .map(|(name, _)| name.clone())
            .collect();
        assert_eq!(offered, known, "{list}");
        for unknown in ["nope", "label", "geometry", "-", "names"] {
            let answer = app.anonymous().get(&format!("{list}?sortby={unknown}"));
            assert_eq!(refused(answer), ["sortby"], "{list} {unknown}");
        }
    }
});

on_each_engine!(ogcapi_features_8_conf_features_sorting, |app| {
    let dated = |year: &str, kind: &str| {
        let dating = json!([{"kind": "construction", "edtf": year, "src": ["book"]}]);
        app.given(a_site().with("dating", dating).with("site_type", kind))
    };
    let (first, second, third) = (
        dated("1216", "church"),
        dated("1768", "mosque"),
        dated("1768", "church"),
    );
    let without = app.given(a_site().with("dating", json!([])));
    let ids = |query: &str| app.anonymous().get(&format!("{SITES}?{query}")).ids();
    // Where there is no value, last; of equals, what the next key says, and then always the same.
    assert_eq!(
        ids("sortby=earliest_year,site_type"),
        [first, third, second, without]
    );
    assert_eq!(
        ids("sortby=-earliest_year,-site_type"),
        [second, third, first, without]
    );
    let mut walked = vec![];
    let mut at = Some(format!("{SITES}?sortby=-earliest_year,site_type&limit=1"));
    while let Some(page) = at.map(|at| app.anonymous().get(&at).expect(200)) {
        walked.extend(page.ids());
        at = page.link("next");
    }
    assert_eq!(walked, [third, second, first, without]);
});
