//! The common and combined formats of Apache and nginx, with what people put before and after.

use std::borrow::Cow;
use std::net::IpAddr;

use jiff::tz::TimeZone;

use super::hit::{Hit, Own, some};
use super::text::{Escapes, WORDS_MAX, Word, bracket_time, digits, unescape, word};

/// No more quotes are tried as the end of a request.
const QUOTES_MAX: usize = 64;

/// Why a line that has the time and request of an access log is none.
const NO_STATUS: &str = "no status follows the request";

/// Whether a line may be of this format: a bracketed time, then a quote.
pub fn matches(line: &str) -> bool {
    bracket(line).is_some_and(|(_, _, rest)| rest.starts_with('"'))
}

/// The text before the bracketed time, the time, what follows it.
fn bracket(line: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    // A user's name may hold a bracket: the time is what reads as one.
    for _ in 0..8 {
        let open = from + line.get(from..)?.find('[')?;
        let close = open + line.get(open..)?.find(']')?;
        let time = line.get(open + 1..close)?;
        let marks = matches!(time.as_bytes(), [_, _, b'/', ..] | [_, _, _, _, b'-', ..]);
        if marks && (19..=40).contains(&time.len()) {
            return Some((line.get(..open)?, time, line.get(close + 1..)?.trim_start()));
        }
        from = open + 1;
    }
    None
}

/// Reads one line.
pub fn parse<'a>(line: &'a str, zone: Option<&TimeZone>) -> Result<Hit<'a>, String> {
    let (before, time, after) = bracket(line).ok_or("no time in brackets")?;
    let time = bracket_time(time, zone).ok_or("the time in brackets cannot be read")?;
    let mut hit = Hit { time: Some(time), product: "Web server", ..Hit::default() };
    identify(before, &mut hit)?;
    // A backslash at the end of a request may stand for itself: read on without escapes then.
    let mut read = [Escapes::Backslash, Escapes::Literal].into_iter();
    let answer = read.find_map(|escapes| answer(after, escapes)).ok_or(NO_STATUS)?;
    hit.set_request(answer.request);
    hit.status = answer.status;
    hit.sent = answer.bytes;
    extras(answer.rest, answer.escapes, &mut hit);
    Ok(hit)
}

/// `[host[:port]] client ident user`.
fn identify<'a>(before: &'a str, hit: &mut Hit<'a>) -> Result<(), String> {
    let is_ip = |text: &str| text.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let mut words: Vec<&str> = before.trim_end().splitn(4, ' ').collect();
    let second_is_client = words.get(1).is_some_and(|w| is_ip(w));
    if words.len() == 4 && second_is_client && !words.first().is_some_and(|w| is_ip(w)) {
        hit.host = words.first().copied().and_then(some).map(Cow::Borrowed);
        words = before.trim_end().splitn(5, ' ').skip(1).collect();
    }
    let (client, user) = match words.as_slice() {
        [client, _ident, user @ ..] if !user.is_empty() => (client, user),
        // Some leave out the identity or the user, which are hardly ever known.
        [client, "-"] => (client, &[] as &[&str]),
        _ => return Err("no identity and user between the client and the time".into()),
    };
    hit.client = some(client.trim_matches(['[', ']'])).map(Cow::Borrowed);
    // What follows the identity is the name, with the spaces it may have.
    let Some(first) = user.first() else { return Ok(()) };
    let from = first.as_ptr() as usize - before.as_ptr() as usize;
    let user = before.get(from..).unwrap_or("").trim().trim_matches('"');
    // The ingress controller of Kubernetes puts the client in brackets before the name.
    let after_client = user.strip_prefix('[').and_then(|rest| rest.split_once("] - "));
    hit.user = some(after_client.map_or(user, |(_, user)| user)).map(unescape);
    Ok(())
}

/// The request and what was answered.
struct Answer<'a> {
    request: &'a str,
    status: Option<i64>,
    bytes: Option<i64>,
    rest: &'a str,
    escapes: Escapes,
}

