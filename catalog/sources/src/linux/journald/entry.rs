//! One record of the journal: its fields, and what its message tells.

use std::borrow::Cow;

use model::time::Precision;
use model::{Body, Entity, EntityKind, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::json;
use crate::linux::messages::{self, Origin, Said};
use crate::syslog::SEVERITIES;

/// The journal's names (systemd.journal-fields(7)) that stand in many records.
pub const FIELDS: &[&str] = &[
    "MESSAGE",
    "PRIORITY",
    "SYSLOG_IDENTIFIER",
    "_CMDLINE",
    "_COMM",
    "_EXE",
    "_HOSTNAME",
    "_PID",
    "_SYSTEMD_UNIT",
    "_TRANSPORT",
    "_UID",
];

/// A record: names and values.
pub struct Entry<'a> {
    fields: Vec<(Cow<'a, str>, String)>,
}

impl Entry<'static> {
    /// From JSON: texts, numbers of bytes where a value is no text, lists where there are several.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let value = json::parse(text)?;
        let object = value.as_object().ok_or("not a JSON object")?;
        let mut fields = Vec::with_capacity(object.len());
        for (name, value) in object {
            for value in values(value) {
                fields.push((Cow::Owned(name.to_owned()), value));
            }
        }
        Ok(Entry { fields })
    }

    /// From the export format.
    pub fn from_export(fields: Vec<(String, String)>) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (Cow::Owned(name), value));
        Entry { fields: fields.collect() }
    }
}

/// The values of a field.
fn values(value: &Value) -> Vec<String> {
    if let Some(text) = value.as_str() {
        return vec![text.to_owned()];
    }
    let Some(list) = value.as_array() else {
        return if value.is_null() { Vec::new() } else { vec![value.to_string()] };
    };
    let bytes: Option<Vec<u8>> =
        list.iter().map(|item| u8::try_from(item.as_u64()?).ok()).collect();
    match bytes {
        Some(bytes) if !bytes.is_empty() => vec![String::from_utf8_lossy(&bytes).into_owned()],
        _ => list.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
    }
}

impl<'a> Entry<'a> {
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(n, _)| n == name)?;
        Some(found.1.as_str()).filter(|value| !value.is_empty())
    }

    /// The record with its time; the error names what is missing.
    pub fn told(self) -> Result<Told<'a>, String> {
        let micros = self.get("__REALTIME_TIMESTAMP").ok_or("no __REALTIME_TIMESTAMP")?;
        let nanos = micros.parse::<i64>().ok().and_then(|micros| micros.checked_mul(1000));
        let nanos = nanos.filter(|n| *n >= 0).ok_or("__REALTIME_TIMESTAMP is no time")?;
        Ok(Told { time: Time::point(nanos, Precision::Micros), entry: self })
    }
}

/// A record with its time.
pub struct Told<'a> {
    /// When the journal took it in.
    pub time: Time,
    entry: Entry<'a>,
}

impl Told<'_> {
    /// The journal's own place of the record.
    pub fn cursor(&self) -> Option<&str> {
        self.entry.get("__CURSOR")
    }

    /// What it says.
    pub fn message(&self) -> &str {
        self.entry.get("MESSAGE").unwrap_or("")
    }

    /// The machine.
    pub fn host(&self) -> &str {
        self.entry.get("_HOSTNAME").unwrap_or("")
    }

    fn program(&self) -> &str {
        let entry = &self.entry;
        entry.get("SYSLOG_IDENTIFIER").or_else(|| entry.get("_COMM")).unwrap_or("")
    }

    fn said(&self) -> Said<'_> {
        let program = self.program();
        let program = if program.starts_with("sshd-") { "sshd" } else { program };
        Said::of(program, self.message())
    }

    fn origin(&self) -> Origin<'_> {
        let level = self.entry.get("PRIORITY").and_then(|p| p.parse::<usize>().ok());
        let pid = self.entry.get("_PID").or_else(|| self.entry.get("SYSLOG_PID"));
        Origin {
            time: self.time,
            host: self.host(),
            program: self.program(),
            pid: pid.unwrap_or(""),
            message: self.message(),
            level: level.and_then(|level| SEVERITIES.get(level)).copied(),
        }
    }

    /// Whether it was done.
    pub fn outcome(&self) -> Outcome {
        self.said().outcome
    }

    /// Where it came from.
    pub fn address(&self) -> Option<&str> {
        self.said().ip
    }
}

impl Body for Told<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let (said, origin) = (self.said(), self.origin());
        let mut flat = messages::flat(&said, &origin);
        flat.put(paths::METADATA_LOG_NAME, "journal");
        flat.put_some(paths::METADATA_UID, self.cursor());
        flat.put_some(paths::METADATA_EVENT_CODE, self.entry.get("MESSAGE_ID"));
        if flat.class == Class::BASE_EVENT && !self.program().is_empty() {
            flat.put_some(paths::ACTOR_PROCESS_CMD_LINE, self.entry.get("_CMDLINE"));
            flat.put_some(paths::ACTOR_PROCESS_USER_UID, self.entry.get("_UID"));
            if let Some(exe) = self.entry.get("_EXE") {
                let name = exe.rsplit('/').next().filter(|n| !n.is_empty()).unwrap_or(exe);
                flat.put(paths::ACTOR_PROCESS_FILE_NAME, name);
                flat.put(paths::ACTOR_PROCESS_FILE_PATH, exe);
                flat.put(paths::ACTOR_PROCESS_FILE_TYPE_ID, 1);
            }
        }
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let found = self.entry.fields.iter().filter(|(n, _)| n == name);
        found.map(|(_, value)| Scalar::from(value.as_str())).all(each);
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        messages::entities(&self.said(), &self.origin(), out);
        if let Some(exe) = self.entry.get("_EXE") {
            out.push(Entity::new(EntityKind::Process, exe, Role::Actor));
        }
    }

    fn action(&self) -> String {
        messages::action(&self.said(), &self.origin())
    }
}
