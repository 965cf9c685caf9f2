//! A case read again, in drops, in halves, and cut short.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Case, OwnedEvent, collect, collect_stream, conserved};
use crate::record::Reject;

/// How many bytes the cuts of one case may read in all; larger ones are cut in steps.
const CUT_BUDGET: usize = 6 << 20;
/// At how many line ends a case is split.
const SPLITS_MAX: usize = 24;

/// Reading twice, and in drops of one and seven bytes, gives the same.
pub(super) fn same_again(case: &Case<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let whole = (&case.events, &case.rejects);
    let mut compare = |how: &str, (events, rejects): (Vec<OwnedEvent>, Vec<Reject>)| {
        if whole != (&events, &rejects) {
            found.push(format!("{how} gives {}", difference(whole.0, &events)));
        }
    };
    compare("a second read", collect(case.source, case.bytes, &case.said.read));
    for step in [1, 7, 4096] {
        let read = collect_stream(case.source, case.bytes, step, &case.said.read);
        compare(&format!("a stream of {step} bytes at a time"), read);
    }
    found
}

fn difference(wanted: &[OwnedEvent], found: &[OwnedEvent]) -> String {
    let at = wanted.iter().zip(found).find(|(w, f)| w != f);
    match at {
        Some((w, f)) => format!("\n    {}\n  for\n    {}", f.golden(), w.golden()),
        None => format!("{} events for {}, or other rejects", found.len(), wanted.len()),
    }
}

/// Two halves read as the whole does, but for their positions.
pub(super) fn split(case: &Case<'_>) -> Vec<String> {
    if !case.said.splits {
        return Vec::new();
    }
    let bytes = case.bytes;
    let ends: Vec<usize> = (0..bytes.len()).filter(|at| bytes.get(*at) == Some(&b'\n')).collect();
    let identities = |events: &[OwnedEvent]| -> Vec<_> {
        events.iter().map(|e| (e.id, e.time, e.ocsf.clone())).collect()
    };
    let whole = identities(&case.events);
    let step = ends.len().div_ceil(SPLITS_MAX).max(1);
    for end in ends.iter().step_by(step) {
        let Some((first, second)) = bytes.split_at_checked(end + 1) else { continue };
        let (mut events, rejects) = collect(case.source, first, &case.said.read);
        let (more, more_rejects) = collect(case.source, second, &case.said.read);
        events.extend(more);
        if identities(&events) != whole || rejects.len() + more_rejects.len() != case.rejects.len()
        {
            return vec![format!(
                "split after byte {end}: {} events, {} rejects instead of {}, {}",
                events.len(),
                rejects.len() + more_rejects.len(),
                whole.len(),
                case.rejects.len()
            )];
        }
    }
    Vec::new()
}

/// Cut anywhere, what stands before the cut is read as before, and nothing is lost or made up.
pub(super) fn cut(case: &Case<'_>) -> Vec<String> {
    for end in cuts(case.bytes) {
        let read = AssertUnwindSafe(|| {
            collect(case.source, case.bytes.get(..end).unwrap_or(case.bytes), &case.said.read)
        });
        let Ok((events, rejects)) = catch_unwind(read) else {
            return vec![format!("panics when cut after {end} bytes")];
        };
        let mut found = conserved(&events, &rejects);
        let records = events.len() + rejects.len();
        let whole = case.events.len() + case.rejects.len();
        if records > whole + 1 {
            found.push(format!("{records} records, the whole file has {whole}"));
        }
        // The last one may be half a record that still reads.
        let kept = events.len().saturating_sub(case.said.open);
        let kept = events.get(..kept).unwrap_or(&[]);
        if !case.events.starts_with(kept) {
            found.push(format!("other events: {}", difference(&case.events, kept)));
        }
        if let Some(first) = found.first() {
            return vec![format!("after {end} bytes: {first}")];
        }
    }
    Vec::new()
}

/// Where to cut: after every byte, or, where that takes too long, in steps and around line ends.
fn cuts(bytes: &[u8]) -> Vec<usize> {
    let step = (bytes.len() * bytes.len() / 2).div_ceil(CUT_BUDGET).max(1);
    let near_end = |at: usize| {
        let around = bytes.get(at.saturating_sub(1)..(at + 1).min(bytes.len()));
        around.is_some_and(|around| around.contains(&b'\n')) && at.is_multiple_of(8)
    };
    (0..bytes.len()).filter(|at| at.is_multiple_of(step) || (step < 64 && near_end(*at))).collect()
}
