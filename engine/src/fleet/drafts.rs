//! Marks of one instance become drafts of runs: what tells of each start and of each end.

use model::fleet::{Phase, Told};

use super::gather::Mark;
use super::lags::Lags;
use super::life::{Moment, Run};

/// Words on one start or one end lie no further apart.
const PAIR_MAX: i64 = 600;
/// Somebody who sees it running so long after its end saw another run.
const LATE: i64 = 60;

/// What tells of one run.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    starts: Vec<Mark>,
    ends: Vec<Mark>,
}

impl Draft {
    fn first(&self) -> Option<i64> {
        self.starts.first().map(|mark| mark.at)
    }

    /// Whether it ended for good.
    pub(super) fn is_final(&self) -> bool {
        self.ends.iter().any(|m| matches!(m.phase, Phase::ShuttingDown | Phase::Terminated))
    }

    /// The exact word on the start.
    pub(super) fn running(&self) -> Option<i64> {
        find(&self.starts, Phase::Running, Told::State)
    }

    /// When it was asked for, by the best word on that.
    pub(super) fn asked(&self) -> Option<Mark> {
        let by = |told| self.starts.iter().find(|m| m.phase == Phase::Pending && m.told == told);
        [Told::Call, Told::State, Told::Description].into_iter().find_map(by).copied()
    }

    /// The exact word on the end, unless something earlier already announced another end.
    pub(super) fn ending(&self) -> Option<(i64, Phase)> {
        let exact = self.ends.iter().find(|m| {
            matches!(m.phase, Phase::Stopping | Phase::ShuttingDown) && m.told == Told::State
        })?;
        let earlier = self.ends.first().filter(|first| first.at + PAIR_MAX < exact.at);
        earlier.is_none().then_some((exact.at, exact.phase))
    }

    /// The exact word on when it was gone.
    pub(super) fn terminated(&self) -> Option<i64> {
        find(&self.ends, Phase::Terminated, Told::State)
    }

    /// What announces the end, the best word first.
    fn announced(&self) -> Option<Mark> {
        let by = |told| self.ends.iter().find(|m| m.told == told).copied();
        [Told::Call, Told::Evicted, Told::Description, Told::Activity, Told::State, Told::Seen]
            .into_iter()
            .find_map(by)
    }

    /// Learns how long changes follow what announces them.
    pub(super) fn teach(&self, lags: &mut Lags) {
        if let Some(running) = self.running() {
            for mark in &self.starts {
                let other = (mark.phase, mark.told);
                if other != (Phase::Running, Told::State) && other.1 != Told::Seen {
                    lags.learn(Phase::Running, other, running - mark.at);
                }
            }
        }
        let Some((ending, phase)) = self.ending() else { return };
        for mark in &self.ends {
            let other = (mark.phase, mark.told);
            if other != (phase, Told::State) && other.1 != Told::Seen {
                lags.learn(Phase::ShuttingDown, other, ending - mark.at);
            }
        }
        if let (Some(gone), Phase::ShuttingDown) = (self.terminated(), phase) {
            lags.learn(Phase::Terminated, (Phase::ShuttingDown, Told::State), gone - ending);
        }
    }

    /// The run, by the best words; `None` if it never ran.
    pub(super) fn run(&self, lags: &Lags) -> Option<Run> {
        let from = self.start(lags);
        let to = self.end(lags);
        let Some(mut from) = from else {
            // Its start lies before all records: nothing is known of it.
            let to = to?;
            return Some(Run {
                from: Moment { low: i64::MIN, told: Told::Seen, ..to },
                to: Some(to),
            });
        };
        if let Some(to) = to {
            from.high = from.high.min(to.high).max(from.low);
            if from.at >= to.at {
                return None;
            }
        }
        Some(Run { from, to })
    }

