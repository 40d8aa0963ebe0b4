//! All faults at once: what is wrong with the members of a draft each by itself is told also where other faults keep it from
//! being read, so that nobody mends some of them to be told of more.

use super::Registry;
use crate::domain::{
    Actor, Collection, Document, Draft, Edit, Fault, Faults, Laid, incomplete_report,
    observed_too_late,
};

impl Registry {
    /// What somebody sends as a draft, laid over what there is; or all that is wrong with it alone, each at its place in what is
    /// sent. `before` is what it replaces; `waits`, whether a reviewer sees it before the public does.
    pub(super) fn read(
        &self,
        actor: &Actor,
        collection: Collection,
        edit: &Edit,
        laid: &Laid,
        before: Option<&Document>,
        waits: bool,
    ) -> Result<Draft, Faults> {
        let of_members = edit.place(self.by_members(collection, laid, waits));
        match edit.draft(collection, laid) {
            Ok(draft) => {
                let unfit = self.unfit(actor, &draft, before);
                Faults::check(beside(edit.place(unfit), of_members))?;
                Ok(draft)
            }
            Err(Faults(found)) => {
                let exchanged = self.exchanged_in(collection, edit);
                Err(Faults(beside(
                    found,
                    exchanged.into_iter().chain(of_members),
                )))
            }
        }
    }

    /// What of something that is sent cannot be right, or is missing of what `waits` for a reviewer, at its place in the draft.
    fn by_members(&self, collection: Collection, laid: &Laid, waits: bool) -> Vec<Fault> {
        if collection != Collection::ConditionReports {
            return vec![];
        }
        let mut faults: Vec<Fault> = Vec::new();
        faults.extend(observed_too_late(&laid.members, self.clock.now().day()));
        // What was brought in, and is corrected, may lack what is asked of submissions.
        if waits {
            faults.extend(incomplete_report(&laid.members));
        }
        faults
    }

    /// The fault of coordinates that are exchanged, of a site that cannot be read as a draft.
    fn exchanged_in(&self, collection: Collection, edit: &Edit) -> Option<Fault> {
        let is_site = collection == Collection::Sites;
        let at = edit.place_sent().filter(|_| is_site)?;
        self.rules.exchanged(at, "/geometry")
    }
}

/// Faults beside those that were found before: of two at one place the first is told.
pub(super) fn beside(mut found: Vec<Fault>, others: impl IntoIterator<Item = Fault>) -> Vec<Fault> {
    for other in others {
        if !found.iter().any(|fault| fault.place == other.place) {
            found.push(other);
        }
    }
    found
}
