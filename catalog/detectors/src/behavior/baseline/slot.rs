//! A value that was seen: when first, when last, and on which of the days before the last.
//!
//! A day counts once, however often the value came on it: a flood teaches no more than one event,
//! and a record that is read twice teaches nothing new.

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

/// Days that a slot remembers.
pub const DAYS: u32 = 64;
/// Minutes of a day.
pub const DAY: u32 = 1440;
/// A day counts half as much as one that is so many days younger.
pub const HALF_LIFE: f64 = 14.0;

/// The number that stands for a text. SipHash, so that nobody makes up a name that passes for a
/// known one; the keys are fixed, so that baselines can be merged.
pub fn mark(parts: &[&str]) -> u64 {
    let mut hasher = SipHasher13::new_with_keys(0x7961_6775_7261, 0x6265_6861_7665);
    for part in parts {
        hasher.write(part.as_bytes());
        hasher.write(&[0xff]);
    }
    hasher.finish()
}

/// What is known of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The value's mark.
    pub value: u64,
    /// Days on which it was seen; bit 0 is the last one.
    pub days: u64,
    /// The first minute since 1970.
    pub first: u32,
    /// The last.
    pub last: u32,
}

impl Slot {
    /// A value seen once.
    pub fn new(value: u64, minute: u32) -> Slot {
        Slot { value, days: 1, first: minute, last: minute }
    }

    /// Takes in what else is known of the same value.
    pub fn merge(&mut self, other: Slot) {
        let last = self.last.max(other.last);
        let aligned = |slot: Slot| {
            let later = last / DAY - slot.last / DAY;
            slot.days.checked_shl(later).unwrap_or(0)
        };
        self.days = aligned(*self) | aligned(other);
        self.first = self.first.min(other.first);
        self.last = last;
    }

    /// On how many days it was seen, of those that are remembered.
    pub fn count(&self) -> u32 {
        self.days.count_ones()
    }

    /// How much its days count as of `today` (a day since 1970): each one half of one that is
    /// [`HALF_LIFE`] days younger.
    pub fn weight(&self, today: u32) -> f64 {
        let age = today.saturating_sub(self.last / DAY);
        let mut days = self.days;
        let mut sum = 0.0;
        while days != 0 {
            sum += halved(age + days.trailing_zeros());
            days &= days - 1;
        }
        sum
    }
}

/// What a day of this age still counts.
pub fn halved(age: u32) -> f64 {
    (-f64::from(age) / HALF_LIFE).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_once_and_grow_old() {
        let mut slot = Slot::new(7, 10 * DAY);
        slot.merge(Slot::new(7, 10 * DAY + 5));
        assert_eq!((slot.count(), slot.last), (1, 10 * DAY + 5));
        slot.merge(Slot::new(7, 24 * DAY));
        slot.merge(Slot::new(7, 3 * DAY));
        assert_eq!((slot.count(), slot.first), (3, 3 * DAY));
        let want = 1.0 + 0.5 + (-21.0_f64 / 14.0).exp2();
        assert!((slot.weight(24) - want).abs() < 1e-9);
        slot.merge(Slot::new(7, 90 * DAY));
        assert_eq!(slot.count(), 1, "days before the last 64 are forgotten");
        assert_eq!(slot.first, 3 * DAY, "but since when is not");
    }

    #[test]
    fn marks_are_the_same_for_ever() {
        assert_ne!(mark(&["ab", "c"]), mark(&["a", "bc"]));
        assert_eq!(mark(&["s3:GetObject"]), 0x0882_225a_7ae1_b64a);
    }
}
