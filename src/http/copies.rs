//! Compressed copies of public answers: one compression costs several times the question.

use actix_web::web::Bytes;

use super::recent::Recent;

/// At most so many bytes of bodies are kept.
const MOST: usize = 64 << 20;

/// Copies by their tag, which is of one audience, one answer and one coding.
#[derive(Debug)]
pub struct Copies(Recent<Bytes>);

impl Default for Copies {
    fn default() -> Copies {
        Copies(Recent::of(MOST))
    }
}

impl Copies {
    /// How many there are, for tests.
    pub fn count(&self) -> usize {
        self.0.count()
    }

    /// Lets go of all.
    pub fn clear(&self) {
        self.0.clear();
    }

    pub(super) fn find(&self, tag: &str) -> Option<Bytes> {
        self.0.find(tag)
    }

    pub(super) fn keep(&self, tag: String, copy: Bytes) {
        let bytes = copy.len();
        self.0.keep(tag, copy, bytes);
    }
}
