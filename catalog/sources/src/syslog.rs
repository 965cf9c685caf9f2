//! Heads of syslog lines: RFC 3164 as daemons really write it, RFC 5424, ISO times of rsyslog and
//! journalctl. Told apart by their first bytes.

use std::net::IpAddr;

use model::Time;
use model::time::{Precision, civil_seconds};

use crate::clock::{Stamp, month};

/// One line, cut into head and message. What is not there is the empty text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head<'a> {
    /// When.
    pub stamp: Stamp,
    /// When, as the line has it.
    pub time: &'a str,
    /// Facility times eight plus severity.
    pub priority: Option<u8>,
    /// The machine.
    pub host: &'a str,
    /// The program.
    pub program: &'a str,
    /// Its process id.
    pub pid: &'a str,
    /// RFC 5424's message id.
    pub id: &'a str,
    /// RFC 5424's structured data, with its brackets.
    pub data: &'a str,
    /// The message.
    pub message: &'a str,
}

/// Longer tags are none.
const TAG_MAX: usize = 64;
/// Longer names of machines are none (RFC 1035).
const HOST_MAX: usize = 255;

/// Cuts a line.
pub fn head(line: &str) -> Result<Head<'_>, &'static str> {
    let (priority, rest) = priority(line);
    if priority.is_some()
        && let Some(rest) = rest.strip_prefix("1 ")
    {
        return rfc5424(priority, rest);
    }
    let (stamp, time, rest) = stamp(rest).ok_or("no time at the start")?;
    let (host, rest) = host(rest);
    let (program, pid, message) = tag(rest);
    Ok(Head { stamp, time, priority, host, program, pid, id: "", data: "", message })
}

/// `<134>`: facility and severity.
fn priority(line: &str) -> (Option<u8>, &str) {
    let found = line.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    match found.map(|(number, rest)| (number.parse::<u8>(), rest)) {
        Some((Ok(number), rest)) if number <= 191 => (Some(number), rest),
        _ => (None, line),
    }
}

/// `TIME HOST APP PROCID MSGID [data] message`; `-` for what there is none of.
fn rfc5424(priority: Option<u8>, rest: &str) -> Result<Head<'_>, &'static str> {
    let mut parts = rest.splitn(6, ' ');
    let mut part = || parts.next().ok_or("an RFC 5424 head with too few parts");
    let (time, host, program, pid, id, rest) =
        (part()?, part()?, part()?, part()?, part()?, part().unwrap_or(""));
    let whole = Time::parse_rfc3339(time).map(Stamp::Whole);
    let stamp = whole.ok_or("the time of an RFC 5424 head is not RFC 3339")?;
    let (data, message) = structured(rest);
    let said = |text: &'static str| text;
    let some = |text| if text == "-" { said("") } else { text };
    let message = message.trim_start_matches('\u{FEFF}');
    let (host, program, pid, id) = (some(host), some(program), some(pid), some(id));
    Ok(Head { stamp, time, priority, host, program, pid, id, data, message })
}

/// Takes the structured data off: `-`, or elements in brackets whose values may hold `\]`.
fn structured(rest: &str) -> (&str, &str) {
    if let Some(rest) = rest.strip_prefix('-') {
        return ("", rest.trim_start());
    }
    let (mut depth, mut quoted, mut escaped) = (false, false, false);
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' if depth => quoted = !quoted,
            b'[' if !depth => depth = true,
            b']' if depth && !quoted => depth = false,
            _ if !depth => {
                let (data, message) = rest.split_at_checked(at).unwrap_or((rest, ""));
                return (data, message.trim_start());
            }
            _ => {}
        }
    }
    (rest, "")
}

/// The time at the start, and what follows it.
pub fn stamp(line: &str) -> Option<(Stamp, &str, &str)> {
    let (stamp, end) = match line.as_bytes() {
        [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'-' | b'/', ..] => iso(line)?,
        [b'0'..=b'9', ..] => epoch(line).or_else(|| named(line))?,
        _ => full(line).or_else(|| named(line))?,
    };
    let (time, rest) = line.split_at_checked(end)?;
    // Cisco and some others put a colon behind the time.
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    Some((stamp, time, rest.strip_prefix(' ').unwrap_or(rest).trim_start_matches(' ')))
}

