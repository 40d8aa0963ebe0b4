//! How long does a start take, from each store, and how much memory does a site then have, with both views?
//!
//! In a process of its own each: memory that another question left behind would count.

use std::fs;
use std::process::Command;
use std::time::Instant;

use heritage_registry::store::{Place, Store};

use crate::databases;
use crate::ours::Ours;
use crate::world::World;

/// The first argument of the process that loads.
pub const CHILD: &str = "load-child";

/// Loads the world of that many sites from each store, and prints what it took.
pub fn ask(sites: usize) {
    println!("\na start, and the memory of both views");
    let world = World::of(sites);
    let file = world.kept().join("registry.db");
    child("SQLite", &file.display().to_string(), sites);
    let name = world.name().replace('-', "_");
    if let Some(url) = databases::kept(&name, |url| world.write(&Place::Postgres(url.to_owned()))) {
        child("PostgreSQL", &url, sites);
    }
}

fn child(name: &str, place: &str, sites: usize) {
    let program = std::env::current_exe().expect("this program has a file");
    let output = Command::new(program)
        .args([CHILD, place, &sites.to_string()])
        .output();
    let output = output.expect("this program can be started");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    println!(
        "  {name:<34} {}",
        String::from_utf8_lossy(&output.stdout).trim()
    );
}

/// What the child does.
pub fn load(place: &str, sites: usize) {
    let place = if place.starts_with("postgres://") {
        Place::Postgres(place.to_owned())
    } else {
        Place::Sqlite(place.into())
    };
    let (before, started) = (status("VmRSS:"), Instant::now());
    let store = Store::open(&place).expect("the database can be opened");
    let catalogue = Ours::catalogue(&store);
    let took = started.elapsed().as_secs_f64();
    let (after, peak) = (status("VmRSS:"), status("VmHWM:"));
    drop(catalogue);
    println!(
        "{took:.2} s; {} bytes a site, at most {} while loading",
        (after - before) * 1024 / sites,
        (peak - before) * 1024 / sites
    );
}

/// A line of what Linux says of this process, in kB.
fn status(name: &str) -> usize {
    let text = fs::read_to_string("/proc/self/status").expect("this is Linux");
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .expect("Linux says so");
    line.trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("it is a number")
}
