//! How long a search may take: a filter that nobody can tell the cost of is given up after a while, and harms nobody else.

use std::cell::Cell;
use std::fmt;
use std::time::{Duration, Instant};

/// What takes longer by itself is not begun: nothing ends it before it is done.
const STEP_MAX: Duration = Duration::from_secs(1);

/// Until when a search goes on; it may be for ever. Once that has passed, whatever was found is worth nothing.
#[derive(Default)]
pub struct Deadline {
    until: Option<Instant>,
    has_passed: Cell<bool>,
    pauses: Option<Pauses>,
}

/// Others go first for a while, each time after so long.
struct Pauses {
    every: Duration,
    last: Cell<Instant>,
    pause: Box<dyn Fn()>,
}

impl Deadline {
    /// So long from now on.
    pub fn after(length: Duration) -> Deadline {
        Deadline {
            until: Some(Instant::now() + length),
            ..Deadline::default()
        }
    }

    /// The same; each time after so long, `pause` lets others go first. What passes meanwhile counts.
    #[must_use]
    pub fn with_pauses(self, every: Duration, pause: impl Fn() + 'static) -> Deadline {
        Deadline {
            pauses: Some(Pauses {
                every,
                last: Cell::new(Instant::now()),
                pause: Box::new(pause),
            }),
            ..self
        }
    }

    /// Whether to go on; to be asked before each step. A step may relate thousands of positions,
    /// so the clock is looked at each time.
    pub(super) fn is_ahead(&self) -> bool {
        if let Some(pauses) = &self.pauses
            && pauses.last.get().elapsed() >= pauses.every
        {
            (pauses.pause)();
            pauses.last.set(Instant::now());
        }
        self.grants(Duration::ZERO)
    }

    /// Whether to do something that takes so long; if not, the deadline counts as passed.
    pub(super) fn grants(&self, work: Duration) -> bool {
        let is_too_late = |until: Instant| work > STEP_MAX || Instant::now() + work >= until;
        if !self.has_passed.get() && self.until.is_some_and(is_too_late) {
            self.has_passed.set(true);
        }
        !self.has_passed.get()
    }

    /// Whether that has passed.
    pub fn has_passed(&self) -> bool {
        self.has_passed.get()
    }
}

impl fmt::Debug for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Deadline");
        out.field("until", &self.until).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    #[test]
    fn it_is_never_or_after_the_time_that_is_given() {
        let (ever, never) = (Deadline::default(), Deadline::after(Duration::ZERO));
        assert!((0..1000).all(|_| ever.is_ahead()) && !ever.has_passed());
        assert!(!never.is_ahead() && never.has_passed());
    }

    #[test]
    fn what_would_take_too_long_is_not_begun_and_ends_the_search() {
        let hour = Duration::from_hours(1);
        assert!(Deadline::default().grants(hour));
        let soon = Deadline::after(hour);
        assert!(soon.grants(STEP_MAX) && soon.is_ahead());
        assert!(!soon.grants(STEP_MAX * 2) && soon.has_passed() && !soon.is_ahead());
        assert!(!Deadline::after(Duration::from_millis(500)).grants(STEP_MAX));
    }

    #[test]
    fn others_go_first_each_time_after_a_while() {
        let count = Rc::new(Cell::new(0));
        let counted = count.clone();
        let always = Deadline::after(Duration::from_hours(1))
            .with_pauses(Duration::ZERO, move || counted.set(counted.get() + 1));
        assert!((0..3).all(|_| always.is_ahead()) && always.grants(Duration::ZERO));
        assert_eq!(count.get(), 3);
        let seldom = Deadline::default().with_pauses(Duration::from_hours(1), || unreachable!());
        assert!((0..1000).all(|_| seldom.is_ahead()));
    }
}
