//! What bad requests get: every fault, what was given, and what would be right.

use actix_web::test::TestRequest;
use heritage_registry::domain::{Audience, Collection, properties};
use serde_json::{Value, json};

use crate::harness::{Answer, TOKEN, a_site, site_ref};

on_each_engine!(every_fault_of_a_request_is_named_at_once, |app| {
    let asked = "/collections/sites/items?limit=unlimited&bbox=1,2,3&datetime=yesterday&region=atlantis&near=here&radius=-1\
        &sortby=beauty&condition=sad&located=maybe&resultType=some&properties=soul&cursor=xyz&lang=h&f=pdf&unknown=1";
    let answer = app.anonymous().get(asked).expect(400);
    let faults = answer.faults();
    let places: Vec<_> = faults
        .iter()
        .map(|fault| fault.split(':').next().unwrap())
        .collect();
    let mut expected = [
        "f",
        "lang",
        "near",
        "radius",
        "sortby",
        "limit",
        "cursor",
        "bbox",
        "located",
        "datetime",
        "resultType",
        "properties",
        "condition",
        "region",
        "unknown",
    ];
    let mut found = places.clone();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected, "{faults:#?}");
    let fault = |place: &str| {
        faults
            .iter()
            .find(|fault| fault.starts_with(&format!("{place}: ")))
            .unwrap()
            .clone()
    };
    assert_eq!(
        fault("limit"),
        "limit: limit is a whole number from 1 to 10000, not \"unlimited\""
    );
    assert_eq!(
        fault("bbox"),
        "bbox: a box has 4 numbers, west,south,east,north, or 6 with heights, not 3"
    );
    assert_eq!(
        fault("condition"),
        "condition: \"sad\" is not a condition: it is one of good, fair, poor, very_bad, destroyed, unknown"
    );
    assert!(
        fault("sortby").contains("condition_observed_on"),
        "{}",
        fault("sortby")
    );
    let problem = answer.json();
    assert_eq!(
        (&problem["status"], &problem["code"]),
        (&400.into(), &"bad-request".into())
    );
    assert_eq!(problem["type"], "urn:problem:heritage-registry:bad-request");
});

on_each_engine!(a_bad_value_says_what_would_be_right, |app| {
    for (parameter, part) in [
        ("limit=0", "1 to 10000"),
        ("limit=-1", "1 to 10000"),
        ("limit=1.5", "1 to 10000"),
        ("bbox=46,39,NaN,40", "not a number"),
        ("bbox=46,40,47,39", "north"),
        ("bbox=46,39,47,inf", "not a number"),
        ("bbox=46,39,9,47,40,1", "height"),
        ("offset=5&cursor=x", "offset: does not stand beside cursor"),
        ("offset=-1", "0 to 10000"),
        ("offset=+1", "0 to 10000"),
        ("offset=", "0 to 10000"),
        ("offset=10001", "0 to 10000"),
        ("near=46.75", "lon,lat"),
        ("near=46.75,139.76", "latitude"),
        ("radius=5", "near"),
        ("near=46.75,39.76&radius=0", "above 0"),
        ("earliest_year=old", "whole number"),
        ("updated_at=2020", "2023-10-01T00:00:00Z"),
        ("condition_report_id=7", "078f84d6"),
        ("geometry_kind=exact", "as_recorded, cell, none"),
        ("geometry_kind=cel", "did you mean cell?"),
        (
            "site_type=Kils%C9%99",
            "did you mean church? It is one of religious_place",
        ),
        ("sortby=names", "nothing to sort by"),
        ("sortby=condition,-condition", "twice"),
        ("limit=5&condition=good&condition=poor", "twice"),
        ("datetime=2020-02-30", "2020-10-08"),
    ] {
        let answer = app
            .anonymous()
            .get(&format!("/collections/sites/items?{parameter}"))
            .expect(400);
        assert!(
            answer.faults().iter().any(|fault| fault.contains(part)),
            "{parameter}: {:?}",
            answer.faults()
        );
    }
});

on_each_engine!(a_limit_above_the_maximum_is_the_maximum, |app| {
    app.given(a_site());
    app.anonymous()
        .get("/collections/sites/items?limit=99999999999999999999")
        .expect(200);
});

