//! Intake: every blob of the feed is recognised, read, judged and counted.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use model::investigation::{Skipped, Tally};
use model::seam::detector::{Detector, Judge};
use model::seam::feed::{Blob, Feed, Item, Opened};
use model::seam::source::{Intake, ReadSettings, Source, recognise};
use model::{Error, Event, Position, Reject};

use crate::fleet;
use crate::host::{Hosts, Tie};
use crate::pool;
use crate::tray::Tray;

/// Shows how far the run is.
pub trait Progress: Sync {
    /// So many more bytes were read (after unpacking), of so many more items.
    fn advance(&self, bytes: u64, items: u64, stored: u64);
}

/// Only events in this span of time are judged; all are counted. Nanoseconds since 1970.
#[derive(Clone, Copy, Debug, Default)]
pub struct Window {
    /// Not before.
    pub from: Option<i64>,
    /// Not after.
    pub to: Option<i64>,
}

impl Window {
    fn holds(self, event: &Event<'_>) -> bool {
        self.from.is_none_or(|from| event.time.end >= from)
            && self.to.is_none_or(|to| event.time.start <= to)
    }
}

/// What to read and with whom.
pub struct Plan<'a> {
    /// Where bytes come from.
    pub feed: &'a dyn Feed,
    /// Every kind of log there is.
    pub sources: Vec<&'static dyn Source>,
    /// Blobs whose kind a person named: the item's name to the source.
    pub forced: BTreeMap<String, &'static dyn Source>,
    /// The judges.
    pub detectors: &'a [Box<dyn Detector>],
    /// What a person says of logs that do not say it themselves.
    pub settings: ReadSettings,
    /// What is known of hosts.
    pub hosts: Hosts<'a>,
    /// What is judged.
    pub window: Window,
    /// How many threads read.
    pub threads: usize,
    /// Shows how far the run is.
    pub progress: &'a dyn Progress,
}

impl Plan<'_> {
    /// The kind of log a blob is, by the person's word or by its content.
    pub(crate) fn source_of(&self, item: &Item, sample: &[u8]) -> Option<&'static dyn Source> {
        if let Some(source) = self.forced.get(&item.name) {
            return Some(*source);
        }
        recognise(&self.sources, sample, &self.settings).map(|(source, _)| source)
    }
}

/// One blob, read.
struct Read {
    name: String,
    bytes: u64,
    outcome: Result<(&'static dyn Source, Tray), String>,
}

/// All that intake gives.
pub(crate) struct Harvest {
    pub(crate) items: Vec<Item>,
    /// Blob names by number.
    pub(crate) files: Vec<String>,
    /// The item that each blob came from, its place within it, and who read it.
    pub(crate) origins: Vec<Origin>,
    pub(crate) tally: Tally,
    pub(crate) all: Tray,
}

/// Where a blob came from.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    pub(crate) item: usize,
    /// Its number among the item's blobs, those that nobody knew included.
    pub(crate) place: usize,
    pub(crate) source: &'static dyn Source,
    /// From when to when its events are, in nanoseconds since 1970.
    pub(crate) span: Option<(i64, i64)>,
    /// Each of its documents gave one record.
    pub(crate) one_each: bool,
}

/// The most rejects that are kept over all blobs for showing.
const SHOWN_MAX: usize = 200;

/// Reads everything.
pub(crate) fn intake(plan: &Plan<'_>) -> Result<Harvest, Error> {
    let items = plan.feed.items()?;
    let mut harvest = Harvest {
        items: Vec::new(),
        files: Vec::new(),
        origins: Vec::new(),
        tally: Tally::default(),
        all: Tray::default(),
    };
    let mut ids = BTreeMap::new();
    let work = |at: usize| items.get(at).map(|item| read_item(plan, item)).unwrap_or_default();
    pool::in_order(items.len(), plan.threads, work, |at, (reads, skipped)| {
        harvest.tally.skipped.extend(skipped);
        for (place, read) in reads.into_iter().enumerate() {
            take(&mut harvest, &mut ids, (at, place), read);
        }
    });
    for (source, mut ids) in ids {
        let doubles = crate::distinct::Distinct::doubles(&mut ids);
        if let Some(count) = harvest.tally.by_source.get_mut(source) {
            count.duplicates = doubles;
            count.events -= doubles;
        }
    }
    harvest.items = items;
    Ok(harvest)
}

