//! What the tests of correlations share: rules, sections, events as hits.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail")]
#![allow(clippy::indexing_slicing, reason = "the events are the test's own")]
#![allow(clippy::format_collect, clippy::similar_names, reason = "plain words in a test")]

use serde_json::{Value as Json, json};
use sigma::{Correlator, Hit, Limits, Match, Matcher, Problem, Route, Ruleset};

use super::{Record, ruleset};

pub const SECOND: i64 = 1_000_000_000;

/// Rules `a`, `b`, `c`, … that match events of that kind, and a correlation under test.
pub fn rules(correlation: &str) -> (Ruleset, Vec<Problem>) {
    let base: String = ["a", "b", "c", "d"]
        .iter()
        .map(|name| {
            format!(
                "title: Rule {name}\nid: 00000000-0000-4000-8000-00000000000{name}\nname: {name}\n\
                 logsource:\n  product: x\nlevel: low\ndetection:\n  s:\n    kind: {name}\n  \
                 condition: s\n---\n"
            )
        })
        .collect();
    ruleset(&[("t.yml".to_owned(), format!("{base}{correlation}"))])
}

/// `title: T` and a correlation section, two spaces deep.
pub fn one(section: &str) -> String {
    format!("title: T\ncorrelation:\n  {}\n", section.replace('\n', "\n  "))
}

/// Events written `time kind who value`, as hits; `=` instead of a time is the one before.
pub fn hits(ruleset: &Ruleset, events: &str) -> Vec<Hit> {
    let (route, mut matcher) = (ruleset.route_all(), Matcher::new(ruleset));
    let mut out = Vec::new();
    for (record, line) in events.split(',').enumerate() {
        let mut words = line.split_whitespace();
        let time: f64 = words.next().unwrap().parse().unwrap();
        let (kind, who) = (words.next().unwrap(), words.next().unwrap_or("x"));
        let value = words.next().map_or(Json::Null, |word| {
            word.parse::<f64>().map_or_else(|_| json!(word), |number| json!(number))
        });
        let who: Json = match who.split_once('+') {
            Some((a, b)) => json!([a, b]),
            None if who == "-" => Json::Null,
            None => json!(who),
        };
        let event = json!({"kind": kind, "who": who, "value": value, "other": "o"});
        let start = (time * 1e9) as i64;
        let end = if time.fract() > 0.0 { start } else { start + SECOND - 1 };
        hit(&mut matcher, &route, &event, (start, end, record as u64), &mut out);
    }
    out
}

pub fn hit(
    matcher: &mut Matcher<'_>,
    route: &Route,
    event: &Json,
    (start, end, record): (i64, i64, u64),
    out: &mut Vec<Hit>,
) {
    let mut matched = Vec::new();
    matcher.matches(route, &Record(event), &mut matched);
    for rule in matched {
        for keys in matcher.keys(rule, &Record(event)) {
            let rule = rule.index() as u32;
            out.push(Hit { start, end, rule, uid: 0, record, tag: rule as u8, keys });
        }
    }
}

pub fn run(ruleset: &Ruleset, hits: &[Hit], limits: Limits) -> Vec<Match> {
    let mut correlator = Correlator::new(ruleset.correlations(), limits);
    hits.iter().cloned().for_each(|hit| correlator.push(hit));
    correlator.finish().0
}

/// Each match as `first-last xcount`, in whole seconds.
pub fn told(ruleset: &Ruleset, events: &str) -> String {
    let mut all = hits(ruleset, events);
    all.sort();
    let matches = run(ruleset, &all, Limits::default());
    let told = matches.iter().map(|one| {
        let (first, last) = (one.first / SECOND, one.last / SECOND);
        format!("{first}-{last} x{}", one.count)
    });
    told.collect::<Vec<_>>().join(", ")
}

pub const COUNT: &str =
    "type: event_count\nrules: [a]\ngroup-by: [who]\ntimespan: 1m\ncondition:\n  gte: 3";
pub const VALUES: &str = "type: value_count\nrules: [a]\ngroup-by: [who]\ntimespan: 1m\ncondition:\n  \
                      field: value\n  gte: 3";
pub const TEMPORAL: &str = "type: temporal\nrules: [a, b, c]\ngroup-by: [who]\ntimespan: 1m";
pub const ORDERED: &str = "type: temporal_ordered\nrules: [a, b, c]\ngroup-by: [who]\ntimespan: 1m";
pub const SUM: &str = "type: value_sum\nrules: [a]\ngroup-by: [who]\ntimespan: 1m\ncondition:\n  \
                   field: value\n  gt: 100";
pub const AVERAGE: &str = "type: value_avg\nrules: [a]\ngroup-by: [who]\ntimespan: 1m\ncondition:\n  \
                       field: value\n  gt: 500";
pub const MEDIAN: &str = "type: value_percentile\nrules: [a]\ngroup-by: [who]\ntimespan: 1m\n\
                      condition:\n  field: value\n  percentile: 50\n  gt: 10";
pub const SHARE: &str = "type: value_percentile\nrules: [a]\ngroup-by: [who]\ntimespan: 1m\n\
                     condition:\n  field: value\n  lte: 25";

pub const REFUSALS: &str = "title: Break-in\ncorrelation:\n  type: temporal_ordered\n  rules: [many, 00000000-0000-4000-8000-00000000000b]\n  group-by: [who]\n  timespan: 1m\n---\ntitle: Many\nname: many\ncorrelation:\n  type: event_count\n  rules: [Rule a]\n  group-by: [who]\n  timespan: 2m\n  condition:\n    gte: 3\n";
pub const HOSTS: &str = "title: Above\ncorrelation:\n  type: temporal\n  rules: [Below, b]\n  group-by: [who]\n  timespan: 1m\n---\ntitle: Below\ncorrelation:\n  type: event_count\n  rules: [a]\n  group-by: [value]\n  timespan: 1m\n  condition:\n    gte: 3\n";
pub const TWICE: &str = "title: Pair\ncorrelation:\n  type: event_count\n  rules: [a]\n  timespan: 1m\n  condition:\n    gte: 2\n---\ntitle: Twice\ncorrelation:\n  type: event_count\n  rules: [Pair]\n  timespan: 1h\n  condition:\n    gte: 2\n";
pub const QUIET: &str = "title: Few\ncorrelation:\n  type: event_count\n  rules: [a]\n  timespan: 1m\n  condition:\n    lt: 3\n---\ntitle: Quiet\ncorrelation:\n  type: temporal_ordered\n  rules: [Few, b]\n  timespan: 1m\n";
pub const STANDS: &str = "title: Below\ncorrelation:\n  type: event_count\n  rules: [a]\n  timespan: 1m\n  condition:\n    gte: 2\n---\ntitle: Above\ngenerate: true\ncorrelation:\n  type: temporal\n  rules: [Below, a]\n  timespan: 1m\n";
