//! The keys of CEF and LEEF that mean the same, and the values under them.

use std::borrow::Cow;

use super::Record;
use crate::aws::shared::is_ip;

/// What was done about it.
pub const ACTION: &[&str] = &["act", "action", "deviceAction", "FTNTFGTaction"];
/// Where it came from.
pub const SOURCE_IP: &[&str] = &["src", "sourceAddress", "c6a2", "identSrc"];
/// Whom it was sent to.
pub const TARGET_IP: &[&str] = &["dst", "destinationAddress", "c6a3"];
/// The ports there.
pub const SOURCE_PORT: &[&str] = &["spt", "sourcePort", "srcPort"];
/// The ports there.
pub const TARGET_PORT: &[&str] = &["dpt", "destinationPort", "dstPort"];
/// The names of the ends.
pub const SOURCE_HOST: &[&str] = &["shost", "sourceHostName", "identHostName"];
/// The names of the ends.
pub const TARGET_HOST: &[&str] = &["dhost", "destinationHostName"];
/// Who did it.
pub const SOURCE_USER: &[&str] = &["suser", "sourceUserName", "usrName", "accountName"];
/// To whom.
pub const TARGET_USER: &[&str] = &["duser", "destinationUserName"];
/// The machine that says it.
pub const HOST: &[&str] = &["dvchost", "deviceHostName", "UNIFIhost"];
/// That machine's address.
pub const HOST_IP: &[&str] = &["dvc", "deviceAddress", "UNIFIdeviceIp"];
/// The protocol above IP.
pub const PROTOCOL: &[&str] = &["proto", "transportProtocol", "protocol"];
/// Bytes that came in.
pub const BYTES_IN: &[&str] = &["in", "bytesIn", "dstBytes"];
/// Bytes that went out.
pub const BYTES_OUT: &[&str] = &["out", "bytesOut", "srcBytes"];
/// What was asked for on the web.
pub const URL: &[&str] = &["request", "requestUrl", "url"];
/// How it was asked for.
pub const METHOD: &[&str] = &["requestMethod", "method"];
/// What the client calls itself.
pub const AGENT: &[&str] = &["requestClientApplication", "userAgent"];
/// The page it came from.
pub const REFERRER: &[&str] = &["requestContext", "referrer"];
/// A file's path, else its name.
pub const FILE: &[&str] = &["filePath", "fname", "fileName"];
/// A file's hash.
pub const HASH: &[&str] = &["fileHash", "sha256", "sha1", "md5", "hash"];
/// The program that did it.
pub const PROCESS: &[&str] = &["sproc", "sourceProcessName", "deviceProcessName", "processName"];
/// The sort of event.
pub const CATEGORY: &[&str] = &["cat", "deviceEventCategory", "UNIFIsubCategory"];
/// A sentence.
pub const MESSAGE: &[&str] = &["msg", "message"];
/// The rule that decided, by the labels of custom strings and by keys of their own.
pub const RULE: &[&str] =
    &["rule", "rule name", "policy", "policy name", "policy_name", "acl", "firewall rule"];
/// The threat, likewise.
pub const THREAT: &[&str] = &[
    "threat name",
    "threatname",
    "virus name",
    "virusname",
    "virus",
    "malware name",
    "malwarename",
    "malware",
    "signature",
    "signature name",
    "attack name",
    "attackname",
    "attack",
    "threat",
    "detection name",
    "detectionname",
    "ftntfgtvirus",
    "ftntfgtattack",
    "unifiipssignature",
];
/// The status of an answer on the web.
const STATUS: &[&str] = &[
    "http status",
    "http response code",
    "response code",
    "response_code",
    "status code",
    "http_status",
    "responsecode",
];

