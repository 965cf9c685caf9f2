//! `grace_hours`: so many hours a month over the licence are tolerated; from then on each
//! instance over it is charged by the hour.

use model::seam::About;
use model::seam::meter::{Grace, Meter, Reading, Terms, Unit};
use model::usage::{Bucket, Usage};

use crate::decisive;

/// The member.
pub struct GraceHours;

impl Meter for GraceHours {
    fn about(&self) -> &'static About {
        &About {
            name: "grace_hours",
            line: "Hours over the licence: some tolerated a month, the rest charged",
            spec: "",
        }
    }

    fn line_ja(&self) -> &'static str {
        "ライセンス超過時間(月N時間まで許容、以後は超過課金)"
    }

    fn read(&self, usage: &Usage, terms: &Terms) -> Vec<Reading> {
        let Some(owned) = terms.owned else { return Vec::new() };
        let over: Vec<&Bucket> = usage.hours.iter().filter(|hour| hour.max > owned).collect();
        let allowed = terms.grace_hours as usize;
        let charged = over.iter().skip(allowed);
        let figure: f64 = charged.map(|hour| f64::from(hour.max - owned)).sum();
        let last = allowed.checked_sub(1).and_then(|at| over.get(at));
        let used_up = last.or(over.first().filter(|_| allowed == 0)).map(|hour| hour.start);
        let base = terms.month.map(|price| price * f64::from(owned));
        let extra = terms.over().map(|price| price * figure);
        let cost = match (base, extra) {
            (Some(base), Some(extra)) => Some(base + extra),
            (Some(base), None) if figure == 0.0 => Some(base),
            _ => None,
        };
        vec![Reading {
            scheme: "grace_hours".to_owned(),
            figure,
            unit: Unit::InstanceHours,
            over: Some(figure),
            cost,
            decisive: decisive(over.iter().copied(), |hour| f64::from(hour.max)),
            grace: Some(Grace { used: over.len() as u32, allowed: terms.grace_hours, used_up }),
        }]
    }
}
