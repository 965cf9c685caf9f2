//! Times of database logs: zones by their short names, and the head of syslog without a year.

use jiff::tz::TimeZone;
use model::Time;
use model::time::{civil_seconds, offset_seconds};

use crate::clock::in_zone;

/// Short names that mean one zone only in the set that PostgreSQL itself ships as its default,
/// in minutes east of UTC. Others (`CST`, `IST`, `BST`) mean several.
const ZONES: &[(&str, i64)] = &[
    ("ACDT", 630),
    ("ACST", 570),
    ("AEDT", 660),
    ("AEST", 600),
    ("AKDT", -480),
    ("AKST", -540),
    ("AWST", 480),
    ("BRT", -180),
    ("CAT", 120),
    ("CDT", -300),
    ("CEST", 120),
    ("CET", 60),
    ("EAT", 180),
    ("EDT", -240),
    ("EEST", 180),
    ("EET", 120),
    ("EST", -300),
    ("HKT", 480),
    ("HST", -600),
    ("JST", 540),
    ("KST", 540),
    ("MDT", -360),
    ("MSK", 180),
    ("MST", -420),
    ("NZDT", 780),
    ("NZST", 720),
    ("PDT", -420),
    ("PKT", 300),
    ("PST", -480),
    ("SAST", 120),
    ("SGT", 480),
    ("WEST", 60),
    ("WET", 0),
    ("WIB", 420),
];

/// Reads `2026-10-14 23:18:21.250 UTC` at the front of a text: the time, and what follows it. A
/// time without a zone, or of a zone whose name is not clear, is in `zone`.
pub fn dated<'t>(text: &'t str, zone: Option<&TimeZone>) -> Result<(Time, &'t str), String> {
    const NO_TIME: &str = "no time";
    let end = 19 + fraction(text.as_bytes().get(19..).unwrap_or(&[]));
    let (civil, rest) = text.split_at_checked(end).ok_or(NO_TIME)?;
    let time = Time::parse_civil(civil, 0).ok_or("a time that no clock shows")?;
    let name = rest.strip_prefix(' ').unwrap_or(rest);
    let length = name
        .bytes()
        .take(8)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-'))
        .count();
    let (name, after) = name.split_at_checked(length).ok_or(NO_TIME)?;
    match offset(name) {
        Some(offset) => Time::parse_civil(civil, offset).map(|time| (time, after)),
        None if is_zone_name(name) && zone.is_none() => {
            return Err(format!("the zone {name} means several: give --time-zone"));
        }
        None if is_zone_name(name) => Some((in_zone(time, zone), after)),
        None => Some((in_zone(time, zone), rest)),
    }
    .ok_or_else(|| NO_TIME.into())
}

/// Reads `261014 23:18:21` or `261014  9:18:21` at the front of a text, as old MySQL and MariaDB
/// write it: the time in `zone`, and what follows it.
pub fn short<'t>(text: &'t str, zone: Option<&TimeZone>) -> Option<(Time, &'t str)> {
    if !looks_short(text) {
        return None;
    }
    let number = |from: usize| text.get(from..from + 2)?.trim_start().parse::<i64>().ok();
    let date = (2000 + number(0)?, number(2)?, number(4)?);
    let seconds = civil_seconds(date, (number(7)?, number(10)?, number(13)?))?;
    Some((in_zone(Time::seconds(seconds), zone), text.get(15..)?))
}

/// Whether a text starts like a time that [`short`] reads, be there such a time or not.
pub fn looks_short(text: &str) -> bool {
    text.len() >= 15
        && text.bytes().zip(*b"000000 _0:00:00").all(|(b, shape)| match shape {
            b'0' => b.is_ascii_digit(),
            b'_' => b.is_ascii_digit() || b == b' ',
            _ => b == shape,
        })
}

/// How long the fraction of a second at the front is.
fn fraction(text: &[u8]) -> usize {
    match text {
        [b'.' | b',', rest @ ..] => {
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            if digits > 0 { digits + 1 } else { 0 }
        }
        _ => 0,
    }
}

fn is_zone_name(name: &str) -> bool {
    (2..=5).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_uppercase())
}

/// Seconds east of UTC of a zone, by number or by a clear name.
pub fn offset(name: &str) -> Option<i64> {
    offset_seconds(name.as_bytes()).or_else(|| {
        let known = ZONES.iter().find(|(short, _)| *short == name);
        known.map(|(_, minutes)| minutes * 60)
    })
}

