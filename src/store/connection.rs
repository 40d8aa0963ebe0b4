//! A connection to either engine, how the pools make one, and the two kinds of transactions.

use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::pg::PgConnection;
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::result::{DatabaseErrorKind, Error as Diesel};
use diesel::sql_types::Integer;
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, MultiConnection, QueryableByName, RunQueryDsl};

use super::{Error, Place};

/// PostgreSQL's advisory lock, one in each database: whoever holds it may append to the log or change tables.
const LOCK: i64 = i64::from_be_bytes(*b"heritage");

/// A connection to either engine; queries are written against it where diesel lets both share them.
#[derive(MultiConnection)]
pub(super) enum AnyConnection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Repeats a statement for each engine: batch inserts and `eq_any` do not compile on both at once (diesel 2.3).
macro_rules! each_engine {
    ($connection:expr, |$one:ident| $statement:expr) => {
        match $connection {
            AnyConnection::Sqlite($one) => $statement,
            AnyConnection::Postgres($one) => $statement,
        }
    };
}
pub(super) use each_engine;

impl AnyConnection {
    /// Everything that `work` reads is of one moment.
    pub(super) fn reading<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.begin("BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        self.end(work)
    }

    /// `work` has the log to itself, and happens whole or not at all. Waits so long for others, then it is `Busy`.
    pub(super) fn writing<T, E: From<Error>>(
        &mut self,
        wait: Duration,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        // Immediate: a transaction that reads first and then wants to write fails at once when another wrote in
        // between, whatever the busy_timeout (STACK.md: 1498 of 2000). Committed reads: what `work` reads has to be
        // as of the lock, and no setting of the server may make it older.
        self.begin("BEGIN IMMEDIATE", "BEGIN ISOLATION LEVEL READ COMMITTED")?;
        self.end(|connection| {
            connection.lock(wait)?;
            work(connection)
        })
    }

    /// Does what need not be done, and waits for other programs no longer than `wait`; `usual` is what others wait.
    pub(super) fn briefly<T>(
        &mut self,
        wait: Duration,
        usual: Duration,
        work: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.set_busy_timeout(wait)?;
        let done = work(self);
        self.set_busy_timeout(usual)?;
        done
    }

    /// Takes out of the database's own files what is written no more: SQLite's log keeps former pages until then, and the
    /// file too, while somebody reads as of before.
    pub(super) fn forget(&mut self) -> Result<(), Error> {
        #[derive(QueryableByName)]
        struct Checkpoint {
            #[diesel(sql_type = Integer)]
            busy: i32,
        }
        match self {
            AnyConnection::Sqlite(one) => {
                // It tells in a row, and not by an error, that somebody is in the way.
                let checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)");
                let Checkpoint { busy } = checkpoint.get_result(one)?;
                if busy == 0 { Ok(()) } else { Err(Error::Busy) }
            }
            // It keeps former rows until VACUUM FULL, which locks tables: that is for the operator to choose.
            AnyConnection::Postgres(_) => Ok(()),
        }
    }

    fn set_busy_timeout(&mut self, wait: Duration) -> Result<(), Error> {
        match self {
            AnyConnection::Sqlite(one) => {
                Ok(one.batch_execute(&format!("PRAGMA busy_timeout = {}", wait.as_millis()))?)
            }
            // It locks rows alone, and nobody holds that of a token for long.
            AnyConnection::Postgres(_) => Ok(()),
        }
    }

    fn begin(&mut self, sqlite: &str, postgres: &str) -> Result<(), Error> {
        match self {
            AnyConnection::Sqlite(one) => {
                AnsiTransactionManager::begin_transaction_sql(one, sqlite)?;
            }
            AnyConnection::Postgres(one) => {
                AnsiTransactionManager::begin_transaction_sql(one, postgres)?;
            }
        }
        Ok(())
    }

    fn end<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        match work(self) {
            Ok(made) => {
                AnyConnection::commit_transaction(self).map_err(Error::from)?;
                Ok(made)
            }
            Err(error) => {
                // If this fails too, the connection is lost and the database rolls back; the pool drops it.
                let _ = AnyConnection::rollback_transaction(self);
                Err(error)
            }
        }
    }

    /// SQLite's lock came with the start of the transaction. This one goes with its end.
    fn lock(&mut self, wait: Duration) -> Result<(), Error> {
        let AnyConnection::Postgres(one) = self else {
            return Ok(());
        };
        // A client that vanishes while it holds the lock must not hold it until TCP notices, hours later.
        let sql = format!(
            "SET LOCAL lock_timeout = {}; SET LOCAL idle_in_transaction_session_timeout = '10min'; \
             SELECT pg_advisory_xact_lock({LOCK})",
            wait.as_millis()
        );
        one.batch_execute(&sql).map_err(|error| match error {
            // The server says "lock timeout" in its own language, and diesel has no kind for it.
            Diesel::DatabaseError(DatabaseErrorKind::Unknown, _) => Error::Busy,
            error => error.into(),
        })
    }
}

