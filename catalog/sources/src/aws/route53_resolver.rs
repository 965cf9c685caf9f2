//! `aws.route53_resolver`: what hosts in a VPC asked the resolver, and what they were told.

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};
use sonic_rs::{JsonValueTrait, Value};

use super::shared::{domain, is_ip, push, put_cloud, put_status, rcode_id};
use crate::json;
use crate::nested::{self, Found, Kind};

/// The member.
pub struct Route53Resolver;

const NAME: &str = "aws.route53_resolver";
const SPEC: &str = concat!(
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/",
    "resolver-query-logs-format.html"
);
/// The most answers of one record that are looked at.
const ANSWERS_MAX: usize = 256;

const KIND: Kind = Kind {
    what: "a resolver query",
    marks: &[&["query_timestamp", "query_name"]],
    is_record: |value, _| {
        ["query_timestamp", "query_name", "query_type"].iter().all(|key| json::has(value, key))
    },
    emit,
};

impl Source for Route53Resolver {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Route 53 Resolver query logs: names that hosts in a VPC asked for, and answers",
            spec: SPEC,
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::DNS_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: None, service: None, category: Some("dns") },
            LogSource { product: Some("aws"), service: Some("route53_resolver"), category: None },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        &["query", "record_type", "answer", "src_ip", "src_port"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let time = json::at(found.value, &["query_timestamp"]).and_then(json::time);
    let Some(time) = time.or(found.around.time) else {
        return out.refuse(found.at, "query_timestamp is no time", found.raw);
    };
    let query = Query { value: found.value, time };
    out.event(&Event {
        source: NAME,
        time,
        uid: None,
        at: found.at,
        outcome: query.outcome(),
        credential: None,
        address: query.text("srcaddr").filter(|ip| is_ip(ip)),
        raw: found.raw,
        body: &query,
    });
}

/// One query with its answers.
struct Query<'v> {
    value: &'v Value,
    time: Time,
}

impl<'v> Query<'v> {
    fn text(&self, key: &str) -> Option<&'v str> {
        json::text(self.value, &[key]).filter(|text| !text.is_empty())
    }

    /// A firewall's block is a failure whatever it made the resolver answer.
    fn outcome(&self) -> Outcome {
        match (self.text("firewall_rule_action"), self.text("rcode")) {
            (Some("BLOCK"), _) => Outcome::Failure,
            (_, Some("NOERROR")) => Outcome::Success,
            (_, Some(_)) => Outcome::Failure,
            _ => Outcome::Unknown,
        }
    }

    /// Type, class and data of each answer.
    fn answers(&self) -> impl Iterator<Item = (Option<&'v str>, Option<&'v str>, &'v str)> {
        nested::list(self.value, &["answers"]).take(ANSWERS_MAX).filter_map(|answer| {
            let text = |key| nested::text(answer, &[key]);
            Some((text("Type"), text("Class"), text("Rdata")?))
        })
    }

    fn endpoint<'f>(&self, flat: &mut Flat<'f>)
    where
        'v: 'f,
    {
        flat.put(paths::DST_ENDPOINT_SVC_NAME, "Route 53 Resolver");
        let source = |key| json::text(self.value, &["srcids", key]).filter(|id| !id.is_empty());
        let address = self.text("srcaddr").filter(|ip| is_ip(ip));
        let interface = source("resolver_network_interface");
        let (instance, resolver) = (source("instance"), source("resolver_endpoint"));
        if address.or(instance).or(interface).or(resolver).is_none() {
            return;
        }
        flat.put_some(paths::SRC_ENDPOINT_IP, address);
        let port = json::at(self.value, &["srcport"]).and_then(|port| match port.as_str() {
            Some(text) => text.parse().ok(),
            None => port.as_i64(),
        });
        if let Some(port) = port.filter(|port| (0..=65_535).contains(port)) {
            flat.put(paths::SRC_ENDPOINT_PORT, port);
        }
        flat.put_some(paths::SRC_ENDPOINT_INSTANCE_UID, instance);
        flat.put_some(paths::SRC_ENDPOINT_INTERFACE_UID, interface);
        flat.put_some(paths::SRC_ENDPOINT_UID, resolver);
        flat.put_some(paths::SRC_ENDPOINT_VPC_UID, self.text("vpc_id"));
        // An instance is a virtual machine; what asks through an endpoint may be anything.
        flat.put(paths::SRC_ENDPOINT_TYPE_ID, if instance.is_some() { 6 } else { 0 });
    }

    fn firewall<'f>(&self, flat: &mut Flat<'f>)
    where
        'v: 'f,
    {
        let Some(action) = self.text("firewall_rule_action") else { return };
        let ((id, name), (disposition, called)) = match action {
            "BLOCK" => ((2, "Denied"), (2, "Blocked")),
            "ALERT" => ((3, "Observed"), (19, "Alert")),
            "ALLOW" => ((1, "Allowed"), (1, "Allowed")),
            other => ((99, other), (99, other)),
        };
        flat.put(paths::METADATA_PROFILES, "security_control");
        flat.put(paths::ACTION_ID, id);
        flat.put(paths::ACTION, name);
        flat.put(paths::DISPOSITION_ID, disposition);
        flat.put(paths::DISPOSITION, called);
        let group = self.text("firewall_rule_group_id");
        let list = self.text("firewall_domain_list_id");
        if group.or(list).is_some() {
            flat.put_some(paths::FIREWALL_RULE_UID, group.or(list));
            flat.put_some(paths::FIREWALL_RULE_CONDITION, list);
            flat.put_some(paths::FIREWALL_RULE_CATEGORY, self.text("firewall_protection"));
        }
    }
}

