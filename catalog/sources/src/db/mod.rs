//! The `db` family of logs.

pub mod attributes;
pub mod entry;
mod mariadb_audit;
mod mysql;
mod mysql_audit;
mod mysql_error;
mod mysql_general;
mod mysql_slow;
mod postgres;
mod sessions;
pub mod sql;
mod stamp;

use model::seam::source::Source;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[
    &mariadb_audit::Audit,
    &mysql_audit::Audit,
    &mysql_error::Errors,
    &mysql_general::General,
    &mysql_slow::Slow,
    &postgres::Postgres,
];
