//! The `linux` family of logs.

mod auditd;
mod messages;
mod syslog;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&auditd::Auditd, &syslog::Syslog];