impl Body for Query<'_> {
    fn ocsf(&self) -> Flat<'_> {
        // A record tells the question and, by its code, that there was an answer.
        let answered = self.text("rcode").is_some();
        let (activity, name) = if answered { (6, "Traffic") } else { (1, "Query") };
        let mut flat = Flat::new(Class::DNS_ACTIVITY, activity);
        flat.put(paths::ACTIVITY_NAME, name);
        flat.put(paths::SEVERITY_ID, 1);
        let (account, region) = (self.text("account_id"), self.text("region"));
        put_cloud(&mut flat, "Route 53 Resolver", self.time, account, region);
        flat.put_some(paths::METADATA_PRODUCT_VERSION, self.text("version"));
        put_status(&mut flat, self.outcome());
        flat.put_some(paths::QUERY_HOSTNAME, self.text("query_name").map(domain));
        flat.put_some(paths::QUERY_TYPE, self.text("query_type"));
        flat.put_some(paths::QUERY_CLASS, self.text("query_class"));
        if let Some(rcode) = self.text("rcode") {
            flat.put(paths::RCODE, rcode);
            flat.put(paths::RCODE_ID, rcode_id(rcode));
        }
        for (slot, (kind, class, data)) in (0u16..).zip(self.answers()) {
            flat.put_in(paths::ANSWERS_RDATA, slot, data);
            for (path, text) in [(paths::ANSWERS_TYPE, kind), (paths::ANSWERS_CLASS, class)] {
                if let Some(text) = text {
                    flat.put_in(path, slot, text);
                }
            }
        }
        flat.put_some(
            paths::CONNECTION_INFO_PROTOCOL_NAME,
            self.text("transport").map(str::to_ascii_lowercase),
        );
        if self.text("transport").is_some() {
            flat.put(paths::CONNECTION_INFO_DIRECTION_ID, 0);
        }
        self.endpoint(&mut flat);
        self.firewall(&mut flat);
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        match name {
            // Names of Sigma's category `dns`.
            "query" => {
                if let Some(name) = self.text("query_name") {
                    each(domain(name).into());
                }
            }
            "answer" | "answers" => {
                self.answers().all(|(_, _, data)| each(data.into()));
            }
            "record_type" => _ = json::visit(self.value, "query_type", each),
            "src_ip" => _ = json::visit(self.value, "srcaddr", each),
            "src_port" => _ = json::visit(self.value, "srcport", each),
            _ => _ = json::visit(self.value, name, each),
        }
    }

    fn has(&self, name: &str) -> bool {
        let mut any = json::present(self.value, name);
        if !any {
            self.field(name, &mut |_| {
                any = true;
                false
            });
        }
        any
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        push(out, EntityKind::Ip, self.text("srcaddr"), Role::Actor);
        let instance = json::text(self.value, &["srcids", "instance"]);
        push(out, EntityKind::Instance, instance, Role::Actor);
        let asked = self.text("query_name").map(domain).filter(|name| *name != ".");
        push(out, EntityKind::Domain, asked, Role::Target);
        for (kind, _, data) in self.answers() {
            match kind {
                Some("A" | "AAAA") => push(out, EntityKind::Ip, Some(data), Role::Target),
                Some("CNAME" | "PTR" | "NS") => {
                    push(out, EntityKind::Domain, Some(domain(data)), Role::Target);
                }
                _ => {}
            }
        }
        push(out, EntityKind::Account, self.text("account_id"), Role::Place);
        push(out, EntityKind::Region, self.text("region"), Role::Place);
    }

    fn action(&self) -> String {
        let kind = self.text("query_type").unwrap_or("query");
        format!("{kind} {}", domain(self.text("query_name").unwrap_or("?")))
    }

    fn reads_only(&self) -> Option<bool> {
        Some(true)
    }
}
