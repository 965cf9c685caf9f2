//! Findings of Security Hub as OCSF.
//!
//! Follows OCSF 1.5.0 with the profile cloud, and its examples: Detection Finding (2004),
//! Compliance Finding (2003) where a check has a status, Vulnerability Finding (2002) where there
//! are vulnerabilities; news are Base Events (0).

use ocsf::{Class, Flat, paths};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::deed::Deed;
use super::{Record, Sort};
use crate::aws::finding::{self, activity, put_at, put_end, put_state, put_time};
use crate::aws::shared::{domain, put_severity};
use crate::{json, nested};

/// The most elements of a list that are written.
const LIST_MAX: usize = 64;

/// The record as attributes.
pub(super) fn flat<'f>(record: &'f Record<'_>) -> Flat<'f> {
    let class = match record.sort {
        Sort::News => return news(record),
        Sort::Detection => Class::DETECTION_FINDING,
        Sort::Compliance => Class::COMPLIANCE_FINDING,
        Sort::Vulnerability => Class::VULNERABILITY_FINDING,
    };
    let time = |key| nested::time(record.value, &[key]);
    let (created, changed) = (time("CreatedAt"), time("UpdatedAt"));
    let is_new = created.is_some() && created == changed;
    let is_closed = record.text(&["RecordState"]) == Some("ARCHIVED");
    let (id, name) = activity(is_new, is_closed);
    let mut flat = Flat::new(class, id);
    flat.put(paths::ACTIVITY_NAME, name);
    head(record, &mut flat);
    put_severity(&mut flat, severity(record.value));
    put_state(&mut flat, state(record, is_closed));
    flat.put(paths::FINDING_INFO_UID, record.text(&["Id"]).unwrap_or("unknown"));
    flat.put_some(paths::FINDING_INFO_TITLE, record.text(&["Title"]));
    flat.put_some(paths::FINDING_INFO_DESC, record.text(&["Description"]));
    flat.put_some(paths::FINDING_INFO_SRC_URL, record.text(&["SourceUrl"]));
    flat.put_some(paths::MESSAGE, record.text(&["Title"]));
    for kind in nested::list(record.value, &["Types"]).take(LIST_MAX) {
        if let Some(kind) = kind.as_str() {
            flat.put(paths::FINDING_INFO_TYPES, kind);
        }
    }
    put_time(&mut flat, paths::FINDING_INFO_CREATED_TIME, created);
    put_time(&mut flat, paths::FINDING_INFO_MODIFIED_TIME, changed);
    put_time(&mut flat, paths::FINDING_INFO_FIRST_SEEN_TIME, time("FirstObservedAt"));
    put_time(&mut flat, paths::FINDING_INFO_LAST_SEEN_TIME, time("LastObservedAt"));
    if let Some(confidence) =
        json::at(record.value, &["Confidence"]).and_then(JsonValueTrait::as_i64)
    {
        flat.put(paths::CONFIDENCE_SCORE, confidence);
    }
    match record.sort {
        Sort::Compliance => compliance(record, &mut flat),
        Sort::Vulnerability => vulnerabilities(record, &mut flat),
        _ => detection(record, &mut flat),
    }
    resources(record, &mut flat);
    flat
}

fn news<'f>(record: &'f Record<'_>) -> Flat<'f> {
    let mut flat = Flat::new(Class::BASE_EVENT, 99);
    flat.put(paths::ACTIVITY_NAME, record.title());
    head(record, &mut flat);
    flat.put(paths::METADATA_EVENT_CODE, record.title());
    flat.put_some(paths::MESSAGE, record.text(&["detail", "insightName"]));
    put_severity(&mut flat, 1);
    flat
}

