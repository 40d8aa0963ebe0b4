//! All records that stand, and what follows from one for another: the whole of what a view is made of.
//!
//! Nobody holds all of them: the store holds those around a write, and compares what the public sees before and after;
//! the catalogue is given those around a change, and makes of them what each audience sees.

mod known;
mod submitted;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use uuid::Uuid;

pub(super) use self::known::is_listed;
use super::seen::{OrganizationSeen, RecordSeen, RegionSeen, ReportSeen, SiteSeen};
use super::{
    Audience, Collection, Corrupt, Current, Document, Entity, Feature, Id, Instant, Past, Place,
    Published, RecordRef, Region, Report, Seq, Site, State, current,
};

/// A record and its document.
#[derive(Clone, Debug)]
struct Held {
    entity: Entity,
    document: Document,
}

/// What changed, and all that the views of it rest on.
#[derive(Debug)]
pub struct News {
    /// Records whose views may be others than before.
    pub touched: Vec<RecordRef>,
    /// Among others, these records as they stand now.
    pub holdings: Holdings,
}

/// A record that looks different to the public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The record.
    pub record: RecordRef,
    /// Whether the public sees it now.
    pub is_seen: bool,
}

/// Records that stand, parsed.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    held: HashMap<RecordRef, Held>,
    reports_of: HashMap<Id<Site>, BTreeSet<Uuid>>,
    /// The published regions by code.
    regions: BTreeMap<String, Arc<Region>>,
    /// The records that name an organization, or a site that they are related to.
    named_by: HashMap<Uuid, BTreeSet<RecordRef>>,
}

impl Holdings {
    /// Puts a record in the place of its former version.
    ///
    /// Gives the records whose public view differs afterwards, and moves their [`Entity::public_at`] to the instant of
    /// the new version: the record itself, or others that follow from it, as a site from its report.
    pub fn put(&mut self, entity: Entity) -> Result<Vec<Difference>, Corrupt> {
        let document = Document::read(&entity)?;
        let (record, at) = (entity.record(), entity.updated_at);
        let new = Held { entity, document };
        // What follows from the new version and from the old one: a report may have moved to another site.
        let mut touched = self.follows_from(&new);
        touched.extend(
            self.held
                .get(&record)
                .map(|old| self.follows_from(old))
                .into_iter()
                .flatten(),
        );
        touched.push(record);
        touched.sort_unstable();
        touched.dedup();

        let before = self.public_views(&touched);
        self.replace(record, new);
        let after = self.public_views(&touched);
        let mut changed = Vec::new();
        for (one, (before, after)) in touched.into_iter().zip(before.iter().zip(&after)) {
            let Some(held) = self.held.get_mut(&one).filter(|_| before != after) else {
                continue;
            };
            held.entity.public_at = Some(at);
            if before.is_none() {
                held.entity.public_since = Some(at);
            }
            changed.push(Difference {
                record: one,
                is_seen: after.is_some(),
            });
        }
        Ok(changed)
    }

    /// Takes a record in as it is, without comparing views: for filling the holdings.
    pub fn fill(&mut self, entity: Entity) -> Result<(), Corrupt> {
        let document = Document::read(&entity)?;
        self.replace(entity.record(), Held { entity, document });
        Ok(())
    }

    /// Takes a record in as it stood at a place in the log, as an audience may see it today; `site` is that which a report is
    /// about today.
    pub fn fill_past(
        &mut self,
        past: &Past,
        site: Option<&Past>,
        at: Seq,
        audience: Audience,
    ) -> Result<(), Corrupt> {
        if let Some((entity, document)) = past.shown(at, audience, site)? {
            self.replace(entity.record(), Held { entity, document });
        }
        Ok(())
    }

    /// Moves what was put after a place in the log by so many places, and from one instant to another.
    pub fn move_by(&mut self, after: Seq, by: i64, (from, to): (Instant, Instant)) {
        for Held { entity, .. } in self.held.values_mut() {
            if entity.seq > after {
                entity.seq.0 += by;
            }
            let instants = [&mut entity.created_at, &mut entity.updated_at];
            let maybe = [
                &mut entity.published_at,
                &mut entity.public_at,
                &mut entity.public_since,
            ];
            let all = instants.into_iter().chain(maybe.into_iter().flatten());
            all.filter(|at| **at == from).for_each(|at| *at = to);
        }
    }

