//! Sites that may be one: what is listed to who proposes or edits a site, and to the reviewers. Never merged by itself.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use super::{Error, Registry};
use crate::catalogue::Snapshot;
use crate::domain::{
    Actor, Audience, Collection, Deed, Feature, Holdings, Likeness, Links, Metres, RecordRef,
    SAME_NAME_WITHIN_M, State,
};

/// A site, and those that may be the same, as somebody sees them.
#[derive(Debug)]
pub struct Likely {
    /// The site.
    pub site: Feature,
    /// Each that may be the same, with what speaks for it: the nearest first, then those without a distance.
    pub others: Vec<(Likeness, Feature)>,
}

/// At most so many are looked at: in a dense town, the nearest.
const MOST: NonZeroUsize = NonZeroUsize::new(500).expect("it is not 0");
/// At most so many are listed.
const LISTED: usize = 20;

impl Registry {
    /// The sites that may be the same as one, among those that the actor sees in `snapshot` or as submissions; `None` if
    /// it is no site of theirs to see.
    pub fn likely_same(
        &self,
        actor: &Actor,
        snapshot: &Snapshot,
        record: RecordRef,
    ) -> Result<Option<Likely>, Error> {
        if record.collection != Collection::Sites {
            return Ok(None);
        }
        let is_reviewer = actor.may(Deed::Review).is_ok();
        let audience = if is_reviewer {
            Audience::Trusted
        } else {
            Audience::Public
        };
        let holdings = self.store.holdings(&[record])?;
        let Some(site) = holdings.submission(record, audience) else {
            return Ok(None);
        };
        let mut near: BTreeSet<_> = near(snapshot, &site).collect();
        near.extend(self.identified(&holdings, record)?);
        let proposed = self
            .store
            .waiting()?
            .into_iter()
            .filter(|one| one.collection == Collection::Sites && one.state == State::Proposed);
        let proposed: BTreeSet<_> = proposed.map(|one| one.record()).collect();
        near.extend(&proposed);
        near.remove(&record);
        let near: Vec<_> = near.into_iter().collect();
        let holdings = self.store.holdings(&near)?;
        let seen = |other: &RecordRef| {
            if !proposed.contains(other) {
                return holdings.feature(*other, audience);
            }
            let is_theirs = is_reviewer
                || holdings
                    .site(crate::domain::Id::new(other.id))
                    .is_some_and(|site| site.proposed_by == Some(actor.account.organization));
            is_theirs
                .then(|| holdings.submission(*other, audience))
                .flatten()
        };
        let mut others: Vec<_> = near
            .iter()
            .filter_map(seen)
            .filter_map(|other| Some((Likeness::of(&site, &other)?, other)))
            .collect();
        others.sort_by(|(one, _), (other, _)| {
            let metres = |likeness: &Likeness| likeness.distance.map_or(f64::MAX, Metres::get);
            metres(one).total_cmp(&metres(other))
        });
        others.truncate(LISTED);
        Ok(Some(Likely { site, others }))
    }

    /// The sites of the catalogue that have an id elsewhere in common with one.
    fn identified(&self, holdings: &Holdings, record: RecordRef) -> Result<Vec<RecordRef>, Error> {
        let Some(entity) = holdings.get(record) else {
            return Ok(vec![]);
        };
        let links = Links::of(record.collection, &entity.document);
        let ids = links.identifiers.iter();
        let ids = ids
            .map(|(scheme, value)| (scheme.as_str(), value.as_str()))
            .collect();
        Ok(self.store.identified(&ids)?)
    }
}

/// The sites of the catalogue that are near.
fn near(snapshot: &Snapshot, site: &Feature) -> impl Iterator<Item = RecordRef> + use<> {
    let within = Metres::new(SAME_NAME_WITHIN_M).expect("it is a distance");
    let near = site
        .centre()
        .map(|centre| snapshot.sites_near(centre, within, MOST));
    near.into_iter()
        .flatten()
        .map(|id| Collection::Sites.record(id))
}
