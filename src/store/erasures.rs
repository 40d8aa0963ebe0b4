//! What was taken out of former versions: the one case in which the log is not only added to.

use diesel::prelude::*;

use super::columns::IdColumn;
use super::connection::AnyConnection;
use super::tables::{changes, erasures};
use super::{Error, Run, positions};
use crate::domain::Seq;

/// The last changes by which something was erased, each `Seq(0)` if there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastErased {
    /// Anything.
    pub seq: Seq,
    /// Something that an audience may have been shown.
    pub shown: Seq,
}

/// Puts what is left of former versions in their place, and notes why.
pub(super) fn keep(connection: &mut AnyConnection, run: &Run, seq: Seq) -> Result<(), Error> {
    let (Some(erased), [write]) = (&run.erased, run.writes.as_slice()) else {
        return Ok(());
    };
    for (version, document) in &erased.versions {
        let row = changes::table
            .filter(changes::record_id.eq(IdColumn(write.id)))
            .filter(changes::version.eq(version.0));
        diesel::update(row)
            .set((
                changes::document.eq(document.get()),
                changes::has_position.eq(positions::is_in(write.collection, document)),
            ))
            .execute(connection)?;
    }
    diesel::insert_into(erasures::table)
        .values((
            erasures::seq.eq(seq.0),
            erasures::reason.eq(&erased.reason),
            erasures::was_shown.eq(erased.was_shown),
        ))
        .execute(connection)?;
    Ok(())
}

/// The last changes by which something was erased.
pub(super) fn last(connection: &mut AnyConnection) -> Result<LastErased, Error> {
    let seqs = || {
        let seqs = erasures::table.select(erasures::seq);
        seqs.order(erasures::seq.desc())
    };
    let last: Option<i64> = seqs().first(connection).optional()?;
    let shown = seqs().filter(erasures::was_shown);
    let shown: Option<i64> = shown.first(connection).optional()?;
    Ok(LastErased {
        seq: Seq(last.unwrap_or_default()),
        shown: Seq(shown.unwrap_or_default()),
    })
}
