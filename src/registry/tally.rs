//! How many commands ended how, and where the log ends: for whoever operates the program.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Registry;
use crate::domain::Seq;
use crate::store::{self, Connections};

/// How commands end that the store was asked to carry out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was carried out.
    Committed,
    /// Something that was written before stands against it; nothing was written.
    Refused,
    /// Others had the log for too long; nothing was written.
    Busy,
    /// The database failed.
    Failed,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Outcome; 4] = [
        Outcome::Committed,
        Outcome::Refused,
        Outcome::Busy,
        Outcome::Failed,
    ];

    /// What it is called.
    pub const fn id(self) -> &'static str {
        match self {
            Outcome::Committed => "committed",
            Outcome::Refused => "refused",
            Outcome::Busy => "busy",
            Outcome::Failed => "failed",
        }
    }

    fn of<T>(done: &Result<T, store::Error>) -> Outcome {
        match done {
            Ok(_) => Outcome::Committed,
            Err(store::Error::Busy) => Outcome::Busy,
            Err(
                store::Error::Newer { .. }
                | store::Error::ReadOnly
                | store::Error::Full(_)
                | store::Error::Unreachable(_)
                | store::Error::Corrupt(_)
                | store::Error::Unsound(_)
                | store::Error::Database(_),
            ) => Outcome::Failed,
            Err(
                store::Error::Exists
                | store::Error::Stale(_)
                | store::Error::NoRecord
                | store::Error::Moved
                | store::Error::Named
                | store::Error::Ended
                | store::Error::Done(_)
                | store::Error::OtherRequest
                | store::Error::Taken(_)
                | store::Error::Dangling,
            ) => Outcome::Refused,
        }
    }
}

/// The commands of this program since it started.
#[derive(Debug, Default)]
pub(super) struct Tally([AtomicU64; Outcome::ALL.len()]);

impl Tally {
    pub(super) fn note<T>(&self, done: &Result<T, store::Error>) {
        self.0[Outcome::of(done) as usize].fetch_add(1, Ordering::Relaxed);
    }
}

impl Registry {
    /// How many commands ended so, since the program started.
    pub fn ended(&self, outcome: Outcome) -> u64 {
        self.tally.0[outcome as usize].load(Ordering::Relaxed)
    }

    /// The connections to the database.
    pub fn connections(&self) -> [Connections; 2] {
        self.store.connections()
    }

    /// Where the log ends.
    pub fn end_of_log(&self) -> Result<Seq, store::Error> {
        self.store.last_seq()
    }
}
