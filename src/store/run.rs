//! What a command hands to the store: who, when, what it writes, and on what that rests.

use serde_json::value::RawValue;
use uuid::Uuid;

use crate::domain::{
    Account, Command, Id, Instant, Links, NewToken, RecordRef, Seq, Token, Version, Write,
};

/// One command, decided: who, when, and what it writes.
#[derive(Clone, Debug)]
pub struct Run {
    /// The command; all its changes name it.
    pub command: Id<Command>,
    /// What the clock says.
    pub now: Instant,
    /// Who does it; may be one of `accounts`.
    pub actor: Id<Account>,
    /// The token that they showed, which must still work; `None` at the command line.
    pub token: Option<Id<Token>>,
    /// Where the log has to end: what it writes follows from everything up to there. Else [`Error::Moved`](super::Error::Moved).
    pub at: Option<Seq>,
    /// Records that it rests on and does not write: they must be published still.
    pub rests_on: Vec<RecordRef>,
    /// An organization that no account may act for, and no other record name.
    pub unnamed: Option<Uuid>,
    /// New accounts; their organizations may be among the writes.
    pub accounts: Vec<Account>,
    /// New tokens; their accounts may be among the new ones.
    pub tokens: Vec<NewToken>,
    /// New versions of records, in the order of their changes. A record may come more than once.
    pub writes: Vec<Write>,
    /// What takes the place of former versions, where something is erased.
    pub erased: Option<Erased>,
    /// What the client calls the request, where it does.
    pub request: Option<Request>,
    /// Whether the log must be empty: else [`Error::Exists`](super::Error::Exists). So only one of two first starts fills a database.
    pub begins: bool,
}

/// A request with a key of its own: it is carried out once.
#[derive(Clone, Debug)]
pub struct Request {
    /// What the client calls it; keys belong to the account that acts.
    pub key: String,
    /// SHA-256 of what was sent.
    pub hash: [u8; 32],
}

/// Former versions of the record that a run writes, without what is erased of them.
#[derive(Clone, Debug)]
pub struct Erased {
    /// The versions that had it, and what they are from now on.
    pub versions: Vec<(Version, Box<RawValue>)>,
    /// Why it is erased.
    pub reason: String,
    /// Whether an audience may have been shown it: then whatever was made of views has to let go of it.
    pub was_shown: bool,
}

impl Run {
    /// What each write says of other records. Taken before the lock, since it parses every document.
    pub(super) fn links(&self) -> Vec<Links> {
        let links = |write: &Write| Links::binding(write.state, write.collection, &write.document);
        self.writes.iter().map(links).collect()
    }
}
