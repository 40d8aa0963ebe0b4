//! How long does one site by its id take?

use heritage_registry::domain::{Id, Site};

use crate::bench::Bench;
use crate::measure::{Timing, Way, bytes, compare};
use crate::plain::Writing;

pub fn ask(bench: &Bench) -> Vec<Timing> {
    let ids: Vec<&str> = (0..200)
        .map(|index| bench.seen[index * bench.seen.len() / 200].id.as_str())
        .collect();
    let uuid = |index: usize| Id::<Site>::parse(ids[index]).expect("it is an id").uuid();
    let mut ways = vec![Way::new("ours", |index| {
        bench.ours.item(uuid(index)).expect("the public sees it")
    })];
    let (text, serde) = (Writing::Text, Writing::Serde);
    ways.push(Way::new("SQLite, finished features", |index| {
        bench.sqlite.borrow_mut().item(ids[index], text)
    }));
    ways.push(Way::new("SQLite and serde", |index| {
        bench.sqlite.borrow_mut().item(ids[index], serde)
    }));
    if let Some(postgres) = &bench.postgres {
        ways.push(Way::new("PostgreSQL, finished features", |index| {
            postgres.borrow_mut().item(ids[index], text)
        }));
        ways.push(Way::new("PostgreSQL and serde", |index| {
            postgres.borrow_mut().item(ids[index], serde)
        }));
    }
    compare("one site by its id", ids.len(), ways, bytes)
}
