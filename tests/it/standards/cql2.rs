//! The classes of CQL2 (21-065r2), each a table of filters over the real catalogue and what they find: by label, in the order
//! of ids.

use std::time::Duration;

use actix_web::test::TestRequest;
use heritage_registry::http::State;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::harness::{Answer, App, BASE, a_region, a_site};

/// A filter in text, and the labels of what it finds.
type Row<'a> = (&'a str, &'a [&'a str]);

/// That each filter finds what it should, in both encodings, and its negation nothing of that.
fn finds(app: &App, collection: &str, rows: &[Row<'_>]) {
    for (filter, expected) in rows {
        let tree = heritage_registry::query::cql2::parse_text(filter).unwrap();
        assert_eq!(
            &labels(app, collection, filter, "cql2-text"),
            expected,
            "{filter}"
        );
        let json = tree.to_json().to_string();
        assert_eq!(
            &labels(app, collection, &json, "cql2-json"),
            expected,
            "{json}"
        );
        let of = |filter: &str| labels(app, collection, filter, "cql2-text");
        let not = of(&format!("NOT ({filter})"));
        let both = not
            .iter()
            .filter(|label| expected.contains(&label.as_str()));
        assert_eq!(both.count(), 0, "NOT ({filter})");
        // What is neither true nor false is unknown.
        let unknown = of(&format!("({filter}) IS NULL"));
        let all = of("TRUE").len();
        assert_eq!(expected.len() + not.len() + unknown.len(), all, "{filter}");
    }
}

fn asked(app: &App, collection: &str, filter: &str, lang: &str) -> Answer {
    let filter = utf8_percent_encode(filter, NON_ALPHANUMERIC);
    let asked = format!(
        "/collections/{collection}/items?filter-lang={lang}&lang=en&limit=1000&filter={filter}"
    );
    app.anonymous().get(&asked)
}

fn labels(app: &App, collection: &str, filter: &str, lang: &str) -> Vec<String> {
    let answer = asked(app, collection, filter, lang);
    let features = answer.features();
    // A report has no label: when it observed something says which it is.
    let name = |feature: &Value| {
        let properties = &feature["properties"];
        let name = properties
            .get("label")
            .unwrap_or(&properties["observed_on"]);
        name.as_str().unwrap().to_owned()
    };
    features.iter().map(name).collect()
}

over_the_seed!(cql2_conf_basic_cql2, |app| {
    let rows: &[Row<'_>] = &[
        (
            "site_type = 'bridge' AND condition IS NOT NULL",
            &["Halevor Bridge", "Khudafarin Bridge of 11 arches"],
        ),
        (
            "traditions_disputed = FALSE AND site_type = 'cave'",
            &["Taghlar Cave", "Azokh Cave", "Shusha Cave"],
        ),
        (
            "traditions_disputed AND site_type = 'church' AND earliest_year < 1300",
            &["Vankasar Church"],
        ),
        (
            "condition_observed_on < DATE('2015-01-01')",
            &["Ashaghi Govhar Agha Mosque"],
        ),
        ("published_at < TIMESTAMP('2000-01-01T00:00:00Z')", &[]),
        (
            "condition = 'destroyed' AND NOT (site_type = 'religious_place' OR site_type = 'funerary_place')",
            &["Ծարի դպրոց", "Halevor Bridge", "Չրաղի դպրոց"],
        ),
        (
            "earliest_year >= 1950 AND latest_year <= 1980",
            &[
                "We Are Our Mountains",
                "Shusha State Historical and Architectural Reserve",
            ],
        ),
    ];
    finds(app, "sites", rows);
    finds(
        app,
        "organizations",
        &[("name = 'UNESCO'", &["UNESCO"]), ("FALSE", &[])],
    );
});

over_the_seed!(cql2_conf_advanced_comparison_operators, |app| {
    let rows: &[Row<'_>] = &[
        ("name LIKE 'G_ndzasar%'", &["Gandzasar Monastery"]),
        (
            "name LIKE '%qala%' AND site_type <> 'fortress'",
            &["Гявуркала", "Medieval Beylagan"],
        ),
        (
            "earliest_year BETWEEN 1211 AND 1220",
            &["Gandzasar Monastery"],
        ),
        (
            "earliest_year NOT BETWEEN -2000 AND 2030 AND site_type NOT IN ('cave', 'kurgan')",
            &["Garakopaktepe settlement", "Leylatepe settlement"],
        ),
        (
            "site_type IN ('cave', 'kurgan')",
            &[
                "Khojaly burial field",
                "Jijimli burial mounds",
                "Kurgan (burial mound)",
                "Taghlar Cave",
                "Azokh Cave",
                "Shusha Cave",
            ],
        ),
    ];
    finds(app, "sites", rows);
});

over_the_seed!(cql2_conf_case_insensitive_comparison, |app| {
    let rows: &[Row<'_>] = &[
        (
            "CASEI(name) = CASEI('GANDZASAR monastery')",
            &["Gandzasar Monastery"],
        ),
        ("CASEI(name) LIKE CASEI('ԱԶՈԽ%')", &["Azokh Cave"]),
        (
            "CASEI(name) IN (CASEI('ԴԱԴԻՎԱՆՔ'), CASEI('gandzasar MONASTERY'))",
            &["Gandzasar Monastery", "Dadivank"],
        ),
    ];
    finds(app, "sites", rows);
});

over_the_seed!(cql2_conf_accent_insensitive_comparison, |app| {
    let rows: &[Row<'_>] = &[
        (
            "ACCENTI(name) = ACCENTI('Susa qalası')",
            &["Shusha Fortress"],
        ),
        (
            "ACCENTI(CASEI(name)) LIKE CASEI(ACCENTI('%ŞUŞA Q%'))",
            &["Shusha Fortress"],
        ),
    ];
    finds(app, "sites", rows);
});

over_the_seed!(cql2_conf_basic_spatial_functions, |app| {
    let rows: &[Row<'_>] = &[(
        "S_INTERSECTS(geometry, BBOX(46.6, 39.2, 46.8, 39.4))",
        &[
            "Damirchilar Mausoleum No. 1",
            "Dagh Tumas Mausoleum",
            "Mamar Mosque",
            "Shahri Sharifan settlement",
            "Damirchilar Mausoleum No. 2",
        ],
    )];
    finds(app, "sites", rows);
    finds(
        app,
        "regions",
        &[(
            "S_INTERSECTS(geometry, POINT(46.75 39.76)) AND kind = 'soviet_division'",
            &["Nagorno-Karabakh Autonomous Oblast"],
        )],
    );
});

