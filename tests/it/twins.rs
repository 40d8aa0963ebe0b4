//! Twin worlds: what the public sees in both is the same, and what is hidden differs in every way. Whatever the public asks, and
//! whatever a contributor tries, both answer the same, byte for byte.

use std::cell::Cell;
use std::collections::BTreeSet;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use heritage_registry::domain::{
    Audience, Collection, Erasure, RecordRef, Role, State, properties, read,
};
use heritage_registry::query::pairs;
use heritage_registry::tiles::{MatrixSet, Tile};
use heritage_registry::{http, registry};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{
    Answer, App, Client, Engine, Site, a_region, a_report, a_site, an_organization,
    an_unlisted_organization, fixtures, report_ref, site_ref,
};

/// A record of both worlds.
const fn known(number: u128) -> Uuid {
    Uuid::from_u128(0x0000_0000_0000_4000_8000_0000_0000_0000 | number << 64)
}

const REGION: Uuid = known(1);
const WATCH: Uuid = known(2);
const OPEN: Uuid = known(10);
const CELL: Uuid = known(11);
const LISTED: Uuid = known(12);
const OPEN_ONCE: Uuid = known(13);
const WITHDRAWN: Uuid = known(14);
const LISTED_ONCE: Uuid = known(15);
const OF_OPEN: Uuid = known(20);
const OF_CELL: Uuid = known(21);
const OF_LISTED: Uuid = known(22);
const OF_WITHDRAWN: Uuid = known(23);
const ALL: [Uuid; 12] = [
    REGION,
    WATCH,
    OPEN,
    CELL,
    LISTED,
    OPEN_ONCE,
    WITHDRAWN,
    LISTED_ONCE,
    OF_OPEN,
    OF_CELL,
    OF_LISTED,
    OF_WITHDRAWN,
];

/// What is hidden in one world.
#[derive(Clone, Debug)]
struct Secrets {
    /// Where hidden places are, from the corner of the cell that one of them is in.
    east: f64,
    north: f64,
    /// What hidden things are called, and what is said of them.
    word: String,
    /// What else happens that nobody may notice, and after which of the public steps.
    deeds: Vec<(usize, Deed)>,
}

/// Something that the public sees nothing of.
#[derive(Clone, Copy, Debug)]
enum Deed {
    BringInHiddenSite,
    EditHiddenSite,
    ReportOnHiddenSite,
    MergeHiddenSites,
    WithdrawHiddenSite,
    MoveWithinCell,
    EditListed,
    NoteOnOpen,
    ProposeSite,
    SubmitReport,
    RejectReport,
    EraseFromCell,
    EraseFromHiddenSite,
    ErasePosition,
    BringInHiddenOrganization,
    AddAccount,
}

const DEEDS: [Deed; 16] = [
    Deed::BringInHiddenSite,
    Deed::EditHiddenSite,
    Deed::ReportOnHiddenSite,
    Deed::MergeHiddenSites,
    Deed::WithdrawHiddenSite,
    Deed::MoveWithinCell,
    Deed::EditListed,
    Deed::NoteOnOpen,
    Deed::ProposeSite,
    Deed::SubmitReport,
    Deed::RejectReport,
    Deed::EraseFromCell,
    Deed::EraseFromHiddenSite,
    Deed::ErasePosition,
    Deed::BringInHiddenOrganization,
    Deed::AddAccount,
];

/// A world in the making.
struct World<'a> {
    app: &'a App,
    secrets: &'a Secrets,
    hidden: Vec<Uuid>,
    done: Cell<u32>,
}

