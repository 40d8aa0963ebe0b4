//! Measures ways of answering the same questions: in turns, since on a machine that others use only ratios within one run
//! mean something, and only if all ways give the same answer. Start at [`compare`]; [`a_second`] is for what many do at once.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

/// A way of answering: gives the pages of the answer to the question with that number.
pub struct Way<'a> {
    name: &'static str,
    answer: Box<dyn FnMut(usize) -> Vec<Vec<u8>> + 'a>,
}

impl<'a> Way<'a> {
    /// A way that answers with one page.
    pub fn new(name: &'static str, mut answer: impl FnMut(usize) -> Vec<u8> + 'a) -> Way<'a> {
        Way::of_pages(name, move |question| vec![answer(question)])
    }

    /// A way that answers with any number of pages.
    pub fn of_pages(name: &'static str, answer: impl FnMut(usize) -> Vec<Vec<u8>> + 'a) -> Way<'a> {
        Way {
            name,
            answer: Box::new(answer),
        }
    }
}

/// How long one way took for one kind of question.
pub struct Timing {
    pub name: &'static str,
    pub median: Duration,
    pub p90: Duration,
    /// How many times as long as the first way it took for the same question, in the middle.
    pub ratio: f64,
}

/// Stands before the number of features of a page, at its end.
const RETURNED: &str = "\"numberReturned\":";

/// After so long a comparison ends, if every question was asked by then.
const ENOUGH: Duration = Duration::from_secs(10);
/// A question is asked so often at most.
const ROUNDS: usize = 30;

/// Asks each way each question once, and fails where `same` does not hold between the first answer and another; then
/// asks them in turns and prints the times. Gives them too.
pub fn compare(
    title: &str,
    questions: usize,
    mut ways: Vec<Way<'_>>,
    same: fn(&[u8], &[u8]) -> bool,
) -> Vec<Timing> {
    let (mut features, mut bytes) = (0, 0);
    for question in 0..questions {
        let first = (ways[0].answer)(question);
        features += first.iter().map(|page| self::features(page)).sum::<usize>();
        bytes += first.iter().map(Vec::len).sum::<usize>();
        for way in &mut ways[1..] {
            let other = (way.answer)(question);
            assert_eq!(first.len(), other.len(), "{title}: pages of {}", way.name);
            for (first, other) in first.iter().zip(&other) {
                assert!(
                    same(first, other),
                    "{title}, question {question}: {} does not answer as ours\n{}\n{}",
                    way.name,
                    beginning(first, other),
                    beginning(other, first),
                );
            }
        }
    }
    let (features, bytes) = (features / questions, bytes / questions);
    let size = if bytes == 0 {
        String::new()
    } else {
        format!("; an answer has {features} features and {bytes} bytes")
    };
    println!("\n{title}: {questions} questions{size}");
    print(take_turns(questions, &mut ways))
}

/// How often a second all of these together do their work, each in a thread of its own and without a pause, for so long.
pub fn a_second(lasts: Duration, workers: Vec<impl FnMut() + Send>) -> f64 {
    let start = &Barrier::new(workers.len());
    thread::scope(|scope| {
        let begun = workers.into_iter().map(|mut work| {
            scope.spawn(move || {
                start.wait();
                let (began, mut done) = (Instant::now(), 0);
                while began.elapsed() < lasts {
                    work();
                    done += 1;
                }
                f64::from(done) / began.elapsed().as_secs_f64()
            })
        });
        let working: Vec<_> = begun.collect();
        let rates = working.into_iter().map(|one| one.join());
        rates.map(|rate| rate.expect("no worker panics")).sum()
    })
}

/// The middle of some numbers.
pub fn middle(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// A plain comparison of bytes.
pub fn bytes(one: &[u8], other: &[u8]) -> bool {
    one == other
}

/// How many features a page has; one, if it is a feature itself.
fn features(page: &[u8]) -> usize {
    let tail = String::from_utf8_lossy(&page[page.len().saturating_sub(40)..]);
    let number = tail
        .split_once(RETURNED)
        .map(|(_, rest)| rest.trim_end_matches('}'));
    number.map_or(1, |number| number.parse().expect("it is a number"))
}

fn take_turns(questions: usize, ways: &mut [Way<'_>]) -> Vec<Timing> {
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); ways.len()];
    let started = Instant::now();
    for round in 0..ROUNDS {
        for question in 0..questions {
            if round > 0 && started.elapsed() > ENOUGH {
                break;
            }
            for (way, times) in ways.iter_mut().zip(&mut times) {
                let begun = Instant::now();
                let answer = (way.answer)(question);
                times.push(begun.elapsed());
                drop(answer);
            }
        }
    }
    let ratio = |of: &[Duration]| {
        let pairs = of.iter().zip(&times[0]);
        middle(
            pairs
                .map(|(one, ours)| one.as_secs_f64() / ours.as_secs_f64())
                .collect(),
        )
    };
    let timing = |(way, times): (&Way<'_>, &Vec<Duration>)| Timing {
        name: way.name,
        median: quantile(times, 50),
        p90: quantile(times, 90),
        ratio: ratio(times),
    };
    ways.iter().zip(&times).map(timing).collect()
}

fn quantile(times: &[Duration], percent: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted[(sorted.len() - 1) * percent / 100]
}

fn print(timings: Vec<Timing>) -> Vec<Timing> {
    println!(
        "  {:<34} {:>12} {:>12} {:>10}",
        "", "median", "p90", "× ours"
    );
    for timing in &timings {
        let millis = |time: Duration| format!("{:.3} ms", time.as_secs_f64() * 1e3);
        println!(
            "  {:<34} {:>12} {:>12} {:>10.1}",
            timing.name,
            millis(timing.median),
            millis(timing.p90),
            timing.ratio
        );
    }
    timings
}

/// An answer around the first byte in which it differs from another.
fn beginning(one: &[u8], other: &[u8]) -> String {
    let differs = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let around = differs.saturating_sub(100)..one.len().min(differs + 200);
    String::from_utf8_lossy(&one[around]).into_owned()
}
