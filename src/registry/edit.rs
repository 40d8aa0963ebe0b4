//! Changing a record by sending it anew, whole or in part: what is published, and what is on its way there.

use serde_json::{Map, Value};

use super::at_once::beside;
use super::submissions::raw_of;
use super::{Current, Error, Item, Registry};
use crate::domain::{
    Actor, Collection, Committed, Deed, Document, Draft, Edit, Entity, Fault, FaultKind, Faults,
    RecordRef, Says, State, Transition, Version, Write, with_the_unseen,
};
use crate::store::Run;

impl Registry {
    /// Changes a record as `edit` says, if `follows` is its current version, and brings it to the state to which that leads:
    /// what was sent back waits again. `shown` is what the actor reads of it: its properties, and `geometry`.
    ///
    /// `is_seen`: whether they say that `follows` is the version they have seen. Whoever does not opens nothing to the public,
    /// since an old copy that is sent back must not undo what a reviewer hid meanwhile; and `follows` is then only where to
    /// begin: they change whatever is there, also what somebody made of it at the same moment.
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
        let transition = self.edited(actor, &before)?;
        let waits = transition.to.waits();
        let (note, mut faults) = noted(edit, transition);
        let view = self.view(actor, &before, shown)?;
        let laid = edit.over(record.collection, &members(&view), shown, is_seen);
        let draft = self.read(actor, record.collection, edit, &laid, Some(&view), waits);
        match &draft {
            Ok(draft) if !is_seen && before.entity.state == State::Published => {
                faults.extend(edit.place(opened(draft, &before.document)));
            }
            Ok(_) => {}
            Err(Faults(found)) => faults = beside(found.clone(), faults),
        }
        // What is public names nothing that is not, whoever put it there.
        let left = if waits {
            edit.leaves(record.collection, shown)
        } else {
            vec![]
        };
        if !faults.is_empty() {
            let (to, collection) = (transition.to, record.collection);
            let unknown = self.unknown_in(actor, to, collection, &laid.members, &left)?;
            return Err(Faults(beside(faults, edit.place(unknown))).into());
        }
        let item = Item {
            place: String::new(),
            id: record.id,
            draft: draft?,
        };
        let rests_on = self.check_edited(actor, transition.to, &item, &left);
        let rests_on = rests_on.map_err(|error| match error {
            Error::Faults(Faults(faults)) => Faults(edit.place(faults)).into(),
            error => error,
        })?;
        let (draft, as_sent) = with_unseen(&before, &view, item.draft)?;
        let mut document = replacing(&before, draft, note);
        // Those who decide read what there is.
        document.handling_mut().as_sent = as_sent.filter(|_| !decides(actor, record.collection));
        self.write_edited(actor, before.next(transition.to, &document), rests_on)
    }

    /// A record as whoever changes it knows it: as they were `shown` it; and what nobody is shown, as their organization sent
    /// it, or for those who decide, as it is.
    fn view(
        &self,
        actor: &Actor,
        before: &Current,
        shown: &Map<String, Value>,
    ) -> Result<Document, Error> {
        let collection = before.entity.collection;
        let known = if decides(actor, collection) {
            let mut known = members(&before.document);
            for name in PARTLY_SHOWN {
                if let (Some(Value::Array(kept)), Some(Value::Array(shown))) =
                    (known.get_mut(name), shown.get(name))
                {
                    kept.retain(|entry| shown.contains(entry));
                }
            }
            known
        } else {
            let mut known = self.sent(&before.entity)?;
            for name in Draft::shown(collection) {
                match shown.get(name) {
                    Some(Value::Null) => drop(known.remove(name)),
                    Some(value) => drop(known.insert(name.to_owned(), value.clone())),
                    None => {}
                }
            }
            known
        };
        let entity = Entity {
            document: raw_of(&known),
            ..before.entity.clone()
        };
        Ok(Current::parse(&entity)?.document)
    }

    fn edited(&self, actor: &Actor, before: &Current) -> Result<Transition, Error> {
        let (collection, state) = (before.entity.collection, before.entity.state);
        let origin = self.origin(&before.document);
        Ok(*Transition::edited(collection, state, actor, origin)?)
    }

    fn write_edited(
        &self,
        actor: &Actor,
        write: Write,
        rests_on: Vec<RecordRef>,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        self.run(Run {
            writes: vec![write],
            rests_on,
            ..self.command_of(actor)
        })
    }
}

