//! What pages show of records: what their JSON shows, to the same reader, and in words.

use serde_json::json;

use uuid::Uuid;

use super::{BROWSER, browser, safe};
use crate::harness::{Client, a_region, a_report, a_site, an_organization};

on_each_engine!(
    a_hidden_place_is_shown_to_the_public_as_its_cell_alone,
    |app| {
        let site = app.given(
            a_site()
                .at(46.7512, 39.7563)
                .generalised()
                .with("public_label", "A ruin")
                .with("directions", json!([{"text": "By the well", "lang": "en"}])),
        );
        app.given(a_report(site).with("summary", json!([{"text": "Seen by night", "lang": "en"}])));
        let path = format!("/collections/sites/items/{site}?lang=en");
        let public = browser(app).get(&path).expect(200);
        let html = safe(&path, &public);
        assert!(
            html.text.contains("A ruin") && html.text.contains("46.7° to 46.8°"),
            "{}",
            html.text
        );
        let known = app.admin().with("accept", BROWSER).get(&path).expect(200);
        for hidden in ["46.7512", "By the well", "Gandzasar"] {
            assert!(!public.text().contains(hidden), "{hidden}");
            assert!(known.text().contains(hidden), "{hidden}");
        }
        let restricted = app.given(a_site().restricted());
        browser(app)
            .get(&format!("/collections/sites/items/{restricted}"))
            .expect(404);
        let list = browser(app).get("/collections/sites/items").expect(200);
        assert!(!list.text().contains(&restricted.to_string()));
    }
);

/// The small map of a page.
fn map_of(page: &str) -> Option<&str> {
    let start = page.find("<svg class=\"locator\"")?;
    let end = page[start..].find("</svg>")?;
    Some(&page[start..start + end])
}

on_each_engine!(
    the_map_of_a_place_shows_no_more_of_it_than_its_reader_sees,
    |app| {
        let page = |client: Client<'_>, site: Uuid, lang: &str| {
            let path = format!("/collections/sites/items/{site}?lang={lang}");
            let answer = client.with("accept", BROWSER).get(&path).expect(200);
            safe(&path, &answer);
            answer.text().to_owned()
        };
        let exact = app.given(a_site().at(46.7526, 39.76));
        for (lang, name, other) in [("az", "Şuşa", "Շուշի"), ("hy", "Շուշի", "Şuşa")]
        {
            let page = page(app.anonymous(), exact, lang);
            let map = map_of(&page).unwrap();
            let is_said = |name: &str| map.contains(&format!(" lang=\"{lang}\">{name}</text>"));
            assert!(is_said(name) && !is_said(other), "{lang}: {map}");
            assert!(!map.contains("class=\"own"), "it is exact: {map}");
        }

        // Wherever in a cell they are, hidden places have the same map, and it is that of the cell.
        let hidden = [(46.7512, 39.7563), (46.7101, 39.7099)]
            .map(|(lon, lat)| app.given(a_site().at(lon, lat).generalised()));
        let public = hidden.map(|site| page(app.anonymous(), site, "en"));
        let [one, other] = public.each_ref().map(|page| map_of(page).unwrap());
        assert_eq!(one, other);
        assert!(
            one.contains("class=\"own area\"") && !one.contains("<circle"),
            "{one}"
        );
        assert!(public[0].contains("somewhere in the square"));
        let known = hidden.map(|site| page(app.admin(), site, "en"));
        let [one, other] = known.each_ref().map(|page| map_of(page).unwrap());
        assert_ne!(one, other);

        // What is only known to be in a village is somewhere in a circle.
        let near = app.given(
            a_site()
                .at(46.7526, 39.76)
                .with("location_accuracy_m", 2000),
        );
        let near = page(app.anonymous(), near, "en");
        assert!(
            map_of(&near)
                .unwrap()
                .contains("<circle class=\"own area\"")
        );
        assert!(near.contains("somewhere in the circle"));
        let nowhere = app.given(a_site().nowhere());
        assert_eq!(map_of(&page(app.anonymous(), nowhere, "en")), None);
    }
);

