//! Times that say too little: without a zone, without a year.

use jiff::tz::TimeZone;
use model::Time;
use model::seam::source::ReadSettings;
use model::time::{Precision, civil_seconds, offset_seconds};

/// A time as a log has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// With zone and year.
    Whole(Time),
    /// Without a zone: as if it stood in UTC.
    Zoneless(Time),
    /// Without zone and year.
    Yearless {
        /// From 1.
        month: i64,
        /// From 1.
        day: i64,
        /// Hour, minute, second.
        clock: (i64, i64, i64),
        /// The fraction of the second.
        nanos: i64,
        /// How finely it is written.
        precision: Precision,
    },
}

/// The year of records whose year nothing tells: it keeps them, and nobody takes it for a real
/// one. A leap year stands in for a 29th of February.
const YEAR_UNKNOWN: i64 = 1970;
const LEAP_YEAR_UNKNOWN: i64 = 1972;
/// A step back by more months than this is the turn of the year.
const MONTHS_BACK_MAX: i64 = 6;

/// Makes whole times of stamps, on the way through one blob.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    zone: Option<TimeZone>,
    year: Option<i64>,
    last_month: Option<i64>,
}

impl Calendar {
    /// With what a person said.
    pub fn new(settings: &ReadSettings) -> Self {
        Calendar {
            zone: settings.zone.clone(),
            year: settings.year.map(i64::from),
            last_month: None,
        }
    }

    /// The zone of stamps that name none.
    pub fn zone(&self) -> Option<&TimeZone> {
        self.zone.as_ref()
    }

    /// Takes the year of the first record from what the blob itself says.
    pub fn infer(&mut self, year: Option<i64>) {
        self.year = self.year.or(year);
    }

    /// The time that a stamp means here. A stamp without a year is of the year that holds: that
    /// of the delivery, else as said, else as found; it grows by one where the months start anew.
    pub fn time(&mut self, stamp: Stamp, delivered: Option<Time>) -> Option<Time> {
        let (month, day, clock, nanos, precision) = match stamp {
            Stamp::Whole(time) => return Some(time),
            Stamp::Zoneless(time) => return Some(in_zone(time, self.zone.as_ref())),
            Stamp::Yearless { month, day, clock, nanos, precision } => {
                (month, day, clock, nanos, precision)
            }
        };
        let year = match delivered {
            Some(delivered) => year_before(delivered, month),
            None => self.turn(month)?,
        };
        let year = match year {
            YEAR_UNKNOWN if (month, day) == (2, 29) => LEAP_YEAR_UNKNOWN,
            year => year,
        };
        let seconds = civil_seconds((year, month, day), clock)?;
        let nanos = seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?;
        Some(in_zone(Time::point(nanos, precision), self.zone.as_ref()))
    }

    /// Goes on to a month: from December to January a year ends.
    fn turn(&mut self, month: i64) -> Option<i64> {
        let Some(year) = self.year else { return Some(YEAR_UNKNOWN) };
        let step = month - self.last_month.unwrap_or(month);
        self.last_month = Some(month);
        let year = match step {
            back if back < -MONTHS_BACK_MAX => year + 1,
            ahead if ahead > MONTHS_BACK_MAX => year - 1,
            _ => year,
        };
        self.year = Some(year);
        (1..=2261).contains(&year).then_some(year)
    }
}

/// The year of a record that was delivered at a time: its own, or the one before.
fn year_before(delivered: Time, month: i64) -> i64 {
    let text = delivered.to_string();
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, delivered_month) = (part(0, 4).unwrap_or(YEAR_UNKNOWN), part(5, 7).unwrap_or(month));
    if month - delivered_month > MONTHS_BACK_MAX { year - 1 } else { year }
}

/// A time that was read as if in UTC, as what it means in `zone`.
pub fn in_zone(time: Time, zone: Option<&TimeZone>) -> Time {
    let Some(zone) = zone else { return time };
    let moved = jiff::Timestamp::from_nanosecond(i128::from(time.start)).ok().and_then(|utc| {
        let civil = utc.to_zoned(TimeZone::UTC).datetime();
        let there = zone.to_ambiguous_timestamp(civil).compatible().ok()?;
        i64::try_from(there.as_nanosecond()).ok()
    });
    moved.map_or(time, |nanos| Time::point(nanos, time.precision))
}

