//! `yagura rules`: list, lint, test, explain, coverage.

mod coverage;
mod explain;
mod lint;
mod list;
mod test;
mod trial;

use std::io::{self, Write};

use serde_json::Value;

use crate::args::{Chosen, RulesVerb, RulesWhat};
use crate::assemble;
use crate::exit::Failure;

/// Runs the verb; gives the exit code.
pub fn run(options: &RulesVerb) -> Result<u8, Failure> {
    match &options.what {
        RulesWhat::List(chosen) => list::run(chosen),
        RulesWhat::Lint(chosen) => lint::run(chosen),
        RulesWhat::Test(chosen) => test::run(chosen),
        RulesWhat::Explain { rule, path, reading, chosen } => {
            explain::run(rule, path, reading, chosen)
        }
        RulesWhat::Coverage(chosen) => coverage::run(chosen),
    }
}

/// Writes an answer, as JSON or as text made of it.
fn deliver(
    chosen: &Chosen,
    default: &str,
    answer: &Value,
    text: &mut dyn FnMut(&Value, &mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let as_json = assemble::is_json(chosen.format.as_deref().unwrap_or(default))?;
    assemble::deliver(chosen.output.output.as_deref(), &mut |to| {
        if as_json { writeln!(to, "{answer:#}") } else { text(answer, to) }
    })
}

/// The texts of an answer's list, made safe to print.
fn text_of(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    model::text::printable(&text, 2_000).into_owned()
}

/// A member of an answer; null where it is missing.
fn at<'v>(value: &'v Value, key: &str) -> &'v Value {
    value.get(key).unwrap_or(&Value::Null)
}
