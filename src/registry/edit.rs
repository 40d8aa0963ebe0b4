//! Changing what is published, and taking it out of the catalogue.

use std::slice::from_ref;

use serde_json::{Map, Value};

use super::import::document;
use super::{Error, Item, Registry, write};
use crate::domain::{
    Actor, Collection, Committed, Deed, Draft, Edit, Entity, Fault, Faults, RecordRef, Site, State,
    Version, Write,
};
use crate::store::{self, Run};

impl Registry {
    /// Changes a published record as `edit` says, if `follows` is its current version. `shown` is what the actor reads of
    /// it: its properties, and `geometry`. Whoever did not say that this is the version they have seen opens nothing to the
    /// public: an old copy that is sent back must not undo what a reviewer hid meanwhile.
    pub fn edit(
        &self,
        actor: &Actor,
        record: RecordRef,
        follows: Version,
        edit: &Edit,
        shown: &Map<String, Value>,
        is_seen: bool,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        actor.may(Deed::edit(record.collection))?;
        let before = self.published(record, follows)?;
        let kept = serde_json::from_str(before.document.get());
        let kept = kept.expect("the store gives documents that are objects");
        let draft = edit.draft(record.collection, &kept, shown, is_seen)?;
        if let (false, Draft::Site(draft)) = (is_seen, &draft) {
            let site = Site::kept(&before).map_err(store::Error::from)?;
            let opened = draft.opens(&site);
            let fault = |name: &&str| Fault {
                place: format!("/{name}"),
                detail: "shows the public more than before: send the ETag you read in If-Match"
                    .to_owned(),
            };
            Faults::check(opened.iter().map(fault).collect())
                .map_err(|faults| edit.place(faults))?;
        }
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
        let rests_on = self.check(from_ref(&item))?;
        let site = match record.collection {
            Collection::Sites => Some(Site::kept(&before).map_err(store::Error::from)?),
            _ => None,
        };
        let document = document(record, item.draft, site.as_ref());
        self.run(Run {
            writes: vec![write(record, Some(follows), State::Published, &document)],
            rests_on,
            ..self.command_of(actor)
        })
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
        let write = Write {
            collection: record.collection,
            id: record.id,
            follows: Some(follows),
            state: State::Withdrawn,
            document: before.document,
        };
        let is_organization = record.collection == Collection::Organizations;
        let run = Run {
            writes: vec![write],
            unnamed: is_organization.then_some(record.id),
            ..self.command_of(actor)
        };
        self.run(run).map_err(|error| match error {
            Error::Store(store::Error::Named) => Error::Named(record),
            error => error,
        })
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
