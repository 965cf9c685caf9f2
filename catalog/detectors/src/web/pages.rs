//! Verdicts on files that were asked for by traversal: by pages unlike what the page usually is.

use std::collections::{BTreeMap, BTreeSet};

use model::Reached;

use super::class::Class;
use super::known::Known;
use super::marks::Try;
use super::verdict::{Judged, by_status};

/// Different values that were answered by pages of different sizes: files were given away.
const FILES_MIN: usize = 2;

/// The sizes that each page answered attempts with, by value.
pub struct Pages<'t> {
    by: BTreeMap<(&'t str, &'t str), BTreeMap<i64, BTreeSet<&'t str>>>,
}

impl<'t> Pages<'t> {
    /// Looks at all attempts of the class.
    pub fn of(tries: &'t [Try]) -> Self {
        let mut by: BTreeMap<_, BTreeMap<i64, BTreeSet<&'t str>>> = BTreeMap::new();
        for one in tries.iter().filter(|one| is_served(one)) {
            let sizes = by.entry((one.source.as_str(), one.path.as_str())).or_default();
            sizes.entry(one.bytes).or_default().insert(&one.value);
        }
        Pages { by }
    }

    /// A page that ignores its parameter has its usual size, or one size for all that was tried.
    pub fn judge(&self, one: &Try, known: &Known) -> Judged {
        let plain = by_status(one);
        let unlike = known.page(&one.source, &one.path).is_some_and(|p| p.is_unlike(one.bytes));
        if !is_served(one) || !unlike || one.blocked || one.parameter.is_empty() {
            return plain;
        }
        let sizes = self.by.get(&(one.source.as_str(), one.path.as_str()));
        let alone =
            |bytes| sizes.and_then(|s| s.get(&bytes)).is_none_or(|values| values.len() == 1);
        if !alone(one.bytes) {
            return plain;
        }
        let files = sizes.map_or(0, BTreeMap::len);
        let (reached, confidence) = if files >= FILES_MIN {
            (Reached::DataReturned, 0.8)
        } else {
            (Reached::Executed, 0.6)
        };
        Judged { reached, confidence, statement: None }
    }
}

/// Whether an attempt to reach a file was answered with a page.
fn is_served(one: &Try) -> bool {
    one.class == Class::Traversal && matches!(one.status, 200 | 206) && one.bytes > 0
}
