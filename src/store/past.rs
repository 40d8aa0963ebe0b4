//! What stood at a place in the log: records and all that their views rest on, put together from their versions.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::Error;
use super::columns::{IdColumn, InstantColumn};
use super::connection::{AnyConnection, each_engine};
use super::keep::keep_sightings;
use super::news::PIECE;
use super::read;
use super::rows::{ChangeRow, SightingRow};
use super::standing::{context_ids, in_batches};
use super::tables::{changes, sightings};
use crate::domain::{
    Action, Audience, Change, Collection, Entity, Happened, Holdings, Instant, Links, Moment, News,
    Past, PublicSeq, RecordRef, Seq, Sighting,
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
    let mut bearing = changes::table
        .filter(changes::bears_on_past)
        .select(changes::seq)
        .order(changes::seq.desc())
        .into_boxed();
    if audience == Audience::Public {
        // What happens to a record that it never saw must not take longer to answer.
        let seen = sightings::table.filter(sightings::record_id.eq(changes::record_id));
        bearing = bearing.filter(exists(seen));
    }
    let borne_on: Option<i64> = bearing.first(connection).optional()?;
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
    let context = context(connection)?;
    let around = around(connection, records.clone())?;
    let mut holdings = Holdings::default();
    for past in context.values().chain(around.values()) {
        holdings.fill_past(past, site_of(past, &around), at, audience)?;
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
    let base = holdings(connection, &BTreeSet::new(), at, audience)?;
    let touched = read::records(connection)?;
    for piece in touched.chunks(PIECE) {
        let ids = piece.iter().map(|record| record.id).collect();
        let mut holdings = base.clone();
        let around = around(connection, ids)?;
        for past in around.values() {
            holdings.fill_past(past, site_of(past, &around), at, audience)?;
        }
        take(News {
            touched: piece.to_vec(),
            holdings,
        });
    }
    Ok(())
}

/// All organizations and regions, on which any view may rest.
fn context(connection: &mut AnyConnection) -> Result<BTreeMap<Uuid, Past>, Error> {
    let ids = context_ids(connection)?;
    pasts(connection, &ids)
}

/// What happened to these records by changes of these numbers, as an audience counts; in the order of the numbers.
pub(super) fn happened(
    connection: &mut AnyConnection,
    numbered: &[(i64, RecordRef)],
    audience: Audience,
) -> Result<Vec<Happened>, Error> {
    let context = context(connection)?;
    let around = Around::of(around(
        connection,
        numbered.iter().map(|(_, record)| record.id).collect(),
    )?);
    let mut base = Holdings::default();
    let mut filled = Seq(0);
    let mut all = Vec::new();
    for (number, record) in numbered {
        let past = around
            .pasts
            .get(&record.id)
            .or_else(|| context.get(&record.id));
        let Some(mut one) = past.and_then(|past| past.happened(*number, audience)) else {
            continue;
        };
        // Parsing them anew for each change would take most of the time.
        for past in context.values() {
            let is_new = |change: &Change| change.seq > filled && change.seq <= one.seq;
            if past.versions().iter().any(is_new) {
                base.fill_past(past, None, one.seq, audience)?;
            }
        }
        filled = one.seq;
        let mut holdings = base.clone();
        for past in around.of_view(*record, one.seq) {
            holdings.fill_past(past, site_of(past, &around.pasts), one.seq, audience)?;
        }
        one.feature = holdings.feature(*record, audience);
        if one.feature.is_none() {
            one.action = Action::Removed;
        }
        all.push(one);
    }
    Ok(all)
}

/// The site that a report is about today.
fn site_of<'a>(past: &Past, all: &'a BTreeMap<Uuid, Past>) -> Option<&'a Past> {
    past.site().and_then(|site| all.get(&site))
}

/// Sites and reports with all those that their views ever rested on.
struct Around {
    pasts: BTreeMap<Uuid, Past>,
    /// The reports that were ever about a site.
    reports: BTreeMap<Uuid, BTreeSet<Uuid>>,
}

impl Around {
    fn of(pasts: BTreeMap<Uuid, Past>) -> Around {
        let mut reports: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
        for (id, past) in &pasts {
            for site in links(past).filter_map(|links| links.site) {
                reports.entry(site).or_default().insert(*id);
            }
        }
        Around { pasts, reports }
    }

    /// What the view of a record rests on at a place in the log.
    fn of_view(&self, record: RecordRef, at: Seq) -> impl Iterator<Item = &Past> {
        let links_at = |id: &Uuid| {
            let version = self.pasts.get(id).and_then(|past| past.version_at(at));
            version.map(|change| Links::of(change.collection, &change.document))
        };
        let own = links_at(&record.id).unwrap_or_default();
        let site = own.site.unwrap_or(record.id);
        let reports = self.reports.get(&site).into_iter().flatten().copied();
        let mut ids: BTreeSet<Uuid> = reports.chain([record.id, site]).collect();
        ids.extend(links_at(&site).unwrap_or_default().named);
        ids.into_iter().filter_map(|id| self.pasts.get(&id))
    }
}

/// Of these records the sites and reports, the sites that they were ever reports of, all reports that these sites ever had,
/// and the sites that any of them named.
fn around(
    connection: &mut AnyConnection,
    records: BTreeSet<Uuid>,
) -> Result<BTreeMap<Uuid, Past>, Error> {
    let mut all = pasts(connection, &records)?;
    let parents = all.values().flat_map(links).filter_map(|links| links.site);
    let parents = parents.collect();
    add(connection, &mut all, parents)?;
    let sites = all.values().map(Past::record);
    let sites = sites.filter(|record| record.collection == Collection::Sites);
    let sites: BTreeSet<Uuid> = sites.map(|record| record.id).collect();
    let reports: Vec<IdColumn> = in_batches(&sites, |batch| {
        let query = changes::table.filter(changes::site_id.eq_any(batch));
        each_engine!(connection, |one| query
            .select(changes::record_id)
            .distinct()
            .load(one))
    })?;
    let reports = reports.into_iter().map(|id| id.0).collect();
    let named = all.values().flat_map(links).flat_map(|links| links.named);
    let named = named.collect();
    add(connection, &mut all, reports)?;
    add(connection, &mut all, named)?;
    // Whether a report is shown is up to the site that it is about today.
    let today = all.values().filter_map(Past::site).collect();
    add(connection, &mut all, today)?;
    let is_placed = |past: &Past| {
        let of = past.record().collection;
        of == Collection::Sites || of == Collection::ConditionReports
    };
    all.retain(|_, past| is_placed(past));
    Ok(all)
}

/// What the versions of a record say of others.
fn links(past: &Past) -> impl Iterator<Item = Links> {
    let versions = past.versions().iter();
    versions.map(|change| Links::of(change.collection, &change.document))
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
