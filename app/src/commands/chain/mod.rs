//! `yagura explain`: the evidence chain of an incident, or why something is not in it.

mod absent;
mod told;
mod words;

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use model::seam::report::Style;
use model::{Error, Severity};
use serde_json::{Value, json};

use crate::args::Explain;
use crate::assemble;
use crate::commands::investigate::Look;
use crate::exit::{DONE, FOUND, Failure};

/// The shape of a saved result.
const SAVED: &str = "yagura.investigation/1";
/// The shape that is written.
const SCHEMA: &str = "yagura.explanation/1";
/// The largest saved result that is read, in bytes.
const SAVED_MAX: u64 = 1 << 30;

/// Runs the verb; gives the exit code.
pub fn run(options: &Explain) -> Result<u8, Failure> {
    let as_json = assemble::is_json(&options.format)?;
    let words = words::words(options.lang);
    let look = Look {
        paths: &options.paths,
        reading: &options.reading,
        rules: &options.rules,
        window: [None, None],
        assets: options.assets.as_deref(),
        prices: None,
        baseline: options.baseline.as_deref(),
        state: None,
        language: assemble::language(options.lang),
        min_severity: Severity::Informational,
        cite: true,
        quiet: options.output.quiet,
    };
    let saved = saved(&options.paths)?;
    let deliver = |write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>| {
        assemble::deliver(options.output.output.as_deref(), write)
    };
    if let Some(entity) = &options.why_not {
        if saved.is_some() {
            return Err(Failure::Error(Error::user(
                "a saved result does not tell why something is missing",
                "Give the logs themselves to `yagura explain --why-not`.",
            )));
        }
        let answer = absent::answer(&look, &options.incident, entity)?;
        deliver(&mut |to| {
            if as_json { writeln!(to, "{:#}", answer.json()) } else { answer.text(words, to) }
        })?;
        return Ok(if answer.is_in() { DONE } else { FOUND });
    }
    let result = match saved {
        Some(result) => result,
        None => whole(&look)?,
    };
    let chain = chain(&result, &options.incident, options.step)?;
    deliver(&mut |to| {
        if as_json { writeln!(to, "{chain:#}") } else { told::write(&chain, words, to) }
    })?;
    Ok(DONE)
}

/// The result of an earlier run, if the one path is one.
fn saved(paths: &[String]) -> Result<Option<Value>, Failure> {
    let [path] = paths else { return Ok(None) };
    let path = Path::new(path);
    let is_small = fs::metadata(path).is_ok_and(|it| it.is_file() && it.len() <= SAVED_MAX);
    if path.extension().is_none_or(|name| name != "json") || !is_small {
        return Ok(None);
    }
    let bytes = fs::read(path)?;
    let whole: Option<Value> = serde_json::from_slice(&bytes).ok();
    Ok(whole.filter(|it| it.get("schema").and_then(Value::as_str) == Some(SAVED)))
}

/// The logs read again, in the shape of a saved result.
fn whole(look: &Look<'_>) -> Result<Value, Failure> {
    let investigation = look.run()?;
    let mut bytes = Vec::new();
    if let Some(report) = reports::find("json") {
        let style = Style { language: look.language, ..Style::default() };
        report.write(&investigation, style, &mut bytes)?;
    }
    let read = serde_json::from_slice(&bytes);
    Ok(read.map_err(io::Error::from)?)
}

/// The place of an incident in a list of ids: by number, or by how its id starts.
pub(crate) fn find(ids: &[String], wanted: &str) -> Result<usize, Failure> {
    let number = wanted.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    let by_number = number.filter(|at| *at < ids.len());
    let by_id = || ids.iter().position(|id| !wanted.is_empty() && id.starts_with(wanted));
    by_number.or_else(by_id).ok_or_else(|| {
        let remedy = match ids.len() {
            0 => "There is no incident at all.".to_owned(),
            count => format!("Give a number from 1 to {count}, or the start of an id."),
        };
        Failure::Error(Error::user(format!("there is no incident {wanted:?}"), remedy))
    })
}

