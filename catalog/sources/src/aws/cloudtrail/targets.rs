//! What a call was about: ids and names found in its request and its answer.
//!
//! Generic on purpose: an id is known by its form or by the name of its member, wherever it stands.

use std::borrow::Cow;
use std::net::IpAddr;

use model::{Entity, EntityKind, Role};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::arn;

/// The most targets of one record.
const TARGETS_MAX: usize = 64;
/// The most values of a record that are looked at.
const VALUES_MAX: usize = 4096;
/// Values lie no deeper.
const DEPTH_MAX: usize = 12;
/// A longer text is no id.
const ID_MAX: usize = 1024;

/// Members that hold an id or a name, without regard to case.
const NAMES: &[(&str, EntityKind)] = &[
    ("userName", EntityKind::User),
    ("roleName", EntityKind::Role),
    ("roleArn", EntityKind::Role),
    ("accessKeyId", EntityKind::AccessKey),
    ("bucketName", EntityKind::Bucket),
    ("autoScalingGroupName", EntityKind::Asg),
    ("dBInstanceIdentifier", EntityKind::Database),
    ("dBClusterIdentifier", EntityKind::Database),
    ("sourceDBInstanceIdentifier", EntityKind::Database),
    ("tableName", EntityKind::Table),
    ("assumedRoleId", EntityKind::Session),
    ("federatedUserId", EntityKind::Session),
    ("accountId", EntityKind::Account),
    ("userId", EntityKind::Account),
    ("privateIpAddress", EntityKind::Ip),
    ("publicIp", EntityKind::Ip),
    ("publicIpAddress", EntityKind::Ip),
    ("ipAddress", EntityKind::Ip),
    ("ipv6Address", EntityKind::Ip),
];

/// What a successful call makes.
pub(super) fn made_by(name: &str) -> &'static [EntityKind] {
    match name {
        "RunInstances" | "CreateFleet" | "RequestSpotInstances" => {
            &[EntityKind::Instance, EntityKind::Eni, EntityKind::Ip]
        }
        "CreateNetworkInterface" => &[EntityKind::Eni, EntityKind::Ip],
        "AllocateAddress" => &[EntityKind::Ip],
        "CreateUser" => &[EntityKind::User, EntityKind::Principal],
        "CreateRole" | "CreateServiceLinkedRole" => &[EntityKind::Role],
        "CreateAccessKey" => &[EntityKind::AccessKey],
        "AssumeRole"
        | "AssumeRoleWithSAML"
        | "AssumeRoleWithWebIdentity"
        | "AssumeRoot"
        | "GetSessionToken"
        | "GetFederationToken"
        | "CreateSession" => &[EntityKind::AccessKey, EntityKind::Session],
        "CreateImage" | "CopyImage" | "RegisterImage" | "ImportImage" => &[EntityKind::Image],
        "CreateAutoScalingGroup" => &[EntityKind::Asg],
        "CreateBucket" => &[EntityKind::Bucket],
        "CreateTable" => &[EntityKind::Table],
        "CreateDBInstance"
        | "CreateDBCluster"
        | "CreateDBInstanceReadReplica"
        | "RestoreDBInstanceFromDBSnapshot"
        | "RestoreDBInstanceToPointInTime"
        | "RestoreDBClusterFromSnapshot" => &[EntityKind::Database],
        _ => &[],
    }
}

/// The kind that a value's form alone tells: `i-…`, `eni-…`, `ami-…`.
pub(super) fn shape(value: &str) -> Option<EntityKind> {
    let (prefix, rest) = value.split_once('-')?;
    let is_id = (8..=32).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric());
    match prefix {
        "i" if is_id => Some(EntityKind::Instance),
        "eni" if is_id => Some(EntityKind::Eni),
        "ami" if is_id => Some(EntityKind::Image),
        _ => None,
    }
}

/// A collection of targets under way.
pub(in crate::aws) struct Targets<'o, 's> {
    out: &'o mut Vec<Entity<'s>>,
    made: &'static [EntityKind],
    answered: bool,
    found: usize,
    values: usize,
}

