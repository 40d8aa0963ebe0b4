//! Adding organizations and regions, one or many at once: all or none, and each request once.

use serde_json::{Map, Value};

use super::import::writes;
use super::{Error, Item, Registry, Request};
use crate::domain::{
    Actor, Collection, Command, Committed, Deed, Edit, Entity, Faults, Id, RecordRef,
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
    /// Adds what is sent as published: each with the place where it stands in what was sent, for the faults.
    pub fn create(
        &self,
        actor: &Actor,
        collection: Collection,
        sent: &[(String, Edit)],
        request: Option<Request>,
    ) -> Result<Made, Error> {
        actor.may(Deed::edit(collection))?;
        if let Some(request) = &request {
            // What it made may have changed since, so that it could not be made any more.
            match self.store.check_once(actor.account.id, request) {
                Err(store::Error::Done(command)) => return self.made(command),
                other => other?,
            }
        }
        let (mut items, mut faults) = (Vec::new(), Vec::new());
        for (place, edit) in sent {
            match edit.draft(collection, &Map::<String, Value>::new(), &Map::new(), true) {
                Ok(draft) => items.push(Item {
                    place: format!("{place}/properties"),
                    id: self.ids.next::<()>().uuid(),
                    draft,
                }),
                Err(Faults(found)) => faults.extend(found.into_iter().map(|mut fault| {
                    fault.place = format!("{place}{}", fault.place);
                    fault
                })),
            }
        }
        let rests_on = match self.check(&items) {
            Err(Error::Faults(Faults(found))) => {
                faults.extend(found);
                vec![]
            }
            other => other?,
        };
        Faults::check(faults)?;
        let done = self.run(Run {
            writes: writes(items),
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

    fn made(&self, command: Id<Command>) -> Result<Made, Error> {
        Ok(Made::Before(self.store.records_of(command)?))
    }
}
