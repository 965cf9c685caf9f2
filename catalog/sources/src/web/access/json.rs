//! Access logs in JSON: nginx, Apache, Caddy, Traefik, Envoy, API gateways, by the usual names.
//!
//! A name is compared without case and punctuation, with those of the objects around it: Caddy's
//! `request.headers.User-Agent` and an `http_user_agent` fall together.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use model::Time;
use sonic_rs::{JsonContainerTrait, JsonType, JsonValueTrait, Value};

use super::hit::{Hit, Kind, Own, Text, some, split_port};
use super::names::{NAME_MAX, Slot, slot};
use super::text::bracket_time;
use crate::json;

/// How deep objects are looked into.
const DEPTH_MAX: usize = 5;

/// The values found, each by the best of its names.
#[derive(Default)]
struct Found<'v> {
    slots: [Option<(u8, &'v Value)>; Slot::COUNT],
}

impl<'v> Found<'v> {
    fn collect(&mut self, value: &'v Value, name: &mut Vec<u8>, depth: usize) {
        if let Some(object) = value.as_object() {
            if depth == DEPTH_MAX {
                return;
            }
            for (key, child) in object {
                let length = name.len();
                let room = NAME_MAX.saturating_sub(length);
                let bare = key.bytes().filter(u8::is_ascii_alphanumeric).take(room + 1);
                name.extend(bare.map(|b| b.to_ascii_lowercase()));
                self.collect(child, name, depth + 1);
                name.truncate(length);
            }
            return;
        }
        // Headers come as lists; the first value stands for them.
        let leaf = value.as_array().map_or(Some(value), |items| items.first());
        let (Some(leaf), Some((slot, rank))) = (leaf, slot(name)) else { return };
        let is_nothing = leaf.is_null() || leaf.as_str().is_some_and(|t| some(t).is_none());
        let Some(place) = self.slots.get_mut(slot as usize) else { return };
        if !is_nothing && place.is_none_or(|(taken, _)| rank < taken) {
            *place = Some((rank, leaf));
        }
    }

    fn get(&self, slot: Slot) -> Option<&'v Value> {
        self.slots.get(slot as usize).copied().flatten().map(|(_, value)| value)
    }

    fn text(&self, slot: Slot) -> Text<'v> {
        let value = self.get(slot)?;
        match value.get_type() {
            JsonType::String => value.as_str().and_then(some).map(Cow::Borrowed),
            JsonType::Number => Some(Cow::Owned(value.to_string())),
            _ => None,
        }
    }

    fn number(&self, slot: Slot) -> Option<i64> {
        let value = self.get(slot)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }
}

/// Which program's words a record has; they say what its numbers count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writer {
    Caddy,
    Traefik,
    Envoy,
    Other,
}

fn writer(value: &Value) -> Writer {
    let nested = json::at(value, &["request"]).is_some_and(JsonValueTrait::is_object);
    let logger = json::text(value, &["logger"]).unwrap_or("");
    if nested && (json::has(value, "resp_headers") || logger.starts_with("http.log")) {
        Writer::Caddy
    } else if json::has(value, "DownstreamStatus") || json::has(value, "OriginStatus") {
        Writer::Traefik
    } else if json::has(value, "downstream_remote_address") || json::has(value, "response_flags") {
        Writer::Envoy
    } else {
        Writer::Other
    }
}

/// Reads one object.
pub fn parse<'v>(value: &'v Value, zone: Option<&TimeZone>) -> Result<Hit<'v>, String> {
    let mut found = Found::default();
    found.collect(value, &mut Vec::with_capacity(NAME_MAX), 0);
    let writer = writer(value);
    let time = [Slot::Time, Slot::RequestTime].iter().find_map(|s| time(found.get(*s)?, zone));
    let mut hit = Hit {
        time: Some(time.ok_or("no time under a known name")?),
        own: Own::Json(value),
        product: match writer {
            Writer::Caddy => "Caddy",
            Writer::Traefik => "Traefik",
            Writer::Envoy => "Envoy",
            Writer::Other => "Web server",
        },
        message: found.text(Slot::Message),
        ..Hit::default()
    };
    request(&found, &mut hit);
    if hit.method.is_none() && hit.request.is_none() && hit.status.is_none() {
        hit.kind = Kind::Message;
        let says = hit.message.is_some() || json::has(value, "level");
        return if says { Ok(hit) } else { Err("no request and no message in it".into()) };
    }
    people(&found, &mut hit);
    hit.milliseconds = milliseconds(&found, writer);
    Ok(hit)
}

