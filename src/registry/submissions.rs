//! What is submitted and not in the catalogue, as those read it who may: its organization, and who decides on it.

use uuid::Uuid;

use super::{Error, Registry};
use crate::domain::{
    Actor, Audience, Collection, Deed, Document, Entity, Feature, Id, Organization, RecordRef,
    State,
};
use crate::store;

/// A submission as somebody reads it.
#[derive(Debug)]
pub struct Shown {
    /// The version that it is.
    pub entity: Entity,
    /// Its document.
    pub document: Document,
    /// What they see of it; nothing of what was taken out of the catalogue, and of organizations and regions.
    pub feature: Option<Feature>,
}

impl Registry {
    /// Of records that are not in the catalogue, those that the actor decides on; and what their own organization submitted.
    pub fn seen(&self, actor: &Actor, records: &[RecordRef]) -> Result<Vec<Shown>, Error> {
        let holdings = self.store.holdings(records)?;
        let mut seen = Vec::new();
        for record in records {
            let Some(entity) = holdings.get(*record) else {
                continue;
            };
            let document = Document::read(entity).map_err(store::Error::from)?;
            let is_own = document.submitter() == Some(actor.account.organization);
            let decides = actor.may(Deed::edit(record.collection)).is_ok();
            let submits = is_own && actor.may(Deed::Submit).is_ok();
            if !decides && !submits {
                continue;
            }
            let audience = if decides {
                Audience::Trusted
            } else {
                Audience::Public
            };
            // What was published and is not stays gone for everybody; it can still be decided on.
            let is_out = entity.state == State::Withdrawn && entity.published_at.is_some();
            let feature = holdings.submission(*record, audience);
            seen.push(Shown {
                entity: entity.clone(),
                document,
                feature: feature.filter(|_| !is_out),
            });
        }
        Ok(seen)
    }

    /// The site that a site was merged into, and where that went since.
    pub fn merged_into(&self, record: RecordRef) -> Result<Option<RecordRef>, Error> {
        let mut at = None;
        let mut next = record;
        // A chain is as long as there were merges one after the other; no ring can come about, but for a mistake.
        for _ in 0..LONGEST_CHAIN {
            let Some(entity) = self
                .store
                .find(next)?
                .filter(|one| one.state == State::Merged)
            else {
                break;
            };
            let document = Document::read(&entity).map_err(store::Error::from)?;
            let Some(into) = document.site().and_then(|site| site.merged_into) else {
                break;
            };
            next = Collection::Sites.record(into.uuid());
            at = Some(next);
        }
        Ok(at)
    }
}

/// So many merges one after the other are followed.
const LONGEST_CHAIN: usize = 16;

/// Which of its submissions an organization asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Only those in this state.
    pub state: Option<State>,
    /// Only those after this one in the list.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: usize,
}

impl Registry {
    /// What the organization of an actor submitted, in every state, what changed last first; and whether there is more.
    /// `None` if `after` is none of theirs.
    pub fn submissions(
        &self,
        actor: &Actor,
        wanted: Wanted,
    ) -> Result<Option<(Vec<Shown>, bool)>, Error> {
        actor.may(Deed::Submit)?;
        let own = actor.account.organization;
        let mut before = None;
        if let Some(after) = wanted.after {
            let Some(last) = self.own(after, own)? else {
                return Ok(None);
            };
            before = Some(last.seq);
        }
        let most = u32::try_from(wanted.limit + 1).unwrap_or(u32::MAX);
        let mut entities = self.store.submissions(own, wanted.state, before, most)?;
        let has_more = entities.len() > wanted.limit;
        entities.truncate(wanted.limit);
        let records: Vec<RecordRef> = entities.iter().map(Entity::record).collect();
        let holdings = self.store.holdings(&records)?;
        let shown = entities.into_iter().map(|entity| {
            Ok(Shown {
                document: Document::read(&entity).map_err(store::Error::from)?,
                feature: holdings.submission(entity.record(), Audience::Public),
                entity,
            })
        });
        Ok(Some((shown.collect::<Result<_, Error>>()?, has_more)))
    }

    /// A record that an organization submitted.
    fn own(&self, id: Uuid, of: Id<Organization>) -> Result<Option<Entity>, Error> {
        for collection in [Collection::Sites, Collection::ConditionReports] {
            if let Some(entity) = self.store.find(collection.record(id))? {
                let document = Document::read(&entity).map_err(store::Error::from)?;
                return Ok(Some(entity).filter(|_| document.submitter() == Some(of)));
            }
        }
        Ok(None)
    }
}
