//! Who talks with whom: flow records put together by client, server and the server's port.

use std::collections::BTreeMap;

use model::seam::detector::Marked;
use rustc_hash::FxHashMap;

use super::marks::Flow;

/// Talks that are followed.
const TALKS_MAX: usize = 500_000;
/// Records that a talk keeps for citing.
const CITED_MAX: usize = 64;

/// Client, server, and the server's port.
pub type Pair = (u128, u128, u16);

/// All that one client and one server said to each other on one port.
#[derive(Clone, Debug, Default)]
pub struct Talk {
    /// Some of the records.
    pub cited: Vec<usize>,
    /// How many records.
    pub count: usize,
    /// Start of the first and end of the last, in nanoseconds since 1970.
    pub span: (i64, i64),
    /// Packets and bytes of the client, of the server.
    pub up: (u64, u64),
    /// Packets and bytes of the server.
    pub down: (u64, u64),
    /// Bytes of the client by minute of the start.
    pub minutes: BTreeMap<i64, u64>,
}

/// A minute in nanoseconds.
const MINUTE: i64 = 60_000_000_000;
/// Minutes that a talk remembers: a week.
const MINUTES_MAX: usize = 7 * 24 * 60;

impl Talk {
    fn add(&mut self, flow: &Flow, up: bool) {
        if self.count == 0 {
            self.span = (flow.time.start, flow.time.end);
        }
        self.count += 1;
        self.span = (self.span.0.min(flow.time.start), self.span.1.max(flow.time.end));
        if self.cited.len() < CITED_MAX {
            self.cited.push(flow.at);
        } else if let Some(last) = self.cited.last_mut() {
            *last = flow.at;
        }
        let side = if up { &mut self.up } else { &mut self.down };
        side.0 = side.0.saturating_add(flow.packets);
        side.1 = side.1.saturating_add(flow.bytes);
        let minute = flow.time.start.div_euclid(MINUTE);
        if up && (self.minutes.len() < MINUTES_MAX || self.minutes.contains_key(&minute)) {
            let bytes = self.minutes.entry(minute).or_insert(0);
            *bytes = bytes.saturating_add(flow.bytes);
        }
    }
}

/// Client, server and the server's port of a flow, and whether the client sent it. The side with
/// the lower port is the server's.
fn pair(flow: &Flow) -> (Pair, bool) {
    if flow.to_port <= flow.from_port {
        ((flow.from, flow.to, flow.to_port), true)
    } else {
        ((flow.to, flow.from, flow.from_port), false)
    }
}

/// Flow records that something came of.
fn answered(marks: &[Marked]) -> impl Iterator<Item = Flow> {
    let flows = marks.iter().enumerate().filter_map(|(at, marked)| Flow::of(at, marked));
    flows.filter(|flow| !flow.failed)
}

/// Every wanted talk of at least `length` nanoseconds. Most are short, and only counted.
pub fn talks(
    marks: &[Marked],
    length: i64,
    wanted: impl Fn(&Pair) -> bool,
) -> BTreeMap<Pair, Talk> {
    let mut spans: FxHashMap<Pair, (i64, i64)> = FxHashMap::default();
    for flow in answered(marks) {
        let (pair, (start, end)) = (pair(&flow).0, (flow.time.start, flow.time.end));
        if !wanted(&pair) {
            continue;
        }
        if let Some(span) = spans.get_mut(&pair) {
            *span = (span.0.min(start), span.1.max(end));
        } else if spans.len() < TALKS_MAX {
            spans.insert(pair, (start, end));
        }
    }
    spans.retain(|_, (start, end)| end.saturating_sub(*start) >= length);
    let mut all: BTreeMap<Pair, Talk> = BTreeMap::new();
    if spans.is_empty() {
        return all;
    }
    for flow in answered(marks) {
        let (pair, up) = pair(&flow);
        if spans.contains_key(&pair) {
            all.entry(pair).or_default().add(&flow, up);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::marks::number;
    use super::super::testing::flow;
    use super::*;

    #[test]
    fn both_ways_are_one_talk() {
        let (client, server) = (("10.0.0.5", 40_000), ("192.0.2.9", 443));
        let marks = [
            flow((0, 60), client, server, (10, 1000), false),
            flow((0, 60), server, client, (8, 9000), false),
            flow((60, 120), client, server, (1, 60), true),
        ];
        let talks = talks(&marks, 60_000_000_000, |_| true);
        assert!(super::talks(&marks, 61_000_000_000, |_| true).is_empty());
        assert_eq!(talks.len(), 1);
        let talk = &talks[&(number("10.0.0.5").unwrap(), number("192.0.2.9").unwrap(), 443)];
        assert_eq!((talk.up, talk.down, talk.count), ((10, 1000), (8, 9000), 2));
        assert!(super::talks(&marks, 0, |pair| pair.2 == 80).is_empty());
    }
}
