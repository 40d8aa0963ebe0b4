//! Whoever corrects what they are shown a part of loses nothing of the rest, and learns nothing of it.

use actix_web::http::Method;
use heritage_registry::domain::{Collection, RecordRef, State};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::writing::{address, feature, patch, post, put, read, review, send};
use crate::harness::{App, Client, People, a_report, a_site, an_unlisted_organization, site_ref};

const SITES: &str = "/collections/sites/items";
const REPORTS: &str = "/collections/condition-reports/items";

fn sends_back(reviewer: &Client<'_>, path: &str) {
    let decide =
        |to: &str| json!({"decision": to, "reason": "wording", "message": "See the guide."});
    if path.contains(REPORTS) {
        review(reviewer, path, "*", &decide("in_review")).expect(200);
    }
    review(reviewer, path, "*", &decide("sent_back")).expect(200);
}

fn proposed(client: &Client<'_>, site: Value) -> String {
    let sent = post(client, SITES, None, &feature(site)).expect(201);
    sent.header("location").to_owned()
}

fn properties(client: &Client<'_>, path: &str) -> Value {
    read(client, path).0["properties"].clone()
}

/// Whether a list holds an entry that says at least this.
fn holds(list: &Value, entry: &Value) -> bool {
    let says = |one: &Value| {
        let members = entry.as_object().unwrap();
        members.iter().all(|(name, value)| one[name] == *value)
    };
    list.as_array().unwrap().iter().any(says)
}

fn a_source(key: &str, title: &str) -> Value {
    json!({"key": key, "kind": "own_knowledge", "title": [{"text": title, "lang": "en"}]})
}

fn a_name(text: &str, src: &[&str]) -> Value {
    json!({"text": text, "lang": "az", "kind": "vernacular", "src": src})
}

/// What a reviewer adds to each list of a proposal.
fn secrets(app: &App) -> Value {
    let hidden = app.given(a_site().restricted());
    let unlisted = app.given(an_unlisted_organization("Friends of the Fortress"));
    json!({
        "names": [a_name("Gizli", &["letter"])],
        "sources": [a_source("letter", "A letter")],
        "associations": [{"tradition": "armenian_apostolic", "role": "builder", "certainty": "possible", "src": ["letter"]}],
        "descriptions": [{"text": "Тайник за алтарём.", "lang": "ru", "src": ["letter"]}],
        "directions": [{"text": "Left at the well.", "lang": "en"}],
        "dating": [{"kind": "destruction", "edtf": "1920", "certainty": "possible", "src": ["letter"]}],
        "designations": [{"kind": "state_register", "register": "Secret list", "src": ["letter"]}],
        "identifiers": [{"scheme": "wikidata", "value": "Q42", "match": "close"}],
        "organizations": [{"organization_id": unlisted, "role": "custodian", "src": ["letter"]}],
        "relations": [{"kind": "part_of", "site_id": hidden}],
        "other_types": ["necropolis"],
    })
}

