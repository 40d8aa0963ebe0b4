//! The commands: each but the first start's decides whether this actor may, and what is written, and hands it to the store as one run.
//!
//! The only caller of `Store::put`. Knows no HTTP. Start at [`Registry::create`] and [`Registry::review`]; `bootstrap.rs` is
//! what a new database gets, `seed.rs` how the files of `seed/` become drafts.

mod at_once;
mod bootstrap;
mod by_itself;
mod check;
mod create;
mod duplicates;
mod edit;
mod erase;
mod history;
mod import;
mod merge;
mod named;
mod people;
mod queue;
mod review;
mod seed;
mod sensitivity;
mod sessions;
mod submissions;
mod tally;
mod tokens;

use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::sync::Notify;

pub use create::Made;
pub use duplicates::Likely;
pub use erase::Done;
pub use import::{Import, Item, Row};
pub use people::Issued;
pub use queue::{Compared, Double, Place, Queue, Waiting, With};
pub use seed::{Seed, base_map};
pub use sessions::{Begun, SESSION_HOURS};
pub use submissions::{Shown, Wanted};
pub use tally::Outcome;

use tally::Tally;

use crate::domain::{
    Account, Actor, Bbox, Clock, Committed, Denied, Document, Entity, Faults, Id, Ids, Origin,
    RecordRef, Refused, State, Token, Version, Write,
};
use crate::store::{self, Run, Store};

pub use crate::store::Request;

/// Why a command was not carried out. Nothing was written, unless the connection broke at its very end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The role of the actor does not allow it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It is not in a state in which this can be done.
    #[error("{0}")]
    NoTransition(Denied),
    /// It cannot be published as it is: the places of the faults are in the record.
    #[error(transparent)]
    NotReady(Faults),
    /// The token of the actor, or their account, was ended meanwhile.
    #[error("the token was ended meanwhile")]
    Ended,
    /// The key of a request stands for another one.
    #[error("this Idempotency-Key stands for another request: take a new one for each")]
    OtherRequest,
    /// Accounts or other records name it.
    #[error("accounts or other records name {0}: change those first")]
    Named(RecordRef),
    /// There is no such account.
    #[error("there is no account {0}")]
    NoAccount(Id<Account>),
    /// There is no such token.
    #[error("there is no token {0}")]
    NoToken(Id<Token>),
    /// There is no such record, or none that is published.
    #[error("there is no {0}")]
    NoRecord(RecordRef),
    /// Someone else changed it first; this is the version they made.
    #[error("version {0} is current: read it, and decide again")]
    Stale(Version),
    /// Something is wrong with what was sent.
    #[error(transparent)]
    Faults(#[from] Faults),
    /// What was sent takes an id or a code that another record has, or names one that is not there.
    #[error(transparent)]
    Clash(store::Error),
    /// The database failed.
    #[error(transparent)]
    Store(store::Error),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Stale(current) => Error::Stale(current),
            store::Error::Exists
            | store::Error::Taken(_)
            | store::Error::Dangling
            | store::Error::NoRecord => Error::Clash(error),
            store::Error::OtherRequest => Error::OtherRequest,
            store::Error::Ended => Error::Ended,
            // Whoever gives a request its key asks for what was done before.
            store::Error::Done(_)
            | store::Error::Moved
            | store::Error::Named
            | store::Error::Newer { .. }
            | store::Error::Busy
            | store::Error::ReadOnly
            | store::Error::Full(_)
            | store::Error::Unreachable(_)
            | store::Error::Corrupt(_)
            | store::Error::Unsound(_)
            | store::Error::Database(_) => Error::Store(error),
        }
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Refused(refused) => Error::Refused(refused),
            denied @ Denied::NoTransition { .. } => Error::NoTransition(denied),
        }
    }
}

/// What an operator decides about the workflow.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Whether what one organization submitted is published by another.
    pub two_organizations: bool,
    /// Where sites are expected.
    pub working_area: Bbox,
}

impl Default for Rules {
    /// Two organizations, and the working area around Karabakh.
    fn default() -> Self {
        let area = Bbox::new(44.5, 38.3, 48.5, 41.2);
        Rules {
            two_organizations: true,
            working_area: area.expect("it is a box"),
        }
    }
}

/// Carries out commands.
pub struct Registry {
    store: Arc<Store>,
    clock: Clock,
    ids: Ids,
    news: Arc<Notify>,
    rules: Rules,
    tally: Tally,
}

impl Registry {
    /// A registry that writes to `store` and rings `news` after each commit, under the rules that hold by default.
    pub fn new(store: Arc<Store>, clock: Clock, ids: Ids, news: Arc<Notify>) -> Registry {
        Registry {
            store,
            clock,
            ids,
            news,
            rules: Rules::default(),
            tally: Tally::default(),
        }
    }

    /// The same under other rules.
    #[must_use]
    pub fn under(self, rules: Rules) -> Registry {
        Registry { rules, ..self }
    }

    /// The version that a command follows, with its document: what it decides rests on this very one.
    fn current(&self, record: RecordRef, follows: Version) -> Result<Current, Error> {
        let entity = self.store.find(record)?.ok_or(Error::NoRecord(record))?;
        if entity.version != follows {
            return Err(Error::Stale(entity.version));
        }
        Current::parse(&entity)
    }

    /// Who submitted a record, and what follows from that.
    fn origin(&self, document: &Document) -> Origin {
        Origin {
            submitter: document.submitter(),
            two_organizations: self.rules.two_organizations,
        }
    }

    /// Whether there is such a record, and it is published.
    fn is_published(&self, record: RecordRef) -> Result<bool, Error> {
        let found = self.store.find(record)?;
        Ok(found.is_some_and(|one| one.state == State::Published))
    }

    /// A command of somebody, which does nothing yet.
    fn command_of(&self, actor: &Actor) -> Run {
        Run {
            token: actor.token,
            ..self.command_of_account(actor.account.id)
        }
    }

    fn command_of_account(&self, actor: Id<Account>) -> Run {
        Run {
            command: self.ids.next(),
            now: self.clock.now(),
            actor,
            token: None,
            at: None,
            unnamed: None,
            rests_on: vec![],
            accounts: vec![],
            tokens: vec![],
            writes: vec![],
            request: None,
            erased: None,
            begins: false,
        }
    }

    fn run(&self, run: Run) -> Result<Committed<Vec<Entity>>, Error> {
        let done = self.store.put(run);
        self.tally.note(&done);
        let committed = done?;
        self.news.notify_one();
        Ok(committed)
    }

    /// Has the log looked at now: somebody waits for what another instance wrote.
    pub fn look_at_log(&self) {
        self.news.notify_one();
    }
}

/// A record as it stands, parsed.
struct Current {
    entity: Entity,
    document: Document,
}

impl Current {
    fn parse(entity: &Entity) -> Result<Current, Error> {
        let document = Document::read(entity).map_err(store::Error::from)?;
        Ok(Current {
            entity: entity.clone(),
            document,
        })
    }

    /// Its next version.
    fn next(&self, state: State, document: &Document) -> Write {
        let entity = &self.entity;
        write(entity.record(), Some(entity.version), state, document)
    }
}

fn write(record: RecordRef, follows: Option<Version>, state: State, document: &Document) -> Write {
    Write {
        collection: record.collection,
        id: record.id,
        follows,
        state,
        document: raw(document),
    }
}

/// A document as it is kept.
fn raw(document: &Document) -> Box<RawValue> {
    let raw = serde_json::value::to_raw_value(&document.value());
    raw.expect("documents are plain data")
}
