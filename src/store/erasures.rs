//! What was taken out of former versions: the one case in which the log is not only added to.

use diesel::prelude::*;

use super::columns::IdColumn;
use super::connection::AnyConnection;
use super::tables::{changes, erasures};
use super::{Error, Run};
use crate::domain::Seq;

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
            .set(changes::document.eq(document.get()))
            .execute(connection)?;
    }
    diesel::insert_into(erasures::table)
        .values((erasures::seq.eq(seq.0), erasures::reason.eq(&erased.reason)))
        .execute(connection)?;
    Ok(())
}

/// The last change by which something was erased.
pub(super) fn last(connection: &mut AnyConnection) -> Result<Seq, Error> {
    let last: Option<i64> = erasures::table
        .select(erasures::seq)
        .order(erasures::seq.desc())
        .first(connection)
        .optional()?;
    Ok(Seq(last.unwrap_or_default()))
}
