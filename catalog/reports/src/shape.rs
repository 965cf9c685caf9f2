//! The shape `yagura.investigation/1`: each noun as a JSON value.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::Evidence;
use model::incident::{Claim, Gap, Impact, Incident, Involved, Join, Recommendation};
use model::investigation::{Citation, Count};
use model::seam::report::Language;
use model::{Effect, EntityKind, Finding, Id, Investigation, Step, Time, redact};
use serde_json::{Value, json};

use crate::{cite, sentence};

/// The name of the shape, and its version.
pub(crate) const SCHEMA: &str = "yagura.investigation/1";

/// Makes JSON values of an investigation's parts.
pub(crate) struct Shapes<'i> {
    pub(crate) investigation: &'i Investigation,
    language: Language,
    /// The incident that lists a finding, by the finding's number.
    incident_of: BTreeMap<usize, Id>,
}

impl<'i> Shapes<'i> {
    pub(crate) fn new(investigation: &'i Investigation, language: Language) -> Self {
        let mut incident_of = BTreeMap::new();
        for incident in &investigation.incidents {
            for finding in &incident.findings {
                incident_of.entry(*finding).or_insert(incident.id);
            }
        }
        Shapes { investigation, language, incident_of }
    }

    pub(crate) fn tally(&self) -> Value {
        let tally = &self.investigation.tally;
        let total = tally.total();
        let by_source: Vec<Value> =
            tally.by_source.iter().map(|(source, count)| by_source(source, count)).collect();
        let skipped: Vec<Value> =
            tally.skipped.iter().map(|s| json!({"file": s.file, "why": text(&s.why)})).collect();
        let rejects: Vec<Value> = tally
            .rejects
            .iter()
            .map(|(file, reject)| {
                json!({
                    "file": cite::file(self.investigation, *file),
                    "line": reject.at.line,
                    "record": reject.at.record,
                    "why": text(&reject.why),
                    "excerpt": text(&reject.excerpt),
                })
            })
            .collect();
        json!({
            "bytes": tally.bytes,
            "files": tally.files,
            "records": total.records,
            "events": total.events,
            "duplicates": total.duplicates,
            "rejects": total.rejects,
            "skipped_files": tally.skipped.len(),
            "by_source": by_source,
            "rules": {"loaded": tally.rules.loaded, "failed": tally.rules.failed},
            "skipped": skipped,
            "reject_samples": rejects,
        })
    }

    pub(crate) fn incident(&self, incident: &Incident) -> Value {
        let involved: Vec<Value> = incident.entities.iter().map(involved).collect();
        let root_cause: Vec<Value> = incident
            .root_cause
            .iter()
            .map(|claim| {
                json!({
                    "text": text(&claim.text),
                    "confidence": number(claim.confidence),
                    "evidence": self.evidence_ids(&claim.evidence),
                })
            })
            .collect();
        let steps: Vec<Value> =
            incident.steps.iter().enumerate().map(|(at, step)| self.step(at + 1, step)).collect();
        let impact: Vec<Value> = incident.impact.iter().map(|i| self.impact(i)).collect();
        let actions: Vec<Value> =
            incident.recommendations.iter().enumerate().map(|(at, r)| action(at + 1, r)).collect();
        let findings: Vec<String> = incident.findings.iter().map(|at| finding_uid(*at)).collect();
        json!({
            "uid": incident.id.to_string(),
            "title": text(&incident.title),
            "severity": incident.severity.word(),
            "confidence": number(incident.confidence),
            "kind": incident.kind,
            "outcome": outcome(incident.outcome),
            "first": incident.first.to_string(),
            "last": incident.last.closing().to_string(),
            "succeeded_at": incident.succeeded_at.map(|t| t.to_string()),
            "impact_at": incident.impact_at.map(|t| t.to_string()),
            "entry": self.claim(&incident.entry),
            "root_cause": root_cause,
            "entities": involved,
            "techniques": incident.techniques,
            "steps": steps,
            "impact": impact,
            "gaps": incident.gaps.iter().map(gap).collect::<Vec<_>>(),
            "recommendations": actions,
            "findings": findings,
            "links": incident.joins.iter().map(|join| text(&join.text)).collect::<Vec<_>>(),
            "joins": incident.joins.iter().map(join).collect::<Vec<_>>(),
            "similar": [],
        })
    }

    pub(crate) fn finding(&self, at: usize, finding: &Finding) -> Value {
        // One entity may play several parts in its events: here it is named once.
        let about: BTreeSet<(EntityKind, &str)> =
            finding.entities.iter().map(|e| (e.kind, e.value.as_ref())).collect();
        let rule = &finding.rule;
        let mut shown = json!({
            "uid": finding_uid(at),
            "rule": {"id": rule.id, "title": text(&rule.title), "kind": rule.kind.word()},
            "severity": finding.severity().word(),
            "effect": finding.effect.word(),
            "techniques": rule.techniques,
            "tactics": rule.tactics,
            "first": finding.first.to_string(),
            "last": finding.last.closing().to_string(),
            "count": finding.count,
            "entities": about.iter().map(|(kind, value)| entity(*kind, value)).collect::<Vec<_>>(),
            "evidence": self.evidence_ids(&finding.evidence),
            "incident": self.incident_of.get(&at).map(Id::to_string),
            "text": sentence::finding(finding, self.language),
            "source": finding.source,
        });
        if let Some(detail) = &finding.detail
            && let Some(members) = shown.as_object_mut()
        {
            let verdict =
                json!({"reached": detail.reached.word(), "confidence": detail.confidence});
            members.insert("verdict".into(), verdict);
        }
        shown
    }

