//! The workflow of records (vocabularies 2): one table of all transitions, who may make each, and what has to be said.

use super::{Account, Actor, Collection, Deed, Id, Organization, Refused, State};

/// A transition: a record of `collection` comes from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// What it is about.
    pub collection: Collection,
    /// The state before.
    pub from: State,
    /// The state after.
    pub to: State,
    /// Who may.
    pub by: By,
    /// How it comes about.
    pub how: How,
    /// What has to be said.
    pub says: Says,
}

/// Who may make a transition. What is said here of reviewers holds for administrators too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Whoever acts for the organization that submitted it.
    Submitter,
    /// A reviewer.
    Reviewer,
    /// A reviewer of another organization than the one that submitted it, where two are demanded; an administrator of any.
    OtherReviewer,
    /// An administrator.
    Admin,
}

/// How a transition comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The record is sent anew or changed: `PUT`, `PATCH`.
    Edit,
    /// It is decided: `POST …/review`, and `DELETE` where it ends in `withdrawn`.
    Decision,
    /// Both ways: what was sent back is sent again, changed or as it is.
    EditOrDecision,
    /// A decision that only asks a reviewer to make it: the state stays.
    Ask,
}

/// What has to be said with a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// Nothing.
    Nothing,
    /// A reason of the list.
    Reason,
    /// A message.
    Message,
    /// A reason, and a message to the submitter.
    ReasonAndMessage,
    /// What was corrected, with what is sent.
    CorrectionNote,
    /// The site that it is merged into.
    Into,
}

const fn row(
    collection: Collection,
    from: State,
    to: State,
    by: By,
    how: How,
    says: Says,
) -> Transition {
    Transition {
        collection,
        from,
        to,
        by,
        how,
        says,
    }
}

use By::{Admin, OtherReviewer, Reviewer, Submitter};
use Collection::{ConditionReports, Organizations, Regions, Sites};
use How::{Ask, Decision, Edit, EditOrDecision};
use Says::{CorrectionNote, Into, Message, Nothing, Reason, ReasonAndMessage};
use State::{
    InReview, Merged, Proposed, Published, Received, Rejected, SentBack, Submitted, Withdrawn,
};

/// All transitions. What a phone sends and what is posted begin the workflow; what the registry does by itself
/// (a claim lapses, the day of publication comes) is in `registry`.
#[rustfmt::skip] // One row a line.
pub static TRANSITIONS: &[Transition] = &[
    row(ConditionReports, Received,  Submitted, Submitter,     Edit,           Nothing),
    row(ConditionReports, Received,  Submitted, Reviewer,      Edit,           Nothing),
    row(ConditionReports, Submitted, InReview,  Reviewer,      Decision,       Nothing),
    row(ConditionReports, Submitted, Withdrawn, Submitter,     Decision,       Nothing),
    row(ConditionReports, InReview,  SentBack,  Reviewer,      Decision,       ReasonAndMessage),
    row(ConditionReports, InReview,  Published, OtherReviewer, Decision,       Nothing),
    row(ConditionReports, InReview,  Rejected,  Reviewer,      Decision,       Reason),
    row(ConditionReports, InReview,  Withdrawn, Submitter,     Decision,       Nothing),
    row(ConditionReports, SentBack,  Submitted, Submitter,     EditOrDecision, Nothing),
    row(ConditionReports, SentBack,  Withdrawn, Submitter,     Decision,       Nothing),
    row(ConditionReports, Published, Published, Reviewer,      Edit,           CorrectionNote),
    row(ConditionReports, Published, Published, Reviewer,      Decision,       Message),
    row(ConditionReports, Published, Withdrawn, Reviewer,      Decision,       Nothing),
    row(ConditionReports, Published, Withdrawn, Submitter,     Ask,            Message),
    row(ConditionReports, Withdrawn, Published, Admin,         Decision,       Reason),
    row(Sites,            Proposed,  Proposed,  Reviewer,      Edit,           Nothing),
    row(Sites,            Proposed,  Published, OtherReviewer, Decision,       Nothing),
    row(Sites,            Proposed,  SentBack,  OtherReviewer, Decision,       ReasonAndMessage),
    row(Sites,            Proposed,  Rejected,  OtherReviewer, Decision,       Reason),
    row(Sites,            Proposed,  Merged,    OtherReviewer, Decision,       Into),
    row(Sites,            Proposed,  Withdrawn, Submitter,     Decision,       Nothing),
    row(Sites,            SentBack,  Proposed,  Submitter,     EditOrDecision, Nothing),
    row(Sites,            SentBack,  Withdrawn, Submitter,     Decision,       Nothing),
    row(Sites,            Published, Published, Reviewer,      Edit,           Nothing),
    row(Sites,            Published, Withdrawn, Reviewer,      Decision,       Nothing),
    row(Sites,            Published, Merged,    Reviewer,      Decision,       Into),
    row(Sites,            Merged,    Published, Admin,         Decision,       Nothing),
    row(Sites,            Withdrawn, Published, Admin,         Decision,       Reason),
    row(Organizations,    Published, Published, Admin,         Edit,           Nothing),
    row(Organizations,    Published, Withdrawn, Admin,         Decision,       Nothing),
    row(Organizations,    Withdrawn, Published, Admin,         Decision,       Reason),
    row(Regions,          Published, Published, Admin,         Edit,           Nothing),
    row(Regions,          Published, Withdrawn, Admin,         Decision,       Nothing),
    row(Regions,          Withdrawn, Published, Admin,         Decision,       Reason),
];

