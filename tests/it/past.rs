//! The past: what there was, shown with the permissions of its day or of today, whichever are stricter.

use std::sync::Arc;

use heritage_registry::catalogue::Snapshot;
use heritage_registry::domain::{Audience, Collection, Day, Instant, Role, State};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{
    App, a_region, a_report, a_site, an_organization, everything, report_ref, site_ref,
};

const SITES: &str = "/collections/sites/items";
const BOTH: [Audience; 2] = [Audience::Public, Audience::Trusted];

/// The instant of the last change.
fn now(app: &App) -> Instant {
    let end = app.parts.store.last_seq().unwrap();
    let before = heritage_registry::domain::Seq(end.0 - 1);
    app.parts.store.changes(before, 1).unwrap()[0].at
}

fn past(app: &App, at: Instant, audience: Audience) -> Arc<Snapshot> {
    let registry = &app.parts.registry;
    let moment = registry.moment(audience, at).unwrap().unwrap();
    registry.snapshot_at(moment.seq, audience).unwrap()
}

fn at(path: &str, instant: Instant) -> String {
    let sign = if path.contains('?') { '&' } else { '?' };
    format!("{path}{sign}as_of={instant}")
}

/// One thing that happens.
type Step<'a> = Box<dyn Fn(&App) + 'a>;

/// What happens to a small catalogue, one step after the other; nothing of it hides what was shown before.
fn history(app: &App) -> Vec<Step<'_>> {
    let [site, hidden, other] = [(); 3].map(|()| app.new_id());
    let [first, second] = [(); 2].map(|()| app.new_id());
    let (ngo, region) = (app.new_id(), app.new_id());
    let near = |lon: f64| a_site().at(lon, 39.7512).generalised();
    vec![
        Box::new(move |app| app.import_as(site, a_site())),
        Box::new(move |app| app.import_as(hidden, near(46.7563))),
        Box::new(move |app| app.import_as(region, a_region("hist-khachen", 46.5, 40.0))),
        Box::new(move |app| app.import_as(ngo, an_organization("Watch"))),
        Box::new(move |app| app.import_as(first, a_report(site))),
        // A hidden edit: within its cell.
        Box::new(move |app| app.edit(hidden, near(46.7601))),
        Box::new(move |app| {
            app.import_as(
                second,
                a_report(site)
                    .with("observed_on", "2025-06-01")
                    .with("condition", "poor"),
            );
        }),
        Box::new(move |app| app.edit(site, a_site().named("Gandzasar", "en").at(46.54, 40.06))),
        Box::new(move |app| {
            let role =
                json!([{"organization_id": ngo.to_string(), "role": "monitor", "src": ["book"]}]);
            let related = json!([{"kind": "see_also", "site_id": site.to_string()}]);
            app.import_as(
                other,
                a_site()
                    .at(46.6, 40.1)
                    .with("organizations", role)
                    .with("relations", related),
            );
        }),
        // Far out of its cell.
        Box::new(move |app| app.edit(hidden, near(46.9512))),
        Box::new(move |app| {
            app.given(a_report(other).with("observed_on", "2023"));
        }),
    ]
}

on_each_engine!(what_there_was_is_shown_as_it_was_shown_then, |app| {
    let mut then: Vec<(Instant, [String; 2])> = vec![];
    for step in history(app) {
        step(app);
        let shown = BOTH.map(|audience| everything(&app.parts.catalogue.snapshot(audience)));
        then.push((now(app), shown));
        app.clock().moves(3_600_000_000);
    }
    for (instant, shown) in &then {
        for (audience, shown) in BOTH.iter().zip(shown) {
            let past = everything(&past(app, *instant, *audience));
            assert_eq!(&past, shown, "{audience:?} at {instant}");
        }
    }
    // The same over HTTP, one feature at a time and all together, with every parameter.
    let last = then[then.len() - 1].0;
    let researcher = app.account(Role::Researcher, None);
    for client in [app.anonymous(), app.bearer(&researcher)] {
        let found = client.get(&at(SITES, last)).expect(200);
        assert_eq!(found.features(), client.get(SITES).features());
        for (instant, _) in &then {
            let page = client.get(&at(
                &format!("{SITES}?sortby=-latest_year&limit=2"),
                *instant,
            ));
            for feature in page.expect(200).features() {
                let id = feature["id"].as_str().unwrap();
                let mut one = client.get(&at(&format!("{SITES}/{id}"), *instant)).json();
                one.as_object_mut().unwrap().remove("links");
                assert_eq!(one, feature, "{instant}");
            }
        }
    }
});