on_each_engine!(
    a_condition_is_shown_with_its_date_and_method_and_over_time,
    |app| {
        let site = app.given(a_site());
        for (condition, day) in [("good", "2019-05-02"), ("poor", "2022-03-04")] {
            app.given(
                a_report(site)
                    .with("condition", condition)
                    .with("observed_on", day),
            );
        }
        let path = format!("/collections/sites/items/{site}?lang=fr");
        let html = safe(&path, &browser(app).get(&path).expect(200));
        for said in ["Mauvais", "4 mars 2022", "Bon", "2 mai 2019"] {
            assert!(html.text.contains(said), "{said}: {}", html.text);
        }
        let marks = html.elements.iter().filter(|(name, _)| name == "circle");
        let classes: Vec<_> = marks
            .map(|(_, attributes)| attributes[0].1.as_str())
            .filter(|class| class.starts_with("mark"))
            .collect();
        assert_eq!(classes, ["mark current", "mark"]);
        // Its past says nothing of reports that came later.
        let then = format!("{path}&as_of=2026-11-25T00:00:05Z");
        let answer = browser(app).get(&then);
        if answer.status == 200 {
            assert!(!answer.text().contains("4 mars 2022"));
        }
    }
);

on_each_engine!(
    an_organization_has_the_sites_at_which_it_has_any_role_that_its_reader_is_shown,
    |app| {
        let council = app.given(an_organization("Council of the valley"));
        let other = app.given(an_organization("Another one"));
        let role = |organization: Uuid, role: &str| json!({ "organization_id": organization, "role": role, "src": ["book"] });
        let mut since = role(council, "funder");
        since["from"] = "2019".into();
        let sites = [
            (
                "Church of the roles",
                json!([since, role(council, "custodian"), role(other, "monitor")]),
            ),
            ("Mosque of the list", json!([role(council, "listed_by")])),
            ("Bridge of another", json!([role(other, "custodian")])),
        ];
        let sites = sites.map(|(name, roles)| {
            app.given(a_site().named(name, "en").with("organizations", roles))
        });
        let hidden = a_site()
            .named("Hidden well", "en")
            .generalised()
            .with("organizations", json!([role(council, "researcher")]));
        let released = hidden
            .clone()
            .named("Hidden spring", "en")
            .with("public_fields", json!(["names", "organizations"]));
        let [hidden, released] = [hidden, released].map(|site| app.given(site));

        let path = format!("/collections/organizations/items/{council}?lang=en");
        let after = |text: &str, words: &[&str]| {
            let mut rest = text.split("Sites, by its role there").nth(1).unwrap();
            for word in words {
                let place = rest.find(word);
                assert!(place.is_some(), "{word} is not next: {rest}");
                rest = &rest[place.unwrap() + word.len()..];
            }
        };
        let public = safe(&path, &browser(app).get(&path).expect(200));
        after(
            &public.text,
            &[
                "Custodian",
                "Church of the roles",
                "Researches",
                "Hidden spring",
                "Funds works",
                "Church of the roles",
                "from 2019",
                "Lists it",
                "Mosque of the list",
                "3 records",
            ],
        );
        for other in [
            "Hidden well",
            "Bridge of another",
            "Monitors",
            "Religious user",
        ] {
            assert!(!public.text.contains(other), "{other}: {}", public.text);
        }
        let known = app.admin().with("accept", BROWSER).get(&path).expect(200);
        after(known.text(), &["Researches", "Hidden well", "4 records"]);

        let asked = format!("/collections/sites/items?organization_ids={council}");
        let mut expected = vec![sites[0], sites[1], released];
        expected.sort_unstable();
        assert_eq!(app.anonymous().get(&asked).ids(), expected);
        expected.push(hidden);
        expected.sort_unstable();
        assert_eq!(app.admin().get(&asked).ids(), expected);
        let site = app
            .admin()
            .get(&format!("/collections/sites/items/{hidden}"))
            .json();
        assert!(site["properties"].get("organization_ids").is_none());
    }
);

on_each_engine!(
    of_a_role_at_many_sites_it_is_said_how_many_are_not_listed,
    |app| {
        let council = app.given(an_organization("Council of the valley"));
        let role = json!([{ "organization_id": council, "role": "custodian", "src": ["book"] }]);
        let site = a_site().with("organizations", role);
        for number in 0..52 {
            app.given(site.clone().named(&format!("Chapel {number}"), "en"));
        }
        let path = format!("/collections/organizations/items/{council}");
        for (lang, heading, more) in [
            ("en", "Custodian (52)", "and 2 more sites"),
            ("ru", "(52)", "и ещё 2 объекта"),
        ] {
            let path = format!("{path}?lang={lang}");
            let page = safe(&path, &browser(app).get(&path).expect(200));
            assert_eq!(page.text.matches("Chapel ").count(), 50);
            for said in [heading, more] {
                assert!(page.text.contains(said), "{said}: {}", page.text);
            }
        }
    }
);

