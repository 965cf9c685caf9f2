//! How long a state change follows what announces it, learned from the lives that tell both.

use std::collections::BTreeMap;

use model::fleet::{Phase, Told};

use super::life::Moment;

/// What announces a change: the phase it leads to, the phase that is told, and how.
type Cue = (Phase, Phase, Told);

/// Fewer are no rule.
const SAMPLES_MIN: usize = 5;
/// A start that is told only by its call takes no longer; so long may an end take.
const START_MAX: i64 = 120;
const END_MAX: i64 = 30;

/// What was learned.
#[derive(Debug, Default)]
pub(super) struct Lags {
    samples: BTreeMap<Cue, Vec<i64>>,
}

impl Lags {
    /// A change and what announced it, both told.
    pub(super) fn learn(&mut self, to: Phase, (phase, told): (Phase, Told), lag: i64) {
        self.samples.entry((to, phase, told)).or_default().push(lag);
    }

    /// All is learned.
    pub(super) fn settle(&mut self) {
        self.samples.values_mut().for_each(|lags| lags.sort_unstable());
    }

    /// The best word on a change that is told only by what announced it at `at`.
    pub(super) fn guess(&self, to: Phase, (phase, told): (Phase, Told), at: i64) -> Moment {
        let of =
            |told| self.samples.get(&(to, phase, told)).filter(|lags| lags.len() >= SAMPLES_MIN);
        // A description states when the call was.
        let known = of(told).or_else(|| of(Told::Call).filter(|_| told == Told::Description));
        let lag = |of: usize| known.and_then(|lags| lags.get(of)).copied();
        let count = known.map_or(0, Vec::len);
        let (default_low, default_high) = match (told, to) {
            // A group says it afterwards, and what is gone was ending before.
            (Told::Activity, _) | (Told::State, Phase::ShuttingDown) => (-START_MAX, 0),
            (_, Phase::Running) => (0, START_MAX),
            _ => (0, END_MAX),
        };
        Moment {
            at: at + lag(count / 2).unwrap_or(0),
            low: at + lag(0).unwrap_or(default_low),
            high: at + lag(count.saturating_sub(1)).unwrap_or(default_high),
            told,
        }
    }
}
