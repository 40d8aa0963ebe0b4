//! The write side: records as they stand and the log of their changes, in SQLite or PostgreSQL by diesel; and because
//! diesel is here, layers of others are read here (`geopackage.rs`).
//!
//! [`Store::put`] carries out one command, whole or not at all; `registry` decides, and is the only one to call it.
//! Everything else reads. The store knows no roles and no workflow, and of audiences only by which numbers they count changes:
//! what one sees of a record, and what that rests on, it asks `domain::Holdings`. Start at `put.rs`; `connection.rs` has what the engines differ in.

mod beside;
mod check;
mod columns;
mod connection;
mod connections;
mod dump;
mod entered;
mod erasures;
mod error;
mod geopackage;
mod identifiers;
mod keep;
mod listener;
mod migrate;
mod news;
mod numbered;
mod past;
mod people;
mod place;
mod positions;
mod put;
mod read;
mod rows;
mod run;
mod sessions;
mod standing;
mod tables;
#[cfg(test)]
mod trial;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use diesel::r2d2::{self, Pool, PooledConnection};
use uuid::Uuid;

use crate::domain::{
    Account, Audience, Change, Collection, Command, Committed, Entity, Happened, Holdings, Id,
    Instant, Mark, Moment, News, Organization, Past, Positioned, RecordRef, Seq, State,
};
use connection::{AnyConnection, Door, Manager};

pub use check::Checked;
pub use connections::Connections;
pub use dump::{Row, Rows};
pub use erasures::LastErased;
pub use error::Error;
pub use geopackage::{SQLITE, read_geopackage};
pub use listener::Listener;
pub use news::Told;
pub use place::{Place, give_to_owner};
pub use run::{Erased, Request, Run};

/// How long anybody waits: for a connection, and then again for the lock that every command takes.
const WAIT: Duration = Duration::from_secs(5);

/// How long what need not be done at once waits for others.
const BRIEFLY: Duration = Duration::from_millis(50);

/// A run of more writes is entered before its lock is taken: about 40 ms.
const LONG: usize = 1000;

/// Some changes of the log, as an audience sees them.
#[derive(Debug)]
pub struct Page {
    /// In the order of their numbers.
    pub changes: Vec<Happened>,
    /// The last number that was looked at.
    pub last: i64,
    /// Whether there may be more.
    pub is_full: bool,
}

/// A database that is open. One for the whole program; its methods block.
pub struct Store {
    place: Place,
    readers: Pool<Manager>,
    writers: Pool<Manager>,
    wait: Duration,
}

impl Store {
    /// Makes the file and its folder if there are none, and brings the tables up to date.
    ///
    /// Two programs may do so at once: one waits for the other.
    pub fn open(place: &Place) -> Result<Store, Error> {
        Store::open_waiting(place, WAIT)
    }

    fn open_waiting(place: &Place, wait: Duration) -> Result<Store, Error> {
        place.make()?;
        let door = |door| Manager {
            place: place.clone(),
            wait,
            door,
        };
        migrate::migrate(&mut door(Door::Writing).first()?, wait)?;
        let (readers, writers) = match place {
            // SQLite has one writer at a time: they queue here, where the wait is fair, not in the file's locks.
            Place::Sqlite(_) => (pool(door(Door::Reading), 4), pool(door(Door::Writing), 1)),
            // Here they queue in the database, for one lock. More of them would write no faster, and those who wait for
            // it must not take the connections of those who read.
            Place::Postgres(_) => (pool(door(Door::Reading), 7), pool(door(Door::Writing), 3)),
        };
        Ok(Store {
            place: place.clone(),
            readers,
            writers,
            wait,
        })
    }

    /// All records, in the order of their latest changes, and the place in the log they stand for.
    pub fn entities(&self) -> Result<(Vec<Entity>, Seq), Error> {
        self.reader()?.reading(read::entities)
    }

    /// What changed after a mark in the log, piece by piece, each record once. Everything, if it is before the first or
    /// of another log: a backup was brought in, or another server took over that did not have all.
    pub fn news(&self, after: Mark, take: impl FnMut(News)) -> Result<Told, Error> {
        self.reader()?
            .reading(|connection| news::news(connection, after, take))
    }

    /// The changes after `after`, in order, at most `limit` of them.
    pub fn changes(&self, after: Seq, limit: u32) -> Result<Vec<Change>, Error> {
        read::changes(&mut *self.reader()?, after, limit)
    }

    /// Whether the log is the one that a mark is of.
    pub fn has(&self, mark: Mark) -> Result<bool, Error> {
        read::has(&mut *self.reader()?, mark)
    }

    /// The end of the log; `Seq(0)` while it is empty.
    pub fn last_seq(&self) -> Result<Seq, Error> {
        Ok(read::end(&mut *self.reader()?)?.mark.seq)
    }

