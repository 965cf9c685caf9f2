//! Where bytes come from: each member is a feed that hands over unpacked blobs.
//!
//! A feed never looks inside a blob beyond its packing (gzip, tar, …): what kind of log it holds
//! is the sources' business. What is packed is recognised by content, never by name, and every
//! bound on unpacking has a name in [`Bounds`].

#![allow(clippy::disallowed_methods, reason = "this is the crate that touches files")]

mod at;
pub mod aws_inventory;
mod buffer;
mod file;
mod names;
mod spool;
mod unpack;
mod walk;

use model::seam::About;

pub use file::Files;
pub use unpack::meter::Bounds;

/// Every feed, in the order of their names.
pub const ALL: &[&About] = &[&file::ABOUT];
