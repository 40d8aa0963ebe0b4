//! The heritage registry: the shared, neutral record of the cultural and religious sites of Karabakh, their condition
//! over time, and the organizations that look after them.
//!
//! | room | owns | may import |
//! |---|---|---|
//! | `main.rs` `cli/` | the command line, exit codes; the only `println!` | all |
//! | `app/` | wiring: opens the store, fills the catalogue, keeps it for the next start, follows the log; the only `spawn` | all |
//! | `config/` | every setting, read once, checked once | – |
//! | `domain/` | sites, reports, organizations, regions, names, vocabularies; who may see what; roles, the log, faults; the table of properties. Pure | – |
//! | `query/` | the question: bbox, datetime, near, CQL2, sort, page. Parses and type-checks; answers nothing | domain |
//! | `formats/` | features to bytes: what is the same for all readers once, the rest for each answer; the table of media types | domain, query |
//! | `files/` | files of records, read and written: GeoJSON, lines of it, CSV; each fault at its line; layers in GeoJSON | domain, formats |
//! | `store/` | diesel, both engines: `put` writes entities and their changes in one transaction; reads the log by `Seq`; reads layers of `GeoPackage` files | domain |
//! | `catalogue/` | the answer: snapshots, indexes, search. Knows no database | domain, query, formats |
//! | `registry/` | the commands: authorise, decide, `put`. The only caller of `put`. Asks the catalogue for likely duplicates | domain, store, catalogue |
//! | `tiles/` | tile matrix sets, clipping, simplifying, MVT | domain |
//! | `http/` | `State`, routes, extractors, links, negotiation, problems. The only room that knows actix | all but cli, app |
//!
//! `tests/it/house.rs` reads the `crate::` paths of every room and fails on one that is not in this table.

pub mod app;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod domain;
pub mod files;
pub mod formats;
pub mod http;
pub mod query;
pub mod registry;
pub mod store;
pub mod tiles;
