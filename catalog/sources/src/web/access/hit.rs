//! One record of any access log format, under one set of names.

use std::borrow::Cow;

use model::text::printable;
use model::{Body, Entity, EntityKind, Outcome, Role, Time};
use ocsf::{Flat, Scalar};
use sonic_rs::Value;

use super::{attributes, fields};

/// A text of a record: borrowed unless an escape in it was resolved.
pub type Text<'a> = Option<Cow<'a, str>>;

/// What a record tells of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// An HTTP request.
    #[default]
    Request,
    /// A connection that is not read as HTTP, or that failed before a request.
    Connection,
    /// What the server says of itself.
    Message,
}

/// The log's own names of a record's fields.
#[derive(Default)]
pub enum Own<'a> {
    /// It has none: positions say what is what.
    #[default]
    None,
    /// Names and values in their order.
    Pairs(Vec<(&'a str, &'a str)>),
    /// The record's JSON.
    Json(&'a Value),
}

/// One record. What a format does not have stays empty; a `-` is nothing too.
#[derive(Default)]
pub struct Hit<'a> {
    pub kind: Kind,
    pub time: Option<Time>,
    /// The program that wrote it, for OCSF's product.
    pub product: &'static str,
    pub vendor: Option<&'static str>,
    /// The client that was connected, an address or a name.
    pub client: Text<'a>,
    pub client_port: Option<i64>,
    pub user: Text<'a>,
    /// The whole request line, where it has not three parts.
    pub request: Text<'a>,
    pub method: Text<'a>,
    /// The request's target as the client sent it.
    pub target: Text<'a>,
    /// The query, where the log keeps it apart from the target.
    pub query: Text<'a>,
    pub protocol: Text<'a>,
    pub status: Option<i64>,
    /// Bytes to the client and from it.
    pub sent: Option<i64>,
    pub received: Option<i64>,
    pub referer: Text<'a>,
    pub agent: Text<'a>,
    pub host: Text<'a>,
    /// Whom the request says it was forwarded for; anybody can write anything there.
    pub forwarded: Text<'a>,
    pub request_id: Text<'a>,
    pub milliseconds: Option<i64>,
    /// The server behind: its address and port.
    pub server: Text<'a>,
    pub server_port: Option<i64>,
    /// The load balancer's name.
    pub balancer: Text<'a>,
    pub tls_version: Text<'a>,
    pub tls_cipher: Text<'a>,
    pub message: Text<'a>,
    pub failed: bool,
    pub own: Own<'a>,
}

/// The parts of a request's target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Url<'a> {
    pub scheme: Option<&'a str>,
    pub host: Option<&'a str>,
    pub port: Option<i64>,
    pub path: &'a str,
    pub query: Option<&'a str>,
}

impl<'a> Url<'a> {
    /// Cuts a target in any of the forms of RFC 9112, section 3.2.
    pub fn cut(target: &'a str) -> Self {
        let (target, query) = match target.split_once('?') {
            Some((target, query)) => (target, Some(query)),
            None => (target, None),
        };
        let Some((scheme, rest)) = target.split_once("://").filter(|(s, _)| is_scheme(s)) else {
            return Url { path: target, query, ..Url::default() };
        };
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (host, port) = split_port(authority);
        Url { scheme: Some(scheme), host: Some(host), port, path, query }
    }
}

fn is_scheme(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// `address:port`, where the address may be IPv6 with or without brackets.
pub fn split_port(text: &str) -> (&str, Option<i64>) {
    let port = |digits: &str| digits.parse::<u16>().ok().map(i64::from);
    let Some((host, digits)) = text.rsplit_once(':') else { return (text, None) };
    match port(digits) {
        Some(number) => (host.trim_matches(['[', ']']), Some(number)),
        None => (text.trim_matches(['[', ']']), None),
    }
}

/// The value unless it is the sign for "nothing".
pub fn some(text: &str) -> Option<&str> {
    (!text.is_empty() && text != "-").then_some(text)
}

impl<'a> Hit<'a> {
    /// Takes in a request line: `GET /path HTTP/1.1`, or whatever the client sent in its place.
    pub fn set_request(&mut self, line: &'a str) {
        let Some(line) = some(line) else { return };
        let mut parts = line.splitn(2, ' ');
        let (method, rest) = (parts.next().unwrap_or(""), parts.next());
        let is_method = method.starts_with(|c: char| c.is_ascii_alphabetic())
            && method.len() <= 32
            && method.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-' || b == b'_');
        let Some(rest) = rest.filter(|_| is_method) else {
            self.request = Some(super::text::unescape(line));
            return;
        };
        let (target, protocol) = match rest.rsplit_once(' ') {
            Some((target, protocol)) if protocol.starts_with("HTTP/") => (target, Some(protocol)),
            Some((target, "-")) => (target, None),
            _ => (rest, None),
        };
        self.method = some(method).map(Cow::Borrowed);
        self.target = some(target).map(super::text::unescape);
        self.protocol = protocol.map(Cow::Borrowed);
    }

    /// The target's parts.
    pub fn url(&self) -> Url<'_> {
        let mut url = self.target.as_deref().map(Url::cut).unwrap_or_default();
        url.query = url.query.or(self.query.as_deref());
        url
    }

    /// The client as an address, if it is one.
    pub fn address(&self) -> Option<&str> {
        self.client.as_deref().filter(|c| c.parse::<std::net::IpAddr>().is_ok())
    }

    /// Whether the request was served.
    pub fn outcome(&self) -> Outcome {
        match self.status {
            _ if self.failed => Outcome::Failure,
            Some(100..=399) => Outcome::Success,
            Some(400..) => Outcome::Failure,
            _ => Outcome::Unknown,
        }
    }
}

