//! A group of findings becomes an incident: its story, its people and things, its weight.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::{Evidence, Severity};
use model::incident::{Claim, Impact, Incident, Involved, Part};
use model::seam::report::Language;
use model::session::{Grant, Sessions};
use model::{Assets, Effect, EntityKind, Finding, Id, Outcome, Role, Step, Time};

use crate::advise;
use crate::tell::{self, Deed};
use crate::tray::Tray;

/// A group weighs this much at least to be an incident (`risk`): one success of level high does.
const INCIDENT_RISK_MIN: f64 = 40.0;
const HIGH_RISK: f64 = 40.0;
const CRITICAL_RISK: f64 = 110.0;
/// Steps an incident tells; more are left to the findings.
const STEPS_MAX: usize = 400;
/// A long-lived credential's deeds count as the intruder's this long before and after the
/// findings, not for all its life. Nanoseconds: one hour.
const AROUND: i64 = 3600 * 1_000_000_000;

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
    let credentials = credentials(&findings, &from.all.sessions);
    let mut steps = steps(&findings, &credentials, from);
    steps.truncate(STEPS_MAX);
    let outcome = findings.iter().map(|f| f.effect).max()?;
    let first = steps.iter().map(|s| s.start).min()?;
    let last = steps.iter().map(|s| s.end).max()?;
    let by_risk = if risk >= CRITICAL_RISK { Severity::Critical } else { Severity::High };
    let severity = if risk >= HIGH_RISK { by_risk.max(worst) } else { worst };
    let grants = grants(&credentials, &from.all.sessions);
    let facts = Facts {
        findings: &findings,
        grants: &grants,
        steps: &steps,
        language: from.language,
        assets: from.assets,
    };
    let entities = facts.entities(&credentials);
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
        recommendations: advise::recommend(from.language, &entities, &findings),
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

/// The intruder's credentials: those of the findings that weigh, and all that share their root.
fn credentials(findings: &[&Finding], sessions: &Sessions) -> BTreeSet<String> {
    let roots: BTreeSet<&str> = findings
        .iter()
        .filter(|f| f.severity() >= Severity::Medium)
        .filter_map(|f| f.credential.as_deref())
        .map(|credential| sessions.root(credential))
        .collect();
    let mut all: BTreeSet<String> = roots.iter().map(|root| (*root).to_owned()).collect();
    for (grant, _) in sessions.all() {
        if roots.contains(sessions.root(&grant.child)) {
            all.insert(grant.child.clone());
        }
    }
    all.extend(findings.iter().filter_map(|f| f.credential.clone()));
    all
}

fn grants<'s>(
    credentials: &BTreeSet<String>,
    sessions: &'s Sessions,
) -> Vec<&'s (Grant, Evidence)> {
    let mut grants: Vec<_> = credentials.iter().filter_map(|c| sessions.issued(c)).collect();
    grants.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    grants
}

/// The story: issuing calls, findings, and what else was done with the intruder's credentials.
fn steps(
    findings: &[&Finding],
    credentials: &BTreeSet<String>,
    from: &mut Material<'_>,
) -> Vec<Step> {
    let language = from.language;
    let mut told: BTreeSet<Evidence> = BTreeSet::new();
    let mut steps: Vec<(Step, Option<String>, Option<String>)> = Vec::new();
    for finding in findings {
        told.extend(finding.evidence.iter().cloned());
        steps.push((tell::finding(language, finding), finding.credential.clone(), None));
    }
    for (grant, evidence) in grants(credentials, &from.all.sessions) {
        let step = tell::grant(language, grant, evidence);
        match steps.iter_mut().find(|(s, _, _)| s.evidence.contains(evidence)) {
            // The issuing call is a finding already: one step, with both things said.
            Some((known, used, hands_out)) => {
                known.text = format!("{} {}", step.text, known.text);
                hands_out.get_or_insert_with(|| grant.child.clone());
                used.clone_from(&grant.parent);
            }
            None => steps.push((step, grant.parent.clone(), Some(grant.child.clone()))),
        }
        told.insert(evidence.clone());
    }
    steps.extend(deeds(findings, credentials, &told, from));
    steps.sort_by(|(a, ..), (b, ..)| {
        (a.start, a.end, &a.evidence, &a.text).cmp(&(b.start, b.end, &b.evidence, &b.text))
    });
    caused(language, steps)
}

