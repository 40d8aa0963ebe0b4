//! How long does a start take, from each store, and how much memory does a site then have, with both views?
//!
//! In a process of its own each: memory that another question left behind would count.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use heritage_registry::app::{Parts, keep};
use heritage_registry::domain::{Clock, Ids};
use heritage_registry::registry::Seed;
use heritage_registry::store::Place;

use crate::world::World;

/// The first argument of the process that loads.
pub const CHILD: &str = "load-child";

/// Loads the world of that many sites from each store, and prints what it took: every record, and what was kept of it.
pub fn ask(sites: usize) {
    println!("\na start, and the memory of both views");
    let world = World::of(sites);
    let file = world.kept().join("registry.db");
    child("SQLite", &file.display().to_string(), sites);
    if let Some(url) = world.kept_in_postgres() {
        child("PostgreSQL", &url, sites);
    }
}

fn child(name: &str, place: &str, sites: usize) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("load");
    let kept = folder.join("registry.catalogue");
    let _ = fs::remove_file(&kept);
    for from in ["every record", "the kept catalogue"] {
        let program = std::env::current_exe().expect("this program has a file");
        let output = Command::new(program)
            .args([
                CHILD,
                place,
                &kept.display().to_string(),
                &sites.to_string(),
            ])
            .output();
        let output = output.expect("this program can be started");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        println!(
            "  {:<34} {}",
            format!("{name}, {from}"),
            String::from_utf8_lossy(&output.stdout).trim()
        );
    }
    let size = fs::metadata(&kept).expect("the child wrote it").len();
    println!(
        "  {:<34} {} bytes a site",
        "the kept catalogue",
        size / sites as u64
    );
    let _ = fs::remove_file(&kept);
}

/// What the child does: starts, and keeps the catalogue unless it is kept.
pub fn load(place: &str, kept: &str, sites: usize) {
    let place = if place.starts_with("postgres://") {
        Place::Postgres(place.to_owned())
    } else {
        Place::Sqlite(place.into())
    };
    let kept = Path::new(kept);
    let (before, started) = (status("VmRSS:"), Instant::now());
    let (clock, ids) = (Clock::system(), Ids::random());
    let parts = Parts::open(
        &place,
        Some(kept),
        clock,
        ids,
        Seed::of([]),
        None,
        heritage_registry::registry::Rules::default(),
    )
    .expect("the database can be opened");
    let took = started.elapsed().as_secs_f64();
    let (after, peak) = (status("VmRSS:"), status("VmHWM:"));
    println!(
        "{took:.2} s; {} bytes a site, at most {} while loading",
        (after - before) * 1024 / sites,
        (peak - before) * 1024 / sites
    );
    if !kept.exists() {
        keep(kept, &parts.catalogue).expect("there is room on the disk");
    }
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
