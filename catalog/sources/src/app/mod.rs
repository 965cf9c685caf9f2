//! The `app` family of logs.

mod json;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&json::AppJson];
