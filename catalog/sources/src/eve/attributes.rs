//! An event of Suricata's engine as OCSF: alerts are Detection Findings (2004), all other
//! traffic is Network Activity (4001).
//!
//! Follows OCSF 1.5.0 with the profiles cloud and security_control.

use model::Outcome;
use ocsf::{Class, Flat, Path, paths};

use super::Eve;
use crate::aws::shared::put_severity;
use crate::json;

/// `finding_info.analytic.type_id`: a rule.
const RULE: i64 = 1;

/// The event as attributes.
pub(super) fn flat<'f>(eve: &'f Eve<'_>) -> Flat<'f> {
    let is_alert = json::has(eve.value, "alert");
    let (class, activity) = match (is_alert, eve.outcome()) {
        (true, _) => (Class::DETECTION_FINDING, 1),
        (false, Outcome::Failure) => (Class::NETWORK_ACTIVITY, 5),
        (false, _) => (Class::NETWORK_ACTIVITY, 6),
    };
    let mut flat = Flat::new(class, activity);
    head(eve, &mut flat);
    if is_alert {
        finding(eve, &mut flat);
    } else {
        put_severity(&mut flat, 1);
        crate::aws::shared::put_status(&mut flat, eve.outcome());
        flat.put_some(paths::STATUS_DETAIL, eve.trouble());
        traffic(eve, &mut flat);
        tls(eve, &mut flat);
    }
    ends(eve, is_alert, &mut flat);
    verdict(eve, &mut flat);
    ocsf::fitted(flat)
}

fn head<'f>(eve: &'f Eve<'_>, flat: &mut Flat<'f>) {
    let sensor = eve.sensor;
    flat.put(paths::TIME, eve.time.ocsf());
    flat.put(paths::METADATA_PRODUCT_NAME, sensor.product);
    flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, sensor.vendor);
    flat.put_some(paths::METADATA_PRODUCT_FEATURE_NAME, sensor.name);
    flat.put(paths::METADATA_EVENT_CODE, eve.kind());
    if let Some(cloud) = sensor.cloud {
        flat.put(paths::METADATA_PROFILES, "cloud");
        flat.put(paths::CLOUD_PROVIDER, cloud);
        flat.put_some(paths::CLOUD_ACCOUNT_UID, sensor.account);
        flat.put_some(paths::CLOUD_REGION, sensor.region);
        flat.put_some(paths::CLOUD_ZONE, sensor.zone);
    }
    if let Some(flow) = eve.number(&["flow_id"]) {
        flat.put(paths::METADATA_CORRELATION_UID, flow.to_string());
    }
}

/// A rule that matched. Suricata's priorities fall: 1 is the gravest.
fn finding<'f>(eve: &'f Eve<'_>, flat: &mut Flat<'f>) {
    put_severity(
        flat,
        match eve.number(&["alert", "severity"]) {
            Some(1) => 4,
            Some(2) => 3,
            Some(3) => 2,
            Some(_) => 1,
            None => 0,
        },
    );
    let rule = eve.number(&["alert", "signature_id"]).map(|id| id.to_string());
    let title = eve.text(&["alert", "signature"]).unwrap_or("a rule without a message");
    let flow = eve.number(&["flow_id"]).unwrap_or(0);
    let uid = format!("{flow}-{}-{}", rule.as_deref().unwrap_or("0"), eve.time.start);
    flat.put(paths::FINDING_INFO_TITLE, title);
    flat.put(paths::FINDING_INFO_UID, uid);
    flat.put_some(paths::FINDING_INFO_TYPES, eve.text(&["alert", "category"]));
    flat.put(paths::FINDING_INFO_ANALYTIC_NAME, title);
    flat.put(paths::FINDING_INFO_ANALYTIC_TYPE_ID, RULE);
    flat.put(paths::FINDING_INFO_ANALYTIC_TYPE, "Rule");
    flat.put_some(paths::FINDING_INFO_ANALYTIC_UID, rule.clone());
    flat.put_some(paths::FIREWALL_RULE_UID, rule);
    flat.put(paths::FIREWALL_RULE_NAME, title);
    flat.put_some(paths::FIREWALL_RULE_CATEGORY, eve.text(&["alert", "category"]));
    flat.put(paths::IS_ALERT, true);
    flat.put_some(paths::EVIDENCES_HTTP_REQUEST_USER_AGENT, eve.text(&["http", "http_user_agent"]));
    flat.put_some(paths::EVIDENCES_HTTP_REQUEST_URL_URL_STRING, eve.url());
    flat.put_some(paths::EVIDENCES_HTTP_REQUEST_HTTP_METHOD, eve.text(&["http", "http_method"]));
}

