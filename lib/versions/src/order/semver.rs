//! Semantic Versioning 2.0.0, also for versions that are not quite: `v1.2`, `1.2.3beta`.
//!
//! The `semver` crate refuses incomplete versions and numbers beyond 64 bits, which advisories
//! have; on what it accepts this order is the same (a test holds us to it).

use std::cmp::Ordering;

use super::{is_number, numbers, take};

/// Compares; `build` says whether build metadata counts.
pub fn compare(a: &str, b: &str, build: bool) -> Ordering {
    let (a, b) = (Parts::of(a), Parts::of(b));
    core(a.core, b.core)
        .then_with(|| prerelease(a.prerelease, b.prerelease))
        .then_with(|| if build { metadata(a.build, b.build) } else { Ordering::Equal })
}

struct Parts<'a> {
    core: &'a str,
    prerelease: &'a str,
    build: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Self {
        let text = text.trim_start_matches(['v', 'V', '=', ' ']);
        let text = text.strip_prefix("go").unwrap_or(text);
        let (text, build) = text.split_once('+').unwrap_or((text, ""));
        let (core, rest) = take(text, |b| b.is_ascii_digit() || b == b'.');
        // `1.2.x`: the dot belongs to what follows.
        let prerelease = rest.strip_prefix('-').unwrap_or(rest);
        Self { core: core.trim_end_matches('.'), prerelease, build }
    }
}

/// Numbers, padded with zeros.
pub fn core(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (x, y) => numbers(x.unwrap_or(""), y.unwrap_or("")),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Section 11.4: a release is after its prereleases; identifiers are compared one by one.
pub fn prerelease(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => identifiers(a, b),
    }
}

fn metadata(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (false, false) => identifiers(a, b),
        (a, b) => b.cmp(&a),
    }
}

fn identifiers(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(x), Some(y)) => match (is_number(x), is_number(y)) {
                (true, true) => numbers(x, y),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => x.cmp(y),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_the_semver_crate_where_it_reads(
            a in "[0-2]\\.[0-2]\\.[0-3](-(a|b|rc|[1-9]|1[0-2])(\\.(a|1|2|10|x-y))?)?(\\+[a-c1-3])?",
            b in "[0-2]\\.[0-2]\\.[0-3](-(a|b|rc|[1-9]|1[0-2])(\\.(a|1|2|10|x-y))?)?(\\+[a-c1-3])?",
        ) {
            let theirs = |t: &str| semver::Version::parse(t).unwrap();
            prop_assert_eq!(compare(&a, &b, false), theirs(&a).cmp_precedence(&theirs(&b)));
        }
    }
}
