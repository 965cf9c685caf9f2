//! JSON Lines as Timesketch imports them: a line for each step, and for each record of a finding.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use model::seam::About;
use model::seam::report::{Report, Style};
use model::{EntityKind, Finding, Id, Incident, Investigation, Step};
use serde_json::{Value, json};

use crate::shape::evidence_uid;
use crate::{cite, sentence};

const ABOUT: About = About {
    name: "timesketch",
    line: "JSON Lines for a timeline in Timesketch",
    spec: "https://timesketch.org/guides/user/import-from-json-csv/",
};

/// The longest message, in characters.
const MESSAGE_MAX: usize = 2_000;
/// The longest name, in characters.
const NAME_MAX: usize = 1_000;

/// The format `timesketch`.
pub(crate) struct Timesketch;

impl Report for Timesketch {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn write(
        &self,
        investigation: &Investigation,
        style: Style,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let mut incident_of = BTreeMap::new();
        for incident in &investigation.incidents {
            for finding in &incident.findings {
                incident_of.entry(*finding).or_insert(incident.id);
            }
            for (at, step) in incident.steps.iter().enumerate() {
                line(to, &of_step(investigation, incident, at + 1, step))?;
            }
        }
        for (at, finding) in investigation.findings.iter().enumerate() {
            let message = sentence::finding(finding, style.language);
            let incident = incident_of.get(&at).copied();
            write_finding(investigation, finding, incident, &message, to)?;
        }
        Ok(())
    }
}

fn line(mut to: &mut dyn Write, row: &Value) -> io::Result<()> {
    serde_json::to_writer(&mut to, row)?;
    writeln!(to)
}

fn of_step(investigation: &Investigation, incident: &Incident, n: usize, step: &Step) -> Value {
    let cited: Vec<String> =
        cite::cited(investigation, &step.evidence).map(|(_, c)| evidence_uid(c)).collect();
    json!({
        "message": sentence::safe(&step.text, MESSAGE_MAX),
        "datetime": step.start.to_string(),
        "timestamp": step.start.start / 1000,
        "timestamp_desc": "Step started",
        "end": step.end.closing().to_string(),
        "data_type": "yagura:step",
        "incident": incident.id.to_string(),
        "step": n,
        "stage": step.stage,
        "effect": step.effect.word(),
        "severity": incident.severity.word(),
        "techniques": step.techniques,
        "count": step.count,
        "entities": names(step.entities.iter().map(|(kind, value)| (*kind, value.as_str()))),
        "evidence": cited,
    })
}

fn write_finding(
    investigation: &Investigation,
    finding: &Finding,
    incident: Option<Id>,
    message: &str,
    to: &mut dyn Write,
) -> io::Result<()> {
    for (record, citation) in cite::cited(investigation, &finding.evidence) {
        let entities = finding.entities.iter().map(|e| (e.kind, e.value.as_ref()));
        let row = json!({
            "message": message,
            "datetime": record.time.to_string(),
            "timestamp": record.time.start / 1000,
            "timestamp_desc": "Event recorded",
            "data_type": "yagura:finding",
            "incident": incident.map(|id| id.to_string()),
            "rule": sentence::safe(&finding.rule.title, NAME_MAX),
            "rule_id": finding.rule.id,
            "stage": finding.rule.tactics.first(),
            "effect": finding.effect.word(),
            "severity": finding.severity().word(),
            "techniques": finding.rule.techniques,
            "entities": names(entities),
            "evidence": [evidence_uid(citation)],
            "source": citation.source,
            "file": sentence::safe(&cite::place(investigation, record), NAME_MAX),
            "event_uid": citation.uid,
            "sha256": citation.sha256,
            "raw": model::redact(&citation.raw),
        });
        line(to, &row)?;
    }
    Ok(())
}

/// Each entity once, as `kind=value`.
fn names<'e>(entities: impl Iterator<Item = (EntityKind, &'e str)>) -> Vec<String> {
    let names: BTreeSet<String> = entities
        .map(|(kind, value)| format!("{}={}", kind.word(), sentence::safe(value, NAME_MAX)))
        .collect();
    names.into_iter().collect()
}
