//! Clusters as GeoJSON: the same counts that items have, for whoever asks.

use heritage_registry::domain::Role;
use serde_json::Value;

use crate::harness::{Client, Fixture, a_site};

/// The single features, and the clusters.
fn gathered(client: &Client<'_>, asked: &str) -> (Vec<Value>, Vec<Value>) {
    let answer = client
        .get(&format!("/collections/sites/clusters?{asked}"))
        .expect(200);
    assert_eq!(answer.header("content-type"), "application/geo+json");
    let body = answer.json();
    let features = body["features"].as_array().unwrap().clone();
    assert_eq!(body["numberReturned"], features.len());
    let (singles, clusters): (Vec<_>, Vec<_>) = features
        .into_iter()
        .partition(|feature| feature["properties"]["point_count"].is_null());
    let counted: u64 = clusters.iter().map(|one| count(one, "point_count")).sum();
    assert_eq!(body["numberMatched"], counted + singles.len() as u64);
    (singles, clusters)
}

fn count(cluster: &Value, name: &str) -> u64 {
    cluster["properties"][name].as_u64().unwrap_or_default()
}

over_the_seed!(
    clusters_of_every_zoom_are_as_many_features_as_items_have,
    |app| {
        for client in [app.anonymous(), app.admin()] {
            for query in [
                "",
                "site_type=church",
                "q=vank",
                "bbox=46,39,47,40",
                "near=46.75,39.76&radius=20000",
            ] {
                let of_items = |more: &str| {
                    let path = format!(
                        "/collections/sites/items?located=true&resultType=hits&{query}{more}"
                    );
                    client.get(&path).json()["numberMatched"].as_u64().unwrap()
                };
                let (all, destroyed) = (of_items(""), of_items("&condition=destroyed"));
                let (mut parts, mut first) = (0, None);
                for zoom in 0..=12 {
                    let (singles, clusters) = gathered(&client, &format!("zoom={zoom}&{query}"));
                    let sum = |name| clusters.iter().map(|one| count(one, name)).sum::<u64>();
                    assert_eq!(
                        sum("point_count") + singles.len() as u64,
                        all,
                        "{zoom} {query}"
                    );
                    let alone = singles
                        .iter()
                        .filter(|one| one["properties"]["condition"] == "destroyed");
                    assert_eq!(
                        sum("condition_destroyed") + alone.count() as u64,
                        destroyed,
                        "{zoom} {query}"
                    );
                    // A closer map never shows less.
                    assert!(singles.len() + clusters.len() >= parts, "{zoom} {query}");
                    parts = singles.len() + clusters.len();
                    first.get_or_insert(parts);
                    for cluster in &clusters {
                        let side = |place: usize| cluster["bbox"][place].as_f64().unwrap();
                        let at = |place: usize| {
                            cluster["geometry"]["coordinates"][place].as_f64().unwrap()
                        };
                        assert!(
                            side(0) <= at(0)
                                && at(0) <= side(2)
                                && side(1) <= at(1)
                                && at(1) <= side(3)
                        );
                    }
                }
                assert!(first < Some(parts), "{query}");
            }
        }
    }
);

on_each_engine!(
    a_hidden_site_is_counted_only_for_those_who_may_see_it,
    |app| {
        app.given(a_site());
        app.given(a_site().at(46.532, 40.0574));
        app.given(a_site().at(46.5321, 40.0575).restricted());
        let researcher = app.bearer(&app.account(Role::Researcher, None));
        for (client, expected) in [(app.anonymous(), 2), (researcher, 3)] {
            let (singles, clusters) = gathered(&client, "zoom=6");
            assert_eq!((singles.len(), clusters.len()), (0, 1));
            assert_eq!(count(&clusters[0], "point_count"), expected);
        }
        let public = app.anonymous().get("/collections/sites/clusters?zoom=6");
        assert_eq!(public.header("cache-control"), "public, max-age=60");
        let again = app.anonymous().with("if-none-match", public.header("etag"));
        again.get("/collections/sites/clusters?zoom=6").expect(304);
    }
);

on_each_engine!(every_fault_of_a_request_for_clusters_is_told, |app| {
    for (asked, places) in [
        ("", &["zoom"][..]),
        ("zoom=13", &["zoom"]),
        ("zoom=-1&limit=5&nope=2", &["limit", "nope", "zoom"]),
        ("zoom=6&sortby=label&cursor=x", &["cursor", "sortby"]),
        ("zoom=x&condition=bad", &["condition", "zoom"]),
    ] {
        let answer = app
            .anonymous()
            .get(&format!("/collections/sites/clusters?{asked}"))
            .expect(400);
        let body = answer.json();
        let errors = body["errors"].as_array().unwrap().iter();
        let mut told: Vec<_> = errors
            .map(|error| error["parameter"].as_str().unwrap().to_owned())
            .collect();
        told.sort_unstable();
        assert_eq!(told, places, "{asked}");
    }
    app.anonymous()
        .get("/collections/nothing/clusters?zoom=3")
        .expect(404);
    app.anonymous()
        .get("/collections/sites/clusters?zoom=3&f=csv")
        .expect(400);
    // Where nothing is anywhere, there are none.
    let (singles, clusters) = gathered(&app.anonymous(), "zoom=3");
    assert!(singles.is_empty() && clusters.is_empty());
});

on_each_engine!(
    a_page_of_too_many_clusters_is_refused_with_what_to_ask,
    |app| {
        let places = (0..510_u32).flat_map(|place| {
            let (lon, lat) = (f64::from(place % 30) * 0.012, f64::from(place / 30) * 0.012);
            [
                a_site().at(46.0 + lon, 39.0 + lat),
                a_site().at(46.0 + lon, 39.0 + lat),
            ]
        });
        let items = places.map(|site| {
            let fixture: Fixture = site.into();
            fixture.item(app.new_id(), app.registry_organization())
        });
        app.import(items.collect());
        let at = |more: &str| format!("/collections/sites/clusters?zoom={more}");
        let body = app
            .anonymous()
            .get(&at("12&f=html"))
            .expect(400)
            .text()
            .to_owned();
        assert!(
            body.contains("would give 510 clusters, and 500 are given at most"),
            "{body}"
        );
        let page = app.anonymous().get(&at("9&f=html")).expect(200);
        assert_eq!(page.header("content-type"), "text/html");
        let (singles, clusters) = gathered(&app.anonymous(), "zoom=12");
        assert_eq!((singles.len(), clusters.len()), (0, 510));
    }
);
