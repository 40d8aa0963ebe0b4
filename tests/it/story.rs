//! From a phone to the catalogue: two organizations, a report, a decision, a correction, a double.

use heritage_registry::domain::Role;
use serde_json::json;

use crate::harness::writing::{feature, patch, post, read, review};
use crate::harness::{a_report, a_site, an_organization};

on_each_engine!(a_report_and_a_site_on_their_way_into_the_catalogue, |app| {
    let [aragats, blue_shield] =
        ["Aragats Foundation", "Blue Shield"].map(|name| app.given(an_organization(name)));
    let [anna, her_reviewer] =
        [Role::Contributor, Role::Reviewer].map(|role| app.member(aragats, role));
    let reviewer = app.member(blue_shield, Role::Reviewer);
    let (anna, her_reviewer) = (app.bearer(&anna), app.bearer(&her_reviewer));
    let (reviewer, public) = (app.bearer(&reviewer), app.anonymous());
    let site = app.given(a_site().named("Gəncəsər monastırı", "az"));
    let site = format!("/collections/sites/items/{site}");
    assert_eq!(
        public.get(&site).json()["properties"]["condition"],
        json!(null)
    );

    // She submits a report on a site that everybody can see.
    let report = a_report(site.rsplit('/').next().unwrap().parse().unwrap())
        .with("access", "exterior")
        .with("priority", "emergency");
    let sent = post(
        &anna,
        "/collections/condition-reports/items",
        Some("phone-1"),
        &feature(report.0),
    );
    let sent = sent.expect(201);
    let (report, tag) = (
        sent.header("location").to_owned(),
        sent.header("etag").to_owned(),
    );
    let properties = &sent.json()["properties"];
    assert_eq!(properties["status"], "submitted");
    assert_eq!(properties["organization_id"], json!(aragats));
    assert_eq!(properties["receipt"].as_str().unwrap().len(), 11);
    assert_eq!(public.get(&report).problem(), "404 not-found");

    // A reviewer of her own organization may claim it, and not publish it.
    review(
        &her_reviewer,
        &report,
        &tag,
        &json!({"decision": "in_review"}),
    )
    .expect(200);
    let (_, tag) = read(&her_reviewer, &report);
    let published = json!({"decision": "published"});
    let refused = review(&her_reviewer, &report, &tag, &published);
    assert_eq!(refused.problem(), "403 not-allowed");
    assert!(
        refused.text().contains("your own organization"),
        "{}",
        refused.text()
    );

    // One of the other sends it back with a message; she reads it, corrects, and it waits again under its id.
    let back = json!({"decision": "sent_back", "reason": "date_missing", "message": "Which year?"});
    review(&reviewer, &report, &tag, &back).expect(200);
    let (shown, tag) = read(&anna, &report);
    assert_eq!(shown["properties"]["status"], "sent_back");
    assert_eq!(shown["properties"]["review"]["message"], "Which year?");
    let again = patch(&anna, &report, &tag, &json!({"observed_on": "2025-05-03"})).expect(200);
    assert_eq!(again.json()["properties"]["status"], "submitted");
    assert_eq!(again.header("content-location"), report);

    // It is published, and the condition of the site follows.
    let (_, tag) = read(&reviewer, &report);
    review(&reviewer, &report, &tag, &json!({"decision": "in_review"})).expect(200);
    let (_, tag) = read(&reviewer, &report);
    review(&reviewer, &report, &tag, &published).expect(200);
    assert_eq!(
        public.get(&report).expect(200).json()["properties"]["observed_on"],
        "2025-05-03"
    );
    let after = public.get(&site).json();
    assert_eq!(after["properties"]["condition"], "fair");
    assert_eq!(after["properties"]["condition_observed_on"], "2025-05-03");

    // Her organization sees what became of it.
    let submissions = anna.get("/submissions").expect(200);
    let own = &submissions.json()["submissions"][0];
    assert_eq!(
        (&own["status"], &own["receipt"]),
        (&json!("published"), &properties["receipt"])
    );

    // She proposes a site that stands there already, under its name in another script.
    let proposed = a_site().named("Գանձասար", "hy").at(46.5400, 40.0640);
    let sent = post(
        &anna,
        "/collections/sites/items",
        None,
        &feature(proposed.0),
    )
    .expect(201);
    let double = sent.header("location").to_owned();
    let listed = &sent.json()["duplicates"];
    assert!(
        site.ends_with(listed[0]["id"].as_str().unwrap()),
        "{listed}"
    );
    assert_eq!(listed[0]["because"], json!(["name"]));
    assert_eq!(listed.as_array().unwrap().len(), 1);

    // The reviewer sees it too, with where the two differ, and merges them.
    let queue = reviewer.get("/queue").expect(200);
    let waiting = queue.json();
    assert_eq!(waiting["numberMatched"], 1);
    let waits = &waiting["waiting"][0];
    assert!(double.ends_with(waits["id"].as_str().unwrap()));
    let differences = waits["duplicates"][0]["differences"].as_array().unwrap();
    let names = differences
        .iter()
        .find(|one| one["property"] == "names")
        .unwrap();
    assert_eq!(names["before"][0]["text"], "Gəncəsər monastırı");
    assert_eq!(names["after"][0]["text"], "Գանձասար");
    let (_, tag) = read(&reviewer, &double);
    let merge = json!({"decision": "merged", "into": listed[0]["id"]});
    review(&reviewer, &double, &tag, &merge).expect(200);

    // The old address leads to the site, which has both names now.
    for client in [&anna, &reviewer] {
        let moved = client.get(&double).expect(301);
        assert!(moved.header("location").ends_with(&site));
    }
    let names = public.get(&site).expect(200).json()["properties"]["names"].clone();
    let mut texts: Vec<&str> = names
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name["text"].as_str().unwrap())
        .collect();
    texts.sort_unstable();
    assert_eq!(texts, ["Gəncəsər monastırı", "Գանձասար"]);
});
