//! The order of a flow log's fields: from a header line, a person's word, or certain inference.

use std::net::IpAddr;

use super::record::Split;

/// A format has no more fields than this; the documentation knows about 70.
pub const FIELDS_MAX: usize = 96;

macro_rules! keys {
    ($($key:ident = $name:literal, $version:literal;)*) => {
        /// A field that we look at, in the order and with the version of the documentation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Key { $($key),* }
        /// Name of each key and the version of the format that brought it.
        const KEYS: &[(Key, &str, u8)] = &[$((Key::$key, $name, $version)),*];
    };
}

keys! {
    Version = "version", 2;
    AccountId = "account-id", 2;
    InterfaceId = "interface-id", 2;
    SrcAddr = "srcaddr", 2;
    DstAddr = "dstaddr", 2;
    SrcPort = "srcport", 2;
    DstPort = "dstport", 2;
    Protocol = "protocol", 2;
    Packets = "packets", 2;
    Bytes = "bytes", 2;
    Start = "start", 2;
    End = "end", 2;
    Action = "action", 2;
    LogStatus = "log-status", 2;
    VpcId = "vpc-id", 3;
    SubnetId = "subnet-id", 3;
    InstanceId = "instance-id", 3;
    TcpFlags = "tcp-flags", 3;
    Type = "type", 3;
    PktSrcAddr = "pkt-srcaddr", 3;
    PktDstAddr = "pkt-dstaddr", 3;
    Region = "region", 4;
    AzId = "az-id", 4;
    SublocationType = "sublocation-type", 4;
    SublocationId = "sublocation-id", 4;
    PktSrcService = "pkt-src-aws-service", 5;
    PktDstService = "pkt-dst-aws-service", 5;
    FlowDirection = "flow-direction", 5;
    TrafficPath = "traffic-path", 5;
    EcsClusterArn = "ecs-cluster-arn", 7;
    EcsClusterName = "ecs-cluster-name", 7;
    EcsContainerInstanceArn = "ecs-container-instance-arn", 7;
    EcsContainerInstanceId = "ecs-container-instance-id", 7;
    EcsContainerId = "ecs-container-id", 7;
    EcsSecondContainerId = "ecs-second-container-id", 7;
    EcsServiceName = "ecs-service-name", 7;
    EcsTaskDefinitionArn = "ecs-task-definition-arn", 7;
    EcsTaskArn = "ecs-task-arn", 7;
    EcsTaskId = "ecs-task-id", 7;
    RejectReason = "reject-reason", 8;
    ResourceId = "resource-id", 9;
    EncryptionStatus = "encryption-status", 10;
}

/// Fields that are only answered under their own name: newer ones, and those of version 6, the
/// transit gateway's flow logs.
const OTHERS: &[&str] = &[
    "asg-tag",
    "instance-tag",
    "interface-tag",
    "interface-type",
    "next-hop-az-id",
    "next-hop-interface-id",
    "next-hop-interface-type",
    "next-hop-subnet-id",
    "next-hop-vpc-id",
    "packets-lost-blackhole",
    "packets-lost-mtu-exceeded",
    "packets-lost-no-route",
    "packets-lost-ttl-expired",
    "resource-type",
    "tgw-attachment-id",
    "tgw-dst-az-id",
    "tgw-dst-eni",
    "tgw-dst-subnet-id",
    "tgw-dst-vpc-account-id",
    "tgw-dst-vpc-id",
    "tgw-id",
    "tgw-pair-attachment-id",
    "tgw-src-az-id",
    "tgw-src-eni",
    "tgw-src-subnet-id",
    "tgw-src-vpc-account-id",
    "tgw-src-vpc-id",
];

/// The names of the default format, version 2.
pub const DEFAULT: &[&str] = &[
    "version",
    "account-id",
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log-status",
];

/// Where no column is.
const NONE: u8 = u8::MAX;

/// The order of the fields of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    /// The byte between two fields: a space, or a comma in tables written by queries.
    pub separator: u8,
    /// The columns' names, with dashes.
    pub names: Vec<String>,
    columns: [u8; KEYS.len()],
}

