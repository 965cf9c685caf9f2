//! The `linux` family of logs.

mod auditd;
mod bash_history;
mod journald;
pub mod messages;
mod syslog;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] =
    &[&auditd::Auditd, &bash_history::BashHistory, &journald::Journald, &syslog::Syslog];
