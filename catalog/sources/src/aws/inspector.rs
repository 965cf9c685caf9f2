//! `aws.inspector`: weaknesses that Amazon Inspector found, of either version.

mod attributes;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::{JsonValueTrait, Value};

use super::cloudtrail::targets::Targets;
use super::finding;
use super::shared::{is_uuid, push};
use crate::json;
use crate::nested::{self, Found, Kind};

/// The member.
pub struct Inspector;

const NAME: &str = "aws.inspector";
const SPEC: &str =
    concat!("https://docs.aws.amazon.com/inspector/v2/APIReference/", "API_Finding.html");
/// The most elements of a list that are looked at.
const LIST_MAX: usize = 64;

const KIND: Kind = Kind {
    what: "a finding of Inspector",
    marks: &[&["findingArn"], &["aws.inspector"], &["assetAttributes"]],
    is_record: |value, _| Sort::of(value).is_some(),
    emit,
};

/// What a record is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// A weakness of a package or of code.
    Weakness,
    /// A way in through the network, or a broken rule of Inspector Classic.
    Exposure,
    /// What Inspector tells of its work.
    News,
}

impl Sort {
    fn of(value: &Value) -> Option<Sort> {
        let has = |key: &str| json::has(value, key);
        if has("findingArn") && has("severity") && has("resources") {
            let weak = has("packageVulnerabilityDetails") || has("codeVulnerabilityDetails");
            return Some(if weak { Sort::Weakness } else { Sort::Exposure });
        }
        if has("arn") && has("assetAttributes") && has("severity") {
            let weak = attribute(value, "CVE_ID").is_some();
            return Some(if weak { Sort::Weakness } else { Sort::Exposure });
        }
        let source = json::text(value, &["source"]);
        let told = nested::is_bridge_event(value)
            && matches!(source, Some("aws.inspector2" | "aws.inspector"))
            && !json::text(value, &["detail-type"])
                .is_some_and(|kind| kind.ends_with("CloudTrail"))
            && !json::at(value, &["detail"]).is_some_and(|detail| json::has(detail, "findingArn"));
        told.then_some(Sort::News)
    }
}

/// An attribute of a finding of Inspector Classic.
fn attribute<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    nested::list(value, &["attributes"])
        .take(LIST_MAX)
        .find(|attribute| json::text(attribute, &["key"]) == Some(key))
        .and_then(|attribute| json::text(attribute, &["value"]))
}

impl Source for Inspector {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Amazon Inspector findings: weak packages and code, open ways in",
            spec: SPEC,
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::BASE_EVENT, Class::VULNERABILITY_FINDING, Class::DETECTION_FINDING]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("aws"), service: Some("inspector"), category: None }]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let Some(sort) = Sort::of(found.value) else {
        return out.refuse(found.at, "not a finding of Inspector", found.raw);
    };
    let mut record =
        Record { value: found.value, event: found.around.event, sort, time: None, uid: None };
    let names: &[&str] = match sort {
        Sort::News => &["time"],
        _ => &["updatedAt", "lastObservedAt", "createdAt", "firstObservedAt"],
    };
    let own = names.iter().find_map(|name| record.told(name));
    let Some(time) = own.or(found.around.time) else {
        return out.refuse(found.at, "no time in the finding", found.raw);
    };
    record.time = Some(time);
    record.uid = match sort {
        Sort::News => record.text(&["id"]).filter(|id| is_uuid(id)).map(Into::into),
        // A state of a finding that does not say when it changed is told by its bytes.
        _ => own.and_then(|time| Some(format!("{}@{}", record.id()?, time.ocsf()))),
    };
    out.event(&Event {
        source: NAME,
        time,
        uid: record.uid.as_deref(),
        at: found.at,
        outcome: Outcome::Unknown,
        credential: None,
        address: None,
        raw: found.raw,
        body: &record,
    });
}

/// A finding, or news.
struct Record<'v> {
    value: &'v Value,
    event: Option<&'v Value>,
    sort: Sort,
    time: Option<Time>,
    uid: Option<String>,
}

