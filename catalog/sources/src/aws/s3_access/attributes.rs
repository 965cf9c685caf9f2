//! A request to S3 as OCSF API Activity (6003).

use ocsf::{Class, Flat, paths};

use super::record::Record;
use crate::aws::shared::{put_cloud, put_severity, put_status};

/// The activity of an operation.
fn activity(record: &Record<'_>) -> (i64, &'static str) {
    let operation = record.get("operation").unwrap_or("");
    match record.verb() {
        "GET" | "HEAD" | "OPTIONS" => (2, "Read"),
        _ if operation.contains("DELETE") || operation.contains("EXPIRE") => (4, "Delete"),
        "PUT" | "POST" | "COPY" | "CREATE"
            if operation.ends_with(".OBJECT") || operation.ends_with(".UPLOAD") =>
        {
            (1, "Create")
        }
        "COPY" if operation.ends_with("_GET") => (2, "Read"),
        "PUT" | "POST" | "COPY" | "RESTORE" | "CREATE" => (3, "Update"),
        verb if verb.starts_with("TRANSITION") => (3, "Update"),
        _ => (99, "Other"),
    }
}

/// The record as attributes.
pub(super) fn flat<'s>(record: &'s Record<'_>) -> Flat<'s> {
    let (id, name) = activity(record);
    let mut flat = Flat::new(Class::API_ACTIVITY, id);
    flat.put(paths::ACTIVITY_NAME, name);
    put_severity(&mut flat, 1);
    put_cloud(&mut flat, "Amazon S3", record.time, None, record.region());
    flat.put(paths::METADATA_LOG_NAME, "server access log");
    put_status(&mut flat, record.outcome());
    flat.put_some(paths::STATUS_CODE, record.get("httpstatus"));
    flat.put_some(paths::STATUS_DETAIL, record.get("errorcode"));
    actor(record, &mut flat);
    flat.put(paths::API_OPERATION, record.get("operation").unwrap_or("unknown"));
    flat.put(paths::API_SERVICE_NAME, "s3.amazonaws.com");
    flat.put_some(paths::API_REQUEST_UID, record.get("requestid"));
    flat.put_some(paths::API_RESPONSE_ERROR, record.get("errorcode"));
    if let Some(code) = record.number("httpstatus") {
        flat.put(paths::API_RESPONSE_CODE, code);
        flat.put(paths::HTTP_RESPONSE_CODE, code);
        if let Some(bytes) = record.number("bytessent") {
            flat.put(paths::HTTP_RESPONSE_LENGTH, bytes);
        }
    }
    request(record, &mut flat);
    match record.address() {
        Some(ip) => flat.put(paths::SRC_ENDPOINT_IP, ip),
        // What S3 does by itself comes from nowhere.
        None => flat.put(paths::SRC_ENDPOINT_NAME, record.get("remoteip").unwrap_or("Amazon S3")),
    }
    resources(record, &mut flat);
    if let Some(millis) = record.number("totaltime") {
        flat.put(paths::DURATION, millis);
    }
    flat
}

fn actor<'s>(record: &'s Record<'_>, flat: &mut Flat<'s>) {
    match record.get("requester") {
        None => flat.put(paths::ACTOR_USER_NAME, "anonymous"),
        Some(name) if name.ends_with(".amazonaws.com") || name.starts_with("svc:") => {
            flat.put(paths::ACTOR_INVOKED_BY, name);
        }
        Some(uid) => {
            flat.put(paths::ACTOR_USER_UID, uid);
            if let Some((_, name)) = uid.rsplit_once('/').filter(|_| uid.starts_with("arn:")) {
                flat.put_some(paths::ACTOR_USER_NAME, Some(name));
            }
        }
    }
}

fn request<'s>(record: &'s Record<'_>, flat: &mut Flat<'s>) {
    if let Some((method, target, protocol)) = record.request() {
        let listed = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE"];
        let method = Some(method).filter(|m| listed.contains(m));
        flat.put_some(paths::HTTP_REQUEST_HTTP_METHOD, method);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        flat.put_some(paths::HTTP_REQUEST_URL_PATH, Some(path));
        flat.put_some(paths::HTTP_REQUEST_URL_QUERY_STRING, Some(query));
        flat.put_some(paths::HTTP_REQUEST_URL_HOSTNAME, record.get("endpoint"));
        flat.put_some(paths::HTTP_REQUEST_VERSION, protocol.strip_prefix("HTTP/"));
    }
    flat.put_some(paths::HTTP_REQUEST_REFERRER, record.get("referrer"));
    flat.put_some(paths::HTTP_REQUEST_USER_AGENT, record.get("useragent"));
}

fn resources<'s>(record: &'s Record<'_>, flat: &mut Flat<'s>) {
    let mut slot = 0;
    if let Some(bucket) = record.get("bucket_name") {
        flat.put_in(paths::RESOURCES_NAME, slot, bucket);
        flat.put_in(paths::RESOURCES_TYPE, slot, "AWS::S3::Bucket");
        slot += 1;
    }
    if let Some(object) = record.object() {
        flat.put_in(paths::RESOURCES_NAME, slot, object);
        flat.put_in(paths::RESOURCES_TYPE, slot, "AWS::S3::Object");
        slot += 1;
    }
    if let Some(point) = record.get("accesspointarn") {
        flat.put_in(paths::RESOURCES_UID, slot, point);
        flat.put_in(paths::RESOURCES_TYPE, slot, "AWS::S3::AccessPoint");
    }
}
