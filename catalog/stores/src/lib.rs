//! Where cases are kept: one member a file.
#![allow(clippy::disallowed_methods, reason = "this is the crate that keeps things on disk")]

mod local;

pub use local::Local;
