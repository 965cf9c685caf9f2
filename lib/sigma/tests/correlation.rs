//! Correlations: rules and events in, matches out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail")]
#![allow(clippy::indexing_slicing, reason = "the events are the test's own")]
#![allow(
    clippy::format_collect,
    clippy::format_push_string,
    clippy::similar_names,
    reason = "plain words in a test"
)]

mod common;

use common::correlation::{
    AVERAGE, COUNT, HOSTS, MEDIAN, ORDERED, QUIET, REFUSALS, SHARE, STANDS, SUM, TEMPORAL, TWICE,
    VALUES, hits, one, rules, run, told,
};
use common::{Record, corpus, files, ruleset};
use serde_json::json;
use sigma::{Limits, Matcher, Weight};
use yaml_serde as yaml;

/// A count of one group with that condition, by the minute.
macro_rules! concat_condition {
    ($condition:literal) => {
        concat!(
            "type: event_count\nrules: [a]\ngroup-by: [who]\ntimespan: 1m\ncondition:\n  ",
            $condition
        )
    };
}

/// Section, events, what is told.
const ROWS: &[(&str, &str, &str)] = &[
    // event_count: windows of any place, one match as long as they satisfy it.
    (COUNT, "0 a,10 a,20 a", "0-20 x3"),
    (COUNT, "0 a,10 a", ""),
    (COUNT, "0 a,30 a,60 a", "0-60 x3"),
    (COUNT, "0 a,30 a,61 a", ""),
    (COUNT, "0 a,40 a,70 a,80 a", "40-80 x3"),
    (COUNT, "0 a,1 a,2 a,3 a,4 a", "0-4 x5"),
    (COUNT, "0 a,1 a,2 a,200 a,201 a,202 a", "0-2 x3, 200-202 x3"),
    (COUNT, "0 a u,1 a v,2 a u,3 a v,4 a u", "0-4 x3"),
    (COUNT, "0 b,1 b,2 b", ""),
    (COUNT, "0 a -,1 a -,2 a -", ""),
    (COUNT, "0 a u+v,1 a v,2 a v+w", "0-2 x3"),
    (
        "type: event_count\nrules: [a, b]\ntimespan: 1m\ncondition:\n  gte: 3",
        "0 a u,1 b v,2 a w",
        "0-2 x3",
    ),
    (
        "type: event_count\nrules: a\ngroup-by: who\ntimespan: 1m\ncondition:\n  gt: 1",
        "0 a,1 a",
        "0-1 x2",
    ),
    // Every form of condition. What more events can undo is judged when the window is over.
    (concat_condition!("lt: 3"), "0 a,1 a", "0-1 x2"),
    (concat_condition!("lt: 3"), "0 a,1 a,2 a", ""),
    (concat_condition!("lte: 2"), "0 a,1 a,2 a,70 a", "70-70 x1"),
    (concat_condition!("eq: 2"), "0 a,1 a,100 a,101 a,102 a", "0-1 x2"),
    (concat_condition!("neq: 2"), "0 a,1 a,100 a,101 a,102 a", "100-102 x3"),
    (concat_condition!("gt: 1\n  lte: 3"), "0 a,1 a,2 a,100 a,200 a,201 a,202 a,203 a", "0-2 x3"),
    (concat_condition!("gte: 1.5"), "0 a,1 a", "0-1 x2"),
    // value_count: different values.
    (VALUES, "0 a u p,1 a u q,2 a u r", "0-2 x3"),
    (VALUES, "0 a u p,1 a u q,2 a u p", ""),
    (VALUES, "0 a u p,1 a v q,2 a u r", ""),
    (VALUES, "0 a u p,50 a u q,70 a u r,71 a u p", "50-71 x3"),
    (VALUES, "0 a u p,1 a u q,2 a u", ""),
    (
        "type: value_count\nrules: [a]\ntimespan: 1m\ncondition:\n  field: [who, value]\n  gte: 3",
        "0 a u p,1 a v p,2 a u q",
        "0-2 x3",
    ),
    // temporal: all rules, or some of them, in any order.
    (TEMPORAL, "0 a,1 b,2 c", "0-2 x3"),
    (TEMPORAL, "2 a,1 b,0 c", "0-2 x3"),
    (TEMPORAL, "0 a,1 b,2 b", ""),
    (TEMPORAL, "0 a,30 b,61 c", ""),
    (TEMPORAL, "0 a,30 b,61 c,62 a", "30-62 x3"),
    (TEMPORAL, "0 a u,1 b u,2 c v", ""),
    (
        "type: temporal\nrules: [a, b, c]\ngroup-by: [who]\ntimespan: 1m\ncondition:\n  gte: 2",
        "0 a,5 c",
        "0-5 x2",
    ),
    (
        "type: temporal\nrules: [a, b, c]\ntimespan: 1m\ncondition: a and (b or c)",
        "0 b,1 c,2 a",
        "0-2 x3",
    ),
    (
        "type: temporal\nrules: [a, b]\ntimespan: 1m\ncondition: a and not b",
        "0 a,1 b,100 a",
        "100-100 x1",
    ),
    (
        "type: temporal\nrules: [a, b, c]\ntimespan: 1m\ncondition: 2 of them",
        "0 b,1 b,2 a",
        "1-2 x2",
    ),
    (
        "type: temporal\nrules: [a, b, c]\ntimespan: 1m\ncondition:\n  lt: 2",
        "0 b,1 b,100 a,101 c",
        "0-1 x2",
    ),
    // temporal_ordered: within one second either may have been first.
    (ORDERED, "0 a,1 b,2 c", "0-2 x3"),
    (ORDERED, "0 c,1 b,2 a", ""),
    (ORDERED, "0 a,1 c,2 b,3 c", "0-3 x3"),
    (ORDERED, "5 c,5 b,5 a", "5-5 x3"),
    (ORDERED, "5.1 c,5.2 b,5.3 a", ""),
    (ORDERED, "0 a,40 a,50 b,90 c", "40-90 x3"),
    (ORDERED, "0 a,50 b,90 c", ""),
    (
        "type: temporal_ordered\nrules: [a, b]\ntimespan: 1m\ncondition:\n  eq: 2",
        "0 a,1 b",
        "0-1 x2",
    ),
    // Sums, averages, percentiles, shares.
    (SUM, "0 a u 60,1 a u 41", "0-1 x2"),
    (SUM, "0 a u 60,1 a u 40", ""),
    (SUM, "0 a u 60,61 a u 60", ""),
    (SUM, "0 a u 60,1 a v 60", ""),
    (SUM, "0 a u 60,1 a u many,2 a u 50", "0-2 x2"),
    (
        "type: value_sum\nrules: [a]\ntimespan: 1m\ncondition:\n  field: value\n  lt: 5",
        "0 a u 1.5,1 a u 2.5",
        "0-1 x2",
    ),
    (AVERAGE, "0 a u 900,1 a u 0,2 a u 0", ""),
    (AVERAGE, "0 a u 900,1 a u 101", "0-1 x2"),
    (AVERAGE, "0 a u 500.5,1 a u 500.5", "0-1 x2"),
    (MEDIAN, "0 a u 1,1 a u 11,2 a u 12", "0-2 x3"),
    (MEDIAN, "0 a u 100,1 a u 1,2 a u 2", ""),
    (SHARE, "0 a u p,1 a u p,2 a u p,3 a u q", "0-3 x4"),
    (SHARE, "0 a u p,1 a u q,2 a u r", ""),
];

