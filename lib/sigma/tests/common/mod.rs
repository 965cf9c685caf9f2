//! What the tests share: events as JSON, our matcher and the oracle side by side.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::disallowed_methods, reason = "tests read the reference corpus where it stands")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail")]
#![allow(clippy::indexing_slicing, reason = "the events are the test's own")]
#![allow(clippy::format_collect, clippy::similar_names, reason = "plain words in a test")]
#![allow(clippy::print_stderr, reason = "a test says what it skipped")]

pub mod correlation;

use std::path::{Path, PathBuf};

use rsigma_eval::Engine;
use rsigma_eval::event::JsonEvent;
use serde_json::Value as Json;
use sigma::{Collection, FieldId, Fields, Matcher, Problem, Route, Ruleset, Settings, Value};

/// A JSON record as an event.
pub struct Record<'j>(pub &'j Json);

/// Hands over what stands at a dotted path; arrays on the way stand for each element.
fn reach<'j>(value: &'j Json, path: &str, each: &mut dyn FnMut(&'j Json) -> bool) -> bool {
    match value {
        Json::Array(items) => items.iter().all(|item| reach(item, path, each)),
        Json::Object(map) => {
            if let Some(child) = map.get(path) {
                return each(child);
            }
            let splits = path.match_indices('.').map(|(at, _)| path.split_at(at));
            splits.into_iter().all(|(head, tail)| match map.get(head) {
                Some(child) => reach(child, tail.trim_start_matches('.'), each),
                None => true,
            })
        }
        _ => true,
    }
}

fn leaves(value: &Json, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
    match value {
        Json::Null => each(Value::Null),
        Json::Bool(truth) => each(Value::Bool(*truth)),
        Json::Number(number) => match number.as_i64() {
            Some(number) => each(Value::Int(number)),
            None => each(Value::Float(number.as_f64().unwrap_or(f64::NAN))),
        },
        Json::String(text) => each(Value::Str(text)),
        Json::Array(items) => items.iter().all(|item| leaves(item, each)),
        Json::Object(_) => true,
    }
}

fn strings(value: &Json, each: &mut dyn FnMut(&str) -> bool) -> bool {
    match value {
        Json::String(text) => each(text),
        Json::Array(items) => items.iter().all(|item| strings(item, each)),
        Json::Object(map) => map.values().all(|item| strings(item, each)),
        _ => true,
    }
}

impl Fields for Record<'_> {
    fn visit(&self, _: FieldId, name: &str, each: &mut dyn FnMut(Value<'_>) -> bool) {
        reach(self.0, name, &mut |value| leaves(value, each));
    }

    fn present(&self, _: FieldId, name: &str) -> bool {
        !reach(self.0, name, &mut |_| false)
    }

    fn keywords(&self, each: &mut dyn FnMut(&str) -> bool) {
        strings(self.0, each);
    }
}

/// Compiles rule texts.
pub fn ruleset(texts: &[(String, String)]) -> (Ruleset, Vec<Problem>) {
    let mut collection = Collection::default();
    for (file, text) in texts {
        collection.read(file, text);
    }
    Ruleset::build(collection, &Settings::default())
}

/// The titles of the rules that match, by our matcher.
pub fn ours(
    matcher: &mut Matcher<'_>,
    ruleset: &Ruleset,
    route: &Route,
    event: &Json,
) -> Vec<String> {
    let mut out = Vec::new();
    matcher.matches(route, &Record(event), &mut out);
    let mut titles: Vec<String> =
        out.iter().map(|rule| ruleset.rule(*rule).unwrap().title.clone()).collect();
    titles.sort();
    titles
}

/// The oracle over the same texts.
pub fn oracle(texts: &[(String, String)]) -> (Engine, usize) {
    let mut engine = Engine::new();
    let mut refused = 0;
    for (_, text) in texts {
        let parsed = rsigma_parser::parse_sigma_yaml(text).unwrap();
        refused += parsed.rules.iter().filter(|rule| engine.add_rule(rule).is_err()).count();
    }
    (engine, refused)
}

/// The titles of the rules that match, by the oracle.
pub fn theirs(engine: &Engine, event: &Json) -> Vec<String> {
    let found = engine.evaluate(&JsonEvent::borrow(event));
    let mut titles: Vec<String> = found.iter().map(|r| r.header.rule_title.clone()).collect();
    titles.sort();
    titles
}

/// A folder of the reference corpus, if it stands beside the checkout.
pub fn corpus(folder: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus").join(folder);
    if !root.is_dir() {
        eprintln!("skipped: {} is not here", root.display());
        return None;
    }
    Some(root)
}

/// The files below a folder with that ending, in a fixed order, with their text.
pub fn files(root: &Path, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.display().to_string();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.extend(std::fs::read_to_string(&path).ok().map(|text| (name, text)));
            }
        }
    }
    found.sort();
    found
}

/// Every object that looks like a record, from JSON documents, lines and arrays.
pub fn records(text: &str) -> Vec<Json> {
    let mut out = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Json>().map_while(Result::ok)
    {
        take(value, &mut out);
    }
    out
}

fn take(value: Json, out: &mut Vec<Json>) {
    let items = match value {
        Json::Array(items) => items,
        Json::Object(mut map) => match map.get_mut("Records") {
            Some(Json::Array(items)) => std::mem::take(items),
            _ => return out.push(Json::Object(map)),
        },
        _ => return,
    };
    for item in items {
        take(item, out);
    }
}

/// Whether the oracle's correlation matches anywhere; rules and events as in `correlation.rs`.
pub fn oracle_correlates(correlation: &str, events: &str) -> bool {
    use rsigma_eval::{CorrelationConfig, CorrelationEngine};
    let mut engine = CorrelationEngine::new(CorrelationConfig::default());
    let base: String = ["a", "b", "c"]
        .iter()
        .map(|name| {
            format!(
                "title: {name}\nname: {name}\nid: 00000000-0000-4000-8000-00000000000{name}\nlogsource:\n  product: x\ndetection:\n  s:\n    \
                 kind: {name}\n  condition: s\n---\n"
            )
        })
        .collect();
    let parsed = rsigma_parser::parse_sigma_yaml(&format!("{base}{correlation}")).unwrap();
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    engine.add_collection(&parsed).unwrap();
    let mut events: Vec<Vec<&str>> =
        events.split(',').map(|line| line.split_whitespace().collect()).collect();
    events.sort_by_key(|words| words[0].parse::<i64>().unwrap());
    events.iter().any(|words| {
        let value = words[3].parse::<f64>().map_or_else(|_| words[3].into(), Json::from);
        let event = serde_json::json!({"kind": words[1], "who": words[2], "value": value});
        let time = 1_700_000_000 + words[0].parse::<i64>().unwrap();
        let found = engine.process_event_at(&JsonEvent::borrow(&event), time);
        found.iter().any(rsigma_eval::EvaluationResult::is_correlation)
    })
}
