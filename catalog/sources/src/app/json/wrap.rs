//! The wraps that application records travel in, taken off: one text in, its records out.

use model::Time;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::json;

/// One record without its wraps.
pub struct Unit<'t> {
    /// The application's own object; `None` for a plain text in a wrap.
    pub own: Option<&'t Value>,
    /// The wrap it came in, asked where the record itself is silent.
    pub wrap: Option<&'t Value>,
    /// The plain text, where there is no object.
    pub text: Option<&'t str>,
    /// The time that the wrap states.
    pub time: Option<Time>,
    /// The wrap's id of the record.
    pub uid: Option<&'t str>,
    /// The log it stood in (a CloudWatch log group).
    pub log: Option<&'t str>,
    /// The account that the log belongs to.
    pub account: Option<&'t str>,
}

type Each<'e> = dyn FnMut(&str, Result<Unit<'_>, String>) + 'e;

/// Hands the records of one text to `each`: its raw form, and what it is or why it is none.
pub(super) fn open(text: &str, each: &mut Each<'_>) {
    let (time, body) = without_prefix(text);
    if !body.starts_with('{') {
        let why = if time.is_some() { "no JSON object after the prefix" } else { "no JSON object" };
        return each(text, Err(why.into()));
    }
    let value = match json::parse(body) {
        Ok(value) if value.is_object() => value,
        Ok(_) => return each(text, Err("not a JSON object".into())),
        Err(why) => return each(text, Err(why)),
    };
    let many = ["logEvents", "events"].into_iter().find_map(|key| {
        let items = json::at(&value, &[key])?.as_array()?;
        let is_log = items.iter().all(|i| json::has(i, "message") && json::has(i, "timestamp"));
        (is_log && (key == "logEvents" || !items.is_empty())).then_some(items)
    });
    match many {
        Some(items) => cloudwatch(text, &value, items, each),
        None => one(text, &value, time, each),
    }
}

/// A Kubernetes CRI prefix (`TIME stdout F `) or the time that a CloudWatch export puts in front.
fn without_prefix(text: &str) -> (Option<Time>, &str) {
    let Some((first, rest)) = text.split_once(' ') else { return (None, text) };
    let Some(time) = Time::parse_rfc3339(first) else { return (None, text) };
    let mut parts = rest.splitn(3, ' ');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("stdout" | "stderr"), Some("F" | "P"), Some(body)) => (Some(time), body.trim()),
        _ => (Some(time), rest.trim()),
    }
}

/// A record in at most one wrap: Docker's `log`, or a collector's `message` that is JSON itself.
fn one(raw: &str, value: &Value, time: Option<Time>, each: &mut Each<'_>) {
    let unit =
        |own, wrap, text| Unit { own, wrap, text, time, uid: None, log: None, account: None };
    for key in ["log", "message", "msg", "@message"] {
        let Some(inner) = json::text(value, &[key]).map(str::trim) else { continue };
        if inner.starts_with('{')
            && let Ok(own) = json::parse(inner)
        {
            return each(raw, Ok(unit(Some(&own), Some(value), None)));
        }
        let is_docker = key == "log" && json::has(value, "stream") && json::has(value, "time");
        if is_docker {
            return each(raw, Ok(unit(None, Some(value), Some(inner))));
        }
    }
    each(raw, Ok(unit(Some(value), None, None)));
}

/// What CloudWatch Logs delivers to a subscription, and what its API returns.
fn cloudwatch(raw: &str, envelope: &Value, items: &sonic_rs::Array, each: &mut Each<'_>) {
    if json::text(envelope, &["messageType"]) == Some("CONTROL_MESSAGE") {
        return each(raw, Err("a control message of CloudWatch Logs, no record".into()));
    }
    if items.is_empty() {
        return each(raw, Err("a CloudWatch Logs envelope without records".into()));
    }
    for item in items {
        let message = json::text(item, &["message"]).unwrap_or_default().trim();
        let parsed = if message.starts_with('{') { json::parse(message).ok() } else { None };
        let unit = Unit {
            own: parsed.as_ref(),
            wrap: None,
            text: parsed.is_none().then_some(message),
            time: json::at(item, &["timestamp"]).and_then(json::time),
            uid: json::text(item, &["id"]).or_else(|| json::text(item, &["eventId"])),
            log: json::text(envelope, &["logGroup"]),
            account: json::text(envelope, &["owner"]),
        };
        each(message, Ok(unit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        open(text, &mut |_, found| {
            out.push(match found {
                Ok(unit) => {
                    let own = unit.own.map(ToString::to_string);
                    format!("{:?} {:?} {:?}", own, unit.text, unit.time.map(|t| t.to_string()))
                }
                Err(why) => why,
            });
        });
        out
    }

    #[test]
    fn wraps_come_off() {
        let record = "Some(\"{\\\"a\\\":1}\") None";
        for (text, time) in [
            (r#"{"a":1}"#, "None"),
            (r#"2026-10-06T00:00:01.5Z stdout F {"a":1}"#, "Some(\"2026-10-06T00:00:01.500Z\")"),
            (r#"2026-10-06T00:00:01Z {"a":1}"#, "Some(\"2026-10-06T00:00:01Z\")"),
            (r#"{"log":"{\"a\":1}\n","stream":"stdout","time":"2026-10-06T00:00:01Z"}"#, "None"),
            (
                r#"{"logEvents":[{"id":"7","timestamp":1759708801000,"message":"{\"a\":1}"}]}"#,
                "Some(\"2025-10-06T00:00:01.000Z\")",
            ),
        ] {
            assert_eq!(opened(text), [format!("{record} {time}")], "{text}");
        }
        assert_eq!(opened("Traceback (most recent call last):"), ["no JSON object"]);
    }
}
