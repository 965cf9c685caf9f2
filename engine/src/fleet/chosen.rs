//! The lives of some instances: which records tell of them is noted as they are read, and only
//! those are read back.

use std::collections::BTreeSet;

use model::fleet::Sighting;
use model::seam::source::{Intake, Source};
use model::{Assets, Event, Reject};
use rustc_hash::FxHashSet;

use super::Ledger;
use super::gather::Gathered;
use crate::deeds::mark;
use crate::intake::{Harvest, Plan};
use crate::recall::{Blob, Place, reread};

/// OCSF classes of logs that tell of traffic, programs and files: they know of no lives.
const SILENT: &[u16] = &[1001, 1007, 3002, 4001, 4002, 4003, 4009];
/// Tellings of instances that are noted; where there are more, all logs that may tell of one are
/// read back.
const NOTED_MAX: usize = 1_000_000;

/// Whether a kind of log may tell of instances' lives.
pub(crate) fn tells(source: &dyn Source) -> bool {
    source.classes().iter().any(|class| !SILENT.contains(&class.uid))
}

/// Where it is told of instances.
#[derive(Default)]
pub(crate) struct Sighted {
    /// The instance's mark, and the record's place.
    noted: Vec<(u64, Place)>,
    full: bool,
}

impl Sighted {
    pub(crate) fn note(&mut self, event: &Event<'_>) {
        let mut sightings: Vec<Sighting<'_>> = Vec::new();
        event.body.sightings(&mut sightings);
        let noted = sightings.iter().map(|s| (mark(&s.instance), (0, event.at)));
        let room = NOTED_MAX.saturating_sub(self.noted.len());
        self.full |= sightings.len() > room;
        self.noted.extend(noted.take(room));
    }

    pub(crate) fn in_file(&mut self, file: u32) {
        self.noted.iter_mut().for_each(|(_, place)| place.0 = file);
    }

    pub(crate) fn merge(&mut self, other: Sighted) {
        let room = NOTED_MAX.saturating_sub(self.noted.len());
        self.full |= other.full || other.noted.len() > room;
        self.noted.extend(other.noted.into_iter().take(room));
    }
}

/// Instances whose lives a story wants.
#[derive(Default)]
pub(crate) struct Wanted<'w> {
    instances: BTreeSet<&'w str>,
    since: i64,
}

impl<'w> Wanted<'w> {
    /// These instances, from a time on (nanoseconds since 1970).
    pub(crate) fn new(instances: BTreeSet<&'w str>, since: i64) -> Self {
        Wanted { instances, since }
    }

    /// The records that tell of them; `None` if there were too many to note.
    pub(crate) fn places(&self, harvest: &Harvest) -> Option<BTreeSet<Place>> {
        if self.instances.is_empty() {
            return Some(BTreeSet::new());
        }
        let sighted = &harvest.all.sighted;
        let marks: FxHashSet<u64> = self.instances.iter().copied().map(mark).collect();
        let late = |place: &Place| {
            let origin = harvest.origins.get(place.0 as usize);
            origin.is_some_and(|origin| self.may_be_in(origin.span))
        };
        let told = sighted.noted.iter().filter(|(mark, _)| marks.contains(mark));
        let places = || told.map(|(_, place)| *place).filter(late).collect();
        (!sighted.full).then(places)
    }

    fn may_be_in(&self, span: Option<(i64, i64)>) -> bool {
        span.is_some_and(|(_, last)| last >= self.since)
    }

    /// Takes what a record tells of them.
    pub(crate) fn take(&self, event: &Event<'_>) -> Told {
        let (mut sightings, mut found) = (Vec::new(), Gathered::default());
        event.body.sightings(&mut sightings);
        for sighting in sightings.iter().filter(|s| self.instances.contains(s.instance.as_ref())) {
            found.sighted(event.source, sighting);
        }
        Told(found)
    }

    /// What all logs tell that may tell of an instance, read once more.
    pub(crate) fn search(&self, plan: &Plan<'_>, harvest: &Harvest) -> Vec<Told> {
        let numbered = (0u32..).zip(&harvest.origins);
        let may = numbered.filter(|(_, o)| self.may_be_in(o.span) && tells(o.source));
        let files: BTreeSet<u32> = may.map(|(file, _)| file).collect();
        let visit = |blob: Blob<'_>, input: &mut frame::Input<'_>| {
            let mut desk = Desk { wanted: self, found: Told::default() };
            blob.source.read(input, &plan.settings, &mut desk);
            vec![desk.found]
        };
        reread(plan, harvest, &files, usize::MAX, &visit).0
    }
}

/// What some records tell of instances.
#[derive(Default)]
pub(crate) struct Told(Gathered);

/// The ledger of all that was told.
pub(crate) fn ledger(told: impl IntoIterator<Item = Told>, assets: &Assets) -> Ledger {
    let mut all = Gathered::default();
    for Told(part) in told {
        all.merge(part);
    }
    Ledger::new(all, assets)
}

struct Desk<'d> {
    wanted: &'d Wanted<'d>,
    found: Told,
}

impl Intake for Desk<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.found.0.merge(self.wanted.take(event).0);
    }

    fn reject(&mut self, _: Reject) {}
}
