//! `yagura baseline`: what is usual here, learned from logs and kept in a file.

mod build;
mod explain;
pub mod known;
mod show;

use std::path::Path;

use detectors::behavior::baseline::{Baseline, DAY};
use model::investigation::Tally;
use model::{Error, Time};

use crate::baseline_args::{Baseline as Options, What};
use crate::exit::Failure;

/// Runs the verb; gives the exit code.
pub fn run(options: &Options) -> Result<u8, Failure> {
    match &options.what {
        What::Build(options) => build::run(options),
        What::Show(options) => show::run(options),
        What::Explain(options) => explain::run(options),
    }
}

/// Reads a baseline.
pub fn load(path: &Path) -> Result<Baseline, Error> {
    let wrong = |why: String| {
        let remedy = "Make one with `yagura baseline build --out FILE LOGS`.";
        Error::user(format!("{}: {why}", path.display()), remedy)
    };
    let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    Baseline::from_bytes(&bytes).map_err(wrong)
}

/// A word of warning if what is judged is part of what was learned.
pub fn overlap(
    learned: Option<(u32, u32)>,
    tally: &Tally,
    window: engine::Window,
) -> Option<String> {
    let (from, to) = learned?;
    let minute = |nanos: i64| nanos.div_euclid(60_000_000_000);
    let first = tally.by_source.values().filter_map(|count| count.first).min()?.start;
    let last = tally.by_source.values().filter_map(|count| count.last).max()?.start;
    let first = minute(first.max(window.from.unwrap_or(first)));
    let last = minute(last.min(window.to.unwrap_or(last)));
    let apart = first > i64::from(to) || last < i64::from(from);
    (!apart).then(|| {
        format!(
            "the baseline was learned from {} to {}, these logs among it: what is in both counts as usual",
            stamp(from),
            stamp(to)
        )
    })
}

/// So many days.
fn days(count: u32) -> String {
    format!("{count} {}", if count == 1 { "day" } else { "days" })
}

/// A minute since 1970 as a date.
fn date(minute: u32) -> String {
    let text = Time::seconds(i64::from(minute / DAY) * 86_400).to_string();
    text.split('T').next().unwrap_or_default().to_owned()
}

/// A minute since 1970 as RFC 3339.
fn stamp(minute: u32) -> String {
    Time::seconds(i64::from(minute) * 60).to_string()
}