on_each_engine!(unknown_parameters_are_refused_everywhere, |app| {
    let id = app.given(a_site());
    let item = format!("/collections/sites/items/{id}");
    for path in [
        "/",
        "/api",
        "/conformance",
        "/healthz",
        "/readyz",
        "/collections",
        "/collections/sites",
        "/collections/sites/items",
        &item,
    ] {
        let answer = app
            .anonymous()
            .get(&format!("{path}?unknownQueryParameter=1"))
            .expect(400);
        assert!(
            answer.faults()[0].starts_with("unknownQueryParameter: is not a parameter"),
            "{path}"
        );
    }
    app.anonymous()
        .get(&format!("{item}?bbox=1,2,3,4"))
        .expect(400);
});

on_each_engine!(a_property_of_the_trusted_is_unknown_to_the_public, |app| {
    let asked = "/collections/sites/items?location_sensitivity_reason=Unguarded.";
    let answer = app.anonymous().get(asked).expect(400);
    let unknown = app
        .anonymous()
        .get("/collections/sites/items?no_such_property=Unguarded.")
        .expect(400);
    assert_eq!(
        answer
            .text()
            .replace("location_sensitivity_reason", "no_such_property"),
        unknown.text()
    );
    app.admin().get(asked).expect(200);
});

on_each_engine!(what_is_not_there_is_404_in_one_wording, |app| {
    let hidden = app.given(a_site().restricted());
    let paths = [
        format!("/collections/sites/items/{hidden}"),
        "/collections/sites/items/078f84d6-717d-4c21-b0b9-eefb0853a8f3".to_owned(),
        "/collections/sites/items/7".to_owned(),
        "/collections/monuments".to_owned(),
        "/collections/monuments/items".to_owned(),
        "/collections/Sites/items".to_owned(),
        "/nothing".to_owned(),
    ];
    let bodies: Vec<_> = paths
        .iter()
        .map(|path| app.anonymous().get(path).expect(404).text().to_owned())
        .collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:#?}");
    assert_eq!(
        app.anonymous().get(&paths[0]).header("content-type"),
        "application/problem+json"
    );
    app.admin().get(&paths[0]).expect(200);
});

on_each_engine!(what_was_public_and_is_no_more_is_410, |app| {
    let withdrawn = app.given(a_site());
    let hidden_since = app.given(a_site());
    app.withdraw(site_ref(withdrawn));
    app.edit(hidden_since, a_site().restricted());
    let get = |id: uuid::Uuid| {
        app.anonymous()
            .get(&format!("/collections/sites/items/{id}"))
            .expect(410)
            .text()
            .to_owned()
    };
    assert_eq!(get(withdrawn), get(hidden_since));
    app.admin()
        .get(&format!("/collections/sites/items/{withdrawn}"))
        .expect(410);
    app.admin()
        .get(&format!("/collections/sites/items/{hidden_since}"))
        .expect(200);
});

on_each_engine!(other_methods_are_405_with_what_is_allowed, |app| {
    for request in [
        TestRequest::post(),
        TestRequest::put(),
        TestRequest::delete(),
        TestRequest::patch(),
    ] {
        let answer = app
            .anonymous()
            .send(request, "/collections/sites")
            .expect(405);
        assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
        assert_eq!(answer.json()["code"], "no-method");
    }
    app.anonymous()
        .send(
            TestRequest::default().method(actix_web::http::Method::HEAD),
            "/collections/sites",
        )
        .expect(200);
});

on_each_engine!(other_types_are_406_with_what_is_there, |app| {
    let answer = app
        .anonymous()
        .with("accept", "image/png")
        .get("/collections/sites/items")
        .expect(406);
    assert!(
        answer.json()["detail"]
            .as_str()
            .unwrap()
            .contains("application/geo+json")
    );
    app.anonymous()
        .with("accept", "text/html,*/*;q=0.8")
        .get("/collections/sites/items")
        .expect(200);
});

