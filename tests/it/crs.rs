//! Coordinates in other systems than CRS84 (OGC API - Features Part 2), read and written.

use std::collections::BTreeSet;

use actix_web::http::Method;
use heritage_registry::domain::{Crs, LonLat, Role, Seq};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::writing::{adding, address, changing, end, post, put, read, review};
use crate::harness::{Answer, BASE, Client, Fixture, a_region, a_report, a_site};

const SITES: &str = "/collections/sites/items";
const ORGANIZATIONS: &str = "/collections/organizations/items";

/// A mosque of Shusha in each system, by PROJ 9.1.1 (`src/domain/crs/reference.txt`).
fn shusha(crs: Crs) -> Value {
    match crs {
        Crs::Crs84 | Crs::Crs84h => json!([46.7475, 39.759]),
        Crs::Epsg4326 => json!([39.759, 46.7475]),
        Crs::Epsg3857 => json!([5_203_907.896, 4_830_982.372]),
        Crs::Epsg32638 => json!([649_693.423, 4_402_469.368]),
        Crs::Epsg32639 => json!([135_673.588, 4_409_664.83]),
        Crs::Epsg28408 => json!([4_404_321.326, 8_649_857.956]),
        Crs::Epsg28468 => json!([4_404_321.326, 649_857.956]),
    }
}

fn with(path: &str, crs: Crs) -> String {
    let sign = if path.contains('?') { '&' } else { '?' };
    format!("{path}{sign}crs={}", crs.uri())
}

fn content_crs(crs: Crs) -> String {
    format!("<{}>", crs.uri())
}

fn coordinates(feature: &Value) -> &Value {
    &feature["geometry"]["coordinates"]
}

on_each_engine!(
    each_system_has_its_coordinates_in_the_order_of_its_axes,
    |app| {
        let id = app.given(a_site().at(46.7475, 39.759));
        app.given(a_report(id));
        let one = address("sites", id);
        for client in [app.anonymous(), app.admin()] {
            let mut tags = BTreeSet::new();
            for crs in Crs::given() {
                let page = client.get(&with(SITES, crs)).expect(200);
                let feature = client.get(&with(&one, crs)).expect(200);
                assert_eq!(coordinates(&page.features()[0]), &shusha(crs), "{crs:?}");
                assert_eq!(coordinates(&feature.json()), &shusha(crs), "{crs:?}");
                for (answer, path) in [(&page, SITES), (&feature, one.as_str())] {
                    assert_eq!(answer.header("content-type"), "application/geo+json");
                    assert_eq!(answer.header("content-crs"), content_crs(crs));
                    let itself = format!("{BASE}{path}?crs={}", crs.uri());
                    assert_eq!(answer.link("self").unwrap(), itself);
                    assert_eq!(
                        answer.link("alternate").unwrap(),
                        format!("{itself}&f=json")
                    );
                    assert!(
                        tags.insert(answer.header("etag").to_owned()),
                        "{crs:?} {path}"
                    );
                    let again = client.get(&itself).expect(200);
                    assert_eq!(again.body, answer.body);
                }
                let mut other = client.get(SITES).json();
                let mut same = page.json();
                for page in [&mut other, &mut same] {
                    page["links"].take();
                    page["features"][0]["geometry"].take();
                }
                assert_eq!(same, other, "nothing else differs");
                // Reports have the place of their site.
                let report = client.get(&with("/collections/condition-reports/items", crs));
                assert_eq!(coordinates(&report.features()[0]), &shusha(crs), "{crs:?}");
            }
            let tag = client.get(&with(SITES, Crs::Epsg4326));
            let tag = tag.header("etag").to_owned();
            let known = client.with("if-none-match", &tag);
            let not_modified = known.get(&with(SITES, Crs::Epsg4326)).expect(304);
            assert_eq!(
                not_modified.header("content-crs"),
                content_crs(Crs::Epsg4326)
            );
            known.get(&with(SITES, Crs::Epsg3857)).expect(200);
        }
    }
);

