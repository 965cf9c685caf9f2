//! Lines: every byte is taken once, numbers count up, a stream gives what a slice gives.
#![no_main]

use frame::{Content, Input};
use fuzz::{Drops, step_and_rest};
use libfuzzer_sys::fuzz_target;

fn lines(mut input: Input<'_>) -> (Vec<(String, u64)>, u64) {
    let mut out = Vec::new();
    while let Some(line) = input.line() {
        out.push((line.text.into_owned(), line.number));
    }
    (out, input.taken())
}

fuzz_target!(|data: &[u8]| {
    let (step, data) = step_and_rest(data);
    let whole = lines(Input::new(Content::Whole(data)));
    assert!(whole.0.iter().enumerate().all(|(at, line)| line.1 == at as u64 + 1));
    let mut rest = Input::new(Content::Whole(data));
    assert_eq!(whole.1, rest.drain(), "every byte is taken");
    assert_eq!(whole, lines(Input::new(Drops::content(data, step))));
});
