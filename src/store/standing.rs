//! What the views of records rest on: read before a command is carried out, and when the log is followed.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

use super::columns::IdColumn;
use super::connection::{AnyConnection, each_engine};
use super::rows::EntityRow;
use super::tables::{entities, links};
use super::{Error, Run};
use crate::domain::{Collection, Entity, Holdings, Links, RecordRef, Write};

/// Ids in one statement.
const BATCH: usize = 1000;

/// The records that `run` changes, and what decides whether the public sees a difference in what it touches; what others
/// refer to comes first. That a new record is new, the primary key tells.
///
/// No region, unless one is written: all that a view has of regions are the codes of those that its place is in, and
/// these follow from the regions and from what else the view shows, its geometry or the region given. While no region
/// changes, two views with different codes differ in that too, so that they compare alike without any region.
///
/// Of organizations those that are named: whether a view may name one rests on no other.
pub(super) fn standing(
    connection: &mut AnyConnection,
    run: &Run,
    links: &[Links],
) -> Result<Vec<Entity>, Error> {
    let rests_on_all = |write: &Write| write.collection == Collection::Regions;
    if run.writes.iter().any(rests_on_all) {
        let rows = entities::table
            .select(EntityRow::as_select())
            .load(connection)?;
        return in_order(rows);
    }
    let writes = run.writes.iter();
    let mut touched: BTreeSet<Uuid> = writes.map(|write| write.id).collect();
    touched.extend(namers(connection, &touched)?);
    // A report may move from one site to another: then both look different.
    touched.extend(links.iter().filter_map(|links| links.site));
    let named = links.iter().flat_map(|links| &links.named).copied();
    let accounts = run.accounts.iter();
    let represented = accounts.map(|account| account.organization.uuid());
    in_order(around(connection, touched, named.chain(represented))?)
}

/// Records, and all that their views rest on.
pub(super) fn holdings(
    connection: &mut AnyConnection,
    records: &[RecordRef],
) -> Result<Holdings, Error> {
    let mut rows = context(connection)?;
    let ids = records.iter().map(|record| record.id).collect();
    rows.extend(around(connection, ids, std::iter::empty())?);
    let mut holdings = Holdings::default();
    for entity in in_order(rows)? {
        holdings.fill(entity)?;
    }
    Ok(holdings)
}

/// Records refer only to collections of a lower rank, or to their own. The same record may have come by two ways.
pub(super) fn in_order(mut rows: Vec<EntityRow>) -> Result<Vec<Entity>, Error> {
    rows.sort_by_key(|row| (rank(row.collection.0), row.seq));
    rows.dedup_by_key(|row| row.seq);
    let entities = rows.into_iter().map(Entity::try_from);
    Ok(entities.collect::<Result<_, _>>()?)
}

/// What [`context`] reads, in SQL, word by word the condition of an index. With parameters in its place PostgreSQL comes
/// to read the whole table: a command that did so took 39 to 57 ms with 100,000 sites, against 5 to 9.
const CONTEXT: &str = "collection IN ('organizations', 'regions')";

/// Records refer only to collections of a lower rank, or to their own.
pub(super) fn rank(collection: Collection) -> u8 {
    match collection {
        Collection::Organizations => 0,
        Collection::Regions => 1,
        Collection::Sites => 2,
        Collection::ConditionReports => 3,
    }
}

/// All organizations and regions, on which any view may rest.
pub(super) fn context(connection: &mut AnyConnection) -> QueryResult<Vec<EntityRow>> {
    entities::table
        .filter(sql::<Bool>(CONTEXT))
        .select(EntityRow::as_select())
        .load(connection)
}

/// Their ids.
pub(super) fn context_ids(connection: &mut AnyConnection) -> QueryResult<BTreeSet<Uuid>> {
    let ids = entities::table.filter(sql::<Bool>(CONTEXT));
    let ids: Vec<IdColumn> = ids.select(entities::id).load(connection)?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

/// Records, the sites that they are reports of, all reports of all these sites, and the organizations and sites that any
/// of them names; `named` are records that they will name.
pub(super) fn around(
    connection: &mut AnyConnection,
    touched: BTreeSet<Uuid>,
    named: impl Iterator<Item = Uuid>,
) -> QueryResult<Vec<EntityRow>> {
    let rows = by_id(connection, &touched)?;
    let mut sites = BTreeSet::new();
    let mut parents = BTreeSet::new();
    for row in &rows {
        match row.collection.0 {
            Collection::Sites => drop(sites.insert(row.id.0)),
            Collection::ConditionReports => parents.extend(row.site_id.map(|site| site.0)),
            Collection::Organizations | Collection::Regions => {}
        }
    }
    let mut all: BTreeMap<Uuid, EntityRow> = rows.into_iter().map(|row| (row.id.0, row)).collect();
    parents.retain(|site| !all.contains_key(site));
    sites.extend(&parents);
    let reports = reports_of(connection, &sites)?;
    // A site shows of those it is related to only what is shown itself.
    let mut others: BTreeSet<Uuid> = named.chain(parents).collect();
    others.extend(links_of(connection, &sites)?);
    let observers = all
        .values()
        .chain(&reports)
        .filter_map(|row| row.organization_id);
    others.extend(observers.map(|id| id.0));
    others.retain(|id| !all.contains_key(id));
    let others = by_id(connection, &others)?;
    all.extend(reports.into_iter().chain(others).map(|row| (row.id.0, row)));
    Ok(all.into_values().collect())
}

fn by_id(connection: &mut AnyConnection, ids: &BTreeSet<Uuid>) -> QueryResult<Vec<EntityRow>> {
    in_batches(ids, |batch| {
        let query = entities::table.filter(entities::id.eq_any(batch));
        each_engine!(connection, |one| query
            .select(EntityRow::as_select())
            .load(one))
    })
}

fn reports_of(
    connection: &mut AnyConnection,
    sites: &BTreeSet<Uuid>,
) -> QueryResult<Vec<EntityRow>> {
    in_batches(sites, |batch| {
        let query = entities::table.filter(entities::site_id.eq_any(batch));
        each_engine!(connection, |one| query
            .select(EntityRow::as_select())
            .load(one))
    })
}

/// What records name.
fn links_of(connection: &mut AnyConnection, ids: &BTreeSet<Uuid>) -> QueryResult<Vec<Uuid>> {
    let named: Vec<IdColumn> = in_batches(ids, |batch| {
        let query = links::table.filter(links::record_id.eq_any(batch));
        each_engine!(connection, |one| query.select(links::named_id).load(one))
    })?;
    Ok(named.into_iter().map(|id| id.0).collect())
}

/// The records that name any of these.
pub(super) fn namers(
    connection: &mut AnyConnection,
    ids: &BTreeSet<Uuid>,
) -> QueryResult<Vec<Uuid>> {
    let records: Vec<IdColumn> = in_batches(ids, |batch| {
        let query = links::table.filter(links::named_id.eq_any(batch));
        each_engine!(connection, |one| query.select(links::record_id).load(one))
    })?;
    Ok(records.into_iter().map(|id| id.0).collect())
}

/// What `read` gives for all of these, a thousand at a time.
pub(super) fn in_batches<T>(
    ids: &BTreeSet<Uuid>,
    mut read: impl FnMut(&[IdColumn]) -> QueryResult<Vec<T>>,
) -> QueryResult<Vec<T>> {
    let ids: Vec<IdColumn> = ids.iter().copied().map(IdColumn).collect();
    let mut all = Vec::new();
    for batch in ids.chunks(BATCH) {
        all.append(&mut read(batch)?);
    }
    Ok(all)
}
