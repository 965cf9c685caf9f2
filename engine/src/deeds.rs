//! Deeds: where it stands what each credential changed or was refused, a few bytes each.
//!
//! Nearly all deeds belong to nobody's incident. So only hashes, times and places are kept; the
//! few that a story needs are read back from the input.

use std::hash::{Hash, Hasher};

use model::finding::Evidence;
use model::{Event, Id, Outcome, Position, Time};
use ocsf::Scalar;
use rustc_hash::{FxHashMap, FxHasher};
use smallvec::SmallVec;

use crate::meaning;

/// Deeds that differ by credential, address, action or outcome; more of them are not kept.
pub(crate) const DEEDS_MAX: usize = 1_000_000;
/// Events of one deed that are told apart from their copies; beyond, each record counts.
const APART_MAX: usize = 512;

/// Events of one credential, address, action and outcome.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    credential: u64,
    pub(crate) address: u64,
    pub(crate) refused: bool,
    pub(crate) first: Time,
    pub(crate) last: Time,
    /// Short forms of the events' ids.
    ids: SmallVec<[u32; 4]>,
    more: u64,
    /// Bytes that left with them, as far as records say; `None` if none does.
    pub(crate) bytes: Option<u64>,
    /// The earliest record.
    pub(crate) evidence: Evidence,
}

impl Trace {
    /// How many different events.
    pub(crate) fn count(&self) -> u64 {
        self.ids.len() as u64 + self.more
    }

    fn add(&mut self, other: &Trace) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.more += other.more;
        let before = self.count();
        for id in &other.ids {
            if self.ids.contains(id) {
                continue;
            }
            if self.ids.len() < APART_MAX { self.ids.push(*id) } else { self.more += 1 }
        }
        // Of copies the bytes count once.
        let new = u128::from(self.count() - before);
        if let Some(bytes) = other.bytes {
            let share = u128::from(bytes) * new / (other.ids.len().max(1) as u128);
            self.bytes = Some(self.bytes.unwrap_or(0).saturating_add(share as u64));
        }
        if other.evidence < self.evidence {
            self.evidence = other.evidence.clone();
        }
    }
}

/// What was done, or tried.
pub(crate) struct Deed {
    action: String,
    refused: bool,
}

/// A stable hash of a name.
pub(crate) fn mark(name: &str) -> u64 {
    let mut hasher = FxHasher::default();
    name.hash(&mut hasher);
    hasher.finish()
}

/// All deeds.
#[derive(Default)]
pub(crate) struct Deeds {
    traces: FxHashMap<u64, Trace>,
    pub(crate) lost: u64,
}

impl Deeds {
    /// What an event did, if it is a deed: done with a credential, and no successful reading of
    /// anything but data and secrets.
    pub(crate) fn deed(event: &Event<'_>) -> Option<Deed> {
        event.credential?;
        let refused = event.outcome == Outcome::Failure;
        let reads = event.body.reads_only();
        if !refused && reads.is_none() {
            return None;
        }
        let action = event.body.action();
        let deed = refused || reads == Some(false) || meaning::takes_data(&action);
        deed.then_some(Deed { action, refused })
    }

    /// Notes a deed.
    pub(crate) fn note(&mut self, event: &Event<'_>, id: Id, deed: &Deed) {
        let refused = deed.refused;
        let credential = event.credential.unwrap_or_default();
        let (credential, address) = (mark(credential), mark(event.address.unwrap_or("")));
        let mut hasher = FxHasher::default();
        (credential, address, refused, &deed.action).hash(&mut hasher);
        let key = hasher.finish();
        let trace = Trace {
            credential,
            address,
            refused,
            first: event.time,
            last: event.time,
            ids: SmallVec::from_slice(&[id.short() as u32]),
            more: 0,
            bytes: left(event, refused),
            evidence: Evidence { time: event.time, file: 0, at: event.at, event: id },
        };
        self.take(key, trace);
    }

    fn take(&mut self, key: u64, trace: Trace) {
        if let Some(known) = self.traces.get_mut(&key) {
            known.add(&trace);
        } else if self.traces.len() >= DEEDS_MAX {
            self.lost += 1;
        } else {
            self.traces.insert(key, trace);
        }
    }

    pub(crate) fn in_file(&mut self, file: u32) {
        self.traces.values_mut().for_each(|trace| trace.evidence.file = file);
    }

    pub(crate) fn merge(&mut self, other: Deeds) {
        self.lost += other.lost;
        let mut more: Vec<(u64, Trace)> = other.traces.into_iter().collect();
        if self.traces.len() + more.len() > DEEDS_MAX {
            // Who is kept must not depend on the order of a map.
            more.sort_unstable_by_key(|(key, _)| *key);
        }
        for (key, trace) in more {
            self.take(key, trace);
        }
    }

    /// The deeds of each of these credentials, by its mark; the earliest first.
    pub(crate) fn of<'c>(
        self,
        credentials: impl Iterator<Item = &'c str>,
    ) -> FxHashMap<u64, Vec<Trace>> {
        let mut all: FxHashMap<u64, Vec<Trace>> =
            credentials.map(|credential| (mark(credential), Vec::new())).collect();
        for trace in self.traces.into_values() {
            if let Some(traces) = all.get_mut(&trace.credential) {
                traces.push(trace);
            }
        }
        for traces in all.values_mut() {
            traces.sort_unstable_by(|a, b| (a.first, &a.evidence).cmp(&(b.first, &b.evidence)));
        }
        all
    }
}

/// The bytes that left with the reading of data, where the record says.
fn left(event: &Event<'_>, refused: bool) -> Option<u64> {
    if refused || event.body.reads_only() != Some(true) {
        return None;
    }
    let mut bytes = None;
    event.body.field("additionalEventData.bytesTransferredOut", &mut |value| {
        bytes = match value {
            Scalar::Int(number) => u64::try_from(number).ok(),
            Scalar::Float(number) if number >= 0.0 => Some(number as u64),
            _ => None,
        };
        false
    });
    bytes
}

/// The place of a record, for finding it again.
pub(crate) fn place(evidence: &Evidence) -> (u32, Position) {
    (evidence.file, evidence.at)
}
