//! One incident as STIX objects, tied together by relationships and a report.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::Evidence;
use model::incident::{Incident, Involved, Part};
use model::{EntityKind, Investigation, Step};
use serde_json::{Value, json};

use super::bundle::{Bundle, millis, set, technique, text};
use super::things::{Thing, pattern, thing};
use crate::cite;
use crate::shape::evidence_uid;

/// The greatest `number_observed` that the standard allows.
const OBSERVED_MAX: u64 = 999_999_999;
/// Records that one object refers to.
const REFERENCES_MAX: usize = 20;

/// What is being written of one incident.
struct Work<'b, 'i> {
    bundle: &'b mut Bundle,
    investigation: &'i Investigation,
    incident: &'i Incident,
    /// When it was made: an investigation knows no clock, the last record stands for it.
    made: String,
    uid: String,
    /// All objects of this incident.
    refs: BTreeSet<String>,
}

/// Adds an incident.
pub(super) fn add(bundle: &mut Bundle, investigation: &Investigation, incident: &Incident) {
    let made = millis(incident.last.closing());
    let uid = incident.id.to_string();
    let mut work = Work { bundle, investigation, incident, made, uid, refs: BTreeSet::new() };
    let id = work.incident_object();
    for it in &incident.techniques {
        let pattern = technique(work.bundle, it);
        work.relate(&id, "related-to", &pattern);
    }
    let observed = work.steps(&id);
    for it in incident.entities.iter().filter(|it| it.part == Part::Attacker) {
        work.indicator(it, &observed);
    }
    work.victims(&id);
    work.actions(&id);
    work.report();
}

impl Work<'_, '_> {
    fn add(&mut self, kind: &str, parts: &[&str], own: Value) -> String {
        let mut all = vec![self.uid.as_str()];
        all.extend(parts);
        let id = self.bundle.add(kind, &all, &self.made, own);
        self.refs.insert(id.clone());
        id
    }

    fn relate(&mut self, from: &str, how: &str, to: &str) {
        let id = self.bundle.relate(from, how, to, &self.made);
        self.refs.extend([id, from.to_owned(), to.to_owned()]);
    }

    fn incident_object(&mut self) -> String {
        let incident = self.incident;
        let own = json!({
            "name": text(&incident.title),
            "description": self.description(),
            "confidence": percent(incident.confidence),
            "labels": [incident.severity.word(), incident.outcome.word(), incident.kind],
            "external_references": [{"source_name": "yagura", "external_id": self.uid}],
        });
        self.add("incident", &[], own)
    }

    /// Entry, cause and damage, each a sentence.
    fn description(&self) -> String {
        let it = self.incident;
        let cause = it.root_cause.first().map(|claim| claim.text.as_str());
        let damage = it.impact.iter().map(|impact| impact.text.as_str());
        let missing = it.gaps.iter().map(|gap| gap.text.as_str());
        let all = [Some(it.entry.text.as_str()), cause].into_iter().flatten();
        let all: Vec<&str> =
            all.chain(damage).chain(missing).filter(|text| !text.is_empty()).collect();
        text(&all.join("\n"))
    }

    /// Each step as observed data, or as a note where STIX has no observable for it.
    fn steps(&mut self, incident: &str) -> BTreeMap<(EntityKind, String), Vec<(String, usize)>> {
        let mut by_entity: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (at, step) in self.incident.steps.iter().enumerate() {
            let number = (at + 1).to_string();
            let seen: BTreeSet<String> = step
                .entities
                .iter()
                .filter_map(|(kind, value)| match thing(self.bundle, *kind, value)? {
                    Thing::Observable(id) => Some(id),
                    Thing::System(_) => None,
                })
                .collect();
            self.refs.extend(seen.iter().cloned());
            let id = if seen.is_empty() {
                let own = self.note(step, incident);
                self.add("note", &[&number], own)
            } else {
                let own = self.observation(step, &seen);
                self.add("observed-data", &[&number], own)
            };
            if !seen.is_empty() {
                for (kind, value) in &step.entities {
                    by_entity.entry((*kind, value.clone())).or_default().push((id.clone(), at));
                }
                self.relate(&id, "related-to", incident);
            }
        }
        by_entity
    }

