//! `/collections/{collection}/items` and `…/items/{id}`: every parameter, over the real catalogue and over small worlds.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{BASE, Site, a_region, a_report, a_site, an_organization};

const SITES: &str = "/collections/sites/items";

fn ids(texts: &[&str]) -> Vec<Uuid> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

over_the_seed!(
    the_sites_in_and_around_shusha_are_given_with_armenian_labels,
    |app| {
        let answer = app
            .anonymous()
            .get("/collections/sites/items?located=true&bbox=46.7,39.7,46.8,39.8&lang=hy");
        let features = answer.features();
        // 39 sites have their point in the box, and the box touches three cells of 0.1 degree that hold no generalised site.
        assert_eq!(
            (features.len(), &answer.json()["numberMatched"]),
            (39, &json!(39))
        );
        let label = |id: &str| {
            let feature = features.iter().find(|feature| feature["id"] == id).unwrap();
            (
                feature["properties"]["label"].clone(),
                feature["properties"]["label_lang"].clone(),
            )
        };
        assert_eq!(
            label("68d9ce5c-2bd4-4acf-86c9-d64167f439ef"),
            (json!("Գոհար Աղայի ստորին մզկիթ"), json!("hy"))
        );
        assert_eq!(
            label("078f84d6-717d-4c21-b0b9-eefb0853a8f3"),
            (json!("Ագուլեցոց Սուրբ Աստվածածին եկեղեցի"), json!("hy"))
        );
        // No Armenian name is recorded of this spring, so its English one is shown.
        assert_eq!(
            label("2d65b936-aafc-45fc-a33b-736d5b5b2802"),
            (json!("Isa Spring"), json!("en"))
        );
        assert_eq!(answer.header("content-language"), "hy");
    }
);

over_the_seed!(
    a_site_is_found_by_each_of_its_names_and_shows_them_in_names_alone,
    |app| {
        for name in [
            "%D4%B3%D5%A1%D5%B6%D5%B1%D5%A1%D5%BD%D5%A1%D6%80",
            "Gandzasar+Monastery",
        ] {
            let answer = app.anonymous().get(&format!("{SITES}?name={name}"));
            let features = answer.features();
            let found: Vec<&Value> = features.iter().map(|feature| &feature["id"]).collect();
            assert_eq!(found, ["3e9d4065-2149-407c-bf3e-5fd1777320f0"], "{name}");
            assert!(features[0]["properties"].get("name").is_none());
        }
        // Composed or not, a letter is the same.
        for name in [
            "A%C4%9Fdam+%C3%87%C3%B6r%C9%99k+muzeyi",
            "Ag%CC%86dam+C%CC%A7o%CC%88r%C9%99k+muzeyi",
        ] {
            let answer = app.anonymous().get(&format!("{SITES}?name={name}"));
            assert_eq!(answer.ids().len(), 1, "{name}");
        }
        let refused = app.anonymous().get(&format!("{SITES}?properties=name"));
        assert_eq!(refused.problem(), "400 bad-request");
    }
);

over_the_seed!(
    destroyed_sites_of_a_region_come_latest_observed_first,
    |app| {
        let asked = "region=az-2021-khojavend&condition=destroyed&sortby=-condition_observed_on";
        let answer = app.anonymous().get(&format!("{SITES}?{asked}"));
        // Two sites whose place is generalised, and are of this region by their cell.
        let on: Vec<_> = answer.column("condition_observed_on");
        assert_eq!(
            on[..3],
            ["2023-10/2024-06", "2023-10/2024-06", "2023-06"].map(|text| json!(text))
        );
        let exact: Vec<Uuid> = answer
            .features()
            .iter()
            .filter(|site| site["properties"]["geometry_kind"] == "as_recorded")
            .map(id_of)
            .collect();
        assert_eq!(
            exact,
            ids(&[
                "5bd145c5-0549-40fd-a49d-35638d4c7fb4", // Halevor bridge, 2023-06
                "e026eb06-dd13-4174-93a1-da9e1e2bc4a3", // St Sargis of Mokhrenes, 2022-03/2022-07
                "86e336b0-7d97-4fb8-be93-7167bc181184", // cemetery of Mets Tagher, 2021
                "e2e68ddb-e315-4163-97b6-0edc0cd8e0dc", // Zoravor of Mekhakavan, 2021-03
            ])
        );
    }
);

