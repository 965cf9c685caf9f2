//! Findings of Inspector as OCSF.
//!
//! Follows OCSF 1.5.0 with the profile cloud, and its examples for findings of Inspector that
//! came by way of Security Hub: Vulnerability Finding (2002), Detection Finding (2004) for ways in
//! and broken rules, Base Event (0) for news.

use model::Time;
use ocsf::{Class, Flat, paths};
use sonic_rs::JsonValueTrait;

use super::{LIST_MAX, Record, Sort, attribute};
use crate::aws::finding::{self, activity, put_at, put_state, put_time};
use crate::aws::shared::{put_cloud, put_severity};
use crate::{json, nested};

/// The record as attributes.
pub(super) fn flat<'f>(record: &'f Record<'_>) -> Flat<'f> {
    let first = record.told("firstObservedAt").or(record.told("createdAt"));
    let changed = record.told("updatedAt").or(record.told("lastObservedAt"));
    let status = record.text(&["status"]);
    let (id, name) = activity(first.is_some() && first == changed, status == Some("CLOSED"));
    let mut flat = match record.sort {
        Sort::News => Flat::new(Class::BASE_EVENT, 99),
        Sort::Weakness => Flat::new(Class::VULNERABILITY_FINDING, id),
        Sort::Exposure => Flat::new(Class::DETECTION_FINDING, id),
    };
    let (account, region) = (record.account(), record.region());
    let time = record.time.unwrap_or(Time::seconds(0));
    put_cloud(&mut flat, "Amazon Inspector", time, account, region);
    flat.put_some(paths::METADATA_UID, record.uid.as_deref());
    if record.sort == Sort::News {
        flat.put(paths::ACTIVITY_NAME, record.title());
        flat.put(paths::METADATA_EVENT_CODE, record.title());
        flat.put_some(paths::STATUS_CODE, record.text(&["detail", "scan-status"]));
        put_severity(&mut flat, 1);
        return flat;
    }
    flat.put(paths::ACTIVITY_NAME, name);
    put_severity(&mut flat, finding::severity(record.text(&["severity"]).unwrap_or_default()));
    put_state(
        &mut flat,
        match status {
            Some("SUPPRESSED") => (3, "Suppressed"),
            Some("CLOSED") => (4, "Resolved"),
            _ => (1, "New"),
        },
    );
    flat.put(paths::FINDING_INFO_UID, record.id().unwrap_or("unknown"));
    flat.put_some(paths::FINDING_INFO_TITLE, record.text(&["title"]));
    flat.put_some(paths::FINDING_INFO_DESC, record.text(&["description"]));
    flat.put_some(paths::FINDING_INFO_TYPES, record.text(&["type"]));
    flat.put_some(paths::MESSAGE, record.text(&["title"]));
    put_time(&mut flat, paths::FINDING_INFO_CREATED_TIME, first);
    put_time(&mut flat, paths::FINDING_INFO_MODIFIED_TIME, changed);
    put_time(&mut flat, paths::FINDING_INFO_FIRST_SEEN_TIME, first);
    put_time(&mut flat, paths::FINDING_INFO_LAST_SEEN_TIME, record.told("lastObservedAt"));
    if record.sort == Sort::Weakness {
        weakness(record, &mut flat);
    } else {
        let advice = record.text(&["remediation", "recommendation", "text"]);
        flat.put_some(paths::REMEDIATION_DESC, advice.or(record.text(&["recommendation"])));
    }
    resources(record, &mut flat);
    flat
}

fn weakness<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    let details = |path: &[&str]| {
        let all: Vec<&str> = [&["packageVulnerabilityDetails"], path].concat();
        record.text(&all)
    };
    let cve = details(&["vulnerabilityId"]).or_else(|| attribute(record.value, "CVE_ID"));
    let cwe = nested::list(record.value, &["codeVulnerabilityDetails", "cwes"]).next();
    match (cve, cwe.and_then(|cwe| cwe.as_str())) {
        (Some(id), _) if id.starts_with("CVE-") => {
            flat.put(paths::VULNERABILITIES_CVE_UID, id);
            let score =
                json::at(record.value, &["epss", "score"]).filter(JsonValueTrait::is_number);
            if let Some(score) = score {
                flat.put(paths::VULNERABILITIES_CVE_EPSS_SCORE, score.to_string());
            }
        }
        (Some(id), _) => flat.put(paths::VULNERABILITIES_ADVISORY_UID, id),
        (None, Some(cwe)) => flat.put(paths::VULNERABILITIES_CWE_UID, cwe),
        (None, None) => flat.put(paths::VULNERABILITIES_ADVISORY_UID, record.title()),
    }
    put_at(flat, paths::VULNERABILITIES_VENDOR_NAME, 0, details(&["source"]));
    put_at(flat, paths::VULNERABILITIES_SEVERITY, 0, details(&["vendorSeverity"]));
    for (path, key) in [
        (paths::VULNERABILITIES_IS_EXPLOIT_AVAILABLE, "exploitAvailable"),
        (paths::VULNERABILITIES_IS_FIX_AVAILABLE, "fixAvailable"),
    ] {
        if let Some(word @ ("YES" | "NO")) = record.text(&[key]) {
            flat.put(path, word == "YES");
        }
    }
    let packages = ["packageVulnerabilityDetails", "vulnerablePackages"];
    if let Some(package) = nested::list(record.value, &packages).next() {
        let text = |key| json::text(package, &[key]);
        if let (Some(name), Some(version)) = (text("name"), text("version")) {
            flat.put(paths::VULNERABILITIES_AFFECTED_PACKAGES_NAME, name);
            flat.put(paths::VULNERABILITIES_AFFECTED_PACKAGES_VERSION, version);
            let fixed = text("fixedInVersion");
            put_at(flat, paths::VULNERABILITIES_AFFECTED_PACKAGES_FIXED_IN_VERSION, 0, fixed);
            put_at(flat, paths::VULNERABILITIES_AFFECTED_PACKAGES_PATH, 0, text("filePath"));
        }
    }
}

fn resources<'f>(record: &'f Record<'_>, flat: &mut Flat<'f>) {
    let listed = nested::list(record.value, &["resources"]).take(LIST_MAX);
    let named = listed.filter_map(|r| Some((json::text(r, &["id"])?, json::text(r, &["type"]))));
    let agent = json::text(record.value, &["assetAttributes", "agentId"]);
    let asset = agent.map(|agent| (agent, Some("AWS_EC2_INSTANCE")));
    for (slot, (id, kind)) in (0u16..).zip(named.chain(asset)) {
        flat.put_in(paths::RESOURCES_UID, slot, id);
        put_at(flat, paths::RESOURCES_TYPE, slot, kind);
        put_at(flat, paths::RESOURCES_REGION, slot, record.region());
    }
}
