//! Who and what a CloudTrail record is about.

use std::borrow::Cow;

use model::event::Outcome;
use model::{Entity, EntityKind, Role};
use sonic_rs::{JsonContainerTrait, JsonValueTrait};

use super::fields::text;
use super::record::Record;
use super::targets::{self, Targets};
use crate::{arn, json};

/// The most `resources` of one record that are looked at.
const RESOURCES_MAX: usize = 64;

/// What CloudTrail writes for a user name that was mistyped and may be a password: nobody's name.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// Adds everything that the record is about.
pub(super) fn collect<'s>(record: &'s Record<'_>, out: &mut Vec<Entity<'s>>) {
    actors(record, out);
    push(out, EntityKind::Account, record.account(), Role::Place);
    push(out, EntityKind::Region, text(record.fields.region), Role::Place);
    let made: &[EntityKind] =
        if record.outcome == Outcome::Success { targets::made_by(record.name()) } else { &[] };
    let mut targets = Targets::new(out, made);
    if let Some(response) = record.fields.response {
        targets.response(response);
    }
    if let Some(request) = record.fields.request {
        targets.request(request);
    }
    resources(record, &mut targets);
}

/// The principal's best name: its ARN, else what the record has.
pub(super) fn principal<'v>(record: &Record<'v>) -> Option<&'v str> {
    let named_outside = matches!(
        record.identity("type"),
        Some("SAMLUser" | "WebIdentityUser" | "IdentityCenterUser")
    );
    record
        .identity("arn")
        .or_else(|| record.identity("userName").filter(|_| named_outside))
        .or_else(|| record.identity_at(&["onBehalfOf", "userId"]))
        .or_else(|| record.identity("principalId"))
        .or_else(|| record.identity("userName").filter(|name| *name != HIDDEN))
        // `AWS Internal` is nobody in particular; a service principal has dots.
        .or_else(|| record.identity("invokedBy").filter(|name| name.contains('.')))
}

/// The role or user whose temporary session acts.
pub(super) fn session_issuer<'v>(record: &Record<'v>) -> Option<&'v str> {
    record.identity_at(&["sessionContext", "sessionIssuer", "arn"])
}

fn actors<'s>(record: &'s Record<'_>, out: &mut Vec<Entity<'s>>) {
    push(out, EntityKind::Ip, record.address(), Role::Actor);
    push(out, EntityKind::Principal, principal(record), Role::Actor);
    push(out, EntityKind::AccessKey, record.identity("accessKeyId"), Role::Actor);
    // A federated session is issued by a user, every other by a role.
    let issuer = session_issuer(record).and_then(arn::classify);
    if let Some((kind, name)) = issuer {
        push(out, kind, Some(name), Role::Actor);
    }
    let is_session = matches!(record.identity("type"), Some("AssumedRole" | "FederatedUser"));
    let session = record.identity("principalId").filter(|id| is_session && id.contains(':'));
    push(out, EntityKind::Session, session, Role::Actor);
    // A role session of an instance bears the instance's id as its name.
    let instance = session
        .and_then(|id| id.rsplit(':').next())
        .filter(|name| targets::shape(name) == Some(EntityKind::Instance));
    push(out, EntityKind::Instance, instance, Role::Actor);
    let workload =
        record.identity_at(&["inScopeOf", "credentialsIssuedTo"]).and_then(arn::classify);
    if let Some((kind, name)) = workload {
        push(out, kind, Some(name), Role::Actor);
    }
    let source_identity = record.identity_at(&["sessionContext", "sourceIdentity"]);
    push(out, EntityKind::User, source_identity, Role::Actor);
}

/// The `resources` of data events (ARN) and of the console's export (type and name).
fn resources<'s>(record: &'s Record<'_>, targets: &mut Targets<'_, 's>) {
    let Some(list) = record.fields.resources.and_then(|r| r.as_array()) else { return };
    for item in list.iter().take(RESOURCES_MAX) {
        let arn = json::text(item, &["ARN"]).or_else(|| json::text(item, &["arn"]));
        if let Some(arn) = arn {
            targets.leaf("ARN", arn);
        }
        let kind = json::text(item, &["resourceType"]).unwrap_or_default();
        if let Some(name) = json::at(item, &["resourceName"]).and_then(|n| n.as_str()) {
            targets.named(kind, name);
        }
    }
}

/// Adds an entity unless it has no name or is there already with that part.
fn push<'s>(
    out: &mut Vec<Entity<'s>>,
    kind: EntityKind,
    value: Option<impl Into<Cow<'s, str>>>,
    role: Role,
) {
    let Some(value) = value.map(Into::into).filter(|v| !v.is_empty()) else { return };
    let entity = Entity { kind, value, role };
    if !out.contains(&entity) {
        out.push(entity);
    }
}
