//! Who and what a finding is about.

use model::{Entity, EntityKind, Role};
use sonic_rs::{JsonValueTrait, Value};

use super::deed::Deed;
use super::{Record, Sort};
use crate::aws::cloudtrail::targets::Targets;
use crate::aws::finding::principal_kind;
use crate::aws::shared::{domain, push};
use crate::{arn, json, nested};

/// The most resources and other elements of a list that are looked at.
const LIST_MAX: usize = 64;
/// How Security Hub names an access key that has no ARN.
const KEY_PREFIX: &str = "AWS::IAM::AccessKey:";

/// Adds everything that the record is about.
pub(super) fn collect<'s>(record: &'s Record<'_>, out: &mut Vec<Entity<'s>>) {
    if record.sort != Sort::News {
        let role = deed(record.value, out);
        for resource in nested::list(record.value, &["Resources"]).take(LIST_MAX) {
            one(resource, role, out);
        }
    }
    push(out, EntityKind::Account, record.account(), Role::Place);
    push(out, EntityKind::Region, record.region(), Role::Place);
}

/// Adds both ends and what is between; says which part our end plays.
fn deed<'s>(value: &'s Value, out: &mut Vec<Entity<'s>>) -> Role {
    let deed = Deed::of(value);
    let (far, near) =
        if deed.is_outbound { (Role::Target, Role::Actor) } else { (Role::Actor, Role::Target) };
    push(out, EntityKind::Ip, deed.remote, far);
    push(out, EntityKind::Ip, deed.local, near);
    push(out, EntityKind::Domain, deed.domain.map(domain), Role::Target);
    for probe in
        nested::list(value, &["Action", "PortProbeAction", "PortProbeDetails"]).take(LIST_MAX)
    {
        let address = json::text(probe, &["RemoteIpDetails", "IpAddressV4"]);
        push(out, EntityKind::Ip, address, Role::Actor);
    }
    let process = |key| json::text(value, &["Process", key]).filter(|text| !text.is_empty());
    push(out, EntityKind::Process, process("Path").or(process("Name")), Role::Actor);
    for malware in nested::list(value, &["Malware"]).take(LIST_MAX) {
        push(out, EntityKind::File, json::text(malware, &["Path"]), Role::Target);
    }
    near
}

/// One resource: what its id says, then what its details say.
fn one<'s>(resource: &'s Value, role: Role, out: &mut Vec<Entity<'s>>) {
    let details = |path: &[&str]| {
        let all: Vec<&str> = [&["Details"], path].concat();
        json::text(resource, &all).filter(|text| !text.is_empty())
    };
    if let Some(key) = key_of(resource) {
        push(out, EntityKind::AccessKey, Some(key), Role::Actor);
    } else if let Some(id) = json::text(resource, &["Id"]) {
        match arn::classify(id) {
            Some((kind, name)) => push(out, kind, Some(name), role),
            None => Targets::new(out, &[]).named("", id),
        }
    }
    if let Some(id) = details(&["AwsIamAccessKey", "PrincipalId"]) {
        push(out, principal_kind(id), Some(id), Role::Actor);
    }
    let name = details(&["AwsIamAccessKey", "UserName"])
        .or(details(&["AwsIamAccessKey", "PrincipalName"]));
    let kind = match details(&["AwsIamAccessKey", "PrincipalType"]) {
        Some("AssumedRole" | "Role") => EntityKind::Role,
        _ => EntityKind::User,
    };
    push(out, kind, name, Role::Actor);
    for list in ["IpV4Addresses", "IpV6Addresses"] {
        let addresses = nested::list(resource, &["Details", "AwsEc2Instance", list]);
        for address in addresses.take(LIST_MAX) {
            push(out, EntityKind::Ip, address.as_str(), role);
        }
    }
    if let Some(details) = json::at(resource, &["Details"])
        && json::at(details, &["AwsIamAccessKey"]).is_none()
    {
        Targets::new(out, &[]).request(details);
    }
}

/// The access key that a resource is.
fn key_of(resource: &Value) -> Option<&str> {
    let key = json::text(resource, &["Id"])?.strip_prefix(KEY_PREFIX)?;
    Some(key).filter(|key| !key.is_empty() && *key != "null")
}

/// The access key that a finding is about.
pub(super) fn access_key(value: &Value) -> Option<&str> {
    nested::list(value, &["Resources"]).take(LIST_MAX).find_map(key_of)
}
