//! Numbers in rules and events, compared without loss where both are integers.

use std::cmp::Ordering;

/// A number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Int(i64),
    Real(f64),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Equal,
    Above,
    AtLeast,
    Below,
    AtMost,
}

impl Number {
    /// Reads a number from text.
    pub fn parse(text: &str) -> Option<Number> {
        text.parse().map(Number::Int).or_else(|_| text.parse().map(Number::Real)).ok()
    }

    /// As a real number.
    pub fn real(self) -> f64 {
        match self {
            Number::Int(number) => number as f64,
            Number::Real(number) => number,
        }
    }

    /// A key that equal numbers share: what an index stands on.
    pub fn key(self) -> u64 {
        // Zero has two signs and one value.
        (self.real() + 0.0).to_bits()
    }

    /// Whether `self` stands in that order to `other`.
    pub fn stands(self, order: Order, other: Number) -> bool {
        let found = match (self, other) {
            (Number::Int(a), Number::Int(b)) => Some(a.cmp(&b)),
            _ => self.real().partial_cmp(&other.real()),
        };
        match order {
            Order::Equal => found == Some(Ordering::Equal),
            Order::Above => found == Some(Ordering::Greater),
            Order::AtLeast => matches!(found, Some(Ordering::Greater | Ordering::Equal)),
            Order::Below => found == Some(Ordering::Less),
            Order::AtMost => matches!(found, Some(Ordering::Less | Ordering::Equal)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn big_integers_do_not_blur() {
        let (a, b) = (Number::Int(9_007_199_254_740_993), Number::Int(9_007_199_254_740_992));
        assert!(!a.stands(Order::Equal, b) && a.stands(Order::Above, b));
        assert_eq!(a.key(), b.key(), "an index may give too many rules, never too few");
        assert!(Number::Real(-0.0).key() == Number::Int(0).key());
    }
}