/// Takes in one blob; called in the order of the input.
fn take(
    harvest: &mut Harvest,
    ids: &mut BTreeMap<&'static str, crate::distinct::Distinct>,
    (item, place): (usize, usize),
    read: Read,
) {
    let file = harvest.files.len() as u32;
    harvest.tally.files += 1;
    harvest.tally.bytes += read.bytes;
    let (source, mut tray) = match read.outcome {
        Ok(read) => read,
        Err(why) => {
            harvest.tally.skipped.push(Skipped { file: read.name, why });
            return;
        }
    };
    harvest.files.push(read.name);
    let span = tray.first.zip(tray.last).map(|(first, last)| (first.start, last.end));
    let one_each = tray.one_each;
    harvest.origins.push(Origin { item, place, source, span, one_each });
    tray.in_file(file);
    let count = harvest.tally.by_source.entry(source.about().name).or_default();
    count.files += 1;
    count.records += tray.events + tray.rejects;
    count.events += tray.events;
    count.rejects += tray.rejects;
    count.first = [count.first, tray.first].into_iter().flatten().min();
    count.last = [count.last, tray.last].into_iter().flatten().max();
    let room = SHOWN_MAX.saturating_sub(harvest.tally.rejects.len());
    harvest.tally.rejects.extend(tray.shown.drain(..).take(room).map(|reject| (file, reject)));
    ids.entry(source.about().name).or_default().merge(std::mem::take(&mut tray.ids));
    harvest.all.merge(tray);
}

/// Opens an item and reads its blobs.
fn read_item(plan: &Plan<'_>, item: &Item) -> (Vec<Read>, Vec<Skipped>) {
    let mut reader = Reader { plan, item, reads: Vec::new(), skipped: Vec::new() };
    if let Err(error) = plan.feed.open(item, &mut reader) {
        reader.skipped.push(Skipped { file: item.name.clone(), why: error.what });
    }
    let bytes = reader.reads.iter().map(|read| read.bytes).sum();
    plan.progress.advance(bytes, 1, item.size.unwrap_or(0));
    (reader.reads, reader.skipped)
}

struct Reader<'p> {
    plan: &'p Plan<'p>,
    item: &'p Item,
    reads: Vec<Read>,
    skipped: Vec<Skipped>,
}

impl Opened for Reader<'_> {
    fn blob(&mut self, blob: Blob<'_>) {
        let name = blob.name.to_owned();
        let item = self.item;
        let plan = self.plan;
        // A defect in one reader must not take the whole run with it.
        let read = catch_unwind(AssertUnwindSafe(|| read_blob(plan, item, blob)));
        self.reads.push(read.unwrap_or_else(|_| Read {
            name,
            bytes: 0,
            outcome: Err(
                "a defect of yagura stopped the reading of this file: please report it".into(),
            ),
        }));
    }

    fn broken(&mut self, name: &str, why: &str) {
        self.skipped.push(Skipped { file: name.to_owned(), why: why.to_owned() });
    }
}

fn read_blob(plan: &Plan<'_>, item: &Item, blob: Blob<'_>) -> Read {
    let mut input = frame::Input::new(blob.content);
    let name = blob.name.to_owned();
    if input.sample().is_empty() {
        let why = input.broken().map_or("the file is empty".to_owned(), str::to_owned);
        return Read { name, bytes: 0, outcome: Err(why) };
    }
    let Some(source) = plan.source_of(item, input.sample()) else {
        let bytes = input.drain();
        let why = input.broken().map_or_else(
            || "no known kind of log (name it with --source NAME=PATH)".to_owned(),
            |broken| format!("no known kind of log, and {broken}"),
        );
        return Read { name, bytes, outcome: Err(why) };
    };
    let judges = plan.detectors.iter().map(|detector| detector.judge()).collect();
    let tie = Tie::new(plan.hosts, source.about().name, &name);
    let tray = Tray::new(tie.is_none());
    let follows = fleet::tells(source);
    let mut desk = Desk { tray, judges, window: plan.window, tie, follows };
    source.read(&mut input, &plan.settings, &mut desk);
    let bytes = input.drain();
    if let Some(why) = input.broken() {
        let at =
            Position { line: input.line_number(), record: desk.tray.events + desk.tray.rejects };
        let why = why.to_owned();
        desk.reject(Reject::new(at, why, ""));
    }
    Read { name, bytes, outcome: Ok((source, desk.tray)) }
}

/// Where events are judged as they come.
struct Desk<'d> {
    tray: Tray,
    judges: Vec<Box<dyn Judge + 'd>>,
    window: Window,
    tie: Option<Tie<'d>>,
    /// Whether this kind of log may tell of instances.
    follows: bool,
}

impl Intake for Desk<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.tray.note(event);
        if self.follows {
            self.tray.sighted.note(event);
        }
        if !self.window.holds(event) {
            return;
        }
        let Desk { tray, judges, tie, .. } = self;
        let mut judge = |event: &Event<'_>| {
            tray.remember(event);
            for (number, judge) in judges.iter_mut().enumerate() {
                tray.marks.judge = number;
                judge.observe(event, tray);
            }
        };
        match tie {
            Some(tie) => tie.with(event, &mut judge),
            None => judge(event),
        }
    }

    fn one_each(&mut self) {
        self.tray.one_each = true;
    }

    fn reject(&mut self, reject: Reject) {
        self.tray.reject(reject);
    }
}
