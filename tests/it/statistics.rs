//! `/statistics`: counts that are those of `items`, and that tell nobody of what they may not see.

use serde_json::{Value, json};

use crate::harness::{App, BASE, Client, a_region, a_report, a_site, an_organization};

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn statistics(client: &Client<'_>, asked: &str) -> Value {
    let answer = client.get(&format!("/statistics?{asked}")).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    answer.json()
}

/// Every count of a document that says where what it counts is.
fn counted(at: &Value, found: &mut Vec<(u64, String)>) {
    if let (Some(count), Some(href)) = (at["count"].as_u64(), at["href"].as_str())
        && href.contains("/collections/sites/items")
    {
        found.push((count, href.to_owned()));
    }
    let members = at
        .as_object()
        .into_iter()
        .flat_map(|members| members.values());
    members.for_each(|member| counted(member, found));
    items(at).for_each(|item| counted(item, found));
}

fn table<'a>(body: &'a Value, property: &str) -> &'a Value {
    let found = items(&body["tables"]).find(|table| table["property"] == property);
    found.unwrap()
}

fn line<'a>(table: &'a Value, value: &str) -> &'a Value {
    let found = items(&table["values"]).find(|line| line["value"] == value);
    found.unwrap_or(&Value::Null)
}

over_the_seed!(every_count_is_that_of_the_items_that_it_leads_to, |app| {
    let queries = [
        "",
        "region=soviet-1991-nkao&lang=hy",
        "located=true&bbox=46,39,47,40&site_type=religious_place",
        "filter=condition%20IS%20NOT%20NULL&q=vank",
    ];
    for (client, queries) in [
        (app.anonymous(), &queries[..]),
        (app.admin(), &queries[..1]),
    ] {
        for query in queries {
            let body = statistics(&client, query);
            let hits = |at: &str| {
                let mark = if at.contains('?') { '&' } else { '?' };
                let answer = client
                    .get(&format!("{at}{mark}resultType=hits"))
                    .expect(200);
                answer.json()["numberMatched"].as_u64().unwrap()
            };
            let all = hits(&format!("/collections/sites/items?{query}"));
            assert_eq!(body["sites"], all, "{query}");
            let mut found = Vec::new();
            counted(&body, &mut found);
            assert!(found.len() > 10, "{query}: {found:?}");
            // A few of each table, another few for each question.
            let is_open = |href: &str| href.contains("T_AFTER");
            let placed = found.into_iter().enumerate();
            let some = placed.filter(|(place, (_, href))| {
                (place + query.len()).is_multiple_of(7) || is_open(href)
            });
            for (_, (count, href)) in some {
                assert_eq!(hits(&href), count, "{query}: {href}");
            }
            for table in items(&body["tables"]) {
                let without = table["without"]["count"].as_u64().unwrap();
                let name = table["property"].as_str().unwrap();
                // Of what has one value and no broader ones, the lines are all that there is.
                if !["site_type", "region_codes"].contains(&name) {
                    let counts =
                        items(&table["values"]).map(|line| line["count"].as_u64().unwrap());
                    assert_eq!(counts.sum::<u64>() + without, all, "{query}: {name}");
                }
            }
            for line in items(&body["traditions"]["values"]) {
                for name in ["condition_method", "location_method"] {
                    let counts = items(&line[name]["values"]);
                    let counts: u64 = counts.map(|one| one["count"].as_u64().unwrap()).sum();
                    let without = line[name]["without"].as_u64().unwrap();
                    assert_eq!(counts + without, line["count"].as_u64().unwrap(), "{query}");
                }
            }
        }
    }
});

over_the_seed!(a_concept_counts_those_that_are_narrower_too, |app| {
    let body = statistics(&app.anonymous(), "lang=ru");
    let types = table(&body, "site_type");
    let of = |id: &str| line(types, id)["count"].as_u64().unwrap();
    assert!(of("religious_place") >= of("church") + of("monastery") + of("mosque"));
    assert_eq!(line(types, "church")["broader"], "religious_place");
    assert_eq!(line(types, "church")["label"], "Церковь");
    let traditions = items(&body["traditions"]["values"]);
    let below = traditions.filter(|line| line["broader"] == "religion");
    let ids: Vec<_> = below.map(|line| line["value"].as_str().unwrap()).collect();
    assert!(ids.len() > 3 && ids.is_sorted(), "{ids:?}");
});

/// Two regions side by side, with an organization that looks after a site in the first.
fn a_world(app: &App) -> String {
    app.given(a_region("hist-khachen", 46.5, 40.0));
    let watch = app.given(an_organization("Heritage Watch")).to_string();
    let role = |role: &str| json!({"organization_id": watch, "role": role, "src": ["book"]});
    let tended =
        app.given(a_site().with("organizations", json!([role("custodian"), role("monitor")])));
    let alone = app.given(a_site().at(46.532, 40.0574));
    let listed = app.given(
        a_site()
            .at(46.533, 40.0584)
            .with("organizations", json!([role("listed_by")])),
    );
    for (site, condition, day) in [
        (tended, "poor", "2019-05-02"),
        (alone, "very_bad", "../2022"),
        (listed, "good", "2022-12-31/2023-01-02"),
    ] {
        app.given(
            a_report(site)
                .with("condition", condition)
                .with("observed_on", day),
        );
    }
    watch
}

