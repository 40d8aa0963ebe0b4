//! CQL2 (OGC 21-065r2): a filter as it is written, in text or in JSON, and as it is understood.
//!
//! Both encodings become one tree ([`Node`]); whatever can be written in the one can be written in the other. A tree says
//! nothing of which properties there are: [`check`] finds them, sees that types agree, and gives a [`Term`], which comes to a
//! value for each feature ([`Term::holds`]).
//!
//! Start at [`parse_text`] and [`parse_json`]; [`Node::to_text`] and [`Node::to_json`] are their inverses. Reading takes time
//! and memory in proportion to the length of a filter, and stack in proportion to how deep it is nested, which is limited.

mod buffer;
mod calls;
mod check;
mod collected;
mod conditions;
mod datum;
mod error;
mod evaluate;
mod fold;
mod folding;
mod functions;
mod geojson;
mod instant;
mod json;
mod lexer;
mod located;
mod operand;
mod part;
mod pattern;
mod places;
mod shape;
mod stretch;
mod term;
mod text;
mod tree;
mod typed;
mod wkt;
mod words;
mod work;
mod write;
mod write_json;

#[cfg(test)]
mod tests;

pub use check::{Scope, check};
pub use datum::{Datum, Fixed};
pub use error::{Error, JSON_BYTES_MAX, TEXT_BYTES_MAX};
pub use evaluate::Values;
pub use functions::{Argument, FUNCTIONS, Function};
pub use json::{parse_json, read_json};
pub use stretch::{Moment, Stretch};
pub use term::Term;
pub use text::parse_text;
pub use tree::{ArrayOp, ComparisonOp, Node, Place, SpatialOp};
pub use typed::Type;

use datum::Spot;
use functions::Meaning;
use pattern::Pattern;
use term::Spelling;
use tree::{ArithmeticOp, Op, Position, Shape, TemporalOp, What};