on_each_engine!(
    who_corrects_a_list_loses_nothing_that_a_reviewer_added,
    |app| {
        let people = People::of(app);
        let [anna, reviewer] =
            [&people.contributor, &people.reviewer].map(|token| app.bearer(token));
        let secrets = secrets(app);
        let shrine = app.given(a_site());
        let own = json!({
            "names": [a_name("Qala", &["book"])],
            "sources": [a_source("us", "What we know")],
            "associations": [{"tradition": "islam", "role": "user", "src": ["book"]}],
            "descriptions": [{"text": "Un monastère.", "lang": "fr", "src": ["book"]}],
            "directions": [{"text": "By the river.", "lang": "fr"}],
            "dating": [{"kind": "restoration", "edtf": "1900", "certainty": "certain", "src": ["book"]}],
            "designations": [{"kind": "local_register", "register": "Ours", "src": ["book"]}],
            "identifiers": [{"scheme": "geonames", "value": "12", "match": "close"}],
            "organizations": [{"organization_id": people.own, "role": "monitor", "src": ["book"]}],
            "relations": [{"kind": "see_also", "site_id": shrine}],
            "other_types": ["church"],
        });
        let is_flat = |name: &str| name == "other_types";
        for whole in [false, true] {
            let path = proposed(&anna, a_site().0);
            let before = properties(&reviewer, &path);
            let joined = |one: &Value, other: &Value| {
                let one = one.as_array().cloned().unwrap_or_default();
                Value::from([one, other.as_array().unwrap().clone()].concat())
            };
            let mut added = json!({});
            for (name, entries) in secrets.as_object().unwrap() {
                added[name] = joined(&before[name], entries);
            }
            // What was there rests on another source, too.
            added["names"][0]["src"] = json!(["book", "letter"]);
            patch(&reviewer, &path, "*", &added).expect(200);
            sends_back(&reviewer, &path);

            let (mut feature, tag) = read(&anna, &path);
            let mut change = json!({});
            for (name, entries) in own.as_object().unwrap() {
                change[name] = joined(&feature["properties"][name], entries);
            }
            change["names"][0]["kind"] = json!("official");
            let answer = if whole {
                for (name, entries) in change.as_object().unwrap() {
                    feature["properties"][name] = entries.clone();
                }
                put(&anna, &path, &tag, &feature)
            } else {
                patch(&anna, &path, &tag, &change)
            };
            // Below that, it lists the one of the other time, which is published.
            let shown = answer.json()["properties"].to_string();
            for part in ["letter", "Gizli", "Left at the well", "necropolis"] {
                assert!(!shown.contains(part), "{part}: {shown}");
            }
            answer.expect(200);
            let theirs = properties(&anna, &path);
            sends_back(&reviewer, &path);
            let now = properties(&reviewer, &path);
            for (name, entries) in change.as_object().unwrap() {
                let hidden = &secrets[name];
                if is_flat(name) {
                    assert_eq!(theirs[name], *entries, "{name}");
                    assert_eq!(now[name], joined(entries, hidden), "{name}");
                    continue;
                }
                assert_eq!(
                    theirs[name].as_array().unwrap().len(),
                    entries.as_array().unwrap().len()
                );
                for entry in [entries, hidden]
                    .iter()
                    .flat_map(|list| list.as_array().unwrap())
                {
                    let mut entry = entry.clone();
                    if entry["kind"] == "official" {
                        assert!(holds(&theirs[name], &entry), "{entry}: {theirs}");
                        entry["src"] = json!(["book", "letter"]);
                    }
                    assert!(holds(&now[name], &entry), "{entry}: {now}");
                }
            }

            // What is unset is what was shown, and what somebody rests on stays.
            let rest = json!({"names": [a_name("Qala", &["us"])], "sources": [a_source("us", "What we know")],
            "associations": null, "descriptions": null, "directions": [], "dating": [], "designations": null,
            "identifiers": null, "organizations": null, "relations": null, "other_types": null, "location_src": null});
            patch(&anna, &path, "*", &rest).expect(200);
            let theirs = properties(&anna, &path);
            let now = properties(&reviewer, &path);
            for (name, hidden) in secrets.as_object().unwrap() {
                let left = rest[name].as_array().map_or(0, Vec::len);
                let shown = theirs[name].as_array().map_or(0, Vec::len);
                assert_eq!(shown, left, "{name}: {theirs}");
                if is_flat(name) {
                    assert_eq!(now[name], *hidden);
                } else {
                    assert!(holds(&now[name], &hidden[0]), "{name}: {now}");
                }
            }
            let before_last = &before["names"][0]["text"];
            assert!(
                holds(
                    &now["names"],
                    &json!({"text": before_last, "src": ["book", "letter"]})
                ),
                "{now}"
            );
            assert!(holds(&now["sources"], &json!({"key": "book"})), "{now}");

            // And so it is published.
            let why =
                json!({"relations": [], "organizations": [], "location_sensitivity_reason": null});
            patch(&reviewer, &path, "*", &why).expect(200);
            review(&reviewer, &path, "*", &json!({"decision": "published"})).expect(200);
            let now = properties(&reviewer, &path);
            assert!(holds(&now["names"], &secrets["names"][0]), "{now}");
            assert!(holds(&now["sources"], &secrets["sources"][0]), "{now}");
            assert!(
                !app.parts
                    .store
                    .find(record_at(Collection::Sites, &path))
                    .unwrap()
                    .unwrap()
                    .document
                    .get()
                    .contains("as_sent")
            );
        }
    }
);

/// The same with its lists in one order: that of names is another one for each record.
fn ordered(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(ordered).collect();
            items.sort_by_key(Value::to_string);
            items.into()
        }
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), ordered(value)))
            .collect(),
        value => value.clone(),
    }
}

fn record_at(collection: Collection, path: &str) -> RecordRef {
    collection.record(path.rsplit('/').next().unwrap().parse().unwrap())
}

