//! Which versions of reports have the position of a phone: kept beside the documents, since what is to be deleted is looked
//! for every minute.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::Error;
use super::columns::{IdColumn, InstantColumn, Word};
use super::connection::{AnyConnection, each_engine};
use super::standing::in_batches;
use super::tables::changes;
use crate::domain::{Collection, Instant, Positioned, RecordRef, State, has_position};

/// Whether a document of a collection has one.
pub(super) fn is_in(collection: Collection, document: &RawValue) -> bool {
    collection == Collection::ConditionReports && has_position(document)
}

/// The reports that have one in a version from until then, each with all its versions, the first first.
pub(super) fn until(
    connection: &mut AnyConnection,
    until: Instant,
) -> Result<Vec<(RecordRef, Vec<Positioned>)>, Error> {
    let ids: Vec<IdColumn> = changes::table
        // The condition of an index, word by word.
        .filter(changes::has_position)
        .filter(changes::at.le(InstantColumn::from(until)))
        // Not only different ones: SQLite would read the whole table to find them in order.
        .select(changes::record_id)
        .load(connection)?;
    let ids: BTreeSet<Uuid> = ids.into_iter().map(|id| id.0).collect();
    let rows: Vec<(IdColumn, InstantColumn, Word<State>, bool)> = in_batches(&ids, |batch| {
        let query = changes::table.filter(changes::record_id.eq_any(batch));
        each_engine!(connection, |one| query
            .select((
                changes::record_id,
                changes::at,
                changes::state,
                changes::has_position,
            ))
            .order((changes::record_id, changes::version))
            .load(one))
    })?;
    let mut reports: BTreeMap<Uuid, Vec<Positioned>> = BTreeMap::new();
    for (id, at, state, has_position) in rows {
        reports.entry(id.0).or_default().push(Positioned {
            at: at.into(),
            state: state.0,
            has_position,
        });
    }
    let reports = reports.into_iter();
    Ok(reports
        .map(|(id, versions)| (Collection::ConditionReports.record(id), versions))
        .collect())
}
