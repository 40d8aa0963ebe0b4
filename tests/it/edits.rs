//! Changing features: PUT, PATCH, DELETE (OGC API - Features Part 4), by those who may.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use heritage_registry::domain::{Collection, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::writing::{address, delete, end, patch, put, read};
use crate::harness::{Answer, Client, a_region, a_report, a_site, an_organization, site_ref};

over_the_seed!(whoever_sends_back_what_they_read_says_the_same, |app| {
    // Over all of the real catalogue, but only read: nothing is written for a draft.
    let admin = app.admin();
    for collection in [
        Collection::Sites,
        Collection::Organizations,
        Collection::Regions,
    ] {
        let page = admin.get(&format!("/collections/{collection}/items?limit=10000"));
        for feature in page.features() {
            let id: Uuid = feature["id"].as_str().unwrap().parse().unwrap();
            let record = collection.record(id);
            let entity = app.parts.store.find(record).unwrap().unwrap();
            let document: Value = serde_json::from_str(entity.document.get()).unwrap();
            let mut shown = feature["properties"].as_object().unwrap().clone();
            shown.insert("geometry".to_owned(), feature["geometry"].clone());
            let edits = [
                heritage_registry::domain::Edit::whole(id, &feature),
                heritage_registry::domain::Edit::patch(id, &feature),
                heritage_registry::domain::Edit::patch(id, &json!({})),
            ];
            for edit in edits {
                let edit = edit.unwrap();
                let laid = edit.over(collection, document.as_object().unwrap(), &shown, true);
                let draft = edit.draft(collection, &laid);
                let draft = draft.unwrap_or_else(|faults| panic!("{record}: {faults}"));
                let kept = heritage_registry::domain::Draft::read;
                let kept =
                    heritage_registry::domain::read(&without_system(&document), "", |node| {
                        kept(collection, node)
                    });
                assert_eq!(
                    format!("{draft:?}"),
                    format!("{:?}", kept.unwrap()),
                    "{record}"
                );
            }
        }
    }
});

/// A document without what only the registry writes.
fn without_system(document: &Value) -> Value {
    let mut draft = document.clone();
    for name in ["public_cell", "proposed_by_organization_id", "merged_into"] {
        draft.as_object_mut().unwrap().remove(name);
    }
    draft
}

on_each_engine!(
    a_reviewer_changes_a_site_and_everybody_reads_it_at_once,
    |app| {
        let id = app.given(a_site().with("note_internal", json!("Ask the priest.")));
        let reviewer = app.account(Role::Reviewer, None);
        let reviewer = app.bearer(&reviewer);
        let path = address("sites", id);
        let (mut feature, tag) = read(&reviewer, &path);
        assert!(tag.starts_with("\"v1."), "{tag}");

        feature["properties"]["site_type"] = json!("chapel");
        feature["properties"]["current_function"] = Value::Null;
        let before = end(app);
        let answer = put(&reviewer, &path, &tag, &feature).expect(200);
        assert_eq!(
            answer.header("content-location"),
            format!("{}{path}", crate::harness::BASE)
        );
        assert_eq!(answer.header("content-type"), "application/geo+json");
        let second = answer.header("etag").to_owned();
        assert!(second.starts_with("\"v2."), "{second}");
        assert_eq!((answer.json(), second.clone()), read(&reviewer, &path));
        assert_eq!(
            app.anonymous().get(&path).json()["properties"]["site_type"],
            "chapel"
        );

        let shapes = [
            json!({"type": "Feature", "properties": {"site_type": "church"}}),
            json!({"site_type": "mosque"}),
        ];
        let mut tag = second;
        for shape in shapes {
            let answer = patch(&reviewer, &path, &tag, &shape).expect(200);
            let expected = shape
                .pointer("/properties/site_type")
                .or(shape.get("site_type"));
            assert_eq!(Some(&answer.json()["properties"]["site_type"]), expected);
            assert_eq!(
                answer.json()["properties"]["names"],
                feature["properties"]["names"]
            );
            answer.header("etag").clone_into(&mut tag);
        }
        let place = json!({"geometry": {"type": "Point", "coordinates": [46.5, 39.5]}});
        let answer = patch(&reviewer, &path, &tag, &place).expect(200);
        assert_eq!(
            answer.json()["geometry"]["coordinates"],
            json!([46.5, 39.5])
        );

        let changes = app.parts.store.changes(before, 10).unwrap();
        let me = reviewer.get("/me").json();
        assert_eq!(changes.len(), 4);
        for (change, version) in changes.iter().zip(2..) {
            assert_eq!((change.record(), change.version.0), (site_ref(id), version));
            assert_eq!(change.actor.to_string(), me["id"].as_str().unwrap());
            let kept: Value = serde_json::from_str(change.document.get()).unwrap();
            assert_eq!(
                kept["note_internal"], "Ask the priest.",
                "what nobody is shown stays"
            );
        }
    }
);

