//! `average_90d`: the mean of the last ninety days, of those that are known: days without
//! records are not days without instances.

use model::seam::About;
use model::seam::meter::{Meter, Reading, Terms};
use model::usage::{Bucket, Usage};

use crate::{decisive, mean};

/// The member.
pub struct Average90d;

/// What is counted of a day.
type Value = fn(&Bucket) -> f64;
const DAILY: &[(&str, Value)] = &[
    ("average_90d.mean", Bucket::mean),
    ("average_90d.max", |day| f64::from(day.max)),
    ("average_90d.unique", |day| f64::from(day.unique)),
];

impl Meter for Average90d {
    fn about(&self) -> &'static About {
        &About {
            name: "average_90d",
            line: "The mean of the known days of the last ninety: of mean, maximum, different ones",
            spec: "",
        }
    }

    fn line_ja(&self) -> &'static str {
        "直近90日(記録のある日)の平均"
    }

    fn read(&self, usage: &Usage, terms: &Terms) -> Vec<Reading> {
        let read = |(scheme, value): &(&str, Value)| {
            let figure = mean(usage.days.iter().map(value))?;
            let mut reading = Reading::instances(*scheme, figure, terms);
            reading.decisive = decisive(usage.days.iter(), value);
            Some(reading)
        };
        DAILY.iter().filter_map(read).collect()
    }
}
