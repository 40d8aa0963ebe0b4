//! The holder of the newest snapshots.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use tokio::sync::watch;
use uuid::Uuid;

use super::Snapshot;
use super::extras::Extras;
use super::kept::Kept;
use super::part::Part;
use super::shelf::{SMALLEST, STEP, Shelf, ToMerge};
use super::snapshot::{names_column, region_codes};
use super::taken::{Beside, Seen, Taken};
use crate::domain::{Audience, Collection, Committed, Instant, Mark, RecordRef, Seq};

/// Holds the newest snapshot of each audience, and makes the next ones from the news of the log.
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

#[derive(Clone, Debug)]
pub(super) struct Making {
    pub(super) at: Mark,
    /// The most rows of the smallest parts.
    pub(super) smallest: usize,
    pub(super) shelves: BTreeMap<(Collection, Seen), Shelf>,
    pub(super) public: Known,
    pub(super) trusted: Known,
    pub(super) extras: Arc<Extras>,
}

/// What a snapshot knows beside features.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) gone: Arc<HashSet<RecordRef>>,
    pub(super) changed_at: Option<Instant>,
}

impl Default for Catalogue {
    fn default() -> Catalogue {
        Catalogue::of_levels(SMALLEST)
    }
}

impl Catalogue {
    /// An empty catalogue, with up to `smallest` rows in the smallest parts: for tests, where few records are to make
    /// many parts.
    pub fn of_levels(smallest: usize) -> Catalogue {
        Catalogue::of(Making::new(smallest))
    }

    pub(super) fn of(making: Making) -> Catalogue {
        Catalogue {
            newest: ArcSwap::from_pointee(making.views()),
            shown: watch::Sender::new(making.at.seq),
            making: Mutex::new(making),
        }
    }

    /// What the newest snapshots are made from, to be written into a file. Parts are shared, so it takes no time.
    pub fn keep(&self) -> Kept {
        Kept(self.making().clone())
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

    /// The end of the log that the newest snapshots stand for.
    pub fn mark(&self) -> Mark {
        self.making().at
    }

    /// Shows the news that lead to `mark`, unless it is shown already.
    ///
    /// All that changed since the place that is shown must be in them, so that no half of a command is ever shown.
    pub fn show(&self, taken: Taken, mark: Mark) {
        let mut making = self.making();
        if mark.seq <= making.at.seq {
            return;
        }
        making.take_in(taken);
        self.publish(&mut making, mark);
    }

    /// Shows what is told of everything instead of what stood for `before`: the log is not the one that was followed.
    pub fn show_anew(&self, taken: Taken, before: Mark, mark: Mark) {
        let mut making = self.making();
        if making.at != before {
            return;
        }
        *making = Making {
            extras: making.extras.clone(),
            ..Making::new(making.smallest)
        };
        making.take_in(taken);
        self.publish(&mut making, mark);
    }

    /// Lays layers of files beside our collections, in the place of those that lay there: every audience sees the same.
    pub fn lay_beside(&self, extras: Extras) {
        let mut making = self.making();
        making.extras = Arc::new(extras);
        self.newest.store(Arc::new(making.views()));
    }

    fn publish(&self, making: &mut Making, mark: Mark) {
        making.at = mark;
        self.newest.store(Arc::new(making.views()));
        self.shown.send_replace(mark.seq);
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
        if let Some(column) = names_column(place.0) {
            merged.segment.names(column);
        }
        self.exchange(place, &sources, merged);
        true
    }

    /// Puts the names of all large parts in order, so that nobody who asks for one waits for it. Of small ones that takes
    /// no time that anybody would notice, and they come and go.
    pub fn prepare(&self) {
        let large = self.making().smallest * STEP;
        for snapshot in Audience::ALL.map(|audience| self.snapshot(audience)) {
            for (collection, parts) in &snapshot.parts {
                let large = parts.iter().filter(|part| part.living() >= large);
                if let Some(column) = names_column(*collection) {
                    large.for_each(|part| {
                        part.segment.names(column);
                    });
                }
            }
        }
    }

    /// Writes every part anew, without what is in it beside living rows: what was erased is in no memory then but that of
    /// whoever reads an older snapshot. Readers and followers go on meanwhile.
    pub fn purge(&self) {
        let making = self.making();
        let shelves = making.shelves.iter();
        let waiting = shelves.flat_map(|(place, shelf)| {
            let parts = shelf.to_purge().into_iter();
            parts.map(|part| (*place, part))
        });
        let waiting: Vec<_> = waiting.collect();
        drop(making);
        for (place, sources) in waiting {
            self.exchange(place, &sources, sources.purge());
        }
    }

    fn exchange(&self, place: (Collection, Seen), sources: &ToMerge, merged: Part) {
        let mut making = self.making();
        if let Some(shelf) = making.shelves.get_mut(&place) {
            shelf.replace(sources, merged);
        }
        self.newest.store(Arc::new(making.views()));
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

    // A panic leaves the place in the log behind what was taken in: what follows takes the same in once more, which
    // alters nothing.
    fn making(&self) -> MutexGuard<'_, Making> {
        self.making.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Making {
    fn new(smallest: usize) -> Making {
        Making {
            at: Mark::default(),
            smallest,
            shelves: BTreeMap::new(),
            public: Known::default(),
            trusted: Known::default(),
            extras: Arc::default(),
        }
    }

    /// Puts what is seen of the touched records in the place of what was seen of them.
    fn take_in(&mut self, taken: Taken) {
        for collection in Collection::ALL {
            let touched = taken.touched.iter();
            let touched = touched.filter(|record| record.collection == collection);
            let ids: Vec<Uuid> = touched.map(|record| record.id).collect();
            let shelves = self.shelves.iter_mut();
            shelves
                .filter(|((of, _), _)| *of == collection)
                .for_each(|(_, shelf)| shelf.bury(&ids));
        }
        for (place, part) in taken.parts {
            let shelf = self.shelves.entry(place);
            shelf
                .or_insert_with(|| Shelf::new(self.smallest))
                .add(part.finish());
        }
        self.public.learn(&taken.touched, taken.public);
        self.trusted.learn(&taken.touched, taken.trusted);
    }

    fn views(&self) -> Views {
        let snapshot = |audience, known: &Known| {
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
                gone: known.gone.clone(),
                changed_at: known.changed_at,
                extras: self.extras.clone(),
            })
        };
        Views {
            public: snapshot(Audience::Public, &self.public),
            trusted: snapshot(Audience::Trusted, &self.trusted),
        }
    }
}

impl Known {
    fn learn(&mut self, touched: &[RecordRef], beside: Beside) {
        self.changed_at = self.changed_at.max(beside.changed_at);
        let gone: BTreeSet<RecordRef> = beside.gone.into_iter().collect();
        let differs = |record: &&RecordRef| self.gone.contains(*record) != gone.contains(*record);
        if touched.iter().any(|record| differs(&record)) {
            let all = Arc::make_mut(&mut self.gone);
            for record in touched {
                if gone.contains(record) {
                    all.insert(*record);
                } else {
                    all.remove(record);
                }
            }
        }
    }
}
