//! The formats of access logs: JSON, CLF, XML and CSV, as AWS's examples write the `$context`
//! variables; JSON also with other names and more variables.

use std::borrow::Cow;

use model::Time;
use model::seam::source::ReadSettings;
use sonic_rs::{JsonContainerTrait, JsonType, JsonValueTrait, Value};

use super::body::Request;
use crate::json;
use crate::web::access::hit::{Hit, Own, some};
use crate::web::access::{common, text::bracket_time};

/// The columns of AWS's CSV example for REST APIs, and that for HTTP APIs.
const CSV_REST: &[&str] = &[
    "ip",
    "caller",
    "user",
    "requestTime",
    "httpMethod",
    "resourcePath",
    "protocol",
    "status",
    "responseLength",
    "requestId",
    "extendedRequestId",
];
const CSV_HTTP: &[&str] = &[
    "ip",
    "requestTime",
    "httpMethod",
    "routeKey",
    "protocol",
    "status",
    "responseLength",
    "requestId",
    "extendedRequestId",
];
/// The fewest columns of a CSV line: that of an HTTP API without an extended id.
const CSV_MIN: usize = 8;
/// Members that only a record of API Gateway has; one of them and a request id make one.
const MARKS: &[&str] = &[
    "apiid",
    "authorizererror",
    "authorizerprincipalid",
    "domainprefix",
    "extendedrequestid",
    "integrationerror",
    "integrationlatency",
    "integrationstatus",
    "resourceid",
    "resourcepath",
    "routekey",
];
/// How deep objects are looked into, and how many members are taken.
const DEPTH_MAX: usize = 4;
const MEMBERS_MAX: usize = 256;

/// Whether a line is an access log's by its look.
pub(super) fn matches(line: &str) -> bool {
    if line.starts_with('{') {
        return json::parse(line).is_ok_and(|value| is_record(&members(&value)));
    }
    if line.starts_with('<') {
        return tags(line).is_some_and(|tags| tags.len() > 3);
    }
    csv(line).is_some() || clf_ids(line).is_some()
}

/// Reads one record and hands it over.
pub(super) fn parse(
    text: &str,
    settings: &ReadSettings,
    each: &mut dyn FnMut(Request<'_>),
) -> Result<(), String> {
    if text.starts_with('{') {
        let value = json::parse(text)?;
        let members = members(&value);
        if !is_record(&members) {
            return Err("JSON, but no request to API Gateway".into());
        }
        let get = |name: &str| find(&members, name);
        let mut request = build(&get, settings);
        request.hit.own = Own::Json(&value);
        each(request);
        return Ok(());
    }
    let pairs = if text.starts_with('<') {
        tags(text).ok_or("no closed <request id=…>")?
    } else if let Some(pairs) = csv(text) {
        pairs
    } else {
        let (request_id, extended) = clf_ids(text).ok_or("no format of API Gateway fits")?;
        let hit = common::parse(text, settings.zone.as_ref())?;
        let mut request = Request { hit, id: Some(request_id.into()), ..Request::default() };
        request.extended_id = extended.map(Cow::Borrowed);
        // A route is a method and a path: `GET GET /pets HTTP/1.1`.
        let route = request.hit.target.as_deref().and_then(|route| route.split_once(" /"));
        if let Some((_, path)) = route {
            request.hit.target = Some(format!("/{path}").into());
        }
        callers(text, &mut request);
        each(dressed(request));
        return Ok(());
    };
    let get = |name: &str| {
        let found = pairs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        some(found.1).map(Cow::Borrowed)
    };
    let mut request = build(&get, settings);
    request.hit.own = Own::Pairs(pairs.clone());
    each(request);
    Ok(())
}

/// A record from its values, which are asked for by the names of AWS's examples.
fn build<'a>(get: &dyn Fn(&str) -> Option<Cow<'a, str>>, settings: &ReadSettings) -> Request<'a> {
    let first = |names: &[&str]| names.iter().find_map(|name| get(name));
    let number = |names: &[&str]| first(names)?.parse::<f64>().ok().map(|n| n.round() as i64);
    let time = |names: &[&str]| {
        let text = first(names)?;
        let text = text.trim_matches(['[', ']']);
        let epoch = || json::time(&Value::from(text));
        bracket_time(text, settings.zone.as_ref()).or_else(epoch)
    };
    let time: Option<Time> = time(&["requesttimeepoch", "timeepoch"])
        .or_else(|| time(&["requesttime", "time", "timestamp"]));
    let path = first(&["path", "uri", "url", "resourcepath"]);
    // A route is a method and a path, `$default` or the name of a WebSocket's action.
    let route = get("routekey").map(|route| match route.split_once(' ') {
        Some((_, path)) => Cow::Owned(path.to_owned()),
        None => route,
    });
    let hit = Hit {
        time,
        client: first(&["ip", "sourceip", "identitysourceip", "clientip", "remoteip"]),
        user: first(&[
            "user",
            "identityuser",
            "userarn",
            "identityuserarn",
            "authorizerprincipalid",
        ]),
        method: first(&["httpmethod", "method", "requestmethod"]),
        target: path.or(route),
        protocol: first(&["protocol"]),
        status: number(&["status", "statuscode", "httpstatus", "responsestatus"])
            .filter(|status| (100..1000).contains(status)),
        sent: number(&["responselength", "datasent"]),
        agent: first(&["useragent", "identityuseragent"]),
        host: first(&["domainname", "host"]),
        milliseconds: number(&["responselatency", "latency"]),
        ..Hit::default()
    };
    dressed(Request {
        hit,
        id: first(&["requestid", "id"]),
        extended_id: first(&["extendedrequestid"]),
        account: first(&["accountid"]),
        api: first(&["apiid", "api"]),
        stage: first(&["stage"]),
        caller: first(&["caller", "identitycaller"]),
        access_key: first(&["accesskey", "identityaccesskey"]),
        route: first(&["resourcepath", "routekey"]),
        detail: first(&[
            "errormessage",
            "error",
            "authorizererror",
            "integrationerror",
            "integrationerrormessage",
            "wafresponsecode",
        ]),
        kind: first(&["eventtype"]),
    })
}

