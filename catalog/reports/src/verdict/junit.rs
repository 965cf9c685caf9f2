//! The verdict as JUnit XML: a test case for each vulnerability, and one for the answer.

use std::io::{self, Write};

use model::verdict::{Answer, Decision, Verdict};

/// A text as XML 1.0 allows it.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Writes it.
pub fn write(verdict: &Verdict, to: &mut dyn Write) -> io::Result<()> {
    let all = &verdict.vulnerabilities;
    let blocked = all.iter().filter(|v| v.decision == Decision::Block).count();
    let answer = usize::from(verdict.answer == Answer::Block);
    let undecided = usize::from(verdict.answer == Answer::Undecided);
    writeln!(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        to,
        "<testsuites><testsuite name=\"yagura gate\" tests=\"{}\" failures=\"{}\" errors=\"{undecided}\">",
        all.len() + 1,
        blocked + answer,
    )?;
    for found in all {
        let (name, class) = (escape(&found.id), escape(&found.purl));
        write!(to, "  <testcase classname=\"{class}\" name=\"{name}\">")?;
        let why = escape(&found.reason);
        match found.decision {
            Decision::Block => {
                let fixed = escape(&found.fixed_in.join(", "));
                write!(to, "<failure message=\"{why}\">fixed in: {fixed}</failure>")?;
            }
            Decision::Warn => write!(to, "<system-out>warning: {why}</system-out>")?,
            Decision::Ignore => write!(to, "<skipped message=\"{why}\"/>")?,
        }
        writeln!(to, "</testcase>")?;
    }
    write!(to, "  <testcase classname=\"yagura.gate\" name=\"verdict\">")?;
    let lines: Vec<String> =
        verdict.reasons.iter().map(|r| format!("{} {}", r.text, r.remedy)).collect();
    let text = escape(&lines.join(" | "));
    match verdict.answer {
        Answer::Block => write!(to, "<failure message=\"block\">{text}</failure>")?,
        Answer::Undecided => write!(to, "<error message=\"undecided\">{text}</error>")?,
        _ => write!(to, "<system-out>{}: {text}</system-out>", verdict.answer)?,
    }
    writeln!(to, "</testcase>\n</testsuite></testsuites>")
}