impl Format {
    /// A format with these columns.
    fn new(names: Vec<String>, separator: u8) -> Self {
        let mut columns = [NONE; KEYS.len()];
        for (slot, (_, name, _)) in columns.iter_mut().zip(KEYS) {
            let at = names.iter().position(|n| n == name).and_then(|at| u8::try_from(at).ok());
            *slot = at.unwrap_or(NONE);
        }
        Format { separator, names, columns }
    }

    /// The default format.
    pub fn version2() -> Self {
        Format::new(DEFAULT.iter().map(ToString::to_string).collect(), b' ')
    }

    /// Reads a field list: `version account-id …`, `${version} ${account-id} …`, with dashes or
    /// underscores, between spaces or commas. `None` if it is not one: a list starts with a known
    /// name and most of its names are known.
    pub fn parse(text: &str) -> Option<Self> {
        let separator = if text.contains(',') { b',' } else { b' ' };
        let mut names = Vec::new();
        for word in text.split([' ', ',', '\t']).filter(|w| !w.is_empty()) {
            let word = word.trim_matches('"');
            let bare = bare(word);
            if !is_name(bare) || names.len() == FIELDS_MAX {
                return None;
            }
            names.push(bare.replace('_', "-"));
        }
        let known = names.iter().filter(|name| is_known(name)).count();
        let sound = names.first().is_some_and(|n| is_known(n)) && known * 2 >= names.len();
        sound.then(|| Format::new(names, separator))
    }

    /// Whether a person's word is a field list; else what is wrong with it.
    pub fn check(text: &str) -> Result<(), String> {
        let words = text.split([' ', ',', '\t']).filter(|w| !w.is_empty());
        let words: Vec<&str> = words.map(|w| w.trim_matches('"')).collect();
        let Some(format) = Format::parse(text) else {
            let odd = words.iter().find(|w| !is_known(&bare(w).replace('_', "-")));
            return Err(match odd {
                Some(word) => format!("{word:?} is no field of VPC flow logs"),
                None => "it names no field".to_owned(),
            });
        };
        let mut met = Vec::new();
        for name in &format.names {
            if met.contains(&name) {
                return Err(format!("the field {name} is there twice"));
            }
            met.push(name);
            // Fields newer than this program are passed over; slips of the pen are not.
            let known = KEYS.iter().map(|(_, known, _)| *known).chain(OTHERS.iter().copied());
            if !is_known(name)
                && let Some(meant) = model::text::nearest(name, known)
            {
                return Err(format!("there is no field {name:?}: is {meant:?} meant?"));
            }
        }
        Ok(())
    }

    /// A table's columns; `None` if they are not those of a flow log. A table may have others
    /// beside them, that some query put there.
    pub fn of_columns(names: &[&str]) -> Option<Self> {
        let names: Vec<String> = names.iter().map(|name| name.replace('_', "-")).collect();
        let known = names.iter().filter(|name| is_known(name)).count();
        (known * 2 >= names.len() && known > 0).then(|| Format::new(names, b' '))
    }

    /// The column of a key.
    pub fn column(&self, key: Key) -> Option<usize> {
        let at = *self.columns.get(key as usize)?;
        (at != NONE).then_some(usize::from(at))
    }

    /// The column of a name, written with dashes or underscores.
    pub fn column_named(&self, name: &str) -> Option<usize> {
        let same = |n: &String| {
            n.len() == name.len()
                && n.bytes().zip(name.bytes()).all(|(a, b)| a == b || (a == b'-' && b == b'_'))
        };
        self.names.iter().position(same)
    }

    /// Finds the format that a headerless record is certainly written in: the default one, or the
    /// fields of all versions up to its own in the documentation's order.
    pub fn infer(line: &str) -> Option<Self> {
        let mut split = Split::default();
        split.cut(line, b' ');
        let version: u8 = split.get(line, 0)?.parse().ok()?;
        let upto = KEYS.iter().filter(|(_, _, since)| *since <= version);
        let fields: Vec<_> = upto.collect();
        if version < 2 || fields.len() != split.len() {
            return None;
        }
        let fit = |(at, (key, _, _)): (usize, &&(Key, &str, u8))| {
            split.get(line, at).is_some_and(|value| fits(*key, value))
        };
        let certain = version == 2 || line.contains(" vpc-") && line.contains(" subnet-");
        let all = certain && fields.iter().enumerate().all(fit);
        all.then(|| Format::new(fields.iter().map(|f| f.1.to_string()).collect(), b' '))
    }
}

