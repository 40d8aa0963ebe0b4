//! Changing a record by sending it anew, whole or in part: what is published, and what is on its way there.

use serde_json::{Map, Value};

use super::check::incomplete;
use super::{Current, Error, Item, Registry};
use crate::domain::{
    Actor, Committed, Document, Draft, Edit, Entity, Fault, FaultKind, Faults, RecordRef, Says,
    State, Transition, Verdict, Version,
};
use crate::store::Run;

impl Registry {
    /// Changes a record as `edit` says, if `follows` is its current version, and brings it to the state to which that leads:
    /// what was sent back waits again. `shown` is what the actor reads of it: its properties, and `geometry`.
    ///
    /// Whoever did not say that this is the version they have seen opens nothing to the public: an old copy that is sent
    /// back must not undo what a reviewer hid meanwhile. And they change whatever is there, also what somebody made of it at
    /// the same moment.
    pub fn edit(
        &self,
        actor: &Actor,
        record: RecordRef,
        mut follows: Version,
        edit: &Edit,
        shown: &Map<String, Value>,
        is_seen: bool,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        loop {
            match self.edit_version(actor, record, follows, edit, shown, is_seen) {
                Err(Error::Stale(current)) if !is_seen => follows = current,
                done => return done,
            }
        }
    }

    fn edit_version(
        &self,
        actor: &Actor,
        record: RecordRef,
        follows: Version,
        edit: &Edit,
        shown: &Map<String, Value>,
        is_seen: bool,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        let before = self.current(record, follows)?;
        let kept = serde_json::from_str(before.entity.document.get());
        let kept = kept.expect("`current` has parsed it");
        let transition = self.edited(actor, &before)?;
        let note = edit.correction_note()?;
        let draft = edit.draft(record.collection, &kept, shown, is_seen);
        let also = |faults| self.also_exchanged(record.collection, edit, faults);
        let draft = draft.map_err(also)?;
        let mut faults = self.unfit(actor, &draft, Some(&before.document));
        // What was brought in, and is corrected, may lack what is asked of submissions.
        if transition.to.waits() {
            faults.extend(incomplete(&draft));
        }
        if !is_seen && before.entity.state == State::Published {
            faults.extend(opened(&draft, &before.document).into_iter().map(|name| Fault {
                place: format!("/{name}"),
                kind: FaultKind::Other,
                detail: "shows the public more than before, or may: send the ETag you read in If-Match"
                    .to_owned(),
            }));
        }
        if transition.says == Says::CorrectionNote && note.is_none() {
            faults.push(Fault {
                place: "/correction_note".to_owned(),
                kind: FaultKind::Missing,
                detail: "is required with a correction: say what was corrected".to_owned(),
            });
        }
        Faults::check(faults).map_err(|faults| edit.place(faults))?;
        // What is public names nothing that is not, whoever put it there.
        let left = if transition.to.waits() {
            edit.leaves(record.collection, shown)
        } else {
            vec![]
        };
        let done = self.replaced(actor, &before, transition, draft, &left, note);
        done.map_err(|error| match error {
            Error::Faults(faults) => edit.place(faults).into(),
            error => error,
        })
    }

    /// Replaces a record by `draft`, if `follows` is its current version.
    pub fn replace(
        &self,
        actor: &Actor,
        record: RecordRef,
        follows: Version,
        draft: Draft,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        let before = self.current(record, follows)?;
        let transition = self.edited(actor, &before)?;
        self.replaced(actor, &before, transition, draft, &[], None)
    }

    fn edited(&self, actor: &Actor, before: &Current) -> Result<Transition, Error> {
        let (collection, state) = (before.entity.collection, before.entity.state);
        let origin = self.origin(&before.document);
        Ok(*Transition::edited(collection, state, actor, origin)?)
    }

    fn replaced(
        &self,
        actor: &Actor,
        before: &Current,
        transition: Transition,
        draft: Draft,
        left: &[&str],
        note: Option<String>,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        let item = Item {
            place: String::new(),
            id: before.entity.id,
            draft,
        };
        let rests_on = self.check_edited(actor, transition.to, &item, left)?;
        let mut document = Document::accept(item.id, item.draft, Some(&before.document));
        let handling = document.handling_mut();
        // What was to be published on a day is another text now, which a reviewer has to see.
        handling.publish_after = None;
        if note.is_some() {
            // Whoever asked for it to be withdrawn is answered by the correction.
            handling.withdrawal_asked = None;
        }
        handling.correction_note = note.or(handling.correction_note.take());
        self.run(Run {
            writes: vec![before.next(transition.to, &document)],
            rests_on,
            ..self.command_of(actor)
        })
    }

    /// Takes a record out of the catalogue, or out of the review; it stays in the log.
    pub fn withdraw(
        &self,
        actor: &Actor,
        record: RecordRef,
        follows: Version,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        let verdict = Verdict {
            to: State::Withdrawn,
            reason: None,
            message: None,
            publish_after: None,
            into: None,
        };
        self.review(actor, record, follows, &verdict)
    }
}

/// The members by which a draft may show the public more than what it replaces.
fn opened(draft: &Draft, before: &Document) -> Vec<&'static str> {
    match draft {
        Draft::Site(draft) => before.site().map(|site| draft.opens(site)),
        Draft::Report(draft) => before.report().map(|report| draft.opens(&report.details)),
        Draft::Organization(_) | Draft::Region(_) => None,
    }
    .unwrap_or_default()
}
