//! How long a search may take: a filter that nobody can tell the cost of is given up after a while, and harms nobody else.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Until when a search goes on; it may be for ever. Once that has passed, whatever was found is worth nothing.
#[derive(Debug, Default)]
pub struct Deadline {
    until: Option<Instant>,
    has_passed: Cell<bool>,
}

impl Deadline {
    /// So long from now on.
    pub fn after(length: Duration) -> Deadline {
        Deadline {
            until: Some(Instant::now() + length),
            has_passed: Cell::default(),
        }
    }

    /// Whether to go on; to be asked before each step. A step may relate thousands of positions,
    /// so the clock is looked at each time.
    pub(super) fn is_ahead(&self) -> bool {
        if !self.has_passed.get() && self.until.is_some_and(|until| Instant::now() >= until) {
            self.has_passed.set(true);
        }
        !self.has_passed.get()
    }

    /// Whether that has passed.
    pub fn has_passed(&self) -> bool {
        self.has_passed.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_never_or_after_the_time_that_is_given() {
        let (ever, never) = (Deadline::default(), Deadline::after(Duration::ZERO));
        assert!((0..1000).all(|_| ever.is_ahead()) && !ever.has_passed());
        assert!(!never.is_ahead() && never.has_passed());
    }
}
