//! How fast each source reads: its own fixtures, repeated in memory, on one core. What is printed
//! is for `cargo xtask bench --sources`, one line a source.
#![allow(clippy::disallowed_methods, reason = "fixtures are files")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it speaks to the bench")]

mod behaviour;
mod blob;
mod measure;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The allocator of the program that is measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str =
    "speed FIXTURES MEGABYTES REPETITIONS [SOURCE...]\nspeed behaviour EVENTS REPETITIONS";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, events, repetitions] = arguments.as_slice()
        && let ("behaviour", Ok(events), Ok(repetitions)) =
            (word.as_str(), events.parse(), repetitions.parse())
    {
        for line in behaviour::lines(events, repetitions) {
            println!("{line}");
        }
        return ExitCode::SUCCESS;
    }
    let [root, megabytes, repetitions, only @ ..] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let (Ok(megabytes), Ok(repetitions)) = (megabytes.parse(), repetitions.parse()) else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let root: PathBuf = Path::new(root).to_path_buf();
    for source in sources::all() {
        let name = source.about().name;
        if !only.is_empty() && !only.iter().any(|wanted| wanted == name) {
            continue;
        }
        let folder = root.join(name.replacen('.', "/", 1));
        let blobs = blob::of(source, &folder, megabytes);
        println!("{}", measure::line(source, &blobs, repetitions));
    }
    ExitCode::SUCCESS
}
