//! News taken in and not yet shown: what each audience sees of the touched records, written and indexed.

use std::collections::BTreeMap;

use super::segment::SegmentBuilder;
use crate::domain::{Audience, Collection, Entity, Feature, Holdings, Instant, News, RecordRef};

/// Who sees the features of a part. What all see alike is kept once; a snapshot of the public has no other parts than
/// those and its own, so that it holds nothing that could give away more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Seen {
    Alike,
    By(Audience),
}

/// News in the making of the next snapshots.
#[derive(Debug, Default)]
pub struct Taken {
    pub(super) touched: Vec<RecordRef>,
    pub(super) parts: BTreeMap<(Collection, Seen), SegmentBuilder>,
    pub(super) public: Beside,
    pub(super) trusted: Beside,
}

/// What there is to know of the touched records beside features.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Those that an audience once saw and sees no more.
    pub(super) gone: Vec<RecordRef>,
    /// When the last of them changed.
    pub(super) changed_at: Option<Instant>,
}

impl Taken {
    /// Takes news in. Records come in the order of their ids, each once.
    pub fn take(&mut self, news: &News) {
        for record in &news.touched {
            let public = self.public.see(&news.holdings, *record, Audience::Public);
            let trusted = self.trusted.see(&news.holdings, *record, Audience::Trusted);
            match (public, trusted) {
                (Some(public), Some(trusted)) if public.is_seen_alike(&trusted) => {
                    self.add(record.collection, Seen::Alike, &trusted);
                }
                (public, trusted) => {
                    let public = public.map(|one| (Audience::Public, one));
                    let trusted = trusted.map(|one| (Audience::Trusted, one));
                    for (audience, feature) in public.into_iter().chain(trusted) {
                        self.add(record.collection, Seen::By(audience), &feature);
                    }
                }
            }
        }
        self.touched.extend(&news.touched);
    }

    fn add(&mut self, collection: Collection, seen: Seen, feature: &Feature) {
        let part = self.parts.entry((collection, seen));
        part.or_default().push(feature);
    }
}

impl Beside {
    /// What an audience sees of a record.
    fn see(
        &mut self,
        holdings: &Holdings,
        record: RecordRef,
        audience: Audience,
    ) -> Option<Feature> {
        let entity = holdings.get(record)?;
        let feature = holdings.feature(record, audience);
        let (was_seen, changed_at) = seen_before(entity, audience);
        self.changed_at = self.changed_at.max(changed_at);
        if feature.is_none() && was_seen {
            self.gone.push(record);
        }
        feature
    }
}

/// Whether an audience ever saw a record, and when they last saw it change.
fn seen_before(entity: &Entity, audience: Audience) -> (bool, Option<Instant>) {
    match audience {
        Audience::Public => (entity.public_at.is_some(), entity.public_at),
        Audience::Trusted => (entity.published_at.is_some(), Some(entity.updated_at)),
    }
}
