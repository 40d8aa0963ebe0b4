//! How long does a box of 100 features take, and one of 1000? As a map asks: different boxes, around sites.

use crate::bench::Bench;
use crate::measure::{Timing, bytes};
use crate::question::Question;
use crate::world::Random;

/// A box of 100.
pub fn of_100(bench: &Bench) -> Vec<Timing> {
    compare(bench, 100)
}

/// A box of 1000.
pub fn of_1000(bench: &Bench) -> Vec<Timing> {
    compare(bench, 1000)
}

fn compare(bench: &Bench, count: usize) -> Vec<Timing> {
    bench.compare(
        &format!("a box of {count}"),
        &questions(bench, count, 32),
        bytes,
    )
}

/// Boxes that so many features intersect.
pub fn questions(bench: &Bench, count: usize, number: usize) -> Vec<Question> {
    let mut random = Random::stream(1);
    let question = |_| Question {
        bbox: Some(bench.box_of(&mut random, count)),
        limit: count,
        ..Question::default()
    };
    (0..number).map(question).collect()
}