#[test]
fn every_row_tells_what_it_says() {
    for (section, events, wanted) in ROWS {
        let (ruleset, problems) = rules(&one(section));
        assert!(problems.is_empty(), "{section}: {problems:?}");
        assert_eq!(told(&ruleset, events), *wanted, "{section}\n{events}");
    }
}

/// Documents that follow the rules, events, the matches' titles with counts.
const CHAINS: &[(&str, &str, &str)] = &[
    // Three refusals, then a success, of one user; the counting is not told by itself.
    (REFUSALS, "0 a u,1 a u,2 a u,9 b u", "Break-in x2"),
    (REFUSALS, "0 a u,1 a u,2 a u,9 b v", ""),
    (REFUSALS, "0 b u,1 a u,2 a u,3 a u", ""),
    (REFUSALS, "0 a u,1 a u,9 b u", ""),
    // The refusals go on for long: the success follows the last of them.
    (REFUSALS, "0 a u,50 a u,59 a u,110 a u,118 a u,169 a u,170 b u", "Break-in x2"),
    // Below, groups are hosts (value); above, users: each user of the window counts.
    (HOSTS, "0 a u h,1 a v h,2 a w h,9 b u", "Above x2"),
    (HOSTS, "0 a u h,1 a v h,2 a w h,9 b v", "Above x2"),
    (HOSTS, "0 a u h,1 a v h,2 a w i,9 b v", ""),
    // A count of matches counts matches, not their events.
    (TWICE, "0 a,1 a,2 a,3 a", ""),
    (TWICE, "0 a,1 a,100 a,101 a", "Twice x2"),
    // What is judged when its window is over counts from then on.
    (QUIET, "0 a,30 b,61 b", "Quiet x2"),
    // `generate` lets rules stand alone, too.
    (STANDS, "0 a,1 a", "Below x2,Above x3"),
];

