//! `hour_started`: hours of instances, each instance's part of an hour counted as a full one.

use model::seam::About;
use model::seam::meter::{Meter, Reading, Terms};
use model::usage::Usage;

use crate::decisive;

/// The member.
pub struct HourStarted;

impl Meter for HourStarted {
    fn about(&self) -> &'static About {
        &About {
            name: "hour_started",
            line: "Hours of instances, each started hour of an instance in full",
            spec: "",
        }
    }

    fn line_ja(&self) -> &'static str {
        "インスタンス時間(1時間未満は切り上げ)"
    }

    fn read(&self, usage: &Usage, terms: &Terms) -> Vec<Reading> {
        let figure = (usage.started_hours as f64 * usage.growth).round();
        let mut reading = Reading::hours("hour_started", figure, terms);
        reading.decisive = decisive(usage.hours.iter(), |hour| f64::from(hour.unique));
        vec![reading]
    }
}
