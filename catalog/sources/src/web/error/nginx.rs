//! Error lines of nginx, with what the client asked for.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use model::Time;

use super::fault::Fault;
use crate::clock::in_zone;

/// Whether a line is nginx's: `2026/10/07 07:18:45 [notice] 19078#19078: `.
pub fn is_head(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.get(4) == Some(&b'/')
        && bytes.get(7) == Some(&b'/')
        && bytes.get(13) == Some(&b':')
        && line.get(19..).is_some_and(has_level)
        && line.get(..4).is_some_and(|year| year.bytes().all(|b| b.is_ascii_digit()))
}

/// ` [error] 12#12: ` and the like.
fn has_level(rest: &str) -> bool {
    let Some((level, rest)) = rest.strip_prefix(" [").and_then(|r| r.split_once(']')) else {
        return false;
    };
    let process = rest.trim_start().split(':').next().unwrap_or("");
    level.bytes().all(|b| b.is_ascii_lowercase())
        && process.bytes().all(|b| b.is_ascii_digit() || b == b'#')
}

/// The members that stand after the message, in the order nginx writes them.
const MEMBERS: &[&str] = &[
    ", client: ",
    ", server: ",
    ", request: ",
    ", subrequest: ",
    ", upstream: ",
    ", host: ",
    ", referrer: ",
];

/// Reads one entry.
pub fn read<'a>(text: &'a str, zone: Option<&TimeZone>) -> Result<Fault<'a>, String> {
    let (stamp, rest) = text.split_at_checked(19).ok_or("no time")?;
    let time = Time::parse_civil(stamp, 0).ok_or("a time that no clock shows")?;
    let (level, rest) = rest
        .strip_prefix(" [")
        .and_then(|rest| rest.split_once("] "))
        .ok_or("no level after the time")?;
    let mut fault = Fault { product: "nginx", level, ..Fault::default() };
    fault.time = Some(in_zone(time, zone));
    let (process, message) = rest.split_once(": ").unwrap_or((rest, ""));
    fault.pid = process.split('#').next().and_then(|pid| pid.parse().ok());
    let message = match message.strip_prefix('*').and_then(|m| m.split_once(' ')) {
        Some((connection, message)) if connection.bytes().all(|b| b.is_ascii_digit()) => message,
        _ => message,
    };
    // The members are the last of their names: a client may write such words into its request.
    let start = message.rfind(", client: ").unwrap_or(message.len());
    let (own, members) = message.split_at_checked(start).unwrap_or((message, ""));
    fault.message = Cow::Borrowed(own);
    for member in MEMBERS {
        let Some((_, rest)) = members.split_once(member) else { continue };
        let value = value(rest);
        match *member {
            ", client: " => fault.client = value.strip_prefix("unix:").unwrap_or(value),
            ", server: " => fault.server = value,
            ", request: " => fault.request = value,
            ", upstream: " => fault.upstream = value,
            ", host: " => fault.host = value,
            ", referrer: " => fault.referer = value,
            _ => {}
        }
    }
    if let Some(at) = own.find("\" failed (").or_else(|| own.find("\" is not found (")) {
        // `open() "/srv/www/x" failed (2: No such file or directory)`.
        let name = own.get(..at).and_then(|before| before.rsplit_once('"'));
        fault.file = name.map_or("", |(_, file)| file);
    } else {
        super::php::place(&mut fault, own);
    }
    if own == "start worker processes" {
        fault.started = Some(true);
    } else if own == "exit" {
        fault.started = Some(false);
    }
    Ok(fault)
}

/// A value in quotes, or up to the next member.
fn value(rest: &str) -> &str {
    match rest.strip_prefix('"') {
        Some(inside) => {
            // A quote within a request is escaped, or another member follows the true one.
            let end = inside.find("\", ").or_else(|| inside.rfind('"')).unwrap_or(inside.len());
            inside.get(..end).unwrap_or(inside)
        }
        None => rest.split(", ").next().unwrap_or(rest).trim_end(),
    }
}
