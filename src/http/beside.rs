//! Work that takes long, done beside the workers: each of them has many others to answer meanwhile.

use std::cell::Cell;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;
use std::time::Duration;

use actix_web::rt::task::spawn_blocking;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::Problem;

/// Whoever waits longer for a turn is asked to come again.
const WAIT: Duration = Duration::from_secs(20);

/// Whoever moves a map asks several times a second: so recent an answer means that more will be asked.
const LATELY: Duration = Duration::from_millis(100);

/// So many times as long as it worked, long work makes way.
const WAY: u32 = 1;

/// Turns for long work, in the order of asking.
#[derive(Clone, Debug)]
pub struct Beside {
    turns: Arc<Semaphore>,
    wait: Duration,
    start: Instant,
    counts: Arc<Counts>,
    /// When others were last answered, in microseconds since `start`; 0 before the first.
    answered: Arc<AtomicU64>,
}

/// How many turns there were.
#[derive(Debug, Default)]
struct Counts {
    taken: AtomicU64,
    refused: AtomicU64,
}

impl Default for Beside {
    /// One processor is left to everything else, if there are several.
    fn default() -> Beside {
        let processors = available_parallelism().map_or(1, NonZero::get);
        Beside::of(NonZero::new(processors - 1).unwrap_or(NonZero::<usize>::MIN))
    }
}

impl Beside {
    /// With so many turns at a time.
    pub(super) fn of(turns: NonZero<usize>) -> Beside {
        Beside {
            turns: Arc::new(Semaphore::new(turns.get())),
            wait: WAIT,
            start: Instant::now(),
            counts: Arc::default(),
            answered: Arc::default(),
        }
    }

    /// How many turns were taken so far.
    pub(super) fn taken(&self) -> u64 {
        self.counts.taken.load(Ordering::Relaxed)
    }

    /// How many did not come in time.
    pub(super) fn refused(&self) -> u64 {
        self.counts.refused.load(Ordering::Relaxed)
    }

    /// Notes that somebody was answered whose request took no turn.
    pub(super) fn note_answer(&self) {
        let now = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.answered.store(now.max(1), Ordering::Relaxed);
    }

    /// Between two pieces of long work, the last of which took so long: if others were answered lately, waits for a while,
    /// since what they share is not only threads but processors, their caches and the network.
    pub(super) async fn make_way(&self, worked: Duration) {
        if self.were_others_answered() {
            sleep_until(Instant::now() + worked * WAY).await;
        }
    }

    fn were_others_answered(&self) -> bool {
        let answered = Duration::from_micros(self.answered.load(Ordering::Relaxed));
        !answered.is_zero() && self.start.elapsed().saturating_sub(answered) < LATELY
    }

    /// Does `work` when it is its turn; whoever waits too long for it is asked to come again. `work` waits for nothing.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.run_until(Instant::now() + self.wait, work).await
    }

    /// The same, for who may wait until then.
    pub(super) async fn run_until<T: Send + 'static>(
        &self,
        until: Instant,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = self.turn(until).await?;
        blocking(move || {
            // Until the work is done, even if nobody waits for it any more.
            let _turn = turn;
            work()
        })
        .await
    }

    /// Does `work`, which passes its turn on from time to time: so what takes long does not keep what takes no time waiting.
    pub(super) async fn run_by_turns<T: Send + 'static>(
        &self,
        work: impl FnOnce(Turn) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = Turn {
            own: Cell::new(Some(self.turn(Instant::now() + self.wait).await?)),
            turns: self.turns.clone(),
            runtime: Handle::current(),
        };
        blocking(move || work(turn)).await
    }

    async fn turn(&self, until: Instant) -> Result<OwnedSemaphorePermit, Problem> {
        let turn = timeout_at(until, self.turns.clone().acquire_owned()).await;
        let count = |count: &AtomicU64| count.fetch_add(1, Ordering::Relaxed);
        let turn = turn.map_err(|_| {
            count(&self.counts.refused);
            Problem::crowded()
        })?;
        count(&self.counts.taken);
        Ok(turn.expect("the turns are never closed"))
    }
}

/// A turn that is passed on from time to time.
pub(super) struct Turn {
    turns: Arc<Semaphore>,
    own: Cell<Option<OwnedSemaphorePermit>>,
    runtime: Handle,
}

impl Turn {
    /// Lets everybody go first who waits by now.
    pub(super) fn pass_on(&self) {
        drop(self.own.take());
        let again = self.turns.clone().acquire_owned();
        self.own.set(self.runtime.block_on(again).ok());
    }
}

/// Runs what takes long, or waits for others, on a thread where that hurts nobody.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    spawn_blocking(work).await.map_err(|error| {
        if error.is_panic() {
            Problem::failed()
        } else {
            Problem::stopping()
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use actix_web::rt::{System, spawn};
    use futures_util::FutureExt;

    use super::*;
    use crate::http::kind::Kind;

    #[test]
    fn one_waits_for_the_turn_of_another_but_not_for_ever() {
        System::new().block_on(async {
            let beside = Beside::of(NonZero::<usize>::MIN);
            let (end, ended) = channel::<()>();
            let first = beside.clone();
            let first = spawn(async move { first.run(move || ended.recv().is_ok()).await });
            while beside.turns.available_permits() > 0 {
                tokio::task::yield_now().await;
            }
            let hasty = Beside {
                wait: Duration::ZERO,
                ..beside.clone()
            };
            let refused = hasty.run(|| ()).await.unwrap_err();
            assert_eq!(refused.kind(), Kind::Busy);
            assert_eq!((beside.taken(), beside.refused()), (1, 1));
            let second = beside.run(|| "done");
            end.send(()).unwrap();
            assert_eq!(second.await.unwrap(), "done");
            assert!(first.await.unwrap().unwrap());
        });
    }

    #[test]
    fn work_that_passes_its_turn_on_lets_those_go_first_who_wait() {
        System::new().block_on(async {
            let beside = Beside::of(NonZero::<usize>::MIN);
            let (begun, begins) = channel();
            let (waits, waited) = channel::<()>();
            let long = beside.clone();
            let long = spawn(async move {
                let work = move |turn: Turn| {
                    begun.send(()).unwrap();
                    // Passed on until somebody had it.
                    let mut passed = 0;
                    while waited.try_recv().is_err() {
                        turn.pass_on();
                        passed += 1;
                    }
                    passed
                };
                long.run_by_turns(work).await
            });
            while begins.try_recv().is_err() {
                tokio::task::yield_now().await;
            }
            beside.run(move || waits.send(())).await.unwrap().unwrap();
            assert!(long.await.unwrap().unwrap() > 0);
            assert_eq!(beside.turns.available_permits(), 1);
        });
    }

    #[test]
    fn long_work_makes_way_for_others_while_they_are_answered() {
        System::new().block_on(async {
            let beside = Beside::default();
            let worked = Duration::from_millis(1);
            assert!(beside.make_way(worked).now_or_never().is_some());
            beside.note_answer();
            assert!(beside.make_way(worked).now_or_never().is_none());
            let began = Instant::now();
            beside.make_way(worked).await;
            assert!(began.elapsed() >= worked);
        });
    }

    #[test]
    fn work_that_panics_gives_its_turn_back() {
        System::new().block_on(async {
            let beside = Beside::of(NonZero::<usize>::MIN);
            let panicked: Result<(), Problem> = beside.run(|| panic!("as asked")).await;
            assert_eq!(panicked.unwrap_err().kind(), Kind::Failed);
            assert_eq!(beside.run(|| 1).await.unwrap(), 1);
        });
    }
}
