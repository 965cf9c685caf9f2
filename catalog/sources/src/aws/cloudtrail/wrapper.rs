//! What stands around CloudTrail records: wrappers that other programs put them in.

use model::Time;
use model::text::printable;
use sonic_rs::{Array, JsonContainerTrait, JsonType, JsonValueTrait, Value};

use crate::json;

/// Members whose elements are records each: log files, CloudWatch Logs, `lookup-events`, SQS.
const LISTS: &[&str] = &["Records", "logEvents", "events", "Events", "Messages"];

/// Whether an array under that name lists records, so that every element must be one.
pub(super) fn lists_records(key: &str) -> bool {
    LISTS.contains(&key)
}

/// Whether CloudWatch Logs only asks if the other end is alive: such a message carries no record.
pub(super) fn is_control(value: &Value) -> bool {
    json::text(value, &["messageType"]) == Some("CONTROL_MESSAGE")
}

/// Whether a document is complete without a record: the answer to a query that found nothing.
pub(super) fn carries_none(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    object
        .iter()
        .any(|(key, list)| lists_records(key) && list.as_array().is_some_and(Array::is_empty))
        && object.iter().all(|(_, member)| {
            member.as_array().map_or(member.get_type() != JsonType::Object, Array::is_empty)
        })
}

/// The time that a wrapper states for what it carries: EventBridge `time`, CloudWatch Logs
/// `timestamp` (milliseconds), `lookup-events` `EventTime`.
pub(super) fn time(value: &Value) -> Option<Time> {
    let object = value.as_object()?;
    ["time", "timestamp", "EventTime", "@timestamp"]
        .iter()
        .find_map(|key| object.get(key).and_then(json::time))
}

/// Whether a record may stand somewhere below, so that looking closer is worth it.
pub(super) fn may_hold(value: &Value) -> bool {
    match value.get_type() {
        JsonType::Object | JsonType::Array => true,
        JsonType::String => value.as_str().is_some_and(opens),
        _ => false,
    }
}

/// Whether a text may be JSON with members.
pub(super) fn opens(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Why a document is not taken for a CloudTrail record, for people.
pub(super) fn why_not(value: &Value) -> String {
    let kind = match value.get_type() {
        JsonType::Object => return why_not_object(value),
        JsonType::Array => "a list without CloudTrail records",
        JsonType::String => "a text",
        JsonType::Number => "a number",
        JsonType::Boolean => "a boolean",
        JsonType::Null => "null",
    };
    format!("not a CloudTrail record: {kind}")
}

fn why_not_object(value: &Value) -> String {
    if let Some(kind) = json::text(value, &["detail-type"]) {
        let kind = printable(kind, 80);
        return format!("not a CloudTrail record: an EventBridge event \"{kind}\"");
    }
    if let Some(source) = json::text(value, &["eventSource"])
        && source.starts_with("aws:")
    {
        return format!("not a CloudTrail record: a notice of {}", printable(source, 40));
    }
    if json::has(value, "digestStartTime") {
        return "not a CloudTrail record: a digest file, which lists log files".into();
    }
    if json::has(value, "logEvents") || json::text(value, &["message"]).is_some() {
        return "not a CloudTrail record: a log event whose message is none".into();
    }
    let object = value.as_object();
    let missing: Vec<&str> = ["eventSource", "eventName"]
        .into_iter()
        .filter(|key| object.is_none_or(|o| o.get(key).is_none()))
        .collect();
    match missing.as_slice() {
        [] => "not a CloudTrail record: too few of its fields are there".into(),
        [one] => format!("not a CloudTrail record: {one} is missing"),
        _ => format!("not a CloudTrail record: {} are missing", missing.join(" and ")),
    }
}
