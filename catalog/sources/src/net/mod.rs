//! The `net` family of logs: what sensors and kernels saw on the wire.

mod conntrack;
pub mod ends;
mod suricata;
pub mod web;
mod zeek;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&conntrack::Conntrack, &suricata::Suricata, &zeek::Zeek];
