//! Time as an interval: a log that writes whole seconds says "within this second", no more.

use std::fmt;

use jiff::tz::TimeZone;

/// How finely a log writes its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    /// Whole seconds.
    Seconds,
    /// Three digits.
    Millis,
    /// Six digits.
    Micros,
    /// Nine digits.
    Nanos,
}

impl Precision {
    /// From the number of digits after the seconds.
    pub fn from_digits(digits: usize) -> Self {
        match digits {
            0 => Precision::Seconds,
            1..=3 => Precision::Millis,
            4..=6 => Precision::Micros,
            _ => Precision::Nanos,
        }
    }

    fn digits(self) -> usize {
        match self {
            Precision::Seconds => 0,
            Precision::Millis => 3,
            Precision::Micros => 6,
            Precision::Nanos => 9,
        }
    }

    fn nanos(self) -> i64 {
        match self {
            Precision::Seconds => SECOND,
            Precision::Millis => 1_000_000,
            Precision::Micros => 1_000,
            Precision::Nanos => 1,
        }
    }
}

const SECOND: i64 = 1_000_000_000;

/// When something happened: no earlier than `start`, no later than `end`.
///
/// Nanoseconds since 1970-01-01 UTC, which reaches from 1678 to 2262.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time {
    /// The earliest.
    pub start: i64,
    /// The latest.
    pub end: i64,
    /// How finely the log writes it.
    pub precision: Precision,
}

impl Time {
    /// A point in time as finely as the log writes it.
    pub fn point(nanos: i64, precision: Precision) -> Self {
        Time { start: nanos, end: nanos.saturating_add(precision.nanos() - 1), precision }
    }

    /// From whole seconds since 1970.
    pub fn seconds(seconds: i64) -> Self {
        Time::point(seconds.saturating_mul(SECOND), Precision::Seconds)
    }

    /// From milliseconds since 1970.
    pub fn millis(millis: i64) -> Self {
        Time::point(millis.saturating_mul(1_000_000), Precision::Millis)
    }

    /// From the start of one to the end of another.
    #[must_use]
    pub fn until(self, other: Time) -> Self {
        Time { start: self.start, end: other.end.max(self.start), precision: self.precision }
    }

    /// Milliseconds since 1970, as OCSF's `timestamp_t`.
    pub fn ocsf(self) -> i64 {
        self.start.div_euclid(1_000_000)
    }

    /// Reads RFC 3339 (`2026-09-08T14:11:20Z`, `…20.123+09:00`, a space for the `T`); the zone
    /// must be there. `None` for anything else.
    pub fn parse_rfc3339(text: &str) -> Option<Time> {
        let (seconds, nanos, digits, rest) = civil(text.as_bytes())?;
        let offset = offset_seconds(rest)?;
        let total = seconds.checked_sub(offset)?.checked_mul(SECOND)?.checked_add(nanos)?;
        Some(Time::point(total, Precision::from_digits(digits)))
    }

    /// Reads date and time without a zone, as if in a zone `offset` seconds east of UTC; what
    /// follows the time must be empty.
    pub fn parse_civil(text: &str, offset: i64) -> Option<Time> {
        let (seconds, nanos, digits, rest) = civil(text.as_bytes())?;
        if !rest.is_empty() {
            return None;
        }
        let total = seconds.checked_sub(offset)?.checked_mul(SECOND)?.checked_add(nanos)?;
        Some(Time::point(total, Precision::from_digits(digits)))
    }

    /// Only the end, for the close of an interval.
    #[must_use]
    pub fn closing(self) -> Time {
        Time { start: self.end - (self.precision.nanos() - 1), end: self.end, ..self }
    }
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC with the precision of the log: the start of the interval.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) =
            (self.start.div_euclid(SECOND * 86_400), self.start.div_euclid(SECOND));
        let (year, month, day) = date_of(days);
        let second = second.rem_euclid(86_400);
        let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}")?;
        let digits = self.precision.digits();
        if digits > 0 {
            let fraction = self.start.rem_euclid(SECOND) / 10i64.pow(9 - digits as u32);
            write!(f, ".{fraction:0digits$}")?;
        }
        f.write_str("Z")
    }
}

