//! Ways in which a licence is counted, one file each: they read what ran and give a figure.

mod average_90d;
mod grace_hours;
mod hour_started;
mod peak;
mod per_second;
mod percentile;
mod reserved;
mod weekly_unique;

use model::seam::meter::{Decisive, Meter, Reading};
use model::usage::Bucket;

/// Every meter, by name.
pub const ALL: &[&dyn Meter] = &[
    &average_90d::Average90d,
    &grace_hours::GraceHours,
    &hour_started::HourStarted,
    &peak::Peak,
    &per_second::PerSecond,
    &percentile::Percentile,
    &reserved::Reserved,
    &weekly_unique::WeeklyUnique,
];

/// The stretches with the greatest values, the greatest first, of equal ones the earlier.
fn decisive<'b>(
    buckets: impl Iterator<Item = &'b Bucket>,
    value: impl Fn(&Bucket) -> f64,
) -> Vec<Decisive> {
    let mut all: Vec<Decisive> =
        buckets.map(|b| Decisive { start: b.start, value: value(b) }).collect();
    all.sort_by(|a, b| b.value.total_cmp(&a.value).then(a.start.cmp(&b.start)));
    all.truncate(Reading::DECISIVE_MAX);
    all
}

/// The mean; none of nothing.
fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let count = values.len();
    (count > 0).then(|| values.sum::<f64>() / count as f64)
}

#[cfg(test)]
mod tests;
