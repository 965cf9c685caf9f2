//! The verbs, one file each.

pub mod doctor;
pub mod investigate;
pub mod sources;
