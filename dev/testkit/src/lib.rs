//! Contract suites for the shelves: one suite a seam, run on every member. Never shipped.

#![allow(
    clippy::disallowed_methods,
    reason = "fixtures and goldens are files, UPDATE=1 is a variable"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is test code: it fails by panicking and speaks to the person at the terminal"
)]

pub mod contract;
mod corpus;
mod disguise;
mod golden;
pub mod mmdb;
mod walk;

pub use corpus::{bytes, corpus, files};
pub use disguise::Disguise;
pub use golden::golden;
pub use model::contract::{OwnedEvent, collect, collect_stream};
pub use walk::{Met, walk};
