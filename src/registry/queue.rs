//! What waits for a reviewer: emergencies first, then what was submitted first, each with what helps to decide.

use std::collections::HashMap;

use uuid::Uuid;

use super::duplicates::Proposals;
use super::{Error, Likely, Registry, Shown};
use crate::catalogue::Snapshot;
use crate::domain::{
    Account, Actor, Audience, Collection, Deed, Document, Entity, Fault, Feature, Holdings, Id,
    Instant, Organization, RecordRef, Report, State, Transition, current, loaded_texts,
};
use crate::store;

/// Something that waits.
#[derive(Debug)]
pub struct Waiting {
    /// What waits.
    pub shown: Shown,
    /// The name of the account that has claimed it.
    pub claimed_by: Option<String>,
    /// Whether it comes from the actor's own organization, and another one has to publish it.
    pub is_own: bool,
    /// What a reviewer should look at.
    pub flags: Vec<&'static str>,
    /// Where a text takes a side, as far as words tell.
    pub wording: Vec<Fault>,
    /// The sites that may be the same, where it is one.
    pub likely: Option<Likely>,
    /// The reports that may be the same, where it is one: of the same site, day and method.
    pub doubles: Vec<Double>,
    /// What it is compared with.
    pub compared: Option<Compared>,
    /// What the actor can decide of it.
    pub decisions: Vec<&'static Transition>,
    /// Whether the actor may change it.
    pub may_edit: bool,
}

/// A report that may be the same as one that waits.
#[derive(Clone, Copy, Debug)]
pub struct Double {
    /// The report.
    pub id: Id<Report>,
    /// The organization that submitted it.
    pub submitter: Option<Id<Organization>>,
    /// Where it stands.
    pub state: State,
}

/// What the records of a list are looked at with.
struct Around<'a> {
    actor: &'a Actor,
    snapshot: &'a Snapshot,
    proposals: Proposals,
    holdings: Holdings,
    names: HashMap<Id<Account>, String>,
}

/// An earlier state of affairs.
#[derive(Debug)]
pub struct Compared {
    /// What it is.
    pub with: With,
    /// What it says.
    pub feature: Feature,
}

/// What something that waits is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// The version of it that was sent back.
    Earlier,
    /// The current report of its site.
    Current(Id<Report>),
}

/// A place in the queue: emergencies come first, then what was submitted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Whether it is no emergency.
    pub can_wait: bool,
    /// When it was submitted.
    pub since: Instant,
    /// The record.
    pub id: Uuid,
}

impl Place {
    /// The place of something that waits.
    pub fn of(entity: &Entity) -> Place {
        Place {
            can_wait: !is_emergency(entity),
            since: entity.created_at,
            id: entity.id,
        }
    }
}

/// What waits, and how much of it there is altogether.
#[derive(Debug)]
pub struct Queue {
    /// As much as was asked for, in order.
    pub waiting: Vec<Waiting>,
    /// All that waits.
    pub matched: usize,
    /// Whether more comes after.
    pub has_more: bool,
}