on_each_engine!(an_instant_shows_what_was_recorded_at_it_and_before, |app| {
    let site = app.given(a_site());
    let first = now(app);
    app.clock().moves(3_600_000_000);
    app.edit(site, a_site().named("Gandzasar", "en"));
    let second = now(app);
    let address = format!("{SITES}/{site}");
    let label = |instant: Instant| {
        let feature = app
            .anonymous()
            .get(&at(&address, instant))
            .expect(200)
            .json();
        feature["properties"]["label"].clone()
    };
    assert_eq!(label(first), "Gandzasar Monastery");
    assert_eq!(label(second), "Gandzasar");
    let just_before = Instant::of_micros(second.micros() - 1).unwrap();
    assert_eq!(label(just_before), "Gandzasar Monastery");
    assert_eq!(label(second.days_after(1000)), "Gandzasar");

    let before = Instant::of_micros(first.micros() - 1).unwrap();
    assert!(
        app.anonymous()
            .get(&at(&address, before))
            .expect(404)
            .problem()
            .contains("not-found")
    );
    let nothing = app.anonymous().get(&at(SITES, before)).expect(200).json();
    assert_eq!(
        (&nothing["numberMatched"], &nothing["features"]),
        (&json!(0), &json!([]))
    );

    let answer = app.anonymous().get(&at(&address, first)).expect(200);
    let itself = answer.link("self").unwrap();
    assert!(
        itself.ends_with(&format!("/{site}?as_of={first}")),
        "{itself}"
    );
    let on = |day: Day| {
        let path = format!("{SITES}?as_of={day}");
        app.anonymous().get(&path).expect(200).json()["numberMatched"].clone()
    };
    assert_eq!(on(first.day()), 1, "a day is until its end");
    assert_eq!(on(first.days_before(1).day()), 0);
    // With an administrator's token too it is good for no change.
    let tag = app.admin().get(&at(&address, first)).expect(200);
    assert!(
        !tag.header("etag").contains("v1."),
        "{}",
        tag.header("etag")
    );
    let wrong = app
        .anonymous()
        .get(&format!("{SITES}?as_of=2026-11-25T12&limit=0"))
        .expect(400);
    let faults = wrong.faults();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(
        faults
            .iter()
            .any(|fault| fault.contains("as_of") && fault.contains("2026-03-01T12:00:00Z"))
    );
    assert_eq!(
        app.anonymous()
            .get(&format!("{address}?as_of=yesterday"))
            .expect(400)
            .faults()
            .len(),
        1
    );
});

/// A feature of the past, as the public sees it.
fn then(app: &App, path: &str, instant: Instant) -> Value {
    app.anonymous().get(&at(path, instant)).expect(200).json()
}

on_each_engine!(
    an_edit_that_the_public_cannot_see_makes_no_past_for_it,
    |app| {
        let site = app.given(a_site());
        let seen = now(app);
        app.clock().moves(3_600_000_000);
        app.edit(site, a_site().with("note_internal", "Seen by nobody."));
        let moment = |audience| app.parts.registry.moment(audience, seen).unwrap().unwrap();
        assert!(moment(Audience::Public).is_now);
        assert!(!moment(Audience::Trusted).is_now);
    }
);