on_each_engine!(
    where_photos_are_to_be_expected_it_is_said_where_they_are,
    |app| {
        let site = app.given(a_site());
        let source = json!([{"key": "album", "kind": "web", "title": [{"text": "An album", "lang": "en"}], "url": "https://example.org/album"}]);
        for (method, none_yet, elsewhere) in [
            ("photo_video", true, true),
            ("field_visit", true, false),
            ("satellite_imagery", false, false),
        ] {
            let report = a_report(site)
                .with("method", method)
                .with("sources", source.clone());
            let report = app.given(report);
            let path = format!("/collections/condition-reports/items/{report}?lang=en");
            let html = safe(&path, &browser(app).get(&path).expect(200));
            let has = |text: &str| html.text.contains(text);
            assert_eq!(
                has("The registry keeps no photos yet."),
                none_yet,
                "{method}"
            );
            assert_eq!(has("The sources lead to those"), elsewhere, "{method}");
            assert_eq!(
                html.values("href").contains(&"#sources"),
                elsewhere,
                "{method}"
            );
        }
    }
);

over_the_seed!(a_real_site_reads_well_in_every_language, |app| {
    let gandzasar = "/collections/sites/items/3e9d4065-2149-407c-bf3e-5fd1777320f0";
    for (lang, said) in [
        ("en", ["Gandzasar Monastery", "Monastery", "1216 – 1240"]),
        ("hy", ["Գանձասար", "Վանք", "Հայ առաքելական"]),
        ("az", ["Gəncəsər monastırı", "Monastır", "Erməni apostol"]),
        (
            "ru",
            [
                "Гандзасар",
                "Монастырь",
                "Утверждения здесь противоречат друг другу",
            ],
        ),
        (
            "fr",
            [
                "Gandzasar Monastery",
                "Monastère",
                "Les affirmations se contredisent",
            ],
        ),
    ] {
        let client = browser(app).with("accept-language", lang);
        let html = safe(gandzasar, &client.get(gandzasar).expect(200));
        for said in said {
            assert!(html.text.contains(said), "{lang} {said}: {}", html.text);
        }
        let data: serde_json::Value = serde_json::from_str(&html.data[0]).unwrap();
        assert_eq!(data["@type"], "LandmarksOrHistoricalBuildings");
        assert_eq!(data["geo"]["longitude"], json!(46.530_545));
        assert_eq!(data["alternateName"].as_array().unwrap().len(), 4);
    }
});

on_each_engine!(
    a_page_of_the_past_does_not_list_what_there_is_today,
    |app| {
        let council = app.given(an_organization("A council"));
        let region = app.given(a_region("here", 46.53, 40.05));
        app.clock().moves(3_600_000_000);
        let role = json!({"organization_id": council, "role": "monitor", "src": ["book"]});
        app.given(
            a_site()
                .named("New church", "en")
                .with("organizations", json!([role])),
        );
        for (collection, id) in [("organizations", council), ("regions", region)] {
            let path = format!("/collections/{collection}/items/{id}?lang=en");
            let page = |path: &str| safe(path, &browser(app).get(path).expect(200)).text;
            assert!(page(&path).contains("New church"), "{collection}");
            let past = page(&format!("{path}&as_of=2026-11-25T00:30:00Z"));
            assert!(
                past.contains("as it was") && !past.contains("New church"),
                "{past}"
            );
        }
    }
);

on_each_engine!(
    a_site_warns_of_the_dangers_that_its_reports_tell_of,
    |app| {
        let site = app.given(a_site());
        let report = |day: &str, hazards: &[&str]| {
            let report = a_report(site).with("observed_on", day);
            app.given(report.with("hazards", json!(hazards)))
        };
        report("2021-05-03", &["mine_uxo"]);
        report("2023-05-03", &["mine_uxo", "unstable_structure"]);
        report("2024-05-03", &["none_seen"]);
        let path = format!("/collections/sites/items/{site}?lang=en");
        let html = safe(&path, &browser(app).get(&path).expect(200));
        let told =
            "Hazards: Mines or unexploded ordnance (3 May 2023); Unstable structure (3 May 2023)";
        assert!(html.text.contains(told), "{}", html.text);
        // Of a hidden place, nobody is told what is there.
        let hidden = app.given(a_site().generalised());
        app.given(a_report(hidden).with("hazards", json!(["mine_uxo"])));
        let path = format!("/collections/sites/items/{hidden}?lang=en");
        let html = safe(&path, &browser(app).get(&path).expect(200));
        assert!(!html.text.contains("Mines"), "{}", html.text);
    }
);
