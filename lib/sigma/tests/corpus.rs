//! The rules of the reference corpus over its logs: our matcher finds what the oracle finds.
#![allow(clippy::disallowed_methods, reason = "tests read the reference corpus where it stands")]
#![allow(clippy::print_stderr, reason = "a test says what it compared")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{corpus, files, oracle, ours, records, ruleset, theirs};
use rsigma_parser::{Detection, Modifier, SigmaValue, StringPart};
use serde_json::{Map, Value as Json};
use sigma::{Matcher, Route, Ruleset, Weight};

/// Events made for each rule.
const EVENTS_A_RULE: usize = 40;

/// Enough events for every kind of log, few enough for a test.
const EVENTS_MAX: usize = 400;

#[test]
fn every_rule_of_the_corpus_compiles() {
    let Some(root) = corpus("sigma/rules") else { return };
    let texts = files(&root, &[".yml"]);
    let (ruleset, problems) = ruleset(&texts);
    let (_, refused) = oracle(&texts);
    for problem in &problems {
        eprintln!("{problem}");
    }
    let errors = problems.iter().filter(|problem| problem.weight == Weight::Error).count();
    let documents: usize = texts.iter().map(|(_, text)| text.matches("\ndetection:").count()).sum();
    assert_eq!(ruleset.len() + errors, documents, "a rule vanished");
    assert!(errors <= refused, "{errors} errors, the oracle has {refused}");
}

#[test]
fn the_corpus_rules_find_what_the_oracle_finds() {
    let Some(rules) = corpus("sigma/rules") else { return };
    let texts = files(&rules, &[".yml"]);
    let (ruleset, _) = ruleset(&texts);
    let mut pair = Pair::new(&ruleset, &texts);
    for folder in ["cloudtrail", "eks_audit", "falco", "guardduty", "waf", "tetragon", "zeek"] {
        let Some(root) = corpus(folder) else { continue };
        let all = files(&root, &[".json", ".jsonl"]);
        let some = all.iter().flat_map(|(_, text)| records(text)).take(EVENTS_MAX);
        some.for_each(|event| pair.compare(&event));
    }
    pair.tell();
}

/// Logs show few of the things that rules look for. Events made of the rules' own values show
/// them all: each rule's fields with one of its values, plain or changed a little.
#[test]
fn events_made_of_the_rules_own_values_find_what_the_oracle_finds() {
    let Some(rules) = corpus("sigma/rules") else { return };
    let texts = files(&rules, &[".yml"]);
    let (ruleset, _) = ruleset(&texts);
    let mut pair = Pair::new(&ruleset, &texts);
    let mut dice = Dice(7);
    for (_, text) in &texts {
        for rule in rsigma_parser::parse_sigma_yaml(text).unwrap().rules {
            for _ in 0..EVENTS_A_RULE {
                let mut event = Map::new();
                let mut detections: Vec<_> = rule.detection.named.iter().collect();
                detections.sort_by_key(|(name, _)| *name);
                for (name, detection) in detections {
                    if !name.starts_with("filter") || dice.one_in(3) {
                        fill(detection, &mut event, &mut dice);
                    }
                }
                pair.compare(&Json::Object(event));
            }
        }
    }
    pair.tell();
}

/// Both matchers over the same rules.
struct Pair<'r> {
    ruleset: &'r Ruleset,
    route: Route,
    matcher: Matcher<'r>,
    engine: rsigma_eval::Engine,
    events: usize,
    found: usize,
    /// Rules that use what the oracle reads against the specification.
    decided: BTreeSet<String>,
    /// Rules that only one of the two found, with the first such event.
    differences: BTreeMap<(String, &'static str), String>,
}

impl<'r> Pair<'r> {
    fn new(ruleset: &'r Ruleset, texts: &[(String, String)]) -> Self {
        let (route, matcher) = (ruleset.route_all(), Matcher::new(ruleset));
        let (engine, _) = oracle(texts);
        let rules =
            texts.iter().flat_map(|(_, text)| rsigma_parser::parse_sigma_yaml(text).unwrap().rules);
        let decided = rules.filter(|r| r.detection.named.values().any(is_decided)).map(|r| r.title);
        let (decided, differences) = (decided.collect(), BTreeMap::new());
        Pair { ruleset, route, matcher, engine, events: 0, found: 0, decided, differences }
    }

