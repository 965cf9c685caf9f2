//! The `ocsf` family: events that are OCSF already.

mod json;
mod parquet;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&json::OcsfJson, &parquet::OcsfParquet];
