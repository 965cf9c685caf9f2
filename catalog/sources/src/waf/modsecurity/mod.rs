//! The audit log of ModSecurity and Coraza: serial sections A to Z, or JSON.

mod attributes;
mod json;
mod serial;

use std::borrow::Cow;
use std::net::IpAddr;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Position, Role, Time};
use ocsf::{Class, Flat, Scalar};

/// The source.
pub struct ModSecurity;

const NAME: &str = "waf.modsecurity";

impl Source for ModSecurity {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Audit log of ModSecurity and Coraza: serial sections and JSON",
            spec: "https://github.com/owasp-modsecurity/ModSecurity/wiki/ModSecurity-2-Data-Formats",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::HTTP_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: Some("modsecurity"), service: None, category: None },
            LogSource { product: None, service: None, category: Some("webserver") },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        &[
            "c-ip",
            "cs-host",
            "cs-method",
            "cs-uri",
            "cs-user-agent",
            "id",
            "msg",
            "sc-status",
            "severity",
            "unique_id",
        ]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        if json::is_ours(sample) || serial::is_ours(sample) { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        if crate::wrap::is_json(input.sample()) {
            json::read(input, settings, out);
        } else {
            serial::read(input, settings, out);
        }
    }
}

/// One rule that matched.
#[derive(Debug, Default)]
struct Match<'a> {
    id: Cow<'a, str>,
    message: Cow<'a, str>,
    data: Cow<'a, str>,
    severity: Cow<'a, str>,
    tags: Vec<Cow<'a, str>>,
}

/// One transaction.
#[derive(Debug, Default)]
struct Transaction<'a> {
    time: Option<Time>,
    id: Cow<'a, str>,
    client: Cow<'a, str>,
    client_port: Option<i64>,
    server: Cow<'a, str>,
    server_port: Option<i64>,
    method: Cow<'a, str>,
    target: Cow<'a, str>,
    version: Cow<'a, str>,
    headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    status: Option<i64>,
    matches: Vec<Match<'a>>,
    /// The transaction was stopped.
    intercepted: bool,
}

/// No transaction has more headers, matches or tags that matter.
const LIST_MAX: usize = 128;

impl Transaction<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_ref()).filter(|value| !value.is_empty())
    }

    /// The values of every message.
    fn of_matches(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        for found in &self.matches {
            let text = match name {
                "id" | "ruleId" => &found.id,
                "severity" => &found.severity,
                "data" => &found.data,
                "msg" | "message" => &found.message,
                _ => return,
            };
            if !text.is_empty() && !each(text.as_ref().into()) {
                return;
            }
        }
    }

    fn address(&self) -> Option<&str> {
        Some(self.client.as_ref()).filter(|client| client.parse::<IpAddr>().is_ok())
    }

    fn host(&self) -> Option<&str> {
        let host = self.header("host")?;
        let inside = host.strip_prefix('[').and_then(|h| h.split_once(']')).map(|h| h.0);
        let bare = host.rsplit_once(':').filter(|(_, p)| p.parse::<u16>().is_ok());
        Some(inside.unwrap_or_else(|| bare.map_or(host, |(host, _)| host)))
    }

    /// Whether the request got through: a stopped one failed, and so did one that the server
    /// refused itself.
    fn outcome(&self) -> Outcome {
        match self.status {
            _ if self.intercepted => Outcome::Failure,
            Some(status) if status >= 400 => Outcome::Failure,
            Some(_) => Outcome::Success,
            None => Outcome::Unknown,
        }
    }

    fn emit(&self, raw: &str, at: Position, out: &mut dyn Intake) -> Result<(), String> {
        let time = self.time.ok_or("no time, or one that no clock shows")?;
        out.event(&Event {
            source: NAME,
            time,
            uid: None,
            at,
            outcome: self.outcome(),
            credential: None,
            address: self.address(),
            raw,
            body: self,
        });
        Ok(())
    }
}

impl Body for Transaction<'_> {
    fn ocsf(&self) -> Flat<'_> {
        attributes::flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let text = match name {
            "c-ip" | "client_ip" => &self.client,
            "cs-method" => &self.method,
            "cs-uri" => &self.target,
            "unique_id" => &self.id,
            "cs-host" => self.host().unwrap_or_default(),
            "cs-user-agent" => self.header("user-agent").unwrap_or_default(),
            "sc-status" | "http_code" => {
                if let Some(status) = self.status {
                    each(Scalar::Int(status));
                }
                return;
            }
            _ => return self.of_matches(name, each),
        };
        if !text.is_empty() {
            each(text.into());
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        let mut add = |kind, value: Option<&'s str>, role| {
            if let Some(value) = value.filter(|v| !v.is_empty() && *v != "-") {
                out.push(Entity::new(kind, value, role));
            }
        };
        add(EntityKind::Ip, self.address(), Role::Actor);
        add(EntityKind::Url, Some(self.target.as_ref()), Role::Target);
        let is_ip = |text: &&str| text.parse::<IpAddr>().is_ok();
        let server = Some(self.server.as_ref()).filter(is_ip);
        add(EntityKind::Ip, server, Role::Place);
        let host = self.host();
        let kind =
            if host.as_ref().is_some_and(is_ip) { EntityKind::Ip } else { EntityKind::Domain };
        add(kind, host, Role::Target);
    }

    fn action(&self) -> String {
        let path = self.target.split('?').next().unwrap_or("");
        let phrase = format!("{} {path}", self.method).trim().to_owned();
        if phrase.is_empty() { "request".into() } else { phrase }
    }

    fn reads_only(&self) -> Option<bool> {
        Some(matches!(self.method.as_ref(), "GET" | "HEAD" | "OPTIONS"))
    }
}
