//! How long is it from an edit of one site to the moment when readers see it? The site moves, so every index changes.
//!
//! Ours writes the log as well, and compares what the public saw before and after. What all ways do is durable.

use std::cell::Cell;
use std::fs;
use std::sync::Arc;

use heritage_registry::domain::{Clock, Collection, Draft, Edit, Id, Ids, LonLat, Version};
use heritage_registry::registry::Registry;
use heritage_registry::store::{Place, Store};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::bench::Bench;
use crate::measure::{Timing, Way, compare};
use crate::ours::Ours;
use crate::world::{TOKEN, World, target};

/// Sites that the plain ways move; ours moves another one each time.
const EDITS: usize = 10;

pub fn ask(bench: &Bench) -> Vec<Timing> {
    // The worlds that are kept stay as they are.
    let folder = TempDir::new_in(target()).expect("a folder can be made there");
    let copy = folder.path().join("registry.db");
    fs::copy(bench.world.kept().join("registry.db"), &copy).expect("there is room for a copy");
    let store = Arc::new(Store::open(&Place::Sqlite(copy)).expect("the copy can be opened"));
    let catalogue = Ours::catalogue(&store);
    let registry = Registry::new(
        store.clone(),
        Clock::system(),
        Ids::random(),
        Arc::default(),
    );
    let admin = registry
        .whose(TOKEN)
        .expect("the database answers")
        .expect("it has the token");
    let edited = Cell::new(0);
    let write = || {
        let index = loop {
            let index = edited.replace(edited.get() + 1);
            match bench.world.items(index).remove(0).draft {
                Draft::Site(draft) if draft.location.geometry.is_some() => break index,
                _ => {}
            }
        };
        let (id, at) = (World::site_id(index), spot(index));
        let point = json!({ "type": "Point", "coordinates": [at.lon(), at.lat()] });
        let edit = Edit::patch(id, &json!({ "type": "Feature", "geometry": point }));
        let edit = edit.expect("it is a patch");
        let record = Collection::Sites.record(id);
        let committed = registry.edit(&admin, record, Version(1), &edit, &Map::new(), true);
        committed.expect("the site is there").seq()
    };
    let moved: Vec<(String, [f64; 2], String)> =
        (0..EDITS).map(|index| moved(bench, index)).collect();
    let mut ways = vec![
        Way::new("ours: written and shown", |_| {
            let seq = write();
            Ours::follow(&catalogue, &store);
            assert_eq!(catalogue.shown(), seq, "the edit is shown");
            Vec::new()
        }),
        Way::new("SQLite: written", |index| {
            let (id, at, feature) = &moved[index];
            bench.sqlite.borrow_mut().move_to(id, *at, feature);
            Vec::new()
        }),
    ];
    if let Some(postgres) = &bench.postgres {
        ways.push(Way::new("PostGIS: written", |index| {
            let (id, at, feature) = &moved[index];
            postgres.borrow_mut().move_to(id, *at, feature);
            Vec::new()
        }));
    }
    compare("one edit", EDITS, ways, |_, _| true)
}

fn spot(index: usize) -> LonLat {
    let step = f64::from(u32::try_from(index).expect("there are few edits"));
    LonLat::new(46.5 + step / 1000.0, 39.9).expect("it is on the globe")
}

/// The same site again: what the plain ways keep is left as it was, so that other questions still agree.
fn moved(bench: &Bench, index: usize) -> (String, [f64; 2], String) {
    let points = bench.seen.iter().filter(|seen| {
        seen.extent
            .is_some_and(|[w, _, e, _]| w.total_cmp(&e).is_eq())
    });
    let seen = points.clone().nth(index).expect("the world has points");
    let [lon, lat, ..] = seen.extent.expect("it has a point");
    let id = Id::<Value>::parse(&seen.id).expect("it is an id").uuid();
    let feature = bench.ours.item(id).expect("the public sees it");
    (
        seen.id.clone(),
        [lon, lat],
        String::from_utf8(feature).expect("JSON is UTF-8"),
    )
}
