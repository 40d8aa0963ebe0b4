//! Erasing what a record says, in every version of it.

use serde_json::value::to_raw_value;

use super::{Error, Registry};
use crate::domain::{
    Actor, Change, Collection, Committed, Deed, Document, Entity, Erasure, Fault, Faults,
    RecordRef, Write,
};
use crate::store::{Erased, Run};

/// What was erased.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// How many versions had it.
    pub versions: usize,
    /// The record.
    pub record: RecordRef,
}

impl Registry {
    /// Takes something out of a record for good, in whatever state it is. A version of its own says that, and the log who did
    /// it and why.
    pub fn erase(
        &self,
        actor: &Actor,
        record: RecordRef,
        erasure: &Erasure,
    ) -> Result<Committed<Done>, Error> {
        actor.may(Deed::Erase)?;
        loop {
            match self.try_to_erase(actor, record, erasure) {
                // Somebody changed it in between: their version may have it, too.
                Err(Error::Stale(_)) => {}
                done => return done,
            }
        }
    }

    fn try_to_erase(
        &self,
        actor: &Actor,
        record: RecordRef,
        erasure: &Erasure,
    ) -> Result<Committed<Done>, Error> {
        let versions = self.store.versions(record)?;
        let Some(last) = versions.last() else {
            return Err(Error::NoRecord(record));
        };
        let mut erased = Vec::new();
        for change in &versions {
            let Some(document) = erasure.of(&change.document) else {
                continue;
            };
            let document = to_raw_value(&document).expect("JSON can be written");
            let change = Change {
                document,
                ..change.clone()
            };
            check(record.collection, &change)?;
            erased.push((change.version, change.document));
        }
        if erased.is_empty() {
            return Err(erasure.nothing().into());
        }
        let newest = erased
            .last()
            .filter(|(version, _)| *version == last.version);
        let document = newest
            .map_or(&last.document, |(_, document)| document)
            .clone();
        let count = erased.len();
        let committed = self.run(Run {
            writes: vec![Write {
                collection: record.collection,
                id: record.id,
                follows: Some(last.version),
                state: last.state,
                document,
            }],
            erased: Some(Erased {
                versions: erased,
                reason: erasure.reason.clone(),
            }),
            ..self.command_of(actor)
        })?;
        // What is committed is done, also where the files are in use at this moment: a server does it again when it follows
        // the log, and so does stopping the program.
        let _ = self.store.forget();
        let done = Done {
            versions: count,
            record,
        };
        Ok(Committed::new(done, committed.seq()))
    }
}

/// What a version says without what is erased has to be a whole document still.
fn check(collection: Collection, change: &Change) -> Result<(), Error> {
    let entity = Entity::after(None, change);
    let read = Document::read(&entity);
    read.map(drop).map_err(|corrupt| {
        let faults = corrupt.faults.0.into_iter().map(|fault| Fault {
            place: "/property".to_owned(),
            detail: format!(
                "without it version {} of {collection} would not be whole ({fault}): change that first, or say what it contains",
                change.version
            ),
        });
        Faults(faults.collect()).into()
    })
}
