//! How long does a question take? One file for each; `docs/performance.md` says what they show and how to run them.
#![expect(clippy::print_stdout, reason = "the tables are what this is for")]
#![expect(
    unreachable_pub,
    reason = "each file is public to the others of this binary"
)]

mod world;

use std::time::Instant;

use world::World;

fn main() {
    for sites in sizes() {
        let started = Instant::now();
        let folder = World::of(sites).kept();
        let took = started.elapsed().as_secs_f64();
        println!("{sites} sites: {} (after {took:.1} s)", folder.display());
    }
}

/// How many sites: those of `SITES`, separated by commas, or 100,000.
fn sizes() -> Vec<usize> {
    #[expect(
        clippy::disallowed_methods,
        reason = "benches have no settings of their own"
    )]
    let asked = std::env::var("SITES").unwrap_or_else(|_| "100000".to_owned());
    let number = |text: &str| text.trim().parse().expect("SITES has numbers of sites");
    asked.split(',').map(number).collect()
}
