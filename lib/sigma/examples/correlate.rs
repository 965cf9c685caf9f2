//! How fast hits are counted: `cargo run --release -p sigma --example correlate`.
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench for developers")]

use std::time::Instant;

use sigma::{Collection, Correlator, Hit, Key, Limits, Ruleset, Settings};

/// Hits counted.
const HITS: u64 = 4_000_000;

const RULES: &str = "title: C\ncorrelation:\n  type: event_count\n  rules: [a]\n  group-by: [who]\n  \
                     timespan: 5m\n  condition:\n    gte: 10\n---\ntitle: a\nlogsource: {product: x}\n\
                     detection:\n  s: {a: b}\n  condition: s\n";

fn main() {
    let mut collection = Collection::default();
    collection.read("c.yml", RULES);
    let (ruleset, problems) = Ruleset::build(collection, &Settings::default());
    assert!(problems.is_empty(), "{problems:?}");
    for (groups, lateness) in [(1_000, 0), (100_000, 0), (100_000, 10_000_000_000)] {
        let limits = Limits { lateness, ..Limits::default() };
        let mut correlator = Correlator::new(ruleset.correlations(), limits);
        let start = Instant::now();
        for record in 0..HITS {
            // A millisecond each, in a fixed muddle of groups.
            let time = record as i64 * 1_000_000;
            let group = record.wrapping_mul(0x9E37_79B9_7F4A_7C15) % groups + 1;
            let keys = [Key { group, value: 0 }].into_iter().collect();
            let (rule, uid, tag) = (0, record + 1, 0);
            correlator.push(Hit { start: time, end: time, rule, uid, record, tag, keys });
        }
        let (matches, spent) = correlator.finish();
        let rate = HITS as f64 / start.elapsed().as_secs_f64() / 1e6;
        let (matches, lost) = (matches.len(), spent.groups);
        println!(
            "{groups} groups, lateness {lateness}: {rate:.2} M hits/s, {matches} matches, {lost} lost"
        );
    }
}
