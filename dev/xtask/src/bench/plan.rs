//! What is measured, against which target.

use std::fs;
use std::path::{Path, PathBuf};

use super::data::{self, Kind, Set};
use super::measure::{Usage, usage};
use super::table::{Row, Target};
use super::{Settings, at, release, rules};

const MB: f64 = 1_000_000.0;
const MIB: f64 = 1_048_576.0;
/// Peak memory that a run may take, in MiB.
const MEMORY_MAX: f64 = 1024.0;

/// Measures everything.
pub fn run(settings: &Settings) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    cloudtrail(settings, &mut rows)?;
    text_logs(settings, &mut rows)?;
    start_up(&mut rows)?;
    if settings.full {
        memory(settings, &mut rows)?;
    }
    Ok(rows)
}

/// `yagura investigate` on a folder.
fn investigate(folder: &Path, threads: usize, more: &[String]) -> Vec<String> {
    let mut arguments: Vec<String> =
        ["investigate", "--format", "json", "--quiet", "--threads"].map(String::from).into();
    arguments.push(threads.to_string());
    arguments.extend_from_slice(more);
    arguments.push(folder.display().to_string());
    arguments
}

fn output() -> PathBuf {
    data::home().join("out.json")
}

fn yagura(folder: &Path, threads: usize, more: &[String]) -> Result<Usage, String> {
    let used = usage(&output(), &release("yagura"), &investigate(folder, threads, more))?;
    match used.code {
        0 | 1 => Ok(used),
        code => Err(format!("yagura on {} ended with {code}", folder.display())),
    }
}

/// Reads the last run's own count: a run that skipped records measures nothing.
fn check_tally(set: &Set) -> Result<String, String> {
    let text = fs::read(output()).map_err(at(&output()))?;
    let told: serde_json::Value = serde_json::from_slice(&text).map_err(|e| e.to_string())?;
    let count = |name: &str| {
        told.pointer(&format!("/tally/{name}")).and_then(serde_json::Value::as_u64).unwrap_or(0)
    };
    let (records, rejects, doubles) = (count("records"), count("rejects"), count("duplicates"));
    if records != set.records || rejects > 0 || doubles > 0 {
        return Err(format!(
            "{} holds {} records, but yagura read {records}, {rejects} of them rejects and \
             {doubles} duplicates",
            set.folder.display(),
            set.records
        ));
    }
    let length =
        |name: &str| told.get(name).and_then(serde_json::Value::as_array).map_or(0, Vec::len);
    Ok(format!("{records} records, {} findings", length("findings")))
}

fn start_up(rows: &mut Vec<Row>) -> Result<(), String> {
    let empty = data::home().join("empty");
    fs::create_dir_all(&empty).map_err(at(&empty))?;
    let arguments = investigate(&empty, 1, &[]);
    let mut least = f64::MAX;
    for _ in 0..20 {
        let used = usage(&output(), &release("yagura"), &arguments)?;
        if used.code != 3 {
            return Err(format!("yagura on an empty folder ended with {}, not 3", used.code));
        }
        least = least.min(used.wall);
    }
    rows.push(Row::new(
        "start to end on an empty folder",
        least * 1000.0,
        "ms",
        Target::AtMost(20.0),
    ));
    Ok(())
}

