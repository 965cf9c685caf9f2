//! One audit event: what was asked, by whom, how it ended.

use std::borrow::Cow;
use std::net::IpAddr;

use model::{Body, Entity, EntityKind, Outcome, Role, Time};
use ocsf::{Flat, Scalar};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::attributes;
use crate::arn;
use crate::aws::shared::push;
use crate::json;

/// The most addresses and images of one event.
const LISTED_MAX: usize = 32;
/// Where containers of a pod, of what makes pods, and of what makes those are described.
const POD_SPECS: &[&[&str]] = &[
    &["requestObject", "spec"],
    &["requestObject", "spec", "template", "spec"],
    &["requestObject", "spec", "jobTemplate", "spec", "template", "spec"],
];

/// Names that Sigma rules use for what stands deeper in the event.
const ALIASES: &[(&str, &[&str])] = &[
    ("apiGroup", &["objectRef.apiGroup"]),
    (
        "capabilities",
        &[
            "requestObject.spec.containers.securityContext.capabilities.add",
            "requestObject.spec.template.spec.containers.securityContext.capabilities.add",
        ],
    ),
    (
        "hostPath",
        &[
            "requestObject.spec.volumes.hostPath.path",
            "requestObject.spec.template.spec.volumes.hostPath.path",
        ],
    ),
];

/// An event whose time could be read.
pub(super) struct Record<'v> {
    pub value: &'v Value,
    pub time: Time,
}

impl<'v> Record<'v> {
    /// Reads the eager part; `delivered` is the time that a wrapper states.
    pub(super) fn new(value: &'v Value, delivered: Option<Time>) -> Result<Self, &'static str> {
        const PLACES: &[&[&str]] = &[
            &["requestReceivedTimestamp"],
            &["stageTimestamp"],
            &["timestamp"],
            &["metadata", "creationTimestamp"],
        ];
        let own = PLACES.iter().find_map(|path| json::at(value, path).and_then(json::time));
        let time =
            own.or(delivered).ok_or("no time in requestReceivedTimestamp, stageTimestamp")?;
        Ok(Record { value, time })
    }

    /// A text at a path that is not empty.
    pub(super) fn text(&self, path: &[&str]) -> Option<&'v str> {
        json::text(self.value, path).filter(|text| !text.trim().is_empty())
    }

