//! Reading records back: the input is the event log.

use std::collections::BTreeSet;

use model::investigation::{Citation, TiedHost};
use model::seam::feed::{self, Opened};
use model::seam::source::{Intake, Source};
use model::{Entity, Event, Position, Reject};
use rustc_hash::FxHashMap;

use crate::cite;
use crate::fleet::{self, Ledger, Told, Wanted};
use crate::host::Tie;
use crate::intake::{Harvest, Origin, Plan};
use crate::kept::Shelf;
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

/// Kept records that one thread makes ready at a time.
const SHELF_PART: usize = 256;

/// What a story needs of the records.
pub(crate) struct Needs<'n> {
    /// Records that it tells of or cites.
    pub(crate) places: BTreeSet<Place>,
    /// Whether they are to be cited.
    pub(crate) cited: bool,
    /// Records that need not be read back.
    pub(crate) shelf: &'n Shelf,
    /// Instances whose lives it tells.
    pub(crate) wanted: Wanted<'n>,
}

/// Reads records back, once: what the story tells of them, what reports cite, and the lives of
/// instances.
pub(crate) fn recall(plan: &Plan<'_>, harvest: &Harvest, needs: &Needs<'_>) -> (Recalled, Ledger) {
    let Needs { places, cited, shelf, wanted } = needs;
    let mut recalled = from_shelf(plan.threads, places, shelf, *cited);
    let lives = wanted.places(harvest);
    let missing = places.iter().filter(|place| !recalled.contains_key(place)).copied();
    let all: BTreeSet<Place> = missing.chain(lives.iter().flatten().copied()).collect();
    let take = |place: Place, event: &Event<'_>, host: Option<TiedHost>| {
        let record = places.contains(&place).then(|| record(event, host, *cited));
        let told = lives.as_ref().is_some_and(|lives| lives.contains(&place));
        (record, told.then(|| wanted.take(event)))
    };
    let mut told: Vec<Told> = Vec::new();
    for (place, (record, lives)) in read_back(plan, harvest, &all, &take) {
        recalled.extend(record.map(|record| (place, record)));
        told.extend(lives);
    }
    if lives.is_none() {
        told = wanted.search(plan, harvest);
    }
    (recalled, fleet::ledger(told, plan.hosts.assets))
}

fn record(event: &Event<'_>, host: Option<TiedHost>, cited: bool) -> Record {
    let mut entities = Vec::new();
    event.body.entities(&mut entities);
    Record {
        action: event.body.action(),
        address: event.address.map(str::to_owned),
        entities: entities.into_iter().map(Entity::into_owned).collect(),
        citation: cited.then(|| cite::citation(event, host.clone())),
        host,
    }
}

/// The records among these that were kept.
fn from_shelf(threads: usize, places: &BTreeSet<Place>, shelf: &Shelf, cited: bool) -> Recalled {
    let kept: Vec<_> = shelf.iter().filter(|(place, _)| places.contains(place)).collect();
    let parts: Vec<_> = kept.chunks(SHELF_PART).collect();
    let work = |at: usize| -> Vec<(Place, Record)> {
        let part = parts.get(at).copied().unwrap_or_default();
        part.iter().map(|(place, kept)| (**place, kept.record(cited))).collect()
    };
    let mut recalled = Recalled::default();
    pool::in_order(parts.len(), threads, work, |_, records| recalled.extend(records));
    recalled
}

/// Takes an event, and the host whose own log it stands in.
type Take<'t, T> = dyn Fn(Place, &Event<'_>, Option<TiedHost>) -> T + Sync + 't;