over_the_seed!(cql2_conf_basic_spatial_functions_plus, |app| {
    let around_shusha: &[&str] = &[
        "Nagorno-Karabakh Autonomous Oblast",
        "Karabakh Economic Region",
        "Area mapped by Natural Earth as Nagorno-Karabakh, 1994–2020",
        "Shusha District",
    ];
    let rows: &[Row<'_>] = &[
        (
            "S_INTERSECTS(geometry, POINT Z (46.75 39.76 1400))",
            around_shusha,
        ),
        (
            "S_INTERSECTS(geometry, LINESTRING(46.75 39.76, 46.751 39.761))",
            around_shusha,
        ),
        (
            "S_INTERSECTS(geometry, MULTIPOINT((46.75 39.76), (46.4 39.2)))",
            around_shusha,
        ),
        (
            "S_INTERSECTS(geometry, MULTILINESTRING((46.75 39.76, 46.751 39.761)))",
            around_shusha,
        ),
        (
            "S_INTERSECTS(geometry, POLYGON((46.75 39.76, 46.751 39.76, 46.75 39.761, 46.75 39.76)))",
            around_shusha,
        ),
        (
            "S_INTERSECTS(geometry, MULTIPOLYGON(((46.75 39.76, 46.751 39.76, 46.75 39.761, 46.75 39.76))))",
            around_shusha,
        ),
        (
            "S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(46.75 39.76), LINESTRING(46.4 39.2, 46.41 39.21)))",
            around_shusha,
        ),
        (
            "S_INTERSECTS(geometry, BBOX(46.75, 39.76, 0, 46.751, 39.761, 2000))",
            around_shusha,
        ),
    ];
    finds(app, "regions", rows);
});

