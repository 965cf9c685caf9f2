//! The columns of CloudFront's logs: named by a head line, else in the documented order.

use std::borrow::Cow;

use model::Time;

use crate::json;
use crate::percent::decode;
use crate::web::access::common::seconds_to_millis;
use crate::web::access::hit::{Hit, Own, some};

/// More columns than this are no log.
const COLUMNS_MAX: usize = 128;

/// The columns of a standard log.
const STANDARD: &[&str] = &[
    "date",
    "time",
    "x-edge-location",
    "sc-bytes",
    "c-ip",
    "cs-method",
    "cs(Host)",
    "cs-uri-stem",
    "sc-status",
    "cs(Referer)",
    "cs(User-Agent)",
    "cs-uri-query",
    "cs(Cookie)",
    "x-edge-result-type",
    "x-edge-request-id",
    "x-host-header",
    "cs-protocol",
    "cs-bytes",
    "time-taken",
    "x-forwarded-for",
    "ssl-protocol",
    "ssl-cipher",
    "x-edge-response-result-type",
    "cs-protocol-version",
    "fle-status",
    "fle-encrypted-fields",
    "c-port",
    "time-to-first-byte",
    "x-edge-detailed-result-type",
    "sc-content-type",
    "sc-content-len",
    "sc-range-start",
    "sc-range-end",
];

/// The columns of a real-time log with every field.
const REAL_TIME: &[&str] = &[
    "timestamp",
    "c-ip",
    "time-to-first-byte",
    "sc-status",
    "sc-bytes",
    "cs-method",
    "cs-protocol",
    "cs-host",
    "cs-uri-stem",
    "cs-bytes",
    "x-edge-location",
    "x-edge-request-id",
    "x-host-header",
    "time-taken",
    "cs-protocol-version",
    "c-ip-version",
    "cs-user-agent",
    "cs-referer",
    "cs-cookie",
    "cs-uri-query",
    "x-edge-response-result-type",
    "x-forwarded-for",
    "ssl-protocol",
    "ssl-cipher",
    "x-edge-result-type",
    "fle-encrypted-fields",
    "fle-status",
    "sc-content-type",
    "sc-content-len",
    "sc-range-start",
    "sc-range-end",
    "c-port",
    "x-edge-detailed-result-type",
    "c-country",
    "cs-accept-encoding",
    "cs-accept",
    "cache-behavior-path-pattern",
    "cs-headers",
    "cs-header-names",
    "cs-headers-count",
    "primary-distribution-id",
    "primary-distribution-dns-name",
    "origin-fbl",
    "origin-lbl",
    "asn",
];
/// Real-time logs leave out columns from the end only if somebody chose so; fewer are ambiguous.
const REAL_TIME_LEAST: usize = 26;

/// The order of columns that holds in a blob.
#[derive(Default)]
pub(super) struct Columns {
    named: Vec<String>,
}

impl Columns {
    /// Takes in a line that is no record: a directive, or the names of the columns.
    pub(super) fn take_head(&mut self, line: &str) -> bool {
        let names = match line.strip_prefix("#Fields:") {
            Some(names) => names,
            None if line.starts_with('#') => return true,
            // Version 2 can write the names without a directive.
            None if line.contains("x-edge-") && line.contains("sc-status") => line,
            None => return false,
        };
        let names: Vec<&str> = names.split([' ', '\t', ',']).filter(|n| !n.is_empty()).collect();
        let is_head = names.len() <= COLUMNS_MAX && names.iter().all(|name| is_name(name));
        if is_head {
            self.named = names.into_iter().map(str::to_owned).collect();
        }
        is_head || line.starts_with('#')
    }

    /// Whether the names are CloudFront's.
    pub(super) fn are_ours(&self) -> bool {
        self.named.iter().any(|name| name.starts_with("x-edge-"))
    }