on_each_engine!(
    nobody_finds_out_by_a_correction_what_a_reviewer_added,
    |app| {
        let people = People::of(app);
        let [anna, reviewer] =
            [&people.contributor, &people.reviewer].map(|token| app.bearer(token));
        let hidden = app.given(a_site().restricted());
        let letter = a_source("letter", "A letter");
        // The same proposal twice: in one of the two there is what she guesses.
        let paths = [true, false].map(|is_there| {
            let path = proposed(&anna, a_site().0);
            let now = properties(&reviewer, &path);
            let with = |name: &str, entry: Value| {
                let mut list = now[name].as_array().cloned().unwrap_or_default();
                list.push(entry);
                Value::from(list)
            };
            let added = if is_there {
                json!({
                    "sources": with("sources", letter.clone()),
                    "names": with("names", a_name("Gizli", &["letter"])),
                    "descriptions": with("descriptions", json!({"text": "Тайник.", "lang": "ru"})),
                    "directions": [{"text": "Left at the well.", "lang": "en"}],
                    "relations": [{"kind": "part_of", "site_id": hidden}],
                    "location_src": ["book", "letter"],
                    "location_sensitivity": "restricted",
                    "location_sensitivity_reason": "A tomb was found.",
                })
            } else {
                json!({"note_internal": "Nothing."})
            };
            patch(&reviewer, &path, "*", &added).expect(200);
            sends_back(&reviewer, &path);
            path
        });
        let own = properties(&anna, &paths[0]);
        let with = |name: &str, entry: Value| {
            let mut list = own[name].as_array().cloned().unwrap_or_default();
            list.push(entry);
            Value::from(list)
        };
        let told = |change: &Value| {
            let [there, absent] = paths.clone().map(|path| {
                let id = path.rsplit('/').next().unwrap().to_owned();
                let answer = patch(&anna, &path, "*", change);
                let text = |text: &str| text.replace(&id, "ID");
                if answer.status != 200 {
                    return (answer.status, text(answer.text()));
                }
                sends_back(&reviewer, &path);
                let mut shown = properties(&anna, &path);
                for name in ["receipt", "review", "updated_at", "created_at"] {
                    shown.as_object_mut().unwrap().remove(name);
                }
                (answer.status, text(&ordered(&shown).to_string()))
            });
            assert_eq!(there, absent, "{change}");
            there.0
        };
        for (status, change) in [
            (
                422,
                json!({"names": with("names", a_name("Qala", &["letter"]))}),
            ),
            (422, json!({"location_src": ["letter"]})),
            (
                422,
                json!({"relations": [{"kind": "part_of", "site_id": hidden}]}),
            ),
            (
                422,
                json!({"location_sensitivity": "exact", "public_listing": true}),
            ),
            (
                200,
                json!({"location_sensitivity": "generalised", "location_sensitivity_reason": "Graves."}),
            ),
            (
                200,
                json!({"names": with("names", a_name("Gizli", &["book"]))}),
            ),
            (
                200,
                json!({"descriptions": with("descriptions", json!({"text": "Монастырь.", "lang": "ru"}))}),
            ),
            (
                200,
                json!({"directions": [{"text": "Left at the well.", "lang": "en"}]}),
            ),
            (
                200,
                json!({"sources": with("sources", a_source("letter", "Another letter")), "location_src": ["letter"]}),
            ),
            (
                200,
                json!({"sources": with("sources", letter.clone()), "names": with("names", a_name("Qala", &["letter"]))}),
            ),
            (200, json!({"location_src": null, "descriptions": null})),
        ] {
            assert_eq!(told(&change), status, "{change}");
        }
        let now = properties(&reviewer, &paths[0]);
        let text = now.to_string();
        for part in [
            "Тайник.",
            "Left at the well.",
            "A letter",
            "A tomb was found.",
            "Gizli",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(now["location_sensitivity"], "restricted");
        assert_eq!(now["relations"][0]["site_id"], json!(hidden));
    }
);

on_each_engine!(a_report_that_is_corrected_keeps_what_others_added, |app| {
    let people = People::of(app);
    let [anna, reviewer] = [&people.contributor, &people.reviewer].map(|token| app.bearer(token));
    let damage = |component: &str| json!({"component": component, "type": "collapse", "certainty": "certain", "cause": "unknown"});
    let report = a_report(app.given(a_site()))
        .with("method", "satellite_imagery")
        .with("imagery", json!({"provider": "A", "after_on": "2024"}))
        .with("damages", json!([damage("roof")]))
        .with("observers", json!([{"name": "Aram"}]));
    let sent = post(&anna, REPORTS, None, &feature(report.0)).expect(201);
    let path = sent.header("location").to_owned();
    let record = record_at(Collection::ConditionReports, &path);
    let document = || -> Value {
        let entity = app.parts.store.find(record).unwrap().unwrap();
        serde_json::from_str(entity.document.get()).unwrap()
    };
    let mut added = document();
    added["damages"][0]["note"] = json!([{"text": "Since March.", "lang": "en"}]);
    added["damages"]
        .as_array_mut()
        .unwrap()
        .push(damage("interior"));
    added["imagery"]["note"] = json!("Clouds.");
    added["hazards"] = json!(["mine_uxo"]);
    added["summary"][0]["text"] = json!("Some tiles of the roof are missing. So is the bell.");
    app.put_again(record, State::SentBack, &added);

    let summary = |text: &str| json!([{"text": text, "lang": "en"}]);
    let change = json!({
        "damages": [damage("roof"), damage("openings")],
        "imagery": {"provider": "B", "sensor": "S"},
        "hazards": ["unstable_structure"],
        "summary": summary("Many tiles of the roof are missing."),
    });
    let (mut whole, tag) = read(&anna, &path);
    for part in ["Since March", "interior", "Clouds", "mine_uxo", "bell"] {
        assert!(!whole.to_string().contains(part), "{part}: {whole}");
    }
    for (name, value) in change.as_object().unwrap() {
        whole["properties"][name] = value.clone();
    }
    whole["properties"]["imagery"]["after_on"] = json!("2024");
    let answer = put(&anna, &path, &tag, &whole).expect(200).json();
    for (name, value) in change.as_object().unwrap() {
        if name != "imagery" {
            assert_eq!(answer["properties"][name], *value, "{name}");
        }
    }
    assert_eq!(answer["properties"]["imagery"]["note"], Value::Null);
    let now = document();
    let mut roof = damage("roof");
    roof["note"] = added["damages"][0]["note"].clone();
    assert_eq!(
        now["damages"],
        json!([roof, damage("openings"), damage("interior")])
    );
    let imagery = json!({"provider": "B", "sensor": "S", "after_on": "2024", "note": "Clouds."});
    for (name, value) in imagery.as_object().unwrap() {
        assert_eq!(now["imagery"][name], *value, "{name}");
    }
    assert_eq!(now["hazards"], json!(["unstable_structure", "mine_uxo"]));
    assert_eq!(now["observers"][0]["name"], "Aram");
    assert_eq!(
        now["summary"],
        summary("Many tiles of the roof are missing. So is the bell.")
    );

    // An administrator takes something out of every version: also out of what its organization is shown.
    sends_back(&reviewer, &path);
    let erasure = json!({"property": "summary", "containing": "Many tiles", "reason": "privacy"});
    send(
        &app.admin(),
        Method::POST,
        &format!("{path}/erasures"),
        "*",
        &erasure,
    )
    .expect(200);
    assert_eq!(properties(&anna, &path)["summary"], json!([]));
});

on_each_engine!(
    a_relation_that_nobody_is_shown_outlives_a_correction,
    |app| {
        let people = People::of(app);
        let [anna, reviewer] =
            [&people.contributor, &people.reviewer].map(|token| app.bearer(token));
        let (gone, other) = (app.given(a_site()), app.given(a_site()));
        let see_also = |site: &Uuid| json!({"kind": "see_also", "site_id": site, "note": null});

        // Of a site that was withdrawn nobody is told, and it may come back.
        let path = address(
            "sites",
            app.given(a_site().with("relations", json!([see_also(&gone)]))),
        );
        app.withdraw(site_ref(gone));
        assert_eq!(properties(&reviewer, &path)["relations"], json!([]));
        patch(&reviewer, &path, "*", &json!({"site_type": "chapel"})).expect(200);
        patch(
            &reviewer,
            &path,
            "*",
            &json!({"relations": [see_also(&other)]}),
        )
        .expect(200);
        assert_eq!(
            properties(&reviewer, &path)["relations"],
            json!([see_also(&other)])
        );
        review(
            &app.admin(),
            &address("sites", gone),
            "*",
            &json!({"decision": "published", "reason": "wording"}),
        )
        .expect(200);
        let relations = [&other, &gone].map(see_also);
        assert_eq!(properties(&reviewer, &path)["relations"], json!(relations));

        // Of her other proposal nobody reads in hers but a reviewer, who decides on both.
        let draft = proposed(&anna, a_site().0);
        let draft: Uuid = draft.rsplit('/').next().unwrap().parse().unwrap();
        let path = proposed(
            &anna,
            a_site().with("relations", json!([see_also(&draft)])).0,
        );
        assert_eq!(properties(&anna, &path)["relations"], json!([]));
        assert_eq!(
            properties(&reviewer, &path)["relations"],
            json!([see_also(&draft)])
        );
        sends_back(&reviewer, &path);
        patch(&anna, &path, "*", &json!({"relations": [see_also(&other)]})).expect(200);
        let relations = [&other, &draft].map(see_also);
        assert_eq!(properties(&reviewer, &path)["relations"], json!(relations));
        patch(&reviewer, &path, "*", &json!({"relations": []})).expect(200);
        assert_eq!(properties(&reviewer, &path)["relations"], json!([]));
    }
);

on_each_engine!(
    a_ring_by_way_of_what_a_reviewer_added_is_told_to_reviewers_alone,
    |app| {
        let people = People::of(app);
        let [anna, reviewer] =
            [&people.contributor, &people.reviewer].map(|token| app.bearer(token));
        let [whole, part, other] = [(); 3].map(|()| proposed(&anna, a_site().0));
        let part_of = |path: &str| {
            let id = path.rsplit('/').next().unwrap();
            json!({"relations": [{"kind": "part_of", "site_id": id}]})
        };
        patch(&reviewer, &part, "*", &part_of(&whole)).expect(200);
        let ring =
            ["/relations/0/site_id: is itself a part of this one: nothing is a part of its part"];
        let told = patch(&reviewer, &whole, "*", &part_of(&part)).expect(422);
        assert_eq!(told.faults(), ring);
        for path in [&whole, &part, &other] {
            sends_back(&reviewer, path);
        }
        assert_eq!(properties(&anna, &part)["relations"], json!([]));
        patch(&anna, &whole, "*", &part_of(&part)).expect(200);

        // What they said themselves, they are told of.
        let another = proposed(&anna, a_site().0);
        sends_back(&reviewer, &another);
        patch(&anna, &other, "*", &part_of(&another)).expect(200);
        let told = patch(&anna, &another, "*", &part_of(&other)).expect(422);
        assert_eq!(told.faults(), ring);
    }
);

on_each_engine!(
    what_a_reviewer_identified_is_no_double_to_those_who_are_not_shown_that,
    |app| {
        let people = People::of(app);
        let [anna, reviewer] =
            [&people.contributor, &people.reviewer].map(|token| app.bearer(token));
        let id = json!([{"scheme": "wikidata", "value": "Q7", "match": "exact"}]);
        let known = a_site().nowhere().named("Başqa", "az");
        let known = app.given(known.with("identifiers", id.clone()));
        let path = proposed(&anna, a_site().named("Başqa", "az").0);
        patch(&reviewer, &path, "*", &json!({"identifiers": id})).expect(200);
        let doubles = |client: &Client<'_>| {
            let queue = client.get("/queue").expect(200).json();
            queue["waiting"][0]["duplicates"].to_string()
        };
        assert!(doubles(&reviewer).contains(&known.to_string()));
        sends_back(&reviewer, &path);
        let note = json!({"location_note": "By the bridge."});
        let sent = patch(&anna, &path, "*", &note).expect(200).json();
        let listed = anna.get("/submissions").expect(200).json();
        for told in [sent.to_string(), listed.to_string()] {
            assert!(!told.contains(&known.to_string()), "{told}");
        }
    }
);

on_each_engine!(
    what_a_colleague_who_decides_makes_of_a_secret_stays_one,
    |app| {
        let people = People::of(app);
        let [anna, colleague, reviewer] =
            [&people.contributor, &people.colleague, &people.reviewer]
                .map(|token| app.bearer(token));
        let path = proposed(&anna, a_site().0);
        let before = properties(&reviewer, &path);
        let mut names = before["names"].clone();
        names[0]["src"] = json!(["book", "letter"]);
        let mut sources = before["sources"].clone();
        let secret = a_source("letter", "A letter of Aram");
        sources.as_array_mut().unwrap().push(secret);
        let added = json!({"names": names, "sources": sources});
        patch(&reviewer, &path, "*", &added).expect(200);
        names[0]["text"] = json!("Qala");
        names[0]["kind"] = json!("official");
        patch(&colleague, &path, "*", &json!({"names": names})).expect(200);
        assert!(
            properties(&colleague, &path)
                .to_string()
                .contains("of Aram")
        );
        let read = properties(&anna, &path).to_string();
        assert!(
            !read.contains("of Aram") && !read.contains("letter"),
            "{read}"
        );
    }
);
