//! `host.osquery`: results of osquery's scheduled queries, and its status log.
//!
//! One event for each row: of a line with one row (`columns`), of a snapshot, of a batch of
//! differences.

mod row;
mod tables;

use std::borrow::Cow;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::time::Precision;
use model::{Body, Entity, Event, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::deed::LINUX;
use crate::json;
use crate::nested::{self, Around, Found, Kind};
use row::{Form, Row};

/// The member.
pub struct Osquery;

const NAME: &str = "host.osquery";

const KIND: Kind = Kind {
    what: "a result of osquery",
    marks: &[
        &["hostIdentifier", "unixTime"],
        &["calendarTime", "columns"],
        &["calendarTime", "diffResults"],
        &["calendarTime", "snapshot"],
        &["target_path", "transaction_id"],
        &["columns", "unixTime"],
    ],
    is_record: is_record_of,
    emit,
};

impl Source for Osquery {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "osquery results: differential, snapshot, batch; file, process, socket events",
            spec: "https://osquery.readthedocs.io/en/stable/deployment/logging/",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::BASE_EVENT,
            Class::FILE_ACTIVITY,
            Class::PROCESS_ACTIVITY,
            Class::NETWORK_ACTIVITY,
            Class::AUTHENTICATION,
            Class::DETECTION_FINDING,
            Class::FILE_QUERY,
            Class::PROCESS_QUERY,
            Class::NETWORK_CONNECTION_QUERY,
            Class::USER_QUERY,
        ]
    }

    fn logsources(&self) -> &'static [LogSource] {
        LINUX
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

/// Whether an object is the frame of results: a query's name, a time or a host, and rows.
fn is_frame(value: &Value) -> bool {
    let is_named = json::text(value, &["name"]).is_some();
    let is_placed = ["unixTime", "calendarTime", "hostIdentifier"].iter();
    is_named && is_placed.clone().any(|key| json::has(value, key))
}

/// Whether a list at a path has rows.
fn has_rows(value: &Value, path: &[&str]) -> bool {
    json::at(value, path).and_then(|v| v.as_array()).is_some_and(|list| !list.is_empty())
}

fn is_record_of(value: &Value, around: &Around<'_>) -> bool {
    let is_object = |key| json::at(value, &[key]).is_some_and(JsonValueTrait::is_object);
    if !value.is_object() {
        return false;
    }
    if around.key == "snapshot" && around.parent.is_some_and(is_frame) {
        return true;
    }
    if matches!(around.key, "added" | "removed") && around.above.is_some_and(is_frame) {
        return true;
    }
    if is_frame(value) {
        // Frames with rows are looked into: each row is a record.
        let is_list = |key| json::at(value, &[key]).is_some_and(|v| v.as_array().is_some());
        let is_empty_batch = is_object("diffResults")
            && !has_rows(value, &["diffResults", "added"])
            && !has_rows(value, &["diffResults", "removed"]);
        let is_single = is_object("columns") && json::text(value, &["action"]).is_some();
        let is_empty_snapshot = is_list("snapshot") && !has_rows(value, &["snapshot"]);
        return is_single || is_empty_snapshot || is_empty_batch;
    }
    is_status(value) || is_bare_file_event(value)
}

/// A line of the status log as the network loggers send it.
fn is_status(value: &Value) -> bool {
    ["hostIdentifier", "severity", "filename", "line", "message"]
        .iter()
        .all(|key| json::has(value, key))
}

/// A row of `file_events` by itself, as the shell prints it.
fn is_bare_file_event(value: &Value) -> bool {
    ["target_path", "action", "transaction_id", "time"].iter().all(|key| json::has(value, key))
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let (value, around) = (found.value, &found.around);
    let (form, frame) = if around.key == "snapshot" {
        (Form::Snapshot, around.parent)
    } else if matches!(around.key, "added" | "removed") && around.above.is_some_and(is_frame) {
        (if around.key == "added" { Form::Added } else { Form::Removed }, around.above)
    } else if is_frame(value) {
        (Form::of(json::text(value, &["action"])), Some(value))
    } else {
        (if is_status(value) { Form::Status } else { Form::Added }, None)
    };
    let frame = frame.unwrap_or(value);
    let is_alone = std::ptr::eq(frame, value);
    let columns = if is_alone { json::at(value, &["columns"]) } else { Some(value) };
    let told = time(frame).or(around.time);
    let row = columns.or((form != Form::Status && !is_frame(value)).then_some(value));
    let own = row.and_then(own_time);
    let Some(time) = own.or(told) else {
        return out.refuse(found.at, "no time in unixTime, calendarTime or the row", found.raw);
    };
    let row = Row { frame, columns: row, form, time };
    // A row by itself says neither when nor where: two snapshots would tell the same.
    let uid = (!is_alone).then(|| row.id(found.raw));
    out.event(&Event {
        source: NAME,
        time,
        uid: uid.as_deref(),
        at: found.at,
        outcome: row.outcome(),
        credential: None,
        address: row.address(),
        raw: found.raw,
        body: &row,
    });
}

