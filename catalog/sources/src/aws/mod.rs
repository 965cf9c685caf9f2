//! The `aws` family of logs.

mod cloudtrail;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&cloudtrail::CloudTrail];
