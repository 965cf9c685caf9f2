//! Days and instants as texts: RFC 3339, in UTC.

use std::fmt::Write as _;

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Millis,
    Micros,
    Nanos,
}

impl Unit {
    /// So many of it are a second, which takes so many digits.
    fn per_second(self) -> (i64, usize) {
        match self {
            Unit::Millis => (1_000, 3),
            Unit::Micros => (1_000_000, 6),
            Unit::Nanos => (1_000_000_000, 9),
        }
    }
}

/// `2026-10-15`, of days since 1970.
pub(crate) fn date(days: i64, out: &mut String) {
    // The calendar repeats itself every 400 years, which are 146 097 days; they are counted from
    // a first of March, so that the leap day is the last of its year.
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, over) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let _infallible = write!(out, "{:04}-{month:02}-{day:02}", era * 400 + year + over);
}

/// `08:18:24.250`, of a time since midnight.
pub(crate) fn clock(value: i64, unit: Unit, out: &mut String) {
    let (per_second, digits) = unit.per_second();
    let (seconds, part) = (value.div_euclid(per_second), value.rem_euclid(per_second));
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let _infallible = write!(out, "{hours:02}:{minutes:02}:{seconds:02}.{part:0digits$}");
}

/// `2026-10-15T08:18:24.250Z`, of a time since 1970.
pub(crate) fn instant(value: i64, unit: Unit, out: &mut String) {
    let day = 86_400 * unit.per_second().0;
    date(value.div_euclid(day), out);
    out.push('T');
    clock(value.rem_euclid(day), unit, out);
    out.push('Z');
}

/// The instant in milliseconds since 1970, if nothing is lost by it.
pub(crate) fn whole_millis(value: i64, unit: Unit) -> Option<i64> {
    let step = unit.per_second().0 / 1_000;
    (value % step == 0).then_some(value / step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(value: i64, unit: Unit) -> String {
        let mut text = String::new();
        instant(value, unit, &mut text);
        text
    }

    #[test]
    fn instants() {
        for (value, unit, text) in [
            (0, Unit::Millis, "1970-01-01T00:00:00.000Z"),
            (1_791_244_801_250, Unit::Millis, "2026-10-06T00:00:01.250Z"),
            (951_782_400_000_000, Unit::Micros, "2000-02-29T00:00:00.000000Z"),
            (-1, Unit::Nanos, "1969-12-31T23:59:59.999999999Z"),
            (4_107_542_400_000, Unit::Millis, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(told(value, unit), text);
        }
        assert!(told(i64::MIN, Unit::Millis).ends_with('Z'));
        assert!(told(i64::MAX, Unit::Nanos).starts_with("2262-04-11"));
        assert_eq!(whole_millis(1_250_000, Unit::Micros), Some(1_250));
        assert_eq!(whole_millis(1_250_001, Unit::Micros), None);
    }
}