over_the_seed!(cql2_conf_spatial_functions, |app| {
    let rows: &[Row<'_>] = &[
        (
            "S_CONTAINS(geometry, POINT(46.75 39.76)) AND kind = 'soviet_division'",
            &["Nagorno-Karabakh Autonomous Oblast"],
        ),
        (
            "S_CROSSES(LINESTRING(46.75 39.76, 47.2 39.76), geometry)",
            &["Khojavend District", "Khojaly District", "Shusha District"],
        ),
        (
            "S_TOUCHES(geometry, region('az-2021-shusha'))",
            &[
                "East Zangezur Economic Region",
                "Khojavend District",
                "Khojaly District",
                "Lachin District",
            ],
        ),
        (
            "S_EQUALS(region('az-2021-shusha'), geometry)",
            &["Shusha District"],
        ),
        (
            "S_WITHIN(geometry, BBOX(46.5, 39.5, 47.0, 40.0))",
            &["Khankendi", "Shusha District"],
        ),
        (
            "S_OVERLAPS(geometry, BBOX(46.7, 39.7, 46.8, 39.8))",
            &["Khojaly District", "Shusha District"],
        ),
        (
            "S_DISJOINT(geometry, BBOX(45, 38, 48, 40.2))",
            &["Goranboy District"],
        ),
    ];
    finds(app, "regions", rows);
});

over_the_seed!(cql2_conf_temporal_functions, |app| {
    let rows: &[Row<'_>] = &[
        (
            "T_AFTER(valid, DATE('1995-01-01'))",
            &["East Zangezur Economic Region", "Karabakh Economic Region"],
        ),
        (
            "T_BEFORE(valid, TIMESTAMP('1995-01-01T00:00:00Z'))",
            &["Nagorno-Karabakh Autonomous Oblast"],
        ),
        (
            "T_CONTAINS(valid, INTERVAL('1950-01-01', '1960-01-01'))",
            &["Nagorno-Karabakh Autonomous Oblast"],
        ),
    ];
    finds(app, "regions", rows);
    let rows: &[Row<'_>] = &[
        (
            "T_OVERLAPS(observed_on, INTERVAL('2021-01-01', '2021-12-31'))",
            &["2004-11/2021-01", "2004-11-12/2021-01"],
        ),
        (
            "T_OVERLAPPEDBY(INTERVAL('2021-01-01', '2021-12-31'), observed_on)",
            &["2004-11/2021-01", "2004-11-12/2021-01"],
        ),
        (
            "T_STARTS(observed_on, INTERVAL('2021-04-01', '..'))",
            &["2021-04/2023-04"],
        ),
        (
            "T_STARTEDBY(observed_on, INTERVAL('2021-04-01', '2021-05-31'))",
            &["2021-04/2023-04"],
        ),
        (
            "T_MEETS(observed_on, INTERVAL('2020-09-30', '2020-12-31'))",
            &["1980-07/2020-09"],
        ),
        (
            "T_METBY(INTERVAL('2020-09-30', '2020-12-31'), observed_on)",
            &["1980-07/2020-09"],
        ),
        (
            "T_FINISHEDBY(INTERVAL('2000-01-01', '2021-01-31'), observed_on) AND NOT T_INTERSECTS(observed_on, INTERVAL('2021-01-01', '..'))",
            &[],
        ),
        (
            "T_FINISHES(observed_on, INTERVAL('2000-01-01', '2021-01-31')) AND T_INTERSECTS(observed_on, DATE('2020-01-01'))",
            &["2004-11/2021-01", "2004-11-12/2021-01"],
        ),
        (
            "T_DURING(observed_on, INTERVAL('2021-05-01', '2021-05-31')) OR T_EQUALS(observed_on, INTERVAL('2021-05-01', '2021-05-31'))",
            &["2021-05-28", "2021-05", "2021-05-28"],
        ),
        ("T_DISJOINT(observed_on, INTERVAL('..', '2026-01-01'))", &[]),
    ];
    finds(app, "condition-reports", rows);
});

over_the_seed!(cql2_conf_array_functions, |app| {
    let rows: &[Row<'_>] = &[
        (
            "A_CONTAINS(traditions, ('caucasian_albanian', 'islam'))",
            &["Ancient Barda"],
        ),
        (
            "A_CONTAINEDBY(traditions, ('russian', 'eastern_orthodox'))",
            &[
                "Church of the Transfiguration, Kuropatkino",
                "Russian garrison church, Khankendi",
            ],
        ),
        (
            "A_EQUALS(('eastern_orthodox', 'russian'), traditions)",
            &[
                "Church of the Transfiguration, Kuropatkino",
                "Russian garrison church, Khankendi",
            ],
        ),
        (
            "A_OVERLAPS(traditions, ('georgian', 'greek')) AND site_type = 'bridge'",
            &[],
        ),
    ];
    finds(app, "sites", rows);
});

