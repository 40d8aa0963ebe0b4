//! How long does it take to read a filter? Beside it, `serde_json` alone reads the same filter in JSON, as values of no meaning.

use heritage_registry::query::cql2::{parse_json, parse_text};
use serde_json::Value;

use crate::measure::{Way, bytes, compare};

/// A comparison, and a polygon of nine points.
const TEXT: &str = "condition = 'destroyed' AND S_INTERSECTS(geometry, POLYGON((46.7286 39.7986, 46.7311 39.7996, \
    46.7323 39.7972, 46.7326 39.7971, 46.7350 39.7981, 46.7357 39.7956, 46.7337 39.7948, 46.7343 39.7933, 46.7286 39.7986)))";

/// One filter takes too short a time for the clock.
const FILTERS: usize = 1000;

pub fn ask() {
    let tree = parse_text(TEXT).expect("it is CQL2");
    let json = tree.to_json().to_string();
    let again = parse_json(&json);
    assert_eq!(again, Ok(tree), "both are the same filter");
    compare(
        &format!("to read {FILTERS} filters, each a comparison and a polygon of nine points"),
        1,
        vec![
            each("ours, text", || parse_text(TEXT).is_ok()),
            each("ours, JSON", || parse_json(&json).is_ok()),
            each("serde_json alone, JSON", || {
                serde_json::from_str::<Value>(&json).is_ok()
            }),
        ],
        bytes,
    );
}

/// A way that reads the filter again and again; its answer is whether it could.
fn each<'a>(name: &'static str, read: impl Fn() -> bool + 'a) -> Way<'a> {
    Way::new(name, move |_| {
        let is_read = (0..FILTERS).all(|_| std::hint::black_box(read()));
        assert!(is_read, "{name} reads it");
        Vec::new()
    })
}
