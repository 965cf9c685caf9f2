//! Messages of Cisco's ASA and FTD firewalls, which come through syslog: connections, address
//! translations, what a rule refused, logins to the firewall itself.
//!
//! <https://www.cisco.com/c/en/us/td/docs/security/asa/syslog/b_syslog.html>

use ocsf::{Flat, paths};

use super::{Said, What, between, ip, some};

/// What OCSF's Network Activity calls them.
const OPEN: What = What::Flow(1);
const CLOSE: What = What::Flow(2);
const RESET: What = What::Flow(3);
const FAIL: What = What::Flow(4);
const REFUSE: What = What::Flow(5);
const TRAFFIC: What = What::Flow(6);
/// No connection lasts longer, in hours: about a hundred years.
const HOURS_MAX: i64 = 1_000_000;

/// What a firewall tells beside the two ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow<'a> {
    /// The message's number.
    pub code: &'a str,
    /// The interface where the first end is.
    pub src: Option<&'a str>,
    /// The interface where the second end is.
    pub dst: Option<&'a str>,
    /// The connection's id.
    pub uid: Option<&'a str>,
    /// How much went through, in bytes.
    pub bytes: Option<i64>,
    /// How long it lasted, in milliseconds.
    pub millis: Option<i64>,
    /// OCSF's direction: inbound is 1, outbound is 2.
    pub direction: Option<i64>,
    /// Why it ended or was refused.
    pub reason: Option<&'a str>,
}

/// Reads a message whose `%ASA-6-302013: ` stands in the place of the program or at its start.
pub fn read<'a>(program: &'a str, message: &'a str) -> Option<Said<'a>> {
    if let Some(code) = code(program) {
        return Some(by_code(code, message));
    }
    let message = message.trim_start_matches([':', ' ']);
    if !message.starts_with('%') {
        return None;
    }
    let (tag, text) = message.split_once(": ")?;
    Some(by_code(code(tag)?, text.trim_start()))
}

/// The number in `%ASA-6-302013`, `%FTD-session-6-302013`.
fn code(tag: &str) -> Option<&str> {
    let rest = tag.strip_prefix("%ASA-").or_else(|| tag.strip_prefix("%FTD-"))?;
    let code = rest.rsplit('-').next()?;
    (code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

/// A message not known here stays a message, of a firewall.
fn by_code<'a>(code: &'a str, text: &'a str) -> Said<'a> {
    let said = known(code, text).unwrap_or(Said { ip: super::after_from(text), ..Said::NOTE });
    let flow = Flow { code, ..said.flow.unwrap_or_default() };
    Said { flow: Some(flow), ..said }
}

fn known<'a>(code: &str, text: &'a str) -> Option<Said<'a>> {
    match code {
        "106001" | "106006" | "106015" => refused_between(text),
        "106023" => refused_by_group(text),
        "106100" => by_list(text),
        "302013" | "302015" => built(text),
        "302014" | "302016" => ended(text),
        "305011" => translated(text, &Said::done(OPEN, "address translation begun")),
        "305012" => translated(text, &Said::done(CLOSE, "address translation ended")),
        "605004" => login(text, &Said::failed(What::Logon, "firewall login failed")),
        "605005" => login(text, &Said::done(What::Logon, "firewall login")),
        _ => None,
    }
}

/// `outside:203.0.113.7/443`: interface, address, port; each may be absent.
struct End<'a> {
    interface: Option<&'a str>,
    ip: Option<&'a str>,
    port: Option<&'a str>,
}

fn end(text: &str) -> End<'_> {
    let text = text.split('(').next().unwrap_or(text);
    let (place, port) = text.rsplit_once('/').map_or((text, None), |(p, port)| (p, some(port)));
    if let Some(address) = ip(place) {
        return End { interface: None, ip: Some(address), port };
    }
    let (interface, address) = place.split_once(':').unwrap_or((place, ""));
    End { interface: some(interface), ip: ip(address), port }
}

fn flow<'a>(src: &End<'a>, dst: &End<'a>, rest: Flow<'a>, said: &Said<'a>) -> Option<Said<'a>> {
    src.ip.or(dst.ip)?;
    let flow = Flow { src: src.interface, dst: dst.interface, ..rest };
    let (ip, to_ip) = (src.ip, dst.ip);
    Some(Said { ip, port: src.port, to_ip, to_port: dst.port, flow: Some(flow), ..*said })
}