impl<'v> Record<'v> {
    fn text(&self, path: &[&str]) -> Option<&'v str> {
        json::text(self.value, path).filter(|text| !text.is_empty())
    }

    fn id(&self) -> Option<&'v str> {
        self.text(&["findingArn"]).or_else(|| self.text(&["arn"]))
    }

    /// A time: as the API writes it, or in words as events have it.
    fn told(&self, name: &str) -> Option<Time> {
        let value = json::at(self.value, &[name])?;
        json::time(value).or_else(|| in_words(value.as_str()?))
    }

    fn account(&self) -> Option<&'v str> {
        let of_arn = || self.id()?.split(':').nth(4).filter(|part| part.len() == 12);
        self.text(&["awsAccountId"]).or_else(of_arn).or_else(|| self.text(&["account"]))
    }

    fn region(&self) -> Option<&'v str> {
        let of_arn = || self.id()?.split(':').nth(3).filter(|part| !part.is_empty());
        of_arn().or_else(|| self.text(&["region"]))
    }

    /// The vulnerability's id, the rule, the kind of finding: what comes first.
    fn title(&self) -> &'v str {
        self.text(&["packageVulnerabilityDetails", "vulnerabilityId"])
            .or_else(|| attribute(self.value, "CVE_ID"))
            .or_else(|| self.text(&["codeVulnerabilityDetails", "detectorName"]))
            .or_else(|| self.text(&["type"]))
            .or_else(|| self.text(&["id"]).filter(|_| self.sort != Sort::News))
            .or_else(|| self.text(&["detail-type"]))
            .unwrap_or("finding")
    }
}

/// `Jan 19, 2026, 10:46:15 PM`, in UTC.
fn in_words(text: &str) -> Option<Time> {
    // Newer Java puts a narrow space before the half of the day.
    let text = text.replace('\u{202f}', " ");
    let parsed = jiff::fmt::strtime::parse("%b %d, %Y, %I:%M:%S %p", text).ok()?;
    let time = parsed.to_datetime().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Time::seconds(time.timestamp().as_second()))
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
        let mut targets = Targets::new(out, &[]);
        for resource in nested::list(self.value, &["resources"]).take(LIST_MAX) {
            // In news the resources are bare ids.
            let id = json::text(resource, &["id"]).or_else(|| resource.as_str());
            if let Some(id) = id {
                targets.named("", id);
            }
            if let Some(details) = json::at(resource, &["details"]) {
                targets.request(details);
            }
        }
        let path = ["networkReachabilityDetails", "networkPath", "steps"];
        for step in nested::list(self.value, &path).take(LIST_MAX) {
            if let Some(id) = json::text(step, &["componentId"]) {
                targets.named("", id);
            }
        }
        if let Some(asset) = json::at(self.value, &["assetAttributes"]) {
            targets.named("", json::text(asset, &["agentId"]).unwrap_or_default());
            targets.request(asset);
            push(out, EntityKind::Host, json::text(asset, &["hostname"]), Role::Target);
        }
        for place in ["resources", "assetAttributes"] {
            addresses(self.value, place, out);
        }
        let packages = ["packageVulnerabilityDetails", "vulnerablePackages"];
        for package in nested::list(self.value, &packages).take(LIST_MAX) {
            push(out, EntityKind::File, json::text(package, &["filePath"]), Role::Target);
        }
        let file = self.text(&["codeVulnerabilityDetails", "filePath", "filePath"]);
        push(out, EntityKind::File, file, Role::Target);
        push(out, EntityKind::Account, self.account(), Role::Place);
        push(out, EntityKind::Region, self.region(), Role::Place);
    }

    fn action(&self) -> String {
        self.title().to_owned()
    }
}

/// The addresses of the machines that a finding is about.
fn addresses<'s>(value: &'s Value, place: &str, out: &mut Vec<Entity<'s>>) {
    for name in [
        "details.awsEc2Instance.ipV4Addresses",
        "details.awsEc2Instance.ipV6Addresses",
        "ipv4Addresses",
    ] {
        let Some(place) = json::at(value, &[place]) else { return };
        let mut left = LIST_MAX;
        json::visit(place, name, &mut |address| {
            if let Scalar::Str(address) = address {
                push(out, EntityKind::Ip, Some(address), Role::Target);
            }
            left -= 1;
            left > 0
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_words() {
        for (text, wanted) in [
            ("Jan 19, 2026, 10:46:15 PM", Some("2026-01-19T22:46:15Z")),
            ("Oct 6, 2026, 12:00:01\u{202f}AM", Some("2026-10-06T00:00:01Z")),
            ("Smarch 6, 2026, 12:00:01 AM", None),
        ] {
            assert_eq!(in_words(text).map(|t| t.to_string()).as_deref(), wanted, "{text}");
        }
    }
}
