//! `yagura respond show`: a plan, who approved it, how far it is.

use std::path::Path;

use model::response::InLogs;
use model::text::printable;
use serde_json::json;

use super::journal::Journal;
use crate::args::Output;
use crate::assemble;
use crate::exit::{DONE, Failure};

/// The longest text of a plan on the screen, in characters.
const TEXT_MAX: usize = 2_000;

/// A text of the plan, harmless on a terminal.
fn clean(text: &str) -> std::borrow::Cow<'_, str> {
    printable(text, TEXT_MAX)
}

/// Runs the verb; gives the exit code.
pub fn run(path: &Path, format: &str, output: &Output) -> Result<u8, Failure> {
    let plan = super::read(path)?;
    let journal = Journal::open(path, &plan)?;
    let json = assemble::is_json(format)?;
    let progress = journal.progress();
    assemble::deliver(output.output.as_deref(), &mut |to| {
        if json {
            let whole = json!({"plan": plan, "journal": journal.entries()});
            return writeln!(to, "{whole:#}");
        }
        writeln!(to, "{}\n{}\n", clean(&plan.title), plan.hash)?;
        for step in &plan.steps {
            let word = progress.get(&step.id).map(|it| format!("  [{:?}]", it.word));
            let (id, tier, action) = (&step.id, step.tier, clean(&step.action));
            let target = clean(&step.target.value);
            writeln!(to, "{id:<4} {tier:?} {action} {target}{}", word.unwrap_or_default())?;
            let (account, region) = (clean(&step.account), clean(&step.region));
            writeln!(to, "     {}  ({account} {region})", clean(&step.text))?;
            writeln!(to, "     {}", clean(&step.why))?;
            if !step.caution.is_empty() {
                writeln!(to, "     ! {}", clean(&step.caution))?;
            }
            let cited: Vec<&str> = step.evidence.iter().map(|cited| cited.id.as_str()).collect();
            let blast = &step.blast_radius;
            let (records, others) = (blast.records, blast.by_others);
            writeln!(to, "     {}  {records}/{others}", clean(&cited.join(" ")))?;
            if let Some(logs) = &blast.logs {
                let InLogs { records, by_others, clients } = logs;
                writeln!(
                    to,
                    "     {records} in all logs, {by_others} by {clients} other client(s)"
                )?;
            }
        }
        for left in &plan.left_out {
            let (kind, value) = (clean(&left.target.kind), clean(&left.target.value));
            writeln!(to, "-    {kind} {value}: {}", clean(&left.why))?;
        }
        for who in journal.approvers() {
            writeln!(to, "+    {}", clean(&who))?;
        }
        Ok(())
    })?;
    Ok(DONE)
}
