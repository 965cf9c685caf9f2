//! `aws.security_hub`: findings in the AWS Security Finding Format, of AWS and partners.

mod attributes;
mod deed;
mod entities;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, Event, Outcome, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::{JsonValueTrait, Value};

use super::finding;
use super::shared::is_uuid;
use crate::json;
use crate::nested::{self, Found, Kind};

/// The member.
pub struct SecurityHub;

const NAME: &str = "aws.security_hub";
const SPEC: &str = concat!(
    "https://docs.aws.amazon.com/securityhub/latest/userguide/",
    "securityhub-findings-format.html"
);

const KIND: Kind = Kind {
    what: "a finding of Security Hub",
    marks: &[&["ProductArn", "AwsAccountId"], &["aws.securityhub"]],
    is_record: |value, _| is_finding(value) || is_news(value),
    emit,
};

fn is_finding(value: &Value) -> bool {
    ["AwsAccountId", "Id", "ProductArn", "SchemaVersion"].iter().all(|key| json::has(value, key))
}

/// An event of Security Hub that carries no findings: the result of an insight.
fn is_news(value: &Value) -> bool {
    nested::is_bridge_event(value)
        && json::text(value, &["source"]) == Some("aws.securityhub")
        && !json::text(value, &["detail-type"]).is_some_and(|kind| kind.ends_with("CloudTrail"))
        && json::at(value, &["detail", "findings"]).is_none()
}

impl Source for SecurityHub {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "AWS Security Hub findings (ASFF): detections, failed checks, vulnerabilities",
            spec: SPEC,
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::BASE_EVENT,
            Class::VULNERABILITY_FINDING,
            Class::COMPLIANCE_FINDING,
            Class::DETECTION_FINDING,
        ]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("aws"), service: Some("securityhub"), category: None }]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let value = found.value;
    let told = |key| nested::time(value, &[key]);
    let sort = Sort::of(value);
    let changed = told("UpdatedAt").or(told("CreatedAt")).or(found.around.time);
    let time = match sort {
        Sort::News => told("time").or(found.around.time),
        // Only a detection tells of a deed; a check or a weakness is a state that lasts.
        Sort::Detection => {
            finding::interval(told("FirstObservedAt"), told("LastObservedAt"), changed)
        }
        Sort::Compliance | Sort::Vulnerability => changed,
    };
    let Some(time) = time else {
        return out.refuse(found.at, "no time in the finding", found.raw);
    };
    let told = changed.unwrap_or(time);
    let mut record = Record { value, event: found.around.event, sort, told, uid: None };
    record.uid = record.state_id();
    out.event(&Event {
        source: NAME,
        time,
        uid: record.uid.as_deref(),
        at: found.at,
        outcome: record.outcome(),
        credential: entities::access_key(value),
        address: record.deed_address(),
        raw: found.raw,
        body: &record,
    });
}

/// What a finding is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// Somebody did something.
    Detection,
    /// A check passed or failed.
    Compliance,
    /// A weakness of software.
    Vulnerability,
    /// No finding.
    News,
}

impl Sort {
    fn of(value: &Value) -> Sort {
        if !is_finding(value) {
            Sort::News
        } else if nested::list(value, &["Vulnerabilities"]).next().is_some() {
            Sort::Vulnerability
        } else if json::at(value, &["Compliance", "Status"]).is_some() {
            Sort::Compliance
        } else {
            Sort::Detection
        }
    }
}

/// A finding, or news.
struct Record<'v> {
    value: &'v Value,
    event: Option<&'v Value>,
    sort: Sort,
    /// When the finding was made or changed.
    told: Time,
    uid: Option<String>,
}

impl<'v> Record<'v> {
    fn text(&self, path: &[&str]) -> Option<&'v str> {
        json::text(self.value, path).filter(|text| !text.is_empty())
    }

    /// A field of the product, by its name there.
    fn product(&self, name: &str) -> Option<&'v str> {
        self.text(&["ProductFields", name])
    }

    /// One state of a finding: a finding is told again whenever it changes, and people change
    /// its workflow without changing when it was updated.
    fn state_id(&self) -> Option<String> {
        if self.sort == Sort::News {
            return self.text(&["id"]).filter(|id| is_uuid(id)).map(Into::into);
        }
        let id = finding::uid(self.text(&["Id"]), self.text(&["UpdatedAt"]))?;
        let state = self.text(&["RecordState"]).unwrap_or_default();
        Some(format!("{id}/{state}/{}", self.workflow().unwrap_or_default()))
    }

    fn workflow(&self) -> Option<&'v str> {
        self.text(&["Workflow", "Status"]).or_else(|| self.text(&["WorkflowState"]))
    }

    fn account(&self) -> Option<&'v str> {
        self.text(&["AwsAccountId"]).or_else(|| self.text(&["account"]))
    }

    fn region(&self) -> Option<&'v str> {
        let of_resource = || {
            let mut resources = nested::list(self.value, &["Resources"]);
            resources.find_map(|resource| json::text(resource, &["Region"]))
        };
        self.text(&["Region"]).or_else(|| self.text(&["region"])).or_else(of_resource)
    }

    fn outcome(&self) -> Outcome {
        finding::outcome(deed::is_blocked(self.value))
    }

    /// The far end of a detected deed, if it acts.
    fn deed_address(&self) -> Option<&'v str> {
        let deed = deed::Deed::of(self.value);
        deed.remote.filter(|_| !deed.is_outbound)
    }

    /// The control, the type, the title: what comes first.
    fn title(&self) -> &'v str {
        let control =
            || self.text(&["Compliance", "SecurityControlId"]).or(self.product("ControlId"));
        let kind = || nested::list(self.value, &["Types"]).next()?.as_str();
        let news = || self.text(&["detail-type"]);
        control().or_else(kind).or_else(|| self.text(&["Title"])).or_else(news).unwrap_or("finding")
    }
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        attributes::flat(self)
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
