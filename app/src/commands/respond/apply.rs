//! `yagura respond apply`: does what was approved, step by step, so that it can go on after a crash.

use model::response::{Plan, Step};
use model::seam::responder::{Facts, NOW, Stand};
use model::{Blame, Error, Retry};
use serde_json::Value;

use super::cloud::Clients;
use super::journal::{Journal, Word};
use crate::exit::{DONE, FOUND, Failure};
use crate::respond_args::Cloud;
use crate::{assemble, state};

/// What earlier steps saw before they began, and the time.
pub fn facts(journal: &Journal) -> Facts {
    let all = journal.progress().into_iter();
    let mut facts: Facts =
        all.filter(|(_, it)| !it.before.is_null()).map(|(id, it)| (id, it.before)).collect();
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    facts.insert(NOW.to_owned(), now.into());
    facts
}

/// Runs the verb; gives the exit code.
pub fn run(options: &Cloud, most: Option<usize>) -> Result<u8, Failure> {
    let plan = super::read(&options.plan)?;
    let journal = Journal::open(&options.plan, &plan)?;
    if !options.yes_i_approve {
        return rehearse(options, &plan, &journal);
    }
    let who = state::now(options.by.as_deref()).who;
    let mut run = Run { clients: Clients::new(options), journal, who };
    let mut room = most.unwrap_or(usize::MAX);
    for step in &plan.steps {
        let word = run.journal.progress().get(&step.id).map(|progress| progress.word);
        if matches!(word, Some(Word::Done | Word::Already)) {
            continue;
        }
        // A block whose time has passed is over.
        if word == Some(Word::Undone) && step.expires_after.is_some() {
            continue;
        }
        if matches!(word, Some(Word::Undoing | Word::Undone)) {
            return Err(undone(step).into());
        }
        let have = run.journal.approvers().len();
        if have < step.tier.approvals() {
            waits(step, have);
            return Ok(FOUND);
        }
        if room == 0 {
            assemble::note(false, "more is to be done: run it again");
            return Ok(FOUND);
        }
        room -= 1;
        if let Err(failure) = run.step(step) {
            let failure = explained(step, failure);
            let text = format!("{} {}", failure.what, failure.remedy);
            run.journal.write(&run.who, Word::Failed, &step.id, Value::Null, &text)?;
            return Err(failure.into());
        }
    }
    assemble::note(false, "every step is done");
    Ok(DONE)
}

fn undone(step: &Step) -> Error {
    let what = format!("{}: this plan is undone, or being undone", step.id);
    Error::user(what, "Make a new plan to act again.")
}

fn waits(step: &Step, have: usize) {
    let text = format!(
        "{} {} {} waits for approval: {:?} needs {} different people, {have} approved \
         (`yagura respond approve`)",
        step.id,
        step.action,
        step.target.value,
        step.tier,
        step.tier.approvals(),
    );
    assemble::note(false, &text);
}

fn explained(step: &Step, failure: Error) -> Error {
    let Step { id, action, target, .. } = step;
    let again = match failure.retry {
        Retry::After(_) => "The same command goes on from this step.",
        Retry::Never => "When that is mended, the same command goes on from this step.",
    };
    let blame = if failure.blame == Blame::Us { Blame::Us } else { failure.blame };
    Error {
        blame,
        retry: failure.retry,
        what: format!("{id} {action} {}: {}", target.value, failure.what),
        remedy: format!("{} {again}", failure.remedy),
    }
}

/// A run that changes something.
struct Run<'o> {
    clients: Clients<'o>,
    journal: Journal,
    who: String,
}

impl Run<'_> {
    fn step(&mut self, step: &Step) -> Result<(), Error> {
        let responder = self.clients.responder(step)?;
        let begun = self.journal.progress().remove(&step.id);
        let stand = responder.look(step, &facts(&self.journal))?;
        let word = match (stand, begun) {
            (Stand::Surprise(what), _) => return Err(surprise(what)),
            // A run before this one began it, and was stopped before it could say that it is done.
            (Stand::Done, Some(_)) => Word::Done,
            (Stand::Done, None) => Word::Already,
            (Stand::Ready(_), Some(begun)) => {
                responder.act(step, &begun.before)?;
                Word::Done
            }
            (Stand::Ready(before), None) => {
                self.journal.write(&self.who, Word::Begun, &step.id, before.clone(), "")?;
                responder.act(step, &before)?;
                Word::Done
            }
        };
        self.journal.write(&self.who, word, &step.id, Value::Null, "")?;
        let said = if word == Word::Done { "done" } else { "nothing to do" };
        let Step { id, action, target, .. } = step;
        assemble::note(false, &format!("{id} {action} {}: {said}", target.value));
        Ok(())
    }
}

fn surprise(what: String) -> Error {
    Error::user(what, "This is not what the plan expects: look, then go on or make a new plan.")
}

/// Looks, and says what would be done.
fn rehearse(options: &Cloud, plan: &Plan, journal: &Journal) -> Result<u8, Failure> {
    let mut clients = Clients::new(options);
    let (progress, facts) = (journal.progress(), facts(journal));
    let mut left = false;
    for step in &plan.steps {
        let Step { id, action, target, tier, .. } = step;
        let word = progress.get(id).map(|progress| progress.word);
        let said = if matches!(word, Some(Word::Done | Word::Already)) {
            "is done".to_owned()
        } else {
            left = true;
            match clients.responder(step).and_then(|it| it.look(step, &facts)) {
                Ok(Stand::Done) => "nothing to do".to_owned(),
                Ok(Stand::Ready(_)) => "would be done".to_owned(),
                Ok(Stand::Surprise(what)) => format!("stops: {what}"),
                Err(error) => return Err(explained(step, error).into()),
            }
        };
        assemble::note(false, &format!("{id} {tier:?} {action} {}: {said}", target.value));
    }
    if left {
        let text = "nothing was changed: to do it, approve the plan and add --yes-i-approve";
        assemble::note(false, text);
    }
    Ok(DONE)
}
