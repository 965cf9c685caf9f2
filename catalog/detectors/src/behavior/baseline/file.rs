//! A baseline as bytes: a format of its own, with a version and a checksum.
//!
//! `YAGURABL`, the version, all entries in the order of their marks, and a hash of all before.

use super::book::Baseline;
use super::code::{Reader, Writer};
use super::feature::{Feature, Kind};
use super::profile::Profile;
use super::sketch::{KEPT, Sketch, WORDS};
use super::slot::{DAYS, Slot};

const MAGIC: &[u8; 8] = b"YAGURABL";
/// The version of the format. A newer program reads older ones; none so far.
pub const VERSION: u8 = 1;

/// A hash of bytes.
fn check(bytes: &[u8]) -> u64 {
    siphasher::sip::SipHasher13::new().hash(bytes)
}

impl Baseline {
    /// As bytes. Equal knowledge is equal bytes, after [`Baseline::settle`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut to = Writer::default();
        to.0.extend_from_slice(MAGIC);
        to.0.push(VERSION);
        let (first, last) = self.span.unwrap_or((1, 0));
        let cut = self.is_cut();
        for number in [first, last, u32::from(cut[0]), u32::from(cut[1])] {
            to.number(number.into());
        }
        to.number(self.events);
        let profiles = self.profiles.sorted();
        to.number(profiles.len() as u64);
        for (mark, profile) in profiles {
            to.whole(mark);
            write_profile(&mut to, profile);
        }
        let names = self.names.sorted();
        to.number(names.len() as u64);
        for (mark, name) in names {
            to.whole(mark);
            to.text(name);
        }
        let sum = check(&to.0);
        to.whole(sum);
        to.0
    }

    /// Out of bytes; else why they are no baseline.
    pub fn from_bytes(bytes: &[u8]) -> Result<Baseline, String> {
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            return Err("this is no baseline".into());
        };
        let version = rest.first().copied().unwrap_or(0);
        if version != VERSION {
            return Err(format!(
                "this is a baseline of version {version}; this program reads version {VERSION}"
            ));
        }
        let damaged = || "the baseline is damaged: it is cut off or was changed".to_owned();
        let (body, sum) = bytes.split_last_chunk::<8>().ok_or_else(damaged)?;
        if check(body) != u64::from_le_bytes(*sum) {
            return Err(damaged());
        }
        let mut from = Reader(body.get(MAGIC.len() + 1..).unwrap_or_default());
        read(&mut from).filter(|_| from.0.is_empty()).ok_or_else(damaged)
    }
}

fn read(from: &mut Reader<'_>) -> Option<Baseline> {
    let mut all = Baseline::default();
    let (first, last) = (from.short()?, from.short()?);
    all.span = (first <= last).then_some((first, last));
    (all.profiles.cut, all.names.cut) = (from.short()? != 0, from.short()? != 0);
    all.events = from.number()?;
    for _ in 0..from.number()? {
        let mark = from.whole()?;
        let profile = read_profile(from)?;
        all.profiles.entry(mark, || profile);
    }
    for _ in 0..from.number()? {
        let (mark, name) = (from.whole()?, from.text()?);
        all.names.entry(mark, || name.into());
    }
    all.settle();
    Some(all)
}

fn write_profile(to: &mut Writer, profile: &Profile) {
    to.0.push(profile.kind as u8);
    to.number(profile.first.into());
    to.number(profile.last.into());
    to.number(profile.days.len() as u64);
    for (day, events) in &profile.days {
        to.number((*day).into());
        to.number((*events).into());
    }
    to.number(profile.features.len() as u64);
    for (feature, sketch) in &profile.features {
        to.0.push(*feature as u8);
        to.0.push(sketch.slots.len() as u8);
        for slot in &sketch.slots {
            to.whole(slot.value);
            to.number(slot.days);
            to.number(slot.first.into());
            to.number((slot.last - slot.first).into());
        }
        to.0.push(u8::from(sketch.filter.is_some()));
        sketch.filter.iter().flat_map(|filter| filter.iter()).for_each(|word| to.whole(*word));
    }
}

fn read_profile(from: &mut Reader<'_>) -> Option<Profile> {
    let kind = *Kind::ALL.get(usize::from(from.byte()?))?;
    let mut profile = Profile::new(kind);
    (profile.first, profile.last) = (from.short()?, from.short()?);
    let days = from.number()?;
    if days > u64::from(DAYS) {
        return None;
    }
    for _ in 0..days {
        profile.days.push((from.short()?, from.short()?));
    }
    for _ in 0..from.number()? {
        let feature = *Feature::ALL.get(usize::from(from.byte()?))?;
        profile.features.push((feature, read_sketch(from)?));
    }
    let sorted = profile.features.is_sorted_by(|(a, _), (b, _)| a < b)
        && profile.days.is_sorted_by(|(a, _), (b, _)| a < b);
    sorted.then_some(profile)
}

fn read_sketch(from: &mut Reader<'_>) -> Option<Sketch> {
    let mut sketch = Sketch::default();
    let count = usize::from(from.byte()?);
    for _ in 0..count {
        let (value, days, first) = (from.whole()?, from.number()?, from.short()?);
        let last = first.checked_add(from.short()?)?;
        sketch.slots.push(Slot { value, days, first, last });
    }
    if from.byte()? != 0 {
        let mut filter = Box::new([0; WORDS]);
        for word in filter.iter_mut() {
            *word = from.whole()?;
        }
        sketch.filter = Some(filter);
    }
    let sorted = sketch.slots.is_sorted_by(|a, b| a.value < b.value);
    (count <= KEPT && sorted).then_some(sketch)
}
