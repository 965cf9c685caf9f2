//! `aws.access_analyzer`: what IAM Access Analyzer found open to others, or unused.

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::finding::{self, activity, put_at, put_state, put_time};
use super::shared::{push, put_cloud, put_severity};
use crate::nested::{self, Found, Kind};
use crate::{arn, json};

/// The member.
pub struct AccessAnalyzer;

const NAME: &str = "aws.access_analyzer";
const SPEC: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html";
/// The most principals and actions of one finding that are looked at.
const LIST_MAX: usize = 64;

const KIND: Kind = Kind {
    what: "a finding of Access Analyzer",
    marks: &[&["analyzedAt", "resourceType"]],
    is_record: |value, _| {
        ["analyzedAt", "id", "resourceType", "status"].iter().all(|key| json::has(value, key))
    },
    emit,
};

impl Source for AccessAnalyzer {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "IAM Access Analyzer findings: resources open to others, access never used",
            spec: SPEC,
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::DETECTION_FINDING]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("aws"), service: Some("accessanalyzer"), category: None }]
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
    let time = told("updatedAt").or(told("analyzedAt")).or(told("createdAt"));
    let Some(time) = time.or(found.around.time) else {
        return out.refuse(found.at, "no time in the finding", found.raw);
    };
    let mut record = Record { value, event: found.around.event, time, uid: None };
    // An analysis that changes nothing is told again with another time only.
    record.uid = record.text("id").map(|id| format!("{id}@{}", time.ocsf()));
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

/// One finding.
struct Record<'v> {
    value: &'v Value,
    event: Option<&'v Value>,
    time: Time,
    uid: Option<String>,
}

impl<'v> Record<'v> {
    fn text(&self, key: &str) -> Option<&'v str> {
        json::text(self.value, &[key]).filter(|text| !text.is_empty())
    }

    fn account(&self) -> Option<&'v str> {
        self.text("accountId")
            .or_else(|| self.text("resourceOwnerAccount"))
            .or_else(|| json::text(self.event?, &["account"]))
    }

    fn region(&self) -> Option<&'v str> {
        let of_arn = || self.text("resource")?.split(':').nth(3).filter(|part| !part.is_empty());
        self.text("region").or_else(|| json::text(self.event?, &["region"])).or_else(of_arn)
    }

    /// Those to whom the resource is open: a text or a list by kind (`AWS`, `Federated`).
    fn principals(&self) -> impl Iterator<Item = &'v str> {
        let all = json::at(self.value, &["principal"]).and_then(|p| p.as_object());
        all.into_iter().flat_map(|all| all.iter()).take(LIST_MAX).flat_map(|(_, who)| {
            let list = who.as_array().into_iter().flatten().filter_map(|who| who.as_str());
            who.as_str().into_iter().chain(list.take(LIST_MAX))
        })
    }

    fn title(&self) -> &'v str {
        let kind = self
            .text("findingType")
            .or_else(|| json::text(self.event?, &["detail-type"]).filter(|kind| !kind.is_empty()));
        kind.unwrap_or("Access Analyzer Finding")
    }

    fn is_public(&self) -> bool {
        json::at(self.value, &["isPublic"]).and_then(JsonValueTrait::as_bool) == Some(true)
    }
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let told = |key| nested::time(self.value, &[key]);
        let (created, changed) = (told("createdAt"), told("updatedAt"));
        let status = self.text("status");
        let is_over = matches!(status, Some("RESOLVED" | "ARCHIVED"));
        let (id, name) = activity(created.is_some() && created == changed, is_over);
        let mut flat = Flat::new(Class::DETECTION_FINDING, id);
        flat.put(paths::ACTIVITY_NAME, name);
        put_cloud(&mut flat, "IAM Access Analyzer", self.time, self.account(), self.region());
        flat.put_some(paths::METADATA_UID, self.uid.as_deref());
        // Access Analyzer does not weigh what it finds.
        put_severity(&mut flat, 0);
        put_state(
            &mut flat,
            match status {
                Some("ACTIVE") => (1, "New"),
                Some("ARCHIVED") => (5, "Archived"),
                Some("RESOLVED") => (4, "Resolved"),
                _ => (0, "Unknown"),
            },
        );
        flat.put(paths::FINDING_INFO_UID, self.text("id").unwrap_or("unknown"));
        flat.put(paths::FINDING_INFO_TITLE, self.title());
        flat.put(paths::FINDING_INFO_TYPES, self.title());
        put_time(&mut flat, paths::FINDING_INFO_CREATED_TIME, created);
        put_time(&mut flat, paths::FINDING_INFO_MODIFIED_TIME, changed);
        put_time(&mut flat, paths::FINDING_INFO_LAST_SEEN_TIME, told("analyzedAt"));
        if let Some(resource) = self.text("resource") {
            flat.put(paths::RESOURCES_UID, resource);
            put_at(&mut flat, paths::RESOURCES_TYPE, 0, self.text("resourceType"));
            if self.is_public() {
                flat.put(paths::MESSAGE, format!("open to everybody: {resource}"));
            }
        }
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        finding::visit(self.value, self.event, name, each);
    }

    fn has(&self, name: &str) -> bool {
        finding::present(self.value, self.event, name)
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        for who in self.principals() {
            let is_account = who.len() == 12 && who.bytes().all(|b| b.is_ascii_digit());
            match arn::classify(who) {
                Some((kind, name)) => push(out, kind, Some(name), Role::Actor),
                None if is_account => push(out, EntityKind::Account, Some(who), Role::Actor),
                None if who == "*" => {}
                None => push(out, EntityKind::Principal, Some(who), Role::Actor),
            }
        }
        if let Some((kind, name)) = self.text("resource").and_then(arn::classify) {
            push(out, kind, Some(name), Role::Target);
        }
        push(out, EntityKind::Account, self.account(), Role::Place);
        push(out, EntityKind::Region, self.region(), Role::Place);
    }

    fn action(&self) -> String {
        match self.text("resource") {
            Some(resource) => format!("{}: {resource}", self.title()),
            None => self.title().to_owned(),
        }
    }
}
