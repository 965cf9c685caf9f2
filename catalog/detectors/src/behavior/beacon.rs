//! Beacons: a host that calls the same place outside again and again, in a rhythm, as what waits
//! for orders does. Over flow records (each new connection is a beat) and over DNS.

use std::collections::{BTreeMap, BTreeSet};

use model::seam::detector::Marked;
use model::{Precision, Time};
use rustc_hash::FxHashMap;

use super::marks::{Flow, Kind, address, is_inside, seen};
use super::names::registered;
use super::rhythm::{BEATS_MIN, Rhythm, rhythm};
use super::rules::Found;
use super::tell::{Find, name};
use super::window::{HOUR, SECOND};

/// A rhythm from this score on is a beacon's: where the curve in docs/behaviour.md bends.
pub const SCORE_MIN: f64 = 0.84;
/// Shorter rhythms are retries, longer ones cannot be told from chance in days. Seconds.
const PERIODS: std::ops::RangeInclusive<f64> = 10.0..=21_600.0;
/// A rhythm must be heard for so long.
const LONG: i64 = HOUR;
/// What so many hosts call is a service, not one intruder's.
const CLIENTS_MAX: usize = 2;
/// A beacon is new where the logs of its host know so much time without it.
const BEFORE: i64 = 2 * HOUR;
/// Ports of the clock and of names.
const PORTS: &[u16] = &[53, 123, 853];
/// Names below these are asked for by machines at rest.
const SERVICES: &[&str] = &[
    "amazonaws.com",
    "amazon.com",
    "aws",
    "arpa",
    "internal",
    "local",
    "ntp.org",
    "ubuntu.com",
    "debian.org",
    "fedoraproject.org",
    "windowsupdate.com",
    "microsoft.com",
    "windows.com",
    "apple.com",
    "google.com",
    "googleapis.com",
];
/// Pairs that are followed, beats kept of each, and ports remembered of each.
const PAIRS_MAX: usize = 300_000;
const BEATS_MAX: usize = 2_048;
const PORTS_KEPT: usize = 4;
/// A connection goes on while its port is seen again within this time.
const OPEN: i64 = 900 * SECOND;

/// Client, server and the server's port.
type Pair = (u128, u128, u16);

/// Ports that a client spoke from lately: a record of a connection that goes on is no beat.
#[derive(Clone, Copy, Default)]
struct Open {
    ports: [(u16, i64); PORTS_KEPT],
    next: usize,
    beats: u32,
}

impl Open {
    /// Whether a record begins a new connection.
    fn begins(&mut self, port: u16, start: i64, end: i64) -> bool {
        let known = self.ports.iter_mut().find(|(own, _)| *own == port);
        if let Some((_, last)) = known {
            let goes_on = start.saturating_sub(*last) <= OPEN && *last != 0;
            *last = end.max(1);
            return !goes_on;
        }
        if let Some(place) = self.ports.get_mut(self.next % PORTS_KEPT) {
            *place = (port, end.max(1));
        }
        self.next += 1;
        true
    }
}

/// Beats of one pair.
#[derive(Default)]
struct Beats {
    times: Vec<i64>,
    sizes: Vec<f64>,
    at: Vec<usize>,
}

impl Beats {
    fn add(&mut self, time: i64, size: f64, at: usize) {
        if self.times.len() < BEATS_MAX {
            self.times.push(time);
            self.sizes.push(size);
            self.at.push(at);
        }
    }

    /// The rhythm, if it is a beacon's.
    fn beacon(&self) -> Option<Rhythm> {
        let (first, last) = (*self.times.first()?, *self.times.last()?);
        let times: Vec<f64> =
            self.times.iter().map(|time| (time - first) as f64 / 1e9 + phase(first)).collect();
        let one = rhythm(&times, &self.sizes)?;
        let is = one.score >= SCORE_MIN && PERIODS.contains(&one.period) && !one.clock;
        (is && last.saturating_sub(first) >= LONG).then_some(one)
    }
}

/// The second within its minute.
fn phase(time: i64) -> f64 {
    time.rem_euclid(60 * SECOND) as f64 / 1e9
}

/// Flow records of hosts inside that call a place outside.
fn calls(marks: &[Marked]) -> impl Iterator<Item = Flow> {
    let flows = marks.iter().enumerate().filter_map(|(at, marked)| Flow::of(at, marked));
    flows.filter(|flow| {
        !flow.failed
            && matches!(flow.protocol, 6 | 17)
            && flow.to_port < flow.from_port
            && !PORTS.contains(&flow.to_port)
            && is_inside(flow.from)
            && !is_inside(flow.to)
    })
}

