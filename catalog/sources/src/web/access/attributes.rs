//! A record of an access log as OCSF.
//!
//! Follows OCSF 1.5.0: HTTP Activity (4002) for requests, Network Activity (4001) for
//! connections, Base Event (0) for what the server says of itself. The client is the source of
//! the traffic, so the bytes it gets are `bytes_in`.

use std::net::IpAddr;

use model::Outcome;
use ocsf::{Class, Flat, paths};

use super::hit::{Hit, Kind, Url, split_port};

/// `activity_id` Other, for methods that the schema does not number.
const OTHER: i64 = 99;
/// How many addresses of `X-Forwarded-For` are kept.
const FORWARDED_MAX: usize = 32;

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
        Some(other) => (OTHER, other),
        None => (0, "Unknown"),
    }
}

/// The record as attributes.
pub fn flat<'h>(hit: &'h Hit<'_>) -> Flat<'h> {
    // A class of the network needs an end to speak of; HTTP a request or an answer.
    let says_nothing = hit.method.is_none() && hit.target.is_none() && hit.status.is_none();
    let mut flat = match hit.kind {
        Kind::Message => Flat::new(Class::BASE_EVENT, 0),
        Kind::Request if says_nothing => Flat::new(Class::BASE_EVENT, 0),
        Kind::Connection => connection(hit),
        Kind::Request => request(hit),
    };
    flat.put(paths::SEVERITY_ID, 1);
    flat.put(paths::TIME, hit.time.map_or(0, model::Time::ocsf));
    flat.put(paths::METADATA_PRODUCT_NAME, hit.product);
    flat.put_some(paths::METADATA_PRODUCT_VENDOR_NAME, hit.vendor);
    flat.put(paths::METADATA_LOG_NAME, "access");
    let (id, name) = match hit.outcome() {
        Outcome::Success => (1, "Success"),
        Outcome::Failure => (2, "Failure"),
        Outcome::Unknown => (0, "Unknown"),
    };
    flat.put(paths::STATUS_ID, id);
    flat.put(paths::STATUS, name);
    flat.put_some(paths::MESSAGE, hit.message.as_deref().or(hit.request.as_deref()));
    flat
}

fn connection<'h>(hit: &'h Hit<'_>) -> Flat<'h> {
    const TRAFFIC: i64 = 6;
    const FAIL: i64 = 4;
    let mut flat = Flat::new(Class::NETWORK_ACTIVITY, if hit.failed { FAIL } else { TRAFFIC });
    ends(hit, &Url::default(), &mut flat);
    flat
}

fn request<'h>(hit: &'h Hit<'_>) -> Flat<'h> {
    let method = hit.method.as_deref();
    let (id, name) = activity(method);
    let mut flat = Flat::new(Class::HTTP_ACTIVITY, id);
    flat.put(paths::ACTIVITY_NAME, name);
    // The schema lists the methods; another one stands as the activity's name.
    flat.put_some(paths::HTTP_REQUEST_HTTP_METHOD, method.filter(|_| (1..OTHER).contains(&id)));
    let url = hit.url();
    address(hit, &url, &mut flat);
    flat.put_some(paths::HTTP_REQUEST_USER_AGENT, hit.agent.as_deref());
    flat.put_some(paths::HTTP_REQUEST_REFERRER, hit.referer.as_deref());
    flat.put_some(paths::HTTP_REQUEST_UID, hit.request_id.as_deref());
    let version = hit.protocol.as_deref();
    flat.put_some(paths::HTTP_REQUEST_VERSION, version.map(|v| v.trim_start_matches("HTTP/")));
    if let Some(received) = hit.received.filter(|b| *b >= 0) {
        flat.put(paths::HTTP_REQUEST_LENGTH, received);
    }
    for forwarded in hit.forwarded.iter().flat_map(|f| f.split(',')).take(FORWARDED_MAX) {
        let ip = forwarded.trim();
        if ip.parse::<IpAddr>().is_ok() {
            flat.put(paths::HTTP_REQUEST_X_FORWARDED_FOR, ip);
        }
    }
    if let Some(status) = hit.status {
        flat.put(paths::HTTP_RESPONSE_CODE, status);
        flat.put(paths::STATUS_CODE, status.to_string());
        if let Some(sent) = hit.sent.filter(|b| *b >= 0) {
            flat.put(paths::HTTP_RESPONSE_LENGTH, sent);
        }
    }
    ends(hit, &url, &mut flat);
    if let Some(user) = hit.user.as_deref() {
        flat.put(paths::METADATA_PROFILES, "host");
        flat.put(paths::ACTOR_USER_NAME, user);
    }
    let mut named = flat.attributes().iter().map(|attribute| attribute.path.name());
    let tells = named.any(|name| name.starts_with("http_re"));
    // An odd method with nothing else to tell is no request that the class would know.
    if tells { flat } else { Flat::new(Class::BASE_EVENT, 0) }
}

