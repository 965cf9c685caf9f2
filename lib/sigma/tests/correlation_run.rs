//! Correlations at work: order, lateness, bounds, checkpoints, the oracle.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail")]
#![allow(clippy::indexing_slicing, reason = "the events are the test's own")]
#![allow(clippy::format_collect, clippy::similar_names, reason = "plain words in a test")]

mod common;

use common::correlation::{
    AVERAGE, COUNT, HOSTS, MEDIAN, ORDERED, REFUSALS, SECOND, SHARE, SUM, TEMPORAL, VALUES, hits,
    one, rules, run,
};
use proptest::prelude::*;
use sigma::{Correlator, Hit, Limits, Ruleset, Saved};

const FEW: &str = "type: event_count\nrules: [a, b]\ntimespan: 1m\ncondition:\n  lt: 3";

/// Correlations of every sort, over the same events.
fn many() -> Ruleset {
    let documents: String = [COUNT, VALUES, TEMPORAL, ORDERED, SUM, AVERAGE, MEDIAN, SHARE, FEW]
        .iter()
        .enumerate()
        .map(|(at, section)| {
            one(section).replacen("title: T", &format!("title: T{at}"), 1) + "---\n"
        })
        .collect();
    let chains: String = [REFUSALS, HOSTS]
        .iter()
        .enumerate()
        .map(|(at, text)| text.replace("Below", &format!("Below{at}")) + "---\n")
        .collect();
    let (ruleset, problems) = rules(&(documents + &chains));
    assert!(problems.is_empty(), "{problems:?}");
    ruleset
}

/// Never just a window apart: whether that is within it is a matter of taste.
fn some_events() -> impl Strategy<Value = String> {
    let event = (0..90u32, "[abc]", "[uv]", "[pqr1-9]")
        .prop_map(|(time, kind, who, value)| format!("{} {kind} {who} {value}", time * 7));
    prop::collection::vec(event, 1..120).prop_map(|events| events.join(","))
}

fn settings() -> ProptestConfig {
    ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(settings())]

    /// Within the lateness the order of the input does not matter, nor where it is cut by a
    /// checkpoint; what comes later is counted.
    #[test]
    fn the_order_does_not_matter(
        events in some_events(),
        seed in any::<u64>(),
        cut in 0..100usize,
    ) {
        let ruleset = many();
        let mut sorted = hits(&ruleset, &events);
        sorted.sort();
        let wanted = run(&ruleset, &sorted, Limits::default());
        let limits = Limits { lateness: 30 * SECOND, ..Limits::default() };
        // Shuffled by less than the lateness.
        let mut shaken = sorted.clone();
        let mut dice = seed | 1;
        shaken.sort_by_cached_key(|hit| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            hit.start + (dice >> 33) as i64 % (29 * SECOND)
        });
        prop_assert_eq!(&run(&ruleset, &shaken, limits), &wanted);

        let at = shaken.len() * cut / 100;
        let mut first = Correlator::new(ruleset.correlations(), limits);
        shaken[..at].iter().cloned().for_each(|hit| first.push(hit));
        let text = serde_json::to_string(&first.save()).unwrap();
        let saved: Saved = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&serde_json::to_string(&saved).unwrap(), &text);
        let mut second = Correlator::restore(ruleset.correlations(), limits, saved).unwrap();
        shaken[at..].iter().cloned().for_each(|hit| second.push(hit));
        prop_assert_eq!(&second.finish().0, &wanted);
    }

    /// Where both tell as soon as it is so, the oracle finds the same windows.
    #[test]
    fn the_oracle_sees_matches_in_the_same_places(events in some_events()) {
        // Without a condition the oracle wants one rule only; the specification wants all of them.
        let temporal = format!("{TEMPORAL}\ncondition:\n  gte: 3");
        for section in [COUNT, VALUES, &temporal, SUM] {
            let (ruleset, _) = rules(&one(section));
            let mut all = hits(&ruleset, &events);
            all.sort();
            let ours = !run(&ruleset, &all, Limits::default()).is_empty();
            let theirs = common::oracle_correlates(&one(section), &events);
            prop_assert_eq!(ours, theirs, "{} over {}", section, events);
        }
    }
}

#[test]
fn a_checkpoint_belongs_to_its_rules() {
    let (one_set, _) = rules(&one(COUNT));
    let (other, _) = rules(&one(VALUES));
    let saved = Correlator::new(one_set.correlations(), Limits::default()).save();
    assert!(Correlator::restore(other.correlations(), Limits::default(), saved).is_none());
}

#[test]
fn what_does_not_count_is_counted() {
    let (ruleset, _) = rules(&one(COUNT));
    let spent = |events: &str, limits: Limits, uid: u64| {
        let mut correlator = Correlator::new(ruleset.correlations(), limits);
        for hit in hits(&ruleset, events) {
            correlator.push(Hit { uid, ..hit });
        }
        let (matches, spent) = correlator.finish();
        (matches.len(), spent)
    };
    let limits = Limits { lateness: 10 * SECOND, ..Limits::default() };
    // Late records, and copies of one record.
    let (_, late) = spent("0 a,100 a,89 a,91 a", limits, 0);
    assert_eq!((late.hits, late.late), (3, 1));
    let (found, copies) = spent("5 a,5 a,5 a", limits, 7);
    assert_eq!((found, copies.copies), (0, 2));
    assert_eq!(spent("5 a,5 a,5 a", limits, 0).0, 1);
    // Groups beyond the bound: the oldest go.
    let many: Vec<String> = (0..100).map(|n| format!("{n}.5 a u{n}")).collect();
    let tight = Limits { groups: 16, ..Limits::default() };
    assert!(spent(&many.join(","), tight, 0).1.groups > 0);
    let tight = Limits { events: 16, ..Limits::default() };
    assert!(spent(&many.join(","), tight, 0).1.groups > 0);
    // Too many that wait.
    let waiting = Limits { pending: 8, lateness: 1_000 * SECOND, ..Limits::default() };
    assert!(spent(&many.join(","), waiting, 0).1.hurried > 0);
    let few = Limits { matches: 1, ..Limits::default() };
    let (found, lost) = spent("0 a,1 a,2 a,200 a,201 a,202 a", few, 0);
    assert_eq!((found, lost.matches), (1, 1));
}

/// A match cites few records: the first, and the one that made it a match; its tag is the worst.
#[test]
fn matches_cite_their_records() {
    let count = COUNT.replace("gte: 3", "gte: 20");
    let (ruleset, _) = rules(&one(&count));
    let events: Vec<String> = (0..30).map(|n| format!("{n} a")).collect();
    let matches = run(&ruleset, &hits(&ruleset, &events.join(",")), Limits::default());
    assert_eq!(matches[0].count, 30);
    assert_eq!(matches[0].records, [0, 1, 2, 3, 4, 5, 6, 19]);
    let (ruleset, _) = rules(REFUSALS);
    let matches = run(&ruleset, &hits(&ruleset, "0 a u,1 a u,2 a u,9 b u"), Limits::default());
    assert_eq!((matches[0].records.clone(), matches[0].tag), (vec![2, 0, 1, 3], 1));
}
