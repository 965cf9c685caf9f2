//! The search for records through one document.

use frame::Document;
use memchr::memchr_iter;
use model::seam::source::Intake;
use model::text::printable;
use model::{Position, Time};
use sonic_rs::{Array, JsonContainerTrait, JsonType, JsonValueTrait, Value};

use super::{Around, Found, Kind, Search};
use crate::json;

/// Records lie no deeper than this many objects and texts inside each other.
pub(super) const DEPTH_MAX: usize = 12;
/// Members whose elements are records each, whatever the kind.
const LISTS: &[&str] = &["Records", "records", "logEvents", "events", "Events", "Messages"];

/// Turns documents into records and rejects, and numbers them through the blob.
pub(super) struct Reader<'o> {
    kind: &'o Kind,
    search: Search,
    out: &'o mut dyn Intake,
    record: u64,
    ours: u64,
    others: u64,
}

impl<'o> Reader<'o> {
    /// A reader of one kind that hands over to `out`.
    pub(super) fn new(kind: &'o Kind, search: Search, out: &'o mut dyn Intake) -> Self {
        Reader { kind, search, out, record: 0, ours: 0, others: 0 }
    }

    /// How many records were seen, readable or not.
    pub(super) fn ours(&self) -> u64 {
        self.ours
    }

    /// How many documents and list elements were no records of the kind.
    pub(super) fn others(&self) -> u64 {
        self.others
    }

    /// Sets aside bytes that are no document.
    pub(super) fn damage(&mut self, line: u64, why: &str, excerpt: &str) {
        self.out.refuse(Position { line, record: self.record }, why, excerpt);
        self.record += 1;
    }

    /// Reads one line that need not be JSON.
    pub(super) fn line(&mut self, text: &str, line: u64, time: Option<Time>) {
        if text.starts_with(['{', '[']) {
            return self.text(text, line, time);
        }
        let value = Value::from(text);
        let around = Around { time, ..Around::default() };
        if (self.kind.is_record)(&value, &around) {
            self.emit(&value, text, line, around);
        } else {
            self.others += 1;
            self.damage(line, &format!("not {}", self.kind.what), text);
        }
    }

    /// Reads one document.
    pub(super) fn document(&mut self, document: &Document<'_>) {
        match json::tree(document) {
            Ok(value) => self.tree(&value, document.text, document.line, None),
            Err(why) => self.damage(document.line, &why, document.text),
        }
    }

    /// Reads one text that starts on `line`; `time` is what stands before it.
    pub(super) fn text(&mut self, raw: &str, line: u64, time: Option<Time>) {
        match json::parse(raw) {
            Ok(value) => self.tree(&value, raw, line, time),
            Err(why) => self.damage(line, &why, raw),
        }
    }

    fn tree(&mut self, value: &Value, raw: &str, line: u64, time: Option<Time>) {
        let time = time.or_else(|| (self.search.stated)(value));
        let around = Around { time, ..Around::default() };
        let mut search = Walk { reader: self, lines: Lines::new(raw, line) };
        if !search.look(value, raw, around) && !carries_none(value) {
            search.refuse(value, raw);
        }
    }

    fn emit(&mut self, value: &Value, raw: &str, line: u64, around: Around<'_>) {
        let at = Position { line, record: self.record };
        self.record += 1;
        self.ours += 1;
        (self.kind.emit)(&Found { value, raw, at, around }, self.out);
    }
}

/// The search through one document.
struct Walk<'r, 'o, 'd> {
    reader: &'r mut Reader<'o>,
    lines: Lines<'d>,
}

