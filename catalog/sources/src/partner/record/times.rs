//! Times of CEF and LEEF: milliseconds, `MMM dd yyyy HH:mm:ss.SSS zzz` in parts, or as LEEF's
//! `devTimeFormat` says.

use jiff::tz::TimeZone;
use model::Time;
use model::time::Precision;
use sonic_rs::Value;

use super::Record;
use crate::clock::{Calendar, Stamp, at_offset, in_zone, offset_of};
use crate::json;
use crate::partner::alerts_csv::times as tables;
use crate::syslog;

/// No time is longer.
const TIME_MAX: usize = 64;

/// When it happened: from `start` to `end`, else when the product took note of it. An error if a
/// time is there that cannot be read.
pub fn own(record: &Record<'_>, calendar: &mut Calendar) -> Result<Option<Time>, &'static str> {
    let format = record.raw("devTimeFormat");
    if let Some(text) = record.raw("devTime") {
        let formatted = format.and_then(|format| by_format(text, format, calendar));
        let time = formatted.or_else(|| read(text, record, calendar));
        return time.map(Some).ok_or("devTime is no time that can be read");
    }
    let mut at = |keys: [&str; 2]| {
        let text = keys.into_iter().find_map(|key| record.raw(key))?;
        read(text, record, calendar)
    };
    let (start, end) = (at(["start", "startTime"]), at(["end", "endTime"]));
    match (start, end) {
        (Some(start), Some(end)) if end.start >= start.start => return Ok(Some(start.until(end))),
        (Some(time), _) | (None, Some(time)) => return Ok(Some(time)),
        (None, None) => {}
    }
    if let Some(time) = at(["rt", "deviceReceiptTime"]) {
        return Ok(Some(time));
    }
    // Keys of the product's own, such as `FTNTFGTeventtime` or `UNIFIutcTime`.
    let is_time = |key: &str| {
        ["eventtime", "utctime", "rtutc", "timestamp"].iter().any(|end| {
            let from = key.len().saturating_sub(end.len());
            key.get(from..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
        })
    };
    let mut own = record.pairs.iter().filter(|(key, _)| is_time(key));
    Ok(own.find_map(|(_, text)| read(text, record, calendar)))
}

/// A time as products write it.
fn read(text: &str, record: &Record<'_>, calendar: &mut Calendar) -> Option<Time> {
    let text = text.trim();
    if text.len() > TIME_MAX {
        return None;
    }
    if let Some(time) = json::time(&Value::from(text)) {
        return Some(time);
    }
    if let Some((stamp, _, rest)) = syslog::stamp(text) {
        let zone = Some(rest.trim()).filter(|zone| !zone.is_empty()).or(record.raw("dtz"));
        return match (stamp, zone) {
            (Stamp::Zoneless(time), Some(zone)) => placed(time, zone, calendar),
            (stamp, None | Some(_)) => calendar.time(stamp, None),
        };
    }
    tables::read(text, calendar)
}

/// A time that stands in a zone by its name. Names that more than one zone has are no zone: then
/// what the person said counts.
fn placed(time: Time, zone: &str, calendar: &mut Calendar) -> Option<Time> {
    if let Some(offset) = offset_of(zone) {
        return at_offset(time, offset);
    }
    let named = zone.contains('/').then(|| TimeZone::get(zone).ok()).flatten();
    match named {
        Some(zone) => Some(in_zone(time, Some(&zone))),
        None => calendar.time(Stamp::Zoneless(time), None),
    }
}

/// A time by a pattern of Java's `SimpleDateFormat`. A zone at the end may be a name.
fn by_format(text: &str, format: &str, calendar: &mut Calendar) -> Option<Time> {
    let format = format.trim();
    if text.len() > TIME_MAX || format.len() > TIME_MAX {
        return None;
    }
    let bare = format.trim_end_matches('z');
    let (text, format, zone) = match text.rsplit_once(' ') {
        Some((text, zone)) if bare.len() < format.len() => (text, bare.trim_end(), Some(zone)),
        _ => (text, format, None),
    };
    let parsed = jiff::fmt::strtime::parse(pattern(format)?, text.trim()).ok()?;
    let digits = if format.contains('S') { 3 } else { 0 };
    let precision = Precision::from_digits(digits);
    if let Ok(stamp) = parsed.to_timestamp() {
        return Some(Time::point(i64::try_from(stamp.as_nanosecond()).ok()?, precision));
    }
    let civil = parsed.to_datetime().ok()?;
    let utc = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let time = Time::point(i64::try_from(utc.as_nanosecond()).ok()?, precision);
    match zone {
        Some(zone) => placed(time, zone, calendar),
        None => calendar.time(Stamp::Zoneless(time), None),
    }
}

/// A pattern of Java's as one of `strptime`'s; none for letters that nobody writes in logs.
fn pattern(format: &str) -> Option<String> {
    let mut out = String::with_capacity(format.len() * 2);
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(c).len();
        rest = rest.get(run..)?;
        let part = match (c, run) {
            ('y' | 'u', 1 | 4) => "%Y",
            ('y' | 'u', 2) => "%y",
            ('M' | 'L', 1 | 2) => "%m",
            ('M' | 'L', 3) => "%b",
            ('M' | 'L', 4) => "%B",
            ('d', 1 | 2) => "%d",
            ('H', 1 | 2) => "%H",
            ('h', 1 | 2) => "%I",
            ('m', 1 | 2) => "%M",
            ('s', 1 | 2) => "%S",
            ('S', 1..=9) => "%f",
            ('a', _) => "%p",
            ('Z', _) | ('X', 1 | 2) => "%z",
            ('X', 3) => "%:z",
            ('E', 1..=3) => "%a",
            ('E', _) => "%A",
            ('\'', 2) => "'",
            ('\'', 1) => {
                let (literal, after) = rest.split_once('\'')?;
                out.push_str(&literal.replace('%', "%%"));
                rest = after;
                ""
            }
            ('%', _) => "%%",
            (c, run) if !c.is_ascii_alphabetic() => {
                out.extend(std::iter::repeat_n(c, run));
                ""
            }
            _ => return None,
        };
        out.push_str(part);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use model::seam::source::ReadSettings;

    use super::*;

    #[test]
    fn times_by_the_patterns_that_logs_name() {
        let zone = TimeZone::get("Asia/Tokyo").ok();
        let mut calendar = Calendar::new(&ReadSettings { zone, ..ReadSettings::default() });
        for (text, format, wanted) in [
            ("Oct 06 2026 09:05:01", "MMM dd yyyy HH:mm:ss", "2026-10-06T00:05:01Z"),
            (
                "Oct 06 2026 09:05:01.250 GMT+00:00",
                "MMM dd yyyy HH:mm:ss.SSS z",
                "2026-10-06T09:05:01.250Z",
            ),
            (
                "2026-10-06T09:05:01.060+0200",
                "yyyy-MM-dd'T'HH:mm:ss.SSSZ",
                "2026-10-06T07:05:01.060Z",
            ),
            ("10/06/2026 09:05:01 PM", "MM/dd/yyyy hh:mm:ss a", "2026-10-06T12:05:01Z"),
            ("06.10.2026 09:05:01 JST", "dd.MM.yyyy HH:mm:ss z", "2026-10-06T00:05:01Z"),
            ("26-10-06 09:05:01+09:00", "yy-MM-dd HH:mm:ssXXX", "2026-10-06T00:05:01Z"),
        ] {
            let time = by_format(text, format, &mut calendar).map(|time| time.to_string());
            assert_eq!(time.as_deref(), Some(wanted), "{format}");
        }
        assert_eq!(pattern("yyyy QQ"), None);
        assert_eq!(pattern("yyyy'"), None);
    }
}
