//! Groups of events become findings: one for each rule that fired, the worst if there are many.

use std::cmp::Reverse;
use std::sync::Arc;

use model::finding::{Effect, Evidence, Finding, Rule, Severity};
use model::{Id, Time};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::kept::Shelf;
use crate::sum::Sum;
use crate::tray::Said;

/// Findings that are looked at; of more, those are left out whose ids come last.
const LOOKED_AT_MAX: usize = 1_000_000;

/// The findings, and how many there are in truth.
pub(crate) struct Chosen {
    /// In order of time.
    pub(crate) findings: Vec<Finding>,
    /// Findings of the severity that was asked for.
    pub(crate) all: usize,
    /// Records that they cite first, as far as they were kept.
    pub(crate) shelf: Shelf,
}

/// One rule's finding before it is written out: the groups of events that it is made of.
struct Draft<'g> {
    rule: &'g Arc<Rule>,
    effect: Effect,
    shared: Id,
    groups: SmallVec<[&'g Sum; 1]>,
}

impl<'g> Draft<'g> {
    fn earliest(&self) -> Option<(Time, Option<&'g Evidence>)> {
        self.groups.iter().map(|sum| sum.earliest()).min()
    }

    fn finding(&self, kept: &mut Shelf) -> Option<Finding> {
        let (first, more) = self.groups.split_first()?;
        let mut sum = (*first).clone();
        for other in more {
            sum.merge((*other).clone());
        }
        kept.extend(sum.kept().map(|one| (one.place(), one.clone())));
        Some(sum.finding(self.rule, self.effect, self.shared))
    }
}

/// The findings of these groups that are at least so severe; if there are more than `max`, the
/// worst, the earlier first.
pub(crate) fn choose(groups: &[(Id, Said, Sum)], at_least: Severity, max: usize) -> Chosen {
    let mut drafts = drafts(groups);
    drafts.retain(|draft| draft.rule.severity_of(draft.effect) >= at_least);
    drafts.sort_by_cached_key(|draft| {
        (draft.earliest(), draft.shared, draft.rule.id.as_str(), draft.effect)
    });
    let all = drafts.len();
    if all > max {
        let mut order: Vec<usize> = (0..all).collect();
        let severity = |at: &usize| drafts.get(*at).map(|d| d.rule.severity_of(d.effect));
        order.sort_by_key(|at| Reverse(severity(at)));
        order.truncate(max);
        order.sort_unstable();
        let mut chosen = order.into_iter().peekable();
        let mut at = 0;
        drafts.retain(|_| {
            at += 1;
            chosen.next_if_eq(&(at - 1)).is_some()
        });
    }
    let mut shelf = Shelf::new();
    let findings = drafts.iter().filter_map(|draft| draft.finding(&mut shelf)).collect();
    Chosen { findings, all, shelf }
}

fn drafts<'g>(groups: &'g [(Id, Said, Sum)]) -> Vec<Draft<'g>> {
    let mut drafts: Vec<Draft<'g>> = Vec::new();
    // A rule is one object in all groups: its place in memory tells it, for equality only.
    let mut known: FxHashMap<(*const Rule, Effect, Id), usize> = FxHashMap::default();
    for (shared, said, sum) in groups {
        for (rule, effect) in said.iter() {
            let at = known.entry((Arc::as_ptr(rule), *effect, *shared)).or_insert(drafts.len());
            if let Some(draft) = drafts.get_mut(*at) {
                draft.groups.push(sum);
            } else if drafts.len() < LOOKED_AT_MAX {
                let groups = SmallVec::from_elem(sum, 1);
                drafts.push(Draft { rule, effect: *effect, shared: *shared, groups });
            }
        }
    }
    drafts
}
