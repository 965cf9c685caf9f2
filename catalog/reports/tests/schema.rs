//! What programs are promised: the JSON written is valid under `docs/schema`, and says no more.
#![allow(clippy::disallowed_methods, reason = "reads the schema files")]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test stops where it fails"
)]

use std::path::Path;

use model::Investigation;
use model::seam::report::{Language, Style};
use serde_json::{Value, json};

mod story;

fn schema(name: &str) -> Value {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema").join(name);
    serde_json::from_str(&std::fs::read_to_string(docs).unwrap()).unwrap()
}

/// The schema with every object closed: a key that it does not name is then an error.
fn closed(mut schema: Value) -> Value {
    if let Value::Object(map) = &mut schema {
        if map.contains_key("properties") {
            map.insert("additionalProperties".into(), json!(false));
        }
        for value in map.values_mut() {
            *value = closed(value.take());
        }
    } else if let Value::Array(items) = &mut schema {
        for value in items {
            *value = closed(value.take());
        }
    }
    schema
}

fn errors(schema: &Value, instance: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).unwrap();
    validator.iter_errors(instance).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

fn written(format: &str, investigation: &Investigation, language: Language) -> String {
    let mut out = Vec::new();
    let style = Style { language, ..Style::default() };
    reports::find(format).unwrap().write(investigation, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn json_is_what_the_schema_says_and_names_nothing_else() {
    let schema = closed(schema("investigation.schema.json"));
    assert!(jsonschema::meta::is_valid(&schema));
    for language in [Language::English, Language::Japanese] {
        for it in [story::full(), story::calm(), story::hostile(), Investigation::default()] {
            let document = serde_json::from_str(&written("json", &it, language)).unwrap();
            assert_eq!(errors(&schema, &document), Vec::<String>::new());
        }
    }
}

#[test]
fn the_schema_refuses_what_is_missing_or_of_another_kind() {
    let schema = schema("investigation.schema.json");
    let full: Value =
        serde_json::from_str(&written("json", &story::full(), Language::English)).unwrap();
    for (pointer, wrong) in [
        ("/tally/events", json!("5")),
        ("/incidents/0/severity", json!("bad")),
        ("/incidents/0/confidence", json!(1.5)),
        ("/incidents/0/first", json!("2026-09-08 14:00:00")),
        ("/incidents/0/steps/0/evidence/0", json!("12")),
        ("/incidents/0/recommendations/0/tier", json!("R9")),
        ("/findings/0/rule", json!("r-1")),
        ("/evidence/E1/sha256", json!("ab")),
    ] {
        let mut document = full.clone();
        *document.pointer_mut(pointer).unwrap() = wrong;
        assert_ne!(errors(&schema, &document), Vec::<String>::new(), "{pointer}");
    }
}

#[test]
fn every_id_leads_somewhere() {
    let full: Value =
        serde_json::from_str(&written("json", &story::full(), Language::English)).unwrap();
    let mut cited = 0;
    let mut todo = vec![&full["incidents"], &full["findings"]];
    while let Some(value) = todo.pop() {
        match value {
            Value::Object(map) => {
                for id in map.get("evidence").and_then(Value::as_array).into_iter().flatten() {
                    assert!(full["evidence"].get(id.as_str().unwrap()).is_some(), "{id}");
                    cited += 1;
                }
                todo.extend(map.values());
            }
            Value::Array(items) => todo.extend(items),
            _ => {}
        }
    }
    assert_eq!(cited, 12);
    assert_eq!(full["findings"][0]["incident"], full["incidents"][0]["uid"]);
    assert_eq!(full["findings"][2]["incident"], Value::Null);
}

#[test]
fn json_lines_hold_the_same_parts() {
    let it = story::full();
    let whole: Value = serde_json::from_str(&written("json", &it, Language::English)).unwrap();
    let mut counts = (0, 0, 0);
    for line in written("jsonl", &it, Language::English).lines() {
        let mut part: Value = serde_json::from_str(line).unwrap();
        let kind = part.as_object_mut().unwrap().shift_remove("type").unwrap();
        let same = match kind.as_str().unwrap() {
            "tally" => {
                part.as_object_mut().unwrap().shift_remove("schema");
                &whole["tally"]
            }
            "incident" => {
                counts.0 += 1;
                &whole["incidents"][counts.0 - 1]
            }
            "finding" => {
                counts.1 += 1;
                &whole["findings"][counts.1 - 1]
            }
            "evidence" => {
                counts.2 += 1;
                let id = part.as_object_mut().unwrap().shift_remove("id").unwrap();
                &whole["evidence"][id.as_str().unwrap()]
            }
            _ => {
                assert_eq!(part["text"], whole["warnings"][0]);
                continue;
            }
        };
        assert_eq!(&part, same);
    }
    assert_eq!(counts, (1, 3, 5));
}

#[test]
fn a_verdict_has_its_schema_before_the_gate_is_built() {
    let schema = closed(schema("verdict.schema.json"));
    assert!(jsonschema::meta::is_valid(&schema));
    let vulnerability = json!({
        "id": "GO-2022-0493", "aliases": ["CVE-2022-29526"], "purl": "pkg:golang/golang.org/x/sys@v0.1.0",
        "severity": "medium", "cvss": null, "epss": null, "kev": false, "fixed_in": ["0.2.0"],
        "attacked_here": false, "decision": "warn", "reason": "no policy blocks it", "waiver": null, "vex": null,
    });
    let mut verdict = json!({
        "schema": "yagura.verdict/1", "verdict": "warn", "application": "shop", "version": "1.4.0",
        "environment": "production",
        "components": {"total": 12, "unidentified": 1, "duplicates": 0},
        "advisories": {"total": 3, "newest": "2026-09-01T00:00:00Z", "provenance": ["osv/Go"]},
        "vulnerabilities": [vulnerability],
        "reasons": [{"rule": "unidentified", "text": "One component has no purl.", "remedy": "Name it."}],
    });
    assert_eq!(errors(&schema, &verdict), Vec::<String>::new());
    verdict["verdict"] = json!("maybe");
    assert_eq!(errors(&schema, &verdict).len(), 1);
}