/// Product, time and place; the product is the one that found it.
fn head<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    let product = record.text(&["ProductName"]).or(record.product("aws/securityhub/ProductName"));
    let company = record.text(&["CompanyName"]).or(record.product("aws/securityhub/CompanyName"));
    flat.put(paths::TIME, record.told.ocsf());
    flat.put(paths::METADATA_PRODUCT_NAME, product.unwrap_or("Security Hub"));
    flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, company.unwrap_or("AWS"));
    flat.put_some(paths::METADATA_PRODUCT_UID, record.text(&["ProductArn"]));
    flat.put_some(paths::METADATA_PRODUCT_FEATURE_UID, record.text(&["GeneratorId"]));
    flat.put_some(paths::METADATA_LOG_VERSION, record.text(&["SchemaVersion"]));
    flat.put_some(paths::METADATA_UID, record.uid.as_deref());
    let processed = nested::time(record.value, &["ProcessedAt"]);
    put_time(flat, paths::METADATA_PROCESSED_TIME, processed);
    flat.put(paths::METADATA_PROFILES, "cloud");
    flat.put(paths::CLOUD_PROVIDER, "AWS");
    flat.put_some(paths::CLOUD_ACCOUNT_UID, record.account());
    flat.put_some(paths::CLOUD_REGION, record.region());
}

/// The label; older findings have a number from 0 to 100 instead.
fn severity(value: &Value) -> i64 {
    let label = json::text(value, &["Severity", "Label"])
        .or_else(|| json::text(value, &["ProductFields", "aws/securityhub/SeverityLabel"]))
        .or_else(|| json::text(value, &["FindingProviderFields", "Severity", "Label"]));
    if let Some(label) = label {
        return finding::severity(label);
    }
    match json::at(value, &["Severity", "Normalized"]).and_then(JsonValueTrait::as_i64) {
        Some(0) => 1,
        Some(1..40) => 2,
        Some(40..70) => 3,
        Some(70..90) => 4,
        Some(90..) => 5,
        _ => 0,
    }
}

fn state(record: &Record<'_>, is_closed: bool) -> (i64, &'static str) {
    match record.workflow() {
        _ if is_closed => (5, "Archived"),
        Some("NEW" | "ASSIGNED") => (1, "New"),
        Some("NOTIFIED" | "IN_PROGRESS") => (2, "In Progress"),
        Some("SUPPRESSED" | "DEFERRED") => (3, "Suppressed"),
        Some("RESOLVED") => (4, "Resolved"),
        _ => (0, "Unknown"),
    }
}

fn detection<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    flat.put(paths::IS_ALERT, true);
    remediation(record, flat);
    let count = ["aws/guardduty/service/count", "count"].iter();
    let count = count.into_iter().find_map(|name| record.product(name)?.parse::<i64>().ok());
    if let Some(count) = count {
        flat.put(paths::COUNT, count);
    }
    let deed = Deed::of(record.value);
    if let Some(api) = deed.api {
        flat.put(paths::EVIDENCES_API_OPERATION, api);
        put_at(flat, paths::EVIDENCES_API_SERVICE_NAME, 0, deed.service);
    }
    put_at(flat, paths::EVIDENCES_QUERY_HOSTNAME, 0, deed.domain.map(domain));
    let source = (paths::EVIDENCES_SRC_ENDPOINT_IP, paths::EVIDENCES_SRC_ENDPOINT_PORT);
    let target = (paths::EVIDENCES_DST_ENDPOINT_IP, paths::EVIDENCES_DST_ENDPOINT_PORT);
    let (far, near) = if deed.is_outbound { (target, source) } else { (source, target) };
    put_end(flat, far, deed.remote, deed.remote_port);
    put_end(flat, near, deed.local, deed.local_port);
    if deed.remote.is_some() && !deed.is_outbound {
        put_at(flat, paths::EVIDENCES_SRC_ENDPOINT_LOCATION_COUNTRY, 0, deed.country);
    }
}

fn remediation<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    let text = |key| record.text(&["Remediation", "Recommendation", key]);
    let Some(advice) = text("Text") else { return };
    flat.put(paths::REMEDIATION_DESC, advice);
    flat.put_some(paths::REMEDIATION_REFERENCES, text("Url"));
}

