//! What the AWS sources share: common attributes, outcomes, entities without copies.

use std::borrow::Cow;
use std::net::IpAddr;

use model::{Entity, EntityKind, Outcome, Role, Time};
use ocsf::{Flat, paths};

/// A longer text is no name or id of a thing.
const NAME_MAX: usize = 1024;

/// Puts what every event of AWS has: time, product, vendor and the cloud it happened in.
pub fn put_cloud<'f>(
    flat: &mut Flat<'f>,
    product: &'static str,
    time: Time,
    account: Option<&'f str>,
    region: Option<&'f str>,
) {
    flat.put(paths::TIME, time.ocsf());
    flat.put(paths::METADATA_PRODUCT_NAME, product);
    flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, "AWS");
    flat.put(paths::METADATA_PROFILES, "cloud");
    flat.put(paths::CLOUD_PROVIDER, "AWS");
    flat.put_some(paths::CLOUD_ACCOUNT_UID, account);
    flat.put_some(paths::CLOUD_REGION, region);
}

/// Puts whether it was done.
pub fn put_status(flat: &mut Flat<'_>, outcome: Outcome) {
    let (id, name) = match outcome {
        Outcome::Success => (1, "Success"),
        Outcome::Failure => (2, "Failure"),
        Outcome::Unknown => (0, "Unknown"),
    };
    flat.put(paths::STATUS_ID, id);
    flat.put(paths::STATUS, name);
}

/// Puts the severity by its number in OCSF: 0 unknown to 5 critical.
pub fn put_severity(flat: &mut Flat<'_>, id: i64) {
    let name = match id {
        1 => "Informational",
        2 => "Low",
        3 => "Medium",
        4 => "High",
        5 => "Critical",
        _ => "Unknown",
    };
    flat.put(paths::SEVERITY_ID, id);
    flat.put(paths::SEVERITY, name);
}

/// Adds an entity unless it has no name, has one that is none (`-`), or is there already.
pub fn push<'s>(
    out: &mut Vec<Entity<'s>>,
    kind: EntityKind,
    value: Option<impl Into<Cow<'s, str>>>,
    role: Role,
) {
    let Some(value) = value.map(Into::into) else { return };
    let is_address = kind != EntityKind::Ip || is_ip(&value);
    if value.trim().is_empty() || value == "-" || value.len() > NAME_MAX || !is_address {
        return;
    }
    let entity = Entity { kind, value, role };
    if !out.contains(&entity) {
        out.push(entity);
    }
}

/// Whether a text is an address.
pub fn is_ip(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// A domain name without the dot of the root.
pub fn domain(name: &str) -> &str {
    name.strip_suffix('.').filter(|name| !name.is_empty()).unwrap_or(name)
}

/// The number of a response code in OCSF.
pub fn rcode_id(rcode: &str) -> i64 {
    match rcode {
        "NOERROR" => 0,
        "FORMERR" => 1,
        "SERVFAIL" => 2,
        "NXDOMAIN" => 3,
        "NOTIMP" => 4,
        "REFUSED" => 5,
        "YXDOMAIN" => 6,
        "YXRRSET" => 7,
        "NXRRSET" => 8,
        "NOTAUTH" => 9,
        "NOTZONE" => 10,
        "DSOTYPENI" => 11,
        "BADSIG" | "BADVERS" => 16,
        "BADKEY" => 17,
        "BADTIME" => 18,
        "BADMODE" => 19,
        "BADNAME" => 20,
        "BADALG" => 21,
        "BADTRUNC" => 22,
        "BADCOOKIE" => 23,
        _ => 99,
    }
}

/// Whether an id is a UUID that tells records apart: the one of zeros stands in many examples.
pub fn is_uuid(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
        && id.bytes().any(|byte| !matches!(byte, b'-' | b'0'))
}
