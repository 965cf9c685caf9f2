//! Lines of `fast.log`, which Snort writes alike, and the same without a time in syslog.

use model::time::{Precision, civil_seconds};
use model::{Body, Entity, EntityKind, Role, Time};
use ocsf::{Flat, Scalar, paths};

use super::alert::Alert;
use crate::aws::shared::{is_ip, push};
use crate::clock::Stamp;
use crate::net::ends::Ends;

/// One alert, borrowed.
pub(super) struct Fast<'a> {
    pub(super) time: Option<Time>,
    /// The sensor, where syslog names it.
    pub(super) host: Option<&'a str>,
    pub(super) ends: Ends<'a>,
    /// `[Drop]` or `[wDrop]`: what stands before the alert.
    verdict: &'a str,
    ids: (i64, i64, i64),
    signature: &'a str,
    category: Option<&'a str>,
    priority: Option<i64>,
}

impl<'a> Fast<'a> {
    /// `07/11/2026-10:29:01.860293  [**] [1:2:3] … [**] [Classification: …] … {TCP} a:1 -> b:2`.
    pub(super) fn parse(line: &'a str) -> Option<(Stamp, Self)> {
        let (time, rest) = line.split_once(' ')?;
        let (stamp, has_year) = stamp(time)?;
        let (verdict, rest) = rest.split_once("[**]")?;
        let mut fast = Fast::parse_alert(rest.trim_start(), has_year)?;
        fast.verdict = verdict.trim();
        Some((stamp, fast))
    }

    /// `[1:2:3] … [Classification: …] [Priority: 1] {TCP} a:1 -> b:2`, as syslog carries it.
    pub(super) fn parse_message(message: &'a str) -> Option<Self> {
        if !message.starts_with('[') {
            return None;
        }
        let (verdict, rest) = drop_mark(message).unwrap_or(("", message));
        let mut fast = Fast::parse_alert(rest.trim_start(), true)?;
        fast.verdict = verdict;
        Some(fast)
    }

    fn parse_alert(text: &'a str, has_ports: bool) -> Option<Self> {
        let (ids, rest) = text.strip_prefix('[')?.split_once(']')?;
        let mut ids = ids.split(':').map(str::parse::<i64>);
        let ids = (ids.next()?.ok()?, ids.next()?.ok()?, ids.next()?.ok()?);
        // What a signature says is free text: the parts behind it are looked for from the end.
        let (before, addresses) = rest.rsplit_once('}')?;
        let (before, proto) = before.rsplit_once('{')?;
        let (before, priority) = tagged(before, "[Priority: ");
        let (before, category) = tagged(before, "[Classification: ");
        let signature = before.trim().trim_end_matches("[**]").trim_end();
        let (from, to) = addresses.trim().split_once(" -> ")?;
        let (src, src_port) = end(from.trim(), proto, has_ports)?;
        let (dst, dst_port) = end(to.trim(), proto, has_ports)?;
        let proto = Some(proto).filter(|proto| !proto.is_empty());
        let ends = Ends { src: Some(src), src_port, dst: Some(dst), dst_port, proto };
        Some(Fast {
            time: None,
            host: None,
            ends: ends.checked(),
            verdict: "",
            ids,
            signature,
            category: category.filter(|text| !matches!(*text, "(null)" | "")),
            priority: priority.and_then(|number| number.trim().parse().ok()),
        })
    }

    pub(super) fn is_blocked(&self) -> bool {
        self.verdict == "[Drop]"
    }

    fn alert(&self) -> Alert<'a> {
        Alert {
            time: self.time.unwrap_or(Time::seconds(0)),
            signature: self.signature,
            gid: self.ids.0,
            sid: self.ids.1,
            rev: self.ids.2,
            category: self.category,
            severity: self.priority,
            is_blocked: self.is_blocked(),
            ends: self.ends,
        }
    }
}

