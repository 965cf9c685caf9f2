//! Reading records back: the input is the event log.

use std::collections::{BTreeMap, BTreeSet};

use model::investigation::{Citation, TiedHost};
use model::seam::feed::{Blob, Opened};
use model::seam::source::Intake;
use model::{Entity, Event, Position, Reject};
use rustc_hash::FxHashMap;

use crate::cite;
use crate::host::Tie;
use crate::intake::{Harvest, Plan};
use crate::pool;

/// A record's place: blob number and position.
pub(crate) type Place = (u32, Position);

/// What a story tells of a record.
pub(crate) struct Record {
    pub(crate) action: String,
    pub(crate) address: Option<String>,
    pub(crate) entities: BTreeSet<Entity<'static>>,
    /// The host whose own log it stands in.
    pub(crate) host: Option<TiedHost>,
    /// For reports that show records.
    pub(crate) citation: Option<Citation>,
}

/// Records by their place.
pub(crate) type Recalled = FxHashMap<Place, Record>;

/// Reads these records back, once: what the story tells of them, and what reports cite.
pub(crate) fn recall(
    plan: &Plan<'_>,
    harvest: &Harvest,
    places: &BTreeSet<Place>,
    cited: bool,
) -> Recalled {
    let tell = |event: &Event<'_>, host: Option<TiedHost>| {
        let mut entities = Vec::new();
        event.body.entities(&mut entities);
        Record {
            action: event.body.action(),
            address: event.address.map(str::to_owned),
            entities: entities.into_iter().map(Entity::into_owned).collect(),
            citation: cited.then(|| cite::citation(event, host.clone())),
            host,
        }
    };
    read_back(plan, harvest, places, &tell).into_iter().collect()
}

/// Takes an event, and the host whose own log it stands in.
type Take<'t, T> = dyn Fn(&Event<'_>, Option<TiedHost>) -> T + Sync + 't;

/// Calls `take` on the events at these places; in the places' order. What could be opened a
/// moment ago is opened again; if it is gone, its records are missing in the result.
pub(crate) fn read_back<T: Send>(
    plan: &Plan<'_>,
    harvest: &Harvest,
    places: &BTreeSet<Place>,
    take: &Take<'_, T>,
) -> Vec<(Place, T)> {
    let mut by_item: BTreeMap<usize, Vec<Place>> = BTreeMap::new();
    for place in places {
        if let Some(origin) = harvest.origins.get(place.0 as usize) {
            by_item.entry(origin.item).or_default().push(*place);
        }
    }
    let jobs: Vec<(usize, Vec<Place>)> = by_item.into_iter().collect();
    let work = |at: usize| {
        let Some((item, places)) = jobs.get(at) else { return Vec::new() };
        let Some(entry) = harvest.items.get(*item) else { return Vec::new() };
        let file = harvest.origins.partition_point(|origin| origin.item < *item);
        let mut back =
            Back { plan, harvest, item: *item, file, seen: 0, places, take, found: Vec::new() };
        let _gone = plan.feed.open(entry, &mut back);
        back.found
    };
    let mut found = Vec::with_capacity(places.len());
    pool::in_order(jobs.len(), plan.threads, work, |_, mut read| found.append(&mut read));
    found
}

struct Back<'b, T> {
    plan: &'b Plan<'b>,
    harvest: &'b Harvest,
    item: usize,
    /// The number of the next blob of this item that intake read.
    file: usize,
    /// Blobs of this item met so far.
    seen: usize,
    places: &'b [Place],
    take: &'b Take<'b, T>,
    found: Vec<(Place, T)>,
}

impl<T> Opened for Back<'_, T> {
    fn blob(&mut self, blob: Blob<'_>) {
        let seen = self.seen;
        self.seen += 1;
        // Blobs that nobody knew have no number.
        let origin = self.harvest.origins.get(self.file).copied();
        let Some(origin) = origin.filter(|o| o.item == self.item && o.place == seen) else {
            return;
        };
        let file = self.file as u32;
        self.file += 1;
        let from = self.places.partition_point(|place| place.0 < file);
        let to = self.places.partition_point(|place| place.0 <= file);
        let places = self.places.get(from..to).unwrap_or(&[]);
        if places.is_empty() {
            return;
        }
        let tie = Tie::new(self.plan.hosts, origin.source.about().name, blob.name);
        let mut input = frame::Input::new(blob.content);
        let mut pick = Pick { file, places, tie, take: self.take, found: &mut self.found };
        origin.source.read(&mut input, &self.plan.settings, &mut pick);
    }

    fn broken(&mut self, _: &str, _: &str) {}
}

struct Pick<'p, T> {
    file: u32,
    places: &'p [Place],
    tie: Option<Tie<'p>>,
    take: &'p Take<'p, T>,
    found: &'p mut Vec<(Place, T)>,
}

impl<T> Intake for Pick<'_, T> {
    fn event(&mut self, event: &Event<'_>) {
        if self.wants(event.at) {
            let place = (self.file, event.at);
            let (take, found) = (self.take, &mut *self.found);
            match &self.tie {
                Some(tie) => {
                    let host = tie.tied(event);
                    tie.with(event, &mut |tied| found.push((place, take(tied, host.clone()))));
                }
                None => found.push((place, take(event, None))),
            }
        }
    }

    fn wants(&self, at: Position) -> bool {
        self.places.binary_search(&(self.file, at)).is_ok()
    }

    fn reject(&mut self, _: Reject) {}
}
