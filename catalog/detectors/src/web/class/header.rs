//! Header injection: a line end, and a header behind it, where a value belongs.

use super::super::text::any;

/// Whether a value, in small letters, would end a header and begin another.
pub fn is_attack(small: &str) -> bool {
    const HEADERS: &[&str] = &[
        "set-cookie:",
        "location:",
        "content-type:",
        "content-length:",
        "http/1.",
        "x-",
        "host:",
        "bcc:",
        "cc:",
        "to:",
        "subject:",
        "refresh:",
        "transfer-encoding:",
        "link:",
        "status:",
    ];
    let Some(at) = small.find(['\r', '\n']) else { return false };
    let rest = small.get(at..).unwrap_or_default().trim_start();
    HEADERS.iter().any(|header| rest.starts_with(header))
        || any(rest, &["\nset-cookie:", "\ncontent-type:", "\nlocation:"])
}
