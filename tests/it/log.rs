//! The log is the record: tables are its fold, snapshots follow it, and its public part knows nothing hidden.

use std::collections::BTreeMap;

use heritage_registry::app::{Parts, catch_up};
use heritage_registry::catalogue::{Catalogue, Found, Taken};
use heritage_registry::domain::{
    Audience, Change, Clock, Collection, Entity, Handling, Holdings, Id, Ids, Organization,
    OrganizationDraft, RecordRef, Report, ReportDraft, Seq, State, Version, read,
};
use heritage_registry::registry::{Error, Seed};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use uuid::Uuid;

use crate::harness::{
    App, Engine, Site, a_region, a_report, a_site, an_organization, everything, mark, report_ref,
    site_ref,
};

fn changes(app: &App) -> Vec<Change> {
    app.parts.store.changes(Seq(0), u32::MAX).unwrap()
}

/// The fold of a log, in the form in which tables are compared.
fn fold(changes: &[Change]) -> BTreeMap<RecordRef, String> {
    let mut holdings = Holdings::default();
    let mut public = 0;
    for change in changes {
        let entity = Entity::after(holdings.get(change.record()), change);
        let seen = !holdings.put(entity).unwrap().is_empty();
        public += i64::from(seen);
        assert_eq!(
            change.public_seq.map(|seq| seq.0),
            seen.then_some(public),
            "{:?}",
            change.seq
        );
    }
    holdings
        .entities()
        .map(|entity| (entity.record(), format!("{entity:?}")))
        .collect()
}

fn tables(app: &App) -> BTreeMap<RecordRef, String> {
    let (entities, _) = app.parts.store.entities().unwrap();
    entities
        .iter()
        .map(|entity| (entity.record(), format!("{entity:?}")))
        .collect()
}

/// Everything that the public can be given, in one text.
fn public_world(app: &App) -> String {
    let log: Vec<_> = changes(app)
        .iter()
        .filter_map(|change| Some((change.public_seq?.0, change.at, change.record())))
        .map(|row| format!("{row:?}"))
        .collect();
    let snapshot = app.parts.catalogue.snapshot(Audience::Public);
    format!("{}\n{}", everything(&snapshot), log.join("\n"))
}

/// A catalogue built anew.
fn built(app: &App) -> Catalogue {
    let catalogue = Catalogue::default();
    catch_up(&app.parts.store, &catalogue).unwrap();
    catalogue
}

over_the_seed!(the_log_of_the_seed_replays_to_its_tables, |app| {
    assert_eq!(fold(&changes(app)), tables(app));
});

over_the_seed!(the_seed_is_one_command, |app| {
    let changes = changes(app);
    assert!(
        changes
            .iter()
            .all(|change| (change.command, change.at, change.actor)
                == (changes[0].command, changes[0].at, changes[0].actor))
    );
    let seqs: Vec<_> = changes.iter().map(|change| change.seq.0).collect();
    assert_eq!(seqs, (1..=367).collect::<Vec<i64>>());
});

/// The document of an organization.
fn organization(id: Uuid, is_listed: bool) -> serde_json::Value {
    let body = json!({"names": [{"text": "Blue Shield", "lang": "en"}], "kind": "ngo", "listed": is_listed});
    let details = read(&body, "", OrganizationDraft::read).unwrap();
    Organization {
        id: Id::new(id),
        details,
        handling: Handling::default(),
    }
    .document()
}

on_each_engine!(a_catalogue_that_followed_equals_one_that_was_built, |app| {
    let keeper = app.given(an_organization("Blue Shield"));
    let named =
        json!([{"organization_id": keeper.to_string(), "role": "custodian", "src": ["book"]}]);
    let site = app.given(a_site().with("organizations", named));
    let part = app.given(a_site().with(
        "relations",
        json!([{"site_id": site.to_string(), "kind": "part_of"}]),
    ));
    let report = app.given(a_report(site));
    // Nothing names this one, and it names nothing.
    let elsewhere = app.given(a_site());
    let moved = a_report(elsewhere).with("organization_id", keeper.to_string());
    let moved_report = app.given(moved.clone().with("organization_public", true));
    let is_as_built = |after: &str| {
        let built = built(app);
        for audience in Audience::ALL {
            let followed = app.parts.catalogue.snapshot(audience);
            assert_eq!(
                everything(&followed),
                everything(&built.snapshot(audience)),
                "{after}"
            );
        }
    };
    is_as_built("the beginning");
    let before = app
        .anonymous()
        .get(&format!("/collections/sites/items/{part}"))
        .json();

    // What a site shows of those that it names follows from them, and so does what a report shows.
    let record = Collection::Organizations.record(keeper);
    app.put_again(record, State::Published, &organization(keeper, false));
    is_as_built("an organization is listed no more");
    app.edit(site, a_site().restricted());
    is_as_built("a site is hidden");
    let hidden = app
        .anonymous()
        .get(&format!("/collections/sites/items/{part}"))
        .json();
    assert_ne!(
        before["properties"]["relations"],
        hidden["properties"]["relations"]
    );
    app.edit(site, a_site());
    app.put_again(record, State::Published, &organization(keeper, true));
    is_as_built("both are shown again");

    // A report that moves to another site alters both.
    let details = read(
        &moved.with("site_id", site.to_string()).0,
        "",
        ReportDraft::read,
    )
    .unwrap();
    let document = Report {
        id: Id::new(moved_report),
        details,
        handling: Handling::default(),
    }
    .document();
    app.put_again(report_ref(moved_report), State::Published, &document);
    is_as_built("a report moved");
    app.given(a_region("hist-khachen", 46.5, 40.0));
    is_as_built("a region came");
    app.edit(site, a_site().generalised());
    app.withdraw(report_ref(report));
    app.withdraw(site_ref(part));
    is_as_built("the end");
});

