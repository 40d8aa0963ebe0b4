//! CQL2 (OGC 21-065r2): a filter as it is written, in text or in JSON, and as it is understood.
//!
//! Both encodings become one tree ([`Node`]); whatever can be written in the one can be written in the other. A tree says
//! nothing of which properties there are.

mod folding;
mod functions;
mod pattern;
mod stretch;
mod tree;

pub use folding::{without_accents, without_case};
pub use functions::{Argument, FUNCTIONS, Function, Type};
pub use pattern::Pattern;
pub use stretch::{Moment, Stretch};
pub use tree::{Node, Op, Place, Position, Shape, What};
