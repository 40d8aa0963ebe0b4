//! How long does the first page of a hundred take, in the order of a property, and the 500th? By the key of the page
//! before, which is the right way in SQL as well.

use crate::bench::Bench;
use crate::measure::{Timing, bytes};
use crate::question::Question;

/// The first page.
pub fn first(bench: &Bench) -> Vec<Timing> {
    bench.compare("page 1, sorted", &[question()], bytes)
}

/// The 500th.
pub fn of_500(bench: &Bench) -> Vec<Timing> {
    let mut question = question();
    // A smaller world has fewer pages: then the one in the middle.
    let before = (499 * 100).min(bench.seen.len() / 200 * 100);
    question.after = Some(bench.after(&question, before));
    bench.compare("page 500, sorted", &[question], bytes)
}

fn question() -> Question {
    Question {
        by_year: true,
        limit: 100,
        ..Question::default()
    }
}
