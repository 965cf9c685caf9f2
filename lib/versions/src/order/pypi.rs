//! PEP 440 by `pep440_rs`; what it refuses is before every version, as packaging had it.

use std::cmp::Ordering;
use std::str::FromStr;

use pep440_rs::Version;

use super::{is_number, numbers, runs};

/// Compares.
pub fn compare(a: &str, b: &str) -> Ordering {
    match (Version::from_str(a), Version::from_str(b)) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Greater,
        (Err(_), Ok(_)) => Ordering::Less,
        (Err(_), Err(_)) => legacy(a, b),
    }
}

/// Whether PEP 440 reads it.
pub fn is_version(text: &str) -> bool {
    Version::from_str(text).is_ok()
}

/// Runs of digits and of letters; `*` is final, numbers are after words.
fn legacy(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    let parts = |text: &str| -> Vec<String> {
        runs(text, |c| c.is_ascii_alphanumeric())
            .into_iter()
            .map(ToOwned::to_owned)
            .chain(["*final".to_owned()])
            .collect()
    };
    for (x, y) in parts(&a).iter().zip(&parts(&b)) {
        let order = match (is_number(x), is_number(y)) {
            (true, true) => numbers(x, y),
            (x_is, y_is) => x_is.cmp(&y_is).then_with(|| x.cmp(y)),
        };
        if order.is_ne() {
            return order;
        }
    }
    parts(&a).len().cmp(&parts(&b).len()).then_with(|| a.cmp(&b))
}
