//! Flow records carried in JSON: CloudWatch Logs subscriptions and queries, JSON lines.

use frame::{Input, Piece};
use model::Time;
use model::seam::source::Intake;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::format::Format;
use super::{Reader, delivery_time, emit};
use crate::json;

/// The members whose text is a flow record, in the order they are looked for.
pub const CARRIERS: &[&str] = &["message", "@message", "line", "log"];

/// Whether a blob is JSON.
pub fn is_json(sample: &[u8]) -> bool {
    matches!(sample.trim_ascii_start(), [b'{' | b'[', ..])
}

/// Reads a blob of JSON documents.
pub fn read(input: &mut Input<'_>, reader: &mut Reader, out: &mut dyn Intake) {
    let mut carried = Carried::default();
    input.documents(&mut |piece| match piece {
        Piece::Damage { line, why, excerpt } => reader.refuse(line, &why, &excerpt, out),
        Piece::Document(document) => match json::tree(&document) {
            Ok(value) => carried.document(&value, document.line, document.text, reader, out),
            Err(why) => reader.refuse(document.line, &why, document.text, out),
        },
    });
}

/// The order of fields that a member `format` named last.
#[derive(Default)]
struct Carried {
    text: String,
    format: Option<Format>,
}

impl Carried {
    fn document(
        &mut self,
        value: &Value,
        line: u64,
        text: &str,
        reader: &mut Reader,
        out: &mut dyn Intake,
    ) {
        if json::text(value, &["messageType"]) == Some("CONTROL_MESSAGE") {
            reader.refuse(line, "a control message of CloudWatch Logs, no record", text, out);
            return;
        }
        let lists = ["logEvents", "events", "results"];
        let list = lists.iter().find_map(|name| json::at(value, &[name])?.as_array());
        let Some(list) = list else {
            self.one(value, line, text, reader, out);
            return;
        };
        for element in list {
            let text = if list.len() == 1 { text } else { "" };
            match cell(element) {
                Some(message) => carried(message, None, line, reader, out),
                None => self.one(element, line, text, reader, out),
            }
        }
    }

    /// One object that carries one record.
    fn one(
        &mut self,
        value: &Value,
        line: u64,
        text: &str,
        reader: &mut Reader,
        out: &mut dyn Intake,
    ) {
        if let Some(format) = json::text(value, &["format"])
            && format != self.text
        {
            self.format = Format::parse(format);
            self.text = format.to_string();
        }
        let found = CARRIERS.iter().find_map(|name| json::text(value, &[name]));
        let Some(message) = found else {
            let why = "no member message, @message, line or log that carries a flow record";
            reader.refuse(line, why, text, out);
            return;
        };
        let time = ["timestamp", "@timestamp"].iter().find_map(|n| json::at(value, &[n]));
        let time = time.and_then(json::time);
        if json::has(value, "format") {
            self.ordered(message, time, line, reader, out);
        } else {
            carried(message, time, line, reader, out);
        }
    }

    /// A record whose object names the order of its fields.
    fn ordered(
        &mut self,
        message: &str,
        time: Option<Time>,
        line: u64,
        reader: &mut Reader,
        out: &mut dyn Intake,
    ) {
        let (own, record) = delivery_time(message.trim());
        let Some(format) = &self.format else {
            reader.refuse(line, "format is not a list of flow log fields", record, out);
            return;
        };
        reader.split.cut(record, format.separator);
        let (fields, names) = (reader.split.len(), format.names.len());
        if fields != names {
            let why = format!("{fields} fields where the format has {names}");
            reader.refuse(line, &why, record, out);
            return;
        }
        let at = reader.position(line);
        emit(record, &reader.split, format, (own.or(time), at), out);
    }
}

/// A record in the order that holds in the blob.
fn carried(
    message: &str,
    time: Option<Time>,
    line: u64,
    reader: &mut Reader,
    out: &mut dyn Intake,
) {
    let (own, record) = delivery_time(message.trim());
    reader.record(record, line, own.or(time), out);
}

/// The record of one row of `get-query-results`: a list of `{"field":…,"value":…}`.
fn cell(row: &Value) -> Option<&str> {
    let cells = row.as_array()?;
    let cell = cells.iter().find(|c| json::text(c, &["field"]) == Some("@message"))?;
    cell.get("value").and_then(JsonValueTrait::as_str)
}
