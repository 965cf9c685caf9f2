//! `host.tracee`: events of Aqua's Tracee: system calls, kernel hooks, packets and findings.

mod newer;
mod told;

use std::borrow::Cow;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, Event, Outcome, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::deed::{Container, Deed, Finding, LINUX, LIST_MAX, Process, Text};
use crate::json;
use crate::nested::{self, Found, Kind};

/// The member.
pub struct Tracee;

const NAME: &str = "host.tracee";
/// The most arguments of an event that are looked at.
const ARGUMENTS_MAX: usize = 64;
/// The nanoseconds since 1970 of a day in 2001: less is a time since the machine's start.
const EARLIEST: i64 = 1_000_000_000_000_000_000;

const KIND: Kind = Kind {
    what: "an event of Tracee",
    marks: &[
        &["eventName", "hostProcessId"],
        &["\"workload\"", "\"timestamp\"", "\"data\""],
        &["\"workload\"", "\"timestamp\"", "\"threat\""],
    ],
    is_record: |value, _| is_older(value) || newer::is_event(value),
    emit,
};

fn is_older(value: &Value) -> bool {
    json::text(value, &["eventName"]).is_some_and(|name| !name.is_empty())
        && json::has(value, "hostProcessId")
        && value.get("args").is_some_and(|args| args.is_array() || args.is_null())
}

impl Source for Tracee {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Tracee events: exec, files, sockets, kernel modules, signatures that matched",
            spec: "https://aquasecurity.github.io/tracee/latest/docs/outputs/event-structure/",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::PROCESS_ACTIVITY,
            Class::FILE_ACTIVITY,
            Class::NETWORK_ACTIVITY,
            Class::KERNEL_ACTIVITY,
            Class::MODULE_ACTIVITY,
            Class::DETECTION_FINDING,
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

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    if is_older(found.value) {
        return hand_over(found, found.value, out);
    }
    match newer::older(found.raw).and_then(|text| json::parse(&text).ok()) {
        Some(value) => hand_over(found, &value, out),
        None => out.refuse(found.at, "an event of Tracee that cannot be read", found.raw),
    }
}

fn hand_over(found: &Found<'_>, value: &Value, out: &mut dyn Intake) {
    let stated = json::at(value, &["timestamp"]);
    let is_absolute = |time: &&Value| time.as_i64().is_none_or(|number| number >= EARLIEST);
    let own = stated.filter(is_absolute).and_then(json::time);
    let Some(time) = own.or(found.around.time) else {
        let why = "no time: timestamp is not in nanoseconds since 1970";
        return out.refuse(found.at, why, found.raw);
    };
    let record = Record { value, own: found.value, time };
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
    /// In the older structure.
    value: &'v Value,
    /// As it stands there.
    own: &'v Value,
    time: Time,
}

