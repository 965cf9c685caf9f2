//! `aws.config`: how resources are configured, what changed, which rules they break.

mod attributes;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::cloudtrail::targets::Targets;
use super::finding;
use super::shared::push;
use crate::json;
use crate::nested::{self, Found, Kind};

/// The member.
pub struct Config;

const NAME: &str = "aws.config";
const SPEC: &str =
    "https://docs.aws.amazon.com/config/latest/developerguide/config-item-table.html";
/// The most relationships of one item that are looked at.
const RELATIONSHIPS_MAX: usize = 256;

const KIND: Kind = Kind {
    what: "a record of AWS Config",
    marks: &[
        &["configurationItemCaptureTime"],
        &["messageType", "ecordVersion"],
        &["EvaluationResultQualifier"],
    ],
    is_record: |value, _| Sort::of(value).is_some(),
    emit,
};

/// What a record is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// A resource as it was at a time.
    Item,
    /// A rule's verdict on a resource.
    Verdict,
    /// What Config tells of its own work.
    News,
}

impl Sort {
    fn of(value: &Value) -> Option<Sort> {
        let has = |key: &str| json::has(value, key);
        if has("configurationItemCaptureTime") && has("resourceType") && has("resourceId") {
            return Some(Sort::Item);
        }
        let verdict = has("newEvaluationResult") && has("configRuleName");
        if verdict || (has("EvaluationResultIdentifier") && has("ComplianceType")) {
            return Some(Sort::Verdict);
        }
        // A change carries its item; the message around it is no record of its own.
        let carries = has("configurationItem") || has("configurationItemSummary");
        (has("messageType") && has("recordVersion") && !carries).then_some(Sort::News)
    }
}

impl Source for Config {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "AWS Config: configuration items, histories, snapshots, verdicts of rules",
            spec: SPEC,
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::BASE_EVENT, Class::COMPLIANCE_FINDING, Class::CLOUD_RESOURCES_INVENTORY_INFO]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("aws"), service: Some("config"), category: None }]
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
    let Some(sort) = Sort::of(value) else {
        return out.refuse(found.at, "not a record of AWS Config", found.raw);
    };
    let told = |path: &[&str]| nested::time(value, path);
    let own = match sort {
        Sort::Item => told(&["configurationItemCaptureTime"]),
        Sort::Verdict => told(&["newEvaluationResult", "resultRecordedTime"])
            .or(told(&["ResultRecordedTime"]))
            .or(told(&["notificationCreationTime"])),
        Sort::News => told(&["notificationCreationTime"]),
    };
    let Some(time) = own.or(found.around.time) else {
        return out.refuse(found.at, "no time in the record", found.raw);
    };
    let change = found.around.parent.filter(|parent| json::has(parent, "configurationItemDiff"));
    let event = found.around.event;
    let mut record = Record { value, change, event, sort, time, configuration: None, uid: None };
    record.uid = record.state_id();
    // The API answers with the configuration as a text that is JSON.
    let text = json::text(value, &["configuration"]).filter(|text| text.starts_with(['{', '[']));
    record.configuration = text.and_then(|text| json::parse(text).ok());
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

/// One record.
struct Record<'v> {
    value: &'v Value,
    /// The message of a change that carries the item.
    change: Option<&'v Value>,
    event: Option<&'v Value>,
    sort: Sort,
    time: Time,
    /// The configuration, where it stood in a text.
    configuration: Option<Value>,
    uid: Option<String>,
}