on_each_engine!(
    a_system_is_named_in_several_ways_and_answered_by_its_uri,
    |app| {
        let one = address("sites", app.given(a_site().at(46.7475, 39.759)));
        for name in [
            "http://www.opengis.net/def/crs/EPSG/0/28408",
            "https://www.opengis.net/def/crs/EPSG/0/28408",
            "urn:ogc:def:crs:EPSG::28408",
            "%5BEPSG:28408%5D",
            "http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FEPSG%2F0%2F28408",
        ] {
            for path in [SITES, &one] {
                let answer = app
                    .anonymous()
                    .get(&format!("{path}?crs={name}"))
                    .expect(200);
                assert_eq!(answer.header("content-crs"), content_crs(Crs::Epsg28408));
                assert!(
                    answer.text().contains("[4404321.326,8649857.956]"),
                    "{name}"
                );
            }
        }
    }
);

on_each_engine!(
    what_names_no_system_is_refused_and_told_those_there_are,
    |app| {
        let one = address("sites", app.given(a_site()));
        let of = |path: &str| app.anonymous().get(path);
        for name in [
            "http://www.opengis.net/def/crs/0/unsupported",
            "http://www.opengis.net/def/crs/EPSG/0/2498",
            "EPSG:4326",
            "",
        ] {
            for (path, parameter) in [
                (format!("{SITES}?crs={name}"), "crs"),
                (format!("{one}?crs={name}"), "crs"),
                (format!("{SITES}?bbox-crs={name}"), "bbox-crs"),
                (format!("{SITES}?bbox=1,2,3,4&bbox-crs={name}"), "bbox-crs"),
            ] {
                let answer = of(&path);
                assert_eq!(answer.problem(), "400 bad-request", "{path}");
                let faults = answer.faults();
                assert_eq!(faults.len(), 1, "{faults:?}");
                let begin = format!("{parameter}: \"{name}\" is not one of http");
                assert!(faults[0].starts_with(&begin), "{faults:?}");
                assert!(faults[0].contains("EPSG/0/28468"), "{faults:?}");
            }
        }
        // A height that is not there is not made up.
        for path in [SITES, &one] {
            let answer = of(&with(path, Crs::Crs84h));
            assert_eq!(answer.problem(), "400 bad-request");
            assert!(answer.faults()[0].contains("no geometry here has a height"));
        }
        of(&format!(
            "{SITES}?bbox=0,0,-9,90,90,9&bbox-crs={}",
            Crs::Crs84h.uri()
        ))
        .expect(200);
        for path in [
            format!("{one}?bbox-crs={}", Crs::Epsg4326.uri()),
            format!("/collections/sites?crs={}", Crs::Crs84.uri()),
            format!("{}&crs={}", with(SITES, Crs::Epsg4326), Crs::Epsg3857.uri()),
        ] {
            assert_eq!(of(&path).problem(), "400 bad-request", "{path}");
        }
    }
);

on_each_engine!(the_past_has_its_coordinates_in_each_system, |app| {
    let id = app.given(a_site().at(46.7475, 39.759));
    let before = Seq(end(app).0 - 1);
    let then = app.parts.store.changes(before, 1).unwrap()[0].at;
    app.edit(id, a_site().at(46.5318, 40.0573));
    for crs in Crs::given() {
        for path in [SITES, &address("sites", id)] {
            let of_then = format!("{path}?as_of={then}");
            let answer = app.anonymous().get(&with(&of_then, crs)).expect(200);
            let feature = match answer.json()["features"].as_array() {
                Some(features) => features[0].clone(),
                None => answer.json(),
            };
            assert_eq!(coordinates(&feature), &shusha(crs), "{crs:?} {path}");
            assert_eq!(answer.header("content-crs"), content_crs(crs));
            let itself = format!("{BASE}{}", with(&of_then, crs));
            assert_eq!(answer.link("self").unwrap(), itself);
        }
    }
});

