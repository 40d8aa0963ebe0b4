//! Tiles that the public asked for, so that nothing is looked for or drawn again that is as it was.
//!
//! What a question found is known for the snapshot of which it was asked, and for no other: a later one is looked at anew. What
//! was drawn is kept by its tag, which is a hash of everything that is in it: so after a change only those tiles are drawn again
//! in which something is another, and none that is given is older than the snapshot.

use std::sync::{Arc, Weak};

use actix_web::web::Bytes;

use super::recent::Recent;
use super::tag::Tag;
use crate::catalogue::Snapshot;

/// At most so many bytes of drawn tiles are kept,
const DRAWN: usize = 64 << 20;

/// and about so many of questions, with what is known of them.
const KNOWN: usize = 16 << 20;

/// Bytes of what is known of a question beside its text, which is kept twice.
const EACH: usize = 256;

/// Tiles that are known, and drawn ones. Of what known readers ask, nothing is kept.
#[derive(Debug)]
pub struct DrawnTiles {
    known: Recent<Asked>,
    drawn: Recent<Bytes>,
}

/// What is known of a tile that need not be drawn for it.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) tag: Tag,
    pub(super) is_empty: bool,
}

#[derive(Clone, Debug)]
struct Asked {
    /// Its contents go when nobody reads it any more, but no other snapshot gets its address.
    of: Weak<Snapshot>,
    known: Known,
}

impl Default for DrawnTiles {
    fn default() -> DrawnTiles {
        DrawnTiles::of(DRAWN, KNOWN)
    }
}

impl DrawnTiles {
    /// With room for so many bytes of tiles, and of questions.
    pub fn of(drawn: usize, known: usize) -> DrawnTiles {
        DrawnTiles {
            known: Recent::of(known),
            drawn: Recent::of(drawn),
        }
    }

    /// How many are drawn, for tests.
    pub fn count(&self) -> usize {
        self.drawn.count()
    }

    /// Lets go of all.
    pub fn clear(&self) {
        self.known.clear();
        self.drawn.clear();
    }

    /// What a question finds in a snapshot, if it was asked of that one.
    pub(super) fn known(&self, question: &str, snapshot: &Arc<Snapshot>) -> Option<Known> {
        let asked = self.known.find(question)?;
        std::ptr::eq(asked.of.as_ptr(), Arc::as_ptr(snapshot)).then_some(asked.known)
    }

    pub(super) fn know(&self, question: String, snapshot: &Arc<Snapshot>, known: Known) {
        let bytes = 2 * question.len() + EACH;
        let of = Arc::downgrade(snapshot);
        self.known.keep(question, Asked { of, known }, bytes);
    }

    /// The tile with that tag.
    pub(super) fn find(&self, tag: &Tag) -> Option<Bytes> {
        self.drawn.find(tag.bare())
    }

    pub(super) fn keep(&self, tag: &Tag, tile: Bytes) {
        let bytes = tile.len() + EACH;
        self.drawn.keep(tag.bare().to_owned(), tile, bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::domain::Audience;
    use crate::http::negotiate::MVT;
    use crate::http::tag::Parts;

    fn tag(of: &str) -> Tag {
        let mut parts = Parts::new(MVT, Audience::Public);
        parts.add(of.as_bytes());
        parts.tag()
    }

    fn known(of: &str) -> Known {
        Known {
            tag: tag(of),
            is_empty: false,
        }
    }

    #[test]
    fn what_was_found_is_known_for_its_question_and_its_snapshot_alone() {
        let tiles = DrawnTiles::default();
        let snapshot = || Catalogue::default().snapshot(Audience::Public);
        let (before, after) = (snapshot(), snapshot());
        tiles.know("a".to_owned(), &before, known("a"));
        let found = |question: &str, of: &Arc<Snapshot>| {
            let known = tiles.known(question, of);
            known.map(|known| known.tag.bare().to_owned())
        };
        assert_eq!(found("a", &before).as_deref(), Some(tag("a").bare()));
        assert_eq!(found("b", &before), None);
        assert_eq!(found("a", &after), None, "the world is another");
        tiles.know("a".to_owned(), &after, known("b"));
        assert_eq!(found("a", &after).as_deref(), Some(tag("b").bare()));
        assert_eq!(found("a", &before), None);
    }

    #[test]
    fn there_is_room_for_so_much_and_no_more() {
        let tiles = DrawnTiles::of(10_000, 10_000);
        let snapshot = Catalogue::default().snapshot(Audience::Public);
        for number in 0..100 {
            let text = number.to_string();
            tiles.know(text.clone(), &snapshot, known(&text));
            tiles.keep(&tag(&text), vec![0; 500].into());
        }
        // Each of 756 bytes, and of 258 and 260.
        assert_eq!((tiles.drawn.count(), tiles.known.count()), (13, 38));
        assert!(tiles.find(&tag("99")).is_some() && tiles.find(&tag("0")).is_none());
        tiles.clear();
        assert_eq!((tiles.drawn.count(), tiles.known.count()), (0, 0));
    }
}
