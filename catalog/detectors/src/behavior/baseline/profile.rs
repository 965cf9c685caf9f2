//! One entity's habits: the values of each feature, and how much it did on each day.

use super::feature::{Feature, Kind};
use super::sketch::Sketch;
use super::slot::{DAY, DAYS, Slot};

/// What is usual of an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What it is.
    pub kind: Kind,
    /// Its features, in order.
    pub features: Vec<(Feature, Sketch)>,
    /// Events of each day since 1970, in order of time; the last [`DAYS`] days.
    pub days: Vec<(u32, u32)>,
    /// The first minute since 1970.
    pub first: u32,
    /// The last.
    pub last: u32,
}

impl Profile {
    /// An entity that nothing is known of.
    pub fn new(kind: Kind) -> Profile {
        Profile { kind, features: Vec::new(), days: Vec::new(), first: u32::MAX, last: 0 }
    }

    /// A feature's values, if any was seen.
    pub fn feature(&self, feature: Feature) -> Option<&Sketch> {
        let at = self.features.binary_search_by_key(&feature, |(feature, _)| *feature).ok()?;
        self.features.get(at).map(|(_, sketch)| sketch)
    }

    fn sketch(&mut self, feature: Feature) -> Option<&mut Sketch> {
        let at = match self.features.binary_search_by_key(&feature, |(feature, _)| *feature) {
            Ok(at) => at,
            Err(at) => {
                self.features.insert(at, (feature, Sketch::default()));
                at
            }
        };
        self.features.get_mut(at).map(|(_, sketch)| sketch)
    }

    /// Counts an event.
    pub fn count(&mut self, minute: u32, events: u32) {
        self.first = self.first.min(minute);
        self.last = self.last.max(minute);
        self.add_day(minute / DAY, events);
    }

    fn add_day(&mut self, day: u32, events: u32) {
        match self.days.binary_search_by_key(&day, |(day, _)| *day) {
            Ok(at) => {
                if let Some((_, count)) = self.days.get_mut(at) {
                    *count = count.saturating_add(events);
                }
            }
            Err(at) => {
                let last = self.days.last().map_or(day, |(last, _)| *last).max(day);
                if day + DAYS > last {
                    self.days.insert(at, (day, events));
                    self.days.retain(|(day, _)| day + DAYS > last);
                }
            }
        }
    }

    /// Learns a value of a feature.
    pub fn learn(&mut self, feature: Feature, value: u64, minute: u32) {
        if let Some(sketch) = self.sketch(feature) {
            sketch.add(Slot::new(value, minute));
        }
    }

    /// Takes in what else is known of the same entity.
    pub fn merge(&mut self, other: &Profile) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        other.days.iter().for_each(|(day, events)| self.add_day(*day, *events));
        for (feature, theirs) in &other.features {
            if let Some(ours) = self.sketch(*feature) {
                ours.merge(theirs);
            }
        }
    }

    /// About how many bytes of memory it takes.
    pub fn bytes(&self) -> usize {
        let of_sketch = |(_, sketch): &(Feature, Sketch)| {
            let filter = sketch.filter.as_ref().map_or(0, |filter| size_of_val(&**filter));
            size_of::<(Feature, Sketch)>() + sketch.slots.capacity() * size_of::<Slot>() + filter
        };
        // The entry of the map, and what it keeps free.
        let own = (size_of::<Profile>() + 9) * 8 / 7;
        own + self.features.iter().map(of_sketch).sum::<usize>() + self.days.capacity() * 8
    }

    /// On how many of the days that are remembered it did anything.
    pub fn active(&self) -> u32 {
        self.days.len() as u32
    }

    /// From its first day to its last, both counted.
    pub fn age(&self) -> u32 {
        (self.last / DAY).saturating_sub(self.first / DAY) + 1
    }

    /// Events of all days that are remembered.
    pub fn events(&self) -> u64 {
        self.days.iter().map(|(_, events)| u64::from(*events)).sum()
    }

    /// Events of a day in the middle, and of the day with the most.
    pub fn volume(&self) -> Option<(u32, u32)> {
        let mut all: Vec<u32> = self.days.iter().map(|(_, events)| *events).collect();
        all.sort_unstable();
        Some((*all.get(all.len() / 2)?, *all.last()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_and_forgotten_whatever_the_order() {
        let build = |days: &mut dyn Iterator<Item = u32>| {
            let mut profile = Profile::new(Kind::Principal);
            days.for_each(|day| profile.count(day * DAY, 2));
            profile
        };
        let forward = build(&mut (0..100));
        let mut merged = build(&mut (0..100).rev().filter(|day| day % 2 == 0));
        merged.merge(&build(&mut (0..100).filter(|day| day % 2 == 1)));
        assert_eq!(forward, merged);
        assert_eq!((forward.active(), forward.age(), forward.events()), (64, 100, 128));
        assert_eq!(forward.volume(), Some((2, 2)));
    }
}
