//! Tiles that are kept: drawn once, given as long as they are so, and never to anybody else.

use std::sync::Arc;

use actix_web::test::TestRequest;
use heritage_registry::domain::Role;
use heritage_registry::http::{DrawnTiles, State, TileWork};
use serde_json::json;

use crate::harness::vector_tile::only_layer;
use crate::harness::{Answer, App, BASE, a_report, a_site};

/// The tile of zoom 8 in which Gandzasar is.
const TILE: &str = "/collections/sites/tiles/WebMercatorQuad/8/96/161";

/// How many answers took no work, had to be looked for, and were drawn.
fn work(app: &App) -> [u64; 3] {
    let metrics = app.parts.state(BASE.to_owned()).metrics;
    TileWork::ALL.map(|work| metrics.tiles(work))
}

/// How many tiles are kept.
fn kept(app: &App) -> usize {
    app.parts.state(BASE.to_owned()).tiles.count()
}

fn get(app: &App, query: &str) -> Answer {
    app.anonymous().get(&format!("{TILE}{query}")).expect(200)
}

fn tag(answer: &Answer) -> String {
    answer.header("etag").to_owned()
}

on_each_engine!(a_tile_is_drawn_once, |app| {
    app.given(a_site());
    let first = get(app, "");
    assert_eq!(work(app), [0, 0, 1]);
    let again = get(app, "");
    assert_eq!((tag(&again), &again.body), (tag(&first), &first.body));
    assert_eq!(work(app), [1, 0, 1]);
    // The version and the form are not of what is in it; nobody asks for another form.
    for query in ["?v=any", "?f=mvt", "?f=mvt&v="] {
        assert_eq!(get(app, query).body, first.body, "{query}");
    }
    let xyz = TILE.replace("8/96/161", "xyz/8/161/96");
    app.anonymous()
        .with("if-none-match", &tag(&first))
        .get(&xyz)
        .expect(304);
    assert_eq!(work(app), [5, 0, 1]);
    let elsewhere = TILE.replace("96", "97");
    app.anonymous().get(&elsewhere).expect(204);
    assert_eq!(work(app), [5, 1, 1]);
    app.anonymous().get(&elsewhere).expect(204);
    assert_eq!(work(app), [6, 1, 1]);
    assert_eq!(kept(app), 1);
});

on_each_engine!(
    after_a_change_only_the_tiles_that_it_touches_are_drawn_again,
    |app| {
        let site = app.given(a_site());
        let first = get(app, "");
        app.given(a_site().at(47.9, 38.9));
        let far_away = get(app, "");
        assert_eq!((tag(&far_away), &far_away.body), (tag(&first), &first.body));
        assert_eq!(work(app), [0, 1, 1]);
        assert_eq!(tag(&get(app, "")), tag(&first));
        assert_eq!(work(app), [1, 1, 1]);
        app.edit(site, a_site().with("attribution", "Somebody"));
        let changed = get(app, "");
        assert_ne!(tag(&changed), tag(&first));
        let features = only_layer(&changed.body).features;
        assert_eq!(features[0].text("attribution"), "Somebody");
        assert_eq!(work(app), [1, 1, 2]);
        app.anonymous()
            .with("if-none-match", &tag(&first))
            .get(TILE)
            .expect(200);
    }
);

on_each_engine!(what_is_hidden_is_at_once_in_no_tile, |app| {
    let site = app.given(a_site());
    app.given(a_site().at(46.53, 40.05));
    let [both, near] = ["", "?site_type=monastery&q=gandzasar"].map(|query| get(app, query));
    assert_eq!(
        only_layer(&both.body).features[0].properties["point_count"],
        2
    );
    app.edit(site, a_site().restricted());
    let one = only_layer(&get(app, "").body).features;
    assert_eq!(one.len(), 1);
    assert!(one[0].text("id") != site.to_string());
    let other = get(app, "?site_type=monastery&q=gandzasar");
    assert_ne!(tag(&other), tag(&near));
    let found = only_layer(&other.body).features;
    assert!(found.iter().all(|one| one.text("id") != site.to_string()));
});

