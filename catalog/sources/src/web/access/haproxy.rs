//! HAProxy's log: HTTP and TCP lines, failed connections, and what it says of itself.
//!
//! Follows the HAProxy configuration manual, section 8.2, "Log formats".

use std::borrow::Cow;

use jiff::tz::TimeZone;
use model::Time;

use super::hit::{Hit, Kind, Own, some, split_port};
use super::text::{Prefix, bracket_time, digits, month, unescape};
use crate::clock::in_zone;

const PRODUCT: &str = "HAProxy";

/// Whether a line starts with `client:port [25/Feb/2019:16:19:48.143] frontend`.
pub fn matches(line: &str) -> bool {
    head(line).is_some()
}

/// The client, the text of the accept date, what follows.
fn head(line: &str) -> Option<(&str, &str, &str)> {
    let (client, rest) = line.split_once(" [")?;
    let (date, rest) = rest.split_once("] ")?;
    let is_client = !client.contains(' ') && split_port(client).1.is_some();
    let is_date = date.as_bytes().get(2) == Some(&b'/') && date.len() <= 40;
    (is_client && is_date && !rest.starts_with('"')).then_some((client, date, rest))
}

/// Reads a line that tells of a connection.
pub fn parse<'a>(line: &'a str, zone: Option<&TimeZone>) -> Result<Hit<'a>, String> {
    let (client, date, rest) = head(line).ok_or("no client and accept date")?;
    let time = bracket_time(date, zone).ok_or("the accept date cannot be read")?;
    let (client, port) = split_port(client);
    let mut hit = Hit {
        time: Some(time),
        product: PRODUCT,
        client: some(client).map(Cow::Borrowed),
        client_port: port,
        ..Hit::default()
    };
    let mut words = rest.splitn(4, ' ');
    let [frontend, server, timers, rest] = std::array::from_fn(|_| words.next().unwrap_or(""));
    let count = timers.split('/').count();
    let timed = server.contains('/') && timers.split('/').all(is_timer);
    match count {
        _ if !timed => failed(rest_of(line, date), &mut hit),
        3 => connection([frontend, server, timers], rest, &mut hit),
        5.. => request([frontend, server, timers], rest, &mut hit),
        _ => return Err("timers that are neither those of HTTP nor of TCP".into()),
    }
    Ok(hit)
}

fn rest_of<'a>(line: &'a str, date: &str) -> &'a str {
    line.split_once(date).and_then(|(_, rest)| rest.strip_prefix("] ")).unwrap_or("")
}

/// A number of milliseconds; -1 where it was not reached, a plus where the log was early.
fn is_timer(text: &str) -> bool {
    digits(text.trim_start_matches(['-', '+']).as_bytes()).is_some()
}

/// `frontend/bind: SSL handshake failure`.
fn failed<'a>(rest: &'a str, hit: &mut Hit<'a>) {
    hit.kind = Kind::Connection;
    hit.failed = true;
    let (place, message) = rest.split_once(": ").unwrap_or(("", rest));
    hit.message =
        Some(Cow::Borrowed(if message.is_empty() { "connection failed" } else { message }));
    hit.own = Own::Pairs(vec![("frontend_name", place)]);
}

/// What HTTP and TCP lines share: where it went and how long it took.
fn place<'a>(
    [frontend, server, timers]: [&'a str; 3],
    hit: &mut Hit<'a>,
) -> Vec<(&'a str, &'a str)> {
    let (backend, server) = server.split_once('/').unwrap_or((server, ""));
    hit.balancer = some(frontend.trim_end_matches('~')).map(Cow::Borrowed);
    hit.milliseconds =
        timers.rsplit('/').next().and_then(|t| t.trim_start_matches('+').parse().ok());
    hit.milliseconds = hit.milliseconds.filter(|m| *m >= 0);
    vec![
        ("frontend_name", frontend),
        ("backend_name", backend),
        ("server_name", server),
        ("timers", timers),
    ]
}

/// `bytes state connections queues`.
fn connection<'a>(first: [&'a str; 3], rest: &'a str, hit: &mut Hit<'a>) {
    hit.kind = Kind::Connection;
    let mut pairs = place(first, hit);
    let mut words = rest.split(' ');
    hit.sent = words.next().and_then(|b| b.trim_start_matches('+').parse().ok());
    let state = words.next().unwrap_or("");
    pairs.push(("termination_state", state));
    hit.message = Some(Cow::Borrowed("TCP connection"));
    hit.own = Own::Pairs(pairs);
}

/// `status bytes cookie cookie state connections queues {captures} {captures} "request"`.
fn request<'a>(first: [&'a str; 3], rest: &'a str, hit: &mut Hit<'a>) {
    let mut pairs = place(first, hit);
    let mut words = rest.splitn(8, ' ');
    let names = [
        "status_code",
        "bytes_read",
        "captured_request_cookie",
        "captured_response_cookie",
        "termination_state",
        "connections",
        "queues",
    ];
    for name in names {
        pairs.push((name, words.next().unwrap_or("")));
    }
    let get = |name: &str| pairs.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v);
    hit.status = digits(get("status_code").as_bytes()).filter(|s| *s > 0);
    hit.sent = get("bytes_read").trim_start_matches('+').parse().ok();
    let tail = words.next().unwrap_or("");
    let (headers, request) = tail.split_once('"').unwrap_or((tail, ""));
    let mut captured = headers.trim().split("} {").map(|c| c.trim_matches(['{', '}']));
    for name in ["captured_request_headers", "captured_response_headers"] {
        if let Some(value) = captured.next().and_then(some) {
            pairs.push((name, value));
        }
    }
    // Which headers are captured is known to the configuration only; a browser names itself.
    let sent = pairs.iter().find(|(n, _)| *n == "captured_request_headers");
    let agent = sent.and_then(|(_, v)| v.split('|').find(|v| v.starts_with("Mozilla/")));
    hit.agent = agent.map(unescape);
    hit.set_request(request.strip_suffix('"').unwrap_or(request));
    hit.own = Own::Pairs(pairs);
}

/// Reads what HAProxy says of itself, `Proxy web started.`: its time is that of syslog.
pub fn notice<'a>(
    prefix: Prefix<'a>,
    text: &'a str,
    zone: Option<&TimeZone>,
    year: Option<i16>,
) -> Result<Hit<'a>, String> {
    let stamp = prefix.stamp.ok_or("a message without a time")?;
    let time = Time::parse_rfc3339(stamp)
        .or_else(|| syslog_time(stamp, year?).map(|time| in_zone(time, zone)))
        .ok_or("the time names no year: give --year")?;
    Ok(Hit {
        kind: Kind::Message,
        time: Some(time),
        product: PRODUCT,
        host: prefix.machine.map(Cow::Borrowed),
        message: some(text).map(Cow::Borrowed),
        ..Hit::default()
    })
}

/// `Feb 25 16:19:38` of a year.
fn syslog_time(stamp: &str, year: i16) -> Option<Time> {
    let bytes = stamp.as_bytes();
    let month = month(bytes.get(..3)?)?;
    let day = digits(bytes.get(4..6)?.trim_ascii())?;
    Time::parse_civil(&format!("{year:04}-{month:02}-{day:02} {}", stamp.get(7..15)?), 0)
}

/// The year of the first accept date in a sample: it holds for the messages around it.
pub fn year(sample: &str) -> Option<i16> {
    sample.lines().find_map(|line| {
        let date = line.split(" [").nth(1)?;
        let bytes = date.as_bytes();
        month(bytes.get(3..6)?)?;
        i16::try_from(digits(bytes.get(7..11)?)?).ok()
    })
}
