//! The `host` family: agents that watch hosts and containers.

mod deed;
mod osquery;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&osquery::Osquery];
