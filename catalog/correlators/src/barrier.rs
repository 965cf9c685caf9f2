//! Why two findings are not joined: what each correlator asks for, and what is missing.

use std::collections::BTreeSet;

use model::{EntityKind, Finding, Severity};

use crate::entity::{HUB_CALLERS_MAX, REACH, callers, is_service, joins};

/// One reason why a finding stays out of an incident.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Barrier {
    /// It is context: so low a severity joins a story by its credential only.
    Context(Severity),
    /// It shares this address, but more callers act from there than one intruder would be.
    Hub(String, usize),
    /// It shares this, but lies further away in time than a day. Nanoseconds.
    Far(EntityKind, String, i64),
    /// It shares only this, which many have in common and which joins nothing.
    Common(EntityKind, String),
    /// It was done by this service of the cloud, which acts for many.
    Service(String),
    /// It shares nothing.
    Nothing,
}

/// Why the finding `at` is joined to none of `incident` (numbers in `findings`).
pub fn barriers(findings: &[Finding], incident: &[usize], at: usize) -> Vec<Barrier> {
    let Some(it) = findings.get(at) else { return Vec::new() };
    let mut out = BTreeSet::new();
    for entity in &it.entities {
        if entity.kind == EntityKind::Principal && is_service(&entity.value) {
            out.insert(Barrier::Service(entity.value.to_string()));
            continue;
        }
        let same = |other: &&Finding| {
            other.entities.iter().any(|e| (e.kind, &e.value) == (entity.kind, &entity.value))
        };
        let others: Vec<&Finding> =
            incident.iter().filter_map(|at| findings.get(*at)).filter(same).collect();
        let apart = others.iter().map(|other| apart(it, other)).min();
        let Some(apart) = apart else { continue };
        let value = entity.value.to_string();
        let all: Vec<usize> =
            (0..findings.len()).filter(|at| findings.get(*at).as_ref().is_some_and(same)).collect();
        let callers = callers(findings, &all);
        if !joins(entity) {
            out.insert(Barrier::Common(entity.kind, value));
        } else if entity.kind == EntityKind::Ip && callers > HUB_CALLERS_MAX {
            out.insert(Barrier::Hub(value, callers));
        } else if apart > REACH {
            out.insert(Barrier::Far(entity.kind, value, apart));
        }
    }
    if it.severity() < Severity::Medium {
        out.insert(Barrier::Context(it.severity()));
    }
    if out.is_empty() {
        out.insert(Barrier::Nothing);
    }
    out.into_iter().collect()
}

/// How far apart two findings are in time, in nanoseconds.
fn apart(one: &Finding, other: &Finding) -> i64 {
    let after = one.first.start.saturating_sub(other.last.end);
    let before = other.first.start.saturating_sub(one.last.end);
    after.max(before).max(0)
}
