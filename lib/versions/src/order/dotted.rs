//! Lists of numbers with `.` or `-` between them; the longer of two equal lists is later.

use std::cmp::Ordering;

use super::{is_number, numbers};

/// Compares.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split(['.', '-']), b.split(['.', '-']));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(x), Some(y)) if is_number(x) && is_number(y) => numbers(x, y),
            (Some(x), Some(y)) => is_number(x).cmp(&is_number(y)).then_with(|| x.cmp(y)),
        };
        if order.is_ne() {
            return order;
        }
    }
}
