//! Past states of the whole catalogue: put together from the log when they are asked for, one at a time, and a few are kept.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::call::Call;
use super::{Problem, State};
use crate::catalogue::{Catalogue, Snapshot};
use crate::domain::{Audience, Instant, Moment};
use crate::registry::Registry;
use crate::store;

/// So many are kept; each holds all features of its audience.
const KEPT: usize = 3;

/// The past states that are kept.
#[derive(Clone, Debug)]
pub struct Pasts {
    kept: Arc<Mutex<VecDeque<Kept>>>,
    /// One for the public and one for the trusted: neither learns of what the other asks.
    turns: [Arc<Semaphore>; 2],
}

/// A past state, and what it stands for.
#[derive(Clone, Debug)]
struct Kept {
    audience: Audience,
    moment: Moment,
    snapshot: Arc<Snapshot>,
}

impl Default for Pasts {
    fn default() -> Pasts {
        Pasts {
            kept: Arc::default(),
            turns: [(); 2].map(|()| Arc::new(Semaphore::new(1))),
        }
    }
}

impl Pasts {
    /// The turn to put one together, unless somebody of this audience has it.
    pub fn turn(&self, audience: Audience) -> Option<OwnedSemaphorePermit> {
        let [public, trusted] = &self.turns;
        let turn = match audience {
            Audience::Public => public,
            Audience::Trusted => trusted,
        };
        turn.clone().try_acquire_owned().ok()
    }

    /// How many are kept.
    pub(super) fn count(&self) -> usize {
        self.kept().len()
    }

    /// Lets go of all.
    pub fn clear(&self) {
        self.kept().clear();
    }

    /// The state that is kept for a moment, unless what may be seen of the past has changed since.
    fn find(&self, audience: Audience, moment: Moment) -> Option<Arc<Snapshot>> {
        let mut kept = self.kept();
        kept.retain(|one| one.audience != audience || one.moment.borne_on >= moment.borne_on);
        let is_asked = |one: &Kept| one.audience == audience && one.moment.seq == moment.seq;
        let place = kept.iter().position(is_asked)?;
        // The one that was asked for last is the last to go.
        let found = kept.remove(place)?;
        let snapshot = found.snapshot.clone();
        kept.push_front(found);
        Some(snapshot)
    }

    fn keep(&self, one: Kept) {
        let mut kept = self.kept();
        kept.push_front(one);
        kept.truncate(KEPT);
    }

    // A panic leaves nothing half done in it.
    fn kept(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Call {
    /// The snapshot of an instant, or the newest: one request takes one, and answers everything from it.
    pub(super) async fn snapshot_at(&self, at: Option<Instant>) -> Result<Arc<Snapshot>, Problem> {
        let Some(at) = at else {
            return Ok(self.snapshot());
        };
        let audience = self.reader.audience();
        match self.moment(at).await? {
            None => Ok(Catalogue::default().snapshot(audience)),
            Some(moment) if moment.is_now => Ok(self.snapshot()),
            Some(moment) => self.state.past(audience, moment).await,
        }
    }

    /// What there was at an instant, as whoever asks counts.
    pub(super) async fn moment(&self, at: Instant) -> Result<Option<Moment>, Problem> {
        let audience = self.reader.audience();
        let read = move |registry: &Registry| registry.moment(audience, at);
        self.state.reading_past(read).await
    }
}

impl State {
    async fn past(&self, audience: Audience, moment: Moment) -> Result<Arc<Snapshot>, Problem> {
        if let Some(snapshot) = self.pasts.find(audience, moment) {
            return Ok(snapshot);
        }
        let turn = self
            .pasts
            .turn(audience)
            .ok_or_else(Problem::past_in_the_making)?;
        // Whoever had the turn before may have made it.
        if let Some(snapshot) = self.pasts.find(audience, moment) {
            return Ok(snapshot);
        }
        let pasts = self.pasts.clone();
        self.blocking(move |registry| {
            // Until it is done and kept, even if nobody waits for it any more.
            let _turn = turn;
            let snapshot = registry.snapshot_at(moment.seq, audience)?;
            pasts.keep(Kept {
                audience,
                moment,
                snapshot: snapshot.clone(),
            });
            Ok::<_, store::Error>(snapshot)
        })
        .await
    }
}