/// When the results were told: `unixTime`, else `calendarTime`, which is UTC.
fn time(frame: &Value) -> Option<Time> {
    let unix = json::at(frame, &["unixTime"]).and_then(json::time);
    unix.filter(|time| time.start > 0).or_else(|| calendar(json::text(frame, &["calendarTime"])?))
}

/// `Tue Sep 30 17:37:30 2014 UTC`.
fn calendar(text: &str) -> Option<Time> {
    let (stamp, _, _) = crate::syslog::stamp(text.trim_end_matches(" UTC"))?;
    match stamp {
        crate::clock::Stamp::Whole(time) | crate::clock::Stamp::Zoneless(time) => Some(time),
        crate::clock::Stamp::Yearless { .. } => None,
    }
}

/// When the thing happened that a row of an event table tells: `time`, in seconds. Tables of a
/// state have columns of that name, too, for when something began.
fn own_time(columns: &Value) -> Option<Time> {
    tables::is_event(columns)
        .then(|| json::at(columns, &["time"]).and_then(json::time))?
        .filter(|time| time.start > 0 && time.precision == Precision::Seconds)
}

impl Row<'_> {
    /// What tells this row apart from the same one at another time.
    fn id(&self, raw: &str) -> String {
        let part = |key| json::at(self.frame, &[key]).map(ToString::to_string).unwrap_or_default();
        let keys = ["hostIdentifier", "name", "unixTime", "calendarTime", "epoch", "counter"];
        let parts: Vec<String> = keys.iter().map(|key| part(key)).collect();
        format!("{} {} {raw}", parts.join(" "), self.form.word())
    }
}

impl Body for Row<'_> {
    fn ocsf(&self) -> Flat<'_> {
        self.deed().flat()
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        if json::present(self.frame, name) {
            json::visit(self.frame, name, each);
        } else if let Some(columns) = self.columns.filter(|c| json::present(c, name)) {
            json::visit(columns, name, each);
        } else if let Some(name) = name.strip_prefix("columns.")
            && let Some(columns) = self.columns
        {
            json::visit(columns, name, each);
        } else if let Some(value) = self.deed().sigma(name) {
            each(value);
        }
    }

    fn has(&self, name: &str) -> bool {
        let name = name.strip_prefix("columns.").unwrap_or(name);
        json::present(self.frame, name)
            || self.columns.is_some_and(|columns| json::present(columns, name))
            || self.deed().sigma(name).is_some()
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        self.deed().entities(out);
    }

    fn action(&self) -> String {
        let deed = self.deed();
        let name = self.query().unwrap_or("osquery");
        if deed.class == Class::BASE_EVENT || deed.class.category_uid() == 5 {
            let phrase = format!("{name}: {}", self.form.word());
            return model::text::printable(&phrase, 160).into_owned();
        }
        deed.phrase()
    }

    fn reads_only(&self) -> Option<bool> {
        let deed = self.deed();
        let reads = deed.class == Class::FILE_ACTIVITY && matches!(deed.activity, 2 | 8 | 9 | 14);
        (reads || deed.class.category_uid() == 5).then_some(true)
    }
}

/// A number or a text, as text.
fn said(value: &Value) -> Option<Cow<'_, str>> {
    let text = match value.as_str() {
        Some(text) => Cow::Borrowed(text),
        None if value.is_number() => Cow::Owned(value.to_string()),
        None => return None,
    };
    Some(text).filter(|text| !text.trim().is_empty())
}
