//! Calls with an instance's own credentials, and those that did not come from that instance.

use std::collections::{BTreeMap, BTreeSet};

use model::seam::detector::{Findings, Keys, Mark, Marked};
use model::{Effect, Event, Outcome, Time};

use super::homes::Homes;
use super::marks::{Kind, address, is_inside, number};
use super::moves::{halves, id, instance, is_nat, whole};
use super::rules::Found;
use super::tell::Find;
use super::window::HOUR;
use crate::web::hash;

/// An address is usual from so many different hours on.
const HOURS_MIN: usize = 6;
/// What so many instances come from is the way out of a network.
const SHARED_MIN: usize = 3;
/// Calls on the usual way that a call on another is held against.
const USUAL_MIN: usize = 3;
/// And within this time of it.
const REACH: i64 = 24 * HOUR;
/// Addresses that a sentence names.
const NAMED_MAX: usize = 3;

/// Marks a call made with an instance's credentials: EC2 names the session after the instance.
pub fn call(event: &Event<'_>, out: &mut dyn Findings) {
    let Some(ip) = event.address.and_then(number) else { return };
    let mut who = None;
    event.body.field("userIdentity.arn", &mut |value| {
        let arn = value.as_str().filter(|arn| arn.contains(":assumed-role/"));
        who = arn.and_then(|arn| arn.rsplit_once('/')).and_then(|(_, session)| session_of(session));
        false
    });
    let Some(who) = who else { return };
    let hashed = |names: &[&str]| {
        let mut all = 0_u64;
        for name in names {
            event.body.field(name, &mut |value| {
                let text = value.as_str().unwrap_or_default();
                all = all.rotate_left(7) ^ hash(text.split(['/', ' ']).next().unwrap_or_default());
                false
            });
        }
        all
    };
    // The service in its region; the program; whether it was refused; the network's endpoint.
    let failed = u64::from(event.outcome == Outcome::Failure);
    let route = hashed(&["eventSource", "awsRegion"]) & !1 | failed;
    let door = hashed(&["vpcEndpointId"]);
    let keys = Keys::from_slice(&[halves(who), halves(ip), (route, door)]);
    out.mark(event, Mark { rule: Kind::Own as u32, effect: Effect::Attempt, keys, note: None });
}

fn session_of(session: &str) -> Option<u128> {
    id(session).filter(|_| session.starts_with("i-"))
}

/// A call with an instance's credentials.
#[derive(Clone, Copy, Debug)]
struct Own {
    at: usize,
    time: Time,
    ip: u128,
    /// The service in its region.
    route: u64,
    /// The endpoint of a network that it came by; 0: none.
    door: u64,
    failed: bool,
}

/// Why a place is not the instance's.
enum Why {
    /// It was another instance's.
    Others(u128),
    /// The instance had these addresses outside, and not that one.
    Known(Vec<u128>),
    /// The same services in the same region are reached from inside.
    Inside(u128, usize),
    /// The usual address, how many calls, in how many hours.
    Usual(u128, usize, usize),
    /// Another endpoint than the usual one.
    Door(usize),
}

/// What all instances do.
struct All {
    homes: Homes,
    calls: BTreeMap<u128, Vec<Own>>,
    /// The instances and the hours of an address.
    shared: BTreeMap<u128, (BTreeSet<u128>, BTreeSet<i64>)>,
}

fn hour(one: &Own) -> i64 {
    one.time.start.div_euclid(HOUR)
}

