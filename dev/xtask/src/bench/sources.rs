//! `cargo xtask bench --sources`: how fast each source reads its own fixtures, as a section of
//! docs/bench.md.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::table::{commit, machine};
use super::{at, release, succeed};
use crate::Done;
use crate::tree::root;

/// What the section starts with.
const HEAD: &str = "## Sources\n";
/// Megabytes a second that text is to be read with.
const TEXT_MIN: f64 = 150.0;
/// How many times as long as the parse alone reading JSON may take.
const FLOORS_MAX: f64 = 3.0;
const MB: f64 = 1_000_000.0;

/// What was measured of one source. Seconds are processor time.
#[derive(Clone, Debug, PartialEq)]
struct Speed {
    name: String,
    events: f64,
    text_bytes: f64,
    text_seconds: f64,
    json_bytes: f64,
    json_seconds: f64,
    floor_seconds: f64,
    whole_seconds: f64,
}

impl Speed {
    fn parse(line: &str) -> Option<Speed> {
        let (name, rest) = line.split_once('\t')?;
        let mut numbers = rest.split('\t').map(|number| number.parse::<f64>().ok());
        let mut next = || numbers.next()?;
        Some(Speed {
            name: name.into(),
            events: next()?,
            text_bytes: next()?,
            text_seconds: next()?,
            json_bytes: next()?,
            json_seconds: next()?,
            floor_seconds: next()?,
            whole_seconds: next()?,
        })
    }

    /// Megabytes of text a second, if it reads any.
    fn text(&self) -> Option<f64> {
        (self.text_bytes > 0.0).then(|| self.text_bytes / MB / self.text_seconds)
    }

    /// How many times as long as the parse alone it takes, if it reads JSON.
    fn floors(&self) -> Option<f64> {
        (self.json_bytes > 0.0).then(|| self.json_seconds / self.floor_seconds)
    }

    /// It reads neither text nor JSON, but Parquet, which is not measured here.
    fn is_empty(&self) -> bool {
        self.events <= 0.0
    }

    /// Megabytes of JSON a second, if it reads any.
    fn json(&self) -> Option<f64> {
        (self.json_bytes > 0.0).then(|| self.json_bytes / MB / self.json_seconds)
    }

    /// Whether a target is missed. The JSON of a text source is a wrap around its lines: it may
    /// be as slow as they are.
    fn missed(&self) -> bool {
        let is_slow = |speed: Option<f64>| speed.is_some_and(|speed| speed < TEXT_MIN);
        let far = self.floors().is_some_and(|floors| floors > FLOORS_MAX);
        is_slow(self.text()) || far && (self.text().is_none() || is_slow(self.json()))
    }

    fn row(&self) -> String {
        let whole = |number: Option<f64>| number.map_or(String::new(), |n| format!("{n:.0}"));
        let floors = self.floors().map_or(String::new(), |n| format!("{n:.2}"));
        format!(
            "| `{}` | {} | {} | {floors} | {:.0} | {:.0} | {} |\n",
            self.name,
            whole(self.text()),
            whole(self.json()),
            self.events / (self.text_seconds + self.json_seconds),
            (self.text_bytes + self.json_bytes) / MB / self.whole_seconds,
            if self.missed() { "MISSED" } else { "met" },
        )
    }
}

/// Builds the program that measures, runs it, prints the table and writes the section.
pub fn run(megabytes: u64, repetitions: usize) -> Done {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.current_dir(root()).args(["build", "--release", "-q", "-p", "speed"]);
    succeed(&mut build)?;
    let mut measure = Command::new(release("speed"));
    let fixtures = root().join("catalog/sources/fixtures");
    measure.arg(fixtures).args([megabytes.to_string(), repetitions.to_string()]);
    let output = measure.output().map_err(|e| format!("{measure:?}: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let speeds: Option<Vec<Speed>> = text.lines().map(Speed::parse).collect();
    let speeds = speeds.filter(|_| output.status.success()).ok_or("the measurement broke off")?;
    let rows: String = speeds.iter().filter(|s| !s.is_empty()).map(Speed::row).collect();
    let section = section(megabytes, repetitions, &rows);
    println!("{section}");
    let page = fs::read_to_string(path()).map_err(at(&path()))?;
    let head = page.split(HEAD).next().unwrap_or("").trim_end();
    fs::write(path(), format!("{head}\n\n{section}")).map_err(at(&path()))?;
    match speeds.iter().filter(|speed| speed.missed()).count() {
        0 => Ok(()),
        missed => Err(format!("bench: {missed} sources miss their target")),
    }
}

fn section(megabytes: u64, repetitions: usize, rows: &str) -> String {
    format!(
        "{HEAD}\n\
         Written by `cargo xtask bench --sources --mb {megabytes} --reps {repetitions}`: do not \
         edit.\n\n\
         Machine: {}. Commit: {}. Each source reads its own undamaged fixtures on one core, \
         repeated in memory to {megabytes} MB in all; where the copies would run together \
         (records that belong together, one document a file) blob by blob. Copies have the same \
         ids: a source does not look for doubles, that is the engine's work. Seconds are processor \
         time, the least of {repetitions} runs. \"Times the floor\" is the time over that of \
         parsing the same documents into trees and doing nothing else. \"All asked\" also asks \
         each event for its OCSF attributes, entities, action and id, which a run does only for \
         the few that a rule wants. Text, also in JSON wraps, is to be read with {TEXT_MIN} MB/s or \
         more, other JSON within {FLOORS_MAX} times the floor.\n\n\
         | source | text, MB/s | JSON, MB/s | times the floor | events/s | all asked, MB/s | |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n{rows}",
        machine(),
        commit(),
    )
}

/// The section as it stands on the page, for whoever writes the rest of the page anew.
pub fn kept() -> String {
    let page = fs::read_to_string(path()).unwrap_or_default();
    page.split_once(HEAD).map_or(String::new(), |(_, rest)| format!("\n{HEAD}{rest}"))
}

fn path() -> PathBuf {
    root().join("docs/bench.md")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_held_to_both_targets() {
        let speed = |line: &str| Speed::parse(line).unwrap();
        let fast = speed("web.access\t1000\t3000000\t0.01\t0\t0\t0\t0.1");
        assert_eq!((fast.text().map(f64::round), fast.floors()), (Some(300.0), None));
        assert!(!fast.missed() && fast.row().ends_with("| met |\n"), "{}", fast.row());
        assert!(speed("app.logfmt\t1\t1000000\t0.01\t0\t0\t0\t1").missed());
        let both = speed("net.zeek\t1\t9000000\t0.01\t1000000\t0.04\t0.01\t1");
        assert!(both.missed() && both.row().contains("| 4.00 |"), "{}", both.row());
        assert!(!speed("linux.syslog\t1\t9000000\t0.01\t9000000\t0.04\t0.01\t1").missed());
        assert!(speed("aws.waf\t1\t0\t0\t9000000\t0.04\t0.01\t1").missed());
        assert_eq!(Speed::parse("half a line\t1"), None);
    }
}