/// Seconds east of UTC of a zone as logs name it: an offset, or one of the few short names that no
/// two zones share. `GMT+09:00` is nine hours east.
pub fn offset_of(zone: &str) -> Option<i64> {
    if zone == "JST" {
        return Some(9 * 3600);
    }
    let digits = zone.strip_prefix("GMT").or_else(|| zone.strip_prefix("UTC"));
    match digits {
        Some("") => Some(0),
        digits => offset_seconds(digits.unwrap_or(zone).as_bytes()),
    }
}

/// A time that was read as if in UTC, as what it means so many seconds east of UTC.
pub fn at_offset(time: Time, offset: i64) -> Option<Time> {
    let start = time.start.checked_sub(offset.checked_mul(1_000_000_000)?)?;
    Some(Time::point(start, time.precision))
}

/// Seconds since 1970 with or without a fraction, as digits: exact, unlike a float.
pub fn epoch(digits: &str) -> Option<Time> {
    let (seconds, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let seconds: i64 = seconds.parse().ok().filter(|s| (0..1 << 40).contains(s))?;
    let all_digits = fraction.len() <= 9 && fraction.bytes().all(|b| b.is_ascii_digit());
    let unit = 10i64.checked_pow(9u32.checked_sub(fraction.len() as u32)?)?;
    let nanos = if fraction.is_empty() { 0 } else { fraction.parse::<i64>().ok()? * unit };
    let total = seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?;
    all_digits.then(|| Time::point(total, Precision::from_digits(fraction.len())))
}

/// Longer names of months are none.
const NAME_MAX: usize = 8;
const ENGLISH: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Names that no two languages here give to different months: de, es, fr, it, nl, pl, pt.
const OTHERS: [&[&str]; 12] = [
    &["jan", "janv", "jän", "ene", "gen", "sty"],
    &["feb", "févr", "fév", "fev", "lut"],
    &["mar", "mär", "mrz", "mars", "mrt"],
    &["apr", "avr", "avril", "abr", "kwi"],
    &["may", "mai", "mag", "mei", "maj"],
    &["jun", "juin", "giu", "cze"],
    &["jul", "juil", "lug", "lip"],
    &["aug", "août", "aou", "ago", "sie"],
    &["sep", "sept", "set", "wrz"],
    &["oct", "okt", "ott", "out", "paź"],
    &["nov", "lis"],
    &["dec", "dez", "déc", "dic", "gru"],
];

/// The number of a month by its short name, in the languages that logs are written in.
pub fn month(name: &str) -> Option<i64> {
    if let Some(at) = ENGLISH.iter().position(|month| *month == name) {
        return Some(at as i64 + 1);
    }
    if name.is_empty() || name.len() > NAME_MAX || name.as_bytes().first() == Some(&b'-') {
        return None;
    }
    let lower = name.trim_end_matches('.').to_lowercase();
    let at = OTHERS.iter().position(|names| names.contains(&lower.as_str()))?;
    Some(at as i64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yearless(month: i64, day: i64) -> Stamp {
        let (clock, precision) = ((8, 0, 0), Precision::Seconds);
        Stamp::Yearless { month, day, clock, nanos: 0, precision }
    }

    #[test]
    fn a_year_turns_where_months_start_anew() {
        let mut calendar = Calendar { year: Some(2025), ..Calendar::default() };
        let mut dates = |month, day| calendar.time(yearless(month, day), None).unwrap().to_string();
        assert_eq!(dates(12, 31), "2025-12-31T08:00:00Z");
        assert_eq!(dates(1, 1), "2026-01-01T08:00:00Z");
        // A late line of the year before, and on again.
        assert_eq!(dates(12, 31), "2025-12-31T08:00:00Z");
        assert_eq!(dates(1, 2), "2026-01-02T08:00:00Z");
    }

    #[test]
    fn years_nobody_knows_and_years_of_the_delivery() {
        let mut calendar = Calendar::default();
        let mut dates = |stamp, delivered: Option<&str>| {
            let delivered = delivered.and_then(Time::parse_rfc3339);
            calendar.time(stamp, delivered).map(|time| time.to_string())
        };
        assert_eq!(dates(yearless(2, 29), None).unwrap(), "1972-02-29T08:00:00Z");
        assert_eq!(dates(yearless(2, 30), None), None);
        let january = Some("2026-01-01T00:00:00Z");
        assert_eq!(dates(yearless(12, 31), january).unwrap(), "2025-12-31T08:00:00Z");
    }

    #[test]
    fn months_in_other_languages() {
        for (name, wanted) in
            [("Oct", 10), ("août", 8), ("Dez", 12), ("févr.", 2), ("Mär", 3), ("paź", 10)]
        {
            assert_eq!(month(name), Some(wanted), "{name}");
        }
        assert_eq!(month("Foo"), None);
    }
}