over_the_seed!(cql2_conf_property_property, |app| {
    let rows: &[Row<'_>] = &[
        (
            "earliest_year = latest_year AND earliest_year > 1990",
            &[
                "Church of the Holy Martyrs, Aghavno",
                "St. Nerses the Great Church, Martuni",
                "St. Jacob Church, Stepanakert",
                "Zoravor Holy Mother of God Church, Mekhakavan",
            ],
        ),
        (
            "2010 < latest_year AND latest_year <> earliest_year",
            &[
                "Stepanakert Memorial Complex",
                "Holy Mother of God Cathedral, Stepanakert",
                "Khojaly 1992 memorial",
                "Սղնախի գերեզմանատուն",
            ],
        ),
        ("site_type = current_function", &[]),
    ];
    finds(app, "sites", rows);
});

over_the_seed!(cql2_conf_arithmetic, |app| {
    let rows: &[Row<'_>] = &[
        (
            "latest_year - earliest_year > 1000",
            &[
                "Garakopaktepe settlement",
                "Jraberd Fortress",
                "Taghlar Cave",
                "Azokh Cave",
                "Shusha Cave",
            ],
        ),
        (
            "earliest_year / 100 = 12",
            &[
                "Bri Yeghtsi Monastery",
                "Khudafarin Bridge of 15 arches",
                "Ahmadalilar Mausoleum",
            ],
        ),
        (
            "2 * (earliest_year + 1) ^ 2 = 2 * 1217 ^ 2",
            &["Gandzasar Monastery"],
        ),
        (
            "-earliest_year div 1000 > 1 AND earliest_year % 1000 <> 0",
            &["Garakopaktepe settlement", "Leylatepe settlement"],
        ),
        (
            "earliest_year / 0 = 1 OR earliest_year % 0 = 1 OR earliest_year div 0 = 1",
            &[],
        ),
    ];
    finds(app, "sites", rows);
});

over_the_seed!(cql2_conf_functions, |app| {
    let rows: &[Row<'_>] = &[
        (
            "distance(geometry, POINT(46.7475 39.759)) < 100",
            &["Ghazanchetsots Cathedral"],
        ),
        (
            "S_WITHIN(geometry, buffer(POINT(46.7475 39.759), 100))",
            &["Ghazanchetsots Cathedral"],
        ),
        (
            "lower(name) = 'gandzasar monastery' OR upper(name) = 'DADIVANK'",
            &["Gandzasar Monastery", "Dadivank"],
        ),
        (
            "year(condition_observed_on) = 2025",
            &["Giyasli Mosque", "Yerevan Gate Cemetery, Shushi"],
        ),
        (
            "S_WITHIN(geometry, region('az-2021-khankendi')) AND site_type = 'bridge'",
            &["Mazi Bridge, Stepanakert"],
        ),
    ];
    finds(app, "sites", rows);
});

over_the_seed!(cql2_conf_cql2_text, |app| {
    // Keywords in any case, names in quotation marks, escapes, brackets, and what binds tighter.
    let rows: &[Row<'_>] = &[
        (
            "site_type = 'cave' and not (\"earliest_year\" > 0)",
            &["Taghlar Cave", "Azokh Cave", "Shusha Cave"],
        ),
        (
            "site_type='cave' AND earliest_year>0 OR name='Dadivank'",
            &["Dadivank"],
        ),
        (
            "name = 'Caravanserai of Haji Sayyaf\\'s son'",
            &["Caravanserai of Haji Sayyaf's son"],
        ),
        (
            "name = 'Caravanserai of Haji Sayyaf''s son'",
            &["Caravanserai of Haji Sayyaf's son"],
        ),
    ];
    finds(app, "sites", rows);
    for (filter, fault) in [
        (
            "site_type =",
            "at character 12: expected a value or a name, found the end",
        ),
        ("name = 'Շուշի", "at character 8:"),
        (
            "S_INTERSECTS(geometry, POINT(46.7))",
            "at character 34: expected a number, found `)`",
        ),
    ] {
        let answer = asked(app, "sites", filter, "cql2-text");
        let faults = answer.faults();
        assert_eq!(
            (answer.problem().as_str(), faults.len()),
            ("400 bad-request", 1),
            "{filter}"
        );
        assert!(faults[0].contains(fault), "{}", faults[0]);
    }
});

