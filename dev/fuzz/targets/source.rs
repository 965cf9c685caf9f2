//! Sources read anything. `YAGURA_FUZZ_SOURCE` names one; else the first byte picks it.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use model::seam::source::Source;

static NAMED: LazyLock<Option<&'static dyn Source>> =
    LazyLock::new(|| std::env::var("YAGURA_FUZZ_SOURCE").ok().map(|name| fuzz::named(&name)));

fuzz_target!(|data: &[u8]| {
    if let Some(source) = *NAMED {
        return fuzz::source(source, data);
    }
    let [pick, data @ ..] = data else { return };
    let all = sources::all();
    fuzz::source(all[usize::from(*pick) % all.len()], data);
    sources::recognise(data);
});