fn dressed(mut request: Request<'_>) -> Request<'_> {
    request.hit.product = "Amazon API Gateway";
    request.hit.vendor = Some("AWS");
    let id = request.extended_id.as_ref().or(request.id.as_ref());
    request.hit.request_id = id.cloned();
    request
}

type Members<'v> = Vec<(String, &'v Value)>;

/// Every leaf by its name without case and punctuation; nested names run together.
fn members(value: &Value) -> Members<'_> {
    let mut found = Vec::new();
    collect(value, "", 0, &mut found);
    found
}

fn collect<'v>(value: &'v Value, around: &str, depth: usize, found: &mut Members<'v>) {
    let Some(object) = value.as_object() else { return };
    for (key, member) in object {
        if found.len() >= MEMBERS_MAX {
            return;
        }
        let bare = key.bytes().filter(u8::is_ascii_alphanumeric);
        let own: String = bare.map(|b| char::from(b.to_ascii_lowercase())).collect();
        let name = own.strip_prefix("context").filter(|n| !n.is_empty()).unwrap_or(&own);
        let name = format!("{around}{name}");
        if member.is_object() && depth < DEPTH_MAX {
            collect(member, &name, depth + 1, found);
        } else {
            found.push((name, member));
        }
    }
}

fn find<'v>(members: &[(String, &'v Value)], name: &str) -> Option<Cow<'v, str>> {
    let value: &'v Value = members.iter().find(|(key, _)| key == name)?.1;
    match value.get_type() {
        JsonType::String => value.as_str().and_then(some).map(Cow::Borrowed),
        JsonType::Number => Some(value.to_string().into()),
        _ => None,
    }
}

fn is_record(members: &[(String, &Value)]) -> bool {
    let has = |name: &str| members.iter().any(|(key, _)| key == name);
    let number = |name: &str| {
        let text = find(members, name);
        text.is_some_and(|text| text.parse::<u16>().is_ok())
    };
    has("requestid")
        && MARKS.iter().any(|mark| has(mark))
        && (number("status") || number("statuscode") || has("eventtype"))
        && (has("httpmethod") || has("routekey") || has("method") || has("eventtype"))
}

/// The members of `<request id="…"> <ip>…</ip> …</request>`.
fn tags(line: &str) -> Option<Vec<(&str, &str)>> {
    let rest = line.trim().strip_prefix("<request id=\"")?;
    let (id, rest) = rest.split_once("\">")?;
    let mut rest = rest.strip_suffix("</request>")?;
    let mut found = vec![("requestId", id)];
    while let Some((_, after)) = rest.split_once('<') {
        let (name, after) = after.split_once('>')?;
        let end = after.find("</")?;
        let (value, after) = after.split_at(end);
        rest = after.strip_prefix("</")?.strip_prefix(name)?.strip_prefix('>')?;
        if found.len() >= MEMBERS_MAX {
            break;
        }
        found.push((name, value));
    }
    Some(found)
}

/// The columns of a CSV line, if they are those of one of AWS's examples.
fn csv(line: &str) -> Option<Vec<(&'static str, &str)>> {
    let columns: Vec<&str> = line.splitn(CSV_REST.len() + 1, ',').collect();
    [CSV_REST, CSV_HTTP].into_iter().find_map(|names| {
        let wanted = if names.len() == CSV_HTTP.len() { CSV_MIN } else { names.len() - 1 };
        if !(wanted..=names.len()).contains(&columns.len()) {
            return None;
        }
        let pairs: Vec<_> = names.iter().copied().zip(columns.iter().copied()).collect();
        let of = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        let status = of("status")?;
        let fits = bracket_time(of("requestTime")?, None).is_some()
            && (status == "-" || status.parse::<u16>().is_ok());
        fits.then_some(pairs)
    })
}

/// Request id and extended request id at the end of a CLF line.
fn clf_ids(line: &str) -> Option<(&str, Option<&str>)> {
    if !common::matches(line) {
        return None;
    }
    let (rest, last) = line.trim_end().rsplit_once(' ')?;
    let (_, before) = rest.rsplit_once(' ')?;
    match (is_id(before), is_extended(before), is_extended(last)) {
        (true, _, true) | (_, true, true) => Some((before, Some(last))),
        (_, _, true) if before == "-" || before.bytes().all(|b| b.is_ascii_digit()) => {
            Some((last, None))
        }
        _ => None,
    }
}

/// Whether a word is a request id of a REST API.
fn is_id(word: &str) -> bool {
    crate::aws::shared::is_uuid(word)
}

/// Whether a word is an extended request id: 16 characters of base64 that end in `=`.
fn is_extended(word: &str) -> bool {
    let is_digit = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+' | b'/');
    let digits = word.strip_suffix('=').unwrap_or("");
    (11..=23).contains(&digits.len()) && digits.as_bytes().iter().all(is_digit)
}

/// The caller and the user before the time of a REST API's CLF line.
fn callers<'a>(line: &'a str, request: &mut Request<'a>) {
    let before = line.split_once('[').map_or("", |(before, _)| before);
    let mut words = before.split_ascii_whitespace().skip(1);
    request.caller = words.next().and_then(some).map(Cow::Borrowed);
}
