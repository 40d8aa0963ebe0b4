//! What is read from the tables, beside what a command reads (`put.rs`).

use std::collections::BTreeSet;

use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::Error;
use super::columns::{IdColumn, InstantColumn, Word};
use super::connection::{AnyConnection, each_engine};
use super::rows::{ChangeRow, EntityRow};
use super::standing::in_batches;
use super::tables::{accounts, changes, entities, links};
use crate::domain::{
    Change, Collection, Command, Corrupt, Entity, Id, Instant, Mark, PublicSeq, RecordRef, Seq,
    State,
};

/// Where the log ends.
#[derive(Clone, Copy)]
pub(super) struct End {
    /// The last change; before the first if there is none.
    pub(super) mark: Mark,
    /// The last place that the public knows; 0 if there is none.
    pub(super) public_seq: PublicSeq,
    /// The last instant.
    pub(super) at: Option<Instant>,
}

pub(super) fn end(connection: &mut AnyConnection) -> Result<End, Error> {
    let last: Option<(i64, InstantColumn, IdColumn)> = changes::table
        .select((changes::seq, changes::at, changes::command_id))
        .order(changes::seq.desc())
        .first(connection)
        .optional()?;
    let public_seq: Option<i64> = changes::table
        .filter(changes::public_seq.is_not_null())
        .select(changes::public_seq.assume_not_null())
        .order(changes::public_seq.desc())
        .first(connection)
        .optional()?;
    Ok(End {
        mark: last.map_or_else(Mark::default, |(seq, _, command)| Mark {
            seq: Seq(seq),
            command: command.0,
        }),
        public_seq: PublicSeq(public_seq.unwrap_or(0)),
        at: last.map(|(_, at, _)| at.into()),
    })
}

/// Whether the log is the one that a mark is of.
pub(super) fn has(connection: &mut AnyConnection, mark: Mark) -> Result<bool, Error> {
    if mark == Mark::default() {
        return Ok(true);
    }
    let command: Option<IdColumn> = changes::table
        .find(mark.seq.0)
        .select(changes::command_id)
        .first(connection)
        .optional()?;
    Ok(command.is_some_and(|command| command.0 == mark.command))
}

pub(super) fn entities(connection: &mut AnyConnection) -> Result<(Vec<Entity>, Seq), Error> {
    let seq = end(connection)?.mark.seq;
    let rows = entities::table
        .select(EntityRow::as_select())
        .order(entities::seq)
        .load_iter(connection)?;
    let entities = rows
        .map(|row| Ok(Entity::try_from(row?)?))
        .collect::<Result<_, Error>>()?;
    Ok((entities, seq))
}

/// All records, by collection and id.
pub(super) fn records(connection: &mut AnyConnection) -> Result<Vec<RecordRef>, Error> {
    let all: Vec<(Word<Collection>, IdColumn)> = entities::table
        .select((entities::collection, entities::id))
        .load(connection)?;
    let mut all: Vec<RecordRef> = all
        .into_iter()
        .map(|(collection, id)| collection.0.record(id.0))
        .collect();
    all.sort_unstable();
    Ok(all)
}

pub(super) fn changes(
    connection: &mut AnyConnection,
    after: Seq,
    limit: u32,
) -> Result<Vec<Change>, Error> {
    let rows = changes::table
        .filter(changes::seq.gt(after.0))
        .select(ChangeRow::as_select())
        .order(changes::seq)
        .limit(limit.into())
        .load_iter(connection)?;
    rows.map(|row| Ok(Change::try_from(row?)?)).collect()
}

pub(super) fn find(
    connection: &mut AnyConnection,
    record: RecordRef,
) -> Result<Option<Entity>, Error> {
    let row: Option<EntityRow> = entities::table
        .filter(
            entities::id
                .eq(IdColumn(record.id))
                .and(entities::collection.eq(Word(record.collection))),
        )
        .select(EntityRow::as_select())
        .first(connection)
        .optional()?;
    Ok(row.map(Entity::try_from).transpose()?)
}

/// Where a record stands in its workflow.
pub(super) fn state(
    connection: &mut AnyConnection,
    record: RecordRef,
) -> Result<Option<State>, Error> {
    let state: Option<Word<State>> = entities::table
        .filter(entities::id.eq(IdColumn(record.id)))
        .filter(entities::collection.eq(Word(record.collection)))
        .select(entities::state)
        .first(connection)
        .optional()?;
    Ok(state.map(|state| state.0))
}

/// Rows as what they are of.
fn all<Row, T: TryFrom<Row, Error = Corrupt>>(rows: Vec<Row>) -> Result<Vec<T>, Error> {
    rows.into_iter().map(|row| Ok(T::try_from(row)?)).collect()
}

