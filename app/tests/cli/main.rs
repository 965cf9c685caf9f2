//! The binary, as a person runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests touch files and fail by panicking"
)]

mod bad_input;
mod baseline;
mod behavior;
mod between;
mod corpus;
mod custom_formats;
mod disguised;
mod explain;
mod fleet;
mod fleet_sync;
mod gate;
mod gate_corpus;
mod gate_images;
mod gate_story;
mod hosts;
mod injection;
mod moto;
mod parquet;
mod respond;
mod respond_least;
mod respond_renewal;
mod respond_trouble;
mod respond_uses;
mod respond_waf;
mod respond_web;
mod rules;
mod sample;
mod simulated;
mod stories;
mod web;

use std::path::{Path, PathBuf};
use std::process::Output;

/// Runs `yagura` with these arguments, in the repository's root, with nothing on stdin.
fn yagura<I: AsRef<std::ffi::OsStr>>(arguments: &[I]) -> Output {
    yagura_with(arguments, b"")
}

/// The same with bytes on stdin.
fn yagura_with<I: AsRef<std::ffi::OsStr>>(arguments: &[I], stdin: &[u8]) -> Output {
    assert_cmd::Command::cargo_bin("yagura")
        .unwrap()
        .current_dir(root())
        .args(arguments)
        .write_stdin(stdin)
        .output()
        .unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Investigates as JSON; the exit code and the answer.
fn investigate(arguments: &[&str]) -> (i32, serde_json::Value) {
    let mut all = vec!["investigate", "--format", "json"];
    all.extend(arguments);
    let output = yagura(&all);
    let code = output.status.code().unwrap_or(-1);
    let json = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}\n{}", stdout(&output), stderr(&output)));
    (code, json)
}

/// The law that must hold in every answer.
fn conserved(json: &serde_json::Value) {
    let tally = &json["tally"];
    let get = |key: &str| tally[key].as_u64().unwrap_or_else(|| panic!("no {key} in {tally}"));
    assert_eq!(get("records"), get("events") + get("duplicates") + get("rejects"), "{tally}");
}
