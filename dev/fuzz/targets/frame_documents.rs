//! JSON documents: every byte is taken once, each is JSON, a stream gives what a slice gives.
#![no_main]

use frame::{Content, Input, Piece};
use fuzz::{Drops, step_and_rest};
use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;

fn documents(mut input: Input<'_>) -> (Vec<(String, u64)>, u64) {
    let mut out = Vec::new();
    input.documents(&mut |piece| match piece {
        Piece::Document(document) => {
            assert_eq!(document.record, out.len() as u64);
            assert!(serde_json::from_str::<IgnoredAny>(document.text).is_ok());
            for element in frame::elements(document.text) {
                assert!(document.text.contains(element));
            }
            for (_, member) in frame::members(document.text) {
                assert!(document.text.contains(member));
            }
            out.push((document.text.to_string(), document.line));
        }
        Piece::Damage { line, why, .. } => out.push((why, line)),
    });
    (out, input.taken())
}

fuzz_target!(|data: &[u8]| {
    let (step, data) = step_and_rest(data);
    let whole = documents(Input::new(Content::Whole(data)));
    let mut rest = Input::new(Content::Whole(data));
    assert_eq!(whole.1, rest.drain(), "every byte is taken");
    let streamed = documents(Input::new(Drops::content(data, step)));
    assert_eq!(whole, streamed);
});
