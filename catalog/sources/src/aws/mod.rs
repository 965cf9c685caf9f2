//! The `aws` family of logs.

mod cloudtrail;
mod vpc_flow;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&cloudtrail::CloudTrail, &vpc_flow::VpcFlow];
