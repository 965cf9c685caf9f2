//! Who and what a finding is about.

use model::{Entity, EntityKind, Role};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::{Record, address};
use crate::aws::finding::{principal_kind, side};
use crate::aws::shared::{domain, is_ip, push};
use crate::{arn, nested};

/// The most elements of a list that are looked at.
const LIST_MAX: usize = 64;

/// Adds everything that the record is about.
pub(super) fn collect<'s>(record: &'s Record<'_>, out: &mut Vec<Entity<'s>>) {
    if record.is_finding {
        action(record, out);
        let role = side(record.text(&["service", "resourceRole"]));
        if let Some(resource) = nested::member(record.value, &["resource"]) {
            machine(resource, role, out);
            identity(resource, out);
            things(resource, out);
        }
        runtime(record.value, out);
        malware(record.value, out);
        sequence(record.value, out);
    } else {
        scan(record.value, out);
    }
    push(out, EntityKind::Account, record.account(), Role::Place);
    push(out, EntityKind::Region, record.region(), Role::Place);
}

/// The far end, the near end, what was asked for, what was called upon.
fn action<'s>(record: &'s Record<'_>, out: &mut Vec<Entity<'s>>) {
    let Some(deed) = record.deed() else { return };
    let (far, near) = if record.is_outbound() {
        (Role::Target, Role::Actor)
    } else {
        (Role::Actor, Role::Target)
    };
    push(out, EntityKind::Ip, address(deed, "remoteIpDetails"), far);
    push(out, EntityKind::Ip, address(deed, "localIpDetails"), near);
    for probe in nested::list(deed, &["portProbeDetails"]).take(LIST_MAX) {
        push(out, EntityKind::Ip, address(probe, "remoteIpDetails"), far);
        push(out, EntityKind::Ip, address(probe, "localIpDetails"), near);
    }
    for source in nested::list(deed, &["sourceIPs"]).take(LIST_MAX) {
        push(out, EntityKind::Ip, source.as_str(), Role::Actor);
    }
    // The domain of an API call's far end is the caller's.
    let calls_from = nested::text(deed, &["domainDetails", "domain"]);
    push(out, EntityKind::Domain, calls_from.map(domain), Role::Actor);
    let asked = nested::text(deed, &["domain"]);
    push(out, EntityKind::Domain, asked.map(domain), Role::Target);
    let affected = nested::member(deed, &["affectedResources"]).and_then(|a| a.as_object());
    for (kind, name) in affected.into_iter().flat_map(|a| a.iter()).take(LIST_MAX) {
        let Some(name) = name.as_str() else { continue };
        let kind = match kind {
            "AWS::S3::Bucket" => Some((EntityKind::Bucket, name.into())),
            "AWS::EC2::Instance" => Some((EntityKind::Instance, name.into())),
            _ => arn::classify(name),
        };
        if let Some((kind, name)) = kind {
            push(out, kind, Some(name), Role::Target);
        }
    }
}

/// The instance with its interfaces and addresses.
fn machine<'s>(resource: &'s Value, role: Role, out: &mut Vec<Entity<'s>>) {
    let Some(instance) = nested::member(resource, &["instanceDetails"]) else { return };
    push(out, EntityKind::Instance, nested::text(instance, &["instanceId"]), role);
    for interface in nested::list(instance, &["networkInterfaces"]).take(LIST_MAX) {
        let text = |name| nested::text(interface, &[name]);
        push(out, EntityKind::Eni, text("networkInterfaceId"), role);
        for name in ["privateIpAddress", "publicIp"] {
            push(out, EntityKind::Ip, text(name).filter(|ip| *ip != "0.0.0.0"), role);
        }
        for address in nested::list(interface, &["ipv6Addresses"]).take(LIST_MAX) {
            push(out, EntityKind::Ip, address.as_str(), role);
        }
    }
}

/// Whose credentials acted.
fn identity<'s>(resource: &'s Value, out: &mut Vec<Entity<'s>>) {
    if let Some(key) = nested::member(resource, &["accessKeyDetails"]) {
        let text = |name| nested::text(key, &[name]);
        push(out, EntityKind::AccessKey, text("accessKeyId"), Role::Actor);
        if let Some(id) = text("principalId") {
            push(out, principal_kind(id), Some(id), Role::Actor);
        }
        let kind = match text("userType") {
            Some("AssumedRole" | "Role") => Some(EntityKind::Role),
            Some("IAMUser" | "FederatedUser") => Some(EntityKind::User),
            _ => None,
        };
        if let Some(kind) = kind {
            push(out, kind, text("userName"), Role::Actor);
        }
    }
    for path in [
        &["kubernetesDetails", "kubernetesUserDetails", "username"][..],
        &["rdsDbUserDetails", "user"],
    ] {
        push(out, EntityKind::User, nested::text(resource, path), Role::Actor);
    }
}