on_each_engine!(
    a_long_page_in_another_system_is_that_of_its_features,
    |app| {
        let place = |number: u32| {
            let step = f64::from(number) / 10_000.0;
            let (lon, lat) = (45.0 + step, 39.0 + step);
            let east = ((lon + 0.01) * 1e7).round() / 1e7;
            match number % 3 {
                0 => json!({"type": "Point", "coordinates": [lon, lat]}),
                1 => json!({"type": "LineString", "coordinates": [[lon, lat], [east, lat]]}),
                _ => {
                    json!({"type": "Polygon", "coordinates": [[[lon, lat], [east, lat], [lon, 40.5], [lon, lat]]]})
                }
            }
        };
        let registry = app.registry_organization();
        let sites = (0..1100).map(|number| a_site().shaped(place(number)));
        let items = sites.map(|site| {
            let fixture = Fixture::from(site);
            fixture.item(app.new_id(), registry)
        });
        app.import(items.collect());
        let (client, crs) = (app.anonymous(), Crs::Epsg28408);
        let path = with(&format!("{SITES}?limit=2000"), crs);
        let page = client.get(&path).expect(200);
        assert!(!page.has_length, "it is written while it is sent");
        assert_eq!(page.header("content-crs"), content_crs(crs));
        let features = page.features();
        assert_eq!(features.len(), 1100);
        let mut kinds = BTreeSet::new();
        for feature in &features {
            let id = feature["id"].as_str().unwrap();
            let mut one = client.get(&with(&format!("{SITES}/{id}"), crs)).json();
            one.as_object_mut().unwrap().remove("links");
            assert_eq!(feature, &one);
            kinds.insert(feature["geometry"]["type"].as_str().unwrap());
        }
        assert_eq!(kinds.len(), 3);
        // Pages of any size give the same.
        let (mut walked, mut next) = (vec![], Some(with(&format!("{SITES}?limit=300"), crs)));
        while let Some(path) = next {
            let page = client.get(&path).expect(200);
            assert_eq!(page.header("content-crs"), content_crs(crs));
            walked.extend(page.features());
            next = page.link("next");
        }
        assert_eq!(walked, features);
    }
);

/// The box around some places in a system, a metre or so wider.
fn around(crs: Crs, places: [[f64; 2]; 2]) -> String {
    let corners = places.map(|[lon, lat]| {
        let at = LonLat::new(lon, lat).unwrap();
        crs.coordinates(at).unwrap()
    });
    let more = if matches!(crs, Crs::Crs84 | Crs::Crs84h | Crs::Epsg4326) {
        1e-5
    } else {
        1.0
    };
    let sides = [0, 1].map(|axis| {
        let (one, other) = (corners[0][axis], corners[1][axis]);
        (one.min(other) - more, one.max(other) + more)
    });
    let [(a, c), (b, d)] = sides;
    format!("bbox={a},{b},{c},{d}&bbox-crs={}", crs.uri())
}

on_each_engine!(a_box_finds_the_same_in_each_system, |app| {
    let shusha = app.given(a_site().at(46.7475, 39.759));
    let nowhere = app.given(a_site().nowhere());
    let area = json!({"type": "Polygon", "coordinates": [[[46.74, 39.75], [46.76, 39.75], [46.74, 39.78], [46.74, 39.75]]]});
    let area = app.given(a_site().shaped(area));
    app.given(a_site().at(46.5318, 40.0573));
    let set = |answer: &Answer| answer.ids().into_iter().collect::<BTreeSet<Uuid>>();
    for client in [app.anonymous(), app.admin()] {
        for crs in Crs::ALL {
            let asked = around(crs, [[46.7474, 39.7589], [46.7476, 39.7591]]);
            let answer = client.get(&format!("{SITES}?{asked}")).expect(200);
            assert_eq!(
                set(&answer),
                BTreeSet::from([shusha, nowhere, area]),
                "{crs:?}"
            );
            assert_eq!(answer.json()["numberMatched"], 3);
            assert_eq!(answer.header("content-crs"), content_crs(Crs::Crs84));
            let located = client.get(&format!("{SITES}?{asked}&located=true"));
            assert_eq!(set(&located), BTreeSet::from([shusha, area]), "{crs:?}");
            let beside = around(crs, [[46.7477, 39.7589], [46.7479, 39.7591]]);
            let beside = client.get(&format!("{SITES}?{beside}&located=true"));
            assert_eq!(set(&beside), BTreeSet::from([area]), "{crs:?}");
            // Alone it does nothing.
            let all = client.get(&format!("{SITES}?bbox-crs={}", crs.uri()));
            assert_eq!(all.ids().len(), 4);
        }
    }
});

