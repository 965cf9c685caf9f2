//! A case: all that is unusual of one entity on one day, weighed.

use std::collections::{BTreeMap, BTreeSet};

use model::Time;
use model::seam::detector::{Marked, Note};

use super::risk::{is_pipeline, is_risky};
use super::rules::{Aspect, Found};
use super::slow;
use super::watch::{VOLUME, VOLUME_STEP};
use crate::behavior::baseline::{Baseline, Feature, Kind, Odds, Profile, place_mark};

/// Bits from which one aspect alone is told.
const ONE_MIN: f64 = 10.0;
/// Bits of several aspects together.
const SEVERAL_MIN: f64 = 20.0;
/// Bits of several aspects with something that intruders do.
const STRONG_MIN: f64 = 35.0;
/// As many aspects have to be strange for it to be strong.
const STRONG_ASPECTS: usize = 3;
/// Bits that an aspect needs to count as one of several.
const ASPECT_MIN: f64 = 5.0;
/// Entities that do the same new thing on the same day: that is a change, no intruder.
const SAME_MIN: usize = 3;
/// What a new action of a risky kind weighs more; what one of a pipeline weighs less.
const RISKY: f64 = 1.5;
const PIPELINE: f64 = 0.5;
/// What weighs less that people found harmless of the same entity.
const LIKE_HARMLESS: f64 = 0.5;
/// What a new network of an operator that the entity comes from anyway weighs less.
const KNOWN_OPERATOR: f64 = 0.5;
/// So many times the busiest day is unusual, and so many events at least.
const VOLUME_TIMES: u32 = 5;
const VOLUME_MIN: u32 = 200;

/// A surprise.
#[derive(Clone, Debug)]
pub struct One {
    /// In what respect.
    pub aspect: Aspect,
    /// What, and how likely; `None` for a volume.
    pub value: Option<(Feature, String, Odds)>,
    /// How much it surprises, after weighing.
    pub bits: f64,
    /// Events of the day, of a day in the middle, of the busiest day.
    pub volume: [u32; 3],
    /// Its marks.
    pub marks: Vec<usize>,
    /// The first and the last.
    pub span: (Time, Time),
    /// Whether any of it was done, not refused.
    pub done: bool,
}

/// What is unusual of an entity on a day.
#[derive(Clone, Debug)]
pub struct Case {
    /// The entity.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Its mark in the baseline.
    pub mark: u64,
    /// Where it belongs to.
    pub everybody: String,
    /// The day since 1970.
    pub day: u32,
    /// Whether the entity itself is known too little; then its peers and everybody count.
    pub cold: bool,
    /// The surprises, the greatest first.
    pub ones: Vec<One>,
    /// All together, in bits.
    pub bits: f64,
    /// The case of the ledger that was closed as harmless, if this is like it.
    pub like: Option<u64>,
    /// On how many days; more than one if it was slow.
    pub days: usize,
    /// What it is.
    pub found: Found,
}

/// A case that people closed as harmless: surprises of the same entity count half for a while.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Harmless {
    /// The case's number.
    pub case: u64,
    /// Names that it was about.
    pub names: Vec<String>,
    /// The day since 1970 after which it no longer counts.
    pub until: u32,
}

impl Harmless {
    fn is_like(&self, case: &Case) -> bool {
        case.day <= self.until && self.names.contains(&case.name)
    }
}

/// What marks are of: the entity by name, and the day.
type Whose<'m> = (&'m str, i64, u32);

/// Values of an entity on a day: its marks.
#[derive(Default)]
struct Group<'m> {
    note: Option<&'m Note>,
    values: BTreeMap<(u32, &'m str), Vec<usize>>,
}

