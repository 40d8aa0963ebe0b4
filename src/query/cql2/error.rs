//! What is wrong with a filter, and how large one may be.

use std::fmt;

use super::Place;

/// The most bytes of a filter in text: a request line longer than this is refused before it is read.
pub const TEXT_BYTES_MAX: usize = 65_536;

/// The most bytes of a filter in JSON.
pub const JSON_BYTES_MAX: usize = 4_194_304;

/// The most levels of a filter: operators, functions, lists, geometries and brackets within each other.
///
/// JSON is read to 127 nested braces and brackets: 59 operators with their arguments, and a multipolygon in the last, take
/// 123. So whatever is written in text can be written in JSON, and read from there.
pub(super) const DEPTH_MAX: usize = 60;

/// The most parts of a filter ([`Node`](super::Node)s): operators, names, values.
pub(super) const NODES_MAX: usize = 10_000;

/// The most positions of all geometries of a filter together.
pub(super) const VERTICES_MAX: usize = 100_000;

/// What is wrong with a filter, what would be right, and where.
///
/// The first fault is told: what comes after it means something else once it is mended.
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

/// How much of a filter has been read.
#[derive(Default)]
pub(super) struct Size {
    depth: usize,
    nodes: usize,
    vertices: usize,
}

impl Size {
    /// One level deeper; [`Size::leave`] goes back.
    pub(super) fn enter(&mut self) -> Result<(), String> {
        self.depth += 1;
        check_depth(self.depth)
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// One part more.
    pub(super) fn add_node(&mut self) -> Result<(), String> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(format!("a filter has at most {NODES_MAX} parts"));
        }
        Ok(())
    }

    /// One position more.
    pub(super) fn add_vertex(&mut self) -> Result<(), String> {
        self.vertices += 1;
        if self.vertices > VERTICES_MAX {
            return Err(format!(
                "the geometries of a filter have at most {VERTICES_MAX} positions"
            ));
        }
        Ok(())
    }
}

/// Refuses what has too many levels.
pub(super) fn check_depth(levels: usize) -> Result<(), String> {
    if levels > DEPTH_MAX {
        return Err(format!("a filter is nested at most {DEPTH_MAX} deep"));
    }
    Ok(())
}

/// Refuses what is too long.
pub(super) fn check_bytes(bytes: usize, most: usize) -> Result<(), String> {
    if bytes > most {
        return Err(format!(
            "a filter has at most {most} bytes, and this one has {bytes}"
        ));
    }
    Ok(())
}
