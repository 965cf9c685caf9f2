//! Windows that follow one another and are judged when they are over: for averages, shares, and
//! everything that may still change while events come.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::condition::{Test, satisfied};
use super::keys::{Real, number};
use super::window::Seen;
use super::{Correlation, Kind};

/// Different values of one window; more are not told apart, and that is counted.
const VALUES_MAX: usize = 65_536;
/// Records kept for citing.
const CITED_MAX: usize = 8;

/// All since it was opened.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Closed {
    /// When it was opened: its first event.
    pub open: i64,
    pub last: i64,
    pub count: u64,
    pub tag: u8,
    pub records: Vec<u64>,
    /// The last event, for whoever refers to this correlation.
    pub latest: Option<Seen>,
    matched: u64,
    values: BTreeMap<u64, (u64, u64)>,
    numbers: Vec<Real>,
    sum: Real,
}

impl Closed {
    /// Takes an event in.
    pub fn take(
        &mut self,
        of: &Correlation,
        (reference, value): (u16, u64),
        seen: &Seen,
        lost: &mut u64,
    ) {
        if self.count == 0 {
            self.open = seen.start;
        }
        self.last = seen.start;
        self.count += 1;
        self.tag = self.tag.max(seen.tag);
        self.matched |= 1_u64.checked_shl(u32::from(reference)).unwrap_or(0);
        let room = CITED_MAX.saturating_sub(self.records.len());
        self.records.extend(seen.records().take(room));
        self.latest = Some(seen.clone());
        if value == 0 {
            return;
        }
        if let Some((count, _)) = self.values.get_mut(&value) {
            *count += 1;
        } else if self.values.len() < VALUES_MAX {
            self.values.insert(value, (1, seen.record));
        } else {
            *lost += 1;
        }
        if let Some(number) = number(value).filter(|_| of.counts_numbers()) {
            self.sum.0 += number;
            if self.numbers.len() < VALUES_MAX {
                self.numbers.push(Real(number));
            }
        }
    }

    /// Judges what was seen; the records to cite if the condition holds.
    pub fn judge(&self, of: &Correlation) -> Option<Vec<u64>> {
        if let Test::Expression { expression, .. } = &of.test {
            let holds = satisfied(expression, self.matched, &of.names) == Some(true);
            return holds.then(|| self.records.clone());
        }
        let numbers = self.numbers.len() as f64;
        let result = match of.kind {
            Kind::EventCount => Some(self.count as f64),
            Kind::ValueCount => Some(self.values.len() as f64),
            Kind::Temporal | Kind::TemporalOrdered => Some(f64::from(self.matched.count_ones())),
            Kind::ValueSum => Some(self.sum.0),
            Kind::ValueAvg => (numbers > 0.0).then(|| self.sum.0 / numbers),
            Kind::ValuePercentile => match of.test {
                Test::Closed { percentile: Some(rank), .. } => percentile(&self.numbers, rank),
                _ => return self.shares(of),
            },
        };
        result.filter(|number| of.test.holds(*number)).map(|_| self.records.clone())
    }

    /// Without a rank, the condition is about the share of each value, in percent of all: the
    /// records that the fitting values were seen in first.
    fn shares(&self, of: &Correlation) -> Option<Vec<u64>> {
        let all: u64 = self.values.values().map(|(count, _)| count).sum();
        let share = |count: u64| count as f64 * 100.0 / all as f64;
        let fitting = self.values.values().filter(|(count, _)| of.test.holds(share(*count)));
        let mut records: Vec<u64> = fitting.map(|(_, record)| *record).collect();
        records.sort_unstable();
        records.truncate(CITED_MAX);
        (!records.is_empty()).then_some(records)
    }

    /// How much room it takes, in events.
    pub fn len(&self) -> usize {
        self.values.len() + self.numbers.len() + self.records.len()
    }
}

/// A percentile with linear interpolation between neighbours; 50 is the median.
fn percentile(numbers: &[Real], rank: f64) -> Option<f64> {
    let mut sorted: Vec<f64> = numbers.iter().map(|number| number.0).collect();
    sorted.sort_by(f64::total_cmp);
    let place = rank / 100.0 * (sorted.len().checked_sub(1)? as f64);
    let below = *sorted.get(place.floor() as usize)?;
    let above = *sorted.get(place.ceil() as usize)?;
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_between_their_neighbours() {
        for (rank, wanted) in [(0.0, 1.0), (50.0, 2.5), (100.0, 4.0), (25.0, 1.75)] {
            let found = percentile(&[4.0, 1.0, 3.0, 2.0].map(Real), rank).unwrap();
            assert!((found - wanted).abs() < 1e-9, "{rank}: {found}");
        }
        assert_eq!(percentile(&[], 50.0), None);
    }
}