/// `2026-10-15T08:18:24.123456+09:00`, `2026-10-15 08:18:24,123 +0900`, also without a zone.
fn iso(line: &str) -> Option<(Stamp, usize)> {
    let bytes = line.as_bytes();
    let mut end = 19;
    if matches!(bytes.get(end), Some(b'.' | b',')) {
        end += 1 + digits(bytes.get(end + 1..)?);
    }
    let civil = line.get(..end)?;
    let rest = bytes.get(end..)?;
    let (zone, gap) = match rest {
        [b'Z', ..] => (1, 0),
        [b'+' | b'-', ..] => (zone_length(rest)?, 0),
        [b' ', zone @ ..] if matches!(zone.first(), Some(b'+' | b'-')) => (zone_length(zone)?, 1),
        [b' ', b'U', b'T', b'C', ..] => (3, 1),
        _ => (0, 0),
    };
    if zone == 0 {
        return Time::parse_civil(civil, 0).map(|time| (Stamp::Zoneless(time), end));
    }
    let offset = model::time::offset_seconds(rest.get(gap..gap + zone)?)?;
    let time = Time::parse_civil(civil, offset)?;
    Some((Stamp::Whole(time), end + gap + zone))
}

/// `Thu 2026-10-15 08:18:24 JST`, as `journalctl -o short-full` has it. Short names of zones are
/// not unique: only UTC is one that can be told.
fn full(line: &str) -> Option<(Stamp, usize)> {
    let rest = line.get(4..).filter(|_| is_weekday(line.get(..3).unwrap_or("")))?;
    let (stamp, end) = iso(rest)?;
    let end = end + 4;
    let zone = line.get(end..)?.strip_prefix(' ')?.split(' ').next()?;
    let named = (2..=5).contains(&zone.len()) && zone.bytes().all(|b| b.is_ascii_uppercase());
    Some((stamp, if named && is_zoneless(stamp) { end + 1 + zone.len() } else { end }))
}

fn is_zoneless(stamp: Stamp) -> bool {
    matches!(stamp, Stamp::Zoneless(_))
}

/// `+09:00`, `+0900` or `+09`.
fn zone_length(zone: &[u8]) -> Option<usize> {
    let length = 1 + zone.get(1..)?.iter().take_while(|b| matches!(b, b'0'..=b'9' | b':')).count();
    matches!(length, 3 | 5 | 6).then_some(length)
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_digit()).count()
}

/// Seconds since 1970 with a fraction, as `journalctl -o short-unix` writes them.
fn epoch(line: &str) -> Option<(Stamp, usize)> {
    let (seconds, rest) = line.split_once('.')?;
    let count = digits(rest.as_bytes());
    if seconds.len() != 10 || !(1..=9).contains(&count) {
        return None;
    }
    let fraction: i64 = rest.get(..count)?.parse().ok()?;
    let nanos = seconds.parse::<i64>().ok()?.checked_mul(1_000_000_000)?;
    let nanos = nanos.checked_add(fraction * 10i64.pow(9 - count as u32))?;
    Some((Stamp::Whole(Time::point(nanos, Precision::from_digits(count))), 11 + count))
}

/// `Oct 15 08:18:24`, with a year before or behind the day, a weekday before, a fraction, a zone
/// behind; months in other languages.
fn named(line: &str) -> Option<(Stamp, usize)> {
    let mut words = Words { line, at: 0 };
    let mut word = words.next()?;
    let mut year = None;
    let weekday = is_weekday(word);
    if weekday {
        word = words.next()?;
    }
    if word.len() == 4
        && let Ok(number) = word.parse::<i64>()
    {
        year = Some(number);
        word = words.next()?;
    }
    // `10月 15` in Chinese and Japanese.
    let numbered = word.strip_suffix('月').and_then(|m| m.parse().ok()).filter(|m| *m <= 12);
    let month = month(word).or(numbered)?;
    let day = words.next()?.trim_end_matches(['.', ',', '日']).parse().ok()?;
    let mut clock = words.next()?;
    if clock.len() == 4
        && let Ok(number) = clock.parse::<i64>()
    {
        year = Some(number);
        clock = words.next()?;
    }
    let (clock, nanos, precision) = time_of_day(clock.trim_end_matches(':'))?;
    let mut end = words.at;
    // `Thu Oct 15 08:18:24 2026`, as C's `asctime` has it.
    if weekday
        && year.is_none()
        && let Some(word) = words.next()
        && word.len() == 4
        && let Ok(number) = word.parse::<i64>()
    {
        year = Some(number);
        end = words.at;
    }
    if line.as_bytes().get(end.checked_sub(1)?) == Some(&b':') {
        end -= 1;
    }
    let Some(year) = year else {
        civil_seconds((2000, month, day), clock)?;
        return Some((Stamp::Yearless { month, day, clock, nanos, precision }, end));
    };
    let seconds = civil_seconds((year, month, day), clock)?;
    let time = Time::point(seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?, precision);
    Some((Stamp::Zoneless(time), end))
}