fn compliance<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    remediation(record, flat);
    let control = record.text(&["Compliance", "SecurityControlId"]);
    let rule = record.product("ControlId").or(record.product("RuleId"));
    flat.put_some(paths::COMPLIANCE_CONTROL, control.or(rule));
    let status = record.text(&["Compliance", "Status"]);
    flat.put_some(paths::COMPLIANCE_STATUS, status);
    let id = match status {
        Some("PASSED") => 1,
        Some("WARNING") => 2,
        Some("FAILED") => 3,
        Some("NOT_AVAILABLE") | None => 0,
        Some(_) => 99,
    };
    flat.put(paths::COMPLIANCE_STATUS_ID, id);
    for need in nested::list(record.value, &["Compliance", "RelatedRequirements"]).take(LIST_MAX) {
        if let Some(need) = need.as_str() {
            flat.put(paths::COMPLIANCE_REQUIREMENTS, need);
        }
    }
    let mut standards = nested::list(record.value, &["Compliance", "AssociatedStandards"])
        .filter_map(|standard| json::text(standard, &["StandardsId"]))
        .take(LIST_MAX)
        .peekable();
    if standards.peek().is_none() {
        let older = record.product("StandardsArn").or(record.product("StandardsGuideArn"));
        flat.put_some(paths::COMPLIANCE_STANDARDS, older);
    }
    standards.for_each(|standard| flat.put(paths::COMPLIANCE_STANDARDS, standard));
}

fn vulnerabilities<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    let list = nested::list(record.value, &["Vulnerabilities"]).take(LIST_MAX);
    for (slot, weakness) in (0u16..).zip(list) {
        let text = |path: &[&str]| json::text(weakness, path);
        let id = text(&["Id"]).unwrap_or("unknown");
        let is_cve = id.starts_with("CVE-");
        let path = if is_cve {
            paths::VULNERABILITIES_CVE_UID
        } else {
            paths::VULNERABILITIES_ADVISORY_UID
        };
        flat.put_in(path, slot, id);
        put_at(flat, paths::VULNERABILITIES_VENDOR_NAME, slot, text(&["Vendor", "Name"]));
        put_at(flat, paths::VULNERABILITIES_SEVERITY, slot, text(&["Vendor", "VendorSeverity"]));
        for (path, key) in [
            (paths::VULNERABILITIES_IS_EXPLOIT_AVAILABLE, "ExploitAvailable"),
            (paths::VULNERABILITIES_IS_FIX_AVAILABLE, "FixAvailable"),
        ] {
            if let Some(word @ ("YES" | "NO")) = text(&[key]) {
                flat.put_in(path, slot, word == "YES");
            }
        }
        let score = json::at(weakness, &["EpssScore"]).filter(|_| is_cve);
        if let Some(score) = score.filter(JsonValueTrait::is_number) {
            flat.put_in(paths::VULNERABILITIES_CVE_EPSS_SCORE, slot, score.to_string());
        }
    }
    let first = nested::list(record.value, &["Vulnerabilities"]).next();
    if let Some(package) =
        first.and_then(|first| nested::list(first, &["VulnerablePackages"]).next())
    {
        let text = |key| json::text(package, &[key]);
        package_of(flat, text("Name"), text("Version"), text("FixedInVersion"));
    }
}

/// The first package of the first vulnerability.
fn package_of<'f>(
    flat: &mut Flat<'f>,
    name: Option<&'f str>,
    version: Option<&'f str>,
    fixed: Option<&'f str>,
) {
    let (Some(name), Some(version)) = (name, version) else { return };
    flat.put(paths::VULNERABILITIES_AFFECTED_PACKAGES_NAME, name);
    flat.put(paths::VULNERABILITIES_AFFECTED_PACKAGES_VERSION, version);
    put_at(flat, paths::VULNERABILITIES_AFFECTED_PACKAGES_FIXED_IN_VERSION, 0, fixed);
}

fn resources<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    let list = nested::list(record.value, &["Resources"]).take(LIST_MAX);
    let named = list.filter(|r| r.is_object() && json::text(r, &["Id"]).is_some());
    for (slot, resource) in (0u16..).zip(named) {
        let text = |key| json::text(resource, &[key]);
        put_at(flat, paths::RESOURCES_UID, slot, Some(text("Id").unwrap_or("unknown")));
        put_at(flat, paths::RESOURCES_TYPE, slot, text("Type"));
        put_at(flat, paths::RESOURCES_REGION, slot, text("Region"));
        put_at(flat, paths::RESOURCES_CLOUD_PARTITION, slot, text("Partition"));
        let details = json::at(resource, &["Details"]);
        if let Some(details) = details.filter(|d| d.as_object().is_some_and(|o| !o.is_empty())) {
            flat.put_in(paths::RESOURCES_DATA, slot, details.to_string());
        }
    }
}
