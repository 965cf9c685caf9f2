//! Judges of events: each member reads one event at a time and says what it shows.

pub mod behavior;
mod builtin;
pub mod sigma;
pub mod web;

pub use builtin::{builtin_pages, builtin_rules};
