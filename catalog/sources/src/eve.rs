//! Events as Suricata's engine writes them (EVE): alerts, flows and TLS sessions, by their names.
//!
//! The format is <https://docs.suricata.io/en/latest/output/eve/eve-json-format.html>; products
//! that run the engine write the same records into envelopes of their own.

mod attributes;

use std::borrow::Cow;

use model::{Body, Entity, EntityKind, Outcome, Role, Time};
use ocsf::{Flat, Scalar};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::aws::shared::{is_ip, push};
use crate::json;

/// Who runs the engine, and where.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sensor<'v> {
    /// The product.
    pub product: &'static str,
    /// Who makes it.
    pub vendor: &'static str,
    /// The cloud that it runs in, if any.
    pub cloud: Option<&'static str>,
    /// Its name.
    pub name: Option<&'v str>,
    /// The cloud account that it belongs to.
    pub account: Option<&'v str>,
    /// The cloud region that it stands in.
    pub region: Option<&'v str>,
    /// The availability zone that it stands in.
    pub zone: Option<&'v str>,
}

/// One event, parsed.
pub struct Eve<'v> {
    /// The event.
    pub value: &'v Value,
    /// The record that it stands in: the event itself where there is no envelope.
    pub whole: &'v Value,
    /// When: of a flow, from its first packet to its last.
    pub time: Time,
    /// Who saw it.
    pub sensor: Sensor<'v>,
}

/// When an event happened; `None` if it has no time that can be read.
pub fn time(event: &Value) -> Option<Time> {
    let logged = json::at(event, &["timestamp"]).and_then(json::time);
    let of_flow = |edge: &str| {
        let flow = |part: &str| json::at(event, &[part, edge]).and_then(json::time);
        flow("netflow").or_else(|| flow("flow"))
    };
    let is_flow = matches!(json::text(event, &["event_type"]), Some("netflow" | "flow"));
    match (is_flow, of_flow("start"), of_flow("end")) {
        (true, Some(start), Some(end)) => Some(start.until(end)),
        (true, Some(start), None) => Some(start),
        _ => logged.or_else(|| of_flow("start")),
    }
}

impl<'v> Eve<'v> {
    /// A text of the event that says something.
    fn text(&self, path: &[&str]) -> Option<&'v str> {
        json::text(self.value, path).filter(|text| !text.trim().is_empty())
    }

    /// A count of the event, also one that is written as a text.
    fn number(&self, path: &[&str]) -> Option<i64> {
        let value = json::at(self.value, path)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok()).filter(|number| *number >= 0)
    }

    fn kind(&self) -> &'v str {
        self.text(&["event_type"]).unwrap_or("tls")
    }

    /// An end's address: `src_ip` or `dest_ip`.
    fn ip(&self, key: &str) -> Option<&'v str> {
        self.text(&[key]).filter(|ip| is_ip(ip))
    }

    fn port(&self, key: &str) -> Option<i64> {
        self.number(&[key]).filter(|port| *port <= 65_535)
    }

    /// The address that it came from.
    pub fn address(&self) -> Option<&'v str> {
        self.ip("src_ip")
    }

    /// What the engine did with the packet, most final first.
    fn verdict(&self) -> Option<&'v str> {
        let paths: [&[&str]; 5] = [
            &["verdict", "action"],
            &["alert", "action"],
            &["revocation_check", "action"],
            &["flow", "action"],
            &["drop", "reason"],
        ];
        paths.into_iter().find_map(|path| self.text(path))
    }

    /// Whether the traffic went through.
    pub fn outcome(&self) -> Outcome {
        let is = |word: &str, list: &[&str]| list.iter().any(|w| w.eq_ignore_ascii_case(word));
        match self.verdict() {
            _ if json::has(self.value, "tls_error") || self.kind() == "drop" => Outcome::Failure,
            Some(word) if is(word, &["drop", "blocked", "reject"]) => Outcome::Failure,
            Some(word) if is(word, &["pass", "alert", "allowed", "accept"]) => Outcome::Success,
            _ if self.kind() == "tls" => Outcome::Success,
            _ => Outcome::Unknown,
        }
    }

    /// The name of the server that the client asked for.
    fn server(&self) -> Option<&'v str> {
        let paths: [&[&str]; 4] =
            [&["tls", "sni"], &["sni"], &["http", "hostname"], &["dns", "rrname"]];
        paths.into_iter().find_map(|path| self.text(path))
    }

    /// The address of the page that the client asked for.
    fn url(&self) -> Option<Cow<'v, str>> {
        let path = self.text(&["http", "url"])?;
        match self.text(&["http", "hostname"]) {
            Some(host) if path.starts_with('/') => Some(format!("http://{host}{path}").into()),
            _ => Some(path.into()),
        }
    }

    /// What went wrong with a TLS session, in the engine's words.
    fn trouble(&self) -> Option<&'v str> {
        let paths: [&[&str]; 3] =
            [&["tls_error", "error_message"], &["revocation_check", "status"], &["drop", "reason"]];
        paths.into_iter().find_map(|path| self.text(path))
    }
}

impl Body for Eve<'_> {
    fn ocsf(&self) -> Flat<'_> {
        attributes::flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        // Names of Sigma's category `firewall` beside the log's own.
        let own = match name {
            "dst_ip" => "dest_ip",
            "dst_port" => "dest_port",
            "protocol" => "proto",
            "action" => {
                if let Some(action) = self.verdict() {
                    each(action.into());
                }
                return;
            }
            other => other,
        };
        if json::present(self.value, own) {
            json::visit(self.value, own, each);
        } else {
            json::visit(self.whole, own, each);
        }
    }

    fn has(&self, name: &str) -> bool {
        let mut any = json::present(self.value, name) || json::present(self.whole, name);
        if !any {
            self.field(name, &mut |_| {
                any = true;
                false
            });
        }
        any
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        push(out, EntityKind::Ip, self.ip("src_ip"), Role::Actor);
        push(out, EntityKind::Ip, self.ip("dest_ip"), Role::Target);
        push(out, EntityKind::Domain, self.server().filter(|name| !is_ip(name)), Role::Target);
        push(out, EntityKind::Url, self.url(), Role::Target);
        push(out, EntityKind::Host, self.text(&["host"]), Role::Place);
        push(out, EntityKind::Account, self.sensor.account, Role::Place);
        push(out, EntityKind::Region, self.sensor.region, Role::Place);
    }

    fn action(&self) -> String {
        let kind = self.kind();
        let what = self.text(&["alert", "signature"]).or_else(|| self.trouble());
        let phrase = match (self.verdict(), what.or_else(|| self.server())) {
            (Some(verdict), Some(what)) => format!("{kind} {verdict}: {what}"),
            (None, Some(what)) => format!("{kind}: {what}"),
            _ => {
                let proto = self.text(&["proto"]).unwrap_or("traffic");
                let port = self.port("dest_port").map(|port| format!(" to port {port}"));
                format!("{kind} {proto}{}", port.unwrap_or_default())
            }
        };
        model::text::printable(&phrase, 160).into_owned()
    }
}

/// Whether a value is an event: it names its type, or is a TLS event, which need not.
pub fn is_event(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    let names = |key: &str| object.get(&key).is_some();
    names("event_type") || (names("src_ip") && names("dest_ip") && names("timestamp"))
}
