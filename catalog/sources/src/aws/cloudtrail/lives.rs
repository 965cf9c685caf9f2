//! What a call says of instances: made, started, stopped, ended, taken back.

use model::event::Outcome;
use model::fleet::{Address, Phase, Sighting, Told, Trait};
use model::{Entity, EntityKind, Role};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::entities;
use super::fields::text;
use super::record::Record;
use crate::json;

/// The most instances of one call that are looked at.
const INSTANCES_MAX: usize = 4096;

/// Adds what the record tells of instances.
pub(super) fn collect<'s>(record: &'s Record<'_>, out: &mut Vec<Sighting<'s>>) {
    if record.outcome == Outcome::Failure || !matches!(record.service(), "ec2" | "autoscaling") {
        return;
    }
    match record.name() {
        "RunInstances" => listed(record, Some(Phase::Pending), out),
        "StartInstances" | "StopInstances" | "TerminateInstances" => listed(record, None, out),
        "BidEvictedEvent" => evicted(record, out),
        "CreateFleet" | "RequestSpotInstances" => made(record, out),
        _ => {}
    }
}

/// Adds what is known of every instance: the account and the region of the call.
fn place<'s>(record: &'s Record<'_>, sighting: &mut Sighting<'s>) {
    sighting.know(Trait::Account, record.account());
    sighting.know(Trait::Region, text(record.fields.region));
}

/// The elements of a list as CloudTrail writes EC2's: `{"items": […]}`, `{"item": …}`.
fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    let inner = list.and_then(|list| {
        ["items", "item"].iter().find_map(|key| list.as_object()?.get(key)).or(Some(list))
    });
    let many = inner.and_then(|list| list.as_array()).into_iter().flatten();
    let one = inner.filter(JsonValueTrait::is_object);
    many.chain(one).take(INSTANCES_MAX)
}

/// The instances that the answer lists, each with its new state.
fn listed<'s>(record: &'s Record<'_>, phase: Option<Phase>, out: &mut Vec<Sighting<'s>>) {
    let Some(response) = record.fields.response else { return };
    for instance in items(json::at(response, &["instancesSet"])) {
        let Some(id) = json::text(instance, &["instanceId"]) else { continue };
        let state = |key| json::text(instance, &[key, "name"]).and_then(Phase::from_word);
        let (now, before) = (state("currentState"), state("previousState"));
        // Who asks again for what is already under way changes nothing.
        let phase = phase.or(now.filter(|now| before != Some(*now)));
        let mut sighting = Sighting::new(id, record.time, phase.map(|p| (p, Told::Call)));
        place(record, &mut sighting);
        if phase == Some(Phase::Pending) && record.name() == "RunInstances" {
            describe(instance, &mut sighting);
            let asked = || record.request(&["instanceMarketOptions", "marketType"]);
            let market = json::text(instance, &["instanceLifecycle"]).or_else(asked);
            sighting.know(Trait::Market, Some(market.unwrap_or("on-demand")));
            let template = |key| record.request(&["launchTemplate", key]);
            sighting.know(Trait::Template, template("launchTemplateId"));
            sighting.know(Trait::TemplateVersion, template("version"));
        }
        out.push(sighting);
    }
}

/// What an instance is.
fn describe<'s>(instance: &'s Value, sighting: &mut Sighting<'s>) {
    let text = |path: &[&str]| json::text(instance, path);
    sighting.know(Trait::Type, text(&["instanceType"]));
    sighting.know(Trait::Image, text(&["imageId"]));
    sighting.know(Trait::Zone, text(&["placement", "availabilityZone"]));
    sighting.know(Trait::Subnet, text(&["subnetId"]));
    sighting.know(Trait::Vpc, text(&["vpcId"]));
    sighting.know(Trait::Profile, text(&["iamInstanceProfile", "arn"]));
    for tag in items(json::at(instance, &["tagSet"])) {
        if let (Some(key), Some(value)) = (json::text(tag, &["key"]), json::text(tag, &["value"])) {
            sighting.tag(key, value);
        }
    }
    let mut known = Vec::new();
    for interface in items(json::at(instance, &["networkInterfaceSet"])) {
        let eni = json::text(interface, &["networkInterfaceId"]);
        let first = json::text(interface, &["privateIpAddress"]);
        let more = items(json::at(interface, &["privateIpAddressesSet"]));
        let more = more.filter_map(|address| json::text(address, &["privateIpAddress"]));
        for ip in first.into_iter().chain(more) {
            known.push(Address { ip: ip.into(), eni: eni.map(Into::into), public: false });
        }
    }
    if known.is_empty()
        && let Some(ip) = text(&["privateIpAddress"])
    {
        known.push(Address { ip: ip.into(), eni: None, public: false });
    }
    known.dedup();
    sighting.addresses = known;
}

/// Spot instances that EC2 took back: no call ends them.
fn evicted<'s>(record: &'s Record<'_>, out: &mut Vec<Sighting<'s>>) {
    let ids = record.fields.details.and_then(|details| json::at(details, &["instanceIdSet"]));
    let ids = ids.and_then(|ids| ids.as_array()).into_iter().flatten().take(INSTANCES_MAX);
    for id in ids.filter_map(|id| id.as_str()) {
        let phase = Some((Phase::ShuttingDown, Told::Evicted));
        let mut sighting = Sighting::new(id, record.time, phase);
        place(record, &mut sighting);
        sighting.know(Trait::Market, Some("spot"));
        out.push(sighting);
    }
}

/// Instances that another call made, by their ids alone.
fn made<'s>(record: &'s Record<'_>, out: &mut Vec<Sighting<'s>>) {
    let mut all: Vec<Entity<'s>> = Vec::new();
    entities::collect(record, &mut all);
    let made = |e: &Entity<'_>| e.kind == EntityKind::Instance && e.role == Role::Created;
    for entity in all.into_iter().filter(made) {
        let phase = Some((Phase::Pending, Told::Call));
        let mut sighting = Sighting::new(entity.value, record.time, phase);
        place(record, &mut sighting);
        out.push(sighting);
    }
}
