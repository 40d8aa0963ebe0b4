//! Sites that may be one: what is listed to who proposes or edits a site, and to the reviewers. Never merged by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use uuid::Uuid;

use super::{Error, Registry};
use crate::catalogue::Snapshot;
use crate::domain::{
    Actor, Audience, Candidate, Collection, Deed, Entity, Feature, Likeness, Links, RecordRef,
    State, Traits,
};

/// A site, and those that may be the same, as somebody sees them.
#[derive(Debug)]
pub struct Likely {
    /// The site.
    pub site: Feature,
    /// Each that may be the same, with what speaks for it: those with the same identifier, then the nearest.
    pub others: Vec<(Likeness, Feature)>,
}

/// At most so many of the catalogue are looked at: in a dense town, the nearest.
const MOST: NonZeroUsize = NonZeroUsize::new(300).expect("it is not 0");
/// Of a site of which no place is known, so many of its names are looked for,
const MOST_NAMES: usize = 10;
/// and so many sites that have something like one of them are looked at.
const MOST_OF_A_NAME: NonZeroUsize = NonZeroUsize::new(50).expect("it is not 0");
/// At most so many are listed.
const LISTED: usize = 20;

/// What somebody sees of the sites that are proposed.
pub(super) type Proposals = BTreeMap<RecordRef, Candidate>;

impl Registry {
    /// The sites that may be the same as one, among those that the actor sees in `snapshot` or as submissions; `None` if
    /// it is no site of theirs to see.
    pub fn likely_same(
        &self,
        actor: &Actor,
        snapshot: &Snapshot,
        record: RecordRef,
    ) -> Result<Option<Likely>, Error> {
        let waiting = self.store.waiting()?;
        let proposals = self.proposals(actor, &waiting)?;
        self.likely_among(actor, snapshot, record, &proposals)
    }

    /// What an actor sees of the sites that are proposed: reviewers all, others those of their own organization.
    pub(super) fn proposals(&self, actor: &Actor, waiting: &[Entity]) -> Result<Proposals, Error> {
        let proposed: Vec<RecordRef> = waiting
            .iter()
            .filter(|one| one.collection == Collection::Sites && one.state == State::Proposed)
            .filter(|one| {
                let submitter = Links::of(one.collection, &one.document).submitter;
                actor.may(Deed::Review).is_ok()
                    || submitter == Some(actor.account.organization.uuid())
            })
            .map(Entity::record)
            .collect();
        let seen = self.seen(actor, &proposed)?.into_iter();
        let seen = seen.filter_map(|one| Some((one.entity.record(), one.feature?)));
        Ok(seen
            .map(|(record, feature)| (record, Candidate::new(feature)))
            .collect())
    }

    pub(super) fn likely_among(
        &self,
        actor: &Actor,
        snapshot: &Snapshot,
        record: RecordRef,
        proposals: &Proposals,
    ) -> Result<Option<Likely>, Error> {
        if record.collection != Collection::Sites {
            return Ok(None);
        }
        let seen = self.seen(actor, &[record])?.pop();
        let Some(feature) = seen.and_then(|one| one.feature) else {
            return Ok(None);
        };
        let site = Candidate::new(feature);
        // By what they are shown of it: what a reviewer identified it with may be a secret.
        let identified = self
            .store
            .identified(&site.traits.identifiers().collect())?;
        let others = self.others(actor, snapshot, &site.traits, identified, record, proposals)?;
        Ok(Some(Likely {
            site: site.feature,
            others,
        }))
    }

    /// The sites that may be the same as one that somebody is about to propose, within what they see.
    pub fn likely_before(
        &self,
        actor: &Actor,
        snapshot: &Snapshot,
        traits: &Traits,
    ) -> Result<Vec<(Likeness, Feature)>, Error> {
        let proposals = self.proposals(actor, &self.store.waiting()?)?;
        let identified = self.store.identified(&traits.identifiers().collect())?;
        let itself = Collection::Sites.record(Uuid::nil());
        self.others(actor, snapshot, traits, identified, itself, &proposals)
    }

    /// The sites that may be the same as `record`, of which `traits` are compared.
    fn others(
        &self,
        actor: &Actor,
        snapshot: &Snapshot,
        traits: &Traits,
        identified: Vec<RecordRef>,
        record: RecordRef,
        proposals: &Proposals,
    ) -> Result<Vec<(Likeness, Feature)>, Error> {
        let audience = if actor.may(Deed::Review).is_ok() {
            Audience::Trusted
        } else {
            Audience::Public
        };
        let mut near: BTreeSet<RecordRef> = identified.into_iter().collect();
        if let Some(centre) = traits.centre() {
            let ids = snapshot
                .sites_near(centre, traits.reach(), MOST)
                .into_iter();
            near.extend(ids.map(|id| Collection::Sites.record(id)));
        } else {
            let names = traits.names().iter().take(MOST_NAMES);
            let ids = names.flat_map(|name| snapshot.sites_named(name, MOST_OF_A_NAME));
            near.extend(ids.map(|id| Collection::Sites.record(id)));
        }
        near.remove(&record);
        let near: Vec<_> = near.into_iter().collect();
        let holdings = self.store.holdings(&near)?;
        let published: Vec<Candidate> = near
            .iter()
            .filter_map(|other| holdings.feature(*other, audience))
            .map(Candidate::new)
            .collect();
        let proposed = proposals.iter().filter(|(other, _)| **other != record);
        let all = published.iter().chain(proposed.map(|(_, other)| other));
        let likely = Likeness::among(traits, all).into_iter().take(LISTED);
        Ok(likely
            .map(|(likeness, other)| (likeness, other.clone()))
            .collect())
    }
}
