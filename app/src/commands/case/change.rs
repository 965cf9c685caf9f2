//! The verbs of `yagura case` that change one case.

use model::Error;
use model::case::{Case, Deed, LinkKind, Note, Resolution};
use model::seam::ledger::Ledger;

use super::{language, number, open, status, words, write};
use crate::case_args::{CaseWhat, Common};
use crate::exit::{DONE, Failure};
use crate::{assemble, state};

/// What an action can have come to.
const OUTCOMES: &[&str] = &["done", "failed", "undone"];

/// Runs one of them.
pub fn run(what: &CaseWhat) -> Result<u8, Failure> {
    match what {
        CaseWhat::Note { case, text, common } => {
            change(case, common, &mut |case, now| Ok(note(case, now, text)))
        }
        CaseWhat::Act { case, action, outcome, common } => {
            if !OUTCOMES.contains(&outcome.as_str()) {
                let what = format!("there is no outcome {outcome:?}");
                let remedy = format!("Choose one of: {}.", OUTCOMES.join(", "));
                return Err(Error::user(what, remedy).into());
            }
            change(case, common, &mut |case, now| Ok(act(case, now, action, outcome)))
        }
        CaseWhat::Assign { case, owner, common } => {
            change(case, common, &mut |case, _| Ok(assign(case, owner)))
        }
        CaseWhat::Status { case, status: word, common } => {
            let wanted = status(word)?;
            if wanted == model::case::Status::Closed {
                let remedy = "Use `yagura case close CASE --resolution …`.";
                return Err(Error::user("closing needs a resolution", remedy).into());
            }
            change(case, common, &mut |case, _| {
                let old = case.status;
                case.reopen(wanted);
                let moved = old != wanted;
                let said = || format!("status: {} to {}", old.word(), wanted.word());
                Ok(moved.then(said).into_iter().collect())
            })
        }
        CaseWhat::Close { case, resolution, reason, of, common } => {
            close(case, resolution, reason.as_deref(), of.as_deref(), common)
        }
        _ => Ok(DONE),
    }
}

type Changer<'c> = &'c mut dyn FnMut(&mut Case, &engine::cases::Now) -> Result<Vec<String>, Error>;

fn change(name: &str, common: &Common, how: Changer<'_>) -> Result<u8, Failure> {
    let json = assemble::is_json(&common.format)?;
    let mut ledger = open(common)?;
    let now = state::now(common.by.as_deref());
    let wanted = number(name)?;
    let case = engine::cases::change(&mut ledger, &now, wanted, &mut |case| how(case, &now))?;
    let audit = ledger.audit(case.number)?;
    assemble::deliver(common.output.output.as_deref(), &mut |to| {
        if json {
            return writeln!(to, "{:#}", write::whole(&case, &audit));
        }
        write::table(std::slice::from_ref(&case), language(common), to)
    })?;
    Ok(DONE)
}

fn note(case: &mut Case, now: &engine::cases::Now, text: &str) -> Vec<String> {
    let text = model::redact(text).into_owned();
    case.notes.push(Note { at: now.at, who: now.who.clone(), text, from: None });
    vec!["note written".to_owned()]
}

fn act(case: &mut Case, now: &engine::cases::Now, action: &str, outcome: &str) -> Vec<String> {
    if let Some(check) = case.checklist.iter_mut().find(|check| check.id == action) {
        check.done = outcome == "done";
    }
    case.actions.push(Deed {
        at: now.at,
        who: now.who.clone(),
        action: action.to_owned(),
        outcome: outcome.to_owned(),
    });
    vec![format!("action {action}: {outcome}")]
}

fn assign(case: &mut Case, owner: &str) -> Vec<String> {
    let owner = Some(owner.trim().to_owned()).filter(|owner| !owner.is_empty());
    if case.owner == owner {
        return Vec::new();
    }
    let said = format!("owner: {}", owner.as_deref().unwrap_or("nobody"));
    case.owner = owner;
    vec![said]
}

fn close(
    name: &str,
    resolution: &str,
    reason: Option<&str>,
    of: Option<&str>,
    common: &Common,
) -> Result<u8, Failure> {
    let resolution = Resolution::parse(resolution).ok_or_else(|| {
        let known: Vec<&str> = Resolution::ALL.iter().map(|one| one.word()).collect();
        let remedy = format!("Choose one of: {}.", known.join(", "));
        Error::user(format!("there is no resolution {resolution:?}"), remedy)
    })?;
    let of = of.map(number).transpose()?;
    if let Some(of) = of {
        super::find(&open(common)?, &of.to_string())?;
    }
    let done = change(name, common, &mut |case, now| {
        let mut said = Vec::new();
        if case.status != model::case::Status::Closed || case.resolution != Some(resolution) {
            case.close(resolution, now.at);
            said.push(format!("closed: {}", resolution.word()));
        }
        if let Some(of) = of.filter(|of| *of != case.number)
            && case.link(LinkKind::DuplicateOf, of, "closed as a duplicate")
        {
            said.push(format!("duplicate of C-{of}"));
        }
        if let Some(reason) = reason {
            said.extend(note(case, now, reason));
        }
        Ok(said)
    })?;
    if resolution == Resolution::FalsePositive {
        assemble::note(common.output.quiet, words::of(language(common)).false_positive);
    }
    Ok(done)
}
