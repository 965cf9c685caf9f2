//! Debian policy 5.6.12: `[epoch:]upstream[-revision]`, where `~` is before the end.

use std::cmp::Ordering;

use super::{numbers, take};

/// Compares.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (split(a), split(b));
    numbers(a.0, b.0).then_with(|| part(a.1, b.1)).then_with(|| part(a.2, b.2))
}

fn split(text: &str) -> (&str, &str, &str) {
    let (epoch, rest) = text.split_once(':').unwrap_or(("0", text));
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
    (epoch, upstream, revision)
}

fn part(mut a: &str, mut b: &str) -> Ordering {
    while !(a.is_empty() && b.is_empty()) {
        let (x, a_rest) = words(a);
        let (y, b_rest) = words(b);
        let order = letters(x, y);
        if order.is_ne() {
            return order;
        }
        let (x, a_rest) = take(a_rest, |c| c.is_ascii_digit());
        let (y, b_rest) = take(b_rest, |c| c.is_ascii_digit());
        let order = numbers(x, y);
        if order.is_ne() {
            return order;
        }
        (a, b) = (a_rest, b_rest);
    }
    Ordering::Equal
}

fn words(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|b| b.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// `~`, then the end, then letters, then everything else.
fn letters(a: &str, b: &str) -> Ordering {
    let weight = |byte: Option<u8>| match byte {
        Some(b'~') => -1,
        None => 0,
        Some(b) if b.is_ascii_alphabetic() => i32::from(b),
        Some(b) => i32::from(b) + 256,
    };
    let (mut a, mut b) = (a.bytes(), b.bytes());
    loop {
        let (x, y) = (a.next(), b.next());
        let order = weight(x).cmp(&weight(y));
        if order.is_ne() || (x.is_none() && y.is_none()) {
            return order;
        }
    }
}