    fn start(&self, lags: &Lags) -> Option<Moment> {
        if let Some(at) = self.running() {
            return Some(Moment::exact(at, Told::State));
        }
        let guess = |mark: Mark| lags.guess(Phase::Running, (mark.phase, mark.told), mark.at);
        let by = |told| self.starts.iter().find(|mark| mark.told == told).copied();
        self.asked().or_else(|| by(Told::Activity)).map(guess).or_else(|| {
            // Seen or heard of: it had begun by then.
            let first = self.starts.first()?;
            Some(Moment { at: first.at, low: i64::MIN, high: first.at, told: first.told })
        })
    }

    /// When it ended: by state, by what announced it, or by not being listed any more.
    pub(super) fn end(&self, lags: &Lags) -> Option<Moment> {
        if let Some((at, _)) = self.ending() {
            return Some(Moment::exact(at, Told::State));
        }
        let mark = self.announced()?;
        if mark.told == Told::Seen {
            return Some(Moment {
                at: mark.at,
                low: self.last_seen(),
                high: mark.at,
                told: mark.told,
            });
        }
        Some(lags.guess(Phase::ShuttingDown, (mark.phase, mark.told), mark.at))
    }

    /// When it was gone for good.
    pub(super) fn gone(&self, lags: &Lags) -> Option<Moment> {
        if let Some(at) = self.terminated() {
            return Some(Moment::exact(at, Told::State));
        }
        let end = self.end(lags).filter(|_| self.is_final())?;
        let guess = lags.guess(Phase::Terminated, (Phase::ShuttingDown, Told::State), end.at);
        let told = if end.told == Told::State { Told::Call } else { end.told };
        Some(Moment { at: guess.at, low: end.low, high: guess.high.max(end.high), told })
    }

    pub(super) fn last_seen(&self) -> i64 {
        self.starts.last().map_or(i64::MIN, |mark| mark.at)
    }

    /// It is not listed any more from some time on.
    pub(super) fn vanish(&mut self, at: i64) {
        self.ends.push(Mark { at, phase: Phase::ShuttingDown, told: Told::Seen });
    }

    pub(super) fn is_open(&self) -> bool {
        self.ends.is_empty()
    }
}

fn find(marks: &[Mark], phase: Phase, told: Told) -> Option<i64> {
    marks.iter().find(|mark| mark.phase == phase && mark.told == told).map(|mark| mark.at)
}

/// Cuts the marks of an instance, in order of time, into runs.
pub(super) fn drafts(marks: &[Mark]) -> Vec<Draft> {
    let mut all: Vec<Draft> = Vec::new();
    for mark in marks {
        let starts = matches!(mark.phase, Phase::Pending | Phase::Running);
        if !starts {
            if all.is_empty() {
                all.push(Draft::default());
            }
            if let Some(last) = all.last_mut() {
                last.ends.push(*mark);
            }
            continue;
        }
        match all.last_mut() {
            Some(last) if !begins(last, mark) => {
                if last.ends.is_empty() {
                    last.starts.push(*mark);
                }
            }
            Some(last) => {
                if last.ends.is_empty() {
                    // It starts again, so it had ended: nobody told when.
                    last.ends.push(Mark { phase: Phase::Stopping, told: Told::Seen, ..*mark });
                }
                all.push(Draft { starts: vec![*mark], ends: Vec::new() });
            }
            None => all.push(Draft { starts: vec![*mark], ends: Vec::new() }),
        }
    }
    all
}

/// Whether a mark begins another run than the last one.
fn begins(last: &Draft, mark: &Mark) -> bool {
    if last.is_final() {
        return false;
    }
    match (last.ends.last(), mark.phase, mark.told) {
        // A group says afterwards that it launched it; it launches each but once.
        (_, _, Told::Activity) => false,
        (Some(end), _, Told::Seen | Told::Alive) => mark.at > end.at + LATE,
        (Some(_), ..) => true,
        (None, Phase::Pending, _) => last.first().is_some_and(|at| at + PAIR_MAX < mark.at),
        (None, ..) => false,
    }
}