/// Numbers the causes: a step made with a credential was caused by the step that handed it out.
fn caused(language: Language, steps: Vec<(Step, Option<String>, Option<String>)>) -> Vec<Step> {
    let mut issued_at: BTreeMap<String, usize> = BTreeMap::new();
    for (at, (_, _, hands_out)) in steps.iter().enumerate() {
        if let Some(child) = hands_out {
            issued_at.entry(child.clone()).or_insert(at + 1);
        }
    }
    let mut out = Vec::with_capacity(steps.len());
    for (at, (mut step, used, _)) in steps.into_iter().enumerate() {
        if let Some(credential) = used
            && let Some(cause) = issued_at.get(&credential)
            && *cause <= at
        {
            step.caused_by.push((*cause, tell::made_with(language, &credential)));
        }
        out.push(step);
    }
    out
}

/// What else the credentials changed or were refused, near the findings.
fn deeds(
    findings: &[&Finding],
    credentials: &BTreeSet<String>,
    told: &BTreeSet<Evidence>,
    from: &mut Material<'_>,
) -> Vec<(Step, Option<String>, Option<String>)> {
    let first = findings.iter().map(|f| f.first.start).min().unwrap_or(i64::MIN);
    let last = findings.iter().map(|f| f.last.end).max().unwrap_or(i64::MAX);
    let sessions = &from.all.sessions;
    let mut out = Vec::new();
    for (key, sum) in &mut from.all.deeds {
        let Some(credential) = key.shared.credential.as_ref().filter(|c| credentials.contains(*c))
        else {
            continue;
        };
        let temporary = sessions.issued(credential).is_some();
        let near = sum.last.end >= first.saturating_sub(AROUND)
            && sum.first.start <= last.saturating_add(AROUND);
        if !(temporary || near) || sum.evidence.iter().any(|e| told.contains(e)) {
            continue;
        }
        let count = sum.count();
        let deed = Deed {
            action: &sum.action,
            first: sum.first,
            last: sum.last,
            count,
            refused: key.outcome == Outcome::Failure,
            region: key.shared.region.as_deref(),
            address: key.shared.address.as_deref(),
            entities: &sum.entities,
            evidence: &sum.evidence,
        };
        out.push((tell::deed(from.language, &deed), Some(credential.clone()), None));
    }
    out
}

/// What the claims of an incident are drawn from.
struct Facts<'f> {
    findings: &'f [&'f Finding],
    grants: &'f [&'f (Grant, Evidence)],
    steps: &'f [Step],
    language: Language,
    assets: &'f Assets,
}

