//! What happened: `/changes`, the versions of one record, and its differences.

use heritage_registry::domain::{Role, State};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{
    App, Client, a_report, a_site, an_organization, an_unlisted_organization, report_ref, site_ref,
};

const HOUR: i64 = 3_600_000_000;

/// What happened, as it is told: number, collection, id, action.
fn told(client: &Client<'_>, path: &str) -> Vec<(i64, String, String, String)> {
    let page = client.get(path).expect(200).json();
    let changes = page["changes"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    changes
        .map(|one| {
            (
                one["seq"].as_i64().unwrap(),
                text(&one["collection"]),
                text(&one["id"]),
                text(&one["action"]),
            )
        })
        .collect()
}

fn expected(rows: &[(i64, &str, Uuid, &str)]) -> Vec<(i64, String, String, String)> {
    let rows = rows.iter();
    rows.map(|(seq, of, id, action)| (*seq, (*of).to_owned(), id.to_string(), (*action).to_owned()))
        .collect()
}

on_each_engine!(
    the_public_is_told_what_it_saw_by_numbers_of_its_own,
    |app| {
        let site = app.given(a_site());
        let hidden = app.given(a_site().at(46.6, 40.1).restricted());
        app.edit(site, a_site().with("note_internal", "Seen by nobody."));
        app.clock().moves(HOUR);
        let report = app.given(a_report(site));
        app.edit(site, a_site().named("Gandzasar", "en"));
        app.withdraw(report_ref(report));
        let public = app.anonymous();
        assert_eq!(
            told(&public, "/changes"),
            expected(&[
                (1, "sites", site, "created"),
                (2, "condition-reports", report, "removed"),
                (2, "sites", site, "changed"),
                (3, "sites", site, "changed"),
                (4, "condition-reports", report, "removed"),
                (4, "sites", site, "changed"),
            ]),
            "what is withdrawn today is shown in no past state"
        );
        let text = public.get("/changes?f=jsonl").expect(200);
        assert!(!text.text().contains(&hidden.to_string()));
        assert!(!text.text().contains("\"version\""));

        // The trusted are told everything that was ever published.
        let admin = app.admin();
        let all = told(&admin, "/changes?limit=1000");
        let of_hidden: Vec<_> = all
            .iter()
            .filter(|one| one.2 == hidden.to_string())
            .collect();
        assert_eq!(of_hidden.len(), 1);
        assert_eq!(
            all.iter().filter(|one| one.2 == site.to_string()).count(),
            3
        );
    }
);

on_each_engine!(changes_come_in_pages_that_leave_nothing_out, |app| {
    let ngo = app.given(an_organization("Watch"));
    let role = json!([{"organization_id": ngo.to_string(), "role": "monitor", "src": ["book"]}]);
    let sites: Vec<Uuid> = (0..4)
        .map(|place| {
            app.given(
                a_site()
                    .at(46.5 + 0.01 * f64::from(place), 40.0)
                    .with("organizations", role.clone()),
            )
        })
        .collect();
    // One change, by which five records look different.
    unlist(app, ngo);
    let whole = told(&app.anonymous(), "/changes");
    assert_eq!(whole.len(), 1 + sites.len() + 1 + sites.len());
    for limit in [1, 2, 3, 100] {
        let mut all = vec![];
        let mut next = Some(format!("/changes?limit={limit}"));
        while let Some(path) = next {
            let answer = app.anonymous().get(&path).expect(200);
            all.extend(told(&app.anonymous(), &path));
            next = answer
                .link("next")
                .map(|href| href[href.find("/changes").unwrap()..].to_owned());
        }
        assert_eq!(all, whole, "{limit}");
    }
    let last = app.anonymous().get("/changes").json()["last"]
        .as_i64()
        .unwrap();
    assert_eq!(
        told(&app.anonymous(), &format!("/changes?since={last}")),
        []
    );
    let lines = app.anonymous().get("/changes?f=jsonl").expect(200);
    assert_eq!(lines.header("content-type"), "application/jsonl");
    let lines: Vec<Value> = lines
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        json!(lines),
        app.anonymous().get("/changes").json()["changes"]
    );

    let wrong = app
        .anonymous()
        .get("/changes?since=-1&limit=1001&nope=1")
        .expect(400);
    assert_eq!(wrong.faults().len(), 3, "{:?}", wrong.faults());
});