on_each_engine!(who_hides_a_place_today_hides_it_in_the_past, |app| {
    let (generalised, restricted, unlisted) = (
        app.given(a_site().at(46.7512, 39.7563)),
        app.given(a_site().at(46.7612, 39.7563)),
        app.given(a_site().at(46.7712, 39.7563)),
    );
    let report = app.given(a_report(generalised));
    let yesterday = now(app);
    app.clock().moves(86_400_000_000);
    app.edit(
        generalised,
        a_site()
            .at(46.7512, 39.7563)
            .generalised()
            .with("public_fields", json!(["descriptions"])),
    );
    app.edit(
        restricted,
        a_site().restricted().with("public_listing", true),
    );
    app.edit(unlisted, a_site().restricted());

    let site = then(app, &format!("{SITES}/{generalised}"), yesterday);
    let properties = &site["properties"];
    assert_eq!(
        site["geometry"]["coordinates"][0][0],
        json!([46.7, 39.7]),
        "the cell"
    );
    assert_eq!(properties["location_sensitivity"], "generalised");
    assert_eq!(
        properties["descriptions"].as_array().unwrap().len(),
        1,
        "as released today"
    );
    assert_eq!(
        (&properties["label"], &properties["names"]),
        (&json!("Monastery"), &Value::Null)
    );
    let of_report = then(
        app,
        &format!("/collections/condition-reports/items/{report}"),
        yesterday,
    );
    assert_eq!(of_report["geometry"], site["geometry"]);
    assert_eq!(of_report["properties"]["summary"], Value::Null);

    app.edit(
        restricted,
        a_site()
            .restricted()
            .with("public_listing", true)
            .with("public_label", "A ruin"),
    );
    let label = |site: &Value| site["properties"]["label"].clone();
    assert_eq!(
        label(&then(app, &format!("{SITES}/{restricted}"), yesterday)),
        "A ruin"
    );
    app.edit(
        restricted,
        a_site().restricted().with("public_listing", true),
    );
    let site = then(app, &format!("{SITES}/{restricted}"), yesterday);
    assert_eq!(label(&site), "Monastery", "as it is called today");
    assert_eq!(
        (&site["geometry"], &site["properties"]["names"]),
        (&Value::Null, &Value::Null)
    );
    app.anonymous()
        .get(&at(&format!("{SITES}/{unlisted}"), yesterday))
        .expect(410);

    let all = then(app, &format!("{SITES}?limit=10"), yesterday);
    assert_eq!(all["numberMatched"], 2);
    assert!(!all.to_string().contains("46.75"), "{all}");
    let exact = "/collections/sites/items?bbox=46.7511,39.7562,46.7513,39.7564&located=true";
    assert_eq!(
        then(app, exact, yesterday)["numberMatched"],
        1,
        "the cell, not the place"
    );

    let trusted = app
        .admin()
        .get(&at(&format!("{SITES}/{unlisted}"), yesterday))
        .expect(200)
        .json();
    assert_eq!(
        trusted["geometry"]["coordinates"],
        json!([46.7712, 39.7563])
    );
    assert_eq!(
        trusted["properties"]["location_sensitivity"], "exact",
        "as it was"
    );
});

on_each_engine!(what_was_hidden_in_its_day_stays_hidden_in_the_past, |app| {
    let site = app.given(
        a_site()
            .at(46.7512, 39.7563)
            .generalised()
            .with("public_label", "A ruin"),
    );
    let hidden = now(app);
    app.clock().moves(3_600_000_000);
    app.edit(site, a_site().at(46.7512, 39.7563));
    let open = now(app);
    app.clock().moves(3_600_000_000);
    app.edit(
        site,
        a_site()
            .at(46.7512, 39.7563)
            .with("other_types", json!(["cemetery"])),
    );
    let address = format!("{SITES}/{site}");
    let today = app.anonymous().get(&address).json();
    assert_eq!(
        today["geometry"]["type"], "Point",
        "today everybody may know"
    );
    let site = then(app, &address, hidden);
    assert_eq!(
        (&site["geometry"]["type"], &site["properties"]["label"]),
        (&json!("Polygon"), &json!("A ruin"))
    );
    // The strictest that it ever was counts.
    let site = then(app, &address, open);
    assert_eq!(
        (&site["geometry"]["type"], &site["properties"]["names"]),
        (&json!("Polygon"), &Value::Null)
    );
});

