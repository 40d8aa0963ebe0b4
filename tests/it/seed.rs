//! The seed is all of its files: nothing is lost, nothing hidden is placed, and a fault stops everything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use heritage_registry::app::Parts;
use heritage_registry::domain::{
    Clock, Faults, Ground, Id, Ids, Lang, Languages, NameKey, Script, Seq, loaded_texts,
};
use heritage_registry::registry::{Seed, base_map};
use serde_json::{Value, json};

use crate::harness::{App, Engine};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files as they are in the folder, by their path below it.
fn files() -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for folder in ["", "sites", "reports"] {
        for entry in fs::read_dir(root().join("seed").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let ending = path
                .extension()
                .and_then(|ending| ending.to_str())
                .unwrap_or_default();
            if matches!(ending, "json" | "geojson") {
                let name = path
                    .strip_prefix(root().join("seed"))
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                found.insert(
                    name,
                    serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap(),
                );
            }
        }
    }
    found
}

fn kind(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap()
}

fn records(file: &Value) -> &Vec<Value> {
    file.as_array()
        .or_else(|| file["features"].as_array())
        .unwrap()
}

fn count(kinds: &str) -> usize {
    files()
        .iter()
        .filter(|(name, _)| kind(name) == kinds)
        .map(|(_, file)| records(file).len())
        .sum()
}

/// How often each field stands in the records, by its path: `names[].text`.
fn fields(at: &str, value: &Value, counts: &mut BTreeMap<String, usize>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = if at.is_empty() {
                    name.clone()
                } else {
                    format!("{at}.{name}")
                };
                *counts.entry(path.clone()).or_default() += 1;
                fields(&path, value, counts);
            }
        }
        Value::Array(items) if !at.ends_with("coordinates") => {
            for item in items {
                *counts.entry(format!("{at}[]")).or_default() += 1;
                fields(&format!("{at}[]"), item, counts);
            }
        }
        _ => {}
    }
}

#[test]
fn every_field_of_the_files_is_accounted_for_with_its_count() {
    let mut counted: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (name, file) in files() {
        let mut counts = BTreeMap::new();
        for record in records(&file) {
            fields("", record, &mut counts);
        }
        for (path, count) in counts {
            *counted.entry((kind(&name).to_owned(), path)).or_default() += count;
        }
    }
    let page = fs::read_to_string(root().join("docs/seed.md")).unwrap();
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line
            .split('|')
            .map(|cell| cell.trim().trim_matches('`'))
            .collect();
        let (kind, path, count) = (*cells.get(1)?, *cells.get(2)?, cells.get(3)?.parse().ok()?);
        Some(((kind.to_owned(), path.to_owned()), count))
    });
    assert_eq!(rows.collect::<BTreeMap<_, usize>>(), counted);
}

over_the_seed!(every_record_of_the_files_is_in_the_catalogue, |app| {
    let matched = |client: crate::harness::Client<'_>, collection: &str| {
        client
            .get(&format!("/collections/{collection}/items?resultType=hits"))
            .json()["numberMatched"]
            .as_u64()
            .unwrap()
    };
    let counts = [
        ("sites", 205),
        ("reports", 84),
        ("organizations", 57),
        ("regions", 20),
        ("sources", 219),
        ("basemap", 1467),
    ];
    assert_eq!(counts.map(|(kind, _)| (kind, count(kind))), counts);
    // The trusted see all of them, and the registry's own organization; the public not what is restricted or unlisted.
    let trusted = ["sites", "condition-reports", "organizations", "regions"]
        .map(|collection| matched(app.admin(), collection));
    assert_eq!(trusted, [205, 84, 58, 20]);
    let public = ["sites", "condition-reports", "organizations", "regions"]
        .map(|collection| matched(app.anonymous(), collection));
    assert_eq!(public, [201, 84, 56, 20]);
});

