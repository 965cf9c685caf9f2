//! Who and what an OCSF event is about, by the places of its attributes.

use model::{Entity, EntityKind, Role};
use sonic_rs::{JsonContainerTrait, Value};

use super::record::Record;
use crate::arn;
use crate::aws::shared::{domain, push};
use crate::json;

/// The most resources and observables that are looked at.
const LISTED_MAX: usize = 64;

type Place = (&'static [&'static str], EntityKind, Role);

/// Where entities stand, whatever the class.
const PLACES: &[Place] = &[
    (&["src_endpoint", "ip"], EntityKind::Ip, Role::Actor),
    (&["src_endpoint", "hostname"], EntityKind::Host, Role::Actor),
    (&["src_endpoint", "instance_uid"], EntityKind::Instance, Role::Actor),
    (&["src_endpoint", "interface_uid"], EntityKind::Eni, Role::Actor),
    (&["dst_endpoint", "ip"], EntityKind::Ip, Role::Target),
    (&["dst_endpoint", "hostname"], EntityKind::Domain, Role::Target),
    (&["dst_endpoint", "instance_uid"], EntityKind::Instance, Role::Target),
    (&["dst_endpoint", "interface_uid"], EntityKind::Eni, Role::Target),
    (&["actor", "user", "name"], EntityKind::User, Role::Actor),
    (&["actor", "user", "email_addr"], EntityKind::User, Role::Actor),
    (&["actor", "user", "credential_uid"], EntityKind::AccessKey, Role::Actor),
    (&["actor", "process", "name"], EntityKind::Process, Role::Actor),
    (&["actor", "process", "file", "path"], EntityKind::File, Role::Actor),
    (&["identity", "user", "name"], EntityKind::User, Role::Actor),
    (&["identity", "user", "credential_uid"], EntityKind::AccessKey, Role::Actor),
    (&["process", "name"], EntityKind::Process, Role::Target),
    (&["process", "file", "path"], EntityKind::File, Role::Target),
    (&["process", "container", "uid"], EntityKind::Container, Role::Place),
    (&["process", "container", "image", "name"], EntityKind::Image, Role::Place),
    (&["file", "path"], EntityKind::File, Role::Target),
    (&["user", "name"], EntityKind::User, Role::Target),
    (&["user", "email_addr"], EntityKind::User, Role::Target),
    (&["query", "hostname"], EntityKind::Domain, Role::Target),
    (&["http_request", "url", "hostname"], EntityKind::Domain, Role::Place),
    (&["http_request", "url", "path"], EntityKind::Url, Role::Target),
    (&["tls", "sni"], EntityKind::Domain, Role::Target),
    (&["email", "from"], EntityKind::Mailbox, Role::Actor),
    (&["database", "name"], EntityKind::Database, Role::Target),
    (&["table", "name"], EntityKind::Table, Role::Target),
    (&["databucket", "name"], EntityKind::Bucket, Role::Target),
    (&["device", "hostname"], EntityKind::Host, Role::Place),
    (&["device", "name"], EntityKind::Host, Role::Place),
    (&["device", "ip"], EntityKind::Ip, Role::Place),
    (&["device", "instance_uid"], EntityKind::Instance, Role::Place),
    (&["device", "interface_uid"], EntityKind::Eni, Role::Place),
    (&["cloud", "account", "uid"], EntityKind::Account, Role::Place),
    (&["cloud", "account_uid"], EntityKind::Account, Role::Place),
    (&["cloud", "region"], EntityKind::Region, Role::Place),
];

/// Adds everything that the event is about.
pub(super) fn collect<'s>(record: &'s Record<'_>, out: &mut Vec<Entity<'s>>) {
    for (path, kind, role) in PLACES {
        let value = record.text(path);
        let is_domain = *kind == EntityKind::Domain;
        push(out, *kind, if is_domain { value.map(domain) } else { value }, *role);
    }
    for path in [&["actor", "user", "uid"], &["identity", "user", "uuid"]] {
        by_name(out, record.text(path), Role::Actor);
    }
    by_name(out, record.text(&["actor", "session", "issuer"]), Role::Actor);
    by_name(out, record.text(&["user", "uid"]), Role::Target);
    by_name(out, record.text(&["device", "uid"]), Role::Place);
    for resource in listed(record.value, "resources").chain(json::at(record.value, &["resource"])) {
        by_name(out, json::text(resource, &["uid"]), Role::Target);
        by_name(out, json::text(resource, &["name"]), Role::Target);
    }
    for mail in listed(json::at(record.value, &["email"]).unwrap_or(record.value), "to") {
        push(out, EntityKind::Mailbox, sonic_rs::JsonValueTrait::as_str(mail), Role::Target);
    }
    for seen in listed(record.value, "observables") {
        observable(out, seen);
    }
}

fn listed<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    let list = json::at(value, &[key]).and_then(|list| list.as_array());
    list.into_iter().flatten().take(LISTED_MAX)
}

/// An entity whose kind its own name tells: an ARN, or the id of a thing of EC2.
fn by_name<'s>(out: &mut Vec<Entity<'s>>, name: Option<&'s str>, role: Role) {
    let Some(name) = name else { return };
    if let Some((kind, short)) = arn::classify(name) {
        push(out, kind, Some(short), role);
    } else if name.starts_with("i-") {
        push(out, EntityKind::Instance, Some(name), role);
    } else if name.starts_with("eni-") {
        push(out, EntityKind::Eni, Some(name), role);
    } else if name.len() >= 20 && (name.starts_with("AKIA") || name.starts_with("ASIA")) {
        push(out, EntityKind::AccessKey, Some(name), role);
    }
}

/// An observable by its type; whose it is its name says, which is a path.
fn observable<'s>(out: &mut Vec<Entity<'s>>, seen: &'s Value) {
    let kind = match json::at(seen, &["type_id"]).and_then(sonic_rs::JsonValueTrait::as_i64) {
        Some(1) => EntityKind::Domain,
        Some(2) => EntityKind::Ip,
        Some(4) => EntityKind::User,
        Some(5) => EntityKind::Mailbox,
        Some(6) => EntityKind::Url,
        Some(7) => EntityKind::File,
        Some(9) => EntityKind::Process,
        Some(10) => return by_name(out, json::text(seen, &["value"]), Role::Target),
        _ => return,
    };
    let name = json::text(seen, &["name"]).unwrap_or("");
    let role = match name.split(['.', '[']).next().unwrap_or("") {
        "src_endpoint" | "actor" | "identity" => Role::Actor,
        "device" | "cloud" => Role::Place,
        _ => Role::Target,
    };
    let value = json::text(seen, &["value"]);
    let is_known = out.iter().any(|e| e.kind == kind && Some(e.value.as_ref()) == value);
    if !is_known {
        push(out, kind, value, role);
    }
}