/// What an organization submitted, in one state or in any, the latest change first: at most `limit` of what changed before
/// `before`.
pub(super) fn submissions(
    connection: &mut AnyConnection,
    of: Uuid,
    state: Option<State>,
    before: Option<(Instant, Uuid)>,
    limit: u32,
) -> Result<Vec<Entity>, Error> {
    let in_state = state.map_or(State::ALL.to_vec(), |state| vec![state]);
    let in_state: Vec<_> = in_state.into_iter().map(Word).collect();
    let mut query = entities::table
        .filter(entities::submitter_id.eq(IdColumn(of)))
        .filter(entities::state.eq_any(in_state))
        .into_boxed();
    if let Some((at, id)) = before {
        let at = InstantColumn::from(at);
        let is_same = entities::updated_at
            .eq(at)
            .and(entities::id.lt(IdColumn(id)));
        query = query.filter(entities::updated_at.lt(at).or(is_same));
    }
    let rows: Vec<EntityRow> = query
        .select(EntityRow::as_select())
        .order((entities::updated_at.desc(), entities::id.desc()))
        .limit(limit.into())
        .load(connection)?;
    all(rows)
}

/// What waits for a reviewer, the longest first.
pub(super) fn waiting(connection: &mut AnyConnection) -> Result<Vec<Entity>, Error> {
    let rows: Vec<EntityRow> = entities::table
        // The condition of an index, word by word.
        .filter(entities::waits)
        .select(EntityRow::as_select())
        .order(entities::seq)
        .load(connection)?;
    all(rows)
}

/// The changes that a command made, in their order.
pub(super) fn changes_of(
    connection: &mut AnyConnection,
    command: Id<Command>,
) -> Result<Vec<Change>, Error> {
    let rows: Vec<ChangeRow> = changes::table
        .filter(changes::command_id.eq(IdColumn::from(command)))
        .select(ChangeRow::as_select())
        .order(changes::seq)
        .load(connection)?;
    all(rows)
}

/// The records that name another: an organization, or a site that they are related to.
pub(super) fn naming(connection: &mut AnyConnection, named: Uuid) -> Result<Vec<Entity>, Error> {
    let rows: Vec<EntityRow> = entities::table
        .inner_join(links::table)
        .filter(links::named_id.eq(IdColumn(named)))
        .select(EntityRow::as_select())
        .order(entities::seq)
        .load(connection)?;
    all(rows)
}

/// All versions of a record, the first first.
pub(super) fn versions(
    connection: &mut AnyConnection,
    record: RecordRef,
) -> Result<Vec<Change>, Error> {
    let rows: Vec<ChangeRow> = changes::table
        .filter(changes::record_id.eq(IdColumn(record.id)))
        .filter(changes::collection.eq(Word(record.collection)))
        .select(ChangeRow::as_select())
        .order(changes::version)
        .load(connection)?;
    all(rows)
}

/// Of these records, those that are published.
pub(super) fn published(
    connection: &mut AnyConnection,
    among: &BTreeSet<RecordRef>,
) -> Result<BTreeSet<RecordRef>, Error> {
    let ids: BTreeSet<Uuid> = among.iter().map(|record| record.id).collect();
    let rows: Vec<(Word<Collection>, IdColumn)> = in_batches(&ids, |batch| {
        let query = entities::table
            .filter(entities::id.eq_any(batch))
            .filter(entities::state.eq(Word(State::Published)));
        each_engine!(connection, |one| query
            .select((entities::collection, entities::id))
            .load(one))
    })?;
    let published = rows.into_iter().map(|(of, id)| of.0.record(id.0));
    Ok(published.filter(|record| among.contains(record)).collect())
}

/// Of these codes, those that a published region has.
pub(super) fn region_codes(
    connection: &mut AnyConnection,
    among: &BTreeSet<&str>,
) -> Result<Vec<String>, Error> {
    let codes: Vec<Option<String>> = entities::table
        .filter(entities::code.is_not_null())
        .filter(entities::state.eq(Word(State::Published)))
        .select(entities::code)
        .load(connection)?;
    let codes = codes.into_iter().flatten();
    Ok(codes.filter(|code| among.contains(code.as_str())).collect())
}

pub(super) fn records_of(
    connection: &mut AnyConnection,
    command: Id<Command>,
) -> Result<Vec<RecordRef>, Error> {
    let rows: Vec<(Word<Collection>, IdColumn)> = changes::table
        .filter(changes::command_id.eq(IdColumn::from(command)))
        .order(changes::seq)
        .select((changes::collection, changes::record_id))
        .load(connection)?;
    let records = rows
        .into_iter()
        .map(|(collection, id)| collection.0.record(id.0));
    Ok(records.collect())
}