    /// Fails if a request was carried out before ([`Error::Done`]), or its key stands for another one.
    pub fn check_once(&self, actor: Id<Account>, request: &Request) -> Result<(), Error> {
        put::check_once(&mut *self.reader()?, actor, request)
    }

    /// The records that a command wrote, in the order of its changes.
    pub fn records_of(&self, command: Id<Command>) -> Result<Vec<RecordRef>, Error> {
        read::records_of(&mut *self.reader()?, command)
    }

    /// The record as it stands.
    pub fn find(&self, record: RecordRef) -> Result<Option<Entity>, Error> {
        read::find(&mut *self.reader()?, record)
    }

    /// Records with all that their views rest on, as they stood at one moment.
    pub fn holdings(&self, records: &[RecordRef]) -> Result<Holdings, Error> {
        self.reader()?
            .reading(|connection| standing::holdings(connection, records))
    }

    /// What an organization submitted, in one state or in any, the latest change first: at most `limit` of what changed
    /// before `before`.
    pub fn submissions(
        &self,
        of: Id<Organization>,
        state: Option<State>,
        before: Option<(Instant, Uuid)>,
        limit: u32,
    ) -> Result<Vec<Entity>, Error> {
        read::submissions(&mut *self.reader()?, of.uuid(), state, before, limit)
    }

    /// What waits for a reviewer, the longest first.
    pub fn waiting(&self) -> Result<Vec<Entity>, Error> {
        read::waiting(&mut *self.reader()?)
    }

    /// The changes that a command made, in their order.
    pub fn changes_of(&self, command: Id<Command>) -> Result<Vec<Change>, Error> {
        read::changes_of(&mut *self.reader()?, command)
    }

    /// The records that name an organization, or a site that they are related to.
    pub fn naming(&self, named: RecordRef) -> Result<Vec<Entity>, Error> {
        read::naming(&mut *self.reader()?, named.id)
    }

    /// Of these records, those that are published.
    pub fn published(&self, among: &BTreeSet<RecordRef>) -> Result<BTreeSet<RecordRef>, Error> {
        read::published(&mut *self.reader()?, among)
    }

    /// The ids elsewhere, of these, that a published site has, with that site.
    pub fn identifiers_of_others(
        &self,
        among: &BTreeSet<(&str, &str)>,
    ) -> Result<Vec<(Uuid, String, String)>, Error> {
        identifiers::having(&mut *self.reader()?, among, &[State::Published])
    }

    /// Of these codes of regions, those that a published one has.
    pub fn region_codes(&self, among: BTreeSet<&str>) -> Result<Vec<String>, Error> {
        if among.is_empty() {
            return Ok(vec![]);
        }
        read::region_codes(&mut *self.reader()?, &among)
    }

    /// The published sites that have one of these ids elsewhere, given by scheme and value.
    pub fn identified(&self, by: &BTreeSet<(&str, &str)>) -> Result<Vec<RecordRef>, Error> {
        let found = identifiers::having(&mut *self.reader()?, by, &[State::Published])?;
        let sites = found
            .into_iter()
            .map(|(id, ..)| Collection::Sites.record(id));
        Ok(sites.collect())
    }

    /// What there was at an instant, as an audience counts; `None` before the first change.
    pub fn moment(&self, audience: Audience, at: Instant) -> Result<Option<Moment>, Error> {
        past::moment(&mut *self.reader()?, audience, at)
    }

    /// Records with all that their views rested on at a place in the log, as an audience may see them today.
    pub fn past_holdings(
        &self,
        records: &BTreeSet<Uuid>,
        at: Seq,
        audience: Audience,
    ) -> Result<Holdings, Error> {
        self.reader()?
            .reading(|connection| past::holdings(connection, records, at, audience))
    }

    /// Everything that stood at a place in the log, as an audience may see it today, piece by piece.
    pub fn past(&self, at: Seq, audience: Audience, take: impl FnMut(News)) -> Result<(), Error> {
        self.reader()?
            .reading(|connection| past::all(connection, at, audience, take))
    }

    /// The changes after a number that an audience counts, in their order, and what each made of its record. At least
    /// `limit` are looked at, and all of one number.
    pub fn happened(&self, after: i64, limit: u32, audience: Audience) -> Result<Page, Error> {
        self.reader()?.reading(|connection| {
            let numbered = numbered::after(connection, after, limit, audience)?;
            Ok(Page {
                last: numbered.last().map_or(after, |(number, _)| *number),
                is_full: numbered.len() >= usize::try_from(limit).unwrap_or(usize::MAX),
                changes: past::happened(connection, &numbered, audience)?,
            })
        })
    }

    /// The number after which the last changes up to one begin, as an audience counts: `limit` of them at most, or all of one
    /// number.
    pub fn start_of_last(&self, until: i64, limit: u32, audience: Audience) -> Result<i64, Error> {
        numbered::start_of_last(&mut *self.reader()?, until, limit, audience)
    }

