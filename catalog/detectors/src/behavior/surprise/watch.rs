//! The judge: marks what an entity does for the first time, or has done on one day only, and how
//! much it does.

use model::seam::detector::{Findings, Judge, Keys, Mark, Note};
use model::{Effect, Event, Outcome};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

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
    calm: Calm,
}

/// Events that are known to hold nothing unusual, by what their facts depend on, and which
/// entities they count for. It depends on the baseline alone, so that blobs may share it.
pub type Calm = FxHashMap<u64, SmallVec<[u64; 2]>>;
/// Events that are remembered so; then all are forgotten.
const CALM_MAX: usize = 200_000;

impl<'s> Watch<'s> {
    pub fn new(surprise: &'s Surprise) -> Watch<'s> {
        Watch {
            surprise,
            reader: Reader::new(&surprise.places),
            seen: FxHashMap::default(),
            volumes: FxHashMap::default(),
            calm: surprise.take_calm(),
        }
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.surprise.give_calm(std::mem::take(&mut self.calm));
    }
}

impl Judge for Watch<'_> {
    fn observe(&mut self, event: &Event<'_>, out: &mut dyn Findings) {
        let Some(sort) = self.surprise.sorts.get(event.source) else { return };
        let baseline = &self.surprise.baseline;
        let Watch { reader, seen, volumes, calm, .. } = self;
        let day = minute(event) / DAY;
        let same = reader.sameness(*sort, event);
        if let Some(known) = same.and_then(|same| calm.get(&same)) {
            known.iter().for_each(|own| volume(*own, day, volumes, event, out));
            return;
        }
        let (mut is_calm, mut told, mut counted) = (true, false, SmallVec::new());
        reader.read(*sort, event, &mut |facts| {
            let [Some(own), peers, everybody] = facts.places() else { return };
            told = true;
            let profile = baseline.profile(own.mark);
            if profile.is_some_and(|profile| !profile.is_cold()) {
                volume(own.mark, day, volumes, event, out);
                counted.push(own.mark);
            }
            let places = [Some(own.mark), peers.map(|p| p.mark), everybody.map(|p| p.mark)];
            for (feature, value) in facts.values() {
                let number = mark(&[value]);
                if is_habit(profile, feature, number) {
                    continue;
                }
                is_calm = false;
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
        if let Some(same) = same.filter(|_| told && is_calm) {
            if calm.len() >= CALM_MAX {
                calm.clear();
            }
            calm.insert(same, counted);
        }
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

/// Counts an event; each [`VOLUME_STEP`]th of a day is marked.
fn volume(
    own: u64,
    day: u32,
    volumes: &mut FxHashMap<(u64, u32), u32>,
    event: &Event<'_>,
    out: &mut dyn Findings,
) {
    let count = volumes.entry((own, day)).or_insert(0);
    *count += 1;
    if count.is_multiple_of(VOLUME_STEP) {
        let keys = Keys::from_slice(&[(own, u64::from(day))]);
        out.mark(event, Mark { rule: VOLUME, effect: Effect::Success, keys, note: None });
    }
}
