//! Copies of a world that may be written to, since those that are kept stay as they are; and who writes to them.

use std::fs;
use std::iter;
use std::sync::Arc;

use heritage_registry::domain::{Actor, Collection, Edit, Seq, Version};
use heritage_registry::registry::Registry;
use heritage_registry::store::Place;
use serde_json::{Map, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::databases::Copied;
use crate::world::{TOKEN, World, target};

/// A copy of a world on one engine, until it is dropped.
pub struct Writable {
    pub engine: &'static str,
    pub place: Place,
    /// A folder on the disk of the worlds, for what is compared.
    pub folder: TempDir,
    sites: usize,
    _database: Option<Copied>,
}

impl Writable {
    /// A copy in SQLite, and then one in PostgreSQL if there is a server. Each is made when its turn comes.
    pub fn on_each_engine(world: &World) -> impl Iterator<Item = Writable> {
        let sqlite = iter::once_with(|| Some(Writable::in_sqlite(world)));
        let postgres = iter::once_with(|| Writable::in_postgres(world));
        sqlite.chain(postgres).flatten()
    }

    fn in_sqlite(world: &World) -> Writable {
        let folder = TempDir::new_in(target()).expect("a folder can be made there");
        let file = folder.path().join("registry.db");
        fs::copy(world.kept().join("registry.db"), &file).expect("there is room for a copy");
        Writable {
            engine: "SQLite",
            place: Place::Sqlite(file),
            folder,
            sites: world.sites(),
            _database: None,
        }
    }

    fn in_postgres(world: &World) -> Option<Writable> {
        let database = Copied::of(&world.kept_in_postgres()?);
        Some(Writable {
            engine: "PostgreSQL",
            place: Place::Postgres(database.url.clone()),
            folder: TempDir::new_in(target()).expect("a folder can be made there"),
            sites: world.sites(),
            _database: Some(database),
        })
    }

    /// So many who change sites, each their own.
    pub fn editors(&self, registry: &Arc<Registry>, count: usize) -> Vec<Editor> {
        let actor = registry.whose(TOKEN).expect("the database answers");
        let actor = actor.expect("it has the token");
        let editor = |first| Editor {
            registry: registry.clone(),
            actor: actor.clone(),
            sites: (first..self.sites)
                .step_by(count)
                .map(|index| (World::site_id(index), Version(1)))
                .collect(),
            done: 0,
        };
        (0..count).map(editor).collect()
    }
}

/// Somebody who changes one site after another, and then the first again.
pub struct Editor {
    registry: Arc<Registry>,
    actor: Actor,
    sites: Vec<(Uuid, Version)>,
    done: usize,
}

impl Editor {
    /// Writes another description of the next site, as the `PATCH` of somebody who has read it. Gives its place in the log.
    pub fn edit(&mut self) -> Seq {
        let next = self.done % self.sites.len();
        let (id, version) = &mut self.sites[next];
        self.done += 1;
        let text = format!("A building at the road, as visit {:06} saw it.", self.done);
        let patch = json!({"descriptions": [{"text": text, "lang": "en", "src": ["survey"]}]});
        let edit = Edit::patch(*id, &patch).expect("the patch has no fault");
        let record = Collection::Sites.record(*id);
        let shown = Map::new();
        let done = self
            .registry
            .edit(&self.actor, record, *version, &edit, &shown, true);
        *version = Version(version.0 + 1);
        done.expect("nobody else changes this site").seq()
    }
}