/// How often a switch is tried that another program may be at: more often than there are programs at one file.
const TRIES: u32 = 100;

/// What a connection is for.
#[derive(Clone, Copy)]
pub(super) enum Door {
    Reading,
    Writing,
}

/// Makes the connections of a pool.
pub(super) struct Manager {
    pub(super) place: Place,
    pub(super) wait: Duration,
    pub(super) door: Door,
}

impl Manager {
    /// The connection that migrates. With it a new SQLite file becomes one whose readers do not wait for writers.
    pub(super) fn first(&self) -> Result<AnyConnection, Error> {
        let mut connection = self.connect()?;
        let AnyConnection::Sqlite(_) = connection else {
            return Ok(connection);
        };
        // Whoever finds another program at the same switch is refused at once, whatever the busy_timeout.
        for _ in 0..TRIES {
            match self.set_up(&mut connection, "PRAGMA journal_mode = WAL") {
                Err(Error::Busy) => connection.writing(self.wait, |_| Ok::<_, Error>(()))?,
                outcome => return outcome.map(|()| connection),
            }
        }
        Err(Error::Busy)
    }

    /// These statements are the first to read the file, so they find out what it is.
    fn set_up(&self, connection: &mut impl SimpleConnection, sql: &str) -> Result<(), Error> {
        connection
            .batch_execute(sql)
            .map_err(|error| match error.into() {
                Error::Unreachable(why) => self.place.unreachable(&why),
                error => error,
            })
    }
}

