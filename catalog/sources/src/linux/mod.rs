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

/// The year of a log that writes none, from what the log itself says; the rule is linux.syslog's.
pub fn infer_year(sample: &[u8]) -> Option<i64> {
    syslog::infer_year(sample)
}

/// Whether a line of syslog starts a record: with a time, or with what was to be one.
pub fn opens(line: &str) -> bool {
    syslog::opens(line)
}
