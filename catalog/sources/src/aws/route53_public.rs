//! `aws.route53_public`: queries that the name servers of public hosted zones answered.
//!
//! Ten fields between spaces, delivered through CloudWatch Logs.

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};
use sonic_rs::JsonValueTrait;

use super::shared::{domain, is_ip, push, put_cloud, put_status, rcode_id};
use crate::nested::{self, Found, Kind};

/// The member.
pub struct Route53Public;

const NAME: &str = "aws.route53_public";
const SPEC: &str =
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html#query-logs-format";

/// The names of the fields, in their order; AWS has none in the log itself.
const NAMES: [&str; 10] = [
    "version",
    "query_timestamp",
    "hosted_zone_id",
    "query_name",
    "query_type",
    "rcode",
    "protocol",
    "edge_location",
    "resolver_ip",
    "edns_client_subnet",
];

const KIND: Kind = Kind {
    what: "a query of a hosted zone",
    // Every line has one of them; that is cheap to see, and no more.
    marks: &[&[" UDP "], &[" TCP "]],
    is_record: |value, _| value.as_str().is_some_and(|text| Line::parse(text).is_some()),
    emit,
};

impl Source for Route53Public {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Route 53 public hosted zones: names that resolvers asked our name servers for",
            spec: SPEC,
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::DNS_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: None, service: None, category: Some("dns") },
            LogSource { product: Some("aws"), service: Some("route53_public"), category: None },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        &["query", "record_type", "src_ip", "rcode", "hosted_zone_id", "edns_client_subnet"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let Some(line) = Line::parse(found.raw) else {
        return out.refuse(found.at, "not ten fields with a time and an address", found.raw);
    };
    out.event(&Event {
        source: NAME,
        time: line.time,
        uid: None,
        at: found.at,
        outcome: line.outcome(),
        credential: None,
        address: Some(line.resolver()),
        raw: found.raw,
        body: &line,
    });
}

/// One query.
struct Line<'l> {
    fields: [&'l str; 10],
    time: Time,
}

impl<'l> Line<'l> {
    /// Cuts a line; `None` if it is no query of a hosted zone.
    fn parse(text: &'l str) -> Option<Self> {
        let mut words = text.trim().split(' ');
        let mut fields = [""; 10];
        for field in &mut fields {
            *field = words.next()?;
        }
        let [version, time, zone, _, _, _, protocol, _, resolver, _] = fields;
        let is_version = version.split_once('.').is_some_and(|(major, minor)| {
            let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
            digits(major) && digits(minor)
        });
        let is_line = words.next().is_none()
            && is_version
            && zone.starts_with('Z')
            && matches!(protocol, "UDP" | "TCP")
            && is_ip(resolver);
        let time = Time::parse_rfc3339(time).filter(|_| is_line)?;
        Some(Line { fields, time })
    }

    fn get(&self, name: &str) -> Option<&'l str> {
        let at = NAMES.iter().position(|known| *known == name)?;
        self.fields.get(at).copied().filter(|value| *value != "-" && !value.is_empty())
    }

    fn resolver(&self) -> &'l str {
        self.get("resolver_ip").unwrap_or_default()
    }

    fn name(&self) -> Option<&'l str> {
        self.get("query_name").map(domain)
    }

    fn outcome(&self) -> Outcome {
        match self.get("rcode") {
            Some("NOERROR") => Outcome::Success,
            Some(_) => Outcome::Failure,
            None => Outcome::Unknown,
        }
    }
}

impl Body for Line<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = Flat::new(Class::DNS_ACTIVITY, 6);
        flat.put(paths::ACTIVITY_NAME, "Traffic");
        flat.put(paths::SEVERITY_ID, 1);
        put_cloud(&mut flat, "Route 53", self.time, None, None);
        flat.put_some(paths::METADATA_PRODUCT_VERSION, self.get("version"));
        put_status(&mut flat, self.outcome());
        flat.put_some(paths::QUERY_HOSTNAME, self.name());
        flat.put_some(paths::QUERY_TYPE, self.get("query_type"));
        if let Some(rcode) = self.get("rcode") {
            flat.put(paths::RCODE, rcode);
            flat.put(paths::RCODE_ID, rcode_id(rcode));
        }
        let protocol = self.get("protocol").map(str::to_ascii_lowercase);
        flat.put_some(paths::CONNECTION_INFO_PROTOCOL_NAME, protocol);
        flat.put(paths::CONNECTION_INFO_DIRECTION_ID, 1);
        flat.put(paths::SRC_ENDPOINT_IP, self.resolver());
        flat.put_some(paths::DST_ENDPOINT_NAME, self.get("edge_location"));
        flat.put_some(paths::DST_ENDPOINT_UID, self.get("hosted_zone_id"));
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let value = match name {
            "query" => self.name(),
            "record_type" => self.get("query_type"),
            "src_ip" => self.get("resolver_ip"),
            _ => self.get(name),
        };
        if let Some(value) = value {
            each(value.into());
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        push(out, EntityKind::Ip, self.get("resolver_ip"), Role::Actor);
        push(out, EntityKind::Domain, self.name(), Role::Target);
    }

    fn action(&self) -> String {
        let kind = self.get("query_type").unwrap_or("query");
        format!("{kind} {}", self.name().unwrap_or("?"))
    }

    fn reads_only(&self) -> Option<bool> {
        Some(true)
    }
}
