//! RubyGems: Gem::Version. Words are before numbers; zeros at the end of a part do not count.

use std::cmp::Ordering;

use super::{is_number, numbers, runs};

/// Compares.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.replace('-', ".pre."), b.replace('-', ".pre."));
    let (a, b) = (segments(&a), segments(&b));
    for i in 0..a.len().max(b.len()) {
        let (x, y) = (a.get(i).copied().unwrap_or("0"), b.get(i).copied().unwrap_or("0"));
        let order = match (is_number(x), is_number(y)) {
            (true, true) => numbers(x, y),
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => x.cmp(y),
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// Whether Gem::Version would take it.
pub fn is_version(text: &str) -> bool {
    let text = text.trim_start_matches(['v', 'V']);
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_+".contains(&b))
}

/// Canonical segments: no zeros at the end, neither of the release nor of the prerelease.
fn segments(text: &str) -> Vec<&str> {
    let all = runs(text.trim_start_matches(['v', 'V']), |c| c.is_ascii_alphanumeric());
    let words = all.iter().position(|s| !is_number(s)).unwrap_or(all.len());
    let (release, prerelease) = all.split_at_checked(words).unwrap_or((&all, &[]));
    let bare = |part: &[&str]| -> usize {
        let zero = |s: &&str| is_number(s) && s.bytes().all(|b| b == b'0');
        part.len() - part.iter().rev().take_while(|s| zero(s)).count()
    };
    let kept = |part: &[&'_ str]| part.len().min(bare(part));
    release
        .iter()
        .take(kept(release))
        .chain(prerelease.iter().take(kept(prerelease)))
        .copied()
        .collect()
}