over_the_seed!(
    destruction_that_one_party_states_does_not_override_what_was_seen,
    |app| {
        let condition = |id: &str| {
            app.anonymous().get(&format!("{SITES}/{id}")).json()["properties"]["condition"].clone()
        };
        let files: Value =
            serde_json::from_str(include_str!("../../seed/sites/az-2021-shusha.json")).unwrap();
        let id = |key: &str| {
            let site = files
                .as_array()
                .unwrap()
                .iter()
                .find(|site| site["key"] == key)
                .unwrap();
            site["id"].as_str().unwrap().to_owned()
        };
        // "Destroyed, possible" of April 2021 stands beside imagery to January 2021 that shows both unchanged.
        assert_eq!(condition(&id("mamayi-mosque")), "good");
        // A report of an unknown condition of May 2021 is passed over for the visit of October 2020.
        assert_eq!(condition(&id("ghazanchetsots")), "poor");
        assert_eq!(condition(&id("kanach-zham")), "destroyed");
        assert_eq!(condition(&id("saatli-mosque")), "good");
    }
);

over_the_seed!(the_sites_within_five_kilometres_come_nearest_first, |app| {
    let answer = app
        .anonymous()
        .get(&format!("{SITES}?near=46.75,39.76&radius=5000&limit=100"));
    let distances: Vec<f64> = answer
        .column("distance_m")
        .iter()
        .map(|metres| metres.as_f64().unwrap())
        .collect();
    assert!(
        distances.is_sorted() && distances.iter().all(|metres| *metres <= 5000.0),
        "{distances:?}"
    );
    let exact: Vec<_> = answer
        .features()
        .into_iter()
        .filter(|site| site["properties"]["geometry_kind"] == "as_recorded")
        .collect();
    assert_eq!(exact.len(), 39);
    // 26 sites stand on the point of the town, 11.5 m away; among equals the id decides.
    let at_town: Vec<Uuid> = exact[..26].iter().map(id_of).collect();
    assert!(
        distances[..26]
            .iter()
            .all(|metres| (metres - 11.5).abs() < 0.2)
            && at_town.is_sorted()
    );
    let farthest: Vec<Uuid> = exact[36..].iter().map(id_of).collect();
    assert_eq!(
        farthest,
        ids(&[
            "3f074c02-a483-409f-99c2-8754717e5169", // Holy Mother of God of Karintak
            "b170ff36-7bdd-438c-b0de-e0bf817f3749", // Holy Mother of God at Haibali
            "4008118e-08a3-4626-b6f0-11a48272a409", // St Stephen's of Shosh
        ])
    );
});

fn id_of(feature: &Value) -> Uuid {
    feature["id"].as_str().unwrap().parse().unwrap()
}

on_each_engine!(
    a_box_takes_what_touches_it_and_what_has_no_geometry,
    |app| {
        let on_the_edge = app.given(a_site().at(46.8, 39.75));
        let outside = app.given(a_site().at(46.8001, 39.75));
        let nowhere = app.given(a_site().nowhere());
        let asked = |parameters: &str| app.anonymous().get(&format!("{SITES}?{parameters}")).ids();
        let mut expected = [on_the_edge, nowhere];
        expected.sort_unstable();
        assert_eq!(asked("bbox=46.7,39.7,46.8,39.8"), expected);
        assert_eq!(
            asked("bbox=46.7,39.7,46.8,39.8&located=true"),
            [on_the_edge]
        );
        assert_eq!(
            asked("bbox=46.7,39.7,0,46.8,39.8,9000&located=true"),
            [on_the_edge]
        );
        let mut located = [on_the_edge, outside];
        located.sort_unstable();
        assert_eq!(asked("located=true"), located);
    }
);