on_each_engine!(
    an_instance_that_did_not_write_shows_what_another_wrote,
    |app| {
        let other = built(app);
        let site = app.given(a_site());
        assert_eq!(other.snapshot(Audience::Public).count(Collection::Sites), 0);
        catch_up(&app.parts.store, &other).unwrap();
        assert!(matches!(
            other.snapshot(Audience::Public).find(site_ref(site)),
            Found::Here(_)
        ));
        let shown = other.shown();
        other.show(Taken::default(), mark(1));
        assert_eq!(other.shown(), shown, "what is older is passed over");
    }
);

on_each_engine!(
    a_report_that_is_not_published_leaves_the_public_log_alone,
    |app| {
        let site = app.given(a_site());
        let before = public_world(app);
        for state in [State::Received, State::Submitted, State::Rejected] {
            app.put_as(state, a_report(site));
            assert_eq!(public_world(app), before, "{state:?}");
        }
        app.put_as(State::Published, a_report(site));
        assert_ne!(public_world(app), before);
    }
);

on_each_engine!(a_command_decides_on_the_version_that_it_follows, |app| {
    let site = app.given(a_site());
    app.edit(site, a_site().named("Xaçın monastırı", "az"));
    let (registry, actor) = (&app.parts.registry, app.actor());
    for follows in [Version(1), Version(3)] {
        let withdrawn = registry.withdraw(&actor, site_ref(site), follows);
        assert!(
            matches!(withdrawn, Err(Error::Stale(Version(2)))),
            "{withdrawn:?}"
        );
    }
});

#[test]
fn two_first_starts_make_one_administrator() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let home = engine.home();
        let start = || {
            let seed = Seed::of([]);
            Parts::open(
                &home.place(),
                None,
                Clock::system(),
                Ids::random(),
                seed,
                None,
                heritage_registry::registry::Rules::default(),
            )
            .unwrap()
            .token
        };
        let tokens = std::thread::scope(|threads| {
            let both = [threads.spawn(start), threads.spawn(start)];
            both.map(|one| one.join().unwrap())
        });
        assert_eq!(tokens.iter().flatten().count(), 1, "{engine:?}");
    }
}

/// Something that happens in two worlds: in both alike, or hidden, and then only in one.
#[derive(Clone, Debug)]
enum Event {
    Site(u8),
    HiddenSite(u8),
    Report(u8, &'static str),
    MoveInCell(u8, u8),
    Directions(u8),
    HiddenReport,
    UnlistedOrganization,
    Withdraw(u8),
}

impl Event {
    fn is_hidden(&self) -> bool {
        !matches!(
            self,
            Event::Site(_) | Event::Report(..) | Event::Withdraw(_)
        )
    }
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        (0..3_u8).prop_map(Event::Site),
        (0..2_u8).prop_map(Event::HiddenSite),
        (0..6_u8, prop_oneof![Just("fair"), Just("destroyed")])
            .prop_map(|(site, condition)| Event::Report(site, condition)),
        (0..6_u8, 0..9_u8).prop_map(|(site, to)| Event::MoveInCell(site, to)),
        (0..6_u8).prop_map(Event::Directions),
        Just(Event::HiddenReport),
        Just(Event::UnlistedOrganization),
        (0..6_u8).prop_map(Event::Withdraw),
    ];
    proptest::collection::vec(event, 1..10)
}

