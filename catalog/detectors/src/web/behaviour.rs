//! Attacks by behaviour: scans for pages, and guessing of passwords.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::finding::{Block, Detail, Effect};
use model::seam::detector::{Joined, Marked};
use model::{Reached, Time};

use super::block::is_outside;
use super::detector::Web;
use super::marks::{AGENT, LOGIN, Login, MISSING};
use super::{block, tell};

/// Records that a campaign cites.
const CITED_MAX: usize = 8;
/// Pages that are not there, of one client, that make a scanner.
const SCAN_MIN: usize = 20;
/// Requests under a scanner's name, and their pages, that make one.
const AGENT_MIN: u64 = 5;
/// Refused logins of one client that make a guesser; clients that make a spread one.
const GUESSES_MIN: usize = 15;
const SPREAD_MIN: usize = 20;
/// The part of a client's logins that is refused where passwords are guessed.
const REFUSED_MIN: f64 = 0.8;

/// The bit of a client's hash that says that it is one of the internet.
const OUTSIDE: u64 = 1;

/// The key of a client.
pub fn key(client: &str) -> u64 {
    super::text::hash(client) & !OUTSIDE | u64::from(is_outside(client))
}

/// What one client did, of one kind.
struct Seen {
    pages: BTreeSet<u64>,
    marks: Vec<usize>,
    times: Vec<i64>,
    count: u64,
    first: Time,
    last: Time,
}

fn seen(time: Time) -> Seen {
    let (pages, marks, times) = (BTreeSet::new(), Vec::new(), Vec::new());
    Seen { pages, marks, times, count: 0, first: time, last: time }
}

/// Clients that asked for many pages that are not there, or came under a scanner's name.
pub fn scans(web: &Web, marks: &[Marked]) -> Vec<Joined> {
    let mut clients: BTreeMap<u64, (Seen, u64)> = BTreeMap::new();
    let of = |marked: &Marked| matches!(marked.mark.rule, MISSING | AGENT);
    for (at, marked) in marks.iter().enumerate().filter(|(_, m)| of(m)) {
        let Some((client, page)) = marked.mark.keys.first() else { continue };
        let (seen, named) = clients.entry(*client).or_insert_with(|| (seen(marked.time), 0));
        let new = seen.pages.insert(*page);
        if (new || marked.mark.rule == AGENT) && seen.marks.len() < CITED_MAX {
            seen.marks.push(at);
        }
        *named += u64::from(marked.mark.rule == AGENT);
        seen.times.push(marked.time.start);
        seen.count += 1;
        seen.last = marked.time;
    }
    let outside: BTreeSet<u64> = clients
        .iter()
        .filter(|(client, _)| *client & OUTSIDE != 0)
        .flat_map(|(_, (seen, _))| seen.pages.iter().copied())
        .collect();
    clients.retain(|client, (seen, _)| {
        let known = seen.pages.iter().filter(|page| outside.contains(page)).count();
        *client & OUTSIDE != 0 || known * 2 < seen.pages.len()
    });
    let times: BTreeMap<u64, Vec<i64>> =
        clients.iter().map(|(client, (seen, _))| (*client, seen.times.clone())).collect();
    let scans = clients.into_iter().filter(|(_, (seen, named))| {
        seen.pages.len() >= SCAN_MIN
            || (*named >= AGENT_MIN && seen.pages.len() as u64 >= AGENT_MIN)
    });
    let joined = scans.map(|(group, (seen, _))| {
        let (text, text_ja) = tell::scan(seen.count, seen.pages.len());
        let blocks = block::rate(group, &times).into_iter().collect();
        told(&web.scan, Effect::Attempt, group, seen, (text, text_ja), blocks)
    });
    joined.collect()
}

fn told(
    rule: &Arc<model::finding::Rule>,
    effect: Effect,
    group: u64,
    seen: Seen,
    (text, text_ja): (String, String),
    blocks: Vec<Block>,
) -> Joined {
    let reached = if effect == Effect::Attempt { Reached::Rejected } else { Reached::Executed };
    let confidence = if effect == Effect::Attempt { 0.9 } else { 0.7 };
    Joined {
        rule: Arc::clone(rule),
        effect,
        group,
        first: seen.first,
        last: seen.last,
        count: seen.count,
        marks: seen.marks,
        detail: Some(Detail {
            reached,
            confidence,
            text,
            text_ja,
            door: None,
            taken: None,
            blocks,
        }),
    }
}

