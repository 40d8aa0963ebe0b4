//! The wiring: opens the store, fills a new database, fills the catalogue, follows the log, serves.
//!
//! The only room that spawns. Start at [`Parts::open`]; `kept.rs` is why a start with many sites takes no minutes,
//! `serving.rs` what it is all for, `stopping.rs` its end. Errors end here as text for the person who started the program.

mod backup;
mod claim;
mod extras;
mod kept;
mod listen;
mod serving;
mod stopping;

use std::future::Future;
use std::io::ErrorKind;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use actix_web::rt::task::spawn_blocking;
use anyhow::{Context, ensure};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, sleep_until};

pub use self::backup::{backup, check_backup, move_over, restore};
pub use self::claim::{Claim, claim};
pub use self::extras::read_extras;
use self::kept::KeptFile;
pub use self::kept::keep;
pub use self::serving::{Listeners, Serving, listen, serve};
pub use self::stopping::STOPS_WITHIN;
use crate::catalogue::{Catalogue, Taken};
use crate::config::{Config, Database};
use crate::domain::{Actor, Bbox, Clock, Ids, Mark, News};
use crate::http::{Beside, Copies, DrawnTiles, LONGEST_SEARCH, Metrics, Pasts, State, Strangers};
use crate::registry::{Registry, Rules, Seed};
use crate::store::{self, LastErased, Place, Store};

/// How often the log is looked at for what other instances wrote.
const POLL_EVERY: Duration = Duration::from_millis(500);

/// Following takes at most one part in so many of the time, so that a burst of changes does not take the processor from
/// readers: what comes meanwhile is shown together.
const SHARE: u32 = 5;

/// And yet what is committed waits no longer than this for the next time.
const WAIT_AT_MOST: Duration = Duration::from_millis(100);

/// How often it is looked at what comes about by itself: days and weeks are waited for.
const TEND_EVERY: Duration = Duration::from_mins(1);

/// What the program is made of, opened and filled.
pub struct Parts {
    /// The database.
    pub store: Arc<Store>,
    /// The snapshots.
    pub catalogue: Arc<Catalogue>,
    /// The commands.
    pub registry: Arc<Registry>,
    /// The administrator's token, if the database is new.
    pub token: Option<String>,
    kept: Option<Arc<KeptFile>>,
    /// The last erasures before it was opened: nothing in memory or in the kept file is from before them.
    erased: LastErased,
    news: Arc<Notify>,
    missed: Arc<AtomicU32>,
    copies: Arc<Copies>,
    tiles: Arc<DrawnTiles>,
    strangers: Arc<Strangers>,
    beside: Beside,
    history: Beside,
    pasts: Pasts,
    metrics: Arc<Metrics>,
}

impl Parts {
    /// Opens a database, gives it `seed` if it is new, and fills the catalogue from it.
    ///
    /// With `kept`, the catalogue is read from that file as far as it goes, and kept there while the log is followed.
    pub fn open(
        place: &Place,
        kept: Option<&Path>,
        clock: Clock,
        ids: Ids,
        seed: Seed,
        token: Option<String>,
        rules: Rules,
    ) -> anyhow::Result<Parts> {
        let store = Arc::new(opened(place)?);
        let news = Arc::new(Notify::new());
        let registry = Registry::new(store.clone(), clock, ids, news.clone()).under(rules);
        let registry = Arc::new(registry);
        let token = registry.bootstrap(seed, token)?;
        let erased = store.last_erased()?;
        let opened = kept.map(|path| KeptFile::open(path, &store)).transpose()?;
        let (kept, catalogue) = opened.unzip();
        let catalogue: Arc<Catalogue> = Arc::new(catalogue.unwrap_or_default());
        catch_up(&store, &catalogue)?;
        Ok(Parts {
            store,
            catalogue,
            registry,
            token,
            kept: kept.map(Arc::new),
            erased,
            news,
            missed: Arc::default(),
            copies: Arc::default(),
            tiles: Arc::default(),
            strangers: Arc::default(),
            beside: Beside::default(),
            history: Beside::default(),
            pasts: Pasts::default(),
            metrics: Arc::default(),
        })
    }

    /// Follows the log until it is dropped: at once when this instance wrote or somebody waits for what another did, and
    /// every now and then.
    pub fn follow(&self) -> impl Future<Output = ()> + use<> {
        self.follow_every(POLL_EVERY)
    }

