//! The holder of the newest snapshots.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use tokio::sync::watch;
use uuid::Uuid;

use super::Snapshot;
use super::shelf::{SMALLEST, Shelf};
use super::snapshot::region_codes;
use crate::domain::{
    Audience, Change, Collection, Committed, Corrupt, Entity, Feature, Holdings, Instant,
    RecordRef, Seq,
};

/// Holds the newest snapshot of each audience, and makes the next ones from the log.
#[derive(Debug)]
pub struct Catalogue {
    newest: ArcSwap<Views>,
    /// What the snapshots are made from. Held by whoever follows the log.
    making: Mutex<Making>,
    shown: watch::Sender<Seq>,
}

#[derive(Debug)]
struct Views {
    public: Arc<Snapshot>,
    trusted: Arc<Snapshot>,
}

/// Who sees the features of a shelf. What all see alike is kept once; a snapshot of the public has no other shelf than
/// that and its own, so that it holds nothing that could give away more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Alike,
    By(Audience),
}

#[derive(Debug, Default)]
struct Making {
    holdings: Holdings,
    at: Seq,
    smallest: usize,
    shelves: BTreeMap<(Collection, Seen), Shelf>,
    public: Beside,
    trusted: Beside,
}

/// What a snapshot knows beside features.
#[derive(Clone, Debug, Default)]
struct Beside {
    gone: Arc<HashSet<RecordRef>>,
    changed_at: Option<Instant>,
}

impl Catalogue {
    /// A catalogue of all records as they stand at `seq`.
    pub fn of(entities: Vec<Entity>, seq: Seq) -> Result<Catalogue, Corrupt> {
        Catalogue::of_levels(entities, seq, SMALLEST)
    }

    /// The same with up to `smallest` rows in the smallest parts: for tests, where few records are to make many parts.
    pub fn of_levels(
        entities: Vec<Entity>,
        seq: Seq,
        smallest: usize,
    ) -> Result<Catalogue, Corrupt> {
        let mut making = Making {
            at: seq,
            smallest,
            ..Making::default()
        };
        let records: BTreeSet<RecordRef> = entities.iter().map(Entity::record).collect();
        entities
            .into_iter()
            .try_for_each(|entity| making.holdings.fill(entity))?;
        making.show(&records);
        Ok(Catalogue {
            newest: ArcSwap::from_pointee(making.views()),
            making: Mutex::new(making),
            shown: watch::Sender::new(seq),
        })
    }

    /// The newest snapshot for an audience.
    pub fn snapshot(&self, audience: Audience) -> Arc<Snapshot> {
        let views = self.newest.load();
        match audience {
            Audience::Public => views.public.clone(),
            Audience::Trusted => views.trusted.clone(),
        }
    }

    /// The place in the log that the newest snapshots stand for.
    pub fn shown(&self) -> Seq {
        *self.shown.borrow()
    }

    /// Takes in the next changes of the log and shows what follows from them. Changes taken in before are passed over.
    ///
    /// The changes of a run must come together, so that no half of a command is ever shown.
    pub fn follow(&self, changes: &[Change]) -> Result<(), Corrupt> {
        let mut making = self.making();
        let at = making.at;
        let news: Vec<&Change> = changes.iter().filter(|change| change.seq > at).collect();
        let Some(last) = news.last().map(|change| change.seq) else {
            return Ok(());
        };
        let mut touched = BTreeSet::new();
        for change in news {
            let record = change.record();
            let entity = Entity::after(making.holdings.get(record), change);
            touched.insert(record);
            touched.extend(making.holdings.rest_on(record));
            making.holdings.put(entity)?;
            touched.extend(making.holdings.rest_on(record));
        }
        making.show(&touched);
        making.at = last;
        self.newest.store(Arc::new(making.views()));
        self.shown.send_replace(last);
        Ok(())
    }