/// Why a transition cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Others may.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Nobody may: the table does not have it. `possible` are the states that can follow.
    #[error("{}", no_transition(*.from, *.to, .possible))]
    NoTransition {
        /// The state that it is in.
        from: State,
        /// The state that was wanted; `None` of a change that keeps it.
        to: Option<State>,
        /// What a decision can make of it.
        possible: Vec<State>,
    },
}

fn no_transition(from: State, to: Option<State>, possible: &[State]) -> String {
    let wanted = match to {
        Some(to) => format!("what is {} cannot become {}", from.id(), to.id()),
        None => format!("what is {} is not changed by sending it again", from.id()),
    };
    let possible: Vec<_> = possible.iter().map(|state| state.id()).collect();
    match possible.as_slice() {
        [] => format!("{wanted}: nothing more is decided on it"),
        _ => format!("{wanted}: what can be decided is {}", possible.join(", ")),
    }
}

/// Who submitted a record, and whether somebody of another organization has to publish it.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// The organization that submitted it.
    pub submitter: Option<Id<Organization>>,
    /// Whether two organizations are demanded.
    pub two_organizations: bool,
}

impl Transition {
    /// The decision that makes `to` of `from`, if this actor may make it.
    pub fn decided(
        collection: Collection,
        from: State,
        to: State,
        actor: &Actor,
        origin: Origin,
    ) -> Result<&'static Transition, Denied> {
        let rows = of(collection, from).filter(|row| row.to == to && row.how != How::Edit);
        first_allowed(rows, actor, origin).unwrap_or_else(|| {
            Err(Denied::NoTransition {
                from,
                to: Some(to),
                possible: decisions(collection, from),
            })
        })
    }

    /// The decisions that this actor may make on a record, one for each state that can follow.
    pub fn open_to(
        collection: Collection,
        from: State,
        actor: &Actor,
        origin: Origin,
    ) -> Vec<&'static Transition> {
        let made = |to| Transition::decided(collection, from, to, actor, origin).ok();
        let all = decisions(collection, from).into_iter();
        all.filter_map(made).collect()
    }

    /// The transition that sending a record anew makes, if this actor may.
    pub fn edited(
        collection: Collection,
        from: State,
        actor: &Actor,
        origin: Origin,
    ) -> Result<&'static Transition, Denied> {
        let is_edit = |row: &&Transition| matches!(row.how, How::Edit | How::EditOrDecision);
        let rows = of(collection, from).filter(is_edit);
        first_allowed(rows, actor, origin).unwrap_or_else(|| {
            Err(Denied::NoTransition {
                from,
                to: None,
                possible: decisions(collection, from),
            })
        })
    }
}

fn of(collection: Collection, from: State) -> impl Iterator<Item = &'static Transition> {
    TRANSITIONS
        .iter()
        .filter(move |row| row.collection == collection && row.from == from)
}

/// The states that decisions can make of a record.
fn decisions(collection: Collection, from: State) -> Vec<State> {
    let mut states = Vec::new();
    for row in of(collection, from).filter(|row| row.how != How::Edit) {
        if !states.contains(&row.to) {
            states.push(row.to);
        }
    }
    states
}

/// The first that the actor may make, or why not any of them; `None` if there are none.
fn first_allowed(
    rows: impl Iterator<Item = &'static Transition>,
    actor: &Actor,
    origin: Origin,
) -> Option<Result<&'static Transition, Denied>> {
    let mut refused = None;
    for row in rows {
        match row.by.allows(row.collection, actor, origin) {
            Ok(()) => return Some(Ok(row)),
            Err(why) => refused = refused.or(Some(Err(why.into()))),
        }
    }
    refused
}

impl By {
    /// What it takes to be one of them.
    pub const fn deed(self, collection: Collection) -> Deed {
        match (self, collection) {
            (_, Organizations | Regions) => Deed::EditOrganizations,
            (By::Submitter, _) => Deed::Submit,
            (By::Reviewer | By::OtherReviewer, _) => Deed::Review,
            (By::Admin, _) => Deed::Overrule,
        }
    }

    fn allows(self, collection: Collection, actor: &Actor, origin: Origin) -> Result<(), Refused> {
        actor.may(self.deed(collection))?;
        let is_own = origin.submitter == Some(actor.account.organization);
        match self {
            By::Submitter if !is_own => Err(Refused::OtherOrganization),
            By::OtherReviewer if is_own && origin.two_organizations => actor
                .may(Deed::Overrule)
                .map_err(|_| Refused::OwnOrganization),
            _ => Ok(()),
        }
    }
}

/// The account in whose name the registry does what comes about by itself.
pub const SYSTEM: Id<Account> = Id::new(uuid::uuid!("5e155e15-0000-4000-8000-000000000001"));

/// A claim lapses after this many days.
pub const CLAIM_DAYS: i64 = 7;
