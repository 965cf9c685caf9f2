//! The verdict for a terminal.

use std::io::{self, Write};

use model::text::printable;
use model::verdict::Verdict;

use super::{open, subject};

/// How many vulnerabilities are told one by one.
const TOLD: usize = 200;
/// The longest text that is shown in a line.
const LONGEST: usize = 300;

/// Writes it.
pub fn write(verdict: &Verdict, to: &mut dyn Write) -> io::Result<()> {
    let show = |text: &str| printable(text, LONGEST).into_owned();
    writeln!(to, "{}: {}", verdict.answer.to_string().to_uppercase(), show(&subject(verdict)))?;
    writeln!(
        to,
        "{} components ({} unidentified, {} listed again), {} advisories, newest {}",
        verdict.total,
        verdict.unidentified,
        verdict.duplicates,
        verdict.advisories,
        show(verdict.newest.as_deref().unwrap_or("unknown")),
    )?;
    let ignored = verdict.vulnerabilities.len() - open(verdict).count();
    writeln!(to, "{} vulnerabilities, {ignored} of them ignored", verdict.vulnerabilities.len())?;
    for found in open(verdict).take(TOLD) {
        let fixed = found.fixed_in.first().map_or("no fix known", String::as_str);
        writeln!(
            to,
            "  {:<5} {:<8} {}  {}  fixed in: {}\n        {}",
            found.decision.to_string(),
            found.severity.to_string(),
            show(&found.id),
            show(&found.purl),
            show(fixed),
            show(&found.reason),
        )?;
    }
    for reason in verdict.reasons.iter().take(TOLD) {
        writeln!(to, "- {}\n  {}", printable(&reason.text, 2000), show(&reason.remedy))?;
    }
    Ok(())
}
