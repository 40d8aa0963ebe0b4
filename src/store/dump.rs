//! Everything that a database holds, as rows that either engine takes: for backups, and to move to the other one.
//! Records as they stand, and what is kept for finding them, are not among them: they follow from the log. Nor are sessions:
//! whoever was signed in signs in again, and who holds a backup is signed in nowhere.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::check::check;
use super::columns::{IdColumn, InstantColumn, Word};
use super::connection::{AnyConnection, each_engine};
use super::identifiers;
use super::keep::{Written, insert, keep_links};
use super::read;
use super::rows::{ChangeRow, EntityRow, SightingRow};
use super::standing::rank;
use super::tables::{accounts, changes, erasures, requests, sightings, tokens};
use super::{Error, Store};
use crate::domain::{Change, Entity, Instant, Links, RecordRef, Role, Seq};

/// Rows that are read or written at once.
const BATCH: i64 = 1000;

/// A row of one of the tables that everything else follows from.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Row(Kept);

impl Row {
    /// Whether it is one of the log, for telling how far one is.
    pub fn is_change(&self) -> bool {
        matches!(self.0, Kept::Change(_))
    }
}

/// Gives rows to whoever takes them, as often as it is asked, and always the same; and the last place in the log.
pub type Rows<'a, E> = dyn FnMut(&mut dyn FnMut(Row) -> Result<(), E>) -> Result<Seq, E> + 'a;

impl Store {
    /// Has `work` take all rows that it holds, as often as it asks for them: always those of one moment.
    pub fn dumped<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Rows<'_, E>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.reader()?
            .reading(|connection| work(&mut |take| dump(connection, take)))
    }

    /// The same while nobody else writes.
    pub fn dumped_alone<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Rows<'_, E>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.writing(|connection| work(&mut |take| dump(connection, take)))
    }

    /// Fills a database that holds nothing with what another one gave, in one transaction; `source` gives it twice.
    ///
    /// What is not as the log says is not filled in, if it `is_checked`: [`Error::Unsound`].
    pub fn fill<E: From<Error>>(
        &self,
        source: &mut Rows<'_, E>,
        is_checked: bool,
    ) -> Result<Seq, E> {
        self.writing(|connection| {
            let last = fill(connection, source)?;
            if is_checked {
                let checked = check(connection)?;
                if checked.found > 0 {
                    return Err(Error::Unsound(checked).into());
                }
            }
            Ok(last)
        })
    }
}

/// By table; the names are those of a backup.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    Account(KeptAccount),
    Change(KeptChange),
    Sighting(SightingRow),
    Erasure(KeptErasure),
    Token(KeptToken),
    Request(KeptRequest),
}

#[derive(Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = accounts)]
struct KeptAccount {
    id: IdColumn,
    name: String,
    organization_id: IdColumn,
    role: Word<Role>,
    created_at: InstantColumn,
    disabled_at: Option<InstantColumn>,
}

#[derive(Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = changes, treat_none_as_default_value = false)]
struct KeptChange {
    #[diesel(embed)]
    #[serde(flatten)]
    change: ChangeRow,
    bears_on_past: bool,
    site_id: Option<IdColumn>,
    has_position: bool,
}

#[derive(Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = erasures)]
struct KeptErasure {
    seq: i64,
    reason: String,
    was_shown: bool,
}

#[derive(Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = tokens, treat_none_as_default_value = false)]
struct KeptToken {
    id: IdColumn,
    account_id: IdColumn,
    hash: Vec<u8>,
    created_at: InstantColumn,
    expires_at: Option<InstantColumn>,
    revoked_at: Option<InstantColumn>,
    desktop: bool,
    last_used_on: Option<String>,
}

#[derive(Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = requests)]
struct KeptRequest {
    account_id: IdColumn,
    key: String,
    hash: Vec<u8>,
    command_id: IdColumn,
    at: InstantColumn,
}

/// Gives all rows of a table in the order of its key.
macro_rules! give {
    ($connection:ident, $take:ident, $table:ident, $kept:ident, $row:ty, $order:expr) => {
        let query = $table::table.select(<$row>::as_select()).order($order);
        for row in query.load_iter($connection).map_err(Error::from)? {
            let row: $row = row.map_err(Error::from)?;
            $take(Row(Kept::$kept(row)))?;
        }
    };
}

/// Gives everything. The transaction is the caller's.
fn dump<E: From<Error>>(
    connection: &mut AnyConnection,
    take: &mut dyn FnMut(Row) -> Result<(), E>,
) -> Result<Seq, E> {
    give!(
        connection,
        take,
        accounts,
        Account,
        KeptAccount,
        accounts::id
    );
    let mut last = 0;
    loop {
        let query = changes::table
            .filter(changes::seq.gt(last))
            .select(KeptChange::as_select())
            .order(changes::seq)
            .limit(BATCH);
        let rows: Vec<KeptChange> = query.load(connection).map_err(Error::from)?;
        let Some(end) = rows.last() else { break };
        last = end.change.seq;
        for row in rows {
            take(Row(Kept::Change(row)))?;
        }
    }
    give_sightings(connection, take)?;
    give!(
        connection,
        take,
        erasures,
        Erasure,
        KeptErasure,
        erasures::seq
    );
    give!(connection, take, tokens, Token, KeptToken, tokens::id);
    let of_requests = (requests::account_id, requests::key);
    give!(
        connection,
        take,
        requests,
        Request,
        KeptRequest,
        of_requests
    );
    Ok(Seq(last))
}