on_each_engine!(a_box_may_cross_the_antimeridian, |app| {
    let fiji = app.given(a_site().at(179.5, -17.0));
    let chukotka = app.given(a_site().at(-175.0, 66.0));
    app.given(a_site());
    let asked = |bbox: &str| {
        app.anonymous()
            .get(&format!("{SITES}?located=true&bbox={bbox}"))
            .ids()
    };
    assert_eq!(asked("177,-20,-170,-10"), [fiji]);
    assert_eq!(asked("177,65,-170,70"), [chukotka]);
    assert_eq!(asked("-180,85,180,90"), Vec::<Uuid>::new());
});

on_each_engine!(
    datetime_takes_instants_and_intervals_and_what_has_no_time,
    |app| {
        let medieval = app.given(a_site());
        let undated = app.given(a_site().with("dating", json!([])));
        let open = app.given(a_site().with(
            "dating",
            json!([{"kind": "use", "edtf": "1748/..", "src": ["book"]}]),
        ));
        let asked = |datetime: &str| {
            let mut found = app
                .anonymous()
                .get(&format!("{SITES}?datetime={datetime}"))
                .ids();
            found.retain(|id| *id != undated);
            found
        };
        for (datetime, expected) in [
            ("1216-01-01", vec![medieval]),
            ("1215-12-31", vec![]),
            ("1238-12-31T23:59:59.5Z", vec![medieval]),
            ("1239-01-01T00:00:00Z", vec![]),
            ("../1216-01-01", vec![medieval]),
            ("1900-01-01/..", vec![open]),
            ("1200-01-01/P900Y", {
                let mut both = vec![medieval, open];
                both.sort_unstable();
                both
            }),
        ] {
            assert_eq!(asked(datetime), expected, "{datetime}");
        }
        assert!(
            app.anonymous()
                .get(&format!("{SITES}?datetime=1000-01-01"))
                .ids()
                .contains(&undated)
        );
    }
);

on_each_engine!(reports_are_found_by_when_they_were_observed, |app| {
    let site = app.given(a_site());
    let spring = app.given(a_report(site));
    let until = app.given(a_report(site).with("observed_on", "../2022"));
    let asked = |datetime: &str| {
        app.anonymous()
            .get(&format!(
                "/collections/condition-reports/items?datetime={datetime}"
            ))
            .ids()
    };
    assert_eq!(asked("2024-05-03T12:00:00Z"), [spring]);
    assert_eq!(asked("1999-01-01"), [until]);
    assert_eq!(asked("2023-01-01"), Vec::<Uuid>::new());
});

on_each_engine!(
    a_region_holds_what_intersects_it_and_what_was_given_to_it,
    |app| {
        app.given(a_region("hist-khachen", 46.5, 40.0));
        let inside = app.given(a_site());
        let given = app.given(
            a_site()
                .nowhere()
                .with("public_region_code", "hist-khachen"),
        );
        app.given(a_site().at(47.5, 39.2));
        let report = app.given(a_report(inside));
        let mut expected = [inside, given];
        expected.sort_unstable();
        let answer = app.anonymous().get(&format!("{SITES}?region=hist-khachen"));
        assert_eq!(answer.ids(), expected);
        assert_eq!(
            answer.column("region_codes"),
            [json!(["hist-khachen"]), json!(["hist-khachen"])]
        );
        assert_eq!(
            app.anonymous()
                .get("/collections/condition-reports/items?region=hist-khachen")
                .ids(),
            [report]
        );
    }
);

