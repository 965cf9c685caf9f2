//! `yagura doctor`: is this installation sound, do the rules load, is anything lost.

use std::io::{self, Write};

use model::investigation::Tally;
use model::text::printable;
use serde_json::{Value, json};

use crate::args::Doctor;
use crate::assemble;
use crate::exit::{DONE, ERROR, Failure, NOTHING};
use crate::progress::Bar;
use crate::reading::{Reading, mappings};
use crate::rules;

/// Runs the verb; gives the exit code.
pub fn run(options: &Doctor) -> Result<u8, Failure> {
    let as_json = assemble::is_json(&options.format)?;
    let all = mappings(options.reading.mappings.as_deref())?.all();
    let rules = rules::load(&options.rules, &all)?;
    let mut checks = vec![
        json!({"check": "version", "ok": true, "says": env!("CARGO_PKG_VERSION")}),
        json!({"check": "sources", "ok": true, "says": format!("{} kinds of log", all.len())}),
        json!({"check": "rules", "ok": rules.problems.is_empty(),
               "says": format!("{} loaded, {} did not load, {} problems in all",
                               rules.sigma.len(), rules.broken(), rules.problems.len())}),
    ];
    for problem in &rules.problems {
        checks.push(json!({"check": "rule", "ok": false, "says": problem.to_string()}));
    }
    let mut records = 1;
    if !(options.paths.is_empty() && options.reading.sources.is_empty()) {
        let tally = count(options)?;
        records = tally.total().records;
        checks.extend(conservation(&tally));
    }
    let sound = checks.iter().all(|check| check["ok"] == true);
    assemble::deliver(options.output.output.as_deref(), &mut |to| {
        if as_json {
            writeln!(
                to,
                "{:#}",
                json!({"schema": "yagura.doctor/1", "ok": sound, "checks": checks})
            )
        } else {
            text(&checks, to)
        }
    })?;
    Ok(match (records, sound) {
        (0, _) => NOTHING,
        (_, true) => DONE,
        (_, false) => ERROR,
    })
}

/// Reads the logs without judging them.
fn count(options: &Doctor) -> Result<Tally, Failure> {
    let reading = Reading::new(&options.paths, &options.reading)?;
    let feed = feeds::Files::new(reading.paths.iter().map(Into::into));
    let bar = Bar::new(options.output.quiet, &feed);
    let plan = engine::Plan {
        feed: &feed,
        forced: reading.forced(&feed)?,
        sources: reading.sources,
        detectors: &[],
        settings: reading.settings,
        hosts: engine::Hosts { assets: &model::Assets::default(), is_own_log: |_| false },
        window: engine::Window::default(),
        threads: reading.threads,
        progress: &bar,
    };
    let tally = engine::count(&plan)?;
    bar.finish();
    Ok(tally)
}

/// The law of every source, and what was not read at all.
fn conservation(tally: &Tally) -> Vec<Value> {
    let mut checks: Vec<Value> = tally
        .by_source
        .iter()
        .map(|(source, c)| {
            let holds = c.records == c.events + c.duplicates + c.rejects;
            let says = format!(
                "{source}: {} records = {} events + {} duplicates + {} rejects, in {} files",
                c.records, c.events, c.duplicates, c.rejects, c.files
            );
            json!({"check": "conservation", "ok": holds, "says": says})
        })
        .collect();
    for skipped in &tally.skipped {
        let says = format!("{}: {}", skipped.file, skipped.why);
        checks.push(json!({"check": "not read", "ok": true, "says": says}));
    }
    checks
}

fn text(checks: &[Value], to: &mut dyn Write) -> io::Result<()> {
    for check in checks {
        let word = if check["ok"] == true { "ok  " } else { "FAIL" };
        let part = |key: &str| printable(check[key].as_str().unwrap_or(""), 2000).into_owned();
        writeln!(to, "{word}  {:<13} {}", part("check"), part("says"))?;
    }
    Ok(())
}