over_the_seed!(cql2_conf_cql2_json, |app| {
    for (filter, expected) in [
        (
            r#"{"op":"=","args":[{"property":"name"},"Dadivank"]}"#,
            &["Dadivank"][..],
        ),
        (
            r#"{"op":"like","args":[{"op":"casei","args":[{"property":"name"}]},"dadi%"]}"#,
            &["Dadivank"],
        ),
        (
            r#"{"op":"s_within","args":[{"property":"geometry"},{"bbox":[46.5,39.5,47.0,40.0]}]}"#,
            &["Khankendi", "Shusha District"],
        ),
        ("false", &[]),
    ] {
        let collection = if filter.contains("s_within") {
            "regions"
        } else {
            "sites"
        };
        assert_eq!(
            labels(app, collection, filter, "cql2-json"),
            expected,
            "{filter}"
        );
    }
    for (filter, fault) in [
        (
            r#"{"op":"and","args":[true,{"op":"=","args":[{"property":"nope"},1]}]}"#,
            "at /args/1/args/0: \"nope\" is no property",
        ),
        (
            r#"{"op":"=","args":[{"property":"name"}]}"#,
            "at /args: = takes 2, and here are 1",
        ),
        ("{", "it is no JSON that can be read"),
    ] {
        let answer = asked(app, "sites", filter, "cql2-json");
        assert_eq!(answer.problem(), "400 bad-request", "{filter}");
        assert!(answer.faults()[0].contains(fault), "{:?}", answer.faults());
    }
});

over_the_seed!(ogcapi_features_3_conf_filter, |app| {
    // All faults of a filter at once, each at its place.
    let faults = asked(
        app,
        "sites",
        "nope = 1 AND earliest_year = 'x' AND condition = 'gud'",
        "cql2-text",
    )
    .faults();
    let starts = [
        "filter: at character 1: \"nope\" is no property",
        "filter: at character 30: a whole number and a text",
        "filter: at character 50: \"gud\" is not",
    ];
    assert_eq!(faults.len(), starts.len(), "{faults:?}");
    for (fault, start) in faults.iter().zip(starts) {
        assert!(fault.starts_with(start), "{fault}");
    }
    // What is only for the trusted is no property for the public.
    let filter = "public_listing = TRUE";
    assert_eq!(
        asked(app, "sites", filter, "cql2-text").problem(),
        "400 bad-request"
    );
    let trusted = app
        .admin()
        .get("/collections/sites/items?filter=public_listing%20%3D%20TRUE");
    assert_eq!(trusted.status, 200);
    for (parameters, expected) in [
        ("filter-lang=cql2-json", 200),
        ("filter-crs=http://www.opengis.net/def/crs/EPSG/0/4326", 200),
        ("filter-lang=xml", 400),
        (
            "filter-crs=http://www.opengis.net/def/crs/0/unsupported",
            400,
        ),
        ("filter=", 400),
    ] {
        let answer = app
            .anonymous()
            .get(&format!("/collections/sites/items?{parameters}"));
        assert_eq!(answer.status, expected, "{parameters}");
    }
});

over_the_seed!(an_id_in_a_filter_is_the_one_that_a_parameter_takes, |app| {
    let path = "/collections/condition-reports/items?limit=1000";
    let all = app.anonymous().get(path).features();
    for name in ["site_id", "organization_id"] {
        let value = |feature: &Value| feature["properties"][name].as_str().map(str::to_owned);
        let lower = all.iter().find_map(value).unwrap();
        let upper = lower.to_uppercase();
        assert_ne!(lower, upper);
        let parameter = |value: &str| app.anonymous().get(&format!("{path}&{name}={value}"));
        let filter = |filter: &str| asked(app, "condition-reports", filter, "cql2-text");
        let found = parameter(&upper).ids();
        assert!(!found.is_empty());
        for equal in [
            format!("{name} = '{upper}'"),
            format!("'{upper}' = {name}"),
            format!("{name} IN ('00000000-0000-4000-8000-000000000000', '{upper}')"),
        ] {
            assert_eq!(filter(&equal).ids(), found, "{equal}");
        }
        let others = filter(&format!("{name} <> '{upper}'")).ids();
        let with = all.iter().filter(|one| value(one).is_some()).count();
        assert_eq!(others.len(), with - found.len());
        let told = "is not an id: ids look like";
        assert!(parameter("nobody").faults()[0].contains(told));
        for wrong in [
            format!("{name} = 'nobody'"),
            format!("{name} IN ('{lower}', '{{{lower}}}')"),
        ] {
            let answer = filter(&wrong);
            assert_eq!(answer.problem(), "400 bad-request", "{wrong}");
            assert!(answer.faults()[0].contains(told), "{wrong}");
        }
    }
});

