//! JSON of the audit log: an array of events (Enterprise), or `audit_record` objects (Percona).

use std::borrow::Cow;

use frame::Input;
use jiff::tz::TimeZone;
use model::Position;
use model::seam::source::Intake;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::Record;
use crate::json;
use crate::numbered;
use crate::wrap;

/// No record has more other members that matter.
const OTHERS_MAX: usize = 32;

/// Whether a sample holds such records.
pub fn is_ours(sample: &[u8]) -> bool {
    let has = |name: &str| memchr::memmem::find(sample, name.as_bytes()).is_some();
    let percona = has("\"audit_record\"") && has("\"timestamp\"");
    let parts =
        ["\"general_data\"", "\"connection_data\"", "\"table_access_data\"", "\"startup_data\""];
    let enterprise = has("\"class\"") && has("\"event\"") && parts.iter().any(|part| has(part));
    wrap::is_json(sample) && (percona || enterprise)
}

/// Reads a blob of documents.
pub fn read(input: &mut Input<'_>, zone: Option<&TimeZone>, out: &mut dyn Intake) {
    numbered::documents(input, out, &mut |value, text, at, out| one(value, text, at, zone, out));
}

fn one(
    value: &Value,
    raw: &str,
    at: Position,
    zone: Option<&TimeZone>,
    out: &mut dyn Intake,
) -> Result<(), String> {
    let record = match json::at(value, &["audit_record"]) {
        Some(inner) => percona(inner),
        None if json::has(value, "class") && json::has(value, "event") => enterprise(value),
        None => return Err("no record of the audit log".into()),
    };
    super::entry(record, zone)?.emit(raw, at, out);
    Ok(())
}

fn text<'v>(value: &'v Value, path: &[&str]) -> Cow<'v, str> {
    Cow::Borrowed(json::text(value, path).unwrap_or_default())
}

/// A number, or one in quotes.
fn number(value: &Value, path: &[&str]) -> Option<i64> {
    let value = json::at(value, path)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn others<'v>(value: &'v Value, placed: &[&str], record: &mut Record<'v>) {
    for (name, member) in value.as_object().into_iter().flatten() {
        let Some(member) = member.as_str().filter(|m| !m.is_empty()) else { continue };
        if !placed.contains(&name) && record.others.len() < OTHERS_MAX {
            record.others.push((Cow::Borrowed(name), Cow::Borrowed(member)));
        }
    }
}

fn percona(value: &Value) -> Record<'_> {
    let mut record = Record {
        time: json::text(value, &["timestamp"]).unwrap_or_default(),
        name: json::text(value, &["name"]).unwrap_or_default(),
        connection: number(value, &["connection_id"]),
        status: number(value, &["status"]),
        user: text(value, &["user"]),
        host: text(value, &["host"]),
        ip: text(value, &["ip"]),
        database: text(value, &["db"]),
        statement: json::text(value, &["sqltext"]).map(Cow::Borrowed),
        command: text(value, &["command_class"]),
        ..Record::default()
    };
    let placed = ["timestamp", "sqltext", "user", "ip", "db", "command_class"];
    others(value, &placed, &mut record);
    record
}

fn enterprise(value: &Value) -> Record<'_> {
    let general = |name| json::text(value, &["general_data", name]);
    let table = |name| json::text(value, &["table_access_data", name]);
    let status = number(value, &["general_data", "status"])
        .or_else(|| number(value, &["connection_data", "status"]));
    let seconds =
        json::at(value, &["query_statistics", "query_time"]).and_then(JsonValueTrait::as_f64);
    let database = table("db").or_else(|| json::text(value, &["connection_data", "db"]));
    let mut record = Record {
        time: json::text(value, &["timestamp"]).unwrap_or_default(),
        name: json::text(value, &["event"]).unwrap_or_default(),
        connection: number(value, &["connection_id"]),
        status,
        user: text(value, &["account", "user"]),
        host: text(value, &["account", "host"]),
        ip: text(value, &["login", "ip"]),
        database: Cow::Borrowed(database.unwrap_or_default()),
        table: Cow::Borrowed(table("table").unwrap_or_default()),
        statement: general("query").or_else(|| table("query")).map(Cow::Borrowed),
        command: Cow::Borrowed(general("sql_command").or(table("sql_command")).unwrap_or_default()),
        rows: number(value, &["query_statistics", "rows_sent"]),
        bytes: number(value, &["query_statistics", "bytes_sent"]),
        seconds,
        ..Record::default()
    };
    others(value, &["timestamp"], &mut record);
    record
}
