//! The ledger: every instance's life, who had which address when, what each log heard of.

use std::collections::BTreeMap;

use model::fleet::{Phase, Told, Trait};
use model::{Assets, EntityKind};
use rustc_hash::FxHashMap;

use super::drafts::{Draft, drafts};
use super::gather::{Gathered, Heard, Held, Mark, Roll, Track};
use super::lags::Lags;
use super::life::{Binding, Life, Moment, Note, Run};
use super::spans::Spans;

/// Lists that were made within so many seconds are one: answers come in pages.
const PAGES: i64 = 600;

/// All lives, in the order of their beginning.
#[derive(Debug, Default)]
pub struct Ledger {
    /// The lives.
    pub lives: Vec<Life>,
    /// From when to when records tell of lives, in seconds since 1970.
    pub span: Option<(i64, i64)>,
    /// Kinds of log that told of lives.
    pub tellers: Vec<&'static str>,
    /// What was not kept, because a bound was reached.
    pub lost: u64,
    pub(super) heard: BTreeMap<Heard, Spans>,
    by_ip: FxHashMap<String, Vec<(usize, usize)>>,
}

/// Who had an address.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'l> {
    /// The instance.
    pub life: &'l Life,
    /// Its address.
    pub binding: &'l Binding,
}

impl Ledger {
    pub(super) fn new(gathered: Gathered, assets: &Assets) -> Self {
        let lost = gathered.lost();
        let mut tracks: Vec<(Box<str>, Track)> = gathered.tracks.into_iter().collect();
        tracks.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut lags = Lags::default();
        let mut cut: Vec<Vec<Draft>> = Vec::with_capacity(tracks.len());
        for (_, track) in &mut tracks {
            let (from, to) = track.alive.unzip();
            for at in [from, to].into_iter().flatten() {
                track.marks.push(Mark { at, phase: Phase::Running, told: Told::Alive });
            }
            track.marks.sort_unstable();
            track.marks.dedup();
            place_seen_ends(&mut track.marks);
            let drafts = drafts(&track.marks);
            for draft in &drafts {
                draft.teach(&mut lags);
            }
            cut.push(drafts);
        }
        lags.settle();
        let rolls = rolls(&gathered.rolls);
        let mut lives: Vec<Life> = Vec::with_capacity(tracks.len());
        for ((id, mut track), mut drafts) in tracks.into_iter().zip(cut) {
            vanish(&track, &mut drafts, &rolls);
            track.tellings.sort_unstable();
            track.tellings.dedup();
            lives.push(life(&id, &track, &drafts, &lags, assets));
        }
        lives.sort_by(|a, b| (a.first(), &a.id).cmp(&(b.first(), &b.id)));
        let mut by_ip: FxHashMap<String, Vec<(usize, usize)>> = FxHashMap::default();
        for (number, life) in lives.iter().enumerate() {
            for (at, binding) in life.bindings.iter().enumerate() {
                by_ip.entry(binding.ip.clone()).or_default().push((number, at));
            }
        }
        let tellers = gathered.tellers.into_iter().collect();
        let heard = gathered.heard.into_iter().collect();
        Ledger { lives, span: gathered.span, tellers, lost, heard, by_ip }
    }

    /// Everyone who ever had an address, in order of time.
    pub fn owners(&self, ip: &str) -> Vec<Owner<'_>> {
        let places = self.by_ip.get(ip).map(Vec::as_slice).unwrap_or_default();
        let owner = |(number, at): &(usize, usize)| {
            let life = self.lives.get(*number)?;
            Some(Owner { life, binding: life.bindings.get(*at)? })
        };
        let mut all: Vec<Owner<'_>> = places.iter().filter_map(owner).collect();
        all.sort_by_key(|owner| (owner.binding.from, owner.life.id.as_str()));
        all
    }

    /// One instance.
    pub fn life(&self, id: &str) -> Option<&Life> {
        self.lives.iter().find(|life| life.id == id)
    }
}

/// A list says that an instance had ended by the time at which it was asked, which is later than
/// the time that it states. So its word gives way to any other on an end, and stands last.
fn place_seen_ends(marks: &mut Vec<Mark>) {
    let is_end = |m: &Mark| !matches!(m.phase, Phase::Pending | Phase::Running);
    let told = marks.iter().any(|m| is_end(m) && m.told != Told::Seen);
    let last = marks.iter().filter(|m| !is_end(m)).map(|m| m.at).max();
    marks.retain(|m| !(told && is_end(m) && m.told == Told::Seen));
    for mark in marks.iter_mut().filter(|m| is_end(m) && m.told == Told::Seen) {
        mark.at = last.map_or(mark.at, |last| last.max(mark.at));
    }
    marks.sort_unstable();
}

/// Lists by account and region, pages joined: when, and how many instances each had.
type Rolls = BTreeMap<(Box<str>, Box<str>), Vec<(i64, u32)>>;