/// Who spoke with whom: of an alert as its evidence.
fn ends<'f>(eve: &'f Eve<'_>, is_alert: bool, flat: &mut Flat<'f>) {
    let pick = |alert: Path, traffic: Path| if is_alert { alert } else { traffic };
    let source = pick(paths::EVIDENCES_SRC_ENDPOINT_IP, paths::SRC_ENDPOINT_IP);
    let target = pick(paths::EVIDENCES_DST_ENDPOINT_IP, paths::DST_ENDPOINT_IP);
    flat.put_some(source, eve.ip("src_ip"));
    flat.put_some(target, eve.ip("dest_ip"));
    let ports = [
        (pick(paths::EVIDENCES_SRC_ENDPOINT_PORT, paths::SRC_ENDPOINT_PORT), "src_port"),
        (pick(paths::EVIDENCES_DST_ENDPOINT_PORT, paths::DST_ENDPOINT_PORT), "dest_port"),
    ];
    for (path, key) in ports {
        if let Some(port) = eve.port(key) {
            flat.put(path, port);
        }
    }
    let name = pick(paths::EVIDENCES_DST_ENDPOINT_HOSTNAME, paths::DST_ENDPOINT_HOSTNAME);
    flat.put_some(name, eve.server());
    let protocol = eve.text(&["proto"]).map(str::to_ascii_lowercase);
    let (direction, called) = match eve.text(&["direction"]) {
        Some("to_client") => (1, "Inbound"),
        Some("to_server") => (2, "Outbound"),
        _ => (0, "Unknown"),
    };
    if protocol.is_some() || direction > 0 {
        let paths = [
            (paths::EVIDENCES_CONNECTION_INFO_DIRECTION_ID, paths::CONNECTION_INFO_DIRECTION_ID),
            (paths::EVIDENCES_CONNECTION_INFO_DIRECTION, paths::CONNECTION_INFO_DIRECTION),
            (paths::EVIDENCES_CONNECTION_INFO_PROTOCOL_NAME, paths::CONNECTION_INFO_PROTOCOL_NAME),
        ];
        let [id, caption, name] = paths.map(|(alert, traffic)| pick(alert, traffic));
        flat.put(id, direction);
        flat.put(caption, called);
        flat.put_some(name, protocol);
    }
    let mut named = flat.attributes().iter().map(|attribute| attribute.path.name());
    if !is_alert && !named.any(|n| n.starts_with("src_endpoint") || n.starts_with("dst_endpoint")) {
        // The class wants an end, even of traffic that has no addresses.
        flat.put(paths::SRC_ENDPOINT_NAME, "unknown");
    }
}

