//! The `web` family of logs.

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[];
