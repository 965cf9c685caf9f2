//! `host.wazuh`: alerts of Wazuh in JSON and as text, and its archives of all events.

mod plain;

use std::borrow::Cow;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, Event, Outcome, Position, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::aws::shared::is_ip;
use crate::host::deed::{Deed, End, File, Finding, LINUX, LIST_MAX, Process, Text};
use crate::json;
use crate::nested::{self, Found, Kind};

/// The member.
pub struct Wazuh;

const NAME: &str = "host.wazuh";

const KIND: Kind = Kind {
    what: "an alert or event of Wazuh",
    marks: &[&["\"agent\"", "\"manager\""], &["\\\"agent\\\"", "\\\"manager\\\""]],
    is_record: |value, _| is_alert(value),
    emit,
};

impl Source for Wazuh {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Wazuh alerts (JSON and alerts.log) and archives, with file integrity and ATT&CK",
            spec: "https://documentation.wazuh.com/current/user-manual/manager/event-logging.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::DETECTION_FINDING, Class::FILE_ACTIVITY, Class::BASE_EVENT]
    }

    fn logsources(&self) -> &'static [LogSource] {
        LINUX
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        if plain::is_ours(sample) { Likeness::Name } else { nested::recognise(sample, &KIND) }
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        if plain::is_ours(input.sample()) {
            return plain::read(input, out);
        }
        nested::read(input, &KIND, out);
    }
}

/// Whether a value is an alert (a rule with its level), or an event of the archives.
fn is_alert(value: &Value) -> bool {
    let is_object = |key| json::at(value, &[key]).is_some_and(JsonValueTrait::is_object);
    let is_judged =
        json::at(value, &["rule", "level"]).is_some() && json::at(value, &["rule", "id"]).is_some();
    let is_archived = is_object("decoder") && json::has(value, "location");
    is_object("agent") && is_object("manager") && (is_judged || is_archived)
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let told = ["timestamp", "@timestamp"].iter().find_map(|key| json::at(found.value, &[key]));
    let Some(time) = told.and_then(json::time).or(found.around.time) else {
        return out.refuse(found.at, "timestamp cannot be read as a time", found.raw);
    };
    hand_over(found.value, time, found.raw, found.at, out);
}

fn hand_over(value: &Value, time: Time, raw: &str, at: Position, out: &mut dyn Intake) {
    let record = Record { value, time };
    out.event(&Event {
        source: NAME,
        time,
        // `id` is a place in a log of the manager's, which others may share.
        uid: None,
        at,
        outcome: record.outcome(),
        credential: None,
        address: record.address(),
        raw,
        body: &record,
    });
}

/// One alert or event.
struct Record<'v> {
    value: &'v Value,
    time: Time,
}

/// The texts at a path: of a list, or one alone.
fn texts<'v>(value: &'v Value, path: &[&str]) -> Vec<&'v str> {
    let Some(found) = json::at(value, path) else { return Vec::new() };
    let list = found.as_array().into_iter().flatten().filter_map(JsonValueTrait::as_str);
    list.chain(found.as_str()).take(LIST_MAX).collect()
}