on_each_engine!(each_question_has_a_tile_of_its_own, |app| {
    let site = app.given(a_site());
    app.given(a_report(site));
    let mut bodies = Vec::new();
    for query in [
        "",
        "?lang=hy",
        "?lang=ru",
        "?lang=az",
        "?properties=label",
        "?properties=label,site_type",
        "?properties=label&lang=hy",
    ] {
        let answer = get(app, query);
        assert_eq!(get(app, query).body, answer.body, "{query}");
        bodies.push(answer.body);
    }
    let drawn = u64::try_from(bodies.len()).unwrap();
    assert_eq!(work(app), [drawn, 0, drawn]);
    bodies.sort_unstable();
    bodies.dedup();
    assert_eq!(bodies.len() as u64, drawn, "each says something else");
    // Of who reads in that language, whichever way they say so.
    let spoken = app.anonymous().with("accept-language", "hy").get(TILE);
    assert_eq!(spoken.expect(200).body, get(app, "?lang=hy").body);
    assert_eq!(work(app), [drawn + 2, 0, drawn]);
    // One is not the beginning of another, and an order is no difference.
    for (query, status) in [
        ("?condition=fair&site_type=monastery", 200),
        ("?site_type=monastery&condition=fair", 200),
        ("?condition=fair&site_type=mosque", 204),
        ("?condition=destroyed&site_type=monastery", 204),
        (
            "?filter=site_type='monastery'%20AND%20condition='fair'",
            200,
        ),
        (
            "?filter=condition='fair'%20AND%20site_type='monastery'",
            200,
        ),
        ("?filter=condition='fair'%20AND%20site_type='mosque'", 204),
        ("?q=gandzasar", 200),
        ("?q=gandzasar%26condition%3Ddestroyed", 204),
        ("?as_of=2020-01-01T00:00:00Z", 204),
    ] {
        for _ in 0..2 {
            let answer = app.anonymous().get(&format!("{TILE}{query}"));
            assert_eq!(answer.status, status, "{query}");
        }
    }
    assert_eq!(work(app)[2], drawn, "they all find what was drawn before");
});

on_each_engine!(of_what_known_readers_ask_no_tile_is_kept, |app| {
    app.given(a_site());
    app.given(a_site().at(46.53, 40.05).restricted());
    let contributor = app.account(Role::Contributor, None);
    for client in [app.admin(), app.bearer(&contributor)] {
        client.get(TILE).expect(200);
    }
    assert_eq!((work(app), kept(app)), ([0, 0, 2], 0));
    let public = only_layer(&get(app, "").body).features;
    assert_eq!(public.len(), 1);
    assert!(!public[0].properties.contains_key("point_count"));
    assert_eq!((work(app), kept(app)), ([0, 0, 3], 1));
    let all = app.admin().get(TILE).expect(200);
    let all = only_layer(&all.body).features;
    assert_eq!(all[0].properties["point_count"], 2);
    app.bearer(&contributor).get(TILE).expect(200);
    assert_eq!((work(app), kept(app)), ([0, 0, 5], 1));
});

on_each_engine!(what_is_erased_leaves_the_tiles_that_are_kept, |app| {
    let site = app.given(a_site().with("attribution", "Zyrandel"));
    get(app, "");
    assert_eq!(kept(app), 1);
    app.edit(site, a_site());
    assert_eq!(kept(app), 1);
    let body = json!({"property": "attribution", "containing": "Zyrandel", "reason": "Asked for"});
    let request = TestRequest::post()
        .insert_header(("content-type", "application/json"))
        .set_payload(body.to_string());
    let erasures = format!("/collections/sites/items/{site}/erasures");
    app.admin().send(request, &erasures).expect(200);
    assert_eq!(kept(app), 0);
    let features = only_layer(&get(app, "").body).features;
    assert_ne!(features[0].text("attribution"), "Zyrandel");
});

on_each_engine!(what_is_known_and_no_longer_kept_is_drawn_again, |app| {
    app.given(a_site());
    let tiles = Arc::new(DrawnTiles::of(0, 1 << 20));
    let ask = || {
        let state = State {
            tiles: tiles.clone(),
            ..app.parts.state(BASE.to_owned())
        };
        let request = TestRequest::get().uri(TILE);
        app.call_with(state, request).expect(200)
    };
    let (first, again) = (ask(), ask());
    assert_eq!((tag(&first), &first.body), (tag(&again), &again.body));
    assert!(!again.body.is_empty());
    assert_eq!(work(app), [0, 0, 2]);
    assert_eq!(tiles.count(), 0);
});
