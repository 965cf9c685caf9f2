//! A group of findings becomes an incident: its story, its people and things, its weight.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::Severity;
use model::incident::Incident;
use model::seam::report::Language;
use model::{Assets, Effect, Finding, Id};

use crate::facts::Facts;
use crate::steps::{Intruder, grants, steps};
use crate::tray::Tray;
use crate::{advise, tell};

/// A group weighs this much at least to be an incident (`risk`): one success of level high does.
const INCIDENT_RISK_MIN: f64 = 40.0;
const HIGH_RISK: f64 = 40.0;
const CRITICAL_RISK: f64 = 100.0;
/// Steps an incident tells; more are left to the findings.
const STEPS_MAX: usize = 400;

/// What incidents are made from.
pub(crate) struct Material<'m> {
    pub(crate) findings: &'m [Finding],
    pub(crate) all: &'m mut Tray,
    pub(crate) language: Language,
    pub(crate) assets: &'m Assets,
}

/// Makes the incident of a group; `None` if it weighs too little to be one.
pub(crate) fn incident(
    group: &[usize],
    links: Vec<String>,
    from: &mut Material<'_>,
) -> Option<Incident> {
    let findings: Vec<&Finding> = group.iter().filter_map(|at| from.findings.get(*at)).collect();
    let risk = risk(&findings);
    let worst = findings.iter().map(|f| f.severity()).max()?;
    if risk < INCIDENT_RISK_MIN {
        return None;
    }
    let intruder = Intruder::of(&findings, &from.all.sessions, from.assets);
    let mut steps = steps(&findings, &intruder, from);
    steps.truncate(STEPS_MAX);
    let outcome = findings.iter().map(|f| f.effect).max()?;
    let first = steps.iter().map(|s| s.start).min()?;
    let last = steps.iter().map(|s| s.end).max()?;
    let by_risk = if risk >= CRITICAL_RISK { Severity::Critical } else { Severity::High };
    let severity = if risk >= HIGH_RISK { by_risk.max(worst) } else { worst };
    let grants = grants(&intruder.credentials, &from.all.sessions);
    let facts = Facts {
        findings: &findings,
        grants: &grants,
        steps: &steps,
        language: from.language,
        assets: from.assets,
    };
    let entities = facts.entities(&intruder.credentials);
    let kind = facts.kind(outcome);
    let succeeded =
        |effect: Effect| steps.iter().filter(|s| s.effect >= effect).map(|s| s.start).min();
    Some(Incident {
        id: Id::derive("incident", &[&findings.first()?.id.0]),
        title: tell::title(from.language, kind, outcome, &entities),
        kind,
        severity,
        confidence: confidence(&findings),
        outcome,
        first,
        last,
        succeeded_at: (outcome >= Effect::Success).then(|| succeeded(Effect::Success)).flatten(),
        impact_at: succeeded(Effect::Impact),
        entry: facts.entry()?,
        root_cause: facts.root_cause(),
        techniques: techniques(&findings),
        impact: facts.impact(),
        recommendations: advise::recommend(from.language, &entities, &findings, &grants),
        entities,
        steps,
        findings: group.to_vec(),
        links,
    })
}

/// How much a group weighs: the worst finding counts full, each next one less (Σ wᵢ/i^1.5,
/// scaled so that endless findings of weight 1 reach 100), more with every further tactic, and
/// more if it worked. The discount keeps many small findings from outweighing one bad one.
fn risk(findings: &[&Finding]) -> f64 {
    // One rule speaks once, however often it fired.
    let mut by_rule: BTreeMap<&str, f64> = BTreeMap::new();
    for finding in findings {
        let weight = finding.severity().weight();
        let known = by_rule.entry(&finding.rule.id).or_insert(0.0);
        *known = known.max(weight);
    }
    let mut weights: Vec<f64> = by_rule.into_values().collect();
    weights.sort_unstable_by(|a, b| b.total_cmp(a));
    let sum: f64 = weights.iter().enumerate().map(|(i, w)| w / ((i + 1) as f64).powf(1.5)).sum();
    let telling = findings.iter().filter(|f| f.severity() >= Severity::Medium);
    let tactics: BTreeSet<&String> = telling.flat_map(|f| f.rule.tactics.iter()).collect();
    let spread = 1.0 + 0.25 * tactics.len().saturating_sub(1) as f64;
    let effect = findings.iter().map(|f| f.effect).max().map_or(1.0, |effect| match effect {
        Effect::Attempt => 1.0,
        Effect::Success => 1.6,
        Effect::Impact => 2.2,
    });
    38.3 * sum * spread * effect
}

/// How sure it is that this is an attack: independent rules add up.
fn confidence(findings: &[&Finding]) -> f64 {
    let rules: BTreeMap<&str, Severity> =
        findings.iter().map(|f| (f.rule.id.as_str(), f.severity())).collect();
    let doubt: f64 = rules.values().map(|severity| 1.0 - 0.6 * severity.weight()).product();
    ((1.0 - doubt).min(0.98) * 100.0).round() / 100.0
}

fn techniques(findings: &[&Finding]) -> Vec<String> {
    let all: BTreeSet<String> = findings.iter().flat_map(|f| f.rule.techniques.clone()).collect();
    all.into_iter().collect()
}
