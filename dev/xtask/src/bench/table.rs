//! The figures as a table, on the terminal and in docs/bench.md.

use std::fmt::Write;
use std::fs;
use std::process::Command;

use super::{Settings, at, sources, trail};
use crate::Done;
use crate::tree::root;

/// What a figure is held to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// It may not be greater.
    AtMost(f64),
    /// It may not be less.
    AtLeast(f64),
    /// It is only told.
    None,
}

/// A figure.
#[derive(Clone, Debug)]
pub struct Row {
    what: String,
    value: f64,
    unit: &'static str,
    target: Target,
    note: String,
}

impl Row {
    /// A figure that is held to a target.
    pub fn new(what: &str, value: f64, unit: &'static str, target: Target) -> Row {
        Row { what: what.into(), value, unit, target, note: String::new() }
    }

    /// A figure that is only told.
    pub fn fact(what: &str, value: f64, unit: &'static str) -> Row {
        Row::new(what, value, unit, Target::None)
    }

    /// The same with a remark.
    #[must_use]
    pub fn note(mut self, note: String) -> Row {
        self.note = note;
        self
    }

    /// Whether the target is missed.
    pub fn missed(&self) -> bool {
        match self.target {
            Target::AtMost(most) => self.value > most,
            Target::AtLeast(least) => self.value < least,
            Target::None => false,
        }
    }

    fn cells(&self) -> [String; 5] {
        let digits = if self.value.abs() < 30.0 { 2 } else { 0 };
        let unit = self.unit;
        let target = match self.target {
            Target::AtMost(most) => format!("≤ {most} {unit}"),
            Target::AtLeast(least) => format!("≥ {least} {unit}"),
            Target::None => String::new(),
        };
        let met = match (self.target, self.missed()) {
            (Target::None, _) => "",
            (_, true) => "MISSED",
            (_, false) => "met",
        };
        let value = format!("{:.digits$} {unit}", self.value);
        [self.what.clone(), value, target, met.into(), self.note.clone()]
    }
}

/// Prints the table and writes the page.
pub fn publish(settings: &Settings, rows: &[Row]) -> Done {
    let table = table(rows);
    println!("{table}");
    let Settings { megabytes, repetitions, threads, full, .. } = settings;
    let more = if *full { " --full" } else { "" };
    let page = format!(
        "# Speed and memory\n\n\
         Written by `cargo xtask bench --mb {megabytes} --reps {repetitions}{more}`: do not edit.\n\n\
         Machine: {}, {threads} threads. Commit: {}. CloudTrail data: {}, repeated with ids, \
         times, addresses and keys of their own to {megabytes} MB in `.json.gz` files of 400 \
         records; VPC flow and access logs: {megabytes} MB of text each, made from a seed. \
         MB are 10^6 bytes, unpacked.\n\n\
         The floor is a program that only unpacks the same files and parses each into a tree, on \
         as many threads. Runs alternate; of {repetitions} repetitions the least time counts. \
         \"Per core\" divides by processor time (user and system).\n\n{table}",
        machine(),
        commit(),
        trail::origin()?.words,
    );
    let path = root().join("docs/bench.md");
    fs::write(&path, page + &sources::kept()).map_err(at(&path))
}

/// The table, for people.
pub fn table(rows: &[Row]) -> String {
    let head = ["", "measured", "target", "", ""].map(String::from);
    let cells: Vec<[String; 5]> =
        std::iter::once(head).chain(rows.iter().map(Row::cells)).collect();
    let width = |column: usize| {
        cells.iter().filter_map(|row| row.get(column)).map(|c| c.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..5).map(width).collect();
    let mut out = String::new();
    for (number, row) in cells.iter().enumerate() {
        let padded: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        let _ = writeln!(out, "| {} |", padded.join(" | "));
        if number == 0 {
            let rules: Vec<String> =
                widths.iter().map(|width| "-".repeat((*width).max(3))).collect();
            let _ = writeln!(out, "| {} |", rules.join(" | "));
        }
    }
    out
}

/// The machine, for people.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let known = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = known.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split(": ").nth(1)).unwrap_or("unknown processor");
    format!("{cores} cores of {model}")
}

/// The commit, and whether there are changes.
pub fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").current_dir(root()).args(arguments).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_string())
    };
    let id = git(&["rev-parse", "--short=12", "HEAD"]).unwrap_or_default();
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]).unwrap_or_default();
    let ours = changed.lines().any(|line| !line.ends_with("docs/bench.md"));
    format!("{id}{}", if ours { " with changes" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_target_is_said_so() {
        let rows = [
            Row::new("ratio", 3.01, "×", Target::AtMost(3.0)),
            Row::new("speed", 250.0, "MB/s", Target::AtLeast(250.0)),
            Row::fact("seen", 1.0, "MB/s"),
        ];
        assert_eq!(rows.each_ref().map(Row::missed), [true, false, false]);
        let table = table(&rows);
        let said = |what: &str| table.lines().find(|line| line.contains(what)).unwrap();
        assert!(said("ratio").contains("3.01 ×") && said("ratio").contains("MISSED"), "{table}");
        assert!(said("speed").contains("met") && !said("seen").contains("met"), "{table}");
    }
}