/// Lists of a site of which even those who decide are not shown what names a record that is not published.
const PARTLY_SHOWN: [&str; 2] = ["organizations", "relations"];

/// Whether somebody decides on records of a collection, and so may see what anybody says of one.
fn decides(actor: &Actor, collection: Collection) -> bool {
    actor.may(Deed::edit(collection)).is_ok()
}

/// The members of a document.
fn members(document: &Document) -> Map<String, Value> {
    match document.value() {
        Value::Object(members) => members,
        _ => unreachable!("a document is an object"),
    }
}

/// The document that a draft makes of what it replaces.
fn replacing(before: &Current, draft: Draft, note: Option<String>) -> Document {
    let mut document = Document::accept(before.entity.id, draft, Some(&before.document));
    let handling = document.handling_mut();
    // What was to be published on a day is another text now, which a reviewer has to see.
    handling.publish_after = None;
    handling.as_sent = None;
    if note.is_some() {
        // Whoever asked for it to be withdrawn is answered by the correction.
        handling.withdrawal_asked = None;
    }
    handling.correction_note = note.or(handling.correction_note.take());
    document
}

/// What becomes of a record of which somebody knows a `view` and makes `draft` of that: with what they were not shown, and,
/// where there is such, what they are shown of it from then on.
fn with_unseen(
    before: &Current,
    view: &Document,
    draft: Draft,
) -> Result<(Draft, Option<Map<String, Value>>), Error> {
    let (id, collection) = (before.entity.id, before.entity.collection);
    let sent = members(&Document::accept(id, draft.clone(), Some(view)));
    let (shown, kept) = (members(view), members(&before.document));
    let of_draft = Draft::members(collection);
    if of_draft
        .iter()
        .all(|name| shown.get(*name) == kept.get(*name))
    {
        return Ok((draft, None));
    }
    let draft = with_the_unseen(collection, &shown, &sent, &kept)?;
    let is_shown = |name: &str| Draft::shown(collection).any(|one| one == name);
    let as_sent = sent.into_iter().filter(|(name, _)| is_shown(name));
    Ok((draft, Some(as_sent.collect())))
}

/// What the change is said to correct, or what is wrong with that.
fn noted(edit: &Edit, transition: Transition) -> (Option<String>, Vec<Fault>) {
    let note = match edit.correction_note() {
        Ok(note) => note,
        Err(Faults(faults)) => return (None, faults),
    };
    if transition.says != Says::CorrectionNote || note.is_some() {
        return (note, vec![]);
    }
    let missing = Fault {
        place: "/correction_note".to_owned(),
        kind: FaultKind::Missing,
        detail: "is required with a correction: say what was corrected".to_owned(),
    };
    (None, edit.place(vec![missing]))
}

/// The faults of whatever may show the public more than what it replaces.
fn opened(draft: &Draft, before: &Document) -> Vec<Fault> {
    let names = match draft {
        Draft::Site(draft) => before.site().map(|site| draft.opens(site)),
        Draft::Report(draft) => before.report().map(|report| draft.opens(&report.details)),
        Draft::Organization(_) | Draft::Region(_) => None,
    };
    let faults = names.unwrap_or_default().into_iter().map(|name| Fault {
        place: format!("/{name}"),
        kind: FaultKind::Other,
        detail: "shows the public more than before, or may: send the ETag you read in If-Match"
            .to_owned(),
    });
    faults.collect()
}
