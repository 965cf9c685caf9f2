//! Workflow commands of GitHub Actions: an annotation for each thing to look at.

use std::io::{self, Write};

use model::verdict::{Answer, Decision, Verdict};

use super::{file, line, open, subject};

/// How many annotations one run gives; GitHub shows fewer.
const MOST: usize = 50;

/// A value: what would end the command is encoded, as the runner decodes it.
fn value(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    value(text).replace(':', "%3A").replace(',', "%2C")
}

/// Writes it.
pub fn write(verdict: &Verdict, to: &mut dyn Write) -> io::Result<()> {
    for found in open(verdict).take(MOST) {
        let word = if found.decision == Decision::Block { "error" } else { "warning" };
        let title = format!("{} in {}", found.id, found.name);
        let fixed = found.fixed_in.first().map_or("no fix is known", String::as_str);
        let text = format!("{}: {}; fixed in {fixed}", found.purl, found.reason);
        let (file, title) = (property(file(found)), property(&title));
        writeln!(to, "::{word} file={file},line={},title={title}::{}", line(found), value(&text))?;
    }
    let word = match verdict.answer {
        Answer::Pass => "notice",
        Answer::Warn => "warning",
        Answer::Block | Answer::Undecided => "error",
    };
    for reason in verdict.reasons.iter().take(MOST) {
        let text = format!("{} {}", reason.text, reason.remedy);
        writeln!(to, "::{word} title={}::{}", property(&reason.rule), value(&text))?;
    }
    writeln!(
        to,
        "::{word} title=gate::{}",
        value(&format!("{}: {}", verdict.answer, subject(verdict)))
    )
}
