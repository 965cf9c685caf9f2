//! Gathers what events tell of instances, and which logs heard of which instance when.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use model::fleet::{Phase, Sighting, Told, Trait};
use model::seam::About;
use model::seam::detector::{Detector, Findings, Judge};
use model::{Entity, EntityKind, Event, Role};
use rustc_hash::FxHashMap;

use super::spans::Spans;

/// Instances that are followed; more are counted.
const INSTANCES_MAX: usize = 2_000_000;
/// What is kept of the life of one instance; more is counted.
const MARKS_MAX: usize = 4096;
/// Addresses of one instance.
const ADDRESSES_MAX: usize = 512;
/// Times at which the addresses of one instance were told.
const TELLINGS_MAX: usize = 2048;
/// Things that logs heard of.
const HEARD_MAX: usize = 1_000_000;
/// Lists of instances that are told apart.
const ROLLS_MAX: usize = 100_000;

/// One thing told of an instance's life, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) at: i64,
    pub(super) phase: Phase,
    pub(super) told: Told,
}

/// An address with its interface.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Held {
    pub(super) ip: Box<str>,
    pub(super) eni: Option<Box<str>>,
    pub(super) public: bool,
}

/// All that was told of one instance.
#[derive(Clone, Debug, Default)]
pub(super) struct Track {
    pub(super) marks: Vec<Mark>,
    pub(super) traits: BTreeMap<Trait, (i64, Box<str>)>,
    /// From when to when each address was told.
    pub(super) addresses: BTreeMap<Held, (i64, i64)>,
    /// When addresses were told.
    pub(super) tellings: Vec<i64>,
    /// The first and last time that it sent or received something.
    pub(super) alive: Option<(i64, i64)>,
    lost: u64,
}

impl Track {
    fn add(&mut self, sighting: &Sighting<'_>) {
        let at = sighting.time.start.div_euclid(1_000_000_000);
        match sighting.phase {
            // An answer without any time stands at the beginning of 1970.
            _ if at <= 0 => {}
            Some((_, Told::Alive)) => self.live(at, at),
            Some((phase, told)) => self.mark(Mark { at, phase, told }),
            None => {}
        }
        for (what, value) in &sighting.traits {
            self.know(*what, at, value);
        }
        if at > 0 && !sighting.addresses.is_empty() {
            self.tell(at);
        }
        for address in &sighting.addresses {
            let eni = address.eni.as_deref().map(Into::into);
            let held = Held { ip: address.ip.as_ref().into(), eni, public: address.public };
            self.hold(held, (at, at));
        }
    }

    fn live(&mut self, from: i64, to: i64) {
        let known = self.alive.get_or_insert((from, to));
        *known = (known.0.min(from), known.1.max(to));
    }

    fn mark(&mut self, mark: Mark) {
        if self.marks.last() == Some(&mark) {
            return;
        }
        if self.marks.len() >= MARKS_MAX {
            self.marks.sort_unstable();
            self.marks.dedup();
        }
        if self.marks.len() >= MARKS_MAX {
            self.lost += 1;
        } else {
            self.marks.push(mark);
        }
    }

    /// The latest word counts; of two at the same time the greater, whatever the order of files.
    fn know(&mut self, what: Trait, at: i64, value: &str) {
        match self.traits.get_mut(&what) {
            Some(known) if (known.0, known.1.as_ref()) >= (at, value) => {}
            Some(known) if known.1.as_ref() == value => known.0 = at,
            _ => {
                self.traits.insert(what, (at, value.into()));
            }
        }
    }

    fn tell(&mut self, at: i64) {
        if self.tellings.last() != Some(&at) && self.tellings.len() < TELLINGS_MAX {
            self.tellings.push(at);
        }
    }

    fn hold(&mut self, held: Held, (from, to): (i64, i64)) {
        if let Some(known) = self.addresses.get_mut(&held) {
            *known = (known.0.min(from), known.1.max(to));
        } else if self.addresses.len() < ADDRESSES_MAX {
            self.addresses.insert(held, (from, to));
        } else {
            self.lost += 1;
        }
    }

    fn merge(&mut self, other: Track) {
        other.marks.into_iter().for_each(|mark| self.mark(mark));
        for (what, (at, value)) in other.traits {
            self.know(what, at, &value);
        }
        for (held, span) in other.addresses {
            self.hold(held, span);
        }
        other.tellings.into_iter().for_each(|at| self.tell(at));
        if let Some((from, to)) = other.alive {
            self.live(from, to);
        }
        self.lost += other.lost;
    }
}

/// A thing that a log heard of: an instance, an interface, a host.
pub(super) type Heard = (&'static str, EntityKind, Box<str>);
/// A list of instances: account, region, time.
pub(super) type Roll = (Box<str>, Box<str>, i64);

/// All that was told.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) tracks: FxHashMap<Box<str>, Track>,
    pub(super) heard: FxHashMap<Heard, Spans>,
    /// How many instances each list had.
    pub(super) rolls: BTreeMap<Roll, u32>,
    /// Kinds of log that told of instances' lives.
    pub(super) tellers: BTreeSet<&'static str>,
    /// Those of them that told when something was, not only that it had been.
    pub(super) exact: BTreeSet<&'static str>,
    /// From when to when lives were told by lists alone.
    pub(super) span: Option<(i64, i64)>,
    lost: u64,
}

