//! The verdict as Markdown, for the comment of a pull request.

use std::io::{self, Write};

use model::verdict::Verdict;

use super::{open, subject};
use crate::escape;

/// How many rows a comment has.
const ROWS: usize = 50;

/// The longest cell, in characters.
const CELL_MAX: usize = 300;

fn cell(text: &str) -> String {
    escape::markdown(text, CELL_MAX)
}

/// Writes it.
pub fn write(verdict: &Verdict, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "## Gate: {} ({})\n", verdict.answer, cell(&subject(verdict)))?;
    writeln!(
        to,
        "{} components, {} advisories, {} vulnerabilities.\n",
        verdict.total,
        verdict.advisories,
        verdict.vulnerabilities.len()
    )?;
    if open(verdict).next().is_some() {
        writeln!(to, "| decision | severity | id | component | fixed in | why |")?;
        writeln!(to, "| --- | --- | --- | --- | --- | --- |")?;
        for found in open(verdict).take(ROWS) {
            writeln!(
                to,
                "| {} | {} | {} | {} | {} | {} |",
                found.decision,
                found.severity,
                cell(&found.id),
                cell(&found.purl),
                cell(&found.fixed_in.join(", ")),
                cell(&found.reason),
            )?;
        }
        let more = open(verdict).count().saturating_sub(ROWS);
        if more > 0 {
            writeln!(to, "\n{more} more are not shown.")?;
        }
        writeln!(to)?;
    }
    for reason in verdict.reasons.iter().take(ROWS) {
        writeln!(to, "- {} **{}**", cell(&reason.text), cell(&reason.remedy))?;
    }
    Ok(())
}
