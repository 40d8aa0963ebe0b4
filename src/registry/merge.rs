//! Two sites that are one: what follows for the records that have to do with the double, and how it is undone.

use std::sync::Arc;

use super::{Current, Error, Registry};
use crate::domain::{
    Actor, Change, Collection, Committed, Document, Entity, Fault, FaultKind, Faults, Id,
    RecordRef, Report, Seq, Site, State, Version, Write,
};
use crate::store::{self, Run};

impl Registry {
    /// Merges a double into another site: that takes in what the double says, and the reports of the double, and relations
    /// to it, from then on are those of the other. One run, so that no reader sees a part of it.
    pub(super) fn merge(
        &self,
        actor: &Actor,
        double: &Current,
        merged: Document,
        into: Id<Site>,
        end: Seq,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        let fault = |kind: FaultKind, detail: String| {
            Faults(vec![Fault {
                place: "/into".to_owned(),
                kind,
                detail,
            }])
        };
        let (from, target) = (
            Id::new(double.entity.id),
            Collection::Sites.record(into.uuid()),
        );
        if into == from {
            return Err(fault(
                FaultKind::Itself,
                "is the site itself: name the one that stays".to_owned(),
            )
            .into());
        }
        let holdings = self.store.holdings(&[double.entity.record(), target])?;
        let site = holdings
            .get(target)
            .filter(|one| one.state == State::Published);
        let Some(site) = site else {
            return Err(fault(
                FaultKind::NoSuch(Collection::Sites),
                format!("there is no {target} that is published"),
            )
            .into());
        };
        let site = Current::parse(site)?;
        let absorbing = absorbing(&site.document, &double.document);
        let absorbing = absorbing.map_err(Error::NotReady)?;

        let mut writes = vec![
            site.next(State::Published, &absorbing),
            double.next(State::Merged, &with_target(merged, into)),
        ];
        for report in holdings.reports(from) {
            let report = Current::parse(report)?;
            writes.extend(moved(&report, into));
        }
        for naming in self.store.naming(double.entity.record())? {
            // What was merged keeps what it said, for the undoing.
            let is_site = naming.collection == Collection::Sites && naming.state != State::Merged;
            if is_site && naming.record() != target {
                writes.extend(related_anew(&Current::parse(&naming)?, from, into));
            }
        }
        self.run(Run {
            at: Some(end),
            writes,
            ..self.command_of(actor)
        })
    }

    /// Undoes the merge of a site: it is published as it stood before, with the reports and relations that went with it and
    /// are still where they went. What the other site took in goes too, unless it was changed since.
    pub(super) fn unmerge(
        &self,
        actor: &Actor,
        double: &Current,
        end: Seq,
    ) -> Result<Committed<Vec<Entity>>, Error> {
        let versions = self.store.versions(double.entity.record())?;
        let is_before = |change: &Change| change.state != State::Merged;
        let place = versions.iter().rposition(is_before);
        let Some((before, merge)) =
            place.and_then(|at| Some((&versions[at], versions.get(at + 1)?)))
        else {
            // It was written as merged, which no command does.
            return Err(Error::NoRecord(double.entity.record()));
        };
        let from = Id::new(double.entity.id);
        let into = double.document.site().and_then(|site| site.merged_into);
        let Some(into) = into else {
            return Err(Error::NoRecord(double.entity.record()));
        };
        let site = self.store.find(Collection::Sites.record(into.uuid()))?;
        let site = site.ok_or(Error::NoRecord(double.entity.record()))?;
        let site = Current::parse(&site)?;
        let document = hidden_as(self.led_on(document_of(before)?)?, &site.document)?;
        let rests_on = self.ready(&document)?;
        let mut writes = vec![double.next(State::Published, &document)];
        for change in self.store.changes_of(merge.command)? {
            let record = change.record();
            let Some(current) = self.store.find(record)? else {
                continue;
            };
            let current = Current::parse(&current)?;
            if record.id == into.uuid() {
                if current.entity.version == change.version {
                    let earlier = self.version_before(record, change.version)?;
                    let earlier = hidden_as(document_of(&earlier)?, &current.document)?;
                    writes.push(current.next(current.entity.state, &earlier));
                }
            } else if let Some(report) = current.document.report() {
                let is_there = report.details.site_id == Some(into);
                writes.extend(moved(&current, from).filter(|_| is_there));
            } else if record != double.entity.record() {
                let earlier = document_of(&self.version_before(record, change.version)?)?;
                if current.entity.version == change.version {
                    writes.push(current.next(current.entity.state, &earlier));
                } else {
                    writes.extend(restored(&current, &earlier, from, into));
                }
            }
        }
        self.run(Run {
            at: Some(end),
            rests_on,
            writes,
            ..self.command_of(actor)
        })
    }