fn answer(after: &str, escapes: Escapes) -> Option<Answer<'_>> {
    let (request, rest) = word(after, escapes)?;
    if let Some(answer) = status_and_bytes(request.text, rest, escapes) {
        return Some(answer);
    }
    // A quote and a space inside the request: its end is the first quote before a status.
    let start = after.find('"')? + 1;
    let ends = after.match_indices("\" ").map(|(at, _)| at).filter(|at| *at > start);
    ends.take(QUOTES_MAX).find_map(|end| {
        let (request, rest) = (after.get(start..end)?, after.get(end + 1..)?);
        status_and_bytes(request, rest, escapes)
    })
}

fn status_and_bytes<'a>(request: &'a str, rest: &'a str, escapes: Escapes) -> Option<Answer<'a>> {
    let (status, rest) = word(rest, escapes)?;
    if status.quoted || !(status.text == "-" || is_status(status.text)) {
        return None;
    }
    let (bytes, rest) = word(rest, escapes)
        .map_or((None, ""), |(bytes, rest)| (digits(bytes.text.as_bytes()), rest));
    let status = digits(status.text.as_bytes()).filter(|s| *s > 0);
    Some(Answer { request, status, bytes, rest, escapes })
}

fn is_status(text: &str) -> bool {
    text.len() == 3 && digits(text.as_bytes()).is_some()
}

/// What follows the bytes: the referrer and the user agent in quotes, then anything.
fn extras<'a>(mut rest: &'a str, escapes: Escapes, hit: &mut Hit<'a>) {
    let mut quoted = Vec::new();
    let mut pairs = Vec::new();
    for _ in 0..WORDS_MAX {
        let Some((found, after)) = word(rest, escapes) else { break };
        rest = after;
        match found {
            Word { text, quoted: true } => quoted.push(text),
            Word { text, .. } => {
                // Traefik ends its lines with the time taken.
                if let Some(number) = text.strip_suffix("ms") {
                    hit.milliseconds = hit.milliseconds.or(digits(number.as_bytes()));
                }
                if let Some((key, value)) = text.split_once('=') {
                    pairs.push((key, value.trim_matches('"')));
                }
            }
        }
    }
    let one_is_agent = quoted.len() == 1 && quoted.first().is_some_and(|q| !q.contains("://"));
    if one_is_agent {
        quoted.insert(0, "-");
    }
    let mut quoted = quoted.into_iter();
    hit.referer = quoted.next().and_then(some).map(unescape);
    hit.agent = quoted.next().and_then(some).map(unescape);
    hit.forwarded = quoted.find(|text| is_address_list(text)).map(Cow::Borrowed);
    for (key, value) in &pairs {
        let Some(value) = some(value) else { continue };
        match *key {
            "rt" | "request_time" => hit.milliseconds = seconds_to_millis(value),
            "trace" | "trace_id" | "rid" | "request_id" | "req_id" => {
                hit.request_id = Some(Cow::Borrowed(value));
            }
            "xff" | "fwd" | "x_forwarded_for" => hit.forwarded = Some(Cow::Borrowed(value)),
            "host" | "vhost" => hit.host = Some(Cow::Borrowed(value)),
            _ => {}
        }
    }
    if !pairs.is_empty() {
        hit.own = Own::Pairs(pairs);
    }
}

/// Seconds with a fraction as whole milliseconds.
pub fn seconds_to_millis(text: &str) -> Option<i64> {
    let seconds: f64 = text.parse().ok()?;
    (0.0..1e9).contains(&seconds).then(|| (seconds * 1000.0).round() as i64)
}

/// Whether a text is what `X-Forwarded-For` holds: addresses between commas.
fn is_address_list(text: &str) -> bool {
    !text.is_empty() && text.split(',').all(|part| part.trim().parse::<IpAddr>().is_ok())
}
