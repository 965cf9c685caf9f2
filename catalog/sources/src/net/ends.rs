//! The two ends of a connection, as attributes and entities of any class that has them.

use model::{Entity, EntityKind, Role};
use ocsf::{Flat, Path, Scalar, paths};

use crate::aws::shared::{is_ip, push};

/// The highest port.
const PORT_MAX: i64 = 65_535;

/// Who spoke to whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends<'v> {
    /// Where it came from, an address.
    pub src: Option<&'v str>,
    /// The port there.
    pub src_port: Option<i64>,
    /// Where it went, an address.
    pub dst: Option<&'v str>,
    /// The port there.
    pub dst_port: Option<i64>,
    /// The protocol above IP, as the log has it.
    pub proto: Option<&'v str>,
}

impl<'v> Ends<'v> {
    /// Only what is an address is one; only what is a port is one.
    pub fn checked(self) -> Self {
        let port = |port: Option<i64>| port.filter(|port| (0..=PORT_MAX).contains(port));
        Ends {
            src: self.src.filter(|ip| is_ip(ip)),
            src_port: port(self.src_port),
            dst: self.dst.filter(|ip| is_ip(ip)),
            dst_port: port(self.dst_port),
            proto: self.proto,
        }
    }

    /// The same seen from the other end.
    pub fn turned(self) -> Self {
        let Ends { src, src_port, dst, dst_port, proto } = self;
        Ends { src: dst, src_port: dst_port, dst: src, dst_port: src_port, proto }
    }

    /// Puts them into an event of a network class.
    pub fn put(&self, flat: &mut Flat<'v>) {
        put(flat, (paths::SRC_ENDPOINT_IP, paths::SRC_ENDPOINT_PORT), self.src, self.src_port);
        put(flat, (paths::DST_ENDPOINT_IP, paths::DST_ENDPOINT_PORT), self.dst, self.dst_port);
        if let Some(proto) = self.proto.filter(|proto| !proto.is_empty()) {
            flat.put(paths::CONNECTION_INFO_PROTOCOL_NAME, proto.to_ascii_lowercase());
            if let Some(number) = number(proto) {
                flat.put(paths::CONNECTION_INFO_PROTOCOL_NUM, number);
            }
        }
    }

    /// Puts them into the first evidence of a finding.
    pub fn put_evidence(&self, flat: &mut Flat<'v>) {
        let src = (paths::EVIDENCES_SRC_ENDPOINT_IP, paths::EVIDENCES_SRC_ENDPOINT_PORT);
        let dst = (paths::EVIDENCES_DST_ENDPOINT_IP, paths::EVIDENCES_DST_ENDPOINT_PORT);
        put(flat, src, self.src, self.src_port);
        put(flat, dst, self.dst, self.dst_port);
        if let Some(proto) = self.proto.filter(|proto| !proto.is_empty()) {
            let name = proto.to_ascii_lowercase();
            flat.put(paths::EVIDENCES_CONNECTION_INFO_PROTOCOL_NAME, name);
        }
    }

    /// Adds who acted and on whom.
    pub fn entities<'s>(&self, out: &mut Vec<Entity<'s>>)
    where
        'v: 's,
    {
        push(out, EntityKind::Ip, self.src, Role::Actor);
        push(out, EntityKind::Ip, self.dst, Role::Target);
    }

    /// Hands over an end under the names that Sigma has for firewalls and name servers.
    pub fn field(&self, name: &str) -> Option<Scalar<'v>> {
        match name {
            "src_ip" | "c-ip" => self.src.map(Scalar::from),
            "dst_ip" | "r-dns-ip" | "s-ip" => self.dst.map(Scalar::from),
            "src_port" => self.src_port.map(Scalar::Int),
            "dst_port" | "cs-port" | "s-port" => self.dst_port.map(Scalar::Int),
            _ => None,
        }
    }

    /// `tcp 192.0.2.1:50000 -> 198.51.100.1:443`, as far as it is known.
    pub fn phrase(&self) -> String {
        if self.src.or(self.dst).is_none() {
            return String::new();
        }
        let end = |ip: Option<&str>, port: Option<i64>| {
            let ip = ip.unwrap_or("?");
            port.map_or_else(|| ip.to_owned(), |port| format!("{ip}:{port}"))
        };
        let (from, to) = (end(self.src, self.src_port), end(self.dst, self.dst_port));
        let proto = self.proto.unwrap_or("").to_ascii_lowercase();
        format!("{proto} {from} -> {to}").trim_start().to_owned()
    }
}

/// Puts an end; a port is nothing without its address.
fn put<'v>(
    flat: &mut Flat<'v>,
    (address_path, port_path): (Path, Path),
    address: Option<&'v str>,
    port: Option<i64>,
) {
    if let Some(address) = address {
        flat.put(address_path, address);
        if let Some(port) = port {
            flat.put(port_path, port);
        }
    }
}

/// The number of a protocol (IANA, Protocol Numbers).
pub fn number(proto: &str) -> Option<i64> {
    const KNOWN: &[(&str, i64)] = &[
        ("icmp", 1),
        ("igmp", 2),
        ("tcp", 6),
        ("udp", 17),
        ("dccp", 33),
        ("gre", 47),
        ("esp", 50),
        ("ah", 51),
        ("icmpv6", 58),
        ("ipv6-icmp", 58),
        ("icmp6", 58),
        ("sctp", 132),
        ("udplite", 136),
    ];
    let known = KNOWN.iter().find(|(name, _)| name.eq_ignore_ascii_case(proto));
    known.map(|(_, number)| *number)
}
