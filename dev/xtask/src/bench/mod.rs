//! `cargo xtask bench`: speed and memory of the release binary against their targets, as ratios
//! to a floor that is measured in the same run on the same bytes.

pub mod data;
pub mod floor;
mod flow;
mod gate;
pub mod measure;
mod plan;
pub mod random;
mod rules;
mod sources;
mod table;
mod trail;
mod web;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Done;
use crate::tree::root;

/// How the bench is to run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Megabytes (10^6 bytes) of each kind of log, unpacked.
    pub megabytes: u64,
    /// How often each run is repeated; the least counts.
    pub repetitions: usize,
    /// Whether peak memory on 5 GB and 10 GB is measured too.
    pub full: bool,
    /// Whether each source by itself is measured, and nothing else.
    pub sources: bool,
    /// Whether the gate is measured, and nothing else.
    pub gate: bool,
    /// Threads of the whole runs.
    pub threads: usize,
}

impl Settings {
    fn parse(arguments: &[String]) -> Result<Settings, String> {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let (megabytes, repetitions) = (500, 5);
        let (full, sources, gate) = (false, false, false);
        let mut settings = Settings { megabytes, repetitions, full, sources, gate, threads };
        if arguments.iter().any(|argument| argument == "--sources") {
            settings = Settings { megabytes: 8, repetitions: 3, sources: true, ..settings };
        }
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut number = || -> Result<u64, String> {
                let value = rest.next().and_then(|v| v.parse().ok()).filter(|v| *v > 0);
                value.ok_or_else(|| format!("{argument} wants a number above 0"))
            };
            match argument.as_str() {
                "--mb" => settings.megabytes = number()?,
                "--reps" => settings.repetitions = number()? as usize,
                "--threads" => settings.threads = number()? as usize,
                "--full" => settings.full = true,
                "--sources" => {}
                "--gate" => settings.gate = true,
                other => return Err(format!("bench knows no `{other}`")),
            }
        }
        Ok(settings)
    }
}

/// `cargo xtask bench`: builds both programs for speed, then hands over to the fast one.
pub fn run(arguments: &[String]) -> Done {
    let settings = Settings::parse(arguments)?;
    if settings.sources {
        return sources::run(settings.megabytes, settings.repetitions);
    }
    if settings.gate {
        return gate::run(settings.repetitions);
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for package in ["yagura", "xtask"] {
        let mut build = Command::new(&cargo);
        build.current_dir(root()).args(["build", "--release", "-q", "-p", package]);
        succeed(&mut build)?;
    }
    let mut inner = Command::new(release("xtask"));
    succeed(inner.current_dir(root()).arg("bench-inner").args(arguments))
}

/// The bench itself, in the release build.
pub fn run_inner(arguments: &[String]) -> Done {
    let settings = Settings::parse(arguments)?;
    let rows = plan::run(&settings)?;
    table::publish(&settings, &rows)?;
    match rows.iter().filter(|row| row.missed()).count() {
        0 => Ok(()),
        missed => Err(format!("bench: {missed} targets missed")),
    }
}

fn succeed(command: &mut Command) -> Done {
    let status = command.status().map_err(|e| format!("{command:?}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}")) }
}

/// The folder that cargo builds into.
pub fn target() -> PathBuf {
    let set = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    root().join(set.unwrap_or_else(|| "target".into()))
}

/// A program built for speed.
pub fn release(name: &str) -> PathBuf {
    target().join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Says what failed with which file.
pub(crate) fn at(path: &Path) -> impl Fn(std::io::Error) -> String + '_ {
    move |error| format!("{}: {error}", path.display())
}
