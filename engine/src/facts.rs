//! The claims of an incident: entry, cause, people and things, damage, kind.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::{Evidence, Severity};
use model::incident::{Claim, Impact, Involved, Part};
use model::seam::report::Language;
use model::session::Grant;
use model::{Assets, Effect, Entity, EntityKind, Finding, Role, Step, Time};

use crate::advise::is_temporary;
use crate::intruder::is_opened_elsewhere;
use crate::tell;
use crate::trail::is_private;

/// What the claims of an incident are drawn from.
pub(crate) struct Facts<'f> {
    pub(crate) findings: &'f [&'f Finding],
    pub(crate) grants: &'f [&'f (Grant, Evidence)],
    pub(crate) steps: &'f [Step],
    pub(crate) language: Language,
    pub(crate) assets: &'f Assets,
}

impl Facts<'_> {
    /// How it came in: the earliest federated login of the intruder's credentials, else the first
    /// step.
    pub(crate) fn entry(&self) -> Option<Claim> {
        if let Some((grant, evidence)) = self.grants.iter().find(|(g, _)| g.subject.is_some()) {
            let text = tell::entry_by_grant(self.language, grant, evidence.time);
            return Some(Claim { text, confidence: 0.7, evidence: vec![evidence.clone()] });
        }
        let step = self.steps.iter().min_by_key(|s| s.start)?;
        Some(Claim { text: step.text.clone(), confidence: 0.5, evidence: step.evidence.clone() })
    }

    /// The addresses of what tells.
    fn addresses(&self) -> BTreeSet<String> {
        let telling = self.findings.iter().filter(|f| f.severity() >= Severity::Medium);
        let all = telling.filter_map(|f| f.address.clone());
        all.filter(|address| address.parse::<std::net::IpAddr>().is_ok()).collect()
    }

    /// The named identity that did what tells first, if no credential of AWS did it.
    fn identity(&self) -> Option<Claim> {
        let telling = self.findings.iter().filter(|f| {
            let plain = f.detail.is_none() && f.effect >= Effect::Success;
            plain && f.severity() >= Severity::Medium
        });
        let first = telling.min_by_key(|f| (f.first, f.id))?;
        let named = |e: &&Entity<'_>| {
            let kinds = [EntityKind::User, EntityKind::Principal];
            let name = e.value.contains([':', '@']) && !e.value.contains(".amazonaws.com");
            kinds.contains(&e.kind) && e.role == Role::Actor && name
        };
        let who = first.entities.iter().find(named).filter(|_| first.credential.is_none())?;
        let text = tell::cause_by_identity(self.language, &who.value, first.address.as_deref());
        Some(Claim { text, confidence: 0.5, evidence: first.evidence.clone() })
    }

    pub(crate) fn root_cause(&self) -> Vec<Claim> {
        let mut out: Vec<Claim> = Vec::new();
        let addresses = self.addresses();
        for (grant, evidence) in self.grants.iter().filter(|(g, _)| g.subject.is_some()) {
            let elsewhere = is_opened_elsewhere(grant, &addresses);
            let text = if elsewhere {
                tell::cause_by_session(self.language, grant, &addresses)
            } else {
                tell::cause_by_federation(self.language, grant)
            };
            match out.iter_mut().find(|claim| claim.text == text) {
                Some(claim) => claim.evidence.push(evidence.clone()),
                None => out.push(Claim { text, confidence: 0.6, evidence: vec![evidence.clone()] }),
            }
        }
        if out.is_empty() {
            out.extend(self.identity());
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

    pub(crate) fn entities(&self, credentials: &BTreeSet<String>) -> Vec<Involved> {
        let mut all: BTreeMap<(EntityKind, String), (Part, Time, Time)> = BTreeMap::new();
        let addresses = self.addresses();
        let opened = self.grants.iter().filter(|(g, _)| is_opened_elsewhere(g, &addresses));
        let openers: BTreeSet<&str> = opened.filter_map(|(g, _)| g.address.as_deref()).collect();
        let mut add = |kind, value: &str, part: Part, first: Time, last: Time| {
            // One's own address is never the attacker's, whatever came through it; nor is that of
            // who opened a session that was taken later.
            let part = match part {
                Part::Attacker if self.assets.owns(value) => Part::Used,
                Part::Attacker if openers.contains(value) => Part::Bystander,
                part => part,
            };
            let entry = all.entry((kind, value.to_owned())).or_insert((part, first, last));
            // The more telling part stays: the parts are in that order.
            *entry = (entry.0.min(part), entry.1.min(first), entry.2.max(last));
        };
        for finding in self.findings {
            for entity in &finding.entities {
                let part = part(entity, finding);
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
                add(kind_of(credential), credential, Part::Used, *first, *last);
            } else if let Some((_, e)) = self.grants.iter().find(|(g, _)| g.child == *credential) {
                add(kind_of(credential), credential, Part::Used, e.time, e.time);
            }
        }
        all.into_iter()
            .map(|((kind, value), (part, first, last))| Involved { kind, value, part, first, last })
            .collect()
    }

    /// The slug of what kind of incident it is, by what was reached.
    pub(crate) fn kind(&self, outcome: Effect) -> &'static str {
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
    pub(crate) fn impact(&self) -> Vec<Impact> {
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

/// A credential that is no key is a session of its own: a fleet that acts for its maker.
pub(crate) fn kind_of(credential: &str) -> EntityKind {
    let key = ["AKIA", "ASIA"].iter().any(|start| credential.starts_with(start));
    if key { EntityKind::AccessKey } else { EntityKind::Session }
}

/// The part an entity plays in the incident, from its part in the finding's events.
fn part(entity: &Entity<'_>, finding: &Finding) -> Part {
    match (entity.kind, entity.role) {
        (EntityKind::AccessKey, _) if is_temporary(&entity.value) => Part::Used,
        // AWS's own roles are nobody's to take away.
        (EntityKind::Role, _) if entity.value.contains("aws-service-role/") => Part::Bystander,
        // An address of the inside is a machine of one's own that was used.
        (EntityKind::Ip, Role::Actor) if is_private(&entity.value) => Part::Used,
        (EntityKind::Ip, Role::Actor) => Part::Attacker,
        // What a taken machine spoke to is not one's own.
        (EntityKind::Ip, Role::Target) if is_outside(finding) && !is_private(&entity.value) => {
            Part::Used
        }
        (_, Role::Created) if finding.effect >= Effect::Success => Part::Created,
        (_, Role::Actor) => Part::Used,
        (EntityKind::Account, _) => Part::Victim,
        (_, Role::Target | Role::Created) if finding.effect >= Effect::Success => Part::Affected,
        _ => Part::Bystander,
    }
}

/// Whether a finding is of a machine that speaks to somebody outside: a pool, a server that
/// commands it, a place where data goes.
fn is_outside(finding: &Finding) -> bool {
    let outward = ["T1496", "T1071", "T1041", "T1048", "T1568", "T1571", "T1090", "T1567"];
    finding.rule.techniques.iter().any(|t| outward.iter().any(|o| t.starts_with(o)))
}
