//! The verdict as SARIF 2.1.0.

use std::collections::BTreeMap;
use std::io::{self, Write};

use model::verdict::{Answer, Decision, Verdict, Vulnerability};
use serde_json::{Value, json};

use super::{file, line, set};

/// Writes it.
pub fn write(verdict: &Verdict, to: &mut dyn Write) -> io::Result<()> {
    let mut rules: BTreeMap<&str, Value> = BTreeMap::new();
    for found in &verdict.vulnerabilities {
        rules.entry(&found.id).or_insert_with(|| rule(found));
    }
    let results: Vec<Value> = verdict.vulnerabilities.iter().map(result).collect();
    let notes: Vec<Value> = verdict
        .reasons
        .iter()
        .map(|r| json!({"level": "note", "message": {"text": format!("{} {}", r.text, r.remedy)}}))
        .collect();
    let whole = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "yagura",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": verdict.answer != Answer::Undecided,
                "toolExecutionNotifications": notes,
            }],
            "results": results,
            "properties": {"verdict": verdict.answer.to_string()},
        }],
    });
    serde_json::to_writer_pretty(&mut *to, &whole)?;
    writeln!(to)
}

fn rule(found: &Vulnerability) -> Value {
    let text = if found.summary.is_empty() { &found.id } else { &found.summary };
    let mut rule = json!({"id": found.id, "shortDescription": {"text": text}});
    // What code scanning of GitHub sorts by.
    if let Some(score) = found.score {
        set(&mut rule, "properties", json!({"security-severity": format!("{score:.1}")}));
    }
    rule
}

fn result(found: &Vulnerability) -> Value {
    let level = match found.decision {
        Decision::Block => "error",
        Decision::Warn => "warning",
        Decision::Ignore => "note",
    };
    let uri: String = file(found).replace('\\', "/").replace(' ', "%20");
    let mut result = json!({
        "ruleId": found.id,
        "level": level,
        "message": {"text": format!("{}: {}", found.purl, found.reason)},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": line(found)},
        }}],
        "partialFingerprints": {"component/v1": format!("{} {}", found.id, found.purl)},
    });
    if let Some(waiver) = &found.waiver {
        let why = format!("{}: {}, until {}", waiver.owner, waiver.reason, waiver.until);
        set(&mut result, "suppressions", json!([{"kind": "external", "justification": why}]));
    } else if let Some((status, why, _)) = found.vex.as_ref().filter(|_| level == "note") {
        let why = format!("{status}: {why}");
        set(&mut result, "suppressions", json!([{"kind": "external", "justification": why}]));
    }
    result
}
