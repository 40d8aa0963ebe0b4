//! A filter in JSON is refused, or the same after it was written in both encodings.
#![no_main]

use heritage_registry_fuzz::in_time;
use heritage_registry_fuzz::query::cql2::{TEXT_BYTES_MAX, parse_json, parse_text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|json: &str| {
    let Ok(tree) = in_time(|| parse_json(json)) else {
        return;
    };
    let text = in_time(|| tree.to_text());
    if text.len() <= TEXT_BYTES_MAX {
        assert_eq!(parse_text(&text).as_ref(), Ok(&tree), "{text}");
    }
    let written = in_time(|| tree.to_json().to_string());
    assert_eq!(parse_json(&written), Ok(tree), "{written}");
});
