//! Records in files: `import` and `export`, as their operator runs them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Output;

use heritage_registry::app::catch_up;
use heritage_registry::domain::{Collection, Seq, State};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::harness::writing::{address, feature, patch, post, read};
use crate::harness::{
    App, Engine, Home, People, Serving, a_report, a_site, command, report_ref, with,
};

/// Collections in an order in which each finds what it names.
const COLLECTIONS: [&str; 4] = ["organizations", "regions", "sites", "condition-reports"];

/// A folder of files, and a database that commands are run on.
struct Desk<'a> {
    folder: TempDir,
    home: &'a Home,
}

impl Desk<'_> {
    fn at(home: &Home) -> Desk<'_> {
        let folder = tempfile::tempdir().unwrap();
        Desk { folder, home }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What a command prints and what it complains of, with its exit code.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = command(self.home, arguments);
        let output = command.current_dir(self.folder.path()).output().unwrap();
        let Output {
            status,
            stdout,
            stderr,
        } = output;
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code(), text(stdout), text(stderr))
    }

    fn done(&self, arguments: &[&str]) -> String {
        let (code, out, error) = self.run(arguments);
        assert_eq!((code, error.as_str()), (Some(0), ""), "{arguments:?}");
        out
    }

    /// What is wrong, a line each.
    fn refused(&self, arguments: &[&str], code: i32) -> Vec<String> {
        let (status, out, error) = self.run(arguments);
        assert_eq!(
            (status, out.as_str()),
            (Some(code), ""),
            "{arguments:?}: {error}"
        );
        let error = error.strip_prefix("heritage-registry: ").unwrap();
        error.lines().map(str::to_owned).collect()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.file(name), text).unwrap();
    }

    fn features(&self, name: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.file(name)).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        file["features"].as_array().unwrap().clone()
    }
}

fn as_feature(id: Option<Uuid>, mut members: Value) -> Value {
    let geometry = members.as_object_mut().unwrap().remove("geometry");
    json!({"type": "Feature", "id": id, "geometry": geometry, "properties": members})
}

