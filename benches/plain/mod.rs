//! The straightforward ways of answering the same questions, as a careful developer would write them: a database with the
//! right indexes, plain SQL, prepared, over the finished features; the same bytes come out.
//!
//! What they have easier than ours: one audience, one language, no log, and nothing that follows from another record.

pub mod log;
mod page;
mod postgres;
mod row;
mod sql;
mod sqlite;
mod tiles;

pub use log::{Insert, Logged};
pub use page::Writing;
pub use postgres::Postgres;
pub use row::{OPEN, Row, rows};
pub use sqlite::Sqlite;
pub use tiles::Tiles;

/// What tables and indexes there are: a database that was made with others is not this one.
pub const SHAPE: [&str; 4] = [
    sqlite::TABLES,
    sqlite::INDEXES,
    postgres::TABLES,
    postgres::INDEXES,
];
