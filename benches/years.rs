//! How long do the first hundred sites of a stretch of time take, the earliest first, with the number of all?

use crate::bench::Bench;
use crate::measure::{Timing, bytes};
use crate::question::Question;

pub fn ask(bench: &Bench) -> Vec<Timing> {
    let question = |first| Question {
        years: Some((first, first + 20)),
        by_year: true,
        limit: 100,
        ..Question::default()
    };
    let questions = [610, 985, 1210, 1333, 1501, 1780].map(question);
    bench.compare("a range of years, sorted", &questions, bytes)
}