on_each_engine!(a_change_says_which_version_it_follows, |app| {
    let id = app.given(a_site());
    let path = address("sites", id);
    let reviewer = app.account(Role::Reviewer, None);
    let reviewer = || app.bearer(&reviewer);
    let patched =
        |tag: &str, kind: &str| patch(&reviewer(), &path, tag, &json!({"site_type": kind}));
    let french = reviewer()
        .with("accept-encoding", "gzip")
        .get(&format!("{path}?lang=fr"));
    let french = french.expect(200).header("etag").to_owned();
    assert!(french.starts_with("\"v1."), "{french}");
    let public = app.anonymous().get(&path).header("etag").to_owned();
    let before = end(app);
    for wrong in [
        "\"v+1.x\"",
        "\"v01.x\"",
        "\"v1.\"",
        "\"v2147483648.x\"",
        public.as_str(),
        "\"v2.x\"",
        "W/\"v1.x\"",
        "v1.x",
        "\"v1\"",
        "\"\"",
        "\"v1.a\" \"v2.b\"",
    ] {
        let answer = patched(wrong, "chapel");
        assert_eq!(answer.problem(), "412 changed-since", "{wrong}");
    }
    let request = |method| {
        TestRequest::default()
            .method(method)
            .insert_header(("content-type", "application/json"))
    };
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let answer = reviewer().send(request(method).set_payload("{"), &path);
        assert_eq!(answer.problem(), "428 no-precondition");
    }
    assert_eq!(end(app), before);

    // Any form of the current version that an actor read is good, among others and in a list.
    patched(&format!("\"other\", {french}"), "chapel").expect(200);
    assert_eq!(patched(&french, "church").problem(), "412 changed-since");
    patched("*", "church").expect(200);
    assert_eq!(app.version(site_ref(id)).0, 3);
});