/// Every case, and what could not be judged.
pub fn cases(
    baseline: &Baseline,
    harmless: &[Harmless],
    marks: &[Marked],
) -> (Vec<Case>, Vec<String>) {
    let mut groups: BTreeMap<Whose<'_>, Group<'_>> = BTreeMap::new();
    let mut volumes: BTreeMap<(u64, u32), Vec<usize>> = BTreeMap::new();
    for (at, marked) in marks.iter().enumerate() {
        if let (VOLUME, Some((own, day))) = (marked.mark.rule, marked.mark.keys.first()) {
            volumes.entry((*own, *day as u32)).or_default().push(at);
            continue;
        }
        let Some(note) = marked.mark.note.as_deref() else { continue };
        let (Some(name), Some(kind)) = (note.texts.first(), note.numbers.first()) else { continue };
        let group = groups.entry((name, *kind, day(marked.time))).or_default();
        group.note = Some(note);
        let value = note.texts.get(3).map_or("", String::as_str);
        group.values.entry((marked.mark.rule, value)).or_default().push(at);
    }
    let same = same(&groups);
    let (mut cases, mut cold) = (Vec::new(), BTreeSet::new());
    for ((name, kind, day), group) in &groups {
        let Some(mut case) = open(baseline, name, *kind, *day, group) else { continue };
        if case.cold && !everybody_known(baseline, &case, group) {
            cold.insert(case.name);
            continue;
        }
        case.ones = values(baseline, &case, group, &same, marks);
        if let Some(marks_of) = volumes.remove(&(case.mark, *day)) {
            case.ones.extend(volume(baseline, case.mark, &marks_of, marks));
        }
        cases.push(case);
    }
    for ((mark, day), marks_of) in volumes {
        let one = volume(baseline, mark, &marks_of, marks);
        let profile = baseline.profile(mark);
        if let (Some(one), Some(profile)) = (one, profile) {
            cases.push(Case::new(baseline.name(mark), profile.kind, mark, day, vec![one]));
        }
    }
    for case in &mut cases {
        case.like = harmless.iter().find(|one| one.is_like(case)).map(|one| one.case);
    }
    let worth: Vec<bool> = cases.iter_mut().map(Case::weigh).collect();
    let slow = slow::slow(&cases);
    let mut worth = worth.into_iter();
    cases.retain(|_| worth.next().unwrap_or(false));
    cases.extend(slow);
    (cases, cold_told(&cold))
}

/// The day since 1970.
fn day(time: Time) -> u32 {
    u32::try_from(time.start.div_euclid(86_400_000_000_000)).unwrap_or(0)
}

/// How many entities show a new value on a day.
fn same<'m>(groups: &BTreeMap<Whose<'m>, Group<'m>>) -> BTreeMap<(u32, &'m str, u32), usize> {
    let mut same = BTreeMap::new();
    for ((_, _, day), group) in groups {
        for (feature, value) in group.values.keys() {
            *same.entry((*feature, *value, *day)).or_insert(0) += 1;
        }
    }
    same
}

fn open(baseline: &Baseline, name: &str, kind: i64, day: u32, group: &Group<'_>) -> Option<Case> {
    let kind = *Kind::ALL.get(usize::try_from(kind).ok()?)?;
    let mark = place_mark(kind, kind, name);
    let mut case = Case::new(name, kind, mark, day, Vec::new());
    case.everybody.clone_from(group.note?.texts.get(2)?);
    case.cold = baseline.profile(mark).is_none_or(Profile::is_cold);
    Some(case)
}

/// The marks of an entity, those like it, and everybody; itself left out if it is hardly known.
fn places(case: &Case, note: &Note) -> [Option<u64>; 3] {
    let of = |kind, at: usize| {
        let name = note.texts.get(at).filter(|name| !name.is_empty())?;
        Some(place_mark(kind, case.kind, name))
    };
    [(!case.cold).then_some(case.mark), of(Kind::Peers, 1), of(Kind::Everybody, 2)]
}

fn everybody_known(baseline: &Baseline, case: &Case, group: &Group<'_>) -> bool {
    let places = group.note.map(|note| places(case, note)).into_iter().flatten().flatten();
    places.filter_map(|place| baseline.profile(place)).any(|profile| !profile.is_cold())
}

fn values(
    baseline: &Baseline,
    case: &Case,
    group: &Group<'_>,
    same: &BTreeMap<(u32, &str, u32), usize>,
    marks: &[Marked],
) -> Vec<One> {
    let Some(note) = group.note else { return Vec::new() };
    let places = places(case, note);
    // Whose habit it is to change things.
    let pipeline = places.iter().take(2).flatten().any(|place| {
        let agents = baseline.profile(*place).and_then(|profile| profile.feature(Feature::Agent));
        agents.is_some_and(|sketch| {
            baseline.usual(sketch).first().is_some_and(|usual| is_pipeline(usual.name))
        })
    });
    let mut ones = Vec::new();
    for ((rule, value), at) in &group.values {
        let Some(feature) = Feature::ALL.get(*rule as usize) else { continue };
        let others = same.get(&(*rule, *value, case.day)).copied().unwrap_or(0);
        let odds = baseline.odds(places, *feature, value);
        if others >= SAME_MIN || odds.levels.iter().all(Option::is_none) {
            continue;
        }
        let mut bits = odds.bits();
        if *feature == Feature::Action {
            bits *= if is_risky(value) { RISKY } else { 1.0 };
            bits *= if pipeline { PIPELINE } else { 1.0 };
        }
        if *feature == Feature::Network && operator_known(baseline, places, group) {
            bits *= KNOWN_OPERATOR;
        }
        let Some(span) = span(at, marks) else { continue };
        let done = |at: &usize| {
            let note = marks.get(*at).and_then(|marked| marked.mark.note.as_deref());
            note.is_some_and(|note| note.numbers.get(1) == Some(&1))
        };
        ones.push(One {
            aspect: Aspect::of(*feature),
            value: Some((*feature, (*value).to_owned(), odds)),
            bits,
            volume: [0; 3],
            done: at.iter().any(done),
            marks: at.clone(),
            span,
        });
    }
    ones
}

