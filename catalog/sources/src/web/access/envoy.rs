//! Envoy's default text format, as Istio and others leave it.
//!
//! Follows the Envoy documentation, "Access logging", default format string.

use std::borrow::Cow;
use std::net::IpAddr;

use model::Time;

use super::hit::{Hit, some, split_port};
use super::text::{Word, unescape, words};

/// Whether a line starts with a time in brackets and then a request in quotes.
pub fn matches(line: &str) -> bool {
    let head = line.strip_prefix('[').and_then(|rest| rest.split_once("] \""));
    head.is_some_and(|(time, _)| Time::parse_rfc3339(time).is_some())
}

/// Reads `[time] "request" status flags received sent duration service-time "forwarded" "agent"
/// "request id" "authority" "upstream"`; Istio puts words of its own after the flags.
pub fn parse(line: &str) -> Result<Hit<'_>, String> {
    let (time, rest) = line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "))
        .ok_or("no time in brackets")?;
    let time = Time::parse_rfc3339(time).ok_or("the time in brackets cannot be read")?;
    let words = words(rest);
    let mut hit = Hit { time: Some(time), product: "Envoy", ..Hit::default() };
    let status = words.get(1).and_then(|w| w.text.parse::<i64>().ok());
    let status = status.ok_or("no status follows the request")?;
    hit.status = Some(status).filter(|s| (100..1000).contains(s));
    hit.set_request(words.first().map_or("", |w| w.text));
    // The four numbers stand before the quoted words; Istio has words of both sorts before them.
    let is_number = |w: &Word<'_>| !w.quoted && w.text.parse::<i64>().is_ok();
    let first = words.iter().skip(2).position(is_number).map_or(words.len(), |at| at + 2);
    let number = |at: usize| words.get(at).and_then(|w| w.text.parse::<i64>().ok());
    (hit.received, hit.sent) = (number(first), number(first + 1));
    hit.milliseconds = number(first + 2);
    let mut quoted = words.iter().skip(first).filter(|w| w.quoted).map(|w| w.text);
    hit.forwarded = quoted.next().and_then(some).map(Cow::Borrowed);
    hit.agent = quoted.next().and_then(some).map(unescape);
    hit.request_id = quoted.next().and_then(some).map(Cow::Borrowed);
    hit.host = quoted.next().and_then(some).map(Cow::Borrowed);
    let upstream = quoted.next().and_then(some).map(|u| u.trim_start_matches("tcp://"));
    if let Some((server, port)) = upstream.map(split_port) {
        (hit.server, hit.server_port) = (Some(Cow::Borrowed(server)), port);
    }
    // Istio ends with cluster, three addresses of which the client's is the last, and names.
    let last = words.iter().rposition(|w| w.quoted).map_or(words.len(), |at| at + 1);
    let client = words.get(last + 3).and_then(|w| some(w.text)).map(split_port);
    if let Some((client, port)) = client.filter(|(ip, _)| ip.parse::<IpAddr>().is_ok()) {
        (hit.client, hit.client_port) = (Some(Cow::Borrowed(client)), port);
    }
    Ok(hit)
}
