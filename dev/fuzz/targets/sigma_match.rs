//! Matching: a rule, a zero byte, a JSON record. The verdict does not depend on the rules beside it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value as Json;
use sigma::{Collection, FieldId, Fields, Matcher, Ruleset, Settings, Value};

/// The record where the input holds none.
const RECORD: &str = r#"{"eventSource":"iam.amazonaws.com","eventName":"CreateAccessKey",
    "errorCode":"","sourceIPAddress":"192.0.2.7","userAgent":"aws-cli/2.0 Python/3",
    "userIdentity":{"type":"Root","accountId":"111122223333"},"readOnly":false,
    "requestParameters":{"userName":"sample","list":["a",1,null,{"b":true}]}}"#;
/// Rules that stand beside the one in question and change its index.
const BESIDE: &str = r#"
title: beside one
id: 00000000-0000-4000-8000-000000000001
logsource: { product: aws }
detection: { a: { eventName: [CreateAccessKey, Beside], eventSource: iam.amazonaws.com }, condition: a }
---
title: beside two
id: 00000000-0000-4000-8000-000000000002
logsource: { product: aws }
detection: { a: { userAgent|contains: [aws-cli, beside] }, b: { readOnly: true }, condition: a and not b }
"#;

struct Record(Json);

impl Fields for Record {
    fn visit(&self, _: FieldId, name: &str, each: &mut dyn FnMut(Value<'_>) -> bool) {
        let found = name.split('.').try_fold(&self.0, |at, part| at.get(part));
        match found {
            Some(Json::Array(list)) => {
                let _ = list.iter().filter_map(scalar).all(each);
            }
            Some(value) => {
                scalar(value).map(each);
            }
            None => {}
        }
    }

    fn keywords(&self, each: &mut dyn FnMut(&str) -> bool) {
        each(&self.0.to_string());
    }
}

fn scalar(value: &Json) -> Option<Value<'_>> {
    match value {
        Json::Bool(is) => Some(Value::Bool(*is)),
        Json::Number(number) => {
            number.as_i64().map(Value::Int).or(number.as_f64().map(Value::Float))
        }
        Json::String(text) => Some(Value::Str(text)),
        _ => None,
    }
}

/// The titles of the file's rules that match; `beside` puts other rules before and behind it.
fn titles(rule: &str, record: &Record, beside: bool) -> Vec<String> {
    let mut collection = Collection::default();
    if beside {
        collection.read("beside.yml", BESIDE);
    }
    collection.read("rule.yml", rule);
    let (ruleset, _) = Ruleset::build(collection, &Settings::default());
    let route = ruleset.route_all();
    let (mut first, mut second) = (Vec::new(), Vec::new());
    let mut matcher = Matcher::new(&ruleset);
    matcher.matches(&route, record, &mut first);
    matcher.matches(&route, record, &mut second);
    assert_eq!(first, second, "the same event, the same verdict");
    assert!(first.is_sorted_by(|a, b| a < b), "in order, each once");
    let title = |rule: &sigma::RuleIndex| ruleset.rule(*rule).map(|meta| meta.title.clone());
    first.iter().filter_map(title).filter(|title| !title.starts_with("beside ")).collect()
}

fuzz_target!(|data: &[u8]| {
    let at = data.iter().position(|byte| *byte == 0);
    let (rule, record) = match at {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, RECORD.as_bytes()),
    };
    let rule = String::from_utf8_lossy(rule);
    let Ok(record) = serde_json::from_slice(record).map(Record) else { return };
    // Ids and filters reach across files, by intention.
    if rule.contains("00000000-") || rule.contains("filter") {
        return;
    }
    assert_eq!(titles(&rule, &record, false), titles(&rule, &record, true));
});