on_each_engine!(
    a_desktop_program_need_not_say_which_version_it_changes,
    |app| {
        let id = app.given(a_site());
        let path = address("sites", id);
        let admin = app.actor().account.id;
        let tokens = format!("/accounts/{admin}/tokens");
        let body = TestRequest::post().set_json(json!({"desktop": true}));
        let issued = app.admin().send(body, &tokens).expect(201).json();
        let desktop = app.bearer(issued["token"].as_str().unwrap());
        let request = TestRequest::patch()
            .insert_header(("content-type", "application/json"))
            .set_payload(r#"{"type": "Feature", "properties": {"site_type": "chapel"}}"#);
        desktop.send(request, &path).expect(200);
        let unreadable = actix_web::http::header::HeaderValue::from_bytes(b"\xff\"v1.x\"").unwrap();
        let request = TestRequest::patch()
            .insert_header(("content-type", "application/json"))
            .insert_header(("if-match", unreadable))
            .set_payload("{}");
        assert_eq!(desktop.send(request, &path).problem(), "412 changed-since");
        let old = patch(&desktop, &path, "\"v1.x\"", &json!({"site_type": "church"}));
        assert_eq!(
            old.problem(),
            "412 changed-since",
            "who says one is held to it"
        );
    }
);

on_each_engine!(only_those_change_a_feature_who_may, |app| {
    let (site, hidden) = (app.given(a_site()), app.given(a_site().restricted()));
    let region = app.given(a_region("hist-khachen", 46.5, 40.0));
    let report = app.given(a_report(site));
    let [contributor, researcher, reviewer] =
        [Role::Contributor, Role::Researcher, Role::Reviewer].map(|role| app.account(role, None));
    let before = end(app);
    let refused = |token: Option<&String>, path: &str, problem: &str| {
        let client = || token.map_or_else(|| app.anonymous(), |token| app.bearer(token));
        for answer in [
            put(&client(), path, "*", &json!("nothing that is looked at")),
            patch(&client(), path, "*", &json!("nothing that is looked at")),
            delete(&client(), path, "*"),
        ] {
            assert_eq!(answer.problem(), problem, "{path}");
        }
    };
    let (site, hidden) = (address("sites", site), address("sites", hidden));
    let region = address("regions", region);
    refused(None, &site, "401 bad-credential");
    refused(None, &hidden, "401 bad-credential");
    refused(Some(&contributor), &site, "403 not-allowed");
    refused(Some(&contributor), &hidden, "404 not-found");
    refused(Some(&researcher), &hidden, "403 not-allowed");
    refused(Some(&reviewer), &region, "403 not-allowed");
    refused(
        Some(&reviewer),
        &address("sites", app.new_id()),
        "404 not-found",
    );
    assert_eq!(end(app), before);

    let allowed = |client: Client<'_>, path: &str| {
        let answer = client.send(TestRequest::default().method(Method::OPTIONS), path);
        answer.expect(204).header("allow").to_owned()
    };
    let (to_read, to_edit) = (
        "GET, HEAD, OPTIONS",
        "GET, HEAD, PUT, PATCH, DELETE, OPTIONS",
    );
    let unknown = "/collections/sites/items/unknown_id";
    for (client, path, expected) in [
        (app.anonymous(), site.as_str(), to_read),
        (app.bearer(&contributor), &site, to_read),
        (app.bearer(&researcher), &site, to_read),
        (app.bearer(&reviewer), &site, to_edit),
        (app.bearer(&reviewer), unknown, to_edit),
        (app.bearer(&reviewer), &region, to_read),
        (app.admin(), &region, to_edit),
        (app.admin(), &address("condition-reports", report), to_edit),
    ] {
        assert_eq!(allowed(client, path), expected, "{path}");
    }
    let public = app
        .bearer(&contributor)
        .get(&site)
        .header("etag")
        .to_owned();
    assert!(
        !public.contains('.'),
        "whoever may not write learns no version: {public}"
    );
});

