//! Stretches of time in which something was heard of, in seconds since 1970.

/// Silence that is no gap: logs are written now and then.
pub(super) const QUIET: i64 = 600;
/// Stretches kept of one thing by one log; further ones widen the last.
const SPANS_MAX: usize = 10_000;
/// Times that wait to be sorted in.
const FRESH_MAX: usize = 256;

/// Stretches of time, joined where no more than [`QUIET`] lies between.
#[derive(Clone, Debug, Default)]
pub(super) struct Spans {
    fresh: Vec<(i64, i64)>,
}

impl Spans {
    pub(super) fn add(&mut self, from: i64, to: i64) {
        if let Some((_, last)) =
            self.fresh.last_mut().filter(|l| l.0 <= from && from <= l.1 + QUIET)
        {
            *last = to.max(*last);
            return;
        }
        self.fresh.push((from, to.max(from)));
        if self.fresh.len() >= FRESH_MAX && self.fresh.len().is_power_of_two() {
            self.settle();
        }
    }

    pub(super) fn merge(&mut self, other: Spans) {
        self.fresh.extend(other.fresh);
        self.settle();
    }

    /// All stretches in order.
    pub(super) fn settled(&self) -> Vec<(i64, i64)> {
        let mut copy = self.clone();
        copy.settle();
        copy.fresh
    }

    fn settle(&mut self) {
        self.fresh = join(std::mem::take(&mut self.fresh), QUIET);
        if self.fresh.len() > SPANS_MAX {
            let end = self.fresh.last().map_or(0, |last| last.1);
            self.fresh.truncate(SPANS_MAX);
            if let Some(last) = self.fresh.last_mut() {
                last.1 = end;
            }
        }
    }
}

/// Sorts stretches and joins those with no more than `quiet` between.
pub(super) fn join(mut all: Vec<(i64, i64)>, quiet: i64) -> Vec<(i64, i64)> {
    all.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::with_capacity(all.len());
    for (from, to) in all {
        match joined.last_mut() {
            Some(last) if from <= last.1 + quiet => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// What of `from..to` no stretch covers; the stretches are in order.
pub(super) fn uncovered(from: i64, to: i64, spans: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut free = Vec::new();
    let mut at = from;
    for (start, end) in spans {
        if *start > at && at < to {
            free.push((at, (*start).min(to)));
        }
        at = at.max(*end);
    }
    if at < to {
        free.push((at, to));
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_join_over_silence_and_leave_gaps() {
        let mut spans = Spans::default();
        for at in [0, 5000, 300, 900, 5100] {
            spans.add(at, at + 60);
        }
        assert_eq!(spans.settled(), [(0, 960), (5000, 5160)]);
        assert_eq!(uncovered(-100, 6000, &spans.settled()), [(-100, 0), (960, 5000), (5160, 6000)]);
        assert_eq!(uncovered(100, 200, &spans.settled()), []);
        assert_eq!(uncovered(6000, 7000, &spans.settled()), [(6000, 7000)]);
    }
}