on_each_engine!(a_property_is_asked_for_by_its_name, |app| {
    let site = |kind: &str, name: &str| a_site().with("site_type", kind).named(name, "az");
    let chapel = app.given(site("chapel", "Kapella").with(
        "identifiers",
        json!([{"scheme": "wikidata", "value": "Q42", "match": "exact"}]),
    ));
    let mosque = app.given(site("mosque", "Məscid").with(
        "associations",
        json!([{"tradition": "islam_shia", "role": "user", "claimed_by": "A guidebook", "src": ["book"]},
               {"tradition": "islam_sunni", "role": "user", "src": ["book"]}]),
    ));
    let asked = |parameters: &str| app.anonymous().get(&format!("{SITES}?{parameters}")).ids();
    let mut both = [chapel, mosque];
    both.sort_unstable();
    assert_eq!(asked("site_type=chapel"), [chapel]);
    assert_eq!(
        asked("site_type=church"),
        [chapel],
        "a broader concept holds its narrower ones"
    );
    assert_eq!(asked("site_type=religious_place"), both);
    assert_eq!(
        asked("traditions=islam"),
        [mosque],
        "a list holds a narrower concept"
    );
    assert_eq!(asked("traditions_disputed=true"), [mosque]);
    assert_eq!(asked("wikidata=Q42"), [chapel], "a list holds the value");
    assert_eq!(asked("wikidata=Q4"), Vec::<Uuid>::new());
    assert_eq!(asked("earliest_year=1216&latest_year=1238"), both);
    assert_eq!(asked("period=high_medieval"), both);
    assert_eq!(asked("period=late_medieval"), both);
    assert_eq!(asked("period=early_modern"), Vec::<Uuid>::new());
    assert_eq!(asked("location_accuracy_m=50.0"), both);
    assert_eq!(
        asked("site_type=chapel&traditions=islam"),
        Vec::<Uuid>::new(),
        "filters are joined by and"
    );
});

on_each_engine!(results_are_sorted_with_what_has_no_value_last, |app| {
    let year = |years: &str| {
        a_site().with(
            "dating",
            json!([{"kind": "construction", "edtf": years, "src": ["book"]}]),
        )
    };
    let (young, old, bronze) = (
        app.given(year("1900")),
        app.given(year("1216")),
        app.given(year("-1499~/-0999~")),
    );
    let undated = app.given(a_site().with("dating", json!([])));
    let asked = |sortby: &str| {
        app.anonymous()
            .get(&format!("{SITES}?sortby={sortby}"))
            .ids()
    };
    assert_eq!(asked("earliest_year"), [bronze, old, young, undated]);
    assert_eq!(asked("%2Bearliest_year"), [bronze, old, young, undated]);
    assert_eq!(asked("+earliest_year"), [bronze, old, young, undated]);
    assert_eq!(asked("-earliest_year"), [young, old, bronze, undated]);
    let mut by_type = [young, old, bronze, undated];
    by_type.sort_unstable();
    assert_eq!(asked("site_type"), by_type, "equal values come by id");
    assert_eq!(
        asked("site_type,-earliest_year"),
        [young, old, bronze, undated]
    );
});

on_each_engine!(only_the_properties_asked_for_are_given, |app| {
    app.given(a_site());
    let feature = |parameters: &str| {
        app.anonymous()
            .get(&format!("{SITES}?{parameters}"))
            .features()[0]
            .clone()
    };
    let without = feature("properties=site_type,label");
    assert_eq!(
        without["properties"],
        json!({"label": "Gandzasar Monastery", "site_type": "monastery"})
    );
    assert_eq!(without["geometry"], Value::Null);
    assert_eq!(
        feature("properties=geometry,site_type")["geometry"]["coordinates"],
        json!([46.5318, 40.0573])
    );
});

on_each_engine!(only_the_number_is_given_when_that_is_asked, |app| {
    app.given(a_site());
    app.given(a_site().nowhere());
    let answer = app
        .anonymous()
        .get(&format!("{SITES}?resultType=hits&limit=1"))
        .expect(200)
        .json();
    assert_eq!(answer["features"], json!([]));
    assert_eq!(
        (&answer["numberMatched"], &answer["numberReturned"]),
        (&json!(2), &json!(0))
    );
});

on_each_engine!(
    the_nearest_come_first_measured_to_the_edge_of_an_area,
    |app| {
        let square = json!({"type": "Polygon", "coordinates": [[[46.8, 39.7], [46.9, 39.7], [46.9, 39.8], [46.8, 39.8], [46.8, 39.7]]]});
        let area = app.given(a_site().shaped(square));
        let point = app.given(a_site().at(46.7, 39.75));
        app.given(a_site().nowhere());
        let answer = app.anonymous().get(&format!("{SITES}?near=46.77,39.75"));
        assert_eq!(answer.ids(), [area, point]);
        // 0.03° and 0.07° of longitude at 39.75° N: 2571.1 m and 5999.3 m on WGS 84.
        assert_eq!(answer.column("distance_m"), [json!(2571.1), json!(5999.3)]);
        assert_eq!(
            app.anonymous()
                .get(&format!("{SITES}?near=46.77,39.75&radius=2572"))
                .ids(),
            [area]
        );
        assert_eq!(
            app.anonymous()
                .get(&format!("{SITES}?near=46.85,39.75&radius=1"))
                .column("distance_m"),
            [json!(0.0)]
        );
    }
);

