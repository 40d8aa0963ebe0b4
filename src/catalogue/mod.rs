//! The answer: one immutable snapshot per audience, and the holder that keeps the newest of them.
//!
//! Readers take a snapshot and answer everything from it; they wait for nobody. Knows no database: it is fed the news
//! of the log. Start at [`Snapshot::search`], then [`Taken::take`] and [`Catalogue::show`].
//!
//! A snapshot is made of parts, each a segment of features that never changes and a set of its rows that have died. A
//! segment has an index for each thing that can be asked: `tree.rs` where and when (on the planes of `plane.rs`),
//! `column.rs` what, `names.rs` how it is called, `near.rs` how far, `texts.rs` the answer itself. A question is put to every part: `plan.rs` finds
//! which rows answer, by whatever index leaves the fewest, and `order.rs` takes the first of them from the cursor on;
//! `snapshot.rs` puts them in one order. A change makes a small part of the records whose views it altered, lets their
//! former rows die, and `shelf.rs` merges small parts into larger ones. What both audiences see alike stands in parts
//! that they share; all else is in parts of their own.

mod asking;
mod chunks;
mod clusters;
mod column;
mod counted;
mod criterion;
mod deadline;
mod extras;
mod grid;
mod holder;
mod kept;
mod lexicon;
mod likely;
mod named;
mod names;
mod near;
mod order;
mod page;
mod part;
mod plan;
mod plane;
mod row;
#[cfg(test)]
mod sample;
mod segment;
mod shelf;
mod snapshot;
mod spatial;
mod suggest;
mod taken;
mod texts;
mod tree;
mod truth;
mod values;

pub use clusters::{Cluster, Gathered};
pub use counted::Counted;
pub use deadline::Deadline;
pub use extras::Extras;
pub use grid::Grid;
pub use holder::Catalogue;
pub use kept::Kept;
pub use page::Page;
pub use part::Extent;
pub use snapshot::{Found, Snapshot};
pub use suggest::Suggestion;
pub use taken::Taken;
