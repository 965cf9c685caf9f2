//! Fixtures broken on purpose.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use model::contract::{collect, conserved};
use model::seam::source::Source;

use super::fixture::Fixture;

/// How many broken inputs each source reads.
const GARBAGE_CASES: u32 = 256;

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
        let settings = fixture.map(|f| f.said.read.clone()).unwrap_or_default();
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
