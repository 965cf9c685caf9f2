//! Findings of Macie as OCSF.
//!
//! Follows OCSF 1.5.0 with the profile cloud: Data Security Finding (2006) for sensitive data,
//! Detection Finding (2004) for a bucket that somebody opened.

use ocsf::{Class, Flat, paths};
use sonic_rs::JsonValueTrait;

use super::Record;
use crate::aws::finding::{self, activity, number, put_at, put_state, put_time};
use crate::aws::shared::{put_cloud, put_severity};
use crate::{json, nested};

/// `detection_system_id` Data Discovery & Classification; `databucket.type_id` S3.
const DISCOVERY: i64 = 4;
const S3: i64 = 1;

/// The finding as attributes.
pub(super) fn flat<'f>(record: &'f Record<'_>) -> Flat<'f> {
    let time = |key| nested::time(record.value, &[key]);
    let (created, changed) = (time("createdAt"), time("updatedAt"));
    let is_archived =
        json::at(record.value, &["archived"]).and_then(JsonValueTrait::as_bool) == Some(true);
    let (id, name) = activity(created.is_some() && created == changed, is_archived);
    let class =
        if record.is_policy() { Class::DETECTION_FINDING } else { Class::DATA_SECURITY_FINDING };
    let mut flat = Flat::new(class, id);
    flat.put(paths::ACTIVITY_NAME, name);
    put_cloud(&mut flat, "Amazon Macie", record.told, record.account(), record.region());
    flat.put_some(paths::METADATA_UID, record.uid.as_deref());
    flat.put_some(paths::METADATA_LOG_VERSION, record.text(&["schemaVersion"]));
    let severity = record.text(&["severity", "description"]).unwrap_or_default();
    put_severity(&mut flat, finding::severity(severity));
    put_state(&mut flat, if is_archived { (5, "Archived") } else { (1, "New") });
    flat.put(paths::IS_ALERT, true);
    if let Some(count) = number(record.value, &["count"]) {
        flat.put(paths::COUNT, count);
    }
    flat.put(paths::FINDING_INFO_UID, record.text(&["id"]).unwrap_or("unknown"));
    flat.put_some(paths::FINDING_INFO_TITLE, record.text(&["title"]));
    flat.put_some(paths::FINDING_INFO_DESC, record.text(&["description"]));
    flat.put_some(paths::FINDING_INFO_TYPES, record.text(&["type"]));
    flat.put_some(paths::MESSAGE, record.text(&["title"]));
    put_time(&mut flat, paths::FINDING_INFO_CREATED_TIME, created);
    put_time(&mut flat, paths::FINDING_INFO_MODIFIED_TIME, changed);
    if record.is_policy() {
        deed(record, &mut flat);
    } else {
        data(record, &mut flat);
    }
    if let Some(bucket) = record.bucket("arn").or(record.bucket("name")) {
        flat.put(paths::RESOURCES_UID, bucket);
        flat.put(paths::RESOURCES_TYPE, "AwsS3Bucket");
        flat.put_some(paths::RESOURCES_NAME, record.bucket("name"));
    }
    flat
}

/// Who opened the bucket, with which call.
fn deed<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    let call = |key| record.text(&["policyDetails", "action", "apiCallDetails", key]);
    if let Some(api) = call("api") {
        flat.put(paths::EVIDENCES_API_OPERATION, api);
        put_at(flat, paths::EVIDENCES_API_SERVICE_NAME, 0, call("apiServiceName"));
    }
    put_at(flat, paths::EVIDENCES_SRC_ENDPOINT_IP, 0, record.address());
    let name = record.identity("userName").or(record.identity("arn"));
    put_at(flat, paths::EVIDENCES_ACTOR_USER_NAME, 0, name);
    if name.is_some() {
        let key = record.identity("accessKeyId");
        put_at(flat, paths::EVIDENCES_ACTOR_USER_CREDENTIAL_UID, 0, key);
    }
}

/// What lies where.
fn data<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    flat.put(paths::DATA_SECURITY_DETECTION_SYSTEM_ID, DISCOVERY);
    flat.put(paths::DATA_SECURITY_DETECTION_SYSTEM, "Data Discovery & Classification");
    let found = ["classificationDetails", "result", "sensitiveData"];
    let first = nested::list(record.value, &found).next();
    if let Some(category) = first.and_then(|first| json::text(first, &["category"])) {
        let id = match category {
            "PERSONAL_INFORMATION" => 1,
            "FINANCIAL_INFORMATION" => 3,
            "CREDENTIALS" => 6,
            _ => 99,
        };
        flat.put(paths::DATA_SECURITY_CATEGORY_ID, id);
        flat.put(paths::DATA_SECURITY_CATEGORY, category);
    }
    if let Some(bucket) = record.bucket("name") {
        flat.put(paths::DATABUCKET_NAME, bucket);
        flat.put_some(paths::DATABUCKET_UID, record.bucket("arn"));
        flat.put(paths::DATABUCKET_TYPE_ID, S3);
        let access = ["resourcesAffected", "s3Bucket", "publicAccess", "effectivePermission"];
        if let Some(access @ ("PUBLIC" | "NOT_PUBLIC")) = record.text(&access) {
            flat.put(paths::DATABUCKET_IS_PUBLIC, access == "PUBLIC");
        }
    }
    if let Some(key) = record.object("key") {
        let name = key.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(key);
        flat.put(paths::FILE_NAME, name);
        flat.put(paths::FILE_TYPE_ID, 1);
        flat.put_some(paths::FILE_PATH, record.object("path"));
        if let Some(size) = number(record.value, &["resourcesAffected", "s3Object", "size"]) {
            flat.put(paths::FILE_SIZE, size);
        }
    }
}