    pub(crate) fn evidence(&self, evidence: &Evidence, citation: &Citation) -> Value {
        json!({
            "source": citation.source,
            "file": cite::file(self.investigation, evidence.file),
            "line": evidence.at.line,
            "record": evidence.at.record,
            "event_uid": citation.uid,
            "time": evidence.time.to_string(),
            "host": citation.host.as_ref().map(|host| {
                json!({"type": host.kind.word(), "value": text(&host.value), "by": host.by.word()})
            }),
            "sha256": citation.sha256,
            "raw": text(&citation.raw),
        })
    }

    pub(crate) fn warnings(&self) -> Vec<Value> {
        self.investigation.warnings.iter().map(|warning| text(warning)).collect()
    }

    fn step(&self, n: usize, step: &Step) -> Value {
        let about: Vec<Value> = step.entities.iter().map(|(k, v)| entity(*k, v)).collect();
        let causes: Vec<Value> = step
            .caused_by
            .iter()
            .map(|(step, why)| json!({"step": step, "why": text(why)}))
            .collect();
        json!({
            "n": n,
            "start": step.start.to_string(),
            "end": step.end.closing().to_string(),
            "stage": step.stage,
            "effect": step.effect.word(),
            "techniques": step.techniques,
            "text": text(&step.text),
            "count": step.count,
            "entities": about,
            "confidence": number(step.confidence),
            "evidence": self.evidence_ids(&step.evidence),
            "caused_by": causes,
        })
    }

    fn claim(&self, claim: &Claim) -> Value {
        json!({"text": text(&claim.text), "evidence": self.evidence_ids(&claim.evidence)})
    }

    fn impact(&self, impact: &Impact) -> Value {
        json!({
            "kind": impact.kind,
            "value": number(impact.value),
            "low": number(impact.low),
            "high": number(impact.high),
            "unit": impact.unit,
            "text": text(&impact.text),
            "evidence": self.evidence_ids(&impact.evidence),
        })
    }

    fn evidence_ids(&self, evidence: &[Evidence]) -> Vec<String> {
        cite::cited(self.investigation, evidence).map(|(_, c)| evidence_uid(c)).collect()
    }
}

/// `E1`, the first record cited.
pub(crate) fn evidence_uid(citation: &Citation) -> String {
    format!("E{}", citation.number)
}

/// `F1`, the first finding.
fn finding_uid(at: usize) -> String {
    format!("F{}", at + 1)
}

fn outcome(effect: Effect) -> &'static str {
    match effect {
        Effect::Attempt => "attempted",
        Effect::Success => "succeeded",
        Effect::Impact => "impact",
    }
}

fn by_source(source: &str, count: &Count) -> Value {
    json!({
        "source": source,
        "files": count.files,
        "records": count.records,
        "events": count.events,
        "duplicates": count.duplicates,
        "rejects": count.rejects,
        "first": count.first.map(|t| t.to_string()),
        "last": count.last.map(|t: Time| t.closing().to_string()),
    })
}

fn involved(it: &Involved) -> Value {
    json!({
        "type": it.kind.word(),
        "value": text(&it.value),
        "role": it.part.word(),
        "first": it.first.to_string(),
        "last": it.last.closing().to_string(),
    })
}

fn gap(gap: &Gap) -> Value {
    json!({
        "text": text(&gap.text),
        "source": gap.source,
        "start": gap.start.to_string(),
        "end": gap.end.closing().to_string(),
    })
}

fn join(join: &Join) -> Value {
    json!({
        "class": join.class,
        "text": text(&join.text),
        "confidence": number(join.confidence),
        "findings": join.findings.iter().map(|at| finding_uid(*at)).collect::<Vec<_>>(),
    })
}

fn action(order: usize, action: &Recommendation) -> Value {
    json!({
        "id": action.id,
        "text": text(&action.text),
        "targets": action.targets.iter().map(|(k, v)| entity(*k, v)).collect::<Vec<_>>(),
        "tier": action.tier,
        "order": order,
        "why": text(&action.why),
    })
}

fn entity(kind: EntityKind, value: &str) -> Value {
    json!({"type": kind.word(), "value": text(value)})
}

/// Text without secrets. Control characters are JSON's to escape.
fn text(text: &str) -> Value {
    Value::from(redact(text))
}

/// A number of at most four decimals; whole numbers without a point, what is none as 0.
fn number(value: f64) -> Value {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    let rounded = (value * 10_000.0).round() / 10_000.0;
    if !rounded.is_finite() {
        Value::from(if value.is_finite() { value } else { 0.0 })
    } else if rounded.fract() == 0.0 && rounded.abs() <= EXACT_MAX {
        Value::from(rounded as i64)
    } else {
        Value::from(rounded)
    }
}
