//! Fixtures read again, in drops, in halves, cut short, and broken on purpose.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use model::Reject;
use model::seam::source::Source;

use super::fixture::Fixture;
use super::output::conserved;
use crate::read::{OwnedEvent, collect, collect_stream};

/// How many bytes the cuts of one fixture may read in all; larger fixtures are cut in steps.
const CUT_BUDGET: usize = 6 << 20;
/// At how many line ends a fixture is split.
const SPLITS_MAX: usize = 24;
/// How many broken inputs each source reads.
const GARBAGE_CASES: u32 = 256;

/// Reading twice, and in drops of one and seven bytes, gives the same.
pub(super) fn same_again(fixture: &Fixture<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let whole = (&fixture.events, &fixture.rejects);
    let mut compare = |how: &str, (events, rejects): (Vec<OwnedEvent>, Vec<Reject>)| {
        if whole != (&events, &rejects) {
            found.push(format!("{how} gives {}", difference(whole.0, &events)));
        }
    };
    compare("a second read", collect(fixture.source, &fixture.bytes, &fixture.settings));
    for step in [1, 7, 4096] {
        let read = collect_stream(fixture.source, &fixture.bytes, step, &fixture.settings);
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
pub(super) fn split(fixture: &Fixture<'_>) -> Vec<String> {
    if !fixture.splits {
        return Vec::new();
    }
    let bytes = &fixture.bytes;
    let ends: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == b'\n').collect();
    let identities = |events: &[OwnedEvent]| -> Vec<_> {
        events.iter().map(|e| (e.id, e.time, e.ocsf.clone())).collect()
    };
    let whole = identities(&fixture.events);
    let step = ends.len().div_ceil(SPLITS_MAX).max(1);
    for end in ends.iter().step_by(step) {
        let (first, second) = bytes.split_at(end + 1);
        let (mut events, rejects) = collect(fixture.source, first, &fixture.settings);
        let (more, more_rejects) = collect(fixture.source, second, &fixture.settings);
        events.extend(more);
        if identities(&events) != whole
            || rejects.len() + more_rejects.len() != fixture.rejects.len()
        {
            return vec![format!(
                "split after byte {end}: {} events, {} rejects instead of {}, {}",
                events.len(),
                rejects.len() + more_rejects.len(),
                whole.len(),
                fixture.rejects.len()
            )];
        }
    }
    Vec::new()
}

/// Cut anywhere, what stands before the cut is read as before, and nothing is lost or made up.
pub(super) fn cut(fixture: &Fixture<'_>) -> Vec<String> {
    for end in cuts(&fixture.bytes) {
        let read =
            AssertUnwindSafe(|| collect(fixture.source, &fixture.bytes[..end], &fixture.settings));
        let Ok((events, rejects)) = catch_unwind(read) else {
            return vec![format!("panics when cut after {end} bytes")];
        };
        let mut found = conserved(&events, &rejects);
        let records = events.len() + rejects.len();
        let whole = fixture.events.len() + fixture.rejects.len();
        if records > whole + 1 {
            found.push(format!("{records} records, the whole file has {whole}"));
        }
        // The last one may be half a record that still reads.
        let kept = events.len().saturating_sub(fixture.open);
        if !fixture.events.starts_with(&events[..kept]) {
            found.push(format!("other events: {}", difference(&fixture.events, &events[..kept])));
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
        bytes[at.saturating_sub(1)..(at + 1).min(bytes.len())].contains(&b'\n')
            && at.is_multiple_of(8)
    };
    (0..bytes.len()).filter(|at| at.is_multiple_of(step) || (step < 64 && near_end(*at))).collect()
}

/// Random bytes, and fixtures with random damage: no panic, nothing lost.
pub(super) fn garbage(source: &dyn Source, own: &[&Fixture<'_>]) -> Vec<String> {
    let config = Config { cases: GARBAGE_CASES, failure_persistence: None, ..Config::default() };
    // A fixed seed: the same inputs every run.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let strategy = (vec(any::<u8>(), 0..300), any::<[usize; 4]>());
    let outcome = runner.run(&strategy, |(noise, [which, from, length, put])| {
        let mut bytes = noise.clone();
        let fixture = own.get(which % (own.len() + 1));
        if let Some(fixture) = fixture {
            let start = from % (fixture.bytes.len() + 1);
            let end = (start + length % 64).min(fixture.bytes.len());
            let insert = &noise[..put % (noise.len() + 1)];
            bytes = [&fixture.bytes[..start], insert, &fixture.bytes[end..]].concat();
        }
        let settings = fixture.map(|f| f.settings.clone()).unwrap_or_default();
        let _ = source.recognise(&bytes);
        let (events, rejects) = collect(source, &bytes, &settings);
        let mut found = conserved(&events, &rejects);
        let says_something = bytes.iter().filter(|b| b.is_ascii_alphanumeric()).count() > 8;
        if says_something && events.is_empty() && rejects.is_empty() {
            found.push("text, yet no event and no reject".into());
        }
        found.first().map_or(Ok(()), |why| Err(TestCaseError::fail(why.clone())))
    });
    outcome.err().map(|error| format!("garbage: {error}")).into_iter().collect()
}