impl Facts<'_> {
    /// How it came in: the earliest federated login of the intruder's credentials, else the first step.
    fn entry(&self) -> Option<Claim> {
        if let Some((grant, evidence)) = self.grants.iter().find(|(g, _)| g.subject.is_some()) {
            let text = tell::entry_by_grant(self.language, grant, evidence.time);
            return Some(Claim { text, confidence: 0.7, evidence: vec![evidence.clone()] });
        }
        let step = self.steps.iter().min_by_key(|s| s.start)?;
        Some(Claim { text: step.text.clone(), confidence: 0.5, evidence: step.evidence.clone() })
    }

    fn root_cause(&self) -> Vec<Claim> {
        let mut out: Vec<Claim> = Vec::new();
        for (grant, evidence) in self.grants.iter().filter(|(g, _)| g.subject.is_some()) {
            let text = tell::cause_by_federation(self.language, grant);
            match out.iter_mut().find(|claim| claim.text == text) {
                Some(claim) => claim.evidence.push(evidence.clone()),
                None => out.push(Claim { text, confidence: 0.6, evidence: vec![evidence.clone()] }),
            }
        }
        if out.is_empty()
            && let Some(finding) = self.findings.iter().find(|f| f.credential.is_some())
        {
            let credential = finding.credential.as_deref().unwrap_or_default();
            let text = tell::cause_by_credential(self.language, credential, finding);
            out.push(Claim { text, confidence: 0.5, evidence: finding.evidence.clone() });
        }
        out
    }

    fn entities(&self, credentials: &BTreeSet<String>) -> Vec<Involved> {
        let mut all: BTreeMap<(EntityKind, String), (Part, Time, Time)> = BTreeMap::new();
        let mut add = |kind, value: &str, part: Part, first: Time, last: Time| {
            // One's own address is never the attacker's, whatever came through it.
            let own = part == Part::Attacker && self.assets.owns(value);
            let part = if own { Part::Used } else { part };
            let entry = all.entry((kind, value.to_owned())).or_insert((part, first, last));
            // The more telling part stays: the parts are in that order.
            *entry = (entry.0.min(part), entry.1.min(first), entry.2.max(last));
        };
        for finding in self.findings {
            for entity in &finding.entities {
                let part = part(entity.kind, entity.role, finding);
                add(entity.kind, &entity.value, part, finding.first, finding.last);
            }
        }
        for (grant, evidence) in self.grants {
            if let Some(address) = &grant.address {
                add(EntityKind::Ip, address, Part::Attacker, evidence.time, evidence.time);
            }
            add(EntityKind::Principal, &grant.principal, Part::Used, evidence.time, evidence.time);
        }
        for credential in credentials {
            let mine = self.findings.iter().filter(|f| f.credential.as_ref() == Some(credential));
            let times: Vec<Time> = mine.flat_map(|f| [f.first, f.last]).collect();
            if let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) {
                add(EntityKind::AccessKey, credential, Part::Used, *first, *last);
            } else if let Some((_, e)) = self.grants.iter().find(|(g, _)| g.child == *credential) {
                add(EntityKind::AccessKey, credential, Part::Used, e.time, e.time);
            }
        }
        all.into_iter()
            .map(|((kind, value), (part, first, last))| Involved { kind, value, part, first, last })
            .collect()
    }

    /// The slug of what kind of incident it is, by what was reached.
    fn kind(&self, outcome: Effect) -> &'static str {
        let uses = |wanted: &[&str]| {
            let mut all = self.findings.iter().filter(|f| f.severity() >= Severity::Medium);
            all.any(|f| f.rule.techniques.iter().any(|t| wanted.iter().any(|w| t.starts_with(w))))
        };
        let federated = self.grants.iter().any(|(grant, _)| grant.subject.is_some());
        if outcome == Effect::Impact && uses(&["T1496"]) {
            if federated { "federation_abuse" } else { "resource_hijacking" }
        } else if uses(&["T1486", "T1485", "T1490"]) {
            "ransomware"
        } else if uses(&["T1530", "T1537", "T1567", "T1048"]) {
            "data_exfiltration"
        } else if uses(&["T1190", "T1505"]) {
            "web_compromise"
        } else if federated {
            "federation_abuse"
        } else if uses(&["T1552", "T1555", "T1078", "T1528", "T1550", "T1098", "T1136"]) {
            "credential_theft"
        } else if uses(&["T1562", "T1070"]) {
            "defense_evasion"
        } else {
            "suspicious_activity"
        }
    }

    /// Damage in numbers: for now, instances that the intruder's credentials started.
    fn impact(&self) -> Vec<Impact> {
        let made = |f: &&&Finding| f.effect == Effect::Impact;
        let started: BTreeSet<&str> = self
            .findings
            .iter()
            .filter(made)
            .flat_map(|f| &f.entities)
            .filter(|e| e.kind == EntityKind::Instance && e.role == Role::Created)
            .map(|e| e.value.as_ref())
            .collect();
        if started.is_empty() {
            return Vec::new();
        }
        let evidence = self.findings.iter().filter(made).flat_map(|f| f.evidence.clone()).collect();
        let value = started.len() as f64;
        let text = tell::instances(self.language, started.len());
        vec![Impact {
            kind: "instances_launched",
            value,
            low: value,
            high: value,
            unit: "instances",
            text,
            evidence,
        }]
    }
}

/// The part an entity plays in the incident, from its part in the finding's events.
fn part(kind: EntityKind, role: Role, finding: &Finding) -> Part {
    match (kind, role) {
        (EntityKind::Ip, Role::Actor) => Part::Attacker,
        (_, Role::Created) if finding.effect >= Effect::Success => Part::Created,
        (_, Role::Actor) => Part::Used,
        (EntityKind::Account, _) => Part::Victim,
        (_, Role::Target | Role::Created) if finding.effect >= Effect::Success => Part::Affected,
        _ => Part::Bystander,
    }
}