    /// The same, looking at the log by itself so often.
    pub fn follow_every(&self, period: Duration) -> impl Future<Output = ()> + use<> {
        let (store, catalogue, news) = (
            self.store.clone(),
            self.catalogue.clone(),
            self.news.clone(),
        );
        let (kept, missed) = (self.kept.clone(), self.missed.clone());
        let (copies, tiles) = (self.copies.clone(), self.tiles.clone());
        let pasts = self.pasts.clone();
        let metrics = self.metrics.clone();
        let mut erased = self.erased;
        async move {
            let mut ticks = tokio::time::interval(period);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let mut beside = Some(tidy(&catalogue, kept.as_ref()));
            loop {
                tokio::select! {
                    () = news.notified() => {}
                    _ = ticks.tick() => {}
                }
                if let Some(done) = beside.take_if(|work| work.is_finished()) {
                    match done.await {
                        Ok(()) => beside = Some(tidy(&catalogue, kept.as_ref())),
                        Err(panicked) => {
                            tracing::error!(%panicked, "the catalogue is neither merged nor kept until the next start");
                        }
                    }
                }
                let (store, catalogue) = (store.clone(), catalogue.clone());
                let (kept, pasts) = (kept.clone(), pasts.clone());
                let (copies, tiles) = (copies.clone(), tiles.clone());
                let began = Instant::now();
                let followed = spawn_blocking(move || {
                    if catch_up(&store, &catalogue)? {
                        pasts.clear();
                    }
                    let holders = (kept.as_deref(), &*copies, &*tiles, &pasts);
                    forget(&store, &catalogue, holders, erased)
                });
                let error: anyhow::Error = match followed.await {
                    Ok(Ok(last)) => {
                        erased = last;
                        missed.store(0, Ordering::Relaxed);
                        metrics.note_followed();
                        sleep_until(began + (began.elapsed() * SHARE).min(WAIT_AT_MOST)).await;
                        continue;
                    }
                    Ok(Err(error)) => error.into(),
                    Err(panicked) => panicked.into(),
                };
                // Said once, not twice a second.
                if missed.fetch_add(looks_in(began.elapsed()), Ordering::Relaxed) == 0 {
                    tracing::error!(%error, "the log cannot be followed; what others write is not shown until it can");
                }
            }
        }
    }

    /// Hears of what other instances wrote, until it is dropped, so that the log is followed at once then too.
    pub fn listen(&self) -> impl Future<Output = ()> + use<> {
        listen::listen(self.store.clone(), self.news.clone())
    }

    /// Does what comes about by itself, until it is dropped: claims lapse, what is to be published on a day is, and
    /// positions of phones are deleted.
    pub fn tend(&self) -> impl Future<Output = ()> + use<> {
        let registry = self.registry.clone();
        async move {
            let mut ticks = tokio::time::interval(TEND_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let registry = registry.clone();
                let error: anyhow::Error =
                    match spawn_blocking(move || registry.do_what_is_due()).await {
                        Ok(Ok(_)) => continue,
                        Ok(Err(error)) => error.into(),
                        Err(panicked) => panicked.into(),
                    };
                tracing::error!(%error, "what is due is not done; it is tried again");
            }
        }
    }

    /// Leaves the database in order, when all that used it has ended or been given up.
    ///
    /// Threads of requests may still hold it, so that dropping it does not: SQLite would keep what was erased in its log.
    pub fn close(self) {
        if let Err(error) = self.store.forget() {
            tracing::warn!(%error, "the database was not closed in order");
        }
    }

    /// What requests reach, for links that begin with `base_url`.
    pub fn state(&self, base_url: String) -> State {
        State {
            longest_search: LONGEST_SEARCH,
            catalogue: self.catalogue.clone(),
            registry: self.registry.clone(),
            missed: self.missed.clone(),
            copies: self.copies.clone(),
            tiles: self.tiles.clone(),
            strangers: self.strangers.clone(),
            beside: self.beside.clone(),
            history: self.history.clone(),
            pasts: self.pasts.clone(),
            metrics: self.metrics.clone(),
            base_url,
            trusted_proxies: Vec::new(),
            map_style: None,
            contact: None,
        }
    }
}

/// Shows what the log knows and the catalogue does not. Gives whether it is another log than the one that was shown.
///
/// One thread reads and parses, another writes and indexes: at the start, when that is everything, both have work.
pub fn catch_up(store: &Store, catalogue: &Catalogue) -> Result<bool, store::Error> {
    let (give, news) = sync_channel::<News>(2);
    thread::scope(|scope| {
        let taking = scope.spawn(move || {
            let mut taken = Taken::default();
            for news in news {
                taken.take(&news);
            }
            taken
        });
        // If the other thread is gone it has panicked, and joining it says so.
        let before = catalogue.mark();
        let told = store.news(before, |news| {
            let _ = give.send(news);
        });
        drop(give);
        let taken = taking.join().unwrap_or_else(|panic| resume_unwind(panic));
        let told = told?;
        let is_another = told.is_all && before != Mark::default();
        if told.is_all {
            if is_another {
                tracing::warn!("the database has another log than before; everything is read anew");
            }
            catalogue.show_anew(taken, before, told.mark);
        } else {
            catalogue.show(taken, told.mark);
        }
        Ok(is_another)
    })
}

