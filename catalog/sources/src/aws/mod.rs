//! The `aws` family of logs.

mod cloudtrail;
mod s3_access;
pub mod shared;
mod vpc_flow;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] =
    &[&cloudtrail::CloudTrail, &s3_access::S3Access, &vpc_flow::VpcFlow];
