//! How long a search may take: a filter that nobody can tell the cost of is given up after a while, and harms nobody else.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Until when a search goes on. Once it is over, whatever was found is worth nothing.
#[derive(Debug, Default)]
pub struct Patience {
    until: Option<Instant>,
    is_over: Cell<bool>,
}

impl Patience {
    /// So long from now on.
    pub fn of(length: Duration) -> Patience {
        Patience {
            until: Some(Instant::now() + length),
            is_over: Cell::default(),
        }
    }

    /// Whether to go on; to be asked before each step. A step may relate thousands of positions,
    /// so the clock is looked at each time.
    pub(super) fn lasts(&self) -> bool {
        if !self.is_over.get() && self.until.is_some_and(|until| Instant::now() >= until) {
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
