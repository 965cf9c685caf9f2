//! One flow record: cut once, read where asked.

use std::net::IpAddr;

use memchr::memchr_iter;
use model::fleet::{Address, Phase, Sighting, Told, Trait};
use model::{Body, Connection, Entity, EntityKind, Outcome, Role, Time};
use ocsf::{Flat, Scalar};

use super::attributes;
use super::format::{FIELDS_MAX, Format, Key};

/// Where the fields of a line stand. Made once for a file and used for every line of it.
pub struct Split {
    spans: [(u32, u32); FIELDS_MAX],
    count: usize,
}

impl Default for Split {
    fn default() -> Self {
        Split { spans: [(0, 0); FIELDS_MAX], count: 0 }
    }
}

impl Split {
    /// Cuts a line at every separator; several spaces count as one. Fields beyond the bound are
    /// counted, not kept.
    pub fn cut(&mut self, line: &str, separator: u8) {
        self.count = 0;
        let mut from = 0;
        for at in memchr_iter(separator, line.as_bytes()) {
            self.add(from, at, separator);
            from = at + 1;
        }
        self.add(from, line.len(), separator);
    }

    /// Takes over places that are known; an empty one is a field that is not there.
    pub fn set(&mut self, spans: &[(u32, u32)]) {
        self.count = spans.len();
        for (own, span) in self.spans.iter_mut().zip(spans) {
            *own = *span;
        }
    }

    fn add(&mut self, from: usize, to: usize, separator: u8) {
        if from == to && separator == b' ' {
            return;
        }
        if let Some(span) = self.spans.get_mut(self.count) {
            *span = (from as u32, to as u32);
        }
        self.count += 1;
    }

    /// How many fields the line has.
    pub fn len(&self) -> usize {
        self.count
    }

    /// A field of the line that was cut.
    pub fn get<'l>(&self, line: &'l str, at: usize) -> Option<&'l str> {
        let (from, to) = *self.spans.get(at).filter(|_| at < self.count)?;
        let field = line.get(from as usize..to as usize)?;
        // Tables written by queries quote every value.
        Some(field.strip_prefix('"').and_then(|f| f.strip_suffix('"')).unwrap_or(field))
    }
}

/// One flow record, cut.
pub struct Flow<'a> {
    /// The record's text.
    pub line: &'a str,
    /// Its fields' places.
    pub split: &'a Split,
    /// Its fields' order.
    pub format: &'a Format,
    /// Its interval.
    pub time: Time,
    /// Whether the interval is the record's own.
    pub timed: bool,
    /// The address that it came from, as the interface saw it, and the same as a number.
    from: Option<(&'a str, IpAddr)>,
}

/// The latest second that a time may have: the year 2255, well inside what [`Time`] reaches.
const SECONDS_MAX: i64 = 9_000_000_000;

impl<'a> Flow<'a> {
    /// Reads the eager fields; the error says which is wrong.
    pub fn new(
        line: &'a str,
        split: &'a Split,
        format: &'a Format,
        delivered: Option<Time>,
    ) -> Result<Self, String> {
        let time = Time::seconds(0);
        let mut flow = Flow { line, split, format, time, timed: false, from: None };
        let from = flow.get(Key::SrcAddr).or_else(|| flow.get(Key::PktSrcAddr));
        flow.from = from.and_then(|text| Some((text, text.parse().ok()?)));
        let (start, end) = (flow.seconds(Key::Start)?, flow.seconds(Key::End)?);
        let has_columns = format.column(Key::Start).or(format.column(Key::End)).is_some();
        match (start.or(end), end.or(start), delivered) {
            (Some(start), Some(end), _) => {
                flow.time = Time::seconds(start).until(Time::seconds(end));
                flow.timed = true;
            }
            (_, _, Some(delivered)) => flow.time = delivered,
            _ if has_columns => return Err("start and end are empty: no time".into()),
            // A format without times: the record stands at the beginning of 1970, which no flow
            // log can reach, so that it is kept and nobody takes it for a real time.
            _ => {}
        }
        match flow.get(Key::Action) {
            None | Some("ACCEPT" | "REJECT") => {}
            Some(_) => return Err("action is neither ACCEPT nor REJECT".into()),
        }
        match flow.get(Key::LogStatus) {
            None | Some("OK" | "NODATA" | "SKIPDATA") => Ok(flow),
            Some(_) => Err("log-status is none of OK, NODATA, SKIPDATA".into()),
        }
    }

