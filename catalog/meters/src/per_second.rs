//! `per_second`: hours of instances, counted by the second.

use model::seam::About;
use model::seam::meter::{Meter, Reading, Terms};
use model::usage::Usage;

use crate::decisive;

/// The member.
pub struct PerSecond;

impl Meter for PerSecond {
    fn about(&self) -> &'static About {
        &About { name: "per_second", line: "Hours of instances, by the second", spec: "" }
    }

    fn line_ja(&self) -> &'static str {
        "インスタンス時間(秒単位で計測)"
    }

    fn read(&self, usage: &Usage, terms: &Terms) -> Vec<Reading> {
        let figure = usage.seconds as f64 / 3600.0 * usage.growth;
        let mut reading = Reading::hours("per_second", figure, terms);
        reading.decisive = decisive(usage.hours.iter(), |hour| hour.seconds as f64 / 3600.0);
        vec![reading]
    }
}