impl<'v> Record<'v> {
    fn text(&self, path: &[&str]) -> Text<'v> {
        let value = json::at(self.value, path)?;
        let text = match value.as_str() {
            Some(text) => Cow::Borrowed(text),
            None if value.is_number() => Cow::Owned(value.to_string()),
            None => return None,
        };
        Some(text).filter(|text| !text.trim().is_empty())
    }

    fn number(&self, path: &[&str]) -> Option<i64> {
        self.text(path)?.parse().ok()
    }

    /// A field that a decoder took out of the log.
    fn data(&self, name: &str) -> Text<'v> {
        self.text(&["data", name])
    }

    fn address(&self) -> Option<&'v str> {
        json::text(self.value, &["data", "srcip"]).filter(|ip| is_ip(ip))
    }

    /// Whether it is about a file: registry keys of Windows are none.
    fn is_of_file(&self) -> bool {
        let path = json::text(self.value, &["syscheck", "path"]);
        path.is_some_and(|path| !path.starts_with("HKEY_"))
    }

    /// A change of a file was done; of logins, the rule's groups say it.
    fn outcome(&self) -> Outcome {
        if json::has(self.value, "syscheck") {
            return Outcome::Success;
        }
        let groups = texts(self.value, &["rule", "groups"]);
        let failed = ["authentication_failed", "authentication_failures", "invalid_login"];
        match () {
            () if groups.iter().any(|g| failed.contains(g) || *g == "access_denied") => {
                Outcome::Failure
            }
            () if groups.contains(&"authentication_success") => Outcome::Success,
            () => Outcome::Unknown,
        }
    }

    /// What the record tells.
    fn deed(&self) -> Deed<'v> {
        let mut deed = Deed::new(("Wazuh", "Wazuh"), self.time);
        deed.outcome = self.outcome();
        deed.uid = self.text(&["id"]);
        deed.code = self.text(&["rule", "id"]);
        deed.message = self.text(&["full_log"]);
        deed.called = self.text(&["decoder", "name"]);
        // What the manager itself takes in by syslog is of the machine that sent it.
        let is_manager = json::text(self.value, &["agent", "id"]) == Some("000");
        let sender = self.text(&["predecoder", "hostname"]).filter(|_| is_manager);
        deed.host = sender.or_else(|| self.text(&["agent", "name"]));
        deed.host_ip = self.text(&["agent", "ip"]).filter(|ip| is_ip(ip));
        deed.labels = texts(self.value, &["rule", "groups"]).into_iter().map(Cow::from).collect();
        if json::has(self.value, "rule") {
            (deed.class, deed.activity) = (Class::DETECTION_FINDING, 1);
            deed.severity = severity(self.number(&["rule", "level"]).unwrap_or(0));
            deed.finding = Some(self.finding());
        }
        if json::has(self.value, "syscheck") {
            self.file(&mut deed);
        } else {
            self.log(&mut deed);
        }
        deed
    }

    fn finding(&self) -> Finding<'v> {
        let names = texts(self.value, &["rule", "mitre", "technique"]);
        let ids = texts(self.value, &["rule", "mitre", "id"]).into_iter().enumerate();
        let techniques =
            ids.map(|(at, id)| (Cow::Borrowed(id), names.get(at).map(|name| Cow::Borrowed(*name))));
        Finding {
            uid: self.text(&["id"]),
            title: self.text(&["rule", "description"]),
            rule: self.text(&["rule", "id"]),
            text: self.text(&["full_log"]),
            types: texts(self.value, &["rule", "groups"]).into_iter().map(Cow::from).collect(),
            techniques: techniques.collect(),
            tactics: texts(self.value, &["rule", "mitre", "tactic"])
                .into_iter()
                .map(Cow::from)
                .collect(),
            count: self.number(&["rule", "firedtimes"]),
        }
    }

    /// A change that the integrity check found, and who made it, where that is watched.
    fn file(&self, deed: &mut Deed<'v>) {
        let check = |name: &str| self.text(&["syscheck", name]);
        let event = check("event");
        if self.is_of_file() {
            let is_of_attributes = {
                let changed = texts(self.value, &["syscheck", "changed_attributes"]);
                let content = ["size", "md5", "sha1", "sha256"];
                !changed.is_empty() && !changed.iter().any(|name| content.contains(name))
            };
            deed.class = Class::FILE_ACTIVITY;
            deed.activity = match event.as_deref() {
                Some("added") => 1,
                Some("modified") if is_of_attributes => 6,
                Some("modified") => 3,
                Some("deleted") => 4,
                _ => 99,
            };
            deed.finding = None;
            deed.called = event.map(|event| format!("file {event}").into());
            deed.labels.extend(self.text(&["rule", "description"]));
        }
        let after = |name: &str| {
            check(&format!("{name}_after")).or_else(|| check(&format!("{name}_before")))
        };
        deed.file = File {
            path: check("path").filter(|_| self.is_of_file()),
            md5: after("md5"),
            sha1: after("sha1"),
            sha256: after("sha256"),
            size: after("size").and_then(|size| size.parse().ok()).filter(|size| *size >= 0),
            owner: after("uname"),
            diff: check("diff"),
            ..File::default()
        };
        let audit = |path: &[&str]| self.text(&[&["syscheck", "audit"], path].concat());
        let name = audit(&["process", "name"]);
        deed.process = Process {
            pid: self.number(&["syscheck", "audit", "process", "id"]),
            path: name,
            directory: audit(&["process", "cwd"]),
            user: audit(&["login_user", "name"]).or_else(|| audit(&["user", "name"])),
            user_uid: audit(&["login_user", "id"]).or_else(|| audit(&["user", "id"])),
            ..Process::default()
        };
        deed.parent.pid = self.number(&["syscheck", "audit", "process", "ppid"]);
        deed.parent.path = audit(&["process", "parent_name"]);
    }

    /// What decoders took out of a log.
    fn log(&self, deed: &mut Deed<'v>) {
        let port = |name| self.number(&["data", name]);
        deed.source = End { ip: self.data("srcip"), port: port("srcport"), host: None };
        deed.target = End { ip: self.data("dstip"), port: port("dstport"), host: None };
        deed.user = self.data("dstuser").or_else(|| self.data("user"));
        let audit = |name| self.text(&["data", "audit", name]);
        deed.process = Process {
            pid: self.number(&["data", "audit", "pid"]),
            path: audit("exe"),
            command: self.data("command").or_else(|| audit("command")),
            directory: audit("cwd").or_else(|| self.data("pwd")),
            user: self.data("srcuser"),
            user_uid: audit("uid"),
            ..Process::default()
        };
        deed.parent.pid = self.number(&["data", "audit", "ppid"]);
        deed.file.path = self.text(&["data", "audit", "file", "name"]);
    }
}

/// The number in OCSF of a rule's level (0 to 16), in the steps that Wazuh's own pages have.
fn severity(level: i64) -> i64 {
    match level {
        ..=3 => 1,
        4..=6 => 2,
        7..=11 => 3,
        12..=14 => 4,
        _ => 5,
    }
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        self.deed().flat()
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        if json::present(self.value, name) {
            json::visit(self.value, name, each);
        } else if let Some(value) = self.deed().sigma(name) {
            each(value);
        }
    }

    fn has(&self, name: &str) -> bool {
        json::present(self.value, name) || self.deed().sigma(name).is_some()
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        self.deed().entities(out);
    }

    fn action(&self) -> String {
        self.deed().phrase()
    }
}