#[test]
fn correlations_stand_on_correlations() {
    for (documents, events, wanted) in CHAINS {
        let (ruleset, problems) = rules(documents);
        assert!(problems.is_empty(), "{documents}: {problems:?}");
        let titles: Vec<String> =
            ruleset.correlations().rules().map(|meta| meta.title.clone()).collect();
        let matches = run(&ruleset, &hits(&ruleset, events), Limits::default());
        let mut told: Vec<(usize, String)> = matches
            .iter()
            .map(|one| (one.correlation, format!("{} x{}", titles[one.correlation], one.count)))
            .collect();
        told.sort();
        let told: Vec<String> = told.into_iter().map(|(_, text)| text).collect();
        assert_eq!(told.join(","), *wanted, "{documents}\n{events}");
    }
}

#[test]
fn aliases_join_fields_of_other_names() {
    let section = "type: temporal\nrules: [a, b]\ngroup-by: [it, other]\ntimespan: 1m\naliases:\n  \
                   it:\n    a: who\n    b: value";
    let (ruleset, problems) = rules(&one(section));
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(told(&ruleset, "0 a u v,1 b v u"), "0-1 x2");
    assert_eq!(told(&ruleset, "0 a u v,1 b u v"), "");
}

#[test]
fn rules_below_are_silent_and_what_is_left_out_comes_from_them() {
    for (generate, silent) in [("", true), ("generate: true\n", false), ("generate: false\n", true)]
    {
        let (ruleset, _) = rules(&format!("{}{generate}", one(COUNT)));
        let silences = |at: usize| {
            let (route, mut matcher) = (ruleset.route_all(), Matcher::new(&ruleset));
            let mut out = Vec::new();
            let kind = ["a", "b"][at];
            let event = json!({"kind": kind, "who": "u"});
            matcher.matches(&route, &Record(&event), &mut out);
            ruleset.correlations().silences(out[0])
        };
        assert_eq!((silences(0), silences(1)), (silent, false), "{generate}");
        let meta = ruleset.correlations().rules().next().unwrap();
        assert_eq!(meta.level, Some(sigma::Level::Low), "the level of the rule below");
    }
}

