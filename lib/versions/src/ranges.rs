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
/// Of all events at or before the version the last one decides; `introduced` goes before `fixed`
/// of the same version, so that an empty range affects nothing.
pub fn affected(scheme: Scheme, version: &str, events: &[Event<'_>]) -> bool {
    let mut sorted: Vec<&Event<'_>> = events.iter().collect();
    let rank = |event: &Event<'_>| match event.bound {
        Bound::Introduced => 0,
        Bound::LastAffected => 1,
        Bound::Fixed | Bound::Limit => 2,
    };
    sorted.sort_by(|a, b| order(scheme, a, b.place()).then_with(|| rank(a).cmp(&rank(b))));
    let mut inside = false;
    for event in sorted {
        let place = order(scheme, event, Some(version));
        match event.bound {
            Bound::Introduced if place.is_le() => inside = true,
            Bound::Fixed | Bound::Limit if place.is_le() => inside = false,
            Bound::LastAffected if place.is_lt() => inside = false,
            _ => {}
        }
    }
    inside
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
