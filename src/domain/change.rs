//! The log: what a change is, where it stands, and which states a record can be in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{Account, Id, Instant, RecordRef, Wrong, shortened};

/// The four kinds of records, in the order in which they are listed (alphabetical).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Collection {
    /// Condition reports: what somebody observed at a site.
    ConditionReports,
    /// Organizations that look after, observe or list sites.
    Organizations,
    /// Regions: divisions used by somebody at some time.
    Regions,
    /// Sites.
    Sites,
}

impl Collection {
    /// All of them, in listing order.
    pub const ALL: [Collection; 4] = [
        Collection::ConditionReports,
        Collection::Organizations,
        Collection::Regions,
        Collection::Sites,
    ];

    /// The id in addresses: `condition-reports`, `organizations`, `regions`, `sites`.
    pub const fn id(self) -> &'static str {
        match self {
            Collection::ConditionReports => "condition-reports",
            Collection::Organizations => "organizations",
            Collection::Regions => "regions",
            Collection::Sites => "sites",
        }
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Collection {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        Collection::ALL
            .into_iter()
            .find(|collection| collection.id() == text)
            .ok_or_else(|| {
                let all = Collection::ALL.map(Collection::id).join(", ");
                Wrong(format!(
                    "there is no collection \"{text}\": it is one of {all}",
                    text = shortened(text)
                ))
            })
    }
}

impl<'de> Deserialize<'de> for Collection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        id.parse().map_err(serde::de::Error::custom)
    }
}

/// A place in the log, from 1, without gaps, in the order of commits. Never shown to the public.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub i64);

/// A place in the log, and the command that made the change there: logs that have one mark in common are the same up to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The place; 0 before the first.
    pub seq: Seq,
    /// The id of the command; nil before the first.
    pub command: Uuid,
}

/// A place in the log as the public knows it: only changes that altered what the public sees have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicSeq(pub i64);

/// What there was at an instant, as one audience counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The last change until then; for the public, of those that it saw make a difference.
    pub seq: Seq,
    /// Whether none has followed since.
    pub is_now: bool,
    /// The last change that made past states look different.
    pub borne_on: Seq,
}

/// How many changes one record has had, from 1. Never shown to the public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub i32);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Where a record stands in its workflow (vocabularies 2); which states a collection has is up to its transitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// A phone sent it; it may have faults.
    Received,
    /// A complete report that waits for a reviewer.
    Submitted,
    /// A reviewer has claimed it.
    InReview,
    /// Sent back to the submitter, with a reason.
    SentBack,
    /// A site that waits for a reviewer.
    Proposed,
    /// Part of the catalogue.
    Published,
    /// Refused by a reviewer; kept.
    Rejected,
    /// Taken out of the catalogue; kept.
    Withdrawn,
    /// A double, whose contents moved to another site.
    Merged,
}

impl State {
    /// All, in no order that means anything.
    pub const ALL: [State; 9] = [
        State::Received,
        State::Submitted,
        State::InReview,
        State::SentBack,
        State::Proposed,
        State::Published,
        State::Rejected,
        State::Withdrawn,
        State::Merged,
    ];

    /// The state in which a record of a collection begins, where it is sent over HTTP.
    pub const fn first(collection: Collection) -> State {
        match collection {
            Collection::ConditionReports => State::Submitted,
            Collection::Sites => State::Proposed,
            Collection::Organizations | Collection::Regions => State::Published,
        }
    }

    /// Whether it waits for a reviewer.
    pub const fn waits(self) -> bool {
        matches!(
            self,
            State::Received | State::Submitted | State::InReview | State::Proposed
        )
    }

    /// The id in documents and addresses.
    pub const fn id(self) -> &'static str {
        match self {
            State::Received => "received",
            State::Submitted => "submitted",
            State::InReview => "in_review",
            State::SentBack => "sent_back",
            State::Proposed => "proposed",
            State::Published => "published",
            State::Rejected => "rejected",
            State::Withdrawn => "withdrawn",
            State::Merged => "merged",
        }
    }
}

impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl FromStr for State {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        State::ALL
            .into_iter()
            .find(|state| state.id() == text)
            .ok_or_else(|| {
                let all = State::ALL.map(State::id).join(", ");
                Wrong(format!(
                    "there is no state \"{text}\": states are {all}",
                    text = shortened(text)
                ))
            })
    }
}

/// Marks the id of one command: all changes of one transaction carry the same.
#[derive(Clone, Copy, Debug)]
pub enum Command {}

/// A new version of a record, as a command hands it to the store.
#[derive(Clone, Debug)]
pub struct Write {
    /// The collection it belongs to.
    pub collection: Collection,
    /// The record.
    pub id: Uuid,
    /// The version it follows: `None` makes a new record.
    pub follows: Option<Version>,
    /// The state it is in from now on.
    pub state: State,
    /// The whole document.
    pub document: Box<RawValue>,
}

/// One row of the log.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its place.
    pub seq: Seq,
    /// Its place in the public's log, if it altered what the public sees.
    pub public_seq: Option<PublicSeq>,
    /// When it was recorded. Changes of one command share it; it never goes back.
    pub at: Instant,
    /// The command it belongs to.
    pub command: Id<Command>,
    /// Who did it.
    pub actor: Id<Account>,
    /// The collection of the record.
    pub collection: Collection,
    /// The record.
    pub id: Uuid,
    /// The version it made.
    pub version: Version,
    /// The state from then on.
    pub state: State,
    /// The whole document from then on.
    pub document: Box<RawValue>,
}

impl Change {
    /// The record that it is a version of.
    pub fn record(&self) -> RecordRef {
        RecordRef {
            collection: self.collection,
            id: self.id,
        }
    }
}

/// What a command made, and where in the log it ends.
///
/// It is opened by `Catalogue::caught_up`, so that nobody is answered before the catalogue shows what they did.
#[must_use = "the answer waits until the catalogue shows the change"]
#[derive(Debug)]
pub struct Committed<T> {
    made: T,
    seq: Seq,
}

impl<T> Committed<T> {
    /// `made` is in the log, which ended at `seq` when it was.
    pub fn new(made: T, seq: Seq) -> Self {
        Committed { made, seq }
    }

    /// The last change of the run.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// What was made; for the catalogue, once it shows `seq`.
    pub fn open(self) -> T {
        self.made
    }
}
