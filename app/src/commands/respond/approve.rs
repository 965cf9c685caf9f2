//! `yagura respond approve`: binds a person to a plan as it stands.

use std::path::Path;

use model::Error;
use serde_json::Value;

use super::journal::{Journal, Word};
use crate::exit::{DONE, Failure};
use crate::{assemble, state};

/// Runs the verb; gives the exit code.
pub fn run(path: &Path, by: Option<&str>) -> Result<u8, Failure> {
    let plan = super::read(path)?;
    let who = state::now(by).who;
    if who.trim().is_empty() || who == "unknown" {
        return Err(Error::user("nobody approves", "Say who: --by NAME.").into());
    }
    let mut journal = Journal::open(path, &plan)?;
    if !journal.approvers().contains(&who) {
        journal.write(&who, Word::Approved, "", Value::Null, "")?;
    }
    let all = journal.approvers();
    let names: Vec<&str> = all.iter().map(String::as_str).collect();
    let text = format!("plan {} is approved by {}", plan.hash, names.join(", "));
    assemble::note(false, &text);
    Ok(DONE)
}