/// What the engine did with the packet.
fn verdict<'f>(eve: &'f Eve<'_>, flat: &mut Flat<'f>) {
    let Some(word) = eve.verdict() else { return };
    let ((id, name), (disposition, called)) = match (eve.outcome(), eve.kind()) {
        (Outcome::Failure, _) if word.eq_ignore_ascii_case("reject") => {
            ((2, "Denied"), (25, "Rejected"))
        }
        (Outcome::Failure, _) if word.eq_ignore_ascii_case("drop") => {
            ((2, "Denied"), (6, "Dropped"))
        }
        (Outcome::Failure, _) => ((2, "Denied"), (2, "Blocked")),
        (_, "alert") if !word.eq_ignore_ascii_case("pass") => ((3, "Observed"), (19, "Alert")),
        (Outcome::Success, _) => ((1, "Allowed"), (1, "Allowed")),
        (Outcome::Unknown, _) => ((99, word), (99, word)),
    };
    flat.put(paths::METADATA_PROFILES, "security_control");
    flat.put(paths::ACTION_ID, id);
    flat.put(paths::ACTION, name);
    flat.put(paths::DISPOSITION_ID, disposition);
    flat.put(paths::DISPOSITION, called);
}

/// How much was sent. A netflow counts one direction, a flow both.
fn traffic<'f>(eve: &'f Eve<'_>, flat: &mut Flat<'f>) {
    if matches!(eve.kind(), "netflow" | "flow") {
        flat.put(paths::START_TIME, eve.time.ocsf());
        flat.put(paths::END_TIME, eve.time.closing().ocsf());
    }
    let counts: [(Path, &[&str]); 6] = [
        (paths::TRAFFIC_BYTES, &["netflow", "bytes"]),
        (paths::TRAFFIC_PACKETS, &["netflow", "pkts"]),
        (paths::TRAFFIC_BYTES_OUT, &["flow", "bytes_toserver"]),
        (paths::TRAFFIC_BYTES_IN, &["flow", "bytes_toclient"]),
        (paths::TRAFFIC_PACKETS_OUT, &["flow", "pkts_toserver"]),
        (paths::TRAFFIC_PACKETS_IN, &["flow", "pkts_toclient"]),
    ];
    for (path, key) in counts {
        if let Some(count) = eve.number(key) {
            flat.put(path, count);
        }
    }
    let flags = eve.text(&["tcp", "tcp_flags"]).and_then(|hex| i64::from_str_radix(hex, 16).ok());
    if let Some(flags) = flags {
        flat.put(paths::CONNECTION_INFO_TCP_FLAGS, flags);
        if eve.text(&["proto"]).is_none() {
            flat.put(paths::CONNECTION_INFO_DIRECTION_ID, 0);
        }
    }
}

fn tls<'f>(eve: &'f Eve<'_>, flat: &mut Flat<'f>) {
    let sni = eve.text(&["tls", "sni"]).or_else(|| eve.text(&["sni"]));
    if sni.is_none() && !json::has(eve.value, "tls") {
        return;
    }
    flat.put_some(paths::TLS_SNI, sni);
    let version = eve.text(&["tls", "version"]).unwrap_or("unknown");
    flat.put(paths::TLS_VERSION, version.trim_start_matches("TLS "));
    let (issuer, serial) = (eve.text(&["tls", "issuerdn"]), eve.text(&["tls", "serial"]));
    if let (Some(issuer), Some(serial)) = (issuer, serial) {
        flat.put(paths::TLS_CERTIFICATE_ISSUER, issuer);
        flat.put(paths::TLS_CERTIFICATE_SERIAL_NUMBER, serial);
        flat.put_some(paths::TLS_CERTIFICATE_SUBJECT, eve.text(&["tls", "subject"]));
    }
    let (id, name) = (1, "MD5");
    if let Some(hash) = eve.text(&["tls", "ja3", "hash"]) {
        flat.put(paths::TLS_JA3_HASH_ALGORITHM_ID, id);
        flat.put(paths::TLS_JA3_HASH_ALGORITHM, name);
        flat.put(paths::TLS_JA3_HASH_VALUE, hash);
    }
    if let Some(hash) = eve.text(&["tls", "ja3s", "hash"]) {
        flat.put(paths::TLS_JA3S_HASH_ALGORITHM_ID, id);
        flat.put(paths::TLS_JA3S_HASH_ALGORITHM, name);
        flat.put(paths::TLS_JA3S_HASH_VALUE, hash);
    }
}
