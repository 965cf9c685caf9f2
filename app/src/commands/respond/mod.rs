//! `yagura respond`: plan, approve, apply, verify, undo.

mod apply;
mod approve;
mod cloud;
mod journal;
mod plan;
mod policy;
mod show;
mod undo;
pub mod uses;
mod verify;

use std::path::Path;

use model::Error;
use model::response::{Plan, SCHEMA};

use crate::exit::Failure;
use crate::respond_args::{Respond, RespondWhat};

/// The largest plan that is read, in bytes.
const PLAN_MAX: u64 = 64 << 20;

/// Runs the verb; gives the exit code.
pub fn run(options: &Respond) -> Result<u8, Failure> {
    match &options.what {
        RespondWhat::Plan(options) => plan::run(options),
        RespondWhat::Approve { plan, by } => approve::run(plan, by.as_deref()),
        RespondWhat::Apply { cloud, steps } => apply::run(cloud, *steps),
        RespondWhat::Verify(options) => verify::run(options),
        RespondWhat::Undo { cloud, expired } => undo::run(cloud, *expired),
        RespondWhat::Show { plan, format, output } => show::run(plan, format, output),
        RespondWhat::Policy { plan, account } => policy::run(plan, account.as_deref()),
    }
}

/// Reads a plan; refuses one that is not what its hash says.
fn read(path: &Path) -> Result<Plan, Error> {
    let shown = path.display();
    let wrong = |why: String| {
        Error::user(format!("{shown}: {why}"), "Make a plan with `yagura respond plan`.")
    };
    let size = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
    if size > PLAN_MAX {
        return Err(wrong("too large for a plan".into()));
    }
    let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let plan: Plan = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    if plan.schema != SCHEMA {
        return Err(wrong(format!("its shape is {:?}, not {SCHEMA}", plan.schema)));
    }
    if plan.digest() != plan.hash {
        return Err(wrong("it was changed after it was made: its hash does not fit".into()));
    }
    Ok(plan)
}