on_each_engine!(
    a_bad_credential_is_401_and_never_an_anonymous_answer,
    |app| {
        app.given(a_site());
        for header in [
            "Bearer wrong",
            "Basic bm9ib2R5Ondyb25n",
            "Basic !",
            "Digest x",
            "Bearer",
        ] {
            let answer = app
                .anonymous()
                .with("authorization", header)
                .get("/collections/sites/items")
                .expect(401);
            assert!(
                answer.header("www-authenticate").starts_with("Bearer "),
                "{header}"
            );
            assert!(
                !answer.text().contains("wrong"),
                "a credential is not repeated: {}",
                answer.text()
            );
        }
        let basic = format!(
            "Basic {}",
            base64::Engine::encode(
                &base64::engine::general_purpose::STANDARD,
                format!("qgis:{TOKEN}")
            )
        );
        app.anonymous()
            .with("authorization", &basic)
            .get("/collections/sites/items")
            .expect(200);
    }
);

on_each_engine!(two_credentials_are_none, |app| {
    let request = TestRequest::get()
        .insert_header(("authorization", format!("Bearer {TOKEN}")))
        .append_header(("authorization", "Bearer other"));
    app.anonymous()
        .send(request, "/collections/sites/items")
        .expect(401);
});

on_each_engine!(an_answer_lists_a_bounded_number_of_faults, |app| {
    let many: Vec<_> = (0..500).map(|n| format!("p{n}=1")).collect();
    let answer = app
        .anonymous()
        .get(&format!("/collections?{}", many.join("&")))
        .expect(400);
    assert_eq!(answer.faults().len(), 100);
    assert_eq!(
        answer.json()["detail"],
        "100 things or more are wrong; errors lists the first 100"
    );
    let search = |body: Value| {
        let request = TestRequest::post().set_json(body);
        app.anonymous()
            .send(request, "/collections/sites/search")
            .expect(400)
    };
    let members: serde_json::Map<_, _> = (0..10_000).map(|n| (format!("p{n}"), 1.into())).collect();
    let names = vec!["a"; 4000].join(" AND ");
    let words = vec!["'z'"; 4000].join(",");
    for body in [
        Value::Object(members),
        json!({ "filter": names }),
        json!({"filter": format!("site_type IN ({words})")}),
        json!({"filter": format!("A_CONTAINS(traditions, ({words}))"), "limit": "x"}),
    ] {
        let answer = search(body);
        assert!(answer.body.len() < 200_000, "{}", answer.body.len());
        let faults = answer.faults().len();
        assert!(faults == 100 || faults == 2, "{:?}", answer.faults());
    }
});