    fn seconds(&self, key: Key) -> Result<Option<i64>, String> {
        let Some(text) = self.get(key) else { return Ok(None) };
        let add = |sum: i64, byte: u8| match byte {
            b'0'..=b'9' if sum <= SECONDS_MAX => Some(sum * 10 + i64::from(byte - b'0')),
            _ => None,
        };
        let number = text.bytes().try_fold(0, add).filter(|number| *number <= SECONDS_MAX);
        let name = if key == Key::Start { "start" } else { "end" };
        number.map(Some).ok_or_else(|| format!("{name} is no number of seconds since 1970"))
    }

    /// The value of a field, unless it is `-`.
    pub fn get(&self, key: Key) -> Option<&'a str> {
        let value = self.split.get(self.line, self.format.column(key)?)?;
        (value != "-" && !value.is_empty()).then_some(value)
    }

    /// The value of a numeric field, if it is one of that type.
    fn parsed<T: std::str::FromStr>(&self, key: Key) -> Option<T> {
        self.get(key)?.parse().ok()
    }

    /// The value of a numeric field.
    pub fn number(&self, key: Key) -> Option<i64> {
        self.get(key)?.parse().ok()
    }

    /// Whether the traffic was let through.
    pub fn outcome(&self) -> Outcome {
        match self.get(Key::Action) {
            Some("ACCEPT") => Outcome::Success,
            Some("REJECT") => Outcome::Failure,
            _ => Outcome::Unknown,
        }
    }

    /// The address that it came from, as the interface saw it.
    pub fn address(&self) -> Option<&'a str> {
        self.from.map(|(text, _)| text)
    }

    /// The addresses of one side: that of the packet, then that of the interface in between.
    pub fn addresses(&self, packet: Key, interface: Key) -> [Option<&'a str>; 2] {
        let (packet, interface) = (self.get(packet), self.get(interface));
        match packet {
            Some(packet) => [Some(packet), interface.filter(|i| *i != packet)],
            None => [interface, None],
        }
    }
}

/// Whether a text is an address.
pub fn is_ip(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// The name of an IP protocol as IANA writes it, in lower case.
pub fn protocol_name(number: i64) -> Option<&'static str> {
    Some(match number {
        1 => "icmp",
        2 => "igmp",
        4 => "ipv4",
        6 => "tcp",
        17 => "udp",
        33 => "dccp",
        41 => "ipv6",
        47 => "gre",
        50 => "esp",
        51 => "ah",
        58 => "ipv6-icmp",
        89 => "ospfigp",
        132 => "sctp",
        136 => "udplite",
        _ => return None,
    })
}

