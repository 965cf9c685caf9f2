//! Lines of PHP and PHP-FPM, and of Gunicorn, the server of Python applications.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use model::Time;
use model::time::civil_seconds;

use super::super::access::text::{digits, month};
use super::fault::Fault;
use crate::clock::in_zone;

/// Whether a line is PHP's: `[22-Nov-2026 19:25:09 UTC] `.
pub fn is_head(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('[') else { return false };
    let bytes = rest.as_bytes();
    bytes.get(2) == Some(&b'-')
        && bytes.get(6) == Some(&b'-')
        && bytes.get(11) == Some(&b' ')
        && rest.get(3..6).is_some_and(|name| month(name.as_bytes()).is_some())
        && rest.contains(']')
}

/// Reads one entry of PHP.
pub fn read<'a>(text: &'a str, zone: Option<&TimeZone>) -> Result<Fault<'a>, String> {
    const CLOCK: &str = "a time that no clock shows";
    let (stamp, rest) = text.strip_prefix('[').and_then(|t| t.split_once("] ")).ok_or("no time")?;
    let part = |from: usize, to: usize| digits(stamp.as_bytes().get(from..to)?);
    let civil = || {
        let date = (part(7, 11)?, month(stamp.as_bytes().get(3..6)?)?, part(0, 2)?);
        civil_seconds(date, (part(12, 14)?, part(15, 17)?, part(18, 20)?))
    };
    let time = Time::seconds(civil().ok_or(CLOCK)?);
    let name = stamp.get(20..).unwrap_or("").trim();
    let own = TimeZone::get(name).ok().filter(|_| !name.is_empty());
    let mut fault = Fault { product: "PHP", ..Fault::default() };
    fault.time = Some(in_zone(time, own.as_ref().or(zone)));
    // `PHP Fatal error:  …` of PHP, `WARNING: [pool www] …` of PHP-FPM.
    let bare = rest.strip_prefix("PHP ").unwrap_or(rest);
    let first = bare.split('\n').next().unwrap_or(bare);
    if let Some((level, _)) = first.split_once(':')
        && level.len() <= 24
        && level.bytes().all(|b| b.is_ascii_alphabetic() || b == b' ')
    {
        fault.level = level;
    }
    place(&mut fault, rest);
    if rest.contains("ready to handle connections") {
        fault.started = Some(true);
    }
    fault.message = Cow::Borrowed(rest);
    Ok(fault)
}

/// The file of `… in /srv/www/a.php on line 3` or `… in /srv/www/a.php:3`.
pub fn place<'a>(fault: &mut Fault<'a>, text: &'a str) {
    let first = text.split('\n').next().unwrap_or(text);
    let Some((_, rest)) = first.rsplit_once(" in /") else { return };
    let cut = rest.split_once(" on line ").or_else(|| rest.split_once(':'));
    let Some((file, _)) = cut else { return };
    let start = first.len() - rest.len() - 1;
    fault.file = first.get(start..=start + file.len()).unwrap_or("");
}

/// Whether a line is Gunicorn's: `[2026-10-07 07:18:42 +0900] [19034] [INFO] `.
pub fn is_gunicorn(line: &str) -> bool {
    gunicorn_parts(line).is_some()
}

fn gunicorn_parts(line: &str) -> Option<(&str, i64, &str, &str)> {
    let (stamp, rest) = line.strip_prefix('[')?.split_once("] [")?;
    let (pid, rest) = rest.split_once("] [")?;
    let (level, text) = rest.split_once("] ")?;
    let dated = stamp.len() == 25 && stamp.as_bytes().get(4) == Some(&b'-');
    let is_level = !level.is_empty() && level.bytes().all(|b| b.is_ascii_uppercase());
    (dated && is_level).then_some((stamp, pid.parse().ok()?, level, text))
}

/// Reads one entry of Gunicorn; the lines of a traceback are of the entry before them.
pub fn read_gunicorn(text: &str) -> Result<Fault<'_>, String> {
    let (stamp, pid, level, message) = gunicorn_parts(text).ok_or("no line of Gunicorn")?;
    let time = Time::parse_rfc3339(&stamp.replace(" +", "+").replace(" -", "-"));
    let mut fault = Fault { product: "Gunicorn", level, pid: Some(pid), ..Fault::default() };
    fault.time = Some(time.ok_or("a time that no clock shows")?);
    fault.message = Cow::Borrowed(message);
    if message.starts_with("Listening at: ") {
        fault.started = Some(true);
    } else if message.starts_with("Shutting down: Master") {
        fault.started = Some(false);
    } else if let Some(target) = message.strip_prefix("Error handling request ") {
        fault.request = target.split('\n').next().unwrap_or("");
    }
    Ok(fault)
}
