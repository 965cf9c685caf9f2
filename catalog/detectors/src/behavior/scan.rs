//! Port scans, by the threshold random walk of Jung, Paxson, Berger and Balakrishnan (2004):
//! each first contact that fails makes a scanner four times as likely, each that succeeds a
//! quarter.

use std::collections::{BTreeMap, BTreeSet};

use model::Time;
use model::seam::detector::Marked;
use rustc_hash::FxHashMap;

use super::marks::{Flow, address, is_inside};
use super::rules::Found;
use super::tell::Find;

/// First contacts of a harmless host succeed this often, and a scanner's fail this often.
const LIKELY: f64 = 0.8;
/// As likely as this: a scanner. With α = 0.01 and β = 0.99.
const SCANNER: f64 = 99.0;
/// As unlikely as this: none, and the walk begins again.
const HARMLESS: f64 = 0.0101;
/// A few doors that are shut make no scan: so many places must have failed.
const FAILED_MIN: usize = 15;
/// A port above it is where answers come back to.
const EPHEMERAL_MIN: u16 = 32_768;
/// Sources that are followed, and places remembered of each.
const SOURCES_MAX: usize = 200_000;
const PLACES_MAX: usize = 4_096;

struct Walk {
    ratio: f64,
    scanner: bool,
    places: BTreeSet<(u128, u16)>,
    failed: Vec<(usize, Time)>,
    hosts: BTreeSet<u128>,
    ports: BTreeSet<u16>,
}

impl Default for Walk {
    fn default() -> Self {
        Walk {
            ratio: 1.0,
            scanner: false,
            places: BTreeSet::new(),
            failed: Vec::new(),
            hosts: BTreeSet::new(),
            ports: BTreeSet::new(),
        }
    }
}

impl Walk {
    fn step(&mut self, flow: &Flow) {
        let full = self.places.len() >= PLACES_MAX;
        if full || !self.places.insert((flow.to, flow.to_port)) {
            return;
        }
        let factor = LIKELY / (1.0 - LIKELY);
        self.ratio = (if flow.failed { self.ratio * factor } else { self.ratio / factor })
            .clamp(HARMLESS / 2.0, SCANNER * 2.0);
        if flow.failed {
            self.failed.push((flow.at, flow.time));
            self.hosts.insert(flow.to);
            self.ports.insert(flow.to_port);
        }
        self.scanner |= self.ratio >= SCANNER;
        if self.ratio <= HARMLESS {
            self.ratio = 1.0;
        }
    }
}

/// Flow records that are first contacts or refusals: what a server sends back to a caller that has
/// gone is none.
fn contacts(marks: &[Marked]) -> impl Iterator<Item = Flow> {
    let flows = marks.iter().enumerate().filter_map(|(at, marked)| Flow::of(at, marked));
    flows
        .filter(|f| f.from_port >= EPHEMERAL_MIN || f.to_port < EPHEMERAL_MIN)
        .filter(|flow| matches!(flow.protocol, 6 | 17))
}

/// Hosts whose first contacts fail as a scanner's do. Few hosts fail at all: only theirs are
/// followed.
pub fn scans(marks: &[Marked]) -> Vec<Find> {
    let mut failed: FxHashMap<u128, usize> = FxHashMap::default();
    for flow in contacts(marks).filter(|flow| flow.failed) {
        if failed.len() < SOURCES_MAX || failed.contains_key(&flow.from) {
            *failed.entry(flow.from).or_default() += 1;
        }
    }
    failed.retain(|_, count| *count >= FAILED_MIN);
    let mut walks: BTreeMap<u128, Walk> = BTreeMap::new();
    for flow in contacts(marks).filter(|flow| failed.contains_key(&flow.from)) {
        walks.entry(flow.from).or_default().step(&flow);
    }
    let scanners = walks.iter().filter(|(_, w)| w.scanner && w.failed.len() >= FAILED_MIN);
    scanners.filter_map(|(from, walk)| find(*from, walk)).collect()
}

fn find(from: u128, walk: &Walk) -> Option<Find> {
    let (first, last) = (walk.failed.first()?.1, walk.failed.last()?.1);
    let (who, count) = (address(from), walk.failed.len());
    let (hosts, ports, all) = (walk.hosts.len(), walk.ports.len(), walk.places.len());
    Some(Find {
        found: if is_inside(from) { Found::ScanInside } else { Found::Scan },
        about: who.to_string(),
        span: (first, last),
        count,
        cited: walk.failed.iter().map(|(at, _)| *at).collect(),
        confidence: 0.8,
        text: [
            format!(
                "{who} knocked on {count} closed doors of {all} ({ports} ports of {hosts} hosts)"
            ),
            format!(
                "{who} が {all} か所のうち {count} か所の閉じたポートへ接続を試みた（{hosts} ホスト、{ports} ポート）"
            ),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Dice, flow};
    use super::*;

    /// A host that contacts `count` doors of which `open` in a hundred are open.
    fn host(name: &str, count: u64, open: u64, dice: &mut Dice) -> Vec<Marked> {
        let one = |at: u64| {
            let failed = dice.roll(100) >= open;
            let (second, port) = (100 + at as i64, 1 + (at * 7 % 1000) as u16);
            flow((second, second), (name, 50_000), ("10.0.0.9", port), (1, 60), failed)
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn scanners_are_told_and_busy_clients_are_not() {
        let mut dice = Dice(5);
        let mut marks = host("198.51.100.7", 60, 10, &mut dice);
        marks.extend(host("10.0.0.5", 60, 10, &mut dice));
        marks.extend(host("10.0.0.6", 200, 95, &mut dice));
        marks.extend(host("203.0.113.5", 6, 0, &mut dice));
        let found = scans(&marks);
        let told: Vec<(Found, &str)> = found.iter().map(|f| (f.found, f.about.as_str())).collect();
        assert_eq!(told, [(Found::ScanInside, "10.0.0.5"), (Found::Scan, "198.51.100.7")]);
    }

    #[test]
    fn one_shut_door_knocked_on_all_day_is_no_scan() {
        let knock = |at| flow((at, at), ("10.0.0.5", 50_000), ("10.0.0.9", 25), (1, 60), true);
        assert!(scans(&(0..500).map(knock).collect::<Vec<_>>()).is_empty());
    }
}
