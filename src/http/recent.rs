//! What was asked for lately, as far as there is room for it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Values by a text, in a bounded number of bytes; what has not been asked for longest goes first.
#[derive(Debug)]
pub(super) struct Recent<V> {
    most: usize,
    kept: Mutex<Kept<V>>,
}

#[derive(Debug)]
struct Kept<V> {
    values: HashMap<String, One<V>>,
    /// Their texts, by when they were last asked for.
    asked: BTreeMap<u64, String>,
    now: u64,
    bytes: usize,
}

#[derive(Debug)]
struct One<V> {
    value: V,
    bytes: usize,
    asked: u64,
}

impl<V> Default for Kept<V> {
    fn default() -> Kept<V> {
        Kept {
            values: HashMap::new(),
            asked: BTreeMap::new(),
            now: 0,
            bytes: 0,
        }
    }
}

impl<V: Clone> Recent<V> {
    /// With room for so many bytes.
    pub(super) fn of(most: usize) -> Recent<V> {
        Recent {
            most,
            kept: Mutex::default(),
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.kept().values.len()
    }

    /// Lets go of all.
    pub(super) fn clear(&self) {
        *self.kept() = Kept::default();
    }

    pub(super) fn find(&self, text: &str) -> Option<V> {
        let mut kept = self.kept();
        kept.now += 1;
        let now = kept.now;
        let one = kept.values.get_mut(text)?;
        let (before, value) = (std::mem::replace(&mut one.asked, now), one.value.clone());
        let text = kept.asked.remove(&before)?;
        kept.asked.insert(now, text);
        Some(value)
    }

    /// Keeps a value that takes so many bytes in place of what that text had, and lets go of others for it. One that would take
    /// an eighth of the room is not kept.
    pub(super) fn keep(&self, text: String, value: V, bytes: usize) {
        let mut kept = self.kept();
        kept.forget(&text);
        if bytes > self.most / 8 {
            return;
        }
        kept.bytes += bytes;
        kept.now += 1;
        let asked = kept.now;
        kept.asked.insert(asked, text.clone());
        let one = One {
            value,
            bytes,
            asked,
        };
        kept.values.insert(text, one);
        while kept.bytes > self.most {
            let Some((_, oldest)) = kept.asked.first_key_value() else {
                return;
            };
            let oldest = oldest.clone();
            kept.forget(&oldest);
        }
    }

    // What a panic left is whole enough: at worst a value is never let go of.
    fn kept(&self) -> MutexGuard<'_, Kept<V>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V> Kept<V> {
    fn forget(&mut self, text: &str) {
        if let Some(gone) = self.values.remove(text) {
            self.asked.remove(&gone.asked);
            self.bytes -= gone.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_asked_for_longest_goes_first() {
        let recent = Recent::of(80);
        let keep = |text: &str| recent.keep(text.to_owned(), text.len(), 10);
        for text in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            keep(text);
        }
        assert!(recent.find("a").is_some());
        keep("i");
        keep("i");
        assert!(recent.find("b").is_none());
        assert!(recent.find("a").is_some() && recent.find("c").is_some());
        assert_eq!((recent.count(), recent.kept().bytes), (8, 80));
        recent.keep("large".to_owned(), 5, 11);
        assert!(recent.find("large").is_none());
        assert_eq!(recent.count(), 8);
        recent.clear();
        assert_eq!((recent.count(), recent.kept().bytes), (0, 0));
    }

    #[test]
    fn a_later_value_takes_the_place_of_the_one_before() {
        let recent = Recent::of(80);
        recent.keep("a".to_owned(), "before", 10);
        recent.keep("a".to_owned(), "after", 6);
        assert_eq!(recent.find("a"), Some("after"));
        recent.keep("a".to_owned(), "too large", 11);
        assert_eq!(recent.find("a"), None, "what it had is no longer so");
        let kept = recent.kept();
        assert_eq!((kept.asked.len(), kept.bytes), (0, 0));
    }
}
