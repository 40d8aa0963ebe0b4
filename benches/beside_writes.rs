//! How many reads a second while 50 edits a second go on? The log is followed as in the program, so that snapshots are
//! exchanged under the readers, of whom there is one for each processor.

use std::num::NonZero;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::rt::System;
use heritage_registry::app::Parts;
use heritage_registry::domain::{Clock, Id, Ids, Seq, Site};
use heritage_registry::registry::Seed;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::bench::Bench;
use crate::boxes;
use crate::measure::{a_second, middle};
use crate::ours::Ours;
use crate::question::Question;
use crate::writable::{Editor, Writable};

/// The time from one edit to the next: 50 a second.
const EVERY: Duration = Duration::from_millis(20);
/// How long each measurement takes, and how often each is repeated, in turns.
const LASTS: Duration = Duration::from_secs(3);
const ROUNDS: usize = 3;
/// So many different boxes and sites.
const QUESTIONS: usize = 200;

pub fn ask(bench: &Bench) {
    let boxes = boxes::questions(bench, 100, QUESTIONS);
    let boxes: Vec<String> = boxes.iter().map(Question::query_string).collect();
    let every = bench.seen.len().div_ceil(QUESTIONS);
    let items: Vec<_> = bench
        .seen
        .iter()
        .step_by(every)
        .map(|seen| Id::<Site>::parse(&seen.id).expect("it is an id").uuid())
        .collect();
    let read_box = |ours: &Ours, number: usize| ours.page(&boxes[number % boxes.len()]).len();
    let read_item = |ours: &Ours, number: usize| {
        let item = ours.item(items[number % items.len()]);
        item.expect("the public sees it").len()
    };
    for copy in Writable::on_each_engine(&bench.world) {
        let (clock, ids) = (Clock::system(), Ids::random());
        let parts = Parts::open(
            &copy.place,
            None,
            clock,
            ids,
            Seed::of([]),
            None,
            heritage_registry::registry::Rules::default(),
        )
        .expect("the copy can be opened");
        let mut editor = copy.editors(&parts.registry, 1).remove(0);
        println!("\nreads while somebody edits, on {}", copy.engine);
        println!(
            "  {:<34} {:>12} {:>14} {:>8} {:>10}",
            "", "alone", "beside edits", "ratio", "edits/s"
        );
        following(&parts, || {
            compare("a box of 100", &parts, &mut editor, &read_box);
            compare("one site by its id", &parts, &mut editor, &read_item);
        });
    }
}

/// Does `work` while another thread follows the log.
pub fn following(parts: &Parts, work: impl FnOnce()) {
    let (stop, stopped) = oneshot::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(|| {
            System::new().block_on(async {
                tokio::select! {
                    () = parts.follow() => {}
                    _ = stopped => {}
                }
            });
        });
        // Dropped when this ends, also by a panic: then nobody follows any more.
        let _stop = stop;
        work();
    });
}

fn compare(
    name: &str,
    parts: &Parts,
    editor: &mut Editor,
    read: &(impl Fn(&Ours, usize) -> usize + Sync),
) {
    let (mut alone, mut beside, mut ratios, mut edits) = (vec![], vec![], vec![], vec![]);
    for _ in 0..ROUNDS {
        let quiet = a_second(LASTS, readers(parts, read));
        let shown = parts.catalogue.shown();
        let (busy, edited) = writing(editor, || a_second(LASTS, readers(parts, read)));
        assert!(parts.catalogue.shown() > shown, "readers see the edits");
        wait_for(parts, edited.last);
        alone.push(quiet);
        beside.push(busy);
        ratios.push(busy / quiet);
        edits.push(edited.a_second);
    }
    println!(
        "  {name:<34} {:>10.0}/s {:>12.0}/s {:>8.2} {:>10.1}",
        middle(alone),
        middle(beside),
        middle(ratios),
        middle(edits)
    );
}

/// One reader for each processor; each read is of the newest snapshot.
fn readers<'a>(
    parts: &'a Parts,
    read: &'a (impl Fn(&Ours, usize) -> usize + Sync),
) -> Vec<impl FnMut() + Send> {
    let count = thread::available_parallelism().map_or(1, NonZero::get);
    let reader = |first: usize| {
        let mut number = first * QUESTIONS / count;
        move || {
            let bytes = read(&Ours::of(&parts.catalogue), number);
            std::hint::black_box(bytes);
            number += 1;
        }
    };
    (0..count).map(reader).collect()
}

/// What somebody edited.
struct Edited {
    a_second: f64,
    last: Seq,
}

/// Does `work` while somebody edits in a steady pace.
fn writing<T>(editor: &mut Editor, work: impl FnOnce() -> T) -> (T, Edited) {
    let (stop, stopped) = channel::<()>();
    thread::scope(|scope| {
        let edits = scope.spawn(move || {
            let began = Instant::now();
            let (mut next, mut count, mut last) = (began, 0, Seq(0));
            while let Err(RecvTimeoutError::Timeout) =
                stopped.recv_timeout(next.saturating_duration_since(Instant::now()))
            {
                last = editor.edit();
                count += 1;
                next += EVERY;
            }
            let a_second = f64::from(count) / began.elapsed().as_secs_f64();
            Edited { a_second, last }
        });
        let done = work();
        drop(stop);
        (done, edits.join().expect("an editor does not panic"))
    })
}

/// Until readers see what was written, so that the next measurement begins at rest.
fn wait_for(parts: &Parts, seq: Seq) {
    let shown = async { timeout(Duration::from_mins(1), parts.catalogue.shows(seq)).await };
    let shown = System::new().block_on(shown);
    shown.expect("the log is followed");
}
