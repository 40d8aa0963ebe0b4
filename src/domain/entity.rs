//! A record as it stands: its latest change, and the instants that follow from the ones before.

use serde_json::value::RawValue;
use uuid::Uuid;

use super::{Change, Collection, Instant, RecordRef, Seq, State, Version};

/// The current version of a record, with its whole document.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Its collection.
    pub collection: Collection,
    /// Its id.
    pub id: Uuid,
    /// The version it is.
    pub version: Version,
    /// The change that made it.
    pub seq: Seq,
    /// Where it stands in its workflow.
    pub state: State,
    /// When its first version was recorded.
    pub created_at: Instant,
    /// When this version was recorded.
    pub updated_at: Instant,
    /// When it last entered the state `published`; corrections do not move it.
    pub published_at: Option<Instant>,
    /// When the public last saw it change, appear or go; `None` if the public never saw it.
    pub public_at: Option<Instant>,
    /// When it last appeared to the public: what was hidden before is as old as that.
    pub public_since: Option<Instant>,
    /// The document.
    pub document: Box<RawValue>,
}

impl Entity {
    /// The record that this is a version of.
    pub fn record(&self) -> RecordRef {
        self.collection.record(self.id)
    }

    /// The record after `change`, which follows `before`. What the public saw when stays as it was: [`super::Holdings::put`]
    /// moves it by comparing views.
    ///
    /// The rows of the table of entities are defined by this: each is the fold of its changes.
    pub fn after(before: Option<&Entity>, change: &Change) -> Entity {
        let entered = change.state == State::Published
            && before.is_none_or(|old| old.state != State::Published);
        Entity {
            collection: change.collection,
            id: change.id,
            version: change.version,
            seq: change.seq,
            state: change.state,
            created_at: before.map_or(change.at, |old| old.created_at),
            updated_at: change.at,
            published_at: if entered {
                Some(change.at)
            } else {
                before.and_then(|old| old.published_at)
            },
            public_at: before.and_then(|old| old.public_at),
            public_since: before.and_then(|old| old.public_since),
            document: change.document.clone(),
        }
    }
}
