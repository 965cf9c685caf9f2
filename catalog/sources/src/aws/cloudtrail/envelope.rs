//! Finding the CloudTrail records of a document, however they are wrapped.
//!
//! No list of wrappers: a bounded search for objects that bear CloudTrail's names, through
//! objects, arrays and texts that are JSON themselves.

use frame::Document;
use model::record::Position;
use model::seam::source::Intake;
use model::{Event, Time};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::delegate;
use super::fields::Fields;
use super::record::Record;
use super::wrapper;
use crate::json;
use crate::nested::Lines;

/// Records lie no deeper than this many objects and texts inside each other.
const DEPTH_MAX: usize = 8;

/// Turns documents into events and rejects, and numbers them through the blob.
pub(super) struct Reader<'o> {
    out: &'o mut dyn Intake,
    record: u64,
    ours: u64,
    others: u64,
    /// Every document so far gave one record.
    one_each: bool,
    /// Some documents are passed over: the number of a record is that of its document.
    by_document: bool,
}

/// Where a search stands.
#[derive(Clone, Copy)]
struct Place {
    /// How many objects and texts lie around.
    depth: usize,
    /// The time that the nearest wrapper states.
    hint: Option<Time>,
}

impl<'o> Reader<'o> {
    /// A reader that hands over to `out`.
    pub(super) fn new(out: &'o mut dyn Intake) -> Self {
        Reader { out, record: 0, ours: 0, others: 0, one_each: true, by_document: false }
    }

    /// Takes the numbers of records from their documents.
    pub(super) fn number_by_document(&mut self) {
        self.by_document = true;
    }

    /// The blob is at its end.
    pub(super) fn done(&mut self) {
        if self.one_each && !self.by_document {
            self.out.one_each();
        }
    }

    /// How many CloudTrail records were seen, readable or not.
    pub(super) fn ours(&self) -> u64 {
        self.ours
    }

    /// How many documents and list elements were no CloudTrail records.
    pub(super) fn others(&self) -> u64 {
        self.others
    }

    /// Sets aside bytes that are no document.
    pub(super) fn damage(&mut self, line: u64, why: &str, excerpt: &str) {
        self.out.refuse(Position { line, record: self.record }, why, excerpt);
        self.record += 1;
        self.one_each = false;
    }

    /// Reads one document that starts on `line`.
    pub(super) fn document(&mut self, document: Document<'_>) {
        let Document { text: raw, line, record, .. } = document;
        if self.by_document {
            self.record = record;
        }
        let value = match json::tree(&document) {
            Ok(value) => value,
            Err(why) => return self.damage(line, &why, raw),
        };
        let mut search = Search { reader: self, lines: Lines::new(raw, line) };
        let place = Place { depth: 0, hint: None };
        if !search.look(&value, raw, place) && !wrapper::carries_none(&value) {
            search.refuse(&value, raw);
        }
        self.one_each &= self.record == record + 1;
    }

    /// Hands over one record.
    pub(super) fn emit(&mut self, found: Found<'_>, hint: Option<Time>) {
        let at = Position { line: found.line, record: self.record };
        self.record += 1;
        self.ours += 1;
        if !self.out.wants(at) {
            return;
        }
        let record = match Record::new(found.value, found.fields, hint) {
            Ok(record) => record,
            Err(why) => return self.out.refuse(at, &why, found.raw),
        };
        let own = record.credential();
        let behalf = if own.is_none() { delegate::on_behalf(&record) } else { None };
        self.out.event(&Event {
            source: "aws.cloudtrail",
            time: record.time,
            uid: record.uid(),
            at,
            outcome: record.outcome,
            credential: own.or(behalf.as_deref()),
            address: record.address(),
            raw: found.raw,
            body: &record,
        });
    }
}

/// A record and where it stands.
pub(super) struct Found<'v> {
    /// The parsed record.
    pub value: &'v Value,
    /// Its members.
    pub fields: Fields<'v>,
    /// Its text.
    pub raw: &'v str,
    /// The line it starts on.
    pub line: u64,
}

