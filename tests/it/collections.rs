//! `/collections` and `/collections/{collection}`.

use serde_json::json;

use crate::harness::{BASE, a_report, a_site};

on_each_engine!(
    a_collection_is_described_alike_in_the_list_and_alone,
    |app| {
        let site = app.given(a_site());
        app.given(a_report(site));
        let list = app.anonymous().get("/collections").expect(200);
        assert_eq!(list.header("content-type"), "application/json");
        assert_eq!(list.link("self").unwrap(), format!("{BASE}/collections"));
        let collections = list.json()["collections"].as_array().unwrap().clone();
        let ids: Vec<_> = collections
            .iter()
            .map(|one| one["id"].as_str().unwrap())
            .collect();
        assert_eq!(
            ids,
            ["condition-reports", "organizations", "regions", "sites"]
        );
        for collection in &collections {
            let id = collection["id"].as_str().unwrap();
            assert_eq!(
                app.anonymous()
                    .get(&format!("/collections/{id}"))
                    .expect(200)
                    .json(),
                *collection
            );
            let items = collection["links"]
                .as_array()
                .unwrap()
                .iter()
                .find(|link| link["rel"] == "items")
                .unwrap();
            assert_eq!(items["href"], format!("{BASE}/collections/{id}/items"));
            assert_eq!(items["type"], "application/geo+json");
        }
    }
);

on_each_engine!(an_extent_is_that_of_what_the_reader_sees, |app| {
    app.given(a_site().at(46.5318, 40.0573));
    app.given(a_site().at(46.75, 39.76).with(
        "dating",
        json!([{"kind": "construction", "edtf": "1768", "src": ["book"]}]),
    ));
    app.given(a_site().at(48.0, 39.0).restricted());
    let extent = |client: crate::harness::Client<'_>| {
        client.get("/collections/sites").json()["extent"].clone()
    };
    assert_eq!(
        extent(app.anonymous()),
        json!({
            "spatial": {"bbox": [[46.5318, 39.76, 46.75, 40.0573]], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"},
            "temporal": {
                "interval": [["1216-01-01T00:00:00Z", "1768-12-31T23:59:59Z"]],
                "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
            },
        })
    );
    assert_eq!(
        extent(app.admin())["spatial"]["bbox"],
        json!([[46.5318, 39.0, 48.0, 40.0573]])
    );
});

on_each_engine!(
    years_that_rfc_3339_cannot_say_leave_the_interval_open,
    |app| {
        app.given(a_site().with(
            "dating",
            json!([{"kind": "construction", "edtf": "-1499~/-0999~", "src": ["book"]}]),
        ));
        let extent =
            app.anonymous().get("/collections/sites").json()["extent"]["temporal"]["interval"]
                .clone();
        assert_eq!(extent, json!([[null, null]]));
    }
);

on_each_engine!(an_empty_collection_has_no_extent, |app| {
    let collection = app.anonymous().get("/collections/sites").json();
    assert_eq!(
        (&collection["extent"], &collection["itemCount"]),
        (&json!({}), &json!(0))
    );
    let page = app
        .anonymous()
        .get("/collections/sites/items")
        .expect(200)
        .json();
    assert_eq!(
        (&page["features"], &page["numberMatched"]),
        (&json!([]), &json!(0))
    );
});
