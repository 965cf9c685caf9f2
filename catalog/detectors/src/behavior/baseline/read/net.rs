//! Flows and DNS: which ports a machine uses and serves, which networks it speaks to, what it
//! asks for.

use std::fmt::Write;

use model::{Event, Outcome};

use super::super::super::marks::{is_inside, number as address};
use super::super::super::names::registered;
use super::super::facts::Facts;
use super::super::feature::{Feature, Kind};
use super::super::learn::minute;
use super::super::slot::mark;
use super::{Texts, append, field, number, words};

/// Ports from here on are mostly chosen by the machine that asks.
const HIGH: i64 = 32_768;

/// The machines at both ends, as far as they are inside. What was refused is nobody's habit.
pub fn flow(event: &Event<'_>, texts: &mut Texts, facts: &mut Facts, each: &mut dyn FnMut(&Facts)) {
    if !is_taken(event) {
        return;
    }
    let ports = [number(event, "srcport"), number(event, "dstport")].map(Option::unwrap_or_default);
    let protocol = number(event, "protocol").unwrap_or_default();
    let Texts { a, b, c } = texts;
    for (own, other) in [("srcaddr", "dstaddr"), ("dstaddr", "srcaddr")] {
        let sends = own == "srcaddr";
        let [from, to] = ports;
        let (mine, theirs) = if sends { (from, to) } else { (to, from) };
        field(event, own, a);
        field(event, other, b);
        let (Some(here), Some(there)) = (address(a), address(b)) else { return };
        if !is_inside(here) {
            continue;
        }
        words::network(a, c);
        facts.begin(Kind::Host, a);
        facts.peers(&[c]);
        facts.everybody(&["hosts"]);
        let asks = theirs < mine;
        c.clear();
        let protocol = match protocol {
            6 => "tcp",
            17 => "udp",
            _ => "protocol",
        };
        let port = if asks { theirs } else { mine };
        let way = if asks { "to" } else { "on" };
        let _written = match port {
            HIGH.. => write!(c, "{way} {protocol} high port"),
            _ => write!(c, "{way} {protocol} {port}"),
        };
        facts.add(Feature::Port, &[c]);
        // Whoever comes from outside to a port that is served is no peer of one's own choice.
        if asks || is_inside(there) {
            words::network(b, c);
            facts.add(Feature::Peer, &[c]);
        }
        each(facts);
    }
}

/// What the facts of a flow depend on: both ends, the port that is served, and whether it was
/// taken.
pub fn sameness(event: &Event<'_>, text: &mut String) -> u64 {
    text.clear();
    for name in ["srcaddr", "dstaddr"] {
        event.body.field(name, &mut |value| {
            let address = value.as_str().unwrap_or_default();
            // Of those outside, only the network matters.
            let inside = words::may_be_inside(address);
            text.push_str(if inside { address } else { words::coarse(address) });
            false
        });
        text.push('\0');
    }
    append(event, "protocol", text);
    let [from, to] =
        [number(event, "srcport"), number(event, "dstport")].map(Option::unwrap_or_default);
    let way = match from.cmp(&to) {
        std::cmp::Ordering::Less => "<",
        std::cmp::Ordering::Equal => "=",
        std::cmp::Ordering::Greater => ">",
    };
    words::push_number(from.min(to).min(HIGH), text);
    let taken = if is_taken(event) { "taken" } else { "refused" };
    mark(&[text, way, taken])
}

fn is_taken(event: &Event<'_>) -> bool {
    if event.outcome == Outcome::Failure {
        return false;
    }
    let knocks = number(event, "tcp-flags") == Some(2);
    !(knocks && number(event, "packets").unwrap_or_default() <= 3)
}

/// The machine that asks.
pub fn question(
    event: &Event<'_>,
    texts: &mut Texts,
    facts: &mut Facts,
    each: &mut dyn FnMut(&Facts),
) {
    let Texts { a, b, c } = texts;
    match event.address {
        Some(address) => {
            a.clear();
            a.push_str(address);
        }
        None => field(event, "src_ip", a),
    }
    field(event, "query", b);
    b.make_ascii_lowercase();
    let name = registered(b.trim_end_matches('.'));
    if a.is_empty() || name.is_empty() {
        return;
    }
    facts.begin(Kind::Host, a);
    words::network(a, c);
    facts.peers(&[c]);
    facts.everybody(&["hosts"]);
    facts.add(Feature::Domain, &[name]);
    facts.add(Feature::Hours, &[words::hours(minute(event))]);
    each(facts);
}