/// All sightings of one number together, since each is looked for by it.
fn give_sightings<E: From<Error>>(
    connection: &mut AnyConnection,
    take: &mut dyn FnMut(Row) -> Result<(), E>,
) -> Result<(), E> {
    let mut after = 0;
    loop {
        let last: Option<i64> = sightings::table
            .filter(sightings::public_seq.gt(after))
            .select(sightings::public_seq)
            .order(sightings::public_seq)
            .limit(BATCH)
            .load(connection)
            .map_err(Error::from)?
            .pop();
        let Some(last) = last else { return Ok(()) };
        let rows: Vec<SightingRow> = sightings::table
            .filter(
                sightings::public_seq
                    .gt(after)
                    .and(sightings::public_seq.le(last)),
            )
            .select(SightingRow::as_select())
            .order((sightings::public_seq, sightings::record_id))
            .load(connection)
            .map_err(Error::from)?;
        after = last;
        for row in rows {
            take(Row(Kept::Sighting(row)))?;
        }
    }
}

/// Fills empty tables. The transaction and its lock are the caller's.
fn fill<E: From<Error>>(
    connection: &mut AnyConnection,
    source: &mut Rows<'_, E>,
) -> Result<Seq, E> {
    if read::end(connection)?.mark.seq > Seq(0) {
        return Err(Error::Exists.into());
    }
    // Rows of the log name records and accounts, so these come first.
    let mut folded = Folded::default();
    source(&mut |row| Ok(folded.take(row.0)?))?;
    folded.keep(connection)?;
    let mut batches = Batches::default();
    source(&mut |row| {
        batches.take(row.0);
        if batches.are_full() {
            batches.keep(connection)?;
        }
        Ok(())
    })?;
    batches.keep(connection)?;
    Ok(folded.last)
}

/// What the log comes to: records as they stand, and when the public saw them.
#[derive(Default)]
struct Folded {
    accounts: Vec<KeptAccount>,
    records: BTreeMap<RecordRef, Entity>,
    by_id: BTreeMap<uuid::Uuid, RecordRef>,
    /// The instants of the public's numbers.
    public: BTreeMap<i64, Instant>,
    /// The records that the public sees.
    seen: BTreeMap<RecordRef, bool>,
    last: Seq,
}

impl Folded {
    fn take(&mut self, row: Kept) -> Result<(), Error> {
        match row {
            Kept::Account(account) => self.accounts.push(account),
            Kept::Change(kept) => {
                let change = Change::try_from(kept.change)?;
                let record = change.record();
                if let Some(public) = change.public_seq {
                    self.public.insert(public.0, change.at);
                }
                self.last = change.seq;
                self.by_id.insert(change.id, record);
                let entity = Entity::after(self.records.get(&record), &change);
                self.records.insert(record, entity);
            }
            Kept::Sighting(sighting) => {
                let SightingRow {
                    record_id,
                    public_seq,
                    is_seen,
                } = sighting;
                let record = self.by_id.get(&record_id.0);
                let at = self.public.get(&public_seq).copied();
                if let Some((record, at)) = record.zip(at)
                    && let Some(entity) = self.records.get_mut(record)
                {
                    let was_seen = self.seen.insert(*record, is_seen).unwrap_or_default();
                    entity.public_at = Some(at);
                    if is_seen && !was_seen {
                        entity.public_since = Some(at);
                    }
                }
            }
            Kept::Erasure(_) | Kept::Token(_) | Kept::Request(_) => {}
        }
        Ok(())
    }

    fn keep(&self, connection: &mut AnyConnection) -> Result<(), Error> {
        let mut entities: Vec<(&Entity, Links)> = self
            .records
            .values()
            .map(|entity| {
                let links = Links::binding(entity.state, entity.collection, &entity.document);
                (entity, links)
            })
            .collect();
        entities.sort_by_key(|(entity, _)| (rank(entity.collection), entity.seq));
        let rows = entities
            .iter()
            .map(|(entity, links)| EntityRow::new(entity, links));
        insert(connection, &rows.collect::<Vec<_>>())?;
        let written: Written<'_> = entities
            .iter()
            .map(|(entity, links)| (entity.record(), (true, links)))
            .collect();
        keep_links(connection, &written)?;
        let each = written
            .iter()
            .map(|(record, (_, links))| (*record, true, *links));
        identifiers::keep(connection, each)?;
        for batch in self.accounts.chunks(100) {
            each_engine!(connection, |one| diesel::insert_into(accounts::table)
                .values(batch)
                .execute(one))?;
        }
        Ok(())
    }
}

/// Rows that wait to be written together.
#[derive(Default)]
struct Batches {
    changes: Vec<KeptChange>,
    sightings: Vec<SightingRow>,
    erasures: Vec<KeptErasure>,
    tokens: Vec<KeptToken>,
    requests: Vec<KeptRequest>,
    count: i64,
}

impl Batches {
    fn take(&mut self, row: Kept) {
        self.count += 1;
        match row {
            Kept::Account(_) => {}
            Kept::Change(row) => self.changes.push(row),
            Kept::Sighting(row) => self.sightings.push(row),
            Kept::Erasure(row) => self.erasures.push(row),
            Kept::Token(row) => self.tokens.push(row),
            Kept::Request(row) => self.requests.push(row),
        }
    }

    fn are_full(&self) -> bool {
        self.count >= BATCH
    }

    fn keep(&mut self, connection: &mut AnyConnection) -> Result<(), Error> {
        let Batches {
            changes,
            sightings,
            erasures,
            tokens,
            requests,
            ..
        } = std::mem::take(self);
        /// No engine takes a statement of no rows.
        macro_rules! keep {
            ($rows:ident) => {
                if !$rows.is_empty() {
                    each_engine!(connection, |one| diesel::insert_into(
                        super::tables::$rows::table
                    )
                    .values(&$rows)
                    .execute(one))?;
                }
            };
        }
        keep!(changes);
        keep!(sightings);
        keep!(erasures);
        keep!(tokens);
        keep!(requests);
        Ok(())
    }
}
