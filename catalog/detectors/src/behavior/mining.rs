//! Mining: names and ports of pools, and the shape that Stratum has whatever the port: for
//! hours, small packets, both ways, steady.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use model::Time;
use model::seam::detector::Marked;

use super::flows::{Pair, Talk, talks};
use super::marks::{Kind, Seen, address, is_inside, seen};
use super::rules::Found;
use super::tell::{Find, name, names};

/// Domains of public pools, and words that pools' names begin with.
const POOLS: &[&str] = &[
    "2miners.com",
    "antpool.com",
    "c3pool.com",
    "c3pool.org",
    "crypto-pool.fr",
    "dwarfpool.com",
    "ethermine.org",
    "f2pool.com",
    "flexpool.io",
    "gntl.co.uk",
    "hashvault.pro",
    "herominers.com",
    "hiveon.net",
    "k1pool.com",
    "kryptex.network",
    "minergate.com",
    "minexmr.com",
    "moneroocean.stream",
    "monerohash.com",
    "nanopool.org",
    "nicehash.com",
    "poolin.com",
    "pool.xmr.pt",
    "prohashing.com",
    "rplant.xyz",
    "slushpool.com",
    "supportxmr.com",
    "unmineable.com",
    "viabtc.com",
    "woolypooly.com",
    "xmrpool.eu",
    "zergpool.com",
    "zpool.ca",
];
const LABELS: &[&str] = &["stratum", "xmr", "xmrpool", "miningpool", "moneropool"];
/// Ports on which pools listen.
const PORTS: &[u16] = &[
    3333, 3334, 3335, 4444, 5555, 5556, 7777, 9999, 14_433, 14_444, 18_081, 20_535, 45_560, 45_700,
];

/// Shorter talks have no shape.
const LONG: i64 = 3_600_000_000_000;
const MINUTE: i64 = 60_000_000_000;
/// Bytes a packet, either way.
const PACKET: std::ops::RangeInclusive<f64> = 45.0..=450.0;
/// Bytes a second, both ways together.
const PACE_MAX: f64 = 1_500.0;
/// Of ten minutes, so many have traffic.
const COVERED_MIN: f64 = 0.7;

