//! What an event counts for: groups and values, as short keys.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{Correlations, Slot};
use crate::cache::{Cache, Kind};
use crate::fields::{FieldId, Fields};
use crate::item::name_of;
use crate::ruleset::RuleIndex;

/// Groups that one event belongs to in one correlation (elements of arrays).
const GROUPS_MAX: usize = 8;

/// A group and a value in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The group; 0 where the event belongs to none.
    pub group: u64,
    /// The value that counts: a hash, or the bits of a number; 0 where there is none.
    pub value: u64,
}

/// The keys of one event, one for each thing that its rule counts for.
pub type Keys = SmallVec<[Key; 1]>;

/// An event that a rule matched, for correlations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hit {
    /// When, at the earliest. Nanoseconds since 1970.
    pub start: i64,
    /// When, at the latest.
    pub end: i64,
    /// The rule, by number.
    pub rule: u32,
    /// The record's own id, so that copies count once; 0 if it has none.
    pub uid: u64,
    /// The caller's word for the record, to find it again. Different records have different ones.
    pub record: u64,
    /// What the record shows; the caller's own scale. A match has the highest of its hits.
    pub tag: u8,
    /// What it counts for.
    pub keys: Keys,
}

/// A key for a list of texts; never 0. Keys stay the same between runs and versions (checkpoints
/// hold them), and nobody can make two groups one on purpose.
pub(crate) fn mixed(parts: &[&str]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let hash = hasher.finalize();
    hash.as_bytes().first_chunk().map_or(1, |start| u64::from_le_bytes(*start).max(1))
}

impl Correlations {
    /// The keys of an event that a rule matched: one list for each hit that it makes. More than
    /// one only where a field that groups is an array.
    pub(crate) fn keys(
        &self,
        rule: RuleIndex,
        cache: &mut Cache,
        names: &[Box<str>],
        fields: &dyn Fields,
    ) -> Vec<Keys> {
        let slots = self.slots.get(rule.index()).map(Vec::as_slice).unwrap_or_default();
        for field in slots.iter().flat_map(|slot| slot.group_by.iter().chain(&slot.values)) {
            cache.load(*field, name_of(names, *field), fields);
        }
        let each: Vec<Vec<Key>> = slots.iter().map(|slot| slot.keys(cache)).collect();
        let hits = each.iter().map(Vec::len).max().unwrap_or(0);
        let of = |at: usize| {
            let key = |(slot, keys): (&Slot, &Vec<Key>)| {
                // A hit counts once for each group; what is above it takes what there is.
                let above = || keys.last().filter(|_| !slot.direct);
                keys.get(at).or_else(above).copied().unwrap_or_default()
            };
            slots.iter().zip(&each).map(key).collect()
        };
        (0..hits).map(of).collect()
    }
}

impl Slot {
    /// Groups and values, every one with every other.
    fn keys(&self, cache: &Cache) -> Vec<Key> {
        let groups = combined(&self.group_by, cache);
        let values = if self.values.is_empty() {
            vec![0]
        } else if self.numeric {
            let field = self.values.first().copied().unwrap_or(FieldId::KEYWORDS);
            let numbers = cache.values(field).filter_map(|seen| seen.number());
            let finite = numbers.map(crate::number::Number::real).filter(|n| n.is_finite());
            finite.take(GROUPS_MAX).map(|number| number.to_bits() ^ NUMBER).collect()
        } else {
            combined(&self.values, cache)
        };
        let pairs = groups
            .iter()
            .flat_map(|group| values.iter().map(move |value| Key { group: *group, value: *value }));
        pairs.take(GROUPS_MAX).collect()
    }
}

/// Makes the bits of 0.0 something else than "no value", and no number "no value" but one NaN.
const NUMBER: u64 = 0x7ff8_0000_0000_dead;

/// The number of a key's value.
pub(crate) fn number(value: u64) -> Option<f64> {
    let number = f64::from_bits(value ^ NUMBER);
    (value != 0 && number.is_finite()).then_some(number)
}

/// A key for every combination of the fields' values; none where a field has no value. Without
/// fields there is one group for all.
fn combined(fields: &[FieldId], cache: &Cache) -> Vec<u64> {
    let mut lists: Vec<Vec<&str>> = vec![Vec::new()];
    for field in fields {
        let mut next = Vec::new();
        for list in &lists {
            for seen in cache.values(*field).filter(|seen| seen.kind != Kind::Null) {
                if next.len() < GROUPS_MAX {
                    let mut longer = list.clone();
                    longer.push(seen.raw);
                    next.push(longer);
                }
            }
        }
        lists = next;
    }
    let mut keys: Vec<u64> = lists.iter().map(|list| mixed(list)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// A real number that a checkpoint keeps to the last bit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Real(pub f64);

impl Serialize for Real {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(self.0.to_bits())
    }
}

impl<'de> Deserialize<'de> for Real {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        u64::deserialize(from).map(|bits| Real(f64::from_bits(bits)))
    }
}
