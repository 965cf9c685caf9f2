//! Formats for other programs: held to their standards as far as that can be done without them.
//!
//! `dev/standards.sh` holds the golden files to the published schemas.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test stops where it fails"
)]

use std::collections::{BTreeMap, BTreeSet};

use model::seam::report::{Language, Style};
use model::{EntityKind, Investigation};
use serde_json::Value;

mod story;

fn written(format: &str, investigation: &Investigation) -> String {
    let mut out = Vec::new();
    let style = Style { language: Language::English, ..Style::default() };
    reports::find(format).unwrap().write(investigation, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn stories() -> Vec<Investigation> {
    // Things that have a form of their own in STIX, beside those of the story.
    let mut many = story::full();
    let things = [
        (EntityKind::Ip, "2001:db8::7"),
        (EntityKind::Ip, "unknown"),
        (EntityKind::Url, "https://shop.example/a?b='c'"),
        (EntityKind::Url, "/index.php"),
        (EntityKind::Domain, "pool.example"),
        (EntityKind::File, "/var/www/it's.php"),
        (EntityKind::Process, "sh -c 'id'"),
        (EntityKind::Mailbox, "a@mail.example"),
        (EntityKind::Host, "web-1"),
        (EntityKind::Region, "eu-west-1"),
    ];
    for (it, (kind, value)) in many.incidents[0].entities.iter_mut().zip(things) {
        (it.kind, it.value, it.part) = (kind, value.into(), model::incident::Part::Attacker);
    }
    many.incidents[0].steps[0].entities = things.map(|(k, v)| (k, v.to_owned())).to_vec();
    vec![story::full(), story::calm(), story::hostile(), Investigation::default(), many]
}

/// Every string below, with the name of its member.
fn strings<'v>(name: &str, value: &'v Value, each: &mut dyn FnMut(&str, &'v str)) {
    match value {
        Value::String(text) => each(name, text),
        Value::Array(items) => items.iter().for_each(|item| strings(name, item, each)),
        Value::Object(map) => map.iter().for_each(|(name, item)| strings(name, item, each)),
        _ => {}
    }
}

#[test]
fn a_bundle_has_each_object_once_and_every_reference_leads_somewhere() {
    for (format, it) in ["stix", "attack-flow"]
        .into_iter()
        .flat_map(|f| stories().into_iter().map(move |it| (f, it)))
    {
        let first = written(format, &it);
        assert_eq!(first, written(format, &it), "{format}: the same ids every time");
        let bundle: Value = serde_json::from_str(&first).unwrap();
        let objects = bundle["objects"].as_array().unwrap();
        let ids: BTreeSet<&str> = objects.iter().map(|o| o["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), objects.len());
        for object in objects {
            let (kind, uuid) = object["id"].as_str().unwrap().split_once("--").unwrap();
            assert_eq!(object["type"], kind);
            let version = if kind == "process" { '4' } else { '5' };
            let published = object["name"] == "Attack Flow" || kind == "identity";
            assert!(uuid.chars().nth(14) == Some(version) || published, "{object}");
            strings("", object, &mut |name, text| {
                if name.ends_with("_ref") || name.ends_with("_refs") {
                    assert!(ids.contains(text), "{name} {text}");
                }
            });
        }
    }
}

#[test]
fn indicators_are_of_the_attacker_and_quoted() {
    let bundle: Value = serde_json::from_str(&written("stix", &stories().pop().unwrap())).unwrap();
    let patterns: Vec<&str> = bundle["objects"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|object| object["pattern"].as_str())
        .collect();
    assert_eq!(
        patterns,
        [
            "[ipv6-addr:value = '2001:db8::7']",
            "[url:value = 'https://shop.example/a?b=\\'c\\'']",
            "[domain-name:value = 'pool.example']",
            "[file:name = 'it\\'s.php']",
        ]
    );
}

#[test]
fn an_attack_flow_starts_where_nothing_led_to() {
    let bundle: Value = serde_json::from_str(&written("attack-flow", &story::full())).unwrap();
    let objects = bundle["objects"].as_array().unwrap();
    let of = |kind: &str| objects.iter().filter(|o| o["type"] == kind).collect::<Vec<_>>();
    let (flows, actions) = (of("attack-flow"), of("attack-action"));
    assert_eq!((flows.len(), actions.len()), (1, 3));
    assert_eq!(flows[0]["start_refs"].as_array().unwrap().len(), 2);
    let effects: Vec<&Value> = actions.iter().map(|a| &a["effect_refs"][0]).collect();
    assert_eq!(effects, [&Value::Null, &actions[2]["id"], &Value::Null]);
}

#[test]
fn ocsf_findings_are_valid() {
    for it in stories() {
        let mut classes: BTreeMap<u64, usize> = BTreeMap::new();
        for line in written("ocsf", &it).lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            assert_eq!(ocsf::validate(&event), [], "{event:#}");
            *classes.entry(event["class_uid"].as_u64().unwrap()).or_default() += 1;
        }
        let count = |class| classes.get(&class).copied().unwrap_or_default();
        assert_eq!(count(2005), it.incidents.len());
        assert_eq!(count(2004), it.findings.len());
    }
}

#[test]
fn sarif_names_places_and_nothing_in_it_is_a_link() {
    for it in stories() {
        let log: Value = serde_json::from_str(&written("sarif", &it)).unwrap();
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), it.incidents.len() + it.findings.len());
        for result in results {
            let rule = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(rules[rule]["id"], result["ruleId"]);
            assert!(!result["partialFingerprints"].as_object().unwrap().is_empty());
            let place = &result["locations"][0]["physicalLocation"];
            assert!(place["region"]["startLine"].as_u64().unwrap() > 0);
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            assert!(uri.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"{}|\\^`:".contains(&b)));
        }
    }
    let mut story = story::full();
    story.incidents[0].title = "[here](https://bad.example) {0}".into();
    let log: Value = serde_json::from_str(&written("sarif", &story)).unwrap();
    let text = &log["runs"][0]["results"][0]["message"]["text"];
    assert_eq!(text, "\\[here\\](https://bad.example) {{0}}");
}

/// Whatever steers a terminal or turns text round stays out of names and sentences.
#[test]
fn no_text_of_a_log_steers_a_reader() {
    for format in ["stix", "attack-flow", "sarif", "ocsf"] {
        for line in written(format, &story::hostile()).lines() {
            let steering = |c: char| {
                c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            // The raw record in OCSF is the log's own, and JSON escapes its control characters.
            let shown = if format == "ocsf" { line.split("\"raw\"").next().unwrap() } else { line };
            if !shown.contains("\"unmapped\":{\"incident\"") {
                assert_eq!(shown.find(steering), None, "{format}: {shown}");
            }
        }
    }
}
