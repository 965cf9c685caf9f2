//! The steps of an incident: issuing calls, findings, and what else was done with the credentials.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::{Evidence, Severity};
use model::seam::report::Language;
use model::session::{Grant, Sessions};
use model::{Assets, Finding, Outcome, Step};

use crate::assemble::Material;
use crate::tell::{self, Deed};

/// A long-lived credential's deeds count as the intruder's this long before and after the
/// findings, not for all its life. Nanoseconds: one hour.
const AROUND: i64 = 3600 * 1_000_000_000;
/// Callers that get credentials at one address; with more of them it is a hub and says little.
const HUB_CALLERS_MAX: usize = 4;
/// The intruder's credentials: those of the findings that weigh, all that share their root, and
/// all that were handed out to the intruder's addresses.
pub(crate) fn credentials(
    findings: &[&Finding],
    sessions: &Sessions,
    assets: &Assets,
) -> BTreeSet<String> {
    let telling = || findings.iter().filter(|f| f.severity() >= Severity::Medium);
    let mut roots: BTreeSet<&str> = telling()
        .filter_map(|f| f.credential.as_deref())
        .map(|credential| sessions.root(credential))
        .collect();
    let addresses: BTreeSet<&str> = telling()
        .filter_map(|f| f.address.as_deref())
        .filter(|address| intruders(address, sessions, assets))
        .collect();
    for (grant, _) in sessions.all() {
        if grant.address.as_deref().is_some_and(|address| addresses.contains(address)) {
            roots.insert(sessions.root(&grant.child));
        }
    }
    let mut all: BTreeSet<String> = roots.iter().map(|root| (*root).to_owned()).collect();
    for (grant, _) in sessions.all() {
        if roots.contains(sessions.root(&grant.child)) {
            all.insert(grant.child.clone());
        }
    }
    all.extend(findings.iter().filter_map(|f| f.credential.clone()));
    all
}

/// Whether an address speaks for one intruder: it is an address, it is not one's own, and not
/// many different callers get credentials there (an office, a proxy, a build server's exit).
fn intruders(address: &str, sessions: &Sessions, assets: &Assets) -> bool {
    let grants = sessions.all().filter(|(grant, _)| grant.address.as_deref() == Some(address));
    let callers: BTreeSet<&str> = grants.map(|(grant, _)| grant.principal.as_str()).collect();
    address.parse::<std::net::IpAddr>().is_ok()
        && !assets.owns(address)
        && callers.len() <= HUB_CALLERS_MAX
}

pub(crate) fn grants<'s>(
    credentials: &BTreeSet<String>,
    sessions: &'s Sessions,
) -> Vec<&'s (Grant, Evidence)> {
    let mut grants: Vec<_> = credentials.iter().filter_map(|c| sessions.issued(c)).collect();
    grants.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    grants
}

/// The story: issuing calls, findings, and what else was done with the intruder's credentials.
pub(crate) fn steps(
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