on_each_engine!(
    a_box_of_a_zone_holds_what_lies_in_it_and_not_what_lies_in_the_degrees_around_it,
    |app| {
        // The western side of the box leans east, by 1.3 km over its height.
        let utm = |east: f64, north: f64| {
            let at = Crs::Epsg32638.locate([east, north]).unwrap();
            let [lon, lat] = [at.lon(), at.lat()].map(|degrees| (degrees * 1e7).round() / 1e7);
            app.given(a_site().at(lon, lat))
        };
        let inside = [(600_010.0, 4_440_000.0), (699_990.0, 4_360_000.0)].map(|(e, n)| utm(e, n));
        utm(599_990.0, 4_440_000.0);
        utm(700_010.0, 4_360_000.0);
        let path = format!(
            "{SITES}?bbox=600000,4350000,700000,4450000&bbox-crs={}&limit=1",
            Crs::Epsg32638.uri()
        );
        let (mut found, mut next) = (BTreeSet::new(), Some(path));
        while let Some(path) = next {
            let page = app.anonymous().get(&path).expect(200);
            assert_eq!(page.json()["numberMatched"], 2);
            found.extend(page.ids());
            next = page.link("next");
        }
        assert_eq!(found, BTreeSet::from(inside));
    }
);

on_each_engine!(hidden_places_are_hidden_in_each_system, |app| {
    let exact = [46.7475, 39.759];
    let generalised = app.given(a_site().at(exact[0], exact[1]).generalised());
    let restricted = app.given(
        a_site()
            .at(exact[0], exact[1])
            .restricted()
            .with("public_listing", true),
    );
    let cell = [
        [46.7, 39.7],
        [46.8, 39.7],
        [46.8, 39.8],
        [46.7, 39.8],
        [46.7, 39.7],
    ];
    let mut seen = vec![];
    for crs in Crs::given() {
        let cell = cell.map(|[lon, lat]| {
            let at = LonLat::new(lon, lat).unwrap();
            let in_metres = !matches!(crs, Crs::Crs84 | Crs::Epsg4326);
            let steps = if in_metres { 1e3 } else { 1e7 };
            crs.coordinates(at)
                .unwrap()
                .map(|number| (number * steps).round() / steps)
        });
        let answer = app.anonymous().get(&with(SITES, crs)).expect(200);
        for feature in answer.features() {
            if feature["id"] == restricted.to_string() {
                assert_eq!(feature["geometry"], Value::Null);
            } else {
                // Its four corners and no more: between them it is straight in each system.
                assert_eq!(
                    feature["geometry"],
                    json!({"type": "Polygon", "coordinates": [cell]})
                );
            }
        }
        let reader = app.admin().get(&with(&address("sites", restricted), crs));
        assert_eq!(coordinates(&reader.json()), &shusha(crs));
        let near_exact = around(crs, [[46.74749, 39.75899], [46.74751, 39.75901]]);
        let elsewhere = around(crs, [[46.71, 39.71], [46.71, 39.71]]);
        for asked in [near_exact, elsewhere] {
            let found = app
                .anonymous()
                .get(&format!("{SITES}?located=true&{asked}"));
            assert_eq!(found.ids(), [generalised], "{crs:?}");
        }
        seen.push((crs, answer.features()));
    }
    // Where in its cell it lies tells nothing.
    app.edit(generalised, a_site().at(46.7101, 39.7999).generalised());
    for (crs, features) in seen {
        let answer = app.anonymous().get(&with(SITES, crs));
        for (now, before) in answer.features().iter().zip(&features) {
            assert_eq!(now["geometry"], before["geometry"], "{crs:?}");
        }
    }
});