on_each_engine!(every_fault_of_a_change_is_listed_at_its_place, |app| {
    let id = app.given(a_site());
    let path = address("sites", id);
    let (feature, tag) = read(&app.admin(), &path);
    let before = end(app);
    let refused = |answer: Answer, problem: &str| {
        assert_eq!(answer.problem(), problem, "{}", answer.text());
        answer.faults()
    };
    let wrong = json!({
        "id": "078f84d6-717d-4c21-b0b9-eefb0853a8f3",
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [200, 39.5]},
        "properties": {
            "site_type": "chruch", "condition": "good", "colour": "red", "names": [],
            "location_accuracy_m": 0, "version": 1,
        },
    });
    let whole = refused(put(&app.admin(), &path, &tag, &wrong), "422 invalid");
    assert_eq!(
        whole,
        ["/id: is another than that of the address: an id never changes"]
    );
    let mut wrong = wrong;
    wrong["id"] = feature["id"].clone();
    let places = |faults: Vec<String>| -> Vec<String> {
        let places = faults
            .iter()
            .map(|fault| fault.split(": ").next().unwrap().to_owned());
        let mut places: Vec<_> = places.collect();
        places.sort_unstable();
        places.dedup();
        places
    };
    let whole = refused(put(&app.admin(), &path, &tag, &wrong), "422 invalid");
    let computed = "/properties/condition: follows from the rest: leave it out, or as it was";
    assert!(whole.iter().any(|fault| fault == computed), "{whole:?}");
    assert_eq!(
        places(whole),
        [
            "/geometry/coordinates",
            "/properties/colour",
            "/properties/condition",
            "/properties/location_accuracy_m",
            "/properties/location_method",
            "/properties/location_sensitivity",
            "/properties/names",
            "/properties/site_type",
        ]
    );
    let flat = json!({"site_type": "chruch", "condition": "good", "colour": "red", "names": null, "dating": [{"kind": "use", "edtf": "soon", "src": ["nobody"]}]});
    let faults = refused(patch(&app.admin(), &path, &tag, &flat), "422 invalid");
    assert_eq!(
        places(faults),
        [
            "/colour",
            "/condition",
            "/dating/0/edtf",
            "/dating/0/src/0",
            "/names",
            "/site_type"
        ]
    );
    let nobody = app.new_id();
    let named = json!({"organizations": [{"organization_id": nobody, "role": "custodian", "src": ["book"]}]});
    let faults = refused(patch(&app.admin(), &path, &tag, &named), "422 invalid");
    assert_eq!(places(faults), ["/organizations/0/organization_id"]);
    let itself = json!({"relations": [{"kind": "see_also", "site_id": id}]});
    let faults = refused(patch(&app.admin(), &path, &tag, &itself), "422 invalid");
    assert_eq!(
        faults,
        ["/relations/0/site_id: is the record itself: name another one"]
    );
    let mixed = json!({"type": "Feature", "properties": {}, "site_type": "church"});
    assert_eq!(
        places(refused(
            patch(&app.admin(), &path, &tag, &mixed),
            "422 invalid"
        )),
        ["/site_type"]
    );
    for body in [json!([]), json!("x"), json!(null)] {
        refused(put(&app.admin(), &path, &tag, &body), "422 invalid");
        refused(patch(&app.admin(), &path, &tag, &body), "422 invalid");
    }
    let no_json = TestRequest::patch()
        .insert_header(("content-type", "application/json"))
        .insert_header(("if-match", "*"))
        .set_payload("{");
    refused(app.admin().send(no_json, &path), "400 bad-request");
    let picture = TestRequest::patch()
        .insert_header(("content-type", "image/png"))
        .set_payload("{}");
    let answer = app.admin().send(picture, &path);
    assert_eq!(
        answer.header("accept-patch"),
        "application/merge-patch+json, application/json"
    );
    refused(answer, "415 no-media-type");
    assert_eq!(end(app), before);
});

on_each_engine!(
    what_is_withdrawn_is_gone_and_what_is_named_cannot_be,
    |app| {
        let organization = app.given(an_organization("Blue Shield"));
        let role = json!([{"organization_id": organization, "role": "custodian", "src": ["book"]}]);
        let site = app.given(a_site().with("organizations", role));
        let (site_path, path) = (
            address("sites", site),
            address("organizations", organization),
        );
        let before = end(app);
        let named = delete(&app.admin(), &path, "*");
        assert_eq!(named.problem(), "409 clash");
        assert_eq!(end(app), before);
        let (_, tag) = read(&app.admin(), &site_path);
        delete(&app.admin(), &site_path, &tag).expect(204);
        for client in [app.anonymous(), app.admin()] {
            assert_eq!(client.get(&site_path).problem(), "410 gone");
        }
        assert_eq!(delete(&app.admin(), &site_path, "*").problem(), "410 gone");
        delete(&app.admin(), &path, "*").expect(204);
        let own = address("organizations", app.registry_organization().uuid());
        assert_eq!(
            delete(&app.admin(), &own, "*").problem(),
            "409 clash",
            "accounts act for it"
        );
    }
);

