//! What is wrong with a filter.

use std::fmt;

use super::Place;

/// What is wrong with a filter, what would be right, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {detail}")]
pub struct Error {
    /// Where.
    pub place: Place,
    /// What was found and what was expected, without the place.
    pub detail: String,
}

/// `byte 5`, `/args/0`, or `the whole`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Offset(offset) => write!(f, "byte {offset}"),
            Place::Pointer(pointer) if pointer.is_empty() => f.write_str("the whole"),
            Place::Pointer(pointer) => f.write_str(pointer),
        }
    }
}
