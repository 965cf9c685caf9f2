//! `weekly_unique`: the mean of how many different instances each week saw. An instance that
//! lived ten minutes counts for its whole week.

use model::seam::About;
use model::seam::meter::{Decisive, Meter, Reading, Terms};
use model::usage::Usage;

use crate::mean;

/// The member.
pub struct WeeklyUnique;

/// Weeks that the mean is over: the last that are wholly known.
const WEEKS: usize = 4;

impl Meter for WeeklyUnique {
    fn about(&self) -> &'static About {
        &About {
            name: "weekly_unique",
            line: "Different instances a week, the mean of four whole weeks",
            spec: "https://www.crowdstrike.com/en-us/products/faq/",
        }
    }

    fn line_ja(&self) -> &'static str {
        "週ごとのユニーク台数(完全な4週間の平均)"
    }

    fn read(&self, usage: &Usage, terms: &Terms) -> Vec<Reading> {
        let weeks = usage.weeks.get(usage.weeks.len().saturating_sub(WEEKS)..).unwrap_or_default();
        let Some(figure) = mean(weeks.iter().map(|week| f64::from(week.unique))) else {
            return Vec::new();
        };
        let mut reading = Reading::instances("weekly_unique", figure, terms);
        reading.decisive = weeks
            .iter()
            .map(|week| Decisive { start: week.start, value: f64::from(week.unique) })
            .collect();
        vec![reading]
    }
}
