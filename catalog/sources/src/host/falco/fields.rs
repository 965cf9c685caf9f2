//! The fields that a rule prints, as the deed that they tell.

use std::borrow::Cow;

use ocsf::Class;
use sonic_rs::JsonValueTrait;

use super::text::is_none;
use super::{Alert, severity, texts};
use crate::aws::shared::is_ip;
use crate::host::deed::{Deed, End, Finding, LIST_MAX, Process, Text};
use crate::json;

/// The number of a user that the kernel does not know: all bits are set.
const NOBODY: &str = "4294967295";

impl<'v> Alert<'v> {
    /// A field that the rule prints; what Falco does not know is none.
    pub fn get(&self, name: &str) -> Text<'v> {
        if let Some(line) = &self.line {
            return line.get(name).map(Cow::Borrowed);
        }
        let value = json::at(self.value, &["output_fields", name])?;
        let text = match value.as_str() {
            Some(text) => Cow::Borrowed(text),
            None if value.is_number() || value.is_boolean() => Cow::Owned(value.to_string()),
            None => return None,
        };
        Some(text).filter(|text| !is_none(text))
    }

    /// The first of some fields.
    fn first(&self, names: &[&str]) -> Text<'v> {
        names.iter().find_map(|name| self.get(name))
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.parse().ok()
    }

    /// The rule; of a line of text, what it says up to the values.
    pub fn title(&self) -> &'v str {
        let Some(line) = &self.line else {
            let rule = json::text(self.value, &["rule"]);
            return rule.filter(|rule| !rule.trim().is_empty()).unwrap_or("unknown");
        };
        let title = line.output.split(['(', '|']).next().unwrap_or(line.output).trim();
        if title.is_empty() { "unknown" } else { title }
    }

    /// What the alert tells.
    pub fn deed(&self) -> Deed<'v> {
        let mut deed = Deed::new(("Falco", "Falcosecurity"), self.time);
        (deed.class, deed.activity) = (Class::DETECTION_FINDING, 1);
        deed.outcome = self.outcome();
        let output = match &self.line {
            Some(line) => Some(line.output),
            None => json::text(self.value, &["output"]),
        };
        let priority = self.line.as_ref().map(|line| line.priority);
        let priority = priority.or_else(|| json::text(self.value, &["priority"])).unwrap_or("");
        deed.severity = severity(priority).unwrap_or(0);
        deed.message = output.map(Cow::Borrowed);
        deed.uid = json::text(self.value, &["uuid"]).map(Cow::Borrowed);
        deed.code = self.get("evt.type");
        deed.host = json::text(self.value, &["hostname"]).map(Cow::Borrowed);
        deed.host = deed.host.or_else(|| self.first(&["evt.hostname", "hostname"]));
        deed.finding = Some(self.finding(output));
        self.processes(&mut deed);
        self.things(&mut deed);
        self.container(&mut deed);
        deed
    }

    fn finding(&self, output: Option<&'v str>) -> Finding<'v> {
        let mut finding = Finding {
            uid: json::text(self.value, &["uuid"]).map(Cow::Borrowed),
            title: Some(Cow::Borrowed(self.title())),
            rule: Some(Cow::Borrowed(self.title())),
            text: output.map(Cow::Borrowed),
            ..Finding::default()
        };
        let source = json::text(self.value, &["source"]).map(Cow::Borrowed);
        finding.types.extend(source);
        for tag in texts(self.value, "tags").take(LIST_MAX) {
            let digits = tag.strip_prefix('T').unwrap_or("");
            let is_technique =
                !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            if is_technique {
                finding.techniques.push((Cow::Borrowed(tag), None));
            } else if let Some(tactic) = tag.strip_prefix("mitre_") {
                finding.tactics.push(tactic.replace('_', " ").into());
            }
        }
        finding
    }

    fn processes(&self, deed: &mut Deed<'v>) {
        deed.labels = texts(self.value, "tags").take(LIST_MAX).map(Cow::Borrowed).collect();
        deed.process = Process {
            pid: self.number("proc.pid"),
            path: self.get("proc.exepath"),
            name: self.get("proc.name"),
            command: self.first(&["proc.cmdline", "proc.args"]),
            directory: self.get("proc.cwd"),
            user: self.get("user.name"),
            user_uid: self.get("user.uid").filter(|uid| uid != NOBODY),
            terminal: self.get("proc.tty").filter(|tty| tty != "0"),
            ..Process::default()
        };
        deed.parent = Process {
            pid: self.number("proc.ppid"),
            path: self.get("proc.pexepath"),
            name: self.get("proc.pname"),
            command: self.get("proc.pcmdline"),
            ..Process::default()
        };
        let callers = ["ka.user.name", "ct.user", "okta.actor.alternateid", "github.user"];
        deed.user = self.first(&callers);
    }

    /// The file or the connection that the system call was about.
    fn things(&self, deed: &mut Deed<'v>) {
        let name = self.get("fd.name");
        let path = name.as_ref().filter(|name| name.starts_with('/')).cloned();
        let path = path.or_else(|| self.first(&["fs.path.name", "fs.path.target", "evt.arg.path"]));
        deed.file.path = path.filter(|path| path.starts_with('/'));
        deed.file.result = self.get("fs.path.target").filter(|path| {
            path.starts_with('/') && deed.file.path.as_deref() != Some(path.as_ref())
        });
        deed.source = self.end(&["fd.cip"], "fd.cport");
        deed.target = self.end(&["fd.sip", "fd.rip"], "fd.sport");
        if deed.target.port.is_none() {
            deed.target.port = self.number("fd.rport");
        }
        if let Some((from, to)) = name.as_deref().and_then(|name| name.split_once("->")) {
            // `192.0.2.10:50000->203.0.113.9:80`
            (deed.source, deed.target) = (end(from), end(to));
        }
        if deed.source.ip.is_none() {
            deed.source.ip = self.first(&["ct.srcip", "okta.client.ip"]);
        }
        deed.target.host = self.get("fd.sip.name");
        deed.protocol = self.get("fd.l4proto").filter(|name| name != "<NA>");
    }

    fn end(&self, names: &[&str], port: &str) -> End<'v> {
        End { ip: self.first(names), port: self.number(port), host: None }
    }

    /// The container; a process of the machine itself stands in one that is called `host`.
    fn container(&self, deed: &mut Deed<'v>) {
        let real = |text: &Cow<'v, str>| text != "host" && text != "incomplete";
        deed.container.id = self.get("container.id").filter(real);
        deed.container.name = self.get("container.name").filter(real);
        let image = self.get("container.image.repository");
        deed.container.image = match (image, self.get("container.image.tag")) {
            (Some(image), Some(tag)) => Some(format!("{image}:{tag}").into()),
            (image, _) => image.or_else(|| self.get("container.image")),
        };
        deed.container.namespace = self.first(&["k8s.ns.name", "k8smeta.ns.name"]);
        deed.container.pod = self.first(&["k8s.pod.name", "k8smeta.pod.name"]);
    }
}

/// One end of `fd.name`: an address with a port behind its last colon.
fn end(text: &str) -> End<'static> {
    let (ip, port) = text.rsplit_once(':').unwrap_or((text, ""));
    let ip = ip.trim_matches(['[', ']']);
    let ip = ip.strip_prefix("::ffff:").filter(|ip| is_ip(ip)).unwrap_or(ip);
    End {
        ip: Some(Cow::Owned(ip.to_owned())).filter(|ip| is_ip(ip)),
        port: port.parse().ok(),
        host: None,
    }
}
