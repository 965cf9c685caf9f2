//! `cargo xtask fuzz`: builds the fuzz targets with coverage on the stable toolchain and runs each.

use std::collections::BTreeSet;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::Done;
use crate::tree::root;

/// What `cargo fuzz` passes to the compiler, without the sanitizer that only nightly has. (Our
/// own code has no `unsafe`; panics, overflows, hangs and memory hunger are what we look for.)
const FLAGS: &[&str] = &[
    "--cfg",
    "fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cdebug-assertions",
    "-Coverflow-checks",
    "-Ccodegen-units=1",
];
/// The program that reads as the source which [`NAME`] names.
const SOURCE: &str = "source";
/// What tells it the name.
const NAME: &str = "YAGURA_FUZZ_SOURCE";
/// The largest input that is tried, in bytes.
const INPUT_MAX: usize = 1 << 16;
/// Memory that a target may take, in MiB.
const MEMORY_MAX: usize = 2048;
/// Seconds that one input may take.
const INPUT_SECONDS_MAX: usize = 10;
/// Lines that are shown of what a target said.
const LINES_MAX: usize = 60;
/// Seconds of a target if none are asked for.
const SECONDS: usize = 10;

/// Builds, then runs the targets that are named, or all.
pub fn run(arguments: &[String]) -> Done {
    let (seconds, named) = parse(arguments)?;
    let all = targets()?;
    if let Some(unknown) = named.iter().find(|name| !all.contains(*name)) {
        let known: Vec<&str> = all.iter().map(String::as_str).collect();
        return Err(format!("no fuzz target `{unknown}`; there are: {}", known.join(" ")));
    }
    let chosen: Vec<String> = if named.is_empty() { all } else { named }.into_iter().collect();
    let built = build()?;
    let broken = run_all(&built, &chosen, seconds);
    if broken.is_empty() {
        println!("fuzz: {} targets, {seconds} s each, nothing found", chosen.len());
        return Ok(());
    }
    Err(format!("fuzz: something was found by {}", broken.join(" ")))
}

/// Runs targets, as many at a time as there are processors; returns those that broke.
fn run_all(built: &Path, chosen: &[String], seconds: usize) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let broken = Mutex::new(Vec::new());
    let work = || {
        while let Some(target) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(why) = run_one(built, target, seconds) {
                eprintln!("{why}");
                broken.lock().unwrap_or_else(PoisonError::into_inner).push(target.clone());
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let mut broken = broken.into_inner().unwrap_or_else(PoisonError::into_inner);
    broken.sort();
    broken
}

fn parse(arguments: &[String]) -> Result<(usize, BTreeSet<String>), String> {
    let mut seconds = SECONDS;
    let mut named = BTreeSet::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--seconds" {
            let value = rest.next().and_then(|v| v.parse().ok()).filter(|v| *v > 0);
            seconds = value.ok_or("--seconds wants a number above 0")?;
        } else if argument.starts_with('-') {
            return Err(format!("fuzz knows no `{argument}`"));
        } else {
            named.insert(argument.clone());
        }
    }
    Ok((seconds, named))
}

fn home() -> PathBuf {
    root().join("dev/fuzz")
}

/// One target a file, and instead of [`SOURCE`] one for each source that has fixtures.
fn targets() -> Result<BTreeSet<String>, String> {
    let stem = |name: &String| name.strip_suffix(".rs").map(str::to_string);
    let mut all: BTreeSet<String> =
        names_in(&home().join("targets"))?.iter().filter_map(stem).collect();
    all.remove(SOURCE);
    let fixtures = fixtures();
    for family in names_in(&fixtures)? {
        for name in names_in(&fixtures.join(&family))? {
            all.insert(format!("{family}.{name}"));
        }
    }
    Ok(all)
}

/// Where the sources' fixtures are: a folder a family, in it a folder a source.
fn fixtures() -> PathBuf {
    root().join("catalog/sources/fixtures")
}

fn names_in(folder: &Path) -> Result<Vec<String>, String> {
    let listed = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(listed.filter_map(|e| Some(e.ok()?.file_name().to_string_lossy().into_owned())).collect())
}