/// The search through one document.
struct Search<'r, 'o, 'd> {
    reader: &'r mut Reader<'o>,
    lines: Lines<'d>,
}

impl Search<'_, '_, '_> {
    /// Hands over every record in `value`, whose text is `raw`; says whether there was any.
    fn look(&mut self, value: &Value, raw: &str, place: Place) -> bool {
        if let Some(fields) = Fields::of(value) {
            return self.look_object(value, fields, raw, place);
        }
        if place.depth >= DEPTH_MAX {
            return false;
        }
        if value.is_array() {
            return self.look_array(value, raw, place);
        }
        value.as_str().is_some_and(|text| self.look_text(text, place))
    }

    fn look_object(&mut self, value: &Value, fields: Fields<'_>, raw: &str, place: Place) -> bool {
        let depth = place.depth + 1;
        if fields.is_record() {
            // Splunk exports a record's fields beside its text: the text is the record.
            let original = fields.splunk_raw.and_then(Value::as_str);
            let inner = Place { depth, ..place };
            if original.is_some_and(|text| self.look_text(text, inner)) {
                return true;
            }
            let line = self.lines.of(raw);
            self.reader.emit(Found { value, fields, raw, line }, place.hint);
            return true;
        }
        let Some(object) = value.as_object() else { return false };
        let worth_it = object.iter().any(|(_, member)| wrapper::may_hold(member));
        if place.depth >= DEPTH_MAX || !worth_it {
            return false;
        }
        if wrapper::is_control(value) {
            return true;
        }
        let inner = Place { depth, hint: wrapper::time(value).or(place.hint) };
        let mut any = false;
        // Both walk the same text in its order; a lookup by key would cost a pass for each.
        for ((key, raw), (same_key, member)) in frame::members(raw).into_iter().zip(object.iter()) {
            debug_assert_eq!(key, same_key);
            if !wrapper::may_hold(member) {
                continue;
            }
            any |= if wrapper::lists_records(&key) && member.is_array() {
                self.look_list(member, raw, inner)
            } else {
                self.look(member, raw, inner)
            };
        }
        any
    }

    /// Looks into an array of anything; where some elements are records, the others are refused.
    fn look_array(&mut self, value: &Value, raw: &str, place: Place) -> bool {
        if holds_record(value, place.depth) {
            return self.look_list(value, raw, place);
        }
        let Some(items) = value.as_array() else { return false };
        let raws = frame::elements(raw);
        items.iter().zip(raws).fold(false, |any, (item, raw)| self.look(item, raw, place) | any)
    }

    /// Looks into an array whose every element is to be a record.
    fn look_list(&mut self, value: &Value, raw: &str, place: Place) -> bool {
        let Some(items) = value.as_array() else { return false };
        for (item, raw) in items.iter().zip(frame::elements(raw)) {
            if !self.look(item, raw, place) && !wrapper::carries_none(item) {
                self.refuse(item, raw);
            }
        }
        !items.is_empty()
    }

    /// Looks into a text that may be JSON itself.
    fn look_text(&mut self, text: &str, place: Place) -> bool {
        if place.depth >= DEPTH_MAX || !wrapper::opens(text) {
            return false;
        }
        let text = text.trim();
        let place = Place { depth: place.depth + 1, ..place };
        json::parse(text).is_ok_and(|value| self.look(&value, text, place))
    }

    fn refuse(&mut self, value: &Value, raw: &str) {
        let at = Position { line: self.lines.of(raw), record: self.reader.record };
        self.reader.record += 1;
        self.reader.others += 1;
        self.reader.out.refuse(at, &wrapper::why_not(value), raw);
    }
}

/// Whether a record stands in `value` in the open, not within a text.
fn holds_record(value: &Value, depth: usize) -> bool {
    if depth >= DEPTH_MAX {
        return false;
    }
    if let Some(items) = value.as_array() {
        return items.iter().any(|item| holds_record(item, depth));
    }
    Fields::of(value).is_some_and(|fields| fields.is_record())
        || value
            .as_object()
            .is_some_and(|o| o.iter().any(|(_, member)| holds_record(member, depth + 1)))
}
