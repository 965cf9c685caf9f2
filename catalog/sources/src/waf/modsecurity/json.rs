//! JSON audit log: ModSecurity 3 and Coraza, and the JSON of ModSecurity 2.

use std::borrow::Cow;

use frame::Input;
use jiff::tz::TimeZone;
use model::Time;
use model::seam::source::{Intake, ReadSettings};
use model::time::civil_seconds;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::{LIST_MAX, Match, Transaction};
use crate::clock::in_zone;
use crate::json;
use crate::numbered;
use crate::web::access::text::{bracket_time, digits, month};
use crate::wrap;

/// Whether a sample holds such transactions.
pub fn is_ours(sample: &[u8]) -> bool {
    let has = |name: &str| memchr::memmem::find(sample, name.as_bytes()).is_some();
    let third = has("\"unique_id\"") || has("\"is_interrupted\"") || has("\"transaction_id\"");
    let parts = has("\"client_ip\"") || has("\"remote_address\"") || has("\"audit_data\"");
    wrap::is_json(sample) && has("\"transaction\"") && third && parts
}

/// Reads a blob of documents.
pub fn read(input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
    let zone = settings.zone.as_ref();
    numbered::documents(input, out, &mut |value, text, at, out| {
        transaction(value, zone)?.emit(text, at, out)
    });
}

fn text<'v>(value: &'v Value, path: &[&str]) -> Cow<'v, str> {
    match json::at(value, path) {
        Some(found) if found.is_str() => Cow::Borrowed(found.as_str().unwrap_or_default()),
        Some(found) if found.is_number() => Cow::Owned(found.to_string()),
        _ => Cow::Borrowed(""),
    }
}

fn number(value: &Value, path: &[&str]) -> Option<i64> {
    let value = json::at(value, path)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn transaction<'v>(value: &'v Value, zone: Option<&TimeZone>) -> Result<Transaction<'v>, String> {
    let own = json::at(value, &["transaction"]).ok_or("no transaction")?;
    if json::has(own, "remote_address") {
        return Ok(second(value, own, zone));
    }
    let mut found = Transaction {
        time: stated(own, zone),
        id: first(&[text(own, &["unique_id"]), text(own, &["id"])]),
        client: text(own, &["client_ip"]),
        client_port: number(own, &["client_port"]),
        server: text(own, &["host_ip"]),
        server_port: number(own, &["host_port"]),
        method: text(own, &["request", "method"]),
        target: text(own, &["request", "uri"]),
        version: text(own, &["request", "http_version"]),
        status: number(own, &["response", "http_code"])
            .or_else(|| number(own, &["response", "status"])),
        intercepted: json::at(own, &["is_interrupted"]).and_then(JsonValueTrait::as_bool)
            == Some(true),
        ..Transaction::default()
    };
    headers(json::at(own, &["request", "headers"]), &mut found);
    // Coraza writes the messages beside the transaction.
    let lists = [json::at(own, &["messages"]), json::at(value, &["messages"])];
    for message in lists.into_iter().flatten().filter_map(|list| list.as_array()).flatten() {
        if found.matches.len() >= LIST_MAX {
            break;
        }
        let detail = ["details", "data"].iter().find_map(|name| json::at(message, &[name]));
        let detail = detail.filter(JsonValueTrait::is_object).unwrap_or(message);
        let tags = json::at(detail, &["tags"]).and_then(|tags| tags.as_array());
        let said = [text(detail, &["msg"]), text(message, &["message"])];
        found.matches.push(Match {
            id: first(&[text(detail, &["ruleId"]), text(detail, &["id"])]),
            message: first(&said),
            data: text(detail, &["data"]),
            severity: text(detail, &["severity"]),
            tags: tags
                .into_iter()
                .flatten()
                .filter_map(|tag| tag.as_str().map(Cow::Borrowed))
                .take(LIST_MAX)
                .collect(),
        });
    }
    // The engine says so only by the answer it gave.
    found.intercepted |= found.status == Some(403) && !found.matches.is_empty();
    Ok(found)
}

/// The JSON of ModSecurity 2: request line and messages as in the serial log.
fn second<'v>(value: &'v Value, own: &'v Value, zone: Option<&TimeZone>) -> Transaction<'v> {
    let line = json::text(value, &["request", "request_line"]).unwrap_or_default();
    let (method, rest) = line.split_once(' ').unwrap_or((line, ""));
    let (target, version) = rest.rsplit_once(" HTTP/").unwrap_or((rest, ""));
    let mut found = Transaction {
        time: stated(own, zone),
        id: text(own, &["transaction_id"]),
        client: text(own, &["remote_address"]),
        client_port: number(own, &["remote_port"]),
        server: text(own, &["local_address"]),
        server_port: number(own, &["local_port"]),
        method: method.into(),
        target: target.into(),
        version: version.into(),
        status: number(value, &["response", "status"]),
        intercepted: json::at(value, &["audit_data", "action", "intercepted"])
            .and_then(JsonValueTrait::as_bool)
            .unwrap_or(false),
        ..Transaction::default()
    };
    headers(json::at(value, &["request", "headers"]), &mut found);
    let messages = json::at(value, &["audit_data", "messages"]).and_then(|list| list.as_array());
    for message in messages.into_iter().flatten().filter_map(|m| m.as_str()).take(LIST_MAX) {
        found.matches.push(super::serial::matched(message));
    }
    found
}

/// The first text that is not empty.
fn first<'v>(texts: &[Cow<'v, str>]) -> Cow<'v, str> {
    texts.iter().find(|text| !text.is_empty()).cloned().unwrap_or_default()
}

fn headers<'v>(value: Option<&'v Value>, found: &mut Transaction<'v>) {
    for (name, value) in value.and_then(|v| v.as_object()).into_iter().flatten().take(LIST_MAX) {
        // Coraza writes a list for each name.
        let value = value.as_str().or_else(|| value.as_array()?.first()?.as_str());
        found.headers.push((Cow::Borrowed(name), Cow::Borrowed(value.unwrap_or_default())));
    }
}

/// `Tue Sep  8 02:10:04 2026`, `08/Sep/2026:02:10:04 +0000`, RFC 3339 or nanoseconds.
fn stated(own: &Value, zone: Option<&TimeZone>) -> Option<Time> {
    if let Some(stamp) = json::at(own, &["unix_timestamp"]).and_then(json::time) {
        return Some(stamp);
    }
    let stamp = ["time_stamp", "time", "timestamp"].iter().find_map(|n| json::text(own, &[n]))?;
    if let Some(time) = bracket_time(stamp.trim(), zone) {
        return Some(time);
    }
    if let Some(time) = Time::parse_rfc3339(stamp) {
        return Some(time);
    }
    if stamp.contains('/') {
        let (civil, _) = stamp.split_once(' ').unwrap_or((stamp, ""));
        return Time::parse_civil(stamp, 0)
            .or(Time::parse_civil(civil, 0))
            .map(|t| in_zone(t, zone));
    }
    let mut words = stamp.split_ascii_whitespace().skip(1);
    let (name, day, clock, year) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let mut parts = clock.split(':').map(|part| digits(part.as_bytes()));
    let clock = (parts.next()??, parts.next()??, parts.next()??);
    let date = (digits(year.as_bytes())?, month(name.as_bytes())?, digits(day.as_bytes())?);
    civil_seconds(date, clock).map(|seconds| in_zone(Time::seconds(seconds), zone))
}