/// Whether a name is a pool's.
pub fn is_pool(domain: &str) -> bool {
    let ends = |pool: &&str| {
        domain.strip_suffix(*pool).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let first = domain.split('.').next().unwrap_or_default();
    let word = first.split(['-', '_']).next().unwrap_or_default();
    POOLS.iter().any(ends) || LABELS.contains(&word)
}

/// Whether a talk is long, small, steady, and goes both ways.
fn has_shape(talk: &Talk) -> bool {
    let length = talk.span.1.saturating_sub(talk.span.0);
    if length < LONG || talk.up.0 == 0 || talk.down.0 == 0 {
        return false;
    }
    let size = |(packets, bytes): (u64, u64)| bytes as f64 / packets as f64;
    let pace = (talk.up.1 + talk.down.1) as f64 / (length as f64 / 1e9);
    // Records of ten minutes begin in every tenth minute only.
    let tens: BTreeSet<i64> = talk.minutes.keys().map(|minute| minute / 10).collect();
    let covered = tens.len() as f64 / (length as f64 / (10 * MINUTE) as f64).max(1.0);
    PACKET.contains(&size(talk.up))
        && PACKET.contains(&size(talk.down))
        && pace <= PACE_MAX
        && covered >= COVERED_MIN
}

/// Miners, and hosts that only asked for a pool's name.
pub fn mines(marks: &[Marked]) -> Vec<Find> {
    let questions: Vec<Seen<'_>> =
        seen(marks, Kind::Question).into_iter().filter(|one| is_pool(one.text(1))).collect();
    // Addresses that pools' names were answered with.
    let mut pools: BTreeMap<IpAddr, &str> = BTreeMap::new();
    for one in &questions {
        for answer in one.text(2).split(' ').filter_map(|text| text.parse().ok()) {
            pools.entry(answer).or_insert_with(|| one.text(1));
        }
    }
    let known = |(_, server, port): &Pair| {
        let pool = PORTS.contains(port) || pools.contains_key(&address(*server));
        pool && !is_inside(*server)
    };
    let talks = talks(marks, LONG, known);
    let mut miners: BTreeMap<u128, Vec<(&Pair, &Talk)>> = BTreeMap::new();
    for (pair, talk) in talks.iter().filter(|(_, talk)| has_shape(talk)) {
        miners.entry(pair.0).or_default().push((pair, talk));
    }
    let mut finds: Vec<Find> =
        miners.iter().filter_map(|(client, all)| miner(*client, all, &pools)).collect();
    finds.extend(asked(&questions));
    finds
}

fn miner(client: u128, all: &[(&Pair, &Talk)], pools: &BTreeMap<IpAddr, &str>) -> Option<Find> {
    let first = all.iter().map(|(_, talk)| talk.span.0).min()?;
    let last = all.iter().map(|(_, talk)| talk.span.1).max()?;
    let (pair, talk) = all.first()?;
    let pool = address(pair.1);
    let called = pools.get(&pool).map(|pool| format!(" ({})", name(pool))).unwrap_or_default();
    let (who, port) = (address(client), pair.2);
    let hours = last.saturating_sub(first) as f64 / LONG as f64;
    let size = talk.up.1 / talk.up.0.max(1);
    let point = |nanos| Time::point(nanos, model::Precision::Seconds);
    Some(Find {
        found: Found::Mining,
        about: who.to_string(),
        span: (point(first), point(last)),
        count: all.iter().map(|(_, talk)| talk.count).sum(),
        cited: all.iter().flat_map(|(_, talk)| talk.cited.iter().copied()).collect(),
        confidence: if called.is_empty() { 0.8 } else { 0.95 },
        text: [
            format!(
                "{who} talked with {pool}{called} on port {port} for {hours:.1} hours, steadily, in small packets both ways ({size} bytes a packet): as miners do"
            ),
            format!(
                "{who} が {pool}{called} のポート {port} と {hours:.1} 時間、双方向の小さなパケット（平均 {size} バイト）で途切れなく通信した：マイニングの特徴に一致する"
            ),
        ],
    })
}

/// Hosts that asked for the name of a pool.
fn asked(questions: &[Seen<'_>]) -> Vec<Find> {
    let mut clients: BTreeMap<&str, Vec<&Seen<'_>>> = BTreeMap::new();
    for one in questions {
        clients.entry(one.text(0)).or_default().push(one);
    }
    let find = |(client, all): (&&str, &Vec<&Seen<'_>>)| {
        let domains: BTreeSet<&str> = all.iter().map(|one| one.text(1)).collect();
        let (who, domains) = (name(client), names(domains.into_iter()));
        Some(Find {
            found: Found::PoolName,
            about: (*client).to_owned(),
            span: (all.first()?.time, all.last()?.time),
            count: all.len(),
            cited: all.iter().map(|one| one.at).collect(),
            confidence: 0.7,
            text: [
                format!("{who} asked for {domains}: names of mining pools"),
                format!("{who} がマイニングプールの名前 {domains} を問い合わせた"),
            ],
        })
    };
    clients.iter().filter_map(find).collect()
}

#[cfg(test)]
mod tests {
    use model::Outcome;

    use super::super::testing::{Dice, flow, marked};
    use super::*;

    /// A client that talks for `hours`, with packets of this size.
    fn talk(client: &str, server: (&str, u16), hours: i64, packet: u64) -> Vec<Marked> {
        let mut dice = Dice(9);
        let mut all = Vec::new();
        for minute in 0..hours * 60 {
            let (from, packets) = (minute * 60, 4 + dice.roll(6));
            let (near, span) = ((client, 41_000), (from, from + 58));
            all.push(flow(span, near, server, (packets, packets * packet), false));
            all.push(flow(span, server, near, (packets, packets * packet), false));
        }
        all
    }

    #[test]
    fn the_shape_and_the_port_or_the_name_make_a_miner() {
        let mut marks = talk("10.0.0.5", ("192.0.2.9", 3333), 3, 150);
        marks.extend(talk("10.0.0.6", ("192.0.2.10", 443), 3, 150));
        marks.extend(talk("10.0.0.7", ("192.0.2.11", 443), 3, 150));
        marks.extend(talk("10.0.0.8", ("192.0.2.9", 3333), 3, 1200));
        let texts = ["10.0.0.6", "eu.stratum.hashvault.pro", "192.0.2.10 "];
        marks.push(marked(Kind::Question, 1, &texts, Outcome::Success));
        marks.sort_by_key(|one| one.time.start);
        let found = mines(&marks);
        let told: Vec<(Found, &str)> = found.iter().map(|f| (f.found, f.about.as_str())).collect();
        let want = [
            (Found::Mining, "10.0.0.5"),
            (Found::Mining, "10.0.0.6"),
            (Found::PoolName, "10.0.0.6"),
        ];
        assert_eq!(told, want);
    }

    #[test]
    fn pools_are_known_by_whole_labels() {
        assert!(is_pool("supportxmr.com") && is_pool("pool.supportxmr.com"));
        assert!(is_pool("stratum-eu.example.com"));
        assert!(!is_pool("notsupportxmr.com") && !is_pool("stratumserver.example.com"));
    }
}