/// Whether an account acts for an organization, or a record that is not out of the catalogue names it.
pub(super) fn is_named(connection: &mut AnyConnection, organization: Uuid) -> Result<bool, Error> {
    let id = IdColumn(organization);
    let out = [State::Withdrawn, State::Rejected, State::Merged].map(Word);
    let by_records = links::table
        .inner_join(entities::table)
        .filter(links::named_id.eq(id))
        .filter(entities::state.ne(out[0]))
        .filter(entities::state.ne(out[1]))
        .filter(entities::state.ne(out[2]));
    let by_accounts = accounts::table.filter(accounts::organization_id.eq(id));
    Ok(diesel::select(exists(by_records)).get_result(connection)?
        || diesel::select(exists(by_accounts)).get_result(connection)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{NewToken, Version};
    use crate::store::trial::{
        Home, NOON, Trial, a_report, a_site, instant, next, on_each_engine, write,
    };
    use crate::store::{Run, Store};

    on_each_engine!(microseconds_survive, |trial| {
        trial.set_clock(NOON + 123_457);
        let made = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
        let token = NewToken {
            id: trial.id(),
            account: trial.actor.id,
            hash: [1; 32],
            expires_at: Some(instant(NOON + 1_000_001)),
            is_desktop: false,
        };
        let _ = trial
            .store
            .put(Run {
                tokens: vec![token],
                ..trial.run(vec![])
            })
            .unwrap();

        let again = Store::open(&trial.home.place).unwrap();
        let found = again.find(made.record()).unwrap().unwrap();
        let at = instant(NOON + 123_457);
        assert_eq!(
            (
                found.created_at,
                found.updated_at,
                found.published_at,
                found.public_at
            ),
            (at, at, Some(at), Some(at))
        );
        assert_eq!(trial.log()[1].at, at);
        assert!(
            again
                .shown_token(&[1; 32], instant(NOON + 1_000_000))
                .unwrap()
                .is_some()
        );
        assert!(
            again
                .shown_token(&[1; 32], instant(NOON + 1_000_001))
                .unwrap()
                .is_none()
        );
    });

    on_each_engine!(a_document_that_does_not_parse_is_named, |trial| {
        let site = trial.given(Collection::Sites, a_site("Gandzasar", "exact"));
        let site = trial
            .put(vec![next(&site, a_site("Gandzasar Monastery", "exact"))])
            .unwrap()
            .remove(0);
        let id = trial.literal(site.id);
        let is_named = |error: Error| {
            let text = error.to_string();
            assert!(
                text.starts_with(&format!("sites {} version 2: ", site.id)),
                "{text}"
            );
        };
        trial.sql(&format!(
            "UPDATE changes SET document = '[' WHERE record_id = {id} AND version = 2"
        ));
        is_named(trial.store.changes(Seq(0), 10).unwrap_err());
        assert_eq!(trial.store.changes(Seq(0), 2).unwrap().len(), 2);
        trial.sql(&format!(
            "UPDATE entities SET document = '{{}}' WHERE id = {id}"
        ));
        let report = a_report(site.record(), trial.organization, "good");
        let record = trial.new_record(Collection::ConditionReports);
        let report = write(record, None, State::Published, report);
        is_named(trial.put(vec![report]).unwrap_err());
        assert_eq!(
            trial.store.entities().unwrap().0.len(),
            2,
            "it is JSON: the store asks no more of it"
        );
        trial.sql(&format!(
            "UPDATE entities SET document = '[' WHERE id = {id}"
        ));
        is_named(trial.store.entities().unwrap_err());
        is_named(trial.store.find(site.record()).unwrap_err());
    });

    on_each_engine!(changes_come_in_order_and_in_pieces, |trial| {
        for name in ["Gandzasar", "Dadivank", "Gtichavank"] {
            trial.given(Collection::Sites, a_site(name, "exact"));
        }
        let seqs = |after, limit| {
            let changes = trial.store.changes(Seq(after), limit).unwrap();
            changes
                .iter()
                .map(|change| change.seq.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            (seqs(0, 2), seqs(2, 2), seqs(3, 2)),
            (vec![1, 2], vec![3, 4], vec![4])
        );
        assert_eq!((seqs(4, 2), seqs(0, 0)), (vec![], vec![]));
        assert_eq!(trial.store.last_seq().unwrap(), Seq(4));
        let (entities, seq) = trial.store.entities().unwrap();
        assert!(seq == Seq(4) && entities.iter().map(|entity| entity.seq.0).eq(1..=4));
    });

    on_each_engine!(a_record_is_found_in_its_own_collection_only, |trial| {
        let site = trial
            .given(Collection::Sites, a_site("Gandzasar", "exact"))
            .record();
        let found = trial.store.find(site).unwrap().unwrap();
        assert_eq!((found.record(), found.version), (site, Version(1)));
        assert!(
            trial
                .store
                .find(Collection::Regions.record(site.id))
                .unwrap()
                .is_none()
        );
    });

    #[test]
    fn an_empty_log_ends_at_zero() {
        let home = Home::sqlite();
        let store = Store::open(&home.place).unwrap();
        assert_eq!(store.last_seq().unwrap(), Seq(0));
        assert!(store.entities().unwrap().0.is_empty());
    }
}