over_the_seed!(ids_names_and_sources_are_those_of_the_files, |app| {
    let served = app
        .admin()
        .get("/collections/sites/items?limit=1000")
        .features();
    let by_id: BTreeMap<&str, &Value> = served
        .iter()
        .map(|site| (site["id"].as_str().unwrap(), site))
        .collect();
    for (name, file) in files().iter().filter(|(name, _)| kind(name) == "sites") {
        for site in records(file) {
            let properties = &by_id[site["id"].as_str().unwrap()]["properties"];
            let names = |list: &Value| {
                list.as_array()
                    .unwrap()
                    .iter()
                    .map(|one| (one["text"].to_string(), one["lang"].to_string()))
                    .collect::<BTreeSet<_>>()
            };
            assert_eq!(names(&properties["names"]), names(&site["names"]), "{name}");
            let mut cited = BTreeSet::new();
            citations(site, &mut cited);
            let sources = properties["sources"]
                .as_array()
                .unwrap()
                .iter()
                .map(|source| source["key"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(cited, sources, "{name} {}", site["key"]);
        }
    }
});

fn citations(value: &Value, cited: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if name == "src" || name == "location_src" {
                    cited.extend(
                        member
                            .as_array()
                            .unwrap()
                            .iter()
                            .map(|key| key.as_str().unwrap().to_owned()),
                    );
                } else {
                    citations(member, cited);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| citations(item, cited)),
        _ => {}
    }
}

#[test]
fn the_files_hold_no_exact_place_that_they_hide() {
    let mut hidden = 0;
    for (name, file) in files().iter().filter(|(name, _)| kind(name) == "sites") {
        for site in records(file)
            .iter()
            .filter(|site| site["location_sensitivity"] != "exact")
        {
            hidden += 1;
            let Some(at) = site["geometry"]["coordinates"].as_array() else {
                continue;
            };
            assert_eq!(
                site["location_sensitivity"], "generalised",
                "{name} {}",
                site["key"]
            );
            // The centre of a cell of 0.1 degree.
            let is_centre = |degrees: &Value| {
                ((degrees.as_f64().unwrap() * 10.0).rem_euclid(1.0) - 0.5).abs() < 1e-6
            };
            assert!(at.iter().all(is_centre), "{name} {}", site["key"]);
        }
    }
    assert_eq!(hidden, 18);
}

over_the_seed!(
    the_public_sees_hidden_sites_of_the_seed_as_cells_or_not_at_all,
    |app| {
        let hidden: Vec<Value> = app
            .admin()
            .get("/collections/sites/items?limit=1000")
            .features();
        let hidden: Vec<_> = hidden
            .iter()
            .filter(|site| site["properties"]["location_sensitivity"] != "exact")
            .collect();
        assert_eq!(hidden.len(), 18);
        for site in hidden {
            let id = site["id"].as_str().unwrap();
            let public = app
                .anonymous()
                .get(&format!("/collections/sites/items/{id}"));
            if site["properties"]["location_sensitivity"] == "restricted" {
                assert_eq!(public.status, 404, "{id}");
                continue;
            }
            let public = public.expect(200).json();
            assert!(
                ["cell", "none"].contains(&public["properties"]["geometry_kind"].as_str().unwrap()),
                "{id}"
            );
            assert_eq!(public["properties"]["location_note"], Value::Null, "{id}");
        }
    }
);

over_the_seed!(every_name_is_in_one_script, |app| {
    for site in app
        .admin()
        .get("/collections/sites/items?limit=1000")
        .features()
    {
        for name in site["properties"]["names"].as_array().unwrap() {
            let script = Script::of(name["text"].as_str().unwrap()).unwrap();
            assert_eq!(name["script"], script.id());
        }
    }
});

#[test]
fn the_base_map_is_compiled_in_and_has_a_label_for_everybody() {
    let map = base_map().unwrap();
    let count = |ground: Ground| {
        let all = map.landmarks.iter();
        all.filter(|one| one.ground == ground).count()
    };
    assert_eq!(Ground::ALL.map(count), [3, 22, 1442]);
    for lang in ["az", "en", "fr", "hy", "ru"] {
        let languages = Languages::new([Lang::parse(lang).unwrap()]);
        let places = map
            .landmarks
            .iter()
            .filter(|one| one.ground == Ground::Place);
        assert!(
            places
                .clone()
                .all(|place| place.label(&languages).is_some()),
            "{lang}"
        );
    }
}

/// The compiled-in files, with one of them changed.
fn changed(file: &str, change: impl FnOnce(&mut Value)) -> Seed {
    let compiled_in = Seed::compiled_in();
    let mut texts: BTreeMap<&str, String> = compiled_in
        .files()
        .map(|(name, text)| (name, text.to_owned()))
        .collect();
    let mut value: Value = serde_json::from_str(&texts[file]).unwrap();
    change(&mut value);
    texts.insert(file, value.to_string());
    Seed::of(texts)
}

fn faults(seed: &Seed) -> Vec<String> {
    let Faults(faults) = seed.items(Id::new(uuid::Uuid::nil())).unwrap_err();
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn every_fault_of_a_seed_is_named_with_file_and_place() {
    let seed = changed("sites/other.json", |sites| {
        sites[0]["site_type"] = json!("castle-in-the-air");
        sites[0]["colour"] = json!("red");
        sites[1]["names"][0]["src"] = json!(["no-such-source"]);
        sites[1]["dating"] =
            json!([{"kind": "construction", "edtf": "long ago", "src": ["general-knowledge"]}]);
        sites[1]["id"] = json!("7");
    });
    let faults = faults(&seed);
    let starts = [
        "sites/other.json#/0/site_type: \"castle-in-the-air\" is not a site_type: it is one of religious_place, church,",
        "sites/other.json#/0/colour: is not known here",
        "sites/other.json#/1: cites \"no-such-source\", which is not in sources.json",
        "sites/other.json#/1/id: \"7\" is not an id",
        "sites/other.json#/1/dating/0/edtf: ",
    ];
    for start in starts {
        assert!(
            faults.iter().any(|fault| fault.starts_with(start)),
            "{start}\n{faults:#?}"
        );
    }
    // The citation is wrong twice over: for the files, and for the record that has no such source.
    assert_eq!(faults.len(), starts.len() + 1, "{faults:#?}");
}

#[test]
fn a_report_of_a_site_that_is_not_there_is_a_fault() {
    let seed = changed("reports/bbc.json", |reports| {
        reports[0]["site"] = json!("atlantis");
    });
    assert!(faults(&seed).contains(
        &"reports/bbc.json#/0/site: there is no site with the key \"atlantis\"".to_owned()
    ));
}

#[test]
fn a_file_that_is_no_json_is_named() {
    let seed = Seed::of([("sites/other.json", "[{]".to_owned())]);
    assert!(
        faults(&seed)[0]
            .starts_with("sites/other.json: is not JSON: key must be a string at line 1 column 3"),
        "{:?}",
        faults(&seed)
    );
}

#[test]
fn a_seed_with_a_fault_leaves_nothing_behind() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let home = engine.home();
        let open = |seed| {
            Parts::open(
                &home.place(),
                None,
                Clock::system(),
                Ids::random(),
                seed,
                None,
                heritage_registry::registry::Rules::default(),
            )
        };
        let double = changed("regions.geojson", |regions| {
            regions["features"][1]["properties"]["code"] =
                regions["features"][0]["properties"]["code"].clone();
        });
        let error = open(double).err().unwrap().to_string();
        assert!(error.contains("regions.geojson#/features/1/code: the code area-natural-earth-1994-2020 stands already"), "{error}");
        let parts = open(Seed::compiled_in()).unwrap();
        assert_eq!(
            parts.store.last_seq().unwrap(),
            Seq(367),
            "the next start begins anew"
        );
        assert!(parts.token.is_some());
    }
}