/// How many looks at the log are missed while one fails: a database that keeps it waiting, for seconds each time, is not
/// asked as often.
fn looks_in(waited: Duration) -> u32 {
    let missed = waited.as_millis() / POLL_EVERY.as_millis() + 1;
    u32::try_from(missed).unwrap_or(u32::MAX)
}

/// Drops what holds on to what was erased, if the last erasures are not `before`; gives the last ones.
fn forget(
    store: &Store,
    catalogue: &Catalogue,
    (kept, copies, tiles, pasts): (Option<&KeptFile>, &Copies, &DrawnTiles, &Pasts),
    before: LastErased,
) -> Result<LastErased, store::Error> {
    let last = store.last_erased()?;
    // Or earlier: another log may be behind.
    if last.shown != before.shown {
        copies.clear();
        tiles.clear();
        pasts.clear();
        catalogue.purge();
        if let Some(kept) = kept {
            kept.discard();
        }
    }
    if last.seq == before.seq {
        return Ok(last);
    }
    match store.forget() {
        // Whoever reads as of before, as a backup does, is in the way: it is tried again at the next look.
        Err(store::Error::Busy) => Ok(LastErased {
            seq: before.seq,
            ..last
        }),
        forgotten => forgotten.map(|()| last),
    }
}

/// Merges what is to be merged, puts names in order, and keeps the catalogue when it is time; neither readers nor the next change wait for it.
fn tidy(catalogue: &Arc<Catalogue>, kept: Option<&Arc<KeptFile>>) -> JoinHandle<()> {
    let (catalogue, kept) = (catalogue.clone(), kept.cloned());
    spawn_blocking(move || {
        while catalogue.merge() {}
        catalogue.prepare();
        if let Some(kept) = kept {
            kept.write_if_due(&catalogue);
        }
    })
}

/// Where the database is.
pub fn place(database: &Database) -> Place {
    match &database.database_url {
        Some(url) => Place::Postgres(url.reveal().to_owned()),
        None => Place::Sqlite(database.data.join("registry.db")),
    }
}

/// The database, or why not: an error that does not name it gets its name.
fn opened(place: &Place) -> anyhow::Result<Store> {
    match Store::open(place) {
        Err(error @ store::Error::Unreachable(_)) => Err(error.into()),

        other => other.with_context(|| place.to_string()),
    }
}

/// What the operator decided about the workflow.
pub fn rules(config: &Config) -> anyhow::Result<Rules> {
    let default = Rules::default();
    let given = config.working_area.map(|[west, south, east, north]| {
        Bbox::new(west, south, east, north)
            .map_err(|wrong| anyhow::anyhow!("HERITAGE_WORKING_AREA: {wrong}"))
    });
    Ok(Rules {
        two_organizations: config.two_organizations,
        working_area: given.transpose()?.unwrap_or(default.working_area),
    })
}

/// Where the catalogue is kept from one start to the next.
pub fn kept_file(database: &Database) -> PathBuf {
    database.data.join("registry.catalogue")
}

/// The commands over a database that a start has filled, without what only a server needs; and who acts at its command
/// line.
pub fn commands(place: &Place, clock: Clock, ids: Ids) -> anyhow::Result<(Registry, Actor)> {
    let store = Arc::new(stored(place)?);
    let registry = Registry::new(store, clock, ids, Arc::default());
    let actor = registry.operator()?.with_context(|| unfilled(place))?;
    Ok((registry, actor))
}

/// A database that is there.
pub fn stored(place: &Place) -> anyhow::Result<Store> {
    if let Place::Sqlite(file) = place
        && let Err(error) = file.metadata()
    {
        ensure!(
            error.kind() != ErrorKind::NotFound,
            "{place} is not there: name its folder with --data, or start the registry once, which makes it"
        );
        return Err(error).with_context(|| place.to_string());
    }
    opened(place)
}

/// A database that is to be filled, made if it is not there.
pub fn empty(database: &Database) -> anyhow::Result<Store> {
    database.check().map_err(anyhow::Error::msg)?;
    opened(&place(database))
}

fn unfilled(place: &Place) -> String {
    format!("{place} holds nothing yet: start the registry once, which fills it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_long_for_one_look_at_the_log_misses_many() {
        for (waited, expected) in [(0, 1), (499, 1), (500, 2), (5000, 11)] {
            assert_eq!(looks_in(Duration::from_millis(waited)), expected);
        }
    }
}