    /// The record as it stands.
    pub fn get(&self, record: RecordRef) -> Option<&Entity> {
        self.held.get(&record).map(|held| &held.entity)
    }

    /// All records, in no order.
    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.held.values().map(|held| &held.entity)
    }

    /// A site that is held, published or not.
    pub fn site(&self, id: Id<Site>) -> Option<&Arc<Site>> {
        match self
            .held
            .get(&Collection::Sites.record(id.uuid()))?
            .document
        {
            Document::Site(ref site) => Some(site),
            _ => None,
        }
    }

    /// The reports of a site, in any state.
    pub fn reports(&self, of: Id<Site>) -> impl Iterator<Item = &Entity> {
        let ids = self.reports_of.get(&of).into_iter().flatten();
        ids.filter_map(|id| self.get(Collection::ConditionReports.record(*id)))
    }

    /// The other records whose views may follow from this one as it stands: those whose dates it moves, and the sites
    /// that are related to it.
    pub fn rest_on(&self, record: RecordRef) -> Vec<RecordRef> {
        let Some(held) = self.held.get(&record) else {
            return Vec::new();
        };
        let mut rest = self.follows_from(held);
        rest.extend(self.named_by(record.id));
        rest
    }

    fn named_by(&self, id: Uuid) -> impl Iterator<Item = RecordRef> {
        self.named_by.get(&id).into_iter().flatten().copied()
    }

    /// What an audience sees of a record; `None` if nothing.
    pub fn feature(&self, record: RecordRef, audience: Audience) -> Option<Feature> {
        let held = self.held.get(&record)?;
        if held.entity.state != State::Published {
            return None;
        }
        let seen = RecordSeen::of(&held.entity, audience);
        match &held.document {
            Document::Site(site) => self.site_seen(seen, site).map(|site| site.feature()),
            Document::Report(report) => self
                .report_seen(seen, report)
                .map(|report| report.feature()),
            Document::Organization(organization) => {
                self.is_known(organization.id, audience).then(|| {
                    OrganizationSeen {
                        record: seen,
                        organization: organization.clone(),
                    }
                    .feature()
                })
            }
            Document::Region(region) => Some(
                RegionSeen {
                    record: seen,
                    region: region.clone(),
                }
                .feature(),
            ),
        }
    }

    fn site_seen(&self, record: RecordSeen, site: &Arc<Site>) -> Option<SiteSeen> {
        if !is_listed(site, record.audience) {
            return None;
        }
        let place = site.location.seen_by(record.audience);
        let published = self.published_reports(site.id);
        Some(SiteSeen {
            record,
            region_codes: self.region_codes(&place, site),
            place,
            current: self.current(&published),
            report_count: i64::try_from(published.len()).unwrap_or(i64::MAX),
            known: self.known_to(record.audience, site),
            proposer: site
                .proposed_by
                .filter(|id| self.is_named(*id, record.audience)),
            site: site.clone(),
            names: OnceCell::new(),
        })
    }

    fn report_seen(&self, record: RecordSeen, report: &Arc<Report>) -> Option<ReportSeen> {
        let site = self.site(report.details.site_id?)?;
        if !self.is_shown(site.id, record.audience) {
            return None;
        }
        let place = site.location.seen_by(record.audience);
        let may_know = record.audience == Audience::Trusted || report.details.organization_public;
        Some(ReportSeen {
            record,
            region_codes: self.region_codes(&place, site),
            place,
            organization_known: may_know
                && self.is_known(report.details.organization_id, record.audience),
            report: report.clone(),
            site: Some(site.clone()),
        })
    }

    /// The codes of the published regions that the place intersects, in order; without a geometry, the region given.
    fn region_codes(&self, place: &Place, site: &Site) -> Vec<String> {
        let Some(geometry) = &place.geometry else {
            return site
                .location
                .public_region_code()
                .map(str::to_owned)
                .into_iter()
                .collect();
        };
        let regions = self.regions.iter();
        regions
            .filter(|(_, region)| region.details.geometry.intersects_geometry(geometry))
            .map(|(code, _)| code.clone())
            .collect()
    }

    /// The published reports of a site, in no order.
    pub fn published_reports(&self, site: Id<Site>) -> Vec<Published<'_>> {
        let ids = self.reports_of.get(&site).into_iter().flatten();
        let reports = ids.filter_map(|id| self.held.get(&Collection::ConditionReports.record(*id)));
        reports
            .filter(|held| held.entity.state == State::Published)
            .filter_map(|held| match &held.document {
                Document::Report(report) => Some(Published {
                    report,
                    at: held.entity.published_at?,
                }),
                _ => None,
            })
            .collect()
    }

    /// The one of the published reports of a site that speaks for it.
    fn current(&self, published: &[Published<'_>]) -> Option<Arc<Report>> {
        let Current { report, .. } = current(published);
        self.report(report?.report.id).cloned()
    }

    fn report(&self, id: Id<Report>) -> Option<&Arc<Report>> {
        match self
            .held
            .get(&Collection::ConditionReports.record(id.uuid()))?
            .document
        {
            Document::Report(ref report) => Some(report),
            _ => None,
        }
    }

    fn public_views(&self, records: &[RecordRef]) -> Vec<Option<Feature>> {
        records
            .iter()
            .map(|record| self.feature(*record, Audience::Public))
            .collect()
    }

    /// The other records whose views may follow from this one.
    fn follows_from(&self, held: &Held) -> Vec<RecordRef> {
        match &held.document {
            Document::Site(site) => {
                let reports = self.reports_of.get(&site.id).into_iter().flatten();
                reports
                    .map(|id| Collection::ConditionReports.record(*id))
                    .collect()
            }
            Document::Report(report) => {
                let site = report.details.site_id;
                site.map(|id| Collection::Sites.record(id.uuid()))
                    .into_iter()
                    .collect()
            }
            Document::Organization(organization) => self.named_by(organization.id.uuid()).collect(),
            // Regions change rarely, and then any site may be in one.
            Document::Region(_) => self
                .held
                .values()
                .filter(|other| other.is_placed())
                .map(|other| other.entity.record())
                .collect(),
        }
    }

    fn replace(&mut self, record: RecordRef, held: Held) {
        if let Some(old) = self.held.remove(&record) {
            for named in old.names() {
                self.named_by.entry(named).or_default().remove(&record);
            }
            match &old.document {
                Document::Report(report) => {
                    if let Some(site) = report.details.site_id {
                        self.reports_of.entry(site).or_default().remove(&record.id);
                    }
                }
                Document::Region(region) => {
                    self.regions.remove(&region.details.code);
                }
                Document::Site(_) | Document::Organization(_) => {}
            }
        }
        match &held.document {
            Document::Report(report) => {
                if let Some(site) = report.details.site_id {
                    self.reports_of.entry(site).or_default().insert(record.id);
                }
            }
            Document::Region(region) if held.entity.state == State::Published => {
                self.regions
                    .insert(region.details.code.clone(), region.clone());
            }
            Document::Region(_) | Document::Site(_) | Document::Organization(_) => {}
        }
        for named in held.names() {
            self.named_by.entry(named).or_default().insert(record);
        }
        self.held.insert(record, held);
    }
}

impl Held {
    /// The organizations and the related sites that it names.
    fn names(&self) -> Vec<Uuid> {
        match &self.document {
            Document::Site(site) => {
                let roles = site.details.organizations.iter();
                let related = site.details.relations.iter();
                let organizations = roles
                    .map(|role| role.organization_id)
                    .chain(site.proposed_by);
                organizations
                    .map(Id::uuid)
                    .chain(related.map(|relation| relation.site_id.uuid()))
                    .collect()
            }
            Document::Report(report) => vec![report.details.organization_id.uuid()],
            Document::Organization(_) | Document::Region(_) => Vec::new(),
        }
    }

    fn is_placed(&self) -> bool {
        matches!(self.document, Document::Site(_) | Document::Report(_))
    }
}
