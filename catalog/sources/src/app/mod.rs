//! The `app` family of logs.

mod json;
mod logfmt;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&json::AppJson, &logfmt::Logfmt];
