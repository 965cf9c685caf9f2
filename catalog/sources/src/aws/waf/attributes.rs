//! A WAF record as OCSF HTTP Activity.
//!
//! Follows OCSF 1.5.0, class 4002 with the profiles cloud and security_control, and its examples
//! for AWS WAF. Unlike those, an allowed request is Allowed, and a rate rule's limit stands only
//! where that rule decided.

use model::text::REDACTED;
use ocsf::{Class, Flat, paths};
use sonic_rs::{JsonContainerTrait, JsonValueTrait};

use super::Request;
use crate::aws::shared::{is_ip, put_cloud, put_status};
use crate::{json, nested};

/// Headers whose values open doors.
const SECRET: &[&str] = &[
    "authorization",
    "cookie",
    "proxy-authorization",
    "x-amz-security-token",
    "x-api-key",
    "x-auth-token",
    "x-csrf-token",
];
/// The most labels, matched texts and forwarded addresses of one record.
const LIST_MAX: usize = 64;

/// `activity_id` by method.
fn activity(method: Option<&str>) -> (i64, &str) {
    match method {
        Some("CONNECT") => (1, "Connect"),
        Some("DELETE") => (2, "Delete"),
        Some("GET") => (3, "Get"),
        Some("HEAD") => (4, "Head"),
        Some("OPTIONS") => (5, "Options"),
        Some("POST") => (6, "Post"),
        Some("PUT") => (7, "Put"),
        Some("TRACE") => (8, "Trace"),
        Some(other) => (99, other),
        None => (0, "Unknown"),
    }
}

/// The record as attributes.
pub(super) fn flat<'f>(request: &'f Request<'_>) -> Flat<'f> {
    let (id, name) = activity(request.http("httpMethod"));
    let mut flat = Flat::new(Class::HTTP_ACTIVITY, id);
    flat.put(paths::ACTIVITY_NAME, name);
    flat.put(paths::SEVERITY_ID, 1);
    flat.put(paths::SEVERITY, "Informational");
    put_cloud(&mut flat, "AWS WAF", request.time, request.account(), request.acl(3));
    flat.put(paths::METADATA_PROFILES, "security_control");
    if let Some(version) = json::at(request.value, &["formatVersion"]) {
        flat.put(paths::METADATA_PRODUCT_VERSION, version.to_string());
    }
    flat.put_some(paths::METADATA_PRODUCT_FEATURE_UID, request.text(&["webaclId"]));
    flat.put_some(paths::METADATA_CORRELATION_UID, request.http("requestId"));
    for label in nested::list(request.value, &["labels"]).take(LIST_MAX) {
        if let Some(name) = json::text(label, &["name"]) {
            flat.put(paths::METADATA_LABELS, name);
        }
    }
    put_status(&mut flat, request.outcome());
    if let Some(code) =
        json::at(request.value, &["responseCodeSent"]).and_then(JsonValueTrait::as_i64)
    {
        flat.put(paths::HTTP_STATUS, code);
    }
    verdict(request, &mut flat);
    rule(request, &mut flat);
    policy(request, &mut flat);
    http(request, &mut flat);
    headers(request, &mut flat);
    endpoints(request, &mut flat);
    fingerprints(request, &mut flat);
    flat
}

fn verdict<'f>(request: &'f Request<'_>, flat: &mut Flat<'f>) {
    let ((id, name), (disposition, called)) = match request.text(&["action"]) {
        Some("ALLOW") => ((1, "Allowed"), (1, "Allowed")),
        Some("BLOCK") => ((2, "Denied"), (2, "Blocked")),
        Some("COUNT") => ((3, "Observed"), (20, "Count")),
        Some("CAPTCHA") => ((2, "Denied"), (22, "Captcha")),
        Some("CHALLENGE") => ((2, "Denied"), (23, "Challenge")),
        Some(other) => ((99, other), (99, other)),
        None => ((0, "Unknown"), (0, "Unknown")),
    };
    flat.put(paths::ACTION_ID, id);
    flat.put(paths::ACTION, name);
    flat.put(paths::DISPOSITION_ID, disposition);
    flat.put(paths::DISPOSITION, called);
}

/// The rule that decided: of a rule group, the rule inside it is the name.
fn rule<'f>(request: &'f Request<'_>, flat: &mut Flat<'f>) {
    let uid = request.text(&["terminatingRuleId"]);
    let inner = nested::list(request.value, &["ruleGroupList"])
        .find_map(|group| json::text(group, &["terminatingRule", "ruleId"]));
    let rate = nested::list(request.value, &["rateBasedRuleList"])
        .next()
        .filter(|_| request.text(&["terminatingRuleType"]) == Some("RATE_BASED"));
    let name = inner.or_else(|| json::text(rate?, &["rateBasedRuleName"]));
    if uid.or(name).is_none() {
        return;
    }
    flat.put_some(paths::FIREWALL_RULE_UID, uid);
    flat.put_some(paths::FIREWALL_RULE_NAME, name);
    flat.put_some(paths::FIREWALL_RULE_TYPE, request.text(&["terminatingRuleType"]));
    let limit = rate.and_then(|rate| json::at(rate, &["maxRateAllowed"])?.as_i64());
    if let Some(limit) = limit {
        flat.put(paths::FIREWALL_RULE_RATE_LIMIT, limit);
    }
    let inner_details = nested::list(request.value, &["ruleGroupList"])
        .filter_map(|group| json::at(group, &["terminatingRule", "ruleMatchDetails"])?.as_array())
        .find_map(|details| details.iter().next());
    let own_details = nested::list(request.value, &["terminatingRuleMatchDetails"]).next();
    let Some(details) = own_details.or(inner_details) else { return };
    let text = |key| json::text(details, &[key]);
    flat.put_some(paths::FIREWALL_RULE_CONDITION, text("conditionType"));
    flat.put_some(paths::FIREWALL_RULE_MATCH_LOCATION, text("location"));
    flat.put_some(paths::FIREWALL_RULE_SENSITIVITY, text("sensitivityLevel"));
    for matched in nested::list(details, &["matchedData"]).take(LIST_MAX) {
        if let Some(matched) = matched.as_str() {
            flat.put(paths::FIREWALL_RULE_MATCH_DETAILS, matched);
        }
    }
}

