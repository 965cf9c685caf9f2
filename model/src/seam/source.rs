//! A source: a kind of log. It turns a blob's records into events or rejects, and cannot fail.

use std::collections::BTreeMap;

use super::About;
use crate::event::Event;
use crate::record::{Position, Reject};

/// How sure a source is that a blob is its own kind, by content alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// It is not.
    #[default]
    No,
    /// It may be: the general shape fits (some JSON lines with a time).
    Shape,
    /// It is of a format that others also write (an access log).
    Format,
    /// It bears names that only this kind has (`eventSource` and `eventName`).
    Name,
}

/// What a person says of logs that do not say it themselves.
#[derive(Clone, Debug, Default)]
pub struct ReadSettings {
    /// The zone of logs that name none (`--time-zone`); UTC if not given.
    pub zone: Option<jiff::tz::TimeZone>,
    /// The year of logs that name none (`--year`).
    pub year: Option<i16>,
    /// VPC flow field order where a file has no header line (`--flow-format`).
    pub flow_format: Option<String>,
    /// Field names of applications: ours → theirs (`--mappings`, table `app.json`).
    pub app_fields: BTreeMap<String, String>,
}

/// The tray that events and rejects lie in.
pub trait Intake {
    /// One record, read.
    fn event(&mut self, event: &Event<'_>);
    /// Whether the record at this place matters. A source may leave out one that does not, but
    /// still counts its place.
    fn wants(&self, _at: Position) -> bool {
        true
    }
    /// The blob was read, and each of its documents gave one record: when a few are read back,
    /// the others need not be looked at. A source that says so numbers its records by their
    /// documents where its input is sparse.
    fn one_each(&mut self) {}
    /// One record that could not be read.
    fn reject(&mut self, reject: Reject);
    /// One record that could not be read, in short.
    fn refuse(&mut self, at: Position, why: &str, raw: &str) {
        self.reject(Reject::new(at, why, raw));
    }
}

/// A Sigma logsource: product, service, category; `None` fits anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogSource {
    /// For instance `aws`.
    pub product: Option<&'static str>,
    /// For instance `cloudtrail`.
    pub service: Option<&'static str>,
    /// For instance `webserver`.
    pub category: Option<&'static str>,
}

/// A kind of log.
pub trait Source: Sync {
    /// What it is.
    fn about(&self) -> &'static About;
    /// The OCSF classes of its events.
    fn classes(&self) -> &'static [ocsf::Class];
    /// The Sigma logsources that its events answer to.
    fn logsources(&self) -> &'static [LogSource];
    /// The log's own field names that Sigma rules may use: the keys of [`crate::Body::field`]
    /// that stand in most records. Empty for JSON sources, whose names are the record's own.
    fn fields(&self) -> &'static [&'static str] {
        &[]
    }
    /// Whether it takes logs of any product that have a general shape: such a source is asked
    /// last, when no other knows the blob by its names.
    fn is_general(&self) -> bool {
        false
    }
    /// Says whether a blob is of this kind, from its first bytes ([`frame::SAMPLE_MAX`]), cheaply.
    fn recognise(&self, sample: &[u8]) -> Likeness;
    /// The same with what a person says: a format named on the command line may be no other's.
    fn recognise_with(&self, sample: &[u8], _settings: &ReadSettings) -> Likeness {
        self.recognise(sample)
    }
    /// Kinds that this one is taken for where both claim a blob, however strongly: a person's own
    /// format may say that it goes before a general one.
    fn goes_before(&self) -> &[&'static str] {
        &[]
    }
    /// Reads the blob to its end. Every record becomes one event or one reject.
    fn read(&self, input: &mut frame::Input<'_>, settings: &ReadSettings, out: &mut dyn Intake);
}

/// A source's word on a blob.
pub type Claim = (&'static dyn Source, Likeness);

/// Every source that claims a blob, in the order of `sources`.
pub fn claims(
    sources: &[&'static dyn Source],
    sample: &[u8],
    settings: &ReadSettings,
) -> Vec<Claim> {
    let ask = |source: &&'static dyn Source| (*source, source.recognise_with(sample, settings));
    sources.iter().map(ask).filter(|(_, likeness)| *likeness != Likeness::No).collect()
}

/// The source that a blob is taken for: the first of those that claim it most strongly, or one
/// that says it goes before that one.
pub fn recognise(
    sources: &[&'static dyn Source],
    sample: &[u8],
    settings: &ReadSettings,
) -> Option<Claim> {
    let general = |wanted| sources.iter().filter(move |s| s.is_general() == wanted);
    let mut best: Option<Claim> = None;
    for source in general(false).chain(general(true)) {
        let likeness = source.recognise_with(sample, settings);
        if likeness > best.map_or(Likeness::No, |(_, known)| known) {
            best = Some((*source, likeness));
        }
        // A claim by name cannot be beaten: the first of the strongest wins, whoever asks.
        if likeness == Likeness::Name {
            break;
        }
    }
    let (strongest, _) = best?;
    let first = sources.iter().filter(|s| s.goes_before().contains(&strongest.about().name));
    let mut first = first.map(|s| (*s, s.recognise_with(sample, settings)));
    first.find(|(_, likeness)| *likeness != Likeness::No).or(best)
}
