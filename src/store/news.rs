//! What changed since a place in the log, with all that the views of it rest on; from the beginning, everything.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use uuid::Uuid;

use super::Error;
use super::columns::{IdColumn, Word};
use super::connection::{AnyConnection, each_engine};
use super::read::{end, has, records};
use super::rows::ChangeRow;
use super::standing::{around, context, in_batches, in_order, namers};
use super::tables::{changes, entities};
use crate::domain::{Change, Collection, Holdings, Links, Mark, News, RecordRef, Seq};

/// Touched records in one piece of news. Parsed, they take much more memory than their texts: a start with 100,000 sites
/// took at most 308 MB with pieces of 2000, and 244 MB with these.
pub(super) const PIECE: usize = 250;

/// Where news lead to.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// The end of the log.
    pub mark: Mark,
    /// Whether they are all there is, not what followed.
    pub is_all: bool,
}

/// Gives the news to `take` piece by piece, each record once; then where they lead to.
///
/// The caller sees to it that everything is read of one moment.
pub(super) fn news(
    connection: &mut AnyConnection,
    after: Mark,
    mut take: impl FnMut(News),
) -> Result<Told, Error> {
    let mark = end(connection)?.mark;
    if mark == after {
        return Ok(Told {
            mark,
            is_all: false,
        });
    }
    let is_all = after == Mark::default() || !has(connection, after)?;
    let touched = touched(connection, if is_all { Seq(0) } else { after.seq })?;
    let mut base = Holdings::default();
    for entity in in_order(context(connection)?)? {
        base.fill(entity)?;
    }
    for piece in touched.chunks(PIECE) {
        let ids = piece.iter().map(|record| record.id).collect();
        let rows = around(connection, ids, std::iter::empty())?;
        let mut holdings = base.clone();
        for entity in in_order(rows)? {
            // The organizations of the base are parsed already.
            if holdings.get(entity.record()).is_none() {
                holdings.fill(entity)?;
            }
        }
        take(News {
            touched: piece.to_vec(),
            holdings,
        });
    }
    Ok(Told { mark, is_all })
}

/// The records whose views may be others than they were at `after`, by collection and id.
fn touched(connection: &mut AnyConnection, after: Seq) -> Result<Vec<RecordRef>, Error> {
    if after == Seq(0) {
        return records(connection);
    }
    let changed: Vec<(Word<Collection>, IdColumn)> = changes::table
        .filter(changes::seq.gt(after.0))
        .select((changes::collection, changes::record_id))
        .distinct()
        .load(connection)?;
    let mut touched: BTreeSet<RecordRef> = changed
        .into_iter()
        .map(|(collection, id)| collection.0.record(id.0))
        .collect();
    if !of(Collection::Regions, &touched).is_empty() {
        // Any place may be in it now, or no longer.
        return records(connection);
    }
    let reports = of(Collection::ConditionReports, &touched);
    touched.extend(sites_of(connection, &reports, after)?);
    let sites = of(Collection::Sites, &touched);
    let reports: Vec<IdColumn> = in_batches(&sites, |batch| {
        let query = entities::table.filter(entities::site_id.eq_any(batch));
        each_engine!(connection, |one| query.select(entities::id).load(one))
    })?;
    let reports = reports.into_iter().map(|id| id.0);
    touched.extend(reports.map(|id| Collection::ConditionReports.record(id)));

    let mut named = sites;
    named.extend(of(Collection::Organizations, &touched));
    let namers: BTreeSet<Uuid> = namers(connection, &named)?.into_iter().collect();
    let namers: Vec<(Word<Collection>, IdColumn)> = in_batches(&namers, |batch| {
        let query = entities::table.filter(entities::id.eq_any(batch));
        each_engine!(connection, |one| query
            .select((entities::collection, entities::id))
            .load(one))
    })?;
    touched.extend(namers.into_iter().map(|(of, id)| of.0.record(id.0)));
    Ok(touched.into_iter().collect())
}

/// The ids of one collection.
fn of(collection: Collection, records: &BTreeSet<RecordRef>) -> BTreeSet<Uuid> {
    let of = records.iter().filter(|one| one.collection == collection);
    of.map(|record| record.id).collect()
}

/// The sites that reports are about, and those that they were about at `after`.
fn sites_of(
    connection: &mut AnyConnection,
    reports: &BTreeSet<Uuid>,
    after: Seq,
) -> Result<Vec<RecordRef>, Error> {
    let now: Vec<Option<IdColumn>> = in_batches(reports, |batch| {
        let query = entities::table.filter(entities::id.eq_any(batch));
        each_engine!(connection, |one| query.select(entities::site_id).load(one))
    })?;
    let now = now.into_iter().flatten().map(|id| id.0);
    let before = at(connection, reports, after)?;
    let before = before
        .values()
        .filter_map(|change| Links::of(change.collection, &change.document).site);
    let sites = now.chain(before);
    Ok(sites.map(|id| Collection::Sites.record(id)).collect())
}

/// Records as they stood at a place in the log.
pub(super) fn at(
    connection: &mut AnyConnection,
    ids: &BTreeSet<Uuid>,
    seq: Seq,
) -> Result<BTreeMap<Uuid, Change>, Error> {
    let rows: Vec<ChangeRow> = in_batches(ids, |batch| {
        let query =
            changes::table.filter(changes::record_id.eq_any(batch).and(changes::seq.le(seq.0)));
        each_engine!(connection, |one| query
            .select(ChangeRow::as_select())
            .order(changes::seq)
            .load(one))
    })?;
    let changes = rows.into_iter().map(Change::try_from);
    let changes: Vec<Change> = changes.collect::<Result<_, _>>()?;
    // The last of each counts.
    Ok(changes
        .into_iter()
        .map(|change| (change.id, change))
        .collect())
}