fn rolls(all: &BTreeMap<Roll, u32>) -> Rolls {
    let mut joined = Rolls::new();
    for ((account, region, at), count) in all {
        let pages = joined.entry((account.clone(), region.clone())).or_default();
        match pages.last_mut() {
            Some(last) if *at < last.0 + PAGES => last.1 = last.1.saturating_add(*count),
            _ => pages.push((*at, *count)),
        }
    }
    joined
}

/// Ends the last run of an instance that a later list of the same place does not name. A list of
/// less than half as many was asked for something else.
fn vanish(track: &Track, drafts: &mut [Draft], rolls: &Rolls) {
    let Some(last) = drafts.last_mut().filter(|draft| draft.is_open()) else { return };
    let seen = track.marks.iter().filter(|mark| mark.told == Told::Seen).map(|mark| mark.at).max();
    let Some(seen) = seen else { return };
    let part = |what| track.traits.get(&what).map(|t| t.1.clone()).unwrap_or_default();
    let Some(rolls) = rolls.get(&(part(Trait::Account), part(Trait::Region))) else { return };
    let own = rolls.partition_point(|(at, _)| *at <= seen);
    let listed = own.checked_sub(1).and_then(|at| rolls.get(at)).map_or(0, |roll| roll.1);
    let known = last.last_seen().max(seen);
    let next = rolls.iter().skip(own).find(|(at, count)| *at > known && count * 2 >= listed);
    if let Some((at, _)) = next {
        last.vanish(*at);
    }
}

fn life(id: &str, track: &Track, drafts: &[Draft], lags: &Lags, assets: &Assets) -> Life {
    let runs: Vec<Run> = drafts.iter().filter_map(|draft| draft.run(lags)).collect();
    let gone = drafts.last().and_then(|draft| draft.gone(lags));
    let asked = drafts.first().and_then(Draft::asked);
    let launched = asked.map(|mark| Moment::exact(mark.at, mark.told));
    let state = match (gone, track.marks.last()) {
        (Some(_), _) => Phase::Terminated,
        (None, Some(mark)) if mark.told == Told::Activity => Phase::Running,
        (None, Some(mark)) => mark.phase,
        (None, None) => Phase::Pending,
    };
    let notes = track.marks.iter().map(|m| Note { at: m.at, phase: m.phase, told: m.told });
    let own = |(what, (_, value)): (&Trait, &(i64, Box<str>))| (*what, value.to_string());
    let mut life = Life {
        id: id.to_owned(),
        traits: track.traits.iter().map(own).collect(),
        launched,
        runs,
        gone,
        state,
        bindings: Vec::new(),
        notes: notes.collect(),
    };
    told_by_person(&mut life, assets);
    let bindings = track.addresses.iter().map(|(held, span)| bind(&life, track, held, *span));
    let mut bindings: Vec<Binding> = bindings.collect();
    bindings.sort_by(|a, b| (a.from, a.public, &a.ip).cmp(&(b.from, b.public, &b.ip)));
    without_eni(&mut bindings);
    life.bindings = bindings;
    life
}

/// What assets say of the instance or its group, where no tag says it.
fn told_by_person(life: &mut Life, assets: &Assets) {
    let group = life.is(Trait::Group).map(str::to_owned);
    let fits = |host: &&model::assets::Host| {
        host.instance.as_deref() == Some(&life.id) || host.asg.is_some() && host.asg == group
    };
    let Some(host) = assets.hosts.iter().find(fits) else { return };
    let said = [(Trait::Application, &host.application), (Trait::Environment, &host.environment)];
    for (what, value) in said {
        if let Some(value) = value {
            life.traits.insert(what, value.clone());
        }
    }
}

/// From when to when it had an address.
fn bind(life: &Life, track: &Track, held: &Held, (first, last): (i64, i64)) -> Binding {
    let began = life.first().filter(|_| track.tellings.first().is_none_or(|told| first <= *told));
    let mut from = began.map_or(first, |began| began.min(first));
    let next = track.tellings.partition_point(|told| *told <= last);
    // A telling without it means that it is no longer there.
    let mut to = track.tellings.get(next).copied().or(life.gone.map(|gone| gone.at));
    if held.public {
        // A public address is given back when the instance stops.
        let run = life.runs.iter().rfind(|run| run.from.at <= last);
        from = run.map_or(from, |run| from.max(run.from.at));
        to = run.and_then(|run| run.to).map(|to| to.at).or(to);
    }
    Binding {
        ip: held.ip.to_string(),
        eni: held.eni.as_deref().map(str::to_owned),
        public: held.public,
        from,
        to,
    }
}

/// Some records name an address without its interface: the others say more.
fn without_eni(bindings: &mut Vec<Binding>) {
    let known: Vec<(String, bool)> =
        bindings.iter().filter(|b| b.eni.is_some()).map(|b| (b.ip.clone(), b.public)).collect();
    bindings.retain(|b| b.eni.is_some() || !known.contains(&(b.ip.clone(), b.public)));
}

/// The kinds of things by which logs name an instance.
pub(super) const NAMES: [EntityKind; 3] = [EntityKind::Instance, EntityKind::Eni, EntityKind::Host];
