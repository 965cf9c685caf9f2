//! Data that leaves: hours in which a host sends far more outside than its hours before, at once
//! (a robust z-score) or slowly (CUSUM), to a place that did not get as much before.

use std::collections::{BTreeMap, BTreeSet};

use model::seam::detector::Marked;
use model::{Precision, Time};
use rustc_hash::FxHashMap;

use super::marks::{Flow, address, is_inside};
use super::rules::Found;
use super::tell::Find;
use super::window::HOUR;

/// Hours that must be known before one is judged, and hours that are looked back on: a week.
const KNOWN_MIN: usize = 24;
const KNOWN_MAX: usize = 168;
/// An hour so many deviations above the usual one is too much.
const Z_MIN: f64 = 6.0;
/// CUSUM: what each hour may have above the usual one, where the sum is too much, and the most
/// that one hour adds. In deviations.
const SLACK: f64 = 0.5;
const SUM_MIN: f64 = 8.0;
const STEP_MAX: f64 = 3.0;
/// The least deviation: hours of machines at rest are alike to the byte. In natural logarithms.
const DEVIATION_MIN: f64 = 0.35;
/// Less than this above the usual is nothing, in bytes.
const EXCESS_MIN: f64 = 100e6;
/// One place gets so much of it all.
const SHARE_MIN: f64 = 0.5;
/// A place that got so much of it in one of the days before is a usual one.
const USUAL: f64 = 1.0 / 3.0;
/// Without days before: so much to one new place, so much more than came back.
const LARGE: u64 = 1_000_000_000;
const LOPSIDED: u64 = 20;
/// Hosts and hours that are followed.
const HOURS_MAX: usize = 1_000_000;
const CITED_MAX: usize = 64;

/// Records of hosts inside that send outside as clients do.
fn sent(marks: &[Marked]) -> impl Iterator<Item = Flow> {
    let flows = marks.iter().enumerate().filter_map(|(at, marked)| Flow::of(at, marked));
    flows.filter(|f| !f.failed && f.to_port < f.from_port && is_inside(f.from) && !is_inside(f.to))
}

