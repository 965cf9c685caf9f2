//! `peak`: the most instances that ran at once, if only for a second.

use model::seam::About;
use model::seam::meter::{Decisive, Meter, Reading, Terms};
use model::usage::Usage;

/// The member.
pub struct Peak;

impl Meter for Peak {
    fn about(&self) -> &'static About {
        &About { name: "peak", line: "The most instances that ran at once", spec: "" }
    }

    fn line_ja(&self) -> &'static str {
        "同時に稼働したインスタンスの最大数"
    }

    fn read(&self, usage: &Usage, terms: &Terms) -> Vec<Reading> {
        let expected = usage.hours.iter().filter(|hour| hour.expected);
        let expected = expected.max_by_key(|hour| (hour.max, std::cmp::Reverse(hour.start)));
        let expected = expected.map(|hour| (hour.start, hour.max));
        let known = usage.peak.filter(|(_, most)| expected.is_none_or(|e| *most >= e.1));
        let Some((start, most)) = known.or(expected) else { return Vec::new() };
        let mut reading = Reading::instances("peak", f64::from(most), terms);
        reading.decisive.push(Decisive { start, value: f64::from(most) });
        vec![reading]
    }
}