impl ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = Error;

    fn connect(&self) -> Result<AnyConnection, Error> {
        let address = self.place.address(self.wait.as_secs().max(1))?;
        let unreachable =
            |error: diesel::ConnectionError| self.place.unreachable(&error.to_string());
        match self.place {
            Place::Sqlite(_) => {
                let mut one = SqliteConnection::establish(&address).map_err(unreachable)?;
                let query_only = matches!(self.door, Door::Reading);
                let sql = format!(
                    "PRAGMA busy_timeout = {}; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; \
                     PRAGMA secure_delete = ON; PRAGMA query_only = {query_only}",
                    self.wait.as_millis()
                );
                self.set_up(&mut one, &sql)?;
                Ok(AnyConnection::Sqlite(one))
            }
            Place::Postgres(_) => {
                let mut one = PgConnection::establish(&address).map_err(unreachable)?;
                // For readers too: while somebody alters a table, they would wait as long as that takes.
                let sql = format!("SET lock_timeout = {}", self.wait.as_millis());
                self.set_up(&mut one, &sql)?;
                Ok(AnyConnection::Postgres(one))
            }
        }
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), Error> {
        Ok(connection.ping()?)
    }

    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        std::thread::panicking() || connection.is_broken()
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::domain::{Collection, Seq};
    use crate::store::tables::changes;
    use crate::store::trial::{Home, Trial, a_site, connect, on_each_engine};
    use crate::store::{Store, WAIT, connected, pool, read};

    const SHORT: Duration = Duration::from_millis(20);

    on_each_engine!(
        who_cannot_have_the_lock_in_time_is_told_that_it_is_busy,
        |trial| {
            let place = || trial.home.place.clone();
            let mut store = Store::open(&place()).unwrap();
            store.wait = SHORT;
            if let Place::Sqlite(_) = place() {
                store.writers = pool(
                    Manager {
                        place: place(),
                        wait: SHORT,
                        door: Door::Writing,
                    },
                    1,
                );
            }
            // To make a connection may take longer than SHORT; from here on there is one.
            drop(connected(&store.writers, WAIT).unwrap());
            let mut other = connect(&place());
            other.begin("BEGIN IMMEDIATE", "BEGIN").unwrap();
            other.lock(SHORT).unwrap();
            assert!(matches!(store.put(trial.run(vec![])), Err(Error::Busy)));
            assert!(matches!(
                Store::open_waiting(&place(), SHORT),
                Err(Error::Busy)
            ));
            assert_eq!(
                trial.store.last_seq().unwrap(),
                Seq(1),
                "readers do not wait"
            );
            AnyConnection::rollback_transaction(&mut other).unwrap();
            let _ = store.put(trial.run(vec![])).unwrap();
        }
    );

    on_each_engine!(
        who_finds_all_connections_in_use_is_told_that_it_is_busy,
        |trial| {
            let pool = &trial.store.readers;
            let held: Vec<_> = (0..pool.max_size())
                .map(|_| connected(pool, WAIT).unwrap())
                .collect();
            assert!(matches!(connected(pool, SHORT), Err(Error::Busy)));
            drop(held);
            connected(pool, SHORT).unwrap();
        }
    );

    on_each_engine!(
        a_command_that_panics_leaves_nothing_and_harms_no_other,
        |trial| {
            let panics = || {
                let mut connection = connected(&trial.store.writers, WAIT).unwrap();
                connection.writing(SHORT, |connection| -> Result<(), Error> {
                    let deleted = diesel::delete(changes::table).execute(connection)?;
                    panic!("{deleted} row deleted")
                })
            };
            assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
            let site = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
            assert_eq!(site.seq, Seq(2));
        }
    );

    on_each_engine!(a_database_that_takes_no_writes_is_read_only, |trial| {
        let mut connection = match &trial.home.place {
            Place::Sqlite(_) => Manager {
                place: trial.home.place.clone(),
                wait: SHORT,
                door: Door::Reading,
            }
            .connect()
            .unwrap(),
            Place::Postgres(_) => {
                let mut connection = connect(&trial.home.place);
                connection
                    .batch_execute("SET default_transaction_read_only = on")
                    .unwrap();
                connection
            }
        };
        let delete =
            |connection: &mut AnyConnection| Ok(connection.batch_execute("DELETE FROM changes")?);
        let outcome = connection.writing(SHORT, delete);
        assert!(matches!(outcome, Err(Error::ReadOnly)), "{outcome:?}");
    });

    #[test]
    fn a_server_that_was_restarted_is_found_again() {
        let trial = Trial::new(Home::postgres());
        let mut other = connect(&trial.home.place);
        other
            .batch_execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .unwrap();
        assert_eq!(
            trial
                .given(Collection::Sites, a_site("Gandzasar", "exact"))
                .seq,
            Seq(2)
        );
    }

    #[test]
    fn an_idle_snapshot_is_of_one_moment() {
        for home in [Home::sqlite(), Home::postgres()] {
            let trial = Trial::new(home);
            trial
                .store
                .reader()
                .unwrap()
                .reading(|connection| {
                    let before = read::end(connection)?.mark.seq;
                    trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
                    assert_eq!((before, read::end(connection)?.mark.seq), (Seq(1), Seq(1)));
                    Ok::<_, Error>(())
                })
                .unwrap();
        }
    }
}
