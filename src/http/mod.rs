//! The registry over HTTP: routes, who asks, in which form they want an answer, links, problems.
//!
//! The only room that knows actix. Every route stands in `routes.rs`; a GET of items is read from `items.rs` to
//! `Snapshot::search` to `formats`.

mod accounts;
mod api;
mod api_pages;
mod api_schemas;
mod asked;
mod base;
mod beside;
mod body;
mod call;
mod carried;
mod cluster;
mod clusters;
mod coding;
mod collections;
mod conformance;
mod copies;
mod counts;
mod creates;
mod cross_origin;
mod desk;
mod dialect;
mod documentation;
mod drawn_tiles;
mod edits;
mod erasures;
mod exposition;
mod functions;
mod health;
mod here;
mod history;
mod items;
mod kind;
mod landing;
mod layer;
mod map;
mod matrix_sets;
mod metrics;
mod negotiate;
mod noted;
mod open_end;
mod paced;
mod page;
mod pages;
mod past;
mod pieces;
mod policy;
mod private;
mod problem;
mod process;
mod reader;
mod recent;
mod record;
mod respond;
mod reviews;
mod routes;
mod schemas;
mod search;
mod seen;
mod sensitivity;
mod server;
mod session;
mod sliced;
mod statistics;
mod strangers;
mod suggest;
mod tag;
mod tile_request;
mod tiles;
mod tilesets;
mod vocabularies;
mod waiting;

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use crate::catalogue::{Catalogue, Snapshot};
use crate::config::{Contact, MapStyle, Network};
use crate::domain::Audience;
use crate::registry::Registry;
use crate::store;

pub use api::definition;
pub use beside::Beside;
pub use conformance::CONFORMANCE;
pub use copies::Copies;
pub use dialect::definition_in_3_1;
pub use drawn_tiles::DrawnTiles;
pub use metrics::{Metrics, TileWork};
pub use past::Pasts;
pub use problem::Problem;
pub use routes::{configure, paths};
pub use server::{REQUESTS_END_WITHIN, listen, serve, serve_privately};
pub use strangers::Strangers;

/// What every request can reach.
pub struct State {
    /// The newest snapshots.
    pub catalogue: Arc<Catalogue>,
    /// The commands.
    pub registry: Arc<Registry>,
    /// How many times in a row the log could not be followed.
    pub missed: Arc<AtomicU32>,
    /// Compressed copies of what the public asks for.
    pub copies: Arc<Copies>,
    /// Tiles that the public asked for.
    pub tiles: Arc<DrawnTiles>,
    /// Who showed tokens that are not valid.
    pub strangers: Arc<Strangers>,
    /// Turns for what takes long.
    pub beside: Beside,
    /// How long a search for a page may take.
    pub longest_search: Duration,
    /// Turns for what reads the past: it must not take the connections of those who write and follow the log.
    pub history: Beside,
    /// Past states that are kept.
    pub pasts: Pasts,
    /// What is counted for the operator.
    pub metrics: Arc<Metrics>,
    /// The base of every link, without a slash at its end.
    pub base_url: String,
    /// Proxies that may say otherwise.
    pub trusted_proxies: Vec<Network>,
    /// What lies below the sites on the map, if it is not our own.
    pub map_style: Option<MapStyle>,
    /// How whoever runs the registry is reached.
    pub contact: Option<Contact>,
}

/// How long a search may take: many times as long as any that an index helps with.
pub const LONGEST_SEARCH: Duration = Duration::from_secs(5);

impl State {
    /// The newest snapshot for an audience: one request takes one, and answers everything from it.
    fn snapshot(&self, audience: Audience) -> Arc<Snapshot> {
        self.catalogue.snapshot(audience)
    }

    /// Runs `work`, which reads versions of records, when it is its turn.
    async fn reading_past<T>(
        &self,
        work: impl FnOnce(&Registry) -> Result<T, store::Error> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
    {
        let registry = self.registry.clone();
        let done = self.history.run(move || work(&registry)).await?;
        done.map_err(Into::into)
    }

    /// Runs `work`, which may wait for the database.
    async fn blocking<T, E>(
        &self,
        work: impl FnOnce(&Registry) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        let registry = self.registry.clone();
        let done = beside::blocking(move || work(&registry)).await?;
        done.map_err(Into::into)
    }
}
