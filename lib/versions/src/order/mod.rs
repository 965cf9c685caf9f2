//! The orders, one file each, and what they share: numbers of any size.

pub mod alpine;
pub mod composer;
pub mod debian;
pub mod dotted;
pub mod gem;
pub mod maven;
pub mod nuget;
pub mod pypi;
pub mod rpm;
pub mod semver;

use std::cmp::Ordering;

/// Compares two texts of digits as numbers, however long. Empty is zero.
pub fn numbers(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Whether a text is digits only, and has some.
pub fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Takes the front of a text for which a test of bytes holds. It must hold for ASCII only.
pub fn take(text: &str, goes_on: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(|b| !(b.is_ascii() && goes_on(b))).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Pieces of a text: runs of digits and runs of anything else that `keep` lets through.
pub fn runs(text: &str, keep: impl Fn(char) -> bool) -> Vec<&str> {
    let mut out = Vec::new();
    for part in text.split(|c| !keep(c)) {
        let mut rest = part;
        while let Some(first) = rest.chars().next() {
            let digit = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != digit).unwrap_or(rest.len());
            let (run, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            out.push(run);
            rest = after;
        }
    }
    out
}