/// Seconds since 1970 of a civil date and time, taken as UTC.
pub fn civil_seconds(date: (i64, i64, i64), clock: (i64, i64, i64)) -> Option<i64> {
    let (year, month, day) = date;
    let (hour, minute, second) = clock;
    let fits = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    fits.then(|| days_from(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a civil date
/// (H. Hinnant, "chrono-compatible low-level date algorithms").
fn days_from(year: i64, month: i64, day: i64) -> i64 {
    let y = year - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The civil date of a day count, the reverse of [`days_from`].
fn date_of(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

/// Reads `YYYY-MM-DD[T ]HH:MM:SS[.fraction]`: seconds, nanoseconds, digits of the fraction, rest.
fn civil(text: &[u8]) -> Option<(i64, i64, usize, &[u8])> {
    let number = |from: usize, len: usize| -> Option<i64> {
        text.get(from..from + len)?
            .iter()
            .try_fold(0i64, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))
    };
    let mark = |at: usize, wanted: &[u8]| text.get(at).is_some_and(|b| wanted.contains(b));
    let marks =
        mark(4, b"-/") && mark(7, b"-/") && mark(10, b"Tt ") && mark(13, b":") && mark(16, b":");
    if !marks {
        return None;
    }
    let date = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let seconds = civil_seconds(date, (number(11, 2)?, number(14, 2)?, number(17, 2)?))?;
    let mut rest = text.get(19..)?;
    let (mut nanos, mut digits) = (0i64, 0usize);
    if let [b'.' | b',', fraction @ ..] = rest {
        digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        let kept = fraction.get(..digits.min(9))?;
        nanos = kept.iter().fold(0, |sum, b| sum * 10 + i64::from(b - b'0'));
        nanos *= 10i64.pow(9 - kept.len() as u32);
        rest = fraction.get(digits..)?;
        if digits == 0 {
            return None;
        }
    }
    Some((seconds, nanos, digits.min(9), rest))
}

/// Reads a zone: `Z`, `+09:00`, `+0900`, `+09`, ` UTC`; seconds east of UTC.
pub fn offset_seconds(zone: &[u8]) -> Option<i64> {
    let zone = zone.trim_ascii();
    if matches!(zone, b"Z" | b"z" | b"UTC" | b"GMT") {
        return Some(0);
    }
    let (sign, digits) = match zone {
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let digits: Vec<i64> = digits
        .iter()
        .filter(|b| **b != b':')
        .map(|b| b.is_ascii_digit().then(|| i64::from(b - b'0')))
        .collect::<Option<_>>()?;
    // RFC 3339 has hours from 00 to 23.
    match digits.as_slice() {
        [a, b] if a * 10 + b < 24 => Some(sign * (a * 10 + b) * 3600),
        [a, b, c, d] if a * 10 + b < 24 && *c < 6 => {
            Some(sign * ((a * 10 + b) * 3600 + (c * 10 + d) * 60))
        }
        _ => None,
    }
}

/// Where on earth clocks stand, in seconds east of UTC.
const OFFSETS: std::ops::RangeInclusive<i64> = -12 * 3600..=14 * 3600;

/// The zone that a person names: `Asia/Tokyo`, or an offset that some place has (`+09:00`).
pub fn zone(text: &str) -> Option<TimeZone> {
    match offset_seconds(text.as_bytes()) {
        Some(seconds) => {
            let seconds = OFFSETS.contains(&seconds).then_some(seconds)?;
            Some(TimeZone::fixed(jiff::tz::Offset::from_seconds(seconds as i32).ok()?))
        }
        None => TimeZone::get(text).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_with_the_precision_of_the_log() {
        for text in [
            "2026-09-08T14:11:20Z",
            "1970-01-01T00:00:00Z",
            "2106-02-07T06:28:15.123Z",
            "1969-12-31T23:59:59.000001Z",
        ] {
            assert_eq!(Time::parse_rfc3339(text).unwrap().to_string(), text);
        }
        let tokyo = Time::parse_rfc3339("2026-09-08 23:11:20.5+09:00").unwrap();
        assert_eq!(tokyo.to_string(), "2026-09-08T14:11:20.500Z");
        for bad in [
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-09-08T14:11:20",
            "2026-09-08T24:00:00Z",
            "2026-09-08T14:11:20+25:00",
            "x",
            "",
        ] {
            assert_eq!(Time::parse_rfc3339(bad), None, "{bad}");
        }
    }

    #[test]
    fn agrees_with_jiff_over_the_centuries() {
        for step in 0..4000i64 {
            let seconds = -2_000_000_000 + step * 2_345_678;
            let theirs = jiff::Timestamp::from_second(seconds).unwrap().to_string();
            assert_eq!(Time::seconds(seconds).to_string(), theirs);
            assert_eq!(Time::parse_rfc3339(&theirs), Some(Time::seconds(seconds)));
        }
    }

    #[test]
    fn a_second_is_an_interval() {
        let time = Time::seconds(10);
        assert_eq!((time.start, time.end), (10_000_000_000, 10_999_999_999));
    }
}
