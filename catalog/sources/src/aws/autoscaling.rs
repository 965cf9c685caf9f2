//! `aws.autoscaling`: instances that come and go, as EventBridge and Auto Scaling tell it.

mod attributes;
mod lives;

use frame::Input;
use model::fleet::Sighting;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::{JsonValueTrait, Value};

use super::shared::{is_uuid, push};
use crate::nested::{self, Found, Kind};
use crate::{arn, json};

/// The member.
pub struct AutoScaling;

const NAME: &str = "aws.autoscaling";
const SPEC: &str = concat!(
    "https://docs.aws.amazon.com/autoscaling/ec2/userguide/",
    "ec2-auto-scaling-event-reference.html"
);
/// Services whose EventBridge events tell of instances.
const SERVICES: &[&str] =
    &["aws.autoscaling", "aws.ec2", "aws.ec2fleet", "aws.ec2spotfleet", "aws.health"];
/// The most resources of one event that are looked at.
const RESOURCES_MAX: usize = 64;

const KIND: Kind = Kind {
    what: "an event of EC2, Auto Scaling or Health",
    marks: &[&["detail-type"], &["AutoScalingGroupName"]],
    is_record: |value, _| is_bridged(value) || is_activity(value) || is_lifecycle(value),
    emit,
};

/// An EventBridge event of one of our services; calls of their APIs are CloudTrail's.
fn is_bridged(value: &Value) -> bool {
    nested::is_bridge_event(value)
        && json::text(value, &["source"]).is_some_and(|source| SERVICES.contains(&source))
        && !json::text(value, &["detail-type"]).is_some_and(|kind| kind.ends_with("CloudTrail"))
}

/// A scaling activity as `describe-scaling-activities` and notifications have it.
fn is_activity(value: &Value) -> bool {
    ["ActivityId", "AutoScalingGroupName", "StatusCode"].iter().all(|key| json::has(value, key))
}

/// A lifecycle action as notifications have it.
fn is_lifecycle(value: &Value) -> bool {
    ["LifecycleTransition", "AutoScalingGroupName", "EC2InstanceId"]
        .iter()
        .all(|key| json::has(value, key))
}

impl Source for AutoScaling {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "EC2, Auto Scaling and Health events: instances started, stopped, ended, warned",
            spec: SPEC,
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::BASE_EVENT, Class::ENTITY_MANAGEMENT]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: Some("aws"), service: Some("autoscaling"), category: None },
            LogSource { product: Some("aws"), service: Some("eventbridge"), category: None },
        ]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let bridged = is_bridged(found.value);
    let detail = if bridged { json::at(found.value, &["detail"]) } else { Some(found.value) };
    let detail = detail.unwrap_or(found.value);
    let own = if bridged { json::at(found.value, &["time"]).and_then(json::time) } else { None };
    // A notification's time is when it was sent, an activity's when it began.
    let Some(time) = own
        .or_else(|| nested::time(detail, &["StartTime"]))
        .or_else(|| nested::time(detail, &["Time"]))
        .or(found.around.time)
    else {
        return out.refuse(found.at, "no time in the event", found.raw);
    };
    let change = Change { value: found.value, detail, bridged, time };
    out.event(&Event {
        source: NAME,
        time,
        uid: change.uid(),
        at: found.at,
        outcome: change.outcome(),
        credential: None,
        address: None,
        raw: found.raw,
        body: &change,
    });
}

/// What an event tells of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// An instance came to be.
    Launch,
    /// An instance ended.
    Terminate,
    /// An instance took another state.
    State,
    /// Something is about to happen, or was said.
    Notice,
}

/// One event.
struct Change<'v> {
    value: &'v Value,
    /// What the service says; the event itself where no EventBridge event is around.
    detail: &'v Value,
    bridged: bool,
    time: Time,
}

