//! The baseline: profiles of entities, and the names that their marks stand for.

use super::facts::Facts;
use super::least::Least;
use super::profile::Profile;
use super::slot::{DAY, mark};

/// Entities that are kept.
pub const PROFILES_MAX: usize = 400_000;
/// Names that are kept.
pub const NAMES_MAX: usize = 1_000_000;

/// What was usual here.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// Profiles by the mark of the entity.
    pub(super) profiles: Least<Profile>,
    /// Names of entities and values by their marks.
    pub(super) names: Least<Box<str>>,
    /// The first and the last minute since 1970 that something was learned of.
    pub(super) span: Option<(u32, u32)>,
    /// Events that something was learned of.
    pub(super) events: u64,
}

impl Default for Baseline {
    fn default() -> Self {
        Baseline {
            profiles: Least::new(PROFILES_MAX),
            names: Least::new(NAMES_MAX),
            span: None,
            events: 0,
        }
    }
}

impl Baseline {
    /// The profile of an entity.
    pub fn profile(&self, mark: u64) -> Option<&Profile> {
        self.profiles.get(mark)
    }

    /// What a mark stands for; empty if it is not kept.
    pub fn name(&self, mark: u64) -> &str {
        self.names.get(mark).map_or("", |name| name)
    }

    /// The last day since 1970 that something was learned of: it is as of then that days count.
    pub fn today(&self) -> u32 {
        self.span.map_or(0, |(_, last)| last / DAY)
    }

    /// The first minute and the last.
    pub fn span(&self) -> Option<(u32, u32)> {
        self.span
    }

    /// How many events something was learned of.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// How many entities it knows.
    pub fn len(&self) -> usize {
        self.profiles.len()
    }

    /// Whether it knows nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there were more entities or names than are kept.
    pub fn is_cut(&self) -> [bool; 2] {
        [self.profiles.cut, self.names.cut]
    }

    /// About how many bytes of memory the profiles take.
    pub fn bytes(&self) -> usize {
        self.profiles.sorted().into_iter().map(|(_, profile)| profile.bytes()).sum()
    }

    /// Counts an event.
    pub fn count(&mut self, minute: u32) {
        self.events += 1;
        let (first, last) = self.span.unwrap_or((minute, minute));
        self.span = Some((first.min(minute), last.max(minute)));
    }

    /// Learns what an event tells of an entity.
    pub fn learn(&mut self, facts: &Facts, minute: u32) {
        for place in facts.places().into_iter().flatten() {
            let new = || Profile::new(place.kind);
            let Some(profile) = self.profiles.entry(place.mark, new) else { continue };
            profile.count(minute, 1);
            for (feature, value) in facts.values() {
                profile.learn(feature, mark(&[value]), minute);
            }
            self.names.entry(place.mark, || place.name.into());
        }
        for (_, value) in facts.values() {
            self.names.entry(mark(&[value]), || value.into());
        }
    }

    /// Takes in another baseline.
    pub fn merge(&mut self, other: Baseline) {
        self.events += other.events;
        self.span = match (self.span, other.span) {
            (Some(ours), Some(theirs)) => Some((ours.0.min(theirs.0), ours.1.max(theirs.1))),
            (ours, theirs) => ours.or(theirs),
        };
        self.profiles.cut |= other.profiles.cut;
        self.names.cut |= other.names.cut;
        for (mark, theirs) in other.profiles.into_sorted() {
            let kind = theirs.kind;
            if let Some(ours) = self.profiles.entry(mark, || Profile::new(kind)) {
                ours.merge(&theirs);
            }
        }
        for (mark, name) in other.names.into_sorted() {
            self.names.entry(mark, || name);
        }
    }

    /// Takes out what is too much, so that equal knowledge is equal bytes.
    pub fn settle(&mut self) {
        self.profiles.settle();
        self.names.settle();
    }
}