/// Short keys of CEF and their full names.
const FULL: &[(&str, &str)] = &[
    ("act", "deviceAction"),
    ("app", "applicationProtocol"),
    ("cat", "deviceEventCategory"),
    ("cnt", "baseEventCount"),
    ("dhost", "destinationHostName"),
    ("dmac", "destinationMacAddress"),
    ("dntdom", "destinationNtDomain"),
    ("dpid", "destinationProcessId"),
    ("dpriv", "destinationUserPrivileges"),
    ("dproc", "destinationProcessName"),
    ("dpt", "destinationPort"),
    ("dst", "destinationAddress"),
    ("dtz", "deviceTimeZone"),
    ("duid", "destinationUserId"),
    ("duser", "destinationUserName"),
    ("dvc", "deviceAddress"),
    ("dvchost", "deviceHostName"),
    ("dvcmac", "deviceMacAddress"),
    ("dvcpid", "deviceProcessId"),
    ("end", "endTime"),
    ("fname", "fileName"),
    ("fsize", "fileSize"),
    ("in", "bytesIn"),
    ("msg", "message"),
    ("out", "bytesOut"),
    ("outcome", "eventOutcome"),
    ("proto", "transportProtocol"),
    ("request", "requestUrl"),
    ("rt", "deviceReceiptTime"),
    ("shost", "sourceHostName"),
    ("smac", "sourceMacAddress"),
    ("sntdom", "sourceNtDomain"),
    ("spid", "sourceProcessId"),
    ("spriv", "sourceUserPrivileges"),
    ("sproc", "sourceProcessName"),
    ("spt", "sourcePort"),
    ("src", "sourceAddress"),
    ("start", "startTime"),
    ("suid", "sourceUserId"),
    ("suser", "sourceUserName"),
];

/// The short key of a full name, or the other way round.
pub fn other_name(key: &str) -> Option<&'static str> {
    FULL.iter().find_map(|(short, full)| match key {
        _ if key == *short => Some(*full),
        _ if key == *full => Some(*short),
        _ => None,
    })
}

impl<'a> Record<'a> {
    /// The value of a key as it is written; words that say that there is none are none.
    pub(super) fn raw(&self, key: &str) -> Option<&'a str> {
        let (_, value) = self.pairs.iter().find(|(name, _)| *name == key)?;
        let is_none = matches!(*value, "" | "-" | "N/A" | "n/a" | "null" | "(null)" | "None");
        (!is_none).then_some(*value)
    }

    /// The value of the first of some keys that has one.
    pub(super) fn first(&self, keys: &[&str]) -> Option<Cow<'a, str>> {
        keys.iter().find_map(|key| self.raw(key)).map(|value| self.out(value))
    }

    /// A value without its escapes.
    pub(super) fn out(&self, value: &'a str) -> Cow<'a, str> {
        (self.plain)(value)
    }

    /// The first value of some keys that is an address.
    pub(super) fn address(&self, keys: &[&str]) -> Option<&'a str> {
        keys.iter().filter_map(|key| self.raw(key)).find(|value| is_ip(value))
    }

    /// The first value of some keys that is a whole number.
    pub(super) fn number(&self, keys: &[&str]) -> Option<i64> {
        keys.iter().filter_map(|key| self.raw(key)).find_map(|value| value.parse().ok())
    }

    /// The value of a custom string (`cs1Label=Rule cs1=…`), or of a key, by one of these names.
    pub(super) fn labelled(&self, names: &[&str]) -> Option<Cow<'a, str>> {
        names.iter().find_map(|name| self.by_label(name)).map(|value| self.out(value))
    }

    fn by_label(&self, name: &str) -> Option<&'a str> {
        let own = self.pairs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        if let Some(value) = own.and_then(|(key, _)| self.raw(key)) {
            return Some(value);
        }
        let mut labels = self.pairs.iter().filter(|(_, label)| label.eq_ignore_ascii_case(name));
        labels.find_map(|(key, _)| self.raw(key.strip_suffix("Label")?))
    }

    /// The status of an answer on the web.
    pub(super) fn status(&self) -> Option<i64> {
        let named = STATUS.iter().find_map(|name| self.by_label(name));
        let numeric = || self.raw("outcome");
        let value: i64 = named.or_else(numeric)?.parse().ok()?;
        (100..=599).contains(&value).then_some(value)
    }
}