impl Walk<'_, '_, '_> {
    /// Hands over every record in `value`, whose text is `raw`; says whether there was any.
    fn look(&mut self, value: &Value, raw: &str, around: Around<'_>) -> bool {
        if (self.reader.kind.is_record)(value, &around) {
            let line = self.lines.of(raw);
            // A text's own content is the record, not the quotes around it.
            let raw = value.as_str().map_or(raw, str::trim);
            self.reader.emit(value, raw, line, around);
            return true;
        }
        if around.depth >= self.reader.search.depth_max {
            return false;
        }
        match value.get_type() {
            JsonType::Object => self.look_object(value, raw, around),
            JsonType::Array => self.look_array(value, raw, around),
            JsonType::String => value.as_str().is_some_and(|text| self.look_text(text, around)),
            _ => false,
        }
    }

    fn look_object(&mut self, value: &Value, raw: &str, around: Around<'_>) -> bool {
        let Some(object) = value.as_object() else { return false };
        if is_control(value) {
            let line = self.lines.of(raw);
            self.reader.damage(line, "a control message of CloudWatch Logs, no record", raw);
            return true;
        }
        if !object.iter().any(|(_, member)| self.may_hold(member)) {
            return false;
        }
        let inner = Around {
            depth: around.depth + 1,
            key: "",
            time: stated_time(value).or(around.time),
            parent: Some(value),
            above: around.parent,
            beyond: around.above,
            top: around.top.or(Some(value)),
            event: if super::is_bridge_event(value) { Some(value) } else { around.event },
        };
        let mut any = false;
        // Both walk the same text in its order; a lookup by key would cost a pass for each.
        for ((_, raw), (key, member)) in frame::members(raw).into_iter().zip(object.iter()) {
            if !self.may_hold(member) || is_origin(key, value) {
                continue;
            }
            let inner = Around { key, ..inner };
            any |= if LISTS.contains(&key) && member.is_array() {
                self.look_list(member, raw, inner)
            } else {
                self.look(member, raw, inner)
            };
        }
        any
    }

    /// Looks into an array of anything; where some elements are records, the others are refused.
    fn look_array(&mut self, value: &Value, raw: &str, around: Around<'_>) -> bool {
        let Some(items) = value.as_array() else { return false };
        if items.iter().any(|item| (self.reader.kind.is_record)(item, &around)) {
            return self.look_list(value, raw, around);
        }
        let raws = frame::elements(raw);
        items.iter().zip(raws).fold(false, |any, (item, raw)| self.look(item, raw, around) | any)
    }

    /// Looks into an array whose every element is to be a record.
    fn look_list(&mut self, value: &Value, raw: &str, around: Around<'_>) -> bool {
        let Some(items) = value.as_array() else { return false };
        for (item, raw) in items.iter().zip(frame::elements(raw)) {
            if !self.look(item, raw, around) && !carries_none(item) {
                self.refuse(item, raw);
            }
        }
        !items.is_empty()
    }

    /// Looks into a text that may be JSON itself.
    fn look_text(&mut self, text: &str, around: Around<'_>) -> bool {
        if !opens(text) {
            return false;
        }
        let text = text.trim();
        let around = Around { depth: around.depth + 1, ..around };
        // What was parsed here lives no longer than this call.
        json::parse(text).is_ok_and(|value| self.look(&value, text, around))
    }

    /// Whether a record may stand somewhere below, so that looking closer is worth it.
    fn may_hold(&self, value: &Value) -> bool {
        match value.get_type() {
            JsonType::Object | JsonType::Array => true,
            JsonType::String => {
                value.as_str().is_some_and(opens)
                    || (self.reader.kind.is_record)(value, &Around::default())
            }
            _ => false,
        }
    }

    fn refuse(&mut self, value: &Value, raw: &str) {
        let line = self.lines.of(raw);
        self.reader.others += 1;
        let why = why_not(value, self.reader.kind.what);
        self.reader.damage(line, &why, raw);
    }
}

/// Whether a text may be JSON with members.
fn opens(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Whether a member is the text that an OCSF event was made from: the event tells it already.
fn is_origin(key: &str, of: &Value) -> bool {
    key == "raw_data" && json::at(of, &["class_uid"]).is_some()
}

/// Whether CloudWatch Logs only asks if the other end is alive.
fn is_control(value: &Value) -> bool {
    json::text(value, &["messageType"]) == Some("CONTROL_MESSAGE")
}

/// Whether a document is complete without a record: the answer to a query that found nothing.
fn carries_none(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    object.iter().any(|(_, member)| member.as_array().is_some_and(Array::is_empty))
        && object.iter().all(|(_, member)| match member.get_type() {
            JsonType::Array => member.as_array().is_some_and(Array::is_empty),
            JsonType::String | JsonType::Null => true,
            _ => false,
        })
}

/// The time that a wrapper states for what it carries: EventBridge `time`, CloudWatch Logs
/// `timestamp`, SNS `Timestamp`.
fn stated_time(value: &Value) -> Option<Time> {
    let object = value.as_object()?;
    ["time", "timestamp", "@timestamp", "Timestamp"]
        .iter()
        .find_map(|key| object.get(key).and_then(json::time))
}

/// Why a document is not taken for a record, for people.
fn why_not(value: &Value, what: &str) -> String {
    let kind = match value.get_type() {
        JsonType::Object => {
            let Some(kind) = json::text(value, &["detail-type"]) else {
                return format!("not {what}, nor does it carry one");
            };
            format!("an EventBridge event \"{}\"", printable(kind, 80))
        }
        JsonType::Array => "a list without one".into(),
        JsonType::String => "a text".into(),
        JsonType::Number => "a number".into(),
        JsonType::Boolean => "a boolean".into(),
        JsonType::Null => "null".into(),
    };
    format!("not {what}: {kind}")
}

/// Counts lines within a document, from where it counted last.
pub struct Lines<'d> {
    text: &'d str,
    offset: usize,
    line: u64,
}

impl<'d> Lines<'d> {
    /// Counts from the front of a document that starts on `line`.
    pub fn new(text: &'d str, line: u64) -> Self {
        Lines { text, offset: 0, line }
    }

    /// The line that `part` starts on; for a text that is no part of the document (one that stood
    /// in quotes) the line of the last part asked for.
    pub fn of(&mut self, part: &str) -> u64 {
        let offset = part.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr());
        let passed = self.text.as_bytes().get(self.offset..offset);
        if let Some(passed) = passed {
            self.line += memchr_iter(b'\n', passed).count() as u64;
            self.offset = offset;
        }
        self.line
    }
}
