//! The question: which features of a collection, in which order, which page. Parses parameters and checks them against
//! the table of properties; all faults are listed. Answers nothing: that is the catalogue's.
//!
//! Start at [`Query::parse`].

mod column;
pub mod cql2;
mod datetime;
mod filtering;
mod free_text;
mod key;
mod members;
mod order;
mod parameters;
mod place;
mod question;
mod selection;
mod value;

pub use column::{Column, Equality, is_parameter};
pub use datetime::{Times, parse_as_of, parse_instant};
pub use filtering::{FILTER_LANGS, Outlines};
pub use free_text::FreeText;
pub use key::{Key, Side};
pub use order::{Lead, SortKey};
pub use parameters::{Parameters, pairs};
pub use place::{Near, RADIUS_MAX_M, window};
pub use question::{LIMIT_DEFAULT, LIMIT_MAX, OFFSET_MAX, Query, has_names, parameter_names};
pub use selection::Selection;
pub use value::boolean as parse_boolean;
