//! Campaigns: all that one client tried by one method, told as one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::Reached;
use model::finding::{Block, Detail, Effect};
use model::seam::detector::{Joined, Marked};

use super::class::Class;
use super::detector::Web;
use super::known::Known;
use super::marks::{Said, Try};
use super::verdict::{Judged, verdicts};
use super::{behaviour, block, databases, tell};

/// Records that a campaign cites.
const CITED_MAX: usize = 8;
/// Different fragments for one parameter, by one client, that make a probe.
const PROBE_MIN: usize = 5;

/// One attempt with its verdict.
pub type Member<'c> = (&'c Try, &'c Judged);

/// What the marks of the whole run mean together.
pub fn join(web: &Web, marks: &[Marked]) -> (Vec<Joined>, Vec<String>) {
    let known = web.known.lock().map(|mut known| std::mem::take(&mut *known)).unwrap_or_default();
    let (tries, all_tries) = tries(marks);
    let said: Vec<Said> =
        marks.iter().enumerate().filter_map(|(at, mark)| Said::of(at, mark)).collect();
    let (judged, offset, lost) = verdicts(&tries, &said, &known);
    let mut told = Vec::new();
    if lost > 0 {
        told.push(format!(
            "{lost} pairs of a request and a statement were not compared: too many attempts"
        ));
    }
    let mut campaigns = Campaigns::new();
    for (one, verdict) in tries.iter().zip(&judged) {
        let key = (one.client.as_str(), one.class, verdict.reached.effect());
        campaigns.entry(key).or_default().push((one, verdict));
    }
    drop_inside(&mut campaigns);
    let worked: BTreeSet<(&str, Class)> = campaigns
        .keys()
        .filter(|(_, _, effect)| *effect != Effect::Attempt)
        .map(|(client, class, _)| (*client, *class))
        .collect();
    let joined = campaigns.iter().filter_map(|((client, class, effect), members)| {
        let also_worked = worked.contains(&(*client, *class));
        let blocks = block::of(client, members, &all_tries, &known);
        campaign(web, (client, *class, *effect), members, (&said, offset, also_worked), blocks)
    });
    let mut all: Vec<Joined> = joined.collect();
    all.extend(databases::join(web, &said, &judged));
    all.extend(behaviour::scans(web, marks));
    all.extend(behaviour::guesses(web, marks));
    (all, told)
}

/// The attempts, without copies. Fragments count where their client also attacks, or where one
/// parameter is given many different ones. All fragments are given too.
fn tries(marks: &[Marked]) -> (Vec<Try>, Vec<Try>) {
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
    let chosen = all.iter().zip(kept).filter(|(_, kept)| *kept).map(|(one, _)| one.clone());
    let chosen = chosen.collect();
    (chosen, all)
}

/// How far each marked attack came: the mark's number, and the verdict. Copies are left out.
pub fn reached(marks: &[Marked]) -> Vec<(usize, Reached)> {
    let (tries, _) = tries(marks);
    let said: Vec<Said> =
        marks.iter().enumerate().filter_map(|(at, mark)| Said::of(at, mark)).collect();
    let (judged, ..) = verdicts(&tries, &said, &Known::default());
    tries.iter().zip(judged).map(|(one, judged)| (one.mark, judged.reached)).collect()
}

/// All that was tried by client, class and effect.
type Campaigns<'c> = BTreeMap<(&'c str, Class, Effect), Vec<Member<'c>>>;

/// Behind a load balancer all come from inside: what an outside client is known to have tried on
/// the same pages is not told again of the balancer.
fn drop_inside(campaigns: &mut Campaigns<'_>) {
    let tried: BTreeSet<(Class, String)> = campaigns
        .iter()
        .filter(|((client, ..), _)| block::is_outside(client))
        .flat_map(|((_, class, _), all)| all.iter().map(|(one, _)| (*class, one.path.clone())))
        .collect();
    campaigns.retain(|(client, class, effect), all| {
        let known = all.iter().filter(|(one, _)| tried.contains(&(*class, one.path.clone())));
        *effect != Effect::Attempt || block::is_outside(client) || known.count() * 2 < all.len()
    });
}

fn campaign(
    web: &Web,
    (client, class, effect): (&str, Class, Effect),
    members: &[Member<'_>],
    (said, offset, also_worked): (&[Said], i64, bool),
    blocks: Vec<Block>,
) -> Option<Joined> {
    let rule = web.rule(class, effect)?;
    let (first, last) = (members.first()?.0.time, members.last()?.0.time);
    let (_, best) = members.iter().max_by_key(|(_, judged)| judged.reached)?;
    let (text, text_ja) = tell::campaign(members, said, offset, also_worked);
    let (taken, _) = tell::taken(members, said);
    let door = members.first().map(|(one, _)| [one.path.clone(), one.parameter.clone()]);
    let (reached, confidence) = (best.reached, best.confidence);
    let detail = Detail { reached, confidence, text, text_ja, door, taken, blocks };
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
