//! The holder of the newest snapshots.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use tokio::sync::watch;

use super::Snapshot;
use crate::domain::{Audience, Change, Committed, Corrupt, Entity, Holdings, Seq};

/// Holds the newest snapshot of each audience, and makes the next ones from the log.
#[derive(Debug)]
pub struct Catalogue {
    newest: ArcSwap<Views>,
    /// What the snapshots are made from, and the place in the log it stands for. Held by whoever follows the log.
    holdings: Mutex<(Holdings, Seq)>,
    shown: watch::Sender<Seq>,
}

#[derive(Debug)]
struct Views {
    public: Arc<Snapshot>,
    trusted: Arc<Snapshot>,
}

impl Views {
    fn of(holdings: &Holdings) -> Views {
        let snapshot = |audience| Arc::new(Snapshot::of(holdings, audience));
        Views {
            public: snapshot(Audience::Public),
            trusted: snapshot(Audience::Trusted),
        }
    }
}

impl Catalogue {
    /// A catalogue of all records as they stand at `seq`.
    pub fn of(entities: Vec<Entity>, seq: Seq) -> Result<Catalogue, Corrupt> {
        let mut holdings = Holdings::default();
        entities
            .into_iter()
            .try_for_each(|entity| holdings.fill(entity))?;
        let newest = ArcSwap::from_pointee(Views::of(&holdings));
        Ok(Catalogue {
            newest,
            holdings: Mutex::new((holdings, seq)),
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
        // A panic leaves the place behind what the holdings took in: following again takes the same in once more, which
        // alters nothing.
        let mut held = self.holdings.lock().unwrap_or_else(PoisonError::into_inner);
        let (holdings, at) = &mut *held;
        let news: Vec<&Change> = changes.iter().filter(|change| change.seq > *at).collect();
        let Some(last) = news.last().map(|change| change.seq) else {
            return Ok(());
        };
        for change in news {
            let entity = Entity::after(holdings.get(change.record()), change);
            holdings.put(entity)?;
        }
        self.newest.store(Arc::new(Views::of(holdings)));
        *at = last;
        self.shown.send_replace(last);
        Ok(())
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
}
