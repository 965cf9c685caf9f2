//! `aws.guardduty`: what GuardDuty found, and what it tells of itself.

mod attributes;
mod entities;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, Event, Outcome, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::finding;
use super::shared::{is_ip, is_uuid};
use crate::json;
use crate::nested::{self, Found, Kind};

/// The member.
pub struct GuardDuty;

const NAME: &str = "aws.guardduty";
const SPEC: &str = "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html";

const KIND: Kind = Kind {
    what: "a GuardDuty finding",
    marks: &[&["etectorId"], &["aws.guardduty"]],
    is_record: |value, _| is_finding(value) || is_news(value),
    emit,
};

/// A finding as events and exports write it, or with capital letters as the API answers.
fn is_finding(value: &Value) -> bool {
    value.is_object()
        && ["service", "resource", "type", "severity"]
            .iter()
            .all(|key| nested::member(value, &[key]).is_some())
        && (nested::member(value, &["service", "detectorId"]).is_some()
            || nested::text(value, &["service", "serviceName"]) == Some("guardduty"))
}

/// An event of GuardDuty that carries no finding: the result of a scan, the health of an agent.
fn is_news(value: &Value) -> bool {
    nested::is_bridge_event(value)
        && json::text(value, &["source"]) == Some("aws.guardduty")
        && !json::text(value, &["detail-type"]).is_some_and(|kind| kind.ends_with("CloudTrail"))
        && !json::at(value, &["detail"]).is_some_and(is_finding)
}

impl Source for GuardDuty {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Amazon GuardDuty findings: events, exports to S3, answers of the API",
            spec: SPEC,
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::BASE_EVENT, Class::DETECTION_FINDING]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("aws"), service: Some("guardduty"), category: None }]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let is_finding = is_finding(found.value);
    let is_empty = |v: &Value| v.as_object().is_none_or(sonic_rs::Object::is_empty);
    if !is_finding && json::at(found.value, &["detail"]).is_none_or(is_empty) {
        return out.refuse(found.at, "a GuardDuty event without a finding in it", found.raw);
    }
    let (value, event) = (found.value, found.around.event);
    let told = |path: &[&str]| nested::time(value, path);
    let time = if is_finding {
        finding::interval(
            told(&["service", "eventFirstSeen"]),
            told(&["service", "eventLastSeen"]),
            told(&["updatedAt"]).or(told(&["createdAt"])).or(found.around.time),
        )
    } else {
        told(&["time"]).or(found.around.time)
    };
    let Some(time) = time else {
        return out.refuse(found.at, "no time in the finding", found.raw);
    };
    let mut record = Record { value, event, is_finding, time, uid: None };
    record.uid = if is_finding {
        finding::uid(record.text(&["id"]), record.text(&["updatedAt"]))
    } else {
        record.text(&["id"]).filter(|id| is_uuid(id)).map(Into::into)
    };
    out.event(&Event {
        source: NAME,
        time,
        uid: record.uid.as_deref(),
        at: found.at,
        outcome: record.outcome(),
        credential: record.text(&["resource", "accessKeyDetails", "accessKeyId"]),
        address: record.remote().filter(|_| !record.is_outbound()),
        raw: found.raw,
        body: &record,
    });
}

/// The kinds of action, by the member of `service.action` that tells of them.
const ACTIONS: &[&str] = &[
    "awsApiCallAction",
    "networkConnectionAction",
    "kubernetesApiCallAction",
    "rdsLoginAttemptAction",
    "portProbeAction",
    "dnsRequestAction",
    "kubernetesRoleBindingDetails",
    "kubernetesPermissionCheckedDetails",
];

/// A finding, or news.
struct Record<'v> {
    value: &'v Value,
    event: Option<&'v Value>,
    is_finding: bool,
    time: Time,
    /// The finding's id with the time of its last change: updates bear the same id.
    uid: Option<String>,
}

impl<'v> Record<'v> {
    fn text(&self, path: &[&str]) -> Option<&'v str> {
        nested::text(self.value, path)
    }

    /// What was done, as GuardDuty describes it.
    fn deed(&self) -> Option<&'v Value> {
        let action = nested::member(self.value, &["service", "action"])?;
        ACTIONS
            .iter()
            .find_map(|name| nested::member(action, &[name]).filter(JsonValueTrait::is_object))
    }

    /// What was done: one probe of several.
    fn probe(&self) -> Option<&'v Value> {
        nested::list(self.deed()?, &["portProbeDetails"]).next()
    }

    /// The far end's address.
    fn remote(&self) -> Option<&'v str> {
        let place = self.probe().or_else(|| self.deed())?;
        address(place, "remoteIpDetails")
    }

    fn is_outbound(&self) -> bool {
        let way = self.deed().and_then(|deed| nested::text(deed, &["connectionDirection"]));
        way.is_some_and(|way| way.eq_ignore_ascii_case("outbound"))
    }

    fn outcome(&self) -> Outcome {
        let Some(deed) = self.deed() else { return Outcome::Unknown };
        let is_blocked =
            nested::member(deed, &["blocked"]).and_then(JsonValueTrait::as_bool) == Some(true);
        finding::outcome(is_blocked || nested::text(deed, &["errorCode"]).is_some())
    }

    fn account(&self) -> Option<&'v str> {
        let own = if self.is_finding { "accountId" } else { "account" };
        self.text(&[own]).or_else(|| json::text(self.event?, &["account"]))
    }

    fn region(&self) -> Option<&'v str> {
        self.text(&["region"]).or_else(|| json::text(self.event?, &["region"]))
    }

    /// The finding's type, or the kind of news.
    fn title(&self) -> &'v str {
        let name = if self.is_finding { "type" } else { "detail-type" };
        self.text(&[name]).unwrap_or("finding")
    }
}

/// The address under a member such as `remoteIpDetails`, of either version.
fn address<'v>(place: &'v Value, name: &str) -> Option<&'v str> {
    ["ipAddressV4", "ipAddressV6"]
        .iter()
        .find_map(|version| nested::text(place, &[name, version]))
        .filter(|ip| is_ip(ip))
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        if self.is_finding { attributes::finding(self) } else { attributes::news(self) }
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        finding::visit(self.value, self.event, name, each);
    }

    fn has(&self, name: &str) -> bool {
        finding::present(self.value, self.event, name)
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        entities::collect(self, out);
    }

    fn action(&self) -> String {
        self.title().to_owned()
    }
}