/// Builds every target; returns the folder with the programs.
fn build() -> Result<PathBuf, String> {
    let host = host()?;
    let target = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(set) => root().join(set).join("fuzz"),
        None => home().join("target"),
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    // With `--target`, build scripts and macros are spared the flags. The lock file may lag
    // behind the workspace: cargo adds what is missing and keeps the rest.
    build
        .current_dir(home())
        .args(["build", "--release", "--bins", "--target", &host])
        .env("CARGO_TARGET_DIR", &target)
        .env_remove("RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
    let status = build.status().map_err(|e| format!("{build:?}: {e}"))?;
    if !status.success() {
        return Err("the fuzz targets do not build".into());
    }
    Ok(target.join(host).join("release"))
}

fn host() -> Result<String, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().map_err(|e| format!("rustc: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_string).ok_or_else(|| "rustc names no host".into())
}

/// Runs one target on its growing corpus and the seeds that fit it.
fn run_one(built: &Path, target: &str, seconds: usize) -> Done {
    let corpus = home().join("corpus").join(target);
    let artifacts = home().join("artifacts").join(target);
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    seed(target, &corpus)?;
    let program = if target.contains('.') { SOURCE } else { target };
    let mut command = Command::new(built.join(program));
    command
        .env(NAME, target)
        .current_dir(home())
        .env("RUST_BACKTRACE", "0")
        .arg(&corpus)
        .arg(format!("-max_total_time={seconds}"))
        // The same inputs in the same order every time: a check must not depend on chance.
        .arg("-seed=1")
        .arg(format!("-max_len={INPUT_MAX}"))
        .arg(format!("-rss_limit_mb={MEMORY_MAX}"))
        .arg(format!("-timeout={INPUT_SECONDS_MAX}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg("-print_final_stats=1")
        .stdout(Stdio::null());
    let output = command.output().map_err(|e| format!("{target}: {e}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        println!("fuzz {target}: {}", summary(&said));
        return Ok(());
    }
    Err(format!("{}\nfuzz {target}: broken; inputs in {}", last_words(&said), artifacts.display()))
}

/// What the target said when it broke, without libFuzzer's counting before it.
fn last_words(said: &str) -> String {
    let start = said.rfind("\nthread '").or_else(|| said.find("ERROR: libFuzzer")).unwrap_or(0);
    said.get(start..).unwrap_or(said).lines().take(LINES_MAX).collect::<Vec<_>>().join("\n")
}

/// From libFuzzer's words: coverage at the start and at the end, and how many inputs were tried.
fn summary(said: &str) -> String {
    let coverage = |line: &str| {
        line.split("cov: ").nth(1).and_then(|rest| rest.split(' ').next()).map(str::to_string)
    };
    let all: Vec<String> = said.lines().filter_map(coverage).collect();
    let inputs =
        said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units: "));
    match (all.first(), all.last()) {
        (Some(first), Some(last)) => {
            format!("{} inputs, coverage {first} -> {last}", inputs.unwrap_or("?").trim())
        }
        _ => "no coverage was counted".into(),
    }
}

/// Copies the fixtures that are of the target's kind into its corpus.
fn seed(target: &str, corpus: &Path) -> Done {
    if let Some((family, name)) = target.split_once('.') {
        return copy_all(&fixtures().join(family).join(name), corpus);
    }
    let folders: &[&str] = match target {
        "sigma_match" | "sigma_rule" => &["rules"],
        _ => &["catalog/sources/fixtures", "examples"],
    };
    folders.iter().try_for_each(|folder| copy_all(&root().join(folder), corpus))
}

fn copy_all(folder: &Path, corpus: &Path) -> Done {
    if !folder.is_dir() {
        return Ok(());
    }
    let why = |e: std::io::Error| format!("{}: {e}", folder.display());
    for entry in fs::read_dir(folder).map_err(why)? {
        let path = entry.map_err(why)?.path();
        if path.is_dir() {
            copy_all(&path, corpus)?;
            continue;
        }
        let size = fs::metadata(&path).map_err(why)?.len();
        if size > 0 && size <= INPUT_MAX as u64 {
            let relative = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy();
            fs::copy(&path, corpus.join(relative.replace('/', "-"))).map_err(why)?;
        }
    }
    Ok(())
}
