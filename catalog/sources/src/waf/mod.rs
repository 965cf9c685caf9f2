//! The `waf` family of logs.

mod modsecurity;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[&modsecurity::ModSecurity];