on_each_engine!(the_code_of_a_region_is_its_own, |app| {
    let one = app.given(a_region("hist-khachen", 46.5, 40.0));
    app.given(a_region("hist-dizak", 47.0, 39.6));
    let path = address("regions", one);
    let before = end(app);
    let wrong = json!({"part_of": "hist-khachen", "boundary_accuracy_m": -1});
    let faults = patch(&app.admin(), &path, "*", &wrong).expect(422).faults();
    assert_eq!(
        faults,
        [
            "/boundary_accuracy_m: is -1: a distance above 0 metres",
            "/part_of: is the region itself: name the one that it is part of",
        ]
    );
    let taken = patch(&app.admin(), &path, "*", &json!({"code": "hist-dizak"}));
    assert_eq!(taken.problem(), "409 clash");
    assert!(taken.text().contains("hist-dizak"), "{}", taken.text());
    assert_eq!(end(app), before);
    patch(&app.admin(), &path, "*", &json!({"code": "hist-varanda"})).expect(200);
});

on_each_engine!(a_condition_of_readers_hides_no_change, |app| {
    let id = app.given(a_site());
    let path = address("sites", id);
    let admin = || app.admin();
    let before = end(app);
    let none = admin().with("if-none-match", "*");
    for answer in [
        put(&none, &path, "*", &json!({})),
        patch(&none, &path, "*", &json!({"site_type": "chapel"})),
        delete(&none, &path, "*"),
    ] {
        assert_eq!(answer.problem(), "412 changed-since");
    }
    assert_eq!(end(app), before);
    let since = admin().with("if-modified-since", "Wed, 01 Jan 2031 00:00:00 GMT");
    let answer = patch(&since, &path, "*", &json!({"site_type": "chapel"})).expect(200);
    assert_eq!(answer.json()["properties"]["site_type"], "chapel");
});

on_each_engine!(an_old_copy_of_a_desktop_program_is_the_last_write, |app| {
    let path = address("sites", app.given(a_site()));
    let (mut old, tag) = read(&app.admin(), &path);
    patch(&app.admin(), &path, &tag, &json!({"site_type": "church"})).expect(200);
    // Its version and its dates are those of the copy.
    old["properties"]["site_type"] = json!("chapel");
    let answer = put(&app.admin(), &path, "*", &old).expect(200);
    assert_eq!(answer.json()["properties"]["site_type"], "chapel");
    assert_eq!(answer.json()["properties"]["version"], 3);
});

on_each_engine!(whoever_names_no_version_opens_nothing, |app| {
    let site = a_site()
        .restricted()
        .with("public_fields", json!(["dating"]));
    let path = address("sites", app.given(site));
    let before = end(app);
    for (body, place) in [
        (
            json!({"location_sensitivity": "exact"}),
            "/location_sensitivity",
        ),
        (
            json!({"location_sensitivity": "generalised"}),
            "/location_sensitivity",
        ),
        (json!({"public_listing": true}), "/public_listing"),
        (
            json!({"public_fields": ["dating", "names"]}),
            "/public_fields",
        ),
    ] {
        let faults = patch(&app.admin(), &path, "*", &body).expect(422).faults();
        assert!(
            faults.len() == 1 && faults[0].starts_with(place),
            "{faults:?}"
        );
    }
    let (mut feature, tag) = read(&app.admin(), &path);
    feature["properties"]["location_sensitivity"] = json!("exact");
    let faults = put(&app.admin(), &path, "*", &feature).expect(422).faults();
    assert!(
        faults[0].starts_with("/properties/location_sensitivity: "),
        "{faults:?}"
    );
    assert_eq!(end(app), before);
    patch(&app.admin(), &path, "*", &json!({"public_fields": []})).expect(200);
    assert_eq!(
        put(&app.admin(), &path, &tag, &feature).problem(),
        "412 changed-since"
    );
    let (_, tag) = read(&app.admin(), &path);
    patch(
        &app.admin(),
        &path,
        &tag,
        &json!({"location_sensitivity": "exact"}),
    )
    .expect(200);
});

