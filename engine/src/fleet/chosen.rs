//! The lives of some instances, out of logs that were read already.

use std::collections::BTreeSet;

use model::Event;
use model::Reject;
use model::seam::source::Intake;

use super::Ledger;
use super::gather::Gathered;
use crate::intake::{Harvest, Plan};
use crate::recall::{Blob, reread};

/// OCSF classes of logs that tell of traffic, programs and files: they know of no lives.
const SILENT: &[u16] = &[1001, 1007, 3002, 4001, 4002, 4003, 4009];

/// The ledger of these instances, from a time on (nanoseconds since 1970).
pub(crate) fn lives(
    plan: &Plan<'_>,
    harvest: &Harvest,
    wanted: &BTreeSet<&str>,
    since: i64,
) -> Ledger {
    let tells = |origin: &crate::intake::Origin| {
        let after = origin.span.is_some_and(|(_, last)| last >= since);
        after && origin.source.classes().iter().any(|class| !SILENT.contains(&class.uid))
    };
    let numbered = (0u32..).zip(&harvest.origins);
    let files: BTreeSet<u32> =
        numbered.filter(|(_, origin)| tells(origin)).map(|(file, _)| file).collect();
    let visit = |blob: Blob<'_>, input: &mut frame::Input<'_>| {
        let mut desk = Desk { wanted, found: Gathered::default() };
        blob.source.read(input, &plan.settings, &mut desk);
        vec![desk.found]
    };
    let (parts, _) = reread(plan, harvest, &files, usize::MAX, &visit);
    let mut all = Gathered::default();
    for part in parts {
        all.merge(part);
    }
    Ledger::new(all, plan.hosts.assets)
}

struct Desk<'d> {
    wanted: &'d BTreeSet<&'d str>,
    found: Gathered,
}

impl Intake for Desk<'_> {
    fn event(&mut self, event: &Event<'_>) {
        let mut sightings = Vec::new();
        event.body.sightings(&mut sightings);
        for sighting in sightings.iter().filter(|s| self.wanted.contains(s.instance.as_ref())) {
            self.found.sighted(event.source, sighting);
        }
    }

    fn reject(&mut self, _: Reject) {}
}
