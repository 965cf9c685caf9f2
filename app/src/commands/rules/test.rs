//! `yagura rules test`: each rule against the records of the page beside it.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use detectors::sigma::Sigma;
use model::Error;
use serde_json::{Value, json};

use super::{at, deliver, text_of, trial};
use crate::args::Chosen;
use crate::assemble::read_text;
use crate::exit::{DONE, FOUND, Failure, NOTHING};
use crate::rules;

const FIRES: &str = "## Fires";
const SILENT: &str = "## Stays silent";

/// A fenced log on a page.
struct Case {
    line: usize,
    fires: bool,
    /// The kind of log that the fence names after its language.
    source: Option<String>,
    log: String,
}

/// Runs the verb; gives the exit code.
pub fn run(chosen: &Chosen) -> Result<u8, Failure> {
    let (settings, _) = rules::settings(&chosen.rules)?;
    let log_sources = rules::log_sources(&sources::all());
    let mut list = Vec::new();
    for (file, text) in rules::texts(&chosen.rules)? {
        let Some(page) = page(&file)? else {
            list.push(json!({"file": file, "cases": 0, "why": "no page of cases beside it"}));
            continue;
        };
        let own = [(file.clone(), text)];
        let (sigma, problems) = Sigma::load_with(&own, &log_sources, &settings);
        if sigma.is_empty() {
            let why = problems.first().map(ToString::to_string).unwrap_or_default();
            list.push(json!({"file": file, "cases": 0, "failures": [{"why": why}]}));
            continue;
        }
        let cases = cases(&page);
        let failures: Vec<Value> = cases.iter().filter_map(|case| failure(&sigma, case)).collect();
        list.push(json!({"file": file, "cases": cases.len(), "failures": failures}));
    }
    let count = |of: &dyn Fn(&Value) -> u64| list.iter().map(of).sum::<u64>();
    let cases = count(&|one| at(one, "cases").as_u64().unwrap_or(0));
    let failed = count(&|one| at(one, "failures").as_array().map_or(0, Vec::len) as u64);
    let untested = count(&|one| u64::from(*at(one, "cases") == 0));
    let answer = json!({
        "schema": "yagura.rules.test/1", "files": list.len(), "cases": cases, "failed": failed,
        "without_cases": untested, "rules": list,
    });
    deliver(chosen, "text", &answer, &mut text)?;
    Ok(match (cases, failed) {
        (0, 0) => NOTHING,
        (_, 0) => DONE,
        _ => FOUND,
    })
}

/// The page beside a rule file, if there is one.
fn page(file: &str) -> Result<Option<String>, Error> {
    let builtin = detectors::builtin_pages().iter().find(|(name, _)| *name == file);
    if let Some((_, page)) = builtin {
        return Ok(Some((*page).to_owned()));
    }
    let path = Path::new(file).with_extension("md");
    if fs::metadata(&path).is_err() { Ok(None) } else { read_text(&path).map(Some) }
}

/// The fenced logs below the two headings.
fn cases(page: &str) -> Vec<Case> {
    let mut out: Vec<Case> = Vec::new();
    let mut section = None;
    let mut open: Option<Case> = None;
    for (number, line) in page.lines().enumerate() {
        if let Some(case) = &mut open {
            if line.trim_end() == "```" {
                out.extend(open.take());
            } else {
                case.log.extend([line, "\n"]);
            }
        } else if let (Some(words), Some(fires)) = (line.strip_prefix("```"), section) {
            let source = words.split_whitespace().nth(1).map(str::to_owned);
            open = Some(Case { line: number + 1, fires, source, log: String::new() });
        } else if line.starts_with("## ") {
            section = match line.trim_end() {
                FIRES => Some(true),
                SILENT => Some(false),
                _ => None,
            };
        }
    }
    out.extend(open);
    out
}

/// What is wrong with a case, if anything.
fn failure(sigma: &Sigma, case: &Case) -> Option<Value> {
    let why = match judged(sigma, case) {
        Ok(fired) if fired == case.fires => return None,
        Ok(true) => "fires, and should stay silent".to_owned(),
        Ok(false) => "stays silent, and should fire".to_owned(),
        Err(why) => why,
    };
    let section = if case.fires { "Fires" } else { "Stays silent" };
    Some(json!({"line": case.line, "section": section, "why": why}))
}

fn judged(sigma: &Sigma, case: &Case) -> Result<bool, String> {
    let source = match &case.source {
        Some(name) => {
            let known = sources::find(name);
            Some(known.ok_or_else(|| format!("there is no kind of log named {name:?}"))?)
        }
        None => None,
    };
    let trial = trial::run(sigma, case.log.as_bytes(), source)
        .ok_or("no kind of log knows these records (name it after the fence: ```json aws.waf)")?;
    if let Some(why) = trial.rejects.first() {
        return Err(format!("a record cannot be read: {why}"));
    }
    if trial.events == 0 {
        return Err("holds no record".to_owned());
    }
    Ok(!trial.fired.is_empty())
}

fn text(answer: &Value, to: &mut dyn Write) -> io::Result<()> {
    for rule in at(answer, "rules").as_array().into_iter().flatten() {
        for failure in at(rule, "failures").as_array().into_iter().flatten() {
            let (file, why) = (text_of(at(rule, "file")), text_of(at(failure, "why")));
            let (line, section) = (text_of(at(failure, "line")), text_of(at(failure, "section")));
            writeln!(to, "FAIL  {file}: case at line {line} of its page ({section}): {why}")?;
        }
    }
    let part = |key: &str| text_of(at(answer, key));
    writeln!(
        to,
        "{} rule files, {} cases, {} failed; {} files have no cases",
        part("files"),
        part("cases"),
        part("failed"),
        part("without_cases")
    )
}
