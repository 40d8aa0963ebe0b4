//! How long a search may take: a filter that nobody can tell the cost of is given up after a while, and harms nobody else.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Until when a search goes on. Once it is over, whatever was found is worth nothing.
#[derive(Debug, Default)]
pub struct Patience {
    until: Option<Instant>,
    asked: Cell<u32>,
    is_over: Cell<bool>,
}

/// The clock is looked at once in so many steps; each evaluates a filter for a feature or a value, some microseconds.
const STEPS: u32 = 64;

impl Patience {
    /// So long from now on.
    pub fn of(length: Duration) -> Patience {
        Patience {
            until: Some(Instant::now() + length),
            ..Patience::default()
        }
    }

    /// Whether to go on; to be asked before each step.
    pub(super) fn lasts(&self) -> bool {
        let asked = self.asked.get();
        self.asked.set(asked.wrapping_add(1));
        if asked.is_multiple_of(STEPS) && self.until.is_some_and(|until| Instant::now() >= until) {
            self.is_over.set(true);
        }
        !self.is_over.get()
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.is_over.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_lasts_for_ever_or_as_long_as_it_was_given() {
        let (ever, never) = (Patience::default(), Patience::of(Duration::ZERO));
        assert!((0..1000).all(|_| ever.lasts()) && !ever.is_over());
        assert!(!never.lasts() && never.is_over());
    }
}
