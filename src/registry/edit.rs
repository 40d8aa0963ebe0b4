//! Changing what is published, and taking it out of the catalogue.

use std::slice::from_ref;

use serde_json::{Map, Value};

use super::{Error, Item, Registry, write};
use crate::domain::{
    Actor, Collection, Committed, Deed, Draft, Edit, Entity, Handling, Id, Organization, RecordRef,
    Region, Report, Site, State, Version, Write,
};
use crate::store;

impl Registry {
    /// Changes a published record as `edit` says, if `follows` is its current version. `shown` is what the actor reads of
    /// it: its properties, and `geometry`.
    pub fn edit(
        &self,
        actor: &Actor,
        record: RecordRef,
        follows: Version,
        edit: &Edit,
        shown: &Map<String, Value>,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        actor.may(Deed::edit(record.collection))?;
        let before = self.published(record, follows)?;
        let document = serde_json::from_str(before.document.get());
        let document = document.expect("the store gives documents that are objects");
        let draft = edit.draft(record.collection, &document, shown)?;
        let done = self.replace(actor, record, follows, draft);
        done.map_err(|error| match error {
            Error::Faults(faults) => edit.place(faults).into(),
            error => error,
        })
    }

    /// Replaces a published record by `draft`, if `follows` is its current version.
    pub fn replace(
        &self,
        actor: &Actor,
        record: RecordRef,
        follows: Version,
        draft: Draft,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        actor.may(Deed::edit(record.collection))?;
        let before = self.published(record, follows)?;
        let item = Item {
            place: String::new(),
            id: record.id,
            draft,
        };
        self.check(from_ref(&item))?;
        let document = accepted(item.draft, &before).map_err(store::Error::from)?;
        let write = write(record, Some(follows), State::Published, &document);
        self.put(actor, vec![write])
    }

    /// Takes a published record out of the catalogue; it stays in the log.
    pub fn withdraw(
        &self,
        actor: &Actor,
        record: RecordRef,
        follows: Version,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        actor.may(Deed::edit(record.collection))?;
        let before = self.published(record, follows)?;
        if record.collection == Collection::Organizations && self.store.is_named(record.id)? {
            return Err(Error::Named(record));
        }
        let write = Write {
            collection: record.collection,
            id: record.id,
            follows: Some(follows),
            state: State::Withdrawn,
            document: before.document,
        };
        self.put(actor, vec![write])
    }

    /// The published version that a command follows: what it decides rests on this very one.
    fn published(&self, record: RecordRef, follows: Version) -> Result<Entity, Error> {
        let entity = self
            .store
            .find(record)?
            .filter(|entity| entity.state == State::Published);
        match entity {
            None => Err(Error::NoRecord(record)),
            Some(entity) if entity.version != follows => Err(Error::Stale(entity.version)),
            Some(entity) => Ok(entity),
        }
    }
}

/// The document that a draft becomes in the place of `before`.
fn accepted(draft: Draft, before: &Entity) -> Result<Value, crate::domain::Corrupt> {
    Ok(match draft {
        Draft::Organization(details) => Organization {
            id: Id::new(before.id),
            details: *details,
        }
        .document(),
        Draft::Region(details) => Region {
            id: Id::new(before.id),
            details: *details,
        }
        .document(),
        Draft::Site(draft) => {
            let site = Site::kept(before)?;
            Site::accept(site.id, *draft, Some(&site)).document()
        }
        Draft::Report(details) => Report {
            id: Id::new(before.id),
            details: *details,
            handling: Handling::default(),
        }
        .document(),
    })
}
