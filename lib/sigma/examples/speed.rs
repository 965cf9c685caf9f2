//! How fast rules are matched, beside the oracle: `cargo run --release -p sigma --example speed -- RULES EVENTS [COPIES]`.
//!
//! RULES is a folder of Sigma rules, EVENTS a folder of JSON records. Each rule is loaded COPIES
//! times under a title of its own.
#![allow(clippy::disallowed_methods, reason = "a bench reads files and the clock")]
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench for developers")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::Path;
use std::time::Instant;

use common::{Record, files, oracle, records, ruleset};
use rsigma_eval::event::JsonEvent;
use sigma::Matcher;

/// Events looked at by each side.
const EVENTS: usize = 300_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [rules, events, rest @ ..] = arguments.as_slice() else {
        println!("give a folder of rules and a folder of events");
        return;
    };
    let copies: usize = rest.first().map_or(1, |n| n.parse().unwrap());
    let originals = files(Path::new(rules), &[".yml"]);
    let texts: Vec<(String, String)> = (0..copies)
        .flat_map(|n| {
            let renamed = move |text: &str| text.replacen("title: ", &format!("title: {n} "), 1);
            originals.iter().map(move |(file, text)| (file.clone(), renamed(text)))
        })
        .collect();
    let all = files(Path::new(events), &[".json", ".jsonl"]);
    let events: Vec<serde_json::Value> = all.iter().flat_map(|(_, text)| records(text)).collect();
    let (ruleset, _) = ruleset(&texts);
    let (route, mut matcher, mut out) = (ruleset.route_all(), Matcher::new(&ruleset), Vec::new());
    let start = Instant::now();
    let mut found = 0;
    for event in events.iter().cycle().take(EVENTS) {
        out.clear();
        matcher.matches(&route, &Record(event), &mut out);
        found += out.len();
    }
    tell("ours", ruleset.len(), start, found);
    let (engine, _) = oracle(&texts);
    let start = Instant::now();
    let mut found = 0;
    for event in events.iter().cycle().take(EVENTS) {
        found += engine.evaluate(&JsonEvent::borrow(event)).len();
    }
    tell("rsigma-eval", engine.rule_count(), start, found);
}

fn tell(who: &str, rules: usize, start: Instant, found: usize) {
    let nanos = start.elapsed().as_nanos() as f64 / EVENTS as f64;
    println!(
        "{who:>12}: {rules} rules, {nanos:.0} ns/event, {:.0} events/s, {found} matches",
        1e9 / nanos
    );
}