    /// A site as it stood, its relations led on to where merged sites went since.
    fn led_on(&self, mut document: Document) -> Result<Document, Error> {
        let related = document.site().into_iter();
        let related: Vec<Id<Site>> = related
            .flat_map(|site| &site.details.relations)
            .map(|relation| relation.site_id)
            .collect();
        for from in related {
            let target = self.merged_into(Collection::Sites.record(from.uuid()))?;
            let led_on = document
                .site()
                .zip(target)
                .and_then(|(site, target)| site.related_anew(from, Id::new(target.id)));
            if let Some(site) = led_on {
                document = Document::Site(Arc::new(site));
            }
        }
        Ok(document)
    }

    fn version_before(&self, record: RecordRef, version: Version) -> Result<Change, Error> {
        let versions = self.store.versions(record)?;
        let before = versions
            .into_iter()
            .find(|one| one.version.0 + 1 == version.0);
        before.ok_or(Error::NoRecord(record))
    }
}

/// The document that a change made.
fn document_of(change: &Change) -> Result<Document, Error> {
    Ok(Document::read(&Entity::after(None, change)).map_err(store::Error::from)?)
}

fn absorbing(site: &Document, double: &Document) -> Result<Document, Faults> {
    match (site, double) {
        (Document::Site(site), Document::Site(double)) => {
            let licences = [site, double].map(|one| one.details.rights.licence);
            if licences[0] != licences[1] {
                return Err(Faults(vec![Fault {
                    place: "/properties/licence".to_owned(),
                    kind: FaultKind::Other,
                    detail: format!(
                        "is {} here and {} there: settle under which one both may be given",
                        licences[0], licences[1]
                    ),
                }]));
            }
            Ok(Document::Site(Arc::new(site.absorbing(double)?)))
        }
        _ => unreachable!("both are read from the collection of sites"),
    }
}

/// A site as it stood, but hidden as strictly as it, or what it was merged into, is now: what was written meanwhile was
/// written of a place that the public did not see.
fn hidden_as(then: Document, now: &Document) -> Result<Document, Error> {
    match (then.site(), now.site()) {
        (Some(then), Some(now)) => {
            let hidden = then.as_hidden_as(now).map_err(Error::NotReady)?;
            Ok(Document::Site(Arc::new(hidden)))
        }
        _ => Ok(then),
    }
}

fn with_target(mut document: Document, into: Id<Site>) -> Document {
    if let Document::Site(site) = &mut document {
        Arc::make_mut(site).merged_into = Some(into);
    }
    document
}

/// A report, at another site.
fn moved(report: &Current, to: Id<Site>) -> Option<Write> {
    let mut moved: Report = report.document.report()?.clone();
    moved.details.site_id = Some(to);
    Some(report.next(report.entity.state, &Document::Report(Arc::new(moved))))
}

fn related_anew(site: &Current, from: Id<Site>, to: Id<Site>) -> Option<Write> {
    let related = site.document.site()?.related_anew(from, to)?;
    Some(site.next(site.entity.state, &Document::Site(Arc::new(related))))
}

/// A site whose relations lead to the double again, as far as they do no longer lead there.
fn restored(site: &Current, earlier: &Document, from: Id<Site>, into: Id<Site>) -> Option<Write> {
    let (now, then) = (site.document.site()?, earlier.site()?);
    let mut restored = now.clone();
    let relations = &mut restored.details.relations;
    let mut is_other = false;
    for relation in then
        .details
        .relations
        .iter()
        .filter(|one| one.site_id == from)
    {
        let is_moved =
            |one: &&mut crate::domain::Relation| one.site_id == into && one.kind == relation.kind;
        if let Some(moved) = relations.iter_mut().find(is_moved) {
            moved.site_id = from;
            is_other = true;
        }
    }
    is_other.then(|| site.next(site.entity.state, &Document::Site(Arc::new(restored))))
}
