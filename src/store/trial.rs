//! What the tests of this room share: a fresh database on either engine, and small records of real places.

use std::sync::Mutex;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::connection::{AnyConnection, Door, Manager};
use super::{Error, Place, Run, Store, WAIT};
use crate::domain::{
    Account, Change, Collection, Entity, Id, Ids, Instant, RecordRef, Role, Seq, State, Version,
    Write,
};

/// Makes of one test two, `…::sqlite` and `…::postgres`, each on a database of its own.
macro_rules! on_each_engine {
    ($name:ident, |$trial:ident| $body:block) => {
        mod $name {
            use super::*;

            #[test]
            fn sqlite() {
                let $trial = Trial::new(Home::sqlite());
                $body
            }

            #[test]
            fn postgres() {
                let $trial = Trial::new(Home::postgres());
                $body
            }
        }
    };
}
pub(super) use on_each_engine;

/// 2026-05-01T12:00:00Z: what the clock says in tests, until one moves it.
pub(super) const NOON: i64 = 1_777_636_800_000_000;

pub(super) fn instant(micros: i64) -> Instant {
    Instant::of_micros(micros).unwrap()
}

/// Where an empty database is. It goes when this goes.
pub(super) struct Home {
    pub(super) place: Place,
    // One of the two; the folder goes by itself.
    _folder: Option<TempDir>,
    database: Option<(Place, String)>,
}

impl Home {
    pub(super) fn sqlite() -> Home {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Sqlite(folder.path().join("data").join("registry.db"));
        Home {
            place,
            _folder: Some(folder),
            database: None,
        }
    }

    pub(super) fn postgres() -> Home {
        #[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the program")]
        let url = std::env::var("HERITAGE_TEST_DATABASE_URL").expect(
            "HERITAGE_TEST_DATABASE_URL names no PostgreSQL: run the tests by `tests/run`, which starts one for them",
        );
        let name = format!("store_{}", Ids::random().next::<Run>().uuid().simple());
        let server = Place::Postgres(url.clone());
        connect(&server)
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .unwrap();
        let (base, _) = url.rsplit_once('/').unwrap();
        Home {
            place: Place::Postgres(format!("{base}/{name}")),
            _folder: None,
            database: Some((server, name)),
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.database {
            connect(server)
                .batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"))
                .unwrap();
        }
    }
}

/// A connection beside the store's.
pub(super) fn connect(place: &Place) -> AnyConnection {
    use diesel::r2d2::ManageConnection;

    Manager {
        place: place.clone(),
        wait: WAIT,
        door: Door::Writing,
    }
    .connect()
    .unwrap()
}

/// A store with one organization and one account, whose run was the first.
pub(super) struct Trial {
    pub(super) store: Store,
    pub(super) actor: Account,
    pub(super) organization: RecordRef,
    pub(super) home: Home,
    clock: Mutex<i64>,
    ids: Ids,
}

impl Trial {
    pub(super) fn new(home: Home) -> Trial {
        let ids = Ids::random();
        let organization = Collection::Organizations.record(ids.next::<Run>().uuid());
        let actor = Account {
            id: ids.next(),
            name: String::from("Keeper"),
            organization: Id::new(organization.id),
            role: Role::Admin,
        };
        // On a loaded machine, eight writers in a row may take longer than a user would wait.
        let store = Store::open_waiting(&home.place, Duration::from_mins(1)).unwrap();
        let trial = Trial {
            store,
            actor,
            organization,
            home,
            clock: Mutex::new(NOON),
            ids,
        };
        let first = Run {
            accounts: vec![trial.actor.clone()],
            ..trial.run(vec![write(
                organization,
                None,
                State::Published,
                an_organization("Aragats Foundation", true),
            )])
        };
        let _ = trial.store.put(first).unwrap();
        trial
    }

    pub(super) fn set_clock(&self, micros: i64) {
        *self.clock.lock().unwrap() = micros;
    }

    pub(super) fn run(&self, writes: Vec<Write>) -> Run {
        Run {
            command: self.ids.next(),
            now: instant(*self.clock.lock().unwrap()),
            actor: self.actor.id,
            token: None,
            at: None,
            unnamed: None,
            rests_on: vec![],
            accounts: vec![],
            tokens: vec![],
            writes,
            request: None,
            erased: None,
            begins: false,
        }
    }

    pub(super) fn put(&self, writes: Vec<Write>) -> Result<Vec<Entity>, Error> {
        Ok(self.store.put(self.run(writes))?.open())
    }

