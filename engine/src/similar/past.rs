//! Cases like a case, and what was done about them.

use std::collections::{BTreeMap, BTreeSet};

use model::case::{Case, Kept, LinkKind};

use super::{Index, because};

/// What is added to the tries of an action that nothing is known of: few worked.
const PRIOR: (f64, f64) = (1.0, 3.0);

/// A case that is like an incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Like {
    /// Its number.
    pub case: u64,
    /// How alike, from 0 to 1.
    pub score: f64,
    /// Why, a sentence each.
    pub because: Vec<String>,
    /// What was done about it and whether it came again, a sentence each.
    pub past: Vec<String>,
}

/// An action and what it came to in cases that are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// Its slug.
    pub action: String,
    /// In how many of the cases it worked.
    pub worked: u64,
    /// In how many it was tried.
    pub tried: u64,
    /// How likely it is to help, from 0 to 1: cases that are more alike count more.
    pub chance: f64,
}

/// The cases most like an incident, best first, without the case `not`.
pub fn like(cases: &[Case], seen: &Kept, not: Option<u64>, most: usize) -> Vec<Like> {
    let texts: Vec<String> = cases.iter().map(written).collect();
    let pairs = cases.iter().zip(&texts);
    let index = Index::new(pairs.map(|(case, text)| (&case.incident, text.as_str())));
    let own = cases.iter().position(|case| Some(case.number) == not);
    let more = own.and_then(|at| texts.get(at)).map_or("", String::as_str);
    let hits = index.search(seen, more, own, most);
    let told = hits.into_iter().filter_map(|hit| {
        let case = cases.get(hit.at)?;
        let because = because::because(seen, &case.incident, &hit.shared);
        let past = fixed(case).into_iter().chain(came_again(case)).collect();
        Some(Like { case: case.number, score: hit.score, because, past })
    });
    told.collect()
}

/// The reasons and what was done as one sentence.
pub fn why(like: &Like) -> String {
    let all: Vec<&str> = like.because.iter().chain(&like.past).map(String::as_str).collect();
    all.join("; ")
}

/// The actions of a checklist, by what they came to in cases that are alike: only what is on the
/// list, so that nothing written in an old case adds an action.
pub fn tried(case: &Case, alike: &[Like], cases: &[Case]) -> Vec<Tried> {
    let wanted: BTreeSet<&str> = case.checklist.iter().map(|check| check.id.as_str()).collect();
    let mut sums: BTreeMap<&str, (u64, u64, f64, f64)> = BTreeMap::new();
    for like in alike {
        let Some(other) = cases.iter().find(|other| other.number == like.case) else { continue };
        let held = !other.links.iter().any(|link| link.kind == LinkKind::RecurredAs);
        for (action, worked) in outcomes(other).into_iter().filter(|(a, _)| wanted.contains(a)) {
            let good = worked && held;
            let sum = sums.entry(action).or_default();
            sum.0 += u64::from(good);
            sum.1 += 1;
            sum.2 += like.score * f64::from(u8::from(good));
            sum.3 += like.score;
        }
    }
    let chance = |good: f64, all: f64| (PRIOR.0 + good) / (PRIOR.0 + PRIOR.1 + all);
    let tell = |(action, (worked, tried, good, all)): (&str, _)| Tried {
        action: action.to_owned(),
        worked,
        tried,
        chance: chance(good, all),
    };
    let mut all: Vec<Tried> = sums.into_iter().map(tell).collect();
    all.sort_by(|a, b| b.chance.total_cmp(&a.chance).then(a.action.cmp(&b.action)));
    all
}

/// Each action of a case once, by its last outcome; a tick on the checklist is an action, too.
fn outcomes(case: &Case) -> BTreeMap<&str, bool> {
    let ticked = case.checklist.iter().filter(|check| check.done);
    let mut all: BTreeMap<&str, bool> = ticked.map(|check| (check.id.as_str(), true)).collect();
    for deed in &case.actions {
        all.insert(&deed.action, deed.outcome == "done");
    }
    all
}

fn fixed(case: &Case) -> Option<String> {
    let outcomes = outcomes(case);
    let done: Vec<&str> =
        outcomes.iter().filter(|(_, done)| **done).map(|(action, _)| *action).collect();
    let done = (case.is_closed() && !done.is_empty()).then(|| done.join(", "))?;
    let took = case.closed.unwrap_or(case.opened).saturating_sub(case.opened);
    let took = if took < 7200 { (took / 60, "minutes") } else { (took / 3600, "hours") };
    Some(format!("fixed by {done}, {} {} after it was opened", took.0, took.1))
}

fn came_again(case: &Case) -> Option<String> {
    let again = case.links.iter().find(|link| link.kind == LinkKind::RecurredAs)?;
    Some(format!("it came again as C-{}", again.case))
}

/// What people wrote on a case, and what it turned out to be.
fn written(case: &Case) -> String {
    let mut all = String::new();
    for note in &case.notes {
        all.push_str(&note.text);
        all.push('\n');
    }
    all.push_str(case.resolution.map_or("", model::case::Resolution::word));
    all
}
