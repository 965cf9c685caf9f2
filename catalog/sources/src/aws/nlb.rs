//! `aws.nlb`: TLS access logs of Network Load Balancers.

use std::borrow::Cow;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Role, Time};
use ocsf::{Class, Flat, Path, Scalar, paths};

use super::shared::{is_ip, push, put_cloud, put_severity, put_status};
use crate::numbered;
use crate::web::access::hit::split_port;
use crate::web::access::text::{Word, words};
use crate::wrap;

/// The source.
pub struct Nlb;

const NAME: &str = "aws.nlb";

/// The fields in their order.
const NAMES: &[&str] = &[
    "type",
    "version",
    "time",
    "elb",
    "listener",
    "client:port",
    "destination:port",
    "connection_time",
    "tls_handshake_time",
    "received_bytes",
    "sent_bytes",
    "incoming_tls_alert",
    "chosen_cert_arn",
    "chosen_cert_serial",
    "tls_cipher",
    "tls_protocol_version",
    "tls_named_group",
    "domain_name",
    "alpn_fe_protocol",
    "alpn_be_protocol",
    "alpn_client_preference_list",
    "tls_connection_creation_time",
];
/// The fields that every version of the format has.
const LEAST: usize = 18;

impl Source for Nlb {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Network Load Balancer access logs: TLS connections and how they went",
            spec: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::NETWORK_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("aws"), service: Some("nlb"), category: None }]
    }

    fn fields(&self) -> &'static [&'static str] {
        NAMES
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let lines = wrap::sample_lines(sample);
        let fits = lines.iter().any(|line| Entry::parse(wrap::delivery_time(line).1).is_ok());
        if fits { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        numbered::lines(input, out, &mut |unit, numbers, out| {
            let at = numbers.at(unit.line);
            let raw = wrap::delivery_time(unit.text.trim()).1;
            match Entry::parse(raw) {
                Ok(entry) => out.event(&Event {
                    source: NAME,
                    time: entry.time,
                    uid: None,
                    at,
                    outcome: entry.outcome(),
                    credential: None,
                    address: entry.address(),
                    raw,
                    body: &entry,
                }),
                Err(why) => out.refuse(at, why, raw),
            }
        });
    }
}

/// One connection to a TLS listener.
struct Entry<'a> {
    values: Vec<Word<'a>>,
    time: Time,
}

impl<'a> Entry<'a> {
    fn parse(line: &'a str) -> Result<Self, &'static str> {
        if !line.starts_with("tls ") {
            return Err("not a TLS entry of a Network Load Balancer");
        }
        let values = words(line);
        if values.len() < LEAST {
            return Err("fewer fields than an entry has");
        }
        let mut entry = Entry { values, time: Time::seconds(0) };
        let text = entry.get("time").unwrap_or("");
        // The format names no zone; the load balancer writes UTC.
        let time = Time::parse_civil(text, 0).or_else(|| Time::parse_rfc3339(text));
        entry.time = time.ok_or("time cannot be read")?;
        let elb = entry.get("elb").unwrap_or("");
        if !elb.starts_with("net/") || entry.client().is_none() {
            return Err("no Network Load Balancer and client in their places");
        }
        Ok(entry)
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        let at = NAMES.iter().position(|own| *own == name)?;
        let text = self.values.get(at)?.text;
        (!text.is_empty() && text != "-").then_some(text)
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.parse().ok().filter(|number| *number >= 0)
    }

    fn client(&self) -> Option<(&'a str, Option<i64>)> {
        self.get("client:port").map(split_port).filter(|(ip, _)| is_ip(ip))
    }

    fn destination(&self) -> Option<(&'a str, Option<i64>)> {
        self.get("destination:port").map(split_port).filter(|(ip, _)| is_ip(ip))
    }

    fn address(&self) -> Option<&'a str> {
        self.client().map(|(ip, _)| ip)
    }

    /// A connection whose handshake took some time was made.
    fn outcome(&self) -> Outcome {
        match self.number("tls_handshake_time") {
            Some(_) => Outcome::Success,
            None => Outcome::Failure,
        }
    }

    fn domain(&self) -> Option<&'a str> {
        self.get("domain_name")
    }

    /// Account and region of the certificate's ARN.
    fn certificate(&self, part: usize) -> Option<&'a str> {
        self.get("chosen_cert_arn")?.split(':').nth(part)
    }
}

fn put_number(flat: &mut Flat<'_>, path: Path, number: Option<i64>) {
    if let Some(number) = number {
        flat.put(path, number);
    }
}

impl Body for Entry<'_> {
    fn ocsf(&self) -> Flat<'_> {
        const TRAFFIC: i64 = 6;
        const FAIL: i64 = 4;
        let failed = self.outcome() == Outcome::Failure;
        let mut flat = Flat::new(Class::NETWORK_ACTIVITY, if failed { FAIL } else { TRAFFIC });
        put_severity(&mut flat, 1);
        let (region, account) = (self.certificate(3), self.certificate(4));
        put_cloud(&mut flat, "Elastic Load Balancing", self.time, account, region);
        flat.put(paths::METADATA_PROFILES, "load_balancer");
        flat.put_some(paths::LOAD_BALANCER_NAME, self.get("elb"));
        put_status(&mut flat, self.outcome());
        flat.put_some(paths::STATUS_DETAIL, self.get("incoming_tls_alert"));
        if let Some((ip, port)) = self.client() {
            flat.put(paths::SRC_ENDPOINT_IP, ip);
            put_number(&mut flat, paths::SRC_ENDPOINT_PORT, port);
        }
        if let Some((ip, port)) = self.destination() {
            flat.put(paths::DST_ENDPOINT_IP, ip);
            put_number(&mut flat, paths::DST_ENDPOINT_PORT, port);
        }
        flat.put_some(paths::DST_ENDPOINT_HOSTNAME, self.domain());
        if let Some(version) = self.get("tls_protocol_version") {
            flat.put(paths::TLS_VERSION, version);
            flat.put_some(paths::TLS_CIPHER, self.get("tls_cipher"));
            flat.put_some(paths::TLS_SNI, self.domain());
        }
        put_number(&mut flat, paths::TRAFFIC_BYTES_OUT, self.number("received_bytes"));
        put_number(&mut flat, paths::TRAFFIC_BYTES_IN, self.number("sent_bytes"));
        put_number(&mut flat, paths::DURATION, self.number("connection_time"));
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let is_number =
            name.ends_with("_bytes") || matches!(name, "connection_time" | "tls_handshake_time");
        if let Some(number) = self.number(name).filter(|_| is_number) {
            each(Scalar::Int(number));
        } else if let Some(text) = self.get(name) {
            each(text.into());
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        push(out, EntityKind::Ip, self.address(), Role::Actor);
        push(out, EntityKind::Ip, self.destination().map(|(ip, _)| ip), Role::Target);
        push(out, EntityKind::Domain, self.domain(), Role::Place);
        push(out, EntityKind::Account, self.certificate(4), Role::Place);
        push(out, EntityKind::Region, self.certificate(3), Role::Place);
    }

    fn action(&self) -> String {
        let to = self.domain().or_else(|| self.get("elb")).unwrap_or("a listener");
        let to: Cow<'_, str> = model::text::printable(to, 120);
        format!("tls connection to {to}")
    }
}