fn collection_of(features: &[Value]) -> String {
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

/// A new database with the real catalogue, or an empty one.
fn started(engine: Engine, arguments: &[&str]) -> Home {
    let (home, mut program) = with(engine);
    program.args(arguments);
    drop(Serving::start(program, true));
    home
}

/// The real catalogue goes from one engine into the other, and comes back out of it as it was.
fn round_trip(from: Engine, to: Engine, ending: &str) {
    let (old, new) = (started(from, &[]), started(to, &["--empty"]));
    let (before, after) = (Desk::at(&old), Desk::at(&new));
    for collection in COLLECTIONS {
        let file = format!("{collection}.{ending}");
        before.done(&["export", collection, &file]);
        let path = before.file(&file);
        after.done(&["import", collection, path.to_str().unwrap()]);
        after.done(&["export", collection, &file]);
        let (one, other) = (
            fs::read(path).unwrap(),
            fs::read(after.file(&file)).unwrap(),
        );
        assert!(one == other, "{collection} differ");
        assert!(one.len() > 40_000, "{collection}: {}", one.len());
    }
    let file = before.file("sites.csv");
    if ending == "csv" {
        let again = after.done(&["import", "sites", file.to_str().unwrap()]);
        assert_eq!(again, "imported 0 sites; already there: 205\n");
    }
}

#[test]
fn the_catalogue_moves_by_geojson_as_it_is() {
    round_trip(Engine::Sqlite, Engine::Postgres, "geojson");
}

#[test]
fn the_catalogue_moves_by_lines_as_it_is() {
    round_trip(Engine::Postgres, Engine::Sqlite, "ndjson");
}

#[test]
fn the_catalogue_moves_by_tables_as_it_is() {
    round_trip(Engine::Sqlite, Engine::Sqlite, "csv");
    round_trip(Engine::Postgres, Engine::Postgres, "csv");
}

on_each_engine!(
    a_file_comes_in_whole_or_not_at_all_and_every_fault_has_its_line,
    |app| {
        let desk = Desk::at(app.home());
        let site = as_feature(None, a_site().0);
        let mut wrong = site.clone();
        wrong["properties"]["site_type"] = "churc".into();
        wrong["properties"]["location_sensitivity"] = Value::Null;
        let other = Uuid::from_u128(7);
        let mut unknown = site.clone();
        unknown["properties"]["relations"] = json!([{"kind": "see_also", "site_id": other}]);
        let lines = [&site, &wrong, &unknown].map(Value::to_string).join("\n");
        desk.write("sites.ndjson", lines.clone() + "\n{");
        for dry in [
            &["import", "sites", "sites.ndjson"][..],
            &["import", "sites", "sites.ndjson", "--dry-run"],
        ] {
            let faults = desk.refused(dry, 1);
            let starts = [
                "sites.ndjson:2: /properties/location_sensitivity: is required",
                "sites.ndjson:2: /properties/site_type: \"churc\" is not a site_type: did you mean church?",
                "sites.ndjson:3: /properties/relations/0/site_id: nothing is known of sites 00000000-0000-0000-0000-000000000007",
                "sites.ndjson:4: is not JSON: ",
            ];
            assert_eq!(faults.len(), starts.len(), "{faults:#?}");
            for (fault, start) in faults.iter().zip(starts) {
                assert!(fault.starts_with(start), "{fault}");
            }
        }
        assert_eq!(hits(app), 0);

        desk.write("sites.ndjson", site.to_string());
        assert_eq!(
            desk.done(&["import", "sites", "sites.ndjson", "--dry-run"]),
            "can import 1 site\n"
        );
        assert_eq!(hits(app), 0);
        assert_eq!(
            desk.done(&["import", "sites", "sites.ndjson"]),
            "imported 1 site\n"
        );
        assert_eq!(hits(app), 1);
    }
);

on_each_engine!(
    no_report_says_that_no_hazard_was_seen_beside_one_that_was,
    |app| {
        let (desk, people) = (Desk::at(app.home()), People::of(app));
        let [anna, reviewer] =
            [&people.contributor, &people.reviewer].map(|token| app.bearer(token));
        let site = app.given(a_site());
        let seen = |hazards: &[&str]| a_report(site).with("hazards", json!(hazards));
        let both = ["mine_uxo", "none_seen"];
        let wrong = "/properties/hazards: says none_seen beside hazards that were seen: take out the one or the others";

        let reports = "/collections/condition-reports/items";
        let sent = seen(&both).with("access", "exterior");
        let sent = post(&anna, reports, None, &feature(sent.0));
        assert_eq!(sent.expect(422).faults(), [wrong]);
        let lines =
            [&both[..1], &both[1..], &both].map(|hazards| as_feature(None, seen(hazards).0));
        desk.write(
            "reports.ndjson",
            lines.map(|line| line.to_string()).join("\n"),
        );
        let faults = desk.refused(&["import", "condition-reports", "reports.ndjson"], 1);
        assert_eq!(faults, [format!("reports.ndjson:3: {wrong}")]);

        // One that is kept from before is shown as it is, and mended by whoever corrects it.
        let id = app.given(seen(&both[..1]));
        let entity = app.parts.store.find(report_ref(id)).unwrap().unwrap();
        let mut document: Value = serde_json::from_str(entity.document.get()).unwrap();
        document["hazards"] = json!(both);
        app.put_again(report_ref(id), State::Published, &document);
        let path = address("condition-reports", id);
        assert_eq!(
            read(&reviewer, &path).0["properties"]["hazards"],
            json!(both)
        );
        let note = json!({"summary": null, "correction_note": "It said too much."});
        assert_eq!(
            patch(&reviewer, &path, "*", &note).expect(422).faults(),
            [wrong.replace("/properties", "")]
        );
        let mut mended = note;
        mended["hazards"] = json!(["mine_uxo"]);
        patch(&reviewer, &path, "*", &mended).expect(200);
    }
);

/// How many sites the public is shown, once what commands wrote is.
fn hits(app: &App) -> u64 {
    catch_up(&app.parts.store, &app.parts.catalogue).unwrap();
    let answer = app
        .anonymous()
        .get("/collections/sites/items?resultType=hits");
    answer.json()["numberMatched"].as_u64().unwrap()
}

on_each_engine!(what_stands_in_one_file_is_looked_at_together, |app| {
    let desk = Desk::at(app.home());
    let ids = [1, 2, 3].map(|number| Uuid::from_u128(0x4000_8000_0000_0000_0000 << 32 | number));
    let part_of = |number: usize, whole: usize| {
        let relations = json!([{"kind": "part_of", "site_id": ids[whole]}]);
        as_feature(Some(ids[number]), a_site().with("relations", relations).0)
    };
    let ring = [part_of(0, 1), part_of(1, 2), part_of(2, 0)];
    desk.write("ring.ndjson", ring.map(|one| one.to_string()).join("\n"));
    let faults = desk.refused(&["import", "sites", "ring.ndjson"], 1);
    for (line, fault) in faults.iter().enumerate() {
        let start = format!(
            "ring.ndjson:{}: /properties/relations/0/site_id: is itself a part of this one",
            line + 1
        );
        assert!(fault.starts_with(&start), "{fault}");
    }
    assert_eq!(faults.len(), 3);
    // A record that has faults is there to be named: that it is not taken is told once.
    let mut faulty = as_feature(Some(ids[1]), a_site().0);
    faulty["properties"]["site_type"] = "churc".into();
    let lines = [part_of(0, 1), faulty].map(|one| one.to_string());
    desk.write("named.ndjson", lines.join("\n"));
    let faults = desk.refused(&["import", "sites", "named.ndjson"], 1);
    assert!(
        faults.len() == 1 && faults[0].starts_with("named.ndjson:2: /properties/site_type"),
        "{faults:?}"
    );
    let chain = [
        part_of(0, 1),
        part_of(1, 2),
        as_feature(Some(ids[2]), a_site().0),
    ];
    desk.write("chain.ndjson", chain.map(|one| one.to_string()).join("\n"));
    assert_eq!(
        desk.done(&["import", "sites", "chain.ndjson"]),
        "imported 3 sites\n"
    );
});

#[test]
fn of_very_many_faults_the_first_are_told_and_how_many_more() {
    let app = App::fresh(Engine::Sqlite);
    let desk = Desk::at(app.home());
    let mut table = "id,site_type\n".to_owned();
    (0..1200).for_each(|_| table.push_str(",x\n"));
    desk.write("many.csv", table);
    let faults = desk.refused(&["import", "sites", "many.csv"], 1);
    assert_eq!(faults.len(), 1001);
    assert!(faults[0].starts_with("many.csv:2: /"), "{}", faults[0]);
    assert!(
        faults[1000].starts_with("many.csv: and ") && faults[1000].ends_with(" more"),
        "{}",
        faults[1000]
    );
}

on_each_engine!(an_id_is_kept_and_stands_for_one_record, |app| {
    let desk = Desk::at(app.home());
    let id = Uuid::from_u128(0x1234_5678_1234_4234_8234_1234_5678_1234);
    let site = as_feature(Some(id), a_site().0);
    desk.write("a.geojson", collection_of(std::slice::from_ref(&site)));
    desk.done(&["import", "sites", "a.geojson"]);
    assert_eq!(hits(app), 1);
    app.anonymous()
        .get(&format!("/collections/sites/items/{id}"))
        .expect(200);
    assert_eq!(
        desk.done(&["import", "sites", "a.geojson"]),
        "imported 0 sites; already there: 1\n"
    );
    let mut other = site.clone();
    other["properties"]["site_type"] = "church".into();
    let mut numbered = site.clone();
    numbered["id"] = 5.into();
    desk.write(
        "b.geojson",
        collection_of(&[numbered.clone(), other, numbered.clone()]),
    );
    let faults = desk.refused(&["import", "sites", "b.geojson"], 1);
    assert!(
        faults.len() == 1 && faults[0].starts_with(&format!("b.geojson:1: /properties/id: {id} is the id of a record that is there and says otherwise")),
        "{faults:?}"
    );
    desk.write("c.geojson", collection_of(&[site.clone(), site]));
    let faults = desk.refused(&["import", "sites", "c.geojson"], 1);
    assert!(faults[0].contains("stands already at"), "{faults:?}");
    desk.write("d.geojson", collection_of(&[numbered.clone(), numbered]));
    desk.done(&["import", "sites", "d.geojson"]);
    assert_eq!(hits(app), 3);
});

on_each_engine!(ids_elsewhere_and_codes_are_those_of_one_record, |app| {
    let desk = Desk::at(app.home());
    let known = json!([{"scheme": "wikidata", "value": "Q1", "match": "exact"}]);
    app.given(a_site().with("identifiers", known.clone()));
    let same = as_feature(None, a_site().with("identifiers", known).0);
    let two = json!([{"scheme": "wikidata", "value": "Q2", "match": "exact"}]);
    let double = as_feature(None, a_site().with("identifiers", two).0);
    let lines = [&same, &double, &double].map(Value::to_string).join("\n");
    desk.write("sites.ndjson", &lines);
    let faults = desk.refused(&["import", "sites", "sites.ndjson"], 1);
    assert!(
        faults[1].starts_with(
            "sites.ndjson:3: /properties/identifiers: wikidata Q2 stands already at sites.ndjson:2"
        ),
        "{faults:?}"
    );
    assert!(
        faults[0]
            .starts_with("sites.ndjson:1: /properties/identifiers: wikidata Q1 is that of sites "),
        "{faults:?}"
    );
    assert_eq!(faults.len(), 2);
    // A proposal may be a double: reviewers see to that.
    desk.done(&["import", "sites", "sites.ndjson", "--state", "proposed"]);
});

on_each_engine!(what_is_proposed_waits_for_a_reviewer, |app| {
    let desk = Desk::at(app.home());
    let mut members = a_site().0;
    members
        .as_object_mut()
        .unwrap()
        .remove("location_sensitivity");
    desk.write("sites.ndjson", as_feature(None, members).to_string());
    desk.refused(&["import", "sites", "sites.ndjson"], 1);
    desk.done(&["import", "sites", "sites.ndjson", "--state", "proposed"]);
    assert_eq!(hits(app), 0);
    let queue = app.admin().get("/queue").json();
    assert_eq!(
        queue["waiting"].as_array().map(Vec::len),
        Some(1),
        "{queue}"
    );
    let rows = app.home().rows();
    assert!(
        rows.iter()
            .any(|row| row.contains("received_via") && row.contains("import"))
    );
    desk.write("regions.geojson", collection_of(&[]));
    let faults = desk.refused(
        &[
            "import",
            "regions",
            "regions.geojson",
            "--state",
            "proposed",
        ],
        2,
    );
    assert_eq!(
        faults,
        ["--state proposed: regions are not proposed: leave it out"]
    );
});

#[test]
fn a_table_is_read_as_spreadsheets_write_it() {
    let app = App::fresh(Engine::Sqlite);
    let desk = Desk::at(app.home());
    let table = "id;lon;lat;location_accuracy_m;location_method;location_sensitivity;site_type;names.0.text;names.0.lang;names.0.kind;names.0.src.0;\
        descriptions.0.text;descriptions.0.lang;sources.0.key;sources.0.kind;sources.0.title.0.text;sources.0.title.0.lang;sources.0.publisher\r\n\
        ;46,75;39,76;50;dataset;exact;church;Գանձասար;hy;vernacular;a;\"Two\r\nlines; and more\";en;a;publication;A book;en;Its publisher\r\n\
        ;;;;;exakt;church;Dadivank;en;vernacular;a;;;a;publication;A book;en;Its publisher\r\n";
    let utf16: Vec<u8> = "\u{FEFF}"
        .encode_utf16()
        .chain(table.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    desk.write("sites.csv", utf16);
    let faults = desk.refused(&["import", "sites", "sites.csv"], 1);
    assert!(
        faults.len() == 1 && faults[0].starts_with("sites.csv:4: /location_sensitivity: \"exakt\" is not a location_sensitivity: did you mean exact?"),
        "{faults:?}"
    );
    desk.write("sites.csv", table.replace("exakt", "exact"));
    desk.done(&["import", "sites", "sites.csv"]);
    assert_eq!(hits(&app), 2);
    let shown = app
        .anonymous()
        .get("/collections/sites/items?located=true&bbox=46.7,39.7,46.8,39.8");
    let site = &shown.features()[0]["properties"];
    assert_eq!(site["names"][0]["text"], "Գանձասար");
    assert_eq!(site["descriptions"][0]["text"], "Two\nlines; and more");
}

on_each_engine!(
    what_is_brought_in_by_parts_is_the_same_when_it_is_done_again,
    |app| {
        let desk = Desk::at(app.home());
        let lines: Vec<String> = (0..5003)
            .map(|number| {
                as_feature(None, a_site().named(&format!("Place {number}"), "en").0).to_string()
            })
            .collect();
        desk.write("many.ndjson", lines.join("\n"));
        let arguments = ["import", "sites", "many.ndjson", "--in-parts"];
        assert_eq!(desk.done(&arguments), "imported 5003 sites\n");
        let changes = app.parts.store.changes(Seq(0), u32::MAX).unwrap();
        let of_sites = changes
            .iter()
            .filter(|one| one.collection == Collection::Sites);
        let commands: Vec<_> = of_sites.map(|one| one.command).collect();
        let lengths: Vec<usize> = commands
            .chunk_by(|one, other| one == other)
            .map(<[_]>::len)
            .collect();
        assert_eq!(lengths, [2000, 2000, 1003]);
        assert_eq!(
            desk.done(&arguments),
            "imported 0 sites; already there: 5003\n"
        );
        assert_eq!(hits(app), 5003);
    }
);

#[test]
fn the_table_of_the_handbook_can_be_imported() {
    let app = App::fresh(Engine::Sqlite);
    let desk = Desk::at(app.home());
    let handbook = include_str!("../../docs/operating.md");
    let from = handbook.find("names.0.text;").unwrap();
    let table = handbook[from..].split("```").next().unwrap();
    desk.write("sites.csv", table);
    assert_eq!(
        desk.done(&["import", "sites", "sites.csv"]),
        "imported 1 site\n"
    );
}

on_each_engine!(an_export_has_what_is_asked_for_and_no_more, |app| {
    let desk = Desk::at(app.home());
    let exact = app.given(a_site());
    let hidden = app.given(a_site().restricted().at(46.9, 39.9));
    let cell = app.given(
        a_site()
            .generalised()
            .with("site_type", "church")
            .at(46.123_456, 39.654_321),
    );
    let at = app
        .admin()
        .get(&format!("/collections/sites/items/{cell}"))
        .json();
    let at = at["properties"]["created_at"].as_str().unwrap().to_owned();
    app.clock().moves(60_000_000);
    app.withdraw(Collection::Sites.record(exact));
    let later = app.given(a_site());

    let ids = |name: &str| {
        let features = desk.features(name);
        let mut ids: Vec<Uuid> = features
            .iter()
            .map(|one| one["id"].as_str().unwrap().parse().unwrap())
            .collect();
        let in_order = ids.clone();
        ids.sort();
        assert_eq!(ids, in_order);
        ids
    };
    let sorted = |mut ids: Vec<Uuid>| {
        ids.sort();
        ids
    };
    desk.done(&["export", "sites", "all.geojson"]);
    assert_eq!(ids("all.geojson"), sorted(vec![hidden, cell, later]));
    let text = fs::read_to_string(desk.file("all.geojson")).unwrap();
    assert!(
        text.contains("46.123456") && text.contains("Unguarded."),
        "{text}"
    );
    let mode = fs::metadata(desk.file("all.geojson"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    desk.done(&["export", "sites", "then.geojson", "--as-of", &at]);
    assert_eq!(
        ids("then.geojson"),
        sorted(vec![hidden, cell]),
        "what is withdrawn today is in no past"
    );
    desk.done(&[
        "export",
        "sites",
        "some.geojson",
        "--query",
        "site_type=church",
    ]);
    assert_eq!(ids("some.geojson"), [cell]);

    for name in [
        "public.geojson",
        "public.ndjson",
        "public.csv",
        "public.tsv",
    ] {
        desk.done(&["export", "sites", name, "--public"]);
        let text = fs::read_to_string(desk.file(name)).unwrap();
        assert!(!text.contains(&hidden.to_string()) && text.contains(&cell.to_string()));
        assert!(
            !text.contains("46.123456") && !text.contains("Unguarded."),
            "{text}"
        );
    }
    let shown = app.anonymous().get("/collections/sites/items");
    let shown = shown.features().into_iter().map(|mut feature| {
        feature.as_object_mut().unwrap().remove("links");
        feature
    });
    assert_eq!(desk.features("public.geojson"), shown.collect::<Vec<_>>());

    let table = |text: &str| -> Vec<Vec<Value>> {
        let mut reader = csv::ReaderBuilder::new();
        let reader = reader.has_headers(false).from_reader(text.as_bytes());
        // Members of an object have no order.
        let cell = |cell: &str| serde_json::from_str(cell).unwrap_or_else(|_| cell.into());
        let rows = reader.into_records().map(Result::unwrap);
        rows.map(|row| row.iter().map(cell).collect()).collect()
    };
    let shown = app.anonymous().get("/collections/sites/items?f=csv");
    let exported = fs::read_to_string(desk.file("public.csv")).unwrap();
    assert_eq!(table(&exported), table(shown.text()));

    let faults = desk.refused(
        &[
            "export",
            "sites",
            "x.geojson",
            "--query",
            "limit=2&regin=AZ-XCI&region=nowhere",
        ],
        1,
    );
    let starts = [
        "--query limit: is of pages",
        "--query region: there is no region \"nowhere\": ",
        "--query regin: is not a parameter of this resource: did you mean region? Known are bbox, bbox-crs, datetime, filter,",
    ];
    assert!(
        faults.len() == 3
            && faults
                .iter()
                .zip(starts)
                .all(|(fault, start)| fault.starts_with(start)),
        "{faults:#?}"
    );
    assert_eq!(
        desk.refused(
            &[
                "export",
                "sites",
                "x.geojson",
                "--as-of",
                "1999-01-01T00:00:00Z"
            ],
            2
        ),
        ["--as-of: nothing was recorded yet then"]
    );
    let faults = desk.refused(&["export", "sites", "x.xlsx"], 2);
    assert!(
        faults[0].starts_with("x.xlsx: its name ends in none of .geojson,"),
        "{faults:?}"
    );
    let faults = desk.refused(&["export", "sites", "no folder/x.csv"], 2);
    assert!(
        faults[0].starts_with("no folder/x.csv cannot be written: "),
        "{faults:?}"
    );
    let tabs = fs::read_to_string(desk.file("public.tsv")).unwrap();
    assert!(tabs.starts_with("id\tlabel\t"), "{tabs}");
    assert!(tabs.lines().next().unwrap().ends_with("\tgeometry"));
    let left = fs::read_dir(desk.folder.path()).unwrap().count();
    assert_eq!(left, 7, "nothing of what was refused is left");
});

on_each_engine!(an_export_has_what_a_filter_in_cql2_finds, |app| {
    let shushi = app.given(a_site().at(46.75, 39.76));
    app.given(a_site().at(46.53, 40.06));
    let desk = Desk::at(app.home());
    let within = "S_INTERSECTS(geometry, BBOX(46.7, 39.7, 46.8, 39.8))";
    desk.done(&["export", "sites", "x.geojson", "--filter", within]);
    let written = desk.features("x.geojson");
    let ids: Vec<_> = written.iter().map(|feature| &feature["id"]).collect();
    assert_eq!(ids, [&json!(shushi)]);
    let faults = desk.refused(&["export", "sites", "x.geojson", "--filter", "nope = 1"], 1);
    let [fault] = faults.as_slice() else {
        panic!("{faults:?}");
    };
    assert!(
        fault.starts_with("--filter: at character 1: \"nope\" is no property"),
        "{fault}"
    );
});