on_each_engine!(
    a_page_is_a_feature_collection_with_its_headers_and_links,
    |app| {
        app.given(a_site());
        let answer = app
            .anonymous()
            .get(&format!("{SITES}?limit=1&lang=az"))
            .expect(200);
        assert_eq!(answer.header("content-type"), "application/geo+json");
        assert_eq!(
            answer.header("content-crs"),
            "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
        );
        assert_eq!(answer.header("content-language"), "az");
        assert_eq!(
            answer.header("vary"),
            "Accept, Accept-Language, Accept-Encoding, Authorization, Cookie"
        );
        assert_eq!(answer.header("cache-control"), "public, max-age=60");
        assert_eq!(
            app.admin().get(SITES).header("cache-control"),
            "private, no-store"
        );
        let json = answer.json();
        assert_eq!(json["type"], "FeatureCollection");
        assert_eq!(
            (&json["numberMatched"], &json["numberReturned"]),
            (&json!(1), &json!(1))
        );
        assert!(
            json["timeStamp"]
                .as_str()
                .unwrap()
                .starts_with("2026-11-25T"),
            "{}",
            json["timeStamp"]
        );
        assert_eq!(
            answer.link("self").unwrap(),
            format!("{BASE}{SITES}?limit=1&lang=az")
        );
        assert_eq!(
            answer.link("alternate").unwrap(),
            format!("{BASE}{SITES}?limit=1&lang=az&f=json")
        );
        assert_eq!(
            answer.link("collection").unwrap(),
            format!("{BASE}/collections/sites")
        );
        assert_eq!((answer.link("next"), answer.link("prev")), (None, None));
        let feature = &json["features"][0];
        let members: Vec<_> = feature
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(members, ["geometry", "id", "properties", "type"]);
        assert_eq!(feature["properties"]["label"], "Gəncəsər monastırı");
    }
);