impl Body for Flow<'_> {
    fn ocsf(&self) -> Flat<'_> {
        attributes::flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let column = self.format.column_named(name);
        let Some(value) = column.and_then(|at| self.split.get(self.line, at)) else { return };
        if value == "-" || value.is_empty() {
            return;
        }
        // An account id is a name made of digits: its leading zeros count.
        let counted = value.len() <= 18 && !name.ends_with("id") && !name.contains("tag");
        let number = value.parse::<i64>().ok().filter(|_| counted && !value.starts_with('+'));
        each(number.map_or_else(|| Scalar::from(value), Scalar::Int));
    }

    fn connection(&self) -> Option<Connection> {
        // The packet's own addresses; an interface in between stands in their place.
        let from = match self.get(Key::PktSrcAddr) {
            Some(packet) if self.from.is_none_or(|(own, _)| own != packet) => {
                packet.parse().ok()?
            }
            _ => self.from?.1,
        };
        let to = self.get(Key::PktDstAddr).or_else(|| self.get(Key::DstAddr))?.parse().ok()?;
        Some(Connection {
            from,
            to,
            from_port: self.parsed(Key::SrcPort).unwrap_or_default(),
            to_port: self.parsed(Key::DstPort).unwrap_or_default(),
            protocol: self.parsed(Key::Protocol).unwrap_or_default(),
            packets: self.parsed(Key::Packets).unwrap_or_default(),
            bytes: self.parsed(Key::Bytes).unwrap_or_default(),
            flags: self.parsed(Key::TcpFlags),
        })
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        let from = self.addresses(Key::PktSrcAddr, Key::SrcAddr).into_iter().flatten();
        let from = from.filter(|ip| is_ip(ip));
        out.extend(from.map(|ip| Entity::new(EntityKind::Ip, ip, Role::Actor)));
        let to = self.addresses(Key::PktDstAddr, Key::DstAddr).into_iter().flatten();
        let to = to.filter(|ip| is_ip(ip));
        out.extend(to.map(|ip| Entity::new(EntityKind::Ip, ip, Role::Target)));
        for (key, kind) in [
            (Key::InterfaceId, EntityKind::Eni),
            (Key::InstanceId, EntityKind::Instance),
            (Key::AccountId, EntityKind::Account),
            (Key::Region, EntityKind::Region),
        ] {
            if let Some(value) = self.get(key).filter(|v| *v != "unknown") {
                out.push(Entity::new(kind, value, Role::Place));
            }
        }
    }

    fn sightings<'s>(&'s self, out: &mut Vec<Sighting<'s>>) {
        let Some(instance) = self.get(Key::InstanceId).filter(|id| id.starts_with("i-")) else {
            return;
        };
        // Refused traffic comes also to what does not run.
        if self.get(Key::Action) != Some("ACCEPT") {
            return;
        }
        let alive = Some((Phase::Running, Told::Alive));
        let mut sighting = Sighting::new(instance, self.time, alive);
        sighting.know(Trait::Account, self.get(Key::AccountId));
        sighting.know(Trait::Region, self.get(Key::Region));
        sighting.know(Trait::Subnet, self.get(Key::SubnetId));
        sighting.know(Trait::Vpc, self.get(Key::VpcId));
        let own = match self.get(Key::FlowDirection) {
            Some("ingress") => self.get(Key::DstAddr),
            Some("egress") => self.get(Key::SrcAddr),
            _ => None,
        };
        if let Some(ip) = own.filter(|ip| is_ip(ip)) {
            let eni = self.get(Key::InterfaceId).map(Into::into);
            sighting.addresses.push(Address { ip: ip.into(), eni, public: false });
        }
        out.push(sighting);
    }

    fn action(&self) -> String {
        let Some(action) = self.get(Key::Action) else {
            return self.get(Key::LogStatus).unwrap_or("flow").to_string();
        };
        let number = self.number(Key::Protocol);
        let protocol = number.and_then(protocol_name).or(self.get(Key::Protocol));
        match (protocol, self.get(Key::DstPort).filter(|_| has_ports(number))) {
            (Some(protocol), Some(port)) => format!("{action} {protocol}/{port}"),
            (Some(protocol), None) => format!("{action} {protocol}"),
            _ => action.to_string(),
        }
    }
}

/// Whether a protocol has ports; one that is not named may.
pub fn has_ports(protocol: Option<i64>) -> bool {
    protocol.is_none_or(|p| matches!(p, 6 | 17 | 33 | 132 | 136))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(fields: &str, line: &str) -> Option<Connection> {
        let format = Format::parse(fields).unwrap();
        let mut split = Split::default();
        split.cut(line, b' ');
        Flow::new(line, &split, &format, None).unwrap().connection()
    }

    #[test]
    fn a_connection_is_the_packet_s_with_what_the_record_counts() {
        let fields = "srcaddr dstaddr srcport dstport protocol packets bytes start end tcp-flags \
                      pkt-srcaddr pkt-dstaddr";
        let nat = "10.0.0.5 10.0.0.9 40000 443 6 3 180 5 9 2 192.0.2.7 -";
        assert_eq!(
            connection(fields, nat),
            Some(Connection {
                from: "192.0.2.7".parse().unwrap(),
                to: "10.0.0.9".parse().unwrap(),
                from_port: 40000,
                to_port: 443,
                protocol: 6,
                packets: 3,
                bytes: 180,
                flags: Some(2),
            })
        );
        let none = "- - - - - - - 5 9 - - -";
        assert_eq!(connection(fields, none), None);
        let bad = "2001:db8::1 2001:db8::2 70000 x 58 9999999999999999999999 - 5 9 - - -";
        let odd = connection(fields, bad).unwrap();
        assert_eq!((odd.from_port, odd.packets, odd.bytes, odd.flags), (0, 0, 0, None));
    }
}