on_each_engine!(what_is_in_need_is_told_with_who_looks_after_it, |app| {
    let watch = a_world(app);
    let body = statistics(&app.anonymous(), "");
    let needs = &body["needs"];
    assert_eq!(
        (&needs["count"], &needs["of_nobody"]["count"]),
        (&json!(2), &json!(1))
    );
    let region = &needs["regions"][0];
    assert_eq!(
        (
            &region["value"],
            &region["count"],
            &region["of_nobody"]["count"]
        ),
        (&json!("hist-khachen"), &json!(2), &json!(1))
    );
    let organization = &body["organizations"][0];
    assert_eq!(body["organizations"].as_array().unwrap().len(), 1);
    assert_eq!(
        organization["href"],
        format!("{BASE}/collections/organizations/items/{watch}")
    );
    assert_eq!(
        (
            &organization["id"],
            &organization["label"],
            &organization["count"]
        ),
        (&json!(watch), &json!("Heritage Watch"), &json!(1))
    );
    let roles: Vec<_> = items(&organization["roles"])
        .map(|role| {
            (
                role["value"].as_str().unwrap(),
                role["count"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(roles, [("custodian", 1), ("monitor", 1)]);
    assert_eq!(
        organization["regions"],
        json!([{"value": "hist-khachen", "count": 1}])
    );
    // The year is that of the last day that the date may mean.
    let years = table(&body, "condition_observed_on");
    let years: Vec<_> = items(&years["values"])
        .map(|line| {
            (
                line["value"].as_str().unwrap(),
                line["count"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(years, [("2019", 1), ("2022", 1), ("2023", 1)]);
    let page = app
        .anonymous()
        .get("/statistics?f=html&lang=en&q=&condition=poor")
        .expect(200);
    assert!(page.text().contains("1 site is counted"), "{}", page.text());
    assert!(page.text().contains(&watch));
});

on_each_engine!(a_hidden_site_changes_no_count_of_the_public, |app| {
    a_world(app);
    let (public, trusted) = (app.anonymous(), app.admin());
    let before = public.get("/statistics").expect(200);
    assert_eq!(before.header("cache-control"), "public, max-age=60");
    let hidden = app.given(a_site().at(46.5311, 40.0565).restricted());
    app.given(
        a_report(hidden)
            .with("condition", "poor")
            .with("observed_on", "2024-02-03"),
    );
    let after = public.get("/statistics").expect(200);
    assert_eq!(before.text(), after.text());
    for header in ["etag", "last-modified"] {
        assert_eq!(before.header(header), after.header(header), "{header}");
    }
    let seen = trusted.get("/statistics").expect(200);
    assert_eq!(seen.header("cache-control"), "private, no-store");
    let seen = seen.json();
    assert_eq!(
        (&seen["sites"], &seen["needs"]["count"]),
        (&json!(4), &json!(3))
    );
    assert_eq!(
        line(table(&seen, "condition_observed_on"), "2024")["count"],
        1
    );
    let again = public.with("if-none-match", after.header("etag"));
    again.get("/statistics").expect(304);
});

on_each_engine!(statistics_of_a_past_state_are_those_of_its_items, |app| {
    app.clock().set(60);
    app.given(a_site());
    let then = "2026-11-25T01:30:00Z";
    app.clock().set(120);
    app.given(a_site().at(46.532, 40.0574));
    let client = app.anonymous();
    assert_eq!(statistics(&client, "")["sites"], 2);
    let body = statistics(&client, &format!("as_of={then}"));
    assert_eq!(body["sites"], 1);
    let mut found = Vec::new();
    counted(&body, &mut found);
    assert!(!found.is_empty());
    for (count, href) in found {
        assert!(href.contains("as_of="), "{href}");
        let hits = client.get(&format!("{href}&resultType=hits")).expect(200);
        assert_eq!(hits.json()["numberMatched"], count, "{href}");
    }
});

on_each_engine!(every_fault_of_a_request_for_statistics_is_told, |app| {
    for (asked, places) in [
        ("limit=5&nope=2", &["limit", "nope"][..]),
        (
            "sortby=label&crs=x&condition=bad",
            &["condition", "crs", "sortby"],
        ),
        ("region=nowhere&as_of=x", &["as_of", "region"]),
    ] {
        let answer = app
            .anonymous()
            .get(&format!("/statistics?{asked}"))
            .expect(400);
        let body = answer.json();
        let errors = items(&body["errors"]);
        let mut told: Vec<_> = errors
            .map(|error| error["parameter"].as_str().unwrap())
            .collect();
        told.sort_unstable();
        assert_eq!(told, places, "{asked}");
    }
    // What is asked already cannot be asked otherwise beside it.
    let body = statistics(&app.anonymous(), "filter=site_type%3D%27church%27");
    assert_eq!(table(&body, "condition")["without"]["href"], Value::Null);
});
