//! Vector tiles over HTTP: what is in them, for whom, and how long they may be kept.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::test::TestRequest;
use heritage_registry::domain::{Bbox, Role, Scheme};
use heritage_registry::tiles::{BUFFER, MatrixSet, Tile, UNITS, feature_number};
use serde_json::{Value, json};

use crate::harness::vector_tile::{Feature, Layer, layers, only_layer};
use crate::harness::{Answer, App, BASE, Client, a_region, a_report, a_site, an_organization};

/// Where Gandzasar is, at this zoom.
fn around(set: MatrixSet, zoom: u8) -> Tile {
    Tile::holding(set, zoom, 46.5318, 40.0573).unwrap()
}

fn path_in(of: &str, tile: Tile) -> String {
    let (set, matrix, row, col) = (tile.set().id(), tile.matrix(), tile.row(), tile.col());
    format!("{of}/tiles/{set}/{matrix}/{row}/{col}")
}

fn of_sites(zoom: u8) -> String {
    path_in(
        "/collections/sites",
        around(MatrixSet::WebMercatorQuad, zoom),
    )
}

fn texts(layer: &Layer, name: &str) -> BTreeSet<String> {
    let all = layer.features.iter();
    all.map(|feature| feature.text(name).to_owned()).collect()
}

/// The ids that items answer for the window of a tile.
fn asked_of_items(
    client: &Client<'_>,
    collection: &str,
    tile: Tile,
    query: &str,
) -> BTreeSet<String> {
    let window = tile.window();
    let (west, south, east, north) = (window.west(), window.south(), window.east(), window.north());
    let path = format!(
        "/collections/{collection}/items?located=true&limit=10000&bbox={west},{south},{east},{north}&{query}"
    );
    let ids = client.get(&path).expect(200).ids();
    ids.iter().map(ToString::to_string).collect()
}

/// The ids that a tile has; none if there is nothing in it.
fn in_tile(answer: &Answer) -> BTreeSet<String> {
    match answer.status {
        204 => BTreeSet::new(),
        200 => texts(&only_layer(&answer.body), "id"),
        other => panic!("{other}: {}", answer.text()),
    }
}

over_the_seed!(
    a_tile_has_the_features_that_items_have_in_its_window,
    |app| {
        let mut met = 0;
        // Before zoom 13, what lies close together is gathered, but for regions.
        let places = [(46.5318, 40.0573), (46.7475, 39.759), (46.93, 39.99)];
        let tiles = MatrixSet::ALL.into_iter().flat_map(|set| {
            let at =
                move |zoom| places.map(|(lon, lat)| Tile::holding(set, zoom, lon, lat).unwrap());
            [0, 5, 8, 11, 13, 14, 16].into_iter().flat_map(at)
        });
        for client in [app.anonymous(), app.admin()] {
            for tile in tiles.clone() {
                for (collection, query) in [
                    ("sites", ""),
                    ("sites", "condition=destroyed"),
                    (
                        "sites",
                        "filter=site_type='church'%20OR%20latest_year%3C1800",
                    ),
                    ("sites", "q=a"),
                    ("sites", "datetime=1200-01-01/1500-12-31"),
                    ("sites", "near=46.75,39.76&radius=20000"),
                    ("sites", "region=soviet-1991-nkao"),
                    ("regions", ""),
                    ("condition-reports", ""),
                ] {
                    if tile.matrix() < 13 && collection != "regions" {
                        continue;
                    }
                    let of = format!("/collections/{collection}");
                    let answer = client.get(&format!("{}?{query}", path_in(&of, tile)));
                    let expected = asked_of_items(&client, collection, tile, query);
                    met += expected.len();
                    assert_eq!(in_tile(&answer), expected, "{tile:?} {collection} {query}");
                    if answer.status == 200 {
                        let layer = only_layer(&answer.body);
                        assert_eq!(layer.name, collection);
                        for feature in &layer.features {
                            assert_eq!(feature.id, feature_number(feature.text("id")));
                        }
                    }
                }
            }
        }
        assert!(met > 1000, "{met}");
    }
);

/// How many features something in a tile is.
fn count(feature: &Feature) -> u64 {
    let count = feature.properties.get("point_count");
    count.map_or(1, |count| count.as_u64().unwrap())
}

