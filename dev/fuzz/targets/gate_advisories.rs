//! Advisories: any bytes are advisories, facts, statements, an error in words, or nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for name in ["a.json", "epss.csv"] {
        match advisories::read(name, data) {
            Some(Err(why)) => assert!(!why.is_empty(), "an error says why"),
            Some(Ok(_)) | None => {}
        }
    }
});
