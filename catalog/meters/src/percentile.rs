//! `percentile`: the count that so many of a hundred hours do not exceed.
//!
//! By the nearest rank: of n samples in order, the one at place ⌈p·n/100⌉. The hours above it are
//! free of charge. `lower_99` is what some vendors write: leave out the highest hundredth of the
//! hours, take the greatest of the rest.

use model::seam::About;
use model::seam::meter::{Meter, Reading, Terms};
use model::usage::{Bucket, Usage};

use crate::decisive;

/// The member.
pub struct Percentile;

/// What is counted in an hour.
type Value = fn(&Bucket) -> u32;
const HOURLY: &[(&str, Value)] =
    &[("hourly_max", |hour| hour.max), ("hourly_at_start", |hour| hour.at_start)];

impl Meter for Percentile {
    fn about(&self) -> &'static About {
        &About {
            name: "percentile",
            line: "The count that 95 or 99 of a hundred hours do not exceed",
            spec: "https://docs.datadoghq.com/account_management/billing/",
        }
    }

    fn line_ja(&self) -> &'static str {
        "全時間の95%または99%が超えない台数(パーセンタイル)"
    }

    fn read(&self, usage: &Usage, terms: &Terms) -> Vec<Reading> {
        let mut readings = Vec::new();
        for part in [95, 99] {
            for (basis, value) in HOURLY {
                let name = format!("percentile.p{part}_{basis}");
                let place = |count: usize| (count * part).div_ceil(100);
                readings.extend(read(name, &usage.hours, *value, place, terms));
            }
            if usage.hours.iter().all(|hour| !hour.expected) {
                let name = format!("percentile.p{part}_minutes");
                let place = |count: usize| (count * part).div_ceil(100);
                readings.extend(read(name, &usage.minutes, |m| m.at_start, place, terms));
            }
        }
        let name = "percentile.lower_99_hourly_max".to_owned();
        readings.extend(read(name, &usage.hours, |hour| hour.max, |n| n * 99 / 100, terms));
        readings
    }
}

/// The sample at a place, counted from 1, in order of size.
fn read(
    scheme: String,
    samples: &[Bucket],
    value: Value,
    place: impl Fn(usize) -> usize,
    terms: &Terms,
) -> Option<Reading> {
    let mut ordered: Vec<u32> = samples.iter().map(value).collect();
    ordered.sort_unstable();
    let at = place(ordered.len()).checked_sub(1)?;
    let figure = *ordered.get(at)?;
    let mut reading = Reading::instances(scheme, f64::from(figure), terms);
    let charged = samples.iter().filter(|sample| value(sample) <= figure);
    reading.decisive = decisive(charged, |sample| f64::from(value(sample)));
    Some(reading)
}
