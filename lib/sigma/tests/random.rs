//! Random small rules over random small events: our matcher and the oracle agree.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod common;

use common::{oracle, ours, ruleset, theirs};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use sigma::{Collection, Matcher, Ruleset, Settings};

const FIELDS: [&str; 4] = ["a", "b", "c.d", "e"];
/// The field that may be an array.
const ARRAYS: &str = "e";

/// A value as YAML writes it, with the modifiers that make sense for it.
fn line() -> impl Strategy<Value = String> {
    let word = "[abAB]{0,3}";
    let text = prop_oneof![
        (word, word).prop_map(|(a, b)| format!("'{a}*{b}'")),
        (word, word).prop_map(|(a, b)| format!("'{a}?{b}'")),
        word.prop_map(|a| format!("'{a}'")),
        "[abä1]{1,4}".prop_map(|a| format!("'{a}'")),
    ];
    let plain = word.prop_map(|a| format!("'{a}'"));
    let field = prop::sample::select(FIELDS.as_slice());
    let texts = (prop::sample::select(["", "|cased", "|contains", "|neq"].as_slice()), text);
    let starts = (prop::sample::select(["|startswith", "|endswith"].as_slice()), plain);
    let numbers = (
        prop::sample::select(["", "|gt", "|lte", "|neq"].as_slice()),
        (-2i64..3).prop_map(|n| n.to_string()),
    );
    let others = prop_oneof![
        Just(("", "null".to_owned())),
        Just(("", "true".to_owned())),
        Just(("|re", "'^a+b?$'".to_owned())),
        Just(("|re|i", "'B.'".to_owned())),
        Just(("|fieldref", "z".to_owned())),
        Just(("|fieldref|contains", "z".to_owned())),
        Just(("|contains|all", "[a, b]".to_owned())),
        Just(("", "[a, ab, 'b*', 1, aa, ba]".to_owned())),
        Just(("|contains", "[aa, bb, 'a?b', ab, ba]".to_owned())),
        Just(("|base64offset|contains", "ab".to_owned())),
        Just(("|windash", "'a-b'".to_owned())),
    ];
    let value = prop_oneof![4 => texts, 2 => starts, 2 => numbers, 3 => others];
    (field, value).prop_map(|(field, (modifier, value))| {
        // An array against another field is read otherwise (see the decision of 2026-11-22).
        let field = if modifier.starts_with("|fieldref") && field == ARRAYS { "a" } else { field };
        format!("{field}{modifier}: {value}")
    })
}

/// A detection: a map, or a list of maps, or keywords.
fn detection() -> impl Strategy<Value = String> {
    let lines = |lines: &[String], mark: &str| {
        lines.iter().flat_map(|line| ["\n    ", mark, line]).collect::<String>()
    };
    // A key stands once in a map.
    let map = prop::collection::vec(line(), 1..3).prop_map(move |mut list| {
        list.sort();
        list.dedup_by_key(|line| line.split(':').next().map(str::to_owned));
        lines(&list, "")
    });
    let list = prop::collection::vec(line(), 1..3).prop_map(move |list| lines(&list, "- "));
    let keywords = prop::collection::vec("'[ab]{1,3}'", 1..3);
    prop_oneof![4 => map, 2 => list, 1 => keywords.prop_map(move |list| lines(&list, "- "))]
}

fn condition() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(
        ["s_a", "s_b", "t", "1 of s_*", "all of s_*", "1 of them", "all of them", "2 of them"]
            .as_slice(),
    );
    leaf.prop_map(str::to_owned).prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("not ({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("({a}) or ({b})")),
        ]
    })
}

fn rule() -> impl Strategy<Value = String> {
    (detection(), detection(), detection(), condition()).prop_map(|(a, b, t, condition)| {
        format!(
            "logsource:\n  product: x\ndetection:\n  s_a:{a}\n  s_b:{b}\n  t:{t}\n  condition: {condition}\n"
        )
    })
}

fn leaf() -> impl Strategy<Value = Json> {
    let odd = vec![json!(null), json!(true), json!(false), json!(1.5), json!({})];
    prop_oneof![
        4 => "[abAB]{0,4}".prop_map(Json::from),
        1 => "[abäÄ1-]{0,4}".prop_map(Json::from),
        2 => (-3i64..4).prop_map(Json::from),
        1 => prop::sample::select(odd),
    ]
}

fn event() -> impl Strategy<Value = Json> {
    let array = prop::collection::vec("[abAB]{0,3}", 0..3).prop_map(Json::from);
    let values = prop::collection::vec(prop::option::of(leaf()), FIELDS.len());
    let other = prop::option::of("[abAB]{0,3}");
    (values, prop::option::of(array), other).prop_map(|(values, array, other)| {
        let mut event = Map::new();
        for (field, value) in FIELDS.iter().zip(values) {
            let Some(value) = value else { continue };
            match field.split_once('.') {
                Some((head, tail)) => event.insert(head.to_owned(), json!({ tail: value })),
                None => event.insert((*field).to_owned(), value),
            };
        }
        event.extend(array.map(|array| (ARRAYS.to_owned(), array)));
        // The field that others are compared with: one text.
        event.extend(other.map(|other| ("z".to_owned(), Json::from(other))));
        Json::Object(event)
    })
}

fn settings() -> ProptestConfig {
    ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(settings())]

    #[test]
    fn the_same_rules_match(
        rules in prop::collection::vec(rule(), 1..12),
        events in prop::collection::vec(event(), 1..12),
    ) {
        let texts: Vec<(String, String)> = rules.iter().enumerate()
            .map(|(n, text)| (format!("{n}.yml"), format!("title: R{n}\n{text}"))).collect();
        let (ruleset, problems) = ruleset(&texts);
        prop_assert!(problems.is_empty(), "{:?}", problems);
        let (engine, refused) = oracle(&texts);
        prop_assert_eq!(refused, 0);
        let (route, mut matcher) = (ruleset.route_all(), Matcher::new(&ruleset));
        for event in &events {
            let our = ours(&mut matcher, &ruleset, &route, event);
            prop_assert_eq!(our, theirs(&engine, event), "{:?} on {}", texts, event);
        }
    }

    #[test]
    fn hostile_rule_files_do_no_harm(text in HOSTILE) {
        let mut collection = Collection::default();
        collection.read("hostile.yml", &text);
        let _ = Ruleset::build(collection, &Settings::default());
    }
}

/// Lines of rules in any order, with values full of marks that mean something.
const HOSTILE: &str = concat!(
    "(title: T\n|detection:\n|  s:\n|  condition: [sand()* of1]{0,12}\n|.{0,9}\n|",
    "    a\\|(re|contains|all|base64|windash|expand): ['\\(*?%\\[\\]a-z-]{0,9}\n){0,9}"
);
