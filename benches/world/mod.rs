//! A made-up world: as many sites as are asked for, clustered like the real ones, every one valid and every time the same.
//!
//! A smaller world is the beginning of a larger one. Writing a world into a database takes seconds to minutes, so each is
//! kept, under a name that changes with what is in it. Start at [`World::kept`].

mod names;
mod places;
mod random;
mod site;

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use heritage_registry::domain::{Actor, Clock, Draft, Ids, Instant, ReportDraft, SiteDraft, read};
use heritage_registry::registry::{Item, Registry};
use heritage_registry::store::{Place, Store};
use uuid::Uuid;

use crate::databases;

pub use places::Places;
pub use random::Random;

/// The token of the administrator of every made-up world.
pub const TOKEN: &str = "a-made-up-world-holds-no-secret-at-all";

/// Sites of one command; each run of changes is held in memory while it is written.
const BATCH: usize = 10_000;

/// A made-up world.
pub struct World {
    sites: usize,
    places: Places,
}

impl World {
    /// The world of that many sites.
    pub fn of(sites: usize) -> World {
        World {
            sites,
            places: Places::real(),
        }
    }

    /// How many sites it has.
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// The id of the site with that number, from 0.
    pub fn site_id(index: usize) -> Uuid {
        World::random(index).uuid()
    }

    fn random(index: usize) -> Random {
        Random::stream(u64::try_from(index).expect("a world fits into memory"))
    }

    /// The site with that number and, of one site in ten, its one or two reports.
    pub fn items(&self, index: usize) -> Vec<Item> {
        let mut random = World::random(index);
        let id = random.uuid();
        let earlier = index
            .checked_sub(1)
            .map(|last| World::site_id(last).to_string());
        let body = site::site(&mut random, &self.places, earlier);
        let draft = read(&body, "", SiteDraft::read).expect("a made-up site has no fault");
        let mut items = vec![item(index, id, Draft::Site(Box::new(draft)))];
        let reports = if random.percent(10) {
            random.between(1, 2)
        } else {
            0
        };
        for _ in 0..reports {
            let id = random.uuid();
            let body = site::report(&mut random, &self.places, &items[0].id.to_string());
            let draft = read(&body, "", ReportDraft::read).expect("a made-up report has no fault");
            items.push(item(index, id, Draft::Report(Box::new(draft))));
        }
        items
    }

    /// Writes the world, with the real regions and organizations, into a database that is empty.
    ///
    /// As an import would: about 15 s for 100,000 sites.
    pub fn write(&self, place: &Place) {
        let store = Arc::new(Store::open(place).expect("the database can be opened"));
        let registry = Registry::new(store, standing_clock(), made_up_ids(), Arc::default());
        registry
            .bootstrap(Places::seed(), Some(TOKEN.to_owned()))
            .expect("the seed has no fault");
        let actor: Actor = registry
            .whose(TOKEN)
            .expect("the database answers")
            .expect("bootstrap keeps the token");
        for first in (0..self.sites).step_by(BATCH) {
            let batch = first..self.sites.min(first + BATCH);
            let items = batch.flat_map(|index| self.items(index)).collect();
            let written = registry.import(&actor, items);
            drop(written.expect("a made-up world has no fault"));
        }
    }

    /// The world in a SQLite database, written now unless it was before; its folder is a `--data` of the program.
    pub fn kept(&self) -> PathBuf {
        let folder = target().join(self.name());
        if !folder.exists() {
            // The store would make it for its owner alone, and PostgreSQL has its folder there too.
            fs::create_dir_all(target()).expect("a folder can be made there");
            let unfinished = target().join("unfinished");
            let _ = fs::remove_dir_all(&unfinished);
            self.write(&Place::Sqlite(unfinished.join("registry.db")));
            fs::rename(&unfinished, &folder).expect("both are in one folder");
        }
        folder
    }

    /// The URL of the world in PostgreSQL, written now unless it was before; `None` where there is no server.
    pub fn kept_in_postgres(&self) -> Option<String> {
        let name = self.name().replace('-', "_");
        databases::kept(&name, |url| self.write(&Place::Postgres(url.to_owned())))
    }

    /// What the world is kept as: the number of its sites, and a hash of some of them.
    pub fn name(&self) -> String {
        let mut hasher = DefaultHasher::new();
        for index in 0..200 {
            format!("{:?}", self.items(index)).hash(&mut hasher);
        }
        format!("world-{}-{:08x}", self.sites, hasher.finish() >> 32)
    }
}

/// Where what is made for benches is kept; it can be deleted at any time.
pub fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench")
}

fn item(index: usize, id: Uuid, draft: Draft) -> Item {
    Item {
        place: format!("site {index}"),
        id,
        draft,
    }
}

fn standing_clock() -> Clock {
    let at = Instant::of_micros(1_795_564_800_000_000).expect("a moment of 2026");
    Clock::new(move || at)
}

/// Ids of accounts, tokens and commands: from a stream that no site has.
fn made_up_ids() -> Ids {
    let random = Mutex::new(Random::stream(u64::MAX));
    Ids::new(move || random.lock().expect("nothing panics with the lock").uuid())
}
