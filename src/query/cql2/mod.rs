//! CQL2 (OGC 21-065r2): a filter as it is written, in text or in JSON, and as it is understood.
//!
//! Both encodings become one tree ([`Node`]); whatever can be written in the one can be written in the other. A tree says
//! nothing of which properties there are: [`check`] finds them, sees that types agree, and gives a [`Term`], which comes to a
//! value for each feature ([`Term::holds`]).

mod check;
mod datum;
mod error;
mod evaluate;
mod folding;
mod functions;
mod pattern;
mod places;
mod stretch;
mod term;
mod tree;
mod typed;

pub use check::{Scope, check};
pub use datum::{Datum, Fixed, Spot};
pub use error::Error;
pub use evaluate::Values;
pub use folding::{without_accents, without_case};
pub use functions::{Argument, FUNCTIONS, Function, Type};
pub use pattern::Pattern;
pub use places::BUFFER_MAX_M;
pub use stretch::{Moment, Stretch};
pub use term::Term;
pub use tree::{Node, Op, Place, Position, Shape, What};
