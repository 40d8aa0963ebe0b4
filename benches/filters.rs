//! How long do the first hundred sites of a type that were located in one way take, with the number of all?

use crate::bench::Bench;
use crate::measure::{Timing, bytes};
use crate::question::Question;

/// Types that no other type of the world narrows, so that equality is the whole question in SQL as well.
const TYPES: [&str; 6] = [
    "bridge",
    "caravanserai",
    "khachkar",
    "mill",
    "ram_stone",
    "synagogue",
];

pub fn ask(bench: &Bench) -> Vec<Timing> {
    let question = |site_type| Question {
        equal: vec![("site_type", site_type), ("location_method", "dataset")],
        limit: 100,
        ..Question::default()
    };
    bench.compare("two properties", &TYPES.map(question), bytes)
}
