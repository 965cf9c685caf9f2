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
mod sql;
mod stamp;

use model::Time;
use model::seam::source::Source;
use model::time::Precision;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[
    &mariadb_audit::Audit,
    &mysql_audit::Audit,
    &mysql_error::Errors,
    &mysql_general::General,
    &mysql_slow::Slow,
    &postgres::Postgres,
];

/// Seconds since 1970 with three or six digits of a second, as digits.
fn epoch(digits: &str) -> Option<Time> {
    let (seconds, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let seconds: i64 = seconds.parse().ok().filter(|s| (0..1 << 40).contains(s))?;
    let all_digits = fraction.len() <= 9 && fraction.bytes().all(|b| b.is_ascii_digit());
    let unit = 10i64.checked_pow(9u32.checked_sub(fraction.len() as u32)?)?;
    let nanos = if fraction.is_empty() { 0 } else { fraction.parse::<i64>().ok()? * unit };
    let total = seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?;
    all_digits.then(|| Time::point(total, Precision::from_digits(fraction.len())))
}