on_each_engine!(one_feature_is_given_with_its_links, |app| {
    let id = app.given(a_site());
    let answer = app.anonymous().get(&format!("{SITES}/{id}")).expect(200);
    assert_eq!(answer.header("content-type"), "application/geo+json");
    assert_eq!(
        answer.header("content-crs"),
        "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    );
    assert_eq!(answer.json()["id"], id.to_string());
    assert_eq!(answer.link("self").unwrap(), format!("{BASE}{SITES}/{id}"));
    assert_eq!(
        answer.link("collection").unwrap(),
        format!("{BASE}/collections/sites")
    );
    let upper = id.to_string().to_uppercase();
    assert_eq!(
        app.anonymous().get(&format!("{SITES}/{upper}")).json()["id"],
        id.to_string()
    );
});

on_each_engine!(every_collection_gives_its_items, |app| {
    let site = app.given(a_site());
    app.given(a_report(site));
    app.given(a_region("hist-khachen", 46.5, 40.0));
    app.given(an_organization("Blue Shield"));
    for collection in ["sites", "condition-reports", "regions", "organizations"] {
        let answer = app
            .anonymous()
            .get(&format!("/collections/{collection}/items"));
        assert_eq!(answer.ids().len(), 1, "{collection}");
        let id = answer.ids()[0];
        assert_eq!(
            app.anonymous()
                .get(&format!("/collections/{collection}/items/{id}"))
                .expect(200)
                .json()["id"],
            id.to_string()
        );
    }
});

on_each_engine!(names_are_listed_in_the_readers_order, |app| {
    app.given(a_site());
    let langs = |lang: &str| {
        let answer = app.anonymous().get(&format!("{SITES}?lang={lang}"));
        let names = answer.column("names")[0].clone();
        names
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name["lang"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(langs("ru")[..2], ["ru", "en"]);
    assert_eq!(langs("hy,az")[..3], ["hy", "az", "en"]);
    let accepted = app
        .anonymous()
        .with("accept-language", "az, hy;q=0.4")
        .get(SITES);
    assert_eq!(accepted.column("label"), [json!("Gəncəsər monastırı")]);
});

on_each_engine!(
    the_condition_of_a_site_is_that_of_its_current_report,
    |app| {
        let site = app.given(a_site());
        let condition = || {
            let feature = app.anonymous().get(&format!("{SITES}/{site}")).json();
            let properties = &feature["properties"];
            (
                properties["condition"].clone(),
                properties["condition_report_id"].clone(),
                properties["report_count"].clone(),
            )
        };
        assert_eq!(condition(), (Value::Null, Value::Null, json!(0)));
        let visit = app.given(a_report(site));
        assert_eq!(
            condition(),
            (json!("fair"), json!(visit.to_string()), json!(1))
        );
        app.given(
            a_report(site)
                .with("observed_on", "1977")
                .with("condition", "good"),
        );
        assert_eq!(
            condition(),
            (json!("fair"), json!(visit.to_string()), json!(2)),
            "an old photograph does not override a visit"
        );
        app.given(
            a_report(site)
                .with("observed_on", "2025-01-01")
                .with("condition", "destroyed")
                .with("confidence", "possible"),
        );
        assert_eq!(
            condition().0,
            "fair",
            "one bare statement does not mark a site as destroyed"
        );
        let organization = app.given(an_organization("Blue Shield")).to_string();
        let second = a_report(site)
            .with("observed_on", "2025-01-02")
            .with("condition", "destroyed")
            .with("confidence", "possible");
        let second = app.given(second.with("organization_id", organization));
        assert_eq!(condition().0, "destroyed", "two organizations do");
        app.withdraw(crate::harness::report_ref(second));
        assert_eq!(condition().0, "fair");
    }
);

on_each_engine!(a_site_is_followed_from_its_edit_on, |app| {
    let id = app.given(a_site());
    let renamed: Site = a_site().named("Xaçın monastırı", "az");
    app.edit(id, renamed);
    assert_eq!(
        app.anonymous().get(&format!("{SITES}/{id}")).json()["properties"]["label"],
        "Xaçın monastırı"
    );
});

on_each_engine!(a_page_begins_at_an_offset, |app| {
    let mut all: Vec<_> = (0..7).map(|_| app.given(a_site())).collect();
    all.sort_unstable();
    let get = |asked: &str| app.anonymous().get(asked).expect(200);
    let items = "/collections/sites/items";
    for (offset, limit) in [(0, 3), (3, 3), (6, 3), (4, 3), (7, 3), (9, 3), (10_000, 1)] {
        let page = get(&format!("{items}?offset={offset}&limit={limit}"));
        let from = offset.min(all.len());
        let to = (from + limit).min(all.len());
        assert_eq!(page.ids(), all[from..to], "{offset}");
        assert_eq!(page.json()["numberMatched"], 7);
        let (next, prev) = (page.link("next"), page.link("prev"));
        assert_eq!(next.is_some(), to < 7, "{offset}");
        assert_eq!(prev.is_some(), from > 0 && from < 7, "{offset}");
        if let Some(next) = next {
            assert!(
                next.contains("cursor=") && !next.contains("offset="),
                "{next}"
            );
            let more = get(&next).ids();
            assert_eq!(more, all[to..(to + limit).min(7)], "{offset}");
        }
        if let Some(prev) = prev {
            assert!(!prev.contains("offset="), "{prev}");
            assert_eq!(get(&prev).ids(), all[from.saturating_sub(limit)..from]);
        }
    }
    let next = get(&format!("{items}?limit=2")).link("next").unwrap();
    let both = app.anonymous().get(&format!("{next}&offset=2")).expect(400);
    let faults = both.faults();
    assert!(
        faults[0].starts_with("cursor: ") && faults[1].starts_with("offset: "),
        "{faults:#?}"
    );
});
