//! A filter in text is refused, or the same after it was written in both encodings.
#![no_main]

use heritage_registry_fuzz::in_time;
use heritage_registry_fuzz::query::cql2::{TEXT_BYTES_MAX, parse_json, parse_text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(tree) = in_time(|| parse_text(text)) else {
        return;
    };
    let written = in_time(|| tree.to_text());
    // Written with all its spaces and brackets, it may be longer than what is read.
    if written.len() <= TEXT_BYTES_MAX {
        assert_eq!(parse_text(&written).as_ref(), Ok(&tree), "{written}");
    }
    let json = in_time(|| tree.to_json().to_string());
    assert_eq!(parse_json(&json), Ok(tree), "{json}");
});
