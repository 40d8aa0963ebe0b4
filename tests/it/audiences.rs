//! What the public learns of hidden places: nothing that the allow-list does not name, from no answer.

use heritage_registry::domain::{Audience, Instant, Role, Seq, State};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{
    Fixture, a_region, a_report, a_site, an_organization, an_unlisted_organization, site_ref,
    writing,
};

const SITES: &str = "/collections/sites/items";

on_each_engine!(
    a_restricted_site_cannot_be_found_by_its_exact_point,
    |app| {
        let site = app.given(a_site().at(46.7512, 39.7563).restricted());
        let exact = "/collections/sites/items?located=true&bbox=46.7511,39.7562,46.7513,39.7564";
        assert_eq!(app.anonymous().get(exact).ids(), Vec::<Uuid>::new());
        let token = app.account(Role::Researcher, None);
        assert_eq!(app.bearer(&token).get(exact).ids(), [site]);
    }
);

on_each_engine!(
    a_restricted_site_is_listed_only_if_a_reviewer_says_so,
    |app| {
        app.given(a_region("hist-khachen", 46.5, 40.0));
        let unlisted = app.given(a_site().restricted());
        let listed = app.given(
            a_site()
                .restricted()
                .with("public_listing", true)
                .with("public_region_code", "hist-khachen"),
        );
        app.given(a_report(unlisted));
        let report = app.given(a_report(listed));
        assert_eq!(app.anonymous().get(SITES).ids(), [listed]);
        assert_eq!(
            app.anonymous()
                .get("/collections/condition-reports/items")
                .ids(),
            [report]
        );
        assert_eq!(
            app.anonymous()
                .get(&format!("{SITES}?region=hist-khachen"))
                .ids(),
            [listed]
        );
        let feature = app.anonymous().get(&format!("{SITES}/{listed}")).json();
        assert_eq!(feature["geometry"], Value::Null);
        assert_eq!(
            feature["properties"]["label"], "Monastery",
            "until a reviewer wrote a label, the type's is shown"
        );
        assert_eq!(feature["properties"]["geometry_kind"], "none");
        assert_eq!(
            app.anonymous().get(&format!("{SITES}?located=true")).ids(),
            Vec::<Uuid>::new()
        );
        assert_eq!(
            app.anonymous()
                .get(&format!("{SITES}?near=46.5318,40.0573"))
                .ids(),
            Vec::<Uuid>::new()
        );
        let collection = app.anonymous().get("/collections/sites").json();
        assert_eq!(
            (&collection["itemCount"], &collection["extent"]["spatial"]),
            (&json!(1), &Value::Null)
        );
    }
);

on_each_engine!(
    of_a_generalised_site_the_public_gets_what_the_allow_list_names,
    |app| {
        let site = app.given(
            a_site()
                .at(46.7563, 39.7512)
                .generalised()
                .with("public_label", "Monastery above a village")
                .with(
                    "directions",
                    json!([{"text": "Behind the spring.", "lang": "en"}]),
                )
                .with("note_internal", "Seen by nobody.")
                .with("attribution", "The monks of the place")
                .with("current_function", "worship"),
        );
        let report = app.given(a_report(site).with(
            "note_trusted",
            json!([{"text": "By the left path.", "lang": "en"}]),
        ));
        let public = app.anonymous().get(&format!("{SITES}/{site}")).json();
        let shown: Vec<(&String, &Value)> = public["properties"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, value)| !value.is_null())
            .collect();
        let names: Vec<_> = shown.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "attribution",
                "condition",
                "condition_method",
                "condition_observed_on",
                "dating",
                "earliest_year",
                "geometry_kind",
                "label",
                "latest_year",
                "licence",
                "location_accuracy_m",
                "location_sensitivity",
                "region_codes",
                "rights_holder",
                "site_type",
                "status",
                "updated_at",
            ]
        );
        assert_eq!(public["properties"]["label"], "Monastery above a village");
        assert_eq!(public["properties"]["location_accuracy_m"], 7000.0);
        assert_eq!(
            public["properties"]["attribution"],
            "Contributors of the heritage registry"
        );
        let dated = json!([{"kind": "construction", "edtf": "1216/1238", "certainty": "certain", "earliest_year": 1216, "latest_year": 1238}]);
        assert_eq!(public["properties"]["dating"], dated);
        let cell = json!([[
            [46.7, 39.7],
            [46.8, 39.7],
            [46.8, 39.8],
            [46.7, 39.8],
            [46.7, 39.7]
        ]]);
        assert_eq!(
            public["geometry"],
            json!({"type": "Polygon", "coordinates": cell})
        );

        let public = app
            .anonymous()
            .get(&format!("/collections/condition-reports/items/{report}"))
            .json();
        let shown: Vec<_> = public["properties"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(
            shown,
            [
                "condition",
                "geometry_kind",
                "licence",
                "method",
                "observed_end",
                "observed_on",
                "observed_start",
                "region_codes",
                "site_id",
                "status"
            ]
        );
        assert_eq!(public["geometry"]["coordinates"], cell);

        let trusted = app.admin().get(&format!("{SITES}/{site}")).json();
        assert_eq!(
            trusted["geometry"]["coordinates"],
            json!([46.7563, 39.7512])
        );
        assert_eq!(
            trusted["properties"]["directions"][0]["text"],
            "Behind the spring."
        );
        assert!(
            !trusted.to_string().contains("Seen by nobody."),
            "internal properties are in no view"
        );
    }
);

