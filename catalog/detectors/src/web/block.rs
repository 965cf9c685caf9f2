//! What would have stopped a campaign, and which honest requests of the same logs it would have
//! hit: the narrowest first. Nothing is blocked here.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use model::EntityKind;
use model::finding::Block;
use model::text::printable;

use super::campaign::Member;
use super::class::Class;
use super::known::Known;
use super::marks::Try;

/// Doors for which a rule is told.
const DOORS_MAX: usize = 3;
/// The longest piece of a log in a sentence, in characters.
const PIECE_MAX: usize = 100;
/// Refusals within a window that a rate rule always allows, and the window, in nanoseconds.
const RATE_MIN: usize = 20;
const WINDOW: i64 = 300 * 1_000_000_000;

/// What would have stopped a campaign of one client.
pub fn of(client: &str, members: &[Member<'_>], all: &[Try], known: &Known) -> Vec<Block> {
    let mut out = doors(client, members, all, known);
    out.extend(address(client, known));
    out
}

/// A rule of the WAF for each parameter that was attacked most.
fn doors(client: &str, members: &[Member<'_>], all: &[Try], known: &Known) -> Vec<Block> {
    let mut doors: BTreeMap<(&str, &str), (usize, &Try)> = BTreeMap::new();
    // Files that are not for visitors belong out of the published folder, not behind rules.
    for (one, _) in members.iter().filter(|(one, _)| one.class != Class::Hidden) {
        doors.entry((&one.path, &one.parameter)).or_insert((0, one)).0 += 1;
    }
    let mut doors: Vec<_> = doors.into_iter().collect();
    doors.sort_by_key(|(door, (count, _))| (std::cmp::Reverse(*count), *door));
    let attackers: BTreeSet<&str> =
        all.iter().filter(|one| one.sure).map(|one| one.client.as_str()).collect();
    let told = doors.into_iter().take(DOORS_MAX).map(|((path, parameter), (count, one))| {
        let honest = |other: &&Try| {
            other.path == path
                && other.parameter == parameter
                && other.class == one.class
                && other.client != client
                && !attackers.contains(other.client.as_str())
        };
        let cost = all.iter().filter(honest).count() as u64;
        let of = known.page(&one.source, path).map_or(0, |page| page.answers).max(cost);
        let (english, japanese) = one.class.names();
        let (path, name) = (printable(path, PIECE_MAX), printable(parameter, PIECE_MAX));
        let place = if name.is_empty() {
            ["the path".into(), "パス".into()]
        } else {
            [format!("parameter “{name}”"), format!("パラメーター「{name}」")]
        };
        Block {
            id: "waf_rule",
            tier: "R1",
            text: [
                format!("At the WAF, count and then block {english} in {} of {path}.", place[0]),
                format!(
                    "WAF で {path} の{}に対する{japanese}を、まずカウントし、次に遮断する。",
                    place[1]
                ),
            ],
            why: cost_of(count as u64, cost, of),
            targets: vec![(EntityKind::Url, path.into_owned())],
            cost,
            of,
        }
    });
    told.collect()
}

fn cost_of(stopped: u64, cost: u64, of: u64) -> [String; 2] {
    [
        format!(
            "It would have stopped {stopped} attacks and hit {cost} of {of} honest requests of these logs."
        ),
        format!("このログでは攻撃 {stopped} 件を止め、正当な要求 {of} 件中 {cost} 件に影響した。"),
    ]
}

/// The client's address for a day, if it is one of the internet that only attacks.
fn address(client: &str, known: &Known) -> Option<Block> {
    let seen = known.client(client)?;
    let cost = seen.honest;
    // An address that mostly asks honest things is shared: an office, a proxy, a network's exit.
    if !is_outside(client) || cost > seen.attacks {
        return None;
    }
    let name = printable(client, PIECE_MAX).into_owned();
    Some(Block {
        id: "ip_set",
        tier: "R2",
        text: [
            format!(
                "Put {name} into the WAF's IP set for 24 hours, after checking that it is no proxy."
            ),
            format!("プロキシでないことを確認し、{name} を WAF の IP セットに 24 時間登録する。"),
        ],
        why: [
            format!(
                "Of its {} requests in these logs {} are attacks; {cost} others were served.",
                seen.requests, seen.attacks
            ),
            format!(
                "このログでの要求 {} 件中、攻撃は {} 件、それ以外で正常に応答されたものは {cost} 件。",
                seen.requests, seen.attacks
            ),
        ],
        targets: vec![(EntityKind::Ip, name)],
        cost,
        of: seen.requests,
    })
}

/// Whether a client is one of the internet: behind a load balancer all come from inside.
pub fn is_outside(client: &str) -> bool {
    match client.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => {
            let [a, b, ..] = ip.octets();
            let carrier = a == 100 && (64..128).contains(&b);
            !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || carrier)
        }
        Ok(IpAddr::V6(ip)) => {
            !(ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local())
        }
        Err(_) => false,
    }
}

/// A rate rule on refused requests for a scanner, and how many other clients it would have hit.
pub fn rate(client: u64, times: &BTreeMap<u64, Vec<i64>>) -> Option<Block> {
    let limit = (peak(times.get(&client)?) / 2).max(RATE_MIN);
    let others = || times.iter().filter(|(other, _)| **other != client);
    let cost = others().filter(|(_, times)| peak(times) > limit).count() as u64;
    let of = others().count() as u64;
    Some(Block {
        id: "rate_rule",
        tier: "R2",
        text: [
            format!("Limit each client to {limit} refused requests in 5 minutes."),
            format!("クライアントごとに、拒否される要求を 5 分間に {limit} 件までに制限する。"),
        ],
        why: [
            format!("{cost} of {of} other clients with refused requests in these logs exceed it."),
            format!(
                "このログで拒否された要求のある他のクライアント {of} 中 {cost} がこれを超える。"
            ),
        ],
        targets: Vec::new(),
        cost,
        of,
    })
}

/// The most within one window.
fn peak(times: &[i64]) -> usize {
    let (mut start, mut most) = (0, 0);
    for (end, time) in times.iter().enumerate() {
        while times.get(start).is_some_and(|first| time.saturating_sub(*first) > WINDOW) {
            start += 1;
        }
        most = most.max(end + 1 - start);
    }
    most
}
