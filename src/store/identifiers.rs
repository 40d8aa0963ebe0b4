//! The ids that sites have elsewhere: kept beside the documents, so that sites with one in common are found.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use uuid::Uuid;

use super::Error;
use super::columns::{IdColumn, Word};
use super::connection::{AnyConnection, each_engine};
use super::rows::IdentifierRow;
use super::tables::{entities, identifiers};
use crate::domain::{Collection, Links, RecordRef, State};

/// Values, or rows, in one statement.
const BATCH: usize = 1000;

/// Exchanges the ids of records; `is_new` of those that have none yet.
pub(super) fn keep<'a>(
    connection: &mut AnyConnection,
    written: impl Iterator<Item = (RecordRef, bool, &'a Links)> + Clone,
) -> Result<(), Error> {
    let of_sites = written.filter(|(record, ..)| record.collection == Collection::Sites);
    let old = of_sites.clone().filter(|(_, is_new, _)| !is_new);
    let old: Vec<IdColumn> = old.map(|(record, ..)| IdColumn(record.id)).collect();
    for batch in old.chunks(BATCH) {
        let rows = identifiers::table.filter(identifiers::record_id.eq_any(batch));
        each_engine!(connection, |one| diesel::delete(rows).execute(one))?;
    }
    let rows: Vec<IdentifierRow> = of_sites
        .flat_map(|(record, _, links)| links.identifiers.iter().map(move |one| (record, one)))
        .map(|(record, (scheme, value))| IdentifierRow {
            record_id: IdColumn(record.id),
            scheme: scheme.clone(),
            value: value.clone(),
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        each_engine!(connection, |one| diesel::insert_into(identifiers::table)
            .values(batch)
            .execute(one))?;
    }
    Ok(())
}

/// Fails if one of these published sites shares an id with another one that is published.
pub(super) fn check(
    connection: &mut AnyConnection,
    published: &BTreeMap<Uuid, &Links>,
) -> Result<(), Error> {
    let mut wanted: BTreeMap<(&str, &str), Vec<Uuid>> = BTreeMap::new();
    for (id, links) in published {
        for (scheme, value) in &links.identifiers {
            wanted.entry((scheme, value)).or_default().push(*id);
        }
    }
    let keys = wanted.keys().copied().collect();
    for (id, scheme, value) in having(connection, &keys, &[State::Published])? {
        let owners = &wanted[&(scheme.as_str(), value.as_str())];
        if owners.iter().any(|owner| *owner != id) {
            return Err(Error::Taken(format!("the identifier {scheme} {value}")));
        }
    }
    Ok(())
}

/// The sites in some states that have one of these ids, which are given by scheme and value.
pub(super) fn having(
    connection: &mut AnyConnection,
    wanted: &BTreeSet<(&str, &str)>,
    states: &[State],
) -> Result<Vec<(Uuid, String, String)>, Error> {
    let values: Vec<&str> = wanted.iter().map(|(_, value)| *value).collect();
    let states: Vec<Word<State>> = states.iter().copied().map(Word).collect();
    let mut found = Vec::new();
    for batch in values.chunks(BATCH) {
        let rows = identifiers::table
            .inner_join(entities::table)
            .filter(identifiers::value.eq_any(batch))
            .filter(entities::state.eq_any(&states));
        let rows: Vec<IdentifierRow> = each_engine!(connection, |one| rows
            .select(IdentifierRow::as_select())
            .load(one))?;
        found.extend(
            rows.into_iter()
                .filter(|row| wanted.contains(&(row.scheme.as_str(), row.value.as_str())))
                .map(|row| (row.record_id.0, row.scheme, row.value)),
        );
    }
    Ok(found)
}