/// The logins of one client on one page, in order of time.
type Logins = BTreeMap<(String, String), Sent>;
/// Logins with the numbers of their marks.
type Sent = Vec<(usize, Time, Login)>;

/// Clients that guess passwords, and whether a guess was right.
pub fn guesses(web: &Web, marks: &[Marked]) -> Vec<Joined> {
    let mut logins: Logins = BTreeMap::new();
    for (at, marked) in marks.iter().enumerate().filter(|(_, m)| m.mark.rule == LOGIN) {
        let Some(login) = Login::of(marked) else { continue };
        let key = (login.client.clone(), login.path.clone());
        logins.entry(key).or_default().push((at, marked.time, login));
    }
    // Behind a load balancer all come from inside; the log that names clients says more.
    let outside: BTreeSet<String> = logins
        .keys()
        .filter(|(client, _)| is_outside(client))
        .map(|(_, path)| path.clone())
        .collect();
    logins.retain(|(client, path), _| is_outside(client) || !outside.contains(path));
    let sends_on: BTreeSet<&str> = logins
        .iter()
        .filter(|(_, all)| all.iter().any(|(.., login)| matches!(login.status, 302 | 303)))
        .map(|((_, path), _)| path.as_str())
        .collect();
    let mut out: Vec<Joined> = Vec::new();
    for ((_, path), all) in &logins {
        out.extend(guesser(web, all, sends_on.contains(path.as_str())));
    }
    out.extend(spread(web, &logins));
    out
}

/// Whether a login was refused: by its number, or by the same page again where others are sent on.
fn is_refused(login: &Login, sends_on: bool) -> bool {
    matches!(login.status, 400 | 401 | 403 | 422 | 429) || sends_on && login.status == 200
}

fn guesser(web: &Web, all: &Sent, sends_on: bool) -> Option<Joined> {
    let refused = all.iter().filter(|(.., login)| is_refused(login, sends_on)).count();
    let (_, first, login) = all.first()?;
    if refused < GUESSES_MIN || (refused as f64) < REFUSED_MIN * all.len() as f64 {
        return None;
    }
    // A login that went through after many that were refused.
    let went = |login: &Login| !is_refused(login, sends_on) && (200..400).contains(&login.status);
    let through = all.iter().skip(GUESSES_MIN / 2).find(|(.., login)| went(login));
    let mut it = seen(*first);
    it.count = all.len() as u64;
    it.last = all.last()?.1;
    it.marks = through.into_iter().chain(all).map(|(at, ..)| *at).take(CITED_MAX).collect();
    let effect = if through.is_some() { Effect::Success } else { Effect::Attempt };
    let time = through.map(|(_, time, _)| *time);
    let text = tell::guesses(&login.client, &login.path, all.len(), time);
    let group = super::text::hash(&login.client);
    Some(told(web.login(effect), effect, group, it, text, Vec::new()))
}

/// Many clients that are only ever refused, on one page: passwords are tried from many places.
fn spread(web: &Web, logins: &Logins) -> Vec<Joined> {
    let mut pages: BTreeMap<&str, Vec<&Sent>> = BTreeMap::new();
    let mut others: BTreeMap<&str, usize> = BTreeMap::new();
    for ((_, path), all) in logins {
        let only = all.len() >= 3
            && all.iter().all(|(.., l)| matches!(l.status, 400 | 401 | 403 | 422 | 429));
        if only && all.len() < GUESSES_MIN {
            pages.entry(path).or_default().push(all);
        } else if !only {
            *others.entry(path).or_default() += 1;
        }
    }
    let wide = pages.into_iter().filter(|(path, clients)| {
        clients.len() >= SPREAD_MIN && clients.len() > others.get(path).copied().unwrap_or(0)
    });
    let joined = wide.filter_map(|(path, clients)| {
        let all: Vec<&(usize, Time, Login)> = clients.iter().flat_map(|c| c.iter()).collect();
        let mut it = seen(all.iter().map(|(_, time, _)| *time).min()?);
        it.last = all.iter().map(|(_, time, _)| *time).max()?;
        it.count = all.len() as u64;
        it.marks =
            clients.iter().filter_map(|c| c.first()).map(|(at, ..)| *at).take(CITED_MAX).collect();
        let text = tell::spread(path, clients.len(), all.len());
        let group = super::text::hash(path);
        Some(told(web.login(Effect::Attempt), Effect::Attempt, group, it, text, Vec::new()))
    });
    joined.collect()
}
