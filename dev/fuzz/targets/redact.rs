//! Redaction: keeps text without secrets as it is, JSON as JSON, and has nothing left to do after.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let once = model::redact(&text).into_owned();
    if is_json(&text) {
        assert!(is_json(&once), "JSON stays JSON:\n{text}\n{once}");
    }
    assert_eq!(once, model::redact(&once), "twice is once");
});

/// Whether a text is one JSON document.
fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}
