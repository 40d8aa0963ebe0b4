//! A body that is sent: its geometry and the draft of each kind that it could be. The first byte chooses the collection.
#![no_main]

use heritage_registry_fuzz::domain::{Collection, Crs84, Draft, parse_strictly, read};
use heritage_registry_fuzz::in_time;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, body)) = data.split_first() else {
        return;
    };
    let collection = Collection::ALL[usize::from(*choice) % Collection::ALL.len()];
    let Ok(body) = in_time(|| parse_strictly(body)) else {
        return;
    };
    in_time(|| {
        let mut faults = Vec::new();
        let geometry = body.get("geometry").unwrap_or(&body);
        let read = Crs84::parse(geometry, "/geometry", &mut faults);
        assert!(
            read.is_some() || !faults.is_empty(),
            "refused without a word"
        );
    });
    let _ = in_time(|| read(&body, "", |node| Draft::read(collection, node)));
});
