//! What a page of review compares: in the words of the form and of the reader, and never by a colour alone.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::writing::{address, feature, patch, post, read, review};
use crate::harness::{App, People, Visitor, a_report, a_site, an_organization};
use crate::pages::html::Html;
use crate::pages::safe;

const SITES: &str = "/collections/sites/items";

/// The rows of the comparisons of a page, as somebody hears them read.
fn rows(html: &str) -> Vec<String> {
    let tables = html.split("<table class=\"rows compared\">").skip(1);
    let tables = tables.map(|rest| rest.split_once("</table>").unwrap().0);
    let rows = tables.flat_map(|table| table.split("<tr>").skip(2));
    rows.map(|row| {
        let row = row.split_once("</tr>").unwrap().0;
        Html::read(&format!("<!doctype html>\n<p>{row}</p>")).text
    })
    .collect()
}

/// The row of one member.
fn row<'a>(rows: &'a [String], label: &str) -> &'a str {
    let found = rows.iter().find(|row| row.starts_with(label));
    found.unwrap_or_else(|| panic!("{label}: {rows:#?}"))
}

/// A site that was sent back and comes again with other members, by its id.
fn sent_again(app: &App, people: &People, site: Value, change: &Value) -> Uuid {
    let contributor = app.bearer(&people.contributor);
    let answer = post(&contributor, SITES, None, &feature(site)).expect(201);
    let id = answer.json()["id"].as_str().unwrap().parse().unwrap();
    let at = address("sites", id);
    let back = json!({"decision": "sent_back", "reason": "wording", "message": "Say who."});
    review(&app.bearer(&people.reviewer), &at, "*", &back).expect(200);
    let (_, tag) = read(&contributor, &at);
    patch(&contributor, &at, &tag, change).expect(200);
    id
}

on_each_engine!(
    a_comparison_is_in_words_and_tells_what_became_of_each,
    |app| {
        let people = People::of(app);
        let keeper = app.given(an_organization("The Keepers"));
        let site = a_site().with("public_region_code", Value::Null).0;
        let mut names = site["names"].clone();
        names.as_array_mut().unwrap().remove(0);
        names.as_array_mut().unwrap().push(
        json!({"text": "Gandzasar", "lang": "hy", "kind": "transliteration", "transliteration_scheme": "iso-9985", "src": ["visit"]}),
    );
        let mut sources = site["sources"].clone();
        sources.as_array_mut().unwrap().push(
        json!({"key": "visit", "kind": "field_report", "title": [{"text": "A visit", "lang": "en"}]}),
    );
        let change = json!({
            "names": names,
            "site_type": "church",
            "geometry": {"type": "Polygon", "coordinates": [[[46.5, 40.0], [46.6, 40.0], [46.6, 40.1], [46.5, 40.0]]]},
            "location_note": null,
            "current_function": "worship",
            "current_function_on": "2020-10",
            "dating": [{"kind": "construction", "edtf": "1216/1240", "certainty": "certain", "src": ["visit"]}],
            "organizations": [{"organization_id": keeper, "role": "custodian", "src": ["visit"]}],
            "sources": sources,
        });
        let id = sent_again(app, &people, site, &change);
        let mut reviewer = Visitor::signed_in(app, &people.reviewer);
        let at = format!("/desk/review/sites/{id}?lang=en");
        let page = reviewer.get(&at).expect(200);
        safe(&at, &page);
        let told = rows(page.text());
        let names = row(&told, "Names altered");
        for part in [
            "taken away Gəncəsər monastırı · Language: Azerbaijani",
            "added Gandzasar · Language: Armenian · Kind: Transliteration · System of transliteration: iso-9985 · Sources: Source 2",
        ] {
            assert!(names.contains(part), "{part}: {names}");
        }
        assert!(!names.contains("added Гандзасар") && !names.contains("taken away Гандзасар"));
        for (label, parts) in [
            ("Type altered", &["Monastery", "Church"][..]),
            (
                "Position altered",
                &[
                    "Longitude 46.5318°, latitude 40.0573°",
                    "of 4 points: longitude 46.5° to 46.6°, latitude 40° to 40.1°",
                ],
            ),
            (
                "Note on the position taken away",
                &["The point of the guidebook.–"],
            ),
            ("Use now added", &["–Worship"]),
            ("Used so since, or seen on added", &["October 2020"]),
            (
                "Dating altered",
                &["taken away Construction · Date: 1216 – 1238", "Source 2"],
            ),
            ("Organizations added", &["The Keepers · Role: Custodian"]),
            (
                "Sources altered",
                &["added Field report · Title: A visit · Language: English"],
            ),
        ] {
            let row = row(&told, label);
            for part in parts {
                assert!(row.contains(part), "{part}: {row}");
            }
        }
        // Nothing is told by the names and the ids that programs use.
        for row in &told {
            for raw in [
                "site_type",
                "geometry",
                "location_note",
                "custodian_ids",
                &keeper.to_string(),
            ] {
                assert!(!row.contains(raw), "{raw}: {row}");
            }
        }
        let link = format!("&#x2f;collections&#x2f;organizations&#x2f;items&#x2f;{keeper}");
        assert!(page.text().contains(&link), "the name leads to its page");
        let russian = reviewer
            .get(&format!("/desk/review/sites/{id}?lang=ru"))
            .expect(200);
        let told = rows(russian.text());
        assert!(row(&told, "Названия изменено").contains("добавлено Gandzasar"));
    }
);

on_each_engine!(a_twin_is_compared_by_what_only_one_of_both_has, |app| {
    let people = People::of(app);
    app.given(a_site().named("Dadivank", "en").at(46.2881, 40.1614));
    let proposed = a_site()
        .named("Dadivank", "en")
        .at(46.2882, 40.1615)
        .with("location_note", Value::Null)
        .with("current_function", "worship");
    let contributor = app.bearer(&people.contributor);
    let answer = post(&contributor, SITES, None, &feature(proposed.0)).expect(201);
    let at = format!(
        "/desk/review/sites/{}",
        answer.json()["id"].as_str().unwrap()
    );
    let mut reviewer = Visitor::signed_in(app, &people.reviewer);
    let page = reviewer.get(&at).expect(200);
    let told = rows(page.text());
    for label in [
        "Note on the position only the other",
        "Use now only this one",
        "Position different",
    ] {
        row(&told, label);
    }
});

on_each_engine!(a_report_of_the_same_day_is_named_and_not_numbered, |app| {
    let people = People::of(app);
    let site = app.given(a_site());
    let send = || {
        let report = a_report(site).with("access", "exterior").0;
        let contributor = app.bearer(&people.contributor);
        let path = "/collections/condition-reports/items";
        let answer = post(&contributor, path, None, &feature(report)).expect(201);
        answer.json()["id"].as_str().unwrap().to_owned()
    };
    let [first, second] = [send(), send()];
    let at = format!("/desk/review/condition-reports/{second}");
    let mut reviewer = Visitor::signed_in(app, &people.reviewer);
    let page = reviewer.get(&at).expect(200);
    let html = safe(&at, &page);
    let link = format!("/desk/review/condition-reports/{first}");
    assert!(html.values("href").contains(&link.as_str()));
    assert!(!html.text.contains(&first), "{}", html.text);
    assert!(
        html.text.contains("Aragats Foundation submitted"),
        "{}",
        html.text
    );
});
