//! Correlation rules: what many matched events mean together.
//!
//! Follows the Sigma correlation specification 2.1.0. A [`Correlations`] is compiled with its
//! ruleset; a [`Correlator`] is fed with [`Hit`]s, in about the order of time, and gives
//! [`Match`]es. What it says does not depend on the order in which hits come, as long as none
//! comes later than the lateness it was made with.

mod compile;
mod condition;
mod group;
mod keys;
mod read;
mod run;
mod save;
mod temporal;
mod values;
mod window;

pub(crate) use compile::{Known, compile};
pub(crate) use read::{CorrelationRule, read};

pub use keys::{Hit, Key, Keys};
pub use run::{Correlator, Limits, Match, Spent};
pub use save::Saved;

use crate::fields::FieldId;
use crate::meta::Meta;
use condition::Test;

/// What a correlation looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    EventCount,
    ValueCount,
    Temporal,
    TemporalOrdered,
    ValueSum,
    ValueAvg,
    ValuePercentile,
}

impl Kind {
    pub(crate) fn is_temporal(self) -> bool {
        matches!(self, Kind::Temporal | Kind::TemporalOrdered)
    }
}

/// A correlation, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Correlation {
    pub meta: Meta,
    pub kind: Kind,
    /// Nanoseconds.
    pub span: i64,
    pub test: Test,
    /// How the rules are called that it refers to.
    pub names: Vec<Vec<String>>,
    /// Who refers to it, and by which of their references.
    pub parents: Vec<(u32, u16)>,
    /// Whether its matches are told: nobody refers to it, or one who does lets it stand alone.
    pub told: bool,
}

impl Correlation {
    /// Whether its values are numbers. A share is one of any values.
    pub(crate) fn counts_numbers(&self) -> bool {
        match self.kind {
            Kind::ValueSum | Kind::ValueAvg => true,
            Kind::ValuePercentile => !matches!(self.test, Test::Closed { percentile: None, .. }),
            _ => false,
        }
    }
}

/// What a hit of a rule counts for: a correlation, by one of its references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub correlation: u32,
    pub reference: u16,
    /// Whether the hit itself counts, or only a correlation between the two.
    pub direct: bool,
    pub group_by: Vec<FieldId>,
    pub values: Vec<FieldId>,
    pub numeric: bool,
}

/// All correlations of a ruleset, compiled; those that are referred to stand before those that
/// refer to them.
#[derive(Clone, Debug, Default)]
pub struct Correlations {
    pub(crate) all: Vec<Correlation>,
    /// By rule number: what its hits count for.
    pub(crate) slots: Vec<Vec<Slot>>,
    /// By rule number: whether it is only there for correlations.
    pub(crate) silent: Vec<bool>,
    /// Tells these correlations from others, for checkpoints.
    pub(crate) mark: u64,
}

impl Correlations {
    /// How many correlations were compiled.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is no correlation.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// What the correlations say of themselves, by [`Match::correlation`].
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Meta> {
        self.all.iter().map(|one| &one.meta)
    }

    /// Whether matches of a correlation are told, and not only used by another.
    pub fn is_told(&self, correlation: usize) -> bool {
        self.all.get(correlation).is_some_and(|one| one.told)
    }

    /// Whether hits of a rule count for any correlation.
    pub fn counts(&self, rule: crate::RuleIndex) -> bool {
        self.slots.get(rule.index()).is_some_and(|slots| !slots.is_empty())
    }

    /// Whether hits of a rule count for a correlation, directly or through others.
    pub fn uses(&self, correlation: usize, rule: crate::RuleIndex) -> bool {
        let slots = self.slots.get(rule.index()).map(Vec::as_slice).unwrap_or_default();
        slots.iter().any(|slot| slot.correlation as usize == correlation)
    }

    /// Whether a rule does not stand alone: a correlation refers to it, and none of those that do
    /// has `generate: true`.
    pub fn silences(&self, rule: crate::RuleIndex) -> bool {
        self.silent.get(rule.index()).copied().unwrap_or(false)
    }
}