/// Whether it is known who runs the networks that this entity comes from, and this is none new.
fn operator_known(baseline: &Baseline, places: [Option<u64>; 3], group: &Group<'_>) -> bool {
    let [own, ..] = places;
    let profile = own.and_then(|own| baseline.profile(own));
    let known = profile.is_some_and(|profile| profile.feature(Feature::System).is_some());
    let of = |feature: Feature| group.values.keys().any(|(rule, _)| *rule == feature as u32);
    known && !of(Feature::System) && !of(Feature::Country)
}

fn span(at: &[usize], marks: &[Marked]) -> Option<(Time, Time)> {
    let time = |at: Option<&usize>| marks.get(*at?).map(|marked| marked.time);
    Some((time(at.first())?, time(at.last())?))
}

/// A day with many times the events of the busiest one.
fn volume(baseline: &Baseline, mark: u64, at: &[usize], marks: &[Marked]) -> Option<One> {
    let (middle, most) = baseline.profile(mark)?.volume()?;
    let count = (at.len() as u32).saturating_mul(VOLUME_STEP);
    if count < VOLUME_MIN || count < most.saturating_mul(VOLUME_TIMES) {
        return None;
    }
    Some(One {
        aspect: Aspect::Volume,
        value: None,
        bits: 10.0 + (f64::from(count) / f64::from(most * VOLUME_TIMES)).log2(),
        volume: [count, middle, most],
        done: true,
        marks: at.to_vec(),
        span: span(at, marks)?,
    })
}

impl Case {
    fn new(name: &str, kind: Kind, mark: u64, day: u32, ones: Vec<One>) -> Case {
        let (name, everybody) = (name.to_owned(), String::new());
        let found = Found::Several;
        Case {
            name,
            kind,
            mark,
            everybody,
            day,
            cold: false,
            ones,
            bits: 0.0,
            like: None,
            days: 1,
            found,
        }
    }

    /// Weighs it; `false` if it is not worth telling. Of each aspect the greatest surprise counts
    /// full, the next a quarter, the next a ninth: twenty new actions are not twenty surprises.
    fn weigh(&mut self) -> bool {
        if self.like.is_some() {
            self.ones.iter_mut().for_each(|one| one.bits *= LIKE_HARMLESS);
        }
        self.ones.sort_by(|a, b| b.bits.total_cmp(&a.bits).then(a.span.0.cmp(&b.span.0)));
        let mut aspects: BTreeMap<Aspect, (f64, f64)> = BTreeMap::new();
        for one in &self.ones {
            let (rank, sum) = aspects.entry(one.aspect).or_default();
            *rank += 1.0;
            *sum += one.bits / (*rank * *rank);
        }
        let greatest = |aspect: &Aspect| {
            self.ones.iter().find(|one| one.aspect == *aspect).map_or(0.0, |one| one.bits)
        };
        aspects.retain(|aspect, _| greatest(aspect) >= ASPECT_MIN);
        self.ones.retain(|one| aspects.contains_key(&one.aspect));
        self.bits = aspects.values().map(|(_, sum)| sum).sum();
        let Some(top) = self.ones.first() else { return false };
        let risky = self.ones.iter().any(One::is_risky_deed);
        self.found = match aspects.len() {
            STRONG_ASPECTS.. if risky && self.bits >= STRONG_MIN && !self.cold => Found::Strong,
            2.. if self.bits >= SEVERAL_MIN && !self.cold => Found::Several,
            _ => Found::One(top.aspect),
        };
        !matches!(self.found, Found::One(_)) || top.bits >= ONE_MIN
    }
}

impl One {
    /// Whether it is something that intruders do, and it was done.
    pub fn is_risky_deed(&self) -> bool {
        let of = |(feature, value, _): &(Feature, String, Odds)| {
            *feature == Feature::Action && is_risky(value)
        };
        self.done && self.value.as_ref().is_some_and(of)
    }
}

/// Entities that nothing could be said of.
fn cold_told(cold: &BTreeSet<String>) -> Vec<String> {
    let Some(first) = cold.first() else { return Vec::new() };
    let name = model::text::printable(first, 80);
    vec![match cold.len() {
        1 => format!("the baseline knows too little of {name} to say what is unusual of it"),
        count => format!(
            "the baseline knows too little of {count} entities to say what is unusual of them ({name} the first)"
        ),
    }]
}
