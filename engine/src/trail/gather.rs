//! Gathering: records read once more, for the facts in them that an investigation wants.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::Evidence;
use model::seam::source::{Intake, Source};
use model::{Assets, Event, Reject};

use super::fact::{self, Fact, What};
use crate::host::Tie;
use crate::intake::{Harvest, Plan};
use crate::recall::{Blob, reread};

/// Facts kept of one gathering; more of them are counted.
pub(crate) const FACTS_MAX: usize = 400_000;

/// A span of time, in nanoseconds since 1970.
pub(crate) type Span = (i64, i64);

/// The name that a host goes by, whichever of its names a record uses.
pub(crate) fn canonical(name: &str, assets: &Assets) -> String {
    let same = |host: &&model::assets::Host| {
        host.instance.as_deref() == Some(name) || host.name.eq_ignore_ascii_case(name)
    };
    if let Some(host) = assets.hosts.iter().find(same) {
        return host.name.clone();
    }
    let short = name.split('.').next().unwrap_or(name);
    if name.parse::<std::net::IpAddr>().is_ok() { name.into() } else { short.to_ascii_lowercase() }
}

/// The hosts that are followed, by what a record's place says of its host.
#[derive(Default)]
pub(crate) struct Known {
    /// By name.
    pub(crate) names: BTreeMap<String, usize>,
    /// Logs that name no host, by their folder.
    pub(crate) folders: BTreeMap<String, usize>,
    /// Those of them that no finding names.
    pub(crate) unnamed: BTreeSet<usize>,
    /// The host of all other logs that name none.
    pub(crate) any: Option<usize>,
}

/// The folder of a blob.
pub(crate) fn folder(blob: &str) -> &str {
    blob.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder)
}

/// What is kept.
pub(crate) type Keep<'k> = dyn Fn(Option<usize>, &What) -> bool + Sync + 'k;

/// OCSF classes of the logs that are read; none: all of them.
pub(crate) type Classes = [u16];

/// Facts of events in a span of time, in order of time, and how many there were too many.
/// `hosts` gives hosts their numbers; `keep` gets the number of the host in whose own log a
/// record stands, and what it says.
pub(crate) fn gather(
    plan: &Plan<'_>,
    harvest: &Harvest,
    (span, classes): (Span, &Classes),
    hosts: &Known,
    keep: &Keep<'_>,
) -> (Vec<Fact>, usize) {
    let may_tell = |source: &dyn Source| {
        classes.is_empty() || source.classes().iter().any(|class| classes.contains(&class.uid))
    };
    let overlaps = |own: Option<Span>| own.is_some_and(|o| o.0 <= span.1 && o.1 >= span.0);
    let files: BTreeSet<u32> = (0u32..)
        .zip(&harvest.origins)
        .filter(|(_, origin)| overlaps(origin.span) && may_tell(origin.source))
        .map(|(file, _)| file)
        .collect();
    let visit = |blob: Blob<'_>, input: &mut frame::Input<'_>| {
        let tie = Tie::new(plan.hosts, blob.source.about().name, blob.name);
        let (file, folder, found) = (blob.file, folder(blob.name), Vec::new());
        let mut desk = Desk { file, tie, span, hosts, folder, keep, plan, found };
        blob.source.read(input, &plan.settings, &mut desk);
        desk.found
    };
    let (mut facts, lost) = reread(plan, harvest, &files, FACTS_MAX, &visit);
    facts.sort_by(|a, b| a.at.cmp(&b.at));
    facts.dedup_by(|b, a| a.at.event == b.at.event && a.at.file == b.at.file && a.at.at == b.at.at);
    (facts, lost)
}

struct Desk<'d> {
    file: u32,
    tie: Option<Tie<'d>>,
    span: Span,
    hosts: &'d Known,
    folder: &'d str,
    keep: &'d Keep<'d>,
    plan: &'d Plan<'d>,
    found: Vec<Fact>,
}

impl Desk<'_> {
    fn host(&self, event: &Event<'_>) -> Option<usize> {
        match self.tie.as_ref()?.tied(event) {
            Some(tied) => {
                let name = canonical(&tied.value, self.plan.hosts.assets);
                // Beside logs that name no host, one that does says whose folder it is.
                let here = self.hosts.folders.get(self.folder).copied();
                let here = here.filter(|number| self.hosts.unnamed.contains(number));
                self.hosts.names.get(&name).copied().or(here)
            }
            None => self.hosts.folders.get(self.folder).copied().or(self.hosts.any),
        }
    }
}

impl Intake for Desk<'_> {
    fn event(&mut self, event: &Event<'_>) {
        if event.time.end < self.span.0 || event.time.start > self.span.1 {
            return;
        }
        let Some(what) = fact::what(event) else { return };
        let host = self.host(event);
        if (self.keep)(host, &what) && self.found.len() <= FACTS_MAX {
            let (time, at) = (event.time, event.at);
            let at = Evidence { time, file: self.file, at, event: event.id() };
            self.found.push(Fact { at, host, what });
        }
    }

    fn reject(&mut self, _: Reject) {}
}
