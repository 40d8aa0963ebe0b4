//! How long does it take to find a name: letter by letter, by its sounds, with a slip; and while it is typed?
//!
//! Beside it stands what `PostgreSQL` has for names: `ILIKE` over an index of trigrams, and their similarity. It answers
//! another question, since it knows neither scripts nor words: so only times are compared.

use std::fs;
use std::time::Instant;

use serde_json::Value;

use crate::bench::Bench;
use crate::measure::{Timing, Way, compare};

/// So many words of each kind are asked for.
const WORDS: usize = 16;

pub fn ask(bench: &Bench) -> Vec<Timing> {
    let words = words(bench);
    let (before, began) = (resident(), Instant::now());
    bench.ours.page("limit=1&q=a");
    println!(
        "\nthe names put in order: {:.0} ms, {:.0} MB",
        began.elapsed().as_secs_f64() * 1e3,
        (resident() - before) / 1e6
    );
    let respelled = |word: &str| word.replace('d', "t").replace('g', "k").replace('b', "p");
    let slipped = |word: &str| {
        let (first, rest) = word.split_at(2);
        format!("{first}l{rest}")
    };
    let letter: fn(&str) -> String = |word| word[..1].to_owned();
    let beginning: fn(&str) -> String = |word| word[..3].to_owned();
    let mut all = vec![];
    for (title, asked) in [
        ("letter by letter", words.clone()),
        (
            "by its sounds",
            words.iter().map(|one| respelled(one)).collect(),
        ),
        (
            "with a slip",
            words.iter().map(|one| slipped(one)).collect(),
        ),
    ] {
        let mut ways = vec![Way::new("ours", |index| {
            bench.ours.page(&format!("limit=10&q={}", asked[index]))
        })];
        if let Some(postgres) = &bench.postgres {
            ways.push(Way::new("PostgreSQL, ILIKE", |index| {
                postgres.borrow_mut().named(&asked[index], false)
            }));
            ways.push(Way::new("PostgreSQL, similarity", |index| {
                postgres.borrow_mut().named(&asked[index], true)
            }));
        }
        all.extend(compare(title, WORDS, ways, |_, _| true));
    }
    for (title, cut) in [
        ("one letter typed", letter),
        ("three letters typed", beginning),
    ] {
        let asked: Vec<String> = words.iter().map(|word| cut(word)).collect();
        let ways = vec![Way::new("ours", |index| bench.ours.suggest(&asked[index]))];
        all.extend(compare(title, WORDS, ways, |_, _| true));
    }
    all
}

/// Words of Latin names, of six letters and more, from all over the world.
fn words(bench: &Bench) -> Vec<String> {
    let every = bench.seen.len() / 100;
    let ids = bench.seen.iter().step_by(every.max(1));
    let names = ids.flat_map(|seen| {
        let id = seen.id.parse().expect("it is an id");
        let site = bench.ours.item(id).expect("it is there");
        let site: Value = serde_json::from_slice(&site).expect("answers are JSON");
        let names = site["properties"]["names"].as_array().cloned();
        names.unwrap_or_default()
    });
    let words = names.filter_map(|name| {
        let first = name["text"].as_str()?.split(' ').next()?.to_lowercase();
        let fits = first.len() >= 6 && first.bytes().all(|letter| letter.is_ascii_lowercase());
        fits.then_some(first)
    });
    words.take(WORDS).collect()
}

/// Bytes of memory in use.
fn resident() -> f64 {
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    pages.unwrap_or(0.0) * 4096.0
}
