//! Ranges of versions as OSV writes them: events on the line of versions.

use crate::Scheme;

/// What happens at a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// From here on affected; `0` is before every version.
    Introduced,
    /// From here on not affected.
    Fixed,
    /// The last affected version.
    LastAffected,
    /// From here on outside of what was looked at.
    Limit,
}

/// A version at which something changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Event<'a> {
    /// What.
    pub bound: Bound,
    /// Where.
    pub version: &'a str,
}

/// Whether a version lies in a range: OSV's evaluation, on events in any order.
///
/// Of all events at or before the version the last one decides; `fixed` goes after `introduced` of
/// the same version, so that an empty range affects nothing. Limits are apart: where there are
/// some, the version must be before one of them (`*` is after every version).
pub fn affected(scheme: Scheme, version: &str, events: &[Event<'_>]) -> bool {
    let mut limits = events.iter().filter(|event| event.bound == Bound::Limit).peekable();
    let free = limits.peek().is_none();
    let below =
        |limit: &Event<'_>| limit.version == "*" || order(scheme, limit, Some(version)).is_gt();
    if !free && !limits.any(below) {
        return false;
    }
    let mut last: Option<&Event<'_>> = None;
    for event in events {
        let place = order(scheme, event, Some(version));
        let counts = match event.bound {
            Bound::Introduced | Bound::Fixed => place.is_le(),
            Bound::LastAffected => place.is_lt(),
            Bound::Limit => false,
        };
        // Not sorted: a hostile text may have no consistent order, on which sorting may panic.
        let later = |known: &Event<'_>| {
            order(scheme, event, known.place()).then_with(|| rank(event).cmp(&rank(known))).is_ge()
        };
        if counts && last.is_none_or(later) {
            last = Some(event);
        }
    }
    last.is_some_and(|event| event.bound == Bound::Introduced)
}

fn rank(event: &Event<'_>) -> u8 {
    match event.bound {
        Bound::Introduced => 0,
        Bound::LastAffected => 1,
        Bound::Fixed | Bound::Limit => 2,
    }
}

impl<'a> Event<'a> {
    /// `None` is before every version.
    fn place(&self) -> Option<&'a str> {
        (self.bound != Bound::Introduced || self.version != "0").then_some(self.version)
    }
}

fn order(scheme: Scheme, event: &Event<'_>, other: Option<&str>) -> std::cmp::Ordering {
    use std::cmp::Ordering::{Equal, Greater, Less};
    match (event.place(), other) {
        (None, None) => Equal,
        (None, Some(_)) => Less,
        (Some(_), None) => Greater,
        (Some(a), Some(b)) => scheme.compare(a, b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Vec<Event<'_>> {
        text.split(' ')
            .map(|part| {
                let (word, version) = part.split_once('=').unwrap();
                let bound = match word {
                    "introduced" => Bound::Introduced,
                    "fixed" => Bound::Fixed,
                    "last" => Bound::LastAffected,
                    _ => Bound::Limit,
                };
                Event { bound, version }
            })
            .collect()
    }

    #[test]
    fn events_are_read_in_the_order_of_versions() {
        let cases = [
            ("introduced=0 fixed=1.2.0", "1.1.9 0.0.1-rc.1", "1.2.0 2.0.0"),
            (
                "introduced=3.0.0 fixed=3.1.0 introduced=1.0.0 fixed=1.5.0",
                "1.2.0 3.0.5",
                "1.5.0 2.0.0 3.1.0",
            ),
            ("introduced=0 last=1.2.0", "1.2.0", "1.2.1"),
            ("introduced=1.0.0", "1.0.0 9.0.0", "0.9.0 1.0.0-rc.1"),
            ("introduced=1.0.0 fixed=1.0.0", "", "1.0.0 2.0.0"),
            ("introduced=0 limit=2.0.0", "1.0.0", "2.0.0"),
            ("introduced=0 limit=2.0.0 limit=3.0.0", "1.0.0 2.5.0", "3.0.0"),
            ("introduced=0 limit=2.0.0 limit=*", "1.0.0 9.0.0", ""),
            ("introduced=1.0.0 last=1.0.0", "1.0.0", "0.9.0 1.0.1"),
            ("introduced=0 last=1.0.0 introduced=2.0.0 last=2.1.0", "1.0.0 2.1.0", "1.1.0 2.2.0"),
            ("fixed=1.0.0", "", "0.1.0"),
        ];
        for (text, inside, outside) in cases {
            let events = range(text);
            for version in inside.split_whitespace() {
                assert!(affected(Scheme::Semver, version, &events), "{text}: {version}");
            }
            for version in outside.split_whitespace() {
                assert!(!affected(Scheme::Semver, version, &events), "{text}: {version}");
            }
        }
    }
}
