//! What applications call their fields, in the order in which we believe them.
//!
//! Names are compared without case, `_`, `-` and a leading `@`: `clientIp`, `client_ip` and
//! `Client-IP` are one name. Dots stand for nesting or are part of the key.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::wrap::Unit;

macro_rules! fields {
    ($($field:ident = $ours:literal: $($name:literal)*;)*) => {
        /// What we look for in a record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Field { $($field),* }

        /// Each field, our name for it in a mapping, and its usual names, the best first.
        const FIELDS: &[(Field, &str, &[&str])] = &[$((Field::$field, $ours, &[$($name),*])),*];
    };
}

fields! {
    Time = "time": "timestamp" "time" "ts" "t" "datetime" "eventtime" "asctime" "date" "logtime"
        "timemillis" "instant.epochsecond" "timestamp.seconds" "event.created" "created";
    Level = "level": "levelname" "level" "severity" "lvl" "loglevel" "log.level" "severitytext" "l";
    Message = "message": "message" "msg" "renderedmessage" "m" "shortmessage" "body" "text"
        "textpayload" "fullmessage" "mt" "log" "error.message" "err.message" "err.msg" "error"
        "err" "exception.message" "exception";
    Event = "event": "event" "eventname" "event.action" "event.name" "action" "eventtype";
    RequestId = "request_id": "requestid" "reqid" "req.id" "request.id" "xrequestid"
        "http.request.id" "correlationid" "correlation.id" "xcorrelationid" "awsrequestid";
    TraceId = "trace_id": "traceid" "trace.id" "xamzntraceid" "traceparent" "dd.traceid" "trace";
    User = "user": "user.name" "username" "user" "user.username" "login" "principal"
        "usr.name" "authuser" "remoteuser" "currentuser" "actor";
    Email = "email": "user.email" "useremail" "email" "emailaddress" "usr.email";
    UserId = "user_id": "user.id" "userid" "usr.id" "user.uid" "sub" "uid";
    Address = "address": "clientip" "client.ip" "clientaddress" "client.address" "clientaddr"
        "request.clientip" "sourceip" "srcip" "source.ip" "userip" "ip" "ipaddress" "remoteip"
        "remoteaddr" "remoteaddress" "req.ip" "req.remoteaddress" "request.ip" "request.remoteip"
        "request.remoteaddress" "httprequest.remoteip" "network.client.ip" "peer" "peeraddr"
        "client";
    Forwarded = "forwarded_for": "xforwardedfor" "forwardedfor" "headers.xforwardedfor"
        "req.headers.xforwardedfor" "request.headers.xforwardedfor" "http.xforwardedfor";
    Method = "method": "method" "httpmethod" "http.method" "http.request.method" "req.method"
        "request.method" "requestmethod" "httprequest.requestmethod" "verb";
    Path = "path": "url" "uri" "path" "requesturi" "requestpath" "url.original" "url.full"
        "url.path" "http.url" "http.target" "http.path" "req.url" "request.url" "request.uri"
        "request.path" "httprequest.requesturl";
    Status = "status": "status" "statuscode" "httpstatus" "httpstatuscode" "http.statuscode"
        "http.status" "http.response.statuscode" "res.statuscode" "res.status" "response.status"
        "response.statuscode" "httprequest.status";
    UserAgent = "user_agent": "useragent" "ua" "useragent.original" "http.useragent"
        "req.headers.useragent" "request.headers.useragent" "httprequest.useragent";
    Logger = "logger": "logger" "loggername" "log.logger" "sourcecontext" "target" "channel"
        "category" "categoryname" "module" "component" "name";
    Service = "service": "service" "service.name" "servicename" "app" "appname" "application"
        "applicationname" "program" "dd.service";
    Host = "host": "host" "hostname" "host.name" "node" "nodename" "server" "instance"
        "machinename" "pod" "podname" "kubernetes.podname" "kubernetes.host";
    Pid = "pid": "pid" "processid" "process.pid";
    Session = "session": "sessionid" "sid" "session.id" "session";
    Outcome = "outcome": "success" "succeeded" "ok" "outcome" "event.outcome" "result";
    Uid = "uid":;
}

/// Our names of the fields, which a mapping may give other names to.
pub fn ours() -> impl Iterator<Item = &'static str> + Clone {
    FIELDS.iter().map(|(_, ours, _)| *ours)
}

/// How many fields there are.
const COUNT: usize = Field::Uid as usize + 1;
/// Objects that loggers put the application's own fields into.
const SCOPES: &[&str] = &[
    "fields",
    "context",
    "extra",
    "ctx",
    "data",
    "payload",
    "properties",
    "jsonpayload",
    "mdc",
    "attributes",
    "labels",
    "metadata",
    "span",
];
/// Deeper values are not looked at.
const DEPTH_MAX: usize = 5;
/// No more values of one record are looked at.
const VALUES_MAX: usize = 1000;
/// Added to the rank of names inside a scope.
const FURTHER: usize = 100;
/// The rank from which on names of the wrap stand.
const WRAP: usize = FURTHER * FURTHER;

