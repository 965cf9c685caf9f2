//! What a baseline holds, for people: who is known, and what is usual of one.

use super::book::Baseline;
use super::feature::{Feature, Kind};
use super::odds::Word;
use super::profile::Profile;
use super::sketch::Sketch;

/// An entity.
#[derive(Clone, Debug)]
pub struct Told<'b> {
    /// Its mark.
    pub mark: u64,
    /// Its name.
    pub name: &'b str,
    /// What is known.
    pub profile: &'b Profile,
}

/// A value of a feature.
#[derive(Clone, Debug, PartialEq)]
pub struct Usual<'b> {
    /// The value.
    pub name: &'b str,
    /// How usual it is.
    pub word: Word,
    /// On how many days it was seen, of those remembered.
    pub days: u32,
    /// The first minute since 1970, and the last.
    pub span: (u32, u32),
}

impl Baseline {
    /// Every entity: by kind, then the busiest first, then by name.
    pub fn entities(&self) -> Vec<Told<'_>> {
        let told = |(mark, profile)| Told { mark, name: self.name(mark), profile };
        let mut all: Vec<Told<'_>> = self.profiles.sorted().into_iter().map(told).collect();
        all.sort_by(|a, b| {
            let key = |one: &Told<'_>| (one.profile.kind, u64::MAX - one.profile.events());
            key(a).cmp(&key(b)).then_with(|| a.name.cmp(b.name)).then(a.mark.cmp(&b.mark))
        });
        all
    }

    /// Entities whose name is this, or holds it.
    pub fn find(&self, name: &str) -> Vec<Told<'_>> {
        let all = self.entities();
        let same: Vec<Told<'_>> = all.iter().filter(|one| one.name == name).cloned().collect();
        if !same.is_empty() {
            return same;
        }
        let name = name.to_lowercase();
        all.into_iter().filter(|one| one.name.to_lowercase().contains(&name)).collect()
    }

    /// The values of a feature, the most usual first.
    pub fn usual(&self, sketch: &Sketch) -> Vec<Usual<'_>> {
        let active = sketch.days();
        let mut all: Vec<Usual<'_>> = sketch
            .slots
            .iter()
            .map(|slot| Usual {
                name: self.name(slot.value),
                word: Word::of(slot.count(), active),
                days: slot.count(),
                span: (slot.first, slot.last),
            })
            .collect();
        all.sort_by(|a, b| b.days.cmp(&a.days).then_with(|| a.name.cmp(b.name)));
        all
    }

    /// The probability that the next value of a feature is one that was never seen.
    pub fn fresh(&self, sketch: &Sketch) -> f64 {
        let (types, total) = (sketch.distinct(), sketch.total(self.today()));
        if types > 0.0 { types / (total + types) } else { 1.0 }
    }
}

impl Profile {
    /// Whether too little is known of it to say what is usual: less than so many days or events.
    pub fn is_cold(&self) -> bool {
        self.age() < COLD_DAYS || self.events() < COLD_EVENTS
    }

    /// Its features with their values.
    pub fn all(&self) -> impl Iterator<Item = (Feature, &Sketch)> {
        self.features.iter().map(|(feature, sketch)| (*feature, sketch))
    }

    /// Whether it is an entity itself, no group.
    pub fn is_single(&self) -> bool {
        !matches!(self.kind, Kind::Peers | Kind::Everybody)
    }
}

/// From the first day to the last; less is too little to know somebody.
pub const COLD_DAYS: u32 = 7;
/// Events; less are too few to know somebody.
pub const COLD_EVENTS: u64 = 50;