    fn compare(&mut self, event: &Json) {
        let our = ours(&mut self.matcher, self.ruleset, &self.route, event);
        let their = theirs(&self.engine, event);
        let only = |a: &[String], b: &[String]| -> Vec<String> {
            let new = a.iter().filter(|title| !b.contains(title) && !self.decided.contains(*title));
            new.cloned().collect()
        };
        for (side, titles) in
            [("only ours", only(&our, &their)), ("only theirs", only(&their, &our))]
        {
            for title in titles {
                self.differences.entry((title, side)).or_insert_with(|| event.to_string());
            }
        }
        self.events += 1;
        self.found += our.len();
    }

    fn tell(&self) {
        let rules = self.ruleset.len();
        let differences = self.differences.len();
        let (events, found) = (self.events, self.found);
        eprintln!("{rules} rules, {events} events: {found} matches, {differences} differences");
        assert!(self.differences.is_empty(), "{:#?}", self.differences);
        assert!(self.found > 0, "no rule matched anything: the test shows nothing");
    }
}

/// Whether a detection uses what `docs/decisions/2026-11-22-sigma-semantics.md` decides against
/// the oracle: keywords linked by `all`, and wildcards inside `startswith` and `endswith`.
fn is_decided(detection: &Detection) -> bool {
    match detection {
        Detection::AllOf(items) => items.iter().any(|item| {
            let edge = [Modifier::StartsWith, Modifier::EndsWith];
            let edge = edge.iter().any(|modifier| item.field.has_modifier(*modifier));
            let wild =
                |v: &SigmaValue| matches!(v, SigmaValue::String(s) if s.contains_wildcards());
            item.field.name.is_none() || (edge && item.values.iter().any(wild))
        }),
        Detection::AnyOf(parts) | Detection::And(parts) => parts.iter().any(is_decided),
        _ => false,
    }
}

/// Puts values of a detection into an event.
fn fill(detection: &Detection, event: &mut Map<String, Json>, dice: &mut Dice) {
    match detection {
        Detection::AllOf(items) => {
            for item in items {
                let value = some_value(&item.values, item.field.has_modifier(Modifier::All), dice);
                let name = item.field.name.clone().unwrap_or_else(|| "message".to_owned());
                event.insert(name, value);
            }
        }
        Detection::AnyOf(parts) => {
            let at = dice.below(parts.len());
            parts.get(at).into_iter().for_each(|part| fill(part, event, dice));
        }
        Detection::And(parts) => parts.iter().for_each(|part| fill(part, event, dice)),
        Detection::Keywords(values) => {
            event.insert("message".to_owned(), some_value(values, false, dice));
        }
        Detection::ArrayMatch { .. } | Detection::Conditional { .. } => {}
    }
}

fn some_value(values: &[SigmaValue], all: bool, dice: &mut Dice) -> Json {
    if all {
        let words: Vec<String> = values.iter().map(|value| word(value, dice)).collect();
        return Json::String(words.join(" "));
    }
    let Some(value) = values.get(dice.below(values.len())) else { return Json::Null };
    match value {
        SigmaValue::Integer(number) if dice.one_in(2) => Json::from(*number),
        SigmaValue::Bool(truth) => Json::Bool(*truth),
        SigmaValue::Null => Json::Null,
        other => {
            let word = word(other, dice);
            match dice.below(6) {
                0 => Json::String(word.to_uppercase()),
                1 => Json::String(format!("{word} x")),
                2 => Json::String(format!("x {word}")),
                3 => Json::from(vec!["other".to_owned(), word]),
                _ => Json::String(word),
            }
        }
    }
}

fn word(value: &SigmaValue, dice: &mut Dice) -> String {
    let SigmaValue::String(text) = value else { return value.to_string() };
    let parts = text.parts.iter().map(|part| match part {
        StringPart::Plain(text) => text.clone(),
        StringPart::Special(_) if dice.one_in(8) => String::new(),
        StringPart::Special(_) => "z".to_owned(),
    });
    parts.collect()
}

/// Pseudo-random numbers, the same in every run (Knuth's MMIX constants).
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count.max(1)
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}
