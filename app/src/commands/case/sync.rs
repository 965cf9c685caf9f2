//! `yagura case sync`: tickets and cases in line with each other.

use std::path::Path;

use engine::reconcile::{Plan, Told, reconcile};
use model::case::{Case, Readable as _};
use model::seam::tracker::Attachment;
use model::{Error, Severity};
use serde::Deserialize;
use serde_json::json;
use trackers::{Settings, Token};

use super::{language, open};
use crate::case_args::Common;
use crate::exit::{DONE, ERROR, Failure};
use crate::{assemble, state};

/// The configuration: see docs/trackers.md.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default, rename = "tracker")]
    trackers: Vec<Settings>,
}

/// Runs the verb; gives the exit code.
pub fn run(config: &Path, only: &[String], common: &Common) -> Result<u8, Failure> {
    let json = assemble::is_json(&common.format)?;
    let chosen = load(config, only)?;
    let mut ledger = open(common)?;
    let now = state::now(common.by.as_deref());
    let mut all = Vec::new();
    for settings in &chosen {
        let tracker = trackers::make(settings, token(settings)?, authorities(settings)?)?;
        let plan = Plan {
            tracker: &*tracker,
            language: language(common),
            least: least(settings)?,
            route: &|entities: &[(&str, &str)]| settings.route(entities),
            files: &files,
        };
        let told = reconcile(&mut ledger, &now, &plan)?;
        all.push((settings.name.clone(), told));
    }
    assemble::deliver(common.output.output.as_deref(), &mut |to| {
        if json {
            let all: Vec<_> = all.iter().map(|(name, told)| value(name, told)).collect();
            return writeln!(to, "{:#}", json!({"schema": "yagura.sync/1", "trackers": all}));
        }
        all.iter().try_for_each(|(name, told)| {
            told.lines
                .iter()
                .try_for_each(|line| writeln!(to, "{name}  {}", model::text::printable(line, 400)))
        })
    })?;
    let failed: Vec<&(u64, String)> = all.iter().flat_map(|(_, told)| &told.failed).collect();
    for (number, why) in &failed {
        assemble::note(false, &format!("C-{number}: {}", model::text::printable(why, 2000)));
    }
    Ok(if failed.is_empty() { DONE } else { ERROR })
}

fn value(name: &str, told: &Told) -> serde_json::Value {
    let failed =
        told.failed.iter().map(|(case, why)| json!({"case": format!("C-{case}"), "why": why}));
    json!({"tracker": name, "done": told.lines, "failed": failed.collect::<Vec<_>>()})
}

fn load(path: &Path, only: &[String]) -> Result<Vec<Settings>, Error> {
    let config: Config = toml::from_str(&assemble::read_text(path)?).map_err(|error| {
        Error::user(
            format!("{}: {}", path.display(), error.message()),
            "See docs/trackers.md for what a configuration may say.",
        )
    })?;
    let known: Vec<&str> = config.trackers.iter().map(|one| one.name.as_str()).collect();
    if let Some(unknown) = only.iter().find(|name| !known.contains(&name.as_str())) {
        let remedy = format!("The configuration has: {}.", known.join(", "));
        return Err(Error::user(format!("there is no tracker {unknown:?}"), remedy));
    }
    let mut chosen = config.trackers;
    chosen.retain(|one| only.is_empty() || only.contains(&one.name));
    if chosen.is_empty() {
        let what = format!("{}: no tracker is configured", path.display());
        return Err(Error::user(what, "Add a [[tracker]]; see docs/trackers.md."));
    }
    Ok(chosen)
}

fn token(settings: &Settings) -> Result<String, Error> {
    let found = match settings.token() {
        Token::None => return Ok(String::new()),
        Token::Environment(name) => std::env::var(&name).map_err(|_| {
            let what = format!("{}: the environment has no {name}", settings.name);
            Error::user(what, "Set the variable to the token, or name a token_file.")
        })?,
        Token::File(path) => assemble::read_text(&path)?,
    };
    Ok(found.trim().to_owned())
}

fn authorities(settings: &Settings) -> Result<Vec<u8>, Error> {
    match &settings.ca_file {
        Some(path) => Ok(assemble::read_text(path)?.into_bytes()),
        None => Ok(Vec::new()),
    }
}

fn least(settings: &Settings) -> Result<Severity, Error> {
    let Some(word) = &settings.min_severity else { return Ok(Severity::Informational) };
    Severity::parse(word).ok_or_else(|| {
        let what = format!("{}: there is no severity {word:?}", settings.name);
        Error::user(what, "Choose informational, low, medium, high or critical.")
    })
}

/// The incident with its findings and cited records, named after its content.
fn files(case: &Case) -> Vec<Attachment> {
    let content = case.incident.written().into_bytes();
    let digest = model::Id::derive("file", &[&content]).to_string();
    let short: String = digest.chars().take(8).collect();
    let name = format!("{}-{short}.json", case.name());
    vec![Attachment { name, kind: "application/json".into(), content }]
}
