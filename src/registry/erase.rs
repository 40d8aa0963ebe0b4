//! Erasing what a record says, in every version of it.

use serde_json::value::to_raw_value;

use super::{Error, Registry};
use crate::domain::{
    Actor, Change, Committed, Deed, Document, Entity, Erasure, Fault, FaultKind, Faults, RecordRef,
    Write,
};
use crate::store::{Erased, Run};

/// What was erased.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// How many versions had it.
    pub versions: usize,
    /// The record.
    pub record: RecordRef,
    /// Whether the files of an embedded database still have it, since somebody reads as of before.
    pub is_in_files: bool,
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
        let last = versions.last().ok_or(Error::NoRecord(record))?;
        let left = without(erasure, &versions);
        if left.is_empty() {
            return Err(erasure.nothing().into());
        }
        for change in &left {
            check(change)?;
        }
        let count = left.len();
        let (write, erased) = taking_out(erasure, last, left);
        let committed = self.run(Run {
            writes: vec![write],
            erased: Some(erased),
            ..self.command_of(actor)
        })?;
        // What is committed is done, also where the files are in use at this moment: a server that follows the log tries again
        // until it is, and stopping the program does it.
        let is_in_files = self.store.forget().is_err();
        let done = Done {
            versions: count,
            record,
            is_in_files,
        };
        Ok(Committed::new(done, committed.seq()))
    }
}

/// Of these versions of a record those that have something to be erased, as they are without it.
pub(super) fn without(erasure: &Erasure, versions: &[Change]) -> Vec<Change> {
    let left = versions.iter().filter_map(|change| {
        let document = erasure.of(&change.document)?;
        let document = to_raw_value(&document).expect("JSON can be written");
        Some(Change {
            document,
            ..change.clone()
        })
    });
    left.collect()
}

/// What puts versions without something in the place of those with it: a version after `last`, which says that.
pub(super) fn taking_out(erasure: &Erasure, last: &Change, left: Vec<Change>) -> (Write, Erased) {
    let newest = left.last().filter(|change| change.version == last.version);
    let write = Write {
        collection: last.collection,
        id: last.id,
        follows: Some(last.version),
        state: last.state,
        document: newest.unwrap_or(last).document.clone(),
    };
    let versions = left.into_iter();
    let erased = Erased {
        versions: versions
            .map(|change| (change.version, change.document))
            .collect(),
        reason: erasure.reason.clone(),
        was_shown: erasure.is_of_views(),
    };
    (write, erased)
}

/// What a version says without what is erased has to be a whole document still.
fn check(change: &Change) -> Result<(), Error> {
    let collection = change.collection;
    let entity = Entity::after(None, change);
    let read = Document::read(&entity);
    read.map(drop).map_err(|corrupt| {
        let faults = corrupt.faults.0.into_iter().map(|fault| Fault {
            place: "/property".to_owned(),
            kind: FaultKind::Other,
            detail: format!(
                "without it version {} of {collection} would not be whole ({fault}): change that first, or say what it contains",
                change.version
            ),
        });
        Faults(faults.collect()).into()
    })
}
