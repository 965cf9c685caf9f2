//! Campaigns: all that one client tried by one method, told as one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::finding::{Detail, Effect};
use model::seam::detector::{Joined, Marked};
use model::{Reached, Time};

use super::class::Class;
use super::detector::Web;
use super::marks::{MISSING, Said, Try};
use super::verdict::{Judged, verdicts};
use super::{databases, tell};

/// Records that a campaign cites.
const CITED_MAX: usize = 8;
/// Different fragments for one parameter, by one client, that make a probe.
const PROBE_MIN: usize = 5;
/// Pages that are not there, of one client, that make a scanner.
const SCAN_MIN: usize = 20;

/// One attempt with its verdict.
pub type Member<'c> = (&'c Try, &'c Judged);

/// What the marks of the whole run mean together.
pub fn join(web: &Web, marks: &[Marked]) -> (Vec<Joined>, Vec<String>) {
    let tries = tries(marks);
    let said: Vec<Said> =
        marks.iter().enumerate().filter_map(|(at, mark)| Said::of(at, mark)).collect();
    let (judged, offset, lost) = verdicts(&tries, &said);
    let mut told = Vec::new();
    if lost > 0 {
        told.push(format!(
            "{lost} pairs of a request and a statement were not compared: too many attempts"
        ));
    }
    let mut campaigns: BTreeMap<(&str, Class, Effect), Vec<Member<'_>>> = BTreeMap::new();
    for (one, verdict) in tries.iter().zip(&judged) {
        let key = (one.client.as_str(), one.class, verdict.reached.effect());
        campaigns.entry(key).or_default().push((one, verdict));
    }
    let worked: BTreeSet<(&str, Class)> = campaigns
        .keys()
        .filter(|(_, _, effect)| *effect != Effect::Attempt)
        .map(|(client, class, _)| (*client, *class))
        .collect();
    let joined = campaigns.iter().filter_map(|((client, class, effect), members)| {
        let also_worked = worked.contains(&(*client, *class));
        campaign(web, (client, *class, *effect), members, (&said, offset, also_worked))
    });
    let mut all: Vec<Joined> = joined.collect();
    all.extend(databases::join(web, &said, &judged));
    all.extend(scans(web, marks));
    (all, told)
}

/// The attempts, without copies. Fragments count where their client also attacks, or where one
/// parameter is given many different ones.
fn tries(marks: &[Marked]) -> Vec<Try> {
    let all = marks.iter().enumerate().filter_map(|(at, mark)| Try::of(at, mark));
    let all = super::copies::once(all.collect());
    let clients: BTreeSet<&str> =
        all.iter().filter(|one| one.sure).map(|one| one.client.as_str()).collect();
    let mut pieces: BTreeMap<(&str, &str, &str), BTreeSet<&str>> = BTreeMap::new();
    for one in all.iter().filter(|one| !one.sure) {
        let at = (one.client.as_str(), one.path.as_str(), one.parameter.as_str());
        pieces.entry(at).or_default().insert(&one.value);
    }
    let probes: BTreeSet<(&str, &str, &str)> = pieces
        .into_iter()
        .filter(|((client, ..), values)| clients.contains(client) || values.len() >= PROBE_MIN)
        .map(|(at, _)| at)
        .collect();
    let counts = |one: &Try| {
        one.sure
            || probes.contains(&(one.client.as_str(), one.path.as_str(), one.parameter.as_str()))
    };
    let kept: Vec<bool> = all.iter().map(counts).collect();
    all.into_iter().zip(kept).filter_map(|(one, kept)| kept.then_some(one)).collect()
}

/// How far each marked attack came: the mark's number, and the verdict. Copies are left out.
pub fn reached(marks: &[Marked]) -> Vec<(usize, Reached)> {
    let tries = tries(marks);
    let said: Vec<Said> =
        marks.iter().enumerate().filter_map(|(at, mark)| Said::of(at, mark)).collect();
    let (judged, ..) = verdicts(&tries, &said);
    tries.iter().zip(judged).map(|(one, judged)| (one.mark, judged.reached)).collect()
}

fn campaign(
    web: &Web,
    (client, class, effect): (&str, Class, Effect),
    members: &[Member<'_>],
    (said, offset, also_worked): (&[Said], i64, bool),
) -> Option<Joined> {
    let rule = web.rule(class, effect)?;
    let (first, last) = (members.first()?.0.time, members.last()?.0.time);
    let (_, best) = members.iter().max_by_key(|(_, judged)| judged.reached)?;
    let (text, text_ja) = tell::campaign(members, said, offset, also_worked);
    let (taken, _) = tell::taken(members, said);
    let door = members.first().map(|(one, _)| [one.path.clone(), one.parameter.clone()]);
    let (reached, confidence) = (best.reached, best.confidence);
    let detail = Detail { reached, confidence, text, text_ja, door, taken };
    let mut marks: Vec<usize> = Vec::new();
    // A request and the statement that it became, side by side.
    let furthest = members.iter().filter(|(_, judged)| judged.reached == best.reached);
    for (one, judged) in members.iter().take(1).chain(furthest) {
        marks.push(one.mark);
        let statement = judged.statement.and_then(|at| said.get(at));
        marks.extend(statement.map(|statement| statement.mark));
        if marks.len() >= CITED_MAX {
            break;
        }
    }
    marks.sort_unstable();
    marks.dedup();
    Some(Joined {
        rule: Arc::clone(rule),
        effect,
        group: super::text::hash(client) ^ (class as u64),
        first,
        last,
        count: members.len() as u64,
        marks,
        detail: Some(detail),
    })
}

/// Clients that asked for many pages that are not there.
fn scans(web: &Web, marks: &[Marked]) -> Vec<Joined> {
    struct Seen {
        pages: BTreeSet<u64>,
        marks: Vec<usize>,
        count: u64,
        first: Time,
        last: Time,
    }
    let mut clients: BTreeMap<u64, Seen> = BTreeMap::new();
    for (at, marked) in marks.iter().enumerate().filter(|(_, m)| m.mark.rule == MISSING) {
        let Some((client, page)) = marked.mark.keys.first() else { continue };
        let seen = clients.entry(*client).or_insert_with(|| Seen {
            pages: BTreeSet::new(),
            marks: Vec::new(),
            count: 0,
            first: marked.time,
            last: marked.time,
        });
        if seen.pages.insert(*page) && seen.marks.len() < CITED_MAX {
            seen.marks.push(at);
        }
        seen.count += 1;
        seen.last = marked.time;
    }
    let scans = clients.into_iter().filter(|(_, seen)| seen.pages.len() >= SCAN_MIN);
    let joined = scans.map(|(group, seen)| {
        let (text, text_ja) = tell::scan(seen.count, seen.pages.len());
        Joined {
            rule: Arc::clone(&web.scan),
            effect: Effect::Attempt,
            group,
            first: seen.first,
            last: seen.last,
            count: seen.count,
            marks: seen.marks,
            detail: Some(Detail {
                reached: Reached::Rejected,
                confidence: 0.9,
                text,
                text_ja,
                door: None,
                taken: None,
            }),
        }
    });
    joined.collect()
}
