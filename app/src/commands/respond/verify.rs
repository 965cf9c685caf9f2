//! `yagura respond verify`: whether what was done still holds.

use std::collections::BTreeSet;

use model::seam::responder::Stand;

use super::apply::facts;
use super::cloud::Clients;
use super::journal::{Journal, Word};
use crate::assemble;
use crate::exit::{DONE, FOUND, Failure};
use crate::respond_args::Cloud;

/// Runs the verb; gives the exit code.
pub fn run(options: &Cloud) -> Result<u8, Failure> {
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
    Ok(if missing > 0 { FOUND } else { DONE })
}
