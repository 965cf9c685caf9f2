//! SARIF 2.1.0: incidents as flows through their records, findings with the places of theirs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use model::finding::Evidence;
use model::seam::About;
use model::seam::report::{Language, Report, Style};
use model::{EntityKind, Finding, Incident, Investigation, Severity};
use serde_json::{Value, json};

use crate::shape::evidence_uid;
use crate::{cite, sentence};

const ABOUT: About = About {
    name: "sarif",
    line: "SARIF 2.1.0, for code scanning and its viewers",
    spec: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html",
};

/// The longest message, in characters.
const MESSAGE_MAX: usize = 2_000;
/// The longest piece of a record, in characters.
const SNIPPET_MAX: usize = 2_000;

/// The format `sarif`.
pub(crate) struct Sarif;

impl Report for Sarif {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn write(
        &self,
        investigation: &Investigation,
        style: Style,
        mut to: &mut dyn Write,
    ) -> io::Result<()> {
        let mut rules: BTreeMap<String, Value> = BTreeMap::new();
        for finding in &investigation.findings {
            rules.entry(finding.rule.id.clone()).or_insert_with(|| rule(finding, style.language));
        }
        for incident in &investigation.incidents {
            let id = incident_rule(incident);
            let text = incident.kind.replace('_', " ");
            let rule = json!({"id": id, "shortDescription": {"text": text}});
            rules.entry(id).or_insert(rule);
        }
        let ids: BTreeMap<&String, usize> = rules.keys().zip(0..).collect();
        let indexed = |id: &String| ids.get(id).copied().unwrap_or_default();
        let incidents = investigation.incidents.iter().map(|it| {
            let id = incident_rule(it);
            incident(investigation, it, indexed(&id), id)
        });
        let findings = investigation
            .findings
            .iter()
            .map(|it| finding(investigation, it, indexed(&it.rule.id), style.language));
        let results: Vec<Value> = incidents.chain(findings).collect();
        serde_json::to_writer_pretty(&mut to, &whole(investigation, &rules, &results, style))?;
        writeln!(to)
    }
}

fn whole(
    investigation: &Investigation,
    rules: &BTreeMap<String, Value>,
    results: &[Value],
    style: Style,
) -> Value {
    let notes: Vec<Value> = investigation
        .warnings
        .iter()
        .map(|warning| json!({"level": "warning", "message": message(warning)}))
        .collect();
    let language = match style.language {
        Language::English => "en-US",
        Language::Japanese => "ja-JP",
    };
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "yagura",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().collect::<Vec<_>>(),
            }},
            "language": language,
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notes,
            }],
            "results": results,
        }],
    })
}

fn incident_rule(incident: &Incident) -> String {
    format!("incident/{}", incident.kind)
}

fn rule(finding: &Finding, language: Language) -> Value {
    let rule = &finding.rule;
    let full = if rule.description.is_empty() { &rule.title } else { &rule.description };
    json!({
        "id": rule.id,
        "shortDescription": {"text": sentence::safe(rule.title_in(language), MESSAGE_MAX)},
        "fullDescription": {"text": sentence::safe(full, MESSAGE_MAX)},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {
            "tags": rule.techniques.iter().chain(&rule.tactics).collect::<Vec<_>>(),
            "security-severity": score(rule.severity),
        },
    })
}

