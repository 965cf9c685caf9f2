//! `jsonlog`, and what Google Cloud SQL and CloudNativePG make of the log.

use std::borrow::Cow;

use frame::{Input, Piece};
use model::Time;
use model::seam::source::Intake;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::head::{said, split_port};
use super::{POSTGRES, Reader, Settled, message, stamp};
use crate::db::entry::{Deed, Entry};
use crate::joined::Joiner;
use crate::{json, wrap};

/// The members that have a place of their own in an entry.
const PLACED: &[&str] = &[
    "timestamp",
    "log_time",
    "user",
    "user_name",
    "dbname",
    "database_name",
    "pid",
    "process_id",
    "remote_host",
    "remote_port",
    "connection_from",
    "session_id",
    "ps",
    "command_tag",
    "error_severity",
    "state_code",
    "sql_state_code",
    "message",
    "detail",
    "hint",
    "context",
    "statement",
    "query",
    "application_name",
];
/// No record has more other members that matter.
const OTHERS_MAX: usize = 32;

/// Whether an object is a record, and which of its members is: itself or `record`.
fn record(value: &Value) -> Option<&Value> {
    let inner = json::at(value, &["record"]).filter(JsonValueTrait::is_object);
    let record = inner.unwrap_or(value);
    let ours = json::has(record, "error_severity")
        && (json::has(record, "pid") || json::has(record, "process_id"));
    ours.then_some(record)
}

/// Whether an object is an entry of Cloud SQL for PostgreSQL.
fn is_cloud_sql(value: &Value) -> bool {
    json::text(value, &["logName"]).is_some_and(|name| name.contains("postgres.log"))
        && json::has(value, "textPayload")
}

/// Whether a sample holds such documents.
pub fn is_ours(sample: &[u8]) -> bool {
    let has = |name: &str| memchr::memmem::find(sample, name.as_bytes()).is_some();
    if !wrap::is_json(sample) || !(has("\"error_severity\"") || has("postgres.log")) {
        return false;
    }
    let mut lines = sample.split(|b| *b == b'\n').take(wrap::LINES_TRIED);
    lines.any(|line| {
        let value = std::str::from_utf8(line).ok().and_then(|text| json::parse(text).ok());
        value.is_some_and(|value| record(&value).is_some() || is_cloud_sql(&value))
    })
}

/// Reads a blob of documents.
pub fn read(input: &mut Input<'_>, reader: &mut Reader<'_>, out: &mut dyn Intake) {
    let mut joiner = Joiner::default();
    input.documents(&mut |piece| {
        let (text, line) = match piece {
            Piece::Document(document) => (document.text, document.line),
            Piece::Damage { line, why, excerpt } => {
                let at = joiner.alone(line, out, &mut |joined, out| reader.joined(&joined, out));
                return out.refuse(at, &why, &excerpt);
            }
        };
        let parsed = json::parse(text);
        if let Ok(value) = &parsed
            && is_cloud_sql(value)
        {
            let delivered = json::at(value, &["timestamp"]).and_then(json::time);
            for text in json::text(value, &["textPayload"]).unwrap_or_default().lines() {
                let unit = wrap::Unit { text, line, delivered };
                let each = &mut |joined: crate::joined::Joined<'_>, out: &mut dyn Intake| {
                    reader.joined(&joined, out);
                };
                joiner.line(&unit, &super::part, out, each);
            }
            return;
        }
        let at = joiner.alone(line, out, &mut |joined, out| reader.joined(&joined, out));
        let read = parsed.and_then(|value| {
            let record = record(&value).ok_or("no record of PostgreSQL")?;
            one(record, &mut reader.settle(text, at, out))
        });
        if let Err(why) = read {
            out.refuse(at, &why, text);
        }
    });
    joiner.close(out, &mut |joined, out| reader.joined(&joined, out));
}

/// Reads one record.
fn one(record: &Value, settled: &mut Settled<'_, '_>) -> Result<(), String> {
    let text = |names: &[&str]| {
        names.iter().find_map(|name| said(json::text(record, &[name])?)).map(Cow::Borrowed)
    };
    let number = |names: &[&str]| {
        let value = names.iter().find_map(|name| json::at(record, &[name]))?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    };
    let stated = text(&["timestamp", "log_time"]).ok_or("no timestamp")?;
    let time = match Time::parse_rfc3339(&stated) {
        Some(time) => time,
        None => stamp::dated(&stated, settled.zone())?.0,
    };
    let mut entry = Entry::new(&POSTGRES, time, Deed::Notice);
    entry.user = text(&["user", "user_name"]);
    entry.database = text(&["dbname", "database_name"]);
    entry.pid = number(&["pid", "process_id"]);
    entry.client = text(&["remote_host"]);
    entry.port = number(&["remote_port"]);
    if let Some(from) = json::text(record, &["connection_from"]) {
        let (client, port) = split_port(from);
        (entry.client, entry.port) = (said(client).map(Cow::Borrowed), port);
    }
    entry.session = text(&["session_id"]);
    entry.command = text(&["ps", "command_tag"]);
    entry.code = text(&["state_code", "sql_state_code"]).filter(|code| code != "00000");
    (entry.detail, entry.hint) = (text(&["detail"]), text(&["hint"]));
    entry.context = text(&["context"]);
    entry.statement = text(&["statement", "query"]);
    entry.app = text(&["application_name"]);
    for (name, value) in record.as_object().into_iter().flatten() {
        let value = match value.as_str() {
            Some(text) => Cow::Borrowed(text),
            None if value.is_number() || value.is_boolean() => Cow::Owned(value.to_string()),
            None => continue,
        };
        if !PLACED.contains(&name) && !value.is_empty() && entry.others.len() < OTHERS_MAX {
            entry.others.push((Cow::Borrowed(name), value));
        }
    }
    let level = json::text(record, &["error_severity"]).unwrap_or_default();
    let audit = json::at(record, &["audit"]).and_then(|audit| audit.as_object());
    let mut said_message = json::text(record, &["message"]).unwrap_or_default();
    if let Some(audit) = audit {
        // CloudNativePG takes pgAudit's entry apart.
        said_message = "";
        audited(&mut entry, audit);
    }
    message::read(&mut entry, level, said_message);
    settled.emit(entry);
    Ok(())
}

fn audited<'a>(entry: &mut Entry<'a>, audit: &'a sonic_rs::Object) {
    let text = |name: &str| audit.get(&name).and_then(|v| v.as_str()).and_then(said);
    entry.deed = Deed::Statement;
    entry.statement = text("statement").map(Cow::Borrowed);
    entry.command = text("command").map(Cow::Borrowed);
    let absent = |value: &&str| !value.starts_with('<');
    entry.parameters = text("parameter").filter(absent).map(Cow::Borrowed);
    if text("object_type") == Some("TABLE") {
        entry.table = text("object_name").map(Cow::Borrowed);
    }
    for name in ["audit_type", "statement_id", "substatement_id", "class", "object_name"] {
        if let Some(value) = text(name) {
            entry.others.push((Cow::Owned(name.to_owned()), Cow::Borrowed(value)));
        }
    }
}