/// The head of a syslog line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syslog<'a> {
    /// Month, day, seconds of the day; or none where the time has a year.
    pub yearless: Option<(i64, i64, i64)>,
    /// The time in RFC 3339.
    pub time: Option<Time>,
    /// The machine.
    pub machine: &'a str,
    /// The program.
    pub program: &'a str,
    /// What follows the tag.
    pub rest: &'a str,
}

impl Syslog<'_> {
    /// The time, with the year where there is none in it.
    pub fn time(&self, year: Option<i16>, zone: Option<&TimeZone>) -> Result<Time, String> {
        if let Some(time) = self.time {
            return Ok(time);
        }
        let (month, day, second) = self.yearless.ok_or("no time")?;
        let year = year.ok_or("a time without a year: give --year")?;
        let clock = (second / 3600, second / 60 % 60, second % 60);
        let seconds = civil_seconds((i64::from(year), month, day), clock);
        let time = seconds.map(Time::seconds).ok_or("a day that the year does not have")?;
        Ok(in_zone(time, zone))
    }
}

/// Reads `Feb  5 16:19:38 host program[1]: …`, or the same with a time in RFC 3339 (RFC 3164).
pub fn syslog(line: &str) -> Option<Syslog<'_>> {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let bare = match line.strip_prefix('<') {
        Some(rest) => rest.split_once('>')?.1,
        None => line,
    };
    let start = bare.as_bytes().get(..3)?;
    let month = MONTHS.chunks_exact(3).position(|name| name == start);
    let (yearless, time, rest) = if let Some(month) = month {
        let number = |from: usize| {
            let digits = bare.get(from..from + 2)?.trim_start();
            digits.parse::<i64>().ok()
        };
        let (day, hour, minute, second) = (number(4)?, number(7)?, number(10)?, number(13)?);
        let second = hour * 3600 + minute * 60 + second;
        (Some((month as i64 + 1, day, second)), None, bare.get(15..)?)
    } else {
        let (time, _) = bare.split_once(' ')?;
        (None, Some(Time::parse_rfc3339(time)?), bare.get(time.len()..)?)
    };
    let (machine, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
    let tag = rest.split([' ', ':']).next()?;
    let program = tag.split('[').next()?;
    let rest = rest.get(tag.len()..)?.trim_start_matches(':');
    let sound = !program.is_empty() && !machine.ends_with(':');
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    sound.then_some(Syslog { yearless, time, machine, program, rest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_with_their_zones() {
        let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
        for (text, zone, wanted) in [
            ("2026-10-14 23:18:21 UTC:x", None, Ok("2026-10-14T23:18:21Z :x")),
            ("2026-10-14 23:18:21.5 CEST [1]", None, Ok("2026-10-14T21:18:21.500Z  [1]")),
            ("2026-10-14 23:18:21 +0530 x", None, Ok("2026-10-14T17:48:21Z  x")),
            ("2026-10-14 23:18:21 [1]", Some(&tokyo), Ok("2026-10-14T14:18:21Z  [1]")),
            ("2026-10-14 23:18:21 IST x", Some(&tokyo), Ok("2026-10-14T14:18:21Z  x")),
            (
                "2026-10-14 23:18:21 IST x",
                None,
                Err("the zone IST means several: give --time-zone"),
            ),
            ("2026-10-34 23:18:21 UTC", None, Err("a time that no clock shows")),
            ("x", None, Err("no time")),
        ] {
            let found = dated(text, zone).map(|(time, rest)| format!("{time} {rest}"));
            assert_eq!(found.as_deref().map_err(String::as_str), wanted, "{text}");
        }
        assert!(ZONES.is_sorted());
    }

    #[test]
    fn heads_of_syslog() {
        let head = syslog("<134>Feb  5 16:19:38 sql-1 postgres[7]: [1-1] x").unwrap();
        assert_eq!((head.machine, head.program, head.rest), ("sql-1", "postgres", "[1-1] x"));
        assert_eq!(head.time(Some(2026), None).unwrap().to_string(), "2026-02-05T16:19:38Z");
        assert!(head.time(None, None).unwrap_err().contains("--year"));
        assert!(syslog("Feb").is_none() && syslog("").is_none());
    }
}