/// How many features all tiles of a zoom have, and how many of them have each condition.
fn in_all_tiles(
    client: &Client<'_>,
    of: &str,
    query: &str,
    set: MatrixSet,
    zoom: u8,
) -> BTreeMap<String, u64> {
    let extent = client.get(of).json()["extent"]["spatial"]["bbox"][0].clone();
    let [west, south, east, north] = [0, 1, 2, 3].map(|side| extent[side].as_f64().unwrap());
    let limits = set.limits(zoom, Bbox::new(west, south, east, north).unwrap());
    let (mut clusters, mut singles) = (BTreeMap::new(), BTreeMap::new());
    for (row, col) in limits
        .rows
        .flat_map(|row| limits.cols.clone().map(move |col| (row, col)))
    {
        let tile = Tile::new(set, zoom, row, col).unwrap();
        let answer = client.get(&format!("{}?{query}", path_in(of, tile)));
        if answer.status == 204 {
            continue;
        }
        for feature in only_layer(&answer.expect(200).body).features {
            if let Some(id) = feature.properties.get("id") {
                singles.insert(id.to_string(), feature);
                continue;
            }
            assert!(count(&feature) > 1 && feature.kind == 1);
            // In the buffers of its neighbours it is the same.
            let was = clusters.insert(feature.id, feature.properties.clone());
            assert!(was.is_none_or(|was| was == feature.properties));
        }
    }
    let mut found = BTreeMap::new();
    let mut add = |name: &str, count: u64| *found.entry(name.to_owned()).or_default() += count;
    for cluster in clusters.values() {
        for (name, count) in cluster {
            add(
                name.strip_prefix("condition_").unwrap_or(name),
                count.as_u64().unwrap(),
            );
        }
    }
    for single in singles.values() {
        add("point_count", 1);
        if let Some(condition) = single.properties.get("condition") {
            add(condition.as_str().unwrap(), 1);
        }
    }
    found
}

over_the_seed!(
    the_clusters_of_every_zoom_add_up_to_what_items_have,
    |app| {
        for client in [app.anonymous(), app.admin()] {
            for query in [
                "",
                "site_type=church",
                "filter=latest_year%3C1500%20OR%20condition='destroyed'",
                "q=vank",
            ] {
                let of_items = |more: &str| {
                    let path = format!(
                        "/collections/sites/items?located=true&resultType=hits&{query}{more}"
                    );
                    client.get(&path).json()["numberMatched"].as_u64().unwrap()
                };
                let mut expected: BTreeMap<String, u64> = Scheme::Condition
                    .concepts()
                    .map(|condition| {
                        (
                            condition.id().to_owned(),
                            of_items(&format!("&condition={}", condition.id())),
                        )
                    })
                    .filter(|(_, count)| *count > 0)
                    .collect();
                expected.insert("point_count".to_owned(), of_items(""));
                for set in MatrixSet::ALL {
                    for zoom in [0, 4, 7, 9] {
                        let found = in_all_tiles(&client, "/collections/sites", query, set, zoom);
                        assert_eq!(found, expected, "{set:?} {zoom} {query}");
                    }
                }
            }
        }
    }
);

on_each_engine!(a_feature_has_its_simple_properties_and_no_others, |app| {
    let site = app.given(a_site().with("other_types", json!(["cemetery", "church"])));
    app.given(a_report(site));
    let of_sites = |query: &str| {
        let answer = app
            .anonymous()
            .get(&format!("{}{query}", self::of_sites(12)));
        only_layer(&answer.expect(200).body).features.remove(0)
    };
    let feature = of_sites("?lang=hy");
    let items = app.anonymous().get("/collections/sites/items?lang=hy");
    let shown = items.features()[0]["properties"].clone();
    for (name, value) in &feature.properties {
        match (&shown[name], value) {
            (Value::Null, id) => assert_eq!((name.as_str(), id), ("id", &json!(site))),
            (Value::Array(list), Value::String(text)) => {
                let texts: Vec<_> = list.iter().map(|one| one.as_str().unwrap()).collect();
                assert_eq!(texts.join("|"), *text, "{name}");
            }
            (there, here) => assert_eq!(there, here, "{name}"),
        }
    }
    assert_eq!(feature.text("label"), "Գանձասար");
    assert_eq!(feature.properties["earliest_year"], 1216);
    assert_eq!(feature.text("condition"), "fair");
    assert_eq!(feature.text("other_types"), "cemetery|church");
    for nested in ["name", "descriptions", "dating", "sources", "left_out"] {
        assert!(!feature.properties.contains_key(nested), "{nested}");
    }
    // Asked for, only these: and the id, which tells it apart.
    let chosen = of_sites("?properties=site_type");
    let names: Vec<_> = chosen.properties.keys().map(String::as_str).collect();
    assert_eq!(names, ["id", "site_type"]);
    // It is where it is: in the middle of a pixel.
    let at = around(MatrixSet::WebMercatorQuad, 12).bbox();
    let across = (46.5318 - at.west()) / (at.east() - at.west()) * f64::from(UNITS);
    assert_eq!((feature.kind, feature.parts.len()), (1, 1));
    assert!((f64::from(feature.parts[0][0][0]) - across).abs() <= 0.5);
});

