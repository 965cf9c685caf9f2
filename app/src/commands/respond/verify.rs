//! `yagura respond verify`: whether what was done still holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::Severity;
use model::response::Plan;
use model::seam::report::Language;
use model::seam::responder::Stand;

use super::apply::facts;
use super::cloud::Clients;
use super::journal::{Journal, Word};
use super::uses::{Count, Uses, Wanted};
use crate::commands::investigate::Look;
use crate::exit::{DONE, FOUND, Failure};
use crate::respond_args::Verify;
use crate::{args, assemble};

/// What acts by itself; roles and machines go on to be used by others.
const ACTORS: &[&str] = &["access_key", "ip", "user"];
/// Nanoseconds of a second.
const NANOS: i64 = 1_000_000_000;

/// Runs the verb; gives the exit code.
pub fn run(whole: &Verify) -> Result<u8, Failure> {
    let options = &whole.cloud;
    let plan = super::read(&options.plan)?;
    let journal = Journal::open(&options.plan, &plan)?;
    let (progress, facts) = (journal.progress(), facts(&journal));
    let done =
        |id: &str| progress.get(id).is_some_and(|it| matches!(it.word, Word::Done | Word::Already));
    // What a later step took back need not hold any more.
    let ended: BTreeSet<&String> = plan
        .steps
        .iter()
        .filter(|step| done(&step.id))
        .filter_map(|step| step.parameters.get("ends"))
        .collect();
    let mut clients = Clients::new(options);
    let mut missing = 0;
    for step in plan.steps.iter().filter(|step| !ended.contains(&step.id)) {
        let said = if done(&step.id) {
            match clients.responder(step)?.look(step, &facts)? {
                Stand::Done => "holds".to_owned(),
                Stand::Ready(_) => "does not hold".to_owned(),
                Stand::Surprise(what) => format!("does not hold: {what}"),
            }
        } else {
            "is not done".to_owned()
        };
        missing += usize::from(said != "holds");
        let (id, action, target) = (&step.id, &step.action, &step.target.value);
        assemble::note(false, &format!("{id} {action} {target}: {said}"));
    }
    let newer = Newer { logs: &whole.logs, reading: &whole.reading, rules: &whole.rules };
    missing += newer.look(&plan, &journal)?;
    Ok(if missing > 0 { FOUND } else { DONE })
}

/// Logs that were written after the plan was applied.
struct Newer<'o> {
    logs: &'o [String],
    reading: &'o args::Reading,
    rules: &'o args::Rules,
}

impl Newer<'_> {
    /// Says of the intruder's addresses, keys and users whether they still act; how many do.
    fn look(&self, plan: &Plan, journal: &Journal) -> Result<usize, Failure> {
        if self.logs.is_empty() {
            return Ok(0);
        }
        let progress = journal.progress();
        let done = progress.values().filter(|it| matches!(it.word, Word::Done | Word::Already));
        let Some(end) = done.map(|it| it.at).max() else {
            assemble::note(false, "nothing is done yet: there is no after");
            return Ok(1);
        };
        // What was done against it, each target once; what was left out since the end of the plan.
        let mut moments: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        for step in &plan.steps {
            let at = progress.get(&step.id).map_or(end, |it| it.at);
            let key = (step.target.kind.as_str(), step.target.value.as_str());
            let known = moments.entry(key).or_insert(at);
            *known = (*known).max(at);
        }
        for left in &plan.left_out {
            moments.entry((&left.target.kind, &left.target.value)).or_insert(end);
        }
        moments.retain(|(kind, _), _| ACTORS.contains(kind));
        let wanted = moments.iter().map(|((kind, value), at)| Wanted {
            kind: (*kind).to_owned(),
            value: (*value).to_owned(),
            until: at.saturating_mul(NANOS),
        });
        let uses = Uses::new(wanted.collect(), BTreeSet::new(), BTreeSet::new());
        let uses = Arc::new(uses);
        self.read(&uses)?;
        let (counts, last) = uses.take();
        let covered = last.is_some_and(|last| last >= end.saturating_mul(NANOS));
        if !covered {
            let text = "these logs end before the plan was done: whether it ended cannot be said";
            assemble::note(false, text);
        }
        let mut going = usize::from(!covered);
        for (((kind, value), _), count) in moments.iter().zip(counts) {
            let Count { before, after, after_done, .. } = count;
            let said = match (covered, after_done) {
                (_, 1..) => "goes on",
                (true, 0) => "ended",
                (false, 0) => "not seen any more",
            };
            going += usize::from(after_done > 0);
            let text = format!(
                "{kind} {value}: {said}; {before} before, {after} after ({after_done} not refused)"
            );
            assemble::note(false, &text);
        }
        Ok(going)
    }

    fn read(&self, uses: &Arc<Uses>) -> Result<(), Failure> {
        let look = Look {
            paths: self.logs,
            reading: self.reading,
            rules: self.rules,
            window: [None, None],
            assets: None,
            prices: None,
            baseline: None,
            state: None,
            language: Language::English,
            min_severity: Severity::Informational,
            cite: false,
            quiet: false,
        };
        look.counted(uses)
    }
}