impl World<'_> {
    /// Another one each time.
    fn word(&self) -> String {
        self.done.update(|done| done + 1);
        format!("{} {}", self.secrets.word, self.done.get())
    }

    /// A place in the cell that is shown.
    fn place(&self, site: Site) -> Site {
        let drift = f64::from(self.done.get() % 7) * 0.001;
        site.at(
            46.71 + self.secrets.east + drift,
            39.71 + self.secrets.north + drift,
        )
    }

    /// With everything about it that the public may not know.
    fn secret(&self, site: Site) -> Site {
        let word = self.word();
        self.place(site.named(&word, "en"))
            .with(
                "descriptions",
                json!([{"text": word, "lang": "en", "src": ["book"]}]),
            )
            .with("directions", json!([{"text": word, "lang": "en"}]))
            .with("note_internal", word.clone())
            .with("location_note", word.clone())
            .with("attribution", word.clone())
            .with(
                "identifiers",
                json!([{"scheme": "whs", "value": word, "match": "exact"}]),
            )
    }

    fn in_cell(&self) -> Site {
        self.secret(a_site().generalised())
            .with("public_label", "A ruin")
    }

    fn listed(&self) -> Site {
        self.secret(a_site().restricted())
            .with("public_listing", true)
            .with("public_region_code", "hist-khachen")
    }

    fn report(&self, site: Uuid) -> fixtures::Report {
        let word = self.word();
        a_report(site)
            .with("summary", json!([{"text": word, "lang": "en"}]))
            .with("note_trusted", json!([{"text": word, "lang": "en"}]))
    }

    /// Another version of a site, with one member said otherwise.
    fn put_again(&self, site: Uuid, member: &str, value: &str, state: State) {
        let entity = self.app.parts.store.find(site_ref(site)).unwrap().unwrap();
        let mut document: Value = serde_json::from_str(entity.document.get()).unwrap();
        document[member] = value.into();
        self.app.put_again(site_ref(site), state, &document);
    }

    /// Erases a member from all versions, where any has it.
    fn erase(&self, record: RecordRef, member: &str) {
        let asked = json!({"property": member, "reason": self.word()});
        let erasure = read(&asked, "", Erasure::read).unwrap();
        let registry = &self.app.parts.registry;
        match registry.erase(&self.app.actor(), record, &erasure) {
            Ok(done) => drop(self.app.shown(done)),
            Err(registry::Error::Faults(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }

    fn does(&mut self, deed: Deed) {
        let app = self.app;
        match deed {
            Deed::BringInHiddenSite => self
                .hidden
                .push(app.given(self.secret(a_site().restricted()))),
            Deed::EditHiddenSite => {
                if let Some(site) = self.hidden.last() {
                    app.edit(*site, self.secret(a_site().restricted()));
                }
            }
            Deed::ReportOnHiddenSite => {
                if let Some(site) = self.hidden.last() {
                    app.given(self.report(*site));
                }
            }
            Deed::MergeHiddenSites => {
                let [one, other] = [(); 2].map(|()| app.given(self.place(a_site().restricted())));
                self.put_again(one, "merged_into", &other.to_string(), State::Merged);
            }
            Deed::WithdrawHiddenSite => {
                if let Some(site) = self.hidden.pop() {
                    app.withdraw(site_ref(site));
                }
            }
            Deed::MoveWithinCell => app.edit(CELL, self.in_cell()),
            Deed::EditListed => app.edit(LISTED, self.listed()),
            Deed::NoteOnOpen => {
                self.put_again(OPEN, "note_internal", &self.word(), State::Published);
            }
            Deed::ProposeSite => {
                app.put_site_as(
                    State::Proposed,
                    app.registry_organization().uuid(),
                    self.secret(a_site()),
                );
            }
            Deed::SubmitReport => {
                app.put_as(State::Submitted, self.report(OPEN));
            }
            Deed::RejectReport => {
                app.put_as(State::Rejected, self.report(CELL));
            }
            Deed::EraseFromCell => self.erase(site_ref(CELL), "note_internal"),
            Deed::EraseFromHiddenSite => {
                if let Some(site) = self.hidden.last() {
                    self.erase(site_ref(*site), "descriptions");
                }
            }
            Deed::ErasePosition => {
                let phone = json!({"type": "Point", "coordinates": [46.7, 39.7]});
                let report = self.report(OPEN).with("observed_position", phone);
                let report = app.put_as(State::Submitted, report);
                self.erase(report_ref(report), "observed_position");
            }
            Deed::BringInHiddenOrganization => {
                app.given(an_unlisted_organization(&self.word()));
            }
            Deed::AddAccount => {
                app.member(WATCH, Role::Reviewer);
            }
        }
    }
}

fn open() -> Site {
    a_site().with(
        "organizations",
        json!([{"organization_id": WATCH.to_string(), "role": "monitor", "src": ["book"]}]),
    )
}

/// What everybody may see happen, in both worlds at the same minutes; some of it was seen once and is no more.
fn steps() -> Vec<fn(&World<'_>)> {
    vec![
        |world| {
            world
                .app
                .import_as(REGION, a_region("hist-khachen", 46.5, 40.0));
        },
        |world| world.app.import_as(WATCH, an_organization("Watch")),
        |world| world.app.import_as(OPEN, open()),
        |world| world.app.import_as(CELL, world.in_cell()),
        |world| world.app.import_as(LISTED, world.listed()),
        |world| world.app.import_as(OPEN_ONCE, world.secret(a_site())),
        |world| {
            world
                .app
                .import_as(LISTED_ONCE, an_organization(&world.secrets.word));
        },
        |world| world.app.import_as(OF_OPEN, a_report(OPEN)),
        |world| world.app.import_as(OF_CELL, world.report(CELL)),
        |world| world.app.import_as(OF_LISTED, world.report(LISTED)),
        |world| world.app.import_as(WITHDRAWN, world.secret(a_site())),
        |world| {
            world
                .app
                .import_as(OF_WITHDRAWN, world.report(OPEN).with("condition", "poor"));
        },
        |world| {
            world
                .app
                .edit(OPEN, open().with("other_types", json!(["cemetery"])));
        },
        |world| {
            world
                .app
                .edit(OPEN_ONCE, world.secret(a_site().restricted()));
        },
        |world| world.app.withdraw(site_ref(WITHDRAWN)),
        |world| world.app.withdraw(report_ref(OF_WITHDRAWN)),
        |world| {
            let record = Collection::Organizations.record(LISTED_ONCE);
            world.app.withdraw(record);
        },
        |world| world.app.edit(OPEN, open()),
    ]
}

/// Makes a world; gives the token of a contributor in it.
fn make(app: &App, secrets: &Secrets) -> String {
    let mut world = World {
        app,
        secrets,
        hidden: vec![],
        done: Cell::new(0),
    };
    for (place, step) in steps().into_iter().enumerate() {
        app.clock().set(u128::try_from(place).unwrap() * 10);
        step(&world);
        for (after, deed) in &secrets.deeds {
            if *after == place {
                world.does(*deed);
            }
        }
    }
    // From here on, both give the same ids.
    let number = |id: Uuid| id.as_u128().rotate_left(32) & 0xffff_ffff;
    while number(app.new_id()) < 100_000 {}
    app.clock().set(1000);
    app.member(WATCH, Role::Contributor)
}

/// A request of the public, by its method, its path, and its headers.
type Ask = (Method, String, Vec<(&'static str, String)>);

/// What the public asks at each address: a route without a row fails here.
fn asked_of(path: &str) -> Vec<String> {
    let ids = ALL
        .iter()
        .map(Uuid::to_string)
        .chain([known(99).to_string(), "nonsense".to_owned()]);
    let ids: Vec<String> = ids.collect();
    let collections = Collection::ALL.map(Collection::id);
    let instants: Vec<String> = (0..24)
        .map(|step| format!("2026-11-25T{:02}:{:02}:30Z", step * 10 / 60, step * 10 % 60))
        .collect();
    let each_item = |path: &str, suffixes: &[String]| -> Vec<String> {
        let mut all = vec![];
        for collection in collections {
            for id in &ids {
                let at = path.replace("{collection}", collection).replace("{id}", id);
                all.extend(suffixes.iter().map(|suffix| format!("{at}{suffix}")));
            }
        }
        all
    };
    match path {
        "/api" | "/conformance" | "/healthz" | "/readyz" | "/me" | "/queue" | "/submissions"
        | "/accounts" | "/collections" | "/functions" | "/tiles" | "/tileMatrixSets"
        | "/base-map" | "/styles" | "/vocabularies" => vec![
            path.to_owned(),
            format!("{path}?nope=1"),
            format!("{path}?f=nope"),
        ],
        "/accounts/{account}" | "/accounts/{account}/tokens" => {
            vec![path.replace("{account}", &known(99).to_string())]
        }
        "/tokens/{token}" => vec![path.replace("{token}", &known(99).to_string())],
        "/changes" => {
            let mut all: Vec<String> = (0..30)
                .map(|since| format!("{path}?since={since}&limit=3"))
                .collect();
            all.extend([
                format!("{path}?f=jsonl"),
                format!("{path}?limit=1000&lang=hy"),
                format!("{path}?since=x"),
            ]);
            all
        }
        "/" => {
            let asked = [
                "",
                "&q=Lark",
                "&condition=poor",
                "&bbox=46,39,47,40",
                "&near=46.7,39.7&radius=90000",
            ];
            let maps = asked.iter().flat_map(|more| {
                let now = format!("/?f=html{more}");
                let then = instants
                    .iter()
                    .step_by(6)
                    .map(|at| format!("{now}&as_of={at}"));
                then.chain([now.clone()]).collect::<Vec<_>>()
            });
            maps.chain(["/", "/?nope=1", "/?f=nope"].map(str::to_owned))
                .collect()
        }
        "/base-map/{z}/{x}/{y}" => vec!["/base-map/8/161/96".to_owned()],
        "/fonts/{fontstack}/{range}" => {
            vec!["/fonts/DejaVu%20Sans%20Book/0-255.pbf".to_owned()]
        }
        "/sprites/{sprite}" => vec!["/sprites/signs.json".to_owned()],
        "/styles/{styleId}" => vec![path.replace("{styleId}", "sites")],
        "/assets/{asset}" => vec![path.replace("{asset}", "pages.css")],
        "/suggest" => words()
            .iter()
            .flat_map(|word| {
                [
                    format!("{path}?q={word}"),
                    format!("{path}?q={word}&collection=sites&limit=50&lang=hy"),
                ]
            })
            .chain([
                path.to_owned(),
                format!("{path}?q=%00&limit=0&collection=x"),
            ])
            .collect(),
        "/tileMatrixSets/{tileMatrixSetId}" => vec![path.replace(TILE_STEPS[0], "WorldCRS84Quad")],
        "/statistics" => {
            let of_questions = [
                "",
                "?lang=hy",
                "?condition=poor",
                "?q=Lark",
                "?region=hist-khachen",
                "?bbox=46.7,39.7,46.75,39.75",
                "?filter=custodian_ids%20IS%20NULL",
                "?nope=1&limit=3",
            ];
            let asked = of_questions.map(|question| format!("{path}{question}"));
            let of_past = instants.iter().step_by(6);
            asked
                .into_iter()
                .chain(of_past.map(|at| format!("{path}?as_of={at}")))
                .collect()
        }
        "/vocabularies/{scheme}" => ["organization_kind", "site_type", "nonsense"]
            .map(|scheme| path.replace("{scheme}", scheme))
            .into(),
        path if path.contains("/tiles") => of_tiles(path, &instants),
        "/collections/{collection}" => collections.map(|one| format!("/collections/{one}")).into(),
        "/collections/{collection}/schema" => collections
            .iter()
            .flat_map(|one| {
                [
                    "",
                    "?type=geojson",
                    "?type=create",
                    "?type=replace",
                    "?type=nope",
                ]
                .map(|kind| format!("/collections/{one}/schema{kind}"))
            })
            .collect(),
        "/collections/{collection}/clusters" => {
            let all = collections.map(|one| path.replace("{collection}", one));
            let suffixes = [
                "",
                "&lang=hy",
                "&q=Lark",
                "&condition=poor",
                "&nope=1",
                "&bbox=46,39,47,40",
            ];
            let at = |at: String| {
                [0, 6, 9, 12].map(|zoom| suffixes.map(|more| format!("{at}?zoom={zoom}{more}")))
            };
            let asked = all.into_iter().flat_map(at).flatten();
            asked
                .chain([format!(
                    "/collections/sites/clusters?zoom=9&as_of={}",
                    instants[9]
                )])
                .collect()
        }
        "/collections/{collection}/queryables" | "/collections/{collection}/sortables" => {
            let all = collections.map(|one| path.replace("{collection}", one));
            all.into_iter()
                .flat_map(|at| ["", "?lang=hy", "?nope=1"].map(|suffix| format!("{at}{suffix}")))
                .collect()
        }
        "/collections/{collection}/items" => {
            let mut all: Vec<String> = collections.iter().flat_map(|one| of_items(one)).collect();
            // Instant by instant: only a few past states are kept.
            for (at, one) in instants
                .iter()
                .flat_map(|at| collections.map(|one| (at, one)))
            {
                let items = format!("/collections/{one}/items?as_of={at}");
                let corner = "bbox=46.7,39.7,46.75,39.75&located=true&resultType=hits";
                all.extend([format!("{items}&limit=3"), format!("{items}&{corner}")]);
            }
            all
        }
        // Its questions are in bodies: `searched`.
        "/collections/{collection}/search" => collections
            .map(|one| format!("/collections/{one}/search"))
            .into(),
        "/collections/{collection}/items/{id}" => {
            let mut suffixes: Vec<String> =
                ["", "?lang=hy", "?nope=1", "?properties=names,geometry"]
                    .map(str::to_owned)
                    .into();
            suffixes.push("?f=csv&geometry-format=lonlat".to_owned());
            let some = instants.iter().step_by(2);
            suffixes.extend(some.map(|at| format!("?as_of={at}")));
            each_item(path, &suffixes)
        }
        "/collections/{collection}/items/{id}/versions" => each_item(
            path,
            &[String::new(), "?limit=1".to_owned(), "?before=9".to_owned()],
        ),
        "/collections/{collection}/items/{id}/differences" => {
            let two = instants
                .windows(2)
                .step_by(3)
                .map(|pair| format!("?from={}&to={}", pair[0], pair[1]));
            let mut suffixes: Vec<String> = two.collect();
            suffixes.extend(["?from=2026-11-25T00:00:00Z".to_owned(), String::new()]);
            each_item(path, &suffixes)
        }
        "/collections/{collection}/items/{id}/review"
        | "/collections/{collection}/items/{id}/erasures"
        | "/collections/sites/items/{id}/sensitivity-resets" => each_item(path, &[String::new()]),
        work if work.starts_with("/desk") => {
            let path = path.replace("{account}", &known(99).to_string());
            each_item(&path, &[String::new()])
        }
        other => panic!("no row for {other}: say what the public asks there"),
    }
}

/// The steps of the addresses of tiles: the set, a tile, a tile as map libraries count.
const TILE_STEPS: [&str; 3] = [
    "{tileMatrixSetId}",
    "{tileMatrix}/{tileRow}/{tileCol}",
    "{z}/{x}/{y}",
];

/// Tilesets, and tiles around the cell and within it, of each collection or of all.
fn of_tiles(path: &str, instants: &[String]) -> Vec<String> {
    let collections: &[&str] = if path.contains("{collection}") {
        &Collection::ALL.map(Collection::id)
    } else {
        &[""]
    };
    let set = if path.contains("WebMercatorQuad") {
        MatrixSet::WebMercatorQuad
    } else {
        MatrixSet::WorldCrs84Quad
    };
    let mut all = vec![];
    for collection in collections {
        let of_one = path
            .replace("{collection}", collection)
            .replace(TILE_STEPS[0], set.id());
        let is_a_tile = TILE_STEPS[1..].iter().any(|step| of_one.contains(step));
        if !is_a_tile {
            let suffixes = ["", "?lang=hy", "?nope=1", "?q=Lark", "?f=tilejson"];
            all.extend(suffixes.map(|suffix| format!("{of_one}{suffix}")));
            let web = of_one.replace("WorldCRS84Quad", "WebMercatorQuad");
            all.push(format!("{web}?f=tilejson&as_of={}", instants[9]));
            continue;
        }
        for zoom in [0, 7, 10, 13, 16] {
            for (lon, lat) in [
                (46.75, 39.75),
                (46.71, 39.71),
                (46.79, 39.72),
                (46.5318, 40.0573),
            ] {
                let tile = Tile::holding(set, zoom, lon, lat).unwrap();
                let (row, col) = (tile.row(), tile.col());
                let at = of_one
                    .replace(TILE_STEPS[1], &format!("{zoom}/{row}/{col}"))
                    .replace(TILE_STEPS[2], &format!("{zoom}/{col}/{row}"));
                all.push(at.clone());
                let suffixes = [
                    "?lang=hy",
                    "?properties=label",
                    "?q=Lark",
                    "?condition=poor",
                ];
                all.extend(suffixes.map(|suffix| format!("{at}{suffix}")));
                if zoom == 10 {
                    all.push(format!("{at}?as_of={}", instants[9]));
                }
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Words and beginnings of words: of hidden names and of public ones, so that what is hidden would suppress later tiers.
fn words() -> Vec<String> {
    let letters = ('a'..='z').map(String::from);
    let words = [
        "Lark",
        "Wren",
        "Wren+1",
        "wr",
        "larks",
        "%D0%9B%D0%B0%D1%80%D0%BA",
        "Gandzasar",
        "Gandzazar",
        "Gandzasar+monastery",
        "ruin",
        "A+ruin",
        "runi",
        "Watch",
        "vatch",
        "church",
        "1",
        "12",
    ];
    letters.chain(words.map(str::to_owned)).collect()
}

/// Questions that would find hidden places, words and dates, if they could be found.
fn of_items(collection: &str) -> Vec<String> {
    let items = format!("/collections/{collection}/items");
    let mut questions: Vec<String> = [
        "",
        "?limit=1",
        "?limit=1&offset=1",
        "?located=true",
        "?resultType=hits",
        "?lang=hy",
        "?properties=geometry",
        "?f=csv&limit=3",
        "?f=csv&geometry-format=lonlat&near=46.75,39.75",
        "?f=geojsonseq",
        "?f=ndjson&resultType=hits",
        "?region=hist-khachen",
        "?region=nope",
        "?near=46.75,39.75&radius=8000",
        "?near=46.75,39.75&limit=2",
        "?bbox=46.7,39.7,46.8,39.8&located=true",
        "?datetime=1216-01-01/1238-12-31",
        "?limit=0&nope=1&as_of=x",
    ]
    .map(str::to_owned)
    .into();
    // A fine net over the cell.
    for east in 0..5 {
        for north in 0..5 {
            let (west, south) = (
                46.7 + 0.02 * f64::from(east),
                39.7 + 0.02 * f64::from(north),
            );
            questions.push(format!(
                "?bbox={west:.3},{south:.3},{:.3},{:.3}&limit=10",
                west + 0.02,
                south + 0.02
            ));
            questions.push(format!("?near={west:.3},{south:.3}&radius=1000"));
        }
    }
    for word in words() {
        questions.push(format!("?q={word}&limit=5"));
        questions.push(format!("?q={word}&resultType=hits&located=true"));
    }
    let of: Collection = collection.parse().unwrap();
    for property in properties(of, Audience::Public) {
        let name = property.name;
        questions.push(format!("?sortby={name}"));
        questions.push(format!("?sortby=-{name}&limit=2"));
        for value in [
            "monastery",
            "fair",
            "poor",
            "Gandzasar",
            "exact",
            "restricted",
            "1216",
            "hist-khachen",
            "true",
        ] {
            questions.push(format!("?{name}={value}"));
        }
    }
    questions
        .into_iter()
        .map(|question| format!("{items}{question}"))
        .collect()
}

/// All that the public asks of its own accord.
fn asked() -> Vec<Ask> {
    let mut all = vec![];
    for (path, _) in http::paths() {
        let addresses = asked_of(path);
        for address in &addresses {
            all.push((Method::GET, address.clone(), vec![]));
        }
        // Everything else that can be tried, where it is tried in vain.
        for address in addresses.iter().filter(|address| !address.contains('?')) {
            for method in [
                Method::HEAD,
                Method::OPTIONS,
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
            ] {
                all.push((method, address.clone(), vec![]));
            }
            all.push((
                Method::GET,
                address.clone(),
                vec![("accept-encoding", "gzip".to_owned())],
            ));
            for wanted in ["image/png", "text/html"] {
                all.push((
                    Method::GET,
                    address.clone(),
                    vec![("accept", wanted.to_owned())],
                ));
            }
            let since = "Wed, 25 Nov 2026 01:00:00 GMT".to_owned();
            all.push((
                Method::GET,
                address.clone(),
                vec![("if-modified-since", since)],
            ));
        }
    }
    all
}

/// The same as bodies of searches, and filters that would find what is hidden.
fn searched() -> Vec<(String, Value)> {
    let mut all = vec![];
    for collection in Collection::ALL.map(Collection::id) {
        let mut bodies: Vec<Value> = of_items(collection)
            .iter()
            .step_by(5)
            .map(|asked| {
                let query = asked.split_once('?').map_or("", |(_, query)| query);
                let members = pairs(query).into_iter();
                members
                    .map(|(name, value)| (name, Value::from(value)))
                    .collect()
            })
            .collect();
        bodies.extend(
            [
                "S_INTERSECTS(geometry, BBOX(46.7, 39.7, 46.75, 39.75))",
                "S_DISJOINT(geometry, POLYGON((46.7 39.7, 46.8 39.7, 46.8 39.8, 46.7 39.7)))",
                "distance(geometry, POINT(46.75 39.75)) < 9000",
                "CASEI(name) LIKE '%lark%' OR name = 'Wren 1'",
                "condition IS NULL",
                "earliest_year BETWEEN 1000 AND 1500",
                "T_INTERSECTS(observed_on, INTERVAL('2021-01-01', '2021-12-31'))",
                "S_WITHIN(geometry, region('nope'))",
                "nope = 1 AND name = 2",
            ]
            .map(|filter| json!({ "filter": filter, "limit": 2 })),
        );
        let path = format!("/collections/{collection}/search");
        all.extend(bodies.into_iter().map(|body| (path.clone(), body)));
    }
    all
}

/// What came back, whole.
fn whole(answer: &Answer) -> String {
    format!(
        "{} {:?}\n{}",
        answer.status,
        answer.headers(),
        // Of tiles, every byte, whatever it would be as a text.
        match std::str::from_utf8(&answer.body) {
            Ok(text) => text.to_owned(),
            Err(_) => answer.body.escape_ascii().to_string(),
        }
    )
}

fn same(asked: &str, [one, other]: [&Answer; 2]) {
    let (one, other) = (whole(one), whole(other));
    if one != other {
        let differ = one
            .bytes()
            .zip(other.bytes())
            .position(|(one, other)| one != other);
        let from = differ.unwrap_or_default().saturating_sub(200);
        let around = |text: &str| {
            String::from_utf8_lossy(&text.as_bytes()[from..text.len().min(from + 400)]).into_owned()
        };
        panic!(
            "{asked}:\n--- in one world\n{}\n--- in the other\n{}",
            around(&one),
            around(&other)
        );
    }
}

/// Asks everything, and then whatever the links of answers lead to, until they lead to nothing new.
fn crawl(twins: [&App; 2]) {
    let mut asks = asked();
    let mut known: BTreeSet<String> = BTreeSet::new();
    while !asks.is_empty() {
        let [ones, others] = twins.map(|app| answers(app, &asks));
        let mut next = vec![];
        for (ask, (one, other)) in asks.iter().zip(ones.iter().zip(&others)) {
            same(&format!("{ask:?}"), [one, other]);
            let json = serde_json::from_slice(&one.body).unwrap_or_default();
            let new = links(&json)
                .into_iter()
                .filter(|link| known.insert(link.clone()));
            next.extend(new.map(|link| (Method::GET, link, vec![])));
        }
        asks = next;
    }
    assert!(known.len() > 1000, "{}", known.len());
    for (path, body) in searched() {
        let [one, other] = twins.map(|app| {
            let request = TestRequest::post().set_json(&body);
            app.anonymous().send(request, &path)
        });
        same(&format!("{path} {body}"), [&one, &other]);
    }
}

/// What the public is answered, one request after the other.
fn answers(app: &App, asks: &[Ask]) -> Vec<Answer> {
    app.concurrently(async |send| {
        let mut answers = vec![];
        for (method, path, headers) in asks {
            let client = app.anonymous();
            let client = headers
                .iter()
                .fold(client, |client, (name, value)| client.with(name, value));
            let request = TestRequest::default().method(method.clone());
            answers.push(send(client.request(request, path)).await.unwrap());
        }
        answers
    })
}

fn links(json: &Value) -> Vec<String> {
    match json {
        Value::Object(members) => {
            let own = members
                .get("href")
                .and_then(Value::as_str)
                .map(str::to_owned);
            own.into_iter()
                .chain(members.values().flat_map(links))
                .collect()
        }
        Value::Array(items) => items.iter().flat_map(links).collect(),
        _ => vec![],
    }
}

/// What a contributor sends to find out what is there: near hidden places, under their names, about hidden records.
fn tried(secrets: &[&Secrets; 2], hidden: &[Uuid]) -> Vec<(Method, String, Value)> {
    let mut all = vec![];
    let feature = |mut members: Value| {
        let geometry = members
            .as_object_mut()
            .unwrap()
            .remove("geometry")
            .unwrap_or_default();
        json!({"type": "Feature", "geometry": geometry, "properties": members})
    };
    for secret in secrets {
        let word = format!("{} 3", secret.word);
        for (east, north) in [(secret.east, secret.north), (0.04, 0.04)] {
            let site = a_site().named(&word, "en").at(46.71 + east, 39.71 + north);
            all.push((
                Method::POST,
                "/collections/sites/items".to_owned(),
                feature(site.0),
            ));
        }
        let identified = a_site().with(
            "identifiers",
            json!([{"scheme": "whs", "value": word, "match": "exact"}]),
        );
        all.push((
            Method::POST,
            "/collections/sites/items".to_owned(),
            feature(identified.0),
        ));
    }
    for id in hidden.iter().chain(&ALL) {
        let report = a_report(*id).with("access", "exterior");
        all.push((
            Method::POST,
            "/collections/condition-reports/items".to_owned(),
            feature(report.0),
        ));
        let related = a_site().at(46.6, 40.1).with(
            "relations",
            json!([{"kind": "see_also", "site_id": id.to_string()}]),
        );
        all.push((
            Method::POST,
            "/collections/sites/items".to_owned(),
            feature(related.0),
        ));
        for collection in Collection::ALL.map(Collection::id) {
            let path = format!("/collections/{collection}/items/{id}");
            all.push((Method::PATCH, path.clone(), json!({"other_types": []})));
            all.push((Method::DELETE, path.clone(), json!({})));
            all.push((
                Method::POST,
                format!("{path}/review"),
                json!({"decision": "withdrawn", "reason": "other", "message": "Why?"}),
            ));
            all.push((
                Method::POST,
                format!("{path}/sensitivity-resets"),
                json!({"reason": "Why?"}),
            ));
            all.push((Method::GET, path.clone(), json!(null)));
            all.push((Method::GET, format!("{path}/versions"), json!(null)));
        }
    }
    for path in ["/submissions", "/me", "/queue", "/accounts"] {
        all.push((Method::GET, path.to_owned(), json!(null)));
    }
    all
}

fn try_everything(twins: [&App; 2], tokens: &[String; 2], secrets: [&Secrets; 2]) {
    let sites = |app: &App| -> Vec<Uuid> {
        let (entities, _) = app.parts.store.entities().unwrap();
        let all = entities.iter().map(|entity| entity.id);
        all.filter(|id| !ALL.contains(id)).take(6).collect()
    };
    // Ids that one of the worlds has, and no other.
    let mut hidden = sites(twins[0]);
    hidden.extend(sites(twins[1]));
    for (number, (method, path, body)) in tried(&secrets, &hidden).into_iter().enumerate() {
        let answers = [0, 1].map(|twin| {
            let app = twins[twin];
            app.clock().set(2000 + u128::try_from(number).unwrap());
            let client: Client<'_> = app.bearer(&tokens[twin]);
            let media_type = match method {
                Method::PATCH => "application/merge-patch+json",
                _ if path.ends_with("/review") || path.ends_with("/sensitivity-resets") => {
                    "application/json"
                }
                _ => "application/geo+json",
            };
            let mut request = TestRequest::default()
                .method(method.clone())
                .insert_header(("if-match", "*"));
            if !body.is_null() {
                request = request
                    .insert_header(("content-type", media_type))
                    .set_payload(body.to_string());
            }
            client.send(request, &path)
        });
        same(
            &format!("a contributor: {method} {path} {body}"),
            [&answers[0], &answers[1]],
        );
    }
}

fn compare(engine: Engine, secrets: [&Secrets; 2]) {
    let twins = [App::fresh(engine), App::fresh(engine)];
    let tokens = [0, 1].map(|twin| make(&twins[twin], secrets[twin]));
    let twins = [&twins[0], &twins[1]];
    crawl(twins);
    try_everything(twins, &tokens, secrets);
    // There was something to hide.
    let trusted = twins.map(|app| whole(&app.admin().get("/collections/sites/items")));
    assert!(trusted[0] != trusted[1]);
    let seen = twins[0].anonymous().get("/collections/sites/items").ids();
    assert_eq!(seen, [OPEN, CELL, LISTED]);
}

fn quiet() -> Secrets {
    Secrets {
        east: 0.0,
        north: 0.0,
        word: "Lark".to_owned(),
        deeds: vec![],
    }
}

/// Everything that can be hidden, after every step after which it can happen.
fn busy() -> Secrets {
    let last = steps().len();
    let deeds = (9..last).flat_map(|after| DEEDS.map(|deed| (after, deed)));
    Secrets {
        east: 0.07,
        north: 0.06,
        word: "Wren".to_owned(),
        deeds: deeds.collect(),
    }
}

#[test]
fn nobody_can_tell_a_quiet_world_from_a_busy_one_on_sqlite() {
    compare(Engine::Sqlite, [&quiet(), &busy()]);
}

#[test]
fn nobody_can_tell_a_quiet_world_from_a_busy_one_on_postgres() {
    compare(Engine::Postgres, [&quiet(), &busy()]);
}

#[test]
fn nobody_can_tell_any_two_worlds_apart_that_look_the_same() {
    let last = steps().len();
    let deed = (9..last, proptest::sample::select(&DEEDS[..]));
    let secrets = (0.0..0.08, 0.0..0.08, "[A-Z][a-z]{3,8}", vec(deed, 0..12));
    let secrets = secrets.prop_map(|(east, north, word, deeds)| Secrets {
        east,
        north,
        word,
        deeds,
    });
    let config = Config {
        cases: 2,
        failure_persistence: None,
        ..Config::default()
    };
    let law = |(one, other): (Secrets, Secrets)| {
        compare(Engine::Sqlite, [&one, &other]);
        Ok(())
    };
    TestRunner::new(config)
        .run(&(secrets.clone(), secrets), law)
        .unwrap();
}
