//! Everything a client can see, through HTTP, in process, on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(
    unreachable_pub,
    reason = "the harness is public to the tests of this binary"
)]

#[macro_use]
mod harness;

mod audiences;
mod browser;
mod busy;
mod clusters;
mod codings;
mod collections;
mod creates;
mod crs;
mod deploy;
mod desk;
mod documentation;
mod drafts;
mod drawn_tiles;
mod edits;
mod erasures;
mod extras;
mod files;
mod formats;
mod history;
mod house;
mod instances;
mod items;
mod keeping;
mod kept;
mod killed;
mod landing;
mod log;
mod logs;
mod methods;
mod metrics;
mod names;
mod openapi;
mod pages;
mod paging;
mod past;
mod people;
mod plain;
mod positions;
mod problems;
mod proxies;
mod qgis;
mod scan;
mod schemas;
mod search;
mod secrets;
mod seed;
mod sensitivity_resets;
mod standards;
mod start;
mod statistics;
mod stopping;
mod story;
mod tags;
mod tiles;
mod tls;
mod twins;
mod unseen;
mod vocabularies;
mod waiting;
mod workflow;
mod written;
