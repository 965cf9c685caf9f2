//! The `fim` family of logs: file integrity monitors.

mod aide;
mod inotify;
mod tripwire;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&aide::Aide, &inotify::Inotify, &tripwire::Tripwire];
