//! The parameters of a list, of each collection: each is taken, or a fault names it. The first byte chooses the collection
//! and the audience.
#![no_main]

use heritage_registry_fuzz::domain::{Audience, Collection};
use heritage_registry_fuzz::in_time;
use heritage_registry_fuzz::query::{Parameters, Query};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, query)) = data.split_first() else {
        return;
    };
    let Ok(query) = std::str::from_utf8(query) else {
        return;
    };
    let choice = usize::from(*choice);
    let collection = Collection::ALL[choice % Collection::ALL.len()];
    let audience = [Audience::Public, Audience::Trusted][choice / Collection::ALL.len() % 2];
    in_time(|| {
        let mut parameters = Parameters::parse(query);
        let _ = Query::parse(collection, audience, &mut parameters);
        let _ = parameters.finish(&[]);
    });
});
