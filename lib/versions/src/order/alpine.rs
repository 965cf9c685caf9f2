//! Alpine's apk-tools: `1.2.3b_rc1_p2~hash-r4`.

use std::cmp::Ordering;

use super::{numbers, take};

/// Compares.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (Parts::of(a), Parts::of(b));
    a.release(&b)
        .then_with(|| a.letter.cmp(b.letter))
        .then_with(|| a.suffixes(&b))
        .then_with(|| numbers(a.revision, b.revision))
}

struct Parts<'a> {
    numbers: Vec<&'a str>,
    letter: &'a str,
    suffixes: Vec<(i8, &'a str)>,
    revision: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Self {
        let (text, revision) = text.rsplit_once("-r").unwrap_or((text, ""));
        let text = text.split('~').next().unwrap_or("");
        let (release, rest) = take(text, |b| b.is_ascii_digit() || b == b'.');
        let (letter, rest) = take(rest, |b| b.is_ascii_lowercase());
        let suffixes = rest.split('_').skip(1).map(|suffix| {
            let (name, number) = take(suffix, |b| b.is_ascii_alphabetic());
            (rank(name), take(number, |b| b.is_ascii_digit()).0)
        });
        let numbers = release.split('.').collect();
        Self { numbers, letter, suffixes: suffixes.collect(), revision }
    }

    /// Beyond the first number, one that begins with zero is read as a fraction.
    fn release(&self, other: &Self) -> Ordering {
        for i in 0..self.numbers.len().max(other.numbers.len()) {
            let order = match (self.numbers.get(i), other.numbers.get(i)) {
                (Some(x), Some(y)) if i > 0 && (x.starts_with('0') || y.starts_with('0')) => {
                    x.trim_end_matches('0').cmp(y.trim_end_matches('0'))
                }
                (Some(x), Some(y)) => numbers(x, y),
                (x, y) => x.is_some().cmp(&y.is_some()),
            };
            if order.is_ne() {
                return order;
            }
        }
        Ordering::Equal
    }

    fn suffixes(&self, other: &Self) -> Ordering {
        for i in 0..self.suffixes.len().max(other.suffixes.len()) {
            let none = (0, "");
            let x = self.suffixes.get(i).unwrap_or(&none);
            let y = other.suffixes.get(i).unwrap_or(&none);
            let order = x.0.cmp(&y.0).then_with(|| numbers(x.1, y.1));
            if order.is_ne() {
                return order;
            }
        }
        Ordering::Equal
    }
}

/// Before the release, or after it.
fn rank(suffix: &str) -> i8 {
    match suffix {
        "alpha" => -4,
        "beta" => -3,
        "pre" => -2,
        "rc" => -1,
        "cvs" => 1,
        "svn" => 2,
        "git" => 3,
        "hg" => 4,
        "p" => 5,
        _ => -5,
    }
}
