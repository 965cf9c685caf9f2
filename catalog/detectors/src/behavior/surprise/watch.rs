//! The judge: marks what an entity does for the first time, or has done on one day only, and how
//! much it does.

use model::seam::detector::{Findings, Judge, Keys, Mark, Note};
use model::{Effect, Event, Outcome};
use rustc_hash::FxHashMap;

use super::detector::Surprise;
use crate::behavior::baseline::{
    Baseline, DAY, Facts, Feature, Profile, Reader, Seen, mark, minute,
};

/// Bits of surprise from which a value is marked.
const BITS_MIN: f64 = 4.0;
/// Times that one value of one entity is marked for each day and blob.
const TIMES_MAX: u8 = 2;
/// Values that are remembered of each blob; beyond, every event with an unusual value is marked.
const REMEMBERED_MAX: usize = 200_000;
/// Events that one mark of volume stands for.
pub const VOLUME_STEP: u32 = 32;
/// The rule of marks of volume; others have the number of their feature.
pub const VOLUME: u32 = u32::MAX;

/// One blob's judge.
pub struct Watch<'s> {
    surprise: &'s Surprise,
    reader: Reader<'s>,
    seen: FxHashMap<(u64, u64, u32), u8>,
    volumes: FxHashMap<(u64, u32), u32>,
}

impl<'s> Watch<'s> {
    pub fn new(surprise: &'s Surprise) -> Watch<'s> {
        Watch {
            surprise,
            reader: Reader::new(&surprise.places),
            seen: FxHashMap::default(),
            volumes: FxHashMap::default(),
        }
    }
}

impl Judge for Watch<'_> {
    fn observe(&mut self, event: &Event<'_>, out: &mut dyn Findings) {
        let Some(sort) = self.surprise.sorts.get(event.source) else { return };
        let baseline = &self.surprise.baseline;
        let Watch { reader, seen, volumes, .. } = self;
        let day = minute(event) / DAY;
        reader.read(*sort, event, &mut |facts| {
            let [Some(own), peers, everybody] = facts.places() else { return };
            let profile = baseline.profile(own.mark);
            if let Some(profile) = profile {
                volume(profile, own.mark, day, volumes, event, out);
            }
            let places = [Some(own.mark), peers.map(|p| p.mark), everybody.map(|p| p.mark)];
            for (feature, value) in facts.values() {
                let number = mark(&[value]);
                if is_habit(profile, feature, number) {
                    continue;
                }
                // One text may be a value of two features.
                let key = (own.mark, number ^ u64::from(feature as u8) << 56, day);
                if seen.len() < REMEMBERED_MAX || seen.contains_key(&key) {
                    let times = seen.entry(key).or_insert(0);
                    if *times >= TIMES_MAX {
                        continue;
                    }
                    *times += 1;
                }
                if worth(baseline, places, feature, value) {
                    out.mark(event, note(facts, feature, value, event.outcome));
                }
            }
        });
    }
}

/// Whether an entity has this value on more than one day: it surprises nobody.
fn is_habit(profile: Option<&Profile>, feature: Feature, value: u64) -> bool {
    match profile.and_then(|profile| profile.feature(feature)).map(|sketch| sketch.seen(value)) {
        Some(Seen::Known(slot)) => slot.count() > 1,
        Some(Seen::Beyond) => true,
        Some(Seen::Never) | None => false,
    }
}

/// Whether a value is worth a mark, as far as is known.
fn worth(baseline: &Baseline, places: [Option<u64>; 3], feature: Feature, value: &str) -> bool {
    let odds = baseline.odds(places, feature, value);
    odds.levels.iter().any(Option::is_some) && odds.bits() >= BITS_MIN
}

/// The entity, those like it, everybody, the value.
fn note(facts: &Facts, feature: Feature, value: &str, outcome: Outcome) -> Mark {
    let places = facts.places();
    let [own, peers, everybody] =
        places.map(|place| place.map_or("", |place| place.name).to_owned());
    let kind = places.into_iter().flatten().next().map_or(0, |place| place.kind as i64);
    let texts = vec![own, peers, everybody, value.to_owned()];
    let numbers = vec![kind, i64::from(outcome != Outcome::Failure)];
    let note = Some(Box::new(Note { texts, numbers }));
    Mark { rule: feature as u32, effect: Effect::Success, keys: Keys::new(), note }
}

/// Counts an event; the first of a day and each [`VOLUME_STEP`]th beyond what is usual is marked.
fn volume(
    profile: &Profile,
    own: u64,
    day: u32,
    volumes: &mut FxHashMap<(u64, u32), u32>,
    event: &Event<'_>,
    out: &mut dyn Findings,
) {
    let count = volumes.entry((own, day)).or_insert(0);
    *count += 1;
    if count.is_multiple_of(VOLUME_STEP) && !profile.is_cold() {
        let keys = Keys::from_slice(&[(own, u64::from(day))]);
        out.mark(event, Mark { rule: VOLUME, effect: Effect::Success, keys, note: None });
    }
}
