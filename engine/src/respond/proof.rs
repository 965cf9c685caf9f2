//! The cited records of an incident: where things are, who made them, whom a step may hit.

use std::collections::BTreeSet;

use model::case::Kept;
use model::response::{Blast, Cited};
use serde_json::Value;

use super::Place;

/// How deep the name of a made thing lies in an answer.
const DEPTH_MAX: usize = 8;

/// A cited record.
struct Record<'k> {
    id: &'k str,
    source: &'k str,
    file: &'k str,
    sha256: &'k str,
    raw: &'k str,
    /// A call, if the record is one of CloudTrail.
    call: Value,
}

impl Record<'_> {
    fn cited(&self) -> Cited {
        Cited { id: self.id.to_owned(), file: self.file.to_owned(), sha256: self.sha256.to_owned() }
    }
}

/// The records.
pub(super) struct Proof<'k> {
    records: Vec<Record<'k>>,
    /// Keys and addresses of the intruder.
    intruder: BTreeSet<String>,
    /// The intruder's keys.
    keys: BTreeSet<String>,
}

/// Something that the intruder made by a call.
pub(super) struct Made {
    pub(super) action: &'static str,
    pub(super) kind: &'static str,
    pub(super) value: String,
    pub(super) place: Place,
}

/// What calls make: event, the member that names it, sort of thing, action.
const MAKERS: &[(&str, &str, &str, &str)] = &[
    ("CreateFleet", "fleetId", "fleet", "ec2.delete_fleet"),
    ("RequestSpotFleet", "spotFleetRequestId", "spot_fleet", "ec2.cancel_spot_fleet"),
    ("CreateKeyPair", "keyName", "key_pair", "ec2.delete_key_pair"),
    ("ImportKeyPair", "keyName", "key_pair", "ec2.delete_key_pair"),
    ("CreateLaunchTemplate", "launchTemplateId", "launch_template", "ec2.delete_launch_template"),
    ("CreateSecurityGroup", "groupId", "security_group", "ec2.delete_security_group"),
];

impl<'k> Proof<'k> {
    pub(super) fn new(kept: &'k Kept) -> Self {
        let record = |(id, value): (&'k str, &'k Value)| {
            let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
            let (source, raw) = (text("source"), text("raw"));
            let call = (source == "aws.cloudtrail").then(|| serde_json::from_str(raw).ok());
            let call = call.flatten().unwrap_or_default();
            Record { id, source, file: text("file"), sha256: text("sha256"), raw, call }
        };
        let mut records: Vec<Record<'k>> = kept.evidence().into_iter().map(record).collect();
        records.sort_by_key(|record| (record.id.len(), record.id));
        let mine = |wanted: &[&str], roles: &[&str]| -> BTreeSet<String> {
            let all = kept.entities(roles).into_iter();
            all.filter(|(kind, _)| wanted.contains(kind)).map(|(_, v)| v.to_owned()).collect()
        };
        let keys = mine(&["access_key"], &["used", "created", "attacker"]);
        let mut intruder = mine(&["ip", "session"], &["attacker"]);
        intruder.extend(keys.iter().cloned());
        Proof { records, intruder, keys }
    }

    fn naming(&self, value: &str) -> impl Iterator<Item = &Record<'k>> {
        let own = value.rsplit('/').next().unwrap_or(value).to_owned();
        self.records.iter().filter(move |record| names(record.raw, &own))
    }

    /// The first records: what the incident as a whole stands on.
    pub(super) fn first(&self, most: usize) -> Vec<Cited> {
        self.records.iter().map(Record::cited).take(most).collect()
    }

    /// The records that name it.
    pub(super) fn cited(&self, value: &str, most: usize) -> Vec<Cited> {
        self.naming(value).map(Record::cited).take(most).collect()
    }

    /// How many records name it, and how many of them the intruder has no part in.
    pub(super) fn blast(&self, value: &str) -> Blast {
        let others = |record: &&Record<'_>| {
            !self.intruder.iter().any(|mine| mine != value && names(record.raw, mine))
        };
        let by_others = self.naming(value).filter(others).count();
        Blast { records: self.naming(value).count(), by_others, logs: None }
    }

    /// Where it is, by a call that worked.
    pub(super) fn place(&self, value: &str) -> Option<Place> {
        let calls = self.naming(value).filter(|r| r.source == "aws.cloudtrail");
        calls.filter(|record| record.call.get("errorCode").is_none()).find_map(place)
    }

    /// The web ACLs that cited records of WAF name.
    pub(super) fn web_acls(&self) -> BTreeSet<String> {
        let of_waf = self.records.iter().filter(|record| record.source == "aws.waf");
        let log = |record: &Record<'_>| serde_json::from_str::<Value>(record.raw).ok();
        let arn = |log: Value| log.get("webaclId")?.as_str().map(str::to_owned);
        of_waf.filter_map(log).filter_map(arn).collect()
    }

    /// What the intruder's keys made, each once.
    pub(super) fn made(&self) -> Vec<Made> {
        let mut seen = BTreeSet::new();
        let mut out = Vec::new();
        for record in &self.records {
            let text = |path: &str| record.call.pointer(path).and_then(Value::as_str);
            let is_mine =
                text("/userIdentity/accessKeyId").is_some_and(|key| self.keys.contains(key));
            if !is_mine || text("/errorCode").is_some() {
                continue;
            }
            let event = text("/eventName").unwrap_or_default();
            let maker = MAKERS.iter().find(|(name, ..)| *name == event);
            let Some(&(_, member, kind, action)) = maker else { continue };
            let part = if member == "keyName" { "requestParameters" } else { "responseElements" };
            let value = record.call.get(part).and_then(|part| find(part, member, 0));
            let (Some(value), Some(place)) = (value, place(record)) else { continue };
            if seen.insert((kind, value.to_owned(), place.region.clone())) {
                out.push(Made { action, kind, value: value.to_owned(), place });
            }
        }
        out
    }
}

fn place(record: &Record<'_>) -> Option<Place> {
    let text = |key: &str| record.call.get(key)?.as_str().map(str::to_owned);
    Some(Place { account: text("recipientAccountId")?, region: text("awsRegion")? })
}

/// A text member of this name, wherever the answer has it.
fn find<'v>(value: &'v Value, name: &str, depth: usize) -> Option<&'v str> {
    let Value::Object(members) = value else { return None };
    if let Some(text) = members.get(name).and_then(Value::as_str) {
        return Some(text);
    }
    if depth >= DEPTH_MAX {
        return None;
    }
    members.values().find_map(|member| find(member, name, depth + 1))
}

/// Whether a text has the name as a word of its own: `i-1` is not in `i-12`.
fn names(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            let before = text.get(..at).and_then(|start| start.chars().next_back());
            let after = text.get(at + name.len()..).and_then(|end| end.chars().next());
            !before.is_some_and(part) && !after.is_some_and(part)
        })
}