/// The words of a line with where they end.
struct Words<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.line.get(self.at..)?;
        let gap = rest.len() - rest.trim_start_matches(' ').len();
        let rest = rest.get(gap..)?;
        let length = rest.find(' ').unwrap_or(rest.len());
        self.at += gap + length;
        rest.get(..length).filter(|word| !word.is_empty())
    }
}

fn is_weekday(word: &str) -> bool {
    matches!(word.trim_end_matches(','), "Mon" | "Tue" | "Wed" | "Thu" | "Fri" | "Sat" | "Sun")
}

/// Hour, minute, second; the fraction of the second; how finely it is written.
type TimeOfDay = ((i64, i64, i64), i64, Precision);

/// `08:18:24` with or without a fraction.
fn time_of_day(text: &str) -> Option<TimeOfDay> {
    let bytes = text.as_bytes();
    let number = |from: usize| match bytes.get(from..from + 2)? {
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some(i64::from(a - b'0') * 10 + i64::from(b - b'0')),
        _ => None,
    };
    if bytes.get(2) != Some(&b':') || bytes.get(5) != Some(&b':') {
        return None;
    }
    let clock = (number(0)?, number(3)?, number(6)?);
    let Some(fraction) = bytes.get(8..).filter(|rest| !rest.is_empty()) else {
        return Some((clock, 0, Precision::Seconds));
    };
    let [b'.' | b',', fraction @ ..] = fraction else { return None };
    let count = fraction.len();
    if !(1..=9).contains(&count) || digits(fraction) != count {
        return None;
    }
    let fraction = fraction.iter().fold(0, |sum, b| sum * 10 + i64::from(b - b'0'));
    Some((clock, fraction * 10i64.pow(9 - count as u32), Precision::from_digits(count)))
}

/// The machine: a name or an address before the tag.
fn host(rest: &str) -> (&str, &str) {
    let Some((host, after)) = rest.split_once(' ') else { return ("", rest) };
    // A tag right behind the time: the line comes from this machine itself.
    let is_tag = host.ends_with(':') && host.parse::<IpAddr>().is_err();
    if is_tag || host.is_empty() || host.len() > HOST_MAX || host.contains(['[', '(', '=', '"']) {
        return ("", rest);
    }
    (host, after.trim_start_matches(' '))
}

/// `program[pid]: `, the program or the process id alone; no tag at all is a message.
fn tag(rest: &str) -> (&str, &str, &str) {
    let end = rest.bytes().take(TAG_MAX).position(|b| matches!(b, b':' | b'[' | b' ')).unwrap_or(0);
    let (program, after) = rest.split_at_checked(end).unwrap_or(("", rest));
    // A number is an address, a version, a time: no program.
    if program.is_empty() || program.starts_with(|c: char| c.is_ascii_digit()) {
        return ("", "", rest);
    }
    if let Some(after) = after.strip_prefix(": ").or_else(|| after.strip_prefix(':')) {
        return (program, "", after.trim_start_matches(' '));
    }
    if let Some(after) = after.strip_prefix('[')
        && let Some((pid, after)) = after.split_once(']')
        && pid.len() <= 20
        && !pid.contains(' ')
    {
        let after = after.strip_prefix(':').unwrap_or(after);
        return (program, pid, after.trim_start_matches(' '));
    }
    ("", "", rest)
}

/// The facilities by their numbers (RFC 5424, table 1).
pub const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv",
    "ftp", "ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4",
    "local5", "local6", "local7",
];
/// The severities by their numbers (RFC 5424, table 2).
pub const SEVERITIES: [&str; 8] =
    ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

impl<'a> Head<'a> {
    /// The program without its path and instance: `sshd` of `/usr/sbin/sshd` and `sshd-session`.
    pub fn daemon(&self) -> &'a str {
        let name = self.program.rsplit('/').next().unwrap_or(self.program);
        if name == "sshd-session" || name == "sshd-auth" { "sshd" } else { name }
    }

    /// The facility's name, if there is a priority.
    pub fn facility(&self) -> Option<&'static str> {
        FACILITIES.get(usize::from(self.priority? / 8)).copied()
    }

    /// The severity's name, if there is a priority.
    pub fn severity(&self) -> Option<&'static str> {
        SEVERITIES.get(usize::from(self.priority? % 8)).copied()
    }
}

#[cfg(test)]
mod tests;
