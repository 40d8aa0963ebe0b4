//! How long does a question take, and how much can be written? One file for each; `docs/performance.md` says what they show
//! and how to run them.
#![expect(clippy::print_stdout, reason = "the tables are what this is for")]
#![expect(
    unreachable_pub,
    reason = "each file is public to the others of this binary"
)]

mod bench;
mod beside_writes;
mod boxes;
mod burst;
mod change;
mod clusters;
mod collection;
mod conditions;
mod databases;
mod filters;
mod item;
mod load;
mod measure;
mod names;
mod near;
mod ours;
mod pages;
mod parse;
mod plain;
mod question;
mod tiles;
mod whole_box;
mod work;
mod world;
mod writable;
mod writes;
mod years;

use std::collections::BTreeMap;
use std::time::Duration;

use bench::Bench;
use measure::Timing;
use world::World;

/// Asks one kind of question in all ways; ours is the first.
type Question = fn(&Bench) -> Vec<Timing>;

/// Every question that all ways answer, by the name that asks for it alone.
const QUESTIONS: [(&str, Question); 14] = [
    ("box_100", boxes::of_100),
    ("box_1000", boxes::of_1000),
    ("whole_box", whole_box::ask),
    ("filters", filters::ask),
    ("conditions", conditions::ask),
    ("clusters", clusters::ask),
    ("years", years::ask),
    ("near", near::ask),
    ("names", names::ask),
    ("page_1", pages::first),
    ("page_500", pages::of_500),
    ("item", item::ask),
    ("collection", collection::ask),
    ("change", change::ask),
];

fn main() {
    // Cargo adds `--bench`.
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    match asked.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [load::CHILD, place, kept, sites] => {
            load::load(place, kept, sites.parse().expect("it is a number"));
        }
        ["world"] => sizes().into_iter().for_each(|sites| {
            println!("{}", World::of(sites).kept().display());
        }),
        ["paths", folder] => paths(folder),
        ref names => ask(names),
    }
}

/// Writes lists of paths for `benches/http/run`: boxes of 100 and of 1000, single sites, and tiles.
fn paths(folder: &str) {
    const PATHS: usize = 2000;
    /// Sites whose tiles are asked for, at each zoom: a map that is looked at, so that they are kept.
    const TILES: usize = 20;
    let bench = Bench::of(sizes()[0]);
    let items = "/collections/sites/items";
    for count in [100, 1000] {
        let boxes = boxes::questions(&bench, count, PATHS);
        let paths = boxes
            .iter()
            .map(|one| format!("{items}?{}\n", one.query_string()));
        let file = format!("{folder}/box_{count}.txt");
        std::fs::write(file, paths.collect::<String>()).expect("the folder is there");
    }
    let every = bench.seen.len().div_ceil(PATHS);
    let paths = bench
        .seen
        .iter()
        .step_by(every)
        .map(|seen| format!("{items}/{}\n", seen.id));
    let file = format!("{folder}/item.txt");
    std::fs::write(file, paths.collect::<String>()).expect("the folder is there");
    let extents: Vec<_> = bench.seen.iter().filter_map(|seen| seen.extent).collect();
    let tiles = (6..=16).flat_map(|zoom| tiles::around(&extents, zoom, TILES));
    let paths = tiles.map(|tile| format!("{}\n", tiles::path(tile)));
    let file = format!("{folder}/tile.txt");
    std::fs::write(file, paths.collect::<String>()).expect("the folder is there");
}

/// Asks the questions of these names, or all, of a world of each size.
fn ask(names: &[&str]) {
    let is_asked = |name: &str| names.is_empty() || names.contains(&name);
    // These are the same for any number of sites.
    if is_asked("parse") {
        parse::ask();
    }
    if is_asked("work") {
        work::ask();
    }
    let mut medians: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for sites in sizes() {
        println!("\n=== {sites} sites");
        if is_asked("load") {
            load::ask(sites);
        }
        if is_asked("writes") {
            writes::ask(sites);
        }
        if is_asked("burst") {
            burst::ask(sites);
        }
        if is_asked("tiles") {
            tiles::ask(sites);
        }
        let questions = QUESTIONS.iter().filter(|(name, _)| is_asked(name));
        let mut bench = None;
        for (name, question) in questions {
            let bench = bench.get_or_insert_with(|| Bench::of(sites));
            let ours = &question(bench)[0];
            medians.entry(name).or_default().push(ours.median);
        }
        if is_asked("beside_writes") {
            beside_writes::ask(bench.get_or_insert_with(|| Bench::of(sites)));
        }
    }
    for (name, times) in medians.iter().filter(|(_, times)| times.len() > 1) {
        let growth = times[times.len() - 1].as_secs_f64() / times[0].as_secs_f64();
        println!(
            "{name}: ours takes {growth:.2} times as long at the largest size as at the smallest"
        );
    }
}

/// How many sites: those of `SITES`, separated by commas, or 100,000.
fn sizes() -> Vec<usize> {
    #[expect(
        clippy::disallowed_methods,
        reason = "benches have no settings of their own"
    )]
    let asked = std::env::var("SITES").unwrap_or_else(|_| "100000".to_owned());
    let number = |text: &str| text.trim().parse().expect("SITES has numbers of sites");
    asked.split(',').map(number).collect()
}
