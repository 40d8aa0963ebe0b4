//! The answer: one immutable snapshot per audience, and the holder that keeps the newest of them.
//!
//! Readers take a snapshot and answer everything from it; they wait for nobody. Knows no database: it is fed changes of
//! the log. Start at [`Snapshot::search`], then [`Catalogue::follow`].

mod holder;
mod search;
mod snapshot;

pub use holder::Catalogue;
pub use search::{Hit, Page};
pub use snapshot::{Extent, Found, Snapshot};
