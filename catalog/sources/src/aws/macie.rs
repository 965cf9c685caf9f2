//! `aws.macie`: sensitive data that Amazon Macie found, and buckets that were opened.

mod attributes;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::Value;

use super::finding;
use super::shared::{is_ip, push};
use crate::nested::{self, Found, Kind};
use crate::{arn, json};

/// The member.
pub struct Macie;

const NAME: &str = "aws.macie";
const SPEC: &str =
    "https://docs.aws.amazon.com/macie/latest/user/findings-publish-event-schemas.html";

const KIND: Kind = Kind {
    what: "a finding of Macie",
    marks: &[&["resourcesAffected"]],
    is_record: |value, _| {
        ["category", "id", "resourcesAffected", "type"].iter().all(|key| json::has(value, key))
    },
    emit,
};

impl Source for Macie {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Amazon Macie findings: sensitive data in buckets, buckets opened to others",
            spec: SPEC,
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::DETECTION_FINDING, Class::DATA_SECURITY_FINDING]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("aws"), service: Some("macie"), category: None }]
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
    let told = |path: &[&str]| nested::time(value, path);
    let call = |key| told(&["policyDetails", "action", "apiCallDetails", key]);
    let changed = told(&["updatedAt"]).or(told(&["createdAt"])).or(found.around.time);
    let time = finding::interval(call("firstSeen"), call("lastSeen"), changed);
    let Some(time) = time else {
        return out.refuse(found.at, "no time in the finding", found.raw);
    };
    let told = changed.unwrap_or(time);
    let mut record = Record { value, event: found.around.event, told, uid: None };
    record.uid = finding::uid(record.text(&["id"]), record.text(&["updatedAt"]));
    out.event(&Event {
        source: NAME,
        time,
        uid: record.uid.as_deref(),
        at: found.at,
        outcome: Outcome::Unknown,
        credential: record.identity("accessKeyId"),
        address: record.address(),
        raw: found.raw,
        body: &record,
    });
}

/// Whose identities Macie tells apart.
const IDENTITIES: &[&str] = &["assumedRole", "federatedUser", "iamUser", "root", "awsAccount"];

/// One finding.
struct Record<'v> {
    value: &'v Value,
    event: Option<&'v Value>,
    /// When the finding was made or changed.
    told: Time,
    uid: Option<String>,
}

impl<'v> Record<'v> {
    fn text(&self, path: &[&str]) -> Option<&'v str> {
        json::text(self.value, path).filter(|text| !text.is_empty())
    }

    fn bucket(&self, key: &str) -> Option<&'v str> {
        self.text(&["resourcesAffected", "s3Bucket", key])
    }

    fn object(&self, key: &str) -> Option<&'v str> {
        self.text(&["resourcesAffected", "s3Object", key])
    }

    /// A member of the identity that opened the bucket.
    fn identity(&self, key: &str) -> Option<&'v str> {
        let identity = ["policyDetails", "actor", "userIdentity"];
        IDENTITIES.iter().find_map(|kind| {
            let path: Vec<&str> = [&identity[..], &[kind, key]].concat();
            self.text(&path)
        })
    }

    fn address(&self) -> Option<&'v str> {
        self.text(&["policyDetails", "actor", "ipAddressDetails", "ipAddressV4"])
            .filter(|ip| is_ip(ip))
    }

    fn account(&self) -> Option<&'v str> {
        self.text(&["accountId"]).or_else(|| json::text(self.event?, &["account"]))
    }

    fn region(&self) -> Option<&'v str> {
        self.text(&["region"]).or_else(|| json::text(self.event?, &["region"]))
    }

    /// Whether somebody opened a bucket, rather than data lying there.
    fn is_policy(&self) -> bool {
        self.text(&["category"]) == Some("POLICY")
    }
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        attributes::flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        finding::visit(self.value, self.event, name, each);
    }

    fn has(&self, name: &str) -> bool {
        finding::present(self.value, self.event, name)
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        push(out, EntityKind::Ip, self.address(), Role::Actor);
        push(out, EntityKind::AccessKey, self.identity("accessKeyId"), Role::Actor);
        push(out, EntityKind::Principal, self.identity("arn"), Role::Actor);
        let issuer = ["sessionContext", "sessionIssuer", "arn"];
        let role = ["policyDetails", "actor", "userIdentity", "assumedRole"];
        let issuer = self.text(&[&role[..], &issuer[..]].concat()).and_then(arn::classify);
        if let Some((kind, name)) = issuer {
            push(out, kind, Some(name), Role::Actor);
        }
        push(out, EntityKind::User, self.identity("userName"), Role::Actor);
        push(out, EntityKind::Bucket, self.bucket("name"), Role::Target);
        if let Some(path) = self.object("path") {
            push(out, EntityKind::Object, Some(path), Role::Target);
        } else if let (Some(bucket), Some(key)) = (self.bucket("name"), self.object("key")) {
            push(out, EntityKind::Object, Some(format!("{bucket}/{key}")), Role::Target);
        }
        push(out, EntityKind::Account, self.account(), Role::Place);
        push(out, EntityKind::Region, self.region(), Role::Place);
    }

    fn action(&self) -> String {
        self.text(&["type"]).unwrap_or("finding").to_owned()
    }
}
