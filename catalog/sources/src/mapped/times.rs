//! Times as a mapping says they are written.

use jiff::civil::Date;
use jiff::fmt::strtime::{self, BrokenDownTime};
use model::Time;
use model::time::Precision;
use sonic_rs::Value;

use crate::app::json::time_in;
use crate::clock::{Calendar, Stamp};

/// Whether times can be read as `format` says; else why not.
pub fn check(format: &str) -> Result<(), String> {
    let sample = Date::constant(2026, 10, 6).at(8, 9, 10, 123_456_789);
    let sample = sample.to_zoned(jiff::tz::TimeZone::UTC).map_err(|e| e.to_string())?;
    let written = strtime::format(format, &sample).map_err(|e| e.to_string())?;
    let read = BrokenDownTime::parse(format, &written).map_err(|e| e.to_string())?;
    stamp(&read, &written).map(drop).ok_or_else(|| "it gives no day or no hour".to_owned())
}

/// The time of a record: as `format` says, or as programs usually write times.
pub fn read(text: &str, format: Option<&str>, calendar: &mut Calendar) -> Option<Time> {
    let Some(format) = format else {
        return time_in(&Value::from(text), calendar.zone());
    };
    let read = BrokenDownTime::parse(format, text).ok()?;
    calendar.time(stamp(&read, text)?, None)
}

fn stamp(read: &BrokenDownTime, text: &str) -> Option<Stamp> {
    let precision = precision(read, text);
    if let Ok(instant) = read.to_timestamp() {
        let nanos = i64::try_from(instant.as_nanosecond()).ok()?;
        return Some(Stamp::Whole(Time::point(nanos, precision)));
    }
    let part = |value: Option<i8>| value.map(i64::from);
    let clock =
        (part(read.hour())?, part(read.minute()).unwrap_or(0), part(read.second()).unwrap_or(0));
    let nanos = i64::from(read.subsec_nanosecond().unwrap_or(0));
    if read.year().is_none() && read.iso_week_year().is_none() {
        let (month, day) = (part(read.month())?, part(read.day())?);
        return Some(Stamp::Yearless { month, day, clock, nanos, precision });
    }
    // Read as if in UTC; the calendar knows the zone.
    let instant = jiff::tz::Offset::UTC.to_timestamp(read.to_datetime().ok()?).ok()?;
    let nanos = i64::try_from(instant.as_nanosecond()).ok()?;
    Some(Stamp::Zoneless(Time::point(nanos, precision)))
}

/// How finely a time is written: by the digits after its last point or comma.
fn precision(read: &BrokenDownTime, text: &str) -> Precision {
    if read.subsec_nanosecond().is_none() {
        return Precision::Seconds;
    }
    let after = text.rfind(['.', ',']).and_then(|at| text.get(at + 1..)).unwrap_or("");
    Precision::from_digits(after.bytes().take_while(u8::is_ascii_digit).count())
}

#[cfg(test)]
mod tests {
    use model::seam::source::ReadSettings;

    use super::*;

    fn said(text: &str, format: &str) -> Option<String> {
        let zone = jiff::tz::TimeZone::get("Asia/Tokyo").ok();
        let settings = ReadSettings { zone, year: Some(2026), ..ReadSettings::default() };
        let mut calendar = Calendar::new(&settings);
        read(text, Some(format), &mut calendar).map(|time| time.to_string())
    }

    #[test]
    fn times_with_and_without_zone_and_year() {
        for (text, format, wanted) in [
            ("06/Oct/2026:09:00:00 +0000", "%d/%b/%Y:%H:%M:%S %z", "2026-10-06T09:00:00Z"),
            ("20261006 090000.25", "%Y%m%d %H%M%S%.f", "2026-10-06T00:00:00.250Z"),
            ("Oct  6 09:00", "%b %e %H:%M", "2026-10-06T00:00:00Z"),
            ("1791244801", "%s", "2026-10-06T00:00:01Z"),
        ] {
            assert_eq!(check(format), Ok(()), "{format}");
            assert_eq!(said(text, format).as_deref(), Some(wanted), "{text} {format}");
        }
        assert_eq!(said("06.10.2026", "%d.%m.%Y %H"), None);
        assert!(check("%H:%M").is_err() && check("%Y-%m-%d").is_err() && check("%&").is_err());
    }
}
