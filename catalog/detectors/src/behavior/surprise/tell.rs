//! How a case becomes what a report tells: the rule, the records to cite, a sentence twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::Effect;
use model::finding::{Detail, Reached, Rule};
use model::seam::detector::{Joined, Marked};

use super::case::Case;
use super::rules::Found;
use super::words::sentence;
use crate::behavior::baseline::Baseline;
use crate::behavior::tell::{CITED_MAX, some};

/// A case as the engine wants it.
pub fn joined(
    baseline: &Baseline,
    case: &Case,
    rules: &[Arc<Rule>],
    all: &[Marked],
) -> Option<Joined> {
    let rule = rules.get(case.found.number())?;
    let first = case.ones.iter().map(|one| one.span.0).min()?;
    let last = case.ones.iter().map(|one| one.span.1).max()?;
    let done = case.ones.iter().any(|one| one.done);
    // Of each surprise the first record, then what there is room for.
    let firsts = case.ones.iter().filter_map(|one| one.marks.first());
    let rest = case.ones.iter().flat_map(|one| &one.marks);
    let mut known = BTreeSet::new();
    // One record may surprise in many respects.
    let mut once = |at: &&usize| {
        all.get(**at).is_some_and(|marked| known.insert((marked.time.start, marked.uid)))
    };
    let records: Vec<usize> = firsts.chain(rest).filter(&mut once).copied().collect();
    let cited: Vec<usize> = records.iter().take(CITED_MAX).copied().collect();
    let [text, text_ja] = sentence(baseline, case);
    let effect = if done { Effect::Success } else { Effect::Attempt };
    Some(Joined {
        rule: Arc::clone(rule),
        effect,
        group: case.mark ^ u64::from(case.day).rotate_left(40),
        first,
        last,
        count: records.len() as u64,
        marks: some(cited),
        detail: Some(Detail {
            reached: if done { Reached::Executed } else { Reached::Rejected },
            confidence: match case.found {
                Found::Strong => 0.7,
                Found::Several => 0.5,
                Found::One(_) => 0.3,
            },
            text,
            text_ja,
            door: None,
            taken: None,
            blocks: Vec::new(),
        }),
    })
}
