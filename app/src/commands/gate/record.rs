//! `yagura gate record`: a build was deployed. One line of JSON each, in a file that only grows.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use model::component::Component;
use model::{Error, Time};
use serde_json::{Value, json};

use super::{db, load};
use crate::exit::{DONE, Failure};
use crate::gate_args::Record;

/// The schema of a line.
const SCHEMA: &str = "yagura.deployment/1";
/// The longest line that is believed, in bytes.
const LONGEST: usize = 64 << 20;

/// A build that runs somewhere.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// The application.
    pub application: String,
    /// Its version.
    pub version: String,
    /// Where it runs.
    pub environment: String,
    /// Since when, RFC 3339.
    pub since: String,
    /// Commit, image digest, AMI, owner, exposure: what was told.
    pub told: BTreeMap<String, String>,
    /// Its components: package URL, or name and version.
    pub components: Vec<String>,
}

/// Where deployments are kept unless it is said.
pub fn place(given: Option<&Path>) -> Result<PathBuf, Error> {
    match given {
        Some(path) => Ok(path.to_owned()),
        None => Ok(db::place(None)?.with_file_name("deployments.jsonl")),
    }
}

/// Runs the verb; gives the exit code.
pub fn run(options: &Record) -> Result<u8, Failure> {
    let now = || jiff::Timestamp::now().to_string();
    let since = options.at.clone().unwrap_or_else(now);
    let Some(time) = Time::parse_rfc3339(&since) else {
        let what = format!("{since:?} is not a time");
        return Err(Error::user(what, "Write RFC 3339, for instance 2026-05-01T09:00:00Z.").into());
    };
    let lists = load::inventories(&options.sbom)
        .map_err(|why| Error::user(why, "Name the list of components of this build."))?;
    let mut components: Vec<String> =
        lists.iter().flat_map(|list| &list.components).map(kept).collect();
    components.sort();
    components.dedup();
    let line = json!({
        "schema": SCHEMA, "application": options.app, "version": options.version,
        "environment": options.env, "since": time.to_string(), "commit": options.commit,
        "image": options.image, "ami": options.ami, "owner": options.owner,
        "exposure": options.exposure, "components": components,
    });
    let path = place(options.deployments.as_deref())?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
    // One write: two pipelines that record at once do not mix their lines.
    file.write_all(format!("{line}\n").as_bytes())?;
    Ok(DONE)
}

/// The label of a component, with its source package as Syft writes it.
fn kept(component: &Component) -> String {
    let (Some(purl), Some((name, version))) = (&component.purl, &component.source) else {
        return component.label();
    };
    let mut purl = purl.clone();
    if purl.qualifier("upstream").is_none() {
        let both = if version.is_empty() { name.clone() } else { format!("{name}@{version}") };
        purl.qualifiers.push(("upstream".to_owned(), both));
        purl.qualifiers.sort();
    }
    purl.to_string()
}

/// The latest deployment of each application in each environment, and the one before it.
pub fn read(path: &Path) -> Result<Vec<(Deployment, Option<Deployment>)>, Error> {
    let wrong = |why: String| {
        Error::user(format!("{}: {why}", path.display()), "Record a build: yagura gate record.")
    };
    let file = std::fs::File::open(path).map_err(|error| wrong(error.to_string()))?;
    let mut all: BTreeMap<(String, String), Vec<(Time, Deployment)>> = BTreeMap::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|error| wrong(error.to_string()))?;
        if line.trim().is_empty() {
            continue;
        }
        let told = |why: &str| wrong(format!("line {}: {why}", number + 1));
        let value: Value = Some(line)
            .filter(|line| line.len() <= LONGEST)
            .and_then(|line| serde_json::from_str(&line).ok())
            .ok_or_else(|| told("broken JSON"))?;
        let (time, one) = deployment(&value).ok_or_else(|| told("no deployment"))?;
        let key = (one.application.clone(), one.environment.clone());
        let history = all.entry(key).or_default();
        history.push((time, one));
        // Of the same time the later line counts: sorting keeps their order.
        history.sort_by_key(|(time, _)| time.start);
        if history.len() > 2 {
            history.remove(0);
        }
    }
    let last = |mut history: Vec<(Time, Deployment)>| {
        let (_, latest) = history.pop()?;
        Some((latest, history.pop().map(|(_, before)| before)))
    };
    Ok(all.into_values().filter_map(last).collect())
}

fn deployment(value: &Value) -> Option<(Time, Deployment)> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
    if text("schema").as_deref() != Some(SCHEMA) {
        return None;
    }
    let keys = ["commit", "image", "ami", "owner", "exposure"];
    let told = keys.iter().filter_map(|key| Some(((*key).to_owned(), text(key)?))).collect();
    let listed = value.get("components").and_then(Value::as_array)?.iter();
    let components = listed.filter_map(Value::as_str).map(ToOwned::to_owned).collect();
    let since = text("since")?;
    Some((
        Time::parse_rfc3339(&since)?,
        Deployment {
            application: text("application")?,
            version: text("version")?,
            environment: text("environment")?,
            since,
            told,
            components,
        },
    ))
}
