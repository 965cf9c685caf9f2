//! All that one run found out: what reports write.

use std::collections::BTreeMap;

use crate::entity::EntityKind;
use crate::finding::{Evidence, Finding};
use crate::incident::Incident;
use crate::record::Reject;
use crate::time::Time;

/// Counts of one source. records = events + duplicates + rejects, always.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Blobs read.
    pub files: u64,
    /// Records found.
    pub records: u64,
    /// Records read.
    pub events: u64,
    /// Records seen before.
    pub duplicates: u64,
    /// Records that could not be read.
    pub rejects: u64,
    /// The earliest event.
    pub first: Option<Time>,
    /// The latest event.
    pub last: Option<Time>,
}

/// A file that was not read, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The path as given.
    pub file: String,
    /// Why.
    pub why: String,
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Blobs met (archive members count by themselves).
    pub files: u64,
    /// By source.
    pub by_source: BTreeMap<&'static str, Count>,
    /// Blobs that no source recognised, and files that could not be opened.
    pub skipped: Vec<Skipped>,
    /// Rejects kept for showing (the counts are complete): blob, reject.
    pub rejects: Vec<(u32, Reject)>,
    /// Rules that judged, and rules that could not be loaded.
    pub rules: Rules,
}

/// How many rules there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Those that judged.
    pub loaded: u64,
    /// Those that could not be loaded; the warnings say why.
    pub failed: u64,
}

impl Tally {
    /// The sum over all sources.
    pub fn total(&self) -> Count {
        self.by_source.values().fold(Count::default(), |mut sum, count| {
            sum.files += count.files;
            sum.records += count.records;
            sum.events += count.events;
            sum.duplicates += count.duplicates;
            sum.rejects += count.rejects;
            sum.first = [sum.first, count.first].into_iter().flatten().min();
            sum.last = [sum.last, count.last].into_iter().flatten().max();
            sum
        })
    }
}

/// How the host of a record is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TiedBy {
    /// The record says it.
    Record,
    /// A host of the assets is named by the log's folder or file.
    Assets,
    /// The log's folder or file has the name of a host.
    Path,
}

impl TiedBy {
    /// The interface's word.
    pub fn word(self) -> &'static str {
        match self {
            TiedBy::Record => "record",
            TiedBy::Assets => "assets",
            TiedBy::Path => "path",
        }
    }
}

/// The host whose own log a record stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TiedHost {
    /// A host or an instance.
    pub kind: EntityKind,
    /// Its name or id.
    pub value: String,
    /// How that is known.
    pub by: TiedBy,
}

/// A cited record, read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Its number in reports (`E1` is 1).
    pub number: usize,
    /// The source that read it.
    pub source: &'static str,
    /// The log's own id of it.
    pub uid: Option<String>,
    /// The host whose own log it stands in, if that is known.
    pub host: Option<TiedHost>,
    /// SHA-256 of the raw record, in hex.
    pub sha256: String,
    /// The record, secrets replaced, cut at [`Citation::RAW_MAX`] bytes.
    pub raw: String,
}

impl Citation {
    /// The longest raw record a report carries.
    pub const RAW_MAX: usize = 16 << 10;
}

/// All that one run found out.
#[derive(Clone, Debug, Default)]
pub struct Investigation {
    /// What was read.
    pub tally: Tally,
    /// Blob names, by their number.
    pub files: Vec<String>,
    /// The incidents, worst first.
    pub incidents: Vec<Incident>,
    /// Every finding, in order of time.
    pub findings: Vec<Finding>,
    /// The cited records.
    pub evidence: BTreeMap<Evidence, Citation>,
    /// What went wrong without stopping the run (rules that do not load, bounds that were met).
    pub warnings: Vec<String>,
}