on_each_engine!(
    what_was_sent_is_repeated_only_as_far_as_somebody_reads_it,
    |app| {
        // A long text of one word, of several, and one that is a number.
        let long = "Շուշի".repeat(20_000);
        let (words, digits) = (long.replace('ի', "ի "), "9".repeat(60_000));
        let short = |what: &str, answer: &Answer| {
            assert!(
                (400..500).contains(&answer.status),
                "{what} {}",
                answer.status
            );
            let (length, faults) = (answer.body.len(), answer.faults().len());
            assert!(length < 2000 + 4000 * faults, "{what}: {length}");
            let json = answer.json();
            for text in json["errors"].as_array().into_iter().flatten() {
                for member in text.as_object().unwrap().values() {
                    let member = member.as_str().unwrap();
                    assert!(member.chars().count() < 1500, "{what}: {member}");
                    assert!(!member.contains(&long[..200]), "{what}: {member}");
                    assert!(!member.contains(&digits[..100]), "{what}: {member}");
                }
            }
        };
        let search = |body: Value| {
            let request = TestRequest::post().set_json(body);
            app.anonymous().send(request, "/collections/sites/search")
        };
        short("a member", &search(json!({ long.clone(): 1 })));
        let named = [
            "bbox",
            "bbox-crs",
            "crs",
            "located",
            "as_of",
            "datetime",
            "region",
            "near",
            "radius",
            "filter",
            "filter-lang",
            "filter-crs",
            "sortby",
            "limit",
            "cursor",
            "offset",
            "properties",
            "resultType",
            "lang",
            "f",
            "geometry-format",
            "bom",
            "q",
        ];
        let of_sites = properties(Collection::Sites, Audience::Public)
            .into_iter()
            .filter(|one| one.kind.is_simple());
        for name in named.into_iter().chain(of_sites.map(|one| one.name)) {
            for text in [&long, &words, &digits] {
                let answer = search(json!({ name: text }));
                // Some take any text, and then find nothing.
                if answer.status != 200 {
                    short(name, &answer);
                }
            }
        }
        for filter in [
            "LONG = 1",
            "LONG(name) = 'a'",
            "\"LONG\" = 1",
            "site_type = 'LONG'",
            "A_CONTAINS(traditions, ('LONG'))",
            "condition_report_id = 'LONG'",
            "published_at = 'LONG'",
            "published_at = TIMESTAMP('LONG')",
            "published_at = DATE('LONG')",
            "T_AFTER(published_at, INTERVAL('LONG', '..'))",
            "S_WITHIN(geometry, region('LONG'))",
            "S_WITHIN(geometry, LONG(1 1))",
            "name LONG 'a'",
            "name = 'LONG",
            "earliest_year = LONG",
            "S_WITHIN(geometry, POINT(LONG 1))",
        ] {
            for text in [&long[..20_000], &digits] {
                short(
                    filter,
                    &search(json!({"filter": filter.replace("LONG", text)})),
                );
            }
        }
        for filter in [
            json!({"op": long, "args": []}),
            json!({ long.clone(): [] }),
            json!({"op": "=", "args": [{"property": long}, 1]}),
            json!({"op": "=", "args": [{"date": long}, {"timestamp": long}]}),
            json!({"op": "s_within", "args": [{"property": "geometry"}, {"type": long}]}),
            json!({"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [1, 2, 3, 4], long.clone(): 2}]}),
        ] {
            let what: String = filter.to_string().chars().take(20).collect();
            short(&what, &search(json!({ "filter": filter })));
            let text = json!({"filter": filter.to_string(), "filter-lang": "cql2-json"});
            short(&what, &search(text));
        }
    }
);

on_each_engine!(what_was_sent_to_be_kept_is_repeated_no_farther, |app| {
    let long = "Շուշի".repeat(20_000);
    let create = |collection: &str, body: Value| {
        let request = TestRequest::post().set_json(body);
        let answer = app
            .admin()
            .send(request, &format!("/collections/{collection}/items"));
        assert!((400..500).contains(&answer.status), "{}", answer.status);
        let (length, faults) = (answer.body.len(), answer.faults().len());
        let told: String = answer.text().chars().take(3000).collect();
        assert!(length < 2000 + 4000 * faults, "{length}: {told}");
    };
    for collection in [
        Collection::Sites,
        Collection::ConditionReports,
        Collection::Organizations,
    ] {
        let members = properties(collection, Audience::Trusted)
            .into_iter()
            .map(|one| (one.name.to_owned(), Value::from(long.clone())));
        let members: serde_json::Map<_, _> = members.chain([(long.clone(), json!(1))]).collect();
        let collection = collection.to_string();
        create(
            &collection,
            json!({"type": "Feature", "properties": members, "geometry": {"type": long, "coordinates": [1, 2]}}),
        );
        create(
            &collection,
            json!({"type": long, "properties": {}, "geometry": null}),
        );
        create(&collection, json!({ long.clone(): long }));
    }
});

on_each_engine!(a_cursor_of_another_order_is_refused, |app| {
    app.given(a_site());
    app.given(a_site());
    let next = app
        .anonymous()
        .get("/collections/sites/items?limit=1")
        .link("next")
        .unwrap();
    app.anonymous().get(&next).expect(200);
    let answer = app
        .anonymous()
        .get(&format!("{next}&sortby=condition"))
        .expect(400);
    assert!(
        answer.faults()[0].starts_with("cursor: belongs to another order"),
        "{:?}",
        answer.faults()
    );
});

on_each_engine!(an_address_that_is_too_long_is_414, |app| {
    for path in ["/collections/sites/items", "/nothing"] {
        let of = |length: usize| format!("{path}?x={}", "a".repeat(length - path.len() - 3));
        let answer = app.anonymous().get(&of(16_385)).expect(414);
        assert_eq!(answer.json()["code"], "too-long");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_ne!(app.anonymous().get(&of(16_384)).status, 414);
    }
});
