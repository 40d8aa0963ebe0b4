//! The rows of what a run writes, and of what looks different by it.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::Error;
use super::columns::IdColumn;
use super::connection::{AnyConnection, each_engine};
use super::rows::{Dates, EntityRow, LinkRow, SightingRow};
use super::tables::{entities, links, sightings};
use crate::domain::{Entity, Links, RecordRef};

/// Rows in one statement: each has at most 16 columns, and SQLite takes 32,766 parameters, PostgreSQL 65,535.
pub(super) const BATCH: usize = 1000;

/// What the public saw differ.
pub(super) fn keep_sightings(
    connection: &mut AnyConnection,
    rows: &[SightingRow],
) -> Result<(), Error> {
    for batch in rows.chunks(BATCH) {
        each_engine!(connection, |one| diesel::insert_into(sightings::table)
            .values(batch)
            .execute(one))?;
    }
    Ok(())
}

/// The records that a run writes: whether each is new, and what it says of others in the end.
pub(super) type Written<'a> = BTreeMap<RecordRef, (bool, &'a Links)>;

/// Exchanges what the written records name.
pub(super) fn keep_links(
    connection: &mut AnyConnection,
    written: &Written<'_>,
) -> Result<(), Error> {
    let old = written.iter().filter(|(_, (is_new, _))| !is_new);
    let old: Vec<IdColumn> = old.map(|(record, _)| IdColumn(record.id)).collect();
    for batch in old.chunks(BATCH) {
        let rows = links::table.filter(links::record_id.eq_any(batch));
        each_engine!(connection, |one| diesel::delete(rows).execute(one))?;
    }
    let rows: Vec<LinkRow> = written
        .iter()
        .flat_map(|(record, (_, links))| links.named.iter().map(|named| (record.id, *named)))
        .map(|(record, named)| LinkRow {
            record_id: IdColumn(record),
            named_id: IdColumn(named),
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        each_engine!(connection, |one| diesel::insert_into(links::table)
            .values(batch)
            .execute(one))?;
    }
    Ok(())
}

pub(super) fn insert(connection: &mut AnyConnection, rows: &[EntityRow]) -> Result<(), Error> {
    for row in rows {
        check_code(connection, row)?;
    }
    for batch in rows.chunks(BATCH) {
        each_engine!(connection, |one| diesel::insert_into(entities::table)
            .values(batch)
            .execute(one))?;
    }
    Ok(())
}

pub(super) fn update(connection: &mut AnyConnection, rows: &[EntityRow]) -> Result<(), Error> {
    for row in rows {
        check_code(connection, row)?;
        diesel::update(entities::table.find(row.id))
            .set(row)
            .execute(connection)?;
    }
    Ok(())
}

pub(super) fn set_dates(
    connection: &mut AnyConnection,
    entities: &[&Entity],
    dates: &Dates,
) -> Result<(), Error> {
    let ids: Vec<_> = entities.iter().map(|entity| IdColumn(entity.id)).collect();
    for batch in ids.chunks(BATCH) {
        let rows = entities::table.filter(entities::id.eq_any(batch));
        each_engine!(connection, |one| diesel::update(rows)
            .set(dates)
            .execute(one))?;
    }
    Ok(())
}

/// The unique column would refuse it too, but SQLite's message does not say which code it was.
fn check_code(connection: &mut AnyConnection, row: &EntityRow) -> Result<(), Error> {
    let Some(code) = &row.code else { return Ok(()) };
    let other = entities::table.filter(entities::code.eq(code).and(entities::id.ne(row.id)));
    let taken: bool = diesel::select(diesel::dsl::exists(other)).get_result(connection)?;
    if taken {
        Err(Error::Taken(format!("the region code \"{code}\"")))
    } else {
        Ok(())
    }
}
