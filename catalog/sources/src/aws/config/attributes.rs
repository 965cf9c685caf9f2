//! Records of AWS Config as OCSF.
//!
//! Follows OCSF 1.5.0 with the profile cloud: Cloud Resources Inventory Info (5023) for items,
//! Compliance Finding (2003) for verdicts, Base Event (0) for news.

use ocsf::{Class, Flat, paths};
use sonic_rs::JsonValueTrait;

use super::{Record, Sort};
use crate::aws::finding::put_time;
use crate::aws::shared::{put_cloud, put_severity};
use crate::{json, nested};

/// The most changed properties that are named.
const CHANGED_MAX: usize = 16;

/// The record as attributes.
pub(super) fn flat<'f>(record: &'f Record<'_>) -> Flat<'f> {
    let mut flat = match record.sort {
        Sort::Item => item(record),
        Sort::Verdict => verdict(record),
        Sort::News => {
            let mut flat = Flat::new(Class::BASE_EVENT, 99);
            let kind = record.text(&["messageType"]).unwrap_or("news");
            flat.put(paths::ACTIVITY_NAME, kind);
            flat.put(paths::METADATA_EVENT_CODE, kind);
            put_severity(&mut flat, 1);
            flat
        }
    };
    put_cloud(&mut flat, "AWS Config", record.time, record.account(), record.region());
    flat.put_some(paths::METADATA_UID, record.uid.as_deref());
    let version = record.text(&["configurationItemVersion"]).or(record.text(&["version"]));
    flat.put_some(paths::METADATA_LOG_VERSION, version);
    flat
}

/// `activity_id` 1: the service logs the resource by itself.
fn item<'f>(record: &'f Record<'_>) -> Flat<'f> {
    let mut flat = Flat::new(Class::CLOUD_RESOURCES_INVENTORY_INFO, 1);
    flat.put(paths::ACTIVITY_NAME, "Log");
    put_severity(&mut flat, 1);
    flat.put_some(paths::STATUS_CODE, record.text(&["configurationItemStatus"]));
    flat.put_some(paths::STATUS_DETAIL, record.deed());
    flat.put_some(paths::CLOUD_ZONE, zone(record));
    let changed: Vec<&str> = record.changed().take(CHANGED_MAX).collect();
    if !changed.is_empty() {
        flat.put(paths::MESSAGE, format!("changed: {}", changed.join(", ")));
    }
    resource(record, &mut flat);
    let created = nested::time(record.value, &["resourceCreationTime"]);
    put_time(&mut flat, paths::RESOURCES_CREATED_TIME, created);
    flat
}

fn zone<'v>(record: &Record<'v>) -> Option<&'v str> {
    let none = ["Not Applicable", "Regional", "Multiple Availability Zones"];
    record.text(&["availabilityZone"]).filter(|zone| !none.contains(zone))
}

fn resource<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    let id = record.arn().or(record.id()).or(record.name());
    flat.put(paths::RESOURCES_UID, id.unwrap_or("unknown"));
    flat.put_some(paths::RESOURCES_NAME, record.name());
    flat.put_some(paths::RESOURCES_TYPE, record.kind());
    flat.put_some(paths::RESOURCES_REGION, record.region());
    flat.put_some(paths::RESOURCES_OWNER_ACCOUNT_UID, record.account());
}

fn verdict<'f>(record: &'f Record<'_>) -> Flat<'f> {
    let is_first =
        json::at(record.value, &["oldEvaluationResult"]).is_none_or(JsonValueTrait::is_null);
    let (activity, name) = if is_first { (1, "Create") } else { (2, "Update") };
    let mut flat = Flat::new(Class::COMPLIANCE_FINDING, activity);
    flat.put(paths::ACTIVITY_NAME, name);
    let (id, severity) = match record.verdict() {
        Some("COMPLIANT") => (1, 1),
        // Config does not weigh its rules.
        Some("NON_COMPLIANT") => (3, 0),
        _ => (0, 1),
    };
    put_severity(&mut flat, severity);
    flat.put(paths::COMPLIANCE_STATUS_ID, id);
    flat.put_some(paths::COMPLIANCE_STATUS, record.verdict());
    flat.put_some(paths::COMPLIANCE_CONTROL, record.rule());
    let note = record.text(&["newEvaluationResult", "annotation"]).or(record.text(&["Annotation"]));
    flat.put_some(paths::COMPLIANCE_STATUS_DETAIL, note);
    let (rule, target) = (record.rule().unwrap_or("rule"), record.id().unwrap_or("resource"));
    flat.put(paths::FINDING_INFO_UID, format!("{rule}/{target}"));
    flat.put(paths::FINDING_INFO_TITLE, rule);
    resource(record, &mut flat);
    flat
}
