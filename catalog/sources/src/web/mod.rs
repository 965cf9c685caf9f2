//! The `web` family of logs.

pub mod access;
mod error;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&access::Access, &error::Errors];
