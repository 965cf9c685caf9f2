//! `yagura respond undo`: brings back what was there before, last step first.

use model::Error;
use serde_json::Value;

use super::cloud::Clients;
use super::journal::{Journal, Word};
use crate::exit::{DONE, Failure};
use crate::respond_args::Cloud;
use crate::{assemble, state};

/// Runs the verb; gives the exit code.
pub fn run(options: &Cloud, expired: bool) -> Result<u8, Failure> {
    let plan = super::read(&options.plan)?;
    let mut journal = Journal::open(&options.plan, &plan)?;
    let now = state::now(options.by.as_deref());
    let mut clients = Clients::new(options);
    for step in plan.steps.iter().rev() {
        let Some(progress) = journal.progress().remove(&step.id) else { continue };
        if !matches!(progress.word, Word::Begun | Word::Done | Word::Undoing) {
            continue;
        }
        let age = u64::try_from(now.at - progress.at).unwrap_or(0);
        if expired && step.expires_after.is_none_or(|after| age < after) {
            continue;
        }
        let named = format!("{} {} {}", step.id, step.action, step.target.value);
        if step.undo.is_none() {
            assemble::note(false, &format!("{named}: cannot be undone"));
            continue;
        }
        if !options.yes_i_approve {
            assemble::note(false, &format!("{named}: would be undone"));
            continue;
        }
        let responder = clients.responder(step)?;
        journal.write(&now.who, Word::Undoing, &step.id, Value::Null, "")?;
        if let Err(failure) = responder.undo(step, &progress.before) {
            journal.write(&now.who, Word::Failed, &step.id, Value::Null, &failure.what)?;
            let what = format!("{named}: {}", failure.what);
            let remedy = format!("{} The same command goes on from here.", failure.remedy);
            return Err(Error { what, remedy, ..failure }.into());
        }
        journal.write(&now.who, Word::Undone, &step.id, Value::Null, "")?;
        assemble::note(false, &format!("{named}: undone"));
    }
    if !options.yes_i_approve {
        assemble::note(false, "nothing was changed: to undo it, add --yes-i-approve");
    }
    Ok(DONE)
}