    /// Does one of the merges that are waiting, if there is one; whether there was. Readers and followers go on meanwhile.
    pub fn merge(&self) -> bool {
        let waiting = {
            let making = self.making();
            let mut shelves = making.shelves.iter();
            shelves.find_map(|(place, shelf)| Some((*place, shelf.to_merge()?)))
        };
        let Some((place, sources)) = waiting else {
            return false;
        };
        let merged = sources.merge();
        let mut making = self.making();
        if let Some(shelf) = making.shelves.get_mut(&place) {
            shelf.replace(&sources, merged);
        }
        self.newest.store(Arc::new(making.views()));
        true
    }

    /// What was committed, once the newest snapshots show it.
    pub async fn caught_up<T>(&self, committed: Committed<T>) -> T {
        self.shows(committed.seq()).await;
        committed.open()
    }

    /// Waits until the newest snapshots show the log up to `seq`.
    pub async fn shows(&self, seq: Seq) {
        let mut shown = self.shown.subscribe();
        shown
            .wait_for(|at| *at >= seq)
            .await
            .expect("the sender lives in self");
    }

    // A panic leaves the place in the log behind what was taken in: following again takes the same in once more, which
    // alters nothing.
    fn making(&self) -> std::sync::MutexGuard<'_, Making> {
        self.making.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Making {
    /// Puts what is seen of records in the place of what was seen of them.
    fn show(&mut self, records: &BTreeSet<RecordRef>) {
        for collection in Collection::ALL {
            let records: Vec<RecordRef> = records
                .iter()
                .copied()
                .filter(|record| record.collection == collection)
                .collect();
            if records.is_empty() {
                continue;
            }
            let ids: Vec<Uuid> = records.iter().map(|record| record.id).collect();
            let [mut alike, mut public, mut trusted] = [vec![], vec![], vec![]];
            for record in records {
                let [for_public, for_trusted] = [Audience::Public, Audience::Trusted]
                    .map(|audience| self.see(record, audience));
                match (for_public, for_trusted) {
                    (Some(a), Some(b)) if a.is_seen_alike(&b) => alike.push(b),
                    (a, b) => {
                        public.extend(a);
                        trusted.extend(b);
                    }
                }
            }
            for (seen, features) in [
                (Seen::Alike, alike),
                (Seen::By(Audience::Public), public),
                (Seen::By(Audience::Trusted), trusted),
            ] {
                let new = || Shelf::new(self.smallest);
                let shelf = self.shelves.entry((collection, seen)).or_insert_with(new);
                shelf.bury(&ids);
                shelf.add(features);
            }
        }
    }

    /// What an audience sees of a record, and notes what else there is to know of it.
    fn see(&mut self, record: RecordRef, audience: Audience) -> Option<Feature> {
        let feature = self.holdings.feature(record, audience);
        let entity = self.holdings.get(record)?;
        let (was_seen, changed_at, beside) = match audience {
            Audience::Public => (
                entity.public_at.is_some(),
                entity.public_at,
                &mut self.public,
            ),
            Audience::Trusted => (
                entity.published_at.is_some(),
                Some(entity.updated_at),
                &mut self.trusted,
            ),
        };
        beside.changed_at = beside.changed_at.max(changed_at);
        let is_gone = feature.is_none() && was_seen;
        if is_gone != beside.gone.contains(&record) {
            let gone = Arc::make_mut(&mut beside.gone);
            if is_gone {
                gone.insert(record);
            } else {
                gone.remove(&record);
            }
        }
        feature
    }

    fn views(&self) -> Views {
        let snapshot = |audience, beside: &Beside| {
            let mut parts = BTreeMap::new();
            for collection in Collection::ALL {
                let shelves = [Seen::Alike, Seen::By(audience)];
                let shelves = shelves
                    .iter()
                    .filter_map(|seen| self.shelves.get(&(collection, *seen)));
                let shown = shelves.flat_map(Shelf::parts).cloned().collect();
                parts.insert(collection, shown);
            }
            Arc::new(Snapshot {
                audience,
                region_codes: region_codes(&parts),
                parts,
                gone: beside.gone.clone(),
                changed_at: beside.changed_at,
            })
        };
        Views {
            public: snapshot(Audience::Public, &self.public),
            trusted: snapshot(Audience::Trusted, &self.trusted),
        }
    }
}
