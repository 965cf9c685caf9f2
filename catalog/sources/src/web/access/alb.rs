//! Access logs of the Application Load Balancer and of its forerunner, the Classic one.
//!
//! Follows "Access logs for your Application Load Balancer", Access log entry syntax.

use std::borrow::Cow;

use model::Time;

use super::common::seconds_to_millis;
use super::hit::{Hit, Own, Url, some, split_port};
use super::text::{Word, unescape, words};

/// The fields in their order. A Classic Load Balancer has no `type` and ends with `ssl_protocol`.
const NAMES: &[&str] = &[
    "type",
    "time",
    "elb",
    "client:port",
    "target:port",
    "request_processing_time",
    "target_processing_time",
    "response_processing_time",
    "elb_status_code",
    "target_status_code",
    "received_bytes",
    "sent_bytes",
    "request",
    "user_agent",
    "ssl_cipher",
    "ssl_protocol",
    "target_group_arn",
    "trace_id",
    "domain_name",
    "chosen_cert_arn",
    "matched_rule_priority",
    "request_creation_time",
    "actions_executed",
    "redirect_url",
    "error_reason",
    "target:port_list",
    "target_status_code_list",
    "classification",
    "classification_reason",
    "conn_trace_id",
    "transformed_host",
    "transformed_uri",
    "request_transform_status",
    "ip_address",
];

/// The least an entry has: all up to the request.
const FIELDS_MIN: usize = 13;

/// Whether a line starts as an entry does: a type and a time, or a time and a balancer's name.
pub fn matches(line: &str) -> bool {
    let mut words = line.splitn(5, ' ');
    let is_time = |word: Option<&str>| word.is_some_and(is_utc);
    match words.next() {
        Some("http" | "https" | "h2" | "grpcs" | "ws" | "wss") => is_time(words.next()),
        Some(first) if is_utc(first) => {
            let is_name = words.next().is_some_and(|name| !name.contains(['[', '"', '=']));
            let is_client = words.next().is_some_and(|client| split_port(client).1.is_some());
            let is_target = words.next().is_some_and(|t| t == "-" || split_port(t).1.is_some());
            is_name && is_client && is_target
        }
        _ => false,
    }
}

fn is_utc(word: &str) -> bool {
    word.ends_with('Z') && Time::parse_rfc3339(word).is_some()
}

/// Reads one entry.
pub fn parse(line: &str) -> Result<Hit<'_>, String> {
    let words = words(line);
    let classic = words.first().is_some_and(|w| is_utc(w.text));
    let names = if classic { NAMES.get(1..).unwrap_or(NAMES) } else { NAMES };
    let offset = usize::from(classic);
    if words.len() + offset < FIELDS_MIN {
        return Err(format!("a load balancer's entry with {} fields", words.len()));
    }
    let pairs: Vec<(&str, &str)> =
        names.iter().copied().zip(words.iter().map(|w: &Word<'_>| w.text)).collect();
    let get = |name: &str| pairs.iter().find(|(n, _)| *n == name).and_then(|(_, v)| some(v));
    let time = get("time").and_then(Time::parse_rfc3339).ok_or("time cannot be read")?;
    let mut hit = Hit {
        time: Some(time),
        product: "Elastic Load Balancing",
        vendor: Some("AWS"),
        balancer: get("elb").map(Cow::Borrowed),
        status: get("elb_status_code").and_then(|s| s.parse().ok()),
        received: get("received_bytes").and_then(|s| s.parse().ok()),
        sent: get("sent_bytes").and_then(|s| s.parse().ok()),
        agent: get("user_agent").map(unescape),
        tls_cipher: get("ssl_cipher").map(Cow::Borrowed),
        tls_version: get("ssl_protocol").map(Cow::Borrowed),
        request_id: get("trace_id").map(Cow::Borrowed),
        ..Hit::default()
    };
    if let Some((client, port)) = get("client:port").map(split_port) {
        (hit.client, hit.client_port) = (Some(Cow::Borrowed(client)), port);
    }
    if let Some((server, port)) = get("target:port").map(split_port) {
        (hit.server, hit.server_port) = (Some(Cow::Borrowed(server)), port);
    }
    hit.milliseconds = taken(&get);
    set_request(get("request").unwrap_or("-"), &mut hit);
    let domain = get("domain_name").map(Cow::Borrowed);
    hit.host = domain.or_else(|| url_host(&hit));
    hit.own = Own::Pairs(pairs);
    Ok(hit)
}

/// The three times that make up a request, each in seconds and -1 where it was not reached.
fn taken<'a>(get: &dyn Fn(&str) -> Option<&'a str>) -> Option<i64> {
    let names = ["request_processing_time", "target_processing_time", "response_processing_time"];
    names.iter().map(|name| seconds_to_millis(get(name)?)).sum()
}

/// The request; a malformed one is written `- http://name:80- -`.
fn set_request<'a>(request: &'a str, hit: &mut Hit<'a>) {
    match request.strip_prefix("- ") {
        Some(_) => hit.request = Some(Cow::Borrowed(request)),
        None => hit.set_request(request),
    }
}

fn url_host<'a>(hit: &Hit<'a>) -> Option<Cow<'a, str>> {
    match &hit.target {
        Some(Cow::Borrowed(target)) => Url::cut(target).host.map(Cow::Borrowed),
        Some(Cow::Owned(target)) => Url::cut(target).host.map(|h| Cow::Owned(h.to_owned())),
        None => None,
    }
}
