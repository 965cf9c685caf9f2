//! `yagura rules lint`: what is wrong with rules, with file, line and remedy.

use std::io::{self, Write};

use serde_json::{Value, json};
use sigma::{LogSource, Meta, Problem, Weight};

use super::list::wanting;
use super::{at, deliver, text_of};
use crate::args::Chosen;
use crate::exit::{DONE, FOUND, Failure};
use crate::rules;

/// Runs the verb; gives the exit code.
pub fn run(chosen: &Chosen) -> Result<u8, Failure> {
    let texts = rules::texts(&chosen.rules)?;
    let (settings, mut problems) = rules::settings(&chosen.rules)?;
    let sources = rules::log_sources(&sources::all());
    let (sigma, more) = detectors::sigma::Sigma::load_with(&texts, &sources, &settings);
    problems.extend(more);
    let broken = problems.iter().filter(|problem| problem.weight == Weight::Error).count();
    let ruleset = sigma.ruleset();
    let kinds: Vec<LogSource> = sources.iter().flat_map(|(_, logs)| logs.iter()).map(own).collect();
    for meta in ruleset.rules().chain(ruleset.correlations().rules()) {
        let line = line_of(&texts, meta);
        let mut tell = |what: String, remedy: &str| {
            let (file, remedy) = (meta.file.clone(), remedy.to_owned());
            let rule = Some(meta.title.clone());
            problems.push(Problem { weight: Weight::Warning, file, line, rule, what, remedy });
        };
        for (what, remedy) in wanting(meta) {
            tell(what.to_owned(), remedy);
        }
        let asks = &meta.log_source;
        if !(kinds.iter().any(|kind| asks.accepts(kind)) || *asks == LogSource::default()) {
            let keys = [
                ("product", &asks.product),
                ("service", &asks.service),
                ("category", &asks.category),
            ];
            let keys =
                keys.iter().filter_map(|(key, value)| Some(format!("{key} {}", value.as_ref()?)));
            let keys = keys.collect::<Vec<_>>().join(", ");
            let remedy = "Choose keys that `yagura sources` lists; else the rule never sees a log.";
            tell(format!("is for {keys}, which no kind of log is"), remedy);
        }
    }
    problems.sort_by(|a, b| (&a.file, a.line, &a.what).cmp(&(&b.file, b.line, &b.what)));
    let list: Vec<Value> = problems.iter().map(told).collect();
    let answer = json!({
        "schema": "yagura.rules.lint/1", "files": texts.len(), "loaded": sigma.len(),
        "not_loaded": broken, "problems": list,
    });
    deliver(chosen, "text", &answer, &mut text)?;
    Ok(if broken > 0 { FOUND } else { DONE })
}

fn own(log: &model::seam::source::LogSource) -> LogSource {
    let own = |text: Option<&str>| text.map(str::to_owned);
    LogSource { product: own(log.product), service: own(log.service), category: own(log.category) }
}

/// The line of a rule's title.
fn line_of(texts: &[(String, String)], meta: &Meta) -> Option<u64> {
    let (_, text) = texts.iter().find(|(file, _)| *file == meta.file)?;
    let is = |line: &str| line.starts_with("title:") && line.contains(&meta.title);
    text.lines().position(is).map(|at| at as u64 + 1)
}

fn told(problem: &Problem) -> Value {
    let weight = if problem.weight == Weight::Error { "error" } else { "warning" };
    json!({
        "weight": weight, "file": problem.file, "line": problem.line, "rule": problem.rule,
        "what": problem.what, "remedy": problem.remedy,
    })
}

fn text(answer: &Value, to: &mut dyn Write) -> io::Result<()> {
    for problem in at(answer, "problems").as_array().into_iter().flatten() {
        let part = |key: &str| text_of(at(problem, key));
        let line = at(problem, "line").as_u64().map_or(String::new(), |line| format!(":{line}"));
        let rule =
            at(problem, "rule").as_str().map_or(String::new(), |rule| format!("rule {rule:?} "));
        writeln!(to, "{}{line}: {}: {rule}{}", part("file"), part("weight"), part("what"))?;
        writeln!(to, "  {}", part("remedy"))?;
    }
    let part = |key: &str| text_of(at(answer, key));
    let count = at(answer, "problems").as_array().map_or(0, Vec::len);
    writeln!(
        to,
        "{} files: {} rules loaded, {} did not; {count} problems",
        part("files"),
        part("loaded"),
        part("not_loaded")
    )
}