/// All beacons.
pub fn finds(marks: &[Marked]) -> Vec<Find> {
    let mut finds = Vec::new();
    // A name whose address the host calls in the same rhythm is told with it.
    let (names, answers) = asked(marks);
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    let begin = marks.first().map_or(0, |marked| marked.time.start);
    for ((client, server, port), beats) in flows(marks) {
        let Some(one) = beats.beacon() else { continue };
        let (who, place) = (address(client).to_string(), address(server).to_string());
        let called = answers.get(&(who.as_str(), place.as_str())).copied();
        if let Some(called) = called {
            told.insert((who.clone(), called.to_owned()));
        }
        let called = called.map(|called| format!(" ({})", name(called))).unwrap_or_default();
        let place = format!("{place}{called} port {port}");
        finds.extend(find(&who, &place, &beats, &one, begin));
    }
    for ((client, asked), beats) in &names {
        let Some(one) = beats.beacon() else { continue };
        if !told.contains(&((*client).to_owned(), (*asked).to_owned())) {
            finds.extend(find(client, &name(asked), beats, &one, begin));
        }
    }
    finds
}

/// The beats of every pair that has enough, and whose server few hosts call.
fn flows(marks: &[Marked]) -> BTreeMap<Pair, Beats> {
    let mut pairs: FxHashMap<Pair, Open> = FxHashMap::default();
    for flow in calls(marks) {
        let key = (flow.from, flow.to, flow.to_port);
        if pairs.len() >= PAIRS_MAX && !pairs.contains_key(&key) {
            continue;
        }
        let open = pairs.entry(key).or_default();
        open.beats += u32::from(open.begins(flow.from_port, flow.time.start, flow.time.end));
    }
    let mut clients: FxHashMap<(u128, u16), usize> = FxHashMap::default();
    for (_, server, port) in pairs.keys() {
        *clients.entry((*server, *port)).or_default() += 1;
    }
    pairs.retain(|(_, server, port), open| {
        let few = clients.get(&(*server, *port)).is_some_and(|count| *count <= CLIENTS_MAX);
        few && open.beats as usize >= BEATS_MIN
    });
    let mut all: BTreeMap<Pair, Beats> = BTreeMap::new();
    if pairs.is_empty() {
        return all;
    }
    let mut open: FxHashMap<Pair, Open> = FxHashMap::default();
    for flow in calls(marks) {
        let key = (flow.from, flow.to, flow.to_port);
        if pairs.contains_key(&key)
            && open.entry(key).or_default().begins(flow.from_port, flow.time.start, flow.time.end)
        {
            all.entry(key).or_default().add(flow.time.start, flow.bytes as f64, flow.at);
        }
    }
    all
}

/// Beats of names by who asked.
type Names<'m> = BTreeMap<(&'m str, &'m str), Beats>;