on_each_engine!(
    what_has_no_coordinates_in_a_system_is_null_and_not_somewhere_else,
    |app| {
        let admin = app.admin();
        let mut far = a_body("Far away");
        far["geometry"] = json!({"type": "Point", "coordinates": [-118.24, 34.05]});
        let id = post(&admin, ORGANIZATIONS, None, &far).expect(201).json()["id"].clone();
        let path = format!("{ORGANIZATIONS}/{}", id.as_str().unwrap());
        for (crs, has) in [
            (Crs::Crs84, true),
            (Crs::Epsg4326, true),
            (Crs::Epsg3857, true),
            (Crs::Epsg32638, false),
            (Crs::Epsg28408, false),
        ] {
            let feature = admin.get(&with(&path, crs)).expect(200).json();
            assert_eq!(feature["geometry"].is_object(), has, "{crs:?}");
        }
    }
);

/// An organization, as it is sent.
fn a_body(name: &str) -> Value {
    json!({
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [46.7475, 39.759]},
        "properties": {"names": [{"text": name, "lang": "en"}], "kind": "ngo", "listed": true},
    })
}

fn in_crs<'a>(client: Client<'a>, header: &str) -> Client<'a> {
    client.with("content-crs", header)
}

on_each_engine!(what_is_sent_is_read_in_its_system, |app| {
    for crs in Crs::ALL {
        let mut sent = a_body("Watch");
        sent["geometry"]["coordinates"] = shusha(crs);
        for header in [crs.uri(), content_crs(crs)] {
            let client = in_crs(app.admin(), &header);
            let made = post(&client, ORGANIZATIONS, None, &sent).expect(201);
            assert_eq!(coordinates(&made.json()), &shusha(Crs::Crs84), "{header}");
            assert_eq!(made.header("content-crs"), content_crs(Crs::Crs84));
            let path = made.header("location");
            assert_eq!(
                app.anonymous().get(path).json()["geometry"],
                made.json()["geometry"]
            );
            // A change in either shape, of what else there is and of the place.
            for body in [
                json!({"type": "Feature", "properties": {"kind": "museum_archive"}, "geometry": {"type": "Point", "coordinates": shusha(crs)}}),
                json!({"kind": "museum_archive", "geometry": {"type": "Point", "coordinates": shusha(crs)}}),
            ] {
                let away = json!({"geometry": {"type": "Point", "coordinates": [46.5, 40]}});
                let tag = app.admin().get(path).header("etag").to_owned();
                let tag = app
                    .admin()
                    .send(changing(Method::PATCH, &tag, &away), path)
                    .expect(200);
                let tag = tag.header("etag").to_owned();
                let changed = client
                    .send(changing(Method::PATCH, &tag, &body), path)
                    .expect(200);
                assert_eq!(
                    coordinates(&changed.json()),
                    &shusha(Crs::Crs84),
                    "{header}"
                );
                assert_eq!(changed.header("content-crs"), content_crs(Crs::Crs84));
            }
        }
        let client = in_crs(app.admin(), &crs.uri());
        let many = json!({"type": "FeatureCollection", "features": [sent, sent]});
        let made = post(&client, ORGANIZATIONS, None, &many).expect(201);
        assert_eq!(made.header("content-crs"), content_crs(Crs::Crs84));
        for feature in made.features() {
            assert_eq!(coordinates(&feature), &shusha(Crs::Crs84), "{crs:?}");
        }
    }
});

