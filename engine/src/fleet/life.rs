//! The life of one instance, as far as the records tell it.

use std::collections::BTreeMap;

use model::fleet::{Phase, Told, Trait};

/// When something was, in seconds since 1970: the best word on it, and what it lies between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The best word.
    pub at: i64,
    /// Not before.
    pub low: i64,
    /// Not after.
    pub high: i64,
    /// What it rests on. Only [`Told::State`] is exact.
    pub told: Told,
}

impl Moment {
    /// A moment that a record states.
    pub fn exact(at: i64, told: Told) -> Self {
        Moment { at, low: at, high: at, told }
    }
}

/// A time in which it ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// From when on.
    pub from: Moment,
    /// Until when; `None` if it still ran when the records end.
    pub to: Option<Moment>,
}

/// An address that it had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The address.
    pub ip: String,
    /// The interface.
    pub eni: Option<String>,
    /// Whether the internet reaches it.
    pub public: bool,
    /// From when on.
    pub from: i64,
    /// Until when; `None` if it still had it when the records end.
    pub to: Option<i64>,
}

impl Binding {
    /// Whether it had the address at a time.
    pub fn holds(&self, at: i64) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

/// One thing that was told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// When, in seconds since 1970.
    pub at: i64,
    /// The state.
    pub phase: Phase,
    /// How it was told.
    pub told: Told,
}

/// The life of one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// Its id.
    pub id: String,
    /// What it is.
    pub traits: BTreeMap<Trait, String>,
    /// When it was asked for.
    pub launched: Option<Moment>,
    /// When it ran.
    pub runs: Vec<Run>,
    /// When it was gone for good.
    pub gone: Option<Moment>,
    /// Its state when the records end.
    pub state: Phase,
    /// Its addresses.
    pub bindings: Vec<Binding>,
    /// All that was told, in order of time.
    pub notes: Vec<Note>,
}

impl Life {
    /// What it is in one respect.
    pub fn is(&self, what: Trait) -> Option<&str> {
        self.traits.get(&what).map(String::as_str)
    }

    /// The first second of it that is known.
    pub fn first(&self) -> Option<i64> {
        let launched = self.launched.map(|m| m.at);
        launched.or_else(|| self.runs.first().map(|run| run.from.at))
    }

    /// Whether it ran at a time.
    pub fn runs_at(&self, at: i64) -> bool {
        self.runs.iter().any(|run| run.from.at <= at && run.to.is_none_or(|to| at < to.at))
    }

    /// How many of its times are worked out of other records, because the state change itself
    /// is told nowhere.
    pub fn estimated(&self) -> usize {
        let moments = self.runs.iter().flat_map(|run| [Some(run.from), run.to]).flatten();
        moments.filter(|moment| moment.told != Told::State).count()
    }
}