    pub(super) fn verb(&self) -> &'v str {
        self.text(&["verb"]).unwrap_or("unknown")
    }

    /// What EKS and other authenticators add to a user: the first of each.
    pub(super) fn extra(&self, key: &str) -> Option<&'v str> {
        let list = json::at(self.value, &["user", "extra", key])?;
        let first = list.as_array().map_or(Some(list), |items| items.first())?;
        first.as_str().filter(|text| !text.trim().is_empty())
    }

    /// A request is told once for each stage, all with the same id: only its end counts by it.
    pub(super) fn uid(&self) -> Option<&'v str> {
        let ended = self.text(&["stage"]) == Some("ResponseComplete");
        self.text(&["auditID"]).filter(|_| ended)
    }

    /// The client's address, then the proxies' between.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &'v str> {
        let list = json::at(self.value, &["sourceIPs"]).and_then(|l| l.as_array());
        let texts = list.into_iter().flatten().filter_map(JsonValueTrait::as_str);
        texts.filter(|ip| ip.parse::<IpAddr>().is_ok()).take(LISTED_MAX)
    }

    /// The code of the answer, if there was one.
    pub(super) fn code(&self) -> Option<i64> {
        json::at(self.value, &["responseStatus", "code"])?.as_i64()
    }

    pub(super) fn outcome(&self) -> Outcome {
        let decision = self.text(&["annotations", "authorization.k8s.io/decision"]);
        match self.code() {
            _ if self.text(&["stage"]) == Some("Panic") => Outcome::Failure,
            Some(100..=399) => Outcome::Success,
            Some(400..) => Outcome::Failure,
            _ if decision == Some("forbid") => Outcome::Failure,
            _ => Outcome::Unknown,
        }
    }

    /// `pods/exec`.
    pub(super) fn resource(&self) -> Option<Cow<'v, str>> {
        let resource = self.text(&["objectRef", "resource"])?;
        Some(match self.text(&["objectRef", "subresource"]) {
            Some(part) => format!("{resource}/{part}").into(),
            None => resource.into(),
        })
    }

    /// `namespace/name`; the name of what is being made stands in the request or the answer only.
    pub(super) fn object(&self) -> Option<Cow<'v, str>> {
        let name = self
            .text(&["objectRef", "name"])
            .or_else(|| self.text(&["requestObject", "metadata", "name"]))
            .or_else(|| self.text(&["responseObject", "metadata", "name"]))?;
        Some(match self.text(&["objectRef", "namespace"]) {
            Some(space) => format!("{space}/{name}").into(),
            None => name.into(),
        })
    }

    fn actors<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        push(out, EntityKind::User, self.text(&["user", "username"]), Role::Actor);
        for ip in self.addresses().take(1) {
            push(out, EntityKind::Ip, Some(ip), Role::Actor);
        }
        push(out, EntityKind::AccessKey, self.extra("accessKeyId"), Role::Actor);
        for arn in ["arn", "canonicalArn"].iter().filter_map(|key| self.extra(key)) {
            if let Some((kind, name)) = arn::classify(arn) {
                push(out, kind, Some(name), Role::Actor);
            }
            push(out, EntityKind::Account, arn.split(':').nth(4), Role::Actor);
        }
        let session = self.extra("sessionName").filter(|name| name.starts_with("i-"));
        push(out, EntityKind::Instance, session, Role::Actor);
        push(out, EntityKind::User, self.text(&["impersonatedUser", "username"]), Role::Target);
    }

    /// What was asked for: things that other logs know by a name.
    fn targets<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        let part = self.text(&["objectRef", "subresource"]);
        let made = self.verb() == "create" && part.is_none() && self.outcome() == Outcome::Success;
        let role = if made { Role::Created } else { Role::Target };
        let name = self.object();
        match self.text(&["objectRef", "resource"]) {
            Some("pods") => push(out, EntityKind::Container, name, role),
            Some("nodes") => push(out, EntityKind::Host, name, role),
            Some("serviceaccounts") => {
                let name = name.map(|n| n.replace('/', ":"));
                let account = name.map(|n| format!("system:serviceaccount:{n}"));
                push(out, EntityKind::User, account, role);
            }
            Some("roles" | "clusterroles" | "rolebindings" | "clusterrolebindings") => {
                push(out, EntityKind::Role, name, role);
            }
            _ => {}
        }
        let path = self.text(&["requestURI"]).and_then(|uri| uri.split('?').next());
        push(out, EntityKind::Url, path, Role::Target);
        for image in POD_SPECS.iter().flat_map(|path| images(self.value, path)).take(LISTED_MAX) {
            push(out, EntityKind::Image, Some(image), Role::Target);
        }
    }
}

/// The images of the containers that a specification lists.
fn images<'v>(value: &'v Value, path: &[&str]) -> impl Iterator<Item = &'v str> {
    let spec = json::at(value, path);
    ["containers", "initContainers", "ephemeralContainers"].into_iter().flat_map(move |key| {
        let list = spec.and_then(|spec| json::at(spec, &[key])?.as_array());
        list.into_iter().flatten().filter_map(|container| json::text(container, &["image"]))
    })
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        attributes::flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
        for path in alias.map_or(&[name][..], |(_, paths)| paths) {
            if !json::visit(self.value, path, each) {
                return;
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
        alias
            .map_or(&[name][..], |(_, paths)| paths)
            .iter()
            .any(|path| json::present(self.value, path))
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        self.actors(out);
        self.targets(out);
    }

    fn action(&self) -> String {
        let what = self.resource().or_else(|| self.text(&["requestURI"]).map(Cow::Borrowed));
        let phrase = format!("k8s:{} {}", self.verb(), what.unwrap_or_default());
        model::text::printable(phrase.trim(), 160).into_owned()
    }

    fn reads_only(&self) -> Option<bool> {
        // Reading a pod's `exec` or `attach` runs commands in it.
        let part = self.text(&["objectRef", "subresource"]);
        let runs = matches!(part, Some("exec" | "attach" | "portforward" | "proxy"));
        Some(!runs && matches!(self.verb(), "get" | "list" | "watch" | "head"))
    }
}
