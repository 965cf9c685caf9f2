//! The evidence chain as text.

use std::io::{self, Write};

use model::text::printable;
use serde_json::Value;

use super::words::Words;
use super::{list, word};

/// The longest sentence or record on the screen, in characters.
const TEXT_MAX: usize = 2_000;
/// Records shown of a step.
const RECORDS_MAX: usize = 8;

/// Writes it.
pub fn write(chain: &Value, words: &Words, to: &mut dyn Write) -> io::Result<()> {
    let [number, of] = ["incident", "incidents"].map(|key| number(chain, key));
    writeln!(
        to,
        "{} {number}/{of}  {}  {}  ({} {})",
        words.incident,
        word(chain, "severity").to_uppercase(),
        text(word(chain, "title")),
        words.confidence,
        confidence(chain),
    )?;
    writeln!(to, "{}", word(chain, "uid"))?;
    if chain.get("step").is_none_or(Value::is_null) {
        head(chain, words, to)?;
    }
    writeln!(to, "\n{}", words.steps)?;
    for step in list(chain, "steps") {
        write_step(step, words, to)?;
    }
    Ok(())
}

fn head(chain: &Value, words: &Words, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "\n{}", words.joins)?;
    let joins = list(chain, "joins");
    if joins.is_empty() {
        writeln!(to, "  {}", words.alone)?;
    }
    for join in joins {
        let (class, text) = (word(join, "class"), text(word(join, "text")));
        writeln!(to, "  {class:<8} {}  {text}", confidence(join))?;
        writeln!(to, "           {}", ids(list(join, "findings")))?;
    }
    for it in list(chain, "findings") {
        let (uid, severity) = (word(it, "uid"), word(it, "severity"));
        writeln!(to, "    {uid:<5} {severity:<8} {}", text(word(it, "text")))?;
    }
    let entry = chain.get("entry").into_iter().map(|it| (words.entry, it));
    let causes = list(chain, "root_cause").iter().map(|it| (words.cause, it));
    for (title, claim) in entry.chain(causes) {
        writeln!(to, "\n{title}\n  {}", text(word(claim, "text")))?;
        let sure = claim.get("confidence").map(|_| confidence(claim));
        let sure = sure.map(|sure| format!("{} {sure}  ", words.confidence)).unwrap_or_default();
        writeln!(to, "  {sure}{}", ids(list(claim, "evidence")))?;
    }
    Ok(())
}

fn write_step(step: &Value, words: &Words, to: &mut dyn Write) -> io::Result<()> {
    let mark = match word(step, "effect") {
        "impact" => "▲",
        "success" => "●",
        _ => "○",
    };
    let (n, start) = (number(step, "n"), word(step, "start"));
    writeln!(to, "  {n:>3}  {start}  {mark} {}", text(word(step, "text")))?;
    let causes = list(step, "caused_by");
    for cause in causes {
        let n = number(cause, "step");
        writeln!(to, "       ← {} {n}: {}", words.because, text(word(cause, "why")))?;
    }
    if causes.is_empty() {
        writeln!(to, "       ← {}", words.no_cause)?;
    }
    let findings = list(step, "findings");
    let found = if findings.is_empty() {
        String::new()
    } else {
        format!("  {} {}", words.findings, ids(findings))
    };
    writeln!(to, "       {} {}{found}", words.confidence, confidence(step))?;
    let records = list(step, "records");
    for record in records.iter().take(RECORDS_MAX) {
        let place = format!("{}:{}", word(record, "file"), number(record, "line"));
        let digest = word(record, "sha256").get(..16).unwrap_or_default();
        let (id, source) = (word(record, "id"), word(record, "source"));
        writeln!(to, "       {id}  {source}  {}  sha256 {digest}…", text(&place))?;
        if let Some(raw) = record.get("raw").and_then(Value::as_str) {
            writeln!(to, "           {}", text(raw))?;
        }
    }
    let left = records.len().saturating_sub(RECORDS_MAX);
    if left > 0 {
        writeln!(to, "       (+{left} {})", words.more)?;
    }
    Ok(())
}

fn text(text: &str) -> String {
    printable(text, TEXT_MAX).into_owned()
}

fn number(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).unwrap_or_default()
}

fn confidence(value: &Value) -> String {
    format!("{:.2}", value.get("confidence").and_then(Value::as_f64).unwrap_or_default())
}

fn ids(list: &[Value]) -> String {
    list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
}