impl All {
    fn new(marks: &[Marked]) -> All {
        let mut known = rustc_hash::FxHashSet::default();
        let mut calls: BTreeMap<u128, Vec<Own>> = BTreeMap::new();
        let mut shared: BTreeMap<u128, (BTreeSet<u128>, BTreeSet<i64>)> = BTreeMap::new();
        for (at, marked) in marks.iter().enumerate() {
            if marked.mark.rule != Kind::Own as u32
                || (marked.uid != 0 && !known.insert(marked.uid))
            {
                continue;
            }
            let [who, ip, (route, door)] = *marked.mark.keys.as_slice() else { continue };
            let (who, ip) = (whole(who), whole(ip));
            let (time, failed) = (marked.time, route & 1 == 1);
            let one = Own { at, time, ip, route: route & !1, door, failed };
            calls.entry(who).or_default().push(one);
            if !is_inside(ip) {
                let of = shared.entry(ip).or_default();
                of.0.insert(who);
                of.1.insert(hour(&one));
            }
        }
        let homes = if calls.is_empty() { Homes::default() } else { Homes::new(marks) };
        All { homes, calls, shared }
    }

    /// Whether an address is the way out of a network: many instances come from it for long.
    fn is_exit(&self, ip: u128) -> bool {
        let of = self.shared.get(&ip);
        of.is_some_and(|(who, hours)| who.len() >= SHARED_MIN && hours.len() >= HOURS_MIN)
    }

    /// Whether an instance always came from an address: for hours, and since it began.
    fn is_usual(&self, who: u128, ip: u128, calls: &[Own]) -> bool {
        let here: Vec<&Own> = calls.iter().filter(|one| one.ip == ip).collect();
        let hours: BTreeSet<i64> = here.iter().map(|one| hour(one)).collect();
        let Some(first) = here.first().map(|one| one.time.start) else { return false };
        let rest = self.homes.rest(who, first).unwrap_or(i64::MIN);
        let began = calls.iter().map(|one| one.time.start).find(|time| *time >= rest);
        let since = began.is_some_and(|began| first.saturating_sub(began) <= HOUR);
        hours.len() >= HOURS_MIN && since
    }

    /// Why these calls, all from one address, are not the instance's; `None` if they may be.
    fn why(&self, who: u128, here: &[&Own], calls: &[Own]) -> Option<Why> {
        let first = here.first()?;
        let (ip, time) = (first.ip, first.time.start);
        if let Some(stay) = self.homes.owner(ip, time) {
            let mine = stay.who == who || is_nat(stay.who) || self.is_exit(ip);
            return (!mine).then_some(Why::Others(stay.who));
        }
        let usual = self.is_exit(ip) || self.is_usual(who, ip, calls);
        if is_inside(ip) {
            return other_door(here, calls).filter(|_| !usual);
        }
        if usual {
            return None;
        }
        let own = self.homes.of(who, time).into_iter().map(|stay| stay.address);
        let own: Vec<u128> = own.filter(|address| !is_inside(*address)).collect();
        if !own.is_empty() {
            return Some(Why::Known(own));
        }
        let near = |one: &&Own| one.time.start.abs_diff(time) <= REACH as u64;
        let routes: BTreeSet<u64> = here.iter().map(|one| one.route).collect();
        let same = |one: &&Own| is_inside(one.ip) && routes.contains(&one.route);
        let inside: Vec<&Own> = calls.iter().filter(near).filter(same).collect();
        if let Some(one) = inside.first().filter(|_| inside.len() >= USUAL_MIN) {
            return Some(Why::Inside(one.ip, inside.len()));
        }
        let others: BTreeSet<u128> = calls.iter().map(|one| one.ip).filter(|o| *o != ip).collect();
        let other = others.into_iter().find(|other| self.is_usual(who, *other, calls))?;
        let there: Vec<&Own> = calls.iter().filter(|one| one.ip == other).collect();
        let hours: BTreeSet<i64> = there.iter().map(|one| hour(one)).collect();
        let few = here.len() * 10 <= there.len();
        few.then_some(Why::Usual(other, there.len(), hours.len()))
    }
}

/// Whether calls from inside came by another endpoint than the same services' other calls.
fn other_door(here: &[&Own], calls: &[Own]) -> Option<Why> {
    let first = here.first().filter(|one| one.door != 0)?;
    let same = |one: &&Own| one.route == first.route && one.ip != first.ip && one.door != 0;
    let others: Vec<&Own> = calls.iter().filter(same).collect();
    let elsewhere = others.iter().all(|one| one.door != first.door);
    let many = others.len() >= 10 * here.len().max(USUAL_MIN);
    (elsewhere && many).then_some(Why::Door(others.len()))
}