/// Calls `take` on the events at these places; in the places' order. What could be opened a
/// moment ago is opened again; if it is gone, its records are missing in the result.
pub(crate) fn read_back<T: Send>(
    plan: &Plan<'_>,
    harvest: &Harvest,
    places: &BTreeSet<Place>,
    take: &Take<'_, T>,
) -> Vec<(Place, T)> {
    let places: Vec<Place> = places.iter().copied().collect();
    let files: BTreeSet<u32> = places.iter().map(|place| place.0).collect();
    let visit = |blob: Blob<'_>, input: &mut frame::Input<'_>| {
        let from = places.partition_point(|place| place.0 < blob.file);
        let to = places.partition_point(|place| place.0 <= blob.file);
        let places = places.get(from..to).unwrap_or(&[]);
        if blob.one_each {
            input.only(places.iter().map(|place| place.1.record).collect());
        }
        let tie = Tie::new(plan.hosts, blob.source.about().name, blob.name);
        let mut found = Vec::new();
        let mut pick = Pick { file: blob.file, places, tie, take, found: &mut found };
        blob.source.read(input, &plan.settings, &mut pick);
        found
    };
    reread(plan, harvest, &files, usize::MAX, &visit).0
}

/// A blob that is read once more.
#[derive(Clone, Copy)]
pub(crate) struct Blob<'b> {
    pub(crate) file: u32,
    pub(crate) name: &'b str,
    pub(crate) source: &'static dyn Source,
    /// Each of its documents gave one record.
    one_each: bool,
}

/// Reads one blob and says what it found there.
type Visit<'v, T> = dyn Fn(Blob<'_>, &mut frame::Input<'_>) -> Vec<T> + Sync + 'v;

/// Reads these blobs once more; what is found, in the blobs' order, and how much there was too
/// much to keep.
pub(crate) fn reread<T: Send>(
    plan: &Plan<'_>,
    harvest: &Harvest,
    files: &BTreeSet<u32>,
    max: usize,
    visit: &Visit<'_, T>,
) -> (Vec<T>, usize) {
    let item = |file: &u32| harvest.origins.get(*file as usize).map(|origin| origin.item);
    let jobs: BTreeSet<usize> = files.iter().filter_map(item).collect();
    let jobs: Vec<usize> = jobs.into_iter().collect();
    let work = |at: usize| {
        let Some(item) = jobs.get(at).copied() else { return Vec::new() };
        let Some(entry) = harvest.items.get(item) else { return Vec::new() };
        let file = harvest.origins.partition_point(|origin| origin.item < item);
        let mut back = Back { harvest, item, file, seen: 0, files, visit, found: Vec::new() };
        let _gone = plan.feed.open(entry, &mut back);
        back.found
    };
    let (mut found, mut lost) = (Vec::new(), 0);
    pool::in_order(jobs.len(), plan.threads, work, |_, read| {
        let room = max.saturating_sub(found.len());
        lost += read.len().saturating_sub(room);
        found.extend(read.into_iter().take(room));
    });
    (found, lost)
}

struct Back<'b, T> {
    harvest: &'b Harvest,
    item: usize,
    /// The number of the next blob of this item that intake read.
    file: usize,
    /// Blobs of this item met so far.
    seen: usize,
    files: &'b BTreeSet<u32>,
    visit: &'b Visit<'b, T>,
    found: Vec<T>,
}

impl<T> Opened for Back<'_, T> {
    fn blob(&mut self, blob: feed::Blob<'_>) {
        let seen = self.seen;
        self.seen += 1;
        // Blobs that nobody knew have no number.
        let origin = self.harvest.origins.get(self.file).copied();
        let Some(origin) = origin.filter(|o| o.item == self.item && o.place == seen) else {
            return;
        };
        let file = self.file as u32;
        self.file += 1;
        if self.files.contains(&file) {
            let Origin { source, one_each, .. } = origin;
            let known = Blob { file, name: blob.name, source, one_each };
            let mut input = frame::Input::new(blob.content);
            self.found.append(&mut (self.visit)(known, &mut input));
        }
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
                    let mut one =
                        |tied: &Event<'_>| found.push((place, take(place, tied, host.clone())));
                    tie.with(event, &mut one);
                }
                None => found.push((place, take(place, event, None))),
            }
        }
    }

    fn wants(&self, at: Position) -> bool {
        self.places.binary_search(&(self.file, at)).is_ok()
    }

    fn reject(&mut self, _: Reject) {}
}
