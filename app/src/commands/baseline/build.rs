//! `yagura baseline build`: learns from logs.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use detectors::behavior::baseline::{Baseline, Learned, Learner, Spell};
use jiff::tz::TimeZone;
use model::Error;
use model::seam::detector::Detector;
use serde_json::Value;

use super::{known, load};
use crate::baseline_args::Build;
use crate::exit::{DONE, Failure, NOTHING};
use crate::progress::Bar;
use crate::reading::Reading;
use crate::{assemble, rules};

pub fn run(options: &Build) -> Result<u8, Failure> {
    let mut baseline = Baseline::default();
    for file in &options.with {
        baseline.merge(load(file)?);
    }
    let mut read = true;
    if !options.paths.is_empty() || options.with.is_empty() || !options.reading.sources.is_empty() {
        let (learned, records) = learn(options)?;
        read = records > 0;
        tell(options, &learned, records);
        baseline.merge(learned.baseline);
    }
    if !read {
        assemble::note(options.quiet, "nothing was read: no input was recognised as a log");
        return Ok(NOTHING);
    }
    baseline.settle();
    let [entities, names] = baseline.is_cut();
    if entities {
        let kept = baseline.len();
        let line = format!("more entities than are kept: {kept}, a fair sample, are known");
        assemble::note(options.quiet, &line);
    }
    if names {
        assemble::note(options.quiet, "more names than are kept: some values are known unnamed");
    }
    let bytes = baseline.to_bytes();
    assemble::deliver(Some(&options.out), &mut |to| to.write_all(&bytes))?;
    Ok(DONE)
}

/// Reads the logs; what was learned, and from how many records.
fn learn(options: &Build) -> Result<(Learned, u64), Failure> {
    let reading = Reading::new(&options.paths, &options.reading)?;
    let zone = reading.settings.zone.clone();
    let window = assemble::window(options.from.as_deref(), options.to.as_deref(), zone.as_ref())?;
    let mut except = Vec::new();
    for span in &options.leave_out {
        except.push(spell(span, zone.as_ref())?);
    }
    for file in &options.incidents {
        except.extend(incidents(file)?);
    }
    if let Some(state) = &options.state {
        except.extend(known::attacks(state)?);
    }
    let (learner, taught) = Learner::new(&rules::log_sources(&reading.sources), except);
    let learner = learner.with_places(rules::places(&options.geoip)?);
    let detectors: Vec<Box<dyn Detector>> = vec![Box::new(learner)];
    let feed = feeds::Files::new(reading.paths.iter().map(Into::into));
    let bar = Bar::new(options.quiet, &feed);
    let assets = model::Assets::default();
    let plan = engine::Plan {
        feed: &feed,
        forced: reading.forced(&feed)?,
        sources: reading.sources,
        detectors: &detectors,
        settings: reading.settings,
        hosts: engine::Hosts { assets: &assets, is_own_log: sources::is_host_log },
        window,
        threads: reading.threads,
        progress: &bar,
    };
    let tally = engine::count(&plan)?;
    bar.finish();
    for skipped in &tally.skipped {
        assemble::note(options.quiet, &format!("{}: {}", skipped.file, skipped.why));
    }
    Ok((take(&taught), tally.total().records))
}

fn take(learned: &Mutex<Learned>) -> Learned {
    std::mem::take(&mut *learned.lock().unwrap_or_else(PoisonError::into_inner))
}

fn tell(options: &Build, learned: &Learned, records: u64) {
    let (events, entities) = (learned.baseline.events(), learned.baseline.len());
    let left_out = match learned.left_out {
        0 => String::new(),
        count => format!("; {count} events were left out"),
    };
    let line = format!("learned from {events} of {records} records: {entities} entities{left_out}");
    assemble::note(options.quiet, &line);
    // What cannot be known: whether these days were quiet.
    if options.incidents.is_empty() && options.leave_out.is_empty() && options.state.is_none() {
        let line =
            "all of it counts as usual: leave attacks out with --leave-out, --incidents or --state";
        assemble::note(options.quiet, line);
    }
}

/// A span on the command line.
fn spell(span: &str, zone: Option<&TimeZone>) -> Result<Spell, Error> {
    let (from, to) = span.split_once('/').ok_or_else(|| {
        Error::user(format!("--leave-out {span}"), "Write two times: TIME/TIME (RFC 3339, dates).")
    })?;
    let (from, to) = (assemble::time(from, false, zone)?, assemble::time(to, true, zone)?);
    Ok(Spell { from, to, whose: Vec::new() })
}

/// The incidents of a result: their time, and whose hand was in them.
fn incidents(path: &Path) -> Result<Vec<Spell>, Error> {
    let wrong = |why: String| {
        let remedy = "Give a result of `yagura investigate --format json`.";
        Error::user(format!("{}: {why}", path.display()), remedy)
    };
    let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    let all = value.get("incidents").and_then(Value::as_array);
    let all = all.ok_or_else(|| wrong("there are no incidents in it".into()))?;
    all.iter()
        .map(|one| known::spell(one).ok_or_else(|| wrong("an incident has no time".into())))
        .collect()
}
