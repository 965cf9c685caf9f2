//! The steps of an incident: issuing calls, findings, and what else was done with the credentials.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::{Evidence, Severity};
use model::seam::report::Language;
use model::session::{Grant, Sessions};
use model::{Assets, Finding, Outcome, Step};

use crate::advise::is_temporary;
use crate::assemble::Material;
use crate::tell::{self, Deed};

/// A long-lived credential's deeds count as the intruder's this long before and after the
/// findings, not for all its life. Nanoseconds: one hour.
const AROUND: i64 = 3600 * 1_000_000_000;
/// Callers that get credentials at one address; with more of them it is a hub and says little.
const HUB_CALLERS_MAX: usize = 4;

/// The intruder's hands and places.
pub(crate) struct Intruder {
    /// Credentials used, with those that handed them out and those that they handed out.
    pub(crate) credentials: BTreeSet<String>,
    /// Addresses that speak for the intruder.
    pub(crate) addresses: BTreeSet<String>,
}

impl Intruder {
    /// From the findings that weigh: their credentials and addresses, and what follows from them.
    ///
    /// A lasting key may be shared with its rightful user: only what it handed out to the
    /// intruder's addresses is the intruder's. A temporary one is the intruder's altogether.
    pub(crate) fn of(findings: &[&Finding], sessions: &Sessions, assets: &Assets) -> Self {
        let telling = || findings.iter().filter(|f| f.severity() >= Severity::Medium);
        let addresses: BTreeSet<String> = telling()
            .filter_map(|f| f.address.clone())
            .filter(|address| intruders(address, sessions, assets))
            .collect();
        let mut credentials: BTreeSet<String> =
            findings.iter().filter_map(|f| f.credential.clone()).collect();
        let seeds = telling().filter_map(|f| f.credential.as_deref());
        let chains: Vec<String> =
            seeds.flat_map(|c| sessions.chain(c)).map(str::to_owned).collect();
        credentials.extend(chains);
        loop {
            let had = credentials.len();
            for (grant, _) in sessions.all() {
                let here = grant.address.as_ref().is_some_and(|a| addresses.contains(a));
                let by_own = grant.parent.as_ref().is_some_and(|parent| {
                    credentials.contains(parent)
                        && (addresses.is_empty() || !lasting(parent, sessions))
                });
                if here || by_own {
                    credentials.insert(grant.child.clone());
                }
            }
            if credentials.len() == had {
                return Intruder { credentials, addresses };
            }
        }
    }
}

/// Whether a credential has a rightful user beside the intruder: nobody handed it out in sight,
/// and it does not end by itself.
fn lasting(credential: &str, sessions: &Sessions) -> bool {
    sessions.issued(credential).is_none() && !is_temporary(credential)
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
    intruder: &Intruder,
    from: &mut Material<'_>,
) -> Vec<Step> {
    let language = from.language;
    let mut told: BTreeSet<Evidence> = BTreeSet::new();
    let mut steps: Vec<(Step, Option<String>, Option<String>)> = Vec::new();
    for finding in findings {
        told.extend(finding.evidence.iter().cloned());
        steps.push((tell::finding(language, finding), finding.credential.clone(), None));
    }
    unify_copies(findings, &mut steps, &from.all.sessions);
    for (grant, evidence) in grants(&intruder.credentials, &from.all.sessions) {
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
    steps.extend(deeds(findings, intruder, &told, from));
    steps.sort_by(|(a, ..), (b, ..)| {
        (a.start, a.end, &a.evidence, &a.text).cmp(&(b.start, b.end, &b.evidence, &b.text))
    });
    caused(language, steps)
}

/// A call into another account is recorded there too, by a record that names no key: the finding
/// of that copy is the same step as the finding of the call.
fn unify_copies(
    findings: &[&Finding],
    steps: &mut Vec<(Step, Option<String>, Option<String>)>,
    sessions: &Sessions,
) {
    let issuing = |finding: &Finding| {
        let (grant, evidence) = sessions.issued(finding.credential.as_deref()?)?;
        (evidence.time == finding.first && finding.count == 1).then(|| grant.child.clone())
    };
    let mut told: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        // The call itself is told under the caller's key, with the key that it handed out.
        let made = sessions.all().find(|(g, e)| {
            g.parent == finding.credential && finding.evidence.contains(e) && g.parent.is_some()
        });
        if let Some((grant, _)) = made {
            told.insert((finding.rule.id.clone(), grant.child.clone()), at);
        }
    }
    let mut gone = BTreeSet::new();
    for (at, finding) in findings.iter().enumerate() {
        let Some(child) = issuing(finding) else { continue };
        if let Some(first) =
            told.get(&(finding.rule.id.clone(), child)).filter(|first| **first != at)
        {
            if let Some((step, ..)) = steps.get_mut(*first) {
                step.evidence.extend(finding.evidence.iter().cloned());
            }
            gone.insert(at);
        }
    }
    let mut at = 0;
    steps.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
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
    intruder: &Intruder,
    told: &BTreeSet<Evidence>,
    from: &mut Material<'_>,
) -> Vec<(Step, Option<String>, Option<String>)> {
    let first = findings.iter().map(|f| f.first.start).min().unwrap_or(i64::MIN);
    let last = findings.iter().map(|f| f.last.end).max().unwrap_or(i64::MAX);
    let sessions = &from.all.sessions;
    let mut out = Vec::new();
    for (key, sum) in &mut from.all.deeds {
        let Some(credential) =
            key.shared.credential.as_ref().filter(|c| intruder.credentials.contains(*c))
        else {
            continue;
        };
        let near = sum.last.end >= first.saturating_sub(AROUND)
            && sum.first.start <= last.saturating_add(AROUND);
        let at = key.shared.address.as_ref();
        let here =
            intruder.addresses.is_empty() || at.is_some_and(|a| intruder.addresses.contains(a));
        let own = !lasting(credential, sessions);
        if !(own || (near && here)) || sum.evidence.iter().any(|e| told.contains(e)) {
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
