//! `host.tetragon`: events of Tetragon: processes, and what policies of hooks saw.

mod hooks;

use std::borrow::Cow;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, Event, Outcome, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::{JsonValueTrait, Value};

use super::deed::{Container, Deed, LINUX, Process, Text};
use crate::json;
use crate::nested::{self, Found, Kind};

/// The member.
pub struct Tetragon;

const NAME: &str = "host.tetragon";

/// The sorts of events: each is the member that holds it.
const SORTS: &[&str] = &[
    "process_exec",
    "process_exit",
    "process_kprobe",
    "process_tracepoint",
    "process_lsm",
    "process_uprobe",
    "process_usdt",
    "process_loader",
    "process_throttle",
    "process_connect",
    "process_accept",
    "process_close",
    "process_listen",
    "process_dns",
    "process_http",
    "rate_limit_info",
];

const KIND: Kind = Kind {
    what: "an event of Tetragon",
    marks: &[&["process_", "exec_id"], &["process_", "node_name"], &["rate_limit_info"]],
    is_record: |value, _| sort(value).is_some(),
    emit,
};

impl Source for Tetragon {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Tetragon events: exec, exit, kprobe, tracepoint, LSM, uprobe, connections",
            spec: "https://tetragon.io/docs/reference/grpc-api/",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::PROCESS_ACTIVITY,
            Class::FILE_ACTIVITY,
            Class::NETWORK_ACTIVITY,
            Class::KERNEL_ACTIVITY,
            Class::MODULE_ACTIVITY,
            Class::BASE_EVENT,
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

/// The sort of an event and what it holds.
fn sort(value: &Value) -> Option<(&'static str, &Value)> {
    let found = SORTS.iter().find_map(|name| Some((*name, json::at(value, &[name])?)));
    found.filter(|(name, inner)| {
        let is_whole = json::at(inner, &["process"]).is_some_and(JsonValueTrait::is_object);
        inner.is_object()
            && (is_whole || json::has(value, "node_name") || *name == "rate_limit_info")
    })
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let Some((sort, inner)) = sort(found.value) else { return };
    let started = || json::at(inner, &["process", "start_time"]).filter(|_| sort == "process_exec");
    let own = json::at(found.value, &["time"]).or_else(started).and_then(json::time);
    let Some(time) = own.or(found.around.time) else {
        return out.refuse(found.at, "no time in time or the process's start_time", found.raw);
    };
    let record = Record { value: found.value, inner, sort, time };
    out.event(&Event {
        source: NAME,
        time,
        uid: None,
        at: found.at,
        outcome: record.outcome(),
        credential: None,
        address: None,
        raw: found.raw,
        body: &record,
    });
}

/// One event.
struct Record<'v> {
    value: &'v Value,
    inner: &'v Value,
    sort: &'static str,
    time: Time,
}

impl<'v> Record<'v> {
    fn text(&self, path: &[&str]) -> Text<'v> {
        json::text(self.inner, path).filter(|text| !text.is_empty()).map(Cow::Borrowed)
    }

    /// What the policy did, and what the call came to.
    fn outcome(&self) -> Outcome {
        let action = json::text(self.inner, &["action"]).unwrap_or("");
        let result = json::at(self.inner, &["return", "int_arg"]).and_then(JsonValueTrait::as_i64);
        match (action, result) {
            // The process was stopped, or the call came back with an error that the policy set.
            (
                "KPROBE_ACTION_SIGKILL" | "KPROBE_ACTION_OVERRIDE" | "KPROBE_ACTION_NOTIFYENFORCER",
                _,
            ) => Outcome::Failure,
            (_, Some(error)) if error < 0 => Outcome::Failure,
            (_, Some(_)) => Outcome::Success,
            _ if matches!(self.sort, "process_exec" | "process_exit" | "process_loader") => {
                Outcome::Success
            }
            _ => Outcome::Unknown,
        }
    }

    fn deed(&self) -> Deed<'v> {
        let mut deed = Deed::new(("Tetragon", "Cilium"), self.time);
        deed.outcome = self.outcome();
        deed.host = json::text(self.value, &["node_name"]).map(Cow::Borrowed);
        deed.code = Some(Cow::Borrowed(self.sort));
        deed.called = Some(Cow::Borrowed(self.sort));
        deed.message = self.text(&["message"]);
        deed.labels.extend(self.text(&["policy_name"]));
        let process = json::at(self.inner, &["process"]);
        deed.process = process.map(told).unwrap_or_default();
        deed.parent = json::at(self.inner, &["parent"]).map(told).unwrap_or_default();
        if let Some(process) = process {
            deed.container = container(process);
        }
        hooks::tell(self, &mut deed);
        deed
    }
}

/// A process as Tetragon describes it.
fn told(value: &Value) -> Process<'_> {
    let text =
        |path: &[&str]| json::text(value, path).filter(|text| !text.is_empty()).map(Cow::Borrowed);
    let path = text(&["binary"]);
    let command = match (&path, json::text(value, &["arguments"]).filter(|text| !text.is_empty())) {
        (Some(path), Some(arguments)) => Some(format!("{path} {arguments}").into()),
        (path, arguments) => path.clone().or(arguments.map(Cow::Borrowed)),
    };
    let user_uid = json::at(value, &["uid"]).and_then(JsonValueTrait::as_u64);
    Process {
        pid: json::at(value, &["pid"]).and_then(JsonValueTrait::as_i64),
        uid: text(&["exec_id"]),
        path,
        command,
        directory: text(&["cwd"]),
        user: text(&["user", "name"]),
        user_uid: user_uid.map(|uid| uid.to_string().into()),
        ..Process::default()
    }
}

/// The pod and container of a process; an id goes without its runtime's name (`containerd://`).
fn container(process: &Value) -> Container<'_> {
    let text = |path: &[&str]| {
        json::text(process, path).filter(|text| !text.is_empty()).map(Cow::Borrowed)
    };
    let id = json::text(process, &["pod", "container", "id"]);
    let id = id.map(|id| id.rsplit("://").next().unwrap_or(id)).filter(|id| !id.is_empty());
    Container {
        id: id.map(Cow::Borrowed).or_else(|| text(&["docker"])),
        name: text(&["pod", "container", "name"]),
        image: text(&["pod", "container", "image", "name"]),
        namespace: text(&["pod", "namespace"]),
        pod: text(&["pod", "name"]),
    }
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        self.deed().flat()
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        if json::present(self.value, name) {
            json::visit(self.value, name, each);
        } else if json::present(self.inner, name) {
            json::visit(self.inner, name, each);
        } else if let Some(value) = self.deed().sigma(name) {
            each(value);
        }
    }

    fn has(&self, name: &str) -> bool {
        json::present(self.value, name)
            || json::present(self.inner, name)
            || self.deed().sigma(name).is_some()
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        self.deed().entities(out);
    }

    fn action(&self) -> String {
        self.deed().phrase()
    }
}