impl Gathered {
    /// What was not kept, all bounds together.
    pub(super) fn lost(&self) -> u64 {
        self.lost + self.tracks.values().map(|track| track.lost).sum::<u64>()
    }

    pub(super) fn sighted(&mut self, source: &'static str, sighting: &Sighting<'_>) {
        let id = sighting.instance.as_ref();
        if !self.tracks.contains_key(id) {
            if self.tracks.len() >= INSTANCES_MAX {
                self.lost += 1;
                return;
            }
            self.tracks.insert(id.into(), Track::default());
        }
        if let Some(track) = self.tracks.get_mut(id) {
            track.add(sighting);
        }
        self.tellers.insert(source);
        let at = sighting.time.start.div_euclid(1_000_000_000);
        if let (Some((_, told)), true) = (sighting.phase, at > 0) {
            if !matches!(told, Told::Description | Told::Seen) {
                self.exact.insert(source);
            }
            if told == Told::Seen {
                self.widen(at, at);
                let part = |what| sighting.traits.iter().find(|t| t.0 == what).map(|t| &*t.1);
                let roll = |what| part(what).unwrap_or_default().into();
                self.roll((roll(Trait::Account), roll(Trait::Region), at), 1);
            }
        }
    }

    fn widen(&mut self, from: i64, to: i64) {
        let span = self.span.get_or_insert((from, to));
        *span = (span.0.min(from), span.1.max(to));
    }

    fn roll(&mut self, roll: Roll, listed: u32) {
        if let Some(count) = self.rolls.get_mut(&roll) {
            *count = count.saturating_add(listed);
        } else if self.rolls.len() < ROLLS_MAX {
            self.rolls.insert(roll, listed);
        } else {
            self.lost += 1;
        }
    }

    fn hear(&mut self, event: &Event<'_>, entities: &[Entity<'_>]) {
        let second = |nanos: i64| nanos.div_euclid(1_000_000_000);
        let (from, to) = (second(event.time.start), second(event.time.end));
        let kinds = [EntityKind::Instance, EntityKind::Eni, EntityKind::Host];
        let places = entities.iter().filter(|e| e.role == Role::Place && kinds.contains(&e.kind));
        for place in places {
            let key = (event.source, place.kind, Box::from(place.value.as_ref()));
            if let Some(spans) = self.heard.get_mut(&key) {
                spans.add(from, to);
            } else if self.heard.len() < HEARD_MAX {
                self.heard.entry(key).or_default().add(from, to);
            } else {
                self.lost += 1;
            }
        }
    }

    pub(super) fn merge(&mut self, other: Gathered) {
        for (id, track) in other.tracks {
            if let Some(known) = self.tracks.get_mut(&id) {
                known.merge(track);
            } else if self.tracks.len() < INSTANCES_MAX {
                self.tracks.insert(id, track);
            } else {
                self.lost += 1;
            }
        }
        for (key, spans) in other.heard {
            if self.heard.len() < HEARD_MAX || self.heard.contains_key(&key) {
                self.heard.entry(key).or_default().merge(spans);
            } else {
                self.lost += 1;
            }
        }
        for (roll, count) in other.rolls {
            self.roll(roll, count);
        }
        self.tellers.extend(other.tellers);
        self.exact.extend(other.exact);
        if let Some((from, to)) = other.span {
            self.widen(from, to);
        }
        self.lost += other.lost;
    }
}

/// A judge that finds nothing and remembers what is told of instances.
#[derive(Default)]
pub(super) struct Watch(pub(super) Arc<Mutex<Gathered>>);

impl Detector for Watch {
    fn about(&self) -> &'static About {
        &About { name: "fleet", line: "Follows instances through their lives", spec: "" }
    }

    fn judge(&self) -> Box<dyn Judge + '_> {
        Box::new(Eye { all: &self.0, own: Gathered::default() })
    }
}

struct Eye<'w> {
    all: &'w Mutex<Gathered>,
    own: Gathered,
}

impl Judge for Eye<'_> {
    fn observe(&mut self, event: &Event<'_>, _: &mut dyn Findings) {
        let mut sightings = Vec::new();
        event.body.sightings(&mut sightings);
        for sighting in &sightings {
            self.own.sighted(event.source, sighting);
        }
        let alive = |s: &Sighting<'_>| matches!(s.phase, Some((_, Told::Alive)));
        if sightings.iter().all(alive) {
            let mut entities = Vec::new();
            event.body.entities(&mut entities);
            self.own.hear(event, &entities);
        }
    }
}

impl Drop for Eye<'_> {
    fn drop(&mut self) {
        let own = std::mem::take(&mut self.own);
        self.all.lock().unwrap_or_else(PoisonError::into_inner).merge(own);
    }
}
