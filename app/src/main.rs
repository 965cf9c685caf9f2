//! `yagura`: the face. Argument types never leave this crate.

#![allow(
    clippy::disallowed_methods,
    reason = "the face may touch files, the environment and the clock"
)]

mod args;
mod assemble;
mod assets;
mod baseline_args;
mod case_args;
mod commands;
mod exit;
mod fleet_args;
mod gate_args;
mod progress;
mod reading;
mod respond_args;
mod rules;
mod state;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match args::Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Help and version go to stdout and are no error; all else is the user's to mend.
        Err(error) => {
            let code = if error.use_stderr() { exit::ERROR } else { exit::DONE };
            let _closed = error.print();
            return ExitCode::from(code);
        }
    };
    let result = match &arguments.verb {
        args::Verb::Investigate(options) => commands::investigate::run(options),
        args::Verb::Explain(options) => commands::chain::run(options),
        args::Verb::Baseline(options) => commands::baseline::run(options),
        args::Verb::Sources(options) => commands::sources::run(options),
        args::Verb::Rules(options) => commands::rules::run(options),
        args::Verb::Fleet(options) => commands::fleet::run(options),
        args::Verb::Gate(options) => commands::gate::run(options),
        args::Verb::Case(options) => commands::case::run(options),
        args::Verb::Respond(options) => commands::respond::run(options),
        args::Verb::Doctor(options) => commands::doctor::run(options),
    };
    ExitCode::from(result.unwrap_or_else(|failure| exit::report(&failure)))
}
