//! The `app` family of logs.

pub mod json;
pub mod logfmt;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&json::AppJson, &logfmt::Logfmt];