on_each_engine!(a_member_that_stands_twice_is_refused, |app| {
    let path = address("sites", app.given(a_site()));
    let before = end(app);
    let request = TestRequest::patch()
        .insert_header(("content-type", "application/json"))
        .insert_header(("if-match", "*"))
        .set_payload(r#"{"location_sensitivity": "generalised", "location_sensitivity": "exact"}"#);
    let answer = app.admin().send(request, &path);
    assert_eq!(answer.problem(), "400 bad-request");
    assert!(answer.text().contains("stands twice"), "{}", answer.text());
    assert_eq!(end(app), before);
});

on_each_engine!(what_was_ended_while_a_body_came_changes_nothing, |app| {
    use heritage_registry::domain::{AccountDraft, Edit, TokenDraft};
    use heritage_registry::registry::Error;

    let site = app.given(a_site());
    let admin = app.actor();
    let registry = &app.parts.registry;
    let is_ended = |error: Error| assert!(matches!(error, Error::Ended), "{error:?}");
    for is_disabled in [false, true] {
        let token = app.account(Role::Admin, None);
        // As a request begins: the token is good.
        let late = registry.whose(&token).unwrap().unwrap();
        if is_disabled {
            registry.disable_account(&admin, late.account.id).unwrap();
        } else {
            registry.revoke_token(&admin, late.token.unwrap()).unwrap();
        }
        let (before, people) = (end(app), app.parts.store.accounts().unwrap().len());
        let draft = AccountDraft {
            name: "Mallory".to_owned(),
            organization: app.registry_organization(),
            role: Role::Admin,
        };
        is_ended(registry.add_account(&late, draft).unwrap_err());
        is_ended(
            registry
                .issue_token(&late, admin.account.id, TokenDraft::default())
                .unwrap_err(),
        );
        is_ended(
            registry
                .disable_account(&late, admin.account.id)
                .unwrap_err(),
        );
        is_ended(
            registry
                .revoke_token(&late, admin.token.unwrap())
                .unwrap_err(),
        );
        let (record, version) = (site_ref(site), app.version(site_ref(site)));
        let shown = serde_json::Map::new();
        let edit = Edit::patch(site, &json!({"site_type": "chapel"})).unwrap();
        is_ended(
            registry
                .edit(&late, record, version, &edit, &shown, true)
                .unwrap_err(),
        );
        is_ended(registry.withdraw(&late, record, version).unwrap_err());
        assert_eq!(end(app), before);
        assert_eq!(app.parts.store.accounts().unwrap().len(), people);
        assert!(registry.whose(crate::harness::TOKEN).unwrap().is_some());
    }
});

on_each_engine!(
    an_organization_that_is_withdrawn_meanwhile_is_named_by_nobody,
    |app| {
        use heritage_registry::domain::{Account, Id, Write};
        use heritage_registry::store::Run;

        let (organization, site) = (
            app.given(an_organization("Blue Shield")),
            app.given(a_site()),
        );
        let record = Collection::Organizations.record(organization);
        app.withdraw(record);
        // As a command decides that read the organization before it was withdrawn.
        let run = |writes, accounts| Run {
            command: Id::new(app.new_id()),
            now: heritage_registry::domain::Clock::system().now(),
            actor: app.actor().account.id,
            token: None,
            at: None,
            unnamed: None,
            rests_on: vec![record],
            accounts,
            tokens: vec![],
            writes,
            request: None,
            erased: None,
            begins: false,
        };
        let account = Account {
            id: Id::new(app.new_id()),
            name: "Late".to_owned(),
            organization: Id::new(organization),
            role: Role::Reviewer,
        };
        let late = app.parts.store.put(run(vec![], vec![account]));
        assert!(
            matches!(late, Err(heritage_registry::store::Error::Dangling)),
            "{late:?}"
        );
        let mut document = a_site().0;
        document["organizations"] =
            json!([{"organization_id": organization, "role": "custodian", "src": ["book"]}]);
        let write = Write {
            collection: Collection::Sites,
            id: site,
            follows: Some(app.version(site_ref(site))),
            state: heritage_registry::domain::State::Published,
            document: serde_json::value::to_raw_value(&document).unwrap(),
        };
        let late = app.parts.store.put(run(vec![write], vec![]));
        assert!(
            matches!(late, Err(heritage_registry::store::Error::Dangling)),
            "{late:?}"
        );
    }
);