fn request<'v>(found: &Found<'v>, hit: &mut Hit<'v>) {
    if let Some(line) = found.get(Slot::RequestLine).and_then(JsonValueTrait::as_str) {
        hit.set_request(line);
    }
    hit.method = found.text(Slot::Method).or(hit.method.take());
    // Apache's examples name the path alone `request`, beside a method.
    let path = hit.request.take_if(|request| hit.method.is_some() && request.starts_with('/'));
    hit.target = found.text(Slot::Target).or(hit.target.take()).or(path);
    hit.protocol = found.text(Slot::Protocol).or(hit.protocol.take());
    hit.query = found.text(Slot::Query).map(|query| match query {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('?')),
        Cow::Owned(text) => Cow::Owned(text),
    });
    if hit.target.as_deref().is_some_and(|target| target.contains('?')) {
        hit.query = None;
    }
    hit.status = found.number(Slot::Status).filter(|s| (100..1000).contains(s));
    hit.sent = found.number(Slot::Sent);
    hit.received = found.number(Slot::Received);
}

fn people<'v>(found: &Found<'v>, hit: &mut Hit<'v>) {
    hit.client = found.text(Slot::Client);
    hit.client_port = found.number(Slot::ClientPort);
    (hit.client, hit.client_port) = apart(hit.client.take(), hit.client_port);
    hit.user = found.text(Slot::User);
    hit.referer = found.text(Slot::Referer);
    hit.agent = found.text(Slot::Agent);
    hit.host = found.text(Slot::Host);
    hit.forwarded = found.text(Slot::Forwarded);
    hit.request_id = found.text(Slot::RequestId);
    hit.server_port = found.number(Slot::ServerPort);
    (hit.server, hit.server_port) = apart(found.text(Slot::Server), hit.server_port);
    hit.tls_version = found.text(Slot::TlsVersion);
    hit.tls_cipher = found.text(Slot::TlsCipher);
}

/// `address:port` as address and port; an address alone stays as it is.
fn apart(text: Text<'_>, port: Option<i64>) -> (Text<'_>, Option<i64>) {
    let is_ip = |text: &str| text.parse::<std::net::IpAddr>().is_ok();
    match text {
        Some(Cow::Borrowed(text)) if !is_ip(text) => {
            let (address, own) = split_port(text);
            if is_ip(address) {
                (Some(Cow::Borrowed(address)), port.or(own))
            } else {
                (Some(Cow::Borrowed(text)), port)
            }
        }
        other => (other, port),
    }
}

fn time(value: &Value, zone: Option<&TimeZone>) -> Option<Time> {
    // nginx's seconds with milliseconds come as text, Apache's time in its brackets.
    let text = value.as_str().map(|t| t.trim_matches(['[', ']']));
    json::time(value).or_else(|| bracket_time(text?, zone))
}

/// The time taken, where its unit is certain.
fn milliseconds(found: &Found<'_>, writer: Writer) -> Option<i64> {
    let float = |slot: Slot| {
        let value = found.get(slot)?;
        value.as_f64().or_else(|| value.as_str()?.parse().ok())
    };
    let (amount, unit) = match (float(Slot::Millis), float(Slot::RequestTime)) {
        (Some(millis), _) => (millis, 1.0),
        (None, Some(seconds)) => (seconds, 1000.0),
        (None, None) => (
            float(Slot::Duration)?,
            match writer {
                Writer::Caddy => 1000.0,
                Writer::Envoy => 1.0,
                Writer::Traefik => 1e-6,
                Writer::Other => return None,
            },
        ),
    };
    let millis = amount * unit;
    (0.0..1e12).contains(&millis).then(|| millis.round() as i64)
}

/// How a JSON record looks to somebody who must tell kinds of log apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// An access log's record and nobody else's.
    Certain,
    /// A request with its answer, by the usual names.
    Request,
    /// What a web server says of itself between requests.
    Beside,
    /// Something else.
    Other,
}

/// Says how a record looks.
pub fn look(value: &Value) -> Look {
    let Ok(hit) = parse(value, None) else { return Look::Other };
    let whole = hit.status.is_some()
        && (hit.method.is_some() || hit.request.is_some())
        && (hit.client.is_some() || hit.host.is_some());
    let logger = json::text(value, &["logger"]).unwrap_or("");
    match writer(value) {
        Writer::Caddy if logger.starts_with("http.log.access") => Look::Certain,
        Writer::Traefik if hit.kind == Kind::Request => Look::Certain,
        Writer::Envoy if hit.kind == Kind::Request => Look::Request,
        _ if json::has(value, "apiVersion") || json::has(value, "eventSource") => Look::Other,
        // An application that logs requests among other things is an application.
        _ if ["level", "severity", "loglevel", "levelname", "lvl"]
            .iter()
            .any(|n| json::has(value, n)) =>
        {
            if hit.kind == Kind::Message {
                Look::Beside
            } else {
                Look::Other
            }
        }
        _ if whole => Look::Request,
        _ => Look::Other,
    }
}