    /// Reads one record.
    pub(super) fn parse<'a>(&'a self, line: &'a str) -> Result<Hit<'a>, String> {
        let separator = if line.contains('\t') { '\t' } else { ' ' };
        let values: Vec<&str> = line.split(separator).take(COLUMNS_MAX + 1).collect();
        let pairs: Vec<(&str, &str)> = if self.are_ours() {
            let (found, wanted) = (values.len(), self.named.len());
            if found != wanted {
                return Err(format!("{found} values where the head names {wanted} columns"));
            }
            self.named.iter().map(String::as_str).zip(values).collect()
        } else {
            let order = order(&values).ok_or("no head line, and no known order of columns")?;
            order.iter().copied().zip(values).collect()
        };
        let get = |name: &str| {
            pairs.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
        };
        let mut hit = hit(&get, None)?;
        hit.own = Own::Pairs(pairs);
        Ok(hit)
    }
}

/// The documented order that values are in.
fn order(values: &[&str]) -> Option<&'static [&'static str]> {
    let value = |at: usize| values.get(at).copied().unwrap_or("");
    let is_ip = |text: &str| text.parse::<std::net::IpAddr>().is_ok();
    let is_method = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase());
    let is_status = |text: &str| text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
    let is_standard = values.len() == STANDARD.len()
        && value(0).len() == 10
        && is_ip(value(4))
        && is_method(value(5))
        && is_status(value(8));
    let is_real_time = (REAL_TIME_LEAST..=REAL_TIME.len()).contains(&values.len())
        && value(0).parse::<f64>().is_ok_and(|seconds| seconds > 1e9)
        && is_ip(value(1))
        && is_status(value(3))
        && is_method(value(5));
    match (is_standard, is_real_time) {
        (true, _) => Some(STANDARD),
        (_, true) => Some(REAL_TIME),
        _ => None,
    }
}

fn is_name(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b"-_()".contains(&b);
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(is_part)
}

/// The record whose columns `get` finds; `delivered` is the time that a wrapper states.
pub(super) fn hit<'a>(
    get: &dyn Fn(&str) -> Option<&'a str>,
    delivered: Option<Time>,
) -> Result<Hit<'a>, String> {
    let text = |names: &[&str]| names.iter().find_map(|name| some(get(name)?));
    let number = |name: &str| text(&[name]).and_then(|value| value.parse().ok());
    let time = time(get).or(delivered).ok_or("date and time, or timestamp, cannot be read")?;
    Ok(Hit {
        time: Some(time),
        product: "Amazon CloudFront",
        vendor: Some("AWS"),
        client: text(&["c-ip"]).map(Cow::Borrowed),
        client_port: number("c-port"),
        method: text(&["cs-method"]).map(Cow::Borrowed),
        target: text(&["cs-uri-stem"]).map(Cow::Borrowed),
        query: text(&["cs-uri-query"]).map(Cow::Borrowed),
        protocol: text(&["cs-protocol-version"]).map(Cow::Borrowed),
        // `000` is a client that went away before the answer.
        status: number("sc-status").filter(|status| *status > 0),
        failed: text(&["sc-status"]) == Some("000"),
        sent: number("sc-bytes"),
        received: number("cs-bytes"),
        referer: text(&["cs(Referer)", "cs-referer"]).map(decode),
        agent: text(&["cs(User-Agent)", "cs-user-agent"]).map(decode),
        host: text(&["x-host-header", "cs(Host)", "cs-host"]).map(Cow::Borrowed),
        forwarded: text(&["x-forwarded-for"]).map(decode),
        request_id: text(&["x-edge-request-id"]).map(Cow::Borrowed),
        milliseconds: text(&["time-taken"]).and_then(seconds_to_millis),
        tls_version: text(&["ssl-protocol"]).map(Cow::Borrowed),
        tls_cipher: text(&["ssl-cipher"]).map(Cow::Borrowed),
        ..Hit::default()
    })
}

/// When it happened, in UTC: `date` and `time`, or a number since 1970.
fn time<'a>(get: &dyn Fn(&str) -> Option<&'a str>) -> Option<Time> {
    if let (Some(date), Some(time)) = (get("date"), get("time")) {
        return Time::parse_civil(&format!("{date} {time}"), 0);
    }
    let stamp = get("timestamp(ms)").or_else(|| get("timestamp"))?;
    json::time(&sonic_rs::Value::from(stamp))
}
