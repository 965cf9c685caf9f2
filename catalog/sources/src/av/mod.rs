//! The `av` family of logs: virus scanners.

mod clamav;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&clamav::ClamAv];
