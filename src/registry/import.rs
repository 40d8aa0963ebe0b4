//! Bringing in many records at once, as published: all of them or none, with every fault at its place.

use uuid::Uuid;

use super::{Error, Registry, write};
use crate::domain::{Actor, Committed, Deed, Document, Draft, Entity, RecordRef, State, Write};
use crate::store::Run;

/// A record to bring in.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it stands in what was sent, for the faults.
    pub place: String,
    /// The id it is to have.
    pub id: Uuid,
    /// What it says.
    pub draft: Draft,
}

impl Item {
    /// The record that it becomes.
    pub fn record(&self) -> RecordRef {
        let collection = self.draft.collection();
        RecordRef {
            collection,
            id: self.id,
        }
    }

    fn into_write(self) -> Write {
        let record = self.record();
        let document = Document::accept(self.id, self.draft, None);
        write(record, None, State::Published, &document)
    }
}

impl Registry {
    /// Brings in `items` as published, in one run. What they name must be among them or there already.
    pub fn import(&self, actor: &Actor, items: Vec<Item>) -> Result<Committed<Vec<Entity>>, Error> {
        actor.may(Deed::Import)?;
        let rests_on = self.check(actor, State::Published, &items)?;
        self.run(Run {
            writes: writes(items),
            rests_on,
            ..self.command_of(actor)
        })
    }
}

/// The writes of an import, in an order in which each finds what it names: organizations, regions, sites, reports.
pub(super) fn writes(mut items: Vec<Item>) -> Vec<Write> {
    items.sort_by_key(|item| match item.draft {
        Draft::Organization(_) => 0,
        Draft::Region(_) => 1,
        Draft::Site(_) => 2,
        Draft::Report(_) => 3,
    });
    items.into_iter().map(Item::into_write).collect()
}