on_each_engine!(
    what_is_withdrawn_or_unlisted_today_is_in_no_past_state,
    |app| {
        let ngo = app.given(an_organization("Watch"));
        let role =
            json!([{"organization_id": ngo.to_string(), "role": "monitor", "src": ["book"]}]);
        let site = app.given(a_site().with("organizations", role));
        let report = app.given(a_report(site));
        let gone = app.given(a_site().at(46.6, 40.1));
        let yesterday = now(app);
        let organizations = |instant| {
            then(app, &format!("{SITES}/{site}"), instant)["properties"]["organizations"].clone()
        };
        app.clock().moves(86_400_000_000);
        app.given(a_site().at(46.7, 40.2));
        assert_eq!(organizations(yesterday).as_array().unwrap().len(), 1);
        app.withdraw(report_ref(report));
        app.withdraw(site_ref(gone));
        let ngo_ref = Collection::Organizations.record(ngo);
        let mut document: Value = serde_json::from_str(
            app.parts
                .store
                .find(ngo_ref)
                .unwrap()
                .unwrap()
                .document
                .get(),
        )
        .unwrap();
        document["listed"] = false.into();
        app.put_again(ngo_ref, State::Published, &document);

        assert_eq!(organizations(yesterday), json!([]));
        let site_then = then(app, &format!("{SITES}/{site}"), yesterday);
        assert_eq!(
            site_then["properties"]["condition"],
            Value::Null,
            "its report is withdrawn"
        );
        assert_eq!(site_then["properties"]["report_count"], 0);
        for client in [app.anonymous(), app.admin()] {
            client
                .get(&at(
                    &format!("/collections/condition-reports/items/{report}"),
                    yesterday,
                ))
                .expect(410);
            client
                .get(&at(&format!("{SITES}/{gone}"), yesterday))
                .expect(410);
            assert_eq!(client.get(&at(SITES, yesterday)).ids(), [site]);
        }
        app.anonymous()
            .get(&at(
                &format!("/collections/organizations/items/{ngo}"),
                yesterday,
            ))
            .expect(410);
    }
);

on_each_engine!(
    a_past_state_that_is_kept_is_put_together_anew_when_something_is_hidden,
    |app| {
        let site = app.given(a_site());
        let yesterday = now(app);
        app.clock().moves(86_400_000_000);
        let more = app.given(a_site().at(46.6, 40.1));
        let shown = || app.anonymous().get(&at(SITES, yesterday)).expect(200);
        assert_eq!(shown().ids(), [site]);
        // What is new does not concern it.
        app.edit(more, a_site().at(46.61, 40.1));
        assert_eq!(shown().ids(), [site]);
        app.edit(site, a_site().restricted());
        assert_eq!(shown().ids(), Vec::<Uuid>::new());
    }
);

on_each_engine!(a_walk_through_the_past_does_not_move, |app| {
    let sites: Vec<Uuid> = (0..5)
        .map(|place| app.given(a_site().at(46.5 + 0.01 * f64::from(place), 40.0)))
        .collect();
    let then = now(app);
    app.clock().moves(3_600_000_000);
    let mut seen = vec![];
    let mut next = Some(at(&format!("{SITES}?limit=2&sortby=-latest_year"), then));
    while let Some(path) = next {
        let page = app.anonymous().get(&path).expect(200);
        assert_eq!(
            page.header("last-modified"),
            "",
            "what is hidden today has no date in the past"
        );
        seen.extend(page.ids());
        next = page.link("next");
        // Meanwhile others go on.
        app.given(a_site().at(46.6, 40.1));
        app.edit(
            sites[4],
            a_site()
                .at(46.7, 40.2)
                .with("other_types", json!(["cemetery"])),
        );
    }
    seen.sort_unstable();
    let mut expected = sites;
    expected.sort_unstable();
    assert_eq!(seen, expected);
});

on_each_engine!(one_past_state_is_put_together_at_a_time, |app| {
    let site = app.given(a_site());
    let [first, second] = ["Gandzasar", "Gantsasar"].map(|name| {
        let instant = now(app);
        app.clock().moves(3_600_000_000);
        app.edit(site, a_site().named(name, "en"));
        instant
    });
    app.anonymous().get(&at(SITES, first)).expect(200);
    let pasts = app.parts.state(String::new()).pasts;
    let turn = pasts.turn(Audience::Public);
    app.admin().get(&at(SITES, second)).expect(200);
    let refused = app.anonymous().get(&at(SITES, second)).expect(503);
    assert_eq!(refused.header("retry-after"), "5");
    // What is kept needs no turn, and neither does a single feature.
    app.anonymous().get(&at(SITES, first)).expect(200);
    let address = format!("{SITES}/{site}");
    app.anonymous().get(&at(&address, second)).expect(200);
    drop(turn);
    app.anonymous().get(&at(SITES, second)).expect(200);
});

