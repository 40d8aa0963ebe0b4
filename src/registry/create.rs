//! Adding records, one or many at once: all or none, and each request once.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::at_once::beside;
use super::{Error, Item, Registry, Request, write};
use crate::domain::{
    Actor, Collection, Command, Committed, Day, Deed, Document, Draft, Edit, Entity, Faults, Id,
    RecordRef, State, Write, receipt,
};
use crate::store::{self, Run};

/// What a request made.
#[derive(Debug)]
pub enum Made {
    /// Now.
    Now(Committed<Vec<Entity>>),
    /// When it was sent for the first time.
    Before(Vec<RecordRef>),
}

impl Registry {
    /// Takes what is sent, each with the place where it stands in what was sent, for the faults: organizations and regions
    /// are published, sites proposed and reports submitted for the organization of whoever sends them, by way of `via`.
    pub fn create(
        &self,
        actor: &Actor,
        collection: Collection,
        sent: &[(String, Edit)],
        request: Option<Request>,
        via: &str,
    ) -> Result<Made, Error> {
        actor.may(Deed::create(collection))?;
        if let Some(request) = &request {
            // What it made may have changed since, so that it could not be made any more.
            match self.store.check_once(actor.account.id, request) {
                Err(store::Error::Done(command)) => return self.made(command),
                other => other?,
            }
        }
        let (items, rests_on) = self.items(actor, collection, sent)?;
        let done = self.run(Run {
            writes: items
                .into_iter()
                .map(|item| self.first(actor, item, via))
                .collect(),
            rests_on,
            request,
            ..self.command_of(actor)
        });
        match done {
            Ok(committed) => Ok(Made::Now(committed)),
            Err(Error::Store(store::Error::Done(command))) => self.made(command),
            Err(error) => Err(error),
        }
    }

    /// Fails with all that is wrong with what somebody is about to send, and writes nothing.
    pub fn examine(
        &self,
        actor: &Actor,
        collection: Collection,
        sent: &[(String, Edit)],
    ) -> Result<(), Error> {
        actor.may(Deed::create(collection))?;
        self.items(actor, collection, sent).map(drop)
    }

    /// What is sent, ready to be written, and what it rests on; or all that is wrong with it, each at its place.
    fn items(
        &self,
        actor: &Actor,
        collection: Collection,
        sent: &[(String, Edit)],
    ) -> Result<(Vec<Item>, Vec<RecordRef>), Error> {
        let (given, state) = (given(actor, collection), State::first(collection));
        let (mut items, mut faults) = (Vec::new(), Vec::new());
        for (place, edit) in sent {
            match self.draft(actor, collection, state, edit, &given) {
                Ok(draft) => items.push(Item {
                    place: format!("{place}{}", edit.members_at()),
                    id: self.ids.next::<()>().uuid(),
                    draft,
                }),
                Err(Faults(found)) => {
                    let laid = edit.over(collection, &given, &Map::new(), !actor.is_desktop);
                    let unknown = self.unknown_in(actor, state, collection, &laid.members, &[])?;
                    let unknown = edit.place(unknown);
                    faults.extend(beside(found, unknown).into_iter().map(|mut fault| {
                        fault.place = format!("{place}{}", fault.place);
                        fault
                    }));
                }
            }
        }
        let rests_on = match self.check(actor, state, &items) {
            Err(Error::Faults(Faults(found))) => {
                faults.extend(found);
                vec![]
            }
            other => other?,
        };
        Faults::check(faults)?;
        Ok((items, rests_on))
    }

    /// What somebody sends, as a draft that comes to a state, or all that is wrong with it alone, each at its place. `given` is
    /// not theirs to say.
    pub(super) fn draft(
        &self,
        actor: &Actor,
        collection: Collection,
        state: State,
        edit: &Edit,
        given: &Map<String, Value>,
    ) -> Result<Draft, Faults> {
        let laid = edit.over(collection, given, &Map::new(), !actor.is_desktop);
        self.read(actor, collection, edit, &laid, None, state.waits())
    }

    /// The first version of what somebody sends, by way of `via`.
    pub(super) fn first(&self, actor: &Actor, item: Item, via: &str) -> Write {
        let record = item.record();
        let mut document = Document::accept(item.id, item.draft, None);
        if let Document::Site(site) = &mut document {
            Arc::make_mut(site).proposed_by = Some(actor.account.organization);
        }
        let state = State::first(record.collection);
        if state.waits() {
            let handling = document.handling_mut();
            handling.received_via = Some(via.to_owned());
            handling.receipt = Some(receipt(self.ids.next::<()>().uuid()));
        }
        write(record, None, state, &document)
    }

    /// The day that it is.
    pub fn today(&self) -> Day {
        self.clock.now().day()
    }

    /// A key for a request that no other has: a form carries one, so that it makes one record however often it is sent.
    pub fn request_key(&self) -> String {
        self.ids.next::<()>().to_string()
    }

    fn made(&self, command: Id<Command>) -> Result<Made, Error> {
        Ok(Made::Before(self.store.records_of(command)?))
    }
}

/// What a record says of whoever sends it.
pub(super) fn given(actor: &Actor, collection: Collection) -> Map<String, Value> {
    let of = (collection == Collection::ConditionReports).then(|| {
        let organization = actor.account.organization.to_string();
        ("organization_id".to_owned(), organization.into())
    });
    of.into_iter().collect()
}
