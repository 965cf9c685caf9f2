//! Killed at random moments while cases are kept and tickets are written: nothing is lost, doubled
//! or half there. `YAGURA_KILLS=500` for more kills than the few of every change.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "the test runs the binary and is the other side"
)]

mod hub;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hub::serve;
use serde_json::Value;

/// Kills of each test if nothing else is said.
const KILLS: u64 = 14;
/// Notes that become comments.
const NOTES: usize = 3;

fn kills() -> u64 {
    std::env::var("YAGURA_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS)
}

/// A number below a bound, the same for the same seed (splitmix64).
fn below(bound: u128, seed: u64) -> u64 {
    let mut z = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    u64::try_from(u128::from(z ^ (z >> 31)) % bound.max(1)).unwrap()
}

fn yagura(arguments: &[&str], state: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("yagura"));
    command.args(arguments).arg("--state").arg(state);
    command.env("USER", "mika").env("TEST_TOKEN", "t0ken-of-test");
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn done(arguments: &[&str], state: &Path) {
    let code = yagura(arguments, state).status().unwrap().code();
    assert!(matches!(code, Some(0 | 1)), "{arguments:?}: {code:?}");
}

/// All cases without the times, which differ between runs; nothing if there is no ledger yet.
fn export(state: &Path) -> Option<Value> {
    if !state.join("ledger.sqlite").is_file() {
        return None;
    }
    let output = yagura(&["case", "export"], state).stdout(Stdio::piped()).output().unwrap();
    assert!(output.status.success(), "the ledger cannot be read after a kill");
    let mut all: Value = serde_json::from_slice(&output.stdout).unwrap();
    forget(&mut all);
    Some(all)
}

fn forget(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for name in ["at", "opened", "updated", "url", "tickets"] {
                map.remove(name);
            }
            map.values_mut().for_each(forget);
        }
        Value::Array(list) => list.iter_mut().for_each(forget),
        _ => {}
    }
}

/// Starts it and kills it: at a moment of the whole run, or, every other time, soon after `near`
/// is there. Says whether it was still running.
fn kill(mut command: Command, whole: Duration, near: &dyn Fn() -> bool, seed: u64) -> bool {
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    if seed.is_multiple_of(2) {
        std::thread::sleep(Duration::from_micros(below(whole.as_micros(), seed)));
    } else {
        while !near() && start.elapsed() < whole * 3 && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros(below(whole.as_micros() / 8, seed)));
    }
    let running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    running
}

fn sample() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/stolen-key");
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_killed_save_leaves_a_whole_case_or_none() {
    let home = tempfile::tempdir().unwrap();
    let logs = sample();
    let save = ["investigate", &logs, "--quiet", "-o", "/dev/null"];
    let start = Instant::now();
    let whole = home.path().join("whole");
    done(&save, &whole);
    let (time, wanted) = (start.elapsed(), export(&whole).unwrap());
    assert_eq!(wanted["cases"].as_array().unwrap().len(), 1);
    let mut running = 0;
    for seed in 0..kills() {
        let state = home.path().join(format!("state-{seed}"));
        let near = || state.join("ledger.sqlite").exists();
        running += u64::from(kill(yagura(&save, &state), time, &near, seed));
        if let Some(left) = export(&state) {
            let none = left["cases"].as_array().unwrap().is_empty();
            assert!(none || left == wanted, "kill {seed} left {left:#}");
        }
        done(&save, &state);
        assert_eq!(export(&state).unwrap(), wanted, "after kill {seed}");
        fs::remove_dir_all(&state).unwrap();
    }
    println!("{running} of {} were running when they were killed", kills());
    assert!(running > 0);
}

/// A folder with a case and its notes, to be copied; and how long a whole `sync` takes.
fn prepared(home: &Path) -> PathBuf {
    let state = home.join("first");
    done(&["investigate", &sample(), "--quiet", "-o", "/dev/null"], &state);
    for number in 0..NOTES {
        done(&["case", "note", "C-1", &format!("note {number}")], &state);
    }
    state
}

#[test]
fn a_killed_sync_is_made_good_by_the_next() {
    let home = tempfile::tempdir().unwrap();
    let first = prepared(home.path());
    let before = export(&first).unwrap();
    let mut time = None;
    let mut running = 0;
    for seed in 0..=kills() {
        let state = home.path().join(format!("state-{seed}"));
        fs::create_dir(&state).unwrap();
        fs::copy(first.join("ledger.sqlite"), state.join("ledger.sqlite")).unwrap();
        let (url, hub) = serve();
        let config = home.path().join("yagura.toml");
        let text = format!(
            "[[tracker]]\nname = \"hub\"\nkind = \"github\"\nurl = \"{url}\"\n\
             project = \"example/ir\"\ntoken_env = \"TEST_TOKEN\"\nretries = 0\n"
        );
        fs::write(&config, text).unwrap();
        let sync = ["case", "sync", "--config", config.to_str().unwrap()];
        if let Some(time) = time {
            let near = || !hub.lock().unwrap().writes.is_empty();
            running += u64::from(kill(yagura(&sync, &state), time, &near, seed));
            let left = export(&state).unwrap();
            assert_eq!(left["cases"][0]["notes"], before["cases"][0]["notes"], "kill {seed}");
        }
        let start = Instant::now();
        done(&sync, &state);
        time = time.or_else(|| Some(start.elapsed()));
        let writes = hub.lock().unwrap().writes.len();
        done(&sync, &state);
        let hub = hub.lock().unwrap();
        assert_eq!(hub.issues.len(), 1, "kill {seed}: one ticket");
        let mut said: Vec<String> = hub.comments.get(&1).into_iter().flatten().map(body).collect();
        assert_eq!(said.len(), NOTES, "kill {seed}: each note once");
        said.sort();
        said.dedup();
        assert_eq!(said.len(), NOTES, "kill {seed}: each note once");
        assert_eq!(hub.writes.len(), writes, "kill {seed}: nothing is left to write");
        fs::remove_dir_all(&state).unwrap();
    }
    println!("{running} of {} were running when they were killed", kills());
    assert!(running > 0);
}

fn body(comment: &Value) -> String {
    comment["body"].as_str().unwrap().to_owned()
}
