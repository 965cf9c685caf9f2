//! When it happened: the times of Entra's logs are in UTC, also where they do not say so.

use model::Time;
use model::time::{Precision, civil_seconds};
use sonic_rs::{JsonValueTrait, Value};

use super::record::{Sort, properties};
use crate::{json, nested};

/// The time of a record: of the deed if it is stated, else of the log.
pub(super) fn of(value: &Value, sort: Sort) -> Option<Time> {
    let own: &[&str] = match sort {
        Sort::SignIn => &["createdDateTime", "TimeGenerated"],
        Sort::Audit => &["activityDateTime", "TimeGenerated"],
        Sort::Risk => &[
            "activityDateTime",
            "detectedDateTime",
            "riskLastUpdatedDateTime",
            "lastUpdatedDateTime",
            "TimeGenerated",
        ],
        Sort::Graph | Sort::Provisioning => &["timeGenerated", "activityDateTime"],
    };
    let inner = own.iter().find_map(|key| read(nested::member(properties(value), &[key])?));
    inner.or_else(|| read(nested::member(value, &["time"])?))
}

fn read(value: &Value) -> Option<Time> {
    let Some(text) = value.as_str() else { return json::time(value) };
    Time::parse_rfc3339(text).or_else(|| Time::parse_civil(text, 0)).or_else(|| american(text))
}

/// `1/9/2026 9:41:00 AM +00:00`, as some exports of Azure Monitor write it: month, day, year;
/// the half of the day and the offset may be missing.
fn american(text: &str) -> Option<Time> {
    let mut words = text.split_ascii_whitespace();
    let [month, day, year] = numbers(words.next()?, '/')?;
    let [hour, minute, second] = numbers(words.next()?, ':')?;
    let mut rest = words.next();
    let hour = match rest {
        Some("AM") => hour % 12,
        Some("PM") if hour <= 12 => hour % 12 + 12,
        _ => hour,
    };
    if matches!(rest, Some("AM" | "PM")) {
        rest = words.next();
    }
    let east = match rest {
        None => 0,
        Some(offset) => offset_seconds(offset)?,
    };
    let seconds = civil_seconds((year, month, day), (hour, minute, second))?;
    let is_end = words.next().is_none() && seconds.abs() < i64::MAX / 2_000_000_000;
    let nanos = (seconds - east).checked_mul(1_000_000_000)?;
    is_end.then(|| Time::point(nanos, Precision::Seconds))
}

fn numbers(text: &str, mark: char) -> Option<[i64; 3]> {
    let mut parts = text.split(mark).map(|part| {
        let is_number = matches!(part.len(), 1..=4) && part.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse().ok()).flatten()
    });
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

fn offset_seconds(text: &str) -> Option<i64> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then(|| sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn american_times() {
        for (text, wanted) in [
            ("1/9/2026 9:41:00 AM", Some("2026-01-09T09:41:00Z")),
            ("01/09/2026 12:41:00 AM", Some("2026-01-09T00:41:00Z")),
            ("1/9/2026 9:41:07 PM +01:00", Some("2026-01-09T20:41:07Z")),
            ("1/9/2026 21:41:00", Some("2026-01-09T21:41:00Z")),
            ("13/9/2026 9:41:00 AM", None),
            ("1/9/2026 9:41:00 AM +01:00 x", None),
            ("1/9/2026 9:41", None),
            ("1/9/2026 9:41:00 +é", None),
        ] {
            assert_eq!(american(text).map(|t| t.to_string()).as_deref(), wanted, "{text}");
        }
    }
}