/// Buckets, databases, containers.
fn things<'s>(resource: &'s Value, out: &mut Vec<Entity<'s>>) {
    for bucket in nested::list(resource, &["s3BucketDetails"]).take(LIST_MAX) {
        push(out, EntityKind::Bucket, nested::text(bucket, &["name"]), Role::Target);
        for object in nested::list(bucket, &["s3ObjectDetails"]).take(LIST_MAX) {
            let name = nested::text(object, &["objectArn"]).and_then(arn::classify);
            push(out, EntityKind::Object, name.map(|(_, name)| name), Role::Target);
        }
    }
    for name in ["dbInstanceIdentifier", "dbClusterIdentifier"] {
        for kind in ["rdsDbInstanceDetails", "rdsLimitlessDbDetails"] {
            let database = nested::text(resource, &[kind, name]);
            push(out, EntityKind::Database, database, Role::Target);
        }
    }
    let work = ["kubernetesDetails", "kubernetesWorkloadDetails", "containers"];
    let task = ["ecsClusterDetails", "taskDetails", "containers"];
    let one = nested::member(resource, &["containerDetails"]);
    let many = nested::list(resource, &work).chain(nested::list(resource, &task)).take(LIST_MAX);
    for container in one.into_iter().chain(many) {
        let text = |name| nested::text(container, &[name]);
        push(out, EntityKind::Container, text("id").or(text("name")), Role::Target);
        push(out, EntityKind::Image, text("image"), Role::Target);
    }
}

/// What ran, on what.
fn runtime<'s>(value: &'s Value, out: &mut Vec<Entity<'s>>) {
    let Some(details) = nested::member(value, &["service", "runtimeDetails"]) else { return };
    let text = |path: &[&str]| nested::text(details, path);
    let path = text(&["process", "executablePath"]).or(text(&["process", "name"]));
    push(out, EntityKind::Process, path, Role::Actor);
    push(out, EntityKind::User, text(&["process", "user"]), Role::Actor);
    let modifier = text(&["context", "modifyingProcess", "executablePath"]);
    push(out, EntityKind::Process, modifier, Role::Actor);
    let target = text(&["context", "targetProcess", "executablePath"]);
    push(out, EntityKind::Process, target, Role::Target);
    for name in ["scriptPath", "libraryPath", "moduleFilePath", "shellHistoryFilePath"] {
        push(out, EntityKind::File, text(&["context", name]), Role::Target);
    }
}

/// Infected files.
fn malware<'s>(value: &'s Value, out: &mut Vec<Entity<'s>>) {
    let names = ["service", "ebsVolumeScanDetails", "scanDetections"];
    let found = nested::member(value, &names)
        .into_iter()
        .flat_map(|found| nested::list(found, &["threatDetectedByName", "threatNames"]));
    for threat in found.take(LIST_MAX) {
        for file in nested::list(threat, &["filePaths"]).take(LIST_MAX) {
            push(out, EntityKind::File, nested::text(file, &["filePath"]), Role::Target);
        }
    }
    for threat in nested::list(value, &["service", "malwareScanDetails", "threats"]).take(LIST_MAX)
    {
        for item in nested::list(threat, &["itemPaths"]).take(LIST_MAX) {
            push(out, EntityKind::File, nested::text(item, &["nestedItemPath"]), Role::Target);
        }
    }
}

/// An attack sequence names actors, ends and resources of its own.
fn sequence<'s>(value: &'s Value, out: &mut Vec<Entity<'s>>) {
    let Some(found) = nested::member(value, &["service", "detection", "sequence"]) else { return };
    for actor in nested::list(found, &["actors"]).take(LIST_MAX) {
        let text = |path: &[&str]| nested::text(actor, path);
        push(out, EntityKind::User, text(&["user", "name"]), Role::Actor);
        push(out, EntityKind::AccessKey, text(&["user", "credentialUid"]), Role::Actor);
        push(out, EntityKind::Process, text(&["process", "path"]), Role::Actor);
    }
    for end in nested::list(found, &["endpoints"]).take(LIST_MAX) {
        push(out, EntityKind::Ip, nested::text(end, &["ip"]).filter(|ip| is_ip(ip)), Role::Actor);
        push(out, EntityKind::Domain, nested::text(end, &["domain"]), Role::Target);
    }
    for resource in nested::list(found, &["resources"]).take(LIST_MAX) {
        if let Some((kind, name)) = nested::text(resource, &["uid"]).and_then(arn::classify) {
            push(out, kind, Some(name), Role::Target);
        }
    }
}

/// The object that GuardDuty scanned for malware.
fn scan<'s>(value: &'s Value, out: &mut Vec<Entity<'s>>) {
    let text = |name| nested::text(value, &["detail", "s3ObjectDetails", name]);
    push(out, EntityKind::Bucket, text("bucketName"), Role::Target);
    if let (Some(bucket), Some(key)) = (text("bucketName"), text("objectKey")) {
        push(out, EntityKind::Object, Some(format!("{bucket}/{key}")), Role::Target);
    }
    let instance = nested::text(value, &["detail", "instanceDetails", "instanceId"]);
    push(out, EntityKind::Instance, instance, Role::Target);
}
