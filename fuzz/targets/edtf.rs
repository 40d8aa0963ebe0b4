//! A date of EDTF is refused, with a better one at times, or has its bounds in their order.
#![no_main]

use heritage_registry_fuzz::domain::Edtf;
use heritage_registry_fuzz::in_time;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let edtf = match in_time(|| Edtf::parse(text)) {
        Ok(edtf) => edtf,
        Err(wrong) => {
            // Whoever writes what is proposed is not refused again.
            if let Some((_, better)) = wrong.0.rsplit_once("is not EDTF level 1: write ") {
                assert!(Edtf::parse(better).is_ok(), "{text}: {better}");
            }
            return;
        }
    };
    let bounds = edtf.bounds();
    assert!(
        bounds.earliest.is_some() || bounds.latest.is_some(),
        "{text}"
    );
    if let (Some(earliest), Some(latest)) = (bounds.earliest, bounds.latest) {
        assert!(earliest <= latest, "{text}");
    }
    assert_eq!(Edtf::parse(edtf.as_str()), Ok(edtf.clone()), "{text}");
});