fn incident(investigation: &Investigation, it: &Incident, index: usize, rule: String) -> Value {
    let mut flow = Vec::new();
    for (n, step) in (1..).zip(&it.steps) {
        let first = cite::cited(investigation, &step.evidence).next();
        let mut place = first.map_or_else(
            || json!({}),
            |(record, citation)| {
                location(investigation, record, evidence_uid(citation), &citation.raw)
            },
        );
        crate::stix::set(&mut place, "message", message(&step.text));
        flow.push(json!({
            "location": place,
            "executionOrder": n,
            "executionTimeUtc": step.start.to_string(),
            "kinds": [step.effect.word(), step.stage],
            "importance": if step.effect == model::Effect::Attempt { "important" } else { "essential" },
        }));
    }
    let first = it.steps.iter().flat_map(|step| cite::cited(investigation, &step.evidence)).next();
    let places: Vec<Value> = first
        .map(|(record, c)| location(investigation, record, evidence_uid(c), &c.raw))
        .into_iter()
        .collect();
    let mut result = json!({
        "ruleId": rule,
        "ruleIndex": index,
        "level": level(it.severity),
        "message": message(&it.title),
        "locations": places,
        "partialFingerprints": {"incident/v1": it.id.to_string()},
        "properties": {
            "severity": it.severity.word(), "outcome": it.outcome.word(),
            "tags": it.techniques, "actions": actions(it),
        },
    });
    if !flow.is_empty() {
        crate::stix::set(&mut result, "codeFlows", json!([{"threadFlows": [{"locations": flow}]}]));
    }
    result
}

fn actions(incident: &Incident) -> Vec<String> {
    incident.recommendations.iter().map(|it| sentence::safe(&it.text, MESSAGE_MAX)).collect()
}

fn finding(investigation: &Investigation, it: &Finding, index: usize, language: Language) -> Value {
    let mut places: Vec<Value> = cite::cited(investigation, &it.evidence)
        .map(|(record, c)| location(investigation, record, evidence_uid(c), &c.raw))
        .collect();
    if let Some(first) = places.first_mut() {
        let about: Vec<Value> =
            it.entities.iter().map(|e| logical(e.kind, e.value.as_ref())).collect();
        crate::stix::set(first, "logicalLocations", about.into());
    }
    let related: Vec<Value> = places.iter().skip(1).cloned().collect();
    places.truncate(1);
    json!({
        "ruleId": it.rule.id,
        "ruleIndex": index,
        "level": level(it.severity()),
        "message": message(&sentence::finding(it, language)),
        "locations": places,
        "relatedLocations": related,
        "occurrenceCount": it.count.max(1),
        "partialFingerprints": {"finding/v1": it.id.to_string()},
        "properties": {
            "severity": it.severity().word(), "effect": it.effect.word(), "source": it.source,
            "first": it.first.to_string(), "last": it.last.closing().to_string(),
        },
    })
}

/// What a record is about, as a place that is not in a file.
fn logical(kind: EntityKind, value: &str) -> Value {
    let name = sentence::safe(value, MESSAGE_MAX);
    json!({"name": name, "fullyQualifiedName": format!("{}={name}", kind.word()), "kind": "resource"})
}

fn location(investigation: &Investigation, record: &Evidence, id: String, raw: &str) -> Value {
    let mut physical = json!({
        "artifactLocation": {"uri": uri(cite::file(investigation, record.file))},
    });
    if record.at.line > 0 {
        let snippet = sentence::safe(raw, SNIPPET_MAX);
        let region = json!({"startLine": record.at.line, "snippet": {"text": snippet}});
        crate::stix::set(&mut physical, "region", region);
    }
    json!({"physicalLocation": physical, "properties": {"evidence": id}})
}

/// A path as a relative or absolute reference (RFC 3986), whatever the name is made of.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in model::redact(path).bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _infallible = write!(out, "%{byte:02X}");
        }
    }
    // A path that starts with two slashes would name a computer.
    if out.starts_with("//") { format!("/.{out}") } else { out }
}

/// A message in which nothing is a link or a placeholder (SARIF 2.1.0, sections 3.11.5, 3.11.6).
fn message(text: &str) -> Value {
    let mut out = String::new();
    for c in sentence::safe(text, MESSAGE_MAX).chars() {
        match c {
            '[' | ']' | '\\' => out.extend(['\\', c]),
            '{' | '}' => out.extend([c, c]),
            _ => out.push(c),
        }
    }
    json!({"text": out})
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Informational => "note",
    }
}

/// What code scanning of GitHub sorts by.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Informational => "0.0",
    }
}
