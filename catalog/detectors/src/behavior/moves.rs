//! The judge of addresses: notes which instance or NAT gateway a record says to have one.
//!
//! Told by what describes them, by calls that launch and stop instances and move addresses, and
//! by a sample of flow records. Ids are kept as numbers: millions of marks name them.

use model::fleet::Phase;
use model::seam::detector::{Findings, Keys, Mark};
use model::{Effect, Event, Outcome};

use super::marks::{Kind, number};

/// Of flow records, one minute in so many tells whose an address is: they repeat it all day.
const SAMPLED: i64 = 8;
const MINUTE: i64 = 60_000_000_000;

/// An id such as `i-0123456789abcdef0` as a number: 17 hex digits, how many, and of what kind.
pub fn id(text: &str) -> Option<u128> {
    const PREFIXES: &[&str] =
        &["i-", "eni-", "eipalloc-", "eipassoc-", "nat-", "vpce-", "eni-attach-"];
    let kind = PREFIXES.iter().rposition(|prefix| text.starts_with(prefix))?;
    let digits = text.get(PREFIXES.get(kind)?.len()..)?;
    let hex = digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let usual = hex && matches!(digits.len(), 8..=17);
    let number = u128::from_str_radix(digits, 16).ok().filter(|_| usual)?;
    Some((kind as u128) << 80 | (digits.len() as u128) << 72 | number)
}

/// The id of an instance, written out again.
pub fn instance(id: u128) -> String {
    let digits = (id >> 72 & 0xff) as usize;
    format!("i-{:0digits$x}", id & ((1 << 72) - 1))
}

/// Halves of a number, as marks keep them.
pub fn halves(number: u128) -> (u64, u64) {
    ((number >> 64) as u64, number as u64)
}

/// The number again.
pub fn whole((high, low): (u64, u64)) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

/// What a record says of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Says {
    /// An instance or NAT gateway has an address.
    Has = 1,
    /// An interface belongs to an instance.
    Wears = 2,
    /// An allocation is this address.
    Is = 3,
    /// An instance, interface or NAT gateway gets the address of an allocation.
    Gets = 4,
    /// An association ends.
    Ends = 5,
    /// An instance stops: it loses the address that it was lent.
    Rests = 6,
    /// An instance is gone.
    Gone = 7,
}

fn say(event: &Event<'_>, out: &mut dyn Findings, says: Says, who: u128, what: u128) {
    let keys = Keys::from_slice(&[halves(who), halves(what), (says as u64, 0)]);
    let mark = Mark { rule: Kind::Home as u32, effect: Effect::Attempt, keys, note: None };
    out.mark(event, mark);
}

fn value(event: &Event<'_>, name: &str) -> Option<u128> {
    let mut found = None;
    event.body.field(name, &mut |value| {
        found = value.as_str().and_then(|text| id(text).or_else(|| number(text)));
        found.is_none()
    });
    found
}

/// Marks what a description or a launch says of instances.
pub fn describe(event: &Event<'_>, out: &mut dyn Findings) {
    if let Some(nat) = value(event, "NatGatewayId").filter(|id| is_nat(*id)) {
        event.body.field("NatGatewayAddresses.PublicIp", &mut |value| {
            if let Some(ip) = value.as_str().and_then(number) {
                say(event, out, Says::Has, nat, ip);
            }
            true
        });
        return;
    }
    let mut sightings = Vec::new();
    event.body.sightings(&mut sightings);
    for sighting in &sightings {
        let Some(who) = id(&sighting.instance) else { continue };
        for address in &sighting.addresses {
            if let Some(ip) = number(&address.ip) {
                say(event, out, Says::Has, who, ip);
            }
            if let Some(eni) = address.eni.as_deref().and_then(id) {
                say(event, out, Says::Wears, who, eni);
            }
        }
        match sighting.phase {
            Some((Phase::Stopping | Phase::Stopped, _)) => say(event, out, Says::Rests, who, 0),
            Some((Phase::ShuttingDown | Phase::Terminated, _)) => {
                say(event, out, Says::Gone, who, 0);
            }
            _ => {}
        }
    }
}

/// Marks whose address a flow record shows, in some minutes.
pub fn flow(event: &Event<'_>, out: &mut dyn Findings) {
    if event.time.start.div_euclid(MINUTE) % SAMPLED == 0 {
        describe(event, out);
    }
}

/// Marks what a call does to addresses.
pub fn call(action: &str, event: &Event<'_>, out: &mut dyn Findings) {
    if event.outcome == Outcome::Failure {
        return;
    }
    let get = |names: &[&str]| names.iter().find_map(|name| value(event, name));
    match action {
        "RunInstances" | "StopInstances" | "TerminateInstances" => describe(event, out),
        "AllocateAddress" => {
            let of = get(&["responseElements.allocationId"]);
            if let (Some(of), Some(ip)) = (of, get(&["responseElements.publicIp"])) {
                say(event, out, Says::Is, of, ip);
            }
        }
        "AssociateAddress" => {
            let who = ["requestParameters.instanceId", "requestParameters.networkInterfaceId"];
            let what = ["requestParameters.publicIp", "requestParameters.allocationId"];
            if let (Some(who), Some(what)) = (get(&who), get(&what)) {
                say(event, out, Says::Gets, who, what);
                if let Some(association) = get(&["responseElements.associationId"]) {
                    say(event, out, Says::Is, association, what);
                }
            }
        }
        "DisassociateAddress" | "ReleaseAddress" => {
            let names = ["publicIp", "associationId", "allocationId"];
            let names = names.map(|name| format!("requestParameters.{name}"));
            if let Some(what) = names.iter().find_map(|name| value(event, name)) {
                say(event, out, Says::Ends, 0, what);
            }
        }
        "AttachNetworkInterface" => {
            let eni = get(&["requestParameters.networkInterfaceId"]);
            if let (Some(who), Some(eni)) = (get(&["requestParameters.instanceId"]), eni) {
                say(event, out, Says::Wears, who, eni);
            }
        }
        "CreateNatGateway" => {
            let request = "requestParameters.CreateNatGatewayRequest.AllocationId";
            let response = "responseElements.CreateNatGatewayResponse.natGateway.natGatewayId";
            let what = get(&[request, "requestParameters.allocationId"]);
            let who = get(&[response, "responseElements.natGateway.natGatewayId"]);
            if let (Some(who), Some(what)) = (who, what) {
                say(event, out, Says::Gets, who, what);
            }
        }
        _ => {}
    }
}

/// Whether an id is a NAT gateway's.
pub fn is_nat(of: u128) -> bool {
    of >> 80 == 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_numbers_and_back() {
        for text in ["i-0a1b2c3d4e5f60718", "i-0000000000000000f", "i-0a1b2c3d"] {
            assert_eq!(instance(id(text).unwrap()), text);
        }
        assert_ne!(id("i-0a1b2c3d"), id("eni-0a1b2c3d"));
        assert!(is_nat(id("nat-0a1b2c3d4e5f60718").unwrap()));
        assert!(id("mi-0a1b2c3d").is_none() && id("i-xyz12345").is_none() && id("i-1").is_none());
    }
}