/// The beats of names that few hosts ask for, and which name an address was the answer to.
fn asked(marks: &[Marked]) -> (Names<'_>, BTreeMap<(&str, &str), &str>) {
    let (mut all, mut answers): (Names<'_>, _) = (BTreeMap::new(), BTreeMap::new());
    let mut clients: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in seen(marks, Kind::Question) {
        let (client, asked) = (one.text(0), one.text(1));
        for answer in one.text(2).split(' ').filter(|text| !text.is_empty()) {
            answers.entry((client, answer)).or_insert(asked);
        }
        let below = |service: &&str| {
            let rest = asked.strip_suffix(*service);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        if !asked.contains('.') || SERVICES.iter().any(below) {
            continue;
        }
        clients.entry(registered(asked)).or_default().insert(client);
        let known = all.len() < PAIRS_MAX || all.contains_key(&(client, asked));
        if known {
            all.entry((client, asked)).or_default().add(one.time.start, 0.0, one.at);
        }
    }
    all.retain(|(_, asked), beats| {
        beats.sizes.clear();
        // One question is asked for A and for AAAA at once.
        thin(beats);
        let few = clients.get(registered(asked)).is_some_and(|all| all.len() <= CLIENTS_MAX);
        few && beats.times.len() >= BEATS_MIN
    });
    (all, answers)
}

/// Leaves out what follows within two seconds.
fn thin(beats: &mut Beats) {
    let mut kept = Beats::default();
    for (time, at) in beats.times.iter().zip(&beats.at) {
        if kept.times.last().is_none_or(|last| time.saturating_sub(*last) > 2 * SECOND) {
            kept.times.push(*time);
            kept.at.push(*at);
        }
    }
    *beats = kept;
}

fn find(who: &str, place: &str, beats: &Beats, one: &Rhythm, begin: i64) -> Option<Find> {
    let (first, last) = (*beats.times.first()?, *beats.times.last()?);
    let fresh = first.saturating_sub(begin) >= BEFORE;
    let (count, hours) = (beats.times.len(), last.saturating_sub(first) as f64 / HOUR as f64);
    let Rhythm { period, jitter, missed, score, .. } = *one;
    let (who, off) = (name(who), jitter * 100.0);
    let [since, since_ja] = if fresh {
        ["", ""]
    } else {
        [
            ". It does so as long as these logs go back: it may always have",
            "。ログの最初から続いており、以前からの通常動作の可能性もある",
        ]
    };
    let point = |nanos| Time::point(nanos, Precision::Seconds);
    Some(Find {
        found: if fresh { Found::Beacon } else { Found::BeaconStanding },
        about: format!("{who} {place}"),
        span: (point(first), point(last)),
        count,
        cited: beats.at.clone(),
        confidence: if fresh { 0.4 + (score - SCORE_MIN) } else { 0.3 },
        text: [
            format!(
                "{who} called {place} {count} times in {hours:.1} hours, every {period:.0} seconds give or take {off:.0} % ({missed} beats missed; regularity {score:.2}, from {SCORE_MIN} on a beacon), and hardly anybody else does{since}"
            ),
            format!(
                "{who} が {place} へ {hours:.1} 時間に {count} 回、{period:.0} 秒ごと（ずれ {off:.0} %、欠けた拍 {missed} 回、規則性 {score:.2}、{SCORE_MIN} 以上でビーコン）に接続した。他のホストはほとんど接続していない{since_ja}"
            ),
        ],
    })
}

#[cfg(test)]
mod tests {
    use model::Outcome;

    use super::super::testing::{Dice, flow, marked};
    use super::*;

    const C2: (&str, u16) = ("203.0.113.9", 443);

    /// Connections of a host in a rhythm: from when, how many, seconds between, jitter in percent.
    fn rhythmic(client: &str, from: i64, count: i64, every: i64, jitter: u64) -> Vec<Marked> {
        let mut dice = Dice(from as u64 + 3);
        let mut now = from;
        let one = |at: i64| {
            now += every - (dice.roll(jitter * every as u64 / 100 + 1) as i64);
            let port = 40_000 + (at % 20_000) as u16;
            flow((now, now + 1), (client, port), C2, (8, 900 + dice.roll(60)), false)
        };
        (0..count).map(one).collect()
    }

    fn told(mut marks: Vec<Marked>) -> Vec<(Found, String)> {
        marks.sort_by_key(|one| one.time.start);
        finds(&marks).into_iter().map(|find| (find.found, find.about)).collect()
    }

    fn early() -> Marked {
        flow((0, 1), ("10.0.0.9", 50_000), ("10.0.0.8", 80), (1, 60), false)
    }

    #[test]
    fn a_new_rhythm_is_a_beacon_and_an_old_one_is_low() {
        let fresh = [vec![early()], rhythmic("10.0.0.5", 10_000, 80, 97, 30)].concat();
        assert_eq!(told(fresh), [(Found::Beacon, "10.0.0.5 203.0.113.9 port 443".to_owned())]);
        let old = rhythmic("10.0.0.5", 0, 80, 97, 30);
        assert_eq!(told(old)[0].0, Found::BeaconStanding);
    }

    #[test]
    fn a_fleet_a_timetable_and_a_long_connection_are_none() {
        let hosts = ["10.0.0.5", "10.0.0.6", "10.0.0.7"];
        let fleet = hosts.iter().flat_map(|host| rhythmic(host, 10_000, 80, 97, 10)).collect();
        assert!(told(fleet).is_empty(), "three hosts call it");
        assert!(told(rhythmic("10.0.0.5", 0, 80, 300, 0)).is_empty(), "cron");
        let long =
            |at: i64| flow((at * 61, at * 61 + 60), ("10.0.0.5", 40_000), C2, (9, 900), false);
        assert!(told((0..200).map(long).collect()).is_empty(), "one connection");
        let clock = |at: i64| {
            let server = ("203.0.113.9", 123);
            flow((at * 67, at * 67), ("10.0.0.5", 50_000 + at as u16), server, (1, 76), false)
        };
        assert!(told((0..200).map(clock).collect()).is_empty(), "NTP");
    }

    #[test]
    fn questions_have_a_rhythm_too_and_a_called_name_is_told_once() {
        let ask = |at: i64| {
            let texts = ["10.0.0.5", "c2.example", "203.0.113.9 "];
            marked(Kind::Question, 10_000 + at * 97, &texts, Outcome::Success)
        };
        let mut marks: Vec<Marked> = (0..80).map(ask).collect();
        marks.push(early());
        assert_eq!(told(marks.clone()), [(Found::Beacon, "10.0.0.5 c2.example".to_owned())]);
        marks.extend(rhythmic("10.0.0.5", 10_000, 80, 97, 10));
        let want = "10.0.0.5 203.0.113.9 (c2.example) port 443".to_owned();
        assert_eq!(told(marks), [(Found::Beacon, want)]);
    }
}
