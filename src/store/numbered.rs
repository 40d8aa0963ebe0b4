//! By which numbers an audience counts what happened: the public by its own, and so that it learns of nothing that it did not see.

use diesel::dsl::max;
use diesel::prelude::*;

use super::Error;
use super::columns::{IdColumn, Word};
use super::connection::AnyConnection;
use super::tables::{changes, entities, sightings};
use crate::domain::{Audience, Collection, RecordRef, State};

/// The changes after a number that an audience counts: numbers and records, at least `limit` of them and all of the last
/// number, unless there are no more.
pub(super) fn after(
    connection: &mut AnyConnection,
    number: i64,
    limit: u32,
    audience: Audience,
) -> Result<Vec<(i64, RecordRef)>, Error> {
    let rows: Vec<(i64, Word<Collection>, IdColumn)> = match audience {
        Audience::Public => {
            let last: Option<i64> = sightings::table
                .filter(sightings::public_seq.gt(number))
                .select(sightings::public_seq)
                .order((sightings::public_seq, sightings::record_id))
                .offset(i64::from(limit.saturating_sub(1)))
                .first(connection)
                .optional()?;
            sightings::table
                .inner_join(entities::table)
                .filter(sightings::public_seq.gt(number))
                .filter(sightings::public_seq.le(last.unwrap_or(i64::MAX)))
                .select((
                    sightings::public_seq,
                    entities::collection,
                    sightings::record_id,
                ))
                .order((
                    sightings::public_seq,
                    entities::collection,
                    sightings::record_id,
                ))
                .load(connection)?
        }
        Audience::Trusted => changes::table
            .filter(changes::seq.gt(number))
            .filter(was_published())
            .select((changes::seq, changes::collection, changes::record_id))
            .order(changes::seq)
            .limit(limit.into())
            .load(connection)?,
    };
    let rows = rows.into_iter();
    Ok(rows
        .map(|(number, of, id)| (number, of.0.record(id.0)))
        .collect())
}

/// That a change is of a record that is in the catalogue, or was.
#[diesel::dsl::auto_type(no_type_alias)]
fn was_published() -> _ {
    let state: Word<State> = Word(State::Published);
    changes::state.eq(state).or(changes::version.gt(1_i32))
}

/// The number after which the last changes up to one begin: `limit` of them at most, or all of one number.
pub(super) fn start_of_last(
    connection: &mut AnyConnection,
    until: i64,
    limit: u32,
    audience: Audience,
) -> Result<i64, Error> {
    let mut back = |offset: u32| -> Result<Option<i64>, Error> {
        let number: Option<Option<i64>> = match audience {
            Audience::Public => sightings::table
                .filter(sightings::public_seq.le(until))
                .select(sightings::public_seq.nullable())
                .order(sightings::public_seq.desc())
                .offset(offset.into())
                .first(connection)
                .optional()?,
            Audience::Trusted => changes::table
                .filter(changes::seq.le(until))
                .filter(was_published())
                .select(changes::seq.nullable())
                .order(changes::seq.desc())
                .offset(offset.into())
                .first(connection)
                .optional()?,
        };
        Ok(number.flatten())
    };
    let last = back(0)?.unwrap_or_default();
    let before = back(limit)?.unwrap_or_default();
    Ok(before.min(last - 1).max(0))
}

/// The last number that an audience counts.
pub(super) fn last_number(
    connection: &mut AnyConnection,
    audience: Audience,
) -> Result<i64, Error> {
    let last: Option<i64> = match audience {
        Audience::Public => sightings::table
            .select(max(sightings::public_seq))
            .first(connection)?,
        Audience::Trusted => changes::table
            .filter(was_published())
            .select(max(changes::seq))
            .first(connection)?,
    };
    Ok(last.unwrap_or_default())
}