on_each_engine!(
    what_was_read_in_a_system_and_is_sent_back_in_it_changes_no_place,
    |app| {
        // Whole degrees, an outline with a hole, and a line.
        let shapes = [
            json!({"type": "Point", "coordinates": [47, 40]}),
            json!({"type": "Polygon", "coordinates": [
                [[46.123_456_7, 39.765_432_1], [46.9, 39.7], [46.8, 39.95], [46.123_456_7, 39.765_432_1]],
                [[46.7, 39.8], [46.7, 39.81], [46.71, 39.8], [46.7, 39.8]],
            ]}),
            json!({"type": "LineString", "coordinates": [[44.5, 38.3], [48.5, 41.2]]}),
        ];
        let admin = app.admin();
        for shape in shapes {
            let id = app.given(a_site().shaped(shape.clone()));
            let path = address("sites", id);
            for crs in Crs::given() {
                let (whole, tag) = read(&admin, &with(&path, crs));
                assert_eq!(whole["geometry"] == shape, crs == Crs::Crs84);
                let client = in_crs(app.admin(), &crs.uri());
                let changed = put(&client, &path, &tag, &whole).expect(200);
                assert_eq!(changed.json()["geometry"], shape, "{crs:?}");
            }
            assert_eq!(app.anonymous().get(&path).json()["geometry"], shape);
        }
    }
);

on_each_engine!(
    a_body_in_no_system_is_refused_and_nothing_is_changed,
    |app| {
        let id = app.given(a_site().at(46.7475, 39.759));
        let path = address("sites", id);
        let (whole, tag) = read(&app.admin(), &path);
        let before = end(app);
        for header in [
            "http://www.opengis.net/def/crs/0/unsupported",
            "<EPSG:4326>",
            "<>",
            "",
            "\u{e9}",
        ] {
            let client = in_crs(app.admin(), header);
            for answer in [
                post(&client, ORGANIZATIONS, None, &a_body("Watch")),
                put(&client, &path, &tag, &whole),
                client.send(
                    changing(Method::PATCH, &tag, &json!({"geometry": null})),
                    &path,
                ),
            ] {
                assert_eq!(answer.problem(), "400 bad-request", "{header}");
                let error = &answer.json()["errors"][0];
                assert_eq!(error["header"], "Content-Crs");
                let detail = error["detail"].as_str().unwrap();
                assert!(detail.contains("is not one of http"), "{detail}");
                assert!(detail.contains("EPSG/0/28468"), "{detail}");
            }
        }
        let twice = adding(None, &a_body("Watch"))
            .append_header(("content-crs", Crs::Epsg4326.uri()))
            .append_header(("content-crs", Crs::Epsg3857.uri()));
        let answer = app.admin().send(twice, ORGANIZATIONS);
        assert_eq!(answer.problem(), "400 bad-request");

        // Exchanged, and in degrees; with all else that is wrong.
        let mut wrong = a_body("Watch");
        wrong["properties"]["kind"] = json!("club");
        wrong["geometry"] = json!({"type": "LineString", "coordinates": [
            [8_649_857.956, 4_404_321.326], shusha(Crs::Epsg28408), [39.759, 46.7475],
        ]});
        let client = in_crs(app.admin(), &Crs::Epsg28408.uri());
        for (body, place) in [
            (wrong.clone(), ""),
            (
                json!({"type": "FeatureCollection", "features": [wrong]}),
                "/features/0",
            ),
        ] {
            let answer = post(&client, ORGANIZATIONS, None, &body);
            assert_eq!(answer.problem(), "422 invalid");
            let faults = answer.faults();
            let places: BTreeSet<&str> = faults
                .iter()
                .map(|one| one.split(": ").next().unwrap())
                .collect();
            let expected = [
                "/geometry/coordinates/0",
                "/geometry/coordinates/2",
                "/properties/kind",
            ]
            .map(|at| format!("{place}{at}"));
            assert_eq!(
                places,
                expected.iter().map(String::as_str).collect(),
                "{faults:?}"
            );
            assert_eq!(faults.len(), 3, "{faults:?}");
            assert!(
                faults
                    .iter()
                    .any(|one| one.contains("is the order northing, easting?")),
                "{faults:?}"
            );
        }
        // Latitude and longitude exchanged would be in the working area the other way round.
        let client = in_crs(app.admin(), &Crs::Epsg4326.uri());
        let answer = put(&client, &path, &tag, &whole);
        assert_eq!(answer.problem(), "422 invalid");
        assert_eq!(end(app), before);
    }
);