impl Registry {
    /// What waits for a reviewer, after a place in the list and at most so many.
    pub fn queue(
        &self,
        actor: &Actor,
        snapshot: &Snapshot,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Queue, Error> {
        actor.may(Deed::Review)?;
        let mut all = self.store.waiting()?;
        let proposals = self.proposals(actor, &all)?;
        all.sort_by_cached_key(Place::of);
        let matched = all.len();
        // By its place and not by the record, which may be decided meanwhile.
        let start = after.map_or(0, |after| {
            all.partition_point(|one| Place::of(one) <= after)
        });
        let has_more = all.len() > start + limit;
        let page: Vec<Entity> = all.into_iter().skip(start).take(limit).collect();
        let around = self.around(actor, snapshot, &page, proposals)?;
        let waiting = page.into_iter().map(|entity| self.waits(entity, &around));
        Ok(Queue {
            waiting: waiting.collect::<Result<_, Error>>()?,
            matched,
            has_more,
        })
    }

    /// One record with what helps to decide on it, whatever state it is in; `None` if there is none.
    pub fn to_decide(
        &self,
        actor: &Actor,
        snapshot: &Snapshot,
        record: RecordRef,
    ) -> Result<Option<Waiting>, Error> {
        actor.may(Deed::Review)?;
        let Some(entity) = self.store.find(record)? else {
            return Ok(None);
        };
        let proposals = self.proposals(actor, &self.store.waiting()?)?;
        let around = self.around(actor, snapshot, std::slice::from_ref(&entity), proposals)?;
        self.waits(entity, &around).map(Some)
    }

    fn around<'a>(
        &self,
        actor: &'a Actor,
        snapshot: &'a Snapshot,
        records: &[Entity],
        proposals: Proposals,
    ) -> Result<Around<'a>, Error> {
        let records: Vec<RecordRef> = records.iter().map(Entity::record).collect();
        let accounts = self.store.accounts()?.into_iter();
        Ok(Around {
            actor,
            snapshot,
            proposals,
            holdings: self.store.holdings(&records)?,
            names: accounts
                .map(|listed| (listed.account.id, listed.account.name))
                .collect(),
        })
    }

    fn waits(&self, entity: Entity, around: &Around<'_>) -> Result<Waiting, Error> {
        let (actor, holdings, record) = (around.actor, &around.holdings, entity.record());
        let document = Document::read(&entity).map_err(store::Error::from)?;
        let claimed_by = document.handling().claimed_by;
        let wording = loaded_texts(&document.value());
        let mut flags = self.flags(&document, holdings);
        flags.extend((!wording.is_empty()).then_some("wording"));
        let origin = self.origin(&document);
        // What was published and is not stays gone for everybody; it can still be decided on.
        let is_out = entity.state == State::Withdrawn && entity.published_at.is_some();
        let feature = holdings.submission(record, Audience::Trusted);
        Ok(Waiting {
            claimed_by: claimed_by.and_then(|id| around.names.get(&id).cloned()),
            is_own: self.rules.two_organizations
                && document.submitter() == Some(actor.account.organization),
            wording,
            flags,
            likely: self.likely_among(actor, around.snapshot, record, &around.proposals)?,
            doubles: doubles(&document, holdings),
            compared: self.compared(&entity, &document, holdings)?,
            decisions: Transition::open_to(record.collection, entity.state, actor, origin),
            may_edit: Transition::edited(record.collection, entity.state, actor, origin).is_ok(),
            shown: Shown {
                feature: feature.filter(|_| !is_out),
                document,
                entity,
            },
        })
    }

    /// How much waits for a reviewer.
    pub fn waiting(&self, actor: &Actor) -> Result<usize, Error> {
        actor.may(Deed::Review)?;
        Ok(self.store.waiting()?.len())
    }

    /// What a reviewer should look at, by its name in documents.
    fn flags(&self, document: &Document, holdings: &Holdings) -> Vec<&'static str> {
        let mut flags = Vec::new();
        let mut flag = |name, is_raised: bool| flags.extend(is_raised.then_some(name));
        match document {
            Document::Site(site) => {
                let geometry = site.location.seen_by(Audience::Trusted).geometry;
                let at = geometry.map(|geometry| geometry.surface_point());
                let area = self.rules.working_area;
                flag(
                    "outside_working_area",
                    at.is_some_and(|at| !area.contains(at)),
                );
                flag("not_ready", !site.unready().is_empty());
            }
            Document::Report(report) => {
                let details = &report.details;
                let site = details.site_id.and_then(|id| holdings.site(id));
                let published = details.site_id.is_some_and(|id| {
                    let site = holdings.get(Collection::Sites.record(id.uuid()));
                    site.is_some_and(|one| one.state == State::Published)
                });
                flag("site_not_published", !published);
                flag(
                    "far_from_site",
                    site.is_some_and(|site| details.is_far_from(site)),
                );
                flag("sensitive_damage", details.tells_of_digging_or_theft());
                flag("destruction_unconfirmed", details.is_unsure_destruction());
                flag(
                    "withdrawal_asked",
                    report.handling.withdrawal_asked.is_some(),
                );
            }
            Document::Organization(_) | Document::Region(_) => {}
        }
        flags
    }

    /// What it was when it was sent back; else, of a report, what its site's condition comes from now.
    fn compared(
        &self,
        entity: &Entity,
        document: &Document,
        holdings: &Holdings,
    ) -> Result<Option<Compared>, Error> {
        let record = entity.record();
        let mut versions = self.store.versions(record)?;
        versions.retain(|change| change.state == State::SentBack);
        if let Some(sent_back) = versions.last() {
            let mut before = holdings.clone();
            before
                .fill(Entity::after(None, sent_back))
                .map_err(store::Error::from)?;
            let feature = before.submission(record, Audience::Trusted);
            return Ok(feature.map(|feature| Compared {
                with: With::Earlier,
                feature,
            }));
        }
        let site = document.report().and_then(|report| report.details.site_id);
        let Some(site) = site else {
            return Ok(None);
        };
        let published = holdings.published_reports(site);
        let current = current(&published).report.map(|current| current.report.id);
        let current = current.filter(|id| id.uuid() != entity.id);
        let feature = current.and_then(|id| {
            let record = Collection::ConditionReports.record(id.uuid());
            Some((id, holdings.feature(record, Audience::Trusted)?))
        });
        Ok(feature.map(|(id, feature)| Compared {
            with: With::Current(id),
            feature,
        }))
    }
}

fn is_emergency(entity: &Entity) -> bool {
    #[derive(serde::Deserialize)]
    struct Urgent {
        priority: Option<String>,
    }
    let urgent = serde_json::from_str::<Urgent>(entity.document.get());
    urgent.is_ok_and(|one| one.priority.as_deref() == Some("emergency"))
}

/// The reports that may be the same: of the same site, observed on the same day and by the same method.
fn doubles(document: &Document, holdings: &Holdings) -> Vec<Double> {
    let Some(report) = document.report() else {
        return vec![];
    };
    let of_site = report.details.site_id.into_iter();
    let others = of_site.flat_map(|site| holdings.reports(site));
    others
        .filter(|other| other.id != report.id.uuid())
        .filter(|other| !matches!(other.state, State::Rejected | State::Withdrawn))
        .filter_map(|other| {
            let document = Document::read(other).ok()?;
            let (one, details) = (&report.details, &document.report()?.details);
            let is_same = one.observed_on.as_str() == details.observed_on.as_str()
                && one.method == details.method;
            is_same.then(|| Double {
                id: Id::new(other.id),
                submitter: document.submitter(),
                state: other.state,
            })
        })
        .collect()
}
