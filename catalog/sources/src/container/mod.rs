//! The `container` family of logs.

mod docker;
mod kubernetes;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&docker::Docker, &kubernetes::Kubernetes];
