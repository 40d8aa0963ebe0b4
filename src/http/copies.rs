//! Compressed copies of public answers: one compression costs several times the question.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::web::Bytes;

/// At most so many bytes of bodies are kept.
const MOST: usize = 64 << 20;

/// Copies by their tag, which is of one audience, one answer and one coding; who has not been asked for longest goes first.
#[derive(Debug)]
pub struct Copies {
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    copies: HashMap<String, (u64, Bytes)>,
    /// The tags, by when they were last asked for.
    asked: BTreeMap<u64, String>,
    now: u64,
    bytes: usize,
}

impl Default for Copies {
    fn default() -> Copies {
        Copies::of(MOST)
    }
}

impl Copies {
    fn of(most: usize) -> Copies {
        Copies {
            most,
            kept: Mutex::default(),
        }
    }

    /// How many there are, for tests.
    pub fn count(&self) -> usize {
        self.kept().copies.len()
    }

    /// Lets go of all.
    pub fn clear(&self) {
        *self.kept() = Kept::default();
    }

    pub(super) fn find(&self, tag: &str) -> Option<Bytes> {
        let mut kept = self.kept();
        kept.now += 1;
        let now = kept.now;
        let (asked, copy) = kept.copies.get_mut(tag)?;
        let (before, copy) = (std::mem::replace(asked, now), copy.clone());
        let tag = kept.asked.remove(&before)?;
        kept.asked.insert(now, tag);
        Some(copy)
    }

    /// Keeps a copy, and lets go of others for it. One that would take an eighth of the room is not kept.
    pub(super) fn keep(&self, tag: String, copy: Bytes) {
        let mut kept = self.kept();
        if copy.len() > self.most / 8 || kept.copies.contains_key(&tag) {
            return;
        }
        kept.bytes += copy.len();
        kept.now += 1;
        let now = kept.now;
        kept.asked.insert(now, tag.clone());
        kept.copies.insert(tag, (now, copy));
        while kept.bytes > self.most {
            let Some((_, oldest)) = kept.asked.pop_first() else {
                return;
            };
            if let Some((_, gone)) = kept.copies.remove(&oldest) {
                kept.bytes -= gone.len();
            }
        }
    }

    // What a panic left is whole enough: at worst a copy is never let go of.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_asked_for_longest_goes_first() {
        let copies = Copies::of(80);
        let ten = || Bytes::from_static(b"0123456789");
        for tag in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            copies.keep(tag.to_owned(), ten());
        }
        assert!(copies.find("a").is_some());
        copies.keep("i".to_owned(), ten());
        copies.keep("i".to_owned(), ten());
        assert!(copies.find("b").is_none());
        assert!(copies.find("a").is_some() && copies.find("c").is_some());
        assert_eq!((copies.count(), copies.kept().bytes), (8, 80));
        copies.keep("large".to_owned(), Bytes::from_static(b"01234567890"));
        assert!(copies.find("large").is_none());
        assert_eq!(copies.count(), 8);
    }
}