/// The web ACL: `…:regional/webacl/NAME/ID`.
fn policy<'f>(request: &'f Request<'_>, flat: &mut Flat<'f>) {
    flat.put_some(paths::POLICY_UID, request.text(&["webaclId"]));
    let name = request.acl(5).and_then(|resource| resource.split('/').nth(2));
    flat.put_some(paths::POLICY_NAME, name);
}

fn http<'f>(request: &'f Request<'_>, flat: &mut Flat<'f>) {
    // The schema lists the methods that it knows; another one is the activity's name only.
    let method = request.http("httpMethod").filter(|m| activity(Some(m)).0 != 99);
    flat.put_some(paths::HTTP_REQUEST_HTTP_METHOD, method);
    flat.put_some(paths::HTTP_REQUEST_VERSION, request.http("httpVersion"));
    flat.put_some(paths::HTTP_REQUEST_UID, request.http("requestId"));
    // Empty where there is no query, as in the examples.
    flat.put(paths::HTTP_REQUEST_ARGS, request.http("args").unwrap_or_default());
    flat.put_some(paths::HTTP_REQUEST_USER_AGENT, request.header("user-agent"));
    flat.put_some(paths::HTTP_REQUEST_REFERRER, request.header("referer"));
    flat.put_some(paths::HTTP_REQUEST_URL_PATH, request.http("uri"));
    flat.put_some(paths::HTTP_REQUEST_URL_URL_STRING, request.uri());
    if flat.has_any(&[paths::HTTP_REQUEST_URL_PATH, paths::HTTP_REQUEST_URL_URL_STRING]) {
        flat.put_some(paths::HTTP_REQUEST_URL_HOSTNAME, request.host());
        flat.put_some(paths::HTTP_REQUEST_URL_QUERY_STRING, request.http("args"));
        flat.put_some(paths::HTTP_REQUEST_URL_SCHEME, request.http("scheme"));
    }
    let forwarded = request.header("x-forwarded-for").into_iter().flat_map(|f| f.split(','));
    for address in forwarded.map(str::trim).filter(|ip| is_ip(ip)).take(LIST_MAX) {
        flat.put(paths::HTTP_REQUEST_X_FORWARDED_FOR, address);
    }
}

fn headers<'f>(request: &'f Request<'_>, flat: &mut Flat<'f>) {
    for (slot, (name, value)) in (0u16..).zip(request.headers()) {
        let is_secret = SECRET.iter().any(|secret| secret.eq_ignore_ascii_case(name));
        let value = if is_secret { REDACTED } else { value };
        flat.put_in(paths::HTTP_REQUEST_HTTP_HEADERS_NAME, slot, name);
        flat.put_in(paths::HTTP_REQUEST_HTTP_HEADERS_VALUE, slot, value);
    }
}

/// The client, and what the web ACL guards. The examples put the latter at the source as well.
fn endpoints<'f>(request: &'f Request<'_>, flat: &mut Flat<'f>) {
    let (name, id) = (request.text(&["httpSourceName"]), request.text(&["httpSourceId"]));
    flat.put_some(paths::SRC_ENDPOINT_IP, request.client());
    flat.put_some(paths::SRC_ENDPOINT_SVC_NAME, name);
    flat.put_some(paths::SRC_ENDPOINT_UID, id);
    let says_who = flat.has_any(&[
        paths::SRC_ENDPOINT_IP,
        paths::SRC_ENDPOINT_SVC_NAME,
        paths::SRC_ENDPOINT_UID,
    ]);
    let country = request.http("country").filter(|_| says_who);
    flat.put_some(paths::SRC_ENDPOINT_LOCATION_COUNTRY, country);
    let asn = json::at(request.value, &["httpRequest", "clientAsn"]);
    let asn = asn.or_else(|| json::at(request.value, &["clientAsn"]));
    if let Some(asn) = asn.and_then(JsonValueTrait::as_i64).filter(|_| says_who) {
        flat.put(paths::SRC_ENDPOINT_AUTONOMOUS_SYSTEM_NUMBER, asn);
    }
}

fn fingerprints<'f>(request: &'f Request<'_>, flat: &mut Flat<'f>) {
    let is_hex = |text: &&str| text.bytes().all(|b| b.is_ascii_hexdigit());
    if let Some(ja3) = request.text(&["ja3Fingerprint"]).filter(is_hex) {
        flat.put(paths::TLS_JA3_HASH_ALGORITHM, "MD5");
        flat.put(paths::TLS_JA3_HASH_ALGORITHM_ID, 1);
        flat.put(paths::TLS_JA3_HASH_VALUE, ja3);
        // JA3 does not tell the version, and OCSF wants one to be said.
        flat.put(paths::TLS_VERSION, "unknown");
    }
    if let Some(ja4) = request.text(&["ja4Fingerprint"]) {
        flat.put(paths::JA4_FINGERPRINT_LIST_TYPE, "JA4");
        flat.put(paths::JA4_FINGERPRINT_LIST_TYPE_ID, 1);
        flat.put(paths::JA4_FINGERPRINT_LIST_VALUE, ja4);
    }
}