#[test]
fn what_cannot_be_correlated_says_why_and_where() {
    // The line is counted from the correlation's first one.
    for (section, line, what) in [
        ("rules: [a]\ntimespan: 1m", 2, "`type` is missing"),
        ("type: event_sum\nrules: [a]\ntimespan: 1m", 3, "no type of correlation"),
        ("type: event_count\nrules: [z]\ntimespan: 1m\ncondition:\n  gte: 1", 4, "no loaded rule"),
        ("type: event_count\nrules: []\ntimespan: 1m\ncondition:\n  gte: 1", 4, "must name 1 to"),
        ("type: event_count\nrules: [a]\ncondition:\n  gte: 1", 2, "`timespan` is missing"),
        ("type: event_count\nrules: [a]\ntimespan: soon\ncondition:\n  gte: 1", 5, "\"soon\""),
        ("type: event_count\nrules: [a]\ntimespan: 0s\ncondition:\n  gte: 1", 5, "\"0s\""),
        ("type: event_count\nrules: [a]\ntimespan: 1m", 2, "`condition` is missing"),
        ("type: event_count\nrules: [a]\ntimespan: 1m\ncondition:\n  gte: many", 7, "no number"),
        ("type: event_count\nrules: [a]\ntimespan: 1m\ncondition:\n  gte: 9e9", 6, "too many"),
        ("type: event_count\nrules: [a]\ntimespan: 1m\ncondition:\n  about: 3", 6, "unknown key"),
        ("type: event_count\nrules: [a]\ntimespan: 1m\ncondition:\n  field: x", 6, "no comparison"),
        ("type: value_count\nrules: [a]\ntimespan: 1m\ncondition:\n  gte: 3", 6, "no `field`"),
        ("type: temporal\nrules: [a, b]\ntimespan: 1m\ncondition: a and z", 6, "does not refer to"),
        ("type: temporal\nrules: [a, b]\ntimespan: 1m\ncondition:\n  gte: 3", 6, "never match"),
        ("type: temporal_ordered\nrules: [a, b]\ntimespan: 1m\ncondition:\n  gte: 1", 6, "order"),
        ("type: temporal\nrules: [T]\ntimespan: 1m", 4, "refers to itself"),
        ("type: temporal\nrules: [a]\ntimespan: 1m\nwindow: session", 6, "no key of the spec"),
    ] {
        let (ruleset, problems) = rules(&one(section));
        assert!(ruleset.correlations().is_empty(), "{section}");
        let [problem] = problems.as_slice() else { panic!("{section}: {problems:?}") };
        assert!(problem.what.contains(what), "{section}: {problem}");
        let start = 4 * 11;
        assert_eq!(
            (problem.weight, problem.line),
            (Weight::Error, Some(start + line)),
            "{problem}"
        );
    }
    let broken = "title: [\ncorrelation:\n  type: x";
    assert_eq!(rules(broken).1.len(), 1);
    let untitled = "correlation:\n  type: temporal\n  rules: [a, b]\n  timespan: 1m";
    let (ruleset, problems) = rules(untitled);
    assert_eq!((ruleset.correlations().len(), problems.len()), (1, 1));
    assert_eq!(problems[0].weight, Weight::Warning);
}

/// The examples of the specification, completed where they are fragments.
#[test]
fn the_specification_s_examples_load() {
    let Some(root) = corpus("sigma/spec/correlation-examples") else { return };
    let texts = files(&root, &[".yml"]);
    assert_eq!(texts.len(), 10);
    for (file, text) in &texts {
        // What an example refers to but does not hold.
        let mut whole = text.clone();
        let document: yaml::Value = yaml::from_str(text.split("\n---").next().unwrap()).unwrap();
        let named = document["correlation"]["rules"].as_sequence().unwrap();
        for name in named.iter().filter_map(yaml::Value::as_str) {
            if !text.contains(&format!("name: {name}")) {
                whole += &format!(
                    "\n---\ntitle: R {name}\nname: {name}\nlogsource:\n  product: x\ndetection:\n  \
                     s:\n    kind: {name}\n  condition: s\n"
                );
            }
        }
        let (ruleset, problems) = ruleset(&[(file.clone(), whole)]);
        let errors: Vec<_> = problems.iter().filter(|p| p.weight == Weight::Error).collect();
        if document["correlation"]["type"].is_null() {
            // A fragment that only shows references.
            assert!(errors.len() == 1 && errors[0].what.contains("`type`"), "{errors:?}");
            continue;
        }
        assert!(errors.is_empty(), "{file}: {errors:?}");
        assert!(!ruleset.correlations().is_empty());
    }
}
