//! What stood at a place in the log: records and all that their views rest on, put together from their versions.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use uuid::Uuid;

use super::Error;
use super::columns::{IdColumn, InstantColumn};
use super::connection::{AnyConnection, each_engine};
use super::news::PIECE;
use super::put::keep_sightings;
use super::read;
use super::rows::{ChangeRow, SightingRow};
use super::standing::{context_ids, in_batches};
use super::tables::{changes, sightings};
use crate::domain::{
    Audience, Change, Collection, Entity, Holdings, Instant, Links, Moment, News, Past, PublicSeq,
    RecordRef, Seq, Sighting,
};

/// What there was at an instant, as an audience counts: for the public, only what it saw differ makes a difference.
/// `None` before the first change.
pub(super) fn moment(
    connection: &mut AnyConnection,
    audience: Audience,
    at: Instant,
) -> Result<Option<Moment>, Error> {
    let last = |connection: &mut AnyConnection, until: Option<Instant>| {
        let mut query = changes::table
            .select(changes::seq)
            .order((changes::at.desc(), changes::seq.desc()))
            .into_boxed();
        if let Some(until) = until {
            query = query.filter(changes::at.le(InstantColumn::from(until)));
        }
        if audience == Audience::Public {
            query = query.filter(changes::public_seq.is_not_null());
        }
        query.first::<i64>(connection).optional()
    };
    let Some(seq) = last(connection, Some(at))? else {
        return Ok(None);
    };
    let borne_on: Option<i64> = changes::table
        .filter(changes::bears_on_past)
        .select(changes::seq)
        .order(changes::seq.desc())
        .first(connection)
        .optional()?;
    Ok(Some(Moment {
        seq: Seq(seq),
        is_now: last(connection, None)? == Some(seq),
        borne_on: Seq(borne_on.unwrap_or_default()),
    }))
}

/// All versions of these records, and when the public saw them differ; those that are not there are left out.
pub(super) fn pasts(
    connection: &mut AnyConnection,
    ids: &BTreeSet<Uuid>,
) -> Result<BTreeMap<Uuid, Past>, Error> {
    let rows: Vec<ChangeRow> = in_batches(ids, |batch| {
        let query = changes::table.filter(changes::record_id.eq_any(batch));
        each_engine!(connection, |one| query
            .select(ChangeRow::as_select())
            .order((changes::record_id, changes::version))
            .load(one))
    })?;
    let mut versions: BTreeMap<Uuid, Vec<Change>> = BTreeMap::new();
    for row in rows {
        let change = Change::try_from(row)?;
        versions.entry(change.id).or_default().push(change);
    }
    let mut seen = seen(connection, ids)?;
    let pasts = versions.into_iter().filter_map(|(id, versions)| {
        let sightings = seen.remove(&id).unwrap_or_default();
        Some((id, Past::of(versions, sightings)?))
    });
    Ok(pasts.collect())
}

/// When the public saw these records differ, in the order of the log.
fn seen(
    connection: &mut AnyConnection,
    ids: &BTreeSet<Uuid>,
) -> Result<BTreeMap<Uuid, Vec<Sighting>>, Error> {
    let rows: Vec<(IdColumn, i64, i64, InstantColumn, bool)> = in_batches(ids, |batch| {
        let query = sightings::table
            .inner_join(changes::table.on(changes::public_seq.eq(sightings::public_seq.nullable())))
            .filter(sightings::record_id.eq_any(batch));
        each_engine!(connection, |one| query
            .select((
                sightings::record_id,
                sightings::public_seq,
                changes::seq,
                changes::at,
                sightings::is_seen,
            ))
            .order((sightings::record_id, sightings::public_seq))
            .load(one))
    })?;
    let mut seen: BTreeMap<Uuid, Vec<Sighting>> = BTreeMap::new();
    for (id, public_seq, seq, at, is_seen) in rows {
        seen.entry(id.0).or_default().push(Sighting {
            public_seq: PublicSeq(public_seq),
            seq: Seq(seq),
            at: at.into(),
            is_seen,
        });
    }
    Ok(seen)
}