    /// The number of the last change that an audience counts; 0 before the first.
    pub fn last_number(&self, audience: Audience) -> Result<i64, Error> {
        numbered::last_number(&mut *self.reader()?, audience)
    }

    /// The last `limit` changes of one record before a number, as an audience counts and sees them, the first first.
    pub fn happened_to(
        &self,
        record: RecordRef,
        before: i64,
        limit: usize,
        audience: Audience,
    ) -> Result<Vec<Happened>, Error> {
        self.reader()?.reading(|connection| {
            let pasts = past::pasts(connection, &[record.id].into())?;
            // Not those of which this audience was shown nothing: they would take the places of others.
            let numbers = pasts.values().flat_map(|past| {
                let numbers = past.numbers(audience).into_iter();
                numbers
                    .filter(|number| *number < before && past.happened(*number, audience).is_some())
            });
            let numbered: Vec<_> = numbers.map(|number| (number, record)).collect();
            let from = numbered.len().saturating_sub(limit);
            past::happened(connection, &numbered[from..], audience)
        })
    }

    /// Records as they stood at a place in the log.
    pub fn at(&self, ids: &BTreeSet<Uuid>, seq: Seq) -> Result<BTreeMap<Uuid, Change>, Error> {
        news::at(&mut *self.reader()?, ids, seq)
    }

    /// All versions of a record, and when the public saw them differ; `None` if there is no such record.
    pub fn past_of(&self, record: RecordRef) -> Result<Option<Past>, Error> {
        let mut pasts = self
            .reader()?
            .reading(|connection| past::pasts(connection, &[record.id].into()))?;
        Ok(pasts.remove(&record.id))
    }

    /// All versions of a record, the first first.
    pub fn versions(&self, record: RecordRef) -> Result<Vec<Change>, Error> {
        read::versions(&mut *self.reader()?, record)
    }

    /// Carries out one command: all of it or nothing, in one transaction, as one run of changes without a gap.
    ///
    /// Its instant is that of `run.now`, or later if the log already is. Gives one record for each write, in their
    /// order, as they stand after the last of them. Once it returns, a power cut loses nothing of it.
    pub fn put(&self, run: Run) -> Result<Committed<Vec<Entity>>, Error> {
        let links = run.links();
        let enter = |connection: &mut AnyConnection| entered::enter(connection, &run, &links);
        let is_long = run.writes.len() > LONG;
        let entered = is_long.then(|| self.reader()?.reading(enter)).transpose()?;
        self.writing(|connection| {
            let committed = put::put(connection, &run, &links, entered)?;
            listener::notify(connection)?;
            Ok(committed)
        })
    }

    /// The last changes by which something was erased.
    pub fn last_erased(&self) -> Result<LastErased, Error> {
        erasures::last(&mut *self.reader()?)
    }

    /// The reports that have the position of a phone in a version from until then, each with all its versions.
    pub fn positioned(&self, until: Instant) -> Result<Vec<(RecordRef, Vec<Positioned>)>, Error> {
        self.reader()?
            .reading(|connection| positions::until(connection, until))
    }

    /// Takes out of the files of an embedded database what was erased from it; [`Error::Busy`] while somebody reads as of before.
    pub fn forget(&self) -> Result<(), Error> {
        connected(&self.writers, self.wait)?.briefly(BRIEFLY, self.wait, AnyConnection::forget)
    }

    fn writing<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        connected(&self.writers, self.wait)?.writing(self.wait, work)
    }

    /// Makes a connection that is in no pool.
    fn alone(&self) -> Manager {
        Manager {
            place: self.place.clone(),
            wait: self.wait,
            door: Door::Reading,
        }
    }

    fn reader(&self) -> Result<PooledConnection<Manager>, Error> {
        connected(&self.readers, self.wait)
    }
}

/// Connections are made when they are first needed, and tried before each use: a server may have been restarted.
fn pool(manager: Manager, size: u32) -> Pool<Manager> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(0))
        .test_on_check_out(true)
        // The default writes to a log; here the error is returned to whoever waits.
        .error_handler(Box::new(r2d2::NopErrorHandler))
        .build_unchecked(manager)
}

fn connected(pool: &Pool<Manager>, wait: Duration) -> Result<PooledConnection<Manager>, Error> {
    pool.get_timeout(wait).map_err(|error| {
        // r2d2 tells "all are in use" from "none could be made" only in its text, and of several who wait one alone is
        // told why.
        let text = error.to_string();
        match text.split_once(": ") {
            Some((_, why)) => Error::Unreachable(why.to_owned()),
            None if pool.state().connections < pool.max_size() => {
                Error::Unreachable("no connection to the database could be made in time".to_owned())
            }
            None => Error::Busy,
        }
    })
}
