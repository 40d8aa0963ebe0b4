//! What a command has to read before it can be carried out.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

use super::columns::IdColumn;
use super::connection::{AnyConnection, each_engine};
use super::rows::EntityRow;
use super::tables::entities;
use super::{Error, Run};
use crate::domain::{Collection, Entity, Links};

/// Ids in one statement.
const BATCH: usize = 1000;

/// The records that `run` changes, and all that the public views of what it touches rest on; what others refer to
/// comes first. That a new record is new, the primary key tells.
pub(super) fn standing(
    connection: &mut AnyConnection,
    run: &Run,
    links: &[Links],
) -> Result<Vec<Entity>, Error> {
    let mut rows = if run
        .writes
        .iter()
        .any(|write| on_which_all_rest(write.collection))
    {
        entities::table
            .select(EntityRow::as_select())
            .load(connection)?
    } else {
        around(connection, run, links)?
    };
    rows.sort_by_key(|row| rank(row.collection.0));
    Ok(rows
        .into_iter()
        .map(Entity::try_from)
        .collect::<Result<_, _>>()?)
}

/// Whether any other record's view may follow from records of this collection.
fn on_which_all_rest(collection: Collection) -> bool {
    matches!(collection, Collection::Organizations | Collection::Regions)
}

/// The same in SQL, word by word the condition of an index. With parameters in its place PostgreSQL comes to read the
/// whole table: 39 to 57 ms a command with 100,000 sites, against 5 to 9.
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

/// Organizations, regions, and the sites that are touched, themselves or by a report, with all their reports.
fn around(
    connection: &mut AnyConnection,
    run: &Run,
    links: &[Links],
) -> Result<Vec<EntityRow>, Error> {
    let changed = run
        .writes
        .iter()
        .filter(|write| write.follows.is_some())
        .map(|write| write.id);
    let changed = by_id(connection, changed.collect())?;
    // A report may move from one site to another: then both look different.
    let mut sites: BTreeSet<Uuid> = links.iter().filter_map(|links| links.site).collect();
    for row in &changed {
        match row.collection.0 {
            Collection::Sites => sites.extend([row.id.0]),
            Collection::ConditionReports => sites.extend(row.site_id.map(|site| site.0)),
            Collection::Organizations | Collection::Regions => {}
        }
    }
    let context = entities::table
        .filter(sql::<Bool>(CONTEXT))
        .select(EntityRow::as_select())
        .load(connection)?;
    let reports = reports_of(connection, &sites)?;
    let sites = by_id(connection, sites)?;
    // A site shows of those it is related to only what is shown itself.
    let mut related: BTreeSet<Uuid> = links
        .iter()
        .flat_map(|links| links.related.clone())
        .collect();
    related.extend(sites.iter().flat_map(EntityRow::related));
    let related = by_id(connection, related)?;
    // The same record may come by two ways.
    let rows: BTreeMap<Uuid, EntityRow> = [changed, context, reports, sites, related]
        .into_iter()
        .flatten()
        .map(|row| (row.id.0, row))
        .collect();
    Ok(rows.into_values().collect())
}

fn by_id(connection: &mut AnyConnection, ids: BTreeSet<Uuid>) -> QueryResult<Vec<EntityRow>> {
    let ids: Vec<IdColumn> = ids.into_iter().map(IdColumn).collect();
    let mut rows = Vec::new();
    for batch in ids.chunks(BATCH) {
        let query = entities::table.filter(entities::id.eq_any(batch));
        rows.append(&mut each_engine!(connection, |one| query
            .select(EntityRow::as_select())
            .load(one))?);
    }
    Ok(rows)
}

fn reports_of(
    connection: &mut AnyConnection,
    sites: &BTreeSet<Uuid>,
) -> QueryResult<Vec<EntityRow>> {
    let sites: Vec<IdColumn> = sites.iter().copied().map(IdColumn).collect();
    let mut rows = Vec::new();
    for batch in sites.chunks(BATCH) {
        let query = entities::table.filter(entities::site_id.eq_any(batch));
        rows.append(&mut each_engine!(connection, |one| query
            .select(EntityRow::as_select())
            .load(one))?);
    }
    Ok(rows)
}