    /// Writes one record, published; gives it as it stands.
    pub(super) fn given(&self, collection: Collection, document: Box<RawValue>) -> Entity {
        self.put(vec![write(
            self.new_record(collection),
            None,
            State::Published,
            document,
        )])
        .unwrap()
        .remove(0)
    }

    pub(super) fn new_record(&self, collection: Collection) -> RecordRef {
        collection.record(self.ids.next::<Run>().uuid())
    }

    pub(super) fn id<T>(&self) -> Id<T> {
        self.ids.next()
    }

    pub(super) fn log(&self) -> Vec<Change> {
        self.store.changes(Seq(0), u32::MAX).unwrap()
    }

    /// The entities as text, for comparing: a record has no equality of its own.
    pub(super) fn tables(&self) -> (String, usize) {
        let (entities, seq) = self.store.entities().unwrap();
        (format!("{entities:?} {seq}"), self.log().len())
    }

    /// Runs SQL that no method of the store runs.
    pub(super) fn sql(&self, sql: &str) {
        connect(&self.home.place).batch_execute(sql).unwrap();
    }

    /// A UUID as a literal of the engine.
    pub(super) fn literal(&self, id: Uuid) -> String {
        match self.home.place {
            Place::Sqlite(_) => format!("x'{}'", id.simple()),
            Place::Postgres(_) => format!("'\\x{}'", id.simple()),
        }
    }
}

pub(super) fn write(
    record: RecordRef,
    follows: Option<i32>,
    state: State,
    document: Box<RawValue>,
) -> Write {
    Write {
        collection: record.collection,
        id: record.id,
        follows: follows.map(Version),
        state,
        document,
    }
}

/// The version after `entity`, published.
pub(super) fn next(entity: &Entity, document: Box<RawValue>) -> Write {
    write(
        entity.record(),
        Some(entity.version.0),
        State::Published,
        document,
    )
}

pub(super) fn an_organization(name: &str, listed: bool) -> Box<RawValue> {
    raw(&json!({ "names": [{ "text": name, "lang": "en" }], "kind": "ngo", "listed": listed }))
}

pub(super) fn a_site(name: &str, sensitivity: &str) -> Box<RawValue> {
    raw(&json!({
        "names": [{ "text": name, "lang": "en", "kind": "vernacular", "src": ["k"] }],
        "site_type": "church",
        "location_sensitivity": sensitivity,
        "location_sensitivity_reason": "looting",
        "geometry": { "type": "Point", "coordinates": [46.7499, 39.7601] },
        "location_accuracy_m": 20,
        "location_method": "gnss_phone",
        "sources": sources(),
    }))
}

/// A site that names an organization and another site.
pub(super) fn a_site_that_names(organization: RecordRef, site: RecordRef) -> Box<RawValue> {
    with(
        &a_site("Gandzasar", "exact"),
        json!({
            "organizations": [{ "organization_id": organization.id, "role": "custodian", "src": ["k"] }],
            "relations": [{ "site_id": site.id, "kind": "part_of" }],
        }),
    )
}

/// The document with other members.
pub(super) fn with(document: &RawValue, members: Value) -> Box<RawValue> {
    let mut document: Value = serde_json::from_str(document.get()).unwrap();
    for (name, value) in members.as_object().unwrap() {
        document[name] = value.clone();
    }
    raw(&document)
}

pub(super) fn a_report(site: RecordRef, organization: RecordRef, condition: &str) -> Box<RawValue> {
    raw(&json!({
        "site_id": site.id,
        "organization_id": organization.id,
        "observed_on": "2026-04",
        "method": "field_visit",
        "condition": condition,
        "confidence": "certain",
        "organization_public": true,
    }))
}

/// A region around the place of `a_site`.
pub(super) fn a_region(code: &str) -> Box<RawValue> {
    raw(&json!({
        "code": code,
        "names": [{ "text": "Varanda", "lang": "en", "kind": "historical", "src": ["k"] }],
        "kind": "historical_region",
        "geometry": { "type": "Polygon", "coordinates": [[[46, 39], [47, 39], [47, 40], [46, 40], [46, 39]]] },
        "src": ["k"],
        "sources": sources(),
    }))
}

fn sources() -> Value {
    json!([{ "key": "k", "kind": "publication", "title": [{ "text": "A book", "lang": "en" }], "locator": "p. 7" }])
}

fn raw(document: &Value) -> Box<RawValue> {
    serde_json::value::to_raw_value(document).unwrap()
}
