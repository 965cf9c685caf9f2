//! Correlation rules over the marks of a whole run.

use std::sync::Arc;

use ::sigma::{Correlator, Hit, Key, Limits, Problem, Ruleset, Spent};
use model::finding::{Effect, Rule, RuleKind};
use model::seam::detector::{Joined, Marked};

use super::effect::Effects;
use super::rule;

/// What findings say of the correlations, by number, and what they show.
pub fn rules(ruleset: &Ruleset, problems: &mut Vec<Problem>) -> Vec<(Arc<Rule>, Effects)> {
    let of = |meta| {
        let effects = Effects::of(meta, problems);
        let rule = Rule { kind: RuleKind::Correlation, ..rule::of(meta, effects.on_success) };
        (Arc::new(rule), effects)
    };
    ruleset.correlations().rules().map(of).collect()
}

/// Runs the correlations over marks in order of time.
pub fn join(
    ruleset: &Ruleset,
    rules: &[(Arc<Rule>, Effects)],
    marks: &[Marked],
) -> (Vec<Joined>, Vec<String>) {
    let mut correlator = Correlator::new(ruleset.correlations(), Limits::default());
    for (record, marked) in marks.iter().enumerate() {
        let keys =
            marked.mark.keys.iter().map(|(group, value)| Key { group: *group, value: *value });
        correlator.push(Hit {
            start: marked.time.start,
            end: marked.time.end,
            rule: marked.mark.rule,
            uid: marked.uid,
            record: record as u64,
            tag: tag(marked.mark.effect),
            keys: keys.collect(),
        });
    }
    let (matches, spent) = correlator.finish();
    let time = |start: i64| {
        marks.get(marks.partition_point(|marked| marked.time.start < start)).map(|m| m.time)
    };
    let joined = matches.into_iter().filter_map(|one| {
        let (rule, effects) = rules.get(one.correlation)?;
        Some(Joined {
            rule: Arc::clone(rule),
            effect: shown(*effects, one.tag),
            group: one.group,
            first: time(one.first)?,
            last: time(one.last)?,
            count: one.count,
            marks: one.records.iter().map(|record| *record as usize).collect(),
            detail: None,
        })
    });
    (joined.collect(), told(spent))
}

/// Effects in order.
fn tag(effect: Effect) -> u8 {
    match effect {
        Effect::Attempt => 0,
        Effect::Success => 1,
        Effect::Impact => 2,
    }
}

/// What a match shows: attempts together are an attempt; where a deed was done among them, what
/// the rule says, and never less than the deed itself showed.
fn shown(effects: Effects, tag: u8) -> Effect {
    match tag {
        0 => Effect::Attempt,
        1 => effects.on_success,
        _ => Effect::Impact,
    }
}

fn told(spent: Spent) -> Vec<String> {
    let Spent { groups, events, matches, .. } = spent;
    let lines = [
        (groups, "groups of correlation rules were forgotten for want of room"),
        (events, "events and values of correlation rules were forgotten for want of room"),
        (matches, "matches of correlation rules were not kept"),
    ];
    let told = lines.into_iter().filter(|(count, _)| *count > 0);
    told.map(|(count, what)| format!("{count} {what}")).collect()
}