over_the_seed!(ogcapi_features_3_conf_features_filter, |app| {
    // With the other parameters of items, all of which hold; and in a CRS whose latitude comes first.
    let filter = "filter=S_INTERSECTS(geometry,BBOX(39.7,46.7,39.8,46.8))&filter-crs=http://www.opengis.net/def/crs/EPSG/0/4326";
    let mosques = app.anonymous().get(&format!(
        "/collections/sites/items?{filter}&site_type=mosque&limit=1000"
    ));
    let plain = app.anonymous().get("/collections/sites/items?located=true&bbox=46.7,39.7,46.8,39.8&site_type=mosque&limit=1000");
    assert_eq!(mosques.ids(), plain.ids());
    assert!(mosques.ids().len() > 3);
    // The pages of an answer keep the filter.
    let first = app
        .anonymous()
        .get(&format!("/collections/sites/items?{filter}&limit=2"));
    assert!(
        first.json()["links"]
            .to_string()
            .contains("filter=S_INTERSECTS")
    );
});

on_each_engine!(all_that_are_shown_as_one_cell_answer_alike, |app| {
    for place in 0..3 {
        app.given(
            a_site()
                .at(46.71 + 0.01 * f64::from(place), 39.75)
                .generalised(),
        );
        app.given(
            a_site()
                .at(46.81 + 0.01 * f64::from(place), 39.75)
                .generalised(),
        );
    }
    let found = |filter: &str| {
        let filter = utf8_percent_encode(filter, NON_ALPHANUMERIC);
        let path = format!("/collections/sites/items?filter={filter}");
        app.anonymous().get(&path).ids().len()
    };
    // It cuts the first cell, and only touches the second.
    let area = "POLYGON((46 39,46.75 39,46.75 39.72,46.8 39.72,46.8 39.78,46 40,46 39))";
    for (operator, expected) in [
        ("S_INTERSECTS", 6),
        ("S_OVERLAPS", 3),
        ("S_TOUCHES", 3),
        ("S_WITHIN", 0),
        ("S_DISJOINT", 0),
    ] {
        assert_eq!(
            found(&format!("{operator}(geometry, {area})")),
            expected,
            "{operator}"
        );
    }
});

on_each_engine!(geometries_that_would_hold_a_thread_are_not_related, |app| {
    app.given(a_region("hist-khachen", 46.5, 40.0));
    let search = |filter: Value| {
        let body = json!({ "filter": filter });
        let request = TestRequest::post().set_json(&body);
        app.anonymous().send(request, "/collections/regions/search")
    };
    let line = |positions: Vec<Value>| json!({"type": "LineString", "coordinates": positions});
    // 600 lines through one place, each of which crosses all others.
    let corner = |n: u32| {
        let angle = f64::from(n) * std::f64::consts::PI * 599.0 / 600.0;
        json!([46.0 + angle.cos(), 39.0 + angle.sin()])
    };
    let star = json!({"op": "buffer", "args": [line((0..600).map(corner).collect()), 9]});
    let within = |area: Value| json!({"op": "s_within", "args": [{"property": "geometry"}, area]});
    let answer = search(within(star)).expect(400);
    let fault = &answer.json()["errors"][0];
    assert_eq!(fault["pointer"], "/filter/args/1");
    let detail = fault["detail"].as_str().unwrap();
    assert!(detail.contains("too much work"), "{detail}");
    // What is long is not much, if nothing of it is near anything else.
    let long = (0..50_000).map(|n| json!([10.0 + f64::from(n) * 1e-4, 20.0]));
    let far = json!({"op": "distance", "args": [{"property": "geometry"}, line(long.collect())]});
    let answer = search(json!({"op": ">", "args": [far, 1_000_000]})).expect(200);
    assert_eq!(answer.features().len(), 1);
});

on_each_engine!(a_filter_that_takes_too_long_is_given_up, |app| {
    app.given(a_site());
    let state = || State {
        longest_search: Duration::ZERO,
        ..app.parts.state(BASE.to_owned())
    };
    // Neither can be answered without looking at values or rows.
    for filter in ["name LIKE '%a%'", "earliest_year < latest_year"] {
        let filter = utf8_percent_encode(filter, NON_ALPHANUMERIC);
        let path = format!("/collections/sites/items?filter={filter}");
        let answer = app.call_with(state(), TestRequest::get().uri(&path));
        assert_eq!(answer.problem(), "503 busy");
        assert_eq!(answer.header("retry-after"), "60");
        app.anonymous().get(&path).expect(200);
    }
});