on_each_engine!(
    a_report_that_is_hidden_with_its_site_today_is_in_no_past_state,
    |app| {
        let (open, hidden) = (app.given(a_site()), app.given(a_site().at(46.6, 40.1)));
        let report = app.given(a_report(open));
        let yesterday = now(app);
        app.clock().moves(86_400_000_000);
        let other = app.given(a_site().at(46.7, 40.2));
        let all = "/collections/condition-reports/items";
        assert_eq!(then(app, all, yesterday)["numberMatched"], 1);
        app.edit(hidden, a_site().at(46.6, 40.1).restricted());
        let record = report_ref(report);
        let entity = app.parts.store.find(record).unwrap().unwrap();
        let mut document: Value = serde_json::from_str(entity.document.get()).unwrap();
        document["site_id"] = hidden.to_string().into();
        app.put_again(record, State::Published, &document);

        assert_eq!(then(app, all, yesterday)["numberMatched"], 0);
        let site = then(app, &format!("{SITES}/{open}"), yesterday);
        assert_eq!(site["properties"]["report_count"], 0);
        assert_eq!(site["properties"]["condition"], Value::Null);
        let changes = app.anonymous().get("/changes?f=jsonl").expect(200);
        assert!(
            !changes.text().contains("tiles of the roof"),
            "{}",
            changes.text()
        );
        assert!(changes.text().contains(&other.to_string()));
        let trusted = app
            .admin()
            .get(&at(&format!("{all}/{report}"), yesterday))
            .expect(200);
        assert_eq!(trusted.json()["properties"]["site_id"], open.to_string());
    }
);

on_each_engine!(what_is_written_for_the_public_is_that_of_today, |app| {
    app.given(a_region("hist-khachen", 46.5, 40.0));
    let listed = || a_site().restricted().with("public_listing", true);
    let coarse = |site: crate::harness::Site| {
        site.with("public_label", "The cave")
            .with("public_region_code", "hist-khachen")
    };
    let (once, never) = (
        app.given(coarse(listed())),
        app.given(coarse(a_site().at(46.6, 40.1))),
    );
    let yesterday = now(app);
    app.clock().moves(86_400_000_000);
    app.edit(once, listed());
    app.edit(never, listed());
    for site in [once, never] {
        let feature = then(app, &format!("{SITES}/{site}"), yesterday);
        let properties = &feature["properties"];
        assert_eq!(
            (&properties["label"], &properties["region_codes"]),
            (&json!("Monastery"), &json!([]))
        );
    }
    // Shown openly then and today, and hidden in between: nobody wrote anything for that.
    app.edit(never, a_site().at(46.6, 40.1));
    let feature = then(app, &format!("{SITES}/{never}"), yesterday);
    assert_eq!(feature["properties"]["label"], "Monastery");
});

on_each_engine!(the_past_tells_nothing_of_the_edge_of_a_cell, |app| {
    let site = app.given(a_site().at(46.7995, 39.75));
    let first = now(app);
    app.clock().moves(3_600_000_000);
    app.edit(site, a_site().at(46.8005, 39.75).generalised());
    let address = format!("{SITES}/{site}");
    let today = app.anonymous().get(&address).json()["geometry"].clone();
    assert_eq!(
        then(app, &address, first)["geometry"],
        today,
        "86 m apart, in one cell"
    );
});

on_each_engine!(what_was_hidden_before_it_appeared_does_not_show, |app| {
    let (open, hidden) = (app.new_id(), app.new_id());
    app.import_as(hidden, a_site().named("Twin", "en").restricted());
    app.clock().moves(3_600_000_000);
    app.import_as(open, a_site().named("Twin", "en"));
    app.edit(hidden, a_site().named("Twin", "en"));
    let appeared = now(app);
    app.clock().moves(3_600_000_000);
    let later = || {
        a_site()
            .named("Twin", "en")
            .with("other_types", json!(["cemetery"]))
    };
    app.edit(open, later());
    app.edit(hidden, later());
    let shown = |id: Uuid| {
        let mut feature = then(app, &format!("{SITES}/{id}"), appeared);
        for own in ["updated_at", "published_at"] {
            feature["properties"][own].take();
        }
        (feature["geometry"].clone(), feature["properties"].clone())
    };
    assert_eq!(shown(hidden), shown(open));
});

on_each_engine!(what_the_public_never_saw_does_not_move_its_past, |app| {
    let hidden = app.given(a_site().restricted());
    app.given(a_site().at(46.6, 40.1));
    let instant = now(app);
    let borne_on = |audience| {
        app.parts
            .registry
            .moment(audience, instant)
            .unwrap()
            .unwrap()
            .borne_on
    };
    let before = BOTH.map(borne_on);
    app.withdraw(site_ref(hidden));
    assert_eq!(borne_on(Audience::Public), before[0]);
    assert!(borne_on(Audience::Trusted) > before[1]);
});
