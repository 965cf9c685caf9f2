//! The forms of Lambda's lines: the platform's, as text and as JSON, and those that the runtimes
//! give the lines of functions.

use std::borrow::Cow;

use model::Time;
use sonic_rs::{JsonContainerTrait, JsonType, JsonValueTrait, Value};

use super::body::Record;
use crate::aws::shared::is_uuid;
use crate::json;

/// The first words of the platform's lines, with the names of the same events in JSON.
const PLATFORM: &[(&str, &str)] = &[
    ("START RequestId: ", "platform.start"),
    ("END RequestId: ", "platform.end"),
    ("REPORT RequestId: ", "platform.report"),
    ("INIT_START Runtime Version: ", "platform.initStart"),
    ("INIT_REPORT Init Duration: ", "platform.initReport"),
    ("RESTORE_START Runtime Version: ", "platform.restoreStart"),
    ("RESTORE_REPORT Restore Duration: ", "platform.restoreReport"),
    ("EXTENSION\tName: ", "platform.extension"),
    ("LOGS\tName: ", "platform.logsSubscription"),
    ("TELEMETRY\tName: ", "platform.telemetrySubscription"),
    ("XRAY TraceId: ", "platform.report"),
];
/// The levels that runtimes write.
const LEVELS: &[&str] =
    &["TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL", "NOTSET"];
/// The most fields of one line.
const FIELDS_MAX: usize = 32;

/// Whether a line is one that only Lambda writes.
pub(super) fn is_known(line: &str) -> bool {
    if line.starts_with('{') {
        return json::parse(line).is_ok_and(|value| is_known_json(&value));
    }
    let record = read(line);
    // Whoever tests a wrap writes such lines, too, but hardly ever with an id.
    let has_no_id =
        ["START ", "END ", "REPORT ", "XRAY "].iter().all(|start| !line.starts_with(start));
    record.request.is_some() || (record.kind != "function" && has_no_id)
}

/// Whether an object is an event of Lambda or of its Telemetry API.
pub(super) fn is_known_json(value: &Value) -> bool {
    let kind = json::text(value, &["type"]).unwrap_or("");
    let has = |key: &str| json::has(value, key);
    let is_event = has("time") && has("record");
    let is_kind = kind.starts_with("platform.") || matches!(kind, "function" | "extension");
    (is_kind && is_event)
        || has("AWSRequestId")
        || (has("function_request_id") && has("function_name"))
}

/// Whether an object is a line of a function, as Lambda's JSON format has them.
pub(super) fn is_of_function(value: &Value) -> bool {
    let has = |key: &str| json::has(value, key);
    (has("timestamp") || has("time")) && has("message")
}

/// Reads a line of text; what has no form of its own is a line of the function.
pub(super) fn read(text: &str) -> Record<'_> {
    let platform = PLATFORM.iter().find(|(start, _)| text.starts_with(start));
    let mut record = Record { message: text.into(), ..Record::default() };
    if let Some((_, kind)) = platform {
        record.kind = kind;
        record.fields = fields(text);
        record.request = request_id(text);
        record.status = field(text, "Status");
        record.error = field(text, "Error Type");
        return record;
    }
    if let Some(rest) = text.strip_prefix("RequestId: ") {
        // `RequestId: … Error: Runtime exited with error: exit status 1`
        let (id, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        if is_uuid(id) {
            record.kind = "platform.fault";
            record.request = Some(id.into());
            record.status = Some("error".into());
            record.message = rest.into();
        }
        return record;
    }
    runtime(text, record)
}

/// The forms of Node.js (`time⇥id⇥LEVEL⇥message`), Python (`[LEVEL]⇥time⇥id⇥message`) and of a
/// task that ran out of time (`time id Task timed out …`).
fn runtime<'a>(text: &'a str, mut record: Record<'a>) -> Record<'a> {
    let mut parts = text.splitn(4, '\t');
    let (first, second) = (parts.next().unwrap_or(""), parts.next());
    let (third, rest) = (parts.next(), parts.next());
    let is_level = |word: &str| LEVELS.contains(&word);
    let id = |word: Option<&'a str>| word.filter(|word| is_uuid(word)).map(Cow::Borrowed);
    let in_brackets = first.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    if let (Some(time), Some(level)) = (Time::parse_rfc3339(first), third.filter(|w| is_level(w))) {
        record.time = Some(time);
        record.request = id(second);
        record.level = Some(level.into());
        record.message = rest.unwrap_or("").into();
    } else if let Some((level, after)) = in_brackets.filter(|(level, _)| is_level(level)) {
        record.level = Some(level.into());
        record.time = second.and_then(Time::parse_rfc3339);
        record.request = id(third);
        let message = if record.time.is_some() { rest.unwrap_or("") } else { after };
        record.message = message.trim_start().into();
    } else if let Some((time, rest)) = text.split_once(' ')
        && let Some((word, rest)) = rest.split_once(' ')
        && is_uuid(word)
        && let Some(time) = Time::parse_rfc3339(time)
    {
        (record.time, record.request) = (Some(time), Some(word.into()));
        record.message = rest.trim_start().into();
        if rest.starts_with("Task timed out") {
            record.kind = "platform.fault";
            record.status = Some("timeout".into());
        }
    }
    record
}

fn request_id(text: &str) -> Option<Cow<'_, str>> {
    let rest = text.split_once("RequestId: ")?.1;
    let word = rest.split(['\t', ' ', '\n']).next()?;
    is_uuid(word).then_some(word.into())
}

/// The value of `Name: value` among parts that tabs divide.
fn field<'a>(text: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let (_, value) = fields(text).into_iter().find(|(key, _)| key == name)?;
    Some(value)
}

/// The parts of a platform line: `Duration: 12.3 ms⇥Billed Duration: 13 ms`.
fn fields(text: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    let parts = text.split(['\t', '\n']).take(FIELDS_MAX);
    let cut = parts.filter_map(|part| part.trim().split_once(": "));
    cut.map(|(name, value)| (Cow::Borrowed(name), Cow::Borrowed(value.trim()))).collect()
}

/// Reads an event of the platform or the Telemetry API; `None` for a line of a function in JSON.
pub(super) fn read_json(value: &Value) -> Option<Record<'_>> {
    let kind = json::text(value, &["type"])?;
    let inner = json::at(value, &["record"])?;
    let time = json::at(value, &["time"]).and_then(json::time);
    if matches!(kind, "function" | "extension") {
        let text = inner.as_str()?;
        let mut record = read(text.trim_end());
        record.time = record.time.or(time);
        record.own = Some(value);
        return Some(record);
    }
    if !kind.starts_with("platform.") {
        return None;
    }
    let text = |key: &str| json::text(inner, &[key]).filter(|t| !t.is_empty()).map(Cow::Borrowed);
    let mut fields = Vec::new();
    for object in [Some(inner), json::at(inner, &["metrics"])].into_iter().flatten() {
        for (key, member) in object.as_object().into_iter().flatten().take(FIELDS_MAX) {
            let value = match member.get_type() {
                JsonType::String => member.as_str().map(Cow::Borrowed),
                JsonType::Number | JsonType::Boolean => Some(Cow::Owned(member.to_string())),
                _ => None,
            };
            fields.extend(value.map(|value| (Cow::Borrowed(key), value)));
        }
    }
    Some(Record {
        kind,
        time,
        request: text("requestId"),
        status: text("status"),
        error: text("errorType"),
        function: json::text(inner, &["functionName"]),
        message: kind.into(),
        fields,
        own: Some(value),
        ..Record::default()
    })
}
