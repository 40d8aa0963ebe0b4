//! How long does a vector tile take, drawn and kept, from request to body?
//!
//! Ours is asked in process, with all that a request has but the network. Beside it stands `ST_AsMVT` of `PostGIS`, which gathers
//! by the same cells and says the same.

use std::collections::BTreeSet;

use actix_web::App;
use actix_web::rt::System;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::Data;
use heritage_registry::app::Parts;
use heritage_registry::domain::{Clock, Ids};
use heritage_registry::http;
use heritage_registry::registry::{Rules, Seed};
use heritage_registry::store::Place;
use heritage_registry::tiles::{MatrixSet, Tile};

use crate::bench::pages;
use crate::measure::{Way, compare};
use crate::ours::Ours;
use crate::plain::{Tiles, rows};
use crate::world::World;

const ZOOMS: [u8; 6] = [6, 8, 10, 12, 14, 16];

/// So many sites are looked at for the tiles around them.
const AROUND: usize = 20;

/// Where ours may have left something out, there is nothing to compare: it may think that it is full by then.
const FULL: usize = 200_000;

pub fn ask(sites: usize) {
    let world = World::of(sites);
    let place = Place::Sqlite(world.kept().join("registry.db"));
    let (clock, ids) = (Clock::system(), Ids::random());
    let (seed, rules) = (Seed::of([]), Rules::default());
    let parts =
        Parts::open(&place, None, clock, ids, seed, None, rules).expect("the world can be opened");
    let ours = Ours::of(&parts.catalogue);
    let first = pages(&ours).next().expect("there is a page");
    let extents: Vec<_> = rows(&first).0.iter().filter_map(|row| row.extent).collect();
    let mut postgis = Tiles::kept(&world, || pages(&ours));

    let system = System::new();
    let state = Data::new(parts.state("http://localhost".to_owned()));
    let app = App::new()
        .app_data(state.clone())
        .configure(http::configure);
    let service = system.block_on(init_service(app));
    let get = |path: &str| {
        let request = TestRequest::get().uri(path).to_request();
        let answer = async { read_body(call_service(&service, request).await).await };
        system.block_on(answer).to_vec()
    };
    for (title, asked, sql) in [
        ("all sites", "", "true"),
        (
            "destroyed sites",
            "?condition=destroyed",
            "condition = 'destroyed'",
        ),
    ] {
        for zoom in ZOOMS {
            let mut tiles = around(&extents, zoom, AROUND);
            let path = |tile: Tile| format!("{}{asked}", path(tile));
            tiles.retain(|tile| (1..FULL).contains(&get(&path(*tile)).len()));
            if tiles.is_empty() {
                continue;
            }
            let drawn = |index: usize| {
                state.tiles.clear();
                get(&path(tiles[index]))
            };
            let mut ways = vec![
                Way::new("ours, drawn", drawn),
                Way::new("ours, kept", |index| get(&path(tiles[index]))),
            ];
            if let Some(postgis) = &mut postgis {
                ways.push(Way::new("PostGIS", |index| postgis.tile(tiles[index], sql)));
            }
            compare(
                &format!("tiles of {title}, zoom {zoom}"),
                tiles.len(),
                ways,
                are_alike,
            );
        }
    }
}

/// The tiles of a zoom around some of so many sites, each once.
pub fn around(extents: &[[f64; 4]], zoom: u8, sites: usize) -> Vec<Tile> {
    let some = extents.iter().step_by(extents.len().div_ceil(sites));
    let tiles = some.filter_map(|[west, south, ..]| {
        let tile = Tile::holding(MatrixSet::WebMercatorQuad, zoom, *west, *south)?;
        Some((tile.row(), tile.col()))
    });
    let tiles: BTreeSet<_> = tiles.collect();
    let tile = |(row, col)| Tile::new(MatrixSet::WebMercatorQuad, zoom, row, col);
    tiles.into_iter().filter_map(tile).collect()
}

/// The address of a tile of sites.
pub fn path(tile: Tile) -> String {
    let (matrix, row, col) = (tile.matrix(), tile.row(), tile.col());
    format!("/collections/sites/tiles/WebMercatorQuad/{matrix}/{row}/{col}")
}

/// Whether tiles have as many features, but for one in fifty: what lies at the end of a buffer may be in one alone.
fn are_alike(one: &[u8], other: &[u8]) -> bool {
    let (one, other) = (features(one), features(other));
    one.abs_diff(other) <= one / 50 + 1
}

/// How many features a tile has: its layers are fields 3, and their features fields 2.
fn features(tile: &[u8]) -> usize {
    let layers = fields(tile).into_iter().filter(|(field, _)| *field == 3);
    let features = layers.flat_map(|(_, layer)| fields(layer));
    features.filter(|(field, _)| *field == 2).count()
}

/// The fields of a message: their numbers, and their bytes where they have some.
fn fields(mut message: &[u8]) -> Vec<(u64, &[u8])> {
    let mut all = Vec::new();
    while !message.is_empty() {
        let head = varint(&mut message);
        let value = match head & 7 {
            0 => {
                varint(&mut message);
                &[]
            }
            2 => {
                let length = usize::try_from(varint(&mut message)).expect("it is in memory");
                let (value, rest) = message.split_at(length);
                message = rest;
                value
            }
            other => panic!("layers have no field of type {other}"),
        };
        all.push((head >> 3, value));
    }
    all
}

fn varint(message: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (first, rest) = message.split_first().expect("a number ends");
        *message = rest;
        number |= u64::from(first & 0x7f) << shift;
        shift += 7;
        if first & 0x80 == 0 {
            return number;
        }
    }
}
