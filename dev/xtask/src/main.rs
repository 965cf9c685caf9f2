//! The workshop's commands: `cargo xtask tidy`, `cargo xtask bench`, `cargo xtask fuzz`.
#![allow(clippy::print_stderr, clippy::disallowed_methods, reason = "it speaks to its person")]

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask tidy                            the house rules, all broken ones at once
cargo xtask bench [--mb N] [--reps N] [--full]
                                            speed and memory against their targets
cargo xtask bench --sources [--mb N] [--reps N]
                                            how fast each source reads its fixtures
cargo xtask fleet [--events N]               how long a fleet's lives take, against its target
cargo xtask bench --gate [--reps N]          the gate: import, start, check, lookup
cargo xtask fuzz [--seconds N] [TARGET...]  builds the fuzz targets and runs each for N seconds
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (verb, rest) = match arguments.split_first() {
        Some((verb, rest)) => (verb.as_str(), rest),
        None => ("", [].as_slice()),
    };
    let done = match verb {
        "tidy" => xtask::tidy::run(),
        "bench" => xtask::bench::run(rest),
        "bench-inner" => xtask::bench::run_inner(rest),
        "floor" => xtask::bench::floor::run(rest),
        "measure" => xtask::bench::measure::run(rest),
        "fleet" => xtask::fleet::run(rest),
        "fuzz" => xtask::fuzz::run(rest),
        _ => Err(format!("unknown command `{verb}`\n\n{USAGE}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
