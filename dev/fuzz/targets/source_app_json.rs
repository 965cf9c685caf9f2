//! The source `app.json` reads anything.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzz::source(fuzz::named("app.json"), data));