/// A name without the marks of AWS's templates.
fn bare(word: &str) -> &str {
    word.strip_prefix("${").and_then(|w| w.strip_suffix('}')).unwrap_or(word)
}

/// Whether a word may name a field: values have digits or capitals, names at most a last digit.
fn is_name(word: &str) -> bool {
    let letters = word.strip_suffix(|c: char| c.is_ascii_digit()).unwrap_or(word);
    letters.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_')
}

fn is_known(name: &str) -> bool {
    let tag = name.strip_suffix(|c: char| c.is_ascii_digit()).and_then(|n| n.strip_suffix('-'));
    KEYS.iter().any(|(_, key, _)| *key == name)
        || OTHERS.contains(&name)
        || tag.is_some_and(|tag| OTHERS.contains(&tag))
}

/// Whether a value has the shape of its field; `-` stands for "not there" in all but the version.
fn fits(key: Key, value: &str) -> bool {
    let digits = |max: usize| value.len() <= max && value.bytes().all(|b| b.is_ascii_digit());
    match key {
        Key::Version => digits(2),
        _ if value == "-" => true,
        Key::AccountId => (value.len() == 12 && digits(12)) || value == "unknown",
        Key::InterfaceId => value.starts_with("eni-"),
        Key::SrcAddr | Key::DstAddr | Key::PktSrcAddr | Key::PktDstAddr => {
            value.parse::<IpAddr>().is_ok()
        }
        Key::SrcPort | Key::DstPort => digits(5),
        Key::Protocol | Key::TcpFlags => digits(3),
        Key::Packets | Key::Bytes | Key::Start | Key::End => digits(20),
        Key::Action => matches!(value, "ACCEPT" | "REJECT"),
        Key::LogStatus => matches!(value, "OK" | "NODATA" | "SKIPDATA"),
        Key::VpcId => value.starts_with("vpc-"),
        Key::SubnetId => value.starts_with("subnet-"),
        Key::InstanceId => value.starts_with("i-"),
        Key::Type => matches!(value, "IPv4" | "IPv6" | "EFA"),
        Key::FlowDirection => matches!(value, "ingress" | "egress"),
        Key::TrafficPath => digits(1),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_lists_in_every_spelling() {
        let plain = Format::parse("srcaddr dstaddr log-status").unwrap();
        for same in [
            "${srcaddr} ${dstaddr} ${log-status}",
            "srcaddr dstaddr log_status",
            "${srcaddr}  ${dstaddr}\t${log_status}",
        ] {
            assert_eq!(Format::parse(same).as_ref(), Some(&plain), "{same}");
        }
        assert_eq!(plain.column(Key::LogStatus), Some(2));
        assert_eq!(plain.column_named("log_status"), Some(2));
        assert_eq!(plain.column(Key::Start), None);
        assert_eq!(Format::parse(&DEFAULT.join(" ")), Some(Format::version2()));
        for not in [
            "",
            "GET /index.html",
            "2 111122223333 eni-0a",
            "action taken by the user now",
            "srcaddr dstaddr 443",
        ] {
            assert_eq!(Format::parse(not), None, "{not}");
        }
    }

    #[test]
    fn infers_only_what_is_certain() {
        let line2 = "2 111122223333 eni-0a - - - - - - - 1 2 - NODATA";
        assert_eq!(Format::infer(line2), Some(Format::version2()));
        let line3 = "3 111122223333 eni-0a 192.0.2.1 192.0.2.2 1 2 6 1 40 1 2 ACCEPT OK \
                     vpc-0a subnet-0a - 2 IPv4 192.0.2.1 192.0.2.2";
        assert_eq!(Format::infer(line3).unwrap().names.len(), 21);
        // The same columns in another order fit too badly to be sure.
        let other = "3 eni-0a 111122223333 192.0.2.1 192.0.2.2 1 2 6 1 40 1 2 ACCEPT OK \
                     vpc-0a subnet-0a - 2 IPv4 192.0.2.1 192.0.2.2";
        assert_eq!(Format::infer(other), None);
    }
}