on_each_engine!(
    a_row_comes_before_a_column_and_for_map_libraries_after_it,
    |app| {
        app.given(a_site());
        let by_row = app
            .anonymous()
            .get("/collections/sites/tiles/WebMercatorQuad/8/96/161");
        let by_column = app
            .anonymous()
            .get("/collections/sites/tiles/WebMercatorQuad/xyz/8/161/96");
        assert_eq!(by_row.expect(200).body, by_column.expect(200).body);
        let elsewhere = app
            .anonymous()
            .get("/collections/sites/tiles/WebMercatorQuad/8/161/96");
        assert_eq!(elsewhere.expect(204).body, b"");
        for of_all in [
            "/tiles/WebMercatorQuad/8/96/161",
            "/tiles/WebMercatorQuad/xyz/8/161/96",
        ] {
            assert_eq!(
                only_layer(&app.anonymous().get(of_all).expect(200).body).name,
                "sites"
            );
        }
    }
);

on_each_engine!(
    what_is_no_tile_is_not_there_and_what_is_no_question_is_refused,
    |app| {
        app.given(a_site());
        let client = app.anonymous();
        for path in [
            "/collections/sites/tiles/WebMercatorQuad/25/0/0",
            "/collections/sites/tiles/WebMercatorQuad/1/2/0",
            "/collections/sites/tiles/WebMercatorQuad/1/0/2",
            "/collections/sites/tiles/WebMercatorQuad/1/0/-1",
            "/collections/sites/tiles/WebMercatorQuad/one/0/0",
            "/collections/sites/tiles/WebMercatorQuad/xyz/1/2/0",
            "/collections/sites/tiles/WebMercatorQuad/xyz/1/0/2.pbf",
            "/collections/sites/tiles/WorldCRS84Quad/0/1/0",
            "/collections/sites/tiles/Unheard/0/0/0",
            "/collections/sites/tiles/Unheard",
            "/collections/monuments/tiles/WebMercatorQuad/0/0/0",
            "/collections/monuments/tiles",
            "/tiles/WebMercatorQuad/0/0/1",
            "/tiles/Unheard/0/0/0",
            "/tileMatrixSets/Unheard",
        ] {
            assert_eq!(client.get(path).problem(), "404 not-found", "{path}");
        }
        let tile = of_sites(8);
        for (query, faults) in [
            ("f=png", vec!["f"]),
            ("unheard=1", vec!["unheard"]),
            ("limit=5&sortby=label", vec!["limit", "sortby"]),
            ("bbox=46,39,47,40", vec!["bbox"]),
            ("crs=nowhere", vec!["crs"]),
            ("offset=1&cursor=a", vec!["cursor", "offset"]),
            (
                "condition=awful&datetime=never",
                vec!["condition", "datetime"],
            ),
            ("collections=sites", vec!["collections"]),
            ("region=nowhere", vec!["region"]),
        ] {
            let answer = client.get(&format!("{tile}?{query}")).expect(400);
            let faults_told: BTreeSet<_> = answer
                .faults()
                .iter()
                .map(|fault| fault.split(':').next().unwrap().to_owned())
                .collect();
            assert_eq!(
                faults_told,
                faults.into_iter().map(str::to_owned).collect(),
                "{query}"
            );
        }
        // What is wrong for several collections is told once.
        app.given(a_region("hist-khachen", 46.5, 40.0));
        for (query, fault) in [
            ("collections=sites,monuments", "collections"),
            ("site_type=church", "site_type"),
            ("datetime=never", "datetime"),
        ] {
            let answer = client
                .get(&format!("/tiles/WebMercatorQuad/8/96/161?{query}"))
                .expect(400);
            let faults = answer.faults();
            assert_eq!(faults.len(), 1, "{faults:?}");
            assert!(faults[0].starts_with(&format!("{fault}: ")), "{faults:?}");
        }
        for accept in ["image/png", "application/json"] {
            let answer = client.clone().with("accept", accept).get(&tile);
            assert_eq!(answer.problem(), "406 no-format", "{accept}");
        }
        for accept in [
            "application/vnd.mapbox-vector-tile",
            "application/x-protobuf",
            "*/*",
        ] {
            let answer = client.clone().with("accept", accept).get(&tile).expect(200);
            assert_eq!(
                answer.header("content-type"),
                "application/vnd.mapbox-vector-tile"
            );
        }
    }
);