/// Hides an organization from the public.
fn unlist(app: &App, id: Uuid) {
    let record = heritage_registry::domain::Collection::Organizations.record(id);
    let entity = app.parts.store.find(record).unwrap().unwrap();
    let mut document: Value = serde_json::from_str(entity.document.get()).unwrap();
    document["listed"] = false.into();
    app.put_again(record, State::Published, &document);
}

on_each_engine!(each_change_is_told_with_what_the_record_was_then, |app| {
    let site = app.given(a_site());
    app.clock().moves(HOUR);
    app.given(a_report(site).with("condition", "poor"));
    app.clock().moves(HOUR);
    app.edit(site, a_site().named("Gandzasar", "en"));
    let changes = app.anonymous().get("/changes").expect(200).json();
    let of_site: Vec<&Value> = changes["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["collection"] == "sites")
        .collect();
    let shown: Vec<_> = of_site
        .iter()
        .map(|one| {
            (
                &one["feature"]["properties"]["label"],
                &one["feature"]["properties"]["condition"],
            )
        })
        .collect();
    let (long, short, none, poor) = (
        json!("Gandzasar Monastery"),
        json!("Gandzasar"),
        json!(null),
        json!("poor"),
    );
    assert_eq!(shown, [(&long, &none), (&long, &poor), (&short, &poor)]);
    for one in &of_site {
        let at = one["at"].as_str().unwrap();
        let then = app
            .anonymous()
            .get(&format!("/collections/sites/items/{site}?as_of={at}"))
            .expect(200);
        assert_eq!(then.json()["properties"], one["feature"]["properties"]);
    }
    // Of a report the public is told the day.
    let report = changes["changes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["collection"] == "condition-reports");
    assert_eq!(report.unwrap()["at"], "2026-11-25");
});

on_each_engine!(the_versions_of_a_record_say_what_changed, |app| {
    let site = app.given(a_site());
    app.edit(site, a_site().with("note_internal", "Seen by nobody."));
    app.clock().moves(HOUR);
    app.edit(
        site,
        a_site()
            .named("Gandzasar", "en")
            .with("other_types", json!(["cemetery"])),
    );
    app.clock().moves(HOUR);
    app.given(a_report(site));
    let address = format!("/collections/sites/items/{site}/versions");
    let read = |client: &Client<'_>, path: &str| -> Vec<Value> {
        client.get(path).expect(200).json()["versions"]
            .as_array()
            .unwrap()
            .clone()
    };
    let public = read(&app.anonymous(), &address);
    let seen: Vec<_> = public
        .iter()
        .map(|one| (one["seq"].clone(), one["action"].clone()))
        .collect();
    assert_eq!(
        seen,
        [
            (json!(3), json!("changed")),
            (json!(2), json!("changed")),
            (json!(1), json!("created"))
        ]
    );
    assert_eq!(
        public[1]["changed"],
        json!(["label", "names", "other_types"])
    );
    assert!(
        public[0]["changed"]
            .as_array()
            .unwrap()
            .contains(&json!("condition"))
    );
    assert_eq!(public[2].get("changed"), None);
    assert!(public.iter().all(|one| one.get("version").is_none()));
    for one in &public {
        let href = one["links"][0]["href"].as_str().unwrap();
        app.anonymous()
            .get(&href[href.find("/collections").unwrap()..])
            .expect(200);
    }
    let trusted = read(&app.admin(), &address);
    let versions: Vec<_> = trusted.iter().map(|one| one["version"].clone()).collect();
    assert_eq!(versions, [json!(3), json!(2), json!(1)]);
    assert_eq!(
        trusted[1]["changed"],
        json!([]),
        "an internal note is in no view"
    );

    let first = app
        .anonymous()
        .get(&format!("{address}?limit=2"))
        .expect(200);
    let next = first.link("next").unwrap();
    let rest = read(
        &app.anonymous(),
        &next[next.find("/collections").unwrap()..],
    );
    assert_eq!(rest, public[2..]);
    app.edit(site, a_site().restricted());
    app.anonymous().get(&address).expect(410);
    app.anonymous()
        .get(&format!(
            "/collections/sites/items/{}/versions",
            app.new_id()
        ))
        .expect(404);
    app.withdraw(site_ref(site));
    app.bearer(&app.account(Role::Researcher, None))
        .get(&address)
        .expect(410);
});

on_each_engine!(differences_are_those_of_two_instants, |app| {
    app.given(an_unlisted_organization("Watch"));
    let site = app.given(a_site());
    let first = app
        .anonymous()
        .get(&format!("/collections/sites/items/{site}"))
        .json()["properties"]["updated_at"]
        .clone();
    let first = first.as_str().unwrap();
    app.clock().moves(HOUR);
    app.edit(
        site,
        a_site()
            .at(46.54, 40.06)
            .with("other_types", json!(["cemetery"])),
    );
    let address = format!("/collections/sites/items/{site}/differences");
    let found = app
        .anonymous()
        .get(&format!("{address}?from={first}"))
        .expect(200)
        .json();
    assert_eq!(
        found["differences"],
        json!([
            {"property": "geometry", "title": "Geometry", "from": {"type": "Point", "coordinates": [46.5318, 40.0573]}, "to": {"type": "Point", "coordinates": [46.54, 40.06]}},
            {"property": "other_types", "title": "Further types", "from": [], "to": ["cemetery"]},
        ])
    );
    let same = app
        .anonymous()
        .get(&format!("{address}?from={first}&to={first}"))
        .expect(200)
        .json();
    assert_eq!(same["differences"], json!([]));
    let before = app
        .anonymous()
        .get(&format!("{address}?from=2020-01-01T00:00:00Z&to={first}"))
        .expect(200)
        .json();
    assert_eq!(before["was_there"], false);
    app.anonymous()
        .get(&format!("{address}?from={first}&to=2020-01-01T00:00:00Z"))
        .expect(404);
    assert_eq!(app.anonymous().get(&address).expect(400).faults().len(), 1);
    app.edit(site, a_site().restricted());
    app.anonymous()
        .get(&format!("{address}?from={first}"))
        .expect(410);
});

on_each_engine!(versions_come_in_pages_that_leave_nothing_out, |app| {
    let site = app.given(a_site());
    let record = site_ref(site);
    let entity = app.parts.store.find(record).unwrap().unwrap();
    let document: Value = serde_json::from_str(entity.document.get()).unwrap();
    // Of what is done to it while it is withdrawn, nobody is told.
    for state in [
        State::Withdrawn,
        State::Withdrawn,
        State::Withdrawn,
        State::Published,
    ] {
        app.put_again(record, state, &document);
    }
    let researcher = app.account(Role::Researcher, None);
    for client in [app.anonymous(), app.bearer(&researcher)] {
        for limit in [1, 2, 3] {
            let mut actions = vec![];
            let mut next = Some(format!(
                "/collections/sites/items/{site}/versions?limit={limit}"
            ));
            while let Some(path) = next {
                let page = client.get(&path).expect(200);
                let listed = page.json()["versions"].as_array().unwrap().clone();
                actions.extend(listed.into_iter().map(|one| one["action"].clone()));
                next = page.link("next");
            }
            assert_eq!(actions, ["created", "removed", "created"], "{limit}");
        }
    }
});