/// `[Drop] ` at the front, and what follows.
fn drop_mark(message: &str) -> Option<(&str, &str)> {
    let end = message.find(']').filter(|end| *end < 8)? + 1;
    let (mark, rest) = message.split_at_checked(end)?;
    matches!(mark, "[Drop]" | "[wDrop]").then_some((mark, rest))
}

/// Takes the last `[Name: value]` off.
fn tagged<'a>(text: &'a str, name: &str) -> (&'a str, Option<&'a str>) {
    let Some((before, after)) = text.rsplit_once(name) else { return (text, None) };
    match after.trim_end().strip_suffix(']') {
        Some(value) => (before, Some(value)),
        None => (text, None),
    }
}

/// An address with its port; of ICMP the numbers behind are type and code, no ports.
fn end<'a>(text: &'a str, proto: &str, has_ports: bool) -> Option<(&'a str, Option<i64>)> {
    if !has_ports && is_ip(text) {
        return Some((text, None));
    }
    match text.rsplit_once(':') {
        Some((ip, port)) if is_ip(ip) => {
            let port = port.parse::<u16>().ok()?;
            let is_icmp = proto.to_ascii_uppercase().contains("ICMP");
            Some((ip, Some(i64::from(port)).filter(|_| !is_icmp)))
        }
        _ => is_ip(text).then_some((text, None)),
    }
}

/// `MM/DD/YYYY-hh:mm:ss.uuuuuu`; Snort leaves the year out unless told otherwise, and writes two
/// digits of it then.
fn stamp(text: &str) -> Option<(Stamp, bool)> {
    let (date, clock) = text.split_once('-')?;
    let mut date = date.split('/');
    let mut number = |width: usize| {
        let part = date.next().filter(|part| part.len() == width || width == 0)?;
        part.parse::<u16>().ok().map(i64::from)
    };
    let (month, day) = (number(2)?, number(2)?);
    let year = number(0);
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = whole.split(':').map(|part| part.parse::<u8>().ok().map(i64::from));
    let clock = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let unit = 10i64.pow(9u32.saturating_sub(fraction.len() as u32));
    let nanos = if fraction.is_empty() { 0 } else { fraction.parse::<i64>().ok()? * unit };
    let precision = Precision::from_digits(fraction.len());
    let Some(year) = year else {
        civil_seconds((2000, month, day), clock)?;
        return Some((Stamp::Yearless { month, day, clock, nanos, precision }, false));
    };
    let year = if year < 100 { 2000 + year } else { year };
    let seconds = civil_seconds((year, month, day), clock)?;
    let nanos = seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?;
    Some((Stamp::Zoneless(Time::point(nanos, precision)), year >= 100))
}

impl Body for Fast<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = self.alert().finding();
        flat.put_some(paths::METADATA_LOGGERS_NAME, self.host);
        ocsf::fitted(flat)
    }

    /// The names that the same alert has in `eve.json`, and Sigma's for firewalls.
    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let value = match name {
            "event_type" => Some(Scalar::from("alert")),
            "alert.signature" => Some(self.signature.into()),
            "alert.gid" => Some(Scalar::Int(self.ids.0)),
            "alert.signature_id" => Some(Scalar::Int(self.ids.1)),
            "alert.rev" => Some(Scalar::Int(self.ids.2)),
            "alert.category" => self.category.map(Scalar::from),
            "alert.severity" => self.priority.map(Scalar::Int),
            "action" | "alert.action" => {
                Some(Scalar::from(if self.is_blocked() { "blocked" } else { "allowed" }))
            }
            "dest_ip" => self.ends.field("dst_ip"),
            "dest_port" => self.ends.field("dst_port"),
            "proto" => self.ends.proto.map(Scalar::from),
            "host" => self.host.map(Scalar::from),
            _ => self.ends.field(name),
        };
        if let Some(value) = value {
            each(value);
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        self.ends.entities(out);
        push(out, EntityKind::Host, self.host, Role::Place);
    }

    fn action(&self) -> String {
        self.alert().phrase()
    }
}
