//! Whether a version is affected, where it is fixed, and the smallest upgrade out of it.

use std::cmp::Ordering;

use model::advisory::{Advisory, Affected};
use versions::{Bound, Event, Package, Scheme};

/// Whether a version is affected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// It cannot be put in order.
    Unknown,
}

fn scheme(affected: &Affected) -> Option<Scheme> {
    Scheme::of(&affected.ecosystem)
}

/// Looks at the parts of an advisory that speak of a package.
pub fn parts<'a>(
    advisory: &'a Advisory,
    package: &'a Package,
) -> impl Iterator<Item = &'a Affected> {
    advisory.affected.iter().filter(move |affected| package.is(&affected.package))
}

/// Whether a version of a package is affected. By range or by name: either is enough.
pub fn is(affected: &Affected, version: &str) -> Is {
    let scheme = scheme(affected);
    let equal =
        |listed: &String| listed == version || scheme.is_some_and(|s| same(s, listed, version));
    if affected.versions.iter().any(equal) {
        return Is::Yes;
    }
    if affected.ranges.is_empty() {
        // Neither versions nor ranges of them (commits are none): nobody said which are affected.
        return if affected.versions.is_empty() { Is::Unknown } else { Is::No };
    }
    let Some(scheme) = scheme.filter(|scheme| scheme.is_version(version)) else {
        return if everything(affected) { Is::Yes } else { Is::Unknown };
    };
    let inside = affected.ranges.iter().any(|range| inside(scheme, range, version));
    if inside { Is::Yes } else { Is::No }
}

fn same(scheme: Scheme, a: &str, b: &str) -> bool {
    scheme.is_version(b) && scheme.compare(a, b) == Ordering::Equal
}

/// From the beginning on, without an end.
fn everything(affected: &Affected) -> bool {
    affected
        .ranges
        .iter()
        .any(|range| matches!(range.as_slice(), [(Bound::Introduced, from)] if from == "0"))
}

fn inside(scheme: Scheme, range: &[(Bound, String)], version: &str) -> bool {
    let events: Vec<Event<'_>> =
        range.iter().map(|(bound, v)| Event { bound: *bound, version: v }).collect();
    versions::affected(scheme, version, &events)
}

/// The versions after this one that an advisory calls fixed, the nearest first.
pub fn fixed_in(affected: &Affected, version: &str) -> Vec<String> {
    let Some(scheme) = scheme(affected) else { return Vec::new() };
    let ordered = scheme.is_version(version);
    let later = |v: &String| !ordered || scheme.compare(v, version) == Ordering::Greater;
    let events = affected.ranges.iter().flatten();
    let fixed = events.filter(|(bound, v)| *bound == Bound::Fixed && later(v));
    let mut out = scheme.sort(fixed.map(|(_, v)| v.clone()).collect());
    out.dedup();
    out
}

/// The smallest version after this one that no advisory of the package affects.
pub fn upgrade(package: &Package, all: &[Advisory], version: &str) -> Option<String> {
    let parts: Vec<&Affected> = all.iter().flat_map(|a| parts(a, package)).collect();
    let scheme = scheme(parts.first()?)?;
    let all = parts.iter().flat_map(|affected| fixed_in(affected, version)).collect();
    let mut candidates = scheme.sort(all);
    candidates.dedup();
    let clear = |candidate: &String| parts.iter().all(|part| is(part, candidate) == Is::No);
    candidates.into_iter().find(clear)
}