#[test]
fn the_second_start_loads_nothing_and_shows_no_token() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = App::with_seed(engine, Seed::of([]));
        let place = app.place();
        let again = Parts::open(
            &place,
            None,
            Clock::system(),
            Ids::random(),
            Seed::compiled_in(),
            None,
            heritage_registry::registry::Rules::default(),
        )
        .unwrap();
        assert_eq!(
            (again.store.last_seq().unwrap(), again.token.is_none()),
            (Seq(1), true)
        );
    }
}

#[test]
fn a_token_that_the_operator_chose_is_not_given_back_to_be_printed() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = App::with_seed(engine, Seed::of([]));
        assert!(app.parts.token.is_none());
        app.admin().get("/collections/sites/items").expect(200);
    }
}

#[test]
fn few_sites_of_the_seed_share_a_name_and_those_that_do_are_found() {
    let files = files();
    let sites = files.iter().filter(|(name, _)| kind(name) == "sites");
    let names: Vec<Vec<&str>> = sites
        .flat_map(|(_, file)| records(file))
        .map(|site| {
            let names = site["names"].as_array().unwrap().iter();
            names.map(|name| name["text"].as_str().unwrap()).collect()
        })
        .collect();
    let keys: Vec<Vec<NameKey>> = names
        .iter()
        .map(|texts| texts.iter().map(|text| NameKey::of(text)).collect())
        .collect();
    let share =
        |a: &[NameKey], b: &[NameKey]| a.iter().any(|a| b.iter().any(|b| a.is_same_name(b)));
    let mut shared = Vec::new();
    for (place, one) in keys.iter().enumerate() {
        let others = keys[..place].iter().zip(&names);
        let like = others.filter(|(other, _)| share(one, other));
        shared.extend(like.map(|(_, other)| (&names[place], other)));
    }
    // Mostly a village's name, which several of its sites have.
    assert!(shared.len() < names.len() / 8, "{shared:#?}");
    assert!(
        shared.iter().any(|(a, b)| {
            let has = |name| a.contains(&name) || b.contains(&name);
            has("Gütəvəng") && has("Խութավանք")
        }),
        "{shared:#?}"
    );
}

#[test]
fn the_texts_of_the_files_take_no_side() {
    for (name, file) in files() {
        // Sources are quoted: their titles are as they are.
        for record in records(&file).iter().filter(|_| name != "sources.json") {
            assert_eq!(loaded_texts(record), [], "{name}: {}", record["key"]);
        }
    }
}
