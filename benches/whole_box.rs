//! How long do the first ten features of a box around everything take, with the number of all? As a desktop client asks first.

use crate::bench::Bench;
use crate::measure::{Timing, bytes};
use crate::question::Question;

pub fn ask(bench: &Bench) -> Vec<Timing> {
    let question = Question {
        bbox: Some([44.5, 38.3, 48.5, 41.2]),
        limit: 10,
        ..Question::default()
    };
    bench.compare("a box around everything, the first 10", &[question], bytes)
}