on_each_engine!(the_same_body_in_another_system_is_another_request, |app| {
    let sent = |client: Client<'_>| post(&client, ORGANIZATIONS, Some("once"), &a_body("Watch"));
    let first = sent(app.admin()).expect(201);
    let again = sent(in_crs(app.admin(), &content_crs(Crs::Crs84))).expect(201);
    assert_eq!(first.json()["id"], again.json()["id"]);
    let other = sent(in_crs(app.admin(), &content_crs(Crs::Epsg4326)));
    assert_eq!(other.problem(), "422 other-request");
});

on_each_engine!(
    collections_list_the_systems_and_the_definition_takes_them,
    |app| {
        app.given(a_site());
        app.given(a_region("hist-khachen", 46.5, 40.0));
        let client = app.anonymous();
        let given: Vec<String> = Crs::given().map(Crs::uri).collect();
        assert_eq!(given[0], "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
        let list = client.get("/collections").expect(200).json();
        assert_eq!(list["crs"], json!(given));
        for collection in list["collections"].as_array().unwrap() {
            assert_eq!(collection["crs"], json!(given));
            assert_eq!(collection["storageCrs"], given[0]);
            let extent = &collection["extent"]["spatial"];
            assert!(extent.is_null() || extent["crs"] == given[0], "{extent}");
            let items = format!("/collections/{}/items", collection["id"].as_str().unwrap());
            for crs in collection["crs"].as_array().unwrap() {
                let crs = crs.as_str().unwrap();
                let answer = client
                    .get(&format!("{items}?crs={crs}&bbox-crs={crs}"))
                    .expect(200);
                assert_eq!(answer.header("content-crs"), format!("<{crs}>"));
            }
        }
        let parameters = &client.get("/api").json()["components"]["parameters"];
        assert_eq!(parameters["crs"]["schema"]["enum"], json!(given));
        let taken: Vec<String> = Crs::ALL.map(Crs::uri).into();
        assert_eq!(parameters["bbox-crs"]["schema"]["enum"], json!(taken));
        let declared = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs";
        let conforms = client.get("/conformance").json();
        assert!(
            conforms["conformsTo"]
                .as_array()
                .unwrap()
                .contains(&json!(declared))
        );
    }
);

on_each_engine!(a_merged_site_is_followed_in_the_system_asked_for, |app| {
    let (double, site) = (app.given(a_site()), app.given(a_site().at(46.7475, 39.759)));
    let reviewer = app.account(Role::Reviewer, None);
    let reviewer = app.bearer(&reviewer);
    let (_, tag) = read(&reviewer, &address("sites", double));
    let into = json!({"decision": "merged", "into": site});
    review(&reviewer, &address("sites", double), &tag, &into).expect(200);
    let moved = app
        .anonymous()
        .get(&with(&address("sites", double), Crs::Epsg28408));
    assert_eq!(moved.status, 301);
    let at = moved.header("location");
    assert_eq!(
        at,
        format!("{BASE}{}", with(&address("sites", site), Crs::Epsg28408))
    );
    let found = app.anonymous().get(at).expect(200).json();
    assert_eq!(coordinates(&found), &shusha(Crs::Epsg28408));
});
