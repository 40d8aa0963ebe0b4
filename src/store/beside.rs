//! What is kept of changes beside their documents: read for a check, a piece of the log at a time.

use std::collections::BTreeMap;

use diesel::prelude::*;
use uuid::Uuid;

use super::Error;
use super::columns::IdColumn;
use super::connection::{AnyConnection, each_engine};
use super::rows::SightingRow;
use super::tables::{changes, sightings};
use crate::domain::{Change, Seq};

/// What the public saw differ, by its own numbers.
pub(super) type Sightings = BTreeMap<i64, BTreeMap<Uuid, bool>>;

/// What the public saw differ by the changes of a piece.
pub(super) fn sightings_of(
    connection: &mut AnyConnection,
    piece: &[Change],
) -> Result<Sightings, Error> {
    let public = || piece.iter().filter_map(|change| change.public_seq);
    let (Some(first), Some(last)) = (public().min(), public().max()) else {
        return Ok(Sightings::new());
    };
    let rows: Vec<SightingRow> = sightings::table
        .filter(sightings::public_seq.between(first.0, last.0))
        .select(SightingRow::as_select())
        .load(connection)?;
    let mut all = Sightings::new();
    for row in rows {
        all.entry(row.public_seq)
            .or_default()
            .insert(row.record_id.0, row.is_seen);
    }
    Ok(all)
}

/// What is kept of a change beside its document: whether it bears on the past, the site of a report, and whether it has the
/// position of a phone.
pub(super) type Beside = (bool, Option<Uuid>, bool);

/// What is kept of the changes of a piece beside their documents.
pub(super) fn columns_of(
    connection: &mut AnyConnection,
    piece: &[Change],
) -> Result<BTreeMap<Seq, Beside>, Error> {
    let (Some(first), Some(last)) = (piece.first(), piece.last()) else {
        return Ok(BTreeMap::new());
    };
    let query = changes::table.filter(changes::seq.between(first.seq.0, last.seq.0));
    let rows: Vec<(i64, bool, Option<IdColumn>, bool)> = each_engine!(connection, |one| query
        .select((
            changes::seq,
            changes::bears_on_past,
            changes::site_id,
            changes::has_position
        ))
        .load(one))?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(seq, bears, site, has_position)| {
            (Seq(seq), (bears, site.map(|id| id.0), has_position))
        })
        .collect())
}