/// Records with all that their views rested on at a place in the log, as an audience may see them today.
pub(super) fn holdings(
    connection: &mut AnyConnection,
    records: &BTreeSet<Uuid>,
    at: Seq,
    audience: Audience,
) -> Result<Holdings, Error> {
    let mut holdings = context(connection, at, audience)?;
    for past in around(connection, records.clone(), at)?.values() {
        holdings.fill_past(past, at, audience)?;
    }
    Ok(holdings)
}

/// Gives everything that stood at a place in the log to `take`, piece by piece.
pub(super) fn all(
    connection: &mut AnyConnection,
    at: Seq,
    audience: Audience,
    mut take: impl FnMut(News),
) -> Result<(), Error> {
    let base = context(connection, at, audience)?;
    let touched = read::records(connection)?;
    for piece in touched.chunks(PIECE) {
        let ids = piece.iter().map(|record| record.id).collect();
        let mut holdings = base.clone();
        for past in around(connection, ids, at)?.values() {
            holdings.fill_past(past, at, audience)?;
        }
        take(News {
            touched: piece.to_vec(),
            holdings,
        });
    }
    Ok(())
}

/// All organizations and regions as they stood.
fn context(connection: &mut AnyConnection, at: Seq, audience: Audience) -> Result<Holdings, Error> {
    let ids = context_ids(connection)?;
    let mut holdings = Holdings::default();
    for past in pasts(connection, &ids)?.values() {
        holdings.fill_past(past, at, audience)?;
    }
    Ok(holdings)
}

/// The records, the sites that they were reports of, all reports of all these sites, and the sites that any of them named.
fn around(
    connection: &mut AnyConnection,
    records: BTreeSet<Uuid>,
    at: Seq,
) -> Result<BTreeMap<Uuid, Past>, Error> {
    let mut all = pasts(connection, &records)?;
    let parents: BTreeSet<Uuid> = links(all.values(), at)
        .filter_map(|links| links.site)
        .collect();
    add(connection, &mut all, parents)?;
    let sites = all.values().filter_map(|past| {
        let first = past.versions().first()?;
        (first.collection == Collection::Sites).then_some(first.id)
    });
    let sites: BTreeSet<Uuid> = sites.collect();
    let reports: Vec<IdColumn> = in_batches(&sites, |batch| {
        let query =
            changes::table.filter(changes::site_id.eq_any(batch).and(changes::seq.le(at.0)));
        each_engine!(connection, |one| query
            .select(changes::record_id)
            .distinct()
            .load(one))
    })?;
    let reports = reports.into_iter().map(|id| id.0).collect();
    let named = links(all.values(), at)
        .flat_map(|links| links.named)
        .collect();
    add(connection, &mut all, reports)?;
    add(connection, &mut all, named)?;
    Ok(all)
}

/// What records said of others.
fn links<'a>(pasts: impl Iterator<Item = &'a Past>, at: Seq) -> impl Iterator<Item = Links> {
    let then = pasts.filter_map(move |past| past.at(at));
    then.map(|entity| Links::of(entity.collection, &entity.document))
}

fn add(
    connection: &mut AnyConnection,
    all: &mut BTreeMap<Uuid, Past>,
    mut ids: BTreeSet<Uuid>,
) -> Result<(), Error> {
    ids.retain(|id| !all.contains_key(id));
    all.extend(pasts(connection, &ids)?);
    Ok(())
}

/// Notes what the public saw differ since the first change: for a log that was written before that was kept.
pub(super) fn fill_sightings(connection: &mut AnyConnection) -> Result<(), Error> {
    let is_kept = sightings::table
        .select(sightings::public_seq)
        .first::<i64>(connection)
        .optional()?
        .is_some();
    if is_kept {
        return Ok(());
    }
    let mut holdings = Holdings::default();
    let mut after = Seq(0);
    loop {
        let piece = read::changes(connection, after, 1000)?;
        let Some(last) = piece.last() else {
            return Ok(());
        };
        after = last.seq;
        let mut rows = Vec::new();
        for change in &piece {
            let record: RecordRef = change.record();
            let differ = holdings.put(Entity::after(holdings.get(record), change))?;
            let Some(public_seq) = change.public_seq else {
                continue;
            };
            rows.extend(differ.into_iter().map(|one| SightingRow {
                record_id: IdColumn(one.record.id),
                public_seq: public_seq.0,
                is_seen: one.is_seen,
            }));
        }
        keep_sightings(connection, &rows)?;
    }
}
