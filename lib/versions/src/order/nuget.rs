//! NuGet: Semantic Versioning with a fourth number; labels without regard to case.

use std::cmp::Ordering;

use super::semver;

/// Compares.
pub fn compare(a: &str, b: &str) -> Ordering {
    semver::compare(&a.to_ascii_lowercase(), &b.to_ascii_lowercase(), false)
}
