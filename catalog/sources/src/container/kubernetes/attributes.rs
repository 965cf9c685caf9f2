//! An audit event as OCSF API Activity (6003).

use ocsf::{Class, Flat, paths};
use sonic_rs::{JsonContainerTrait, JsonValueTrait};

use super::record::Record;
use crate::aws::shared::{put_severity, put_status};
use crate::json;

/// The most groups of a user that are written.
const GROUPS_MAX: u16 = 32;

fn activity(verb: &str) -> (i64, &'static str) {
    match verb {
        "create" | "post" => (1, "Create"),
        "get" | "list" | "watch" | "head" => (2, "Read"),
        "update" | "patch" | "put" | "replace" => (3, "Update"),
        "delete" | "deletecollection" => (4, "Delete"),
        _ => (99, "Other"),
    }
}

/// The event as attributes.
pub(super) fn flat<'s>(record: &'s Record<'_>) -> Flat<'s> {
    let (id, name) = activity(record.verb());
    let mut flat = Flat::new(Class::API_ACTIVITY, id);
    flat.put(paths::ACTIVITY_NAME, if id == 99 { record.verb() } else { name });
    put_severity(&mut flat, 1);
    flat.put(paths::TIME, record.time.ocsf());
    flat.put(paths::METADATA_PRODUCT_NAME, "Kubernetes");
    flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, "Kubernetes");
    flat.put(paths::METADATA_LOG_NAME, "audit");
    flat.put_some(paths::METADATA_EVENT_CODE, record.text(&["stage"]));
    flat.put_some(paths::METADATA_UID, record.text(&["auditID"]));
    put_status(&mut flat, record.outcome());
    if let Some(code) = record.code() {
        flat.put(paths::STATUS_CODE, code.to_string());
        flat.put(paths::API_RESPONSE_CODE, code);
    }
    let reason = record.text(&["annotations", "authorization.k8s.io/reason"]);
    let message = record.text(&["responseStatus", "message"]);
    flat.put_some(paths::STATUS_DETAIL, message.or(reason));
    flat.put_some(paths::API_RESPONSE_ERROR, record.text(&["responseStatus", "reason"]));
    flat.put_some(paths::API_RESPONSE_ERROR_MESSAGE, message);
    api(record, &mut flat);
    actor(record, &mut flat);
    let mut addresses = record.addresses();
    match addresses.next() {
        Some(ip) => flat.put(paths::SRC_ENDPOINT_IP, ip),
        None => flat.put(paths::SRC_ENDPOINT_NAME, "Unknown"),
    }
    for ip in addresses {
        flat.put(paths::SRC_ENDPOINT_INTERMEDIATE_IPS, ip);
    }
    flat
}

fn api<'s>(record: &'s Record<'_>, flat: &mut Flat<'s>) {
    flat.put(paths::API_OPERATION, record.verb());
    flat.put(paths::API_SERVICE_NAME, record.text(&["objectRef", "apiGroup"]).unwrap_or("core"));
    flat.put_some(paths::API_VERSION, record.text(&["objectRef", "apiVersion"]));
    flat.put_some(paths::API_REQUEST_UID, record.text(&["auditID"]));
    if let Some(uri) = record.text(&["requestURI"]) {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        flat.put_some(paths::HTTP_REQUEST_URL_PATH, Some(path));
        flat.put_some(paths::HTTP_REQUEST_URL_QUERY_STRING, Some(query));
    }
    flat.put_some(paths::HTTP_REQUEST_USER_AGENT, record.text(&["userAgent"]));
    if let Some(name) = record.object().or_else(|| record.resource()) {
        flat.put_in(paths::RESOURCES_NAME, 0, name.into_owned());
        if let Some(kind) = record.resource() {
            flat.put_in(paths::RESOURCES_TYPE, 0, kind.into_owned());
        }
        if let Some(uid) = record.text(&["objectRef", "uid"]) {
            flat.put_in(paths::RESOURCES_UID, 0, uid);
        }
    }
}

fn actor<'s>(record: &'s Record<'_>, flat: &mut Flat<'s>) {
    let uid = record.extra("arn").or_else(|| record.text(&["user", "uid"]));
    let name = record.text(&["user", "username"]);
    flat.put(paths::ACTOR_USER_NAME, name.or(uid).unwrap_or("Unknown"));
    flat.put_some(paths::ACTOR_USER_UID, uid);
    flat.put_some(paths::ACTOR_USER_CREDENTIAL_UID, record.extra("accessKeyId"));
    let groups = json::at(record.value, &["user", "groups"]).and_then(|g| g.as_array());
    let groups = groups.into_iter().flatten().filter_map(JsonValueTrait::as_str);
    for (slot, group) in (0..GROUPS_MAX).zip(groups.filter(|group| !group.is_empty())) {
        flat.put_in(paths::ACTOR_USER_GROUPS_NAME, slot, group);
    }
}
