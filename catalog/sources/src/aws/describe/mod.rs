//! `aws.describe`: saved answers of the AWS API that describe or list things.

mod attributes;
mod lives;
mod things;
mod time;

use frame::Input;
use model::fleet::Sighting;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Id, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::{JsonValueTrait, Value};

use super::cloudtrail::targets::Targets;
use super::shared::push;
use crate::nested::{self, Found, Kind, Search};
use crate::{arn, json};
use things::Thing;

/// The member.
pub struct Describe;

const NAME: &str = "aws.describe";
const SPEC: &str = "https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-output-format.html";

const KIND: Kind = Kind {
    what: "a described thing",
    marks: things::MARKS,
    is_record: |value, around| Thing::of(value, around).is_some(),
    emit,
};
/// An answer holds its things at its top or one list further down.
const SEARCH: Search = Search { depth_max: 3, stated: time::stated };

impl Source for Describe {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Saved answers of describe and list calls: instances, interfaces, groups, others",
            spec: SPEC,
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::INVENTORY_INFO, Class::CLOUD_RESOURCES_INVENTORY_INFO]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("aws"), service: Some("describe"), category: None }]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise_as(sample, &KIND, SEARCH)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read_as(input, &KIND, SEARCH, out);
    }
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let Some(thing) = Thing::of(found.value, &found.around) else {
        return out.refuse(found.at, "not a described thing", found.raw);
    };
    let time = found.around.time.or_else(|| time::latest(found.value));
    // A thing that did not change is told in the same words each time; the time keeps the
    // tellings apart.
    let told = |time: Time| Id::derive("told", &[&time.start.to_le_bytes(), found.raw.as_bytes()]);
    let uid = time.map(|time| told(time).to_string());
    let record = Record {
        value: found.value,
        parent: found.around.parent,
        thing,
        // An answer without any time stands at the beginning of 1970, which no record can reach,
        // so that it is kept and nobody takes it for a real time.
        time: time.unwrap_or(Time::seconds(0)),
    };
    out.event(&Event {
        source: NAME,
        time: record.time,
        uid: uid.as_deref(),
        at: found.at,
        outcome: Outcome::Unknown,
        credential: None,
        address: None,
        raw: found.raw,
        body: &record,
    });
}

/// Members that hold a thing's own ARN; others hold those of keys and roles.
const ARNS: &[&str] = &[
    "Arn",
    "ARN",
    "arn",
    "AutoScalingGroupARN",
    "DBClusterArn",
    "DBInstanceArn",
    "FunctionArn",
    "LoadBalancerArn",
    "TableArn",
];

/// One thing that an answer describes.
struct Record<'v> {
    value: &'v Value,
    parent: Option<&'v Value>,
    thing: Thing<'v>,
    time: Time,
}

impl<'v> Record<'v> {
    fn text(&self, path: &[&str]) -> Option<&'v str> {
        json::text(self.value, path).filter(|text| !text.is_empty())
    }

    /// The thing's ARN, if the answer has it.
    fn arn(&self) -> Option<&'v str> {
        if self.thing.id.starts_with("arn:") {
            return Some(self.thing.id);
        }
        ARNS.iter().find_map(|key| self.text(&[key]))
    }

    /// A part of the ARN: 3 region, 4 account.
    fn part(&self, part: usize) -> Option<&'v str> {
        self.arn()?.split(':').nth(part).filter(|part| !part.is_empty())
    }

    fn account(&self) -> Option<&'v str> {
        let owner = ["OwnerId", "AccountId", "OwnerAccountId"].iter();
        owner
            .into_iter()
            .find_map(|key| self.text(&[key]))
            .or_else(|| json::text(self.parent?, &["OwnerId"]))
            .or_else(|| self.part(4))
            .filter(|account| account.len() == 12)
    }

    /// The zone of an instance, a subnet, a volume.
    fn zone(&self) -> Option<&'v str> {
        self.text(&["Placement", "AvailabilityZone"]).or_else(|| self.text(&["AvailabilityZone"]))
    }

    /// The region, also as the start of the zone (`eu-west-1a`).
    fn region(&self) -> Option<&'v str> {
        let of_zone = || self.zone()?.strip_suffix(|c: char| c.is_ascii_lowercase());
        self.part(3).or_else(of_zone)
    }

    /// A tag's value.
    fn tag(&self, key: &str) -> Option<&'v str> {
        let mut tags = nested::list(self.value, &["Tags"]);
        tags.find(|tag| json::text(tag, &["Key"]) == Some(key))
            .and_then(|tag| json::text(tag, &["Value"]))
    }

    /// The group that an instance belongs to.
    fn group(&self) -> Option<&'v str> {
        self.text(&["AutoScalingGroupName"]).or_else(|| self.tag("aws:autoscaling:groupName"))
    }
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        attributes::flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        json::visit(self.value, name, each);
    }

    fn has(&self, name: &str) -> bool {
        json::present(self.value, name)
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        let thing = &self.thing;
        match thing.entity {
            Some(kind) => push(out, kind, Some(thing.id), Role::Target),
            None => {
                if let Some((kind, name)) = arn::classify(thing.id) {
                    push(out, kind, Some(name), Role::Target);
                }
            }
        }
        if let Some((kind, name)) = self.arn().and_then(arn::classify) {
            push(out, kind, Some(name), Role::Target);
        }
        push(out, EntityKind::Asg, self.group(), Role::Target);
        push(out, EntityKind::Host, self.text(&["PrivateDnsName"]), Role::Target);
        if self.value.is_object() {
            Targets::new(out, &[]).request(self.value);
        }
        push(out, EntityKind::Account, self.account(), Role::Place);
        push(out, EntityKind::Region, self.region(), Role::Place);
    }

    fn sightings<'s>(&'s self, out: &mut Vec<Sighting<'s>>) {
        lives::collect(self, out);
    }

    fn action(&self) -> String {
        format!("{} {}", self.thing.kind, self.thing.id)
    }

    fn reads_only(&self) -> Option<bool> {
        Some(true)
    }
}
