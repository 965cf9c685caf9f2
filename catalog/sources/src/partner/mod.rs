//! The `partner` family: alerts and logs of products that stand beside AWS.

mod alerts_csv;
mod cef;
mod leef;
mod record;
mod words;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&alerts_csv::AlertsCsv, &cef::Cef, &leef::Leef];