/// Credentials of instances that were used elsewhere.
pub fn finds(marks: &[Marked]) -> Vec<Find> {
    let all = All::new(marks);
    let mut finds = Vec::new();
    for (who, calls) in &all.calls {
        let mut places: BTreeMap<u128, Vec<&Own>> = BTreeMap::new();
        for one in calls {
            places.entry(one.ip).or_default().push(one);
        }
        if places.len() < 2
            && all.homes.of(*who, calls.first().map_or(0, |c| c.time.start)).is_empty()
        {
            continue;
        }
        for here in places.values() {
            finds.extend(all.why(*who, here, calls).and_then(|why| find(*who, here, &why)));
        }
    }
    finds
}

fn list(addresses: &[u128]) -> String {
    let named = addresses.iter().take(NAMED_MAX).map(|one| address(*one).to_string());
    named.collect::<Vec<_>>().join(", ")
}

fn find(who: u128, here: &[&Own], why: &Why) -> Option<Find> {
    let (first, last) = (here.first()?, here.last()?);
    let (id, from, count) = (instance(who), address(first.ip), here.len());
    let refused = here.iter().filter(|one| one.failed).count();
    let (found, confidence, because) = because(why);
    let [text, japanese] = because;
    Some(Find {
        found,
        about: format!("{id} {from}"),
        span: (first.time, last.time),
        count,
        cited: here.iter().map(|one| one.at).collect(),
        confidence,
        text: [
            format!(
                "credentials of {id} were used from {from} ({count} calls, {refused} refused): {text}"
            ),
            format!(
                "{id} の認証情報が {from} から使用された（{count} 回、拒否 {refused} 回）：{japanese}"
            ),
        ],
    })
}

fn because(why: &Why) -> (Found, f64, [String; 2]) {
    match why {
        Why::Others(other) => {
            let other = instance(*other);
            let text = [
                format!("at that time the address was that of {other}"),
                format!("当時そのアドレスは {other} のもの"),
            ];
            (Found::Borrowed, 0.9, text)
        }
        Why::Known(own) => {
            let own = list(own);
            let text = [
                format!("outside it had the address {own} at that time, and not this one"),
                format!("当時このインスタンスの外部アドレスは {own} であり、これではない"),
            ];
            (Found::Borrowed, 0.9, text)
        }
        Why::Inside(ip, count) => {
            let ip = address(*ip);
            let text = [
                format!(
                    "its other {count} calls of the same services in the same region came from inside ({ip}) within a day, by the network's own endpoint"
                ),
                format!(
                    "前後 1 日の同じサービス・同じリージョンへの他の {count} 回の呼び出しは、VPC エンドポイント経由で内部（{ip}）から行われていた"
                ),
            ];
            (Found::Borrowed, 0.8, text)
        }
        Why::Usual(ip, count, hours) => {
            let ip = address(*ip);
            let text = [
                format!(
                    "it usually comes from {ip} ({count} calls in {hours} different hours); no record says which addresses it had, so this is learned only"
                ),
                format!(
                    "通常は {ip} から呼び出している（{hours} 時間帯に {count} 回）。アドレスを示す記録はなく、通信元の学習のみに基づく"
                ),
            ];
            (Found::BorrowedMaybe, 0.4, text)
        }
        Why::Door(count) => {
            let text = [
                format!(
                    "by another network's endpoint than its other {count} calls of the service; no record says whose the address is, so this is learned only"
                ),
                format!(
                    "同じサービスへの他の {count} 回とは別の VPC エンドポイント経由。アドレスの持ち主を示す記録はなく、学習のみに基づく"
                ),
            ];
            (Found::BorrowedMaybe, 0.4, text)
        }
    }
}

#[cfg(test)]
#[path = "borrowed_tests.rs"]
mod tests;