on_each_engine!(a_tile_that_is_known_is_not_sent_again, |app| {
    let site = app.given(a_site());
    let tile = of_sites(8);
    let first = app.anonymous().get(&tile).expect(200);
    let tag = first.header("etag").to_owned();
    assert_eq!(first.header("cache-control"), "public, max-age=60");
    assert!(first.header("vary").contains("Accept-Language"));
    let again = app
        .anonymous()
        .with("if-none-match", &tag)
        .get(&tile)
        .expect(304);
    assert_eq!(
        (again.header("etag"), again.body.as_slice()),
        (tag.as_str(), &b""[..])
    );
    let head = app.anonymous().send(
        TestRequest::default().method(actix_web::http::Method::HEAD),
        &tile,
    );
    assert_eq!((head.status, head.header("etag")), (200, tag.as_str()));
    // What is elsewhere does not touch it; what is in it does, and so does a language.
    app.given(a_site().at(47.9, 39.0));
    app.anonymous()
        .with("if-none-match", &tag)
        .get(&tile)
        .expect(304);
    app.anonymous()
        .with("if-none-match", &tag)
        .get(&format!("{tile}?lang=hy"))
        .expect(200);
    app.anonymous()
        .with("if-none-match", &tag)
        .get(&format!("{tile}?properties=label"))
        .expect(200);
    app.edit(site, a_site().with("attribution", "Somebody"));
    let answer = app
        .anonymous()
        .with("if-none-match", &tag)
        .get(&tile)
        .expect(200);
    assert_ne!(answer.header("etag"), tag);
});

on_each_engine!(
    tilejson_names_tiles_that_may_be_kept_until_something_changes,
    |app| {
        app.given(a_site());
        let at = "/collections/sites/tiles/WebMercatorQuad?f=tilejson&filter=site_type%3D'monastery'&lang=hy";
        let tiles = |client: &Client<'_>| {
            let json = client.get(at).expect(200).json();
            assert_eq!(
                (&json["tilejson"], &json["scheme"]),
                (&json!("3.0.0"), &json!("xyz"))
            );
            assert_eq!(json["bounds"], json!([46.5318, 40.0573, 46.5318, 40.0573]));
            assert_eq!(json["vector_layers"][0]["id"], "sites");
            assert_eq!(
                json["vector_layers"][0]["fields"]["earliest_year"],
                "Number"
            );
            assert_eq!(json["vector_layers"][0]["fields"]["name"], Value::Null);
            json["tiles"][0].as_str().unwrap().to_owned()
        };
        let template = tiles(&app.anonymous());
        assert!(template.starts_with(&format!("{BASE}/collections/sites/tiles/WebMercatorQuad/xyz/{{z}}/{{x}}/{{y}}?filter=site_type%3D%27monastery%27&lang=hy&v=")), "{template}");
        let tile = |template: &str, zoom: u8| {
            let tile = around(MatrixSet::WebMercatorQuad, zoom);
            let steps = format!("{zoom}/{}/{}", tile.col(), tile.row());
            template.replace("{z}/{x}/{y}", &steps)
        };
        let answer = app.anonymous().get(&tile(&template, 12)).expect(200);
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, s-maxage=60, immutable"
        );
        assert_eq!(
            only_layer(&answer.body).features[0].text("label"),
            "Գանձասար"
        );
        let tag = answer.header("etag").to_owned();
        let again = app
            .anonymous()
            .with("if-none-match", &tag)
            .get(&tile(&template, 12))
            .expect(304);
        assert_eq!(
            again.header("cache-control"),
            "public, max-age=31536000, s-maxage=60, immutable"
        );
        let none = app
            .anonymous()
            .get(&tile(&template, 12).replace("monastery", "mosque"))
            .expect(204);
        assert_eq!(
            none.header("cache-control"),
            "public, max-age=31536000, s-maxage=60, immutable"
        );
        // Whoever is known keeps nothing.
        let of_admin = tiles(&app.admin());
        let answer = app.admin().get(&tile(&of_admin, 12)).expect(200);
        assert_eq!(answer.header("cache-control"), "private, no-store");
        // What the public cannot see is no new version; what it can is one, and the old is no more.
        app.given(a_site().restricted());
        assert_eq!(tiles(&app.anonymous()), template);
        app.given(a_site());
        let newer = tiles(&app.anonymous());
        assert_ne!(newer, template);
        let old = app.anonymous().get(&tile(&template, 12)).expect(200);
        assert_eq!(old.header("cache-control"), "public, max-age=60");
        let all = only_layer(&old.body).features;
        assert_eq!(all.iter().map(count).sum::<u64>(), 2);
        let answer = app
            .anonymous()
            .get("/collections/sites/tiles/WorldCRS84Quad?f=tilejson")
            .expect(400);
        assert_eq!(answer.problem(), "400 bad-request");
    }
);