impl<'v> Record<'v> {
    fn text(&self, path: &[&str]) -> Option<&'v str> {
        json::text(self.value, path).filter(|text| !text.is_empty())
    }

    /// One state of one resource: snapshots, histories and streams tell it alike.
    fn state_id(&self) -> Option<String> {
        if self.sort != Sort::Item {
            return None;
        }
        let (account, region) = (self.account()?, self.region().unwrap_or_default());
        let (kind, id) = (self.kind()?, self.id()?);
        Some(format!("{account}/{region}/{kind}/{id}@{}", self.time.ocsf()))
    }

    /// A member of the verdict's qualifier, as events and as the API write it.
    fn qualifier(&self, key: &str) -> Option<&'v str> {
        let inside = ["evaluationResultIdentifier", "evaluationResultQualifier", key];
        let result = json::at(self.value, &["newEvaluationResult"]).unwrap_or(self.value);
        nested::text(result, &inside)
    }

    fn kind(&self) -> Option<&'v str> {
        self.text(&["resourceType"]).or_else(|| self.qualifier("resourceType"))
    }

    fn id(&self) -> Option<&'v str> {
        self.text(&["resourceId"]).or_else(|| self.qualifier("resourceId"))
    }

    fn name(&self) -> Option<&'v str> {
        self.text(&["resourceName"])
    }

    fn arn(&self) -> Option<&'v str> {
        self.text(&["ARN"]).or_else(|| self.text(&["arn"]))
    }

    fn rule(&self) -> Option<&'v str> {
        self.text(&["configRuleName"]).or_else(|| self.qualifier("configRuleName"))
    }

    fn verdict(&self) -> Option<&'v str> {
        self.text(&["newEvaluationResult", "complianceType"])
            .or_else(|| self.text(&["ComplianceType"]))
    }

    fn account(&self) -> Option<&'v str> {
        let of_arn = || self.arn()?.split(':').nth(4).filter(|part| !part.is_empty());
        let of_event = || json::text(self.event?, &["account"]);
        self.text(&["awsAccountId"])
            .or_else(|| self.text(&["accountId"]))
            .or_else(of_arn)
            .or_else(of_event)
    }

    fn region(&self) -> Option<&'v str> {
        self.text(&["awsRegion"]).or_else(|| json::text(self.event?, &["region"]))
    }

    /// What happened to the resource: the change's type, else the item's status.
    fn deed(&self) -> Option<&'v str> {
        let change = || json::text(self.change?, &["configurationItemDiff", "changeType"]);
        change().or_else(|| self.text(&["configurationItemStatus"]))
    }

    /// The names of the properties that changed.
    fn changed(&self) -> impl Iterator<Item = &'v str> {
        let properties = self
            .change
            .and_then(|change| json::at(change, &["configurationItemDiff", "changedProperties"]))
            .and_then(|properties| properties.as_object());
        properties.into_iter().flat_map(|properties| properties.iter()).map(|(name, _)| name)
    }
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        attributes::flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let inside = name.strip_prefix("configuration.");
        match (&self.configuration, inside) {
            (Some(configuration), Some(inside)) => _ = json::visit(configuration, inside, each),
            _ => finding::visit(self.value, self.change, name, each),
        }
    }

    fn has(&self, name: &str) -> bool {
        let inside = name.strip_prefix("configuration.");
        match (&self.configuration, inside) {
            (Some(configuration), Some(inside)) => json::present(configuration, inside),
            _ => finding::present(self.value, self.change, name),
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        if self.sort != Sort::News {
            let mut targets = Targets::new(out, &[]);
            if let Some(arn) = self.arn() {
                targets.named("", arn);
            }
            // IAM's resource ids are of another alphabet than its names.
            let named = self.kind().is_some_and(|kind| kind.starts_with("AWS::IAM::"));
            let name = if named { self.name() } else { self.id().or(self.name()) };
            if let (Some(kind), Some(name)) = (self.kind(), name) {
                targets.named(kind, name);
            }
            for other in nested::list(self.value, &["relationships"]).take(RELATIONSHIPS_MAX) {
                if let Some(id) = json::text(other, &["resourceId"]) {
                    targets.named(json::text(other, &["resourceType"]).unwrap_or_default(), id);
                }
            }
            let own = json::at(self.value, &["configuration"]).filter(|c| !c.is_str());
            if let Some(configuration) = self.configuration.as_ref().or(own) {
                targets.request(configuration);
            }
        }
        push(out, EntityKind::Account, self.account(), Role::Place);
        let region = self.region().filter(|region| *region != "global");
        push(out, EntityKind::Region, region, Role::Place);
    }

    fn action(&self) -> String {
        let (kind, id) = (self.kind().unwrap_or("?"), self.id().unwrap_or("?"));
        match self.sort {
            Sort::Item => format!("{} {kind} {id}", self.deed().unwrap_or("Item")),
            Sort::Verdict => {
                format!(
                    "{} {} {kind} {id}",
                    self.verdict().unwrap_or("?"),
                    self.rule().unwrap_or("?")
                )
            }
            Sort::News => self.text(&["messageType"]).unwrap_or("news").to_owned(),
        }
    }

    fn reads_only(&self) -> Option<bool> {
        (self.sort == Sort::News).then_some(true)
    }
}
