//! The `container` family of logs.

mod kubernetes;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&kubernetes::Kubernetes];
