//! What is read from strangers, given to a fuzzer: it may be refused, and nothing else may happen.
//!
//! The two pure rooms are compiled as they are, without the rest of the program: so there is no database and no OpenSSL to
//! build first.

#[path = "../../src/domain/mod.rs"]
pub mod domain;
#[path = "../../src/query/mod.rs"]
pub mod query;

use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// How long an input may take, where `FUZZ_MILLIS` says so.
static LIMIT: LazyLock<Option<Duration>> = LazyLock::new(|| {
    let millis = std::env::var("FUZZ_MILLIS").ok()?;
    let millis = millis.parse().expect("FUZZ_MILLIS is a whole number");
    Some(Duration::from_millis(millis))
});

/// Does the work, and fails if it takes too long three times in a row: once may be another program's fault.
pub fn in_time<T>(work: impl Fn() -> T) -> T {
    let mut took = Duration::ZERO;
    for _ in 0..3 {
        let began = Instant::now();
        let result = work();
        took = began.elapsed();
        if LIMIT.is_none_or(|limit| took <= limit) {
            return result;
        }
    }
    panic!("it took {took:?} three times");
}
