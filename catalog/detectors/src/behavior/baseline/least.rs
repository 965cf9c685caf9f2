//! A bounded map that keeps the entries with the least keys.
//!
//! Keys are hashes, so that those kept are a fair sample; and what is kept does not depend on
//! order or parts: whoever is among the least of all is among the least of any part.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

/// A map of at most `most` entries.
#[derive(Clone, Debug)]
pub struct Least<T> {
    all: FxHashMap<u64, T>,
    most: usize,
    /// Keys above it are refused.
    limit: u64,
    /// Whether anything was ever refused or taken out.
    pub cut: bool,
}

impl<T> Least<T> {
    /// An empty map.
    pub fn new(most: usize) -> Least<T> {
        Least { all: FxHashMap::default(), most, limit: u64::MAX, cut: false }
    }

    /// The entry of a key.
    pub fn get(&self, key: u64) -> Option<&T> {
        self.all.get(&key)
    }

    /// The entry of a key, made if there is none; `None` if there is no room for it.
    pub fn entry(&mut self, key: u64, new: impl FnOnce() -> T) -> Option<&mut T> {
        if key > self.limit {
            self.cut = true;
            return None;
        }
        // Half as many again may wait to be taken out: sorting them for each would be slow.
        if self.all.len() > self.most + self.most / 2 && !self.all.contains_key(&key) {
            self.settle();
            if key > self.limit {
                return None;
            }
        }
        match self.all.entry(key) {
            Entry::Occupied(known) => Some(known.into_mut()),
            Entry::Vacant(room) => Some(room.insert(new())),
        }
    }

    /// Takes out what is too much.
    pub fn settle(&mut self) {
        if self.all.len() <= self.most {
            return;
        }
        let mut keys: Vec<u64> = self.all.keys().copied().collect();
        let (_, limit, _) = keys.select_nth_unstable(self.most.saturating_sub(1));
        self.limit = *limit;
        let limit = self.limit;
        self.all.retain(|key, _| *key <= limit);
        self.cut = true;
    }

    /// Every entry, in the order of the keys.
    pub fn sorted(&self) -> Vec<(u64, &T)> {
        let mut all: Vec<(u64, &T)> = self.all.iter().map(|(key, value)| (*key, value)).collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        all
    }

    /// Every entry, taken out, in the order of the keys.
    pub fn into_sorted(self) -> Vec<(u64, T)> {
        let mut all: Vec<(u64, T)> = self.all.into_iter().collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        all
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.all.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_keys_stay_whatever_the_order() {
        let keys: Vec<u64> = (0..500_u64).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
        let fill = |keys: &mut dyn Iterator<Item = u64>| {
            let mut map = Least::new(100);
            for key in keys {
                if let Some(count) = map.entry(key, || 0) {
                    *count += 1;
                }
            }
            map.settle();
            map
        };
        let (one, other) = (fill(&mut keys.iter().copied()), fill(&mut keys.iter().rev().copied()));
        assert_eq!(one.sorted(), other.sorted());
        assert_eq!((one.len(), one.cut), (100, true));
        let few = fill(&mut keys.iter().take(100).copied());
        assert!(!few.cut);
    }
}