/// Two worlds: the same public events at the same instants; the hidden ones only in the second.
struct World {
    app: App,
    with_hidden: bool,
    /// The generalised sites that the public sees, with where in their cell they were first.
    sites: Vec<(Uuid, u8)>,
    hidden: Vec<Uuid>,
    next: u128,
}

impl World {
    fn new(engine: Engine, with_hidden: bool) -> World {
        let app = App::fresh(engine);
        app.import_as(region_id(), a_region("hist-khachen", 46.5, 40.0));
        World {
            app,
            with_hidden,
            sites: vec![],
            hidden: vec![],
            next: 1,
        }
    }

    /// A place inside the cell from 46.5 E and 40.0 N.
    fn place(to: u8) -> Site {
        a_site()
            .at(46.51 + f64::from(to) / 100.0, 40.05)
            .generalised()
            .with("public_label", "A monastery")
    }

    fn happen(&mut self, event: &Event) {
        // Each event takes its instant and its ids whether or not it happens here.
        self.app.clock().set(self.next);
        let id = Uuid::from_u128(self.next << 96 | 0x4000_8000_0000_0000_0000_0000);
        self.next += 1;
        if event.is_hidden() && !self.with_hidden {
            return;
        }
        match event {
            Event::Site(to) => {
                self.app.import_as(id, World::place(*to));
                self.sites.push((id, *to));
            }
            Event::HiddenSite(to) => {
                self.app.import_as(id, World::place(*to).restricted());
                self.hidden.push(id);
            }
            Event::Report(site, condition) => {
                if let Some((site, _)) = self.site(*site) {
                    let report = a_report(site).with("condition", *condition);
                    let report = if self.with_hidden {
                        report.with("note_trusted", json!([{"text": "Left.", "lang": "en"}]))
                    } else {
                        report
                    };
                    self.app.import_as(id, report);
                }
            }
            Event::MoveInCell(site, to) => {
                if let Some((site, _)) = self.site(*site) {
                    self.app.edit(site, World::place(*to));
                }
            }
            Event::Directions(site) => {
                if let Some((site, to)) = self.site(*site) {
                    self.app.edit(
                        site,
                        World::place(to)
                            .with("directions", json!([{"text": "Left.", "lang": "en"}])),
                    );
                }
            }
            Event::HiddenReport => {
                if let Some(site) = self.hidden.first() {
                    self.app.import_as(id, a_report(*site));
                }
            }
            Event::UnlistedOrganization => self
                .app
                .import_as(id, crate::harness::an_unlisted_organization("A witness")),
            Event::Withdraw(site) => {
                if let Some((site, _)) = self.site(*site) {
                    self.app.withdraw(site_ref(site));
                    self.sites.retain(|(one, _)| *one != site);
                }
            }
        }
    }

    fn site(&self, index: u8) -> Option<(Uuid, u8)> {
        let count = self.sites.len();
        if count == 0 {
            None
        } else {
            Some(self.sites[usize::from(index) % count])
        }
    }
}

fn region_id() -> Uuid {
    Uuid::from_u128(0x00c0_4000_8000_0000_0000_0000)
}

/// Random worlds. Databases of PostgreSQL take longer to make, so it gets fewer.
#[test]
fn the_public_world_does_not_change_when_only_hidden_facts_do() {
    for (engine, cases) in [(Engine::Sqlite, 24), (Engine::Postgres, 4)] {
        let config = Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        };
        let law = |events: Vec<Event>| {
            let [mut plain, mut hiding] =
                [false, true].map(|with_hidden| World::new(engine, with_hidden));
            for event in &events {
                plain.happen(event);
                hiding.happen(event);
                prop_assert_eq!(
                    public_world(&plain.app),
                    public_world(&hiding.app),
                    "after {:?}",
                    event
                );
            }
            prop_assert_eq!(fold(&changes(&hiding.app)), tables(&hiding.app));
            let built = built(&hiding.app);
            for audience in Audience::ALL {
                let followed = hiding.app.parts.catalogue.snapshot(audience);
                prop_assert_eq!(everything(&followed), everything(&built.snapshot(audience)));
            }
            Ok(())
        };
        TestRunner::new(config).run(&events(), law).unwrap();
    }
}

on_each_engine!(any_run_of_commands_replays_to_the_tables, |app| {
    let site = app.given(a_site());
    app.given(an_organization("Blue Shield"));
    let report = app.given(a_report(site).with("condition", "destroyed"));
    app.edit(site, a_site().restricted());
    app.withdraw(report_ref(report));
    app.edit(site, a_site().at(47.0, 39.5));
    app.withdraw(site_ref(site));
    assert_eq!(fold(&changes(app)), tables(app));
});
