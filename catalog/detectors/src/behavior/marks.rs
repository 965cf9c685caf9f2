//! What marks hold: flows as numbers, everything else as texts in a fixed order.

use std::net::{IpAddr, Ipv6Addr};

use model::Time;
use model::seam::detector::{Keys, Mark, Marked, Note};
use model::{Effect, Outcome};

/// What a mark is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A flow record.
    Flow,
    /// A question to DNS.
    Question,
    /// A login, done or refused.
    Login,
    /// A call to AWS that removed something or launched large machines.
    Call,
    /// A mail that was handed on.
    Mail,
    /// Another product's alert.
    Alert,
    /// Who has which address.
    Home,
    /// A call with an instance's own credentials.
    Own,
    /// A call that read.
    Look,
    /// A caller's name, for the number that looks have of it.
    Caller,
    /// What was done to an object of S3.
    Object,
    /// What was done to a file.
    File,
    /// A line of free text that is an error.
    Line,
}

impl Kind {
    /// A mark of this kind with texts.
    pub fn mark(self, texts: Vec<String>, outcome: Outcome) -> Mark {
        let numbers = vec![code(outcome)];
        let note = Some(Box::new(Note { texts, numbers }));
        Mark { rule: self as u32, effect: Effect::Attempt, keys: Keys::new(), note }
    }
}

fn code(outcome: Outcome) -> i64 {
    match outcome {
        Outcome::Success => 1,
        Outcome::Failure => 2,
        Outcome::Unknown => 0,
    }
}

/// A record that was noted with texts.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'m> {
    /// The mark's number.
    pub at: usize,
    /// When.
    pub time: Time,
    /// Whether it was done.
    pub outcome: Outcome,
    texts: &'m [String],
}

impl<'m> Seen<'m> {
    /// A text, by its place; empty if there is none.
    pub fn text(&self, at: usize) -> &'m str {
        self.texts.get(at).map_or("", String::as_str)
    }
}

/// The records of a kind, in order of time; copies are left out.
pub fn seen(marks: &[Marked], kind: Kind) -> Vec<Seen<'_>> {
    let mut known = rustc_hash::FxHashSet::default();
    let of_kind = marks.iter().enumerate().filter(|(_, marked)| marked.mark.rule == kind as u32);
    let once = of_kind.filter(|(_, marked)| marked.uid == 0 || known.insert(marked.uid));
    once.filter_map(|(at, marked)| {
        let note = marked.mark.note.as_deref()?;
        let outcome = match note.numbers.first() {
            Some(1) => Outcome::Success,
            Some(2) => Outcome::Failure,
            _ => Outcome::Unknown,
        };
        Some(Seen { at, time: marked.time, outcome, texts: &note.texts })
    })
    .collect()
}

/// A flow record, or a side of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// The mark's number.
    pub at: usize,
    /// From when to when.
    pub time: Time,
    /// Who sent.
    pub from: u128,
    /// Who was sent to.
    pub to: u128,
    /// The port it was sent from.
    pub from_port: u16,
    /// The port it was sent to.
    pub to_port: u16,
    /// The protocol's number.
    pub protocol: u8,
    /// It was refused, or it only knocked and was not answered.
    pub failed: bool,
    /// How many packets.
    pub packets: u64,
    /// How many bytes.
    pub bytes: u64,
}

impl Flow {
    /// As a mark: numbers only.
    pub fn mark(&self) -> Mark {
        let halves = |address: u128| ((address >> 64) as u64, address as u64);
        let ports = u64::from(self.from_port) << 16 | u64::from(self.to_port);
        let rest = u64::from(self.protocol) << 1 | u64::from(self.failed);
        let packets = self.packets.min(u64::from(u32::MAX));
        let last = (ports << 32 | packets, self.bytes << 9 | rest);
        let keys = Keys::from_slice(&[halves(self.from), halves(self.to), last]);
        Mark { rule: Kind::Flow as u32, effect: Effect::Attempt, keys, note: None }
    }

    /// Out of a mark.
    pub fn of(at: usize, marked: &Marked) -> Option<Flow> {
        if marked.mark.rule != Kind::Flow as u32 {
            return None;
        }
        let [from, to, (ports, rest)] = *marked.mark.keys.as_slice() else { return None };
        let whole = |(high, low): (u64, u64)| u128::from(high) << 64 | u128::from(low);
        Some(Flow {
            at,
            time: marked.time,
            from: whole(from),
            to: whole(to),
            from_port: (ports >> 48) as u16,
            to_port: (ports >> 32) as u16,
            protocol: (rest >> 1) as u8,
            failed: rest & 1 == 1,
            packets: ports & u64::from(u32::MAX),
            bytes: rest >> 9,
        })
    }
}

/// An address as a number: IPv4 within IPv6, as RFC 4291 maps it.
pub fn number(address: &str) -> Option<u128> {
    address.parse().ok().map(mapped)
}

/// The same of an address.
pub fn mapped(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().into(),
        IpAddr::V6(v6) => v6.into(),
    }
}

/// The address that a number stands for.
pub fn address(number: u128) -> IpAddr {
    Ipv6Addr::from(number).to_canonical()
}

/// Whether an address is of a network that nobody outside reaches.
pub fn is_inside(number: u128) -> bool {
    match address(number) {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local() || v4.is_loopback(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_comes_back_out_of_its_mark() {
        for (from, to) in [("192.0.2.7", "10.0.0.9"), ("2001:db8::1", "fd00::2")] {
            let flow = Flow {
                at: 3,
                time: Time::seconds(50),
                from: number(from).unwrap(),
                to: number(to).unwrap(),
                from_port: 65_535,
                to_port: 443,
                protocol: 255,
                failed: true,
                packets: 4_000_000_000,
                bytes: 1 << 54,
            };
            let marked = Marked { time: flow.time, uid: 0, mark: flow.mark() };
            assert_eq!(Flow::of(3, &marked), Some(flow));
            assert_eq!(address(flow.from).to_string(), from);
            assert!(is_inside(flow.to) && !is_inside(flow.from));
        }
        assert_eq!(number("somebody"), None);
    }
}