impl<'o, 's> Targets<'o, 's> {
    /// Adds to `out`; the call makes things of the kinds `made`.
    pub(in crate::aws) fn new(out: &'o mut Vec<Entity<'s>>, made: &'static [EntityKind]) -> Self {
        Targets { out, made, answered: false, found: 0, values: 0 }
    }

    /// Looks through `responseElements`.
    pub(super) fn response(&mut self, value: &'s Value) {
        self.answered = true;
        self.walk("", value, 0);
        self.answered = false;
    }

    /// Looks through `requestParameters`.
    pub(in crate::aws) fn request(&mut self, value: &'s Value) {
        self.walk("", value, 0);
    }

    fn walk(&mut self, key: &'s str, value: &'s Value, depth: usize) {
        self.values += 1;
        if depth > DEPTH_MAX || self.values > VALUES_MAX || self.found >= TARGETS_MAX {
            return;
        }
        if let Some(text) = value.as_str() {
            self.leaf(key, text);
        } else if let Some(items) = value.as_array() {
            items.iter().for_each(|item| self.walk(key, item, depth + 1));
        } else if let Some(object) = value.as_object() {
            let text = |name: &str| object.get(&name).and_then(Value::as_str);
            if let (Some(bucket), Some(key)) = (text("bucketName"), text("key")) {
                self.add(EntityKind::Object, format!("{bucket}/{key}"));
            }
            for (name, member) in object {
                // Lists of EC2 are wrapped in `items`, which names nothing.
                let name = if matches!(name, "items" | "item" | "member") { key } else { name };
                self.walk(name, member, depth + 1);
            }
        }
    }

    /// Takes one text that stands under `key`.
    pub(super) fn leaf(&mut self, key: &str, text: &'s str) {
        if text.is_empty() || text.len() > ID_MAX {
            return;
        }
        if let Some(kind) = shape(text) {
            return self.add(kind, text);
        }
        if text.starts_with("arn:") {
            if let Some((kind, name)) = arn::classify(text) {
                self.add(kind, name);
            }
            return;
        }
        let named = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        if let Some((_, kind)) = named.filter(|(_, kind)| fits(*kind, text)) {
            self.add(*kind, text);
        }
    }

    /// Takes a resource by its CloudFormation type (`AWS::IAM::User`) and its name.
    pub(in crate::aws) fn named(&mut self, kind: &str, name: &'s str) {
        let known = match kind {
            "AWS::IAM::User" => EntityKind::User,
            "AWS::IAM::Role" => EntityKind::Role,
            "AWS::IAM::AccessKey" => EntityKind::AccessKey,
            "AWS::S3::Bucket" => EntityKind::Bucket,
            "AWS::AutoScaling::AutoScalingGroup" => EntityKind::Asg,
            "AWS::RDS::DBInstance" | "AWS::RDS::DBCluster" => EntityKind::Database,
            "AWS::DynamoDB::Table" => EntityKind::Table,
            _ => return self.leaf("", name),
        };
        if name.starts_with("arn:") {
            return self.leaf("", name);
        }
        if !name.is_empty() && name.len() <= ID_MAX {
            self.add(known, name);
        }
    }

    fn add(&mut self, kind: EntityKind, value: impl Into<Cow<'s, str>>) {
        let value = value.into();
        // Names that the caller chose stand in the request; ids that AWS gave, in the answer.
        let chosen = matches!(
            kind,
            EntityKind::User
                | EntityKind::Role
                | EntityKind::Bucket
                | EntityKind::Asg
                | EntityKind::Database
                | EntityKind::Table
        );
        let made = self.made.contains(&kind) && (self.answered || chosen);
        let role = if made { Role::Created } else { Role::Target };
        let known = self.out.iter().any(|entity| {
            matches!(entity.role, Role::Created | Role::Target)
                && entity.kind == kind
                && entity.value == value
        });
        if !known && self.found < TARGETS_MAX {
            self.found += 1;
            self.out.push(Entity { kind, value, role });
        }
    }
}

/// Whether a value can be what its member's name says.
fn fits(kind: EntityKind, text: &str) -> bool {
    match kind {
        EntityKind::Account => text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()),
        EntityKind::Ip => text.parse::<IpAddr>().is_ok(),
        _ => true,
    }
}
