//! Error lines of Apache 2.2 and 2.4, with those of ModSecurity in them.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use model::Time;
use model::time::{Precision, civil_seconds};

use super::super::access::text::{digits, month};
use super::fault::Fault;
use crate::clock::in_zone;

/// No line has more parts in brackets at its start.
const PARTS_MAX: usize = 8;

/// Whether a line is Apache's: `[Sun Nov 22 19:25:09.829565 2026] [`.
pub fn is_head(line: &str) -> bool {
    let Some((inside, rest)) = line.strip_prefix('[').and_then(|l| l.split_once(']')) else {
        return false;
    };
    rest.starts_with(" [") && stamp(inside).is_some()
}

/// Year, month, day; or hour, minute, second.
type Three = (i64, i64, i64);

/// Cuts `Sun Nov 22 19:25:09.829565 2026`: date, clock, fraction.
fn stamp(text: &str) -> Option<(Three, Three, &str)> {
    let mut words = text.split_ascii_whitespace();
    let (_day_name, name, day) = (words.next()?, words.next()?, words.next()?);
    let (clock, year) = (words.next()?, words.next()?);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.split(':').map(|part| digits(part.as_bytes()));
    let clock = (parts.next()??, parts.next()??, parts.next()??);
    let date = (digits(year.as_bytes())?, month(name.as_bytes())?, digits(day.as_bytes())?);
    Some((date, clock, fraction))
}

fn time(text: &str, zone: Option<&TimeZone>) -> Option<Time> {
    let (date, clock, fraction) = stamp(text)?;
    let seconds = civil_seconds(date, clock)?;
    let kept = fraction.get(..fraction.len().min(9))?;
    let nanos = if kept.is_empty() { 0 } else { digits(kept.as_bytes())? };
    let nanos = nanos * 10i64.pow(9 - kept.len() as u32);
    let total = seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?;
    Some(in_zone(Time::point(total, Precision::from_digits(kept.len())), zone))
}

/// Reads one entry.
pub fn read<'a>(text: &'a str, zone: Option<&TimeZone>) -> Result<Fault<'a>, String> {
    let cut = |text: &'a str| text.strip_prefix('[').and_then(|inside| inside.split_once(']'));
    let (stamp, mut rest) = cut(text).ok_or("no time")?;
    let mut fault = Fault { product: "Apache HTTP Server", ..Fault::default() };
    fault.time = Some(time(stamp, zone).ok_or("a time that no clock shows")?);
    for _ in 0..PARTS_MAX {
        let Some((part, after)) = cut(rest.trim_start()) else { break };
        if let Some(pid) = part.strip_prefix("pid ") {
            fault.pid = pid.split(':').next().and_then(|pid| pid.parse().ok());
        } else if let Some(client) = part.strip_prefix("client ") {
            (fault.client, fault.port) = endpoint(client);
        } else if let Some(id) = part.strip_prefix("unique_id ") {
            fault.unique_id = id.trim_matches('"');
        } else if fault.level.is_empty() && !part.contains(' ') {
            let (module, level) = part.split_once(':').unwrap_or(("", part));
            (fault.module, fault.level) = (module, level);
        } else if part.starts_with("remote ") || part.starts_with("tid ") {
        } else {
            break;
        }
        rest = after;
    }
    if fault.level.is_empty() {
        return Err("no level after the time".into());
    }
    message(&mut fault, rest.trim_start());
    Ok(fault)
}

fn endpoint(text: &str) -> (&str, Option<i64>) {
    if text.parse::<std::net::IpAddr>().is_ok() {
        return (text, None);
    }
    match text.rsplit_once(':') {
        Some((host, port)) => (host.trim_matches(['[', ']']), port.parse().ok()),
        None => (text, None),
    }
}

fn message<'a>(fault: &mut Fault<'a>, text: &'a str) {
    // `(13)Permission denied: [client 192.0.2.1:55] AH00035: …`.
    if fault.client.is_empty()
        && let Some((_, rest)) = text.split_once("[client ")
        && text.starts_with('(')
        && let Some((client, _)) = rest.split_once(']')
    {
        (fault.client, fault.port) = endpoint(client);
    }
    if let Some(at) = memchr::memmem::find(text.as_bytes(), b"AH") {
        let code = text.get(at..at + 7).unwrap_or("");
        if code.get(2..).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit())) {
            fault.code = code;
        }
    }
    if let Some((_, referer)) = text.rsplit_once(", referer: ") {
        fault.referer = referer;
    }
    if let Some(file) = text.strip_prefix("script '").and_then(|rest| rest.split('\'').next()) {
        fault.file = file;
    } else if let Some((_, file)) = text.split_once("File does not exist: ") {
        fault.file = file.split(", referer").next().unwrap_or(file);
    } else {
        super::php::place(fault, text);
    }
    if text.contains("ModSecurity:") {
        fault.module = if fault.module.is_empty() { "security2" } else { fault.module };
        let member = |name: &str| {
            let (_, rest) = text.split_once(name)?;
            rest.split('"').next()
        };
        fault.code = member("[id \"").unwrap_or(fault.code);
        fault.host = member("[hostname \"").unwrap_or("");
        fault.unique_id = member("[unique_id \"").unwrap_or(fault.unique_id);
    }
    if text.contains("resuming normal operations") {
        fault.started = Some(true);
    } else if text.contains("caught SIGTERM, shutting down") {
        fault.started = Some(false);
    }
    fault.message = Cow::Borrowed(text);
}
