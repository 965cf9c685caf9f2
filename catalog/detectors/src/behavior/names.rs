//! DNS: data hidden in the names that are asked for, and names that a program made up.

use std::collections::{BTreeMap, BTreeSet};

use model::Outcome;
use model::seam::detector::Marked;

use super::marks::{Kind, Seen, seen};
use super::rules::Found;
use super::tell::{Find, name};
use super::window::{SECOND, burst};
use crate::web::hash;

/// A tunnel: so many different names below one domain, by one host, within this time.
const TUNNEL_MIN: usize = 100;
const TUNNEL_WIDTH: i64 = 900 * SECOND;
/// Their mean length below the domain, and the bits that one of their letters holds.
const LENGTH_MIN: f64 = 20.0;
const BITS_MIN: f64 = 3.0;
/// Domains whose customers ask for many long names: reputation of files and mail, addresses.
const LOOKUPS: &[&str] = &[
    "in-addr.arpa",
    "ip6.arpa",
    "sophosxl.net",
    "mcafee.com",
    "trendmicro.com",
    "barracuda.com",
    "spamhaus.org",
    "surbl.org",
    "uribl.com",
    "dnsbl.org",
    "cymru.com",
    "e5.sk",
    "avast.com",
    "amazonaws.com",
    "cloudfront.net",
    "akamaiedge.net",
    "akamai.net",
    "internal",
    "local",
];
/// Made-up names: so many different domains that are not there, by one host, within this time.
const UNKNOWN_MIN: usize = 30;
const UNKNOWN_WIDTH: i64 = 600 * SECOND;
/// The mean length of their first label, and the share of pairs of letters that no word has.
const LABEL_MIN: f64 = 8.0;
const ODD_MIN: f64 = 0.28;

/// The part of a name that its owner registered: two labels, or three below `co.uk` and the like.
pub fn registered(domain: &str) -> &str {
    const SECOND_LEVEL: &[&str] =
        &["ac", "co", "com", "ed", "edu", "go", "gov", "gr", "lg", "ne", "net", "or", "org"];
    let mut dots = domain.rmatch_indices('.').map(|(at, _)| at);
    let (Some(last), Some(second)) = (dots.next(), dots.next()) else { return domain };
    let top = domain.len() - last - 1;
    let middle = domain.get(second + 1..last).unwrap_or_default();
    let from = if top == 2 && SECOND_LEVEL.contains(&middle) {
        dots.next().map_or(0, |third| third + 1)
    } else {
        second + 1
    };
    domain.get(from..).unwrap_or(domain)
}

/// How many bits a letter of a text holds: Shannon's entropy.
fn bits(text: &str) -> f64 {
    let mut counts: BTreeMap<u8, f64> = BTreeMap::new();
    for byte in text.bytes().filter(|byte| *byte != b'.') {
        *counts.entry(byte).or_insert(0.0) += 1.0;
    }
    let all: f64 = counts.values().sum();
    -counts.values().map(|count| count / all * (count / all).log2()).sum::<f64>()
}

