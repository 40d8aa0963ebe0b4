//! CQL2 (OGC 21-065r2): a filter as it is written, in text or in JSON, and as it is understood.
//!
//! Both encodings become one tree ([`Node`]); whatever can be written in the one can be written in the other. A tree says
//! nothing of which properties there are.

mod functions;
mod tree;

pub use functions::{Argument, FUNCTIONS, Function, Type};
pub use tree::{Node, Op, Place, Position, Shape, What};