fn cloudtrail(settings: &Settings, rows: &mut Vec<Row>) -> Result<(), String> {
    let set = data::set(Kind::Trail, settings.megabytes)?;
    let (few, many) = rules::write()?;
    let only = |rules: PathBuf| {
        ["--no-builtin-rules".into(), "--rules".into(), rules.display().to_string()]
    };
    let (few, many) = (only(few), only(many));
    let threads = settings.threads;
    let floor_arguments = ["floor".into(), set.folder.display().to_string(), threads.to_string()];
    let floor = || usage(&output(), &release("xtask"), &floor_arguments);
    // The first round warms the page cache and checks that all was read.
    let (mut bare, mut ten) = (floor()?, yagura(&set.folder, threads, &few)?);
    let told_ten = check_tally(&set)?;
    let builtin = yagura(&set.folder, threads, &[])?;
    let told_builtin = check_tally(&set)?;
    let mut full = yagura(&set.folder, threads, &many)?;
    let told_full = check_tally(&set)?;
    for round in 1..settings.repetitions {
        eprintln!("CloudTrail, round {} of {}", round + 1, settings.repetitions);
        bare = bare.least(floor()?);
        ten = ten.least(yagura(&set.folder, threads, &few)?);
        full = full.least(yagura(&set.folder, threads, &many)?);
    }
    let mb = set.bytes as f64 / MB;
    rows.push(Row::fact("CloudTrail: floor (gunzip + parse), wall", mb / bare.wall, "MB/s"));
    rows.push(Row::fact("CloudTrail: floor, per core", mb / bare.cpu, "MB/s"));
    rows.push(Row::fact("CloudTrail: ten rules, wall", mb / ten.wall, "MB/s").note(told_ten));
    rows.push(Row::fact("CloudTrail: ten rules, per core", mb / ten.cpu, "MB/s"));
    let row = Row::fact("CloudTrail: all built-in rules, wall, once", mb / builtin.wall, "MB/s");
    rows.push(row.note(told_builtin));
    rows.push(Row::fact("CloudTrail: 500 rules, wall", mb / full.wall, "MB/s").note(told_full));
    let mut ratio = |what: &str, over: Usage, under: Usage, most: f64| {
        for (clock, value) in [("wall", over.wall / under.wall), ("CPU", over.cpu / under.cpu)] {
            rows.push(Row::new(&format!("{what}, {clock}"), value, "×", Target::AtMost(most)));
        }
    };
    ratio("CloudTrail: ten rules / floor", ten, bare, 3.0);
    ratio("CloudTrail: 500 rules / floor", full, bare, 3.0);
    ratio("CloudTrail: 500 rules / ten rules", full, ten, 1.25);
    rows.push(peak("CloudTrail: peak memory, ten rules", ten));
    rows.push(peak("CloudTrail: peak memory, 500 rules", full));
    Ok(())
}

fn peak(what: &str, used: Usage) -> Row {
    Row::new(what, used.memory as f64 / MIB, "MiB", Target::AtMost(MEMORY_MAX))
}

fn text_logs(settings: &Settings, rows: &mut Vec<Row>) -> Result<(), String> {
    let kinds =
        [(Kind::Flow, "VPC flow", Target::AtLeast(250.0)), (Kind::Web, "access log", Target::None)];
    for (kind, name, target) in kinds {
        let set = data::set(kind, settings.megabytes)?;
        let mut used = yagura(&set.folder, 1, &[])?;
        let told = check_tally(&set)?;
        for round in 1..settings.repetitions {
            eprintln!("{name}, round {} of {}", round + 1, settings.repetitions);
            used = used.least(yagura(&set.folder, 1, &[])?);
        }
        let mb = set.bytes as f64 / MB;
        rows.push(Row::new(&format!("{name}: per core"), mb / used.cpu, "MB/s", target).note(told));
        rows.push(Row::fact(&format!("{name}: one thread, wall"), mb / used.wall, "MB/s"));
        rows.push(peak(&format!("{name}: peak memory"), used));
    }
    Ok(())
}

/// Peak memory on 5 GB and on 10 GB of mixed logs.
fn memory(settings: &Settings, rows: &mut Vec<Row>) -> Result<(), String> {
    let folder = data::home().join("full");
    let _ = fs::remove_dir_all(&folder);
    let parts = [(Kind::Trail, 2_500), (Kind::Flow, 1_250), (Kind::Web, 1_250)];
    let mut total = Set { folder: folder.clone(), ..Set::default() };
    let mut first = [0u64; 3];
    let mut peaks = Vec::new();
    for gigabytes in ["5 GB", "10 GB"] {
        for ((kind, megabytes), first) in parts.iter().zip(&mut first) {
            let sub = folder.join(format!("{kind:?}").to_lowercase());
            let made = data::write(*kind, &sub, *first, *megabytes)?;
            *first += made.records;
            total.bytes += made.bytes;
            total.records += made.records;
        }
        let used = yagura(&folder, settings.threads, &[])?;
        let speed =
            format!("{}, {:.0} MB/s", check_tally(&total)?, total.bytes as f64 / MB / used.wall);
        rows.push(peak(&format!("mixed logs, {gigabytes}: peak memory"), used).note(speed));
        peaks.push(used.memory as f64 / MIB);
    }
    if let [five, ten] = peaks.as_slice() {
        rows.push(Row::fact("mixed logs: growth from 5 GB to 10 GB", ten - five, "MiB"));
    }
    fs::remove_dir_all(&folder).map_err(at(&folder))
}