/// The share of neighbours in a label that hardly stand together in words: consonants that no
/// language piles up, letters beside digits.
fn odd(label: &str) -> f64 {
    let letters: Vec<u8> = label.bytes().collect();
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let rare = |b: u8| matches!(b, b'q' | b'x' | b'z' | b'j' | b'w' | b'v' | b'k');
    let is_odd = |pair: &[u8]| match pair {
        [a, b] if a.is_ascii_digit() != b.is_ascii_digit() => true,
        [a, b] => !vowel(*a) && !vowel(*b) && (rare(*a) || rare(*b)),
        _ => false,
    };
    let count = letters.windows(2).filter(|pair| is_odd(pair)).count();
    count as f64 / letters.len().saturating_sub(1).max(1) as f64
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values {
        (sum, count) = (sum + value, count + 1.0);
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

/// Tunnels and made-up names.
pub fn finds(marks: &[Marked]) -> Vec<Find> {
    finds_of(marks, TUNNEL_MIN)
}

/// The same with another least number of names in a tunnel.
pub fn finds_of(marks: &[Marked], min: usize) -> Vec<Find> {
    let all = seen(marks, Kind::Question);
    let mut pairs: BTreeMap<(&str, &str), Vec<&Seen<'_>>> = BTreeMap::new();
    let mut unknown: BTreeMap<&str, Vec<&Seen<'_>>> = BTreeMap::new();
    for one in &all {
        let domain = registered(one.text(1));
        if domain.len() < one.text(1).len() && !LOOKUPS.iter().any(|l| domain.ends_with(l)) {
            pairs.entry((one.text(0), domain)).or_default().push(one);
        }
        if one.outcome == Outcome::Failure && domain.contains('.') {
            unknown.entry(one.text(0)).or_default().push(one);
        }
    }
    let tunnels = pairs.iter().filter_map(|(pair, all)| tunnel(*pair, all, min));
    let made = unknown.iter().filter_map(|(client, all)| generated(client, all));
    tunnels.chain(made).collect()
}

fn tunnel((client, domain): (&str, &str), all: &[&Seen<'_>], min: usize) -> Option<Find> {
    let things: Vec<(i64, u64)> =
        all.iter().map(|one| (one.time.start, hash(one.text(1)))).collect();
    let burst = burst(&things, TUNNEL_WIDTH, min)?;
    let members = all.get(burst.from..=burst.to)?;
    let below: BTreeSet<&str> =
        members.iter().filter_map(|one| one.text(1).strip_suffix(domain)).collect();
    let length = mean(below.iter().map(|text| text.len() as f64));
    let dense = mean(below.iter().map(|text| bits(text)));
    if length < LENGTH_MIN || dense < BITS_MIN {
        return None;
    }
    let carried: f64 = below.iter().map(|text| bits(text) * text.len() as f64 / 8.0).sum();
    let (who, where_to, count) = (name(client), name(domain), below.len());
    Some(Find {
        found: Found::Tunnel,
        about: format!("{client} {domain}"),
        span: (members.first()?.time, members.last()?.time),
        count: members.len(),
        cited: members.iter().map(|one| one.at).collect(),
        confidence: 0.85,
        text: [
            format!(
                "{who} asked for {count} different names below {where_to}, {length:.0} letters each on average, {dense:.1} bits a letter: room for {carried:.0} bytes"
            ),
            format!(
                "{who} が {where_to} 配下の {count} 個の異なる名前を問い合わせた（平均 {length:.0} 文字、1 文字あたり {dense:.1} ビット。約 {carried:.0} バイトを運べる）"
            ),
        ],
    })
}

fn generated(client: &str, all: &[&Seen<'_>]) -> Option<Find> {
    let things: Vec<(i64, u64)> =
        all.iter().map(|one| (one.time.start, hash(registered(one.text(1))))).collect();
    let burst = burst(&things, UNKNOWN_WIDTH, UNKNOWN_MIN)?;
    let members = all.get(burst.from..=burst.to)?;
    let labels: BTreeSet<&str> =
        members.iter().filter_map(|one| registered(one.text(1)).split('.').next()).collect();
    let length = mean(labels.iter().map(|label| label.len() as f64));
    let odd = mean(labels.iter().map(|label| odd(label)));
    if length < LABEL_MIN || odd < ODD_MIN {
        return None;
    }
    let (who, count) = (name(client), labels.len());
    let example = name(labels.first()?);
    Some(Find {
        found: Found::Generated,
        about: client.to_owned(),
        span: (members.first()?.time, members.last()?.time),
        count: members.len(),
        cited: members.iter().map(|one| one.at).collect(),
        confidence: 0.75,
        text: [
            format!(
                "{who} asked for {count} domains that do not exist and read like none of a person's ({example} …)"
            ),
            format!(
                "{who} が人の付けた名前とは思えない、存在しない {count} 個のドメインを問い合わせた（{example} など）"
            ),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Dice, marked};
    use super::*;

    fn letters(dice: &mut Dice, of: &[u8], count: u64) -> String {
        (0..count).map(|_| char::from(of[dice.roll(of.len() as u64) as usize])).collect()
    }

    const BASE32: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";

    /// Names that carry data, each asked for once, `gap` seconds apart.
    fn tunnel(count: i64, length: u64, gap: i64) -> Vec<Marked> {
        let mut dice = Dice(3);
        let one = |at| {
            let name = format!("{}.t.example.com", letters(&mut dice, BASE32, length));
            marked(Kind::Question, at * gap, &["10.0.0.5", &name, ""], Outcome::Success)
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn tunnels_of_any_usual_speed() {
        for (length, gap) in [(50, 1), (30, 2), (24, 5), (60, 8)] {
            let found = finds(&tunnel(300, length, gap));
            assert_eq!(found.len(), 1, "{length} {gap}");
            assert_eq!(found[0].found, Found::Tunnel);
        }
        assert!(finds(&tunnel(90, 50, 1)).is_empty(), "too few names");
    }

    #[test]
    fn a_site_with_many_hosts_is_no_tunnel() {
        let one = |at: i64| {
            let name = format!("img{}.cdn.example.com", at % 400);
            marked(Kind::Question, at, &["10.0.0.5", &name, ""], Outcome::Success)
        };
        assert!(finds(&(0..900).map(one).collect::<Vec<_>>()).is_empty());
    }

    #[test]
    fn made_up_domains_and_a_broken_search_list() {
        let mut dice = Dice(11);
        let made = |at| {
            let name = format!("{}.example", letters(&mut dice, BASE32, 14));
            marked(Kind::Question, at, &["10.0.0.5", &name, ""], Outcome::Failure)
        };
        let found = finds(&(0..60).map(made).collect::<Vec<_>>());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].found, Found::Generated);
        let words = ["mountain", "river", "garden", "window", "teacher", "paper", "station"];
        let typed = |at: i64| {
            let (a, b) = (words[at as usize % 7], words[(at as usize / 7) % 7]);
            let name = format!("{a}{b}.example");
            marked(Kind::Question, at, &["10.0.0.5", &name, ""], Outcome::Failure)
        };
        assert!(finds(&(0..49).map(typed).collect::<Vec<_>>()).is_empty());
    }

    #[test]
    fn the_registered_part() {
        assert_eq!(registered("a.b.example.com"), "example.com");
        assert_eq!(registered("a.example.co.jp"), "example.co.jp");
        assert_eq!(registered("co.jp"), "co.jp");
        assert_eq!(registered("host"), "host");
    }
}
