//! `yagura respond plan`: writes a plan for an incident.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use engine::respond::{Choices, Place, Settings};
use model::case::{Case, Kept};
use model::response::{InLogs, Plan as Planned};
use model::seam::ledger::Ledger as _;
use model::{Error, Severity};
use serde_json::Value;
use stores::Local;

use super::uses::{Uses, Wanted};
use crate::commands::investigate::Look;
use crate::exit::{DONE, Failure};
use crate::respond_args::Plan;
use crate::{assemble, state};

/// The largest saved result that is read, in bytes.
const SAVED_MAX: u64 = 1 << 30;

/// Runs the verb; gives the exit code.
pub fn run(options: &Plan) -> Result<u8, Failure> {
    let kept = if options.paths.is_empty() { case(options)? } else { incident(options)? };
    let place = options.account.clone().zip(options.region.clone());
    let settings = Settings {
        language: assemble::language(options.lang),
        place: place.map(|(account, region)| Place { account, region }),
        web_acls: options.web_acls.clone(),
        choices: choices(options)?,
    };
    let mut plan = engine::respond::plan(&kept, &settings);
    if let Some(paths) = logs(options) {
        count(options, paths, &kept, &mut plan)?;
    }
    assemble::deliver(options.output.output.as_deref(), &mut |to| {
        serde_json::to_writer_pretty(&mut *to, &plan)?;
        writeln!(to)
    })?;
    let (steps, left) = (plan.steps.len(), plan.left_out.len());
    let text = format!("{steps} step(s), {left} thing(s) left out; plan {}", plan.hash);
    assemble::note(options.output.quiet, &text);
    Ok(DONE)
}

fn choices(options: &Plan) -> Result<Choices, Failure> {
    let pairs = |all: &[String]| -> Result<Vec<(String, String)>, Error> {
        let pair = |text: &String| {
            let found = text.split_once('=').filter(|(a, b)| !a.is_empty() && !b.is_empty());
            let wrong = || Error::user(format!("{text:?} is no NAME=VALUE"), "Write it so.");
            found.map(|(a, b)| (a.to_owned(), b.to_owned())).ok_or_else(wrong)
        };
        all.iter().map(pair).collect()
    };
    Ok(Choices {
        stop: options.stop,
        standby: options.standby,
        desired: pairs(&options.desired)?,
        images: pairs(&options.images)?,
        refresh: options.refresh.clone(),
    })
}

/// The logs that the blast radius is counted over: those given; standard input is read once only.
fn logs(options: &Plan) -> Option<&[String]> {
    if !options.logs.is_empty() {
        return Some(&options.logs);
    }
    let is_logs = !options.paths.is_empty()
        && !options.paths.iter().any(|path| path == "-")
        && saved(&options.paths).is_none();
    is_logs.then_some(options.paths.as_slice())
}

/// Counts who else uses what the plan acts on.
fn count(options: &Plan, paths: &[String], kept: &Kept, plan: &mut Planned) -> Result<(), Failure> {
    let wanted = plan.steps.iter().map(|step| Wanted {
        kind: step.target.kind.clone(),
        value: step.target.value.clone(),
        until: i64::MAX,
    });
    let values = |kinds: &[&str], roles: &[&str]| -> BTreeSet<String> {
        let all = kept.entities(roles).into_iter();
        all.filter(|(kind, _)| kinds.contains(kind)).map(|(_, it)| it.to_owned()).collect()
    };
    let mut intruder = values(&["ip", "session"], &["attacker"]);
    intruder.extend(values(&["access_key"], &["used", "created", "attacker"]));
    let raw = |(_, it): (&str, &Value)| it.get("raw").and_then(Value::as_str).map(str::to_owned);
    let cited = kept.evidence().into_iter().filter_map(raw).collect();
    let uses = Arc::new(Uses::new(wanted.collect(), intruder, cited));
    look(options, paths).counted(&uses)?;
    for (step, count) in plan.steps.iter_mut().zip(uses.take().0) {
        step.blast_radius.logs = Some(InLogs {
            records: count.records(),
            by_others: count.by_others(),
            clients: count.clients(),
        });
    }
    plan.hash = plan.digest();
    Ok(())
}

fn look<'o>(options: &'o Plan, paths: &'o [String]) -> Look<'o> {
    Look {
        paths,
        reading: &options.reading,
        rules: &options.rules,
        window: [None, None],
        assets: options.assets.as_deref(),
        prices: None,
        baseline: None,
        state: None,
        language: assemble::language(options.lang),
        min_severity: Severity::Informational,
        cite: true,
        quiet: options.output.quiet,
    }
}

/// The incident of a kept case.
fn case(options: &Plan) -> Result<Kept, Failure> {
    let ledger = Local::existing(&state::folder(options.state.as_deref())?)?;
    let none = || {
        Error::user(
            format!("there is no case {:?}", options.incident),
            "See `yagura case list`; or give logs, or a result of `investigate --format json`.",
        )
    };
    let number = Case::parse_name(&options.incident).ok_or_else(none)?;
    Ok(ledger.case(number)?.ok_or_else(none)?.incident)
}

/// The incident of logs, or of a saved result.
fn incident(options: &Plan) -> Result<Kept, Failure> {
    let language = assemble::language(options.lang);
    let all = if let Some(report) = saved(&options.paths) {
        Kept::all(&report)
    } else {
        let look = look(options, &options.paths);
        state::kept(&look.run()?, language)?
    };
    let count = all.len();
    let number: Option<usize> = options.incident.parse().ok().filter(|n| (1..=count).contains(n));
    let wanted = options.incident.as_str();
    let mut found = all.into_iter().enumerate().filter(|(at, kept)| match number {
        Some(number) => at + 1 == number,
        None => wanted.len() >= 4 && kept.uid().starts_with(wanted),
    });
    match (found.next(), found.next()) {
        (Some((_, kept)), None) => Ok(kept),
        _ => Err(Error::user(
            format!("{wanted:?} is not one of the {count} incident(s)"),
            "Give its number in the report, or the start of its id.",
        )
        .into()),
    }
}

/// The result of an earlier run, if the one path is one.
fn saved(paths: &[String]) -> Option<Value> {
    let [path] = paths else { return None };
    let path = Path::new(path);
    let is_small = std::fs::metadata(path).is_ok_and(|it| it.is_file() && it.len() <= SAVED_MAX);
    if path.extension().is_none_or(|name| name != "json") || !is_small {
        return None;
    }
    let whole: Value = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    let schema = whole.get("schema").and_then(Value::as_str);
    (schema == Some("yagura.investigation/1")).then_some(whole)
}
