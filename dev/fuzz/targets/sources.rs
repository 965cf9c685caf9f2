//! Every source of the register reads anything; the first byte says which.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [pick, data @ ..] = data else { return };
    let all = sources::all();
    fuzz::source(all[usize::from(*pick) % all.len()], data);
    sources::recognise(data);
});