static RANKS: LazyLock<BTreeMap<&'static str, (Field, usize)>> = LazyLock::new(|| {
    let ranked = |(field, _, names): &(Field, &str, &'static [&'static str])| {
        let field = *field;
        names.iter().enumerate().map(move |(rank, name)| (*name, (field, rank)))
    };
    FIELDS.iter().flat_map(ranked).collect()
});

/// The best value of each field of a record.
pub(super) struct Found<'v> {
    best: [Option<(usize, &'v Value)>; COUNT],
    looked_at: usize,
}

impl<'v> Found<'v> {
    /// Looks through a record; `mapping` (our name → the application's) goes before usual names.
    pub fn new(unit: &Unit<'v>, mapping: &BTreeMap<String, String>) -> Self {
        let mut found = Found { best: [None; COUNT], looked_at: 0 };
        for (field, ours, _) in FIELDS {
            let Some(theirs) = mapping.get(*ours) else { continue };
            let mapped =
                [unit.own, unit.wrap].into_iter().flatten().find_map(|v| exactly(v, theirs));
            if let Some(value) = mapped {
                found.offer(*field, 0, value);
            }
        }
        for (distance, value) in [(1, unit.own), (WRAP, unit.wrap)] {
            if let Some(value) = value {
                found.walk(value, &mut String::new(), distance);
            }
        }
        found
    }

    /// The best value of a field.
    pub fn get(&self, field: Field) -> Option<&'v Value> {
        self.best.get(field as usize).copied().flatten().map(|(_, value)| value)
    }

    /// Looks at every value below `value`, whose plain path is `path`.
    fn walk(&mut self, value: &'v Value, path: &mut String, distance: usize) {
        let Some(object) = value.as_object() else { return };
        for (key, child) in object {
            self.looked_at += 1;
            if self.looked_at > VALUES_MAX {
                return;
            }
            let parent = path.len();
            if parent > 0 {
                path.push('.');
            }
            push_plain(path, key);
            if child.is_object() {
                if path.matches('.').count() + 1 < DEPTH_MAX {
                    self.walk(child, path, distance);
                }
            } else {
                self.leaf(child, path, distance);
            }
            path.truncate(parent);
        }
    }

    fn leaf(&mut self, value: &'v Value, path: &str, distance: usize) {
        // Of a list (header values, forwarded addresses) the last was added last.
        let value = value.as_array().and_then(|items| items.last()).unwrap_or(value);
        if value.is_null() || value.as_str().is_some_and(|text| matches!(text.trim(), "" | "-")) {
            return;
        }
        let (mut rest, mut further) = (path, 0);
        loop {
            if let Some((field, rank)) = RANKS.get(rest) {
                return self.offer(*field, distance + further + rank, value);
            }
            match rest.split_once('.') {
                Some((scope, inside)) if SCOPES.contains(&scope) => rest = inside,
                _ => return,
            }
            further += FURTHER;
        }
    }

    fn offer(&mut self, field: Field, rank: usize, value: &'v Value) {
        // The wrap's message is the record itself.
        let is_wrap = rank >= WRAP;
        if is_wrap && field == Field::Message {
            return;
        }
        if let Some(best) = self.best.get_mut(field as usize)
            && best.is_none_or(|(known, _)| rank < known)
        {
            *best = Some((rank, value));
        }
    }
}

/// Appends a name without what makes no difference.
fn push_plain(path: &mut String, key: &str) {
    let key = key.strip_prefix('@').unwrap_or(key);
    // Most names are plain already: they are copied in one go.
    if key.bytes().all(|b| b.is_ascii_lowercase() || b == b'.') {
        path.push_str(key);
        return;
    }
    path.extend(key.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()));
}

/// The value of exactly that dotted name, where dots nest or are part of the key.
fn exactly<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let object = value.as_object()?;
    if let Some(child) = object.get(&name) {
        return (!child.is_null()).then_some(child);
    }
    name.match_indices('.')
        .find_map(|(at, _)| exactly(object.get(&name.get(..at)?)?, name.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_plain_and_stands_once() {
        let all: Vec<&str> =
            FIELDS.iter().flat_map(|(_, _, names)| names.iter().copied()).collect();
        assert_eq!(RANKS.len(), all.len(), "a name stands twice");
        for name in all {
            let mut plain = String::new();
            push_plain(&mut plain, name);
            assert_eq!(plain, name);
        }
    }
}
