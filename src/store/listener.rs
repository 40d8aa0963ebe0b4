//! Hearing of commits as they happen, instead of when the log is looked at next: PostgreSQL alone can tell of them.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::r2d2::ManageConnection;
use diesel::result::{DatabaseErrorKind, Error as Diesel};

use super::connection::AnyConnection;
use super::{Error, Store};

/// The channel, one in each database. Nothing is said on it but that there is something: whoever may connect to the
/// database may listen, and is to learn no more.
const CHANNEL: &str = "heritage_changes";

/// A connection that hears of the commits of all instances, this one included.
pub struct Listener(PgConnection);

impl Listener {
    /// Whether something was committed since it was asked last. Never waits.
    pub fn heard(&mut self) -> Result<bool, Error> {
        let mut heard = false;
        for notification in self.0.notifications_iter() {
            notification.map_err(lost)?;
            heard = true;
        }
        Ok(heard)
    }
}

impl Store {
    /// A connection of its own, which hears of commits from now on; `None` for an embedded database, which tells nobody.
    pub fn listen(&self) -> Result<Option<Listener>, Error> {
        match self.alone().connect()? {
            AnyConnection::Sqlite(_) => Ok(None),
            AnyConnection::Postgres(mut one) => {
                one.batch_execute(&format!("LISTEN {CHANNEL}"))?;
                Ok(Some(Listener(one)))
            }
        }
    }
}

/// Tells those who listen, if the transaction is committed and once it is.
pub(super) fn notify(connection: &mut AnyConnection) -> Result<(), Error> {
    match connection {
        AnyConnection::Sqlite(_) => Ok(()),
        AnyConnection::Postgres(one) => Ok(one.batch_execute(&format!("NOTIFY {CHANNEL}"))?),
    }
}

/// diesel has no kind for what it hears of a connection on which nobody asked anything.
fn lost(error: Diesel) -> Error {
    match error {
        Diesel::DatabaseError(_, information) => {
            Diesel::DatabaseError(DatabaseErrorKind::ClosedConnection, information).into()
        }
        error => error.into(),
    }
}
