//! What an answer says of an instance: its state then or later, and all that it is.

use model::Time;
use model::fleet::{Address, Phase, Sighting, Told, Trait};
use sonic_rs::Value;

use super::Record;
use super::things::is_machine;
use crate::{json, nested};

/// The most interfaces of one instance, and addresses of one interface.
const ADDRESSES_MAX: usize = 256;

/// Adds what the answer tells of the instance.
pub(super) fn collect<'s>(record: &'s Record<'_>, out: &mut Vec<Sighting<'s>>) {
    if !is_machine(&record.thing) || !record.thing.id.starts_with("i-") {
        return;
    }
    let id = record.thing.id;
    if let Some(launched) = nested::time(record.value, &["LaunchTime"]) {
        let phase = Some((Phase::Pending, Told::Description));
        out.push(Sighting::new(id, launched, phase));
    }
    let state = record.text(&["State", "Name"]).or(record.text(&["InstanceState", "Name"]));
    let state = state.and_then(Phase::from_word);
    if let Some((phase, time)) = state.and_then(|state| changed(record, state)) {
        out.push(Sighting::new(id, time, Some((phase, Told::Description))));
    }
    let mut sighting = Sighting::new(id, record.time, state.map(|state| (state, Told::Seen)));
    traits(record, &mut sighting);
    for interface in nested::list(record.value, &["NetworkInterfaces"]).take(ADDRESSES_MAX) {
        addresses(interface, &mut sighting);
    }
    if let Some(ip) = record.text(&["PrivateIpAddress"]).filter(|_| sighting.addresses.is_empty()) {
        sighting.addresses.push(Address { ip: ip.into(), eni: None, public: false });
    }
    out.push(sighting);
}

fn traits<'s>(record: &'s Record<'_>, sighting: &mut Sighting<'s>) {
    let text = |path: &[&str]| record.text(path);
    sighting.know(Trait::Account, record.account());
    sighting.know(Trait::Region, record.region());
    sighting.know(Trait::Zone, record.zone());
    sighting.know(Trait::Group, text(&["AutoScalingGroupName"]));
    sighting.know(Trait::Type, text(&["InstanceType"]));
    sighting.know(Trait::Image, text(&["ImageId"]));
    sighting.know(Trait::Subnet, text(&["SubnetId"]));
    sighting.know(Trait::Vpc, text(&["VpcId"]));
    sighting.know(Trait::Profile, text(&["IamInstanceProfile", "Arn"]));
    sighting.know(Trait::Template, text(&["LaunchTemplate", "LaunchTemplateId"]));
    sighting.know(Trait::TemplateVersion, text(&["LaunchTemplate", "Version"]));
    if text(&["ImageId"]).is_some() {
        sighting.know(Trait::Market, Some(text(&["InstanceLifecycle"]).unwrap_or("on-demand")));
    }
    for tag in nested::list(record.value, &["Tags"]) {
        if let (Some(key), Some(value)) = (json::text(tag, &["Key"]), json::text(tag, &["Value"])) {
            sighting.tag(key, value);
        }
    }
}

fn addresses<'s>(interface: &'s Value, sighting: &mut Sighting<'s>) {
    let text = |value: &'s Value, path: &[&str]| nested::text(value, path);
    let eni = text(interface, &["NetworkInterfaceId"]);
    let mut add = |ip: Option<&'s str>, public| {
        let Some(ip) = ip else { return };
        let address = Address { ip: ip.into(), eni: eni.map(Into::into), public };
        if !sighting.addresses.contains(&address) {
            sighting.addresses.push(address);
        }
    };
    add(text(interface, &["PrivateIpAddress"]), false);
    add(text(interface, &["Association", "PublicIp"]), true);
    for one in nested::list(interface, &["PrivateIpAddresses"]).take(ADDRESSES_MAX) {
        add(text(one, &["PrivateIpAddress"]), false);
        add(text(one, &["Association", "PublicIp"]), true);
    }
    for one in nested::list(interface, &["Ipv6Addresses"]).take(ADDRESSES_MAX) {
        add(text(one, &["Ipv6Address"]), false);
    }
}

/// When the state began, as `StateTransitionReason` says (`User initiated (2026-05-01 09:00:00
/// GMT)`): the time at which it was asked for.
fn changed(record: &Record<'_>, state: Phase) -> Option<(Phase, Time)> {
    let began = match state {
        Phase::Stopping | Phase::Stopped => Phase::Stopping,
        Phase::ShuttingDown | Phase::Terminated => Phase::ShuttingDown,
        Phase::Pending | Phase::Running => return None,
    };
    let reason = record.text(&["StateTransitionReason"])?;
    let (_, told) = reason.rsplit_once('(')?;
    let time = told.strip_suffix(" GMT)")?;
    Some((began, Time::parse_civil(time, 0)?))
}