/// The corners of what is drawn, in degrees.
fn corners(tile: Tile, feature: &Feature) -> BTreeSet<String> {
    let bbox = tile.bbox();
    let (wide, high) = (bbox.east() - bbox.west(), bbox.north() - bbox.south());
    let degrees = |[across, down]: &[i32; 2]| {
        let share = |units: i32| f64::from(units) / f64::from(UNITS);
        let (lon, lat) = (
            bbox.west() + share(*across) * wide,
            bbox.north() - share(*down) * high,
        );
        format!("{lon:.2} {lat:.2}")
    };
    feature.parts.iter().flatten().map(degrees).collect()
}

on_each_engine!(a_hidden_place_is_in_no_tile_of_the_public, |app| {
    let cell = app.given(a_site().at(46.7563, 39.7512).generalised());
    app.given(a_site().at(46.7563, 39.7512).restricted());
    let listed = a_site()
        .at(46.7563, 39.7512)
        .restricted()
        .with("public_listing", true);
    app.given(listed);
    let researcher = app.bearer(&app.account(Role::Researcher, None));
    for zoom in 0..=24 {
        let exact = Tile::holding(MatrixSet::WorldCrs84Quad, zoom, 46.7563, 39.7512).unwrap();
        let public = app
            .anonymous()
            .get(&path_in("/collections/sites", exact))
            .expect(200);
        let layer = only_layer(&public.body);
        assert_eq!(layer.features.len(), 1, "{zoom}");
        assert_eq!(layer.features[0].text("id"), cell.to_string());
        let trusted = researcher
            .get(&path_in("/collections/sites", exact))
            .expect(200);
        assert_eq!(trusted.header("cache-control"), "private, no-store");
        let layer_of_trusted = only_layer(&trusted.body);
        let all = layer_of_trusted.features.iter().map(count);
        assert_eq!(all.sum::<u64>(), 3, "{zoom}");
        assert!(
            layer_of_trusted
                .features
                .iter()
                .all(|feature| feature.kind == 1)
        );
        let feature = &layer.features[0];
        match zoom {
            7 => assert_eq!(
                corners(exact, feature),
                ["46.70 39.70", "46.80 39.70", "46.80 39.80", "46.70 39.80"]
                    .map(str::to_owned)
                    .into()
            ),
            // Wherever in the cell the place is, all of the tile is in it.
            16.. => {
                let (least, most) = (-i32::from(BUFFER), i32::from(UNITS + BUFFER));
                let all: BTreeSet<_> = feature.parts.iter().flatten().copied().collect();
                assert_eq!(
                    all,
                    [[least, least], [least, most], [most, least], [most, most]].into()
                );
            }
            _ => assert_eq!(feature.kind, 3),
        }
    }
    // What one knows of its neighbours tells nothing, either: the cell is all there is.
    let other = Tile::holding(MatrixSet::WorldCrs84Quad, 16, 46.7263, 39.7212).unwrap();
    let exact = Tile::holding(MatrixSet::WorldCrs84Quad, 16, 46.7563, 39.7512).unwrap();
    let [here, there] = [exact, other].map(|tile| {
        app.anonymous()
            .get(&path_in("/collections/sites", tile))
            .expect(200)
            .body
    });
    assert_eq!(here, there);
});

