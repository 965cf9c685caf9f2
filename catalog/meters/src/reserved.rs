//! `reserved`: so many instances are paid for the month, each one more by the second.

use model::seam::About;
use model::seam::meter::{Meter, Reading, Terms, Unit};
use model::usage::Usage;

use crate::decisive;

/// The member.
pub struct Reserved;

impl Meter for Reserved {
    fn about(&self) -> &'static About {
        &About {
            name: "reserved",
            line: "Instances reserved for the month; hours of instances beyond them",
            spec: "",
        }
    }

    fn line_ja(&self) -> &'static str {
        "予約分+超過分のインスタンス時間"
    }

    fn read(&self, usage: &Usage, terms: &Terms) -> Vec<Reading> {
        let Some(owned) = terms.owned else { return Vec::new() };
        let known = usage.levels.iter().map(|(count, seconds)| {
            f64::from(count.saturating_sub(owned)) * *seconds as f64 / 3600.0
        });
        // What is only expected is known by the hour.
        let expected = usage.hours.iter().filter(|hour| hour.expected);
        let expected = expected.map(|hour| (hour.mean() - f64::from(owned)).max(0.0));
        let figure = known.sum::<f64>() + expected.sum::<f64>();
        let base = terms.month.map(|price| price * f64::from(owned));
        let extra = terms.over().map(|price| price * figure);
        vec![Reading {
            scheme: "reserved".to_owned(),
            figure,
            unit: Unit::InstanceHours,
            over: Some(figure),
            cost: base.zip(extra).map(|(base, extra)| base + extra),
            decisive: decisive(usage.hours.iter().filter(|hour| hour.max > owned), |hour| {
                f64::from(hour.max)
            }),
            grace: None,
        }]
    }
}
