//! How long does the 500th page of a hundred take, in the order of a property? By the key of the page before, which is the
//! right way in SQL as well.

use crate::bench::Bench;
use crate::measure::{Timing, bytes};
use crate::question::Question;

pub fn ask(bench: &Bench) -> Vec<Timing> {
    let mut question = Question {
        by_year: true,
        limit: 100,
        ..Question::default()
    };
    // A smaller world has fewer pages: then the one in the middle.
    let before = (499 * 100).min(bench.seen.len() / 200 * 100);
    question.after = Some(bench.after(&question, before));
    bench.compare("page 500, sorted", &[question], bytes)
}