/// The incident with its joins, its steps and what each stands on.
fn chain(result: &Value, incident: &str, step: Option<usize>) -> Result<Value, Failure> {
    let incidents = list(result, "incidents");
    let ids: Vec<String> = incidents.iter().map(|it| word(it, "uid").to_owned()).collect();
    let at = find(&ids, incident)?;
    let it = incidents.get(at).cloned().unwrap_or_default();
    let steps = list(&it, "steps");
    if let Some(step) = step.filter(|n| *n == 0 || *n > steps.len()) {
        return Err(Failure::Error(Error::user(
            format!("there is no step {step}"),
            format!("Give a number from 1 to {}.", steps.len()),
        )));
    }
    let wanted = step.map(|n| led_to(steps, n));
    let shown = |n: usize| wanted.as_ref().is_none_or(|wanted| wanted.contains(&n));
    let steps: Vec<Value> = (1..)
        .zip(steps)
        .filter(|(n, _)| shown(*n))
        .map(|(n, it)| explained(result, it, step == Some(n)))
        .collect();
    let findings: Vec<Value> = named(result, "findings", &it);
    Ok(json!({
        "schema": SCHEMA,
        "incident": at + 1,
        "incidents": incidents.len(),
        "uid": it.get("uid"), "title": it.get("title"), "severity": it.get("severity"),
        "confidence": it.get("confidence"), "outcome": it.get("outcome"),
        "entry": it.get("entry"), "root_cause": it.get("root_cause"),
        "joins": it.get("joins"),
        "findings": findings,
        "step": step,
        "steps": steps,
    }))
}

/// The findings that an incident names, short.
fn named(result: &Value, key: &str, incident: &Value) -> Vec<Value> {
    let wanted = list(incident, "findings");
    list(result, key)
        .iter()
        .filter(|it| it.get("uid").is_some_and(|uid| wanted.contains(uid)))
        .map(|it| {
            json!({
                "uid": it.get("uid"), "severity": it.get("severity"), "effect": it.get("effect"),
                "first": it.get("first"), "text": it.get("text"),
            })
        })
        .collect()
}

/// A step and all steps that led to it, by number.
fn led_to(steps: &[Value], step: usize) -> Vec<usize> {
    let mut all = vec![step];
    let mut done = 0;
    while let Some(&n) = all.get(done) {
        done += 1;
        let it = n.checked_sub(1).and_then(|at| steps.get(at));
        for cause in it.map(|it| list(it, "caused_by")).unwrap_or_default() {
            let cause = cause.get("step").and_then(Value::as_u64).map(|n| n as usize);
            if let Some(cause) = cause.filter(|cause| !all.contains(cause)) {
                all.push(cause);
            }
        }
    }
    all
}

/// A step with its records and the findings that cite one of them.
fn explained(result: &Value, step: &Value, with_raw: bool) -> Value {
    let cited = list(step, "evidence");
    let findings: Vec<&Value> = list(result, "findings")
        .iter()
        .filter(|it| list(it, "evidence").iter().any(|id| cited.contains(id)))
        .filter_map(|it| it.get("uid"))
        .collect();
    let records: Vec<Value> = cited
        .iter()
        .filter_map(Value::as_str)
        .filter_map(|id| {
            let mut record = result.get("evidence")?.get(id)?.clone();
            let members = record.as_object_mut()?;
            members.insert("id".into(), id.into());
            if !with_raw {
                members.shift_remove("raw");
            }
            Some(record)
        })
        .collect();
    let mut step = step.clone();
    if let Some(members) = step.as_object_mut() {
        members.insert("findings".into(), json!(findings));
        members.insert("records".into(), records.into());
    }
    step
}

/// A list below a key; empty if there is none.
fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A text below a key; empty if there is none.
fn word<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
