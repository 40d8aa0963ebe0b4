//! What somebody decides on a record, as it is sent.

use super::handling::read_reason;
use super::workflow::Says;
use super::{Day, Fault, FaultKind, Fields, Id, Node, Site, State};

use State::{InReview, Merged, Proposed, Published, Rejected, SentBack, Submitted, Withdrawn};

/// What somebody decides on a record.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The state it is to come to.
    pub to: State,
    /// Why: one of [`super::REASONS`].
    pub reason: Option<&'static str>,
    /// What the submitter is told.
    pub message: Option<String>,
    /// The day on which it is to be published, if not now.
    pub publish_after: Option<Day>,
    /// The site that it is merged into.
    pub into: Option<Id<Site>>,
}

impl Verdict {
    /// Reads `{"decision", "reason", "message", "publish_after", "into"}`, all but the first of which may be missing.
    pub fn read(node: &Node<'_>) -> Option<Verdict> {
        let fields = node.fields()?;
        let to = fields.required("decision", |node| {
            let word = node.one_of(&DECISIONS)?;
            node.check(FaultKind::NotOneOf, word.parse())
        });
        let reason = fields.optional("reason", read_reason);
        let message = fields.optional("message", read_message);
        if reason == Some("other") && message.is_none() {
            fields.fault(
                "message",
                FaultKind::MissingWith("reason"),
                "is required with the reason other: say which",
            );
        }
        let is_published = to == Some(Published);
        let publish_after = only(&fields, "publish_after", is_published, |node| node.day());
        let into = only(&fields, "into", to == Some(Merged), |node| node.id());
        Some(Verdict {
            to: to?,
            reason,
            message,
            publish_after,
            into,
        })
    }

    /// What is missing for a transition: each with what would be right.
    pub fn missing(&self, says: Says) -> Vec<Fault> {
        let reason = (
            "reason",
            self.reason.is_some(),
            "say why, by one of the reasons",
        );
        let message = (
            "message",
            self.message.is_some(),
            "write what the other side has to know",
        );
        let into = (
            "into",
            self.into.is_some(),
            "give the id of the site that it is merged into",
        );
        let needed = match says {
            Says::Nothing | Says::CorrectionNote => vec![],
            Says::Reason => vec![reason],
            Says::Message => vec![message],
            Says::ReasonAndMessage => vec![reason, message],
            Says::Into => vec![into],
        };
        let missing = needed.into_iter().filter(|(_, is_said, _)| !is_said);
        missing
            .map(|(name, _, right)| Fault {
                place: format!("/{name}"),
                kind: FaultKind::MissingWith("decision"),
                detail: format!("is required to make it {}: {right}", self.to.id()),
            })
            .collect()
    }
}

/// The states that a decision can bring something to.
const DECISIONS: [&str; 8] = [
    InReview.id(),
    Merged.id(),
    Proposed.id(),
    Published.id(),
    Rejected.id(),
    SentBack.id(),
    Submitted.id(),
    Withdrawn.id(),
];

/// So many characters a message has at most.
pub const MESSAGE_MAX: usize = 4000;

/// A message that people read.
pub(super) fn read_message(node: &Node<'_>) -> Option<String> {
    let message = node.text()?;
    let length = message.chars().count();
    if length > MESSAGE_MAX {
        return node.fault(
            FaultKind::TooLong { most: MESSAGE_MAX },
            format!("has {length} characters: at most {MESSAGE_MAX} are read"),
        );
    }
    Some(message)
}

/// A member that has a meaning in one case only; elsewhere it is a fault.
fn only<T>(
    fields: &Fields<'_>,
    name: &'static str,
    has_meaning: bool,
    read: impl FnOnce(&Node<'_>) -> Option<T>,
) -> Option<T> {
    let value = fields.optional(name, |node| read(node));
    if !has_meaning && fields.has(name) {
        fields.fault(
            name,
            FaultKind::OutOfPlace("decision"),
            "says nothing with this decision: leave it out",
        );
    }
    value
}