fn address<'h>(hit: &'h Hit<'_>, url: &Url<'h>, flat: &mut Flat<'h>) {
    let Some(target) = hit.target.as_deref() else { return };
    flat.put(paths::HTTP_REQUEST_URL_PATH, if url.path.is_empty() { "/" } else { url.path });
    flat.put_some(paths::HTTP_REQUEST_URL_QUERY_STRING, url.query);
    if url.scheme.is_some() {
        flat.put(paths::HTTP_REQUEST_URL_URL_STRING, target);
        flat.put_some(paths::HTTP_REQUEST_URL_SCHEME, url.scheme);
    }
    let host = url.host.or(hit.host.as_deref().map(|h| split_port(h).0));
    flat.put_some(paths::HTTP_REQUEST_URL_HOSTNAME, host);
    if let Some(port) = url.port {
        flat.put(paths::HTTP_REQUEST_URL_PORT, port);
    }
}

/// Both ends of the connection, what went between them, how long it took.
fn ends<'h>(hit: &'h Hit<'_>, url: &Url<'h>, flat: &mut Flat<'h>) {
    let is_port = |port: &i64| (0..=65_535).contains(port);
    let is_ip = |text: &&str| text.parse::<IpAddr>().is_ok();
    let client = hit.client.as_deref();
    flat.put_some(paths::SRC_ENDPOINT_IP, hit.address());
    flat.put_some(paths::SRC_ENDPOINT_HOSTNAME, client.filter(|c| !is_ip(c)));
    let is_named = flat.has_any(&[paths::SRC_ENDPOINT_IP, paths::SRC_ENDPOINT_HOSTNAME]);
    if let Some(port) = hit.client_port.filter(|port| is_named && is_port(port)) {
        flat.put(paths::SRC_ENDPOINT_PORT, port);
    }
    let server = hit.server.as_deref();
    flat.put_some(paths::DST_ENDPOINT_IP, server.filter(is_ip));
    if let Some(port) = hit.server_port.filter(is_port) {
        flat.put(paths::DST_ENDPOINT_PORT, port);
    }
    let host = hit.host.as_deref().map(|h| split_port(h).0).or(url.host);
    flat.put_some(paths::DST_ENDPOINT_HOSTNAME, host.or(server.filter(|s| !is_ip(s))));
    flat.put_some(paths::DST_ENDPOINT_SVC_NAME, Some(hit.product));
    if let Some(balancer) = hit.balancer.as_deref() {
        flat.put(paths::METADATA_PROFILES, "load_balancer");
        flat.put(paths::LOAD_BALANCER_NAME, balancer);
    }
    if let Some(version) = hit.tls_version.as_deref() {
        flat.put(paths::TLS_VERSION, version);
        flat.put_some(paths::TLS_CIPHER, hit.tls_cipher.as_deref());
    }
    let (sent, received) = (hit.sent.filter(|b| *b >= 0), hit.received.filter(|b| *b >= 0));
    if let Some(sent) = sent {
        flat.put(paths::TRAFFIC_BYTES_IN, sent);
    }
    if let Some(received) = received {
        flat.put(paths::TRAFFIC_BYTES_OUT, received);
    }
    if let (Some(sent), Some(received)) = (sent, received) {
        flat.put(paths::TRAFFIC_BYTES, sent.saturating_add(received));
    }
    if let Some(duration) = hit.milliseconds.filter(|m| *m >= 0) {
        flat.put(paths::DURATION, duration);
    }
}
