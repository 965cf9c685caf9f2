//! The names that rules and people ask for: the log's own, those of Sigma's web server taxonomy,
//! and those of nginx.

use ocsf::Scalar;

use super::hit::{Hit, Own};
use crate::json;

/// The names that answer in most records of every format.
pub const COMMON: &[&str] = &[
    "c-ip",
    "c-uri",
    "c-uri-extension",
    "c-uri-query",
    "c-uri-stem",
    "c-useragent",
    "cs-bytes",
    "cs-cookie",
    "cs-host",
    "cs-method",
    "cs-referer",
    "cs-uri",
    "cs-uri-query",
    "cs-uri-stem",
    "cs-user-agent",
    "cs-username",
    "cs-version",
    "s-ip",
    "s-port",
    "sc-bytes",
    "sc-status",
    "time-taken",
    "x-forwarded-for",
];

/// Hands the values of a field to `each`, under the log's own name first.
pub fn visit(hit: &Hit<'_>, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
    let mut found = false;
    match &hit.own {
        Own::Json(value) => {
            json::visit(value, name, &mut |scalar| {
                found = true;
                each(scalar)
            });
        }
        Own::Pairs(pairs) => {
            let own = pairs.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
            // The query is asked for with the whole target, see below.
            if let Some((_, value)) = own.filter(|(own, _)| *own != "cs-uri-query") {
                found = true;
                if !value.is_empty() && *value != "-" {
                    each(scalar(value));
                }
            }
        }
        Own::None => {}
    }
    if !found {
        taxonomy(hit, name, each);
    }
}

/// A text of a log as a number where it is one.
fn scalar(text: &str) -> Scalar<'_> {
    match text.parse::<i64>() {
        Ok(number) if text.len() <= 18 && !text.starts_with('+') => Scalar::Int(number),
        _ => Scalar::from(text),
    }
}

fn taxonomy(hit: &Hit<'_>, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
    let url = hit.url();
    let text = match name {
        "c-ip" | "client_ip" | "clientip" | "remote_addr" | "src_ip" => hit.client.as_deref(),
        "cs-method" | "method" | "request_method" => hit.method.as_deref(),
        "cs-uri" | "c-uri" | "uri" | "request_uri" => {
            return uri(hit, each);
        }
        "cs-uri-stem" | "c-uri-stem" | "c-uri-path" | "uri_path" => Some(url.path),
        // Rules look here for the query alone and for the whole target: both are answered.
        "cs-uri-query" | "c-uri-query" => {
            if url.query.is_none_or(|query| each(Scalar::from(query))) {
                uri(hit, each);
            }
            return;
        }
        "query" | "query_string" => url.query,
        "c-uri-extension" | "cs-uri-extension" => extension(url.path),
        "cs-user-agent" | "c-useragent" | "cs(User-Agent)" | "http_user_agent" | "user_agent" => {
            hit.agent.as_deref()
        }
        "cs-referer" | "cs-referrer" | "cs(Referer)" | "http_referer" | "referer" => {
            hit.referer.as_deref()
        }
        "cs-cookie" => return own(hit, "cs(Cookie)", each),
        "cs-host" | "cs(Host)" | "http_host" | "r-dns" | "host" => hit.host.as_deref().or(url.host),
        "cs-username" | "remote_user" => hit.user.as_deref(),
        "cs-version" | "server_protocol" => hit.protocol.as_deref(),
        "s-ip" => hit.server.as_deref(),
        "x-forwarded-for" | "http_x_forwarded_for" => hit.forwarded.as_deref(),
        "request" => hit.request.as_deref(),
        "request_id" | "trace_id" => hit.request_id.as_deref(),
        "message" => hit.message.as_deref(),
        _ => return number(hit, name, each),
    };
    if let Some(text) = text.filter(|t| !t.is_empty()) {
        each(Scalar::from(text));
    }
}

fn number(hit: &Hit<'_>, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
    let number = match name {
        "sc-status" | "status" | "status_code" => hit.status,
        "sc-bytes" | "body_bytes_sent" | "bytes_sent" => hit.sent,
        "cs-bytes" | "request_length" => hit.received,
        "c-port" | "remote_port" => hit.client_port,
        "s-port" => hit.server_port,
        "time-taken" => hit.milliseconds,
        _ => None,
    };
    if let Some(number) = number {
        each(Scalar::Int(number));
    }
}

/// The target with its query, or what came in the place of a request.
fn uri(hit: &Hit<'_>, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
    match (hit.target.as_deref(), hit.query.as_deref()) {
        (Some(target), Some(query)) => each(Scalar::from(format!("{target}?{query}"))),
        (Some(target), None) => each(Scalar::from(target)),
        (None, _) => hit.request.as_deref().is_none_or(|request| each(Scalar::from(request))),
    };
}

fn own(hit: &Hit<'_>, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
    if let Own::Pairs(pairs) = &hit.own
        && let Some((_, value)) = pairs.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))
        && !value.is_empty()
        && *value != "-"
    {
        each(Scalar::from(*value));
    }
}

/// What follows the last dot of a path's last part.
fn extension(path: &str) -> Option<&str> {
    let file = path.rsplit('/').next()?;
    file.rsplit_once('.').map(|(_, extension)| extension)
}
