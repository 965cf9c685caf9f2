//! Citations: cited records are read back from the input, hashed, and freed of secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use model::finding::Evidence;
use model::investigation::Citation;
use model::seam::feed::{Blob, Opened};
use model::seam::source::Intake;
use model::{Event, Position, Reject};
use sha2::{Digest, Sha256};

use crate::intake::{Harvest, Plan};
use crate::pool;

/// Reads the cited records back.
pub(crate) fn cite(
    plan: &Plan<'_>,
    harvest: &Harvest,
    wanted: &BTreeSet<Evidence>,
) -> BTreeMap<Evidence, Citation> {
    let mut by_item: BTreeMap<usize, Vec<&Evidence>> = BTreeMap::new();
    for evidence in wanted {
        if let Some(item) = harvest.item_of.get(evidence.file as usize) {
            by_item.entry(*item).or_default().push(evidence);
        }
    }
    let jobs: Vec<(usize, Vec<&Evidence>)> = by_item.into_iter().collect();
    let mut found: BTreeMap<Evidence, Citation> = BTreeMap::new();
    let work = |at: usize| match jobs.get(at) {
        Some((item, wanted)) => read_back(plan, harvest, *item, wanted),
        None => Vec::new(),
    };
    pool::in_order(jobs.len(), plan.threads, work, |_, read| found.extend(read));
    for (number, citation) in found.values_mut().enumerate() {
        citation.number = number + 1;
    }
    found
}

fn read_back(
    plan: &Plan<'_>,
    harvest: &Harvest,
    item: usize,
    wanted: &[&Evidence],
) -> Vec<(Evidence, Citation)> {
    let Some(entry) = harvest.items.get(item) else { return Vec::new() };
    let first = harvest.item_of.partition_point(|i| *i < item);
    let mut back = Back { plan, harvest, item, file: first, wanted, found: Vec::new() };
    // What could be opened a moment ago is opened again; if it is gone, its records stay uncited.
    let _gone = plan.feed.open(entry, &mut back);
    back.found
}

struct Back<'b> {
    plan: &'b Plan<'b>,
    harvest: &'b Harvest,
    item: usize,
    /// The number of the next blob of this item that intake read.
    file: usize,
    wanted: &'b [&'b Evidence],
    found: Vec<(Evidence, Citation)>,
}

impl Opened for Back<'_> {
    fn blob(&mut self, blob: Blob<'_>) {
        // Blobs that intake skipped have no number: names keep the two runs in step.
        if self.harvest.files.get(self.file).map(String::as_str) != Some(blob.name) {
            return;
        }
        let file = self.file as u32;
        self.file += 1;
        let wanted: BTreeMap<Position, &Evidence> =
            self.wanted.iter().filter(|e| e.file == file).map(|e| (e.at, *e)).collect();
        let Some(item) = self.harvest.items.get(self.item) else { return };
        if wanted.is_empty() {
            return;
        }
        let mut input = frame::Input::new(blob.content);
        let Some(source) = self.plan.source_of(item, input.sample()) else { return };
        let mut pick = Pick { wanted, found: &mut self.found };
        source.read(&mut input, &self.plan.settings, &mut pick);
    }

    fn broken(&mut self, _: &str, _: &str) {}
}

struct Pick<'p> {
    wanted: BTreeMap<Position, &'p Evidence>,
    found: &'p mut Vec<(Evidence, Citation)>,
}

impl Intake for Pick<'_> {
    fn event(&mut self, event: &Event<'_>) {
        let Some(evidence) = self.wanted.get(&event.at) else { return };
        let digest = Sha256::digest(event.raw.as_bytes());
        let mut sha256 = String::with_capacity(64);
        for byte in digest {
            let _infallible = write!(sha256, "{byte:02x}");
        }
        let citation = Citation {
            number: 0,
            source: event.source,
            uid: event.uid.map(str::to_owned),
            sha256,
            raw: bounded(&model::redact::redact(event.raw)),
        };
        self.found.push(((*evidence).clone(), citation));
    }

    fn reject(&mut self, _: Reject) {}
}

/// The start of a record, cut at a character.
fn bounded(raw: &str) -> String {
    let end = raw
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .take_while(|end| *end <= Citation::RAW_MAX);
    raw.get(..end.last().unwrap_or(0)).unwrap_or_default().to_owned()
}
