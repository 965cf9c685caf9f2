//! What is remembered of one group of one correlation, and whether that is enough.
//!
//! A window that is judged with every event keeps no more than the judgement needs: of an
//! `event_count` of ten the last ten events. So what is kept is bounded without a loss.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::condition::{Test, satisfied};
use super::keys::{Keys, Real, number};
use super::temporal::Chain;
use super::values::Closed;
use super::{Correlation, Kind};
use crate::number::{Number, Order};

/// Events of one sum; the oldest go beyond it, and that is counted.
const SUM_MAX: usize = 65_536;

/// An event, or a match of a correlation below, that counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub start: i64,
    pub end: i64,
    pub record: u64,
    pub tag: u8,
    /// The rule and the keys of the event, for whoever refers to this correlation.
    pub rule: u32,
    pub keys: Keys,
    /// Of a match: the records that it stands on.
    pub more: Vec<u64>,
}

impl Seen {
    /// The records to cite for it.
    pub fn records(&self) -> impl Iterator<Item = u64> {
        self.more.iter().copied().chain([self.record])
    }
}

/// What is kept of a group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Window {
    /// The last so many events.
    Count(VecDeque<Seen>),
    /// The last so many values, by when each was seen last.
    Values { by_time: BTreeSet<(i64, u64)>, by_value: BTreeMap<u64, Seen> },
    /// Events with their numbers, and the sum.
    Sum { events: VecDeque<(Seen, Real)>, sum: Real },
    /// Of each rule the last event.
    Rules(Vec<Option<Seen>>),
    /// Events in order.
    Chain(Chain),
    /// All since it was opened, judged when it is over.
    Closed(Closed),
}

impl Window {
    /// An empty one.
    pub fn new(of: &Correlation) -> Window {
        match of.kind {
            _ if of.test.closes() => Window::Closed(Closed::default()),
            Kind::EventCount => Window::Count(VecDeque::new()),
            Kind::TemporalOrdered => Window::Chain(Chain::new(of.names.len())),
            Kind::Temporal => Window::Rules(vec![None; of.names.len()]),
            Kind::ValueSum => Window::Sum { events: VecDeque::new(), sum: Real(0.0) },
            Kind::ValueCount | Kind::ValueAvg | Kind::ValuePercentile => {
                Window::Values { by_time: BTreeSet::new(), by_value: BTreeMap::new() }
            }
        }
    }

    /// Takes an event in; whether the condition holds in the window that ends with it. Adds to
    /// `lost` what was forgotten for want of room.
    pub fn take(
        &mut self,
        of: &Correlation,
        reference: u16,
        value: u64,
        seen: Seen,
        lost: &mut u64,
    ) -> bool {
        let since = seen.start.saturating_sub(of.span);
        let least = if let Test::AtLeast(least) = of.test { least } else { 1 };
        match self {
            Window::Count(events) => {
                events.push_back(seen);
                if events.len() > least {
                    events.pop_front();
                }
                events.len() >= least && events.front().is_some_and(|oldest| oldest.start >= since)
            }
            Window::Values { by_time, by_value } => {
                if value == 0 {
                    return false;
                }
                by_time.insert((seen.start, value));
                let now = seen.start;
                if let Some(before) = by_value.insert(value, seen)
                    && before.start != now
                {
                    by_time.remove(&(before.start, value));
                }
                if by_time.len() > least
                    && let Some((_, oldest)) = by_time.pop_first()
                {
                    by_value.remove(&oldest);
                }
                by_time.len() >= least && by_time.first().is_some_and(|oldest| oldest.0 >= since)
            }
            Window::Sum { events, sum } => {
                let Some(number) = number(value) else { return false };
                add(events, sum, (seen, Real(number)), since, lost);
                matches!(of.test, Test::Sum { bound, least } if reaches(sum.0, bound, least))
            }
            Window::Rules(newest) => {
                if let Some(slot) = newest.get_mut(usize::from(reference)) {
                    *slot = Some(seen);
                }
                rules_hold(newest, of, since, least)
            }
            Window::Chain(chain) => chain.take(reference, seen, of.span),
            Window::Closed(closed) => {
                closed.take(of, (reference, value), &seen, lost);
                false
            }
        }
    }

    /// What the condition holds by, in order of time; asked after it was found to hold.
    pub fn contributors(&self, since: i64) -> Vec<&Seen> {
        let mut all: Vec<&Seen> = match self {
            Window::Count(events) => events.iter().collect(),
            Window::Values { by_value, .. } => by_value.values().collect(),
            Window::Sum { events, .. } => events.iter().map(|(seen, _)| seen).collect(),
            Window::Rules(newest) => newest.iter().flatten().collect(),
            Window::Chain(chain) => chain.whole(),
            Window::Closed(_) => Vec::new(),
        };
        all.retain(|seen| seen.start >= since);
        all.sort_by_key(|seen| (seen.start, seen.record));
        all
    }

    /// How much room it takes, in events.
    pub fn len(&self) -> usize {
        match self {
            Window::Count(events) => events.len(),
            Window::Values { by_value, .. } => by_value.len(),
            Window::Sum { events, .. } => events.len(),
            Window::Rules(newest) => newest.len(),
            Window::Chain(chain) => chain.len(),
            Window::Closed(closed) => closed.len(),
        }
    }
}

/// Adds a number to a sum, and takes out what is too old for it.
fn add(
    events: &mut VecDeque<(Seen, Real)>,
    sum: &mut Real,
    event: (Seen, Real),
    since: i64,
    lost: &mut u64,
) {
    let newest = event.1;
    sum.0 += newest.0;
    events.push_back(event);
    let old = |event: &(Seen, Real)| event.0.start < since;
    while events.len() > SUM_MAX || events.front().is_some_and(old) {
        let Some((gone, number)) = events.pop_front() else { break };
        *lost += u64::from(gone.start >= since);
        sum.0 -= number.0;
    }
    if events.len() == 1 {
        // Differences of real numbers leave crumbs.
        *sum = newest;
    }
}

/// Whether enough rules, or the right ones, matched since then.
fn rules_hold(newest: &[Option<Seen>], of: &Correlation, since: i64, least: usize) -> bool {
    let mut matched = 0_u64;
    for (at, seen) in newest.iter().enumerate() {
        let within = seen.as_ref().is_some_and(|seen| seen.start >= since);
        matched |= u64::from(within) << at;
    }
    match &of.test {
        Test::Expression { expression, .. } => {
            satisfied(expression, matched, &of.names) == Some(true)
        }
        _ => matched.count_ones() as usize >= least,
    }
}

fn reaches(sum: f64, bound: Order, least: f64) -> bool {
    Number::Real(sum).stands(bound, Number::Real(least))
}