on_each_engine!(a_reviewer_releases_fields_one_by_one, |app| {
    let site = app.given(
        a_site()
            .generalised()
            .with("public_fields", json!(["names"])),
    );
    let public = app
        .anonymous()
        .get(&format!("{SITES}/{site}?lang=hy"))
        .json();
    assert_eq!(public["properties"]["label"], "Գանձասար");
    assert_eq!(public["properties"]["names"].as_array().unwrap().len(), 4);
    assert_eq!(public["properties"]["sources"], Value::Null);
    assert!(
        !public.to_string().contains("\"src\""),
        "citations go with the sources: {public}"
    );
    assert_eq!(public["properties"]["descriptions"], Value::Null);
    app.edit(
        site,
        a_site()
            .generalised()
            .with("public_fields", json!(["names", "sources"])),
    );
    let public = app.anonymous().get(&format!("{SITES}/{site}")).json();
    assert_eq!(public["properties"]["names"][0]["src"], json!(["book"]));
});

on_each_engine!(
    a_source_that_only_something_hidden_cites_is_hidden_with_it,
    |app| {
        let council = app.given(an_organization("A council"));
        let source = |key: &str| json!({"key": key, "kind": "publication", "title": [{"text": key, "lang": "en"}], "publisher": "Its publisher"});
        let site = app.given(
            a_site()
                .generalised()
                .with("public_fields", json!(["names", "sources"]))
                .with(
                    "sources",
                    json!(["book", "list", "plan", "uncited"].map(source)),
                )
                .with("location_src", json!(["plan"]))
                .with(
                    "organizations",
                    json!([{"organization_id": council, "role": "monitor", "src": ["list"]}]),
                ),
        );
        let keys = |client: crate::harness::Client<'_>| {
            let feature = client.get(&format!("{SITES}/{site}")).expect(200).json();
            let sources = feature["properties"]["sources"].as_array().unwrap().clone();
            sources
                .iter()
                .map(|one| one["key"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(keys(app.anonymous()), ["book", "uncited"]);
        assert_eq!(keys(app.admin()), ["book", "list", "plan", "uncited"]);
        // So nothing changes at the site when the organization is not listed any more.
        let before = app.anonymous().get("/changes").json();
        let path = format!("/collections/organizations/items/{council}");
        let patch = json!({"listed": false});
        writing::patch(&app.admin(), &path, "*", &patch).expect(200);
        let after = app
            .anonymous()
            .get(&format!("/changes?since={}", before["last"]))
            .json();
        let told: Vec<_> = after["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].clone())
            .collect();
        assert_eq!(told, [json!(council.to_string())]);
    }
);

on_each_engine!(
    a_hidden_place_cannot_be_asked_for_by_what_is_hidden_of_it,
    |app| {
        app.given(
            a_site()
                .at(46.7563, 39.7512)
                .generalised()
                .with("current_function", "worship"),
        );
        for parameter in [
            "traditions=armenian_apostolic",
            "current_function=worship",
            "location_method=dataset",
            "wikidata=Q42",
        ] {
            assert_eq!(
                app.anonymous().get(&format!("{SITES}?{parameter}")).ids(),
                Vec::<Uuid>::new(),
                "{parameter}"
            );
        }
        let distance = app
            .anonymous()
            .get(&format!("{SITES}?near=46.7563,39.7512"))
            .column("distance_m");
        assert_eq!(distance, [json!(0.0)], "the cell is the place");
        let elsewhere = app
            .anonymous()
            .get(&format!("{SITES}?near=46.701,39.701&radius=1"))
            .ids();
        assert_eq!(elsewhere.len(), 1, "and any point of it is as near");
    }
);

on_each_engine!(
    a_site_does_not_tell_of_hidden_sites_that_it_is_related_to,
    |app| {
        let (hidden, open) = (app.given(a_site().restricted()), app.given(a_site()));
        let relation =
            |site: Uuid| json!({"kind": "part_of", "site_id": site, "note": "Its chapel."});
        let site = app.given(a_site().with("relations", json!([relation(hidden), relation(open)])));
        let related = |client: crate::harness::Client<'_>| {
            let feature = client.get(&format!("{SITES}/{site}")).json();
            feature["properties"]["relations"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["site_id"].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(related(app.anonymous()), [json!(open)]);
        assert_eq!(related(app.admin()), [json!(hidden), json!(open)]);
        let numbers = || {
            app.parts
                .store
                .changes(Seq(0), u32::MAX)
                .unwrap()
                .iter()
                .filter(|change| change.public_seq.is_some())
                .count()
        };
        let before = numbers();
        app.edit(site, a_site().with("relations", json!([relation(open)])));
        assert_eq!(
            numbers(),
            before,
            "what the public did not see, it does not see go"
        );
        app.edit(site, a_site());
        assert_eq!(numbers(), before + 1);
    }
);

on_each_engine!(an_exact_part_does_not_tell_where_a_hidden_whole_is, |app| {
    let listed = a_site().restricted().with("public_listing", true);
    for (whole, told) in [
        (listed.clone(), false),
        (a_site().generalised(), false),
        (
            a_site()
                .generalised()
                .with("public_fields", json!(["relations"])),
            true,
        ),
        (a_site(), true),
    ] {
        let whole = app.given(whole);
        let relation = json!({"kind": "part_of", "site_id": whole, "note": "Its chapel."});
        let part = app.given(a_site().with("relations", json!([relation])));
        let public = app.anonymous().get(&format!("{SITES}/{part}"));
        assert_eq!(
            public.text().contains(&whole.to_string()),
            told,
            "{}",
            public.text()
        );
        assert!(
            app.admin()
                .get(&format!("{SITES}/{part}"))
                .text()
                .contains(&whole.to_string())
        );
    }
});

on_each_engine!(
    a_source_that_only_a_hidden_organization_cites_goes_with_it,
    |app| {
        let (known, hidden) = (
            app.given(an_organization("Blue Shield")),
            app.given(an_unlisted_organization("A witness")),
        );
        let source = |key: &str| json!({"key": key, "kind": "archive", "title": [{"text": key, "lang": "en"}], "publisher": "An archive"});
        let role =
            |id: Uuid, src: &[&str]| json!({"organization_id": id, "role": "monitor", "src": src});
        let site = a_site()
            .with(
                "sources",
                json!([source("book"), source("letter"), source("both")]),
            )
            .with(
                "organizations",
                json!([role(known, &["both"]), role(hidden, &["letter", "both"])]),
            );
        let site = app.given(site);
        let keys = |client: crate::harness::Client<'_>| {
            let feature = client.get(&format!("{SITES}/{site}")).json();
            feature["properties"]["sources"]
                .as_array()
                .unwrap()
                .iter()
                .map(|source| source["key"].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(keys(app.anonymous()), ["book", "both"]);
        assert_eq!(keys(app.admin()), ["book", "letter", "both"]);
    }
);

on_each_engine!(photos_and_handling_are_for_the_trusted, |app| {
    let photo = "5a7db15a-263f-43da-b5bc-3422616af475";
    let site = app.given(a_site().with("attachments", json!([photo])));
    let damage = json!({"type": "crack", "certainty": "certain", "attachments": [photo]});
    let report = app.given(
        a_report(site)
            .with("attachments", json!([photo]))
            .with("damages", json!([damage])),
    );
    for path in [
        format!("{SITES}/{site}"),
        format!("/collections/condition-reports/items/{report}"),
    ] {
        assert!(
            !app.anonymous()
                .get(&path)
                .expect(200)
                .text()
                .contains(photo),
            "{path}"
        );
        assert!(
            app.admin().get(&path).expect(200).text().contains(photo),
            "{path}"
        );
    }
    let proposed = a_report(site).with("site_id", Value::Null).with("site_proposal", json!({
        "names": [{"text": "Xaçın", "lang": "az", "kind": "vernacular", "src": ["own"]}], "site_type": "fortress",
    }));
    let source =
        json!([{"key": "own", "kind": "own_knowledge", "title": [{"text": "Seen", "lang": "en"}]}]);
    let waits = app.put_as(State::Submitted, proposed.with("sources", source));
    let researcher = app.account(Role::Researcher, None);
    for client in [app.anonymous(), app.bearer(&researcher)] {
        client
            .get(&format!("/collections/condition-reports/items/{waits}"))
            .expect(404);
    }
});

on_each_engine!(who_proposed_a_site_is_public_only_if_they_wish, |app| {
    let organization = |shown: bool| {
        let body = json!({"names": [{"text": "Blue Shield", "lang": "en"}], "kind": "ngo", "listed": true, "show_as_contributor": shown});
        app.given(Fixture::Organization(body))
    };
    for shown in [true, false] {
        let proposer = organization(shown);
        let site = app.put_site_as(State::Published, proposer, a_site());
        let told = |client: crate::harness::Client<'_>| {
            client.get(&format!("{SITES}/{site}")).json()["properties"]["proposed_by_organization_id"].clone()
        };
        assert_eq!(
            told(app.anonymous()),
            if shown { json!(proposer) } else { Value::Null }
        );
        assert_eq!(told(app.admin()), json!(proposer));
    }
});

on_each_engine!(a_report_does_not_name_a_hidden_report, |app| {
    let site = app.given(a_site());
    let hidden = app.given(a_report(app.given(a_site().restricted())));
    let compared = |with: &str| {
        let report = app.given(
            a_report(site)
                .with("condition_trend", "stable")
                .with("compared_with", with),
        );
        let shown = |client: crate::harness::Client<'_>| {
            client
                .get(&format!("/collections/condition-reports/items/{report}"))
                .json()["properties"]["compared_with"]
                .clone()
        };
        (shown(app.anonymous()), shown(app.admin()))
    };
    assert_eq!(compared(&hidden.to_string()), (Value::Null, json!(hidden)));
    assert_eq!(compared("1977-08"), (json!("1977-08"), json!("1977-08")));
});

on_each_engine!(a_region_beside_a_cell_would_narrow_the_place, |app| {
    app.given(a_region("hist-khachen", 46.5, 40.0));
    let given = |site: crate::harness::Site| {
        let id = app.given(site.with("public_region_code", "hist-khachen"));
        app.anonymous().get(&format!("{SITES}/{id}")).json()["properties"]["public_region_code"]
            .clone()
    };
    assert_eq!(given(a_site().generalised()), Value::Null);
    assert_eq!(given(a_site().generalised().nowhere()), "hist-khachen");
});

on_each_engine!(a_site_first_hidden_is_as_old_as_its_appearance, |app| {
    let site = app.given(a_site().restricted());
    let report = app.given(a_report(site));
    app.clock().moves(86_400_000_000);
    app.edit(site, a_site());
    let public = app.anonymous().get(&format!("{SITES}/{site}")).json();
    assert!(
        public["properties"]["published_at"]
            .as_str()
            .unwrap()
            .starts_with("2026-11-26"),
        "{public}"
    );
    let public = app
        .anonymous()
        .get(&format!("/collections/condition-reports/items/{report}"))
        .json();
    assert_eq!(public["properties"]["published_on"], "2026-11-26");
    let trusted = app.admin().get(&format!("{SITES}/{site}")).json();
    assert!(
        trusted["properties"]["published_at"]
            .as_str()
            .unwrap()
            .starts_with("2026-11-25"),
        "{trusted}"
    );
});

on_each_engine!(a_hidden_edit_is_invisible, |app| {
    let site = app.given(a_site().at(46.7563, 39.7512).generalised());
    let addresses = [
        "/",
        "/api",
        "/collections",
        "/collections/sites",
        SITES,
        &format!("{SITES}?resultType=hits"),
        &format!("{SITES}/{site}"),
        "/collections/condition-reports/items",
    ];
    // Status, headers, and the body with its length.
    let everything = || {
        let answers = addresses.map(|path| app.anonymous().get(path).expect(200));
        answers.map(|answer| (answer.status, answer.headers(), answer.text().to_owned()))
    };
    let before = everything();
    let trusted_tag = |path: &str| app.admin().get(path).header("etag").to_owned();
    let tags = || [SITES, &format!("{SITES}/{site}")].map(trusted_tag);
    let tags_before = tags();
    app.edit(
        site,
        a_site()
            .at(46.7111, 39.7888)
            .generalised()
            .with("directions", json!([{"text": "Left.", "lang": "en"}])),
    );
    for (tag, before) in tags().iter().zip(&tags_before) {
        assert_ne!(tag, before, "the trusted see the edit");
    }
    app.given(a_site().at(46.1, 39.1).restricted());
    assert_eq!(everything(), before);
    let public_numbers = || {
        let changes = app.parts.store.changes(Seq(0), u32::MAX).unwrap();
        changes
            .iter()
            .filter_map(|change| change.public_seq)
            .map(|seq| seq.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(public_numbers(), [1]);
    app.edit(site, a_site().at(46.9, 39.9).generalised());
    assert_eq!(public_numbers(), [1, 2]);
    assert_ne!(everything(), before);
});

on_each_engine!(a_report_moves_the_public_date_of_its_site, |app| {
    let site = app.given(a_site());
    let updated = |site: Uuid| {
        app.anonymous().get(&format!("{SITES}/{site}")).json()["properties"]["updated_at"].clone()
    };
    let other = app.given(a_site());
    let (before, untouched) = (updated(site), updated(other));
    app.given(a_report(site));
    assert_ne!(updated(site), before);
    assert_eq!(updated(other), untouched);
});

on_each_engine!(an_unlisted_organization_is_for_the_trusted, |app| {
    let organizations = "/collections/organizations/items";
    let itself = app.registry_organization().uuid();
    assert_eq!(app.anonymous().get(organizations).ids(), Vec::<Uuid>::new());
    assert_eq!(app.admin().get(organizations).ids(), [itself]);
    let site = app.given(a_site());
    let report = app.given(a_report(site).with("organization_public", true));
    let named = |client: crate::harness::Client<'_>| {
        client
            .get(&format!("/collections/condition-reports/items/{report}"))
            .json()["properties"]["organization_id"]
            .clone()
    };
    assert_eq!(
        named(app.anonymous()),
        Value::Null,
        "not even where the report would name it"
    );
    assert_eq!(named(app.admin()), itself.to_string());
});

on_each_engine!(who_observed_is_in_no_view, |app| {
    let site = app.given(a_site());
    let report = app.given(
        a_report(site)
            .with("observers", json!([{"name": "A. Person", "role": "guide"}]))
            .with(
                "observed_position",
                json!({"type": "Point", "coordinates": [46.5321, 40.0581]}),
            )
            .with("testimony_consent", true)
            .with("hazards", json!(["mine_uxo", "armed_presence"])),
    );
    let path = format!("/collections/condition-reports/items/{report}");
    for client in [app.anonymous(), app.admin()] {
        let body = client.get(&path).expect(200).text().to_owned();
        for hidden in ["A. Person", "46.5321", "testimony_consent"] {
            assert!(!body.contains(hidden), "{hidden}: {body}");
        }
    }
    assert_eq!(
        app.anonymous().get(&path).json()["properties"]["hazards"],
        json!(["mine_uxo"])
    );
    assert_eq!(
        app.admin().get(&path).json()["properties"]["hazards"],
        json!(["mine_uxo", "armed_presence"])
    );
});

on_each_engine!(a_contributor_reads_what_the_public_reads, |app| {
    app.given(a_site().restricted());
    let token = app.account(Role::Contributor, None);
    assert_eq!(app.bearer(&token).get(SITES).ids(), Vec::<Uuid>::new());
    let reviewer = app.account(Role::Reviewer, None);
    assert_eq!(app.bearer(&reviewer).get(SITES).ids().len(), 1);
});

on_each_engine!(an_expired_token_opens_nothing, |app| {
    let token = app.account(
        Role::Researcher,
        Instant::of_micros(1_795_564_800_000_000 + 3_600_000_000),
    );
    app.bearer(&token).get(SITES).expect(200);
    app.clock().moves(3_600_000_000);
    app.bearer(&token).get(SITES).expect(401);
});

on_each_engine!(tightening_a_location_hides_its_reports_too, |app| {
    let site = app.given(a_site());
    let report = app.given(a_report(site));
    app.edit(site, a_site().restricted());
    app.anonymous()
        .get(&format!("/collections/condition-reports/items/{report}"))
        .expect(410);
    app.admin()
        .get(&format!("/collections/condition-reports/items/{report}"))
        .expect(200);
    assert_eq!(
        app.parts
            .catalogue
            .snapshot(Audience::Public)
            .gone(site_ref(site).collection),
        [site]
    );
});
