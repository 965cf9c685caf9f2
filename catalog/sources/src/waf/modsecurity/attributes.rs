//! A transaction of ModSecurity as OCSF HTTP Activity with the profile security_control.

use std::net::IpAddr;

use model::{Outcome, Time};
use ocsf::{Class, Flat, paths};

use super::Transaction;

/// The numbers of OCSF's HTTP Activity by method.
const METHODS: &[&str] =
    &["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE", "PATCH"];

/// The attributes of a transaction.
pub fn flat<'t>(transaction: &'t Transaction<'_>) -> Flat<'t> {
    const OTHER: i64 = 99;
    let method = transaction.method.as_ref();
    let known = METHODS.iter().position(|name| *name == method);
    let mut flat = Flat::new(Class::HTTP_ACTIVITY, known.map_or(OTHER, |at| at as i64 + 1));
    flat.put_some(paths::ACTIVITY_NAME, Some(method));
    flat.put(paths::TIME, transaction.time.map_or(0, Time::ocsf));
    flat.put(paths::METADATA_PRODUCT_NAME, "ModSecurity");
    flat.put(paths::METADATA_LOG_NAME, "audit");
    flat.put(paths::METADATA_PROFILES, "security_control");
    flat.put_some(paths::METADATA_CORRELATION_UID, Some(transaction.id.as_ref()));
    let (id, name) = match transaction.outcome() {
        Outcome::Success => (1, "Success"),
        Outcome::Failure => (2, "Failure"),
        Outcome::Unknown => (0, "Unknown"),
    };
    flat.put(paths::STATUS_ID, id);
    flat.put(paths::STATUS, name);
    verdict(transaction, &mut flat);
    request(transaction, known.is_some(), &mut flat);
    endpoints(transaction, &mut flat);
    flat
}

/// What the engine did, and the rule that says most: the one with the worst severity.
fn verdict<'t>(transaction: &'t Transaction<'_>, flat: &mut Flat<'t>) {
    let (action, called, disposition, named) = match () {
        () if transaction.intercepted => (2, "Denied", 2, "Blocked"),
        () if transaction.matches.is_empty() => (1, "Allowed", 1, "Allowed"),
        () => (3, "Observed", 17, "Logged"),
    };
    flat.put(paths::ACTION_ID, action);
    flat.put(paths::ACTION, called);
    flat.put(paths::DISPOSITION_ID, disposition);
    flat.put(paths::DISPOSITION, named);
    let worst =
        transaction.matches.iter().enumerate().min_by_key(|(at, m)| (level(&m.severity), *at));
    let (severity, caption) = match worst.map(|(_, found)| level(&found.severity)) {
        Some(0..=1) => (5, "Critical"),
        Some(2) => (4, "High"),
        Some(3) => (3, "Medium"),
        Some(4) => (2, "Low"),
        _ => (1, "Informational"),
    };
    flat.put(paths::SEVERITY_ID, severity);
    flat.put(paths::SEVERITY, caption);
    if let Some((_, found)) = worst {
        flat.put_some(paths::MESSAGE, Some(found.message.as_ref()));
        flat.put_some(paths::FIREWALL_RULE_UID, Some(found.id.as_ref()));
        flat.put_some(paths::FIREWALL_RULE_NAME, Some(found.message.as_ref()));
        // A rule with neither number nor message is none that OCSF can name.
        let is_named = flat.has_any(&[paths::FIREWALL_RULE_UID, paths::FIREWALL_RULE_NAME]);
        if is_named && !found.data.is_empty() {
            flat.put(paths::FIREWALL_RULE_MATCH_DETAILS, found.data.as_ref());
        }
    }
    for tag in transaction.matches.iter().flat_map(|found| &found.tags).take(super::LIST_MAX) {
        flat.put(paths::METADATA_LABELS, tag.as_ref());
    }
}

/// Syslog's severities, by name or by number.
fn level(severity: &str) -> u8 {
    const NAMES: &[&str] =
        &["EMERGENCY", "ALERT", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFO", "DEBUG"];
    let named = NAMES.iter().position(|name| name.eq_ignore_ascii_case(severity));
    named.map(|at| at as u8).or_else(|| severity.parse().ok()).unwrap_or(u8::MAX)
}

fn request<'t>(transaction: &'t Transaction<'_>, is_known: bool, flat: &mut Flat<'t>) {
    let method = Some(transaction.method.as_ref()).filter(|_| is_known);
    flat.put_some(paths::HTTP_REQUEST_HTTP_METHOD, method);
    let (path, query) = match transaction.target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (transaction.target.as_ref(), None),
    };
    flat.put(paths::HTTP_REQUEST_URL_PATH, if path.is_empty() { "/" } else { path });
    flat.put_some(paths::HTTP_REQUEST_URL_QUERY_STRING, query);
    flat.put_some(paths::HTTP_REQUEST_URL_HOSTNAME, transaction.host());
    flat.put_some(paths::HTTP_REQUEST_VERSION, Some(transaction.version.as_ref()));
    flat.put_some(paths::HTTP_REQUEST_USER_AGENT, transaction.header("user-agent"));
    flat.put_some(paths::HTTP_REQUEST_REFERRER, transaction.header("referer"));
    if let Some(status) = transaction.status {
        flat.put(paths::HTTP_RESPONSE_CODE, status);
    }
}

fn endpoints<'t>(transaction: &'t Transaction<'_>, flat: &mut Flat<'t>) {
    let is_port = |port: &i64| (0..=65_535).contains(port);
    flat.put_some(paths::SRC_ENDPOINT_IP, transaction.address());
    if let Some(port) = transaction.client_port.filter(is_port)
        && flat.has_any(&[paths::SRC_ENDPOINT_IP])
    {
        flat.put(paths::SRC_ENDPOINT_PORT, port);
    }
    let server = Some(transaction.server.as_ref()).filter(|ip| ip.parse::<IpAddr>().is_ok());
    flat.put_some(paths::DST_ENDPOINT_IP, server);
    flat.put_some(paths::DST_ENDPOINT_HOSTNAME, transaction.host());
    if let Some(port) = transaction.server_port.filter(is_port)
        && flat.has_any(&[paths::DST_ENDPOINT_IP, paths::DST_ENDPOINT_HOSTNAME])
    {
        flat.put(paths::DST_ENDPOINT_PORT, port);
    }
}
