//! RPM: `[epoch:]version[-release]` by rpmvercmp, with `~` (before) and `^` (after the base).

use std::cmp::Ordering;

use super::{numbers, take};

/// Compares.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (split(a), split(b));
    numbers(a.0, b.0).then_with(|| part(a.1, b.1)).then_with(|| part(a.2, b.2))
}

fn split(text: &str) -> (&str, &str, &str) {
    let (epoch, rest) = text.split_once(':').unwrap_or(("0", text));
    let (version, release) = rest.rsplit_once('-').unwrap_or((rest, ""));
    (epoch, version, release)
}

fn part<'a>(mut a: &'a str, mut b: &'a str) -> Ordering {
    loop {
        let separator = |c: char| !(c.is_ascii_alphanumeric() || c == '~' || c == '^');
        (a, b) = (a.trim_start_matches(separator), b.trim_start_matches(separator));
        if a.starts_with('~') || b.starts_with('~') {
            match (a.strip_prefix('~'), b.strip_prefix('~')) {
                (Some(x), Some(y)) => (a, b) = (x, y),
                (x, _) => return if x.is_some() { Ordering::Less } else { Ordering::Greater },
            }
            continue;
        }
        if a.starts_with('^') || b.starts_with('^') {
            match (a.strip_prefix('^'), b.strip_prefix('^')) {
                (Some(x), Some(y)) => (a, b) = (x, y),
                (Some(_), None) => return caret(b),
                (None, _) => return caret(a).reverse(),
            }
            continue;
        }
        if a.is_empty() || b.is_empty() {
            return b.is_empty().cmp(&a.is_empty());
        }
        let order;
        (order, a, b) = segment(a, b);
        if order.is_ne() {
            return order;
        }
    }
}

/// A caret against the end of the other is later; against anything else it is earlier.
fn caret(other: &str) -> Ordering {
    if other.is_empty() { Ordering::Greater } else { Ordering::Less }
}

fn segment<'a>(a: &'a str, b: &'a str) -> (Ordering, &'a str, &'a str) {
    let digits = a.starts_with(|c: char| c.is_ascii_digit());
    let test = |c: u8| if digits { c.is_ascii_digit() } else { c.is_ascii_alphabetic() };
    let (x, a_rest) = take(a, test);
    let (y, b_rest) = take(b, test);
    let order = if y.is_empty() {
        // Numbers are later than letters.
        if digits { Ordering::Greater } else { Ordering::Less }
    } else if digits {
        numbers(x, y)
    } else {
        x.cmp(y)
    };
    (order, a_rest, b_rest)
}