fn direction(text: &str) -> Option<i64> {
    let is = |word: &str| text.split(' ').take(3).any(|w| w.eq_ignore_ascii_case(word));
    if is("inbound") { Some(1) } else { is("outbound").then_some(2) }
}

/// `Inbound TCP connection denied from A/1 to B/2 flags SYN on interface outside`,
/// `Deny inbound UDP from …`, `Deny TCP (no connection) from …`.
fn refused_between(text: &str) -> Option<Said<'_>> {
    let (head, rest) = text.split_once(" from ")?;
    let (src, rest) = rest.split_once(" to ")?;
    let dst = rest.split(' ').next()?;
    let interface = between(rest, "on interface ", " ").and_then(some);
    let src = End { interface, ..end(src) };
    let is_protocol = |word: &&str| matches!(word.to_ascii_uppercase().as_str(), "TCP" | "UDP");
    let method = head.split(' ').find(is_protocol);
    let said = Said { method, ..Said::failed(REFUSE, "connection refused") };
    flow(&src, &end(dst), Flow { direction: direction(head), ..Flow::default() }, &said)
}

/// `Deny tcp src outside:A/1 dst inside:B/2 [type 8, code 0] by access-group "inbound" [0x0, 0x0]`.
fn refused_by_group(text: &str) -> Option<Said<'_>> {
    let rest = text.strip_prefix("Deny ")?;
    let (method, rest) = rest.strip_prefix("protocol ").unwrap_or(rest).split_once(" src ")?;
    let (src, rest) = rest.split_once(" dst ")?;
    let name = between(rest, "by access-group \"", "\"").and_then(some);
    let said = Said { method: some(method), name, ..Said::failed(REFUSE, "connection refused") };
    let src = src.split(' ').next()?;
    flow(&end(src), &end(rest.split(' ').next()?), Flow::default(), &said)
}

/// `access-list NAME denied tcp outside/A(1) -> inside/B(2) hit-cnt 1 …`.
fn by_list(text: &str) -> Option<Said<'_>> {
    let mut words = text.strip_prefix("access-list ")?.split(' ');
    let (name, verdict, method) = (words.next()?, words.next()?, words.next()?);
    let src = words.next()?;
    let dst = words.skip_while(|word| *word != "->").nth(1)?;
    let listed = |text| -> Option<End<'_>> {
        let (interface, rest) = str::split_once(text, '/')?;
        let (address, rest) = rest.split_once('(')?;
        let port = rest.split(')').next().and_then(some);
        Some(End { interface: some(interface), ip: ip(address), port })
    };
    let said = match verdict {
        "denied" => Said::failed(REFUSE, "connection refused"),
        "permitted" | "est-allowed" => Said::done(TRAFFIC, "connection let through"),
        _ => return None,
    };
    let said = Said { method: some(method), name: some(name), ..said };
    flow(&listed(src)?, &listed(dst)?, Flow::default(), &said)
}

/// The protocol before a word, and what stands behind it: `TCP connection 11757 for …`.
fn protocol_before<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let (head, rest) = text.split_once(word)?;
    Some((head.rsplit(' ').next()?, rest))
}

/// `Built outbound TCP connection 11757 for outside:A/80 (A/80) to inside:B/1772 (B/1772)`.
fn built(text: &str) -> Option<Said<'_>> {
    let (method, rest) = protocol_before(text.strip_prefix("Built ")?, " connection ")?;
    let (uid, rest) = rest.split_once(" for ")?;
    let (src, dst) = rest.split_once(" to ")?;
    let own = Flow { uid: some(uid), direction: direction(text), ..Flow::default() };
    let said = Said { method: Some(method), ..Said::done(OPEN, "connection opened") };
    flow(&end(src.split(' ').next()?), &end(dst.split(' ').next()?), own, &said)
}