fn hour(flow: &Flow) -> i64 {
    flow.time.start.div_euclid(HOUR)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Hours of one host that are too much.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Alarm {
    /// The first hour and the last.
    hours: (i64, i64),
    /// What a usual hour has, in bytes.
    usual: f64,
    /// Deviations of the worst hour.
    z: f64,
    /// Bytes above the usual.
    excess: f64,
    /// Hours that were known before.
    known: usize,
}

fn log(bytes: f64) -> f64 {
    (bytes / 1e6).ln_1p()
}

/// Where a host's hours are too much. The hours are of one host, without those in which it sent
/// nothing; `begin` is the first hour of the logs.
fn alarms(begin: i64, hours: &BTreeMap<i64, u64>) -> Vec<Alarm> {
    let Some(last) = hours.keys().next_back().copied() else { return Vec::new() };
    let bytes = |hour: i64| hours.get(&hour).map_or(0.0, |bytes| *bytes as f64);
    let (mut usual_hours, mut found): (Vec<f64>, Vec<Alarm>) = (Vec::new(), Vec::new());
    let (mut sum, mut run): (f64, Option<Alarm>) = (0.0, None);
    for now in begin..=last {
        if usual_hours.len() < KNOWN_MIN {
            usual_hours.push(log(bytes(now)));
            continue;
        }
        let from = usual_hours.len().saturating_sub(KNOWN_MAX);
        let mut past: Vec<f64> = usual_hours.iter().skip(from).copied().collect();
        let middle = median(&mut past);
        let mut off: Vec<f64> = past.iter().map(|value| (value - middle).abs()).collect();
        let deviation = (1.4826 * median(&mut off)).max(DEVIATION_MIN);
        let value = log(bytes(now));
        // What an hour of the days before had at this time of the day is no surprise.
        let daily = (1..=7)
            .any(|day| (-1..=1).any(|near| log(bytes(now - 24 * day + near)) >= value - 0.4));
        let z = if daily { 0.0 } else { (value - middle) / deviation };
        sum = (sum + z.min(STEP_MAX) - SLACK).max(0.0);
        let expected = middle.exp_m1() * 1e6;
        if sum > 0.0 {
            let one = run.get_or_insert(Alarm {
                hours: (now, now),
                usual: expected,
                z,
                excess: 0.0,
                known: usual_hours.len(),
            });
            one.hours.1 = if z > SLACK { now } else { one.hours.1 };
            one.z = one.z.max(z);
            one.excess += (bytes(now) - one.usual).max(0.0);
            let much = one.z > Z_MIN || sum > SUM_MIN;
            let known = found.last_mut().filter(|alarm| alarm.hours.0 == one.hours.0);
            match known {
                Some(alarm) => *alarm = *one,
                None if much && one.excess >= EXCESS_MIN => found.push(*one),
                None => {}
            }
        } else {
            run = None;
        }
        // What is too much is not learned from.
        if z <= Z_MIN && sum <= SUM_MIN {
            usual_hours.push(value);
        }
        if usual_hours.len() > 2 * KNOWN_MAX {
            usual_hours.drain(..KNOWN_MAX);
        }
    }
    found
}

/// What went from one host to one place.
#[derive(Default)]
struct Place {
    sent: u64,
    received: u64,
    days: BTreeMap<i64, u64>,
    cited: Vec<usize>,
    span: Option<(i64, i64)>,
}

/// Hosts that send too much.
pub fn finds(marks: &[Marked]) -> Vec<Find> {
    let mut sums: FxHashMap<(u128, i64), u64> = FxHashMap::default();
    let (mut begin, mut end) = (i64::MAX, i64::MIN);
    for flow in sent(marks) {
        let now = hour(&flow);
        (begin, end) = (begin.min(now), end.max(now));
        if let Some(bytes) = sums.get_mut(&(flow.from, now)) {
            *bytes = bytes.saturating_add(flow.bytes);
        } else if sums.len() < HOURS_MAX {
            sums.insert((flow.from, now), flow.bytes);
        }
    }
    let mut hosts: BTreeMap<u128, BTreeMap<i64, u64>> = BTreeMap::new();
    for ((host, now), bytes) in sums {
        hosts.entry(host).or_default().insert(now, bytes);
    }
    let mut wanted: BTreeMap<u128, Vec<Alarm>> = BTreeMap::new();
    let short = (end.saturating_sub(begin) as usize) < KNOWN_MIN;
    for (host, hours) in &hosts {
        let found = if short { whole((begin, end), hours) } else { alarms(begin, hours) };
        if !found.is_empty() {
            wanted.insert(*host, found);
        }
    }
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut finds = Vec::new();
    for (host, places) in places(marks, &wanted) {
        for (alarm, places) in places {
            finds.extend(find(host, &alarm, &places));
        }
    }
    finds
}

/// Where logs are short, all of a host is one case, if it sent much.
fn whole(hours: (i64, i64), sent: &BTreeMap<i64, u64>) -> Vec<Alarm> {
    let all: u64 = sent.values().sum();
    let alarm = Alarm { hours, usual: 0.0, z: 0.0, excess: all as f64, known: 0 };
    if all >= LARGE { vec![alarm] } else { Vec::new() }
}

type Cases = BTreeMap<u128, Vec<(Alarm, BTreeMap<u128, Place>)>>;

/// The places that each of these hosts sent to, in the hours that are too much and before.
fn places(marks: &[Marked], wanted: &BTreeMap<u128, Vec<Alarm>>) -> Cases {
    let mut all: Cases = wanted
        .iter()
        .map(|(host, alarms)| (*host, alarms.iter().map(|a| (*a, BTreeMap::new())).collect()))
        .collect();
    let mut back: FxHashMap<(u128, u128), BTreeMap<i64, u64>> = FxHashMap::default();
    for flow in marks.iter().enumerate().filter_map(|(at, marked)| Flow::of(at, marked)) {
        if flow.failed || is_inside(flow.from) == is_inside(flow.to) {
            continue;
        }
        if wanted.contains_key(&flow.to) {
            *back.entry((flow.to, flow.from)).or_default().entry(hour(&flow)).or_default() +=
                flow.bytes;
        }
        let Some(cases) = all.get_mut(&flow.from).filter(|_| flow.to_port < flow.from_port) else {
            continue;
        };
        let now = hour(&flow);
        for (alarm, places) in cases {
            if now > alarm.hours.1 {
                continue;
            }
            let place: &mut Place = places.entry(flow.to).or_default();
            if now < alarm.hours.0 {
                let day = (alarm.hours.0 - 1 - now) / 24;
                *place.days.entry(day).or_default() += flow.bytes;
                continue;
            }
            place.sent += flow.bytes;
            let (first, last) = place.span.unwrap_or((flow.time.start, flow.time.end));
            place.span = Some((first.min(flow.time.start), last.max(flow.time.end)));
            if place.cited.len() < CITED_MAX {
                place.cited.push(flow.at);
            } else if let Some(last) = place.cited.last_mut() {
                *last = flow.at;
            }
        }
    }
    for (host, cases) in &mut all {
        for (alarm, places) in cases {
            for (to, place) in places {
                let hours = back.get(&(*host, *to)).into_iter().flatten();
                let inside =
                    hours.filter(|(now, _)| (alarm.hours.0..=alarm.hours.1).contains(*now));
                place.received = inside.map(|(_, bytes)| bytes).sum();
            }
        }
    }
    all
}

fn mega(bytes: f64) -> String {
    if bytes >= 1e9 { format!("{:.1} GB", bytes / 1e9) } else { format!("{:.0} MB", bytes / 1e6) }
}

fn find(host: u128, alarm: &Alarm, places: &BTreeMap<u128, Place>) -> Option<Find> {
    let all: u64 = places.values().map(|place| place.sent).sum();
    let (to, place) =
        places.iter().max_by_key(|(to, place)| (place.sent, std::cmp::Reverse(**to)))?;
    let before = place.days.values().copied().max().unwrap_or_default();
    let much = place.sent as f64 >= SHARE_MIN * all as f64;
    let usual = before as f64 >= USUAL * place.sent as f64;
    let lopsided = place.sent >= LOPSIDED * place.received.max(1) && place.sent >= LARGE;
    if !much || usual || (alarm.known == 0 && !lopsided) {
        return None;
    }
    let (who, target, (first, last)) = (address(host), address(*to), place.span?);
    let (sent, received) = (mega(place.sent as f64), mega(place.received as f64));
    let hours = alarm.hours.1 - alarm.hours.0 + 1;
    let others: BTreeSet<&u128> = places.keys().filter(|other| *other != to).collect();
    let (known, usual, z, others) = (alarm.known, mega(alarm.usual), alarm.z, others.len());
    let [ever, ever_ja] = match before {
        0 => ["it got nothing before".to_owned(), "以前の送信はない".to_owned()],
        most => {
            let most = mega(most as f64);
            [format!("at most {most} a day before"), format!("以前は 1 日最大 {most}")]
        }
    };
    let text = if alarm.known == 0 {
        [
            format!(
                "{who} sent {sent} to {target} and got {received} back. These logs are too short to say what is usual"
            ),
            format!(
                "{who} が {target} へ {sent} を送信し、受信は {received} だった。ログが短く、普段の量は分からない"
            ),
        ]
    } else {
        [
            format!(
                "{who} sent {sent} to {target} within {hours} hours and got {received} back ({ever}; {others} other places): a usual hour of the {known} before has {usual} in all, this is {z:.1} deviations above"
            ),
            format!(
                "{who} が {hours} 時間以内に {target} へ {sent} を送信し、受信は {received} だった（{ever_ja}、他の宛先 {others} 件）：それ以前の {known} 時間では 1 時間あたり合計 {usual} が普通で、偏差 {z:.1} 倍の超過"
            ),
        ]
    };
    let point = |nanos| Time::point(nanos, Precision::Seconds);
    Some(Find {
        found: if alarm.known == 0 { Found::SentLarge } else { Found::Sent },
        about: format!("{who} {target} {}", alarm.hours.0),
        span: (point(first), point(last)),
        count: place.cited.len(),
        cited: place.cited.clone(),
        confidence: if alarm.known == 0 { 0.3 } else { 0.6 },
        text,
    })
}

#[cfg(test)]
#[path = "volume_tests.rs"]
mod tests;