on_each_engine!(
    the_public_learns_nothing_of_hidden_records_from_what_tiles_say_of_themselves,
    |app| {
        let shown = |app: &App| {
            let paths = [
                "/tiles/WebMercatorQuad?f=tilejson",
                "/tiles/WebMercatorQuad",
                "/collections/sites/tiles/WorldCRS84Quad",
            ];
            paths.map(|path| app.anonymous().get(path).expect(200).text().to_owned())
        };
        app.given(a_site());
        let before = shown(app);
        app.given(a_site().at(47.9, 38.9).restricted());
        assert_eq!(shown(app), before);
        let of_admin = app.admin().get("/tiles/WebMercatorQuad?f=tilejson").json();
        assert_eq!(of_admin["bounds"], json!([46.5318, 38.9, 47.9, 40.0573]));
        let fields = |client: Client<'_>| {
            client.get("/tiles/WebMercatorQuad?f=tilejson").json()["vector_layers"][0]["fields"]
                .clone()
        };
        assert_eq!(
            fields(app.anonymous())["location_sensitivity_reason"],
            Value::Null
        );
        assert_eq!(fields(app.admin())["location_sensitivity_reason"], "String");
    }
);

on_each_engine!(
    a_tile_of_everything_has_a_layer_for_each_collection_that_is_picked,
    |app| {
        let site = app.given(a_site());
        app.given(a_report(site));
        app.given(an_organization("Blue Shield"));
        app.given(a_region("hist-khachen", 46.5, 40.0));
        let names = |query: &str| {
            let answer = app
                .anonymous()
                .get(&format!("/tiles/WebMercatorQuad/8/96/161?{query}"))
                .expect(200);
            layers(&answer.body)
                .into_iter()
                .map(|layer| layer.name)
                .collect::<Vec<_>>()
        };
        assert_eq!(names(""), ["condition-reports", "regions", "sites"]);
        assert_eq!(
            names("collections=sites,organizations,regions"),
            ["sites", "regions"]
        );
        assert_eq!(names("collections=regions,sites"), ["regions", "sites"]);
        assert_eq!(
            names("collections=sites&condition=fair&q=gandzasar"),
            ["sites"]
        );
        assert_eq!(
            names("as_of=2100-01-01T00:00:00Z"),
            ["condition-reports", "regions", "sites"]
        );
        let tileset = app
            .anonymous()
            .get("/tiles/WebMercatorQuad?collections=sites")
            .json();
        assert_eq!(tileset["layers"].as_array().unwrap().len(), 1);
    }
);

on_each_engine!(a_tile_of_the_past_is_that_of_its_day, |app| {
    app.given(a_site());
    let before = app
        .anonymous()
        .get("/collections/sites")
        .header("last-modified")
        .to_owned();
    assert!(!before.is_empty());
    let tile = of_sites(8);
    let then = app.anonymous().get("/collections/sites/items").json()["timeStamp"].clone();
    app.given(a_site().at(46.53, 40.05));
    let now = app.anonymous().get(&tile).expect(200);
    let all = only_layer(&now.body).features;
    assert_eq!(all.iter().map(count).sum::<u64>(), 2);
    let past = app
        .anonymous()
        .get(&format!("{tile}?as_of={}", then.as_str().unwrap()))
        .expect(200);
    assert_eq!(only_layer(&past.body).features.len(), 1);
});

on_each_engine!(a_full_tile_says_how_many_features_it_leaves_out, |app| {
    let long = |number: u32| {
        a_site()
            .at(46.5318 + f64::from(number) / 1e5, 40.0573)
            .with("attribution", format!("{number} {}", "word ".repeat(380)))
    };
    let items = (0..400).map(|number| {
        let fixture: crate::harness::Fixture = long(number).into();
        fixture.item(app.new_id(), app.registry_organization())
    });
    app.import(items.collect());
    let answer = app.anonymous().get(&of_sites(13)).expect(200);
    assert!(answer.body.len() <= 500_000, "{}", answer.body.len());
    assert!(answer.body.len() > 400_000, "{}", answer.body.len());
    let layer = only_layer(&answer.body);
    let left_out = 400 - layer.features.len();
    assert!(left_out > 0);
    assert!(
        layer
            .features
            .iter()
            .all(|feature| feature.properties["left_out"] == left_out)
    );
    // Those that are there are the first of items.
    let first = app.anonymous().get(&format!(
        "/collections/sites/items?limit={}",
        layer.features.len()
    ));
    let ids: Vec<_> = first.ids().iter().map(ToString::to_string).collect();
    let drawn: Vec<_> = layer
        .features
        .iter()
        .map(|feature| feature.text("id").to_owned())
        .collect();
    assert_eq!(drawn, ids);
    let few = app
        .anonymous()
        .get(&format!("{}?properties=label", of_sites(13)))
        .expect(200);
    let few = only_layer(&few.body).features;
    assert!(few.len() == 400 && !few[0].properties.contains_key("left_out"));
});