/// `Teardown TCP connection 11749 for outside:A/80 to inside:B/1758 duration 0:01:07 bytes 38110
/// TCP Reset-I`.
fn ended(text: &str) -> Option<Said<'_>> {
    let (method, rest) = protocol_before(text.strip_prefix("Teardown ")?, " connection ")?;
    let (uid, rest) = rest.split_once(" for ")?;
    let (src, rest) = rest.split_once(" to ")?;
    let dst = rest.split(' ').next()?;
    let counted = between(rest, " bytes ", " ");
    let reason = counted.and_then(|bytes| {
        let (_, reason) = rest.split_once(" bytes ")?;
        some(reason.get(bytes.len()..)?.split(" (").next()?.trim())
    });
    let said = match reason.unwrap_or("") {
        why if why.contains("Reset") => Said::failed(RESET, "connection reset"),
        why if why.contains("SYN Timeout") => Said::failed(FAIL, "connection not answered"),
        _ => Said::done(CLOSE, "connection closed"),
    };
    let own = Flow {
        uid: some(uid),
        bytes: counted.and_then(|bytes| bytes.parse().ok()),
        millis: between(rest, " duration ", " ").and_then(millis),
        reason,
        ..Flow::default()
    };
    let said = Said { method: Some(method), ..said };
    flow(&end(src.split(' ').next()?), &end(dst), own, &said)
}

/// `0:01:07`, in milliseconds.
fn millis(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let mut part = |max: i64| parts.next()?.filter(|number| (0..=max).contains(number));
    let (hours, minutes, seconds) = (part(HOURS_MAX)?, part(59)?, part(59)?);
    Some((hours * 3600 + minutes * 60 + seconds) * 1000)
}

/// `Built dynamic TCP translation from inside:A/1772 to outside:B/8256 [duration 0:00:30]`.
fn translated<'a>(text: &'a str, said: &Said<'static>) -> Option<Said<'a>> {
    let (method, rest) = protocol_before(text, " translation from ")?;
    let (src, rest) = rest.split_once(" to ")?;
    let dst = rest.split(' ').next()?;
    let millis = between(rest, " duration ", " ").and_then(millis);
    let said = Said { method: Some(method), ..*said };
    flow(&end(src.split(' ').next()?), &end(dst), Flow { millis, ..Flow::default() }, &said)
}

/// `Login denied from A/1 to inside:B/ssh for user "alice"`.
fn login<'a>(text: &'a str, said: &Said<'static>) -> Option<Said<'a>> {
    let (_, rest) = text.split_once(" from ")?;
    // The name is what the client sent: the ends stand before it.
    let (ends, user) = rest.split_once(" for user ")?;
    let (src, dst) = ends.split_once(" to ")?;
    let (src, dst) = (end(src), end(dst));
    let user = some(user.trim_matches('"'));
    let own = Flow { src: src.interface, dst: dst.interface, ..Flow::default() };
    let said = Said { user, service: dst.port, flow: Some(own), ..*said };
    Some(Said { ip: src.ip, port: src.port, to_ip: dst.ip, ..said })
}

/// Puts what only a firewall tells.
pub fn put<'s>(said: &Said<'s>, flow: &Flow<'s>, flat: &mut Flat<'s>) {
    flat.put_some(paths::METADATA_EVENT_CODE, some(flow.code));
    if !matches!(said.what, What::Flow(_)) {
        return;
    }
    let protocol = said.method.map(str::to_ascii_lowercase);
    flat.put_some(paths::CONNECTION_INFO_PROTOCOL_NAME, protocol);
    flat.put(paths::CONNECTION_INFO_DIRECTION_ID, flow.direction.unwrap_or(0));
    flat.put_some(paths::CONNECTION_INFO_UID, flow.uid);
    flat.put_some(paths::SRC_ENDPOINT_INTERFACE_NAME, flow.src);
    flat.put_some(paths::DST_ENDPOINT_INTERFACE_NAME, flow.dst);
    flat.put_some(paths::STATUS_DETAIL, flow.reason);
    for (path, number) in [(paths::TRAFFIC_BYTES, flow.bytes), (paths::DURATION, flow.millis)] {
        if let Some(number) = number {
            flat.put(path, number);
        }
    }
    if let Some(name) = said.name {
        flat.put(paths::METADATA_PROFILES, "security_control");
        flat.put(paths::FIREWALL_RULE_NAME, name);
        let (action, word) = if said.what == REFUSE { (2, "Denied") } else { (1, "Allowed") };
        flat.put(paths::ACTION_ID, action);
        flat.put(paths::ACTION, word);
    }
}

impl<'a> Said<'a> {
    /// The address that something came from. A firewall names the two ends of a connection by
    /// its interfaces: who began it is told by the direction alone, and not at all at its end.
    pub fn beginner(&self) -> Option<&'a str> {
        match (self.what, self.flow) {
            (OPEN, Some(Flow { direction: Some(2), .. })) => self.to_ip,
            (CLOSE | RESET | FAIL, Some(Flow { uid: Some(_), .. })) => None,
            _ => self.ip,
        }
    }
}
