//! Checkpoints: a correlator's whole state, to be kept and taken up again.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::Correlations;
use super::group::Group;
use super::keys::Hit;
use super::run::{Correlator, Limits, Match, Place, Spent};

/// A correlator's state, in any format of serde. The same state is the same text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Saved {
    /// Tells the correlations that it belongs to.
    mark: u64,
    newest: i64,
    done: i64,
    pending: Vec<Hit>,
    groups: Vec<(Place, Group)>,
    timers: Vec<(i64, Place)>,
    latest: Option<(i64, u32, u64, u64)>,
    out: Vec<Match>,
    spent: Spent,
    sweep_at: usize,
}

impl<'c> Correlator<'c> {
    /// The state as it is.
    pub fn save(&self) -> Saved {
        let mut pending: Vec<Hit> = self.pending.iter().map(|hit| hit.0.clone()).collect();
        pending.sort();
        let groups = self.groups.iter().map(|(place, group)| (*place, group.clone()));
        let mut groups: Vec<(Place, Group)> = groups.collect();
        groups.sort_by_key(|(place, _)| *place);
        Saved {
            mark: self.of.mark,
            newest: self.newest,
            done: self.done,
            pending,
            groups,
            timers: self.timers.iter().copied().collect(),
            latest: self.latest,
            out: self.out.clone(),
            spent: self.spent,
            sweep_at: self.sweep_at,
        }
    }

    /// Takes a state up again; `None` if it belongs to other correlations.
    pub fn restore(of: &'c Correlations, limits: Limits, saved: Saved) -> Option<Self> {
        if saved.mark != of.mark {
            return None;
        }
        Some(Correlator {
            of,
            limits,
            pending: saved.pending.into_iter().map(Reverse).collect(),
            newest: saved.newest,
            done: saved.done,
            events: saved.groups.iter().map(|(_, group)| group.window.len()).sum(),
            groups: saved.groups.into_iter().collect(),
            timers: saved.timers.into_iter().collect(),
            latest: saved.latest,
            out: saved.out,
            spent: saved.spent,
            sweep_at: saved.sweep_at,
        })
    }
}
