//! How long until readers see an edit while sixteen people edit without a pause, and how many edits are shown together?

use std::thread;
use std::time::{Duration, Instant};

use actix_web::rt::System;
use heritage_registry::app::Parts;
use heritage_registry::domain::{Clock, Ids, Seq};
use heritage_registry::registry::{Rules, Seed};
use tokio::time::timeout;

use crate::beside_writes::following;
use crate::world::World;
use crate::writable::{Editor, Writable};

/// So many at once.
const AT_ONCE: usize = 16;
/// How long it goes on.
const LASTS: Duration = Duration::from_secs(5);

pub fn ask(sites: usize) {
    for copy in Writable::on_each_engine(&World::of(sites)) {
        let (clock, ids) = (Clock::system(), Ids::random());
        let (seed, rules) = (Seed::of([]), Rules::default());
        let parts = Parts::open(&copy.place, None, clock, ids, seed, None, rules)
            .expect("the copy can be opened");
        let mut editors = copy.editors(&parts.registry, AT_ONCE);
        following(&parts, || burst(copy.engine, &parts, &mut editors));
    }
}

fn burst(engine: &str, parts: &Parts, editors: &mut [Editor]) {
    let began = Instant::now();
    let (written, shown) = thread::scope(|scope| {
        let writing = editors
            .iter_mut()
            .map(|editor| scope.spawn(move || edits(editor)));
        let writing: Vec<_> = writing.collect();
        let watching = scope.spawn(|| watch(parts, began + LASTS));
        let written = writing
            .into_iter()
            .flat_map(|one| one.join().expect("an edit does not panic"));
        let written: Vec<(Seq, Instant)> = written.collect();
        (written, watching.join().expect("watching does not panic"))
    });
    let delay = |(seq, committed): &(Seq, Instant)| {
        let (_, at) = shown.get(shown.partition_point(|(shown, _)| shown < seq))?;
        Some(at.saturating_duration_since(*committed))
    };
    let mut delays: Vec<Duration> = written.iter().filter_map(delay).collect();
    delays.sort_unstable();
    let of_hundred = |part: usize| delays[(delays.len() - 1) * part / 100];
    let a_second = |count: usize| {
        let count = u32::try_from(count).expect("nobody edits so fast");
        f64::from(count) / LASTS.as_secs_f64()
    };
    let (edits, times) = (a_second(written.len()), a_second(shown.len()));
    println!(
        "{engine}: {edits:.0} edits/s, shown {times:.1} times a second, {:.1} at a time; after {:.1?} (median), {:.1?} (p99), {:.1?} (longest)",
        edits / times,
        of_hundred(50),
        of_hundred(99),
        of_hundred(100)
    );
}

/// What somebody wrote, and when that was committed.
fn edits(editor: &mut Editor) -> Vec<(Seq, Instant)> {
    let end = Instant::now() + LASTS;
    let mut written = Vec::new();
    while Instant::now() < end {
        let seq = editor.edit();
        written.push((seq, Instant::now()));
    }
    written
}

/// When which place of the log was shown, until nothing more comes.
fn watch(parts: &Parts, end: Instant) -> Vec<(Seq, Instant)> {
    System::new().block_on(async {
        let mut shown = vec![(parts.catalogue.shown(), Instant::now())];
        let last = |shown: &[(Seq, Instant)]| shown[shown.len() - 1].0;
        loop {
            let next = parts.catalogue.shows(Seq(last(&shown).0 + 1));
            match timeout(Duration::from_secs(2), next).await {
                Ok(()) => shown.push((parts.catalogue.shown(), Instant::now())),
                Err(_) if Instant::now() >= end => return shown,
                Err(_) => {}
            }
        }
    })
}