impl<'v> Record<'v> {
    fn text(&self, path: &[&str]) -> Text<'v> {
        json::text(self.value, path).filter(|text| !text.is_empty()).map(Cow::Borrowed)
    }

    fn number(&self, name: &str) -> Option<i64> {
        json::at(self.value, &[name]).and_then(JsonValueTrait::as_i64)
    }

    fn name(&self) -> &'v str {
        json::text(self.value, &["eventName"]).unwrap_or_default()
    }

    /// What a signature says of itself; none where the event is no match of a signature.
    fn signature(&self) -> Option<&'v Value> {
        let properties = json::at(self.value, &["metadata", "Properties"])?;
        let is_signature = ["signatureID", "signatureName", "Severity"]
            .iter()
            .any(|name| json::has(properties, name));
        is_signature.then_some(properties)
    }

    /// The argument of that name; of a signature's match also one of the event that set it off.
    fn argument(&self, name: &str) -> Option<&'v Value> {
        let own = json::at(self.value, &["args"])?;
        among(own, name).or_else(|| among(json::at(among(own, "triggeredBy")?, &["args"])?, name))
    }

    /// What the call came to. A hook is asked before the thing is done, a packet has no result.
    fn outcome(&self) -> Outcome {
        match (self.name(), self.number("returnValue")) {
            _ if self.signature().is_some() => Outcome::Unknown,
            (name, _) if name.starts_with("sched_process_") => Outcome::Success,
            (_, Some(error)) if error < 0 => Outcome::Failure,
            (name, Some(_)) if json::text(self.value, &["syscall"]) == Some(name) => {
                Outcome::Success
            }
            _ => Outcome::Unknown,
        }
    }

    fn deed(&self) -> Deed<'v> {
        let mut deed = Deed::new(("Tracee", "Aqua Security"), self.time);
        deed.outcome = self.outcome();
        deed.code = Some(Cow::Borrowed(self.name()));
        deed.called = Some(Cow::Borrowed(self.name()));
        deed.container = self.container();
        // In a container this is the container's own name for itself, not the machine's.
        deed.host = self.text(&["hostName"]).filter(|_| deed.container.id.is_none());
        deed.process = self.process();
        deed.parent.pid = self.number("hostParentProcessId").filter(|pid| *pid > 0);
        deed.parent.uid = self.entity("parentEntityId");
        let policies = nested::list(self.value, &["matchedPolicies"]);
        let policies = policies.filter_map(JsonValueTrait::as_str).take(LIST_MAX);
        deed.labels.extend(policies.map(Cow::Borrowed));
        told::tell(self, &mut deed);
        if let Some(properties) = self.signature() {
            self.found(properties, &mut deed);
        }
        deed
    }

    fn entity(&self, name: &str) -> Text<'v> {
        self.number(name).filter(|id| *id > 0).map(|id| id.to_string().into())
    }

    fn process(&self) -> Process<'v> {
        Process {
            pid: self.number("hostProcessId"),
            uid: self.entity("processEntityId"),
            path: self.text(&["executable", "path"]).filter(|path| path.starts_with('/')),
            name: self.text(&["processName"]),
            user_uid: self.number("userId").map(|uid| uid.to_string().into()),
            ..Process::default()
        }
    }

    /// The container and pod; older versions write them beside the rest.
    fn container(&self) -> Container<'v> {
        let either = |inner: &[&str], flat| self.text(inner).or_else(|| self.text(&[flat]));
        Container {
            id: either(&["container", "id"], "containerId"),
            name: either(&["container", "name"], "containerName"),
            image: either(&["container", "image"], "containerImage"),
            namespace: either(&["kubernetes", "podNamespace"], "podNamespace"),
            pod: either(&["kubernetes", "podName"], "podName"),
        }
    }

    /// Makes it a finding: a signature matched.
    fn found(&self, properties: &'v Value, deed: &mut Deed<'v>) {
        let text = |name| {
            json::text(properties, &[name]).filter(|text| !text.is_empty()).map(Cow::Borrowed)
        };
        (deed.class, deed.activity) = (Class::DETECTION_FINDING, 1);
        let severity = json::at(properties, &["Severity"]);
        let severity = severity.and_then(|s| s.as_i64().or_else(|| s.as_str()?.parse().ok()));
        // Tracee counts from 0 informational to 4 critical, OCSF from 1.
        deed.severity = severity.filter(|s| (0..=4).contains(s)).map_or(0, |s| s + 1);
        let tags = nested::list(self.value, &["metadata", "Tags"]);
        let tags = tags.filter_map(JsonValueTrait::as_str).take(LIST_MAX);
        deed.labels.extend(tags.map(Cow::Borrowed));
        let description = self.text(&["metadata", "Description"]);
        deed.message.clone_from(&description);
        let attack = json::text(properties, &["MITRE ATT&CK"]);
        let tactic = attack.and_then(|text| text.split(':').next()).filter(|t| !t.is_empty());
        let technique = text("external_id").map(|id| (id, text("Technique")));
        let tactic = tactic.map(Cow::Borrowed).or_else(|| text("Category"));
        deed.finding = Some(Finding {
            title: text("signatureName").or(Some(Cow::Borrowed(self.name()))),
            rule: text("signatureID"),
            text: description,
            types: text("Category").into_iter().collect(),
            tactics: tactic.filter(|_| technique.is_none()).into_iter().collect(),
            techniques: technique.into_iter().collect(),
            ..Finding::default()
        });
    }
}

/// The value of the argument of that name.
fn among<'v>(arguments: &'v Value, name: &str) -> Option<&'v Value> {
    let list = arguments.as_array()?.iter().take(ARGUMENTS_MAX);
    let mut named = list.filter(|argument| json::text(argument, &["name"]) == Some(name));
    json::at(named.next()?, &["value"])
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        self.deed().flat()
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        if json::present(self.own, name) {
            json::visit(self.own, name, each);
        } else if json::present(self.value, name) {
            json::visit(self.value, name, each);
        } else if let Some(value) = name.strip_prefix("args.").and_then(|n| self.argument(n)) {
            json::visit(value, "", each);
        } else if let Some(value) = self.deed().sigma(name) {
            each(value);
        }
    }

    fn has(&self, name: &str) -> bool {
        json::present(self.own, name)
            || json::present(self.value, name)
            || name.strip_prefix("args.").is_some_and(|name| self.argument(name).is_some())
            || self.deed().sigma(name).is_some()
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        self.deed().entities(out);
    }

    fn action(&self) -> String {
        self.deed().phrase()
    }
}