    fn observation(&self, step: &Step, seen: &BTreeSet<String>) -> Value {
        let mut own = json!({
            "first_observed": millis(step.start),
            "last_observed": millis(step.end.closing()),
            "number_observed": step.count.clamp(1, OBSERVED_MAX),
            "object_refs": seen,
            "confidence": percent(step.confidence),
            "labels": [step.effect.word(), step.stage],
        });
        let mut references =
            vec![json!({"source_name": "yagura", "description": text(&step.text)})];
        references.extend(self.references(&step.evidence));
        set(&mut own, "external_references", references.into());
        own
    }

    fn note(&self, step: &Step, incident: &str) -> Value {
        let mut own = json!({
            "content": text(&format!("{} {}", step.start, step.text)),
            "object_refs": [incident],
            "confidence": percent(step.confidence),
            "labels": [step.effect.word(), step.stage],
        });
        let references = self.references(&step.evidence);
        if !references.is_empty() {
            set(&mut own, "external_references", references.into());
        }
        own
    }

    /// The records: where they stand and their digest; what they say stays at home.
    fn references(&self, evidence: &[Evidence]) -> Vec<Value> {
        cite::cited(self.investigation, evidence)
            .take(REFERENCES_MAX)
            .map(|(record, citation)| {
                let place = cite::place(self.investigation, record);
                json!({
                    "source_name": citation.source,
                    "external_id": evidence_uid(citation),
                    "description": text(&format!("{place} sha256 {}", citation.sha256)),
                })
            })
            .collect()
    }

    fn indicator(
        &mut self,
        it: &Involved,
        observed: &BTreeMap<(EntityKind, String), Vec<(String, usize)>>,
    ) {
        let Some(pattern) = pattern(it.kind, &it.value) else { return };
        let seen = observed.get(&(it.kind, it.value.clone())).map_or(&[][..], Vec::as_slice);
        let steps = || seen.iter().filter_map(|(_, at)| self.incident.steps.get(*at));
        let stages: BTreeSet<&str> = steps().map(|step| step.stage.as_str()).collect();
        let techniques: BTreeSet<&String> = steps().flat_map(|step| &step.techniques).collect();
        let mut own = json!({
            "name": text(&it.value),
            "description": text(&self.incident.title),
            "indicator_types": ["malicious-activity"],
            "pattern": pattern,
            "pattern_type": "stix",
            "valid_from": millis(it.first),
            "confidence": percent(self.incident.confidence),
        });
        if !stages.is_empty() {
            let phases: Vec<Value> = stages
                .iter()
                .map(|s| json!({"kill_chain_name": "mitre-attack", "phase_name": s}))
                .collect();
            set(&mut own, "kill_chain_phases", phases.into());
        }
        let id = self.add("indicator", &[it.kind.word(), &it.value], own);
        for it in techniques {
            let target = technique(self.bundle, it);
            self.relate(&id, "indicates", &target);
        }
        let based: Vec<&String> = seen.iter().map(|(id, _)| id).collect();
        for data in based {
            self.relate(&id, "based-on", data);
        }
    }

    /// Whom it hit: the systems that were attacked, changed or made.
    fn victims(&mut self, incident: &str) {
        for it in &self.incident.entities {
            if !matches!(it.part, Part::Victim | Part::Affected | Part::Created) {
                continue;
            }
            if let Some(thing) = thing(self.bundle, it.kind, &it.value) {
                self.relate(incident, "related-to", thing.id());
            }
        }
    }

    fn actions(&mut self, incident: &str) {
        for (at, action) in self.incident.recommendations.iter().enumerate() {
            let targets: Vec<String> =
                action.targets.iter().map(|(kind, v)| format!("{} {v}", kind.word())).collect();
            let own = json!({
                "name": text(&action.text),
                "description": text(&format!(
                    "{}. {} {} {}", at + 1, action.tier, action.why, targets.join(", ")
                )),
                "labels": [action.id, action.tier],
            });
            let id = self.add("course-of-action", &[&at.to_string(), action.id], own);
            self.relate(&id, "related-to", incident);
        }
    }

    fn report(&mut self) {
        let refs: Vec<&String> = self.refs.iter().collect();
        let own = json!({
            "name": text(&self.incident.title),
            "description": self.description(),
            "report_types": ["threat-report"],
            "published": self.made,
            "object_refs": refs,
        });
        self.add("report", &[], own);
    }
}

/// A confidence between 0 and 1 as STIX has it.
fn percent(confidence: f64) -> i64 {
    (confidence.clamp(0.0, 1.0) * 100.0).round() as i64
}
