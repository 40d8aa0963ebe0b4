//! Why the store did not do what it was asked to.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as Diesel};

use super::Checked;
use crate::domain::{Command, Corrupt, Id, Version};

/// Why the store did not do what it was asked to. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A newer version of this program has changed the tables: `found` is a migration that this one does not know.
    #[error(
        "the database is newer than this program (it has migration {found}): use the newer version, or a backup from before it"
    )]
    Newer {
        /// The version of the migration, as its folder is named.
        found: String,
    },
    /// Somebody else held the lock, or all connections were in use, for as long as one waits.
    #[error(
        "the database is locked by another command or program: try again, and if it stays so, stop the other one"
    )]
    Busy,
    /// The file or the server takes no writes: permissions, a disk mounted read-only, a standby server.
    #[error(
        "the database is read-only: give this program the right to write to it, or name the server that takes writes"
    )]
    ReadOnly,
    /// The disk is full, or the part of it that the database may take; the text is the database's.
    #[error("the database has no room left, give it some: {0}")]
    Full(String),
    /// The file or the server cannot be opened, or the connection was lost; the text names no password.
    ///
    /// If it was lost while a command was committed, it may have been carried out: the log has its id, or not.
    #[error("{0}")]
    Unreachable(String),
    /// A write that makes a record has the id of one that is there.
    #[error("a record with this id exists: name the version that the change follows")]
    Exists,
    /// A write follows another version than the current one, which this is.
    #[error("version {0} is current: read it, and decide again")]
    Stale(Version),
    /// A write follows a version of a record that is not there, or not in that collection.
    #[error("there is no record with this id in this collection")]
    NoRecord,
    /// Somebody wrote since that place in the log on which all of a run rests.
    #[error("the log has moved on: read everything again")]
    Moved,
    /// Accounts or records name an organization that none may name.
    #[error("accounts or other records name it")]
    Named,
    /// The token of whoever acts, or their account, was ended meanwhile.
    #[error("the token was ended meanwhile")]
    Ended,
    /// The same request was carried out before, by this command.
    #[error("this request was carried out before")]
    Done(Id<Command>),
    /// The key of a request stands for another one.
    #[error("this key stands for another request: take a new one for each")]
    OtherRequest,
    /// Another record has what only one may have; the text says what.
    #[error("{0} is taken: choose another")]
    Taken(String),
    /// A report names a site or an organization, an account an organization, or a change an account, that is not there.
    #[error(
        "the record names another that does not exist: write that one first, or in the same command"
    )]
    Dangling,
    /// A document, read or about to be written, is not what its collection holds.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// What a database is to be filled with is not as its log says.
    #[error("{0}")]
    Unsound(Checked),
    /// Anything else that the database reports.
    #[error("the database failed: {0}")]
    Database(Diesel),
}

/// diesel's transactions want this one; and it is the one place where messages and kinds of both engines are told apart.
impl From<Diesel> for Error {
    fn from(error: Diesel) -> Self {
        // A commit that fails is rolled back, and that fails too where the connection is gone or the engine did it by
        // itself; why the commit failed says what became of the command.
        if let Diesel::RollbackErrorOnCommit { commit_error, .. } = error {
            return (*commit_error).into();
        }
        let Diesel::DatabaseError(kind, information) = &error else {
            return Error::Database(error);
        };
        match kind {
            DatabaseErrorKind::UniqueViolation => {
                taken(information.as_ref()).unwrap_or(Error::Database(error))
            }
            DatabaseErrorKind::ForeignKeyViolation => Error::Dangling,
            DatabaseErrorKind::ReadOnlyTransaction => Error::ReadOnly,
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                let message = in_one_line(information.message());
                Error::Unreachable(format!(
                    "the connection to the database was lost: {message}"
                ))
            }
            // SQLite's codes do not reach us, but its messages are the same in every language. Nor do PostgreSQL's, whose
            // messages are in the language of the server: where that is not English, it is `Database` instead.
            DatabaseErrorKind::Unknown => match information.message() {
                "database is locked"
                | "database table is locked"
                | "database schema is locked"
                | "canceling statement due to lock timeout" => Error::Busy,
                message if is_full(message) => Error::Full(in_one_line(message)),
                "attempt to write a readonly database" => Error::ReadOnly,
                message @ ("unable to open database file" | "file is not a database") => {
                    Error::Unreachable(message.to_owned())
                }
                _ => Error::Database(error),
            },
            _ => Error::Database(error),
        }
    }
}

/// What SQLite says, and what ends the messages of PostgreSQL (53100, `disk_full`).
fn is_full(message: &str) -> bool {
    let ends = [
        "database or disk is full",
        "No space left on device",
        "Disk quota exceeded",
    ];
    ends.iter().any(|end| message.ends_with(end))
}

fn in_one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// PostgreSQL names the constraint, SQLite the column in its message. `None` where choosing another would not help.
fn taken(information: &(dyn DatabaseErrorInformation + Send + Sync)) -> Option<Error> {
    let name = information
        .constraint_name()
        .unwrap_or_else(|| information.message());
    let name = name.rsplit(' ').next().unwrap_or(name);
    let what = match name {
        "entities_pkey" | "entities.id" => return Some(Error::Exists),
        "entities_code_key" | "entities.code" => "the code of the region",
        "accounts_pkey" | "accounts.id" => "the id of the account",
        "tokens_hash_key" | "tokens.hash" | "tokens_pkey" | "tokens.id" => "the token",
        _ => return None,
    };
    Some(Error::Taken(what.to_owned()))
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;

    use super::*;
    use crate::domain::{Collection, Seq, State};
    use crate::store::trial::{Home, Trial, a_site, write};
    use crate::store::{WAIT, connected};

    #[test]
    fn a_file_that_may_not_grow_is_full_and_takes_writes_again_once_it_may() {
        let trial = Trial::new(Home::sqlite());
        let may_have = |pages: u32| {
            connected(&trial.store.writers, WAIT)
                .unwrap()
                .batch_execute(&format!("PRAGMA max_page_count = {pages}"))
                .unwrap();
        };
        let before = trial.tables();
        // SQLite makes of it as many as there are.
        may_have(1);
        let many = (0..100).map(|_| {
            write(
                trial.new_record(Collection::Sites),
                None,
                State::Published,
                a_site("Gandzasar", "exact"),
            )
        });
        let outcome = trial.put(many.collect());
        assert!(
            matches!(&outcome, Err(Error::Full(said)) if said == "database or disk is full"),
            "{outcome:?}"
        );
        assert_eq!(trial.tables(), before);
        may_have(1_000_000);
        let site = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
        assert_eq!(site.seq, Seq(2));
    }

    #[test]
    fn a_commit_that_fails_is_told_by_why_it_failed_whatever_becomes_of_its_rollback() {
        let full = String::from("database or disk is full");
        let error = Diesel::RollbackErrorOnCommit {
            rollback_error: Box::new(Diesel::NotInTransaction),
            commit_error: Box::new(Diesel::DatabaseError(
                DatabaseErrorKind::Unknown,
                Box::new(full),
            )),
        };
        assert!(matches!(error.into(), Error::Full(_)));
    }
}