/// No entity is longer, in characters: a hostile path may be as long as a line.
const ENTITY_MAX: usize = 2048;
/// No action is longer, in characters.
const ACTION_MAX: usize = 160;

fn bounded(text: &str) -> &str {
    text.char_indices().nth(ENTITY_MAX).map_or(text, |(at, _)| text.get(..at).unwrap_or(text))
}

impl Body for Hit<'_> {
    fn ocsf(&self) -> Flat<'_> {
        attributes::flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        fields::visit(self, name, each);
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        if let Some(ip) = self.address() {
            out.push(Entity::new(EntityKind::Ip, ip, Role::Actor));
        }
        if let Some(user) = self.user.as_deref() {
            out.push(Entity::new(EntityKind::User, bounded(user), Role::Actor));
        }
        let url = self.url();
        if let Some(path) = some(url.path) {
            out.push(Entity::new(EntityKind::Url, bounded(path), Role::Target));
        }
        if let Some(host) = self.host.as_deref().or(url.host) {
            let host = split_port(host).0;
            let of_message = self.kind == Kind::Message;
            let kind = if of_message { EntityKind::Host } else { EntityKind::Domain };
            let is_ip = host.parse::<std::net::IpAddr>().is_ok();
            if !is_ip && !host.trim().is_empty() && host != "_" {
                out.push(Entity::new(kind, bounded(host), Role::Place));
            }
        }
        if let Some(server) = self.server.as_deref()
            && server.parse::<std::net::IpAddr>().is_ok()
        {
            out.push(Entity::new(EntityKind::Ip, server, Role::Place));
        }
    }

    fn action(&self) -> String {
        let phrase = match self.kind {
            Kind::Message => self.message.as_deref().unwrap_or("message").to_owned(),
            Kind::Connection => self.message.as_deref().unwrap_or("connection").to_owned(),
            Kind::Request => match (self.method.as_deref(), self.url().path) {
                (Some(method), path) => format!("{method} {path}").trim_end().to_owned(),
                (None, "") => "malformed request".to_owned(),
                (None, path) => path.to_owned(),
            },
        };
        let cut = phrase.char_indices().nth(ACTION_MAX).map_or(phrase.len(), |(at, _)| at);
        let shown = printable(phrase.get(..cut).unwrap_or(&phrase), ACTION_MAX).into_owned();
        if shown.trim().is_empty() { "message".into() } else { shown }
    }

    fn reads_only(&self) -> Option<bool> {
        Some(matches!(self.method.as_deref()?, "GET" | "HEAD" | "OPTIONS"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_of_every_form() {
        let full = Url::cut("https://www.example.com:443/a/b?c=d?e");
        assert_eq!((full.scheme, full.host), (Some("https"), Some("www.example.com")));
        assert_eq!((full.port, full.path, full.query), (Some(443), "/a/b", Some("c=d?e")));
        assert_eq!(Url::cut("/redirect?to=http://x.example/").path, "/redirect");
        assert_eq!(Url::cut("*").path, "*");
        assert_eq!(Url::cut("http://example.com").path, "");
        assert_eq!(split_port("2001:db8::1:443"), ("2001:db8::1", Some(443)));
        assert_eq!(split_port("[2001:db8::1]:443"), ("2001:db8::1", Some(443)));
    }

    #[test]
    fn request_lines_as_clients_send_them() {
        for (line, method, target) in [
            ("GET /a b HTTP/1.1", Some("GET"), Some("/a b")),
            ("GET /old", Some("GET"), Some("/old")),
            ("- http://example.com:80- -", None, None),
            (r"\x16\x03\x01", None, None),
            ("-", None, None),
        ] {
            let mut hit = Hit::default();
            hit.set_request(line);
            assert_eq!((hit.method.as_deref(), hit.target.as_deref()), (method, target), "{line}");
        }
    }
}
