//! What keeps the house in order: tidy, bench and fuzz. Never shipped.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a tool of the workshop reads files, starts programs and speaks to its person"
)]

pub mod bench;
pub mod fleet;
pub mod fuzz;
pub mod rust_text;
pub mod tidy;
pub mod tree;

/// How a command ends: what to tell its person if it failed.
pub type Done = Result<(), String>;