impl<'v> Change<'v> {
    /// A text of the event's frame.
    fn frame(&self, key: &str) -> Option<&'v str> {
        json::text(self.value, &[key]).filter(|text| self.bridged && !text.is_empty())
    }

    fn text(&self, key: &str) -> Option<&'v str> {
        json::text(self.detail, &[key]).filter(|text| !text.is_empty())
    }

    /// The id of the frame; activities are reported more than once while they last.
    fn uid(&self) -> Option<&'v str> {
        self.frame("id").filter(|id| is_uuid(id))
    }

    /// What is told, in the service's words.
    fn title(&self) -> &'v str {
        let own = || self.text("Event").or_else(|| self.text("LifecycleTransition"));
        self.frame("detail-type").or_else(own).unwrap_or("Scaling activity")
    }

    fn deed(&self) -> Deed {
        let says = |part: &str| self.title().contains(part);
        if self.text("state").is_some() && self.instance().is_some() {
            return Deed::State;
        }
        if says("Lifecycle") || says("_INSTANCE_LAUNCHING") || says("_INSTANCE_TERMINATING") {
            return Deed::Notice;
        }
        let began = |word| self.text("Description").is_some_and(|d| d.starts_with(word));
        if says("Instance Launch") || says("EC2_INSTANCE_LAUNCH") || began("Launching") {
            Deed::Launch
        } else if says("Instance Terminate")
            || says("EC2_INSTANCE_TERMINATE")
            || began("Terminating")
        {
            Deed::Terminate
        } else {
            Deed::Notice
        }
    }

    fn outcome(&self) -> Outcome {
        let title = self.title();
        let failed = title.contains("Unsuccessful") || title.ends_with("_ERROR");
        match self.text("StatusCode") {
            _ if failed => Outcome::Failure,
            _ if self.deed() == Deed::State || title.ends_with(" Successful") => Outcome::Success,
            Some("Failed" | "Cancelled") => Outcome::Failure,
            Some("Successful") => Outcome::Success,
            // A notification of an instance that was launched says `InProgress` all the same.
            Some(_) if title.starts_with("autoscaling:EC2_INSTANCE_") => Outcome::Success,
            _ => Outcome::Unknown,
        }
    }

    /// The instance that it is about. Activities name it in their description only.
    fn instance(&self) -> Option<&'v str> {
        let named = ["instance-id", "EC2InstanceId", "instanceId"].iter();
        let told = || {
            let words = self.text("Description").filter(|_| !self.bridged)?.split([' ', ':']);
            words.map(|word| word.trim_end_matches('.')).find(|word| is_instance(word))
        };
        named.into_iter().find_map(|key| self.text(key)).or_else(told)
    }

    fn group(&self) -> Option<&'v str> {
        self.text("AutoScalingGroupName")
    }

    fn account(&self) -> Option<&'v str> {
        self.frame("account").or_else(|| self.text("AccountId")).or_else(|| self.group_arn(4))
    }

    fn region(&self) -> Option<&'v str> {
        self.frame("region").or_else(|| self.group_arn(3))
    }

    fn group_arn(&self, part: usize) -> Option<&'v str> {
        self.text("AutoScalingGroupARN")?.split(':').nth(part).filter(|part| !part.is_empty())
    }

    /// The ids and ARNs that the frame and Health's list of affected things name.
    fn resources(&self) -> impl Iterator<Item = &'v str> {
        let listed = if self.bridged { Some(self.value) } else { None };
        let listed = listed.into_iter().flat_map(|v| nested::list(v, &["resources"]));
        let affected = nested::list(self.detail, &["affectedEntities"]);
        let affected = affected.filter_map(|entity| json::text(entity, &["entityValue"]));
        listed.filter_map(|r| r.as_str()).chain(affected).take(RESOURCES_MAX)
    }

    /// Why it happened, in the service's words.
    fn message(&self) -> Option<&'v str> {
        let health = || {
            let texts = nested::list(self.detail, &["eventDescription"]);
            texts.into_iter().find_map(|text| json::text(text, &["latestDescription"]))
        };
        self.text("Cause").or_else(|| self.text("Description")).or_else(health)
    }
}

/// Whether a word is an instance's id.
fn is_instance(word: &str) -> bool {
    word.strip_prefix("i-")
        .is_some_and(|id| (8..=17).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_hexdigit()))
}

impl Body for Change<'_> {
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
        let made = self.deed() == Deed::Launch && self.outcome() == Outcome::Success;
        let role = if made { Role::Created } else { Role::Target };
        // The group acts where it launches and ends instances.
        push(out, EntityKind::Asg, self.group(), Role::Actor);
        push(out, EntityKind::Instance, self.instance(), role);
        for resource in self.resources() {
            let kind = arn::classify(resource);
            let bare = || is_instance(resource).then(|| (EntityKind::Instance, resource.into()));
            let Some((kind, name)) = kind.or_else(bare) else { continue };
            if !out.iter().any(|entity| entity.kind == kind && entity.value == name) {
                push(out, kind, Some(name), Role::Target);
            }
        }
        push(out, EntityKind::Account, self.account(), Role::Place);
        push(out, EntityKind::Region, self.region(), Role::Place);
    }

    fn sightings<'s>(&'s self, out: &mut Vec<Sighting<'s>>) {
        lives::collect(self, out);
    }

    fn action(&self) -> String {
        let more = ["state", "instance-action", "eventTypeCode", "sub-type"].iter();
        match more.into_iter().find_map(|key| self.text(key)) {
            Some(more) => format!("{}: {more}", self.title()),
            None => self.title().to_owned(),
        }
    }
}
