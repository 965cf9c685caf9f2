//! Reasons why findings belong together. A member knows no other.

pub mod barrier;
mod entity;
mod session;

use model::seam::correlator::Correlator;

/// Every correlator, by name.
pub const ALL: &[&dyn Correlator] = &[entity::KIND, session::KIND];
